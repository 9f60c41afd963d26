/*
 * document-writer.c - writes the text of a document by the rules of document.h.
 *
 * One place for what all formats have in common: when a line begins and ends, white space, control characters, links,
 * the first heading as title. Owns two buffers. Spaces, breaks and prefixes wait until something visible follows, so an
 * empty element leaves no trace. Never holds invalid UTF-8. Too much text is the buffer's sticky error.
 */
#include "documents/document-writer.h"

#define TITLE_MAX_BYTES 300
#define ADDRESS_MAX_BYTES 2000

void document_writer_init(struct document_writer *w, size_t max_bytes, int title_level)
{
	*w = (struct document_writer){ .title_level = title_level, .link_at = SIZE_MAX };
	buf_init(&w->text, max_bytes);
	buf_init(&w->title, TITLE_MAX_BYTES);
}

void document_writer_fini(struct document_writer *w)
{
	buf_fini(&w->text);
	buf_fini(&w->title);
}

/* ---- blocks ---- */

static void document_writer_begin(struct document_writer *w, enum document_block kind, int level)
{
	w->title_done = w->title_done || w->title.len > 0;
	w->kind = kind;
	w->level = level;
	w->open = kind != BLOCK_PARAGRAPH;
	w->started = w->space = w->soft = false;
	w->first_cell = true;
	w->breaks = w->cells = 0;
}

void document_block(struct document_writer *w, enum document_block kind, int level)
{
	if (kind == BLOCK_PARAGRAPH && w->open)
		w->space = true;
	else
		document_writer_begin(w, kind, level);
}

void document_block_end(struct document_writer *w)
{
	document_writer_begin(w, BLOCK_PARAGRAPH, 0);
}

void document_break(struct document_writer *w)
{
	if (w->open)
		w->space = true;
	else
		w->breaks++;
}

void document_cell(struct document_writer *w)
{
	if (!w->first_cell)
		w->cells++;
	w->first_cell = false;
	w->space = false;
}

/* ---- characters ---- */

static bool is_title_part(const struct document_writer *w)
{
	return w->kind == BLOCK_HEADING && w->level <= w->title_level && !w->title_done;
}

static void start_block(struct document_writer *w)
{
	static const char marks[] = "###### ";
	bool same_group = w->kind == w->last && (w->kind == BLOCK_ITEM || w->kind == BLOCK_ROW);

	if (w->text.len > 0)
		buf_add_cstr(&w->text, same_group ? "\n" : "\n\n");
	if (w->kind == BLOCK_HEADING)
		buf_add_cstr(&w->text, marks + 6 - w->level);
	if (w->kind == BLOCK_ITEM)
		buf_add_cstr(&w->text, "- ");
	for (unsigned i = 0; i < w->cells; i++)
		buf_add_cstr(&w->text, "| ");
	w->started = true;
	w->last = w->kind;
}

/* Scripts that put no spaces between words. */
static bool is_spaceless(uint32_t c)
{
	return (c >= 0x3000 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF)
	       || (c >= 0xFF00 && c <= 0xFF60) || (c >= 0x20000 && c <= 0x3FFFF);
}

static bool is_question_mark(uint32_t c)
{
	return c == '?' || c == 0xFF1F || c == 0x061F || c == 0x037E;
}

/* What waits between the last visible character and `next`, in a block that has begun. */
static void add_gap(struct document_writer *w, uint32_t next)
{
	if (w->breaks > 0) {
		buf_add_cstr(&w->text, w->breaks > 1 ? "\n\n" : "\n");
	} else if (w->cells > 0) {
		for (unsigned i = 0; i < w->cells; i++)
			buf_add_cstr(&w->text, " |");
		buf_add_char(&w->text, ' ');
	} else if (w->soft && w->kind == BLOCK_PARAGRAPH && is_question_mark(w->previous)) {
		/* A question on a line of its own, its answer below: passages keep them together by that. */
		buf_add_char(&w->text, '\n');
	} else if (w->space && !(w->soft && is_spaceless(w->previous) && is_spaceless(next))) {
		buf_add_char(&w->text, ' ');
		if (is_title_part(w))
			buf_add_char(&w->title, ' ');
	}
}

static void add_visible(struct document_writer *w, uint32_t c)
{
	if (w->text.err != ERR_OK)
		return;
	if (w->started)
		add_gap(w, c);
	else
		start_block(w);
	w->breaks = w->cells = 0;
	w->space = w->soft = false;
	w->previous = c;
	if (w->link_waits)
		w->link_at = w->text.len;
	w->link_waits = false;
	buf_add_utf8(&w->text, c);
	if (is_title_part(w))
		buf_add_utf8(&w->title, c);
}

static bool document_writer_is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680
	       || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F
	       || c == 0x3000;
}

/* Control characters, soft hyphens, marks of byte order and of places to break. */
static bool document_writer_is_nothing(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x200B || c == 0x2060 || c == 0xFEFF
	       || (c & 0xFFFE) == 0xFFFE;
}

void document_text(struct document_writer *w, struct str text)
{
	while (text.n > 0) {
		uint32_t c;
		size_t n = str_utf8_next(text, &c);

		if (n == 0) {
			c = 0xFFFD;
			n = 1;
		}
		if (document_writer_is_space(c)) {
			w->space = true;
			w->soft = w->soft || c == '\n';
		} else if (!document_writer_is_nothing(c)) {
			add_visible(w, c);
		}
		text.p += n;
		text.n -= n;
	}
}

/* ---- links, title ---- */

void document_link_begin(struct document_writer *w)
{
	w->link_waits = true;
	w->link_at = SIZE_MAX;
}

/* An address that a person can open: http(s), nothing in it that ends a line or a bracket's content early. */
static bool is_absolute(struct str address)
{
	struct str scheme = { address.p, address.n < 8 ? address.n : 8 };

	if (!str_equal_nocase(scheme, STR("https://")))
		scheme.n = scheme.n < 7 ? scheme.n : 7;
	if (scheme.n < 8 && !str_equal_nocase(scheme, STR("http://")))
		return false;
	for (size_t i = 0; i < address.n; i++)
		if ((unsigned char)address.p[i] <= ' ' || address.p[i] == 0x7F)
			return false;
	return address.n > scheme.n && address.n <= ADDRESS_MAX_BYTES && str_is_utf8(address);
}

/* "example.org" and "https://example.org/" name the same. */
static struct str document_writer_bare(struct str address)
{
	static const struct str starts[] = { { "https://", 8 }, { "http://", 7 }, { "www.", 4 } };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		struct str head = { address.p, starts[i].n };
		if (address.n >= head.n && str_equal_nocase(head, starts[i])) {
			address.p += head.n;
			address.n -= head.n;
		}
	}
	if (str_has_suffix(address, STR("/")))
		address.n--;
	return address;
}

void document_link_end(struct document_writer *w, struct str address)
{
	address = str_trim(address);
	if (w->link_at < w->text.len && is_absolute(address)) {
		struct str words = { w->text.data + w->link_at, w->text.len - w->link_at };
		if (!str_equal_nocase(document_writer_bare(words), document_writer_bare(address))) {
			buf_add_cstr(&w->text, " (");
			buf_add_str(&w->text, address);
			buf_add_char(&w->text, ')');
			w->previous = ')';
		}
	}
	w->link_waits = false;
	w->link_at = SIZE_MAX;
}

void document_title(struct document_writer *w, struct str title)
{
	struct document_writer clean;

	if (w->title_done || w->title.len > 0)
		return;
	document_writer_init(&clean, 4096, 0);
	document_block(&clean, BLOCK_HEADING, 1);
	document_text(&clean, title);
	struct str text = buf_str(&clean.text);
	if (text.n > 2) { /* behind the mark */
		text.p += 2;
		text.n -= 2;
		while (text.n > TITLE_MAX_BYTES || !str_is_utf8(text))
			text.n--;
		buf_add_str(&w->title, text);
		w->title_done = true;
	}
	document_writer_fini(&clean);
}
