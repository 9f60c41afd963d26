/*
 * graph-message-check.c - the rules of a send request's body ("Send messages", "Text messages", "Business-scoped user
 * IDs").
 *
 * Owns what is refused with code 100, and in which order. Never looks at state: who may write when is decided in
 * graph-messages.c. Each check answers the error itself and returns false.
 */
#include "simulator/graph/graph-message.h"

#define TEXT_MAX 4096
#define CAPTION_MAX 1024
#define TAG_MAX 512
#define BUTTONS_MAX 3
#define BUTTONS_TEXT_MAX 1024
#define TITLE_MAX 20
#define ID_MAX 256

static const char *const types[] = { "audio", "contacts", "document", "image", "interactive", "location", "reaction",
	"sticker", "template", "text", "video" };

#define TYPES_IN_WORDS \
	"{AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, STICKER, TEMPLATE, TEXT, VIDEO}"

static bool is_blank(struct str s)
{
	return str_is_empty(str_trim(s));
}

bool message_check_product(struct graph_call *call)
{
	const struct json *product = json_get(call->body, "messaging_product");
	struct str name = json_str(product);

	if (!product || str_is_empty(json_text(call->ex->pool, product)))
		return graph_refuse(call, "(#100) The parameter messaging_product is required.");
	if (!str_equal_nocase(name, STR("whatsapp")))
		return graph_refuse(call, "(#100) Param messaging_product must be one of {WHATSAPP} - got \"%.*s\".",
			(int)name.n, name.p ? name.p : "");
	return true;
}

struct str message_phone_digits(struct pool *pool, struct str to)
{
	char *digits = pool_alloc(pool, to.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < to.n; i++) {
		if (to.p[i] >= '0' && to.p[i] <= '9')
			digits[n++] = to.p[i];
		else if (!strchr("+-(). ", to.p[i]) || (to.p[i] == '+' && i))
			return STR_NONE;
	}
	return n >= 7 && n <= 15 && digits[0] != '0' ? (struct str){ digits, n } : STR_NONE;
}

/* CC.xxx or CC.ENT.xxx, at most 128 letters and digits. */
static bool is_user_id(struct str s)
{
	if (s.n < 4 || s.p[2] != '.' || s.p[0] < 'A' || s.p[0] > 'Z' || s.p[1] < 'A' || s.p[1] > 'Z')
		return false;
	s = (struct str){ s.p + 3, s.n - 3 };
	if (str_has_prefix(s, STR("ENT.")))
		s = (struct str){ s.p + 4, s.n - 4 };
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'A' && s.p[i] <= 'Z')
			    || (s.p[i] >= 'a' && s.p[i] <= 'z')))
			return false;
	return s.n > 0 && s.n <= 128;
}

static bool check_recipient(struct message *m)
{
	struct graph_call *call = m->call;
	struct str kind = json_str(json_get(m->body, "recipient_type"));

	if (json_get(m->body, "recipient_type") && !str_equal_nocase(kind, STR("individual")))
		return graph_refuse(call, "(#100) Param recipient_type must be one of {INDIVIDUAL} - got \"%.*s\".",
			(int)kind.n, kind.p ? kind.p : "");
	m->to = json_text(call->ex->pool, json_get(m->body, "to"));
	m->recipient = json_str(json_get(m->body, "recipient"));
	if (is_blank(m->to) && is_blank(m->recipient))
		return graph_refuse(call, "(#100) The parameter to is required.");
	if (is_blank(m->to))
		return is_user_id(m->recipient)
		       || graph_refuse_value(call, "Recipient is not a valid business-scoped user ID");
	m->phone = message_phone_digits(call->ex->pool, m->to);
	return m->phone.p || graph_refuse_value(call, "Parameter 'to' is not a valid phone number");
}

static bool check_type(struct message *m)
{
	const struct json *type = json_get(m->body, "type");

	m->type = type ? json_str(type) : STR("text");
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (str_equal_nocase(str_of(types[i]), m->type)) {
			m->type = str_of(types[i]);
			if (json_kind(json_get(m->body, types[i])) == JSON_ABSENT)
				return graph_refuse(m->call, "(#100) The parameter %s is required.", types[i]);
			return true;
		}
	return graph_refuse(m->call, "(#100) Param type must be one of " TYPES_IN_WORDS " - got \"%.*s\".",
		(int)m->type.n, m->type.p ? m->type.p : "");
}

static bool check_text_key(void *arg, struct str key, const struct json *value)
{
	struct message *m = arg;

	(void)value;
	if (str_equal(key, STR("body")) || str_equal(key, STR("preview_url")))
		return true;
	return graph_refuse(m->call, "(#100) Unexpected key \"%.*s\" on param \"text\".", (int)key.n, key.p);
}

static bool graph_message_check_text(struct message *m)
{
	const struct json *text = json_get(m->body, "text"), *body = json_get(text, "body"),
			  *preview = json_get(text, "preview_url");

	if (json_kind(text) != JSON_OBJECT)
		return graph_refuse(m->call, "(#100) Param text must be a JSON object.");
	if (!json_each(text, check_text_key, m))
		return false;
	if (body && json_kind(body) != JSON_STRING)
		return graph_refuse(m->call, "(#100) Param text['body'] must be a string.");
	m->text = json_str(body);
	if (is_blank(m->text))
		return graph_refuse(m->call, "(#100) The parameter text['body'] is required.");
	if (simulator_utf16_units(m->text) > TEXT_MAX)
		return graph_refuse(m->call, "(#100) Param text['body'] must be at most %d characters long.", TEXT_MAX);
	if (preview && json_kind(preview) != JSON_BOOL)
		return graph_refuse(m->call, "(#100) Param text['preview_url'] must be a boolean.");
	return true;
}

/* A file: by the id of an upload, or a link. */
static bool graph_message_check_file(struct message *m, const char *type, const struct json *content)
{
	struct str id = json_str(json_get(content, "id")), link = json_str(json_get(content, "link"));
	struct sim_media *file = id.p ? sim_media_find(&m->call->sim->media, id) : NULL;

	if (str_is_empty(id) == str_is_empty(link))
		return graph_refuse(
			m->call, "(#100) The parameter %s['id'] or %s['link'] is required, and one only.", type, type);
	if (id.p && !file) {
		graph_fail(m->call, &(struct graph_error){ .http = 400,
					    .code = 131009,
					    .message = "(#131009) Parameter value is not valid",
					    .details = "Media ID is not valid or has expired" });
		return false;
	}
	m->media = id;
	m->misfit = file && strcmp(graph_media_kind(str_of(file->name)), type);
	return true;
}

/* Audio takes no caption. */
static bool check_media(struct message *m)
{
	const struct json *content = json_get(m->body, m->type.p);
	struct str caption = json_str(json_get(content, "caption"));
	bool is_audio = str_equal(m->type, STR("audio"));

	if (!graph_message_check_file(m, m->type.p, content))
		return false;
	if (caption.p && (is_audio || str_equal(m->type, STR("sticker"))))
		return graph_refuse(m->call, "(#100) Unexpected key \"caption\" on param \"%s\".", m->type.p);
	if (simulator_utf16_units(caption) > CAPTION_MAX)
		return graph_refuse(m->call, "(#100) Param %s['caption'] must be at most %d characters long.",
			m->type.p, CAPTION_MAX);
	m->text = caption.p ? caption : STR("");
	return true;
}

/* What of another type a customer would read. */
static bool check_other(struct message *m)
{
	const struct json *content = json_get(m->body, m->type.p);
	struct pool *pool = m->call->ex->pool;

	m->text = json_str(json_get(content, "caption"));
	if (!m->text.p)
		m->text = json_str(json_path(content, "body", "text", NULL));
	if (!m->text.p)
		m->text = json_str(json_get(content, "emoji"));
	if (!m->text.p)
		m->text = pool_printf(pool, "[%s]", m->type.p);
	return true;
}

/* The header of an interactive message: none, a text, or a picture, video or document without a caption. */
static bool graph_message_check_header(struct message *m, const struct json *header)
{
	static const char *const files[] = { "image", "video", "document" };
	struct str type = json_str(json_get(header, "type"));

	if (!header || str_equal(type, STR("text")))
		return true;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (str_equal(type, str_of(files[i]))) {
			const struct json *content = json_get(header, files[i]);
			return json_get(content, "caption")
				       ? graph_refuse(m->call, "(#100) Unexpected key \"caption\" on param \"header\".")
				       : graph_message_check_file(m, files[i], content);
		}
	return graph_refuse(m->call, "(#100) Param header['type'] must be one of {DOCUMENT, IMAGE, TEXT, VIDEO}.");
}

/* "Interactive reply buttons messages": up to three, ids and titles of their own. */
static bool check_buttons(struct message *m, const struct json *interactive)
{
	const struct json *buttons = json_path(interactive, "action", "buttons", NULL);
	size_t n = json_length(buttons);
	struct buf titles;

	m->text = json_str(json_path(interactive, "body", "text", NULL));
	if (is_blank(m->text))
		return graph_refuse(m->call, "(#100) The parameter interactive['body'] is required.");
	if (simulator_utf16_units(m->text) > BUTTONS_TEXT_MAX)
		return graph_refuse_value(m->call, "Body text length invalid. Min length: 1, Max length: 1024");
	if (!graph_message_check_header(m, json_get(interactive, "header")))
		return false;
	if (n < 1 || n > BUTTONS_MAX)
		return graph_refuse_value(
			m->call, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3");
	buf_init(&titles, 4096);
	for (size_t i = 0; i < n; i++) {
		const struct json *reply = json_get(json_at(buttons, i), "reply");
		struct str title = json_str(json_get(reply, "title")), id = json_str(json_get(reply, "id"));
		if (is_blank(title) || is_blank(id) || simulator_utf16_units(title) > TITLE_MAX
			|| simulator_utf16_units(id) > ID_MAX) {
			buf_fini(&titles);
			return graph_refuse_value(
				m->call, "Button title length invalid. Min length: 1, Max length: 20");
		}
		for (size_t k = 0; k < i; k++)
			if (str_equal(id, json_str(json_path(json_at(buttons, k), "reply", "id", NULL)))) {
				buf_fini(&titles);
				return graph_refuse_value(m->call, "Duplicated buttons reply id");
			}
		buf_add_cstr(&titles, i ? "\n" : "");
		buf_add_str(&titles, title);
	}
	m->buttons = pool_take(m->call->ex->pool, &titles);
	return true;
}

static bool check_content(struct message *m)
{
	if (str_equal(m->type, STR("text")))
		return graph_message_check_text(m);
	const struct json *interactive = json_get(m->body, "interactive");
	if (str_equal(m->type, STR("interactive")) && str_equal(json_str(json_get(interactive, "type")), STR("button")))
		return check_buttons(m, interactive);
	static const char *const files[] = { "image", "video", "audio", "document", "sticker" };
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (str_equal(m->type, str_of(files[i])))
			return check_media(m);
	return check_other(m);
}

static bool check_options(struct message *m)
{
	const struct json *tag = json_get(m->body, "biz_opaque_callback_data"), *context = json_get(m->body, "context");

	if (tag && json_kind(tag) != JSON_STRING)
		return graph_refuse(m->call, "(#100) Param biz_opaque_callback_data must be a string.");
	m->tag = json_str(tag);
	if (simulator_utf16_units(m->tag) > TAG_MAX)
		return graph_refuse(
			m->call, "(#100) Param biz_opaque_callback_data must be at most %d characters long.", TAG_MAX);
	if (context && json_kind(context) != JSON_OBJECT)
		return graph_refuse(m->call, "(#100) Param context must be a JSON object.");
	if (context && is_blank(json_str(json_get(context, "message_id"))))
		return graph_refuse(m->call, "(#100) The parameter context['message_id'] is required.");
	return true;
}

bool message_check(struct message *m)
{
	return check_recipient(m) && check_type(m) && check_content(m) && check_options(m);
}
