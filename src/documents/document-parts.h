/*
 * document-parts.h - the readers of the formats; shared by the document-*.c files only.
 *
 * Each writes to a writer, which keeps the rules of the text; the reader only says what it meets.
 */
#ifndef DESKBELL_DOCUMENTS_DOCUMENT_PARTS_H
#define DESKBELL_DOCUMENTS_DOCUMENT_PARTS_H

#include "documents/document-writer.h"
#include "documents/document.h"
#include "documents/zip-file.h"

/* Text whose lines may have been broken by width: lines that belong together are joined. With `hyphens` also words that
 * were divided at the end of a line. A form feed counts as a blank line. */
void document_read_lines(struct document_writer *w, struct str text, bool hyphens);
/* ERR_INVALID when the markup is hostile. */
enum err document_read_markdown(struct document_writer *w, struct str text, struct explain *why) MUST_CHECK;
/* The page without its menus; ERR_INVALID when it is nested too deeply. */
enum err document_read_html(struct document_writer *w, struct str text, struct explain *why) MUST_CHECK;
/* Errors as document_read. */
enum err document_read_pdf(
	struct pool *pool, struct document_writer *w, struct str bytes, struct explain *why) MUST_CHECK;

/* Rows of a file whose values are separated by commas, semicolons, tabs or strokes; quotes as RFC 4180 has them. */
void document_read_csv(struct pool *pool, struct document_writer *w, struct str text);
/* ERR_INVALID when the file is damaged or protected. */
enum err document_read_word(
	struct pool *pool, struct document_writer *w, struct zip_file *zip, struct explain *why) MUST_CHECK;
enum err document_read_sheets(
	struct pool *pool, struct document_writer *w, struct zip_file *zip, struct explain *why) MUST_CHECK;

/* The questions and answers in a page's JSON-LD, below its text; nothing when it has none. */
void document_faq(struct document_writer *w, struct str json);

/* Whether a class, an id or a role names what is no part of a page's text; `value` may be NULL. */
bool document_names_chrome(const char *name, const char *value);

/* The charset that an HTML page names for itself, absent when none. */
struct str document_html_charset(struct str bytes);
/* Writes what an entity such as "&amp;" or "&#233;" stands for; as it is when it stands for nothing. */
void document_html_entity(struct document_writer *w, struct str entity);

#endif
