/*
 * conversation-memory.h - what the bot keeps of a conversation from one message to the next.
 *
 * Stored with the conversation as JSON; what cannot be read is forgotten, which costs a follow-up and nothing else.
 */
#ifndef DESKBELL_ANSWER_CONVERSATION_MEMORY_H
#define DESKBELL_ANSWER_CONVERSATION_MEMORY_H

#include "core/json/json.h"
#include "core/pool.h"

#define OPTIONS_MAX 3

struct conversation_memory {
	struct str language;             /* of the customer, a tag; absent until something was said */
	struct str topic;                /* what was asked last, so that it stands alone; absent */
	bool kind_said;                  /* thanks were answered since the last question: further ones are not */
	bool awaits;                     /* the last reply asked for details: dates, a name, a number */
	struct str options[OPTIONS_MAX]; /* what "did you mean" offered, each as a question; in order */
	int n_options;
	struct str referral; /* what came with Telegram's /start: from where the customer found the business */
};

/* Never fails. Strings live in `pool`. */
void conversation_memory_read(struct pool *pool, struct str json, struct conversation_memory *out);
void conversation_memory_write(struct json_writer *w, const struct conversation_memory *memory);

#endif
