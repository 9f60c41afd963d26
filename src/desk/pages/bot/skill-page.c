/*
 * skill-page.c - /skills/new and /skills/{id}: writing, changing and deleting a skill.
 *
 * Two who change the same skill: the second is told, keeps what was typed, and decides. Triggers are one a line.
 */
#include "desk/pages/bot/skill-pages.h"

#include "answer/skills/skill-edit.h"
#include "desk/pages/bot/content-form.h"
#include "desk/pages/bot/counter-examples-page.h"
#include "desk/pages/bot/skill-effects.h"

#define TRIGGERS_TEXT_MAX_BYTES (1 << 20)
#define PROPOSED_MAX_BYTES 4096

static const struct field fields[] = { { "title", FIELD_LINE, FIELD_REQUIRED, SKILL_TITLE_MAX_BYTES, NULL,
					       T("Write a title, one line of at most 300 bytes.") },
	{ "triggers", FIELD_TEXT, FIELD_REQUIRED, TRIGGERS_TEXT_MAX_BYTES, NULL,
		T("Write at least one trigger: how customers ask it, one a line.") },
	{ "response", FIELD_TEXT, FIELD_REQUIRED, SKILL_RESPONSE_MAX_BYTES, NULL,
		T("Write what is answered, at most 64 kB.") },
	{ "requires_human_handover", FIELD_CHECK, FIELD_OPTIONAL, 8, NULL, T("Tick the box or leave it.") },
	{ "enabled", FIELD_CHECK, FIELD_OPTIONAL, 8, NULL, T("Tick the box or leave it.") },
	{ "version", FIELD_LINE, FIELD_OPTIONAL, 30, NULL, T("Load the page again.") },
	{ "preview", FIELD_CHECK, FIELD_OPTIONAL, 8, NULL, T("Load the page again.") }, FIELD_LAST };

struct editing {
	int64_t id; /* 0: a new one */
	struct form form;
	bool fresh;    /* the form is as it is stored */
	bool changed;  /* another user was faster */
	bool previews; /* what it would do is shown, and nothing is saved */
	struct skill_edit edit;
	struct str title; /* as it is stored */
	struct skill_lint_view lint;
	struct skill_effects *effects; /* NULL: not asked for */
	struct content_form_view content;
	struct sql_counter_example_list_rows counter_examples;
};

/* ---- what was typed ---- */

/* The lines that say something. */
static bool skill_page_take_triggers(struct desk_request *v, struct editing *ed)
{
	struct str rest = form_value(&ed->form, "triggers");
	struct skill_edit *s = &ed->edit;
	bool good = true;
	s->triggers = pool_new_array(v->pool, SKILL_TRIGGERS_MAX, struct str);
	while (rest.p && good) {
		struct str line = str_trim(str_take_until(&rest, '\n'));
		if (line.n == 0)
			continue;
		good = line.n <= SKILL_TRIGGER_MAX_BYTES && s->n_triggers < SKILL_TRIGGERS_MAX;
		if (good)
			s->triggers[s->n_triggers++] = line;
	}
	if (!good)
		form_refuse(&ed->form, "triggers",
			request_translate(v, T("Write at most 2,000 triggers, each of at most 2,000 bytes.")));
	return good;
}

static bool skill_page_take(struct desk_request *v, struct editing *ed)
{
	if (!form_parse(v->pool, &ed->form, fields, &v->params, v->locale.translation)
		|| !skill_page_take_triggers(v, ed))
		return false;
	ed->edit.title = form_value(&ed->form, "title");
	ed->edit.response = form_value(&ed->form, "response");
	ed->edit.handover = form_checked(&ed->form, "requires_human_handover");
	ed->edit.enabled = form_checked(&ed->form, "enabled");
	return true;
}

/* ---- showing ---- */

static struct str join_triggers(struct pool *pool, const struct skill_edit *s)
{
	struct buf text;
	buf_init(&text, (size_t)SKILL_TRIGGERS_MAX * (SKILL_TRIGGER_MAX_BYTES + 1) * 4);
	for (size_t i = 0; i < s->n_triggers; i++) {
		buf_add_str(&text, s->triggers[i]);
		buf_add_char(&text, '\n');
	}
	struct str joined = pool_str(pool, str_trim(buf_str(&text)));
	buf_fini(&text);
	return joined;
}

/* What the page of unanswered questions proposes; nothing of it is stored before a person saves it. */
static struct str proposed_triggers(struct desk_request *v)
{
	struct str proposed = request_query(v->request, "triggers");
	struct buf lines;
	buf_init(&lines, PROPOSED_MAX_BYTES);
	while (proposed.p && lines.err == ERR_OK) {
		struct str line = str_trim(str_take_until(&proposed, '|'));
		if (line.n && lines.len)
			buf_add_char(&lines, '\n');
		buf_add_str(&lines, line);
	}
	struct str text = lines.err == ERR_OK ? pool_str(v->pool, buf_str(&lines)) : STR("");
	buf_fini(&lines);
	return text;
}

/* A person's reply that is to become the skill's. */
static struct str proposed_response(struct desk_request *v)
{
	struct str proposed = request_query(v->request, "response");
	return proposed.p && proposed.n <= PROPOSED_MAX_BYTES ? proposed : STR("");
}

static void skill_page_fill(struct desk_request *v, struct editing *ed, const struct skill_edit *s)
{
	form_init(&ed->form, fields);
	form_set(&ed->form, "title", s->title);
	struct str triggers = join_triggers(v->pool, s), proposed = proposed_triggers(v);
	form_set(&ed->form, "triggers",
		proposed.n
			? pool_printf(v->pool, "%.*s\n%.*s", (int)triggers.n, triggers.p, (int)proposed.n, proposed.p)
			: triggers);
	form_set(&ed->form, "response", s->response);
	form_set(&ed->form, "requires_human_handover", s->handover ? STR("on") : STR(""));
	form_set(&ed->form, "enabled", s->enabled ? STR("on") : STR(""));
}

static enum err skill_page_load(struct desk_request *v, void *arg)
{
	struct editing *ed = arg;
	struct skill_edit s;
	struct str version;
	enum err e = skill_get(v->db, v->pool, v->caller.org_id, ed->id, &s, &version);
	if (e != ERR_OK)
		return e;
	ed->title = s.title;
	if (ed->fresh)
		skill_page_fill(v, ed, &s);
	if (ed->fresh || ed->changed)
		form_set(&ed->form, "version", version);
	e = content_form_load(v, REPLY_OF_SKILL, ed->id, &ed->content);
	if (e == ERR_OK)
		e = counter_examples_list(v, ed->id, 0, &ed->counter_examples);
	return e == ERR_OK ? skill_lint_load(v, &ed->lint) : e;
}

static void skill_page_write_skill(struct json_writer *w, const struct editing *ed)
{
	json_key(w, "skill");
	json_begin_object(w);
	if (ed->id)
		json_member_i64(w, "id", ed->id);
	else
		json_member_bool(w, "id", false);
	json_member_str(w, "title", ed->title);
	json_end_object(w);
}

static struct str skill_page_path_of(struct desk_request *v, int64_t id)
{
	return id ? pool_printf(v->pool, "/skills/%lld", (long long)id) : STR("/skills/new");
}

/* What the form as it stands would do; a title or a response may be missing still. */
static enum err skill_page_find_effects(struct desk_request *v, struct editing *ed)
{
	ed->edit = (struct skill_edit){ .title = form_value(&ed->form, "title"),
		.response = form_value(&ed->form, "response"),
		.handover = form_checked(&ed->form, "requires_human_handover") };
	if (!skill_page_take_triggers(v, ed) || ed->edit.n_triggers == 0)
		return ERR_OK;
	return skill_effects_find(v, ed->id, &ed->edit, &ed->effects);
}

static enum err skill_page_show(struct desk_request *v, struct editing *ed, int status)
{
	enum err e = ed->id ? request_transaction(v, skill_page_load, ed) : ERR_OK;
	if (e == ERR_OK && (ed->previews || proposed_triggers(v).n))
		e = skill_page_find_effects(v, ed);
	if (e != ERR_OK)
		return e;
	request_put_db(v);
	struct json_writer *w = page_begin(v, "skill", "skills", ed->id ? T("Skill") : T("New skill"));
	skill_page_write_skill(w, ed);
	skill_lint_write(v, w, &ed->lint, ed->id);
	skill_effects_write(v, w, ed->effects);
	content_form_write(v, pool_printf(v->pool, "/skills/%lld/content", (long long)ed->id), &ed->content);
	counter_examples_write(v, w, &ed->counter_examples);
	form_write(w, "form", skill_page_path_of(v, ed->id).p, &ed->form);
	return page_end(v, status);
}

enum err desk_skill(struct desk_request *v)
{
	struct editing ed = { .id = v->path.ids[0], .fresh = true };
	return skill_page_show(v, &ed, 200);
}

enum err desk_skill_new(struct desk_request *v)
{
	struct editing ed = { .id = 0 };
	form_init(&ed.form, fields);
	form_set(&ed.form, "enabled", STR("on"));
	form_set(&ed.form, "triggers", proposed_triggers(v));
	form_set(&ed.form, "response", proposed_response(v));
	return skill_page_show(v, &ed, 200);
}

/* ---- saving ---- */

struct saving {
	struct editing *ed;
	struct explain why;
	int64_t id; /* that was stored */
};

static enum err skill_page_save(struct desk_request *v, void *arg)
{
	struct saving *s = arg;
	struct editing *ed = s->ed;
	s->id = ed->id;
	enum err e = skill_save(v->db, v->pool, v->caller.org_id, &ed->edit, form_value(&ed->form, "version"), &s->id,
		&ed->changed, &s->why);
	return e == ERR_OK ? skill_audit(v, ed->id ? "skill.change" : "skill.add", s->id, ed->edit.title) : e;
}

static enum err show_conflict(struct desk_request *v, struct editing *ed)
{
	if (ed->changed)
		form_fail(&ed->form, request_translate(v, T("Another user has changed this. Your text is still here; "
							    "save again to replace theirs.")));
	else
		form_refuse(&ed->form, "title",
			request_translate(
				v, T("There is a skill with this title already. Choose another title or change "
				     "that skill.")));
	return skill_page_show(v, ed, 409);
}

static enum err skill_page_keep(struct desk_request *v, int64_t id)
{
	struct editing ed = { .id = id };
	struct saving s = { .ed = &ed };
	if (!skill_page_take(v, &ed))
		return skill_page_show(v, &ed, 400);
	ed.previews = form_checked(&ed.form, "preview");
	if (ed.previews)
		return skill_page_show(v, &ed, 200);
	enum err e = request_transaction(v, skill_page_save, &s);
	if (e == ERR_CONFLICT)
		return show_conflict(v, &ed);
	if (e == ERR_QUOTA) {
		form_fail(&ed.form, request_quota(v, &s.why));
		return skill_page_show(v, &ed, 403);
	}
	if (e != ERR_OK)
		return e;
	flash_set(v, "skill-saved");
	request_redirect(v, skill_page_path_of(v, s.id).p);
	return ERR_OK;
}

enum err desk_skill_add(struct desk_request *v)
{
	return skill_page_keep(v, 0);
}

enum err desk_skill_save(struct desk_request *v)
{
	return skill_page_keep(v, v->path.ids[0]);
}

/* ---- what it takes along ---- */

enum err desk_skill_content(struct desk_request *v)
{
	return content_form_answer(v, REPLY_OF_SKILL, v->path.ids[0]);
}

enum err desk_skill_content_save(struct desk_request *v)
{
	struct editing ed = { .id = v->path.ids[0], .fresh = true };
	enum err e = content_form_save(v, REPLY_OF_SKILL, ed.id, &ed.content.error);
	if (e != ERR_OK)
		return e;
	if (ed.content.error)
		return skill_page_show(v, &ed, 400);
	request_redirect(v, skill_page_path_of(v, ed.id).p);
	return ERR_OK;
}

/* ---- deleting ---- */

static enum err find_title(struct desk_request *v, void *arg)
{
	struct skill_edit s;
	struct str version;
	enum err e = skill_get(v->db, v->pool, v->caller.org_id, v->path.ids[0], &s, &version);
	*(struct str *)arg = s.title;
	return e;
}

static enum err skill_page_forget(struct desk_request *v, void *arg)
{
	struct str *title = arg;
	enum err e = skill_delete(v->db, v->pool, v->caller.org_id, v->path.ids[0], title);
	return e == ERR_OK ? skill_audit(v, "skill.delete", v->path.ids[0], *title) : e;
}

enum err desk_skill_delete(struct desk_request *v)
{
	struct str title, own = skill_page_path_of(v, v->path.ids[0]);
	enum err e = request_transaction(v, find_title, &title);
	if (e != ERR_OK)
		return e;
	const char *words = request_translate(v, T("Delete the skill"));
	struct confirmation c = { .nav = "skills",
		.title = T("Delete the skill"),
		.question = pool_printf(v->pool, "%s: %.*s", words, (int)title.n, title.p).p,
		.words = request_translate(
			v, T("Its triggers and its response are deleted. Answers that were given stay in "
			     "the conversations.")),
		.button = words,
		.action = pool_printf(v->pool, "%s/delete", own.p).p,
		.back = own.p };
	if (!request_confirmed(v, &c, &e))
		return e;
	if ((e = request_transaction(v, skill_page_forget, &title)) != ERR_OK)
		return e;
	flash_set(v, "skill-deleted");
	request_redirect(v, "/skills");
	return ERR_OK;
}
