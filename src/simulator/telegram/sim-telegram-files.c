/*
 * sim-telegram-files.c - getFile, and /file/bot<token>/<path>.
 *
 * A path is good for telegram_file_life_s; getFile gives it another life. Files over 20 MB are refused by what they are
 * said to be, as they are at Telegram.
 */
#include "core/clock.h"
#include "simulator/media/sim-media-serve.h"
#include "simulator/telegram/sim-telegram.h"

#define FOLDER "documents/"

void telegram_get_file(struct telegram_call *call)
{
	struct sim_media *file = sim_media_find(&call->sim->media, telegram_text(call, "file_id"));
	struct json_writer w;
	if (!file || sim_media_take_fault(file, SIM_MEDIA_BIT(SIM_MEDIA_EXPIRED))) {
		telegram_refuse(call, "wrong file_id or the file is temporarily unavailable");
		return;
	}
	if (file->name && str_has_prefix(str_of(file->name), STR("huge"))) {
		telegram_refuse(call, "file is too big");
		return;
	}
	file->path_until_ms = clock_wall_ms() + call->sim->behaviour.telegram_file_life_s * 1000;
	telegram_begin_result(call, &w);
	json_begin_object(&w);
	json_member_str(&w, "file_id", str_of(file->id));
	json_member_str(&w, "file_unique_id", str_of(file->id + 2));
	json_member_i64(&w, "file_size", (int64_t)file->n);
	json_member_str(&w, "file_path", pool_printf(call->ex->pool, FOLDER "%s", file->id));
	json_end_object(&w);
	telegram_succeed(call, &w);
}

void telegram_serve_file(struct telegram_call *call, struct str path)
{
	size_t prefix = sizeof(FOLDER) - 1;
	struct sim_media *file = str_has_prefix(path, STR(FOLDER)) ? sim_media_find(
					 &call->sim->media, (struct str){ path.p + prefix, path.n - prefix })
								   : NULL;
	if (file && clock_wall_ms() < file->path_until_ms)
		sim_media_serve(call->sim, call->ex, file);
	else
		telegram_fail(call, &(struct telegram_error){ .code = 404, .description = "Not Found" });
}
