/*
 * document-writer.h - writes the text of a document by the rules of document.h, whatever it was read from.
 */
#ifndef DESKBELL_DOCUMENTS_DOCUMENT_WRITER_H
#define DESKBELL_DOCUMENTS_DOCUMENT_WRITER_H

#include "core/buf.h"

enum document_block { BLOCK_PARAGRAPH, BLOCK_HEADING, BLOCK_ITEM, BLOCK_ROW };

/* Zeroed and then document_writer_init; the rest is the writer's business. */
struct document_writer {
	struct buf text;  /* its error is ERR_TOO_LARGE when there was too much */
	struct buf title; /* given, or the first heading */
	int title_level;  /* headings up to this level may be the title */
	bool title_done;

	enum document_block kind, last; /* the present block, and the one before */
	int level;                      /* of a heading */
	bool open;        /* a heading, item or row that has not ended: a paragraph in it is no new block */
	bool started;     /* something of the block is written */
	bool space, soft; /* before the next character: a space; one that was a line break */
	bool first_cell;
	unsigned breaks, cells;
	uint32_t previous;
	bool link_waits;
	size_t link_at; /* where the words of a link begin; SIZE_MAX: nowhere */
};

void document_writer_init(struct document_writer *w, size_t max_bytes, int title_level);
void document_writer_fini(struct document_writer *w);

/* Begins a block; nothing is written before its first visible character. `level` 1 to 6 for a heading, else 0. */
void document_block(struct document_writer *w, enum document_block kind, int level);
/* Ends a heading, an item or a row; what comes now is a paragraph. */
void document_block_end(struct document_writer *w);
/* A line break made manually; two are a new paragraph. */
void document_break(struct document_writer *w);
/* The next cell of a row, also before the first. */
void document_cell(struct document_writer *w);
/* Text in any UTF-8: runs of white space become one space, control characters go, invalid bytes become U+FFFD. */
void document_text(struct document_writer *w, struct str text);
void document_link_begin(struct document_writer *w);
/* `address` is written when it is absolute and the words are not the address themselves. */
void document_link_end(struct document_writer *w, struct str address);
/* The document's own title; only the first one counts. */
void document_title(struct document_writer *w, struct str title);

#endif
