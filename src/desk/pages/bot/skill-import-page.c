/*
 * skill-import-page.c - /skills/import: skills as a JSON file or as pasted JSON, all of them or none.
 *
 * The rules, and the words about what is wrong, are those of `deskbellctl skill import` (answer/skills/skill-edit.c).
 */
#include "desk/pages/bot/skill-pages.h"

#include "answer/skills/skill-edit.h"
#define INPUT_MAX_BYTES (4 * 1024 * 1024)
#define NAME_MAX_BYTES 100
#define LONG_BYTES (64 * 1024) /* an import of more takes longer than a page may */

static const struct field fields[] = { { "file", FIELD_FILE, FIELD_OPTIONAL, INPUT_MAX_BYTES, NULL,
					       T("Choose a JSON file of at most 4 MB.") },
	{ "pasted", FIELD_TEXT, FIELD_OPTIONAL, INPUT_MAX_BYTES, NULL, T("Paste JSON of at most 4 MB.") },
	{ "only_check", FIELD_CHECK, FIELD_OPTIONAL, 8, NULL, T("Tick the box or leave it.") }, FIELD_LAST };

/* "Skill 4, “Prices”:", "Line 7:" */
static struct str skill_import_page_place_of(struct desk_request *v, const struct skill_problem *p)
{
	struct str title = str_cut(p->title, NAME_MAX_BYTES);
	if (p->line)
		return pool_printf(v->pool, "%s %zu:", request_translate(v, T("Line")), p->line);
	if (!p->number)
		return STR("");
	if (!title.n)
		return pool_printf(v->pool, "%s %zu:", request_translate(v, T("Skill")), p->number);
	return pool_printf(
		v->pool, "%s %zu, “%.*s”:", request_translate(v, T("Skill")), p->number, (int)title.n, title.p);
}

static void write_problems(struct desk_request *v, struct json_writer *w, const struct skill_edits *edits)
{
	int n = edits ? edits->n_problems : 0;
	json_member_bool(w, "has_problems", n > 0);
	json_key(w, "problems");
	json_begin_array(w);
	for (int i = 0; i < n; i++) {
		const struct skill_problem *p = &edits->problems[i];
		json_begin_object(w);
		json_member_i64(w, "skill", (int64_t)p->number);
		json_member_i64(w, "line", (int64_t)p->line);
		json_member_str(w, "where", skill_import_page_place_of(v, p));
		struct str words = reason_text(v->pool, v->locale.translation, p->reason);
		json_member_str(w, "code", reason_code(v->pool, p->reason));
		json_member_str(w, "words", pool_printf(v->pool, "%.*s.", (int)words.n, words.p));
		json_end_object(w);
	}
	json_end_array(w);
}

/* `edits` may be NULL. */
static enum err skill_import_page_show(
	struct desk_request *v, const struct form *form, const struct skill_edits *edits, int status)
{
	struct json_writer *w = page_begin(v, "skill-import", "skills", T("Import and export"));
	skills_tab(w, "import");
	form_write(w, "form", "/skills/import", form);
	write_problems(v, w, edits);
	return page_end(v, status);
}

enum err desk_skill_import(struct desk_request *v)
{
	struct form form;
	form_init(&form, fields);
	return skill_import_page_show(v, &form, NULL, 200);
}

struct import {
	struct skill_edits edits;
	struct explain why;
};

static enum err skill_import_page_save(struct desk_request *v, void *arg)
{
	struct import *im = arg;
	enum err e = skills_save(v->db, v->pool, v->caller.org_id, &im->edits, &im->why);
	if (e != ERR_OK)
		return e;
	return request_audit(v, "skill.import",
		pool_printf(v->pool, "{\"added\":%lld,\"replaced\":%lld}", (long long)im->edits.added,
			(long long)im->edits.replaced));
}

static enum err skill_import_page_refuse(struct desk_request *v, struct form *form, struct import *im)
{
	if (!im->edits.n_problems)
		im->edits.problems[im->edits.n_problems++] =
			(struct skill_problem){ .reason = explain_stored(&im->why) };
	form_fail(form, request_translate(v, T("Nothing was imported. Correct what is listed below.")));
	return skill_import_page_show(v, form, &im->edits, 400);
}

enum err desk_skill_import_save(struct desk_request *v)
{
	struct form form;
	struct import im;
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation))
		return skill_import_page_show(v, &form, NULL, 400);
	struct str file = form_value(&form, "file"), pasted = form_value(&form, "pasted");
	/* As it was typed: the form's value has lost the lines before it. */
	if (pasted.n)
		pasted = params_find(&v->params, "pasted")->value;
	if (str_is_empty(file) == str_is_empty(pasted)) {
		form_refuse(&form, "file", request_translate(v, T("Choose a file or paste JSON, one of both.")));
		return skill_import_page_show(v, &form, NULL, 400);
	}
	if (file.n + pasted.n > LONG_BYTES && !request_enter_gate(v, GATE_SKILLS)) {
		form_fail(&form, request_busy_text(v, GATE_SKILLS));
		return skill_import_page_show(v, &form, NULL, 503);
	}
	if (!skills_parse(v->pool, file.n ? file : pasted, &im.edits))
		return skill_import_page_refuse(v, &form, &im);
	bool only_check = form_checked(&form, "only_check");
	enum err e = only_check ? ERR_OK : request_transaction(v, skill_import_page_save, &im);
	if (e == ERR_INVALID || e == ERR_QUOTA)
		return skill_import_page_refuse(v, &form, &im);
	if (e != ERR_OK)
		return e;
	flash_set(v, only_check ? "skills-checked" : "skills-imported");
	request_redirect(v, only_check ? "/skills/import" : "/skills");
	return ERR_OK;
}
