/*
 * findings.c - what the stages found, and how a decision keeps it.
 *
 * The stages fill a struct; what shows or stores it writes it once, here. Owns the names of the members, by which
 * the page of a conversation (desk/pages/inbox/conversation-decision.c) and SQL read a stored decision.
 */
#include "answer/findings.h"

#include <math.h>
#include <stdio.h>

#define PASSAGES_TOLD 5 /* kept with the decision */

const char *const embedding_reason_members[EMBEDDING_KINDS] = {
	[EMBEDDING_PASSAGES] = "embedding_reason", [EMBEDDING_PHRASES] = "skill_embedding_reason"
};

/* ---- filling ---- */

void findings_add_source(struct findings *findings, bool is_skill, int64_t id, struct str title)
{
	if (findings->n_sources < SOURCES_MAX)
		findings->sources[findings->n_sources++] = (struct answer_source){ is_skill, id, title };
}

void findings_add_weighing(struct findings *findings, struct pool *pool, const struct candidates *candidates)
{
	struct weighing *one = pool_new_of(pool, struct weighing);
	*one = (struct weighing){ .n = candidates->n };
	for (int i = 0; i < candidates->n; i++) {
		const struct candidate *c = &candidates->all[i];
		one->candidates[i].is_skill = c->kind == CANDIDATE_SKILL;
		one->candidates[i].name = pool_str(pool, c->name);
		one->candidates[i].score = c->score;
	}
	*(findings->last_weighing ? findings->last_weighing : &findings->weighings) = one;
	findings->last_weighing = &one->next;
}

void findings_add_failed(struct findings *findings, const char *stage)
{
	if (findings->n_failed < FAILED_MAX)
		findings->failed[findings->n_failed++] = stage;
}

/* ---- writing ---- */

static void findings_write_score(struct json_writer *w, const char *name, double score)
{
	json_key(w, name);
	json_write_double(w, round(score * 1e4) / 1e4);
}

/* What the embeddings know, next to what the words say. */
static void findings_write_similarity(struct json_writer *w, double words, double cosine)
{
	if (cosine <= -1)
		return;
	findings_write_score(w, "words", words);
	findings_write_score(w, "cosine", cosine);
}

static void findings_write_skills(struct json_writer *w, const struct answer *a)
{
	json_member_bool(w, "skill_model", a->findings->skill_model);
	json_member_bool(w, "skill_exact", a->findings->skill_exact);
	json_key(w, "skill_candidates");
	json_begin_array(w);
	for (int i = 0; i < a->n_candidates; i++) {
		const struct skill_candidate *one = &a->candidates[i];
		json_begin_object(w);
		json_member_i64(w, "id", one->skill->id);
		json_member_str(w, "title", one->skill->title);
		findings_write_score(w, "score", one->score);
		findings_write_similarity(w, one->words, one->cosine);
		json_end_object(w);
	}
	json_end_array(w);
}

static void findings_write_passages(struct json_writer *w, const struct answer *a)
{
	json_key(w, "passages");
	json_begin_array(w);
	for (int i = 0; i < a->n_passages && i < PASSAGES_TOLD; i++) {
		const struct answer_passage *one = &a->passages[i];
		json_begin_object(w);
		json_member_i64(w, "document_id", one->document_id);
		json_member_str(w, "document", one->document);
		findings_write_score(w, "score", one->score);
		findings_write_similarity(w, one->words, one->cosine);
		json_member_str(w, "text", one->text);
		json_end_object(w);
	}
	json_end_array(w);
}

void findings_write_evidence(struct json_writer *w, const struct findings *f)
{
	if (!f || !f->weighings)
		return;
	json_key(w, "evidence");
	json_begin_array(w);
	for (const struct weighing *one = f->weighings; one; one = one->next) {
		json_begin_array(w);
		for (int i = 0; i < one->n; i++) {
			json_begin_object(w);
			json_member_str(w, "name", one->candidates[i].name);
			json_member_bool(w, "skill", one->candidates[i].is_skill);
			findings_write_score(w, "score", one->candidates[i].score);
			json_end_object(w);
		}
		json_end_array(w);
	}
	json_end_array(w);
}

static void findings_write_embeddings(struct json_writer *w, const struct findings *f)
{
	if (f->has_embedding)
		json_member_i64(w, "embedding_took_us", f->embedding_took_us);
	for (int kind = 0; kind < EMBEDDING_KINDS; kind++)
		if (f->embedding_reasons[kind].p)
			reason_write(w, embedding_reason_members[kind], f->embedding_reasons[kind]);
}

static void findings_write_cited(struct json_writer *w, const struct model_finding *m)
{
	json_key(w, "cited");
	json_begin_array(w);
	for (int i = 0; i < m->n_cited; i++)
		json_write_str(w, m->cited[i]);
	json_end_array(w);
}

static void findings_write_model(struct json_writer *w, const struct model_finding *m)
{
	if (m->model.p)
		json_member_str(w, "model", m->model);
	if (m->reason.p)
		reason_write(w, "model_reason", m->reason);
	if (!m->verdict)
		return;
	json_member_str(w, "model_verdict", str_of(m->verdict));
	json_member_i64(w, "model_took_us", m->cost.took_us);
	json_member_i64(w, "model_tries", m->cost.tries);
	json_member_i64(w, "model_prompt_tokens", m->cost.prompt_tokens);
	json_member_i64(w, "model_completion_tokens", m->cost.completion_tokens);
	json_member_i64(w, "links_removed", m->n_links_removed);
	findings_write_cited(w, m);
}

/* Where the answer comes from; the clock is no source. */
static void findings_write_sources(struct json_writer *w, const struct findings *f)
{
	json_key(w, "sources");
	json_begin_array(w);
	for (int i = 0; i < f->n_sources; i++) {
		json_begin_object(w);
		json_member_i64(w, f->sources[i].is_skill ? "skill" : "document", f->sources[i].id);
		json_member_str(w, "title", f->sources[i].title);
		json_end_object(w);
	}
	json_end_array(w);
	if (f->leaned)
		json_member_bool(w, "leaned", true);
}

void findings_write(struct json_writer *w, const struct answer *a)
{
	const struct findings *f = a->findings;
	json_begin_object(w);
	json_member_str(w, "act", str_of(act_name(a->act)));
	json_member_str(w, "language", a->language);
	if (f->has_skills)
		findings_write_skills(w, a);
	if (f->has_passages)
		findings_write_passages(w, a);
	findings_write_embeddings(w, f);
	findings_write_evidence(w, f);
	findings_write_model(w, &f->model);
	if (f->n_sources)
		findings_write_sources(w, f);
	for (int i = 0; i < f->n_failed; i++) {
		char member[48];
		snprintf(member, sizeof(member), "%s_failed", f->failed[i]);
		json_member_bool(w, member, true);
	}
	json_end_object(w);
}
