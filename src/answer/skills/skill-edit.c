/*
 * skill-edit.c - reading skills from JSON, and storing them.
 *
 * Owns the tables skills and skill_triggers, and what may be in a skill. An import is judged as a whole: one element
 * that is wrong, and nothing is stored; all of them are looked at, so that a person can put everything right at once.
 * Everything happens in the caller's transaction, behind the organisation's row.
 */
#include "answer/skills/skill-edit.h"

#include "db/statements.h"
#include "domain/quota.h"
#include "domain/text.h"
#include "core/text/reason.h"

#include <stdio.h>
#include <stdlib.h>

#define STORED_MAX_BYTES (128u << 20)

/* ---- reading ---- */

/* Where a problem is. */
struct place {
	struct pool *pool;
	struct skill_edits *out;
	size_t number;
	struct str title;
};

/* Always false. */
static bool skill_edit_refuse(const struct place *at, struct str reason)
{
	if (at->out->n_problems == SKILL_PROBLEMS_MAX)
		return false;
	at->out->problems[at->out->n_problems++] =
		(struct skill_problem){ .number = at->number, .title = at->title, .reason = reason };
	return false;
}

/* A text member without white space around it; NUL and broken bytes are cleaned by the writer, so only emptiness and
 * length are judged. */
static bool skill_edit_take_text(
	const struct place *at, const struct json *v, const char *name, size_t max, struct str *out)
{
	enum json_kind kind = json_kind(v);
	if (kind == JSON_ABSENT || kind == JSON_NULL)
		return skill_edit_refuse(at, REASON(at->pool, member_missing, F_CSTR("name", name)));
	if (kind != JSON_STRING)
		return skill_edit_refuse(at, REASON(at->pool, member_not_string, F_CSTR("name", name)));
	*out = str_trim(json_str(v));
	if (str_is_empty(*out))
		return skill_edit_refuse(at, REASON(at->pool, member_empty, F_CSTR("name", name)));
	if (out->n > max)
		return skill_edit_refuse(at, REASON(at->pool, member_too_long, F_CSTR("name", name),
						     F_INT("bytes", out->n), F_INT("limit", max)));
	return true;
}

static bool take_bool(const struct place *at, const struct json *v, const char *name, bool fallback, bool *out)
{
	enum json_kind kind = json_kind(v);
	*out = kind == JSON_BOOL ? json_bool(v, fallback) : fallback;
	if (kind != JSON_BOOL && kind != JSON_ABSENT && kind != JSON_NULL)
		return skill_edit_refuse(at, REASON(at->pool, member_not_bool, F_CSTR("name", name)));
	return true;
}

static bool skill_edit_take_triggers(const struct place *at, const struct json *v, struct skill_edit *s)
{
	char name[40];
	enum json_kind kind = json_kind(v);
	if (kind == JSON_ABSENT || kind == JSON_NULL)
		return true;
	if (kind != JSON_ARRAY)
		return skill_edit_refuse(at, str_of(CODE(skill_triggers_no_array)));
	s->n_triggers = json_length(v);
	if (s->n_triggers > SKILL_TRIGGERS_MAX)
		return skill_edit_refuse(at, REASON(at->pool, skill_triggers_many, F_INT("n", s->n_triggers),
						     F_INT("limit", SKILL_TRIGGERS_MAX)));
	s->triggers = pool_new_array(at->pool, s->n_triggers, struct str);
	for (size_t i = 0; i < s->n_triggers; i++) {
		snprintf(name, sizeof(name), "trigger %zu", i + 1);
		if (!skill_edit_take_text(at, json_at(v, i), name, SKILL_TRIGGER_MAX_BYTES, &s->triggers[i]))
			return false;
	}
	return true;
}

struct stranger {
	struct str key;
};

static bool skill_edit_is_known(void *arg, struct str key, const struct json *value)
{
	static const char *const known[] = { "title", "triggers", "response", "enabled", "requires_human_handover" };
	struct stranger *s = arg;
	(void)value;
	s->key = key;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_equal(key, str_of(known[i])))
			return true;
	return false;
}

/* Stops at the first thing that is wrong with the skill. */
static bool take_skill(struct place *at, const struct json *v, struct skill_edit *s)
{
	struct stranger stranger;
	if (json_kind(v) != JSON_OBJECT)
		return skill_edit_refuse(at, str_of(CODE(skill_no_object)));
	if (!skill_edit_take_text(at, json_get(v, "title"), "title", SKILL_TITLE_MAX_BYTES, &s->title))
		return false;
	s->title = text_label(at->pool, s->title, SKILL_TITLE_MAX_BYTES);
	if (str_is_empty(s->title))
		return skill_edit_refuse(at, REASON(at->pool, member_empty, F_CSTR("name", "title")));
	at->title = s->title;
	if (!json_each(v, skill_edit_is_known, &stranger))
		return skill_edit_refuse(
			at, REASON(at->pool, skill_unknown_member, F_STR("name", str_cut(stranger.key, 40))));
	return skill_edit_take_text(at, json_get(v, "response"), "response", SKILL_RESPONSE_MAX_BYTES, &s->response)
	       && skill_edit_take_triggers(at, json_get(v, "triggers"), s)
	       && take_bool(at, json_get(v, "enabled"), "enabled", true, &s->enabled)
	       && take_bool(at, json_get(v, "requires_human_handover"), "requires_human_handover", false, &s->handover);
}

/* Letters beyond ASCII are compared by the database; see skills_save. */
static bool skill_edit_check_double(const struct place *at, const struct skill_edits *edits, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_equal_nocase(edits->all[k].title, edits->all[i].title))
			return skill_edit_refuse(at, REASON(at->pool, skill_same_title, F_INT("n", k + 1)));
	return true;
}

/* Of the byte that the reader stopped at, which its reason names; the last one when the text just ends. */
static size_t line_of_fault(struct pool *pool, struct str text, struct str reason)
{
	const struct json *object;
	int64_t at = 0;
	size_t line = 1;
	bool named = json_parse_own(pool, reason, &object, NULL) == ERR_OK
		     && json_i64(json_path(object, "args", "byte", NULL), &at);
	size_t byte = named ? (size_t)at : text.n;
	while (!named && byte > 0 && strchr(" \t\r\n", text.p[byte - 1]))
		byte--;
	for (size_t i = 0; i + 1 < byte && i < text.n; i++)
		line += text.p[i] == '\n';
	return line;
}

bool skills_parse(struct pool *pool, struct str text, struct skill_edits *out)
{
	const struct json *doc;
	struct explain why;
	struct place whole = { .pool = pool, .out = out };
	*out = (struct skill_edits){ .n = 0 };
	if (json_parse(pool, text, &doc, &why) != ERR_OK) {
		struct str reason = pool_str(pool, explain_stored(&why));
		skill_edit_refuse(&whole, reason);
		out->problems[0].line = line_of_fault(pool, text, reason);
		return false;
	}
	if (json_kind(doc) != JSON_ARRAY)
		return skill_edit_refuse(&whole, str_of(CODE(skills_no_array)));
	out->n = json_length(doc);
	if (out->n == 0 || out->n > SKILLS_MAX)
		return skill_edit_refuse(
			&whole, REASON(pool, skills_many, F_INT("n", out->n), F_INT("limit", SKILLS_MAX)));
	out->all = pool_new_array(pool, out->n, struct skill_edit);
	for (size_t i = 0; i < out->n; i++) {
		struct place at = { .pool = pool, .out = out, .number = i + 1 };
		if (take_skill(&at, json_at(doc, i), &out->all[i]))
			skill_edit_check_double(&at, out, i);
	}
	return out->n_problems == 0;
}

/* ---- writing ---- */

static void skill_edit_write_skill(struct json_writer *w, const struct skill_edit *s)
{
	json_begin_object(w);
	json_member_str(w, "title", s->title);
	json_key(w, "triggers");
	json_begin_array(w);
	for (size_t i = 0; i < s->n_triggers; i++)
		json_write_str(w, s->triggers[i]);
	json_end_array(w);
	json_member_str(w, "response", s->response);
	json_member_bool(w, "enabled", s->enabled);
	json_member_bool(w, "requires_human_handover", s->handover);
	json_end_object(w);
}

void skills_write(struct buf *out, const struct sql_skill_list_rows *skills)
{
	struct json_writer w;
	buf_add_cstr(out, "[\n");
	for (int i = 0; i < skills->n; i++) {
		const struct sql_skill_list_row row = sql_skill_list_row(skills, i);
		json_writer_init(&w, out);
		json_begin_object(&w);
		json_member_str(&w, "title", row.title);
		json_key(&w, "triggers");
		json_write_raw(&w, row.triggers);
		json_member_str(&w, "response", row.response);
		json_member_bool(&w, "enabled", row.enabled);
		json_member_bool(&w, "requires_human_handover", row.requires_human_handover);
		json_end_object(&w);
		buf_add_cstr(out, i + 1 < skills->n ? ",\n" : "\n");
	}
	buf_add_cstr(out, "]\n");
}

/* ---- storing ---- */

/* What is stored, as the statements take it. */
static void skill_edit_write_all(struct buf *json, const struct skill_edit *all, size_t n)
{
	struct json_writer w;
	buf_init(json, STORED_MAX_BYTES);
	json_writer_init(&w, json);
	json_begin_array(&w);
	for (size_t i = 0; i < n; i++)
		skill_edit_write_skill(&w, &all[i]);
	json_end_array(&w);
}

/* What nothing says any more leaves no vector behind. */
static enum err forget_phrases(struct db *db, struct pool *pool, int64_t org)
{
	return sql_skills_forget_phrases(db, pool, org);
}

static enum err store_triggers(struct db *db, struct pool *pool, int64_t org, struct str json)
{
	enum err e = sql_skills_drop_triggers(db, pool, org, json);
	if (e == ERR_OK)
		e = sql_skills_save_triggers(db, pool, org, json);
	if (e == ERR_OK)
		e = sql_counter_examples_forget(db, pool, org);
	return e == ERR_OK ? forget_phrases(db, pool, org) : e;
}

static enum err store_all(
	struct db *db, struct pool *pool, int64_t org, struct skill_edits *edits, struct str json, struct explain *why)
{
	struct sql_skills_save_rows r;
	struct quota_change quota;
	enum err e = sql_organization_skills_changed(db, pool, org);
	if (e == ERR_OK)
		e = quota_begin(&quota, db, org, QUOTA_OF_SKILLS);
	if (e == ERR_OK)
		e = sql_skills_save(db, pool, org, json, &r);
	if (e == ERR_DB && !strcmp(db_last_state(db), "21000")) /* the same row twice in one statement */
		return explain_code(why, ERR_INVALID, CODE(skills_differ_in_case));
	if (e != ERR_OK)
		return e;
	const struct sql_skills_save_row row = sql_skills_save_row(&r, 0);
	edits->added = row.added;
	edits->replaced = row.replaced;
	e = store_triggers(db, pool, org, json);
	return e == ERR_OK ? quota_end(&quota, why) : e;
}

enum err skills_save(struct db *db, struct pool *pool, int64_t org, struct skill_edits *edits, struct explain *why)
{
	struct buf json;
	if (edits->n_problems)
		bug("skills with problems are stored");
	skill_edit_write_all(&json, edits->all, edits->n);
	enum err e = json.err == ERR_OK ? store_all(db, pool, org, edits, buf_str(&json), why) : json.err;
	buf_fini(&json);
	return e;
}

/* ---- one skill ---- */

/* Takes the lock and looks at the skill under it. */
static enum err lock_and_get(
	struct db *db, struct pool *pool, int64_t org, int64_t id, struct skill_edit *out, struct str *version)
{
	enum err e = sql_organization_skills_changed(db, pool, org);
	return e == ERR_OK ? skill_get(db, pool, org, id, out, version) : e;
}

/* Whether another skill has the title. */
static enum err check_title(struct db *db, struct pool *pool, int64_t org, struct str title, int64_t id)
{
	struct sql_skill_of_title_rows r;
	enum err e = sql_skill_of_title(db, pool, org, title, &r);
	if (e != ERR_OK)
		return e;
	return r.n > 0 && sql_skill_of_title_row(&r, 0).id != id ? ERR_CONFLICT : ERR_OK;
}

static enum err skill_edit_put(
	struct db *db, struct pool *pool, int64_t org, const struct skill_edit *edit, int64_t *id)
{
	struct sql_skill_add_rows r;
	struct buf json;
	const struct sql_skill_add_args args = { .org_id = org,
		.title = edit->title,
		.response = edit->response,
		.enabled = edit->enabled,
		.requires_human_handover = edit->handover,
		.id = *id };
	enum err e = *id ? sql_skill_change(db, pool, &args, &r) : sql_skill_add(db, pool, &args, &r);
	if (e != ERR_OK)
		return e;
	*id = sql_skill_add_row(&r, 0).id;
	skill_edit_write_all(&json, edit, 1);
	e = json.err == ERR_OK ? store_triggers(db, pool, org, buf_str(&json)) : json.err;
	buf_fini(&json);
	return e;
}

enum err skill_save(struct db *db, struct pool *pool, int64_t org, const struct skill_edit *edit, struct str version,
	int64_t *id, bool *changed, struct explain *why)
{
	struct skill_edit old;
	struct quota_change quota;
	struct str now;
	*changed = false;
	enum err e =
		*id ? lock_and_get(db, pool, org, *id, &old, &now) : sql_organization_skills_changed(db, pool, org);
	if (e != ERR_OK)
		return e;
	*changed = *id && !str_is_empty(version) && !str_equal(version, now);
	if (*changed)
		return ERR_CONFLICT;
	e = check_title(db, pool, org, edit->title, *id);
	if (e == ERR_OK)
		e = quota_begin(&quota, db, org, QUOTA_OF_SKILLS);
	if (e == ERR_OK)
		e = skill_edit_put(db, pool, org, edit, id);
	return e == ERR_OK ? quota_end(&quota, why) : e;
}

enum err skill_set_enabled(struct db *db, struct pool *pool, int64_t org, int64_t id, bool enabled, struct str *title)
{
	struct skill_edit old;
	struct str version;
	enum err e = lock_and_get(db, pool, org, id, &old, &version);
	*title = e == ERR_OK ? old.title : STR_NONE;
	return e == ERR_OK ? sql_skill_set_enabled(db, pool, org, id, enabled) : e;
}

enum err skill_delete(struct db *db, struct pool *pool, int64_t org, int64_t id, struct str *title)
{
	struct skill_edit old;
	struct str version;
	enum err e = lock_and_get(db, pool, org, id, &old, &version);
	*title = e == ERR_OK ? old.title : STR_NONE;
	if (e == ERR_OK)
		e = sql_skill_delete(db, pool, org, id);
	return e == ERR_OK ? forget_phrases(db, pool, org) : e;
}

static void skill_edit_read_triggers(struct pool *pool, struct str text, struct skill_edit *out)
{
	const struct json *list;
	if (json_parse(pool, text, &list, NULL) != ERR_OK)
		return;
	out->n_triggers = json_length(list);
	out->triggers = pool_new_array(pool, out->n_triggers, struct str);
	for (size_t i = 0; i < out->n_triggers; i++)
		out->triggers[i] = json_str(json_at(list, i));
}

enum err skill_get(
	struct db *db, struct pool *pool, int64_t org, int64_t id, struct skill_edit *out, struct str *version)
{
	struct sql_skill_get_rows r;
	*out = (struct skill_edit){ .title = STR_NONE };
	enum err e = sql_skill_get(db, pool, org, id, &r);
	if (e != ERR_OK || r.n == 0)
		return e != ERR_OK ? e : ERR_NOT_FOUND;
	const struct sql_skill_get_row row = sql_skill_get_row(&r, 0);
	*out = (struct skill_edit){ .title = row.title,
		.response = row.response,
		.enabled = row.enabled,
		.handover = row.requires_human_handover };
	*version = row.version;
	skill_edit_read_triggers(pool, row.triggers, out);
	return ERR_OK;
}
