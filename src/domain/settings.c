/*
 * settings.c - an organisation's settings, from one table. Pure, but that time zones are looked up
 * among the system's.
 *
 * Reading never fails: a value that a newer or broken program stored counts as not chosen. Checking what a person typed
 * says what is allowed.
 */
#include "domain/settings.h"

#include "core/json/json.h"
#include "domain/embedding-inputs.h"
#include "domain/hours/closures.h"
#include "domain/hours/working-hours.h"
#include "domain/hours/zone.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

static const char *zone_wrong(struct str typed)
{
	return zone_is_known(typed) ? NULL : "a time zone such as Europe/Istanbul";
}

static const char *working_hours_wrong(struct str typed)
{
	struct working_hours hours;
	return working_hours_parse(typed, &hours) ? NULL : "hours such as 'mon-fri 09:00-18:00, sat 10:00-14:00'";
}

static const char *embedding_inputs_wrong(struct str typed)
{
	struct embedding_inputs inputs;
	return embedding_inputs_parse(typed, &inputs) ? NULL
						      : "e5, input_type, 'model NAME', or 'prefix QUESTION | PASSAGE'";
}

static const char *closures_wrong(struct str typed)
{
	struct closures closures;
	return closures_parse(typed, STR_NONE, &closures)
		       ? NULL
		       : "days such as '2026-12-24..2026-12-26 Christmas, 2027-01-01 New Year'";
}

static const char *openings_wrong(struct str typed)
{
	struct closures closures;
	return closures_parse(STR_NONE, typed, &closures)
		       ? NULL
		       : "days with their hours, such as '2026-12-29..2026-12-31 10:00-15:00 between the years'";
}

const struct setting settings_table[] = {
#define TEXT(name, max, help) { #name, SETTING_TEXT, 0, 0, max, NULL, NULL, help },
#define CHECKED(name, max, check, help) { #name, SETTING_TEXT, 0, 0, max, NULL, check, help },
#define URL(name, help) { #name, SETTING_URL, 0, 0, 500, NULL, NULL, help },
#define SECRET(name, help) { #name, SETTING_SECRET, 0, 0, 500, NULL, NULL, help },
#define NUMBER(name, def, min, max, help) { #name, SETTING_NUMBER, def, min, max, NULL, NULL, help },
#define INT(name, def, min, max, help) { #name, SETTING_INT, def, min, max, NULL, NULL, help },
#define CHOICE(name, type, def, names, help) { #name, SETTING_CHOICE, def, 0, 0, names, NULL, help },
	SETTINGS_LIST(TEXT, CHECKED, URL, SECRET, NUMBER, INT, CHOICE)
#undef TEXT
#undef CHECKED
#undef URL
#undef SECRET
#undef NUMBER
#undef INT
#undef CHOICE
		{ NULL, SETTING_TEXT, 0, 0, 0, NULL, NULL, NULL }
};

const struct setting *setting_find(struct str name)
{
	for (const struct setting *s = settings_table; s->name; s++)
		if (str_equal(name, str_of(s->name)))
			return s;
	return NULL;
}

/* The position of a name in "a|b|c", -1 when it is not there. */
static int choice_of(const char *names, struct str given)
{
	struct str rest = str_of(names);
	for (int i = 0; rest.p; i++)
		if (str_equal(str_take_until(&rest, '|'), given))
			return i;
	return -1;
}

static struct str text_in(const struct json *stored, const struct setting *s)
{
	struct str value = json_str(json_get(stored, s->name));
	/* A sealed value is longer than what was typed. */
	return value.n && (s->kind == SETTING_SECRET || (double)value.n <= s->max) ? value : STR("");
}

static double number_in(const struct json *stored, const struct setting *s)
{
	double value = json_double(json_get(stored, s->name), s->fallback);
	return value >= s->min && value <= s->max ? value : s->fallback;
}

static int choice_in(const struct json *stored, const struct setting *s)
{
	int choice = choice_of(s->names, json_str(json_get(stored, s->name)));
	return choice < 0 ? (int)s->fallback : choice;
}

bool settings_read(struct pool *pool, struct str stored, struct settings *out)
{
	const struct json *json = NULL;
	const struct setting *s = settings_table;
	bool readable = json_parse(pool, stored, &json, NULL) == ERR_OK && json_kind(json) == JSON_OBJECT;
#define TEXT(name, max, help) out->name = text_in(json, s++);
#define CHECKED(name, max, check, help) out->name = text_in(json, s++);
#define URL(name, help) out->name = text_in(json, s++);
#define SECRET(name, help) out->name = text_in(json, s++);
#define NUMBER(name, def, min, max, help) out->name = number_in(json, s++);
#define INT(name, def, min, max, help) out->name = (int64_t)number_in(json, s++);
#define CHOICE(name, type, def, names, help) out->name = (type)choice_in(json, s++);
	SETTINGS_LIST(TEXT, CHECKED, URL, SECRET, NUMBER, INT, CHOICE)
#undef TEXT
#undef CHECKED
#undef URL
#undef SECRET
#undef NUMBER
#undef INT
#undef CHOICE
	return readable;
}

static bool settings_is_url(struct str s)
{
	struct str scheme = str_has_prefix(s, STR("https://")) ? STR("https://") : STR("http://");
	if (!str_has_prefix(s, scheme) || s.n == scheme.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '"' || s.p[i] == '@')
			return false;
	return true;
}

static enum err parse_text(const struct setting *s, struct str typed, struct json_writer *w, struct explain *why)
{
	if ((double)typed.n > s->max)
		return explain(why, ERR_INVALID, "%s is too long: at most %.0f bytes.", s->name, s->max);
	if (!str_is_utf8(typed) || memchr(typed.p ? typed.p : "", 0, typed.n))
		return explain(why, ERR_INVALID, "%s is not text in UTF-8.", s->name);
	if (s->kind == SETTING_SECRET && !typed.n)
		return explain(why, ERR_INVALID, "%s is empty. To take it away, unset it.", s->name);
	while (s->kind == SETTING_URL && str_has_suffix(typed, STR("/")))
		typed.n--;
	if (s->kind == SETTING_URL && typed.n && !settings_is_url(typed))
		return explain(why, ERR_INVALID, "%s must be an address such as https://api.example.com/v1.", s->name);
	const char *allowed = s->wrong && typed.n ? s->wrong(typed) : NULL;
	if (allowed)
		return explain(why, ERR_INVALID, "%s must be %s.", s->name, allowed);
	json_write_str(w, typed.p ? typed : STR(""));
	return ERR_OK;
}

static enum err parse_number(const struct setting *s, struct str typed, struct json_writer *w, struct explain *why)
{
	char text[40] = "", *end = text;
	if (typed.n && typed.n < sizeof(text))
		memcpy(text, typed.p, typed.n);
	double value = strtod(text, &end);
	bool good = end != text && *end == '\0' && value >= s->min && value <= s->max;
	if (!good || (s->kind == SETTING_INT && value != floor(value)))
		return explain(why, ERR_INVALID, "%s must be a %snumber from %g to %g.", s->name,
			s->kind == SETTING_INT ? "whole " : "", s->min, s->max);
	if (s->kind == SETTING_INT)
		json_write_i64(w, (int64_t)value);
	else
		json_write_double(w, value);
	return ERR_OK;
}

static enum err settings_parse_choice(
	const struct setting *s, struct str typed, struct json_writer *w, struct explain *why)
{
	if (choice_of(s->names, typed) < 0)
		return explain(why, ERR_INVALID, "%s must be one of: %s.", s->name, s->names);
	json_write_str(w, typed);
	return ERR_OK;
}

enum err setting_parse(const struct setting *setting, struct str typed, struct buf *json, struct explain *why)
{
	static enum err (*const parsers[])(const struct setting *s, struct str typed, struct json_writer *w,
		struct explain *why) = { [SETTING_TEXT] = parse_text,
		[SETTING_URL] = parse_text,
		[SETTING_SECRET] = parse_text,
		[SETTING_NUMBER] = parse_number,
		[SETTING_INT] = parse_number,
		[SETTING_CHOICE] = settings_parse_choice };
	struct json_writer w;
	json_writer_init(&w, json);
	return parsers[setting->kind](setting, str_trim(typed), &w, why);
}

struct str setting_seal_context(struct pool *pool, int64_t org_id, const char *name)
{
	return pool_printf(pool, "org %lld setting %s", (long long)org_id, name);
}
