/*
 * sim-media-serve.c - a file on its way to who asks for it; and the host of attachments that Meta's addresses name:
 * /attachments/ID, for who shows an access token.
 */
#include "simulator/media/sim-media-serve.h"

#include "core/crypto/crypt.h"

#define PREFIX "/attachments/"

struct str sim_media_origin(const struct exchange *ex)
{
	struct str host = exchange_header(ex, "Host");
	return pool_printf(ex->pool, "http://%.*s", (int)host.n, host.p ? host.p : "");
}

int64_t sim_media_serve(struct exchange *ex, struct sim_media *file)
{
	enum sim_media_fault fault =
		sim_media_take_fault(file, SIM_MEDIA_BIT(SIM_MEDIA_CUT) | SIM_MEDIA_BIT(SIM_MEDIA_NOT_READY)
						   | SIM_MEDIA_BIT(SIM_MEDIA_EMPTY) | SIM_MEDIA_BIT(SIM_MEDIA_SLOW));
	if (fault == SIM_MEDIA_NOT_READY) {
		buf_add_cstr(&ex->out, "Not Found");
		exchange_answer(ex, 404, "text/html");
		return 0;
	}
	if (fault != SIM_MEDIA_EMPTY)
		buf_add(&ex->out, file->bytes, file->n);
	exchange_answer(ex, 200, pool_cstr(ex->pool, str_of(file->mime_type)));
	if (fault == SIM_MEDIA_CUT && file->n > 1)
		exchange_cut(ex, file->n / 2);
	return fault == SIM_MEDIA_SLOW ? SIM_MEDIA_SLOW_MS : 0;
}

static bool sim_media_owns(struct str path)
{
	return str_has_prefix(path, STR(PREFIX));
}

static bool sim_media_knows_token(const struct simulator *sim, const struct exchange *ex)
{
	struct str header = exchange_header(ex, "Authorization");
	return str_has_prefix(header, STR("Bearer "))
	       && channels_find_token(&sim->channels, (struct str){ header.p + 7, header.n - 7 }) != NULL;
}

static void sim_media_answer(struct simulator *sim, struct exchange *ex)
{
	size_t prefix = sizeof(PREFIX) - 1;
	struct sim_media *file = sim_media_find(&sim->media, (struct str){ ex->path.p + prefix, ex->path.n - prefix });
	if (file && sim_media_knows_token(sim, ex) && exchange_header(ex, "User-Agent").n > 0) {
		int64_t wait_ms = sim_media_serve(ex, file);
		if (wait_ms > 0) {
			exchange_hold(ex);
			loop_after(sim->loop, wait_ms, exchange_release_arg, NULL, ex);
		}
		return;
	}
	buf_add_cstr(&ex->out, "Sorry, this content isn't available right now");
	exchange_answer(ex, file ? 403 : 404, "text/html");
}

const struct platform platform_attachments = {
	.name = "attachments", .owns = sim_media_owns, .answer = sim_media_answer
};
