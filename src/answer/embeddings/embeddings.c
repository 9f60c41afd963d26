/*
 * embeddings.c - texts as embeddings.
 *
 * Owns a job in the caller's pool: the texts, the embeddings so far, the request under way. One request at a time, so
 * that indexing a book neither fills the memory nor runs into the endpoint's limits. Trusts no reply: the number of
 * embeddings, their places, equal dimensions and finite numbers are checked. Fails as a whole, with words. Source:
 * OpenAI, "Create embeddings". encoding_format is left out: "float" is everybody's default, and some servers know no
 * other.
 */
#include "answer/embeddings/embeddings.h"

#include "core/buf.h"
#include "core/text/reason.h"

#include <math.h>

#define TEXT_MAX_BYTES 8000
#define DIMS_MAX 8192
#define RESPONSE_MAX_BYTES (12 << 20) /* a full request of 8192 numbers of some 20 bytes each */

struct job {
	struct http_client *http;
	struct pool *pool;
	const struct llm_endpoint *endpoint; /* a copy, all in the pool; of the model for this role */
	enum embedding_role role;
	struct str *texts;
	float *embeddings; /* from the first reply on */
	bool *seen;        /* of the request under way */
	int n_ready, n_batch;
	struct embeddings result;
	void (*done)(void *arg, const struct embeddings *result);
	void *arg;
};

static void batch_came(void *arg, const struct llm_outcome *outcome);

/* Some servers refuse an empty text. */
static void write_text(const struct job *job, struct json_writer *w, struct str text)
{
	const struct embedding_inputs *in = &job->endpoint->inputs;
	struct str prefix = job->role == EMBED_QUESTION ? in->question_prefix : in->passage_prefix;
	text = str_cut(text, TEXT_MAX_BYTES);
	if (prefix.n)
		text = pool_printf(job->pool, "%.*s %.*s", (int)prefix.n, prefix.p, (int)text.n, text.p ? text.p : "");
	json_write_str(w, str_is_empty(text) ? STR(" ") : text);
}

static void submit_batch(struct job *job)
{
	int left = job->result.n - job->n_ready;
	int most = job->endpoint->batch_texts ? *job->endpoint->batch_texts : EMBEDDINGS_BATCH_TEXTS;
	struct json_writer w;
	struct buf members;

	job->n_batch = left < most ? left : most;
	memset(job->seen, 0, EMBEDDINGS_BATCH_TEXTS * sizeof(*job->seen));
	buf_init(&members, SIZE_MAX);
	json_writer_init(&w, &members);
	json_begin_object(&w);
	json_key(&w, "input");
	json_begin_array(&w);
	for (int i = 0; i < job->n_batch; i++)
		write_text(job, &w, job->texts[job->n_ready + i]);
	json_end_array(&w);
	if (job->endpoint->inputs.input_type)
		json_member_str(&w, "input_type", job->role == EMBED_QUESTION ? STR("query") : STR("document"));
	json_end_object(&w);
	llm_endpoint_call(job->http, &(struct llm_call){ .endpoint = job->endpoint,
					     .path = "/embeddings",
					     .members = buf_str(&members),
					     .max_response_bytes = RESPONSE_MAX_BYTES,
					     .done = batch_came,
					     .arg = job });
	buf_fini(&members);
}

static void embeddings_finish(struct job *job, struct str reason)
{
	job->result.ok = reason.p == NULL;
	job->result.reason = pool_str(job->pool, reason);
	job->result.values = job->result.ok ? job->embeddings : NULL;
	job->done(job->arg, &job->result);
}

/* To length 1; false when it has no direction. */
static bool take_embedding(const struct json *numbers, float *out, int dims)
{
	double sum = 0;

	for (int i = 0; i < dims; i++) {
		double v = json_double(json_at(numbers, (size_t)i), NAN);
		if (!isfinite(v) || fabs(v) > 1e15)
			return false;
		sum += v * v;
	}
	if (!(sum > 1e-30))
		return false;
	for (int i = 0; i < dims; i++)
		out[i] = (float)(json_double(json_at(numbers, (size_t)i), 0) / sqrt(sum));
	return true;
}

/* Which text of the batch an item is of: it says so, or it is the next. -1: impossible. */
static int embeddings_place_of(struct job *job, const struct json *item, size_t nth)
{
	int64_t index = (int64_t)nth;

	if (json_get(item, "index") && !json_i64(json_get(item, "index"), &index))
		return -1;
	if (index < 0 || index >= job->n_batch || job->seen[index])
		return -1;
	job->seen[index] = true;
	return (int)index;
}

static const char *take_item(struct job *job, const struct json *item, size_t nth)
{
	const struct json *numbers = json_get(item, "embedding");
	size_t dims = json_length(numbers);
	int place = embeddings_place_of(job, item, nth);

	if (place < 0)
		return CODE(embeddings_misplaced);
	if (dims < 1 || dims > DIMS_MAX)
		return CODE(embeddings_absent);
	if (!job->embeddings) {
		job->result.dims = (int)dims;
		job->embeddings = pool_new_array(job->pool, (size_t)job->result.n * dims, float);
	}
	if ((int)dims != job->result.dims)
		return CODE(embeddings_of_two_lengths);
	if (!take_embedding(numbers, job->embeddings + (size_t)(job->n_ready + place) * dims, (int)dims))
		return CODE(embeddings_unusable);
	return NULL;
}

/* NULL, or what is wrong. */
static const char *take_batch(struct job *job, const struct json *body)
{
	const struct json *data = json_get(body, "data");
	const char *wrong = NULL;

	if (json_length(data) != (size_t)job->n_batch)
		return CODE(embeddings_miscounted);
	for (size_t i = 0; !wrong && i < json_length(data); i++)
		wrong = take_item(job, json_at(data, i), i);
	return wrong;
}

static void count_cost(struct job *job, const struct llm_outcome *outcome)
{
	int64_t tokens;

	if (json_i64(json_path(outcome->body, "usage", "prompt_tokens", NULL), &tokens) && tokens > 0)
		job->result.tokens += tokens;
	job->result.took_us += outcome->took_us;
	job->result.tries += outcome->tries;
}

/* How many texts a request has from now on: half of one that took too long; twice as many as in one that took a quarter
 * of the time. */
static void embeddings_adapt(const struct job *job, const struct llm_outcome *outcome)
{
	int *most = job->endpoint->batch_texts;
	if (outcome->timed_out && *most > job->n_batch / 2)
		*most = job->n_batch > 1 ? job->n_batch / 2 : 1;
	else if (outcome->body && job->n_batch == *most && *most <= EMBEDDINGS_BATCH_TEXTS / 2
		 && outcome->took_us < (int64_t)job->endpoint->timeout_ms * 250)
		*most *= 2;
}

static void batch_came(void *arg, const struct llm_outcome *outcome)
{
	struct job *job = arg;

	count_cost(job, outcome);
	if (job->endpoint->batch_texts) {
		embeddings_adapt(job, outcome);
		if (outcome->timed_out && job->n_batch > 1 && !http_client_is_closing(job->http)) {
			submit_batch(job);
			return;
		}
	}
	const char *wrong = outcome->body ? take_batch(job, outcome->body) : NULL;
	if (!outcome->body || wrong) {
		embeddings_finish(job, wrong ? str_of(wrong) : outcome->reason);
		return;
	}
	job->n_ready += job->n_batch;
	if (job->n_ready == job->result.n)
		embeddings_finish(job, STR_NONE);
	else
		submit_batch(job);
}

/* With the model for the role. */
static const struct llm_endpoint *embeddings_copy_endpoint(
	struct pool *pool, const struct llm_endpoint *given, enum embedding_role role)
{
	struct llm_endpoint *copy = pool_new_of(pool, struct llm_endpoint);
	bool other = role == EMBED_QUESTION && given->inputs.question_model.n > 0;

	*copy = *given;
	copy->base_url = pool_str(pool, given->base_url);
	copy->model = pool_str(pool, other ? given->inputs.question_model : given->model);
	copy->inputs.question_prefix = pool_str(pool, given->inputs.question_prefix);
	copy->inputs.passage_prefix = pool_str(pool, given->inputs.passage_prefix);
	copy->breaker.endpoint = pool_str(pool, given->breaker.endpoint);
	if (given->key)
		copy->key = secret_in_pool(pool, secret_bytes(given->key));
	return copy;
}

void embeddings_request(struct http_client *http, struct pool *pool, const struct llm_endpoint *endpoint,
	enum embedding_role role, const struct str *texts, int n,
	void (*done)(void *arg, const struct embeddings *result), void *arg)
{
	struct job *job = pool_new_of(pool, struct job);

	*job = (struct job){ .http = http,
		.pool = pool,
		.endpoint = embeddings_copy_endpoint(pool, endpoint, role),
		.role = role,
		.texts = pool_new_array(pool, (size_t)n, struct str),
		.seen = pool_new_array(pool, EMBEDDINGS_BATCH_TEXTS, bool),
		.result = { .n = n },
		.done = done,
		.arg = arg };
	for (int i = 0; i < n; i++)
		job->texts[i] = pool_str(pool, str_cut(texts[i], TEXT_MAX_BYTES));
	if (n > 0)
		submit_batch(job);
	else
		embeddings_finish(job, STR_NONE);
}
