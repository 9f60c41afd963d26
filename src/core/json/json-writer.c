/*
 * json-writer.c - writing JSON straight into a buffer.
 *
 * Owns the commas and the escapes. No objects are built. Whatever bytes it is given, the result is valid JSON that
 * PostgreSQL's jsonb takes: no NUL, no invalid UTF-8, no NaN, a point for the decimal point under every locale. Fails
 * only as its buffer fails; a wrong order of calls is a bug.
 */
#include "core/json/json-parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void json_writer_init(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){ .out = out };
}

/* Before each value: the comma, unless the value belongs to a key, which has had it. */
static void value_begins(struct json_writer *w)
{
	if (w->depth == 0 && w->comma)
		bug("two JSON values at the top");
	if (w->comma && !w->after_key)
		buf_add_char(w->out, ',');
	w->comma = true;
	w->after_key = false;
}

static void level_begins(struct json_writer *w, char bracket)
{
	value_begins(w);
	buf_add_char(w->out, bracket);
	w->depth++;
	w->comma = false;
}

static void level_ends(struct json_writer *w, char bracket)
{
	if (w->depth == 0 || w->after_key)
		bug("a JSON level ends that has not begun, or after a key");
	buf_add_char(w->out, bracket);
	w->depth--;
	w->comma = true;
}

void json_begin_object(struct json_writer *w)
{
	level_begins(w, '{');
}

void json_end_object(struct json_writer *w)
{
	level_ends(w, '}');
}

void json_begin_array(struct json_writer *w)
{
	level_begins(w, '[');
}

void json_end_array(struct json_writer *w)
{
	level_ends(w, ']');
}

static bool needs_escape(unsigned char byte)
{
	return byte < 0x20 || byte == '"' || byte == '\\';
}

static void json_writer_add_escape(struct buf *out, unsigned char byte)
{
	static const char letters[] = "btn\0fr"; /* from U+0008; U+000B has none */
	char letter = byte >= 0x20 ? (char)byte : byte >= 8 && byte <= 13 ? letters[byte - 8] : '\0';

	if (byte == '\0')
		buf_add_utf8(out, 0xfffd);
	else if (letter)
		buf_add(out, (char[]){ '\\', letter }, 2);
	else
		buf_addf(out, "\\u%04x", byte);
}

/* Runs without escapes go over whole; bytes beyond ASCII make a run to be cleaned. No character is cut, since escapes
 * are ASCII. */
static void json_writer_add_quoted(struct buf *out, struct str s)
{
	size_t i = 0;

	buf_add_char(out, '"');
	while (i < s.n) {
		size_t start = i;
		unsigned char seen = 0;

		for (; i < s.n && !needs_escape((unsigned char)s.p[i]); i++)
			seen |= (unsigned char)s.p[i];
		if (seen & 0x80)
			buf_add_utf8_clean(out, (struct str){ s.p + start, i - start });
		else
			buf_add(out, s.p + start, i - start);
		if (i < s.n)
			json_writer_add_escape(out, (unsigned char)s.p[i++]);
	}
	buf_add_char(out, '"');
}

static void write_key(struct json_writer *w, struct str key)
{
	if (w->depth == 0 || w->after_key)
		bug("a JSON key outside an object, or two keys in a row");
	if (w->comma)
		buf_add_char(w->out, ',');
	json_writer_add_quoted(w->out, key);
	buf_add_char(w->out, ':');
	w->comma = true;
	w->after_key = true;
}

void json_key(struct json_writer *w, const char *key)
{
	write_key(w, str_of(key));
}

void json_write_str(struct json_writer *w, struct str s)
{
	if (!s.p) {
		json_write_null(w);
		return;
	}
	value_begins(w);
	json_writer_add_quoted(w->out, s);
}

void json_write_i64(struct json_writer *w, int64_t v)
{
	value_begins(w);
	buf_addf(w->out, "%" PRId64, v);
}

/* printf writes the locale's decimal point, which may be several bytes. */
static void point_restore(char *number)
{
	char *from = number, *to = number;
	bool point = false;

	for (; *from; from++) {
		if (strchr("0123456789+-eE", *from)) {
			*to++ = *from;
		} else if (!point) {
			*to++ = '.';
			point = true;
		}
	}
	*to = '\0';
}

void json_write_double(struct json_writer *w, double v)
{
	char number[48];

	if (!isfinite(v)) {
		json_write_null(w);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(number, sizeof(number), "%.*g", digits, v);
		if (strtod(number, NULL) == v)
			break;
	}
	point_restore(number);
	value_begins(w);
	buf_add_cstr(w->out, number);
}

static void write_word(struct json_writer *w, struct str word)
{
	value_begins(w);
	buf_add_str(w->out, word);
}

void json_write_raw(struct json_writer *w, struct str json)
{
	write_word(w, json);
}

void json_write_bool(struct json_writer *w, bool v)
{
	write_word(w, v ? STR("true") : STR("false"));
}

void json_write_null(struct json_writer *w)
{
	write_word(w, STR("null"));
}

static void json_writer_write_number(struct json_writer *w, const struct json *v)
{
	char room[JSON_INT_ROOM];

	write_word(w, json_number_words(v, room));
}

static void write_array(struct json_writer *w, const struct json *v)
{
	json_begin_array(w);
	for (size_t i = 0; i < json_length(v); i++)
		json_write_value(w, json_at(v, i));
	json_end_array(w);
}

static bool json_writer_write_member(void *arg, struct str key, const struct json *value)
{
	write_key(arg, key);
	json_write_value(arg, value);
	return true;
}

static void write_object(struct json_writer *w, const struct json *v)
{
	json_begin_object(w);
	json_each(v, json_writer_write_member, w);
	json_end_object(w);
}

/* Recursion goes no deeper than JSON_DEPTH_MAX, which the parser saw to. */
void json_write_value(struct json_writer *w, const struct json *v)
{
	enum json_kind kind = json_kind(v);

	if (kind == JSON_OBJECT)
		write_object(w, v);
	else if (kind == JSON_ARRAY)
		write_array(w, v);
	else if (kind == JSON_STRING)
		json_write_str(w, json_str(v));
	else if (kind == JSON_BOOL)
		json_write_bool(w, json_bool(v, false));
	else if (kind == JSON_INT || kind == JSON_DOUBLE)
		json_writer_write_number(w, v);
	else
		json_write_null(w);
}

void json_member_str(struct json_writer *w, const char *key, struct str s)
{
	if (!s.p)
		return;
	json_key(w, key);
	json_write_str(w, s);
}

void json_member_i64(struct json_writer *w, const char *key, int64_t v)
{
	json_key(w, key);
	json_write_i64(w, v);
}

void json_member_bool(struct json_writer *w, const char *key, bool v)
{
	json_key(w, key);
	json_write_bool(w, v);
}
