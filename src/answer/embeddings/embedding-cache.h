/*
 * embedding-cache.h - the vectors of an organisation's passages, and how alike they are to a question's.
 */
#ifndef DESKBELL_ANSWER_EMBEDDINGS_EMBEDDING_CACHE_H
#define DESKBELL_ANSWER_EMBEDDINGS_EMBEDDING_CACHE_H

#include "answer/embeddings/embedding-state.h"

/* Vectors of several organisations, kept by a process as long as they are asked for. */
struct vectors;

/* `max_bytes` is for all of them together. Never NULL. */
struct vectors *vectors_new(struct db *db, size_t max_bytes);
void vectors_free(struct vectors *vectors);

/* The cosines of the most alike passages and of those in `ranked->words` to a vector of `state->dims` numbers; into
 * `ranked->alike`, in `pool`. Of an organisation whose vectors would not fit into the memory only those in
 * `ranked->words` are compared. */
enum err vectors_compare(struct vectors *vectors, struct pool *pool, int64_t org_id, const struct vectors_state *state,
	const float *asked, struct ranked *ranked) MUST_CHECK;

#endif
