/*
 * escalation.h - when a person has to take it from here.
 */
#ifndef DESKBELL_ANSWER_ESCALATION_H
#define DESKBELL_ANSWER_ESCALATION_H

#include "answer/question.h"

/* Looks at what the stages found and, if a rule holds, makes the answer end with a promise and hand the conversation
 * over. `wish`: the customer asks for a person in so many words. */
void escalation_apply(struct pool *pool, const struct question *q, bool wish, struct answer *answer);

#endif
