/*
 * llm-prompt.h - what is sent to the model. Pure; for llm.c and tests.
 */
#ifndef DESKBELL_ANSWER_LLM_LLM_PROMPT_H
#define DESKBELL_ANSWER_LLM_LLM_PROMPT_H

#include "answer/llm/llm.h"

#define LLM_SOURCES_MAX 12 /* of a question; what is beyond is not sent */

/* {"messages":[{"role":"system",..},{"role":"user",..}]} in `pool`. A source's id in it is its position, from 1. */
struct str llm_prompt_answer(struct pool *pool, const struct llm_question *question);
struct str llm_prompt_lead(struct pool *pool, const struct llm_turn *messages, int n_messages, struct str language);
/* The optional members of a chat request. */
extern const struct llm_option llm_chat_options[];
/* True when a text repeats one of our rules. */
bool llm_prompt_is_repeated(struct pool *pool, struct str text);

#endif
