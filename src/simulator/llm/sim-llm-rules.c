/*
 * sim-llm-rules.c - parsing, matching and showing of rules.
 *
 * Owns the count of how often each spoke. Matches bytes as they are. Fails with the member that is wrong.
 */
#include "simulator/llm/sim-llm-rules.h"

#include <stdlib.h>

#include "simulator/state/sim-settings.h"

#define RULES_MAX 10000
#define REPLY_MAX_BYTES ((size_t)8 * 1024 * 1024)

static const char *const in_names[] = { "last", "any", NULL };
static const char *const endpoint_names[] = { "chat", "embeddings", "transcription", NULL };

struct reading {
	struct llm_rule *rule;
	struct pool *pool;
	struct explain *why;
	enum err err;
};

static enum err sim_llm_rules_parse_choice(
	const char **field, const char *const *names, const char *name, const struct json *v, struct explain *why)
{
	for (const char *const *known = names; *known; known++)
		if (str_equal(json_str(v), str_of(*known))) {
			*field = *known;
			return ERR_OK;
		}
	return explain(why, ERR_INVALID, "%s is %s or %s%s%s", name, names[0], names[1], names[2] ? " or " : "",
		names[2] ? names[2] : "");
}

static enum err parse_when(struct reading *r, const struct json *v)
{
	if (json_kind(v) != JSON_STRING)
		return explain(r->why, ERR_INVALID, "when is a string");
	r->rule->when = pool_str(r->pool, json_str(v));
	return ERR_OK;
}

static enum err parse_reply(struct reading *r, const struct json *v)
{
	struct json_writer w;
	struct buf text;

	r->rule->reply_is_json = json_kind(v) != JSON_STRING;
	if (!r->rule->reply_is_json) {
		r->rule->reply = pool_str(r->pool, json_str(v));
		return ERR_OK;
	}
	buf_init(&text, REPLY_MAX_BYTES);
	json_writer_init(&w, &text);
	json_write_value(&w, v);
	r->rule->reply = pool_take(r->pool, &text);
	return ERR_OK;
}

static enum err sim_llm_rules_parse_member(struct reading *r, struct str key, const struct json *v)
{
#define INT(name, def, min, max) \
	if (str_equal(key, STR(#name))) \
		return setting_parse_int(&r->rule->name, #name, v, min, max, r->why);
	LLM_RULE_LIST(INT)
#undef INT
	if (str_equal(key, STR("when")))
		return parse_when(r, v);
	if (str_equal(key, STR("in")))
		return sim_llm_rules_parse_choice(&r->rule->in, in_names, "in", v, r->why);
	if (str_equal(key, STR("endpoint")))
		return sim_llm_rules_parse_choice(&r->rule->endpoint, endpoint_names, "endpoint", v, r->why);
	if (str_equal(key, STR("reply")))
		return parse_reply(r, v);
	if (str_equal(key, STR("fault")))
		return llm_fault_find(json_str(v), &r->rule->fault, r->why);
	return setting_unknown("member of a rule", key, r->why);
}

static bool sim_llm_rules_each_member(void *arg, struct str key, const struct json *value)
{
	struct reading *r = arg;

	r->err = sim_llm_rules_parse_member(r, key, value);
	return r->err == ERR_OK;
}

static enum err parse_rule(struct pool *pool, const struct json *v, struct llm_rule *rule, struct explain *why)
{
	struct reading reading = { rule, pool, why, ERR_OK };

	*rule = (struct llm_rule){ .in = in_names[0], .endpoint = endpoint_names[0] };
	if (json_kind(v) != JSON_OBJECT)
		return explain(why, ERR_INVALID, "a rule is an object");
	json_each(v, sim_llm_rules_each_member, &reading);
	return reading.err;
}

enum err llm_rules_parse(struct pool *pool, const struct json *v, struct llm_rules *out, struct explain *why)
{
	enum err err = ERR_OK;

	if (json_kind(v) != JSON_ARRAY || json_length(v) > RULES_MAX)
		return explain(why, ERR_INVALID, "rules is an array of at most %d rules", RULES_MAX);
	*out = (struct llm_rules){ pool_new_array(pool, json_length(v), struct llm_rule), json_length(v) };
	for (size_t i = 0; i < out->n && err == ERR_OK; i++)
		err = parse_rule(pool, json_at(v, i), &out->list[i], why);
	return err;
}

static bool sim_llm_rules_holds(struct str text, struct str when)
{
	return !when.n || (text.n && memmem(text.p, text.n, when.p, when.n));
}

static bool rule_matches(const struct llm_rule *rule, const char *endpoint, const struct llm_texts *texts)
{
	if (strcmp(rule->endpoint, endpoint) || (rule->times && rule->used >= rule->times))
		return false;
	if (!rule->when.n)
		return true;
	if (rule->in == in_names[0] && rule->endpoint == endpoint_names[0])
		return texts->last < texts->n && sim_llm_rules_holds(texts->list[texts->last], rule->when);
	for (size_t i = 0; i < texts->n; i++)
		if (sim_llm_rules_holds(texts->list[i], rule->when))
			return true;
	return false;
}

ptrdiff_t llm_rules_take(struct llm_rules *rules, const char *endpoint, const struct llm_texts *texts)
{
	for (size_t i = 0; i < rules->n; i++)
		if (rule_matches(&rules->list[i], endpoint, texts)) {
			rules->list[i].used++;
			return (ptrdiff_t)i;
		}
	return -1;
}

static void rule_write(struct json_writer *w, const struct llm_rule *rule)
{
	json_begin_object(w);
	json_member_str(w, "when", rule->when);
	json_member_str(w, "in", str_of(rule->in));
	json_member_str(w, "endpoint", str_of(rule->endpoint));
	if (rule->reply.p) {
		json_key(w, "reply");
		if (rule->reply_is_json)
			json_write_raw(w, rule->reply);
		else
			json_write_str(w, rule->reply);
	}
	if (rule->fault)
		json_member_str(w, "fault", str_of(rule->fault->name));
#define INT(name, def, min, max) \
	if (rule->name) \
		json_member_i64(w, #name, rule->name);
	LLM_RULE_LIST(INT)
#undef INT
	json_member_i64(w, "used", rule->used);
	json_end_object(w);
}

void llm_rules_write(struct json_writer *w, const struct llm_rules *rules)
{
	json_begin_array(w);
	for (size_t i = 0; i < rules->n; i++)
		rule_write(w, &rules->list[i]);
	json_end_array(w);
}
