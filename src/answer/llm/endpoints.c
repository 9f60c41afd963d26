/*
 * endpoints.c - which model an organisation's answers ask.
 *
 * An organisation that names an endpoint of its own uses it, with its own key, and may not point it into private
 * networks unless the installation allows that. The installation's endpoint was set up by who runs the host: it may be
 * anywhere. Where both set a daily budget for the installation's endpoint the smaller one counts.
 */
#include "answer/llm/endpoints.h"

#include "core/text/reason.h"

static void endpoints_release_key(void *key)
{
	secret_free(key);
}

static bool open_key(struct pool *pool, const struct crypt_keys *keys, int64_t org_id, const char *name,
	struct str sealed, const struct secret **out, struct explain *why)
{
	struct secret *key;
	*out = NULL;
	if (!sealed.n)
		return true;
	if (!keys) {
		(void)explain_code(why, ERR_CONFIG, CODE(model_key_without_key_file));
		return false;
	}
	if (crypt_open(keys, setting_seal_context(pool, org_id, name), sealed, &key, why) != ERR_OK)
		return false;
	pool_defer(pool, endpoints_release_key, key);
	*out = key;
	return true;
}

static int64_t smaller_limit(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

/* The last step of a choice: its circuit breaker. */
static bool endpoints_admit(struct pool *pool, const struct endpoint_sources *from, int64_t org_id,
	enum endpoint_kind kind, struct llm_endpoint *endpoint, struct explain *why)
{
	endpoint->breaker = (struct breaker){
		.all = from->breakers, .org_id = org_id, .kind = kind, .endpoint = endpoint_label(pool, endpoint)
	};
	return breaker_admits(&endpoint->breaker, why);
}

static bool endpoints_choose_installed(struct pool *pool, const struct endpoint_sources *from, enum endpoint_kind kind,
	struct endpoint_choice *out, struct explain *why)
{
	bool is_chat = kind == ENDPOINT_CHAT;
	out->endpoint = is_chat ? from->installed->chat : from->installed->embeddings;
	return (is_chat ? from->installed->has_chat : from->installed->has_embeddings)
	       && endpoints_admit(pool, from, 0, kind, &out->endpoint, why);
}

bool endpoint_find(struct pool *pool, const struct endpoint_sources *from, int64_t org_id,
	const struct settings *settings, enum endpoint_kind kind, struct endpoint_choice *out, struct explain *why)
{
	bool is_chat = kind == ENDPOINT_CHAT;
	struct str base_url = is_chat ? settings->llm_base_url : settings->embeddings_base_url;
	*why = (struct explain){ "" };
	if (base_url.n == 0) {
		out->daily_calls = smaller_limit(settings->llm_daily_calls, from->conf->llm_daily_calls);
		return endpoints_choose_installed(pool, from, kind, out, why);
	}
	out->daily_calls = settings->llm_daily_calls;
	out->endpoint = (struct llm_endpoint){ .base_url = base_url,
		.model = is_chat ? settings->llm_model : settings->embeddings_model,
		.public_only = from->conf->net_private_addresses == CONF_PRIVATE_DENY,
		.timeout_ms = (int)(is_chat ? from->conf->llm_timeout_ms : from->conf->embeddings_timeout_ms) };
	/* What cannot be read was refused when it was stored. */
	if (!is_chat)
		(void)embedding_inputs_parse(settings->embeddings_inputs, &out->endpoint.inputs);
	if (!out->endpoint.model.n) {
		(void)explain_code(why, ERR_CONFIG, CODE(endpoint_without_model));
		return false;
	}
	return open_key(pool, from->keys, org_id, is_chat ? "llm_api_key" : "embeddings_api_key",
		       is_chat ? settings->llm_api_key : settings->embeddings_api_key, &out->endpoint.key, why)
	       && endpoints_admit(pool, from, org_id, kind, &out->endpoint, why);
}

struct str endpoint_label(struct pool *pool, const struct llm_endpoint *endpoint)
{
	const struct embedding_inputs *in = &endpoint->inputs;
	struct str label = pool_printf(pool, "%.*s %.*s", (int)endpoint->base_url.n, endpoint->base_url.p,
		(int)endpoint->model.n, endpoint->model.p);
	return in->text.n ? pool_printf(pool, "%.*s %.*s", (int)label.n, label.p, (int)in->text.n, in->text.p) : label;
}
