/*
 * embeddings.h - texts as embeddings, from an OpenAI-compatible endpoint.
 */
#ifndef DESKBELL_ANSWER_EMBEDDINGS_EMBEDDINGS_H
#define DESKBELL_ANSWER_EMBEDDINGS_EMBEDDINGS_H

#include "answer/llm/llm-endpoint.h"

/* Texts in a request at the most. */
#define EMBEDDINGS_BATCH_TEXTS 64

/* As what a model takes a text: training phrases are questions. */
enum embedding_role { EMBED_QUESTION, EMBED_PASSAGE };

struct embeddings {
	bool ok;
	const float *values; /* n times dims, in the order of the texts, each of length 1; in the pool */
	int n, dims;
	struct str reason; /* why it failed (core/text/reason.h); absent when ok */
	int64_t tokens, took_us;
	int tries; /* requests in all */
};

/* Asks for the embeddings of `n` texts, in requests of at most EMBEDDINGS_BATCH_TEXTS one after the other, each within
 * the endpoint's time limit. A text is cut at 8000 bytes; an empty one is sent as a space. All or nothing: the first
 * request that fails ends it, but where no message waits (the endpoint's `batch_texts`) one that was not answered in
 * time is asked again in half. The texts are copied; the result is in `pool`, which must live until `done`. That is
 * called once, from http_client_run or http_client_free; for no texts at once. */
void embeddings_request(struct http_client *http, struct pool *pool, const struct llm_endpoint *endpoint,
	enum embedding_role role, const struct str *texts, int n,
	void (*done)(void *arg, const struct embeddings *result), void *arg);

#endif
