/*
 * term-coverage.h - how much of a question the sentences of a passage say.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_TERM_COVERAGE_H
#define DESKBELL_ANSWER_RETRIEVAL_TERM_COVERAGE_H

#include "core/pool.h"
#include "core/str.h"

/* A question's terms, each with its share of what a passage that has them all would score; by hash. */
struct asked_term {
	uint32_t hash;
	double weight;
};
struct asked {
	struct asked_term *all;
	int n;
};

/* The sum of the weights of the question's terms that a text in this language has; 0 without a question. */
double asked_share(struct pool *pool, const struct asked *asked, struct str text, struct str language);

/* Shares of the question, 0 to 1. */
struct passage_reading {
	double above;    /* what stands above the text says it: title and headings */
	double sentence; /* the same together with the sentence that says most of the rest */
};

struct passage_reading asked_read(
	struct pool *pool, const struct asked *asked, struct str above, struct str text, struct str language);

#endif
