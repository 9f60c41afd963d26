/*
 * counter-examples-page.c - questions that a skill or a document must not answer: marking an answer as wrong in a
 * conversation, the list on the page of the skill or document, and taking one back.
 *
 * What the customer wrote is stored without greeting and thanks; where it leaned on what was asked before, that follows
 * in a second line.
 */
#include "desk/pages/bot/counter-examples-page.h"

#include "answer/understanding/understand.h"

#define SHOWN 100
#define QUESTION_MAX_BYTES 700

static const struct field fields[] = { { "decision", FIELD_NUMBER, FIELD_REQUIRED, 20, NULL,
					       T("Load the page again.") },
	{ "skill", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("Load the page again.") },
	{ "document", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("Load the page again.") }, FIELD_LAST };

struct marking {
	int64_t decision, skill, document; /* of skill and document one is 0 */
};

/* ---- marking ---- */

/* Whether the decision's answer comes from there: nothing else may be marked. */
static bool is_source(const struct json *detail, const struct marking *m)
{
	const struct json *sources = json_path(detail, "stages", "sources", NULL);
	for (size_t i = 0; i < json_length(sources); i++) {
		int64_t id = 0;
		const char *kind = m->skill ? "skill" : "document";
		if (json_i64(json_get(json_at(sources, i), kind), &id) && id == (m->skill ? m->skill : m->document))
			return true;
	}
	return false;
}

static struct str marked_question(
	struct desk_request *v, const struct sql_decision_question_row *row, const struct json *detail)
{
	struct understood u = understand(v->pool, row->text, STR_NONE, STR_NONE);
	struct str text = u.text.n ? u.text : row->text;
	if (json_bool(json_path(detail, "stages", "leaned", NULL), false) && row->before.n)
		text = pool_printf(v->pool, "%.*s\n%.*s", (int)text.n, text.p, (int)row->before.n, row->before.p);
	return str_cut(str_trim(text), QUESTION_MAX_BYTES);
}

static enum err counter_examples_audit(struct desk_request *v, const char *action, int64_t skill, int64_t document)
{
	struct str detail = skill ? pool_printf(v->pool, "{\"skill\": %lld}", (long long)skill)
				  : pool_printf(v->pool, "{\"document\": %lld}", (long long)document);
	return request_audit(v, action, detail);
}

static enum err mark_wrong(struct desk_request *v, void *arg)
{
	const struct marking *m = arg;
	int64_t org = v->caller.org_id, conversation = v->path.ids[0];
	struct sql_decision_question_rows r;
	struct sql_counter_example_add_rows added;
	const struct json *detail = NULL;
	enum err e = sql_decision_question(v->db, v->pool, org, conversation, m->decision, &r);
	if (e != ERR_OK || r.n == 0)
		return e != ERR_OK ? e : ERR_NOT_FOUND;
	const struct sql_decision_question_row row = sql_decision_question_row(&r, 0);
	if (!row.detail.p || json_parse(v->pool, row.detail, &detail, NULL) != ERR_OK || !is_source(detail, m))
		return ERR_NOT_FOUND;
	const struct sql_counter_example_add_args args = { .org_id = org,
		.skill_id = m->skill ? &m->skill : NULL,
		.document_id = m->document ? &m->document : NULL,
		.question = marked_question(v, &row, detail),
		.conversation_id = conversation,
		.message_id = row.message_id };
	e = sql_organization_skills_changed(v->db, v->pool, org);
	if (e == ERR_OK)
		e = sql_counter_example_add(v->db, v->pool, &args, &added);
	return e == ERR_OK && added.n > 0 ? counter_examples_audit(v, "answer.wrong", m->skill, m->document) : e;
}

enum err desk_conversation_wrong(struct desk_request *v)
{
	struct form form;
	struct marking m = { .decision = 0 };
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	m.decision = form_number(&form, "decision");
	m.skill = form_number(&form, "skill");
	m.document = form_number(&form, "document");
	if (!m.skill == !m.document)
		return ERR_INVALID;
	enum err e = request_transaction(v, mark_wrong, &m);
	if (e != ERR_OK)
		return e;
	flash_set(v, "answer-wrong");
	request_redirect(v, pool_printf(v->pool, "/inbox/%lld", (long long)v->path.ids[0]).p);
	return ERR_OK;
}

/* ---- showing ---- */

enum err counter_examples_list(
	struct desk_request *v, int64_t skill, int64_t document, struct sql_counter_example_list_rows *out)
{
	return sql_counter_example_list(v->db, v->pool, v->caller.org_id, skill, document, SHOWN, out);
}

void counter_examples_write(
	struct desk_request *v, struct json_writer *w, const struct sql_counter_example_list_rows *rows)
{
	json_member_bool(w, "has_counter_examples", rows->n > 0);
	json_key(w, "counter_examples");
	json_begin_array(w);
	for (int i = 0; i < rows->n; i++) {
		const struct sql_counter_example_list_row row = sql_counter_example_list_row(rows, i);
		json_begin_object(w);
		json_member_str(w, "question", row.question);
		page_member_or_false(w, "href",
			row.conversation_id ? pool_printf(v->pool, "/inbox/%lld", (long long)row.conversation_id)
					    : STR_NONE);
		json_member_str(w, "remove", pool_printf(v->pool, "/counter-examples/%lld/remove", (long long)row.id));
		json_end_object(w);
	}
	json_end_array(w);
}

/* ---- taking back ---- */

static enum err take_back(struct desk_request *v, void *arg)
{
	struct marking *m = arg;
	struct sql_counter_example_remove_rows r;
	enum err e = sql_organization_skills_changed(v->db, v->pool, v->caller.org_id);
	if (e == ERR_OK)
		e = sql_counter_example_remove(v->db, v->pool, v->caller.org_id, v->path.ids[0], &r);
	if (e != ERR_OK || r.n == 0)
		return e != ERR_OK ? e : ERR_NOT_FOUND;
	const struct sql_counter_example_remove_row row = sql_counter_example_remove_row(&r, 0);
	m->skill = row.skill_id;
	m->document = row.document_id;
	return counter_examples_audit(v, "answer.wrong.remove", m->skill, m->document);
}

enum err desk_counter_example_remove(struct desk_request *v)
{
	struct marking m = { .decision = 0 };
	enum err e = request_transaction(v, take_back, &m);
	if (e != ERR_OK)
		return e;
	flash_set(v, "answer-right");
	request_redirect(v, m.skill ? pool_printf(v->pool, "/skills/%lld", (long long)m.skill).p
				    : pool_printf(v->pool, "/knowledge/%lld", (long long)m.document).p);
	return ERR_OK;
}
