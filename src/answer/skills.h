/*
 * skills.h - the skills of an organisation and which one a message asks for.
 */
#ifndef DESKBELL_ANSWER_SKILLS_H
#define DESKBELL_ANSWER_SKILLS_H

#include "core/pool.h"
#include "core/str.h"

struct skill {
	int64_t id;
	struct str title, response;
	bool requires_human_handover;
	const struct str *triggers;
	int n_triggers;
};

struct skill_index;

struct skill_match {
	const struct skill *skill; /* the best one; NULL when there is no skill */
	double score;              /* 0 to 1 */
	bool exact;                /* the message is a trigger, but for case, accents and punctuation */
	bool answers;              /* the score is good enough to answer alone */
};

/* Prepares matching. Everything that `skills` points to is borrowed and must live as long as the index, which lives in `pool`. */
struct skill_index *skill_index_new(struct pool *pool, const struct skill *skills, int n);
/* Finds the best skill for a text. Thread-safe; scratch memory comes from `pool`. */
struct skill_match skill_index_match(const struct skill_index *index, struct pool *pool, struct str text);
/* The skills, for the fallback's topics. */
const struct skill *skill_index_skills(const struct skill_index *index, int *n);

#endif
