/*
 * phrase-trial.c - tries the embeddings of triggers and titles with themselves.
 *
 * Each phrase - of many some hundred, from all skills - is left out in turn and compared with all others, by words as a
 * match without a model goes, which needs no training. A phrase that its skill has twice would only find itself, so it
 * is passed over. The same phrases stand for messages that are about the business and that no skill answers: what they
 * find when their own skill is not there is wrong. That, and what the messages that are off-topic find, counts half
 * each, since half of a stream of messages is taken to be about no skill (confidence.c).
 */
#include "answer/embeddings/trial-parts.h"

#include "answer/skills/training/leave-one-out.h"
#include "answer/skills/skill-store.h"
#include "answer/skills/skill-embeddings.h"
#include "domain/text.h"

#include <math.h>

#define PHRASES_MAX 256 /* that are left out */
#define OWN_BELOW 0.5   /* of the phrases; they stand for messages as they are */
/* What must be gained of that which words alone leave. The words are tried without a model, which finds some more than
 * they do: embeddings that gain nothing here lose something there. */
#define GAIN_LEAST 0.05

/* What one text finds, by skill. */
struct probe {
	int phrase; /* NO_SKILL: an off-topic example */
	float *words, *cosines;
};

struct phrase_trial {
	struct embedding_trial all; /* first: this is what others hold */
	struct skill_index *index;
	const struct phrases *phrases;
	const struct skill_embeddings *embeddings;
	struct probe probes[PHRASES_MAX + TRIAL_TEXTS_MAX];
	int n_phrases; /* of the probes */
};

static int own_skill(const struct phrase_trial *t, const struct probe *probe)
{
	return probe->phrase < 0 ? NO_SKILL : t->phrases->all[probe->phrase].skill;
}

/* ---- what is found ---- */

static void find_by_words(struct phrase_trial *t, struct pool *scratch, struct probe *probe, struct str text)
{
	int n = t->phrases->n_skills;
	struct evidence *evidence = pool_new_array(scratch, (size_t)n, struct evidence);
	if (probe->phrase >= 0)
		leave_one_out_evidence(t->phrases, probe->phrase,
			pool_new_array(scratch, (size_t)t->phrases->n_of_skills, float), evidence);
	else
		skill_index_evidence(t->index, scratch, text, evidence);
	for (int s = 0; s < n; s++)
		probe->words[s] = evidence[s].nearest > 0
					  ? (float)confidence_of_score(confidence_score(&evidence[s], false), false)
					  : 0;
}

static void phrase_trial_find_similar(
	struct phrase_trial *t, struct pool *scratch, struct probe *probe, const float *embedding)
{
	const struct phrases *p = t->phrases;
	float *cosines = pool_new_array(scratch, (size_t)p->n_of_skills, float);
	skill_embeddings_cosines(t->embeddings, embedding, cosines);
	for (int s = 0; s < p->n_skills; s++)
		probe->cosines[s] = -1;
	for (int i = 0; i < p->n_of_skills; i++)
		if (i != probe->phrase)
			probe->cosines[p->all[i].skill] = fmaxf(probe->cosines[p->all[i].skill], cosines[i]);
}

static enum err phrase_trial_step(struct embedding_trial *all, int nth)
{
	struct phrase_trial *t = (struct phrase_trial *)all;
	struct probe *probe = &t->probes[nth];
	struct pool *scratch = pool_new();
	int text = nth - t->n_phrases;
	float *own = pool_new_array(scratch, (size_t)all->state.dims, float);
	probe->words = pool_new_array(all->pool, (size_t)t->phrases->n_skills, float);
	probe->cosines = pool_new_array(all->pool, (size_t)t->phrases->n_skills, float);
	if (probe->phrase >= 0)
		skill_embeddings_of_phrase(t->embeddings, probe->phrase, own);
	find_by_words(t, scratch, probe, text >= 0 ? all->texts[text] : STR_NONE);
	phrase_trial_find_similar(t, scratch, probe, text >= 0 ? trial_embedding(all, text) : own);
	pool_free(scratch);
	return ERR_OK;
}

/* ---- what it means ---- */

/* The highest cosine of another skill. */
static double nearest_other(const struct phrase_trial *t, const struct probe *probe)
{
	double best = -1;
	for (int s = 0; s < t->phrases->n_skills; s++)
		if (s != own_skill(t, probe))
			best = fmax(best, (double)probe->cosines[s]);
	return best;
}

static bool find_scale(struct phrase_trial *t, struct similarity_scale *out)
{
	double of_own[PHRASES_MAX], of_others[PHRASES_MAX], of_nothing[TRIAL_TEXTS_MAX];
	struct cosines own = { of_own, 0 }, others = { of_others, 0 }, nothing = { of_nothing, 0 };
	for (int i = 0; i < t->all.n_probes; i++) {
		const struct probe *probe = &t->probes[i];
		int skill = own_skill(t, probe);
		if (skill >= 0)
			own.all[own.n++] = (double)probe->cosines[skill];
		if (skill < 0)
			nothing.all[nothing.n++] = nearest_other(t, probe);
		else if (t->phrases->n_skills > 1)
			others.all[others.n++] = nearest_other(t, probe);
	}
	return similarity_scale_from(own, OWN_BELOW, others, nothing, out);
}

/* Which skill would answer, NO_SKILL for none. A scale of NULL: by words alone. */
static int phrase_trial_answering(
	const struct phrase_trial *t, const struct probe *probe, const struct similarity_scale *scale, int without)
{
	int best = NO_SKILL;
	double most = skill_threshold_default;
	for (int s = 0; s < t->phrases->n_skills; s++) {
		double score = (double)probe->words[s];
		if (scale)
			score = fusion_score(score, (double)probe->cosines[s], scale);
		if (s != without && score >= most) {
			most = score;
			best = s;
		}
	}
	return best;
}

static double phrase_trial_tally(const struct phrase_trial *t, const struct similarity_scale *scale)
{
	double right = 0, wrong = 0, left_out = 0, nothing = 0;
	for (int i = 0; i < t->all.n_probes; i++) {
		const struct probe *probe = &t->probes[i];
		int own = own_skill(t, probe), found = phrase_trial_answering(t, probe, scale, NO_SKILL);
		if (own < 0) {
			nothing += found >= 0;
			continue;
		}
		right += found == own;
		wrong += found >= 0 && found != own;
		left_out += phrase_trial_answering(t, probe, scale, own) >= 0;
	}
	return (right - wrong - left_out / 2) / fmax(t->n_phrases, 1)
	       - nothing / 2 / fmax(t->all.n_probes - t->n_phrases, 1);
}

/* Triggers are more like each other than messages are like them, so that words may find them all and leave nothing to
 * be gained; and of a few triggers it is chance. One phrase and two of the messages that are off-topic do not decide.
 */
static double phrase_trial_chance(const struct phrase_trial *t)
{
	return 1 / fmax(t->n_phrases, 1) + 1 / fmax(t->all.n_probes - t->n_phrases, 1);
}

static void phrase_trial_judge(struct embedding_trial *all, struct trial_result *result)
{
	struct phrase_trial *t = (struct phrase_trial *)all;
	result->probes = t->n_phrases;
	bool tells_apart = find_scale(t, &result->scale);
	result->words = phrase_trial_tally(t, NULL);
	result->both = phrase_trial_tally(t, &result->scale);
	result->helps = tells_apart
			&& result->both >= result->words + GAIN_LEAST * (1 - result->words) - phrase_trial_chance(t);
}

/* ---- what is tried ---- */

/* Whether its skill has another phrase, and this one only once. */
static bool can_be_left_out(const struct phrases *p, int phrase)
{
	const struct phrase *one = &p->all[phrase];
	int from = phrase, same = 0;
	while (from > 0 && p->all[from - 1].skill == one->skill)
		from--;
	for (int i = from; i < from + p->phrases_of[one->skill]; i++)
		same += str_equal(p->all[i].folded, one->folded);
	return same == 1 && p->phrases_of[one->skill] > 1;
}

static void choose_phrases(struct phrase_trial *t)
{
	int all = t->phrases->n_of_skills, n = all < PHRASES_MAX ? all : PHRASES_MAX;
	for (int i = 0; i < n; i++) {
		int phrase = (int)((int64_t)i * all / n);
		if (can_be_left_out(t->phrases, phrase))
			t->probes[t->n_phrases++].phrase = phrase;
	}
}

enum err phrase_trial_new(const struct embedding_trial *begun, struct embedding_trial **out)
{
	struct phrase_trial *t = pool_new_of(begun->pool, struct phrase_trial);
	struct skill_set skills;
	t->all = *begun;
	t->all.step = phrase_trial_step;
	t->all.judge = phrase_trial_judge;
	*out = &t->all;
	enum err e = skill_store_load(begun->db, begun->pool, begun->org_id, &skills);
	if (e != ERR_OK)
		return e;
	t->index = skill_index_new(begun->pool, skills.all, skills.n);
	t->phrases = skill_index_phrases(t->index);
	e = skill_embeddings_load(begun->db, begun->pool, begun->org_id, &begun->state, t->phrases, &t->embeddings);
	if (e != ERR_OK || !t->embeddings)
		return e;
	choose_phrases(t);
	if (t->n_phrases)
		trial_add_off_topic(&t->all);
	for (int i = 0; i < t->all.n_texts; i++)
		t->probes[t->n_phrases + i].phrase = NO_SKILL;
	t->all.n_probes = t->n_phrases + t->all.n_texts;
	return ERR_OK;
}
