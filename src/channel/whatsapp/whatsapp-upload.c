/*
 * whatsapp-upload.c - files for a customer: what Meta takes, how a file is uploaded, and the message that names it.
 *
 * Never sends itself: it fills requests and judges responses. Meta tells the kind of a file by the ending of its name,
 * so the name that is sent ends as the rule says, whatever the file was called. Source: Meta, "Media" (2026): upload,
 * supported types and sizes; "Image, Video, Audio, Document, Location messages".
 */
#include "channel/whatsapp/whatsapp.h"

#include "channel/send-rule.h"
#include "core/net/http-form.h"

#define MB ((int64_t)1000000)
#define NAME_MAX_BYTES 200
#define ID_MAX_BYTES 64

#define OFFICE "application/vnd.openxmlformats-officedocument."

const struct file_rule whatsapp_file_rules[] = { { "image/jpeg", "image", "image", ".jpg", 5 * MB, true, 0, NULL },
	{ "image/png", "image", "image", ".png", 5 * MB, true, 0, NULL },
	{ "video/mp4", "video", "video", ".mp4", 16 * MB, true, 0, NULL },
	{ "video/3gpp", "video", "video", ".3gp", 16 * MB, true, 0, NULL },
	{ "audio/ogg", "voice", "audio", ".ogg", 16 * MB, false, 1, NULL },
	{ "audio/ogg", "audio", "audio", ".ogg", 16 * MB, false, 0, NULL },
	{ "audio/mpeg", "audio", "audio", ".mp3", 16 * MB, false, 0, NULL },
	{ "audio/mp4", "audio", "audio", ".m4a", 16 * MB, false, 0, NULL },
	{ "audio/aac", "audio", "audio", ".aac", 16 * MB, false, 0, NULL },
	{ "audio/amr", "audio", "audio", ".amr", 16 * MB, false, 0, NULL },
	{ "application/pdf", "document", "document", ".pdf", 100 * MB, true, 0, NULL },
	{ "text/plain", "document", "document", ".txt", 100 * MB, true, 0, NULL },
	{ "application/msword", "document", "document", ".doc", 100 * MB, true, 0, NULL },
	{ "application/vnd.ms-excel", "document", "document", ".xls", 100 * MB, true, 0, NULL },
	{ "application/vnd.ms-powerpoint", "document", "document", ".ppt", 100 * MB, true, 0, NULL },
	{ OFFICE "wordprocessingml.document", "document", "document", ".docx", 100 * MB, true, 0, NULL },
	{ OFFICE "spreadsheetml.sheet", "document", "document", ".xlsx", 100 * MB, true, 0, NULL },
	{ OFFICE "presentationml.presentation", "document", "document", ".pptx", 100 * MB, true, 0, NULL },
	{ NULL, NULL, NULL, NULL, 0, false, 0, NULL } };

enum err whatsapp_build_upload(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct outgoing_file *file, struct http_request *out, struct explain *why)
{
	struct http_form form;
	if (!channel->secret[WHATSAPP_TOKEN] || str_is_empty(channel->external_id))
		return explain(why, ERR_INVALID, "the channel has no access token: connect it again");
	*out = (struct http_request){ .method = "POST",
		.url = pool_printf(pool, "%s/%s/%.*s/media", conf->graph_base_url, conf->graph_version,
			(int)channel->external_id.n, channel->external_id.p)
			       .p,
		.bearer = channel->secret[WHATSAPP_TOKEN],
		.timeout_ms = (int)conf->files_timeout_s * 1000 };
	http_form_begin(&form, pool);
	http_form_text(&form, "messaging_product", STR("whatsapp"));
	http_form_text(&form, "type", file->type);
	return http_form_end_with_file(&form, "file", file->name, file->type, file->fd, file->bytes, out);
}

static bool whatsapp_upload_is_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] < '0' || id.p[i] > '9')
			return false;
	return id.n > 0 && id.n <= ID_MAX_BYTES;
}

void whatsapp_judge_upload(struct pool *pool, const struct http_response *response, struct send_result *out)
{
	const struct json *body = NULL;
	*out = (struct send_result){ .outcome = SEND_FAILED };
	if (response->outcome == HTTP_ANSWERED && json_parse(pool, response->body, &body, NULL) != ERR_OK)
		body = NULL;
	struct str id = json_text(pool, json_get(body, "id"));
	if (response->outcome == HTTP_ANSWERED && response->status / 100 == 2 && whatsapp_upload_is_id(id)) {
		*out = (struct send_result){ .outcome = SEND_ACCEPTED, .file_id = pool_str(pool, id) };
		return;
	}
	if (response->outcome == HTTP_ANSWERED && response->status / 100 != 2) {
		whatsapp_judge_refusal(pool, response, body, out);
		return;
	}
	/* Nothing was sent, so it may be uploaded again whatever became of it. */
	out->outcome = SEND_RETRY;
	out->class = SEND_CLASS_RETRY;
	out->code = STR("upload");
	out->reason = REASON(pool, whatsapp_upload_failed, F_REASON("reason", str_of(response->reason)));
}

static const char *whatsapp_upload_member(struct str native)
{
	static const char *const members[] = { "image", "video", "audio", "document" };
	size_t i = 0;
	while (i + 1 < sizeof(members) / sizeof(members[0]) && !str_equal(native, str_of(members[i])))
		i++;
	return members[i];
}

void whatsapp_write_file(struct json_writer *w, const struct outgoing_file *file, struct str caption)
{
	bool is_audio = str_equal(file->native, STR("audio"));
	json_member_str(w, "type", file->native);
	json_key(w, whatsapp_upload_member(file->native));
	json_begin_object(w);
	json_member_str(w, "id", file->uploaded);
	if (str_equal(file->kind, STR("voice")))
		json_member_bool(w, "voice", true);
	if (str_equal(file->native, STR("document")))
		json_member_str(w, "filename", str_cut(file->name, NAME_MAX_BYTES));
	if (!is_audio && !str_is_empty(caption))
		json_member_str(w, "caption", caption);
	json_end_object(w);
}

void whatsapp_write_place(struct json_writer *w, const struct outgoing_place *place)
{
	json_member_str(w, "type", STR("location"));
	json_key(w, "location");
	json_begin_object(w);
	json_key(w, "latitude");
	json_write_double(w, place->latitude);
	json_key(w, "longitude");
	json_write_double(w, place->longitude);
	json_member_str(w, "name", place->name);
	json_member_str(w, "address", place->address);
	json_end_object(w);
}
