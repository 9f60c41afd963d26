/*
 * core-http-outcomes.c - tests of how a request ends.
 *
 * The rule that matters most: a request reaches the server once, whatever happens to the connection, and the outcome
 * says honestly whether it may have been carried out.
 */
#include "core-http.h"
#include "core.h"

#include "core/clock.h"
#include "core/net/http-form.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* A form with a file: what comes before it, the file, what comes after it; and a file that has become shorter. */
static void sends_a_file_in_a_form(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(NULL);
	for (int shorter = 0; shorter < 2; shorter++) {
		char path[] = "/tmp/deskbell-form-XXXXXX";
		struct pool *pool = pool_new();
		struct http_form form;
		struct result result = { 0 };
		struct http_request request = request_to("POST", http_server_url(server, "/echo"), NULL, &result);
		int fd = mkstemp(path);
		unlink(path);
		CU_ASSERT_EQUAL(write(fd, "0123456789", 10), 10);
		http_form_begin(&form, pool);
		http_form_text(&form, "a", STR("1"));
		http_form_text(&form, "none", STR_NONE);
		CU_ASSERT_EQUAL(http_form_end_with_file(&form, "file", STR("a\"b\r.txt"), STR("text/plain"), fd,
					10 + shorter, &request),
			ERR_OK);
		http_client_submit(client, &request);
		run_all(client);
		CU_ASSERT_EQUAL(result.outcome, shorter ? HTTP_UNANSWERED : HTTP_ANSWERED);
		CU_ASSERT_TRUE(shorter || strstr(result.body, "name=\"a\"\r\n\r\n1\r\n--deskbell-"));
		CU_ASSERT_TRUE(shorter
			       || strstr(result.body,
				       "filename=\"a_b_.txt\"\r\nContent-Type: text/plain\r\n\r\n0123456789\r\n--"));
		CU_ASSERT_EQUAL(fcntl(fd, F_GETFD), -1); /* closed by the client */
		pool_free(pool);
	}
	http_client_free(client);
	http_server_stop(server);
}

CU_TestInfo core_http_outcomes_tests[] = {
	{ "never repeats a request on a dead connection", never_repeats_on_a_dead_connection },
	{ "survives connections closed while idle", survives_an_idle_close },
	{ "broken answers count as unanswered", broken_answers_are_unanswered },
	{ "a refused connection: not sent", refused_is_not_sent },
	{ "an unknown name: not sent", unknown_names_are_not_sent },
	{ "a failed TLS handshake: not sent", failed_tls_is_not_sent },
	{ "time limit after sending: unanswered", times_out },
	{ "time limit in the queue: not sent", times_out_in_the_queue },
	{ "freeing cancels", free_cancels },
	{ "sends a file in a form", sends_a_file_in_a_form },
	CU_TEST_INFO_NULL,
};
