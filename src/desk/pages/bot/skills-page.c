/*
 * skills-page.c - /skills: the list with its switches, what is easily mistaken, and the export.
 *
 * Keyset pages by number, so that an organisation with thousands of skills reads no more than it sees.
 */
#include "desk/pages/bot/skill-pages.h"

#include "answer/skills/skill-edit.h"
#include "desk/format/pager.h"

#define PAGE_ROWS 50
#define LINT_SHOWN 20
#define LINT_TRIGGERS_MAX 1500
#define LINT_MAX_BYTES (4 << 20)
#define TRIGGERS_SHOWN_BYTES 240
#define EXPORT_MAX_BYTES (6 << 20)

/* ---- shared ---- */

void skills_tab(struct json_writer *w, const char *name)
{
	json_key(w, "tab");
	json_begin_object(w);
	json_member_bool(w, name, true);
	json_end_object(w);
}

enum err skill_audit(struct desk_request *v, const char *action, int64_t id, struct str title)
{
	struct buf detail;
	struct json_writer w;
	buf_init(&detail, 8192);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_i64(&w, "skill", id);
	json_member_str(&w, "title", title);
	json_end_object(&w);
	enum err e = request_audit(v, action, buf_str(&detail));
	buf_fini(&detail);
	return e;
}

enum err skill_lint_load(struct desk_request *v, struct skill_lint_view *out)
{
	struct sql_skill_triggers_are_few_rows r;
	struct sql_skill_bytes_rows rows;
	*out = (struct skill_lint_view){ .too_many = false };
	enum err e = sql_skill_triggers_are_few(v->db, v->pool, v->caller.org_id, LINT_TRIGGERS_MAX, &r);
	if (e != ERR_OK)
		return e;
	out->too_many = !sql_skill_triggers_are_few_row(&r, 0).are_few;
	if (!out->too_many)
		e = sql_skill_bytes(v->db, v->pool, v->caller.org_id, &rows);
	if (e == ERR_OK && !out->too_many)
		out->too_many = sql_skill_bytes_row(&rows, 0).bytes > LINT_MAX_BYTES;
	return e != ERR_OK || out->too_many ? e : skill_store_load(v->db, v->pool, v->caller.org_id, &out->skills);
}

static void member_href(struct desk_request *v, struct json_writer *w, const char *key, const struct skill *skill)
{
	json_member_str(w, key, pool_printf(v->pool, "/skills/%lld", (long long)skill->id));
}

static void write_confusion(struct desk_request *v, struct json_writer *w, const struct confusion *c, int64_t id)
{
	const struct skill *skill = c->skill, *other = c->taken_for;
	if (id == other->id) {
		skill = c->taken_for;
		other = c->skill;
	}
	json_begin_object(w);
	member_href(v, w, "skill_href", skill);
	json_member_str(w, "skill_title", skill->title);
	member_href(v, w, "other_href", other);
	json_member_str(w, "other_title", other->title);
	json_member_str(w, "example", c->example);
	json_member_bool(w, "same", c->same);
	json_end_object(w);
}

/* Two skills that are taken for each other are told once. */
static bool is_told(const struct confusion *all, int n)
{
	for (int i = 0; i < n; i++)
		if (all[i].skill == all[n].taken_for && all[i].taken_for == all[n].skill)
			return true;
	return false;
}

void skill_lint_write(struct desk_request *v, struct json_writer *w, const struct skill_lint_view *view, int64_t id)
{
	struct confusion *all = NULL;
	int n = 0, shown = 0;
	if (view->skills.n > 1)
		n = skill_lint(skill_index_new(v->pool, view->skills.all, view->skills.n), v->pool, &all);
	json_key(w, "lint");
	json_begin_array(w);
	for (int i = 0; i < n && shown < LINT_SHOWN; i++) {
		if ((id && all[i].skill->id != id && all[i].taken_for->id != id) || is_told(all, i))
			continue;
		write_confusion(v, w, &all[i], id);
		shown++;
	}
	json_end_array(w);
	json_member_bool(w, "has_lint", shown > 0);
	json_member_bool(w, "lint_too_many", view->too_many);
}

/* ---- the list ---- */

struct listing {
	int64_t after;
	struct sql_skill_page_rows skills;
	struct skill_lint_view lint;
};

static enum err skills_page_load(struct desk_request *v, void *arg)
{
	struct listing *l = arg;
	enum err e = sql_skill_page(v->db, v->pool, v->caller.org_id, l->after, PAGE_ROWS + 1, &l->skills);
	return e == ERR_OK ? skill_lint_load(v, &l->lint) : e;
}

static void skills_page_write_skill(
	struct desk_request *v, struct json_writer *w, const struct sql_skill_page_rows *r, int i)
{
	const struct sql_skill_page_row row = sql_skill_page_row(r, i);
	struct str triggers = row.triggers;
	json_begin_object(w);
	json_member_i64(w, "id", row.id);
	json_member_str(w, "href", pool_printf(v->pool, "/skills/%lld", (long long)row.id));
	json_member_str(w, "title", row.title);
	json_member_str(w, "triggers", triggers.p ? str_cut(triggers, TRIGGERS_SHOWN_BYTES) : STR(""));
	json_member_bool(w, "enabled", row.enabled);
	json_member_bool(w, "handover", row.requires_human_handover);
	json_member_str(w, "trigger_count", locale_number(v->pool, &v->locale, row.n_triggers));
	json_end_object(w);
}

static void write_skills(struct desk_request *v, struct json_writer *w, const struct listing *l)
{
	int rows = l->skills.n, shown = rows > PAGE_ROWS ? PAGE_ROWS : rows;
	json_member_bool(w, "has_skills", rows > 0);
	json_key(w, "skills");
	json_begin_array(w);
	for (int i = 0; i < shown; i++)
		skills_page_write_skill(v, w, &l->skills, i);
	json_end_array(w);
	pager_write(v, w, "/skills", l->after, rows > PAGE_ROWS ? sql_skill_page_row(&l->skills, shown - 1).id : 0);
}

enum err desk_skills(struct desk_request *v)
{
	struct listing l = { .after = pager_after(v) };
	enum err e = request_transaction(v, skills_page_load, &l);
	if (e != ERR_OK)
		return e;
	request_put_db(v);
	struct json_writer *w = page_begin(v, "skills", "skills", T("Skills"));
	skills_tab(w, "skills");
	write_skills(v, w, &l);
	skill_lint_write(v, w, &l.lint, 0);
	return page_end(v, 200);
}

/* ---- the switch ---- */

static const struct field toggle_fields[] = {
	{ "enabled", FIELD_CHOICE, FIELD_REQUIRED, 8, "yes|no", T("Choose whether the skill is on.") }, FIELD_LAST
};

static enum err skills_page_toggle(struct desk_request *v, void *arg)
{
	const bool *enabled = arg;
	struct str title;
	int64_t id = v->path.ids[0];
	enum err e = skill_set_enabled(v->db, v->pool, v->caller.org_id, id, *enabled, &title);
	return e == ERR_OK ? skill_audit(v, *enabled ? "skill.on" : "skill.off", id, title) : e;
}

enum err desk_skill_toggle(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, toggle_fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	bool enabled = str_equal(form_value(&form, "enabled"), STR("yes"));
	enum err e = request_transaction(v, skills_page_toggle, &enabled);
	if (e != ERR_OK)
		return e;
	flash_set(v, enabled ? "skill-on" : "skill-off");
	request_redirect(v, "/skills");
	return ERR_OK;
}

/* ---- the export ---- */

/* ERR_TOO_LARGE for what one answer should not hold. */
static enum err load_all(struct desk_request *v, void *arg)
{
	struct sql_skill_bytes_rows rows;
	enum err e = sql_skill_bytes(v->db, v->pool, v->caller.org_id, &rows);
	if (e == ERR_OK && sql_skill_bytes_row(&rows, 0).bytes > EXPORT_MAX_BYTES)
		return ERR_TOO_LARGE;
	return e == ERR_OK ? sql_skill_list(v->db, v->pool, v->caller.org_id, arg) : e;
}

enum err desk_skill_export(struct desk_request *v)
{
	struct sql_skill_list_rows r;
	enum err e = request_transaction(v, load_all, &r);
	if (e == ERR_TOO_LARGE)
		return request_refuse(v, 413,
			T("The skills hold more than 6 MB, too much to download here. Run 'deskbellctl skill list "
			  "--json' on "
			  "the server."));
	if (e != ERR_OK)
		return e;
	response_header(v->response, "Content-Disposition", STR("attachment; filename=\"skills.json\""));
	v->response->status = 200;
	v->response->content_type = "application/json";
	buf_reset(&v->response->body);
	skills_write(&v->response->body, &r);
	return v->response->body.err;
}
