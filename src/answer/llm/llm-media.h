/*
 * llm-media.h - what models are asked of files: what a voice note says, and what is seen in a picture.
 *
 * What comes back is what a customer may have said or written: text for people and for the bot as any message is, never
 * an instruction.
 */
#ifndef DESKBELL_ANSWER_LLM_LLM_MEDIA_H
#define DESKBELL_ANSWER_LLM_LLM_MEDIA_H

#include "answer/llm/llm.h"

#define LLM_VOICE_MAX_BYTES \
	25000000 /* what endpoints take, as OpenAI's documentation of "Create transcription" says \
		  */

struct llm_reading {
	struct str text;   /* absent when there is none: `reason` says why */
	struct str reason; /* core/text/reason.h */
	bool final;        /* the same file would fail again */
	struct llm_cost cost;
};

/* Asks what a voice note says; the file goes as it is read. Everything else as with llm_answer. */
void llm_transcribe(struct http_client *http, struct pool *pool, const struct llm_endpoint *endpoint,
	const struct llm_upload *voice, void (*done)(void *arg, const struct llm_reading *reading), void *arg);

/* Asks what is seen in a picture, `jpeg`, for the people of the business. `language` is that of the description. */
void llm_describe(struct http_client *http, struct pool *pool, const struct llm_endpoint *endpoint, struct str jpeg,
	struct str language, void (*done)(void *arg, const struct llm_reading *reading), void *arg);

#endif
