/*
 * contact-html.c - the objects of a contact's copy as a page that a person can read.
 *
 * One file that needs nothing else: no address, no script, nothing that is fetched. It is not one of the desk's
 * templates, because the command line writes it too. Everything that comes from a row is escaped by the one function
 * that writes text. Pure.
 */
#include "domain/contact/contact-html.h"

#include "core/json/json.h"

struct html_field {
	const char *key, *label; /* of the object's member; NULL ends the list */
};

#define HTML_FIELDS 12

static const struct html_section {
	const char *type, *title;
	struct html_field fields[HTML_FIELDS];
} html_sections[] = {
	{ "contact", T("Contact"),
		{ { "name", T("Name") }, { "username", T("User name") }, { "identities", T("Numbers and ids") },
			{ "has_blocked_us", T("Has blocked us") }, { "fields", T("Fields") },
			{ "created_at", T("Known since") } } },
	{ "conversation", T("Conversations"),
		{ { "platform", T("Platform") }, { "contact_phone", T("Telephone") }, { "tags", T("Tags") },
			{ "notes", T("Notes") }, { "created_at", T("Begun") },
			{ "last_message_at", T("Last message") } } },
	{ "message", T("Messages"),
		{ { "created_at", T("Time") }, { "sender", T("From") }, { "kind", T("Kind") }, { "body", T("Text") },
			{ "status", T("Status") }, { "error", T("Error") }, { "metadata", T("Details") } } },
	{ "decision", T("Decisions of the bot"),
		{ { "created_at", T("Time") }, { "outcome", T("Outcome") }, { "stage", T("Stage") },
			{ "reason", T("Reason") }, { "draft", T("Draft") }, { "detail", T("Details") } } },
	{ "counter_example", T("Questions with a wrong answer"),
		{ { "created_at", T("Time") }, { "question", T("Question") } } },
	{ "conversation_event", T("Events"), { { "at", T("Time") }, { "kind", T("Event") } } },
	{ "lead", T("Lead"),
		{ { "facts", T("Facts") }, { "summary", T("Summary") }, { "score", T("Score") },
			{ "class", T("Level") }, { "updated_at", T("Changed") } } },
	{ "quarantine", T("Items that could not be stored"),
		{ { "at", T("Time") }, { "reason", T("Reason") }, { "payload", T("Content") },
			{ "payload_hex", T("Content") } } },
};
#define HTML_SECTIONS (sizeof(html_sections) / sizeof(html_sections[0]))

static const char html_style[] =
	"body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}"
	"dl{display:grid;grid-template-columns:10rem 1fr;gap:0 1rem;border-top:1px solid #ccc;padding:.5rem 0;margin:0}"
	"dt{color:#555}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}";

static void html_text(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '<': buf_add_cstr(out, "&lt;"); break;
		case '>': buf_add_cstr(out, "&gt;"); break;
		case '&': buf_add_cstr(out, "&amp;"); break;
		case '"': buf_add_cstr(out, "&quot;"); break;
		default: buf_add_char(out, s.p[i]);
		}
}

static void html_word(const struct contact_copy *to, const char *english)
{
	html_text(to->out, str_of(to->word ? to->word(to->arg, english) : english));
}

void contact_html_begin(const struct contact_copy *to, struct str at)
{
	buf_addf(to->out, "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<style>%s</style>\n<title>",
		html_style);
	html_word(to, T("What is stored about you"));
	buf_add_cstr(to->out, "</title>\n</head>\n<body>\n<h1>");
	html_word(to, T("What is stored about you"));
	buf_add_cstr(to->out, "</h1>\n<p><time>");
	html_text(to->out, at);
	buf_add_cstr(to->out, "</time></p>\n");
}

/* A text as it is, anything else as JSON. */
static void html_value(struct buf *out, const struct json *value)
{
	struct buf text;
	struct json_writer w;
	if (json_kind(value) == JSON_STRING) {
		html_text(out, json_str(value));
		return;
	}
	buf_init(&text, 4 << 20);
	json_writer_init(&w, &text);
	json_write_value(&w, value);
	html_text(out, buf_str(&text));
	buf_fini(&text);
}

static bool html_is_nothing(const struct json *value)
{
	enum json_kind kind = json_kind(value);
	return kind == JSON_ABSENT || kind == JSON_NULL || (kind == JSON_ARRAY && json_length(value) == 0);
}

static const struct html_section *html_section_of(const char *type)
{
	for (size_t i = 0; i < HTML_SECTIONS; i++)
		if (!strcmp(html_sections[i].type, type))
			return &html_sections[i];
	bug("a copy has no section for %s", type);
}

void contact_html_object(const struct contact_copy *to, const char *type, struct str json, bool first)
{
	const struct html_section *section = html_section_of(type);
	struct pool *pool = pool_new();
	const struct json *object;
	if (first) {
		buf_add_cstr(to->out, "<h2>");
		html_word(to, section->title);
		buf_add_cstr(to->out, "</h2>\n");
	}
	buf_add_cstr(to->out, "<dl>");
	if (json_parse(pool, json, &object, NULL) != ERR_OK)
		object = NULL;
	for (const struct html_field *f = section->fields; object && f->key; f++) {
		const struct json *value = json_get(object, f->key);
		if (html_is_nothing(value))
			continue;
		buf_add_cstr(to->out, "<dt>");
		html_word(to, f->label);
		buf_add_cstr(to->out, "</dt><dd>");
		html_value(to->out, value);
		buf_add_cstr(to->out, "</dd>");
	}
	buf_add_cstr(to->out, "</dl>\n");
	pool_free(pool);
}

void contact_html_end(const struct contact_copy *to)
{
	buf_add_cstr(to->out, "</body>\n</html>\n");
}
