/*
 * sim-llm-embeddings.c - POST /v1/embeddings: hashed bags of words and of their trigrams.
 *
 * Pure but for the exchange. The same text always has the same embedding, texts that share words or parts of words are
 * near each other, and words of one group of synonyms are the same word. Every embedding has length 1; that of a text
 * without words is (1, 0, 0, ...). Source of the rules: "Create embeddings" of OpenAI's reference.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "simulator/llm/sim-llm-embedding-list.h"
#include "simulator/llm/sim-llm.h"
#include "simulator/graph/meta-json.h"
#include "simulator/random.h"

#define INPUTS_MAX 2048
#define INPUT_TOKENS_MAX 8192
#define DIMENSIONS_DEFAULT 256
#define DIMENSIONS_MAX 3072

#define WORD_WEIGHT 1.0f
#define STOP_WORD_WEIGHT 0.1f
#define TRIGRAM_WEIGHT 0.3f

struct request {
	struct llm_call *call;
	struct llm_texts inputs;
	int64_t dimensions;
	int64_t tokens;
	bool base64;
};

static const char *const known_members[] = { "model", "input", "dimensions", "encoding_format", "user", NULL };

static bool check_input(struct request *r, const struct json *v, size_t i)
{
	struct str text = json_str(v);

	if (json_kind(v) != JSON_STRING)
		return llm_refuse(r->call, "input", "invalid_type",
			"Invalid type for 'input': expected a string or an array of strings.");
	if (str_is_empty(text))
		return llm_refuse(r->call, "input", "invalid_value", "'input' cannot be an empty string.");
	if (llm_tokens(text) > INPUT_TOKENS_MAX)
		return llm_refuse(r->call, "input", "context_length_exceeded",
			"This model's maximum context length is %d tokens, however you requested %" PRId64 " tokens.",
			INPUT_TOKENS_MAX, llm_tokens(text));
	r->inputs.list[i] = text;
	r->tokens += llm_tokens(text);
	return true;
}

static bool check_inputs(struct request *r)
{
	const struct json *input = json_get(r->call->body, "input");
	bool list = json_kind(input) == JSON_ARRAY;

	if (json_kind(input) == JSON_ABSENT)
		return llm_refuse(
			r->call, "input", "missing_required_parameter", "Missing required parameter: 'input'.");
	r->inputs.n = list ? json_length(input) : 1;
	if (!r->inputs.n || r->inputs.n > INPUTS_MAX)
		return llm_refuse(r->call, "input", "invalid_value",
			"Invalid 'input': expected an array of 1 to %d strings, but got %zu.", INPUTS_MAX, r->inputs.n);
	r->inputs.last = r->inputs.n - 1;
	r->inputs.list = pool_new_array(r->call->ex->pool, r->inputs.n, struct str);
	for (size_t i = 0; i < r->inputs.n; i++)
		if (!check_input(r, list ? json_at(input, i) : input, i))
			return false;
	return true;
}

static bool check_form(struct request *r)
{
	const struct json *dimensions = json_get(r->call->body, "dimensions");
	struct str format = json_str(json_get(r->call->body, "encoding_format"));

	r->dimensions = DIMENSIONS_DEFAULT;
	if (dimensions
		&& (json_kind(dimensions) != JSON_INT || !json_i64(dimensions, &r->dimensions) || r->dimensions < 1
			|| r->dimensions > DIMENSIONS_MAX))
		return llm_refuse(r->call, "dimensions", "invalid_value",
			"Invalid value for 'dimensions': expected an integer from 1 to %d.", DIMENSIONS_MAX);
	r->base64 = str_equal(format, STR("base64"));
	return r->base64 || !json_get(r->call->body, "encoding_format") || str_equal(format, STR("float"))
	       || llm_refuse(r->call, "encoding_format", "invalid_value",
		       "Invalid value for 'encoding_format': expected 'float' or 'base64'.");
}

static uint64_t sim_llm_embeddings_hash_bytes(struct str s, uint64_t seed)
{
	return random_mix(str_hash64(STR_HASH64 ^ seed, s));
}

/* A bit of the hash is the sign, so that collisions do not add up. */
static void add_token(float *row, size_t dimensions, uint64_t hash, float weight)
{
	row[(hash >> 1) % dimensions] += hash & 1 ? weight : -weight;
}

static void sim_llm_embeddings_add_word(struct pool *pool, float *row, size_t dimensions, const struct llm_word *word)
{
	struct str framed = pool_printf(pool, "^%.*s$", (int)word->text.n, word->text.p);

	add_token(row, dimensions, sim_llm_embeddings_hash_bytes(word->text, 0),
		word->content ? WORD_WEIGHT : STOP_WORD_WEIGHT);
	for (size_t i = 0; word->content && i + 3 <= framed.n; i++)
		add_token(row, dimensions, sim_llm_embeddings_hash_bytes((struct str){ framed.p + i, 3 }, 1),
			TRIGRAM_WEIGHT);
}

static void sim_llm_embeddings_normalise(float *row, size_t dimensions)
{
	double sum = 0;

	for (size_t i = 0; i < dimensions; i++)
		sum += (double)row[i] * (double)row[i];
	if (sum == 0) {
		row[0] = 1;
		return;
	}
	for (size_t i = 0; i < dimensions; i++)
		row[i] = (float)((double)row[i] / sqrt(sum));
}

static void sim_llm_embeddings_embed(const struct request *r, struct str text, float *row)
{
	struct pool *pool = pool_new();
	struct llm_words words = llm_words(pool, &r->call->sim->llm.settings.synonyms, text);

	for (size_t i = 0; i < words.n; i++)
		sim_llm_embeddings_add_word(pool, row, (size_t)r->dimensions, &words.list[i]);
	sim_llm_embeddings_normalise(row, (size_t)r->dimensions);
	pool_free(pool);
}

static struct llm_embeddings embed_all(const struct request *r)
{
	struct llm_embeddings v = { .n = r->inputs.n, .dimensions = (size_t)r->dimensions };

	v.values = pool_new_array(r->call->ex->pool, v.n * v.dimensions, float);
	for (size_t i = 0; i < v.n; i++)
		sim_llm_embeddings_embed(r, r->inputs.list[i], v.values + i * v.dimensions);
	return v;
}

/* Little-endian, as the service sends them. */
static void write_base64(struct json_writer *w, struct pool *pool, const float *row, size_t n)
{
	unsigned char *bytes = pool_alloc(pool, n * 4);
	char *text = pool_alloc(pool, META_BASE64_SIZE(n * 4));

	for (size_t i = 0; i < n; i++) {
		uint32_t bits;

		memcpy(&bits, &row[i], sizeof(bits));
		for (unsigned k = 0; k < 4; k++)
			bytes[i * 4 + k] = (unsigned char)(bits >> (8 * k));
	}
	meta_base64(text, bytes, n * 4);
	json_write_str(w, str_of(text));
}

static void write_floats(struct json_writer *w, const float *row, size_t n)
{
	char text[32];

	json_begin_array(w);
	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%.8g", (double)row[i]);
		json_write_raw(w, str_of(text));
	}
	json_end_array(w);
}

static void sim_llm_embeddings_write_row(
	const struct request *r, struct json_writer *w, const struct llm_embeddings *v, size_t i)
{
	const float *row = v->values + i * v->dimensions;
	size_t n = v->dimensions - (i + 1 == v->n ? v->missing_at_end : 0);

	json_begin_object(w);
	json_member_str(w, "object", STR("embedding"));
	json_member_i64(w, "index", v->no_index ? 0 : (int64_t)i);
	json_key(w, "embedding");
	if (r->base64)
		write_base64(w, r->call->ex->pool, row, n);
	else
		write_floats(w, row, n);
	json_end_object(w);
}

static void write_embeddings(const struct request *r, const struct llm_embeddings *v)
{
	struct json_writer w;

	json_writer_init(&w, &r->call->ex->out);
	json_begin_object(&w);
	json_member_str(&w, "object", STR("list"));
	json_key(&w, "data");
	json_begin_array(&w);
	for (size_t i = 0; i < v->n; i++)
		sim_llm_embeddings_write_row(r, &w, v, v->reversed ? v->n - 1 - i : i);
	json_end_array(&w);
	json_member_str(&w, "model", r->call->model);
	json_key(&w, "usage");
	json_begin_object(&w);
	json_member_i64(&w, "prompt_tokens", r->tokens);
	json_member_i64(&w, "total_tokens", r->tokens);
	json_end_object(&w);
	json_end_object(&w);
	llm_succeed(r->call);
}

void llm_post_embeddings(struct llm_call *call)
{
	struct request r = { .call = call };
	struct llm_embeddings embeddings;

	if (!llm_check_model(call, &call->sim->llm.settings.embedding_models) || !llm_check_members(call, known_members)
		|| !check_inputs(&r) || !check_form(&r) || !llm_choose(call, "embeddings", &r.inputs))
		return;
	embeddings = embed_all(&r);
	if (call->fault && call->fault->embeddings)
		call->fault->embeddings(&embeddings);
	write_embeddings(&r, &embeddings);
}
