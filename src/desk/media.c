/*
 * media.c - what a message holds besides its text, in the reader's language. Pure; files are shown by
 * pages/inbox/conversation-files.c.
 */
#include "desk/media.h"

#include "desk/desk.h"

#include <string.h>

#define LINE_BYTES 120 /* of HTML around a line */

static struct str media_label(const struct translation *translation, const struct description_line *line)
{
	return line->label ? str_of(translation_find(translation, line->label)) : line->name;
}

static struct str media_text(const struct translation *translation, const struct description_line *line)
{
	return line->words ? str_of(translation_find(translation, line->words)) : line->text;
}

static void media_write_text(struct json_writer *w, const char *key, struct str text)
{
	json_key(w, key);
	if (str_is_empty(text))
		json_write_bool(w, false);
	else
		json_write_str(w, text);
}

static void media_write_line(
	const struct translation *translation, struct json_writer *w, const struct description_line *line)
{
	json_begin_object(w);
	media_write_text(w, "label", media_label(translation, line));
	json_member_str(w, "text", media_text(translation, line));
	media_write_text(w, "href", line->href);
	json_end_object(w);
}

void media_write(
	struct pool *pool, const struct translation *translation, struct json_writer *w, const struct description *d)
{
	json_key(w, "media");
	if (!d->title && d->n_lines == 0) {
		json_write_bool(w, false);
		return;
	}
	json_begin_object(w);
	json_member_str(w, "icon", str_of(d->icon));
	media_write_text(w, "title", d->title ? str_of(translation_find(translation, d->title)) : STR_NONE);
	json_member_bool(w, "any_lines", d->n_lines > 0);
	json_key(w, "lines");
	json_begin_array(w);
	for (int i = 0; i < d->n_lines; i++)
		media_write_line(translation, w, &d->lines[i]);
	json_end_array(w);
	media_write_text(w, "more", d->omitted ? pool_printf(pool, "%d", d->omitted) : STR_NONE);
	json_end_object(w);
}

size_t media_bytes(const struct description *d)
{
	size_t bytes = 0;
	for (int i = 0; i < d->n_lines; i++)
		bytes += LINE_BYTES + page_html_bytes(d->lines[i].text) + page_html_bytes(d->lines[i].href)
			 + page_html_bytes(d->lines[i].name);
	return bytes;
}

struct str media_filled(
	struct pool *pool, const struct translation *translation, const char *words, struct str name, struct str other)
{
	struct buf out;
	buf_init(&out, 64 << 10);
	for (const char *p = translation_find(translation, words); *p;) {
		bool is_name = !strncmp(p, "{{name}}", 8), is_other = !strncmp(p, "{{other}}", 9);
		if (is_name || is_other)
			buf_add_str(&out, is_name ? name : other);
		else
			buf_add_char(&out, *p);
		p += is_name ? 8 : is_other ? 9 : 1;
	}
	return pool_take(pool, &out);
}

struct str media_event(struct pool *pool, const struct translation *translation, const struct description *d,
	struct str name, struct str body)
{
	struct str other = str_is_empty(d->other) ? body : d->other;
	return media_filled(
		pool, translation, str_is_empty(other) && d->event_alone ? d->event_alone : d->event, name, other);
}

const char media_nothing[] = T("Message without text");

struct str media_words(struct pool *pool, const struct translation *translation, const struct description *d,
	struct str name, struct str body)
{
	if (d->is_deleted)
		return str_of(translation_find(translation, T("Deleted message")));
	if (d->event)
		return media_event(pool, translation, d, name, body);
	if (!d->title && str_is_empty(body))
		return d->n_lines ? media_text(translation, &d->lines[0])
				  : str_of(translation_find(translation, media_nothing));
	if (!d->title)
		return body;
	struct str title = str_of(translation_find(translation, d->title));
	struct str detail = !str_is_empty(body) ? body : d->n_lines ? media_text(translation, &d->lines[0]) : STR_NONE;
	return str_is_empty(detail) ? title
				    : pool_printf(pool, "%.*s: %.*s", (int)title.n, title.p, (int)detail.n, detail.p);
}
