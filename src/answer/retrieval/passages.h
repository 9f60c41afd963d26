/*
 * passages.h - a document cut into passages: what is found and quoted.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_PASSAGES_H
#define DESKBELL_ANSWER_RETRIEVAL_PASSAGES_H

#include "core/pool.h"
#include "core/str.h"

struct passage {
	struct str
		heading; /* the headings above it, "Delivery > Abroad", and the question that it answers; "" for none */
	struct str text; /* sentences; a line end where a paragraph, a list item or a table row ended */
};

struct passages {
	struct passage *all;
	int n;
};

/* Cuts light text (headings "# ...", paragraphs one a line, list items "- ...", table rows "a | b") into passages of
 * some 80 to 120 words: at headings and questions always, else at paragraphs, else between sentences, of which the last
 * is repeated in the next passage. A text with anything visible has at least one. Everything lives in `pool`. */
struct passages passages_of(struct pool *pool, struct str text);

#endif
