/*
 * stage-skill.c - which of the organisation's skills may the message be about?
 *
 * Answers only where nothing else can be meant: a training phrase word by word, or a skill that calls a person for who
 * wants one. Otherwise stage-choose.c weighs what was found here.
 *
 * Owns nothing: skills, their model and their embeddings come from the cache, and again after a wait, in which they may
 * have changed. Without a model it goes by similarity to the triggers. The embedding of the message is asked for only
 * where it could change what the words say.
 */
#include "answer/stages/stage.h"

#include "answer/skills/skill-cache.h"

#define PERSON_LEAST 0.2 /* of a skill that calls a person, when a person is wanted */
#define BEYOND_DOUBT 0.6

/* The index may go while a later stage waits. */
static void keep_candidates(struct run *run, const struct skill_match *m)
{
	struct answer *answer = run->answer;
	for (int i = 0; i < m->n_candidates; i++) {
		struct skill *kept = pool_new_of(run->pool, struct skill);
		*kept = (struct skill){ .id = m->candidates[i].skill->id,
			.title = pool_str(run->pool, m->candidates[i].skill->title) };
		answer->candidates[i] = m->candidates[i];
		answer->candidates[i].skill = kept;
	}
	answer->n_candidates = m->n_candidates;
}

/* What must not answer it: looked for with the message, its parts, and what was asked before. */
static void find_refused(struct run *run, const struct skill_index *index)
{
	struct str texts[PARTS_MAX + 3] = { run->q->text, run->understood.text }, topic = run->q->memory.topic;
	int n = 2, n_skills;
	const struct skill *skills = skill_index_skills(index, &n_skills);
	if (!skill_index_counter_examples(index))
		return;
	for (int i = 0; i < run->understood.n_parts; i++)
		texts[n++] = run->understood.parts[i];
	struct str line = topic.n ? str_take_until(&topic, '\n') : STR_NONE, text = run->understood.text;
	if (line.n)
		texts[n++] = pool_printf(run->pool, "%.*s\n%.*s", (int)text.n, text.p, (int)line.n, line.p);
	counter_examples_refuse(
		skill_index_counter_examples(index), run->pool, skills, n_skills, texts, n, &run->refused);
}

/* The match without the skills that must not answer. */
static struct skill_match without_refused(const struct run *run, const struct skill_match *match)
{
	struct skill_match m = *match;
	double threshold = run->q->settings.skill_threshold;
	m.n_candidates = 0;
	for (int i = 0; i < match->n_candidates; i++)
		if (!refused_skill(&run->refused, match->candidates[i].skill->id))
			m.candidates[m.n_candidates++] = match->candidates[i];
	if (!match->skill || !refused_skill(&run->refused, match->skill->id))
		return m;
	m.exact = false;
	m.skill = m.n_candidates ? m.candidates[0].skill : NULL;
	m.score = m.n_candidates ? m.candidates[0].score : 0;
	m.answers = m.skill && m.score >= (threshold > 0 ? threshold : skill_threshold_default);
	return m;
}

/* The skill that answers whatever else there is, or NULL. Who wants a person gets the skill that calls one, though not
 * sure; any other only when it is what was asked for beyond doubt. */
static const struct skill *stage_skill_chosen(const struct run *run, const struct skill_match *match)
{
	if (!stage_wants_person(run))
		return match->exact ? match->skill : NULL;
	for (int i = 0; i < match->n_candidates; i++)
		if (match->candidates[i].skill->requires_human_handover && match->candidates[i].score >= PERSON_LEAST)
			return match->candidates[i].skill;
	return match->answers && match->score >= BEYOND_DOUBT ? match->skill : NULL;
}

static enum stage_verdict stage_skill_decide(
	struct run *run, const struct skill_index *index, const struct skill_match *found)
{
	struct answer *answer = run->answer;
	const struct skill_match left = without_refused(run, found), *match = &left;
	run->findings.has_skills = true;
	run->findings.skill_model = skill_index_has_model(index);
	run->findings.skill_exact = match->exact;
	keep_candidates(run, match);
	answer->score = match->score;
	run->skill_exact = match->exact;
	const struct skill *skill = stage_skill_chosen(run, match);
	if (!skill)
		return STAGE_PASSED;
	answer->stage = "skill";
	answer->reason = match->exact ? CODE(skill_trigger) : CODE(skill_likely);
	answer->skill = pool_str(run->pool, skill->title);
	answer->skill_id = skill->id;
	answer->reply = pool_str(run->pool, skill->response);
	answer->hand_over = skill->requires_human_handover;
	findings_add_source(&run->findings, true, skill->id, answer->skill);
	return STAGE_ANSWERED;
}

/* What the embeddings say, into `out`; false when they cannot be asked after all, which is told. */
static bool stage_skill_find_similarity(struct run *run, const struct skill_index *index, struct skill_similarity *out)
{
	const struct embedding_state *state = &run->embeddings[EMBEDDING_PHRASES];
	const struct skill_embeddings *embeddings;
	if (skill_cache_embeddings(run->pipeline->skills, run->q->org_id, state, &embeddings) != ERR_OK || !embeddings)
		return stage_embedding_not_used(run, EMBEDDING_PHRASES, CODE(triggers_unreadable));
	double *cosines = pool_new_array(run->pool, (size_t)skill_index_phrases(index)->n_skills, double);
	skill_embeddings_nearest(embeddings, run->pool, run->embedding.values, cosines);
	*out = (struct skill_similarity){ .cosines = cosines, .scale = &state->scale };
	return true;
}

/* A message in another language shares no words with the skills: what its embedding says of each is kept for
 * stage-choose.c. */
static void keep_meaning(struct run *run, const struct skill_index *index, const double *cosines)
{
	int n;
	const struct skill *skills = skill_index_skills(index, &n);
	double *sorted = pool_new_array(run->pool, (size_t)n, double);
	struct cosines all = { memcpy(sorted, cosines, (size_t)n * sizeof(*sorted)), n };
	struct similarity_scale scale = embedding_state_scale_across(&run->embeddings[EMBEDDING_PHRASES], all);
	run->meaning = pool_new_array(run->pool, (size_t)n, struct skill_meaning);
	for (int i = 0; i < n; i++)
		run->meaning[i] = (struct skill_meaning){ skills[i].id, scale_similarity(&scale, cosines[i]) };
	run->n_meaning = n;
}

static void stage_skill_on_embedding(struct run *run, bool usable)
{
	const struct question *q = run->q;
	const struct skill_index *index;
	struct skill_similarity similarity;
	enum err e = skill_cache_get(run->pipeline->skills, q->org_id, q->skills_revision, &index);
	if (e != ERR_OK) {
		stage_resume(run, stage_db_failed(run, e));
		return;
	}
	bool by_similarity = usable && stage_skill_find_similarity(run, index, &similarity);
	bool across = by_similarity && stage_embedding_is_across(run, EMBEDDING_PHRASES);
	if (across)
		keep_meaning(run, index, similarity.cosines);
	struct skill_match match = skill_index_match_similar(
		index, run->pool, q->text, q->settings.skill_threshold, by_similarity && !across ? &similarity : NULL);
	stage_resume(run, stage_skill_decide(run, index, &match));
}

static enum stage_verdict match_words(struct run *run)
{
	const struct question *q = run->q;
	const struct skill_index *index;
	enum err e = skill_cache_get(run->pipeline->skills, q->org_id, q->skills_revision, &index);
	if (e != ERR_OK)
		return stage_db_failed(run, e);
	int n;
	(void)skill_index_skills(index, &n);
	find_refused(run, index);
	struct skill_match match = skill_index_match(index, run->pool, q->text, q->settings.skill_threshold);
	/* What settles words of one language settles nothing for those of another. */
	bool across = run->understood.language != language_or_english(q->language);
	if (n > 0 && !(across ? match.exact : match.settled) && !stage_wants_person(run)
		&& stage_embedding(run, EMBEDDING_PHRASES, stage_skill_on_embedding) == EMBEDDING_WAITING)
		return STAGE_WAITING;
	return stage_skill_decide(run, index, &match);
}

static void on_prepared(void *arg)
{
	struct run *run = arg;
	stage_resume(run, match_words(run));
}

enum stage_verdict stage_skill(struct run *run)
{
	const struct question *q = run->q;
	if (skill_cache_wait(run->pipeline->skills, q->org_id, q->skills_revision, &run->waiter, on_prepared, run))
		return STAGE_WAITING;
	return match_words(run);
}
