/*
 * ngrams.h - a folded text as counted n-grams: what the skill match sees of a text.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_NGRAMS_H
#define DESKBELL_ANSWER_RETRIEVAL_NGRAMS_H

#include "core/pool.h"
#include "core/str.h"

/* Two views of the same text: words and pairs of words; pieces of 2 to 4 characters of each word, its ends included.
 * The view is a bit of the hash. */
#define GRAM_VIEWS 2
#define GRAM_IS_CHARS 0x80000000u

struct gram {
	uint32_t hash;
	bool is_word; /* one whole word, for the shares of known words */
	float weight; /* 1 + ln(count) */
};

struct grams {
	struct gram *all; /* by hash, each once */
	int n;
};

static inline int gram_view(uint32_t hash)
{
	return hash & GRAM_IS_CHARS ? 1 : 0;
}

/* The n-grams of a text that text_fold has folded; of a long one those of its first words. */
struct grams grams_of(struct pool *pool, struct str folded);

#endif
