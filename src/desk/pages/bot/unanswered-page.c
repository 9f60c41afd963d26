/*
 * unanswered-page.c - /skills/unanswered: what customers asked and the bot did not answer for sure, grouped by what is
 * asked, those of most customers first.
 *
 * From here a skill is written or gets another trigger; what is none of the business's matters is put away, with what
 * asks the same later. Reads the latest questions only, so that a large organisation costs no more than a small one.
 */
#include "desk/pages/bot/skill-pages.h"

#include "answer/question-groups.h"
#include "core/formats/query.h"

#define DAYS 90
#define QUESTIONS_MAX 500
#define GROUPS_SHOWN 50
#define EXAMPLES_SHOWN 3
#define TRIGGERS_MAX 5
#define IDS_MAX_BYTES (QUESTIONS_MAX * 20)

struct unanswered {
	struct sql_unanswered_questions_rows rows;
	struct asked_question *asked;
	struct question_group *groups;
	int n_groups;
	struct str ids; /* to be put away, a space between them */
};

static enum err unanswered_page_load(struct desk_request *v, void *arg)
{
	struct unanswered *u = arg;
	return sql_unanswered_questions(v->db, v->pool, v->caller.org_id, DAYS, QUESTIONS_MAX, &u->rows);
}

static void unanswered_page_group(struct desk_request *v, struct unanswered *u)
{
	u->asked = pool_new_array(v->pool, (size_t)u->rows.n + 1, struct asked_question);
	for (int i = 0; i < u->rows.n; i++) {
		struct sql_unanswered_questions_row row = sql_unanswered_questions_row(&u->rows, i);
		u->asked[i] = (struct asked_question){
			.text = row.text, .contact_id = row.contact_id, .not_ours = row.not_ours
		};
	}
	struct str language = u->rows.n ? sql_unanswered_questions_row(&u->rows, 0).language : STR("en");
	u->n_groups = question_groups_of(v->pool, language, u->asked, u->rows.n, &u->groups);
}

/* The group's different wordings, as triggers of a skill. */
static struct str group_triggers(struct desk_request *v, const struct unanswered *u, const struct question_group *g)
{
	struct buf b;
	buf_init(&b, 1 << 16);
	for (int i = 0; i < g->n && i < TRIGGERS_MAX; i++) {
		bool again = false;
		for (int k = 0; k < i; k++)
			again |= str_equal_nocase(u->asked[g->members[k]].text, u->asked[g->members[i]].text);
		for (struct str rest = again ? STR_NONE : u->asked[g->members[i]].text; rest.p;) {
			struct str line = str_trim(str_take_until(&rest, '\n'));
			if (!line.n)
				continue;
			if (b.len)
				buf_add_cstr(&b, " | "); /* an address holds no line breaks */
			buf_add_str(&b, line);
		}
	}
	return pool_take(v->pool, &b);
}

static struct str unanswered_page_href(struct desk_request *v, const char *path, struct str triggers)
{
	struct buf b;
	buf_init(&b, 1 << 18);
	buf_add_cstr(&b, path);
	query_add(&b, "triggers", triggers);
	return pool_take(v->pool, &b);
}

static void write_examples(
	struct desk_request *v, struct json_writer *w, struct unanswered *u, const struct question_group *g)
{
	json_key(w, "examples");
	json_begin_array(w);
	for (int i = 0; i < g->n && i < EXAMPLES_SHOWN; i++) {
		struct sql_unanswered_questions_row row = sql_unanswered_questions_row(&u->rows, g->members[i]);
		json_begin_object(w);
		json_member_str(w, "text", row.text);
		json_member_str(w, "href", pool_printf(v->pool, "/inbox/%lld", (long long)row.conversation_id));
		json_end_object(w);
	}
	json_end_array(w);
}

static void unanswered_page_write_group(
	struct desk_request *v, struct json_writer *w, struct unanswered *u, const struct question_group *g)
{
	struct sql_unanswered_questions_row row = sql_unanswered_questions_row(&u->rows, g->members[0]);
	struct str triggers = group_triggers(v, u, g);
	struct buf ids;
	buf_init(&ids, IDS_MAX_BYTES);
	for (int i = 0; i < g->n; i++)
		buf_addf(&ids, "%s%lld", i ? " " : "",
			(long long)sql_unanswered_questions_row(&u->rows, g->members[i]).id);
	json_begin_object(w);
	json_member_str(w, "question", row.text);
	json_member_str(w, "customers", locale_number(v->pool, &v->locale, g->contacts));
	json_member_str(w, "times", locale_number(v->pool, &v->locale, g->n));
	write_examples(v, w, u, g);
	json_member_str(w, "new_href", unanswered_page_href(v, "/skills/new", triggers));
	if (row.skill_title.p && row.skill_id) {
		json_member_str(w, "skill_title", row.skill_title);
		json_member_str(w, "skill_href",
			unanswered_page_href(
				v, pool_printf(v->pool, "/skills/%lld", (long long)row.skill_id).p, triggers));
	}
	json_member_str(w, "ids", ids.err == ERR_OK ? pool_str(v->pool, buf_str(&ids)) : STR(""));
	json_end_object(w);
	buf_fini(&ids);
}

enum err desk_unanswered(struct desk_request *v)
{
	struct unanswered *u = pool_new_of(v->pool, struct unanswered);
	enum err e = request_transaction(v, unanswered_page_load, u);
	if (e != ERR_OK)
		return e;
	unanswered_page_group(v, u);
	struct json_writer *w = page_begin(v, "unanswered", "skills", T("Unanswered questions"));
	int shown = 0;
	skills_tab(w, "unanswered");
	json_key(w, "groups");
	json_begin_array(w);
	for (int i = 0; i < u->n_groups && shown < GROUPS_SHOWN; i++) {
		if (u->groups[i].not_ours)
			continue;
		unanswered_page_write_group(v, w, u, &u->groups[i]);
		shown++;
	}
	json_end_array(w);
	json_member_bool(w, "has_groups", shown > 0);
	return page_end(v, 200);
}

/* ---- putting away ---- */

static const struct field fields[] = {
	{ "ids", FIELD_LINE, FIELD_REQUIRED, IDS_MAX_BYTES, NULL, T("Load the page again.") }, FIELD_LAST
};

static enum err unanswered_page_put_away(struct desk_request *v, void *arg)
{
	struct unanswered *u = arg;
	enum err e = sql_put_question_away(v->db, v->pool, v->caller.org_id, u->ids);
	return e != ERR_OK ? e : request_audit(v, "question.not-ours", STR("{}"));
}

static bool are_ids(struct str ids)
{
	int n = 0;
	while (ids.p) {
		int64_t id;
		if (!str_to_i64(str_take_until(&ids, ' '), &id) || id <= 0 || ++n > QUESTIONS_MAX)
			return false;
	}
	return n > 0;
}

enum err desk_unanswered_save(struct desk_request *v)
{
	struct unanswered *u = pool_new_of(v->pool, struct unanswered);
	struct form form;
	form_parse(v->pool, &form, fields, &v->params, v->locale.translation);
	u->ids = form_value(&form, "ids");
	if (form.wrong || !are_ids(u->ids))
		return ERR_INVALID;
	enum err e = request_transaction(v, unanswered_page_put_away, u);
	if (e != ERR_OK)
		return e;
	flash_set(v, "question-put-away");
	request_redirect(v, "/skills/unanswered");
	return ERR_OK;
}
