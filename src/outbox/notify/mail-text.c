/*
 * mail-text.c - what e-mails say, in the language of the person who gets them.
 *
 * Owns the texts: a row for each kind of e-mail, in which {names} stand for what is put in. Never sends, and never
 * keeps the secret of a link.
 */
#include "outbox/notify/mail-text.h"

#include "core/json/json.h"
#include "core/text/translation.h"
#include "outbox/notify/ring-text.h"

#include <string.h>

#define BODY_MAX_BYTES 20000

static const struct mail_text {
	const char *kind, *path, *subject, *body;
} mail_texts[] = {
	{ "reset", "reset", T("New password for Deskbell"),
		T("Hello,\n\nA new password was asked for at the sign-in page of Deskbell. Choose it here, within one "
		  "hour:\n\n{link}\n\nThe link works once, and ends all sessions. If you did not ask for it, do "
		  "nothing: your "
		  "password stays as it is.\n") },
	{ "invitation", "invitations", T("Invitation to {organisation}"),
		T("Hello,\n\n{by} has invited you to answer the customers of {organisation} with Deskbell. Join here, "
		  "within seven days:\n\n{link}\n\nThe link works once. If you do not know {organisation}, do "
		  "nothing.\n") },
	{ "ring", "inbox?view=waiting", T("News for you in {organisation}"),
		T("Hello,\n\nthis is new for you in {organisation}:\n\n{items}\nThe inbox: {link}\n\nYou choose on the "
		  "page "
		  "Account what you are notified of.\n") },
};

/* What an e-mail of the kind "ring" tells: a line for each, with where it is. */
static struct str mail_text_items(
	struct pool *pool, const struct conf *conf, const struct translation *t, const struct sql_mail_take_row *row)
{
	const struct json *items = NULL;
	struct buf out;
	buf_init(&out, BODY_MAX_BYTES);
	if (row->items.p && json_parse_own(pool, row->items, &items, NULL) != ERR_OK)
		items = NULL;
	for (size_t i = 0; items && i < json_length(items); i++) {
		const struct json *item = json_at(items, i);
		const struct ring_text ring = { json_str(json_get(item, "kind")), json_str(json_get(item, "who")),
			json_str(json_get(item, "what")), 0 };
		int64_t id;
		struct str title = ring_title(pool, t, &ring), body = str_cut(ring_body(pool, t, &ring), 300);
		buf_addf(&out, "- %.*s%s%.*s\n", (int)title.n, title.p, body.n ? ": " : "", (int)body.n,
			body.n ? body.p : "");
		if (json_i64(json_get(item, "conversation"), &id))
			buf_addf(&out, "  %s/inbox/%lld\n", conf->public_base_url, (long long)id);
	}
	return pool_take(pool, &out);
}

/* What stands for the {names} of a text. */
struct mail_text_values {
	const struct sql_mail_take_row *row;
	struct str link, items;
};

static void mail_text_add_value(struct buf *out, struct str name, const struct mail_text_values *values)
{
	const struct sql_mail_take_row *row = values->row;
	if (str_equal(name, STR("link")))
		buf_add_str(out, values->link);
	else if (str_equal(name, STR("items")))
		buf_add_str(out, values->items);
	else if (str_equal(name, STR("organisation")))
		buf_add_str(out, row->org_name.p ? row->org_name : STR("Deskbell"));
	else
		buf_add_str(out, row->by_name.p ? row->by_name : STR("Deskbell"));
}

/* The text with its {names} replaced. */
static struct str mail_text_fill(struct pool *pool, const char *text, const struct mail_text_values *values)
{
	struct buf out;
	buf_init(&out, BODY_MAX_BYTES);
	while (*text) {
		size_t n = strcspn(text, "{"), name = text[n] ? strcspn(text + n, "}") : 0;
		buf_add(&out, text, n);
		if (name)
			mail_text_add_value(&out, (struct str){ text + n + 1, name - 1 }, values);
		text += n + (name ? name + 1 : 0);
	}
	return pool_take(pool, &out);
}

struct mail mail_text_write(
	struct pool *pool, const struct conf *conf, const struct sql_mail_take_row *row, struct str token)
{
	const struct mail_text *text = mail_texts;
	const struct translation *t = translation_of(pool_cstr(pool, row->language));
	while (!str_equal(row->kind, str_of(text->kind)))
		text++;
	bool is_secret = !str_equal(row->kind, STR("ring"));
	const struct mail_text_values values = { .row = row,
		.link = pool_printf(pool, "%s/%s%s%.*s", conf->public_base_url, text->path, is_secret ? "/" : "",
			is_secret ? (int)token.n : 0, token.p),
		.items = mail_text_items(pool, conf, t, row) };
	return (struct mail){ .to = row->email,
		.subject = mail_text_fill(pool, translation_find(t, text->subject), &values),
		.body = mail_text_fill(pool, translation_find(t, text->body), &values) };
}
