/*
 * llm-lead.c - what a model noted about a customer, and whether it can be true. Pure.
 *
 * Owns the rule that a contact's name, number and address count only when the customer wrote them: a model that makes
 * one up, or takes it from an instruction, must not put it into the records. Other fields are the model's words, cut
 * and in one line.
 */
#include "answer/llm/llm-reply.h"
#include "answer/llm/links.h"
#include "documents/plain-text.h"

#include "core/buf.h"
#include "domain/text.h"

#define FIELD_MAX_BYTES 200
#define SUMMARY_MAX_BYTES 600

static bool is_said_number(struct pool *pool, struct str value, struct str said)
{
	for (size_t i = 0; i < value.n; i++)
		if (!strchr("0123456789 +-./()", value.p[i]))
			return false;
	return links_number_occurs(pool, value, said);
}

static bool is_said_address(struct pool *pool, struct str value, struct str said)
{
	struct links_result known = links_check(pool, value, &said, 1);

	return str_find_char(value, '@') > 0 && str_find_char(value, ' ') < 0 && known.kept + known.repaired == 1
	       && known.removed == 0 && str_equal_nocase(known.text, value);
}

/* In whole words. */
static bool is_said_name(struct pool *pool, struct str value, struct str said)
{
	struct str name = text_fold(pool, value), text = text_fold(pool, said);

	name = pool_printf(pool, " %.*s ", (int)name.n, name.p);
	text = pool_printf(pool, " %.*s ", (int)text.n, text.p);
	return name.n > 2 && memmem(text.p, text.n, name.p, name.n) != NULL;
}

static const struct field {
	const char *key;
	size_t offset, max;
	bool (*is_said)(struct pool *pool, struct str value, struct str said); /* NULL: the model's words */
} fields[] = {
	{ "service", offsetof(struct llm_lead, service), FIELD_MAX_BYTES, NULL },
	{ "date", offsetof(struct llm_lead, date), FIELD_MAX_BYTES, NULL },
	{ "location", offsetof(struct llm_lead, location), FIELD_MAX_BYTES, NULL },
	{ "budget", offsetof(struct llm_lead, budget), FIELD_MAX_BYTES, NULL },
	{ "intent", offsetof(struct llm_lead, intent), FIELD_MAX_BYTES, NULL },
	{ "name", offsetof(struct llm_lead, name), FIELD_MAX_BYTES, is_said_name },
	{ "phone", offsetof(struct llm_lead, phone), FIELD_MAX_BYTES, is_said_number },
	{ "email", offsetof(struct llm_lead, email), FIELD_MAX_BYTES, is_said_address },
	{ "summary", offsetof(struct llm_lead, summary), SUMMARY_MAX_BYTES, NULL },
};

static bool llm_lead_is_nothing(struct pool *pool, struct str value)
{
	static const char *const words[] = { "", "null", "none", "n a", "unknown", "not specified", "not mentioned",
		"undefined", "bilinmiyor", "belirtilmemis", "belirtilmedi", "desconocido", "no especificado",
		"unbekannt" };
	struct str folded = text_fold(pool, value);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_equal(folded, str_of(words[i])))
			return true;
	return false;
}

/* The value as it may be stored; absent when not. */
static struct str read_field(struct pool *pool, const struct json *object, const struct field *field, struct str said)
{
	struct str value = plain_line(pool, json_text(pool, json_get(object, field->key)), field->max);

	if (llm_lead_is_nothing(pool, value))
		return STR_NONE;
	if (field->is_said)
		return field->is_said(pool, value, said) ? value : STR_NONE;
	value = links_check(pool, value, &said, 1).text;
	return llm_lead_is_nothing(pool, value) ? STR_NONE : value;
}

static bool llm_lead_is_true(const struct json *v)
{
	return json_bool(v, false) || str_equal_nocase(json_str(v), STR("true"));
}

/* Which member an object must have to be the reply: the one that is never null. */
#define TELLING_MEMBER "non_business"

void llm_read_lead(struct pool *pool, const struct llm_outcome *outcome, struct str said, struct llm_lead_reply *out)
{
	struct pool *own = pool_new();
	struct str reason;
	bool refused;
	const struct json *object = llm_reply_object(own, outcome, TELLING_MEMBER, &reason, &refused);

	if (!object && outcome->body && !refused)
		object = llm_reply_object(own, outcome, "summary", &reason, &refused);
	*out = (struct llm_lead_reply){ .ok = object != NULL, .cost = llm_reply_cost(outcome) };
	if (!object)
		out->reason = pool_str(pool, reason);
	for (size_t i = 0; object && i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct str value = pool_str(pool, read_field(own, object, &fields[i], said));
		memcpy((char *)&out->lead + fields[i].offset, &value, sizeof(value));
	}
	out->lead.non_business = llm_lead_is_true(json_get(object, TELLING_MEMBER));
	pool_free(own);
}
