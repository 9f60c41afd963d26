/*
 * sim-telegram-media.c - sendPhoto, sendVideo, sendAnimation, sendAudio, sendVoice, sendDocument, sendLocation,
 * sendVenue.
 *
 * A file comes with the request or is named by the id of one that was sent. What a method takes is told by the type
 * that the client gives, and of a photo by its sides. Source: "Bot API": Sending files, and each method.
 */
#include "simulator/telegram/sim-telegram.h"

#include "files/picture-head.h"

#include <stdio.h>

#define CAPTION_MAX 1024
#define MB ((size_t)1 << 20)
#define PHOTO_SIDE 640
#define PHOTO_SIDES 10000
#define PHOTO_RATIO 20

static const struct {
	const char *method, *field, *type; /* `type`: how its media types begin */
	size_t max_bytes;
} kinds[] = { { "sendPhoto", "photo", "image/", 10 * MB }, { "sendVideo", "video", "video/", 50 * MB },
	{ "sendAnimation", "animation", "", 50 * MB }, { "sendAudio", "audio", "audio/", 50 * MB },
	{ "sendVoice", "voice", "audio/", 50 * MB }, { "sendDocument", "document", "", 50 * MB } };
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static size_t sim_telegram_media_kind(struct str method)
{
	size_t i = 0;

	while (i + 1 < KINDS && !str_equal_nocase(method, str_of(kinds[i].method)))
		i++;
	return i;
}

/* The file as the answer has it: a photo in two sizes, the larger one last. */
static void sim_telegram_media_write(
	struct json_writer *w, const struct telegram_content *content, const struct sim_media *file)
{
	bool is_photo = !strcmp(content->type, "photo");

	json_key(w, content->type);
	if (is_photo)
		json_begin_array(w);
	for (int size = is_photo ? 1 : 2; size <= 2; size++) {
		json_begin_object(w);
		json_member_str(w, "file_id", str_of(file->id));
		json_member_str(w, "file_unique_id", str_of(file->id + 2));
		json_member_i64(w, "file_size", (int64_t)file->n / (3 - size));
		if (is_photo) {
			json_member_i64(w, "width", PHOTO_SIDE / (3 - size));
			json_member_i64(w, "height", PHOTO_SIDE / (3 - size));
		} else {
			json_member_str(w, "mime_type", str_of(file->mime_type));
			json_member_str(w, "file_name", str_of(file->name));
		}
		json_end_object(w);
	}
	if (is_photo)
		json_end_array(w);
	if (content->text.n)
		json_member_str(w, "caption", content->text);
}

/* Source: "Bot API", sendPhoto: width and height together at most 10000, their ratio at most 20. */
static bool sim_telegram_media_is_photo(struct str bytes)
{
	struct picture_head head;

	if (!picture_head_read(bytes, &head))
		return true; /* what it is has not been looked at */
	return head.width + head.height <= PHOTO_SIDES && head.width <= PHOTO_RATIO * head.height
	       && head.height <= PHOTO_RATIO * head.width;
}

/* What the request brings, or names; NULL after a refusal. */
static const struct sim_media *sim_telegram_media_take(struct telegram_call *call, size_t kind)
{
	const struct sim_form_part *part = call->form ? sim_form_find(call->form, str_of(kinds[kind].field)) : NULL;
	struct str id = telegram_text(call, kinds[kind].field);
	const struct sim_media *file = NULL;

	if (!part || !part->file_name.p) {
		file = id.p ? sim_media_find(&call->sim->media, id) : NULL;
		if (!file)
			telegram_refuse(call,
				id.p ? "wrong file identifier/HTTP URL specified" : "there is no file in the request");
	} else if (!part->value.n) {
		telegram_refuse(call, "file must be non-empty");
	} else if (part->value.n > kinds[kind].max_bytes) {
		telegram_fail(call, &(struct telegram_error){ .code = 413, .description = "Request Entity Too Large" });
	} else if (!str_has_prefix(part->type, str_of(kinds[kind].type))) {
		telegram_refuse(call, kind ? "wrong type of the file" : "IMAGE_PROCESS_FAILED");
	} else if (!kind && !sim_telegram_media_is_photo(part->value)) {
		telegram_refuse(call, "PHOTO_INVALID_DIMENSIONS");
	} else {
		file = sim_media_keep(
			&call->sim->media, part->type, part->file_name, part->value, simulator_serial(call->sim));
	}
	return file;
}

void telegram_send_file(struct telegram_call *call)
{
	size_t kind = sim_telegram_media_kind(call->method);
	struct telegram_content content = {
		.type = kinds[kind].field, .text = telegram_text(call, "caption"), .write = sim_telegram_media_write
	};

	if (!telegram_need_chat(call))
		return;
	if (simulator_utf16_units(content.text) > CAPTION_MAX) {
		telegram_refuse(call, "message caption is too long");
		return;
	}
	if (!(content.file = sim_telegram_media_take(call, kind)))
		return;
	content.text = content.text.p ? content.text : STR("");
	content.media = str_of(content.file->id);
	telegram_deliver(call, &content);
}

static void sim_telegram_media_write_place(
	struct json_writer *w, const struct telegram_content *content, const struct sim_media *file)
{
	(void)file;
	json_member_str(w, "title", content->text);
}

void telegram_send_venue(struct telegram_call *call)
{
	struct str latitude = telegram_text(call, "latitude"), longitude = telegram_text(call, "longitude"),
		   title = telegram_text(call, "title");
	struct telegram_content content = { .type = "location", .write = sim_telegram_media_write_place };

	if (!telegram_need_chat(call))
		return;
	if (str_is_empty(latitude) || str_is_empty(longitude)) {
		telegram_refuse(call, "latitude is empty");
		return;
	}
	content.text = pool_printf(call->ex->pool, "%.*s,%.*s %.*s", (int)latitude.n, latitude.p, (int)longitude.n,
		longitude.p, (int)title.n, title.p ? title.p : "");
	telegram_deliver(call, &content);
}
