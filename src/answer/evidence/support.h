/*
 * support.h - how much of a question a text says.
 */
#ifndef DESKBELL_ANSWER_EVIDENCE_SUPPORT_H
#define DESKBELL_ANSWER_EVIDENCE_SUPPORT_H

#include "answer/evidence/content.h"
#include "answer/evidence/unit.h"

/* A question whose words are compared with many texts: stems are made once a language. */
struct asked_words;
struct asked_words *asked_words_new(struct pool *pool, const struct content *content);

/* How similar each word of the question is to the best word of a text, 0 to 1; `out` has content->n of them, of which
 * each is raised to `factor` times the similarity when that is more. */
void support_add(
	struct asked_words *asked, const struct unit_words *words, struct str language, double factor, double *out);

struct support {
	double covered;     /* the weight of the question's words that are said, as a share of all */
	double new_words;   /* the same of the words that were not asked before */
	double plain_share; /* how many of the words that are no asking are said well, as a share */
	int plain;          /* how many words that are no asking are said well */
};

/* What the similarities come to. `rarity` is a factor of each word's weight. */
struct support support_sum(const struct content *content, const double *similarity, const double *rarity);
/* The share of a label's own words that the question says: what else it speaks of counts against it. */
double support_precision(struct asked_words *asked, const struct unit_words *label, struct str language);

/* A month or weekday of the question that lies between the two that a short text names, "Oct-Apr", is said by it. */
void support_add_span(
	const struct content *content, const struct unit_words *words, struct str language, double factor, double *out);

#endif
