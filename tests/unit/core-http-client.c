/*
 * core-http-client.c - tests of the HTTP client against a small server in threads (http-server.c), on loopback only:
 * what is sent, what is understood.
 */
#include "core-http.h"
#include "core.h"

#include "core/clock.h"
#include "core/formats/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void sends_what_was_asked(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(NULL);
	struct secret *token = secret_new(STR("tokenvalue"));
	const char *headers[] = { "X-One: 1", "X-Two: 2", NULL };
	struct result result = { 0 };
	struct http_request request = request_to("POST", http_server_url(server, "/echo?a=b"), "{\"a\":1}", &result);
	struct http_server_request seen;

	request.bearer = token;
	request.headers = headers;
	http_client_submit(client, &request);
	secret_free(token);
	headers[0] = headers[1] = "overwritten: the client has its own copy";
	run_all(client);
	seen = http_server_last(server);
	CU_ASSERT_EQUAL(result.outcome, HTTP_ANSWERED);
	CU_ASSERT_EQUAL(result.status, 200);
	CU_ASSERT_STRING_EQUAL(result.body, "{\"a\":1}");
	CU_ASSERT_STRING_EQUAL(result.reason, "");
	CU_ASSERT_EQUAL(result.retry_after_s, -1);
	CU_ASSERT_STRING_EQUAL(result.usage, "absent");
	CU_ASSERT_TRUE(result.took_us > 0 && result.took_us < 5000000);
	CU_ASSERT_STRING_EQUAL(seen.path, "/echo?a=b");
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "POST /echo?a=b HTTP/1.1\r\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "\r\nAuthorization: Bearer tokenvalue\r\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "\r\nContent-Type: application/json\r\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "\r\nX-One: 1\r\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "\r\nX-Two: 2\r\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "\r\nUser-Agent: Deskbell/"));
	CU_ASSERT_PTR_NULL(strstr(seen.head, "Expect"));
	http_client_free(client);
	http_server_stop(server);
}

static void sends_methods_without_body(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(NULL);
	const char *url = http_server_url(server, "/echo");

	CU_ASSERT_EQUAL(do_one(client, "POST", url, NULL).status, 200);
	CU_ASSERT_PTR_NOT_NULL(strstr(http_server_last(server).head, "Content-Length: 0\r\n"));
	CU_ASSERT_PTR_NULL(strstr(http_server_last(server).head, "Content-Type"));
	CU_ASSERT_EQUAL(do_one(client, "POST", url, "body").status, 200);
	CU_ASSERT_EQUAL(do_one(client, "DELETE", url, NULL).status, 200);
	CU_ASSERT_PTR_NOT_NULL(strstr(http_server_last(server).head, "DELETE /echo HTTP/1.1\r\n"));
	CU_ASSERT_PTR_NULL(strstr(http_server_last(server).head, "Content-Length"));
	CU_ASSERT_EQUAL(do_one(client, "GET", url, NULL).status, 200);
	CU_ASSERT_PTR_NOT_NULL(strstr(http_server_last(server).head, "GET /echo HTTP/1.1\r\n"));
	CU_ASSERT_EQUAL(http_server_connections(server), 1);
	http_client_free(client);
	http_server_stop(server);
}

static void sends_a_large_body(void)
{
	struct http_server *server = http_server_start(play_paths);
	size_t n = 3000000;
	char *body = malloc(n + 1);

	memset(body, 'x', n);
	body[n] = '\0';
	CU_ASSERT_EQUAL(do_alone("POST", http_server_url(server, "/status/201"), body).status, 201);
	CU_ASSERT_EQUAL(http_server_last(server).body_len, n);
	free(body);
	http_server_stop(server);
}

static void understands_answers(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct result result = do_alone("POST", http_server_url(server, "/status/500"), "{}");

	CU_ASSERT_EQUAL(result.status, 500);
	CU_ASSERT_STRING_EQUAL(result.body, "words of the status");
	result = do_alone("POST", http_server_url(server, "/slow-down"), "{}");
	CU_ASSERT_EQUAL(result.status, 429);
	CU_ASSERT_EQUAL(result.retry_after_s, 7);
	CU_ASSERT_STRING_EQUAL(result.usage, "{\"1\":[]}");
	CU_ASSERT_EQUAL(do_alone("GET", http_server_url(server, "/slow-down-until"), NULL).retry_after_s, -1);
	result = do_alone("GET", http_server_url(server, "/interim"), NULL);
	CU_ASSERT_EQUAL(result.status, 200);
	CU_ASSERT_EQUAL(result.retry_after_s, -1);
	CU_ASSERT_STRING_EQUAL(result.usage, "absent");
	CU_ASSERT_STRING_EQUAL(result.body, "final");
	CU_ASSERT_EQUAL(do_alone("GET", http_server_url(server, "/moved"), NULL).status, 302);
	CU_ASSERT_STRING_EQUAL(do_alone("GET", http_server_url(server, "/until-close"), NULL).body, "all of it");
	http_server_stop(server);
}

static void cuts_long_answers(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(&(struct http_client_options){ .max_response_bytes = 10 });
	struct result result = do_one(client, "POST", http_server_url(server, "/echo"), "0123456789abcdef");

	CU_ASSERT_EQUAL(result.outcome, HTTP_ANSWERED);
	CU_ASSERT_STRING_EQUAL(result.body, "0123456789");
	CU_ASSERT_STRING_EQUAL(do_one(client, "POST", http_server_url(server, "/echo"), "short").body, "short");
	CU_ASSERT_EQUAL(http_server_connections(server), 1);
	http_client_free(client);
	http_server_stop(server);
}

static void addresses_and_headers_are_checked(void)
{
	static const char *const bad[] = { "ftp://127.0.0.1/", "file:///etc/passwd", "no address", "http://",
		"http://127.0.0.1:99999/", "" };
	const char *headers[] = { "X-One: 1\r\nX-Injected: 1", NULL };
	struct http_client *client = http_client_new(NULL);
	struct result result = { 0 };
	struct http_request request = request_to("POST", "http://127.0.0.1:1/", "{}", &result);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_EQUAL(do_one(client, "GET", bad[i], NULL).outcome, HTTP_NOT_SENT);
	request.headers = headers;
	http_client_submit(client, &request);
	run_all(client);
	CU_ASSERT_EQUAL(result.outcome, HTTP_NOT_SENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(result.reason, "line break"));
	http_client_free(client);
}

static void fetches_one(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct pool *pool = pool_new();
	struct http_request request = {
		.method = "GET", .url = http_server_url(server, "/slow-down"), .timeout_ms = 5000
	};
	struct http_response response;

	http_fetch(pool, &request, &response);
	CU_ASSERT_EQUAL(response.outcome, HTTP_ANSWERED);
	CU_ASSERT_EQUAL(response.status, 429);
	CU_ASSERT_TRUE(str_equal(response.body, STR("{}")));
	CU_ASSERT_TRUE(str_equal(response.usage, STR("{\"1\":[]}")));
	CU_ASSERT_PTR_NULL(response.reason);
	request.url = "http://127.0.0.1:1/";
	http_fetch(pool, &request, &response);
	CU_ASSERT_EQUAL(response.outcome, HTTP_NOT_SENT);
	CU_ASSERT_PTR_NOT_NULL(response.reason);
	pool_free(pool);
	http_server_stop(server);
}

static void ignores_proxies_of_the_environment(void)
{
	struct http_server *server = http_server_start(play_paths);

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	CU_ASSERT_EQUAL(do_alone("GET", http_server_url(server, "/status/200"), NULL).status, 200);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	http_server_stop(server);
}

static void waits_for_its_delay(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(NULL);
	struct result late = { 0 }, now = { 0 }, never = { 0 };
	struct http_request request = request_to("POST", http_server_url(server, "/echo"), "{}", &late);
	int64_t start = clock_mono_us();

	request.delay_ms = 150;
	http_client_submit(client, &request);
	request.arg = &never;
	request.delay_ms = 5000;
	request.timeout_ms = 60; /* its time is up before */
	http_client_submit(client, &request);
	request = request_to("POST", http_server_url(server, "/echo"), "{}", &now);
	http_client_submit(client, &request);
	while (!now.calls)
		http_client_run(client, NULL, 0, 1000);
	CU_ASSERT_TRUE(clock_mono_us() - start < 140000);
	run_all(client);
	CU_ASSERT_EQUAL(late.status, 200);
	CU_ASSERT_TRUE(clock_mono_us() - start >= 150000 && clock_mono_us() - start < 4000000);
	CU_ASSERT_EQUAL(never.outcome, HTTP_NOT_SENT);
	CU_ASSERT_EQUAL(http_server_requests(server), 2);
	http_client_free(client);
	http_server_stop(server);
}

static void a_request_has_its_own_maximum(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(&(struct http_client_options){ .max_response_bytes = 4 });
	struct result result = { 0 };
	struct http_request request = request_to("POST", http_server_url(server, "/echo"), "0123456789", &result);

	http_client_submit(client, &request);
	run_all(client);
	CU_ASSERT_STRING_EQUAL(result.body, "0123");
	request.max_response_bytes = 8;
	http_client_submit(client, &request);
	run_all(client);
	CU_ASSERT_STRING_EQUAL(result.body, "01234567");
	CU_ASSERT_FALSE(http_client_is_closing(client));
	http_client_free(client);
	http_server_stop(server);
}

/* What a sink has taken; a full one ends the exchange. */
struct sink_result {
	struct result result; /* first: `done` knows it by its address */
	size_t taken, room;
};

static bool sink_take(void *arg, struct str piece)
{
	struct sink_result *sink = arg;

	sink->taken += piece.n;
	return sink->taken <= sink->room;
}

static void a_sink_takes_the_body(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(&(struct http_client_options){ .max_response_bytes = 4 });
	struct sink_result whole = { .room = 1000 }, full = { .room = 3 }, refused = { .room = 1000 };
	struct http_request request = request_to("POST", http_server_url(server, "/echo"), "0123456789", &whole.result);

	request.sink = sink_take;
	http_client_submit(client, &request);
	run_all(client);
	CU_ASSERT_EQUAL(whole.result.outcome, HTTP_ANSWERED);
	CU_ASSERT_EQUAL(whole.result.body_len, 0);
	CU_ASSERT_EQUAL(whole.taken, 10);
	request.arg = &full.result;
	http_client_submit(client, &request);
	run_all(client);
	CU_ASSERT_EQUAL(full.result.outcome, HTTP_UNANSWERED);
	request.arg = &refused.result;
	request.url = http_server_url(server, "/status/404");
	http_client_submit(client, &request);
	run_all(client);
	CU_ASSERT_EQUAL(refused.result.status, 404);
	CU_ASSERT_EQUAL(refused.taken, 0);
	http_client_free(client);
	http_server_stop(server);
}

static void builds_queries(void)
{
	struct buf out;

	buf_init(&out, 1000);
	percent_encode(&out, STR("aZ09-._~ /?&=%+\xc3\xa4\0"));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "aZ09-._~%20%2F%3F%26%3D%25%2B%C3%A4%00");
	buf_reset(&out);
	buf_add_cstr(&out, "/audit");
	query_add(&out, "actor", STR_NONE);
	query_add_i64(&out, "after", 0);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "/audit");
	query_add(&out, "action", STR("a&b"));
	query_add_i64(&out, "after", -7);
	query_add(&out, "q", STR("?"));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "/audit?action=a%26b&after=-7&q=%3F");
	buf_fini(&out);
}

CU_TestInfo core_http_client_tests[] = {
	{ "sends what was asked", sends_what_was_asked },
	{ "sends POST, DELETE and GET without a body", sends_methods_without_body },
	{ "sends a large body", sends_a_large_body },
	{ "understands statuses, Retry-After, usage, interim answers; follows no redirect", understands_answers },
	{ "cuts long answers", cuts_long_answers },
	{ "checks addresses and headers", addresses_and_headers_are_checked },
	{ "fetches one into a pool", fetches_one },
	{ "ignores proxies of the environment", ignores_proxies_of_the_environment },
	{ "a request waits for its delay and holds up nothing", waits_for_its_delay },
	{ "a request has a maximum of its own", a_request_has_its_own_maximum },
	{ "a sink takes the body of a 200, and of nothing else", a_sink_takes_the_body },
	{ "encodes what an address may not hold, and builds queries", builds_queries },
	CU_TEST_INFO_NULL,
};
