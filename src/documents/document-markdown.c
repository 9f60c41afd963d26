/*
 * document-markdown.c - Markdown with tables, read by md4c; the only file that knows it.
 *
 * Owns the HTML of a raw block while it is collected, which then goes to the reader of pages. Indented text is text,
 * not code: people paste. Hostile input: md4c is quadratic in the lines of one paragraph or table, and remembers every
 * character of a paragraph that may be markup; both are bounded, and the whole by what a document may hold. As some
 * versions fill the rows of a table up to the width of its head, so what is called back is counted and a document that
 * asks for more than its length explains is refused.
 */
#include "documents/document-parts.h"

#include "core/text/reason.h"

#include <md4c.h>

#define CALLS_A_BYTE 8
#define CALLS_AT_LEAST 10000
#define TOGETHER_LINES_MAX 20000
#define TOGETHER_MARKS_MAX 500000
#define FRONT_MATTER_LINES 60

struct markdown {
	struct document_writer *w;
	size_t calls_left;
	struct buf html; /* a raw block */
	bool in_code;
	enum err err; /* of the HTML */
	struct explain *why;
};

/* Every callback ends here: not 0 stops md4c. */
static int document_markdown_spend(struct markdown *m)
{
	if (m->calls_left == 0 || m->err != ERR_OK || m->w->text.err != ERR_OK)
		return 1;
	m->calls_left--;
	return 0;
}

static struct str document_markdown_slice(const MD_CHAR *p, MD_SIZE n)
{
	return (struct str){ p, n };
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct markdown *m = arg;

	switch (type) {
	case MD_BLOCK_H: document_block(m->w, BLOCK_HEADING, (int)((MD_BLOCK_H_DETAIL *)detail)->level); break;
	case MD_BLOCK_LI: document_block(m->w, BLOCK_ITEM, 0); break;
	case MD_BLOCK_TR: document_block(m->w, BLOCK_ROW, 0); break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD: document_cell(m->w); break;
	case MD_BLOCK_HTML: buf_reset(&m->html); break;
	case MD_BLOCK_CODE: document_block_end(m->w); break;
	default: document_block(m->w, BLOCK_PARAGRAPH, 0);
	}
	m->in_code = type == MD_BLOCK_CODE;
	return document_markdown_spend(m);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct markdown *m = arg;

	(void)detail;
	m->in_code = false;
	if (type == MD_BLOCK_HTML)
		m->err = document_read_html(m->w, buf_str(&m->html), m->why);
	if (type == MD_BLOCK_H || type == MD_BLOCK_LI || type == MD_BLOCK_TR || type == MD_BLOCK_UL
		|| type == MD_BLOCK_OL || type == MD_BLOCK_CODE)
		document_block_end(m->w);
	return document_markdown_spend(m);
}

static int enter_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct markdown *m = arg;

	(void)detail;
	if (type == MD_SPAN_A)
		document_link_begin(m->w);
	return document_markdown_spend(m);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct markdown *m = arg;

	if (type == MD_SPAN_A) {
		const MD_SPAN_A_DETAIL *link = detail;
		document_link_end(m->w, document_markdown_slice(link->href.text, link->href.size));
	}
	return document_markdown_spend(m);
}

static void take_code(struct markdown *m, struct str text)
{
	while (text.p) {
		document_text(m->w, str_take_until(&text, '\n'));
		if (text.p)
			document_break(m->w);
	}
}

static bool is_line_break(struct str tag)
{
	return tag.n >= 4 && str_equal_nocase((struct str){ tag.p, 3 }, STR("<br"));
}

static void take_html(struct markdown *m, struct str text)
{
	if (is_line_break(text))
		document_break(m->w);
	buf_add_str(&m->html, text);
}

static int document_markdown_take_text(MD_TEXTTYPE type, const MD_CHAR *p, MD_SIZE n, void *arg)
{
	struct markdown *m = arg;
	struct str text = document_markdown_slice(p, n);

	switch (type) {
	case MD_TEXT_NULLCHAR: break;
	case MD_TEXT_BR: document_break(m->w); break;
	case MD_TEXT_SOFTBR: document_text(m->w, STR("\n")); break;
	case MD_TEXT_ENTITY: document_html_entity(m->w, text); break;
	case MD_TEXT_HTML: take_html(m, text); break;
	case MD_TEXT_CODE:
		if (m->in_code)
			take_code(m, text);
		else
			document_text(m->w, text);
		break;
	default: document_text(m->w, text);
	}
	return document_markdown_spend(m);
}

static struct str document_markdown_unquoted(struct str s)
{
	bool quoted = s.n > 1 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0];

	return quoted ? (struct str){ s.p + 1, s.n - 2 } : s;
}

/* The lines between two of "---" at the very beginning, in which site generators keep what they know about a page.
 * Takes the title from them. */
static struct str skip_front_matter(struct document_writer *w, struct str text)
{
	struct str rest = text, title = STR_NONE;

	if (!str_equal(str_trim(str_take_until(&rest, '\n')), STR("---")))
		return text;
	for (int i = 0; i < FRONT_MATTER_LINES && rest.p; i++) {
		struct str line = str_trim(str_take_until(&rest, '\n'));
		if (str_equal(line, STR("---"))) {
			document_title(w, title);
			return rest;
		}
		if (str_equal_nocase(str_take_until(&line, ':'), STR("title")))
			title = document_markdown_unquoted(str_trim(line));
	}
	return text;
}

static size_t marks_in(struct str line)
{
	static const bool is_mark[256] = { ['\\'] = 1,
		['*'] = 1,
		['_'] = 1,
		['`'] = 1,
		['&'] = 1,
		[';'] = 1,
		['<'] = 1,
		['>'] = 1,
		['['] = 1,
		[']'] = 1,
		['!'] = 1,
		['~'] = 1,
		[':'] = 1,
		['.'] = 1,
		['|'] = 1,
		['@'] = 1,
		['-'] = 1,
		['+'] = 1 };
	size_t n = 0;

	for (size_t i = 0; i < line.n; i++)
		n += is_mark[(unsigned char)line.p[i]];
	return n;
}

/* The most lines without an empty one among them, and the most characters in such a group that may be markup. */
static void count_together(struct str text, size_t *most_lines, size_t *most_marks)
{
	size_t lines = 0, marks = 0;

	*most_lines = *most_marks = 0;
	while (text.p) {
		struct str line = str_trim(str_take_until(&text, '\n'));
		lines = str_is_empty(line) ? 0 : lines + 1;
		marks = str_is_empty(line) ? 0 : marks + marks_in(line);
		*most_lines = lines > *most_lines ? lines : *most_lines;
		*most_marks = marks > *most_marks ? marks : *most_marks;
	}
}

static enum err refuse_large(struct str text, struct explain *why)
{
	size_t lines, marks;

	if (text.n > DOCUMENT_TEXT_MAX_BYTES)
		return EXPLAIN(
			why, ERR_TOO_LARGE, document_text_too_large, F_INT("limit", DOCUMENT_TEXT_MAX_BYTES >> 20));
	count_together(text, &lines, &marks);
	if (lines > TOGETHER_LINES_MAX)
		return EXPLAIN(why, ERR_INVALID, markdown_long_paragraph, F_INT("limit", TOGETHER_LINES_MAX));
	if (marks > TOGETHER_MARKS_MAX)
		return explain_code(why, ERR_INVALID, CODE(markdown_complex));
	return ERR_OK;
}

enum err document_read_markdown(struct document_writer *w, struct str text, struct explain *why)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEURLAUTOLINKS
			 | MD_FLAG_PERMISSIVEWWWAUTOLINKS | MD_FLAG_NOINDENTEDCODEBLOCKS,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = document_markdown_take_text,
	};
	struct markdown m = { .w = w, .why = why };
	struct buf whole;
	int stopped;

	text = skip_front_matter(w, text);
	if (str_is_empty(text))
		return ERR_OK;
	enum err e = refuse_large(text, why);
	if (e != ERR_OK)
		return e;
	m.calls_left = text.n * CALLS_A_BYTE + CALLS_AT_LEAST;
	buf_init(&m.html, text.n + 1);
	/* md4c 0.4 reads on behind a link that the end of the text cuts off; behind the end of a line it does not. */
	buf_init(&whole, text.n + 1);
	buf_add_str(&whole, text);
	buf_add_char(&whole, '\n');
	stopped = md_parse(buf_cstr(&whole), (MD_SIZE)whole.len, &parser, &m);
	buf_fini(&m.html);
	buf_fini(&whole);
	if (m.err != ERR_OK)
		return m.err;
	if (stopped && w->text.err == ERR_OK)
		return explain_code(why, ERR_INVALID, CODE(markdown_complex));
	return ERR_OK;
}
