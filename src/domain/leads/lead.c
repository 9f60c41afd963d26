/*
 * lead.c - facts about what a customer wants: found over a conversation, merged, written and read. Pure.
 *
 * Owns the fields and what a newer value does to an older one; the rules that read one message are in lead-rules-*.c
 * and lead-intent.c. Facts are only ever added or replaced, never erased. Stored facts that cannot be read count as
 * none: they are found again from the messages.
 */
#include "domain/leads/lead.h"

#include "core/buf.h"
#include "domain/leads/lead-rules.h"

static const struct {
	const char *name;
	enum lead_replace replace;
} fields[] = {
#define X(constant, name, replace) { name, replace },
	LEAD_FIELDS(X)
#undef X
};

bool lead_field_find(struct str name, enum lead_field *out)
{
	for (int f = 0; f < LEAD_FIELD_COUNT; f++)
		if (str_equal(name, str_of(fields[f].name))) {
			*out = (enum lead_field)f;
			return true;
		}
	return false;
}

const char *lead_field_name(enum lead_field field)
{
	return fields[field].name;
}

/* ---- finding ---- */

/* One clean line of at most LEAD_VALUE_MAX bytes. */
static struct str lead_clean(struct pool *pool, struct str value)
{
	struct buf b;
	buf_init(&b, 3 * value.n + 16);
	buf_add_utf8_clean(&b, value);
	for (size_t i = 0; i < b.len; i++)
		if ((unsigned char)b.data[i] < 0x20 || b.data[i] == 0x7f)
			b.data[i] = ' ';
	size_t n = b.len < LEAD_VALUE_MAX ? b.len : LEAD_VALUE_MAX;
	while (n > 0 && n < b.len && ((unsigned char)b.data[n] & 0xc0) == 0x80)
		n--;
	struct str line = str_trim(pool_str(pool, (struct str){ buf_cstr(&b), n }));
	buf_fini(&b);
	return line.n ? line : STR_NONE;
}

/* A value that a message holds; `corrects` when the message has words of correction. */
static void lead_put(struct pool *pool, struct lead *lead, enum lead_field f, struct str value, bool corrects)
{
	struct str *slot = &lead->field[f];
	value = lead_clean(pool, value);
	if (!value.p || str_equal(*slot, value))
		return;
	bool stronger = lead_intent_strength(value) >= lead_intent_strength(*slot);
	if (slot->p && fields[f].replace == REPLACE_CORRECTED && !corrects)
		return;
	if (slot->p && fields[f].replace == REPLACE_STRONGER && !stronger)
		return;
	if (slot->p && corrects)
		lead->corrected |= 1u << f;
	*slot = value;
}

static int64_t day_of(int64_t at_s, int utc_offset_s)
{
	int64_t s = at_s + utc_offset_s;
	return s >= 0 ? s / 86400 : 0;
}

static void put_date(struct pool *pool, const struct pattern_text *t, int64_t day, bool corrects, struct lead *lead)
{
	struct str words, iso;
	if (!lead_find_date(pool, t, day, &words, &iso))
		return;
	lead_put(pool, lead, LEAD_DATE, words, corrects);
	lead->field[LEAD_DATE_ISO] = iso; /* of these words, or of none */
}

struct rule {
	enum lead_field field;
	bool (*find)(struct pool *, const struct pattern_text *, struct str *);
};

static const struct rule person_rules[] = { { LEAD_NAME, lead_find_name }, { LEAD_PHONE, lead_find_phone },
	{ LEAD_EMAIL, lead_find_email } };
static const struct rule handoff_rules[] = { { LEAD_SERVICE, lead_find_service }, { LEAD_LOCATION, lead_find_location },
	{ LEAD_BUDGET, lead_find_budget } };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void lead_apply(struct pool *pool, const struct rule *rules, size_t n, const struct pattern_text *t,
	bool corrects, struct lead *lead)
{
	struct str value;
	for (size_t i = 0; i < n; i++)
		if (rules[i].find(pool, t, &value))
			lead_put(pool, lead, rules[i].field, value, corrects);
}

/* What is said of something bought before (its day, its price) is nothing that is wanted. */
static void read_message(
	struct pool *pool, const struct lead_input *in, const struct lead_message *m, struct lead *lead)
{
	struct pattern_text t = pattern_read(pool, m->text);
	struct str intent;
	bool corrects = lead_is_correction(&t);
	if (lead_is_non_business(&t)) {
		lead->non_business = true;
		return;
	}
	if (!lead_find_intent(&t, &intent))
		return;
	lead_put(pool, lead, LEAD_INTENT, intent, corrects);
	lead->business |= lead_intent_is_business(intent);
	lead_apply(pool, person_rules, COUNT(person_rules), &t, corrects, lead);
	if (str_equal(intent, STR("support")) || str_equal(intent, STR("complaint")))
		return;
	lead_apply(pool, handoff_rules, COUNT(handoff_rules), &t, corrects, lead);
	put_date(pool, &t, day_of(m->at_s, in->utc_offset_s), corrects, lead);
}

void lead_extract(struct pool *pool, const struct lead_input *in, struct lead *out)
{
	*out = (struct lead){ .business = false };
	for (int i = 0; i < in->n; i++)
		read_message(pool, in, &in->messages[i], out);
	if (!out->field[LEAD_SERVICE].p && in->n_skills > 0)
		out->field[LEAD_SERVICE] = lead_clean(pool, in->skills[0]);
	if (out->business)
		out->non_business = false;
}

/* ---- merging ---- */

static bool lead_replaces(const struct lead *known, const struct lead *found, enum lead_field f)
{
	struct str old = known->field[f], new = found->field[f];
	if (!new.p)
		return false;
	if (!old.p || (found->corrected & 1u << f))
		return true;
	if (fields[f].replace == REPLACE_STRONGER)
		return lead_intent_strength(new) >= lead_intent_strength(old);
	return fields[f].replace == REPLACE_RESTATED;
}

void lead_merge(struct lead *known, const struct lead *found)
{
	bool new_date = found->field[LEAD_DATE].p != NULL;
	for (int f = 0; f < LEAD_FIELD_COUNT; f++)
		if (lead_replaces(known, found, (enum lead_field)f))
			known->field[f] = found->field[f];
	if (new_date) /* the day belongs to the words */
		known->field[LEAD_DATE_ISO] = found->field[LEAD_DATE_ISO];
	known->business |= found->business;
	known->non_business = (known->non_business || found->non_business) && !found->business;
}

/* ---- as JSON ---- */

void lead_write(struct json_writer *w, const struct lead *lead)
{
	json_begin_object(w);
	for (int f = 0; f < LEAD_FIELD_COUNT; f++)
		json_member_str(w, fields[f].name, lead->field[f]);
	if (lead->non_business)
		json_member_bool(w, "non_business", true);
	json_end_object(w);
}

bool lead_read(struct pool *pool, struct str json, struct lead *out)
{
	const struct json *facts;
	*out = (struct lead){ .business = false };
	if (json_parse(pool, json, &facts, NULL) != ERR_OK || json_kind(facts) != JSON_OBJECT)
		return false;
	for (int f = 0; f < LEAD_FIELD_COUNT; f++)
		out->field[f] = lead_clean(pool, json_str(json_get(facts, fields[f].name)));
	out->non_business = json_bool(json_get(facts, "non_business"), false);
	return true;
}

void lead_override(struct pool *pool, struct lead *lead, struct str manual)
{
	const struct json *set;
	if (!manual.p || json_parse(pool, manual, &set, NULL) != ERR_OK)
		return;
	if (json_get(set, "date"))
		lead->field[LEAD_DATE_ISO] = STR_NONE;
	for (int f = 0; f < LEAD_FIELD_COUNT; f++) {
		const struct json *v = json_get(set, fields[f].name);
		if (json_kind(v) != JSON_ABSENT)
			lead->field[f] = lead_clean(pool, json_str(v));
	}
	lead->non_business = json_bool(json_get(set, "non_business"), lead->non_business);
}

/* ---- manual overrides ---- */

static enum err lead_check_value(enum lead_field field, struct str value, struct explain *why)
{
	int64_t day;
	const char *name = fields[field].name;
	bool control = false;
	for (size_t i = 0; i < value.n; i++)
		control |= (unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f;
	if (value.n > LEAD_VALUE_MAX || control || !str_is_utf8(value))
		return explain(why, ERR_INVALID, "%s must be one line of at most %d bytes", name, LEAD_VALUE_MAX);
	if (value.n && field == LEAD_INTENT && !lead_intent_is_known(value))
		return explain(
			why, ERR_INVALID, "intent must be one of buy, book, price, info, support, complaint, other");
	if (value.n && field == LEAD_DATE_ISO && !lead_parse_iso(value, &day))
		return explain(why, ERR_INVALID, "date_iso must be a day like 2026-11-27");
	return ERR_OK;
}

static enum err check_edit(struct str name, struct str value, struct explain *why)
{
	enum lead_field field;
	if (lead_field_find(name, &field))
		return lead_check_value(field, value, why);
	if (!str_equal(name, STR("non_business")))
		return explain(why, ERR_INVALID,
			"there is no field '%.*s'; there are service, date, date_iso, location, budget, intent, name, "
			"phone, email, non_business",
			(int)(name.n < 40 ? name.n : 40), name.p ? name.p : "");
	bool known = !value.n || str_equal(value, STR("true")) || str_equal(value, STR("false"));
	return known ? ERR_OK : explain(why, ERR_INVALID, "non_business must be true or false");
}

struct others {
	struct json_writer *w;
	struct str but;
	struct pool *pool;
};

static bool keep_other(void *arg, struct str key, const struct json *value)
{
	struct others *o = arg;
	if (!str_equal(key, o->but)) {
		json_key(o->w, pool_cstr(o->pool, key));
		json_write_value(o->w, value);
	}
	return true;
}

enum err lead_edit(
	struct pool *pool, struct str manual, struct str name, struct str value, struct str *out, struct explain *why)
{
	const struct json *set = NULL;
	struct buf b;
	struct json_writer w;
	enum err e = check_edit(name, value, why);
	if (e != ERR_OK)
		return e;
	if (manual.p && json_parse(pool, manual, &set, NULL) != ERR_OK)
		set = NULL;
	buf_init(&b, 1 << 20);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_each(set, keep_other, &(struct others){ &w, name, pool });
	if (value.n && str_equal(name, STR("non_business")))
		json_member_bool(&w, "non_business", str_equal(value, STR("true")));
	else if (value.n)
		json_member_str(&w, pool_cstr(pool, name), value);
	json_end_object(&w);
	*out = pool_take(pool, &b);
	return ERR_OK;
}
