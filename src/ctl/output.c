/*
 * output.c - tables, times and JSON on standard output.
 *
 * Everything that came from outside (names, messages, a platform's words) goes through out_safe: a customer must not be
 * able to move an operator's cursor. Never fails by itself: the program looks once, at its end, whether standard output
 * could be written.
 */
#include "ctl/output.h"

#include "core/clock.h"

#include <stdlib.h>
#include <time.h>
#include <wchar.h>

#define TABLE_COLUMNS_MAX 24
#define JSON_MAX (512u << 20)

struct str out_safe(struct pool *pool, struct str text)
{
	struct buf b;
	buf_init(&b, 4 * text.n + 1);
	while (text.n > 0) {
		uint32_t c = 0;
		size_t n = str_utf8_next(text, &c);
		if (n == 0)
			buf_addf(&b, "\\x%02x", (unsigned char)text.p[0]);
		else if (c == '\n' || c == '\t' || c == '\r')
			buf_add_char(&b, ' ');
		else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			buf_addf(&b, "\\x%02x", (unsigned)c);
		else
			buf_add(&b, text.p, n);
		n = n ? n : 1;
		text.p += n;
		text.n -= n;
	}
	return pool_take(pool, &b);
}

static int char_width(uint32_t c)
{
	int w = wcwidth((wchar_t)c);
	return w < 0 ? 1 : w;
}

int out_width(struct str text)
{
	int width = 0;
	uint32_t c;
	for (size_t n; (n = str_utf8_next(text, &c)) > 0; text.p += n, text.n -= n)
		width += char_width(c);
	return width;
}

struct str out_cut(struct pool *pool, struct str text, int most)
{
	struct str rest = text;
	int width = 0;
	uint32_t c;
	if (most <= 0 || out_width(text) <= most)
		return text;
	for (size_t n; (n = str_utf8_next(rest, &c)) > 0 && width + char_width(c) < most; rest.p += n, rest.n -= n)
		width += char_width(c);
	return pool_printf(pool, "%.*s…", (int)(rest.p - text.p), text.p);
}

struct str out_time(struct pool *pool, int64_t wall_ms)
{
	char text[40];
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;
	if (wall_ms == 0 || !localtime_r(&t, &tm) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		return STR("-");
	return pool_str(pool, str_of(text));
}

struct str out_age(struct pool *pool, int64_t seconds)
{
	if (seconds < 120)
		return pool_printf(pool, "%lld s", (long long)seconds);
	if (seconds < 2 * 3600)
		return pool_printf(pool, "%lld min", (long long)(seconds / 60));
	if (seconds < 2 * 86400)
		return pool_printf(pool, "%lld h", (long long)(seconds / 3600));
	return pool_printf(pool, "%lld days", (long long)(seconds / 86400));
}

static int64_t output_number(struct str text)
{
	int64_t n = 0;
	if (!str_to_i64(text, &n))
		bug("a column is no number");
	return n;
}

struct str out_cell(struct pool *pool, const struct column *c, const struct db_result *rows, int row)
{
	struct str text = db_named(rows, row, c->key);
	if (!text.p)
		return STR("-");
	switch (c->kind) {
	case COLUMN_FLAG: return str_equal(text, STR("t")) ? STR("yes") : STR("no");
	case COLUMN_TIME: return out_time(pool, output_number(text));
	case COLUMN_AGE: return out_age(pool, output_number(text));
	case COLUMN_REASON: return out_cut(pool, out_safe(pool, reason_text(pool, NULL, text)), c->most);
	case COLUMN_TEXT:
	case COLUMN_NUMBER:
	case COLUMN_JSON: return out_cut(pool, out_safe(pool, text), c->most);
	}
	bug("unknown kind of column");
}

static bool is_right(const struct column *c)
{
	return c->kind == COLUMN_NUMBER || c->kind == COLUMN_AGE;
}

static void print_cell(const struct column *c, struct str text, int width, bool last)
{
	int pad = width - out_width(text);
	if (is_right(c))
		printf("%*s%.*s", pad, "", OUT_STR(text));
	else
		printf("%.*s%*s", OUT_STR(text), last ? 0 : pad, "");
	fputs(last ? "\n" : "  ", stdout);
}

static void print_row(const struct column *columns, const struct str *texts, const int *widths, int last)
{
	for (int i = 0; columns[i].key; i++)
		if (columns[i].title)
			print_cell(&columns[i], texts[i], widths[i], i == last);
}

void out_table(struct pool *pool, const struct column *columns, const struct db_result *rows, const char *empty)
{
	int n = 0, last = 0, count = db_rows(rows), widths[TABLE_COLUMNS_MAX] = { 0 };
	struct str titles[TABLE_COLUMNS_MAX];
	if (count == 0) {
		printf("%s\n", empty);
		return;
	}
	for (; columns[n].key; n++) {
		if (n == TABLE_COLUMNS_MAX)
			bug("a table has too many columns");
		titles[n] = str_of(columns[n].title);
		last = columns[n].title ? n : last;
		widths[n] = out_width(titles[n]);
	}
	struct str *cells = pool_new_array(pool, (size_t)count * (size_t)n, struct str);
	for (int i = 0; i < count * n; i++) {
		cells[i] = out_cell(pool, &columns[i % n], rows, i / n);
		int width = out_width(cells[i]);
		widths[i % n] = width > widths[i % n] ? width : widths[i % n];
	}
	print_row(columns, titles, widths, last);
	for (int row = 0; row < count; row++)
		print_row(columns, cells + (size_t)row * (size_t)n, widths, last);
}

void out_json_time(struct json_writer *w, const char *key, int64_t wall_ms)
{
	char text[CLOCK_TEXT_SIZE];
	if (wall_ms == 0)
		return;
	clock_format(wall_ms, text);
	json_member_str(w, key, str_of(text));
}

void out_reason(struct json_writer *w, const char *key, struct str reason)
{
	struct pool *pool = pool_new();
	json_key(w, key);
	json_write_str(w, reason_text(pool, NULL, reason));
	json_key(w, pool_printf(pool, "%s_code", key).p);
	json_write_str(w, reason_code(pool, reason));
	struct str next = reason_next(pool, NULL, reason);
	if (next.p)
		json_member_str(w, pool_printf(pool, "%s_next", key).p, next);
	pool_free(pool);
}

static void json_cell(struct json_writer *w, const struct column *c, const struct db_result *rows, int row)
{
	struct str text = db_named(rows, row, c->key);
	if (c->kind == COLUMN_REASON) {
		out_reason(w, c->key, text);
	} else if (!text.p) {
		json_key(w, c->key);
		json_write_null(w);
	} else if (c->kind == COLUMN_TIME) {
		out_json_time(w, c->key, output_number(text));
	} else if (c->kind == COLUMN_FLAG) {
		json_member_bool(w, c->key, str_equal(text, STR("t")));
	} else if (c->kind == COLUMN_TEXT) {
		json_member_str(w, c->key, text);
	} else if (c->kind == COLUMN_JSON) {
		json_key(w, c->key);
		json_write_raw(w, text);
	} else {
		json_member_i64(w, c->key, output_number(text));
	}
}

void out_json_row(struct json_writer *w, const struct column *columns, const struct db_result *rows, int row)
{
	for (int i = 0; columns[i].key; i++)
		json_cell(w, &columns[i], rows, row);
}

void out_json_rows(struct json_writer *w, const struct column *columns, const struct db_result *rows)
{
	json_begin_array(w);
	for (int row = 0; row < db_rows(rows); row++) {
		json_begin_object(w);
		out_json_row(w, columns, rows, row);
		json_end_object(w);
	}
	json_end_array(w);
}

struct json_writer *out_json_begin(struct out_json *j)
{
	buf_init(&j->text, JSON_MAX);
	json_writer_init(&j->w, &j->text);
	return &j->w;
}

void out_json_end(struct out_json *j)
{
	if (j->text.err != ERR_OK)
		fatal(j->text.err, "there is more to print than fits; narrow it down");
	printf("%s\n", buf_cstr(&j->text));
	buf_fini(&j->text);
}

void out_listing(struct ctl *ctl, const struct column *columns, const struct db_result *rows, const char *empty)
{
	struct out_json j;
	if (!arg_flag(ctl, "json")) {
		out_table(ctl->pool, columns, rows, empty);
		return;
	}
	out_json_rows(out_json_begin(&j), columns, rows);
	out_json_end(&j);
}

void out_wrapped(FILE *to, struct str text, int indent, int columns)
{
	int at = indent;
	while (text.p && text.n > 0) {
		struct str word = str_take_until(&text, ' ');
		int width = out_width(word);
		if (at > indent && at + 1 + width > columns) {
			fprintf(to, "\n%*s", indent, "");
			at = indent;
		}
		at += fprintf(to, "%s%.*s", at > indent ? " " : "", OUT_STR(word)) - (int)word.n + width;
	}
}
