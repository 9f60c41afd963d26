/*
 * question-groups.h - which questions ask the same, in other words.
 */
#ifndef DESKBELL_ANSWER_QUESTION_GROUPS_H
#define DESKBELL_ANSWER_QUESTION_GROUPS_H

#include "core/pool.h"
#include "core/str.h"

/* One question that a contact asked. All borrowed. */
struct asked_question {
	struct str text;
	int64_t contact_id;
	bool not_ours; /* a person of the business has said that it is none of theirs */
};

struct question_group {
	int *members; /* places of its questions; the first is that by which it was made */
	int n;
	int contacts; /* different ones */
	bool not_ours;
};

/* The groups of questions in the language of the business (a tag), those that most contacts asked first; in `pool`.
 * Returns how many. Meant for some hundred questions. */
int question_groups_of(struct pool *pool, struct str language, const struct asked_question *questions, int n,
	struct question_group **out);

#endif
