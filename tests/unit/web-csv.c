/*
 * web-csv.c - tests of the file for spreadsheets: what stands in it, and that no way to cut it makes a formula.
 */
#include "check.h"
#include "web.h"

#include "desk/format/csv.h"

#include <stdio.h>

static struct str csv_row(struct buf *out, const char *const *cells, size_t n)
{
	buf_reset(out);
	for (size_t i = 0; i < n; i++)
		csv_add_cell(out, str_of(cells[i]), i == 0);
	csv_end_row(out);
	return buf_str(out);
}

static void cells_are_written_by_the_rfc(void)
{
	static const struct {
		const char *text, *cell;
	} rows[] = {
		{ "Ana", "\"Ana\"" },
		{ "", "\"\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
		{ "a, b\nc", "\"a, b\nc\"" },
		{ "10-12; a=b, 5 + 3", "\"10-12; a=b, 5 + 3\"" },
		{ "-5", "\"'-5\"" },
		{ "+34 611", "\"'+34 611\"" },
		{ "=1", "\"'=1\"" },
		{ " \"=1", "\"' \"\"=1\"" },
		{ "\t=1", "\"'\t'=1\"" },
		{ "\rx", "\"'\rx\"" },
		{ "\n@x", "\"\n'@x\"" },
		{ "Ana;=HYPERLINK(1)", "\"Ana;'=HYPERLINK(1)\"" },
		{ "Ana; \"=1\"", "\"Ana;' \"\"=1\"\"\"" },
		{ "a\t\xEF\xBC\x9D"
		  "1",
			"\"a\t'\xEF\xBC\x9D"
			"1\"" },
		{ ";;\t-1", "\";;\t'-1\"" },
		{ "\xC2\xA0=1", "\"'\xC2\xA0=1\"" },
		{ "=", "\"'=\"" },
		{ ";\xFF=", "\";\xFF=\"" },
	};
	struct buf out;
	char line[100];
	buf_init(&out, 1000);
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(line, sizeof(line), "%s\r\n", rows[i].cell);
		CHECK_STR(csv_row(&out, &rows[i].text, 1), line);
	}
	CHECK_STR(csv_row(&out, (const char *const[]){ "a", "b", "" }, 3), "\"a\",\"b\",\"\"\r\n");
	buf_reset(&out);
	csv_begin(&out);
	CHECK_STR(buf_str(&out), "\xEF\xBB\xBF");
	buf_fini(&out);
}

/* How a spreadsheet reads on after the quote that closes a cell's quotes. */
enum csv_reader {
	CSV_LITERAL,     /* Excel: the rest of the cell as it stands; quotes mean nothing in it */
	CSV_UNTIL_ENDED, /* LibreOffice: quotes end only before a separator or a line's end */
	CSV_NO_QUOTES,   /* pasted text: quotes mean nothing anywhere */
	CSV_TOGGLES,     /* simple readers: each quote opens or closes */
	CSV_READERS
};

static bool csv_ends(struct str s, size_t i, char separator)
{
	return i >= s.n || s.p[i] == separator || s.p[i] == '\n' || s.p[i] == '\r';
}

/* Reads one cell at `*at` into `out`. */
static void csv_read_cell(struct str s, size_t *at, char separator, enum csv_reader reader, struct buf *out)
{
	bool quoted = reader != CSV_NO_QUOTES && *at < s.n && s.p[*at] == '"';
	size_t i = *at + quoted;
	buf_reset(out);
	for (; i < s.n && (quoted || !csv_ends(s, i, separator)); i++) {
		if (s.p[i] != '"' || (!quoted && reader != CSV_TOGGLES)) {
			buf_add_char(out, s.p[i]);
		} else if (quoted && i + 1 < s.n && s.p[i + 1] == '"') {
			buf_add_char(out, '"');
			i++;
		} else if (quoted && reader == CSV_UNTIL_ENDED && !csv_ends(s, i + 1, separator)) {
			buf_add_char(out, '"');
		} else {
			quoted = !quoted;
		}
	}
	*at = i + (i < s.n);
}

/* A formula, as a spreadsheet takes it: after white space. */
static bool csv_runs(struct str cell)
{
	while (cell.n > 0 && (cell.p[0] == ' ' || cell.p[0] == '\t'))
		cell = (struct str){ cell.p + 1, cell.n - 1 };
	return cell.n > 0 && strchr("=+-@", cell.p[0]) != NULL;
}

static void no_reader_finds_a_formula(void)
{
	static const char *const pieces[] = { "=1", "+2", "-3", "@x", ";", "\t", ",", "\"", "\"\"", "\n", "\r\n", " ",
		"a", "'", "\xC3\xBC" };
	static const char separators[] = { ',', ';', '\t' };
	struct buf row, cell;
	unsigned state = 11;
	buf_init(&row, 10000);
	buf_init(&cell, 10000);
	for (int round = 0; round < 4000; round++) {
		char texts[4][100] = { "", "", "", "" };
		for (int i = 0; i < 28; i++) {
			state = state * 1103515245 + 12345;
			char *text = texts[i / 7];
			strncat(text, pieces[(state >> 16) % COUNT(pieces)], sizeof(texts[0]) - strlen(text) - 1);
		}
		struct str all = csv_row(&row, (const char *const[]){ texts[0], texts[1], texts[2], texts[3] }, 4);
		for (int reader = 0; reader < CSV_READERS; reader++)
			for (size_t s = reader == CSV_NO_QUOTES; s < COUNT(separators); s++)
				for (size_t at = 0; at < all.n;) {
					csv_read_cell(all, &at, separators[s], (enum csv_reader)reader, &cell);
					CHECK_ROW(!csv_runs(buf_str(&cell)), all.p);
				}
	}
	buf_fini(&row);
	buf_fini(&cell);
}

CU_TestInfo web_csv_tests[] = {
	{ "cells are written by the RFC, formulas with an apostrophe", cells_are_written_by_the_rfc },
	{ "no way to cut the file makes a formula", no_reader_finds_a_formula },
	CU_TEST_INFO_NULL,
};
