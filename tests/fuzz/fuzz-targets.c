/*
 * fuzz-targets.c - the readers, and for each the rule that must hold for all inputs. That nothing is read or written
 * outside its memory the sanitizers say.
 */
#include "fuzz.h"

#include "documents/document.h"
#include "documents/sitemap.h"
#include "channel/telegram/telegram.h"
#include "channel/whatsapp/whatsapp.h"
#include "core/net/http-url.h"
#include "domain/leads/lead.h"
#include "domain/text.h"
#include "domain/handoff-request.h"
#include "http/request.h"
#include "http/params.h"
#include "desk/template/template.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <string.h>

#define TEXT_MAX (64u << 20)

/* Reads each byte, so that a slice that is none is seen. */
static bool is_readable(struct str s)
{
	volatile unsigned sum = 0;
	for (size_t i = 0; i < s.n; i++)
		sum += (unsigned char)s.p[i];
	(void)sum;
	return s.p || s.n == 0;
}

static struct str written(struct pool *pool, const struct json *v)
{
	struct buf b;
	struct json_writer w;
	buf_init(&b, TEXT_MAX);
	json_writer_init(&w, &b);
	json_write_value(&w, v);
	return pool_take(pool, &b);
}

/* ---- JSON ---- */

static const char *const json_tokens[] = { "{", "}", "[", "]", ":", ",", "\"", "\"a\":", "\\u0000", "\\ud800",
	"\\udc00\\u", "1e999", "-0", "18446744073709551616", "-9223372036854775809", "0.1", "true", "null", "NaN",
	"[[[[", "/*", NULL };

/* 0 where it is not told. */
static size_t heap_bytes(void)
{
#ifdef __GLIBC__
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
#else
	return 0;
#endif
}

static const char *read_json(struct pool *pool, struct str input)
{
	const struct json *v;
	struct explain why;
	size_t before = heap_bytes(), bound = json_values_bytes(input, SIZE_MAX) + 2 * input.n + 20000;
	struct buf cut;
	buf_init(&cut, input.n);
	json_cut(&cut, input, (const char *const[]){ "a", NULL }, 1, 1);
	if (cut.err != ERR_OK)
		return "a cut document is longer than it was";
	buf_fini(&cut);
	if (json_parse(pool, input, &v, &why) != ERR_OK)
		return str_is_utf8(str_of(why.text)) ? NULL : "the words of an error are no text";
	if (heap_bytes() > before + bound)
		return "the values take more memory than was counted";
	/* Names that are no text may have become the same one the first time. */
	for (int times = 0; times < 2; times++) {
		struct str text = written(pool, v);
		if (!str_is_utf8(text) || memchr(text.p, '\0', text.n))
			return "what was written is no text";
		if (json_parse(pool, text, &v, NULL) != ERR_OK)
			return "what was written cannot be read";
		if (times == 1 && !str_equal(written(pool, v), text))
			return "written again it is something else";
	}
	return NULL;
}

/* ---- webhooks ---- */

static const char *const whatsapp_tokens[] = { "\"messages\":[", "\"statuses\":[", "\"contacts\":[", "{", "}", "]",
	"\"from\":\"49\"", "\"from\":1", "\"id\":\"\"", "\"id\":{}", "\"type\":\"system\"", "\"timestamp\":-1",
	"\"user_id\":\"US.1\"", "\"interactive\":[]", "\"errors\":[{}]", "\"message_echoes\":[{}]", "null,", "[],",
	"{},", "\\u0000", "\xff", "\"entry\":[", "\"changes\":[", "\"value\":{", "\"metadata\":{",
	"\"phone_number_id\":\"1\"", "\"phone_number_id\":2", "\"phone\\u005fnumber_id\":\"\\u0033\"",
	"\"\\u0069d\":\"4\"", ":", ",", "\"", "\\", NULL };
static const char *const telegram_tokens[] = { "\"message\":", "\"callback_query\":", "\"chat\":{\"id\":-1}",
	"\"chat\":{\"id\":1e3}", "\"from\":[]", "\"message_id\":0", "\"migrate_to_chat_id\":-100", "\"date\":\"x\"",
	"\"text\":{}", "\"new_reaction\":[{}]", "\"my_chat_member\":", "null", "{", "}", "\\u0000", "\xff", NULL };

/* No text is longer than its bound. */
static const char *check_bounds(const struct json *item)
{
	static const struct {
		const char *key;
		size_t max;
	} bounds[] = {
#define CHARACTERS(member, max) { #member, 4 * (max) },
#define BYTES(member, max) { #member, (max) },
		INBOUND_BOUNDS(CHARACTERS, BYTES, BYTES)
#undef CHARACTERS
#undef BYTES
	};
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
		if (json_str(json_get(item, bounds[i].key)).n > bounds[i].max)
			return bounds[i].key;
	return NULL;
}

/* What the database is given is one JSON array, and a message in it says who wrote and under which id. */
static const char *check_items(struct pool *pool, const struct inbound_list *list)
{
	const struct json *items;
	struct buf b;
	struct json_writer w;
	buf_init(&b, TEXT_MAX);
	json_writer_init(&w, &b);
	json_begin_array(&w);
	inbound_write(&w, list, list->first ? list->first->org_id : 0);
	json_end_array(&w);
	struct str text = pool_take(pool, &b);
	if (json_parse(pool, text, &items, NULL) != ERR_OK || !str_is_utf8(text))
		return "the items are no JSON";
	if (json_length(items) != (size_t)list->n)
		return "an item is missing";
	for (size_t i = 0; i < json_length(items); i++) {
		const struct json *item = json_at(items, i);
		bool is_message = str_equal(json_str(json_get(item, "op")), STR("message"));
		if (is_message && json_length(json_get(item, "id_values")) == 0)
			return "a message of nobody";
		if (is_message && str_is_empty(json_str(json_get(item, "provider_id"))))
			return "a message without an id";
		if (check_bounds(item))
			return "a text is longer than its bound";
		if (json_length(json_get(item, "id_kinds")) != json_length(json_get(item, "id_values")))
			return "kinds and values are not next to each other";
	}
	return NULL;
}

/* An id that a channel may have: of ASCII, since what is escaped beyond it is not decoded by the scan. */
static bool is_plain(const struct json *v, struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if ((unsigned char)id.p[i] >= 0x80)
			return false;
	return id.n > 0 && id.n <= WHATSAPP_ID_MAX_BYTES && (json_kind(v) == JSON_STRING || !str_equal(id, STR("0")));
}

static bool is_listed(const struct whatsapp_id_list *list, struct str id)
{
	for (int i = 0; i < list->n; i++)
		if (str_equal(list->ids[i], id))
			return true;
	return list->n == WHATSAPP_SCAN_MAX;
}

/* The scan of the raw bytes finds each id by which a change is routed. */
static const char *check_scan(const struct whatsapp_ids *ids, const struct whatsapp_route *route,
	const struct json *entry, const struct json *change)
{
	const struct json *number = json_path(change, "value", "metadata", "phone_number_id", NULL);
	if (is_plain(number, route->phone_number_id) && !is_listed(&ids->phone_numbers, route->phone_number_id))
		return "the scan misses the number of a change";
	if (is_plain(json_get(entry, "id"), route->account_id) && !is_listed(&ids->accounts, route->account_id)
		&& ids->phone_numbers.n < WHATSAPP_SCAN_MAX)
		return "the scan misses the account of an entry";
	return NULL;
}

static const char *read_whatsapp(struct pool *pool, struct str input)
{
	static const struct channel channel = { .org_id = 1, .id = 2, .ops = &whatsapp_channel };
	const struct json *payload;
	struct inbound_list list;
	struct whatsapp_ids ids;
	inbound_list_init(&list);
	whatsapp_scan(pool, input, &ids);
	for (int i = 0; i < ids.phone_numbers.n; i++)
		if (!is_readable(ids.phone_numbers.ids[i]) || ids.phone_numbers.ids[i].n > WHATSAPP_ID_MAX_BYTES)
			return "the scan finds what is no id";
	if (json_parse(pool, input, &payload, NULL) != ERR_OK)
		return NULL;
	const struct json *entries = json_get(payload, "entry");
	for (size_t i = 0; i < json_length(entries); i++) {
		const struct json *entry = json_at(entries, i), *changes = json_get(entry, "changes");
		for (size_t k = 0; k < json_length(changes); k++) {
			struct whatsapp_route route = whatsapp_route_of(pool, entry, json_at(changes, k));
			if (!is_readable(route.phone_number_id) || !is_readable(route.account_id))
				return "a route that is no text";
			const char *missed = check_scan(&ids, &route, entry, json_at(changes, k));
			if (missed)
				return missed;
			whatsapp_normalise(pool, &channel, json_at(changes, k), &list);
		}
	}
	return check_items(pool, &list);
}

static const char *read_telegram(struct pool *pool, struct str input)
{
	static const struct channel channel = { .org_id = 1, .id = 2, .ops = &telegram_channel };
	const struct json *update;
	struct inbound_list list;
	inbound_list_init(&list);
	if (json_parse(pool, input, &update, NULL) != ERR_OK)
		return NULL;
	telegram_normalise(pool, &channel, update, &list);
	for (const struct inbound *item = list.first; item; item = item->next)
		(void)telegram_place_of(item->provider_id);
	return check_items(pool, &list);
}

/* ---- what browsers send ---- */

static const char *const form_tokens[] = { "--b\r\n", "\r\n--b", "--b--", "\r\n\r\n", "; name=\"x\"",
	"; filename=\"y\"", "Content-Disposition: form-data", "boundary=b", "multipart/form-data;", "application/json",
	"a=1&", "%00", "%", "&", "=", ";", "\"", NULL };

/* The first line is the Content-Type, a Cookie header and a query at once; the rest is the body. */
static const char *read_form(struct pool *pool, struct str input)
{
	struct str body = input, first = str_trim(str_take_until(&body, '\n')), name, value;
	struct params params;
	struct str cookie = cookie_find(first, "a"), rest = first;
	while (urlencoded_next(pool, &rest, &name, &value))
		if (!is_readable(name) || !is_readable(value))
			return "a pair of the query is not readable";
	if (!is_readable(cookie))
		return "the cookie is not readable";
	if (params_parse(pool, first, body.p ? body : STR(""), &params) != ERR_OK)
		return NULL;
	for (int i = 0; i < params.n; i++) {
		const struct param *p = &params.items[i];
		if (!p->name.p || !is_readable(p->name) || !is_readable(p->value) || !is_readable(p->file_name)
			|| !is_readable(p->type))
			return "a parameter is not readable";
	}
	return params.n <= PARAMS_MAX ? NULL : "more parameters than there may be";
}

/* ---- templates ---- */

static const char *const template_tokens[] = { "{{", "}}", "{{{", "}}}", "{{#a}}", "{{^a}}", "{{/a}}", "{{>page}}",
	"{{.}}", "{{a.b}}", "{{#t}}", "{{/t}}", "{{=<% %>=}}", "{{!", "\n", "  ", "\n%%\n", "{\"a\":[",
	"{\"a\":{\"a\":\"<\"}}", NULL };

/* The template, a line of two percent signs, the model. */
static const char *read_template(struct pool *pool, struct str input)
{
	const char *cut = memmem(input.p, input.n, "\n%%\n", 4);
	struct template_input in = { .content = STR("") };
	struct explain why;
	struct buf page;
	if (!cut
		|| json_parse(pool, (struct str){ cut + 4, input.n - (size_t)(cut + 4 - input.p) }, &in.model, NULL)
			   != ERR_OK)
		return NULL;
	struct embedded_file files[] = { { "page.mustache", (const unsigned char *)input.p, (size_t)(cut - input.p) },
		{ .name = NULL } };
	struct template_set *set = template_set_new(files, &why);
	if (!set)
		return NULL;
	buf_init(&page, 1 << 20);
	enum err e = template_render(set, "page", &in, &page);
	buf_fini(&page);
	template_set_free(set);
	return e == ERR_OK || e == ERR_INVALID || e == ERR_TOO_LARGE ? NULL : "an error that is none of a template's";
}

/* ---- documents ---- */

static const char *const html_tokens[] = { "<p>", "</p>", "<table><tr><td>", "</table>", "<ul><li>", "<pre>",
	"<a href=", "<script>", "</script", "<!--", "-->", "<![CDATA[", "&#0;", "&#xD800;", "&nbsp;", "<title>", "<h1>",
	"<br>", "<meta charset=utf-16>", "<div>", "\xff\xfe", "\xe2\x80", NULL };
static const char *const markdown_tokens[] = { "# ", "- ", "1. ", "> ", "```", "|", "|-|\n", "[a](", ")", "![", "*",
	"**", "\n\n", "    ", "<b>", "&#0;", "---\n", "\xff", "`", "~~", NULL };

static const char *const word_tokens[] = { "PK\x01\x02", "PK\x03\x04", "PK\x05\x06", "word/document.xml", "<w:p>",
	"</w:p>", "<w:t>", "<w:tbl>", "<w:tr><w:tc>", "<w:pStyle w:val=\"Heading1\"/>", "<w:tab/>", "<w:br/>", "&#0;",
	"<!DOCTYPE a [", "\xff\xff\xff\xff", "\0\0", NULL };
static const char *const sheet_tokens[] = { "PK\x01\x02", "PK\x05\x06", "xl/workbook.xml", "xl/sharedStrings.xml",
	"<c r=\"XFD1048576\">", "<c r=\"A0\" t=\"s\">", "<v>-1</v>", "<v>99999999999</v>", "<row r=\"1\">", "</row>",
	"<si>", "Target=\"../../x\"", "r:id=\"rId1\"", "&#0;", "\xff\xff\xff\xff", NULL };
static const char *const csv_tokens[] = { ";", ",", "\t", "\"", "\"\"", "\r\n", "\n", "\xef\xbb\xbf", "\xff\xfe",
	";;;;;;;;", "\"\n", "\0", NULL };
static const char *const sitemap_tokens[] = { "<urlset>", "<sitemapindex>", "<url><loc>", "</loc></url>", "<loc>",
	"https://shop.example/", "https://www.shop.example", "http://shop.example:99999/", "//", "javascript:", "&amp;",
	"&#0;", "\nSitemap: ", "#", "\xff", "<![CDATA[", NULL };

static const char *read_document(struct pool *pool, enum document_format format, struct str input)
{
	struct document d;
	struct explain why = { "" };
	uint32_t c;
	size_t n;
	enum err e = document_read(pool, format, input, &d, &why);
	if (e != ERR_OK)
		return *why.text && str_is_utf8(str_of(why.text)) ? NULL : "an error without words";
	if (str_is_empty(d.text) || d.text.n > DOCUMENT_TEXT_MAX_BYTES)
		return "no text, or too much of it";
	for (struct str s = d.text; s.n; s.p += n, s.n -= n) {
		n = str_utf8_next(s, &c);
		if (n == 0 || (c < 0x20 && c != '\n') || c == 0x7f)
			return "the text holds what is no text";
	}
	return memmem(d.text.p, d.text.n, "\n\n\n", 3) ? "more than one blank line" : NULL;
}

static const char *read_html(struct pool *pool, struct str input)
{
	return read_document(pool, DOCUMENT_HTML, input);
}

static const char *read_markdown(struct pool *pool, struct str input)
{
	return read_document(pool, DOCUMENT_MARKDOWN, input);
}

static const char *read_plain(struct pool *pool, struct str input)
{
	return read_document(pool, DOCUMENT_TEXT, input);
}

static const char *read_word(struct pool *pool, struct str input)
{
	return read_document(pool, DOCUMENT_WORD, input);
}

static const char *read_sheet(struct pool *pool, struct str input)
{
	return read_document(pool, DOCUMENT_EXCEL, input);
}

static const char *read_csv(struct pool *pool, struct str input)
{
	return read_document(pool, DOCUMENT_CSV, input);
}

/* What a site names of itself is an address of its own, each once, as many as there is room for. */
static const char *read_sitemap(struct pool *pool, struct str input)
{
	static const struct str own = { "https://shop.example/sitemap.xml", 32 };
	struct sitemap s;
	bool is_index;
	sitemap_init(&s, pool);
	(void)sitemap_is(input, &is_index);
	sitemap_read(&s, pool, own, input);
	sitemap_read_robots(&s, pool, own, input);
	if (s.n > SITEMAP_PAGES_MAX)
		return "more addresses than there may be";
	for (int i = 0; i < s.n; i++) {
		struct http_url url;
		if (!str_is_utf8(s.urls[i]) || !http_url_parse(pool, NULL, s.urls[i], &url)
			|| (!str_equal_nocase(url.host, STR("shop.example"))
				&& !str_equal_nocase(url.host, STR("www.shop.example"))))
			return "an address that is none, or of another site";
		for (int k = 0; k < i; k++)
			if (str_equal(s.urls[i], s.urls[k]))
				return "an address twice";
	}
	return NULL;
}

/* ---- what customers write ---- */

static const char *const message_tokens[] = { "+90 555 123 45 67", "a@b.de", "tomorrow at 5pm", "31.02.2027",
	"yar\xc4\xb1n", "1.500,00 \xe2\x82\xac", "$", "my name is ", "human please", "\xcc\x81", "\xe2\x80\x8d",
	"\xf0\x9f\x91\xa9", "\n", ". ", "9999999999999999999999", "\xff", NULL };

static bool is_label(struct str s, size_t max_characters)
{
	size_t characters = 0, n;
	uint32_t c;
	for (; s.n; s.p += n, s.n -= n, characters++) {
		n = str_utf8_next(s, &c);
		if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e))
			return false;
	}
	return characters <= max_characters;
}

static const char *read_message(struct pool *pool, struct str input)
{
	struct buf clean;
	struct lead lead = { .non_business = false };
	buf_init(&clean, TEXT_MAX);
	buf_add_utf8_clean(&clean, input);
	struct str text = pool_take(pool, &clean);
	struct lead_message message = { .text = text, .at_s = 1790000000 };
	lead_extract(pool, &(struct lead_input){ .messages = &message, .n = 1 }, &lead);
	for (int i = 0; i < LEAD_FIELD_COUNT; i++)
		if (!is_readable(lead.field[i]) || !str_is_utf8(lead.field[i]))
			return "a fact of the lead is no text";
	(void)handoff_requested(pool, text);
	struct text_parts parts = text_split(pool, text, 50);
	struct buf label;
	buf_init(&label, 4 * 42);
	text_add_label(&label, input, 40);
	bool good = is_label(buf_str(&label), 40) && label.err == ERR_OK;
	buf_fini(&label);
	if (!good)
		return "a name is too long, or no line of text";
	struct str folded = text_fold(pool, input);
	if (folded.n > TEXT_FOLDED_MAX(input.n) || !str_is_utf8(folded))
		return "a folded text is longer than its bound, or no text";
	for (int i = 0; i < parts.n; i++)
		if (text_utf16_length(parts.parts[i]) > 50 || !str_is_utf8(parts.parts[i]))
			return "a part is too long, or cut inside a character";
	return NULL;
}

const struct fuzz_target fuzz_targets[] = { { "json", json_tokens, read_json },
	{ "whatsapp", whatsapp_tokens, read_whatsapp }, { "telegram", telegram_tokens, read_telegram },
	{ "form", form_tokens, read_form }, { "template", template_tokens, read_template },
	{ "html", html_tokens, read_html }, { "markdown", markdown_tokens, read_markdown },
	{ "plain", markdown_tokens, read_plain }, { "word", word_tokens, read_word },
	{ "sheet", sheet_tokens, read_sheet }, { "csv", csv_tokens, read_csv },
	{ "sitemap", sitemap_tokens, read_sitemap }, { "message", message_tokens, read_message },
	{ "picture", fuzz_picture_tokens, fuzz_read_picture }, { "video", fuzz_video_tokens, fuzz_read_video },
	{ "recording", fuzz_recording_tokens, fuzz_read_recording }, { "upload", fuzz_upload_tokens, fuzz_read_upload },
	{ "address", fuzz_address_tokens, fuzz_read_address }, { NULL, NULL, NULL } };
