/*
 * document-word.c - Word documents (.docx): paragraphs, headings, lists and tables of the main text.
 *
 * Headings are known by the name of their style, which is English whatever the language of Word. Text lined up with
 * tabs is a row, as in plain text. What was deleted while changes were tracked, headers, footers and notes do not
 * count. Owns nothing; the archive is the caller's.
 */
#include "documents/document-parts.h"
#include "documents/office-xml.h"
#include "core/text/reason.h"

#define PART_MAX_BYTES (16u << 20)
#define STYLES_MAX 64
#define PARAGRAPH_MAX_BYTES (1u << 20)

struct style {
	struct str id;
	int level;
};

struct word {
	struct pool *pool;
	struct document_writer *w;
	struct office_xml *xml;
	struct style styles[STYLES_MAX];
	int n_styles;
	struct buf text; /* of the present paragraph */
	int level, tables, fallback;
	bool item, cell_used;
};

static int heading_of(struct str name)
{
	if (str_equal_nocase(name, STR("Title")))
		return 1;
	if (!str_has_prefix(name, STR("heading ")) && !str_has_prefix(name, STR("Heading ")))
		return 0;
	char digit = name.n == 9 ? name.p[8] : '0';
	return digit >= '1' && digit <= '6' ? digit - '0' : 0;
}

static void read_styles(struct word *word, struct str bytes)
{
	struct office_xml *xml = office_xml_open(bytes);
	struct str id = STR_NONE;
	enum office_event event;
	while (xml && (event = office_xml_next(xml)) != OFFICE_DONE && word->n_styles < STYLES_MAX) {
		if (event != OFFICE_BEGIN)
			continue;
		if (office_xml_is(xml, "style"))
			id = office_xml_attribute(xml, word->pool, "styleId");
		int level = id.n && office_xml_is(xml, "name")
				    ? heading_of(office_xml_attribute(xml, word->pool, "val"))
				    : 0;
		if (level)
			word->styles[word->n_styles++] = (struct style){ id, level };
	}
	office_xml_close(xml);
}

/* ---- paragraphs ---- */

static void write_tabbed(struct word *word, struct str line)
{
	document_block(word->w, BLOCK_ROW, 0);
	while (line.p) {
		document_cell(word->w);
		document_text(word->w, str_take_until(&line, '\t'));
	}
	document_block_end(word->w);
}

static void write_paragraph(struct word *word, struct str text)
{
	if (word->level || word->item) {
		document_block(word->w, word->level ? BLOCK_HEADING : BLOCK_ITEM, word->level);
		document_text(word->w, text);
		document_block_end(word->w);
		return;
	}
	if (str_find_char(text, '\t') > 0) {
		while (text.p)
			write_tabbed(word, str_trim(str_take_until(&text, '\n')));
		return;
	}
	document_block(word->w, BLOCK_PARAGRAPH, 0);
	for (bool first = true; text.p; first = false) {
		if (!first)
			document_break(word->w);
		document_text(word->w, str_take_until(&text, '\n'));
	}
}

static void end_paragraph(struct word *word)
{
	struct str text = str_trim(buf_str(&word->text));
	if (!text.n)
		return;
	if (word->tables) {
		if (word->cell_used)
			document_text(word->w, STR(" "));
		document_text(word->w, text);
		word->cell_used = true;
	} else {
		write_paragraph(word, text);
	}
}

static void begin_paragraph(struct word *word)
{
	buf_reset(&word->text);
	word->level = 0;
	word->item = false;
}

/* ---- elements ---- */

static void take_style(struct word *word)
{
	struct str id = office_xml_attribute(word->xml, word->pool, "val");
	for (int i = 0; i < word->n_styles; i++)
		if (str_equal(word->styles[i].id, id))
			word->level = word->styles[i].level;
}

static void begin_element(struct word *word)
{
	struct office_xml *xml = word->xml;
	word->fallback += office_xml_is(xml, "Fallback"); /* says again what came before */
	if (office_xml_is(xml, "p"))
		begin_paragraph(word);
	else if (office_xml_is(xml, "pStyle"))
		take_style(word);
	else if (office_xml_is(xml, "numPr"))
		word->item = true;
	else if (office_xml_is(xml, "tab"))
		buf_add_char(&word->text, word->tables ? ' ' : '\t');
	else if (office_xml_is(xml, "br") || office_xml_is(xml, "cr"))
		buf_add_char(&word->text, word->tables ? ' ' : '\n');
	else if (office_xml_is(xml, "noBreakHyphen"))
		buf_add_char(&word->text, '-');
	else if (office_xml_is(xml, "tbl"))
		word->tables++;
	else if (office_xml_is(xml, "tr") && word->tables == 1)
		document_block(word->w, BLOCK_ROW, 0);
	else if (office_xml_is(xml, "tc") && word->tables == 1) {
		document_cell(word->w);
		word->cell_used = false;
	}
}

static void end_element(struct word *word)
{
	struct office_xml *xml = word->xml;
	word->fallback -= office_xml_is(xml, "Fallback");
	if (office_xml_is(xml, "p"))
		end_paragraph(word);
	else if (office_xml_is(xml, "tr") && word->tables == 1)
		document_block_end(word->w);
	else if (office_xml_is(xml, "tbl"))
		word->tables--;
}

static void read_body(struct word *word)
{
	bool in_text = false, skip_tabs = false;
	enum office_event event;
	while ((event = office_xml_next(word->xml)) != OFFICE_DONE) {
		if (event == OFFICE_TEXT) {
			if (in_text && !word->fallback)
				buf_add_str(&word->text, office_xml_text(word->xml));
			continue;
		}
		/* Where tab stops are set up, "tab" is none of the text. */
		if (office_xml_is(word->xml, "tabs"))
			skip_tabs = event == OFFICE_BEGIN;
		if (office_xml_is(word->xml, "t"))
			in_text = event == OFFICE_BEGIN;
		else if (event == OFFICE_CLOSE)
			end_element(word);
		else if (!skip_tabs)
			begin_element(word);
	}
}

enum err document_read_word(struct pool *pool, struct document_writer *w, struct zip_file *zip, struct explain *why)
{
	struct word word = { .pool = pool, .w = w };
	struct str styles, body;
	if (zip_file_get(zip, pool, "word/styles.xml", PART_MAX_BYTES, &styles) == ERR_OK)
		read_styles(&word, styles);
	enum err e = zip_file_get(zip, pool, "word/document.xml", PART_MAX_BYTES, &body);
	if (e == ERR_TOO_LARGE)
		return EXPLAIN(why, e, document_text_too_large, F_INT("limit", DOCUMENT_TEXT_MAX_BYTES >> 20));
	if (e != ERR_OK || !(word.xml = office_xml_open(body)))
		return explain_code(why, ERR_INVALID, CODE(word_damaged));
	buf_init(&word.text, PARAGRAPH_MAX_BYTES);
	read_body(&word);
	buf_fini(&word.text);
	office_xml_close(word.xml);
	return ERR_OK;
}
