/*
 * search.h - the words by which conversations are found.
 *
 * Both sides - what stands in names and messages, and what a user types - go through search_words. The sender stores
 * the words (outbox/background/search-index.c), sql/functions/search.sql finds them.
 */
#ifndef DESKBELL_DOMAIN_SEARCH_H
#define DESKBELL_DOMAIN_SEARCH_H

#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"
#include "db/db.h"

#define SEARCH_WORD_CHARACTERS 40 /* longer words are known by so many of their characters */
#define SEARCH_TEXT_WORDS 100     /* of one text; what is behind them is not found */

/* The distinct words of a text in the order in which they come, folded (text_fold), in `pool`. Returns how many, at
 * most `max`. */
int search_words(struct pool *pool, struct str text, struct str *words, int max);

/* The words that a user typed, who may not have typed the last one to its end. What looks like a telephone number is
 * one word, however it is written. */
int search_typed_words(struct pool *pool, struct str typed, struct str *words, int max);

/* Conversations of the organisation that hold all words typed, the last one as the beginning of a word, the newest
 * first (of very many those that began last), at most `most`. `*hits` is a literal of bigint[], as the inbox takes it;
 * absent when nothing was typed that is a word: then there is nothing to narrow by. `*complete` (may be NULL) is false
 * where there are, or may be, others. Inside a transaction of the tenant.
 * Errors are db_query's. */
enum err search_conversations(struct db *db, struct pool *pool, int64_t org, struct str typed, int most,
	struct str *hits, bool *complete) MUST_CHECK;

#endif
