/*
 * document.h - what an organisation gives to the knowledge base, turned into plain text.
 */
#ifndef DESKBELL_DOCUMENTS_DOCUMENT_H
#define DESKBELL_DOCUMENTS_DOCUMENT_H

#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

#define DOCUMENT_INPUT_MAX_BYTES (20 * 1024 * 1024)
#define DOCUMENT_TEXT_MAX_BYTES (5 * 1024 * 1024)

enum document_format {
	DOCUMENT_TEXT,
	DOCUMENT_MARKDOWN,
	DOCUMENT_HTML,
	DOCUMENT_PDF,
	DOCUMENT_CSV,
	DOCUMENT_WORD,
	DOCUMENT_EXCEL
};

/*
 * The text is UTF-8 without control characters. Blocks are separated by one blank line. A block is a paragraph on one
 * line; a heading, one line that begins with "# " to "###### "; a list, one "- item" a line; a table, one "cell | cell"
 * a line; or lines that the author broke manually. Links are "words (https://...)".
 */
struct document {
	struct str title; /* absent when the document has none of its own */
	struct str text;  /* never empty */
};

/* Tells the format. `name` (of a file or an address) and `content_type` may be absent; the first bytes outweigh both.
 * ERR_INVALID with words for what is not read here, which name what is. */
enum err document_format_of(struct str name, struct str content_type, struct str bytes, enum document_format *out,
	struct explain *why) MUST_CHECK;

/* Reads a document; strings live in `pool`. ERR_INVALID: nothing to read in it, damaged, protected; ERR_TOO_LARGE: more
 * than the limits above; ERR_CONFIG: a program that it takes is missing; ERR_TIMEOUT. `why` has the words. */
enum err document_read(struct pool *pool, enum document_format format, struct str bytes, struct document *out,
	struct explain *why) MUST_CHECK;

/* The bytes of a text as UTF-8, without a byte order mark. What they are is told by the mark, by themselves if they are
 * UTF-8, by `charset` (its name; absent when it was not said), else they count as Windows-1254 or -1252. Already
 * decoded text comes back as it is. Lives in `pool` or in `bytes`. */
struct str document_decode(struct pool *pool, struct str bytes, struct str charset);

#endif
