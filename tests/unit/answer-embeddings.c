/*
 * answer-embeddings.c - tests of embeddings from an endpoint: order, length, batches, and replies that cannot be right.
 */
#include "answer.h"
#include "check.h"
#include "http-server.h"

#include "answer/embeddings/embeddings.h"
#include "core/text/reason.h"
#include "core/json/json.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static const char *reply; /* NULL: embeddings that say which text they are of */
static atomic_int most_texts;
static atomic_int text_takes_ms;

/* [length, first byte, 1] of each text, last first. */
static void say_embeddings(int fd, const char *body)
{
	struct pool *pool = pool_new();
	const struct json *request;
	struct buf out;
	struct json_writer w;

	if (json_parse(pool, str_of(body), &request, NULL) != ERR_OK)
		abort();
	const struct json *input = json_get(request, "input");
	most_texts = (int)json_length(input) > most_texts ? (int)json_length(input) : most_texts;
	poll(NULL, 0, text_takes_ms * (int)json_length(input));
	buf_init(&out, 1 << 20);
	json_writer_init(&w, &out);
	json_begin_object(&w);
	json_key(&w, "data");
	json_begin_array(&w);
	for (size_t i = json_length(input); i-- > 0;) {
		struct str text = json_str(json_at(input, i));
		json_begin_object(&w);
		json_member_i64(&w, "index", (int64_t)i);
		json_key(&w, "embedding");
		json_begin_array(&w);
		json_write_i64(&w, (int64_t)text.n);
		json_write_i64(&w, (unsigned char)text.p[0]);
		json_write_double(&w, 1.5);
		json_end_array(&w);
		json_end_object(&w);
	}
	json_end_array(&w);
	json_key(&w, "usage");
	json_begin_object(&w);
	json_member_i64(&w, "prompt_tokens", 7);
	json_end_object(&w);
	json_end_object(&w);
	http_server_answer(fd, 200, "", buf_cstr(&out));
	buf_fini(&out);
	pool_free(pool);
}

static bool play_embeddings(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	(void)server, (void)nth;
	if (reply)
		http_server_answer(fd, 200, "", reply);
	else
		say_embeddings(fd, request->body);
	return true;
}

struct result {
	int calls;
	struct embeddings e;
};

static void keep(void *arg, const struct embeddings *e)
{
	struct result *r = arg;

	r->calls++;
	r->e = *e;
}

static struct embeddings ask_in_batches(
	struct pool *pool, const struct str *texts, int n, int timeout_ms, int *batch_texts)
{
	struct http_server *server = http_server_start(play_embeddings);
	struct http_client *http = http_client_new(NULL);
	struct llm_endpoint endpoint = { .base_url = str_of(http_server_url(server, "/v1")),
		.model = STR("e"),
		.timeout_ms = timeout_ms,
		.batch_texts = batch_texts };
	struct result result = { 0 };

	embeddings_request(http, pool, &endpoint, EMBED_QUESTION, texts, n, keep, &result);
	while (http_client_active(http) > 0)
		http_client_run(http, NULL, 0, 1000);
	http_client_free(http);
	if (n > 0 && !reply) {
		struct http_server_request seen = http_server_last(server);
		CU_ASSERT_STRING_EQUAL(seen.path, "/v1/embeddings");
		CU_ASSERT_PTR_NULL(strstr(seen.body, "encoding_format"));
	}
	http_server_stop(server);
	CHECK_INT(result.calls, 1);
	return result.e;
}

static struct embeddings ask(struct pool *pool, const struct str *texts, int n)
{
	return ask_in_batches(pool, texts, n, 5000, NULL);
}

static bool is_embedding_of(const struct embeddings *e, int i, double length, double first)
{
	const float *v = e->values + i * e->dims;
	double norm = sqrt(length * length + first * first + 1.5 * 1.5);
	return fabs(v[0] - length / norm) < 1e-5 && fabs(v[1] - first / norm) < 1e-5 && fabs(v[2] - 1.5 / norm) < 1e-5;
}

static void embeddings_are_in_the_order_of_the_texts(void)
{
	struct pool *pool = pool_new();
	struct str texts[3] = { STR("a"), STR_NONE, STR("ccc") };

	reply = NULL;
	struct embeddings e = ask(pool, texts, 3);
	CU_ASSERT_TRUE_FATAL(e.ok);
	CHECK_INT(e.n, 3);
	CHECK_INT(e.dims, 3);
	CHECK_INT(e.tokens, 7);
	CU_ASSERT_TRUE(
		is_embedding_of(&e, 0, 1, 'a') && is_embedding_of(&e, 1, 1, ' ') && is_embedding_of(&e, 2, 3, 'c'));
	e = ask(pool, texts, 0);
	CU_ASSERT_TRUE(e.ok && e.n == 0 && e.tries == 0);
	pool_free(pool);
}

/* What is sent for a text in a role. */
static const char *sent(struct pool *pool, const char *inputs, enum embedding_role role)
{
	struct http_server *server = http_server_start(play_embeddings);
	struct http_client *http = http_client_new(NULL);
	struct llm_endpoint endpoint = {
		.base_url = str_of(http_server_url(server, "/v1")), .model = STR("e"), .timeout_ms = 5000
	};
	struct result result = { 0 };
	struct str text = STR("lamp");
	CU_ASSERT_TRUE(embedding_inputs_parse(str_of(inputs), &endpoint.inputs));
	embeddings_request(http, pool, &endpoint, role, &text, 1, keep, &result);
	while (http_client_active(http) > 0)
		http_client_run(http, NULL, 0, 1000);
	http_client_free(http);
	const char *body = pool_cstr(pool, str_of(http_server_last(server).body));
	http_server_stop(server);
	return body;
}

static void questions_and_passages_are_given_as_the_model_takes_them(void)
{
	static const struct {
		const char *inputs, *question, *passage;
	} rows[] = { { "", "\"input\":[\"lamp\"]", "\"input\":[\"lamp\"]" },
		{ "e5", "[\"query: lamp\"]", "[\"passage: lamp\"]" },
		{ "input_type", "\"input_type\":\"query\"", "\"input_type\":\"document\"" },
		{ "model q", "\"model\":\"q\"", "\"model\":\"e\"" },
		{ " prefix search_query: | search_document: ", "[\"search_query: lamp\"]",
			"[\"search_document: lamp\"]" },
		{ "prefix Find: |", "[\"Find: lamp\"]", "[\"lamp\"]" } };
	static const char *const wrong[] = { "e5 x", "query", "model", "prefix", "prefix |", "prefix a" };
	struct pool *pool = pool_new();
	struct embedding_inputs inputs;
	reply = NULL;
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_ROW(strstr(sent(pool, rows[i].inputs, EMBED_QUESTION), rows[i].question), rows[i].inputs);
		CHECK_ROW(strstr(sent(pool, rows[i].inputs, EMBED_PASSAGE), rows[i].passage), rows[i].inputs);
	}
	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK_ROW(!embedding_inputs_parse(str_of(wrong[i]), &inputs), wrong[i]);
	pool_free(pool);
}

static void many_texts_go_in_batches(void)
{
	struct pool *pool = pool_new();
	struct str texts[150];

	reply = NULL;
	most_texts = 0;
	for (int i = 0; i < 150; i++)
		texts[i] = pool_printf(pool, "%c%0*d", 'a' + i % 26, 1 + i % 50, i);
	struct embeddings e = ask(pool, texts, 150);
	CU_ASSERT_TRUE_FATAL(e.ok);
	CHECK_INT(most_texts, 64);
	CHECK_INT(e.tries, 3);
	CHECK_INT(e.tokens, 21);
	for (int i = 0; i < 150; i++)
		CHECK_ROW(is_embedding_of(&e, i, (double)texts[i].n, texts[i].p[0]), texts[i].p);
	pool_free(pool);
}

/* On a small machine nine texts take longer than the time limit. */
static void what_takes_too_long_is_asked_in_smaller_batches(void)
{
	struct pool *pool = pool_new();
	struct str texts[40];
	int batch = EMBEDDINGS_BATCH_TEXTS;

	reply = NULL;
	for (int i = 0; i < 40; i++)
		texts[i] = pool_printf(pool, "%c%0*d", 'a' + i % 26, 1 + i % 50, i);
	text_takes_ms = 60;
	struct embeddings e = ask_in_batches(pool, texts, 40, 500, &batch);
	CU_ASSERT_TRUE_FATAL(e.ok);
	for (int i = 0; i < 40; i++)
		CHECK_ROW(is_embedding_of(&e, i, (double)texts[i].n, texts[i].p[0]), texts[i].p);
	CU_ASSERT_TRUE(batch < 20);
	/* a customer's question does not wait again and again, and one text cannot be halved */
	e = ask_in_batches(pool, texts, 40, 500, NULL);
	CU_ASSERT_TRUE(!e.ok && e.tries == 1);
	text_takes_ms = 1000;
	batch = 2;
	e = ask_in_batches(pool, texts, 40, 500, &batch);
	CU_ASSERT_TRUE(!e.ok && e.tries == 2);
	CHECK_INT(batch, 1);
	/* it is quick again */
	text_takes_ms = 0;
	e = ask_in_batches(pool, texts, 40, 20000, &batch);
	CU_ASSERT_TRUE(e.ok);
	CHECK_INT(batch, 32);
	pool_free(pool);
}

static void a_long_text_is_cut_at_a_character(void)
{
	struct pool *pool = pool_new();
	char *text = pool_alloc(pool, 9001);

	reply = NULL;
	for (int i = 0; i < 9000; i += 3)
		memcpy(text + i, "\xE2\x82\xAC", 3);
	struct embeddings e = ask(pool, &(struct str){ text, 9000 }, 1);
	CU_ASSERT_TRUE_FATAL(e.ok);
	CU_ASSERT_TRUE(is_embedding_of(&e, 0, 7998, 0xE2));
	pool_free(pool);
}

static void impossible_replies_fail(void)
{
	static const struct {
		const char *reply, *words;
	} rows[] = {
		{ "{}", "one embedding for each text" },
		{ "{\"data\":[]}", "one embedding for each text" },
		{ "{\"data\":{}}", "one embedding for each text" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1]}]}", "one embedding for each text" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}",
			"not in their places" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":2,\"embedding\":[1]}]}",
			"not in their places" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":-1,\"embedding\":[1]}]}",
			"not in their places" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":\"x\",\"embedding\":[1]}]}",
			"not in their places" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1]}]}",
			"differ in length" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[]},{\"index\":1,\"embedding\":[]}]}", "holds no embeddings" },
		{ "{\"data\":[{\"index\":0,\"embedding\":\"AAAA\"},{\"index\":1,\"embedding\":\"AAAA\"}]}",
			"holds no embeddings" },
		{ "{\"data\":[7,null]}", "holds no embeddings" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[1e999]}]}",
			"usable numbers" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[null]}]}", "usable numbers" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[\"2\"]}]}",
			"usable numbers" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[0]}]}", "usable numbers" },
		{ "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[NaN]}]}", "not JSON" },
	};
	struct pool *pool = pool_new();
	struct str texts[2] = { STR("a"), STR("b") };

	for (size_t i = 0; i < COUNT(rows); i++) {
		reply = rows[i].reply;
		struct embeddings e = ask(pool, texts, 2);
		CHECK_ROW(!e.ok && !e.values && strstr(reason_cstr(pool, e.reason.p), rows[i].words), rows[i].reply);
	}
	reply = "{\"data\":[{\"embedding\":[3,4]},{\"embedding\":[-2,0]}]}"; /* without places: in order */
	struct embeddings e = ask(pool, texts, 2);
	CU_ASSERT_TRUE(e.ok && fabs(e.values[0] - 0.6) < 1e-6 && fabs(e.values[2] + 1) < 1e-6);
	pool_free(pool);
}

CU_TestInfo embedding_tests[] = {
	{ "questions and passages are given as the model takes them",
		questions_and_passages_are_given_as_the_model_takes_them },
	{ "embeddings are in the order of the texts", embeddings_are_in_the_order_of_the_texts },
	{ "many texts go in batches", many_texts_go_in_batches },
	{ "what takes too long is asked in smaller batches", what_takes_too_long_is_asked_in_smaller_batches },
	{ "a long text is cut at a character", a_long_text_is_cut_at_a_character },
	{ "impossible replies fail", impossible_replies_fail },
	CU_TEST_INFO_NULL,
};
