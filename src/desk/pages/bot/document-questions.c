/*
 * document-questions.c - questions to try on a document, after an upload first
 * of all.
 *
 * Taken from the document itself: the questions that it holds, then rows of its
 * tables, then its headings, as a customer would name them. Each is asked of
 * the sender's own pipeline, without a model; where the document does not
 * answer, what was weighed says by how much it failed, and which words it
 * lacks. Nothing is stored or sent.
 */
#include "desk/pages/bot/document-questions.h"

#include "answer/evidence/unit.h"
#include "answer/pipeline.h"
#include "core/clock.h"
#include "desk/pages/bot/skill-pages.h"

#define PASSAGES_READ 60
#define QUESTION_LEAST_BYTES 4
#define QUESTION_MOST_BYTES 120
#define ROWS_OF_TABLE 2
#define MOST_US 1000000

struct document_question {
	struct str text;
	bool here, clock;           /* the document answers it; the clock does */
	struct str skill, document; /* another that does; absent: none */
	bool near;                  /* the document was weighed: */
	double score, needed;
	struct str missing; /* words that it does not have; absent: none */
};

/* ---- what to ask ---- */

static bool has_question(const struct document_questions *q, struct str text)
{
	for (int i = 0; i < q->n; i++)
		if (str_equal_nocase(q->all[i].text, text))
			return true;
	return false;
}

static void add_question(struct document_questions *q, struct str text)
{
	text = str_trim(text);
	bool good = text.n >= QUESTION_LEAST_BYTES && text.n <= QUESTION_MOST_BYTES && str_find_char(text, '\n') < 0;
	if (good && q->n < DOCUMENT_QUESTIONS_MAX && !has_question(q, text))
		q->all[q->n++] = (struct document_question){ .text = text };
}

/* A row by its name and its last column: "Desk lamp: Price". */
static struct str question_of_row(struct desk_request *v, const struct unit *u)
{
	struct str column = u->n_cells > 1 ? u->columns[u->n_cells - 1] : STR_NONE;
	if (!column.n)
		return u->label;
	return pool_printf(v->pool, "%.*s: %.*s", (int)u->label.n, u->label.p, (int)column.n, column.p);
}

static void add_of_kind(
	struct desk_request *v, struct document_questions *q, const struct units *units, enum unit_kind kind)
{
	int table = -1, of_table = 0;
	for (int i = 0; i < units->n; i++) {
		const struct unit *u = &units->all[i];
		if (u->kind != kind || !u->label.n)
			continue;
		of_table = kind == UNIT_ROW && u->table == table ? of_table + 1 : 0;
		table = u->table;
		if (of_table < ROWS_OF_TABLE)
			add_question(q, kind == UNIT_ROW ? question_of_row(v, u) : u->label);
	}
}

static enum err suggest(
	struct desk_request *v, const struct sql_document_view_row *document, struct document_questions *q)
{
	struct sql_document_passages_rows rows;
	struct units units = { .n = 0 };
	enum err e = sql_document_passages(v->db, v->pool, v->caller.org_id, document->id, 0, PASSAGES_READ, &rows);
	for (int i = 0; e == ERR_OK && i < rows.n; i++) {
		const struct sql_document_passages_row row = sql_document_passages_row(&rows, i);
		struct passage_hit *hit = pool_new_of(v->pool, struct passage_hit);
		*hit = (struct passage_hit){ .title = document->title,
			.language = document->language,
			.heading = row.heading,
			.text = row.text };
		units_add(&units, v->pool, hit, i);
	}
	add_of_kind(v, q, &units, UNIT_ANSWER);
	add_of_kind(v, q, &units, UNIT_ROW);
	add_of_kind(v, q, &units, UNIT_SECTION);
	return e;
}

/* ---- asking ---- */

static void questions_answered(void *arg)
{
	*(bool *)arg = true;
}

static void questions_free(void *pipeline)
{
	pipeline_free(pipeline);
}

static void judge(struct document_question *one, const struct sql_document_view_row *document, const struct answer *a)
{
	bool sure = skill_try_is_answer(a);
	struct str quoted = a->n_passages ? a->passages[0].document : STR_NONE;
	one->clock = sure && !strcmp(a->stage, "clock");
	one->skill = sure && !strcmp(a->stage, "skill") ? a->skill : STR_NONE;
	if (sure && !strcmp(a->stage, "knowledge")) {
		one->here = str_equal(quoted, document->title);
		one->document = one->here ? STR_NONE : quoted;
	}
	for (int i = 0; i < a->n_weighed && !one->near; i++)
		if (a->weighed[i].document_id == document->id) {
			one->near = true;
			one->score = a->weighed[i].score;
			one->needed = a->weighed[i].needed;
			one->missing = a->weighed[i].missing;
		}
}

enum err document_questions_find(struct desk_request *v, const struct sql_document_view_row *document, struct str typed,
	struct document_questions *out)
{
	struct question q = { .org_id = 0 };
	struct answer answer;
	bool few = true;
	int64_t until_us = clock_mono_us() + MOST_US;
	*out = (struct document_questions){ .n = 0 };
	out->all = pool_new_array(v->pool, DOCUMENT_QUESTIONS_MAX, struct document_question);
	enum err e = skill_try_are_few(v, &few);
	if (e != ERR_OK || !few)
		return e;
	add_question(out, typed);
	e = suggest(v, document, out);
	if (e == ERR_OK)
		e = skill_try_question(v, &q);
	struct pipeline *pipeline = pipeline_new_quiet(v->db);
	pool_defer(v->pool, questions_free, pipeline);
	int asked = 0;
	for (; e == ERR_OK && asked < out->n && clock_mono_us() < until_us; asked++) {
		bool done = false;
		q.text = out->all[asked].text;
		pipeline_answer(pipeline, v->pool, &q, &answer, questions_answered, &done);
		judge(&out->all[asked], document, &answer);
		e = answer.db_unreachable ? ERR_DB_UNREACHABLE : ERR_OK;
	}
	out->n = asked;
	return e;
}

/* ---- showing ---- */

void document_questions_write(
	struct desk_request *v, struct json_writer *w, const struct document_questions *questions, struct str typed)
{
	json_key(w, "try");
	json_begin_object(w);
	json_member_bool(w, "any", questions->n > 0);
	json_member_str(w, "typed", typed.p ? typed : STR(""));
	json_key(w, "questions");
	json_begin_array(w);
	for (int i = 0; i < questions->n; i++) {
		const struct document_question *one = &questions->all[i];
		bool other = one->clock || one->skill.p || one->document.p;
		json_begin_object(w);
		json_member_str(w, "text", one->text);
		json_member_bool(w, "here", one->here);
		json_member_bool(w, "clock", one->clock);
		page_member_or_false(w, "skill", one->skill);
		page_member_or_false(w, "other_document", one->document);
		json_member_bool(w, "near", !one->here && one->near);
		json_member_bool(w, "far", !one->here && !one->near);
		json_member_bool(w, "nowhere", !one->here && !other);
		json_member_str(w, "score", locale_decimal(v->pool, &v->locale, one->score, 2));
		json_member_str(w, "needed", locale_decimal(v->pool, &v->locale, one->needed, 2));
		page_member_or_false(w, "missing", one->here || other ? STR_NONE : one->missing);
		json_member_bool(w, "write_question", !one->here && !other && one->near && !one->missing.n);
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
}
