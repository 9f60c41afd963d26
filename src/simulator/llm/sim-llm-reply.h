/*
 * sim-llm-reply.h - what the simulated model says without a rule of a test: nothing but what stands in its prompt.
 */
#ifndef DESKBELL_SIMULATOR_LLM_SIM_LLM_REPLY_H
#define DESKBELL_SIMULATOR_LLM_SIM_LLM_REPLY_H

#include "simulator/llm/sim-llm-chat.h"

/* The content of the answer, in the exchange's pool; JSON when the request asks for JSON or the prompt is JSON. */
struct str llm_reply(const struct llm_chat *chat);
/* The same for a prompt that asks what a customer wants: a JSON object of facts. `messages` as in the prompt. */
struct str llm_reply_lead(struct pool *pool, const struct json *messages);

/* The sentence at the beginning of `*text`, which moves behind it; absent at the end. */
struct str llm_take_sentence(struct str *text);

#endif
