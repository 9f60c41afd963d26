/*
 * http-server.c - the small server behind the tests of the HTTP client.
 *
 * Owns a listening socket, a thread that accepts and a thread for each connection. Counts what arrives, so that a test
 * can prove that a request came once. Never parses more HTTP than these tests send; any failure of a system call ends
 * the test program.
 */
#include "http-server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX 2048
#define STACK_BYTES (256 * 1024)

struct connection {
	struct http_server *server;
	pthread_t thread;
	int fd;
};

struct http_server {
	http_server_play *play;
	int fd, port;
	pthread_t acceptor;
	pthread_mutex_t lock; /* over `last` and the connections' descriptors */
	struct http_server_request last;
	struct connection connection[CONNECTIONS_MAX];
	atomic_int connections, requests, heads;
	char url[512];
};

static void check(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(99);
}

/* Up to and including the empty line; false at the end of the connection. */
static bool read_head(struct http_server *server, int fd, struct http_server_request *request)
{
	size_t n = 0;

	while (n + 1 < sizeof(request->head)) {
		if (recv(fd, request->head + n, 1, 0) != 1)
			return false;
		if (n == 0 && request->head[0] == 0x16) { /* a TLS handshake: answered as a plain server does */
			http_server_answer(fd, 400, "", "this is plain HTTP");
			return false;
		}
		if (n == 0)
			server->heads++;
		request->head[++n] = '\0';
		if (n >= 4 && memcmp(request->head + n - 4, "\r\n\r\n", 4) == 0)
			return true;
	}
	return false;
}

static bool read_body(int fd, struct http_server_request *request)
{
	const char *length = strstr(request->head, "Content-Length: ");
	size_t left = length ? (size_t)atol(length + 16) : 0, kept = 0;
	char bytes[16384];

	request->body_len = left;
	while (left > 0) {
		ssize_t got = recv(fd, bytes, left < sizeof(bytes) ? left : sizeof(bytes), 0);
		size_t keep;

		if (got <= 0)
			return false;
		keep = sizeof(request->body) - 1 - kept;
		keep = keep < (size_t)got ? keep : (size_t)got;
		memcpy(request->body + kept, bytes, keep);
		kept += keep;
		left -= (size_t)got;
	}
	request->body[kept] = '\0';
	return true;
}

static bool read_request(struct http_server *server, int fd, struct http_server_request *request)
{
	request->head[0] = '\0';
	request->path[0] = '\0';
	if (!read_head(server, fd, request) || !read_body(fd, request))
		return false;
	sscanf(request->head, "%*s %255s", request->path);
	server->requests++;
	pthread_mutex_lock(&server->lock);
	server->last = *request;
	pthread_mutex_unlock(&server->lock);
	return true;
}

static void *serve(void *arg)
{
	struct connection *c = arg;
	struct http_server_request request;

	for (int nth = 1; read_request(c->server, c->fd, &request); nth++)
		if (!c->server->play(c->server, c->fd, &request, nth))
			break;
	pthread_mutex_lock(&c->server->lock);
	close(c->fd);
	c->fd = -1;
	pthread_mutex_unlock(&c->server->lock);
	return NULL;
}

static void *accept_all(void *arg)
{
	struct http_server *server = arg;
	pthread_attr_t attributes;
	int fd;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	while ((fd = accept(server->fd, NULL, NULL)) >= 0) {
		struct connection *c = &server->connection[server->connections];

		check(server->connections < CONNECTIONS_MAX, "too many connections");
		*c = (struct connection){ .server = server, .fd = fd };
		server->connections++; /* before it can answer: whoever has an answer counts its connection, too */
		check(pthread_create(&c->thread, &attributes, serve, c) == 0, "pthread_create");
	}
	pthread_attr_destroy(&attributes);
	return NULL;
}

struct http_server *http_server_start(http_server_play *play)
{
	struct http_server *server = calloc(1, sizeof(*server));
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(address);

	check(server != NULL, "calloc");
	server->play = play;
	pthread_mutex_init(&server->lock, NULL);
	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	check(server->fd >= 0 && bind(server->fd, (struct sockaddr *)&address, n) == 0 && listen(server->fd, 1024) == 0
			&& getsockname(server->fd, (struct sockaddr *)&address, &n) == 0,
		"listen");
	server->port = ntohs(address.sin_port);
	check(pthread_create(&server->acceptor, NULL, accept_all, server) == 0, "pthread_create");
	return server;
}

void http_server_stop(struct http_server *server)
{
	shutdown(server->fd, SHUT_RDWR);
	pthread_join(server->acceptor, NULL);
	close(server->fd);
	for (int i = 0; i < server->connections; i++) {
		pthread_mutex_lock(&server->lock);
		if (server->connection[i].fd >= 0)
			shutdown(server->connection[i].fd, SHUT_RDWR);
		pthread_mutex_unlock(&server->lock);
		pthread_join(server->connection[i].thread, NULL);
	}
	pthread_mutex_destroy(&server->lock);
	free(server);
}

const char *http_server_url(struct http_server *server, const char *path)
{
	snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%d%s", server->port, path);
	return server->url;
}

int http_server_requests(struct http_server *server)
{
	return server->requests;
}

int http_server_heads(struct http_server *server)
{
	return server->heads;
}

int http_server_connections(struct http_server *server)
{
	return server->connections;
}

struct http_server_request http_server_last(struct http_server *server)
{
	struct http_server_request last;

	pthread_mutex_lock(&server->lock);
	last = server->last;
	pthread_mutex_unlock(&server->lock);
	return last;
}

void http_server_say(int fd, const char *text)
{
	size_t n = strlen(text);

	while (n > 0) {
		ssize_t done = send(fd, text, n, MSG_NOSIGNAL);

		if (done <= 0)
			return; /* the client may well be gone */
		text += done;
		n -= (size_t)done;
	}
}

void http_server_answer(int fd, int status, const char *headers, const char *body)
{
	char *text; /* sent at once: two small segments would wait for each other 40 ms */

	check(asprintf(&text, "HTTP/1.1 %d Words\r\n%sContent-Length: %zu\r\n\r\n%s", status, headers, strlen(body),
		      body)
			> 0,
		"asprintf");
	http_server_say(fd, text);
	free(text);
}

void http_server_reset(int fd)
{
	struct linger hard = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
}
