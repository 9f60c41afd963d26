/*
 * skill-import.c - `deskbellctl skill import`: skills as JSON from standard input, checked as a whole before anything
 * is written.
 *
 * A skill is known by its title, whatever its case: importing the same file twice changes nothing but times. Everything
 * happens in one transaction under the organisation's row, so that a sender sees the old skills or the new ones (it
 * caches by organizations.skills_revision). An error names the element.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"

#define INPUT_MAX_BYTES (32u << 20)
#define SKILLS_MAX 5000
#define TITLE_MAX_BYTES 300
#define RESPONSE_MAX_BYTES 65536
#define TRIGGERS_MAX 2000
#define TRIGGER_MAX_BYTES 2000

const struct arg_spec ctl_skill_import_args[] = { ARG_THE_ORG, ARG_JSON, ARG_LAST };

struct skill {
	struct str title, response;
	struct str *triggers;
	size_t n_triggers;
	bool enabled, handover;
};

struct import {
	int64_t org;
	struct skill *skills;
	size_t n;
	struct buf json; /* what is stored, as the statements take it */
	int64_t added, replaced;
};

/* Where an error is: "skill 3 ('Opening hours')". */
struct place {
	struct pool *pool;
	struct explain *why;
	size_t number;
	struct str title;
};

static enum err refuse(const struct place *at, const char *fmt, ...) PRINTF_LIKE(2, 3);
static enum err refuse(const struct place *at, const char *fmt, ...)
{
	struct buf words;
	va_list ap;
	buf_init(&words, 2000);
	va_start(ap, fmt);
	buf_addv(&words, fmt, ap);
	va_end(ap);
	struct str title = out_cut(at->pool, out_safe(at->pool, at->title), 60);
	enum err e = title.n > 0 ? explain(at->why, ERR_INVALID, "skill %zu ('%.*s'): %s. Nothing was imported.",
			     at->number, OUT_STR(title), buf_cstr(&words))
				 : explain(at->why, ERR_INVALID, "skill %zu: %s. Nothing was imported.", at->number,
					 buf_cstr(&words));
	buf_fini(&words);
	return e;
}

/* A text member without white space around it; NUL and broken bytes are cleaned by the writer, so only emptiness and
 * length are judged. */
static enum err take_text(const struct place *at, const struct json *v, const char *name, size_t max, struct str *out)
{
	enum json_kind kind = json_kind(v);
	if (kind == JSON_ABSENT || kind == JSON_NULL)
		return refuse(at, "%s is missing", name);
	if (kind != JSON_STRING)
		return refuse(at, "%s must be a string", name);
	*out = str_trim(json_str(v));
	if (str_is_empty(*out))
		return refuse(at, "%s is empty", name);
	if (out->n > max)
		return refuse(at, "%s is too long: %zu bytes, at most %zu are allowed", name, out->n, max);
	return ERR_OK;
}

static enum err take_bool(const struct place *at, const struct json *v, const char *name, bool fallback, bool *out)
{
	enum json_kind kind = json_kind(v);
	*out = kind == JSON_BOOL ? json_bool(v, fallback) : fallback;
	if (kind != JSON_BOOL && kind != JSON_ABSENT && kind != JSON_NULL)
		return refuse(at, "%s must be true or false", name);
	return ERR_OK;
}

static enum err take_triggers(const struct place *at, const struct json *v, struct skill *s)
{
	char name[40];
	enum json_kind kind = json_kind(v);
	if (kind == JSON_ABSENT || kind == JSON_NULL)
		return ERR_OK;
	if (kind != JSON_ARRAY)
		return refuse(at, "triggers must be an array of strings");
	s->n_triggers = json_length(v);
	if (s->n_triggers > TRIGGERS_MAX)
		return refuse(at, "there are %zu triggers, at most %d are allowed", s->n_triggers, TRIGGERS_MAX);
	s->triggers = pool_new_array(at->pool, s->n_triggers, struct str);
	for (size_t i = 0; i < s->n_triggers; i++) {
		snprintf(name, sizeof(name), "trigger %zu", i + 1);
		enum err e = take_text(at, json_at(v, i), name, TRIGGER_MAX_BYTES, &s->triggers[i]);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

struct stranger {
	struct str key;
};

static bool is_known(void *arg, struct str key, const struct json *value)
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

static enum err take_skill(struct place *at, const struct json *v, struct skill *s)
{
	struct stranger stranger;
	if (json_kind(v) != JSON_OBJECT)
		return refuse(at, "it must be an object with title, triggers and response");
	enum err e = take_text(at, json_get(v, "title"), "title", TITLE_MAX_BYTES, &s->title);
	if (e != ERR_OK)
		return e;
	at->title = s->title;
	if (!json_each(v, is_known, &stranger))
		return refuse(at,
			"there is no member '%.*s'; known are title, triggers, response, enabled, "
			"requires_human_handover",
			stranger.key.n > 40 ? 40 : (int)stranger.key.n, stranger.key.p);
	e = take_text(at, json_get(v, "response"), "response", RESPONSE_MAX_BYTES, &s->response);
	if (e == ERR_OK)
		e = take_triggers(at, json_get(v, "triggers"), s);
	if (e == ERR_OK)
		e = take_bool(at, json_get(v, "enabled"), "enabled", true, &s->enabled);
	if (e == ERR_OK)
		e = take_bool(
			at, json_get(v, "requires_human_handover"), "requires_human_handover", false, &s->handover);
	return e;
}

/* Letters beyond ASCII are compared by the database; see save. */
static enum err check_double(const struct place *at, const struct import *im, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_equal_nocase(im->skills[k].title, im->skills[i].title))
			return refuse(at, "skill %zu has the same title", k + 1);
	return ERR_OK;
}

static enum err parse(struct ctl *ctl, struct str text, struct import *im)
{
	const struct json *doc;
	enum err e = json_parse(ctl->pool, text, &doc, &ctl->why);
	if (e != ERR_OK)
		return explain(&ctl->why, e, "the skills on standard input are not valid JSON: %s", ctl->why.text);
	if (json_kind(doc) != JSON_ARRAY)
		return explain(&ctl->why, ERR_INVALID,
			"the skills on standard input must be a JSON array: [{\"title\": ..., \"triggers\": [...], "
			"\"response\": ...}]");
	im->n = json_length(doc);
	if (im->n == 0 || im->n > SKILLS_MAX)
		return explain(&ctl->why, ERR_INVALID,
			"the array holds %zu skills; from 1 to %d can be imported at once", im->n, SKILLS_MAX);
	im->skills = pool_new_array(ctl->pool, im->n, struct skill);
	for (size_t i = 0; i < im->n; i++) {
		struct place at = { .pool = ctl->pool, .why = &ctl->why, .number = i + 1 };
		if ((e = take_skill(&at, json_at(doc, i), &im->skills[i])) != ERR_OK)
			return e;
		if ((e = check_double(&at, im, i)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static void write_skill(struct json_writer *w, const struct skill *s)
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

static void write_skills(struct import *im)
{
	struct json_writer w;
	buf_init(&im->json, 4 * (size_t)INPUT_MAX_BYTES);
	json_writer_init(&w, &im->json);
	json_begin_array(&w);
	for (size_t i = 0; i < im->n; i++)
		write_skill(&w, &im->skills[i]);
	json_end_array(&w);
}

static enum err save(struct ctl *ctl, void *arg)
{
	struct import *im = arg;
	struct db_result *r;
	struct db_value values[] = { DB_INT(im->org), DB_TEXT(buf_str(&im->json)) };
	enum err e = DB_QUERY(ctl->db, ctl->pool, &sql_organization_skills_changed, NULL, DB_INT(im->org));
	if (e == ERR_OK)
		e = db_query(ctl->db, ctl->pool, &sql_skills_save, values, &r);
	if (e == ERR_DB && !strcmp(db_last_state(ctl->db), "21000")) /* the same row twice in one statement */
		return explain(&ctl->why, ERR_INVALID,
			"two of the skills have titles that differ in case only. Nothing was imported.");
	if (e != ERR_OK)
		return e;
	im->added = db_int(r, 0, 0);
	im->replaced = db_int(r, 0, 1);
	e = db_query(ctl->db, ctl->pool, &sql_skills_drop_triggers, values, NULL);
	if (e == ERR_OK)
		e = db_query(ctl->db, ctl->pool, &sql_skills_save_triggers, values, NULL);
	if (e != ERR_OK)
		return e;
	return ctl_audit(ctl, im->org, "skill.import",
		pool_printf(ctl->pool, "{\"added\":%lld,\"replaced\":%lld}", (long long)im->added,
			(long long)im->replaced));
}

enum err ctl_skill_import(struct ctl *ctl)
{
	struct import im = { .org = arg_number(ctl, "org") };
	struct str text;
	enum err e = ctl_read_stdin(ctl, INPUT_MAX_BYTES, "the skills as a JSON array", &text);
	if (e == ERR_OK)
		e = parse(ctl, text, &im);
	if (e != ERR_OK)
		return e;
	write_skills(&im);
	e = im.json.err == ERR_OK ? ctl_transaction(ctl, im.org, save, &im) : im.json.err;
	buf_fini(&im.json);
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json"))
		printf("{\"added\":%lld,\"replaced\":%lld}\n", (long long)im.added, (long long)im.replaced);
	else
		printf("%zu skill%s imported: %lld new, %lld replaced.\n", im.n, im.n == 1 ? "" : "s",
			(long long)im.added, (long long)im.replaced);
	return ERR_OK;
}
