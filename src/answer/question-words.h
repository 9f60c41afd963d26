/*
 * question-words.h - the words by which two questions are compared.
 */
#ifndef DESKBELL_ANSWER_QUESTION_WORDS_H
#define DESKBELL_ANSWER_QUESTION_WORDS_H

#include "core/pool.h"
#include "core/str.h"

#define QUESTION_WORDS_MAX 32

/* Stems and concepts of the words that say something, each once, as hashes. */
struct question_words {
	uint64_t *all;
	int n;
};

/* Of a text in the language of the business (a tag), in `pool`. A text of function words alone is one word, as it is
 * written. */
struct question_words question_words_of(struct pool *pool, struct str language, struct str text);
/* How many words both have, as a share of the words that either has: 1 for the same. */
double question_words_shared(const struct question_words *a, const struct question_words *b);

#endif
