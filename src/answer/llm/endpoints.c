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

/* What an organisation has chosen for one kind, and the bounds of the installation. */
struct own_endpoint {
	struct str base_url, model, api_key;
	const char *key_setting;
	int64_t daily_calls, installed_daily_calls, timeout_ms;
};

static struct own_endpoint endpoints_own(const struct settings *s, const struct conf *conf, enum endpoint_kind kind)
{
#define OF(name, calls) \
	{ \
		s->name##_base_url, s->name##_model, s->name##_api_key, #name "_api_key", s->calls##_daily_calls, \
			conf->calls##_daily_calls, conf->name##_timeout_ms \
	}
	const struct own_endpoint own[ENDPOINT_KINDS] = { [ENDPOINT_CHAT] = OF(llm, llm),
		[ENDPOINT_EMBEDDINGS] = OF(embeddings, llm),
		[ENDPOINT_TRANSCRIPTION] = OF(transcription, transcription),
		[ENDPOINT_VISION] = OF(vision, vision) };
#undef OF
	return own[kind];
}

bool endpoint_find(struct pool *pool, const struct endpoint_sources *from, int64_t org_id,
	const struct settings *settings, enum endpoint_kind kind, struct endpoint_choice *out, struct explain *why)
{
	const struct own_endpoint own = endpoints_own(settings, from->conf, kind);
	*why = (struct explain){ "" };
	if (own.base_url.n == 0) {
		out->daily_calls = smaller_limit(own.daily_calls, own.installed_daily_calls);
		out->endpoint = from->installed->of[kind];
		return from->installed->has[kind] && endpoints_admit(pool, from, 0, kind, &out->endpoint, why);
	}
	out->daily_calls = own.daily_calls;
	out->endpoint = (struct llm_endpoint){ .base_url = own.base_url,
		.model = own.model,
		.public_only = from->conf->net_private_addresses == CONF_PRIVATE_DENY,
		.timeout_ms = (int)own.timeout_ms };
	/* What cannot be read was refused when it was stored. */
	if (kind == ENDPOINT_EMBEDDINGS)
		(void)embedding_inputs_parse(settings->embeddings_inputs, &out->endpoint.inputs);
	if (!out->endpoint.model.n) {
		(void)explain_code(why, ERR_CONFIG, CODE(endpoint_without_model));
		return false;
	}
	return open_key(pool, from->keys, org_id, own.key_setting, own.api_key, &out->endpoint.key, why)
	       && endpoints_admit(pool, from, org_id, kind, &out->endpoint, why);
}

bool endpoint_is_set(const struct endpoint_sources *from, const struct settings *settings, enum endpoint_kind kind)
{
	return from->installed->has[kind] || endpoints_own(settings, from->conf, kind).base_url.n > 0;
}

struct str endpoint_label(struct pool *pool, const struct llm_endpoint *endpoint)
{
	const struct embedding_inputs *in = &endpoint->inputs;
	struct str label = pool_printf(pool, "%.*s %.*s", (int)endpoint->base_url.n, endpoint->base_url.p,
		(int)endpoint->model.n, endpoint->model.p);
	return in->text.n ? pool_printf(pool, "%.*s %.*s", (int)label.n, label.p, (int)in->text.n, in->text.p) : label;
}
