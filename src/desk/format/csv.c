/*
 * csv.c - writes CSV that no spreadsheet runs.
 *
 * RFC 4180: commas, every cell in quotes, CR LF after a row. Contacts write what stands in the cells, and a spreadsheet
 * takes a cell that begins with one of = + - @ for a formula (OWASP, "CSV Injection"): such a cell gets an apostrophe
 * before it. Where the list separator of the host is another one (a semicolon in most of Europe, a tab when the text is
 * pasted), a spreadsheet cuts the file elsewhere: after the first quoted cell it reads to the next semicolon or tab,
 * whatever stands in quotes, and a line break within a cell begins a row. So the apostrophe also goes where a cell
 * would begin by any of these rules. Never drops a character.
 */
#include "desk/format/csv.h"

static bool csv_is_separator(uint32_t c)
{
	return c == ';' || c == '\t' || c == '\n' || c == '\r';
}

/* Spreadsheets drop these before they look for a formula; a quote may open the cell there. */
static bool csv_is_skipped(uint32_t c)
{
	return (c <= ' ' && !csv_is_separator(c)) || c == '"' || c == 0x7f || c == 0xa0 || c == 0x200b || c == 0xfeff;
}

/* Whether a cell that begins here is a formula; also by the full-width forms, which some spreadsheets take for the
 * same. */
static bool csv_is_formula(struct str s)
{
	uint32_t c = 0;
	size_t n;
	while ((n = str_utf8_next(s, &c)) > 0 && csv_is_skipped(c))
		s = (struct str){ s.p + n, s.n - n };
	return n > 0
	       && (c == '=' || c == '+' || c == '-' || c == '@' || c == 0xff1d || c == 0xff0b || c == 0xff0d
		       || c == 0xff20);
}

void csv_begin(struct buf *out)
{
	buf_add_cstr(out, "\xEF\xBB\xBF");
}

void csv_add_cell(struct buf *out, struct str text, bool first)
{
	bool begins = true;
	buf_add_cstr(out, first ? "\"" : ",\"");
	if (text.n > 0 && (text.p[0] == '\t' || text.p[0] == '\r'))
		buf_add_char(out, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (begins && csv_is_formula((struct str){ text.p + i, text.n - i }))
			buf_add_char(out, '\'');
		begins = csv_is_separator((unsigned char)text.p[i]);
		buf_add_cstr(out, text.p[i] == '"' ? "\"" : "");
		buf_add_char(out, text.p[i]);
	}
	buf_add_char(out, '"');
}

void csv_end_row(struct buf *out)
{
	buf_add_cstr(out, "\r\n");
}
