/*
 * control-media.c - POST /control/media: a file that a customer is going to send. The id that is answered goes into the
 * message, as the id of Meta's or as the file_id of Telegram's.
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
