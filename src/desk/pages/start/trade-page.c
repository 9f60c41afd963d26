/*
 * trade-page.c - /start/skills: the skills that a trade begins with, to be filled in and stored as skills.
 *
 * The texts are in the language of the organisation's customers where there are any, else in that of the user. Nothing
 * with a hole is stored: a skill is taken whole or left. What was stored is a skill like any other.
 */
#include "desk/pages/bot/skill-pages.h"
#include "desk/pages/start/first-steps.h"

#include "answer/skills/skill-edit.h"
#include "domain/settings.h"

#define SAID_MAX_BYTES 1000
#define SAID(name) \
	{ \
		name, FIELD_LINE, FIELD_OPTIONAL, SAID_MAX_BYTES, NULL, T("The text is too long.") \
	}
#define TAKEN(name) \
	{ \
		name, FIELD_CHECK, FIELD_OPTIONAL, 8, NULL, T("Tick the box or leave it.") \
	}

static const struct field fields[] = { { "trade", FIELD_CHOICE, FIELD_REQUIRED, 12, TRADE_NAMES,
					       T("Choose one of the list.") },
	TAKEN("take1"), TAKEN("take2"), TAKEN("take3"), SAID("said11"), SAID("said12"), SAID("said13"), SAID("said14"),
	SAID("said21"), SAID("said22"), SAID("said23"), SAID("said24"), SAID("said31"), SAID("said32"), SAID("said33"),
	SAID("said34"), FIELD_LAST };

struct trade_page {
	struct form form;
	const struct trade *trade;
	const struct translation *translation; /* of the templates */
	struct skill_edits edits;
	struct explain why;
};

static const char *trade_page_field(struct desk_request *v, const char *what, int skill, int hole)
{
	return hole ? pool_printf(v->pool, "%s%d%d", what, skill + 1, hole).p
		    : pool_printf(v->pool, "%s%d", what, skill + 1).p;
}

static struct str trade_page_text(const struct trade_page *p, const char *text)
{
	return str_of(translation_find(p->translation, text));
}

static const struct trade *trade_named(struct str name)
{
	for (int i = 0; i < TRADE_KINDS; i++)
		if (str_equal(name, str_of(trades[i].name)))
			return &trades[i];
	return &trades[TRADE_OTHER];
}

static bool is_desk_language(struct str language)
{
	for (int i = 0; translation_languages[i]; i++)
		if (str_equal(language, str_of(translation_languages[i])))
			return true;
	return false;
}

static enum err trade_page_load(struct desk_request *v, void *arg)
{
	struct trade_page *p = arg;
	struct sql_organization_find_rows r;
	struct settings settings;
	enum err e = sql_organization_find(v->db, v->pool, v->caller.org_id, &r);
	if (e != ERR_OK)
		return e;
	const struct sql_organization_find_row row = sql_organization_find_row(&r, 0);
	(void)settings_read(v->pool, row.settings, &settings);
	p->trade = &trades[settings.trade];
	p->translation = is_desk_language(row.language) ? translation_of(pool_cstr(v->pool, row.language))
							: v->locale.translation;
	return ERR_OK;
}

/* ---- showing ---- */

static void trade_page_write_parts(
	struct desk_request *v, struct json_writer *w, const struct trade_page *p, int skill, struct str response)
{
	struct str part;
	bool is_hole;
	int hole = 0;
	json_key(w, "parts");
	json_begin_array(w);
	while (trade_next_part(&response, &part, &is_hole)) {
		const char *name = is_hole ? trade_page_field(v, "said", skill, ++hole) : NULL;
		json_begin_object(w);
		page_member_or_false(w, "text", is_hole ? STR_NONE : part);
		page_member_or_false(w, "name", str_of(name));
		page_write_text(w, "label", is_hole ? part : STR_NONE);
		page_write_text(w, "value", name ? form_value(&p->form, name) : STR_NONE);
		page_write_text(w, "error", str_of(name ? form_error(&p->form, name) : NULL));
		json_end_object(w);
	}
	json_end_array(w);
}

static void trade_page_write_skill(struct desk_request *v, struct json_writer *w, const struct trade_page *p, int i)
{
	const struct trade_skill *s = &p->trade->skills[i];
	struct str triggers = trade_page_text(p, s->triggers);
	json_begin_object(w);
	json_member_i64(w, "number", i + 1);
	json_member_str(w, "take_name", str_of(trade_page_field(v, "take", i, 0)));
	json_member_bool(w, "take", form_checked(&p->form, trade_page_field(v, "take", i, 0)));
	json_member_str(w, "title", trade_page_text(p, s->title));
	json_member_bool(w, "handover", s->handover);
	json_key(w, "triggers");
	json_begin_array(w);
	while (triggers.n)
		json_write_str(w, str_take_until(&triggers, '\n'));
	json_end_array(w);
	trade_page_write_parts(v, w, p, i, trade_page_text(p, s->response));
	json_end_object(w);
}

void trades_write(struct desk_request *v, struct json_writer *w, struct str here)
{
	json_key(w, "trades");
	json_begin_array(w);
	for (int i = 1; i <= TRADE_KINDS; i++) { /* the first of the table, any other business, comes last */
		const struct trade *t = &trades[i % TRADE_KINDS];
		json_begin_object(w);
		json_member_str(w, "name", str_of(t->name));
		json_member_str(w, "title", str_of(request_translate(v, t->title)));
		json_member_bool(w, "here", str_equal(here, str_of(t->name)));
		json_end_object(w);
	}
	json_end_array(w);
}

static enum err trade_page_show(struct desk_request *v, const struct trade_page *p, int status)
{
	struct json_writer *w = page_begin(v, "start-skills", "start", T("First answers"));
	json_member_str(w, "trade", str_of(p->trade->name));
	trades_write(v, w, str_of(p->trade->name));
	json_key(w, "skills");
	json_begin_array(w);
	for (int i = 0; i < TRADE_SKILLS; i++)
		trade_page_write_skill(v, w, p, i);
	json_end_array(w);
	form_write(w, "form", "/start/skills", &p->form);
	return page_end(v, status);
}

enum err desk_trade_skills(struct desk_request *v)
{
	struct trade_page p;
	struct str asked = request_query(v->request, "trade");
	enum err e = request_transaction(v, trade_page_load, &p);
	if (e != ERR_OK)
		return e;
	if (!str_is_empty(asked))
		p.trade = trade_named(asked);
	form_init(&p.form, fields);
	for (int i = 0; i < TRADE_SKILLS; i++)
		form_set(&p.form, trade_page_field(v, "take", i, 0), STR("on"));
	return trade_page_show(v, &p, 200);
}

/* ---- saving ---- */

static void trade_page_take_triggers(struct desk_request *v, struct skill_edit *edit, struct str lines)
{
	size_t n = 0;
	edit->triggers = pool_new_array(v->pool, lines.n, struct str);
	while (lines.n)
		edit->triggers[n++] = str_take_until(&lines, '\n');
	edit->n_triggers = n;
}

/* What was said for the holes of a response; a hole that was left empty is told at its field. */
static int trade_page_take_said(
	struct desk_request *v, struct trade_page *p, int skill, struct str said[TRADE_HOLES_MAX])
{
	struct str rest = trade_page_text(p, p->trade->skills[skill].response), part;
	bool is_hole;
	int n = 0;
	while (trade_next_part(&rest, &part, &is_hole)) {
		if (!is_hole || n == TRADE_HOLES_MAX)
			continue;
		const char *name = trade_page_field(v, "said", skill, n + 1);
		said[n++] = form_value(&p->form, name);
		if (str_is_empty(said[n - 1]) && !form_error(&p->form, name))
			form_refuse(&p->form, name,
				request_translate(v, T("Fill this in, or leave the whole answer out.")));
	}
	return n;
}

static void trade_page_take(struct desk_request *v, struct trade_page *p)
{
	p->edits = (struct skill_edits){ .all = pool_new_array(v->pool, TRADE_SKILLS, struct skill_edit) };
	for (int i = 0; i < TRADE_SKILLS; i++) {
		const struct trade_skill *s = &p->trade->skills[i];
		struct str said[TRADE_HOLES_MAX];
		if (!form_checked(&p->form, trade_page_field(v, "take", i, 0)))
			continue;
		struct skill_edit *edit = &p->edits.all[p->edits.n++];
		*edit = (struct skill_edit){
			.title = trade_page_text(p, s->title), .enabled = true, .handover = s->handover
		};
		trade_page_take_triggers(v, edit, trade_page_text(p, s->triggers));
		int n = trade_page_take_said(v, p, i, said);
		edit->response = trade_fill(v->pool, trade_page_text(p, s->response), said, n);
	}
	if (!p->edits.n)
		form_fail(&p->form, request_translate(v, T("Nothing was saved. Tick at least one answer.")));
	else if (p->form.wrong)
		form_fail(&p->form, request_translate(v, T("Nothing was saved. Correct the marked fields.")));
}

static enum err trade_page_store(struct desk_request *v, void *arg)
{
	struct trade_page *p = arg;
	enum err e = skills_save(v->db, v->pool, v->caller.org_id, &p->edits, &p->why);
	if (e == ERR_OK)
		e = sql_organization_set_settings(v->db, v->pool, v->caller.org_id, STR("{}"),
			pool_printf(v->pool, "{\"trade\":\"%s\"}", p->trade->name));
	if (e != ERR_OK)
		return e;
	return request_audit(v, "skill.import",
		pool_printf(v->pool, "{\"added\":%lld,\"replaced\":%lld}", (long long)p->edits.added,
			(long long)p->edits.replaced));
}

enum err desk_trade_skills_save(struct desk_request *v)
{
	struct trade_page *p = pool_new_of(v->pool, struct trade_page);
	enum err e = request_transaction(v, trade_page_load, p);
	if (e != ERR_OK)
		return e;
	(void)form_parse(v->pool, &p->form, fields, &v->params, v->locale.translation);
	p->trade = trade_named(form_value(&p->form, "trade"));
	trade_page_take(v, p);
	if (p->form.wrong || p->form.error)
		return trade_page_show(v, p, 400);
	e = request_transaction(v, trade_page_store, p);
	if (e == ERR_QUOTA || e == ERR_INVALID) {
		form_fail(&p->form, pool_cstr(v->pool, request_explain(v, &p->why)));
		return trade_page_show(v, p, 400);
	}
	if (e != ERR_OK)
		return e;
	flash_set(v, "first-answers");
	request_redirect(v, "/skills/try");
	return ERR_OK;
}
