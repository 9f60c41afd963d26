/*
 * escalation.h - when a person has to take it from here.
 */
#ifndef DESKBELL_ANSWER_ESCALATION_H
#define DESKBELL_ANSWER_ESCALATION_H

#include "answer/question.h"
#include "answer/wording.h"

/* Looks at what the stages found and, if a rule holds, makes the answer end with a handoff message and hand the
 * conversation over: a skill that demands a person, a complaint or a handoff request (`answer->act`), or consecutive
 * fallbacks. `speaker` has the customer's language. */
void escalation_apply(
	struct pool *pool, const struct question *q, const struct speaker *speaker, struct answer *answer);

#endif
