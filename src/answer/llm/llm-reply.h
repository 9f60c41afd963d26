/*
 * llm-reply.h - what a model replied, read with care. Pure; for llm.c and tests.
 */
#ifndef DESKBELL_ANSWER_LLM_LLM_REPLY_H
#define DESKBELL_ANSWER_LLM_LLM_REPLY_H

#include "answer/llm/llm.h"

/* Fills `out` from the outcome of a call; strings are in `pool`. `sources` are those that the question had. */
void llm_read_answer(struct pool *pool, const struct llm_outcome *outcome, const struct llm_source *sources,
	int n_sources, struct llm_answer *out);
/* `said` is what the customer wrote, one message a line. */
void llm_read_lead(struct pool *pool, const struct llm_outcome *outcome, struct str said, struct llm_lead_reply *out);

/* The parts of it that are the same for both. */

/* The JSON object with a member `key` in the words of the reply, which may stand in a code fence or among other words;
 * of several the last. NULL with `*reason`. `*refused`: the model would not. What it returns lives as long as `pool`.
 */
const struct json *llm_reply_object(
	struct pool *pool, const struct llm_outcome *outcome, const char *key, struct str *reason, bool *refused);
/* The words of the reply, without a chain of thought; absent when there are none. In `pool`. */
struct str llm_reply_text(struct pool *pool, const struct llm_outcome *outcome);
struct llm_cost llm_reply_cost(const struct llm_outcome *outcome);

#endif
