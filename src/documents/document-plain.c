/*
 * document-plain.c - text that has lines but no markup: pasted text, files, what comes out of a PDF.
 *
 * The question is always whether a line ends where its author wanted it to or where the paper ended. A group of lines
 * is taken as running text when lines go on in lower case or are filled; opening hours, addresses and lists stay lines.
 * Owns nothing. Never fails. Linear.
 */
#include "documents/document-parts.h"

#include "documents/plain-text.h"
#include "domain/text.h"

#define CELL_COLUMNS 60   /* a longer one is running text */
#define FILLED_COLUMNS 40 /* shorter lines are not broken by width */

struct lines {
	struct document_writer *w;
	bool hyphens;
};

static struct str document_plain_skip(struct str s, size_t n)
{
	return (struct str){ s.p + n, s.n - n };
}

/* ---- what a line is ---- */

static size_t document_plain_columns(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

/* The level of "## words", 0 when it is no heading; `*words` gets them. */
static int document_plain_heading_level(struct str line, struct str *words)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == '#')
		n++;
	if (n == 0 || n > 6 || n >= line.n || line.p[n] != ' ')
		return 0;
	*words = str_trim(document_plain_skip(line, n));
	return (int)n;
}

/* "- words" with any of the marks that people and word processors use. */
static bool document_plain_is_item(struct str line, struct str *words)
{
	static const struct str marks[] = { { "- ", 2 }, { "* ", 2 }, { "+ ", 2 }, { "\xE2\x80\xA2", 3 },
		{ "\xE2\x80\xA3", 3 }, { "\xE2\x96\xAA", 3 }, { "\xE2\x97\x8F", 3 }, { "\xE2\x97\xA6", 3 },
		{ "\xE2\x80\x93 ", 4 }, { "\xEF\x82\xB7", 3 }, { "\xC2\xB7 ", 3 }, { "o\t", 2 }, { "\xC2\xA7\t", 3 },
		{ "\xEF\x82\xA7", 3 }, { "\xC2\xB7\t", 3 } };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (str_has_prefix(line, marks[i])) {
			*words = str_trim(document_plain_skip(line, marks[i].n));
			return true;
		}
	}
	return false;
}

static bool document_plain_is_number(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < '0' || line.p[i] > '9')
			return false;
	return line.n > 0 && line.n <= 4;
}

static bool begins_lower(struct str line)
{
	uint32_t c;

	return str_utf8_next(line, &c) > 0 && text_is_lower(c);
}

static bool document_plain_ends_sentence(struct str line)
{
	return line.n > 0 && strchr(".!?:;", line.p[line.n - 1]) != NULL;
}

/* ---- cells ---- */

/* Where the next cell of a line begins: behind tabs and upright strokes, three or more dots that lead to it, or two or
 * more spaces; commas and semicolons only in a group whose lines all have as many. The cell's own text is `*rest` up to
 * the gap. */
static size_t gap_at(struct str s, size_t at, char separator)
{
	size_t n = at, dots = 0, spaces = 0;
	if (s.p[at] == '\t' || s.p[at] == '|' || (separator && s.p[at] == separator))
		return 1;
	if (at == 0 || s.p[at - 1] == ' ' || s.p[at - 1] == '.') /* looked at from where the gap begins */
		return 0;
	for (; n < s.n && (s.p[n] == ' ' || s.p[n] == '.'); n++) {
		dots += s.p[n] == '.';
		spaces += s.p[n] == ' ';
	}
	bool leads = dots >= 3 || (dots == 2 && spaces >= 2);
	return n < s.n && (leads || (dots == 0 && spaces >= 2)) ? n - at : 0;
}

/* "| a | b |" without its frame. */
static struct str without_frame(struct str line)
{
	line = str_trim(line);
	if (line.n && line.p[0] == '|')
		line = document_plain_skip(line, 1);
	if (line.n && line.p[line.n - 1] == '|')
		line.n--;
	return str_trim(line);
}

/* The line below the head of a table: "--- | ---". */
static bool is_rule(struct str line)
{
	size_t strokes = 0;
	for (size_t i = 0; i < line.n; i++) {
		if (!strchr("-|:+= ", line.p[i]))
			return false;
		strokes += line.p[i] == '|';
	}
	return strokes > 0;
}

static struct str take_cell(struct str *rest, char separator)
{
	struct str s = *rest;
	for (size_t at = 0; at < s.n; at++) {
		size_t gap = gap_at(s, at, separator);
		if (!gap)
			continue;
		*rest = document_plain_skip(s, at + gap);
		return (struct str){ s.p, at };
	}
	*rest = STR_NONE;
	return s;
}

static int count_cells(struct str line, char separator)
{
	int n = 0;
	line = without_frame(line);
	while (line.p) {
		(void)take_cell(&line, separator);
		n++;
	}
	return n;
}

/* Whether a line is a row. Two spaces behind the end of a sentence, as some people type, part no cells. */
static bool is_cells(struct str line, char separator)
{
	int n = count_cells(line, separator);
	if (n < 2 || str_find_char(line, '\t') >= 0)
		return n >= 2;
	bool framed = str_find_char(line, '|') >= 0;
	for (struct str rest = without_frame(line); rest.p;) {
		struct str cell = str_trim(take_cell(&rest, separator));
		if ((!cell.n && !framed) || document_plain_columns(cell) > CELL_COLUMNS
			|| (rest.p && cell.n && !framed && strchr(".!?", cell.p[cell.n - 1])))
			return false;
	}
	return true;
}

/* ---- a group of lines ---- */

struct group {
	struct str text;
	size_t longest; /* columns */
	bool prose;     /* many lines go on in lower case */
	bool aligned;   /* more than one line has cells */
	char separator; /* ',' or ';' when each line has as many of them, as in a CSV file; else 0 */
};

static struct str document_plain_next_line(struct str *rest)
{
	return str_trim(str_take_until(rest, '\n'));
}

static int count_char(struct str s, char c)
{
	int n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c && (i + 1 == s.n || s.p[i + 1] != ' ');
	return n;
}

/* The character that separates the same number of cells in three lines or more; no space follows it. */
static char separator_of(struct str text)
{
	static const char separators[] = ";,";
	for (int k = 0; k < 2; k++) {
		int lines = 0, most = 0;
		bool same = true;
		for (struct str rest = text; rest.p;) {
			int n = count_char(document_plain_next_line(&rest), separators[k]);
			same = same && n > 0 && (lines == 0 || n == most);
			most = n;
			lines++;
		}
		if (same && lines >= 3)
			return separators[k];
	}
	return 0;
}

static struct group document_plain_measure(struct str text)
{
	struct group g = { .text = text, .separator = separator_of(text) };
	size_t lines = 0, lower = 0, rows = 0;

	for (struct str rest = text; rest.p;) {
		struct str line = document_plain_next_line(&rest);
		size_t width = document_plain_columns(line);
		lower += lines > 0 && begins_lower(line);
		rows += is_cells(line, g.separator);
		g.longest = width > g.longest ? width : g.longest;
		lines++;
	}
	g.aligned = rows > 1;
	g.prose = lower > 0 && lower * 3 >= lines - 1;
	return g;
}

static bool document_plain_goes_on(const struct group *g, struct str line, struct str next)
{
	if (begins_lower(next))
		return true;
	if (plain_is_entry(line) && plain_is_entry(next))
		return false;
	if (g->longest < FILLED_COLUMNS)
		return false;
	if (g->prose)
		return document_plain_columns(line) * 2 >= g->longest;
	return document_plain_columns(line) * 4 >= g->longest * 3 && !document_plain_ends_sentence(line);
}

/* Without the hyphen at which a word was divided; false when it was not. */
static bool is_divided(struct str *line, struct str next)
{
	static const struct str hyphens[] = { { "-", 1 }, { "\xC2\xAD", 2 }, { "\xE2\x80\x90", 3 } };

	for (size_t i = 0; i < sizeof(hyphens) / sizeof(hyphens[0]); i++) {
		if (line->n > hyphens[i].n + 1 && str_has_suffix(*line, hyphens[i]) && begins_lower(next)) {
			unsigned char before = (unsigned char)line->p[line->n - hyphens[i].n - 1];
			line->n -= hyphens[i].n;
			return before >= 0x80 || (before | 0x20) >= 'a';
		}
	}
	return false;
}

/* One line alone is a row only by its tabs or leading dots. */
static bool document_plain_is_row(struct str line, const struct group *g)
{
	return is_cells(line, g->separator)
	       && (g->aligned || str_find_char(line, '\t') >= 0 || memmem(line.p, line.n, "...", 3));
}

/* A table that was copied, or lined up manually. */
static bool write_cells(struct document_writer *w, struct str line, const struct group *g)
{
	if (!document_plain_is_row(line, g))
		return false;
	if (is_rule(line))
		return true;
	line = without_frame(line);
	document_block(w, BLOCK_ROW, 0);
	while (line.p) {
		document_cell(w);
		document_text(w, take_cell(&line, g->separator));
	}
	document_block_end(w);
	return true;
}

/* One that begins a block by its mark. */
static bool write_marked(struct document_writer *w, struct str line, const struct group *g)
{
	struct str words;
	int level = document_plain_heading_level(line, &words);

	if (level > 0 || document_plain_is_item(line, &words)) {
		document_block(w, level ? BLOCK_HEADING : BLOCK_ITEM, level);
		document_text(w, words);
		if (level)
			document_block_end(w);
		return true;
	}
	return write_cells(w, line, g);
}

static bool begins_block(struct str line, const struct group *g)
{
	struct str words;

	return document_plain_heading_level(line, &words) > 0 || document_plain_is_item(line, &words)
	       || document_plain_is_row(line, g);
}

/* What stands between two lines. */
static void write_gap(const struct lines *l, const struct group *g, struct str line, struct str next)
{
	if (document_plain_goes_on(g, line, next) || (l->w->open && !l->w->started)) /* a mark that stands alone */
		document_text(l->w, STR("\n"));
	else if (l->w->open) /* a line behind an item, not a part of it */
		document_block_end(l->w);
	else
		document_break(l->w);
}

static void write_group(const struct lines *l, struct str text)
{
	struct group g = document_plain_measure(text);
	struct str rest = text, line = document_plain_next_line(&rest);

	document_block_end(l->w);
	while (line.p) {
		struct str next = document_plain_next_line(&rest), words = line;
		bool divided = next.p && l->hyphens && is_divided(&words, next);
		if (!write_marked(l->w, words, &g))
			document_text(l->w, words);
		if (next.p && !divided && !begins_block(next, &g))
			write_gap(l, &g, line, next);
		line = next;
	}
}

/* ---- the text ---- */

/* Takes the lines up to the next empty one; a form feed is one, and a page's number next to it goes. */
static struct str document_plain_take_group(struct str *rest)
{
	struct str group = { rest->p, 0 };

	while (rest->p) {
		struct str line = str_take_until(rest, '\n');
		if (str_is_empty(str_trim(line)))
			break;
		group.n = (size_t)(line.p + line.n - group.p);
	}
	return group;
}

static void document_plain_write_page(const struct lines *l, struct str page)
{
	page = str_trim(page);
	for (struct str rest = page; rest.p;) {
		struct str group = document_plain_take_group(&rest);
		bool at_edge = group.p == page.p || group.p + group.n == page.p + page.n;
		if (!str_is_empty(group) && !(l->hyphens && at_edge && document_plain_is_number(str_trim(group))))
			write_group(l, group);
	}
}

void document_read_lines(struct document_writer *w, struct str text, bool hyphens)
{
	struct lines l = { w, hyphens };

	while (text.p)
		document_plain_write_page(&l, str_take_until(&text, '\f'));
}
