/*
 * terms.h - a text as counted terms: what the knowledge index and its questions are made of.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_TERMS_H
#define DESKBELL_ANSWER_RETRIEVAL_TERMS_H

#include "core/pool.h"
#include "core/str.h"

/* Two kinds: words without their endings, bound to their language, and pieces of four characters of any language. The
 * kind is a bit of the hash. */
#define TERM_KINDS 2
#define TERM_IS_NGRAM 0x80000000u

struct term {
	uint32_t hash;
	int count;
};

struct terms {
	struct term *all; /* by hash, each once */
	int n;
	int length[TERM_KINDS]; /* how many there are of each kind, repeated ones included */
};

static inline int term_kind(uint32_t hash)
{
	return hash & TERM_IS_NGRAM ? 1 : 0;
}

/* The terms of a text in a language ("es", "pt-BR"; absent or unknown: words stay whole), in `pool`. */
struct terms terms_of(struct pool *pool, struct str text, struct str language);
/* Told of the terms of a text one after the other, repeated ones too: for those who only look for some of them. */
typedef void term_taker(void *arg, uint32_t hash);
void terms_each(struct pool *pool, struct str text, struct str language, term_taker *take, void *arg);
/* A number that changes when the same text would give other terms, because a library has changed: an index made under
 * another one has to be made again. */
int64_t terms_fingerprint(struct pool *pool);

#endif
