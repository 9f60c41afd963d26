/*
 * sim-media-serve.c - a file on its way to who asks for it; and the host of attachments that Meta's addresses name:
 * /attachments/?mid=ID&ext=TIME, for who shows an access token, until that time.
 */
#include "simulator/media/sim-media-serve.h"

#include "core/clock.h"
#include "core/crypto/crypt.h"

#define PATH "/attachments/"

struct str sim_media_origin(const struct exchange *ex)
{
	struct str host = exchange_header(ex, "Host");
	return pool_printf(ex->pool, "http://%.*s", (int)host.n, host.p ? host.p : "");
}

struct str sim_media_address(
	const struct simulator *sim, const struct exchange *ex, struct str origin, const struct sim_media *file)
{
	int64_t until_s = clock_wall_ms() / 1000 + sim->behaviour.media_life_s;
	return pool_printf(
		ex->pool, "%.*s" PATH "?mid=%s&ext=%lld", (int)origin.n, origin.p, file->id, (long long)until_s);
}

/* Before each piece of a slow file; in the server's thread. */
static void sim_media_pause(void *arg, struct exchange *ex)
{
	struct simulator *sim = arg;
	pthread_mutex_lock(&sim->lock);
	int64_t pause_ms = sim->behaviour.slow_pause_ms;
	pthread_mutex_unlock(&sim->lock);
	loop_after(sim->loop, pause_ms, exchange_release_arg, NULL, ex);
}

void sim_media_serve(struct simulator *sim, struct exchange *ex, struct sim_media *file)
{
	enum sim_media_fault fault =
		sim_media_take_fault(file, SIM_MEDIA_BIT(SIM_MEDIA_CUT) | SIM_MEDIA_BIT(SIM_MEDIA_NOT_READY)
						   | SIM_MEDIA_BIT(SIM_MEDIA_EMPTY) | SIM_MEDIA_BIT(SIM_MEDIA_SLOW));
	if (fault == SIM_MEDIA_NOT_READY) {
		buf_add_cstr(&ex->out, "Not Found");
		exchange_answer(ex, 404, "text/html");
		return;
	}
	if (fault != SIM_MEDIA_EMPTY)
		buf_add(&ex->out, file->bytes, file->n);
	exchange_answer(ex, 200, pool_cstr(ex->pool, str_of(file->mime_type)));
	if (fault == SIM_MEDIA_CUT && file->n > 1)
		exchange_cut(ex, file->n / 2);
	if (fault == SIM_MEDIA_SLOW)
		exchange_trickle(ex, (size_t)sim->behaviour.slow_bytes, sim_media_pause, sim);
}

static bool sim_media_owns(struct str path)
{
	return str_equal(path, STR(PATH));
}

/* NULL when there is none, or its address is no longer good. */
static struct sim_media *sim_media_asked(struct simulator *sim, const struct exchange *ex)
{
	int64_t until_s;
	if (!str_to_i64(exchange_query(ex, "ext"), &until_s) || clock_wall_ms() / 1000 >= until_s)
		return NULL;
	return sim_media_find(&sim->media, exchange_query(ex, "mid"));
}

static bool sim_media_knows_token(const struct simulator *sim, const struct exchange *ex)
{
	struct str header = exchange_header(ex, "Authorization");
	return str_has_prefix(header, STR("Bearer "))
	       && channels_find_token(&sim->channels, (struct str){ header.p + 7, header.n - 7 }) != NULL;
}

static void sim_media_answer(struct simulator *sim, struct exchange *ex)
{
	struct sim_media *file = sim_media_asked(sim, ex);
	if (file && sim_media_knows_token(sim, ex) && exchange_header(ex, "User-Agent").n > 0) {
		sim_media_serve(sim, ex, file);
		return;
	}
	buf_add_cstr(&ex->out, "Sorry, this content isn't available right now");
	exchange_answer(ex, file ? 403 : 404, "text/html");
}

const struct platform platform_attachments = {
	.name = "attachments", .owns = sim_media_owns, .answer = sim_media_answer
};
