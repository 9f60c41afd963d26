/*
 * skill-try-page.c - /skills/try: what the bot would answer to a message, and why.
 *
 * Runs the sender's own pipeline inside a transaction of the organisation, so it sees no more than the caller may. The
 * desk never waits on a remote model and trains nothing: documents are quoted, and skills whose model is not stored yet
 * go by similarity; the page says so where it makes a difference. Nothing is sent, and nothing is stored but that the
 * first step of trying one is done.
 */
#include "desk/pages/bot/skill-pages.h"
#include "desk/pages/start/first-steps.h"

#include "answer/findings.h"
#include "answer/pipeline.h"
#include "core/clock.h"
#include <math.h>

#define MESSAGE_MAX_BYTES 8000
#define PASSAGES_SHOWN 5
#define MANY_TRIGGERS 3000 /* loading more takes longer than a page may */

static const struct field fields[] = { { "message", FIELD_TEXT, FIELD_REQUIRED, MESSAGE_MAX_BYTES, NULL,
					       T("Write what a customer would write, at most 8,000 bytes.") },
	FIELD_LAST };

struct trial {
	struct question q;
	struct answer answer;
	int64_t took_us;
};

static void free_pipeline(void *pipeline)
{
	pipeline_free(pipeline);
}

static void skill_try_page_answered(void *arg)
{
	*(bool *)arg = true;
}

enum err skill_try_question(struct desk_request *v, struct question *q)
{
	struct sql_organization_find_rows r;
	enum err e = sql_organization_find(v->db, v->pool, v->caller.org_id, &r);
	if (e != ERR_OK)
		return e;
	q->org_id = v->caller.org_id;
	const struct sql_organization_find_row row = sql_organization_find_row(&r, 0);
	q->organization = row.name;
	q->has_text = true;
	q->now_s = clock_wall_ms() / 1000;
	q->language = row.language;
	q->skills_revision = row.skills_revision;
	settings_read(v->pool, row.settings, &q->settings);
	return ERR_OK;
}

enum err skill_try_are_few(struct desk_request *v, void *arg)
{
	struct sql_skill_triggers_are_few_rows r;
	enum err e = sql_skill_triggers_are_few(v->db, v->pool, v->caller.org_id, MANY_TRIGGERS, &r);
	if (e == ERR_OK)
		*(bool *)arg = sql_skill_triggers_are_few_row(&r, 0).are_few;
	return e;
}

bool skill_try_is_answer(const struct answer *a)
{
	return a->stage && (!strcmp(a->stage, "skill") || !strcmp(a->stage, "knowledge") || !strcmp(a->stage, "clock"));
}

static enum err skill_try_page_ask(struct desk_request *v, void *arg)
{
	struct trial *t = arg;
	bool done = false;
	int64_t began = clock_mono_us();
	enum err e = skill_try_question(v, &t->q);
	if (e != ERR_OK)
		return e;
	/* The answer borrows from it until the page is written. */
	struct pipeline *pipeline = pipeline_new_quiet(v->db);
	pool_defer(v->pool, free_pipeline, pipeline);
	pipeline_answer(pipeline, v->pool, &t->q, &t->answer, skill_try_page_answered, &done);
	if (!done)
		bug("a trial that waits");
	t->took_us = clock_mono_us() - began;
	return t->answer.db_unreachable ? ERR_DB_UNREACHABLE : ERR_OK;
}

/* A name, or false. */
static void member_name(struct json_writer *w, const char *key, bool given, struct str name)
{
	json_key(w, key);
	if (given)
		json_write_str(w, name);
	else
		json_write_bool(w, false);
}

static struct str score_text(struct desk_request *v, double score)
{
	return locale_decimal(v->pool, &v->locale, score, 2);
}

static void skill_try_page_write_candidates(struct desk_request *v, struct json_writer *w, const struct answer *a)
{
	json_member_bool(w, "has_candidates", a->n_candidates > 0);
	json_key(w, "candidates");
	json_begin_array(w);
	for (int i = 0; i < a->n_candidates; i++) {
		json_begin_object(w);
		json_member_str(w, "title", a->candidates[i].skill->title);
		json_member_str(w, "score", score_text(v, a->candidates[i].score));
		json_member_i64(w, "percent", lround(100 * a->candidates[i].score));
		json_end_object(w);
	}
	json_end_array(w);
}

static void skill_try_page_write_passages(struct desk_request *v, struct json_writer *w, const struct answer *a)
{
	json_member_bool(w, "has_passages", a->n_passages > 0);
	json_key(w, "passages");
	json_begin_array(w);
	for (int i = 0; i < a->n_passages && i < PASSAGES_SHOWN; i++) {
		json_begin_object(w);
		json_member_str(w, "document", a->passages[i].document);
		json_member_str(w, "score", score_text(v, a->passages[i].score));
		json_member_str(w, "text", a->passages[i].text);
		json_end_object(w);
	}
	json_end_array(w);
}

static bool has_embeddings(const struct desk_request *v, const struct settings *s)
{
	return s->embeddings_base_url.n > 0 || *v->desk->conf->embeddings_base_url;
}

static bool has_chat(const struct desk_request *v, const struct settings *s)
{
	return s->llm_base_url.n > 0 || *v->desk->conf->llm_base_url;
}

/* Whether a model could make another answer of it. */
static bool is_without_model(const struct desk_request *v, const struct settings *s, const struct answer *a, bool exact)
{
	return (has_embeddings(v, s) && !exact) || (has_chat(v, s) && strcmp(a->stage, "skill") != 0);
}

/* Whether the candidates come from similarity alone, for want of a model of these skills. */
static bool is_untrained(const struct answer *a)
{
	const struct findings *f = a->findings;
	return f && f->has_skills && a->n_candidates > 0 && !f->skill_exact && !f->skill_model;
}

static void write_stage(struct desk_request *v, struct json_writer *w, const struct answer *a)
{
	bool fallback = !strcmp(a->stage, "fallback");
	member_name(w, "skill", a->skill.p != NULL, a->skill);
	member_name(w, "knowledge", !strcmp(a->stage, "knowledge"), a->n_passages ? a->passages[0].document : STR(""));
	json_member_bool(w, "fallback", fallback);
	json_member_str(w, "stage", str_of(a->stage));
	member_name(w, "score", !fallback, score_text(v, a->score));
	page_write_reason(v, "reason", str_of(a->reason));
}

static void write_decision(struct desk_request *v, struct json_writer *w, const struct trial *t)
{
	const struct answer *a = &t->answer;
	bool exact = a->findings && a->findings->skill_exact;
	json_key(w, "decision");
	json_begin_object(w);
	member_name(w, "reply", a->reply.p != NULL, a->reply);
	json_member_bool(w, "hand_over", a->hand_over);
	write_stage(v, w, a);
	skill_try_page_write_candidates(v, w, a);
	skill_try_page_write_passages(v, w, a);
	json_member_bool(w, "has_sources", false);
	json_member_bool(w, "model", false);
	json_member_bool(w, "without_model", is_without_model(v, &t->q.settings, a, exact));
	json_member_bool(w, "skills_by_words", false);
	json_member_bool(w, "documents_by_words", false);
	json_member_bool(w, "untrained", is_untrained(a));
	struct str ms = locale_decimal(v->pool, &v->locale, (double)t->took_us / 1000, 1);
	json_member_str(w, "took", pool_printf(v->pool, "%.*s ms", (int)ms.n, ms.p));
	json_end_object(w);
}

/* `trial` is NULL before anything was tried. */
static enum err skill_try_page_show(
	struct desk_request *v, const struct form *form, const struct trial *trial, int status)
{
	struct json_writer *w = page_begin(v, "skill-try", "skills", T("Try a message"));
	skills_tab(w, "try");
	form_write(w, "form", "/skills/try", form);
	if (trial)
		write_decision(v, w, trial);
	else
		json_member_bool(w, "decision", false);
	return page_end(v, status);
}

static enum err skill_try_page_mark(struct desk_request *v, void *arg)
{
	(void)arg;
	return first_steps_mark(v, "try");
}

enum err desk_skill_try(struct desk_request *v)
{
	struct form form;
	form_init(&form, fields);
	return skill_try_page_show(v, &form, NULL, 200);
}

enum err desk_skill_try_ask(struct desk_request *v)
{
	struct form form;
	struct trial trial = { .took_us = 0 };
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation))
		return skill_try_page_show(v, &form, NULL, 400);
	trial.q.text = form_value(&form, "message");
	bool few = true;
	enum err e = request_transaction(v, skill_try_are_few, &few);
	if (e == ERR_OK && !few && !request_enter_gate(v, GATE_SKILLS)) {
		form_fail(&form, request_busy_text(v, GATE_SKILLS));
		return skill_try_page_show(v, &form, NULL, 503);
	}
	if (e == ERR_OK)
		e = request_transaction(v, skill_try_page_ask, &trial);
	if (e == ERR_OK && v->caller.kind == CALLER_PERSON)
		e = request_transaction(v, skill_try_page_mark, NULL);
	return e == ERR_OK ? skill_try_page_show(v, &form, &trial, 200) : e;
}
