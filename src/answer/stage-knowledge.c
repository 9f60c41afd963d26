/*
 * stage-knowledge.c - the second stage: do the organisation's documents answer the message?
 *
 * Owns the question to the index - by words, and by the message's vector where there is one (stage-vector.c) - and what
 * becomes of its passages. With a model, what it makes of them is the answer; a model that fails, or whose budget is
 * used up, leaves the best sentences, quoted, as without one. What a model declines is not quoted either: it has read
 * the passages.
 */
#include "answer/stage.h"

#include "answer/retrieval/knowledge.h"
#include "answer/llm/llm.h"
#include "db/statements.h"

#include <math.h>

#define TOLD 5        /* passages kept with the decision */
#define LLM_SOURCES 6 /* passages shown to the model */
#define LLM_FLOOR 0.5 /* of the threshold for quoting: below, not even a model is asked */

struct knowledge_work {
	struct passage_hit hits[PASSAGES_MAX];
	int n;
	struct llm_source sources[LLM_SOURCES];
	struct llm_turn *recent;
};

/* What the vectors know of a passage, beside what the words say. */
static void tell_likeness(struct json_writer *w, const struct passage_hit *hit)
{
	if (hit->cosine <= -1)
		return;
	json_key(w, "words");
	json_write_double(w, round(hit->words * 1e4) / 1e4);
	json_key(w, "cosine");
	json_write_double(w, round(hit->cosine * 1e4) / 1e4);
}

/* What was found, for the caller and for "why this answer". */
static void tell_passages(struct run *run, const struct knowledge_work *work)
{
	for (int i = 0; i < work->n; i++)
		run->answer->passages[i] = (struct answer_passage){
			.document = work->hits[i].title, .text = work->hits[i].text, .score = work->hits[i].score
		};
	run->answer->n_passages = work->n;
	struct json_writer *w = &run->detail;
	json_key(w, "passages");
	json_begin_array(w);
	for (int i = 0; i < work->n && i < TOLD; i++) {
		const struct passage_hit *hit = &work->hits[i];
		json_begin_object(w);
		json_member_i64(w, "document_id", hit->document_id);
		json_member_str(w, "document", hit->title);
		json_key(w, "score");
		json_write_double(w, round(hit->score * 1e4) / 1e4);
		tell_likeness(w, hit);
		json_member_str(w, "text", hit->text);
		json_end_object(w);
	}
	json_end_array(w);
}

static enum stage_verdict quote(struct run *run)
{
	const struct knowledge_work *work = run->knowledge;
	struct quote found = knowledge_quote(run->pool, work->hits, work->n, run->q->settings.knowledge_threshold);
	if (!found.answers)
		return STAGE_PASSED;
	run->answer->reason = T("a document answers the message");
	run->answer->score = found.score;
	run->answer->reply = knowledge_reply(run->pool, &found);
	return STAGE_ANSWERED;
}

static void tell_cited(struct run *run, const struct llm_answer *a)
{
	struct json_writer *w = &run->detail;
	json_key(w, "cited");
	json_begin_array(w);
	for (int i = 0; i < a->n_cited; i++)
		json_write_str(w, run->knowledge->hits[a->cited[i]].title);
	json_end_array(w);
}

static void tell_model(struct run *run, const struct llm_answer *a)
{
	static const char *const verdicts[] = {
		[LLM_ANSWERED] = "answered", [LLM_DECLINED] = "declined", [LLM_FAILED] = "failed"
	};
	struct json_writer *w = &run->detail;
	json_member_str(w, "model_verdict", str_of(verdicts[a->verdict]));
	json_member_str(w, "model_reason", a->reason);
	json_member_i64(w, "model_took_us", a->cost.took_us);
	json_member_i64(w, "model_tries", a->cost.tries);
	json_member_i64(w, "model_prompt_tokens", a->cost.prompt_tokens);
	json_member_i64(w, "model_completion_tokens", a->cost.completion_tokens);
	json_member_i64(w, "links_removed", a->n_links_removed);
	if (a->verdict == LLM_ANSWERED)
		tell_cited(run, a);
}

static void on_model(void *arg, const struct llm_answer *a)
{
	struct run *run = arg;
	struct answer *answer = run->answer;
	tell_model(run, a);
	enum err e = DB_QUERY(run->pipeline->db, run->pool, &sql_llm_used, NULL, DB_INT(run->q->org_id),
		DB_CSTR("answer"), DB_BOOL(a->verdict == LLM_FAILED), DB_INT(a->cost.prompt_tokens),
		DB_INT(a->cost.completion_tokens));
	if (e != ERR_OK)
		(void)stage_db_failed(run, e);
	if (answer->db_away) {
		stage_resume(run, STAGE_FAILED);
		return;
	}
	if (a->verdict == LLM_FAILED) {
		stage_resume(run, quote(run));
		return;
	}
	if (a->verdict == LLM_ANSWERED) {
		answer->reason = T("the model answers from the documents");
		answer->score = run->knowledge->hits[a->n_cited ? a->cited[0] : 0].score;
		answer->reply = pool_str(run->pool, a->text);
	}
	stage_resume(run, a->verdict == LLM_ANSWERED ? STAGE_ANSWERED : STAGE_PASSED);
}

/* The places of the hits are their ids. */
static void send_question(struct run *run, const struct llm_endpoint *endpoint)
{
	const struct question *q = run->q;
	struct knowledge_work *work = run->knowledge;
	int n = work->n < LLM_SOURCES ? work->n : LLM_SOURCES;
	for (int i = 0; i < n; i++)
		work->sources[i] = (struct llm_source){
			.id = i, .title = work->hits[i].title, .text = work->hits[i].text, .url = work->hits[i].url
		};
	work->recent = pool_new_array(run->pool, (size_t)q->n_recent, struct llm_turn);
	for (int i = 0; i < q->n_recent; i++)
		work->recent[i] = (struct llm_turn){ .from_business = !str_equal(q->recent[i].from, STR("contact")),
			.text = q->recent[i].text };
	json_member_str(&run->detail, "model", endpoint->model);
	llm_answer(run->pipeline->http, run->pool, endpoint,
		&(struct llm_question){ .text = q->text,
			.recent = work->recent,
			.n_recent = q->n_recent,
			.sources = work->sources,
			.n_sources = n,
			.language = run->answer->language,
			.organization = q->organization },
		on_model, run);
}

/* The model, if there is one and its budget allows; else the best sentences. */
static enum stage_verdict ask_or_quote(struct run *run)
{
	struct endpoint_choice choice;
	struct explain why;
	const struct question *q = run->q;
	if (!run->pipeline->http)
		return quote(run);
	if (!endpoint_find(
		    run->pool, &run->pipeline->endpoints, q->org_id, &q->settings, ENDPOINT_CHAT, &choice, &why)) {
		if (*why.text)
			json_member_str(&run->detail, "model_reason", str_of(why.text));
		return quote(run);
	}
	struct db_result *r;
	enum err e = DB_QUERY(run->pipeline->db, run->pool, &sql_llm_reserve, &r, DB_INT(q->org_id), DB_CSTR("answer"),
		DB_INT(choice.daily_calls));
	if (e != ERR_OK)
		return stage_db_failed(run, e);
	if (!db_bool(r, 0, 0)) {
		json_member_str(&run->detail, "model_reason", STR("the budget of the day is used up"));
		return quote(run);
	}
	send_question(run, &choice.endpoint);
	return STAGE_WAITING;
}

/* Vectors that cannot be asked must not cost the answer. */
static enum err search(struct run *run, bool alike)
{
	struct knowledge_work *work = run->knowledge;
	const struct question *q = run->q;
	struct db *db = run->pipeline->db;
	struct asked_vector vector = { .vectors = run->pipeline->vectors,
		.state = &run->vectors[VECTORS_PASSAGES],
		.values = run->vector.values };
	enum err e = knowledge_search_alike(
		db, run->pool, q->org_id, q->text, alike ? &vector : NULL, PASSAGES_MAX, work->hits, &work->n);
	if (e == ERR_OK || !alike)
		return e;
	(void)stage_vector_tell(run, VECTORS_PASSAGES, T("the documents' vectors could not be read"));
	return knowledge_search(db, run->pool, q->org_id, q->text, PASSAGES_MAX, work->hits, &work->n);
}

static enum stage_verdict search_and_answer(struct run *run, bool alike)
{
	struct knowledge_work *work = run->knowledge;
	enum err e = search(run, alike);
	if (e != ERR_OK)
		return stage_db_failed(run, e);
	tell_passages(run, work);
	/* Documents do not say that a person comes; the promise does. */
	if (stage_wants_person(run) || work->n == 0
		|| work->hits[0].score < run->q->settings.knowledge_threshold * LLM_FLOOR)
		return STAGE_PASSED;
	return ask_or_quote(run);
}

static void on_vector(struct run *run, bool usable)
{
	enum stage_verdict verdict = search_and_answer(run, usable);
	if (verdict != STAGE_WAITING)
		stage_resume(run, verdict);
}

enum stage_verdict stage_knowledge(struct run *run)
{
	run->knowledge = pool_new_of(run->pool, struct knowledge_work);
	enum vector_verdict vector =
		stage_wants_person(run) ? VECTOR_NONE : stage_vector(run, VECTORS_PASSAGES, on_vector);
	return vector == VECTOR_WAITING ? STAGE_WAITING : search_and_answer(run, vector == VECTOR_READY);
}
