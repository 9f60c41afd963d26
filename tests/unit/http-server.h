/*
 * http-server.h - a small HTTP server in threads, for tests of the client: each connection is played by a function of
 * the test.
 */
#ifndef DESKBELL_TESTS_UNIT_HTTP_SERVER_H
#define DESKBELL_TESTS_UNIT_HTTP_SERVER_H

#include "core/str.h"

#include <stdatomic.h>

struct http_server;

/* A request that was read whole: the head with its empty line, and as many bytes of body as Content-Length says. */
struct http_server_request {
	char head[4096];
	char body[32768]; /* the beginning of it */
	size_t body_len;
	char path[256];
};

/* Answers one request on `fd`; false closes the connection. `nth` counts the requests on this connection, from 1. */
typedef bool http_server_play(struct http_server *server, int fd, const struct http_server_request *request, int nth);

/* Listens on a free port of 127.0.0.1. */
struct http_server *http_server_start(http_server_play *play);
/* Closes all connections and waits for all threads. */
void http_server_stop(struct http_server *server);
/* "http://127.0.0.1:PORT" + path; valid until the next call in this thread's test. */
const char *http_server_url(struct http_server *server, const char *path);
/* Whole requests read, heads begun, and connections, so far. */
int http_server_requests(struct http_server *server);
int http_server_heads(struct http_server *server);
int http_server_connections(struct http_server *server);
/* The last request; its copy is the caller's business once the client has its answer. */
struct http_server_request http_server_last(struct http_server *server);

void http_server_say(int fd, const char *text);
/* A whole answer with Content-Length. */
void http_server_answer(int fd, int status, const char *headers, const char *body);
/* The connection ends with a reset instead of a goodbye. */
void http_server_reset(int fd);

#endif
