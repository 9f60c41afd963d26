/*
 * document-sheet.c - Excel documents (.xlsx) and CSV files: each row of a sheet is a row.
 *
 * A number is written as a person reads it where its format says so: with its currency, as a date, as a time, as a
 * percentage. Empty rows go; a row with one cell is a line of text, as a title above a table is. Owns nothing; the
 * archive is the caller's.
 */
#include "documents/document-parts.h"
#include "documents/office-xml.h"

#include "domain/hours/calendar.h"
#include "core/text/reason.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PART_MAX_BYTES (16u << 20)
#define SHEETS_MAX 50
#define COLUMNS_MAX 64
#define FORMATS_MAX 1024
#define STRINGS_MAX 500000
#define EXCEL_EPOCH_DAY (-25569) /* 30 December 1899, from 1970 */
#define CSV_LINES_LOOKED_AT 20

enum number_kind { NUMBER_PLAIN, NUMBER_DATE, NUMBER_TIME, NUMBER_PERCENT };

struct number_format {
	enum number_kind kind;
	struct str before, behind; /* the currency */
};

struct sheet_book {
	struct pool *pool;
	struct document_writer *w;
	struct zip_file *zip;
	struct str *strings;
	int n_strings;
	struct number_format formats[FORMATS_MAX]; /* by the style of a cell */
	int n_formats;
};

/* ---- the texts that cells share ---- */

static void take_string(struct sheet_book *book, int *room, struct str text)
{
	if (book->n_strings == *room) {
		int more = *room ? 2 * *room : 256;
		struct str *all = pool_new_array(book->pool, (size_t)more, struct str);
		if (book->n_strings)
			memcpy(all, book->strings, (size_t)book->n_strings * sizeof(*all));
		book->strings = all;
		*room = more;
	}
	book->strings[book->n_strings++] = pool_str(book->pool, text);
}

static void read_strings(struct sheet_book *book, struct str bytes)
{
	struct office_xml *xml = office_xml_open(bytes);
	struct buf text;
	enum office_event event;
	bool in_text = false, phonetic = false;
	int room = 0;
	buf_init(&text, 1 << 20);
	while (xml && (event = office_xml_next(xml)) != OFFICE_DONE && book->n_strings < STRINGS_MAX) {
		if (event == OFFICE_TEXT) {
			if (in_text && !phonetic)
				buf_add_str(&text, office_xml_text(xml));
			continue;
		}
		if (office_xml_is(xml, "rPh"))
			phonetic = event == OFFICE_BEGIN;
		else if (office_xml_is(xml, "t"))
			in_text = event == OFFICE_BEGIN;
		else if (office_xml_is(xml, "si") && event == OFFICE_BEGIN)
			buf_reset(&text);
		else if (office_xml_is(xml, "si"))
			take_string(book, &room, buf_str(&text));
	}
	buf_fini(&text);
	office_xml_close(xml);
}

/* ---- formats ---- */

static struct str currency_in(struct str code)
{
	static const char *const marks[] = { "\xe2\x82\xac", "\xe2\x82\xba", "\xc2\xa3", "\xe2\x82\xbd", "TL", "EUR",
		"CHF", "R$", "$" };
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		struct str mark = str_of(marks[i]);
		const char *at = memmem(code.p, code.n, mark.p, mark.n);
		/* "[$-409]" names a language, "[$€-407]" a currency. */
		if (at && !(mark.n == 1 && at + 1 < code.p + code.n && at > code.p && at[-1] == '['))
			return mark;
	}
	return STR_NONE;
}

static struct number_format format_of_code(struct pool *pool, struct str code)
{
	struct number_format f = { .kind = NUMBER_PLAIN };
	struct str mark = currency_in(code);
	if (mark.n) {
		const char *at = memmem(code.p, code.n, mark.p, mark.n), *digit = memchr(code.p, '0', code.n);
		bool leads = digit && at < digit;
		*(leads ? &f.before : &f.behind) = leads ? mark : pool_printf(pool, " %.*s", (int)mark.n, mark.p);
		return f;
	}
	bool quoted = false;
	for (size_t i = 0; i < code.n; i++) {
		quoted ^= code.p[i] == '"';
		if (quoted || code.p[i] == '[')
			continue;
		if (strchr("yYdD", code.p[i]))
			f.kind = NUMBER_DATE;
		else if (strchr("hH", code.p[i]) && f.kind == NUMBER_PLAIN)
			f.kind = NUMBER_TIME;
		else if (code.p[i] == '%')
			f.kind = NUMBER_PERCENT;
	}
	return f;
}

static struct number_format builtin_format(int64_t id)
{
	struct number_format f = { .kind = NUMBER_PLAIN };
	if (id == 9 || id == 10)
		f.kind = NUMBER_PERCENT;
	else if ((id >= 14 && id <= 17) || id == 22)
		f.kind = NUMBER_DATE;
	else if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47))
		f.kind = NUMBER_TIME;
	return f;
}

static int64_t number_attribute(struct office_xml *xml, struct pool *pool, const char *name, int64_t otherwise)
{
	int64_t value;
	return str_to_i64(office_xml_attribute(xml, pool, name), &value) ? value : otherwise;
}

static void read_formats(struct sheet_book *book, struct str bytes)
{
	struct office_xml *xml = office_xml_open(bytes);
	struct {
		int64_t id;
		struct number_format format;
	} codes[FORMATS_MAX];
	int n = 0;
	bool cells = false;
	enum office_event event;
	while (xml && (event = office_xml_next(xml)) != OFFICE_DONE) {
		if (event == OFFICE_BEGIN && office_xml_is(xml, "numFmt") && n < FORMATS_MAX) {
			codes[n].id = number_attribute(xml, book->pool, "numFmtId", -1);
			codes[n++].format =
				format_of_code(book->pool, office_xml_attribute(xml, book->pool, "formatCode"));
		}
		if (event != OFFICE_TEXT && office_xml_is(xml, "cellXfs"))
			cells = event == OFFICE_BEGIN;
		if (!cells || event != OFFICE_BEGIN || !office_xml_is(xml, "xf") || book->n_formats == FORMATS_MAX)
			continue;
		int64_t id = number_attribute(xml, book->pool, "numFmtId", 0);
		struct number_format f = builtin_format(id);
		for (int i = 0; i < n; i++)
			f = codes[i].id == id ? codes[i].format : f;
		book->formats[book->n_formats++] = f;
	}
	office_xml_close(xml);
}

/* ---- values ---- */

static struct str number_text(struct sheet_book *book, struct str raw, int64_t style)
{
	struct number_format f = { .kind = NUMBER_PLAIN };
	char *end, digits[64];
	if (style >= 0 && style < book->n_formats)
		f = book->formats[style];
	double value = strtod(pool_cstr(book->pool, raw), &end);
	if (*end || !isfinite(value))
		return raw;
	if (f.kind == NUMBER_DATE && value > 0 && value < 1e6) {
		int64_t year;
		int month, day;
		calendar_date_of((int64_t)value + EXCEL_EPOCH_DAY, &year, &month, &day);
		return pool_printf(book->pool, "%04lld-%02d-%02d", (long long)year, month, day);
	}
	if (f.kind == NUMBER_TIME && value >= 0) {
		int minutes = (int)lround((value - floor(value)) * 24 * 60);
		return pool_printf(book->pool, "%d:%02d", minutes / 60 % 24, minutes % 60);
	}
	if (f.kind == NUMBER_PERCENT)
		value *= 100;
	bool money = f.before.n || f.behind.n;
	bool whole = fabs(value - round(value)) < 1e-9;
	snprintf(digits, sizeof(digits), money && !whole ? "%.2f" : "%.10g", value);
	return pool_printf(book->pool, "%.*s%s%.*s%s", (int)f.before.n, f.before.p ? f.before.p : "", digits,
		(int)f.behind.n, f.behind.p ? f.behind.p : "", f.kind == NUMBER_PERCENT ? "%" : "");
}

/* "AB12": the column, from 0; -1 for none. */
static int column_of(struct str reference)
{
	int column = 0;
	size_t i = 0;
	for (; i < reference.n && reference.p[i] >= 'A' && reference.p[i] <= 'Z' && column < 100000; i++)
		column = 26 * column + (reference.p[i] - 'A' + 1);
	return i ? column - 1 : -1;
}

/* ---- rows ---- */

static void write_row(struct document_writer *w, const struct str *cells, int n)
{
	int used = 0, only = 0;
	while (n > 0 && !str_trim(cells[n - 1]).n)
		n--;
	for (int i = 0; i < n; i++)
		if (str_trim(cells[i]).n) {
			used++;
			only = i;
		}
	if (used == 0)
		return;
	document_block(w, used == 1 ? BLOCK_PARAGRAPH : BLOCK_ROW, 0);
	for (int i = used == 1 ? only : 0; i < (used == 1 ? only + 1 : n); i++) {
		if (used > 1)
			document_cell(w);
		document_text(w, cells[i]);
	}
	document_block_end(w);
}

struct sheet_row {
	struct str cells[COLUMNS_MAX];
	int n, column;
	struct str type;
	int64_t style;
	struct buf text;
};

static void end_cell(struct sheet_book *book, struct sheet_row *row)
{
	struct str text = pool_str(book->pool, buf_str(&row->text));
	int64_t index;
	if (row->column < 0 || row->column >= COLUMNS_MAX || !text.n)
		return;
	if (str_equal(row->type, STR("s")))
		text = str_to_i64(text, &index) && index >= 0 && index < book->n_strings ? book->strings[index]
											 : STR_NONE;
	else if (str_equal(row->type, STR("e")))
		text = STR_NONE;
	else if (!row->type.n || str_equal(row->type, STR("n")))
		text = number_text(book, text, row->style);
	row->cells[row->column] = text;
	row->n = row->column + 1 > row->n ? row->column + 1 : row->n;
}

static void read_sheet(struct sheet_book *book, struct str bytes)
{
	struct office_xml *xml = office_xml_open(bytes);
	struct sheet_row row = { .n = 0 };
	enum office_event event;
	bool value = false;
	buf_init(&row.text, 1 << 20);
	while (xml && (event = office_xml_next(xml)) != OFFICE_DONE && book->w->text.err == ERR_OK) {
		bool begins = event == OFFICE_BEGIN;
		if (event == OFFICE_TEXT) {
			if (value)
				buf_add_str(&row.text, office_xml_text(xml));
		} else if (office_xml_is(xml, "row")) {
			if (!begins)
				write_row(book->w, row.cells, row.n);
			memset(row.cells, 0, sizeof(row.cells));
			row.n = 0;
			row.column = -1;
		} else if (office_xml_is(xml, "c") && begins) {
			int column = column_of(office_xml_attribute(xml, book->pool, "r"));
			row.column = column >= 0 ? column : row.column + 1;
			row.type = office_xml_attribute(xml, book->pool, "t");
			row.style = number_attribute(xml, book->pool, "s", -1);
			buf_reset(&row.text);
		} else if (office_xml_is(xml, "c")) {
			end_cell(book, &row);
		} else if (office_xml_is(xml, "v") || office_xml_is(xml, "t")) {
			value = begins;
		}
	}
	buf_fini(&row.text);
	office_xml_close(xml);
}

/* ---- the book ---- */

struct sheet {
	struct str name, relation, path;
};

static int read_book(struct sheet_book *book, struct str bytes, struct sheet *sheets)
{
	struct office_xml *xml = office_xml_open(bytes);
	enum office_event event;
	int n = 0;
	while (xml && n < SHEETS_MAX && (event = office_xml_next(xml)) != OFFICE_DONE)
		if (event == OFFICE_BEGIN && office_xml_is(xml, "sheet")
			&& !office_xml_attribute(xml, book->pool, "state").n)
			sheets[n++] = (struct sheet){ .name = office_xml_attribute(xml, book->pool, "name"),
				.relation = office_xml_attribute(xml, book->pool, "id") };
	office_xml_close(xml);
	return n;
}

/* Where each sheet's file is. */
static void read_relations(struct sheet_book *book, struct str bytes, struct sheet *sheets, int n)
{
	struct office_xml *xml = office_xml_open(bytes);
	enum office_event event;
	while (xml && (event = office_xml_next(xml)) != OFFICE_DONE) {
		if (event != OFFICE_BEGIN || !office_xml_is(xml, "Relationship"))
			continue;
		struct str id = office_xml_attribute(xml, book->pool, "Id"),
			   target = office_xml_attribute(xml, book->pool, "Target");
		for (int i = 0; i < n && target.n; i++)
			if (str_equal(sheets[i].relation, id))
				sheets[i].path = target.p[0] == '/'
							 ? (struct str){ target.p + 1, target.n - 1 }
							 : pool_printf(book->pool, "xl/%.*s", (int)target.n, target.p);
	}
	office_xml_close(xml);
}

enum err document_read_sheets(struct pool *pool, struct document_writer *w, struct zip_file *zip, struct explain *why)
{
	struct sheet_book *book = pool_new_of(pool, struct sheet_book);
	struct sheet *sheets = pool_new_array(pool, SHEETS_MAX, struct sheet);
	struct str part;
	*book = (struct sheet_book){ .pool = pool, .w = w, .zip = zip };
	if (zip_file_get(zip, pool, "xl/workbook.xml", PART_MAX_BYTES, &part) != ERR_OK)
		return explain_code(why, ERR_INVALID, CODE(file_not_zip));
	int n = read_book(book, part, sheets);
	if (zip_file_get(zip, pool, "xl/_rels/workbook.xml.rels", PART_MAX_BYTES, &part) == ERR_OK)
		read_relations(book, part, sheets, n);
	if (zip_file_get(zip, pool, "xl/sharedStrings.xml", PART_MAX_BYTES, &part) == ERR_OK)
		read_strings(book, part);
	if (zip_file_get(zip, pool, "xl/styles.xml", PART_MAX_BYTES, &part) == ERR_OK)
		read_formats(book, part);
	for (int i = 0; i < n; i++) {
		if (!sheets[i].path.n
			|| zip_file_get(zip, pool, pool_cstr(pool, sheets[i].path), PART_MAX_BYTES, &part) != ERR_OK)
			continue;
		if (n > 1) {
			document_block(w, BLOCK_HEADING, 2);
			document_text(w, sheets[i].name);
			document_block_end(w);
		}
		read_sheet(book, part);
	}
	return ERR_OK;
}

/* ---- CSV ---- */

/* The mark that most lines have most of, outside of quotes. */
static char csv_separator(struct str text)
{
	static const char marks[] = { ';', ',', '\t', '|' };
	int count[sizeof(marks)] = { 0 }, lines = 0;
	bool quoted = false;
	for (size_t i = 0; i < text.n && lines < CSV_LINES_LOOKED_AT; i++) {
		quoted ^= text.p[i] == '"';
		lines += !quoted && text.p[i] == '\n';
		for (size_t k = 0; k < sizeof(marks) && !quoted; k++)
			/* ", " is prose, and "1,50" of a file with semicolons no reason either */
			count[k] += text.p[i] == marks[k] && !(i + 1 < text.n && text.p[i + 1] == ' ');
	}
	size_t best = 0;
	for (size_t k = 1; k < sizeof(marks); k++)
		if (count[k] > count[best] && !(marks[k] == ',' && count[0] >= lines))
			best = k;
	return marks[best];
}

/* Takes a field with its separator; `*ends`: the row ends with it. */
static void csv_field(struct str *rest, char separator, struct buf *out, bool *ends)
{
	bool quoted = rest->n && rest->p[0] == '"';
	size_t i = quoted;
	for (; i < rest->n; i++) {
		char c = rest->p[i];
		if (quoted && c == '"' && i + 1 < rest->n && rest->p[i + 1] == '"')
			i++;
		else if (quoted && c == '"') {
			quoted = false;
			continue;
		} else if (!quoted && (c == separator || c == '\n'))
			break;
		if (c != '\r')
			buf_add_char(out, c == '\n' ? ' ' : c);
	}
	*ends = i >= rest->n || rest->p[i] == '\n';
	*rest = i < rest->n ? (struct str){ rest->p + i + 1, rest->n - i - 1 } : STR_NONE;
}

void document_read_csv(struct pool *pool, struct document_writer *w, struct str text)
{
	char separator = csv_separator(text);
	struct str cells[COLUMNS_MAX];
	struct buf field;
	bool ends = false;
	buf_init(&field, text.n + 1);
	for (int n = 0; text.p;) {
		buf_reset(&field);
		csv_field(&text, separator, &field, &ends);
		if (n < COLUMNS_MAX)
			cells[n++] = pool_str(pool, buf_str(&field));
		if (ends) {
			write_row(w, cells, n);
			n = 0;
		}
	}
	buf_fini(&field);
}
