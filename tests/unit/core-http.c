/*
 * core-http.c - what the tests of the HTTP client share: requests waited for, and a server that answers by the path.
 */
#include "core-http.h"

#include "core/text/reason.h"

#include <CUnit/CUnit.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

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
	struct pool *pool = pool_new();
	snprintf(r->reason, sizeof(r->reason), "%s", reason_cstr(pool, response->reason));
	pool_free(pool);
}

void run_all(struct http_client *client)
{
	while (http_client_active(client) > 0)
		http_client_run(client, NULL, 0, 1000);
}

struct http_request request_to(const char *method, const char *url, const char *body, struct result *result)
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

struct result do_one(struct http_client *client, const char *method, const char *url, const char *body)
{
	struct result result = { .calls = 0 };
	struct http_request request = request_to(method, url, body, &result);

	http_client_submit(client, &request);
	run_all(client);
	CU_ASSERT_EQUAL(result.calls, 1);
	return result;
}

struct result do_alone(const char *method, const char *url, const char *body)
{
	struct http_client *client = http_client_new(NULL);
	struct result result = do_one(client, method, url, body);

	http_client_free(client);
	return result;
}

struct result do_briefly(const char *url, int timeout_ms)
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

bool play_paths(struct http_server *server, int fd, const struct http_server_request *request, int nth)
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

int mute_socket(char *url, size_t n, const char *scheme)
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
