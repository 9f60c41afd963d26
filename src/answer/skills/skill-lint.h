/*
 * skill-lint.h - what an organisation's own phrases say about its skills: which are easily mistaken for each other.
 */
#ifndef DESKBELL_ANSWER_SKILLS_SKILL_LINT_H
#define DESKBELL_ANSWER_SKILLS_SKILL_LINT_H

#include "answer/skills/skills.h"

/* Triggers of one skill that would be taken for another, were they not triggers themselves. */
struct confusion {
	const struct skill *skill, *taken_for;
	int n;              /* how many of the skill's phrases */
	struct str example; /* one of them, folded */
	bool same;          /* the example is a phrase of both */
};

/* Looks at each phrase as if it were a message and all others were known. The worst first; lives in `pool`. Returns how
 * many. */
int skill_lint(const struct skill_index *index, struct pool *pool, struct confusion **out);

#endif
