/*
 * answer-endpoint.c - tests of one call of an endpoint: what is sent, what is repeated and when, and the words for what
 * went wrong, which never hold the key.
 */
#include "answer.h"
#include "check.h"
#include "http-server.h"

#include "answer/llm/llm-endpoint.h"
#include "core/text/reason.h"
#include "core/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define KEY "sk-verysecret0123456789"

/* What the server does with the first request, the second, and all others. */
struct step {
	int status; /* 0: hangs up; -1: resets */
	const char *headers, *body;
	int delay_ms;
};

static struct step script[3];
static atomic_int n_asked;
static char bodies[2][4096];

static bool play_script(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	int i = n_asked++;
	const struct step *s = &script[i < 2 ? i : 2];

	(void)server, (void)nth;
	if (i < 2)
		snprintf(bodies[i], sizeof(bodies[i]), "%.4000s", request->body);
	if (s->delay_ms)
		usleep((useconds_t)s->delay_ms * 1000);
	if (s->status == -1)
		http_server_reset(fd);
	if (s->status <= 0)
		return false;
	http_server_answer(fd, s->status, s->headers ? s->headers : "", s->body ? s->body : "");
	return true;
}

struct result {
	int calls, status, tries;
	bool ok;
	char reason[400];
	int64_t took_us;
};

static void keep(void *arg, const struct llm_outcome *outcome)
{
	struct result *r = arg;

	r->calls++;
	r->ok = outcome->body != NULL;
	r->status = outcome->status;
	r->tries = outcome->tries;
	r->took_us = outcome->took_us;
	struct pool *pool = pool_new();
	snprintf(r->reason, sizeof(r->reason), "%s", reason_cstr(pool, outcome->reason.p));
	pool_free(pool);
}

static const struct llm_option options[] = { { "response_format", "{\"type\":\"json_object\"}", NULL, NULL },
	{ "max_tokens", "600", "max_completion_tokens", "4000" }, { NULL, NULL, NULL, NULL } };

static struct result call_at(const char *base, int timeout_ms, bool with_key, unsigned *refuses)
{
	struct http_client *http = http_client_new(NULL);
	struct secret *key = secret_new(STR(KEY));
	struct llm_endpoint endpoint = { .base_url = str_of(base),
		.model = STR("small-model"),
		.key = with_key ? key : NULL,
		.timeout_ms = timeout_ms,
		.refuses = refuses };
	struct result result = { 0 };

	llm_endpoint_call(http, &(struct llm_call){ .endpoint = &endpoint,
					.path = "/chat/completions",
					.members = STR("{\"messages\":[]}"),
					.options = options,
					.max_response_bytes = 4096,
					.done = keep,
					.arg = &result });
	secret_free(key); /* the call has its own */
	while (http_client_active(http) > 0)
		http_client_run(http, NULL, 0, 1000);
	http_client_free(http);
	CHECK_INT(result.calls, 1);
	CU_ASSERT_PTR_NULL(strstr(result.reason, "verysecret"));
	return result;
}

static struct result call_with(struct step first, struct step second, int timeout_ms)
{
	struct http_server *server = http_server_start(play_script);
	struct result result;

	script[0] = first;
	script[1] = second;
	script[2] = (struct step){ .status = 500 };
	n_asked = 0;
	result = call_at(http_server_url(server, "/v1"), timeout_ms, true, NULL);
	CHECK_INT(http_server_requests(server), result.tries);
	http_server_stop(server);
	return result;
}

static const struct step good = { .status = 200, .body = "{\"choices\":[]}" };

static void sends_what_belongs_to_it(void)
{
	struct http_server *server = http_server_start(play_script);

	script[0] = good;
	n_asked = 0;
	struct result r = call_at(http_server_url(server, "/v1"), 3000, true, NULL);
	struct http_server_request seen = http_server_last(server);
	CU_ASSERT_TRUE(r.ok && r.tries == 1 && r.status == 200 && r.took_us > 0);
	CU_ASSERT_STRING_EQUAL(r.reason, "");
	CU_ASSERT_STRING_EQUAL(seen.path, "/v1/chat/completions");
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "POST "));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "\r\nAuthorization: Bearer " KEY "\r\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "\r\nContent-Type: application/json\r\n"));
	CU_ASSERT_STRING_EQUAL(seen.body, "{\"model\":\"small-model\",\"response_format\":{\"type\":\"json_object\"},"
					  "\"max_tokens\":600,\"messages\":[]}");
	n_asked = 0;
	CU_ASSERT_TRUE(call_at(http_server_url(server, "/v1/"), 3000, false, NULL).ok);
	seen = http_server_last(server);
	CU_ASSERT_PTR_NULL(strstr(seen.head, "Authorization"));
	CU_ASSERT_STRING_EQUAL(seen.path, "/v1/chat/completions");
	http_server_stop(server);
}

static void what_passes_is_repeated_once(void)
{
	static const int statuses[] = { 0, -1, 408, 409, 429, 500, 502, 503, 504, 529 };

	for (size_t i = 0; i < COUNT(statuses); i++) {
		struct step bad = { .status = statuses[i], .body = "no" };
		struct result r = call_with(bad, good, 5000);
		CHECK_ROW(r.ok && r.tries == 2, r.reason);
		if (i % 4)
			continue;
		r = call_with(bad, bad, 5000);
		CHECK_ROW(!r.ok && r.tries == 2 && r.reason[0], r.reason);
	}
	CU_ASSERT_STRING_EQUAL(bodies[0], bodies[1]);
}

static void what_stays_is_told_at_once(void)
{
	static const struct {
		struct step step;
		const char *words;
	} rows[] = {
		{ { .status = 401, .body = "{\"error\":{\"message\":\"Incorrect API key: " KEY "\"}}" },
			"the endpoint refused the key (401)" },
		{ { .status = 401, .body = "{\"error\":{\"code\":\"" KEY "\"}}" },
			"the endpoint refused the key (401)" },
		{ { .status = 401, .body = "{\"error\":{\"code\":\"secret0123\"}}" },
			"the endpoint refused the key (401)" },
		{ { .status = 401, .body = "{\"error\":{\"code\":\"invalid_api_key\"}}" },
			"the endpoint refused the key (401, invalid_api_key)" },
		{ { .status = 402 }, "the endpoint's quota is used up: look at plan and billing there (402)" },
		{ { .status = 403 }, "the endpoint does not allow this: the key may lack a right (403)" },
		{ { .status = 404, .body = "{\"error\":{\"message\":\"The model 'small-model' does not exist\"}}" },
			"the endpoint does not know the model 'small-model' (404)" },
		{ { .status = 404, .body = "<html>not here</html>" },
			"the endpoint has no such path: the address usually ends with /v1 (404)" },
		{ { .status = 400, .body = "{\"error\":{\"code\":\"model_not_found\"}}" },
			"the endpoint does not know the model 'small-model' (400, model_not_found)" },
		{ { .status = 400, .body = "{\"error\":{\"code\":\"context_length_exceeded\"}}" },
			"the question and its sources are too long for the model (400, context_length_exceeded)" },
		{ { .status = 400,
			  .body = "{\"error\":{\"message\":\"private words\",\"type\":\"has blanks in it\"}}" },
			"the endpoint refused the request (400)" },
		{ { .status = 413 }, "the request is too large for the endpoint (413)" },
		{ { .status = 429, .body = "{\"error\":{\"code\":\"insufficient_quota\"}}" },
			"the endpoint's quota is used up: look at plan and billing there (429, insufficient_quota)" },
		{ { .status = 302, .headers = "Location: /elsewhere\r\n" },
			"the endpoint answered with a redirect: put the final address into the settings (302)" },
		{ { .status = 200, .body = "<html>hello</html>" },
			"the endpoint's answer is not JSON: the address may be another service's" },
		{ { .status = 200, .body = "[1,2]" },
			"the endpoint's answer is not JSON: the address may be another service's" },
		{ { .status = 200, .body = "" },
			"the endpoint's answer is not JSON: the address may be another service's" },
		{ { .status = 200, .body = "{\"error\":{\"code\":\"overloaded\"}}" },
			"the endpoint answered with an error (200, overloaded)" },
		{ { .status = 700 }, "the endpoint answered with an unknown status (700)" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct result r = call_with(rows[i].step, good, 5000);
		CHECK_ROW(!r.ok && r.tries == 1, rows[i].words);
		CHECK_STR(str_of(r.reason), rows[i].words);
	}
	struct result r = call_with((struct step){ .status = 503 }, (struct step){ .status = 429 }, 5000);
	CU_ASSERT_STRING_EQUAL(r.reason, "the endpoint's rate limit is reached (429)");
	r = call_with((struct step){ .status = 503 }, (struct step){ .status = 503 }, 5000);
	CU_ASSERT_STRING_EQUAL(r.reason, "the endpoint failed (503)");
	r = call_with((struct step){ .status = 0 }, (struct step){ .status = 0 }, 5000);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.reason, "the endpoint broke off: 127.0.0.1"));
}

static void other_failures_have_words(void)
{
	static char large[6000];
	struct result r = call_at("http://127.0.0.1:1/v1", 3000, true, NULL);

	CHECK_INT(r.tries, 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.reason, "the endpoint cannot be reached: 127.0.0.1"));
	r = call_at("no address at all", 3000, true, NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.reason, "not a valid http or https address"));
	snprintf(large, sizeof(large), "{\"a\":\"%05000d\"}", 0);
	r = call_with((struct step){ .status = 200, .body = large }, good, 3000);
	CU_ASSERT_STRING_EQUAL(r.reason, "the endpoint's answer is too large");
	struct http_server *server = http_server_start(play_script);
	script[0] = (struct step){ .status = 401 };
	n_asked = 0;
	r = call_at(http_server_url(server, "/v1"), 3000, false, NULL);
	CU_ASSERT_STRING_EQUAL(r.reason, "the endpoint wants a key, and none is set (401)");
	http_server_stop(server);
}

static void keeps_to_its_time(void)
{
	int64_t start = clock_mono_us();
	struct result r = call_with((struct step){ .status = 200, .body = "{}", .delay_ms = 1500 }, good, 300);

	CHECK_INT(r.tries, 1);
	CU_ASSERT_STRING_EQUAL(r.reason, "the endpoint did not answer within 0.3 s");
	CU_ASSERT_TRUE(r.took_us >= 290000 && r.took_us < 1400000);
	r = call_with(
		(struct step){ .status = 500 }, (struct step){ .status = 200, .body = "{}", .delay_ms = 1500 }, 900);
	CHECK_INT(r.tries, 2);
	CU_ASSERT_STRING_EQUAL(r.reason, "the endpoint did not answer within 0.9 s");
	CU_ASSERT_TRUE(r.took_us < 1400000);
	CU_ASSERT_TRUE(clock_mono_us() - start < 8000000);
}

static void honours_retry_after_if_it_fits(void)
{
	struct result r = call_with((struct step){ .status = 429, .headers = "Retry-After: 1\r\n" }, good, 4000);

	CU_ASSERT_TRUE(r.ok && r.took_us >= 1000000 && r.took_us < 3500000);
	r = call_with((struct step){ .status = 429, .headers = "Retry-After: 0\r\n" }, good, 4000);
	CU_ASSERT_TRUE(r.ok && r.took_us < 900000);
	r = call_with((struct step){ .status = 503, .headers = "Retry-After: 30\r\n" }, good, 4000);
	CHECK_INT(r.tries, 1);
	CU_ASSERT_STRING_EQUAL(r.reason, "the endpoint failed (503)");
	CU_ASSERT_TRUE(r.took_us < 900000);
	r = call_with((struct step){ .status = 503, .headers = "Retry-After: 9223372036854775807\r\n" }, good, 4000);
	CHECK_INT(r.tries, 1);
}

static void options_that_are_refused_go(void)
{
	struct step refusal = { .status = 400,
		.body = "{\"error\":{\"message\":\"'response_format' is not supported\"}}" };
	struct step other = { .status = 422, .body = "{\"detail\":\"max_tokens: extra\"}" };
	struct http_server *server = http_server_start(play_script);
	const char *url = http_server_url(server, "/v1");
	unsigned refuses = 0;

	script[0] = refusal;
	script[1] = script[2] = good;
	n_asked = 0;
	struct result r = call_at(url, 3000, true, &refuses);
	CU_ASSERT_TRUE(r.ok && r.tries == 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(bodies[0], "response_format"));
	CU_ASSERT_STRING_EQUAL(bodies[1], "{\"model\":\"small-model\",\"max_tokens\":600,\"messages\":[]}");
	script[0] = other; /* the next call leaves the first out at once */
	n_asked = 0;
	r = call_at(url, 3000, true, &refuses);
	CU_ASSERT_TRUE(r.ok && r.tries == 2);
	CU_ASSERT_STRING_EQUAL(bodies[1], "{\"model\":\"small-model\",\"max_completion_tokens\":4000,\"messages\":[]}");
	CHECK_INT(refuses, 3);
	script[0] = refusal; /* not sent, so nothing that could be left out */
	n_asked = 0;
	r = call_at(url, 3000, true, &refuses);
	CHECK_INT(r.tries, 1);
	refuses = 0; /* what did not help is not remembered, and the detour is the repetition */
	script[1] = (struct step){ .status = 503 };
	n_asked = 0;
	r = call_at(url, 3000, true, &refuses);
	CHECK_INT(r.tries, 2);
	CHECK_INT(refuses, 0);
	http_server_stop(server);
}

static void ends_with_its_client(void)
{
	struct http_server *server = http_server_start(play_script);
	struct http_client *http = http_client_new(NULL);
	struct llm_endpoint endpoint = {
		.base_url = str_of(http_server_url(server, "/v1")), .model = STR("m"), .timeout_ms = 5000
	};
	struct result result = { 0 };

	script[0] = (struct step){ .status = 200, .body = "{}", .delay_ms = 300 };
	n_asked = 0;
	llm_endpoint_call(http, &(struct llm_call){ .endpoint = &endpoint,
					.path = "/embeddings",
					.members = STR("{\"input\":[]}"),
					.max_response_bytes = 4096,
					.done = keep,
					.arg = &result });
	http_client_run(http, NULL, 0, 50);
	http_client_free(http);
	CHECK_INT(result.calls, 1);
	CU_ASSERT_FALSE(result.ok);
	http_server_stop(server);
}

/* ---- from the configuration ---- */

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs(text, f);
	fclose(f);
}

static void endpoints_come_from_the_configuration(void)
{
	struct pool *pool = pool_new();
	struct conf conf;
	struct llm_endpoints e;
	struct explain why = { "" };
	const char *file = pool_printf(pool, "/tmp/deskbell-llm-key-%ld", (long)getpid()).p;

	CHECK_INT(conf_load(pool, NULL, NULL, &conf, &why), ERR_OK);
	CHECK_INT(llm_endpoints_load(pool, &conf, &e, &why), ERR_OK);
	CU_ASSERT_FALSE(e.has[ENDPOINT_CHAT] || e.has[ENDPOINT_EMBEDDINGS]);
	conf.llm_base_url = "https://api.example/v1";
	CHECK_INT(llm_endpoints_load(pool, &conf, &e, &why), ERR_CONFIG);
	CU_ASSERT_STRING_EQUAL(why.text, "llm.base_url is set, but llm.model is not");
	conf.llm_model = "m";
	conf.embeddings_base_url = "http://127.0.0.1:9/v1";
	conf.embeddings_model = "e";
	write_file(file, KEY "\n");
	conf.llm_api_key_file = file;
	CHECK_INT(llm_endpoints_load(pool, &conf, &e, &why), ERR_OK);
	CU_ASSERT_TRUE(e.has[ENDPOINT_CHAT] && e.has[ENDPOINT_EMBEDDINGS]);
	CHECK_STR(secret_bytes(e.of[ENDPOINT_CHAT].key), KEY);
	CU_ASSERT_PTR_NULL(e.of[ENDPOINT_EMBEDDINGS].key);
	CU_ASSERT_FALSE(e.of[ENDPOINT_CHAT].public_only);
	CHECK_INT(e.of[ENDPOINT_CHAT].timeout_ms, 12000);
	CHECK_INT(e.of[ENDPOINT_EMBEDDINGS].timeout_ms, 1500);
	CHECK_STR(e.of[ENDPOINT_EMBEDDINGS].model, "e");
	conf.embeddings_api_key_file = "/nonexistent/key";
	CHECK_INT(llm_endpoints_load(pool, &conf, &e, &why), ERR_CONFIG);
	CU_ASSERT_STRING_EQUAL(
		why.text, "embeddings.api_key_file: cannot open /nonexistent/key: No such file or directory");
	write_file(file, KEY "\nX-Other: 1\n");
	CHECK_INT(llm_endpoints_load(pool, &conf, &e, &why), ERR_CONFIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "llm.api_key_file"));
	CU_ASSERT_PTR_NULL(strstr(why.text, "verysecret"));
	write_file(file, "\n");
	CHECK_INT(llm_endpoints_load(pool, &conf, &e, &why), ERR_CONFIG);
	unlink(file);
	pool_free(pool);
}

CU_TestInfo endpoint_tests[] = {
	{ "sends what belongs to it", sends_what_belongs_to_it },
	{ "what passes is repeated once", what_passes_is_repeated_once },
	{ "what stays is told at once, without the key", what_stays_is_told_at_once },
	{ "other failures have words", other_failures_have_words },
	{ "keeps to its time", keeps_to_its_time },
	{ "honours Retry-After if it fits", honours_retry_after_if_it_fits },
	{ "options that are refused go, and are remembered", options_that_are_refused_go },
	{ "ends with its client", ends_with_its_client },
	{ "endpoints come from the configuration", endpoints_come_from_the_configuration },
	CU_TEST_INFO_NULL,
};
