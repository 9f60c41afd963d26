/*
 * bot-save.c - saving a page of the bot's settings: all its fields are checked, then all are stored in one transaction,
 * or none. What stands on another page stays as it is.
 *
 * An empty field takes the setting away, so that its default holds; an empty secret stays what it is, and is taken away
 * by its own box. A field that was not sent at all stays as it is. The audit log says which settings changed, never
 * what they hold.
 */
#include "desk/pages/bot/bot-page.h"

#include "domain/hours/closures.h"

#define JSON_MAX_BYTES (1 << 16)
#define SETTINGS_MAX 40

struct change {
	const char *name;
	struct str json; /* absent: taken away */
};

struct saving {
	enum bot_part part;
	struct form form;
	struct change changes[SETTINGS_MAX];
	int n;
};

static void bot_save_add(struct saving *s, const char *name, struct str json)
{
	if (s->n == SETTINGS_MAX)
		bug("more than %d settings", SETTINGS_MAX);
	s->changes[s->n++] = (struct change){ name, json };
}

/* ---- checking ---- */

static void bot_save_refuse(struct desk_request *v, struct form *form, const char *field)
{
	for (const struct field *f = form->fields; f->name; f++)
		if (!strcmp(f->name, field))
			form_refuse(form, field, request_translate(v, f->words));
}

static struct str bot_save_sealed(struct desk_request *v, const struct setting *setting, struct str typed)
{
	struct buf secret, json;
	struct json_writer w;
	buf_init(&secret, JSON_MAX_BYTES);
	buf_init(&json, JSON_MAX_BYTES);
	crypt_seal(v->desk->keys, setting_seal_context(v->pool, v->caller.org_id, setting->name), str_trim(typed),
		&secret);
	json_writer_init(&w, &json);
	json_write_str(&w, buf_str(&secret));
	buf_fini(&secret);
	return pool_take(v->pool, &json);
}

/* The typed value as JSON; absent when it is wrong, which is then told at its field. */
static struct str bot_save_checked(
	struct desk_request *v, struct form *form, const char *field, const struct setting *setting, struct str typed)
{
	struct buf json;
	struct explain why;
	struct str result = STR_NONE;
	buf_init(&json, JSON_MAX_BYTES);
	if (setting_parse(setting, typed, &json, &why) != ERR_OK)
		bot_save_refuse(v, form, field);
	else
		result = setting->kind == SETTING_SECRET ? bot_save_sealed(v, setting, typed)
							 : pool_str(v->pool, buf_str(&json));
	secret_wipe(json.data, json.len);
	buf_fini(&json);
	return result;
}

static bool is_key(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

static void take_secret(
	struct desk_request *v, struct saving *s, const struct bot_row *row, const struct setting *setting)
{
	struct str typed = str_trim(form_value(&s->form, row->field));
	if (str_is_empty(typed)) {
		if (form_checked(&s->form, row->remove))
			bot_save_add(s, row->setting, STR_NONE);
		return;
	}
	if (!is_key(typed))
		bot_save_refuse(v, &s->form, row->field);
	else if (!v->desk->keys)
		form_refuse(&s->form, row->field,
			request_translate(v, T("This host has no key file, so a key cannot be stored.")));
	else
		bot_save_add(s, row->setting, bot_save_checked(v, &s->form, row->field, setting, typed));
}

static void take_row(struct desk_request *v, struct saving *s, const struct bot_row *row)
{
	const struct setting *setting = setting_find(str_of(row->setting));
	struct str typed = form_value(&s->form, row->field);
	if (setting->kind == SETTING_SECRET) {
		take_secret(v, s, row, setting);
		return;
	}
	if (setting->kind == SETTING_CHOICE && !strcmp(setting->names, "off|on"))
		typed = str_is_empty(typed) ? STR("off") : STR("on");
	if (!typed.p)
		return;
	if (str_is_empty(typed))
		bot_save_add(s, row->setting, STR_NONE);
	else
		bot_save_add(s, row->setting, bot_save_checked(v, &s->form, row->field, setting, typed));
}

/* Appends the day's part of the text; false when it is wrong. */
static bool bot_save_take_day(struct desk_request *v, struct form *form, int day, struct buf *text)
{
	const char *from = bot_hours_field(v, "from", day), *to = bot_hours_field(v, "to", day);
	struct str begins = form_value(form, from), ends = form_value(form, to);
	struct working_hours hours;
	if (str_is_empty(begins) && str_is_empty(ends))
		return true;
	struct str part = pool_printf(v->pool, "%s %.*s-%.*s", working_day_names[day], (int)begins.n,
		begins.p ? begins.p : "", (int)ends.n, ends.p ? ends.p : "");
	if (!working_hours_parse(part, &hours) || hours.n != 1) {
		form_refuse(form, from, request_translate(v, T("Write a time such as 09:00.")));
		return false;
	}
	if (hours.spans[0].until > WORKING_DAY_MINUTES) {
		form_refuse(form, from, request_translate(v, T("The end lies before the beginning.")));
		return false;
	}
	buf_addf(text, "%s%.*s", text->len ? ", " : "", (int)part.n, part.p);
	return true;
}

static void take_hours(struct desk_request *v, struct saving *s)
{
	const struct setting *setting = setting_find(STR("working_hours"));
	struct str typed = form_value(&s->form, "working_hours");
	struct buf text;
	bool good = true;
	if (!form_checked(&s->form, "hours_on")) {
		bot_save_add(s, setting->name, STR_NONE);
		return;
	}
	if (!str_is_empty(typed)) {
		bot_save_add(s, setting->name, bot_save_checked(v, &s->form, "working_hours", setting, typed));
		return;
	}
	buf_init(&text, 4096);
	for (int day = 0; day < WORKING_DAYS; day++)
		good = bot_save_take_day(v, &s->form, day, &text) && good;
	if (good && text.len == 0)
		form_refuse(&s->form, "hours_on", request_translate(v, T("Fill in the hours of at least one day.")));
	else if (good)
		bot_save_add(s, setting->name, bot_save_checked(v, &s->form, "working_hours", setting, buf_str(&text)));
	buf_fini(&text);
}

/* Closed days of documents that were ticked are further lines of the closures. */
static void take_found(struct desk_request *v, struct saving *s)
{
	struct closures parsed;
	struct str text = form_value(&s->form, "closures");
	text = text.p ? str_trim(text) : STR("");
	for (int i = 0; i < v->params.n; i++) {
		struct str line = str_trim(v->params.items[i].value);
		if (str_equal(v->params.items[i].name, STR("found")) && closures_parse(line, STR(""), &parsed))
			text = pool_printf(
				v->pool, "%.*s%s%.*s", (int)text.n, text.p, text.n ? "\n" : "", (int)line.n, line.p);
	}
	if (text.n)
		form_set(&s->form, "closures", text);
}

/* A word is two numbers; "own" leaves those that there are. */
static void take_sureness(struct desk_request *v, struct saving *s)
{
	struct str typed = form_value(&s->form, "sureness");
	for (const struct bot_sureness *word = bot_sureness; word->skill > 0 && !str_is_empty(typed); word++) {
		bool is_default = word->skill == SKILL_THRESHOLD_DEFAULT;
		if (!str_equal(typed, str_of(word->name)))
			continue;
		bot_save_add(s, "skill_threshold", is_default ? STR_NONE : pool_printf(v->pool, "%g", word->skill));
		bot_save_add(
			s, "knowledge_threshold", is_default ? STR_NONE : pool_printf(v->pool, "%g", word->knowledge));
	}
}

/* ---- storing ---- */

static bool bot_save_differs(const struct bot_stored *old, const struct change *c)
{
	const struct json *value = json_get(old->values, c->name);
	struct json_writer w;
	struct buf text;
	if (!value || !c->json.p)
		return value || c->json.p;
	buf_init(&text, JSON_MAX_BYTES);
	json_writer_init(&w, &text);
	json_write_value(&w, value);
	bool same = str_equal(buf_str(&text), c->json);
	buf_fini(&text);
	return !same;
}

/* {"changed": [names]} into `detail`; how many there are. */
static int write_changed(const struct saving *s, const struct bot_stored *old, struct buf *detail)
{
	struct json_writer w;
	int n = 0;
	json_writer_init(&w, detail);
	json_begin_object(&w);
	json_key(&w, "changed");
	json_begin_array(&w);
	for (int i = 0; i < s->n; i++)
		if (bot_save_differs(old, &s->changes[i])) {
			json_write_str(&w, str_of(s->changes[i].name));
			n++;
		}
	json_end_array(&w);
	json_end_object(&w);
	return n;
}

static enum err store_settings(struct desk_request *v, const struct saving *s)
{
	struct buf set, gone;
	struct json_writer w;
	struct db_array a;
	buf_init(&set, JSON_MAX_BYTES * 4);
	buf_init(&gone, JSON_MAX_BYTES);
	json_writer_init(&w, &set);
	db_array_begin(&a, &gone);
	json_begin_object(&w);
	for (int i = 0; i < s->n; i++) {
		if (s->changes[i].json.p) {
			json_key(&w, s->changes[i].name);
			json_write_raw(&w, s->changes[i].json);
		} else {
			db_array_text(&a, str_of(s->changes[i].name));
		}
	}
	json_end_object(&w);
	db_array_end(&a);
	enum err e = sql_organization_set_settings(v->db, v->pool, v->caller.org_id, buf_str(&gone), buf_str(&set));
	buf_fini(&set);
	buf_fini(&gone);
	return e;
}

static enum err store_mode(struct desk_request *v, struct str before, struct str after)
{
	if (str_equal(before, after))
		return ERR_OK;
	enum err e = sql_organization_set_bot_mode(v->db, v->pool, v->caller.org_id, after);
	if (e != ERR_OK)
		return e;
	/* Both are words of the schema: nothing in them needs escaping. */
	return request_audit(v, "organization.bot_mode",
		pool_printf(v->pool, "{\"before\":\"%.*s\",\"after\":\"%.*s\"}", (int)before.n, before.p, (int)after.n,
			after.p));
}

static enum err bot_save_store(struct desk_request *v, void *arg)
{
	const struct saving *s = arg;
	struct bot_stored old;
	struct buf detail;
	enum err e = bot_load(v, &old);
	if (e == ERR_OK && s->part == BOT_TEXTS)
		e = store_mode(v, old.mode, form_value(&s->form, "bot_mode"));
	if (e == ERR_OK)
		e = store_settings(v, s);
	if (e != ERR_OK)
		return e;
	buf_init(&detail, JSON_MAX_BYTES);
	if (write_changed(s, &old, &detail) > 0)
		e = request_audit(v, "setting.set", buf_str(&detail));
	buf_fini(&detail);
	return e;
}

static enum err bot_save_refused(struct desk_request *v, struct saving *s)
{
	form_fail(&s->form, request_translate(v, T("Nothing was saved. Correct the marked fields.")));
	return bot_show(v, s->part, &s->form, NULL, NULL, 0, 400);
}

/* Checks and stores the page; `*done` when something else than an answer of success was answered. */
static enum err bot_save_part(struct desk_request *v, struct saving *s, enum bot_part part, bool *done)
{
	s->part = part;
	*done = false;
	form_parse(v->pool, &s->form, bot_pages[part].fields, &v->params, v->locale.translation);
	if (part == BOT_HOURS)
		take_found(v, s);
	for (const struct bot_row *row = bot_rows; row->field; row++)
		if (row->part == part)
			take_row(v, s, row);
	if (part == BOT_TEXTS)
		take_sureness(v, s);
	if (part == BOT_HOURS)
		take_hours(v, s);
	*done = s->form.wrong;
	return s->form.wrong ? bot_save_refused(v, s) : request_transaction(v, bot_save_store, s);
}

static enum err bot_save_end(struct desk_request *v, enum bot_part part)
{
	flash_set(v, "settings-saved");
	request_redirect(v, bot_pages[part].path);
	return ERR_OK;
}

static enum err bot_save_plain(struct desk_request *v, enum bot_part part)
{
	bool done;
	enum err e = bot_save_part(v, pool_new_of(v->pool, struct saving), part, &done);
	return e != ERR_OK || done ? e : bot_save_end(v, part);
}

enum err desk_bot_save(struct desk_request *v)
{
	return bot_save_plain(v, BOT_TEXTS);
}

enum err desk_bot_hours_save(struct desk_request *v)
{
	return bot_save_plain(v, BOT_HOURS);
}

enum err desk_bot_expert_save(struct desk_request *v)
{
	struct saving *s = pool_new_of(v->pool, struct saving);
	struct bot_finding findings[BOT_FINDINGS_MAX];
	int n = 0;
	bool done;
	enum err e = bot_save_part(v, s, BOT_EXPERT, &done);
	if (e != ERR_OK || done)
		return e;
	if (!str_equal(form_value(&s->form, "do"), STR("test")))
		return bot_save_end(v, BOT_EXPERT);
	if (!request_enter_gate(v, GATE_REMOTE))
		return request_refuse_busy(v, GATE_REMOTE);
	e = bot_test(v, findings, &n);
	return e == ERR_OK ? bot_show(v, BOT_EXPERT, NULL, NULL, findings, n, 200) : e;
}
