/*
 * llm-answer.c - decides whether a model's answer may be sent, and as what. Pure.
 *
 * Owns the rule that an answer without a source does not count, and the order in which its text is cleaned: invisible
 * characters first, so that nothing hides from what follows; then what repeats the prompt, then markup, then links,
 * then length. What is left must still say something.
 */
#include "answer/llm/llm-prompt.h"
#include "answer/llm/llm-reply.h"
#include "answer/llm/links.h"
#include "documents/plain-text.h"

#include "core/buf.h"
#include "domain/text.h"
#include "core/text/reason.h"

#define ANSWER_MAX_UNITS 3000
#define RAW_MAX_BYTES 12000

static int known_sources(int n)
{
	return n < LLM_SOURCES_MAX ? n : LLM_SOURCES_MAX;
}

static bool is_new(const struct llm_answer *out, int64_t id)
{
	for (int i = 0; i < out->n_cited; i++)
		if (out->cited[i] == id)
			return false;
	return true;
}

/* Positions in the prompt become the caller's ids; what is no position is ignored. */
static void read_cited(struct pool *pool, const struct json *list, const struct llm_source *sources, int n_sources,
	struct llm_answer *out)
{
	int64_t *cited = pool_new_array(pool, LLM_SOURCES_MAX, int64_t), position;

	out->cited = cited;
	for (size_t i = 0; i < json_length(list) && out->n_cited < LLM_SOURCES_MAX; i++)
		if (json_i64(json_at(list, i), &position) && position >= 1 && position <= known_sources(n_sources)
			&& is_new(out, sources[position - 1].id))
			cited[out->n_cited++] = sources[position - 1].id;
}

/* Where the JSON object that begins at `at` ends; its end is the text's when it is cut. */
static size_t json_end(struct str s, size_t at)
{
	int depth = 0;

	for (; at < s.n; at++) {
		depth += s.p[at] == '{' ? 1 : s.p[at] == '}' ? -1 : 0;
		if (depth == 0)
			return at + 1;
	}
	return s.n;
}

/* No sentence to a customer has an object in it: what looks like one is the prompt's or the reply's form. */
static struct str without_json(struct pool *pool, struct str s)
{
	struct buf out;

	buf_init(&out, s.n);
	for (size_t i = 0; i < s.n;) {
		size_t next = i + 1;
		while (s.p[i] == '{' && next < s.n && (s.p[next] == ' ' || s.p[next] == '\n'))
			next++;
		if (s.p[i] == '{' && next < s.n && s.p[next] == '"')
			i = json_end(s, i);
		else
			buf_add_char(&out, s.p[i++]);
	}
	return pool_take(pool, &out);
}

/* A member's name in quotes, as only the prompt and its reply have them. */
static bool repeats_form(struct str s)
{
	static const char *const names[] = { "\"task\"", "\"question\"", "\"sources\"", "\"recent\"", "\"answer\"" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (s.n > 0 && memmem(s.p, s.n, names[i], strlen(names[i])))
			return true;
	return false;
}

/* Words that mean null. */
static bool llm_answer_says_nothing(struct pool *pool, struct str text)
{
	struct str folded = text_fold(pool, text);

	return str_is_empty(folded) || str_equal(folded, STR("null")) || str_equal(folded, STR("none"))
	       || str_equal(folded, STR("n a"));
}

static struct str with_known_links(
	struct pool *pool, struct str text, const struct llm_source *sources, int n_sources, struct llm_answer *out)
{
	struct str known[LLM_SOURCES_MAX * 3];
	int n = 0;

	for (int i = 0; i < known_sources(n_sources); i++) {
		known[n++] = plain_text(pool, sources[i].title);
		known[n++] = plain_text(pool, sources[i].text);
		known[n++] = plain_text(pool, sources[i].url);
	}
	struct links_result checked = links_check(pool, text, known, n);
	out->n_links_removed = checked.removed;
	return checked.text;
}

/* What of it may be sent; empty when nothing. */
static struct str clean_answer(
	struct pool *pool, struct str raw, const struct llm_source *sources, int n_sources, struct llm_answer *out)
{
	struct str text = plain_text(pool, str_cut(raw, RAW_MAX_BYTES));

	text = without_json(pool, text);
	if (repeats_form(text) || llm_prompt_is_repeated(pool, text))
		return STR_NONE;
	text = plain_without_markup(pool, text);
	text = with_known_links(pool, text, sources, n_sources, out);
	struct text_parts parts = text_split(pool, text, ANSWER_MAX_UNITS);
	return parts.n == 0 || llm_answer_says_nothing(pool, parts.parts[0]) ? STR_NONE
									     : pool_str(pool, parts.parts[0]);
}

static void llm_answer_conclude(struct llm_answer *out, enum llm_verdict verdict, struct str reason)
{
	out->verdict = verdict;
	out->reason = reason;
}

static void judge_text(
	struct pool *pool, struct str text, const struct llm_source *sources, int n_sources, struct llm_answer *out)
{
	if (llm_answer_says_nothing(pool, text)) {
		llm_answer_conclude(out, LLM_DECLINED, str_of(CODE(model_found_nothing)));
		return;
	}
	if (out->n_cited == 0) {
		llm_answer_conclude(out, LLM_DECLINED, str_of(CODE(model_without_sources)));
		return;
	}
	struct str clean = clean_answer(pool, text, sources, n_sources, out);
	if (str_is_empty(clean)) {
		llm_answer_conclude(out, LLM_DECLINED, str_of(CODE(model_unsendable)));
		return;
	}
	out->text = clean;
	llm_answer_conclude(out, LLM_ANSWERED, STR_NONE);
}

void llm_read_answer(struct pool *pool, const struct llm_outcome *outcome, const struct llm_source *sources,
	int n_sources, struct llm_answer *out)
{
	struct pool *own = pool_new();
	struct str reason;
	bool refused;
	const struct json *object = llm_reply_object(own, outcome, "answer", &reason, &refused);
	const struct json *answer = json_get(object, "answer");

	*out = (struct llm_answer){ .cost = llm_reply_cost(outcome) };
	if (!object) {
		llm_answer_conclude(out, refused ? LLM_DECLINED : LLM_FAILED, pool_str(pool, reason));
	} else if (json_kind(answer) == JSON_NULL) {
		llm_answer_conclude(out, LLM_DECLINED, str_of(CODE(model_found_nothing)));
	} else if (json_kind(answer) != JSON_STRING) {
		llm_answer_conclude(out, LLM_FAILED, str_of(CODE(model_without_form)));
	} else {
		read_cited(pool, json_get(object, "sources"), sources, n_sources, out);
		judge_text(own, json_str(answer), sources, n_sources, out);
	}
	out->text = pool_str(pool, out->text);
	if (out->verdict != LLM_ANSWERED)
		out->n_cited = 0;
	pool_free(own);
}
