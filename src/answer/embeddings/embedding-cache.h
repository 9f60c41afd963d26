/*
 * embedding-cache.h - the embeddings of an organisation's passages, and how similar they are to a question's.
 */
#ifndef DESKBELL_ANSWER_EMBEDDINGS_EMBEDDING_CACHE_H
#define DESKBELL_ANSWER_EMBEDDINGS_EMBEDDING_CACHE_H

#include "answer/embeddings/embedding-state.h"

/* Embeddings of several organisations, kept by a process as long as they are asked for. */
struct embedding_cache;

#define EMBEDDING_CACHE_BYTES (32u << 20) /* of a process: as bytes, 20,000 of 1536 numbers */

/* `max_bytes` is for all of them together. Never NULL. */
struct embedding_cache *embedding_cache_new(struct db *db, size_t max_bytes);
void embedding_cache_free(struct embedding_cache *embeddings);

/* The cosines of the most similar passages and of those in `ranked->words` to a embedding of `state->dims` numbers;
 * into `ranked->similar`, in `pool`. Of an organisation whose embeddings would not fit into the memory only those in
 * `ranked->words` are compared. */
enum err embedding_cache_compare(struct embedding_cache *embeddings, struct pool *pool, int64_t org_id,
	const struct embedding_state *state, const float *asked, struct ranked *ranked) MUST_CHECK;

#endif
