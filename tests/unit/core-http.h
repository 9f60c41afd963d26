/*
 * core-http.h - what the tests of the HTTP client share.
 */
#ifndef DESKBELL_TESTS_UNIT_CORE_HTTP_H
#define DESKBELL_TESTS_UNIT_CORE_HTTP_H

#include "http-server.h"

#include "core/net/http-client.h"

/* What one request came to; filled by `done`. */
struct result {
	int calls;
	enum http_outcome outcome;
	int status;
	char body[8192], reason[512], usage[256];
	size_t body_len;
	int64_t retry_after_s, took_us;
};

/* A request whose end goes into `result`; 5 s. A `body` of NULL is none. */
struct http_request request_to(const char *method, const char *url, const char *body, struct result *result);
/* Until nothing is queued or under way. */
void run_all(struct http_client *client);
struct result do_one(struct http_client *client, const char *method, const char *url, const char *body);
/* The same with a client of its own. */
struct result do_alone(const char *method, const char *url, const char *body);
/* A POST with a time limit, by a client of its own. */
struct result do_briefly(const char *url, int timeout_ms);

/* Answers by the path: statuses, headers, an interim answer; everything else is echoed. */
http_server_play play_paths;
/* A socket whose connections succeed and never hear anything; its address goes into `url`. */
int mute_socket(char *url, size_t n, const char *scheme);

#endif
