/*
 * sim-llm-state.c - what /control/llm takes and shows.
 *
 * Owns settings and keys of the simulated language model. Never applies half of a change, never shows a key. Fails with
 * the name of the setting and what is allowed.
 */
#include "simulator/llm/sim-llm-state.h"

#include "core/crypto/crypt.h"
#include "simulator/state/sim-memory.h"
#include "simulator/state/sim-settings.h"

#define KEYS_MAX 1000
#define MODELS_MAX 100

/* A fresh pool for the part. The caller keeps the old one until the change is sure. */
static struct pool *part_new(struct llm_settings *s, enum llm_part part)
{
	return s->pools[part] = pool_new();
}

static void names_init(struct llm_settings *s, enum llm_part part, struct llm_names *names, const char *name)
{
	names->list = pool_new_of(part_new(s, part), struct str);
	names->list[0] = str_of(name);
	names->n = 1;
}

static void settings_init(struct llm_settings *s)
{
	*s = (struct llm_settings){
#define INT(name, def, min, max) .name = def,
#define BOOL(name, def) .name = def,
		LLM_LIST(INT, BOOL)
#undef INT
#undef BOOL
	};
	names_init(s, LLM_CHAT_MODELS, &s->chat_models, "simulated-chat");
	names_init(s, LLM_EMBEDDING_MODELS, &s->embedding_models, "simulated-embedding");
	names_init(s, LLM_TRANSCRIPTION_MODELS, &s->transcription_models, "simulated-transcription");
}

static void settings_fini(struct llm_settings *s)
{
	for (unsigned i = 0; i < LLM_N_PARTS; i++)
		pool_free(s->pools[i]);
}

void llm_init(struct llm *llm)
{
	settings_init(&llm->settings);
}

void llm_fini(struct llm *llm)
{
	settings_fini(&llm->settings);
	llm_forget_keys(llm);
}

void llm_reset(struct llm *llm)
{
	settings_fini(&llm->settings);
	settings_init(&llm->settings);
	llm->calls = 0;
	llm->in_flight_max = llm->in_flight;
	llm->epoch++;
}

void llm_forget_keys(struct llm *llm)
{
	for (size_t i = 0; i < llm->n_keys; i++)
		secret_free(llm->keys[i]);
	free(llm->keys);
	llm->keys = NULL;
	llm->n_keys = 0;
}

bool llm_knows_key(const struct llm *llm, struct str key)
{
	for (size_t i = 0; i < llm->n_keys; i++)
		if (crypt_equal(secret_bytes(llm->keys[i]), key))
			return true;
	return false;
}

enum err llm_add_key(struct llm *llm, struct str key, struct explain *why)
{
	if (str_is_empty(key))
		return explain(why, ERR_INVALID, "key is missing");
	if (llm_knows_key(llm, key))
		return ERR_OK;
	if (llm->n_keys == KEYS_MAX)
		return explain(why, ERR_INVALID, "there are %d keys already", KEYS_MAX);
	llm->keys = memory_grow(llm->keys, (llm->n_keys + 1) * sizeof(*llm->keys));
	llm->keys[llm->n_keys++] = secret_new(key);
	return ERR_OK;
}

static enum err parse_names(struct llm_settings *s, enum llm_part part, struct llm_names *names, const char *name,
	const struct json *v, struct explain *why)
{
	struct pool *pool = part_new(s, part);

	*names = (struct llm_names){ pool_new_array(pool, json_length(v), struct str), json_length(v) };
	for (size_t i = 0; i < names->n; i++) {
		names->list[i] = pool_str(pool, json_str(json_at(v, i)));
		if (str_is_empty(names->list[i]))
			names->n = 0;
	}
	if (!names->n || names->n > MODELS_MAX)
		return explain(why, ERR_INVALID, "%s is an array of 1 to %d names", name, MODELS_MAX);
	return ERR_OK;
}

static enum err parse_fault(struct llm_settings *s, const struct json *v, struct explain *why)
{
	s->fault = NULL;
	return str_equal(json_str(v), STR("random")) ? ERR_OK : llm_fault_find(json_str(v), &s->fault, why);
}

struct update {
	struct llm_settings *s;
	struct explain *why;
	enum err err;
};

static enum err sim_llm_state_parse_member(struct update *u, struct str key, const struct json *v)
{
	struct llm_settings *s = u->s;

#define INT(name, def, min, max) \
	if (str_equal(key, STR(#name))) \
		return setting_parse_int(&s->name, #name, v, min, max, u->why);
#define BOOL(name, def) \
	if (str_equal(key, STR(#name))) \
		return setting_parse_bool(&s->name, #name, v, u->why);
	LLM_LIST(INT, BOOL)
#undef INT
#undef BOOL
	if (str_equal(key, STR("fault")))
		return parse_fault(s, v, u->why);
	if (str_equal(key, STR("chat_models")))
		return parse_names(s, LLM_CHAT_MODELS, &s->chat_models, "chat_models", v, u->why);
	if (str_equal(key, STR("embedding_models")))
		return parse_names(s, LLM_EMBEDDING_MODELS, &s->embedding_models, "embedding_models", v, u->why);
	if (str_equal(key, STR("transcription_models")))
		return parse_names(
			s, LLM_TRANSCRIPTION_MODELS, &s->transcription_models, "transcription_models", v, u->why);
	if (str_equal(key, STR("rules")))
		return llm_rules_parse(part_new(s, LLM_RULES), v, &s->rules, u->why);
	if (str_equal(key, STR("synonyms")))
		return llm_synonyms_parse(part_new(s, LLM_SYNONYMS), v, &s->synonyms, u->why);
	return setting_unknown("setting", key, u->why);
}

static bool sim_llm_state_each_member(void *arg, struct str key, const struct json *value)
{
	struct update *u = arg;

	u->err = sim_llm_state_parse_member(u, key, value);
	return u->err == ERR_OK;
}

enum err llm_update(struct llm *llm, const struct json *changes, struct explain *why)
{
	struct llm_settings next = llm->settings;
	struct update update = { &next, why, ERR_OK };

	if (json_kind(changes) != JSON_OBJECT)
		return explain(why, ERR_INVALID, "the body is not a JSON object");
	json_each(changes, sim_llm_state_each_member, &update);
	for (unsigned i = 0; i < LLM_N_PARTS; i++)
		if (next.pools[i] != llm->settings.pools[i])
			pool_free(update.err == ERR_OK ? llm->settings.pools[i] : next.pools[i]);
	if (update.err == ERR_OK)
		llm->settings = next;
	return update.err;
}

static void write_names(struct json_writer *w, const char *key, const struct llm_names *names)
{
	json_key(w, key);
	json_begin_array(w);
	for (size_t i = 0; i < names->n; i++)
		json_write_str(w, names->list[i]);
	json_end_array(w);
}

static void write_synonyms(struct json_writer *w, struct pool *pool, const struct llm_synonyms *synonyms)
{
	json_key(w, "synonyms");
	json_begin_object(w);
	for (size_t i = 0; i < synonyms->n; i++)
		json_member_str(w, pool_cstr(pool, synonyms->list[i].word), synonyms->list[i].first);
	json_end_object(w);
}

void llm_write(struct json_writer *w, struct pool *pool, const struct llm *llm)
{
	const struct llm_settings *s = &llm->settings;

	json_begin_object(w);
#define INT(name, def, min, max) json_member_i64(w, #name, s->name);
#define BOOL(name, def) json_member_bool(w, #name, s->name);
	LLM_LIST(INT, BOOL)
#undef INT
#undef BOOL
	json_member_str(w, "fault", s->fault ? str_of(s->fault->name) : STR("random"));
	write_names(w, "chat_models", &s->chat_models);
	write_names(w, "embedding_models", &s->embedding_models);
	write_names(w, "transcription_models", &s->transcription_models);
	json_key(w, "rules");
	llm_rules_write(w, &s->rules);
	write_synonyms(w, pool, &s->synonyms);
	json_key(w, "keys");
	json_begin_array(w);
	for (size_t i = 0; i < llm->n_keys; i++)
		json_write_str(w, secret_redacted(pool, llm->keys[i]));
	json_end_array(w);
	json_member_i64(w, "calls", llm->calls);
	json_member_i64(w, "in_flight", llm->in_flight);
	json_member_i64(w, "in_flight_max", llm->in_flight_max);
	json_end_object(w);
}
