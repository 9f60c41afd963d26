/*
 * conversation-decision.c - "why this answer", from what the pipeline wrote down.
 *
 * Owns the numbers that are shown. Long passages are shortened: a page full of answers stays small.
 */
#include "desk/pages/inbox/conversation.h"

#define CANDIDATES 3
#define PASSAGES 3
#define PASSAGE_BYTES 300

/* The document that was quoted; of decisions that do not say which, the first that was found. */
static struct str first_document(const struct json *stages)
{
	const struct json *sources = json_get(stages, "sources");
	for (size_t i = 0; i < json_length(sources); i++)
		if (json_get(json_at(sources, i), "document"))
			return json_str(json_get(json_at(sources, i), "title"));
	struct str cited = json_str(json_at(json_get(stages, "cited"), 0));
	return cited.p ? cited : json_str(json_get(json_at(json_get(stages, "passages"), 0), "document"));
}

static void conversation_decision_write_candidates(struct desk_request *v, const struct json *candidates)
{
	struct json_writer *w = &v->w;
	size_t n = json_length(candidates);
	json_member_bool(w, "has_candidates", n > 0);
	json_key(w, "candidates");
	json_begin_array(w);
	for (size_t i = 0; i < n && i < CANDIDATES; i++) {
		const struct json *c = json_at(candidates, i);
		double score = json_double(json_get(c, "score"), 0);
		json_begin_object(w);
		json_member_str(w, "title", json_str(json_get(c, "title")));
		json_member_str(w, "score", locale_decimal(v->pool, &v->locale, score, 2));
		json_member_i64(w, "percent", score <= 0 ? 0 : score >= 1 ? 100 : (int64_t)(score * 100 + 0.5));
		json_end_object(w);
	}
	json_end_array(w);
}

static void conversation_decision_write_passages(struct desk_request *v, const struct json *passages)
{
	struct json_writer *w = &v->w;
	size_t n = json_length(passages);
	json_member_bool(w, "has_passages", n > 0);
	json_key(w, "passages");
	json_begin_array(w);
	for (size_t i = 0; i < n && i < PASSAGES; i++) {
		const struct json *p = json_at(passages, i);
		struct str text = json_str(json_get(p, "text")), cut = str_cut(text, PASSAGE_BYTES);
		json_begin_object(w);
		json_member_str(w, "document", json_str(json_get(p, "document")));
		json_member_str(
			w, "score", locale_decimal(v->pool, &v->locale, json_double(json_get(p, "score"), 0), 2));
		json_member_str(w, "text", cut.n < text.n ? pool_printf(v->pool, "%.*s…", (int)cut.n, cut.p) : text);
		json_end_object(w);
	}
	json_end_array(w);
}

static void conversation_decision_write_score(struct desk_request *v, struct str stage, const struct json *stages)
{
	bool by_skill = str_equal(stage, STR("skill"));
	const struct json *best = json_at(json_get(stages, by_skill ? "skill_candidates" : "passages"), 0);
	bool is_shown = best && !str_equal(stage, STR("fallback"));
	double score = json_double(json_get(best, "score"), 0);
	page_member_or_false(&v->w, "score", is_shown ? locale_decimal(v->pool, &v->locale, score, 2) : STR_NONE);
}

/* Why it went by words where there could have been embeddings. */
static void write_words_only(struct desk_request *v, const char *member, const struct json *reason)
{
	page_member_or_false(
		&v->w, member, reason_text(v->pool, v->locale.translation, reason_of_json(v->pool, reason)));
}

/* Where the answer comes from, to be opened and marked as wrong by those who may change it. */
static void conversation_decision_write_sources(struct desk_request *v, const struct thread *t,
	const struct sql_thread_decisions_row *decision, const struct json *sources)
{
	struct json_writer *w = &v->w;
	size_t n = json_length(sources);
	json_member_bool(w, "has_sources", n > 0);
	json_key(w, "sources");
	json_begin_array(w);
	for (size_t i = 0; i < n; i++) {
		const struct json *one = json_at(sources, i);
		int64_t id = 0;
		bool skill = json_i64(json_get(one, "skill"), &id);
		if (!skill && !json_i64(json_get(one, "document"), &id))
			continue;
		struct str href = pool_printf(v->pool, skill ? "/skills/%lld" : "/knowledge/%lld", (long long)id);
		json_begin_object(w);
		json_member_bool(w, "skill", skill);
		json_member_str(w, "title", json_str(json_get(one, "title")));
		page_member_or_false(w, "href", t->can_mend ? href : STR_NONE);
		json_member_i64(w, "id", id);
		json_member_bool(w, "is_wrong", decision->is_wrong);
		json_member_bool(w, "can_mark", t->can_mend && !decision->is_wrong);
		json_end_object(w);
	}
	json_end_array(w);
	json_member_i64(w, "id", decision->id);
	json_member_str(w, "wrong", pool_printf(v->pool, "/inbox/%lld/wrong-answer", (long long)t->conversation));
}

void decision_write(
	struct desk_request *v, const struct thread *thread, const struct sql_thread_decisions_row *decision)
{
	struct json_writer *w = &v->w;
	const struct json *d = NULL;
	struct str stage = decision->stage;
	int64_t took_us = 0;
	if (decision->detail.p && json_parse(v->pool, decision->detail, &d, NULL) != ERR_OK)
		d = NULL;
	const struct json *stages = json_get(d, "stages");
	json_key(w, "decision");
	json_begin_object(w);
	page_member_or_false(w, "skill", str_equal(stage, STR("skill")) ? json_str(json_get(d, "skill")) : STR_NONE);
	page_member_or_false(w, "knowledge", str_equal(stage, STR("knowledge")) ? first_document(stages) : STR_NONE);
	json_member_bool(w, "fallback", str_equal(stage, STR("fallback")));
	conversation_decision_write_score(v, stage, stages);
	page_write_reason(v, "reason", decision->reason);
	conversation_decision_write_sources(v, thread, decision, json_get(stages, "sources"));
	conversation_decision_write_candidates(v, json_get(stages, "skill_candidates"));
	conversation_decision_write_passages(v, json_get(stages, "passages"));
	write_words_only(v, "skills_by_words", json_get(stages, "skill_embedding_reason"));
	write_words_only(v, "documents_by_words", json_get(stages, "embedding_reason"));
	page_member_or_false(w, "model", json_str(json_get(stages, "model")));
	struct str took = STR_NONE;
	if (json_i64(json_get(d, "took_us"), &took_us)) {
		struct str ms = locale_number(v->pool, &v->locale, took_us < 1000 ? 1 : took_us / 1000);
		took = pool_printf(v->pool, "%.*s ms", (int)ms.n, ms.p);
	}
	page_member_or_false(w, "took", took);
	json_end_object(w);
}
