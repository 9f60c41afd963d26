/*
 * skill-lint.c - which skills are easily mistaken for each other: each phrase is left out in turn and compared with all
 * others. Pure.
 */
#include "answer/skills/skill-lint.h"

#include "answer/skills/training/leave-one-out.h"

#include <stdlib.h>

/* The other skill that the phrase is nearer to, or NO_SKILL. A skill of one phrase cannot be judged without it. */
static int skill_lint_taken_for(const struct phrases *p, int phrase, const struct evidence *evidence)
{
	int own = p->all[phrase].skill, best = NO_SKILL;
	if (p->phrases_of[own] < 2)
		return NO_SKILL;
	double score = confidence_score(&evidence[own], false);
	for (int s = 0; s < p->n_skills; s++)
		if (s != own && confidence_score(&evidence[s], false) > score) {
			best = s;
			score = confidence_score(&evidence[s], false);
		}
	return best != NO_SKILL && confidence_of_score(score, false) >= skill_threshold_default ? best : NO_SKILL;
}

static void skill_lint_note(struct confusion *all, int *n, const struct phrases *p, int phrase, int other, bool same)
{
	const struct skill *skill = &p->skills[p->all[phrase].skill], *taken = &p->skills[other];
	int at = 0;
	while (at < *n && (all[at].skill != skill || all[at].taken_for != taken))
		at++;
	if (at == *n)
		all[(*n)++] =
			(struct confusion){ .skill = skill, .taken_for = taken, .example = p->all[phrase].folded };
	all[at].n++;
	if (same && !all[at].same) {
		all[at].same = true;
		all[at].example = p->all[phrase].folded;
	}
}

static int skill_lint_compare(const void *a, const void *b)
{
	const struct confusion *x = a, *y = b;
	return x->same != y->same    ? y->same - x->same
	       : x->n != y->n        ? y->n - x->n
	       : x->skill < y->skill ? -1
				     : x->skill > y->skill;
}

int skill_lint(const struct skill_index *index, struct pool *pool, struct confusion **out)
{
	const struct phrases *p = skill_index_phrases(index);
	float *cosines = pool_new_array(pool, (size_t)p->n_of_skills, float);
	struct evidence *evidence = pool_new_array(pool, (size_t)p->n_skills, struct evidence);
	int n = 0;
	*out = pool_new_array(pool, (size_t)p->n_of_skills, struct confusion);
	for (int i = 0; i < p->n_of_skills; i++) {
		leave_one_out_evidence(p, i, cosines, evidence);
		int other = skill_lint_taken_for(p, i, evidence);
		if (other != NO_SKILL)
			skill_lint_note(*out, &n, p, i, other, evidence[other].nearest > 0.9999);
	}
	qsort(*out, (size_t)n, sizeof(**out), skill_lint_compare);
	return n;
}
