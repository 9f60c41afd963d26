/*
 * core-http-client.c - tests of the HTTP client against a small server in threads (http-server.c), on loopback only.
 *
 * The rule that matters most: a request reaches the server once, whatever happens to the connection, and the outcome
 * says honestly whether it may have been carried out.
 */
#include "core.h"
#include "http-server.h"

#include "core/clock.h"
#include "core/http-client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* What one request came to; filled by `done`. */
struct result {
	int calls;
	enum http_outcome outcome;
	int status;
	char body[8192], reason[512], usage[256];
	size_t body_len;
	int64_t retry_after_s, took_us;
};

static void keep(void *arg, const struct http_response *response)
{
	struct result *r = arg;

	r->calls++;
	r->outcome = response->outcome;
	r->status = response->status;
	r->retry_after_s = response->retry_after_s;
	r->took_us = response->took_us;
	r->body_len = response->body.n;
	snprintf(r->body, sizeof(r->body), "%.*s", (int)response->body.n, response->body.p ? response->body.p : "");
	if (response->usage.p)
		snprintf(r->usage, sizeof(r->usage), "%.*s", (int)response->usage.n, response->usage.p);
	else
		snprintf(r->usage, sizeof(r->usage), "absent");
	snprintf(r->reason, sizeof(r->reason), "%s", response->reason ? response->reason : "");
}

static void run_all(struct http_client *client)
{
	while (http_client_active(client) > 0)
		http_client_run(client, NULL, 0, 1000);
}

static struct http_request request_to(const char *method, const char *url, const char *body, struct result *result)
{
	return (struct http_request){
		.method = method,
		.url = url,
		.body = str_of(body),
		.content_type = body ? STR("application/json") : STR_NONE,
		.timeout_ms = 5000,
		.done = keep,
		.arg = result,
	};
}

static struct result do_one(struct http_client *client, const char *method, const char *url, const char *body)
{
	struct result result = { .calls = 0 };
	struct http_request request = request_to(method, url, body, &result);

	http_client_submit(client, &request);
	run_all(client);
	CU_ASSERT_EQUAL(result.calls, 1);
	return result;
}

/* The same with a client of its own. */
static struct result do_alone(const char *method, const char *url, const char *body)
{
	struct http_client *client = http_client_new(NULL);
	struct result result = do_one(client, method, url, body);

	http_client_free(client);
	return result;
}

/* ---- what is sent, what is understood ---- */

static bool play_paths(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	(void)server, (void)nth;
	if (strncmp(request->path, "/status/", 8) == 0)
		http_server_answer(fd, atoi(request->path + 8), "", "words of the status");
	else if (strcmp(request->path, "/slow-down") == 0)
		http_server_answer(fd, 429, "retry-after: 7 \r\nX-Business-Use-Case-Usage: {\"1\":[]}\r\n", "{}");
	else if (strcmp(request->path, "/slow-down-until") == 0)
		http_server_answer(fd, 503, "Retry-After: Sun, 22 Nov 2026 14:00:00 GMT\r\n", "");
	else if (strcmp(request->path, "/interim") == 0) {
		http_server_say(
			fd, "HTTP/1.1 103 Early Hints\r\nRetry-After: 99\r\nX-Business-Use-Case-Usage: early\r\n\r\n");
		http_server_answer(fd, 200, "", "final");
	} else if (strcmp(request->path, "/moved") == 0)
		http_server_answer(fd, 302, "Location: /status/200\r\n", "");
	else if (strcmp(request->path, "/until-close") == 0) {
		http_server_say(fd, "HTTP/1.1 200 OK\r\n\r\nall of it");
		return false;
	} else
		http_server_answer(fd, 200, "Content-Type: text/plain\r\n", request->body);
	return true;
}

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

/* ---- once, and honestly ---- */

/* Answers the first request of a connection and dies at the second, after reading it whole. */
static bool play_die_at_second(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	(void)server, (void)request;
	if (nth == 1)
		http_server_answer(fd, 200, "", "first");
	return nth == 1;
}

static bool play_reset_at_second(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	if (nth > 1)
		http_server_reset(fd);
	return play_die_at_second(server, fd, request, nth);
}

/* One request that makes a connection, one that finds it dying: the server must see two in all. */
static void dies_on_reuse(http_server_play *play, const char *method, const char *body)
{
	struct http_server *server = http_server_start(play);
	struct http_client *client = http_client_new(NULL);
	struct result result;

	CU_ASSERT_STRING_EQUAL(do_one(client, "GET", http_server_url(server, "/"), NULL).body, "first");
	result = do_one(client, method, http_server_url(server, "/"), body);
	CU_ASSERT_EQUAL(result.outcome, HTTP_UNANSWERED);
	CU_ASSERT_EQUAL(result.status, 0);
	CU_ASSERT_TRUE(strlen(result.reason) > 0);
	CU_ASSERT_EQUAL(http_server_heads(server), 2);
	CU_ASSERT_EQUAL(http_server_requests(server), 2);
	CU_ASSERT_STRING_EQUAL(do_one(client, "POST", http_server_url(server, "/"), "{}").body, "first");
	http_client_free(client);
	http_server_stop(server);
}

static void never_repeats_on_a_dead_connection(void)
{
	dies_on_reuse(play_die_at_second, "POST", "{\"once\":true}");
	dies_on_reuse(play_reset_at_second, "POST", "{\"once\":true}");
	dies_on_reuse(play_die_at_second, "POST", NULL);
	dies_on_reuse(play_reset_at_second, "DELETE", NULL);
	dies_on_reuse(play_die_at_second, "GET", NULL);
}

/* The connection is closed while it is idle: libcurl may see that in time and take a new one, or not. Never twice, and
 * no answer is made up. */
static bool play_close_after_first(
	struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	(void)server, (void)request, (void)nth;
	http_server_answer(fd, 200, "", "ok");
	return false;
}

static void survives_an_idle_close(void)
{
	struct http_server *server = http_server_start(play_close_after_first);
	struct http_client *client = http_client_new(NULL);
	int answered = 0;

	for (int i = 0; i < 50; i++)
		answered += do_one(client, "POST", http_server_url(server, "/"), "{}").outcome == HTTP_ANSWERED;
	CU_ASSERT_TRUE(http_server_requests(server) <= 50);
	CU_ASSERT_EQUAL(http_server_requests(server), answered);
	http_client_free(client);
	http_server_stop(server);
}

static bool play_failures(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	(void)server, (void)nth;
	if (strcmp(request->path, "/reset") == 0) {
		http_server_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
		usleep(20000);
		http_server_reset(fd);
	} else if (strcmp(request->path, "/truncated") == 0)
		http_server_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
	else if (strcmp(request->path, "/chunks") == 0)
		http_server_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n");
	else if (strcmp(request->path, "/half-head") == 0)
		http_server_say(fd, "HTTP/1.1 200 OK\r\nContent-Le");
	else if (strcmp(request->path, "/noise") == 0)
		http_server_say(fd, "this is no HTTP at all\r\n\r\n");
	return false;
}

static void broken_answers_are_unanswered(void)
{
	static const char *const paths[] = { "/nothing", "/reset", "/truncated", "/chunks", "/half-head", "/noise" };
	struct http_server *server = http_server_start(play_failures);

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct result result = do_alone("POST", http_server_url(server, paths[i]), "{}");

		CU_ASSERT_EQUAL(result.outcome, HTTP_UNANSWERED);
		CU_ASSERT_EQUAL(result.status, 0);
		CU_ASSERT_EQUAL(result.body_len, 0);
		CU_ASSERT_EQUAL(http_server_requests(server), (int)i + 1);
	}
	http_server_stop(server);
}

static void refused_is_not_sent(void)
{
	struct http_server *server = http_server_start(play_paths);
	char url[100];
	struct result result;

	snprintf(url, sizeof(url), "%s", http_server_url(server, "/bot123:secretpath?token=secretquery"));
	http_server_stop(server);
	result = do_alone("POST", url, "{}");
	CU_ASSERT_EQUAL(result.outcome, HTTP_NOT_SENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(result.reason, "127.0.0.1"));
	CU_ASSERT_PTR_NOT_NULL(strstr(result.reason, "refused"));
	CU_ASSERT_PTR_NULL(strstr(result.reason, "secret"));
}

/* A label of more than 63 letters fails in the resolver without a question to the network. */
static void unknown_names_are_not_sent(void)
{
	struct result result = do_alone("POST",
		"http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid/?secret",
		"{}");

	CU_ASSERT_EQUAL(result.outcome, HTTP_NOT_SENT);
	CU_ASSERT_TRUE(strlen(result.reason) > 0);
	CU_ASSERT_PTR_NULL(strstr(result.reason, "secret"));
}

/* A socket whose connections succeed and never hear anything. */
static int mute_socket(char *url, size_t n, const char *scheme)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&address, size), 0);
	CU_ASSERT_EQUAL_FATAL(listen(fd, 64), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	snprintf(url, n, "%s://127.0.0.1:%d/bot:secretpath?secretquery", scheme, ntohs(address.sin_port));
	return fd;
}

static struct result do_briefly(const char *url, int timeout_ms)
{
	struct http_client *client = http_client_new(NULL);
	struct result result = { 0 };
	struct http_request request = request_to("POST", url, "{}", &result);

	request.timeout_ms = timeout_ms;
	http_client_submit(client, &request);
	run_all(client);
	http_client_free(client);
	CU_ASSERT_PTR_NULL(strstr(result.reason, "secret"));
	return result;
}

static void failed_tls_is_not_sent(void)
{
	struct http_server *server = http_server_start(play_paths);
	char url[200];
	int fd;

	snprintf(url, sizeof(url), "https%s", http_server_url(server, "/?secret") + strlen("http"));
	CU_ASSERT_EQUAL(do_briefly(url, 5000).outcome, HTTP_NOT_SENT);
	CU_ASSERT_EQUAL(http_server_connections(server), 1);
	http_server_stop(server);
	fd = mute_socket(url, sizeof(url), "https");
	CU_ASSERT_EQUAL(do_briefly(url, 100).outcome, HTTP_NOT_SENT);
	close(fd);
}

static void times_out(void)
{
	char url[200];
	int fd = mute_socket(url, sizeof(url), "http");
	struct result result = do_briefly(url, 100);

	CU_ASSERT_EQUAL(result.outcome, HTTP_UNANSWERED);
	CU_ASSERT_TRUE(result.took_us >= 90000 && result.took_us < 2000000);
	close(fd);
}

/* With one connection the second request waits behind a deaf server; its own time counts from the submission. */
static void times_out_in_the_queue(void)
{
	struct http_client *client = http_client_new(&(struct http_client_options){ .max_connections = 1 });
	struct result first = { 0 }, second = { 0 };
	char url[200];
	int fd = mute_socket(url, sizeof(url), "http");
	struct http_request a = request_to("POST", url, "{}", &first), b = request_to("POST", url, "{}", &second);
	int64_t start = clock_mono_us();

	a.timeout_ms = 600;
	b.timeout_ms = 100;
	http_client_submit(client, &a);
	http_client_submit(client, &b);
	while (second.calls == 0)
		http_client_run(client, NULL, 0, 5000);
	CU_ASSERT_TRUE(clock_mono_us() - start < 450000);
	CU_ASSERT_EQUAL(second.outcome, HTTP_NOT_SENT);
	CU_ASSERT_EQUAL(first.calls, 0);
	run_all(client);
	CU_ASSERT_EQUAL(first.outcome, HTTP_UNANSWERED);
	http_client_free(client);
	close(fd);
}

static void free_cancels(void)
{
	struct http_client *client = http_client_new(&(struct http_client_options){ .max_connections = 1 });
	struct result under_way = { 0 }, queued = { 0 };
	char url[200];
	int fd = mute_socket(url, sizeof(url), "http");
	struct http_request a = request_to("POST", url, "{}", &under_way), b = request_to("POST", url, "{}", &queued);

	http_client_submit(client, &a);
	http_client_submit(client, &b);
	for (int i = 0; i < 5; i++)
		http_client_run(client, NULL, 0, 20);
	CU_ASSERT_EQUAL(http_client_active(client), 2);
	http_client_free(client);
	CU_ASSERT_EQUAL(under_way.calls, 1);
	CU_ASSERT_EQUAL(under_way.outcome, HTTP_UNANSWERED);
	CU_ASSERT_EQUAL(queued.calls, 1);
	CU_ASSERT_EQUAL(queued.outcome, HTTP_NOT_SENT);
	close(fd);
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

/* ---- many at once ---- */

static bool play_slowly(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	(void)server, (void)nth;
	usleep(100000);
	http_server_answer(fd, 200, "", request->body);
	return true;
}

/* `n` requests to a server that takes 100 ms for each, all at once. */
static void run_parallel(int n, int64_t limit_us)
{
	struct http_server *server = http_server_start(play_slowly);
	struct http_client *client = http_client_new(&(struct http_client_options){ .max_connections = n });
	struct result *results = calloc((size_t)n, sizeof(*results));
	int64_t start = clock_mono_us();
	int right = 0;

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < n; i++) {
			char body[20];
			struct http_request request;

			snprintf(body, sizeof(body), "%d", i);
			request = request_to("POST", http_server_url(server, "/"), body, &results[i]);
			request.timeout_ms = 20000;
			http_client_submit(client, &request);
		}
		CU_ASSERT_EQUAL(http_client_active(client), n);
		run_all(client);
	}
	CU_ASSERT_TRUE(clock_mono_us() - start < limit_us);
	for (int i = 0; i < n; i++)
		right += results[i].calls == 2 && results[i].outcome == HTTP_ANSWERED && atoi(results[i].body) == i;
	CU_ASSERT_EQUAL(right, n);
	CU_ASSERT_EQUAL(http_server_requests(server), 2 * n);
	CU_ASSERT_TRUE(http_server_connections(server) <= n + n / 10);
	http_client_free(client);
	http_server_stop(server);
	free(results);
}

static void runs_hundred_at_once(void)
{
	run_parallel(100, 3000000);
}

/* As many as the descriptors of this process allow, since both ends are in it. */
static void runs_a_thousand_at_once(void)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	run_parallel(files.rlim_cur > 2100 ? 1000 : (int)(files.rlim_cur / 2) - 50, 15000000);
}

static void keeps_to_the_limit_for_a_host(void)
{
	struct http_server *slow = http_server_start(play_slowly), *quick = http_server_start(play_paths);
	struct http_client *client =
		http_client_new(&(struct http_client_options){ .max_connections = 10, .max_connections_host = 2 });
	struct result results[8] = { { 0 } }, other = { 0 };
	struct http_request request = request_to("POST", http_server_url(quick, "/echo"), "{}", &other);

	for (int i = 0; i < 8; i++) {
		struct http_request one = request_to("POST", http_server_url(slow, "/"), "{}", &results[i]);

		http_client_submit(client, &one);
	}
	http_client_submit(client, &request);
	while (other.calls == 0)
		http_client_run(client, NULL, 0, 1000);
	CU_ASSERT_EQUAL(http_client_active(client), 8);
	run_all(client);
	CU_ASSERT_EQUAL(http_server_connections(slow), 2);
	CU_ASSERT_EQUAL(http_server_requests(slow), 8);
	http_client_free(client);
	http_server_stop(slow);
	http_server_stop(quick);
}

/* ---- the loop ---- */

struct chain {
	struct http_client *client;
	const char *url;
	int left, answered;
};

static void chain_done(void *arg, const struct http_response *response)
{
	struct chain *chain = arg;
	struct http_request request = { .method = "POST",
		.url = chain->url,
		.body = STR("{}"),
		.timeout_ms = 5000,
		.done = chain_done,
		.arg = chain };

	chain->answered += response->outcome == HTTP_ANSWERED;
	if (chain->left-- > 0)
		http_client_submit(chain->client, &request);
}

static void done_may_submit(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(&(struct http_client_options){ .max_connections = 1 });
	struct chain chain = { client, http_server_url(server, "/echo"), 20, 0 };
	struct http_request request = { .method = "POST",
		.url = chain.url,
		.body = STR("{}"),
		.timeout_ms = 5000,
		.done = chain_done,
		.arg = &chain };

	http_client_submit(client, &request);
	run_all(client);
	CU_ASSERT_EQUAL(chain.answered, 21);
	CU_ASSERT_EQUAL(http_server_connections(server), 1);
	/* One that cannot be tried, and tries again in its callback, must not keep the client from returning. */
	chain = (struct chain){ client, "ftp://nowhere", 1000000, 0 };
	request.url = chain.url;
	http_client_submit(client, &request);
	http_client_run(client, NULL, 0, 0);
	CU_ASSERT_TRUE(chain.left > 999000);
	chain.left = 0;
	run_all(client);
	http_client_free(client);
	http_server_stop(server);
}

static void descriptors_wake_it(void)
{
	struct http_client *client = http_client_new(NULL);
	int quiet[2], loud[2], fds[2];
	int64_t start = clock_mono_us();

	CU_ASSERT_EQUAL_FATAL(pipe(quiet), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(loud), 0);
	fds[0] = quiet[0];
	fds[1] = loud[0];
	CU_ASSERT_EQUAL(http_client_run(client, fds, 2, 50), 0);
	CU_ASSERT_TRUE(clock_mono_us() - start >= 45000);
	CU_ASSERT_EQUAL(write(loud[1], "x", 1), 1);
	start = clock_mono_us();
	CU_ASSERT_EQUAL(http_client_run(client, fds, 2, 5000), 2);
	close(quiet[1]); /* an end that was closed is readable too */
	CU_ASSERT_EQUAL(http_client_run(client, fds, 2, 5000), 3);
	CU_ASSERT_TRUE(clock_mono_us() - start < 1000000);
	close(quiet[0]);
	close(loud[0]);
	close(loud[1]);
	http_client_free(client);
}

/* Waiting ends with the answer, not with the time given. */
static void returns_with_the_answer(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(NULL);
	int64_t start = clock_mono_us();

	for (int i = 0; i < 50; i++) {
		struct result result = { 0 };
		struct http_request request = request_to("POST", http_server_url(server, "/echo"), "{}", &result);

		http_client_submit(client, &request);
		while (result.calls == 0)
			http_client_run(client, NULL, 0, 10000);
	}
	CU_ASSERT_TRUE(clock_mono_us() - start < 2000000);
	http_client_free(client);
	http_server_stop(server);
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

static void escapes_for_urls(void)
{
	struct buf out;

	buf_init(&out, 1000);
	http_url_escape(&out, STR("aZ09-._~ /?&=%+\xc3\xa4\0"));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "aZ09-._~%20%2F%3F%26%3D%25%2B%C3%A4%00");
	buf_fini(&out);
}

CU_TestInfo core_http_client_tests[] = {
	{ "sends what was asked", sends_what_was_asked },
	{ "sends POST, DELETE and GET without a body", sends_methods_without_body },
	{ "sends a large body", sends_a_large_body },
	{ "understands statuses, Retry-After, usage, interim answers; follows no redirect", understands_answers },
	{ "cuts long answers", cuts_long_answers },
	{ "never repeats a request on a dead connection", never_repeats_on_a_dead_connection },
	{ "survives connections closed while idle", survives_an_idle_close },
	{ "broken answers count as unanswered", broken_answers_are_unanswered },
	{ "a refused connection: not sent", refused_is_not_sent },
	{ "an unknown name: not sent", unknown_names_are_not_sent },
	{ "a failed TLS handshake: not sent", failed_tls_is_not_sent },
	{ "checks addresses and headers", addresses_and_headers_are_checked },
	{ "time limit after sending: unanswered", times_out },
	{ "time limit in the queue: not sent", times_out_in_the_queue },
	{ "freeing cancels", free_cancels },
	{ "a hundred at once", runs_hundred_at_once },
	{ "a thousand at once", runs_a_thousand_at_once },
	{ "a slow host holds up no other", keeps_to_the_limit_for_a_host },
	{ "done may submit further requests", done_may_submit },
	{ "further descriptors end the wait", descriptors_wake_it },
	{ "an answer ends the wait", returns_with_the_answer },
	{ "fetches one into a pool", fetches_one },
	{ "ignores proxies of the environment", ignores_proxies_of_the_environment },
	{ "a request waits for its delay and holds up nothing", waits_for_its_delay },
	{ "a request has a maximum of its own", a_request_has_its_own_maximum },
	{ "escapes for URLs", escapes_for_urls },
	CU_TEST_INFO_NULL,
};
