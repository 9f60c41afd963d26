/*
 * skills.c - which skill a message asks for: exact trigger first, else classifier and similarity to triggers as one
 * probability, and where there are embeddings that with what they know (fusion.h).
 *
 * Pure. Both sides are folded alike (domain/text.h). The title counts as a trigger. A message that shares no n-gram
 * with any phrase, nor is alike to any by its embedding, has no candidate at all.
 */
#include "answer/skills/skills.h"

#include "answer/skills/training/confidence.h"
#include "answer/embeddings/fusion.h"
#include "answer/skills/training/training-phrases.h"
#include "answer/skills/skill-model.h"
#include "domain/text.h"

#include <math.h>

#define LINES_MAX 8 /* of a burst of messages that are looked at one by one */

struct skill_index {
	struct phrases *phrases;
	const struct skill_model *model; /* NULL: none yet */
	const struct counter_examples *counter_examples;
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

void skill_index_set_counter_examples(struct skill_index *index, const struct counter_examples *examples)
{
	index->counter_examples = examples;
}

const struct counter_examples *skill_index_counter_examples(const struct skill_index *index)
{
	return index->counter_examples;
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

/* Puts a candidate in its place among the best. */
static void keep_best(struct skill_match *m, struct skill_candidate one)
{
	int at = m->n_candidates;
	while (at > 0 && m->candidates[at - 1].score < one.score)
		at--;
	if (at == SKILL_CANDIDATES_MAX)
		return;
	if (m->n_candidates < SKILL_CANDIDATES_MAX)
		m->n_candidates++;
	for (int i = m->n_candidates - 1; i > at; i--)
		m->candidates[i] = m->candidates[i - 1];
	m->candidates[at] = one;
}

/* The cosines by skill: to the centre, and to the nearest phrase. */
static void skills_find_similarity(
	const struct phrases *p, struct pool *pool, const struct tf_idf_vector *v, struct evidence *evidence)
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
	struct tf_idf_vector v = phrases_tf_idf_vector(p, pool, folded);
	float *log_odds = pool_new_array(pool, (size_t)p->n_skills, float);
	skills_find_similarity(p, pool, &v, evidence);
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

static void skills_rank(const struct skill_index *index, struct pool *pool, struct str folded,
	const struct skill_similarity *similarity, struct skill_match *out)
{
	const struct phrases *p = index->phrases;
	bool has_model = index->model != NULL;
	struct evidence *evidence = pool_new_array(pool, (size_t)p->n_skills, struct evidence);
	find_evidence(index, pool, folded, evidence);
	for (int s = 0; s < p->n_skills; s++) {
		struct skill_candidate one = { .skill = &p->skills[s],
			.cosine = similarity ? similarity->cosines[s] : -1 };
		if (evidence[s].nearest > 0)
			one.words = confidence_of_score(confidence_score(&evidence[s], has_model), has_model);
		one.score = similarity ? fusion_score(one.words, one.cosine, similarity->scale) : one.words;
		if (one.score > 0)
			keep_best(out, one);
	}
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
	m->candidates[0] = (struct skill_candidate){ .skill = skill, .score = 1, .words = 1, .cosine = -1 };
	m->exact = true;
}

static struct skill_match match_one(
	const struct skill_index *index, struct pool *pool, struct str text, const struct skill_similarity *similarity)
{
	const struct phrases *p = index->phrases;
	struct skill_match m = { .skill = NULL };
	struct str folded = text_fold(pool, text);
	if (str_is_empty(folded))
		return m;
	skills_rank(index, pool, folded, similarity, &m);
	for (int i = 0; i < p->n_of_skills && !m.exact; i++)
		if (str_equal(p->all[i].folded, folded))
			put_first(&m, &p->skills[p->all[i].skill]);
	if (m.n_candidates) {
		m.skill = m.candidates[0].skill;
		m.score = m.candidates[0].score;
	}
	return m;
}

/* How sure the words are of the best skill but this one. */
static double best_other(const struct skill_match *m, const struct skill *but)
{
	for (int i = 0; i < m->n_candidates; i++)
		if (m->candidates[i].skill != but)
			return m->candidates[i].words;
	return 0;
}

struct skill_match skill_index_match_similar(const struct skill_index *index, struct pool *pool, struct str text,
	double threshold, const struct skill_similarity *similarity)
{
	struct skill_match whole = match_one(index, pool, text, similarity), best = whole;
	struct str rest = str_trim(text);
	for (int i = 0; i < LINES_MAX && str_find_char(str_trim(text), '\n') >= 0 && rest.n && !best.exact; i++) {
		struct skill_match m = match_one(index, pool, str_take_until(&rest, '\n'), NULL);
		if (m.score > best.score)
			best = m;
	}
	best.answers = best.skill && best.score >= (threshold > 0 ? threshold : skill_threshold_default);
	best.settled = best.exact || (best.answers && best.score >= fusion_most(best_other(&whole, best.skill)));
	return best;
}

struct skill_match skill_index_match(
	const struct skill_index *index, struct pool *pool, struct str text, double threshold)
{
	return skill_index_match_similar(index, pool, text, threshold, NULL);
}
