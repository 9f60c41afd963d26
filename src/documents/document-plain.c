/*
 * document-plain.c - text that has lines but no markup: pasted text, files, what comes out of a PDF.
 *
 * The question is always whether a line ends where its author wanted it to or where the paper ended. A group of lines
 * is taken as running text when lines go on in lower case or are filled; opening hours, addresses and lists stay lines.
 * Owns nothing. Never fails. Linear.
 */
#include "documents/document-parts.h"

#include "domain/text.h"

#define FILLED_COLUMNS 40 /* shorter lines are not broken by width */

struct lines {
	struct document_writer *w;
	bool hyphens;
};

static struct str skip(struct str s, size_t n)
{
	return (struct str){ s.p + n, s.n - n };
}

/* ---- what a line is ---- */

static size_t columns(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

/* The level of "## words", 0 when it is no heading; `*words` gets them. */
static int heading_level(struct str line, struct str *words)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == '#')
		n++;
	if (n == 0 || n > 6 || n >= line.n || line.p[n] != ' ')
		return 0;
	*words = str_trim(skip(line, n));
	return (int)n;
}

/* "- words" with any of the marks that people and word processors use. */
static bool is_item(struct str line, struct str *words)
{
	static const struct str marks[] = { { "- ", 2 }, { "* ", 2 }, { "+ ", 2 }, { "\xE2\x80\xA2", 3 },
		{ "\xE2\x80\xA3", 3 }, { "\xE2\x96\xAA", 3 }, { "\xE2\x97\x8F", 3 }, { "\xE2\x97\xA6", 3 },
		{ "\xE2\x80\x93 ", 4 }, { "\xEF\x82\xB7", 3 }, { "\xC2\xB7 ", 3 } };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (str_has_prefix(line, marks[i])) {
			*words = str_trim(skip(line, marks[i].n));
			return true;
		}
	}
	return false;
}

static bool is_number(struct str line)
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

static bool ends_sentence(struct str line)
{
	return line.n > 0 && strchr(".!?:;", line.p[line.n - 1]) != NULL;
}

/* ---- a group of lines ---- */

struct group {
	struct str text;
	size_t longest; /* columns */
	bool prose;     /* many lines go on in lower case */
};

static struct str next_line(struct str *rest)
{
	return str_trim(str_take_until(rest, '\n'));
}

static struct group measure(struct str text)
{
	struct group g = { .text = text };
	size_t lines = 0, lower = 0;

	for (struct str rest = text; rest.p;) {
		struct str line = next_line(&rest);
		size_t width = columns(line);
		lower += lines > 0 && begins_lower(line);
		g.longest = width > g.longest ? width : g.longest;
		lines++;
	}
	g.prose = lower > 0 && lower * 3 >= lines - 1;
	return g;
}

static bool goes_on(const struct group *g, struct str line, struct str next)
{
	if (begins_lower(next))
		return true;
	if (g->longest < FILLED_COLUMNS)
		return false;
	if (g->prose)
		return columns(line) * 2 >= g->longest;
	return columns(line) * 4 >= g->longest * 3 && !ends_sentence(line);
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

/* Tabs between words: somebody copied a table. */
static bool write_cells(struct document_writer *w, struct str line)
{
	if (str_find_char(line, '\t') < 0)
		return false;
	document_block(w, BLOCK_ROW, 0);
	while (line.p) {
		document_cell(w);
		document_text(w, str_take_until(&line, '\t'));
	}
	document_block_end(w);
	return true;
}

/* One that begins a block by its mark. */
static bool write_marked(struct document_writer *w, struct str line)
{
	struct str words;
	int level = heading_level(line, &words);

	if (level > 0 || is_item(line, &words)) {
		document_block(w, level ? BLOCK_HEADING : BLOCK_ITEM, level);
		document_text(w, words);
		if (level)
			document_block_end(w);
		return true;
	}
	return write_cells(w, line);
}

static bool begins_block(struct str line)
{
	struct str words;

	return heading_level(line, &words) > 0 || is_item(line, &words) || str_find_char(line, '\t') >= 0;
}

/* What stands between two lines. */
static void write_gap(const struct lines *l, const struct group *g, struct str line, struct str next)
{
	if (goes_on(g, line, next) || (l->w->open && !l->w->started)) /* a mark that stands alone */
		document_text(l->w, STR("\n"));
	else if (l->w->open) /* a line behind an item, not a part of it */
		document_block_end(l->w);
	else
		document_break(l->w);
}

static void write_group(const struct lines *l, struct str text)
{
	struct group g = measure(text);
	struct str rest = text, line = next_line(&rest);

	document_block_end(l->w);
	while (line.p) {
		struct str next = next_line(&rest), words = line;
		bool divided = next.p && l->hyphens && is_divided(&words, next);
		if (!write_marked(l->w, words))
			document_text(l->w, words);
		if (next.p && !divided && !begins_block(next))
			write_gap(l, &g, line, next);
		line = next;
	}
}

/* ---- the text ---- */

/* Takes the lines up to the next empty one; a form feed is one, and a page's number beside it goes. */
static struct str take_group(struct str *rest)
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

static void write_page(const struct lines *l, struct str page)
{
	page = str_trim(page);
	for (struct str rest = page; rest.p;) {
		struct str group = take_group(&rest);
		bool at_edge = group.p == page.p || group.p + group.n == page.p + page.n;
		if (!str_is_empty(group) && !(l->hyphens && at_edge && is_number(str_trim(group))))
			write_group(l, group);
	}
}

void document_read_lines(struct document_writer *w, struct str text, bool hyphens)
{
	struct lines l = { w, hyphens };

	while (text.p)
		write_page(&l, str_take_until(&text, '\f'));
}
