/*
 * reply-proposals.h - answers that people of the business give again and again to the same question.
 */
#ifndef DESKBELL_ANSWER_REPLY_PROPOSALS_H
#define DESKBELL_ANSWER_REPLY_PROPOSALS_H

#include "core/pool.h"
#include "core/str.h"

/* A reply of an operator, and what the contact wrote before it. All borrowed. */
struct answered_question {
	struct str question, reply;
	int64_t contact_id;
	bool decided; /* it was proposed, and approved or rejected; or a skill has the question already */
};

struct reply_proposal {
	int *members; /* places; the first is that by which it was made */
	int n;
	int contacts; /* different ones */
	int reply;    /* place of the reply that is most like the others */
	bool decided; /* any of its members is */
};

/* Groups of questions that ask the same and got the same answer, in the language of the business (a tag), those of most
 * contacts first; one contact alone makes none. In `pool`. Returns how many. Meant for some hundred replies. */
int reply_proposals_of(struct pool *pool, struct str language, const struct answered_question *all, int n,
	struct reply_proposal **out);

#endif
