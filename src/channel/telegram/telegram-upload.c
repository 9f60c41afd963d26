/*
 * telegram-upload.c - files for a customer: what the Bot API takes, and the request that carries one.
 *
 * Never sends itself: it fills requests. The file travels with the message; what was sent once is named by its id the
 * next time. Source: Telegram, "Bot API": Sending files, sendPhoto (10 MB, and the
 * sides of a picture), sendVideo, sendAudio, sendVoice,
 * sendAnimation, sendDocument (50 MB).
 */
#include "channel/telegram/telegram.h"

#include "core/net/http-form.h"

#define MB ((int64_t)1000000)

static const struct picture_limits photo_limits = { .sides = 10000, .ratio = 20 };

/* A picture that is too large or too narrow for a photo is sent as it is. */
const struct file_rule telegram_file_rules[] = { { "image/jpeg", "image", "photo", ".jpg", 10 * MB, true, 0,
							 &photo_limits },
	{ "image/jpeg", "document", "document", ".jpg", 50 * MB, true, 0, NULL },
	{ "image/png", "image", "photo", ".png", 10 * MB, true, 0, &photo_limits },
	{ "image/png", "document", "document", ".png", 50 * MB, true, 0, NULL },
	{ "image/webp", "image", "photo", ".webp", 10 * MB, true, 0, &photo_limits },
	{ "image/webp", "document", "document", ".webp", 50 * MB, true, 0, NULL },
	{ "image/gif", "video", "animation", ".gif", 50 * MB, true, 0, NULL },
	{ "video/mp4", "video", "video", ".mp4", 50 * MB, true, 0, NULL },
	{ "audio/ogg", "voice", "voice", ".ogg", 50 * MB, true, 2, NULL },
	{ "audio/mpeg", "audio", "audio", ".mp3", 50 * MB, true, 0, NULL },
	{ "audio/mp4", "audio", "audio", ".m4a", 50 * MB, true, 0, NULL },
	{ NULL, "document", "document", "", 50 * MB, true, 0, NULL }, { NULL, NULL, NULL, NULL, 0, false, 0, NULL } };

static const struct {
	const char *native, *method;
} methods[] = { { "photo", "sendPhoto" }, { "animation", "sendAnimation" }, { "video", "sendVideo" },
	{ "audio", "sendAudio" }, { "voice", "sendVoice" }, { "document", "sendDocument" } };
#define METHODS (sizeof(methods) / sizeof(methods[0]))

static size_t telegram_upload_method(struct str native)
{
	size_t i = 0;
	while (i + 1 < METHODS && !str_equal(native, str_of(methods[i].native)))
		i++;
	return i;
}

enum err telegram_build_file(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct outgoing *message, struct str reply, struct str keyboard, struct http_request *out)
{
	const struct outgoing_file *file = message->file;
	size_t method = telegram_upload_method(file->native);
	struct http_form form;
	enum err e = telegram_request(
		pool, conf, channel, methods[method].method, STR_NONE, (int)conf->outbox_timeout_ms, out);
	if (e != ERR_OK)
		return e;
	http_form_begin(&form, pool);
	http_form_text(&form, "chat_id", message->to_user_id);
	telegram_form_topic(pool, &form, message->topic);
	http_form_text(&form, "caption", str_is_empty(message->body) ? STR_NONE : message->body);
	http_form_text(&form, "reply_parameters", reply);
	http_form_text(&form, "reply_markup", keyboard);
	if (file->uploaded.p) {
		http_form_text(&form, methods[method].native, file->uploaded);
		return http_form_end(&form, out);
	}
	out->timeout_ms = (int)conf->files_timeout_s * 1000;
	return http_form_end_with_file(
		&form, methods[method].native, file->name, file->type, file->fd, file->bytes, out);
}

/* An animation comes with a document of the same file; a photo in several sizes, of which any will do. */
struct str telegram_sent_file(struct pool *pool, const struct json *message)
{
	for (size_t i = 0; i < METHODS; i++) {
		const struct json *held = json_get(message, methods[i].native);
		if (json_kind(held) == JSON_ARRAY)
			held = json_at(held, json_length(held) - 1);
		struct str id = json_str(json_get(held, "file_id"));
		if (!str_is_empty(id) && id.n <= 256)
			return pool_str(pool, id);
	}
	return STR_NONE;
}
