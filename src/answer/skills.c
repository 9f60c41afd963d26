/*
 * skills.c - which skill a message asks for: exact trigger first, else classifier and likeness to triggers as one
 * probability.
 *
 * Pure. Both sides are folded alike (domain/text.h). The title counts as a trigger. A message that shares no n-gram
 * with any phrase has no candidate at all.
 */
#include "answer/skills.h"

#include "answer/confidence.h"
#include "answer/phrases.h"
#include "answer/skill-model.h"
#include "domain/text.h"

#include <math.h>

#define LINES_MAX 8 /* of a burst of messages that are looked at one by one */

struct skill_index {
	struct phrases *phrases;
	const struct skill_model *model; /* NULL: none yet */
};

struct skill_index *skill_index_new(struct pool *pool, const struct skill *skills, int n)
{
	struct skill_index *index = pool_new_of(pool, struct skill_index);
	index->phrases = phrases_new(pool, skills, n);
	return index;
}

void skill_index_set_model(struct skill_index *index, const struct skill_model *model)
{
	index->model = model;
}

bool skill_index_has_model(const struct skill_index *index)
{
	return index->model != NULL;
}

const struct phrases *skill_index_phrases(const struct skill_index *index)
{
	return index->phrases;
}

const struct skill *skill_index_skills(const struct skill_index *index, int *n)
{
	*n = index->phrases->n_skills;
	return index->phrases->skills;
}

/* Puts a candidate in its place among the best; `scores` are ranks, not probabilities yet. */
static void keep_best(struct skill_match *m, const struct skill *skill, double score)
{
	int at = m->n_candidates;
	while (at > 0 && m->candidates[at - 1].score < score)
		at--;
	if (at == SKILL_CANDIDATES_MAX)
		return;
	if (m->n_candidates < SKILL_CANDIDATES_MAX)
		m->n_candidates++;
	for (int i = m->n_candidates - 1; i > at; i--)
		m->candidates[i] = m->candidates[i - 1];
	m->candidates[at] = (struct skill_candidate){ skill, score };
}

/* The cosines by skill: to the centre, and to the nearest phrase. */
static void find_likeness(const struct phrases *p, struct pool *pool, const struct vector *v, struct evidence *evidence)
{
	float *cosines = pool_new_array(pool, (size_t)p->n_of_skills, float);
	phrases_cosines(p, v, cosines);
	for (int i = 0; i < p->n_of_skills; i++) {
		struct evidence *e = &evidence[p->all[i].skill];
		e->centre += (double)cosines[i];
		e->nearest = fmax(e->nearest, (double)cosines[i]);
	}
	for (int s = 0; s < p->n_skills; s++)
		if (p->centre_length[s] > 0)
			evidence[s].centre /= (double)p->centre_length[s];
}

static void find_evidence(
	const struct skill_index *index, struct pool *pool, struct str folded, struct evidence *evidence)
{
	const struct phrases *p = index->phrases;
	struct vector v = phrases_vector(p, pool, folded);
	float *log_odds = pool_new_array(pool, (size_t)p->n_skills, float);
	find_likeness(p, pool, &v, evidence);
	if (index->model)
		skill_model_scores(index->model, &v, log_odds);
	for (int s = 0; s < p->n_skills; s++)
		evidence[s].log_odds = (double)log_odds[s];
}

void skill_index_evidence(const struct skill_index *index, struct pool *pool, struct str text, struct evidence *out)
{
	memset(out, 0, (size_t)index->phrases->n_skills * sizeof(*out));
	find_evidence(index, pool, text_fold(pool, text), out);
}

static void rank(const struct skill_index *index, struct pool *pool, struct str folded, struct skill_match *out)
{
	const struct phrases *p = index->phrases;
	struct evidence *evidence = pool_new_array(pool, (size_t)p->n_skills, struct evidence);
	find_evidence(index, pool, folded, evidence);
	for (int s = 0; s < p->n_skills; s++)
		if (evidence[s].nearest > 0)
			keep_best(out, &p->skills[s], confidence_score(&evidence[s], index->model != NULL));
	for (int i = 0; i < out->n_candidates; i++)
		out->candidates[i].score = confidence_of_score(out->candidates[i].score, index->model != NULL);
}

/* The skill to which the text belongs word by word goes to the front, with certainty. */
static void put_first(struct skill_match *m, const struct skill *skill)
{
	int at = 0;
	while (at < m->n_candidates && m->candidates[at].skill != skill)
		at++;
	if (at == m->n_candidates)
		at = m->n_candidates < SKILL_CANDIDATES_MAX ? m->n_candidates++ : SKILL_CANDIDATES_MAX - 1;
	for (; at > 0; at--)
		m->candidates[at] = m->candidates[at - 1];
	m->candidates[0] = (struct skill_candidate){ skill, 1 };
	m->exact = true;
}

static struct skill_match match_one(const struct skill_index *index, struct pool *pool, struct str text)
{
	const struct phrases *p = index->phrases;
	struct skill_match m = { .skill = NULL };
	struct str folded = text_fold(pool, text);
	if (str_is_empty(folded))
		return m;
	rank(index, pool, folded, &m);
	for (int i = 0; i < p->n_of_skills && !m.exact; i++)
		if (str_equal(p->all[i].folded, folded))
			put_first(&m, &p->skills[p->all[i].skill]);
	if (m.n_candidates) {
		m.skill = m.candidates[0].skill;
		m.score = m.candidates[0].score;
	}
	return m;
}

struct skill_match skill_index_match(
	const struct skill_index *index, struct pool *pool, struct str text, double threshold)
{
	struct skill_match best = match_one(index, pool, text);
	struct str rest = str_trim(text);
	for (int i = 0; i < LINES_MAX && str_find_char(str_trim(text), '\n') >= 0 && rest.n && !best.exact; i++) {
		struct skill_match m = match_one(index, pool, str_take_until(&rest, '\n'));
		if (m.score > best.score)
			best = m;
	}
	best.answers = best.skill && best.score >= (threshold > 0 ? threshold : skill_threshold_default);
	return best;
}
