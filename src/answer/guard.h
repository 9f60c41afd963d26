/*
 * guard.h - may the bot answer at all?
 *
 * Guards fail closed: what cannot be known counts against an answer.
 */
#ifndef DESKBELL_ANSWER_GUARD_H
#define DESKBELL_ANSWER_GUARD_H

#include "answer/question.h"

struct refusal {
	const char *code;      /* why there is no answer (core/text/reason.h); NULL: there may be one */
	const char *attention; /* why a person should look at it, a code; NULL: no need */
	bool notice;           /* only because there is no text: the notice may be sent */
};

/* Before anything is worked out. `stale_after_s` bounds the message's age. Scratch memory from `pool`. */
struct refusal guard_refuses(struct pool *pool, const struct question *q, int64_t stale_after_s);
/* When the reply is known: the same words again and again are a loop. */
struct refusal guard_refuses_reply(struct pool *pool, const struct question *q, struct str reply);

#endif
