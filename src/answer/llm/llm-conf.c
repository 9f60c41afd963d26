/*
 * llm-conf.c - the endpoints that the configuration names.
 *
 * Owns nothing: the keys are in the caller's pool. A key is read once, at start, where a missing file can be told; it
 * must be one line of plain characters, because it becomes a header. Fails with ERR_CONFIG and words that name the
 * setting, never the key.
 */
#include "answer/llm/llm-endpoint.h"

#define KEY_MAX_BYTES 4096

static void llm_conf_release_key(void *key)
{
	secret_free(key);
}

static bool is_header_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

static enum err load_key(
	struct pool *pool, const char *setting, const char *path, const struct secret **out, struct explain *why)
{
	struct secret *key;
	struct explain detail = { "" };

	*out = NULL;
	if (!path[0])
		return ERR_OK;
	if (secret_load(path, KEY_MAX_BYTES, &key, &detail) != ERR_OK)
		return explain(why, ERR_CONFIG, "%s: %s", setting, detail.text);
	pool_defer(pool, llm_conf_release_key, key);
	if (!is_header_text(secret_bytes(key)))
		return explain(
			why, ERR_CONFIG, "%s: %s must hold the key and nothing else, in one line", setting, path);
	*out = key;
	return ERR_OK;
}

/* What one endpoint needs, and the names of its settings. */
struct endpoint_settings {
	const char *base_url, *model, *key_file;
	int64_t timeout_ms;
	const char *base_url_name, *model_name, *key_file_name;
};

static enum err load_endpoint(
	struct pool *pool, const struct endpoint_settings *s, bool *has, struct llm_endpoint *out, struct explain *why)
{
	*has = s->base_url[0] != '\0';
	*out = (struct llm_endpoint){ .base_url = str_of(s->base_url),
		.model = str_of(s->model),
		.timeout_ms = (int)s->timeout_ms,
		.refuses = pool_new_of(pool, unsigned) };
	if (!*has)
		return ERR_OK;
	if (!s->model[0])
		return explain(why, ERR_CONFIG, "%s is set, but %s is not", s->base_url_name, s->model_name);
	return load_key(pool, s->key_file_name, s->key_file, &out->key, why);
}

enum err llm_endpoints_load(struct pool *pool, const struct conf *conf, struct llm_endpoints *out, struct explain *why)
{
#define OF(name, setting) \
	{ \
		conf->name##_base_url, conf->name##_model, conf->name##_api_key_file, conf->name##_timeout_ms, \
			setting ".base_url", setting ".model", setting ".api_key_file" \
	}
	const struct endpoint_settings settings[ENDPOINT_KINDS] = { [ENDPOINT_CHAT] = OF(llm, "llm"),
		[ENDPOINT_EMBEDDINGS] = OF(embeddings, "embeddings"),
		[ENDPOINT_TRANSCRIPTION] = OF(transcription, "transcription"),
		[ENDPOINT_VISION] = OF(vision, "vision") };
#undef OF
	enum err e = ERR_OK;
	for (int kind = 0; kind < ENDPOINT_KINDS && e == ERR_OK; kind++)
		e = load_endpoint(pool, &settings[kind], &out->has[kind], &out->of[kind], why);
	if (e == ERR_OK
		&& !embedding_inputs_parse(str_of(conf->embeddings_inputs), &out->of[ENDPOINT_EMBEDDINGS].inputs))
		return explain(why, ERR_CONFIG,
			"embeddings.inputs: must be e5, input_type, model NAME or prefix QUESTION | PASSAGE");
	return e;
}
