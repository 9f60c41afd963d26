/*
 * proposals-page.c - /skills/proposals: answers that operators give again and again, to be approved as skills or
 * rejected.
 *
 * Found when the page is asked for, from the latest replies only, so that a large organisation costs no more than a
 * small one. What the bot answers by itself is not proposed. What was approved or rejected is remembered by the replies
 * it was made of, and what asks the same later stays away with them.
 */
#include "desk/pages/bot/skill-pages.h"

#include "answer/pipeline.h"
#include "answer/reply-proposals.h"
#include "answer/skills/skill-edit.h"
#include "core/formats/query.h"
#include "domain/text.h"

#define DAYS 90
#define REPLIES_MAX 500
#define SHOWN 20
#define EXAMPLES_SHOWN 3
#define TRIGGERS_MAX 10
#define TITLE_BYTES 80
#define TITLES_TRIED 9
#define IDS_MAX_BYTES ((REPLIES_MAX + 500) * 20)

static const struct field fields[] = { { "ids", FIELD_LINE, FIELD_REQUIRED, IDS_MAX_BYTES, NULL,
					       T("Load the page again.") },
	{ "do", FIELD_CHOICE, FIELD_REQUIRED, 8, "approve|reject", T("Approve or reject the proposal.") },
	{ "response", FIELD_TEXT, FIELD_OPTIONAL, SKILL_RESPONSE_MAX_BYTES, NULL,
		T("Write what is answered, at most 64 kB.") },
	FIELD_LAST };

struct proposing {
	struct sql_operator_replies_rows rows;
	struct answered_question *all;
	struct reply_proposal *proposals;
	int n;
};

/* ---- finding them ---- */

static enum err proposals_load(struct desk_request *v, struct proposing *p)
{
	enum err e = sql_operator_replies(v->db, v->pool, v->caller.org_id, DAYS, REPLIES_MAX, &p->rows);
	if (e != ERR_OK)
		return e;
	p->all = pool_new_array(v->pool, (size_t)p->rows.n + 1, struct answered_question);
	for (int i = 0; i < p->rows.n; i++) {
		struct sql_operator_replies_row row = sql_operator_replies_row(&p->rows, i);
		p->all[i] = (struct answered_question){ .question = row.question,
			.reply = row.reply,
			.contact_id = row.contact_id,
			.decided = row.decided };
	}
	struct str language = p->rows.n ? sql_operator_replies_row(&p->rows, 0).language : STR("en");
	p->n = reply_proposals_of(v->pool, language, p->all, p->rows.n, &p->proposals);
	return ERR_OK;
}

static void proposals_answered(void *arg)
{
	*(bool *)arg = true;
}

static void proposals_free(void *pipeline)
{
	pipeline_free(pipeline);
}

/* Leaves what was not decided about and the bot does not know for sure, as many as a page shows. */
static enum err proposals_keep_open(struct desk_request *v, void *arg)
{
	struct proposing *p = arg;
	struct question q = { .org_id = 0 };
	struct answer answer;
	bool few = true;
	int kept = 0;
	enum err e = proposals_load(v, p);
	if (e == ERR_OK)
		e = skill_try_question(v, &q);
	if (e == ERR_OK)
		e = skill_try_are_few(v, &few);
	struct pipeline *pipeline = pipeline_new_quiet(v->db);
	pool_defer(v->pool, proposals_free, pipeline);
	for (int i = 0; e == ERR_OK && i < p->n && kept < SHOWN; i++) {
		bool done = false, knows = false;
		if (p->proposals[i].decided)
			continue;
		q.text = p->all[p->proposals[i].members[0]].question;
		if (few) {
			pipeline_answer(pipeline, v->pool, &q, &answer, proposals_answered, &done);
			e = answer.db_unreachable ? ERR_DB_UNREACHABLE : ERR_OK;
			knows = e == ERR_OK && skill_try_is_answer(&answer);
		}
		if (!knows)
			p->proposals[kept++] = p->proposals[i];
	}
	p->n = kept;
	return e;
}

/* ---- showing ---- */

/* The different wordings of the question, a line each. */
static int proposal_triggers(struct desk_request *v, const struct proposing *p, const struct reply_proposal *one,
	struct str out[TRIGGERS_MAX])
{
	int n = 0;
	for (int i = 0; i < one->n; i++)
		for (struct str rest = p->all[one->members[i]].question; rest.p && n < TRIGGERS_MAX;) {
			struct str line = str_trim(str_take_until(&rest, '\n'));
			bool again = !line.n;
			for (int k = 0; k < n && !again; k++)
				again = str_equal(text_fold(v->pool, out[k]), text_fold(v->pool, line));
			if (!again)
				out[n++] = line;
		}
	return n;
}

static struct str proposal_ids(struct desk_request *v, const struct proposing *p, const struct reply_proposal *one)
{
	struct buf ids;
	buf_init(&ids, IDS_MAX_BYTES);
	for (int i = 0; i < one->n; i++)
		buf_addf(&ids, "%s%lld", i ? " " : "",
			(long long)sql_operator_replies_row(&p->rows, one->members[i]).message_id);
	return pool_take(v->pool, &ids);
}

/* The page of a new skill, with everything filled in. */
static struct str proposal_edit(struct desk_request *v, const struct str *triggers, int n, struct str reply)
{
	struct buf all, address;
	buf_init(&all, 1 << 16);
	buf_init(&address, 1 << 18);
	for (int i = 0; i < n; i++) {
		buf_add_cstr(&all, i ? " | " : "");
		buf_add_str(&all, triggers[i]);
	}
	buf_add_cstr(&address, "/skills/new");
	query_add(&address, "triggers", buf_str(&all));
	query_add(&address, "response", reply);
	buf_fini(&all);
	return pool_take(v->pool, &address);
}

static void proposals_write_one(
	struct desk_request *v, struct json_writer *w, const struct proposing *p, const struct reply_proposal *one)
{
	struct str triggers[TRIGGERS_MAX], reply = p->all[one->reply].reply;
	int n = proposal_triggers(v, p, one, triggers);
	json_begin_object(w);
	json_member_str(w, "question", p->all[one->members[0]].question);
	json_key(w, "examples");
	json_begin_array(w);
	for (int i = 0; i < n && i < EXAMPLES_SHOWN; i++) {
		json_begin_object(w);
		json_member_str(w, "text", triggers[i]);
		json_end_object(w);
	}
	json_end_array(w);
	json_member_str(w, "reply", reply);
	json_member_str(w, "customers", locale_number(v->pool, &v->locale, one->contacts));
	json_member_str(w, "times", locale_number(v->pool, &v->locale, one->n));
	json_member_str(w, "edit", proposal_edit(v, triggers, n, reply));
	json_member_str(w, "ids", proposal_ids(v, p, one));
	json_end_object(w);
}

/* `typed`: a form that could not be taken; NULL for none. */
static enum err proposals_show(struct desk_request *v, struct form *typed, int status)
{
	struct proposing p = { .n = 0 };
	struct form fresh;
	enum err e = request_transaction(v, proposals_keep_open, &p);
	if (e != ERR_OK)
		return e;
	form_init(&fresh, fields);
	struct json_writer *w = page_begin(v, "proposals", "skills", T("Proposals"));
	skills_tab(w, "proposals");
	json_key(w, "proposals");
	json_begin_array(w);
	for (int i = 0; i < p.n; i++)
		proposals_write_one(v, w, &p, &p.proposals[i]);
	json_end_array(w);
	json_member_bool(w, "has_proposals", p.n > 0);
	form_write(w, "form", "/skills/proposals", typed ? typed : &fresh);
	return page_end(v, status);
}

enum err desk_proposals(struct desk_request *v)
{
	return proposals_show(v, NULL, 200);
}

/* ---- deciding ---- */

struct deciding {
	struct form form;
	struct explain why;
	bool approves, gone;
};

/* The proposal that begins with the first of the ids; NULL: it is not there any more. */
static const struct reply_proposal *proposal_of(const struct proposing *p, struct str ids)
{
	int64_t first = 0;
	if (!str_to_i64(str_take_until(&ids, ' '), &first))
		return NULL;
	for (int i = 0; i < p->n; i++)
		for (int k = 0; k < p->proposals[i].n; k++)
			if (sql_operator_replies_row(&p->rows, p->proposals[i].members[k]).message_id == first)
				return p->proposals[i].decided ? NULL : &p->proposals[i];
	return NULL;
}

/* A title that no skill has: the question, with a number where it is taken. */
static enum err proposal_save(struct desk_request *v, struct skill_edit *edit, struct explain *why)
{
	struct str title = text_label(v->pool, str_cut(edit->triggers[0], TITLE_BYTES), TITLE_BYTES);
	enum err e = ERR_CONFLICT;
	for (int i = 1; i <= TITLES_TRIED && e == ERR_CONFLICT; i++) {
		int64_t id = 0;
		bool changed;
		edit->title = i == 1 ? title : pool_printf(v->pool, "%.*s (%d)", (int)title.n, title.p, i);
		e = skill_save(v->db, v->pool, v->caller.org_id, edit, STR_NONE, &id, &changed, why);
		if (e == ERR_OK)
			return skill_audit(v, "skill.add", id, edit->title);
	}
	return e;
}

static enum err proposals_decide(struct desk_request *v, void *arg)
{
	struct deciding *d = arg;
	struct proposing p = { .n = 0 };
	struct str triggers[TRIGGERS_MAX], typed = str_trim(form_value(&d->form, "response"));
	enum err e = proposals_load(v, &p);
	const struct reply_proposal *one = e == ERR_OK ? proposal_of(&p, form_value(&d->form, "ids")) : NULL;
	d->gone = !one;
	if (!one)
		return e;
	struct skill_edit edit = {
		.triggers = triggers, .response = typed.n ? typed : p.all[one->reply].reply, .enabled = true
	};
	edit.n_triggers = (size_t)proposal_triggers(v, &p, one, triggers);
	if (d->approves)
		e = proposal_save(v, &edit, &d->why);
	else
		e = request_audit(v, "proposal.reject", STR("{}"));
	if (e == ERR_OK)
		e = sql_proposal_decide(v->db, v->pool, v->caller.org_id, proposal_ids(v, &p, one),
			d->approves ? STR("approved") : STR("rejected"));
	return e;
}

enum err desk_proposals_save(struct desk_request *v)
{
	struct deciding d = { .approves = false };
	if (!form_parse(v->pool, &d.form, fields, &v->params, v->locale.translation))
		return proposals_show(v, &d.form, 400);
	d.approves = str_equal(form_value(&d.form, "do"), STR("approve"));
	enum err e = request_transaction(v, proposals_decide, &d);
	if (e == ERR_QUOTA) {
		form_fail(&d.form, request_quota(v, &d.why));
		return proposals_show(v, &d.form, 403);
	}
	if (e != ERR_OK)
		return e;
	flash_set(v, d.gone ? "proposal-gone" : d.approves ? "skill-saved" : "proposal-rejected");
	request_redirect(v, "/skills/proposals");
	return ERR_OK;
}
