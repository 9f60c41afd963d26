/*
 * stems.h - the door to libstemmer: words without their endings.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_STEMS_H
#define DESKBELL_ANSWER_RETRIEVAL_STEMS_H

#include "core/pool.h"
#include "core/str.h"

struct stemmer;

/* The stemmer of a language tag as "es" or "pt-BR", which lives as long as `pool` and belongs to one thread; NULL when
 * there is none. */
struct stemmer *stems_for(struct pool *pool, struct str language);
/* The stem of one folded word; the word itself without a stemmer. Valid until the next call. */
struct str stems_of_word(struct stemmer *stemmer, struct str word);

#endif
