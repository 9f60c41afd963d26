/*
 * core-http-many.c - tests of many requests at once in one client, and of its loop.
 */
#include "core-http.h"
#include "core.h"

#include "core/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static bool play_slowly(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	(void)server, (void)nth;
	usleep(100000);
	http_server_answer(fd, 200, "", request->body);
	return true;
}

/* `n` requests to a server that takes 100 ms for each, all at once: in less time than a half of them one by one. */
static void run_parallel(int n)
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
	CU_ASSERT_TRUE(clock_mono_us() - start < n * 100000);
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
	run_parallel(100);
}

/* As many as the descriptors of this process allow, since both ends are in it. */
static void runs_a_thousand_at_once(void)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	run_parallel(files.rlim_cur > 2100 ? 1000 : (int)(files.rlim_cur / 2) - 50);
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

CU_TestInfo core_http_many_tests[] = {
	{ "a hundred at once", runs_hundred_at_once },
	{ "a thousand at once", runs_a_thousand_at_once },
	{ "a slow host holds up no other", keeps_to_the_limit_for_a_host },
	{ "done may submit further requests", done_may_submit },
	{ "further descriptors end the wait", descriptors_wake_it },
	{ "an answer ends the wait", returns_with_the_answer },
	CU_TEST_INFO_NULL,
};
