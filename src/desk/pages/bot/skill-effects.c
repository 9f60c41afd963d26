/*
 * skill-effects.c - what a skill would do before it is saved.
 *
 * The latest questions of customers that have something in common with its triggers are asked once more, by the
 * sender's own pipeline: with the skill as it is typed, and where that answers, also without it. So what is shown is
 * what would happen, and not what looks similar. Bounded by the number of questions and by time, whatever the size of
 * the organisation. Asks no model.
 */
#include "desk/pages/bot/skill-effects.h"

#include "answer/pipeline.h"
#include "core/clock.h"
#include "desk/pages/bot/skill-pages.h"
#include "domain/text.h"

#define DAYS 90
#define QUESTIONS_READ 400
#define QUESTIONS_ASKED 40
#define MOST_US 1500000
#define SIMILAR_LEAST 0.02
#define ANSWER_SHOWN_BYTES 300

/* A wording that customers used. */
struct earlier {
	struct str text, folded, before;
	int64_t conversation_id;
	int customers;
	double similarity;
	bool answers; /* the skill would */
};

struct skill_effects {
	struct skill draft;
	struct earlier *all; /* those with the most in common first */
	int n, asked;
	bool too_many; /* skills, to be loaded for a page */
};

/* ---- which questions ---- */

static struct earlier *effects_find(struct skill_effects *f, struct str folded)
{
	for (int i = 0; i < f->n; i++)
		if (str_equal(f->all[i].folded, folded))
			return &f->all[i];
	return NULL;
}

/* The same customer may ask twice: then they are counted twice, which costs nothing but precision. */
static void effects_take(struct desk_request *v, struct skill_effects *f, const struct sql_recent_questions_rows *rows)
{
	f->all = pool_new_array(v->pool, (size_t)rows->n + 1, struct earlier);
	for (int i = 0; i < rows->n; i++) {
		const struct sql_recent_questions_row row = sql_recent_questions_row(rows, i);
		struct str folded = text_fold(v->pool, row.text);
		struct earlier *known = effects_find(f, folded);
		if (known)
			known->customers += known->conversation_id != row.conversation_id;
		else
			f->all[f->n++] = (struct earlier){ .text = row.text,
				.folded = folded,
				.conversation_id = row.conversation_id,
				.customers = 1 };
	}
}

static void effects_rank(struct desk_request *v, struct skill_effects *f)
{
	const struct skill_index *index = skill_index_new(v->pool, &f->draft, 1);
	struct pool *scratch = pool_new();
	for (int i = 0; i < f->n; i++, pool_reset(scratch))
		f->all[i].similarity = skill_index_match(index, scratch, f->all[i].text, 0).score;
	pool_free(scratch);
	for (int i = 1; i < f->n; i++)
		for (int k = i; k > 0 && f->all[k].similarity > f->all[k - 1].similarity; k--) {
			struct earlier swapped = f->all[k];
			f->all[k] = f->all[k - 1];
			f->all[k - 1] = swapped;
		}
}

/* ---- asking them ---- */

static void effects_free(void *pipeline)
{
	pipeline_free(pipeline);
}

static void effects_answered(void *arg)
{
	*(bool *)arg = true;
}

static enum err effects_ask(struct desk_request *v, struct pipeline *pipeline, struct question *q, struct answer *out)
{
	bool done = false;
	pipeline_answer(pipeline, v->pool, q, out, effects_answered, &done);
	if (!done)
		bug("a trial that waits");
	return out->db_unreachable ? ERR_DB_UNREACHABLE : ERR_OK;
}

/* Whether the answer is the draft's own. */
static bool is_by_draft(const struct skill_effects *f, const struct answer *a)
{
	return a->stage && !strcmp(a->stage, "skill") && str_equal(a->skill, f->draft.title);
}

static enum err effects_ask_all(struct desk_request *v, void *arg)
{
	struct skill_effects *f = arg;
	struct sql_recent_questions_rows rows;
	struct question q = { .org_id = 0 };
	struct answer after, before;
	int64_t until_us = clock_mono_us() + MOST_US;
	enum err e = sql_recent_questions(v->db, v->pool, v->caller.org_id, DAYS, QUESTIONS_READ, &rows);
	if (e == ERR_OK)
		e = skill_try_question(v, &q);
	if (e != ERR_OK)
		return e;
	f->n = f->asked = 0;
	effects_take(v, f, &rows);
	effects_rank(v, f);
	struct pipeline *with = pipeline_new_draft(v->db, &f->draft), *without = pipeline_new_quiet(v->db);
	pool_defer(v->pool, effects_free, with);
	pool_defer(v->pool, effects_free, without);
	for (; e == ERR_OK && f->asked < f->n && f->asked < QUESTIONS_ASKED && clock_mono_us() < until_us; f->asked++) {
		struct earlier *one = &f->all[f->asked];
		if (one->similarity < SIMILAR_LEAST)
			break;
		q.text = one->text;
		e = effects_ask(v, with, &q, &after);
		one->answers = e == ERR_OK && is_by_draft(f, &after);
		if (!one->answers)
			continue;
		e = effects_ask(v, without, &q, &before);
		one->before = e == ERR_OK && skill_try_is_answer(&before) ? before.reply : STR_NONE;
		if (one->before.p && str_equal(before.reply, after.reply))
			one->answers = false;
	}
	return e;
}

enum err skill_effects_find(
	struct desk_request *v, int64_t id, const struct skill_edit *edit, struct skill_effects **out)
{
	struct skill_effects *f = pool_new_of(v->pool, struct skill_effects);
	bool few = true;
	*out = f;
	f->draft = (struct skill){ .id = id,
		.title = edit->title.n ? edit->title : edit->triggers[0],
		.response = edit->response.n ? edit->response : STR("\xe2\x80\xa6"),
		.requires_human_handover = edit->handover,
		.triggers = edit->triggers,
		.n_triggers = (int)edit->n_triggers };
	enum err e = request_transaction(v, skill_try_are_few, &few);
	f->too_many = !few && !request_enter_gate(v, GATE_SKILLS);
	return e != ERR_OK || f->too_many ? e : request_transaction(v, effects_ask_all, f);
}

/* ---- showing ---- */

static void effects_write_questions(
	struct desk_request *v, struct json_writer *w, const struct skill_effects *f, bool changed)
{
	int64_t customers = 0;
	int n = 0;
	json_key(w, changed ? "changes" : "answers");
	json_begin_array(w);
	for (int i = 0; i < f->asked; i++) {
		const struct earlier *one = &f->all[i];
		if (!one->answers || (one->before.p != NULL) != changed)
			continue;
		struct str cut = str_cut(one->before, ANSWER_SHOWN_BYTES);
		json_begin_object(w);
		json_member_str(w, "text", one->text);
		json_member_str(w, "href", pool_printf(v->pool, "/inbox/%lld", (long long)one->conversation_id));
		json_member_str(
			w, "before", cut.n < one->before.n ? pool_printf(v->pool, "%.*s…", (int)cut.n, cut.p) : cut);
		json_end_object(w);
		customers += one->customers;
		n++;
	}
	json_end_array(w);
	json_member_bool(w, changed ? "has_changes" : "has_answers", n > 0);
	json_member_str(
		w, changed ? "change_customers" : "answer_customers", locale_number(v->pool, &v->locale, customers));
}

void skill_effects_write(struct desk_request *v, struct json_writer *w, const struct skill_effects *f)
{
	json_key(w, "effects");
	if (!f) {
		json_write_bool(w, false);
		return;
	}
	json_begin_object(w);
	json_member_bool(w, "too_many", f->too_many);
	effects_write_questions(v, w, f, false);
	effects_write_questions(v, w, f, true);
	bool any = false;
	for (int i = 0; i < f->asked; i++)
		any |= f->all[i].answers;
	json_member_bool(w, "none", !any && !f->too_many);
	json_end_object(w);
}
