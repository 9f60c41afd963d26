/*
 * control-media.c - POST /control/media: a file that a customer is going to send. The id that is answered goes into the
 * message, as the id of Meta's or as the file_id of Telegram's. GET /control/media?id=ID: a file, from any sender.
 */
#include "simulator/control/control.h"

void control_post_media(struct simulator *sim, struct exchange *ex)
{
	const struct sim_media *file;
	struct explain why = { "" };
	struct json_writer w;
	if (sim_media_put(&sim->media, ex->json, simulator_serial(sim), &file, &why) != ERR_OK) {
		control_refuse(ex, 400, why.text);
		return;
	}
	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	json_member_str(&w, "id", str_of(file->id));
	json_end_object(&w);
	control_succeed(ex);
}

/* Shown by the phone: what is no picture, sound, video or PDF is downloaded. */
void control_get_media(struct simulator *sim, struct exchange *ex)
{
	const struct sim_media *file = sim_media_find(&sim->media, exchange_query(ex, "id"));
	if (!file) {
		control_refuse(ex, 404, "there is no file with this id");
		return;
	}
	buf_add(&ex->out, file->bytes, file->n);
	exchange_add_header(ex, "X-Content-Type-Options", "nosniff");
	exchange_add_header(ex, "Content-Security-Policy", "default-src 'none'; sandbox");
	exchange_answer(ex, 200,
		file->mime_type && *file->mime_type ? pool_cstr(ex->pool, str_of(file->mime_type))
						    : "application/octet-stream");
}
