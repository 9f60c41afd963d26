/*
 * stored-words.h - what the layers below the desk say in English, in the language of who reads it.
 */
#ifndef DESKBELL_DESK_STORED_WORDS_H
#define DESKBELL_DESK_STORED_WORDS_H

#include "desk/format/locale.h"

/* A decision's reason, a platform's error, a finding, why a document cannot be read: sentences that some layer marks
 * with T(), also when a format made them, when one follows another, or when something follows in brackets. What is not
 * known is given back as it is. The result borrows from `stored` or is in the pool. */
struct str stored_words(struct pool *pool, const struct translation *translation, struct str stored);
/* The same, beginning with a capital. */
struct str stored_sentence(struct pool *pool, const struct locale *locale, struct str stored);

#endif
