/*
 * term-coverage.h - how much of a question the sentences of a passage say.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_TERM_COVERAGE_H
#define DESKBELL_ANSWER_RETRIEVAL_TERM_COVERAGE_H

#include "core/pool.h"
#include "core/str.h"

/* A question's terms, each with its share of what a passage that has them all would score; by hash. */
struct query_term {
	uint32_t hash;
	double weight;
};
struct query_terms {
	struct query_term *all;
	int n;
};

/* The sum of the weights of the question's terms that a text in this language has; 0 without a question. */
double term_coverage_of(struct pool *pool, const struct query_terms *asked, struct str text, struct str language);

/* Shares of the question, 0 to 1. */
struct term_coverage {
	double above;    /* what stands above the text says it: title and headings */
	double sentence; /* the same together with the sentence that says most of the rest */
};

struct term_coverage term_coverage_read(
	struct pool *pool, const struct query_terms *asked, struct str above, struct str text, struct str language);

#endif
