/*
 * clock-answer.h - "are you open on Sunday?", answered from the working hours, closures and openings.
 */
#ifndef DESKBELL_ANSWER_CLOCK_CLOCK_ANSWER_H
#define DESKBELL_ANSWER_CLOCK_CLOCK_ANSWER_H

#include "answer/question.h"

struct clock_answer {
	struct str reply; /* absent: the message does not ask for it, or the organisation has said nothing about it */
	int64_t ordinary_day; /* a date of which nothing but the ordinary week is known: a document may say more; else 0
			       */
	bool dated;           /* that day was asked for by its date; else by a weekday or "tomorrow" */
	bool week;            /* no day was asked for: all of the ordinary week */
	double score;         /* 0 to 1, how sure it is that this is what was asked */
};

/* `text` is the question, `topic` what was asked before it when the question leans on that (else absent). In the
 * language of the customer, on the clock of the organisation's zone. Everything in `pool`. */
struct clock_answer clock_answer(struct pool *pool, const struct question *q, const struct language *language,
	struct str text, struct str topic);

#endif
