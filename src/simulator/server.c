/*
 * server.c - HTTP for the simulator, on libmicrohttpd.
 *
 * Owns the listening socket, the one serving thread and every exchange from its first byte to its completion. Never
 * knows a route. An answer's bytes stay in the exchange until libmicrohttpd has sent them, so nothing is copied. A
 * suspended connection is out of its poll set and does not notice that the peer left; the code that holds one must
 * release it within bounds. Out of memory is fatal; a connection's failure ends that connection only.
 */
#include "simulator/server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>

#include "simulator/state/sim-memory.h"

#define BODY_MAX_BYTES (128u * 1024 * 1024)
#define ANSWER_MAX_BYTES ((size_t)1024 * 1024 * 1024)
#define CONNECTIONS_MAX 8192
#define IDLE_TIMEOUT_S 120
#define CUT_BLOCK_BYTES 16384

struct server {
	struct MHD_Daemon *daemon;
	struct server_options options;
	uint16_t port;
	pthread_mutex_t handling;   /* held while the handler runs, so that a stop can wait for it */
	bool quiet;                 /* under `handling` */
	pthread_mutex_t lock;       /* a leaf: nothing is called under it but list keeping */
	struct exchange_link *held; /* so that a stop can drop them */
};

struct exchange_link {
	struct server *server;
	struct MHD_Connection *connection;
	struct buf body;
	bool handled, held, drop, cut;
	size_t cut_after_bytes; /* when `cut` */
	struct {
		size_t bytes, allowed; /* of a piece, 0: the answer goes at once; and of what may go already */
		void (*wait)(void *arg, struct exchange *ex);
		void *arg;
	} trickle;
	struct exchange_link *next, *prev;
	struct exchange exchange;
};

static struct exchange_link *link_new(
	struct server *server, struct MHD_Connection *connection, const char *method, const char *url)
{
	struct exchange_link *link = memory_new(sizeof(*link));

	link->server = server;
	link->connection = connection;
	buf_init(&link->body, BODY_MAX_BYTES);
	buf_init(&link->exchange.out, ANSWER_MAX_BYTES);
	link->exchange.pool = pool_new();
	link->exchange.method = pool_cstr(link->exchange.pool, str_of(method));
	link->exchange.path = pool_str(link->exchange.pool, str_of(url));
	link->exchange.status = 500;
	link->exchange.content_type = "text/plain";
	link->exchange.link = link;
	return link;
}

static void link_free(struct exchange_link *link)
{
	buf_fini(&link->body);
	buf_fini(&link->exchange.out);
	pool_free(link->exchange.pool);
	free(link);
}

/* Gives the beginning of the answer, then breaks it off. */
static ssize_t read_cut(void *arg, uint64_t pos, char *out, size_t max)
{
	const struct exchange_link *link = arg;
	size_t n = link->cut_after_bytes - (size_t)pos;

	if (!n)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (n > max)
		n = max;
	memcpy(out, link->exchange.out.data + pos, n);
	return (ssize_t)n;
}

/* Holds the exchange until the next piece may go; false when the server ends. */
static bool trickle_wait(struct exchange_link *link)
{
	struct server *server = link->server;

	pthread_mutex_lock(&server->handling);
	bool quiet = server->quiet;
	if (!quiet) {
		link->trickle.allowed += link->trickle.bytes;
		exchange_hold(&link->exchange);
		link->trickle.wait(link->trickle.arg, &link->exchange);
	}
	pthread_mutex_unlock(&server->handling);
	return !quiet;
}

/* Gives what may go already; nothing while the exchange is held. */
static ssize_t read_trickle(void *arg, uint64_t pos, char *out, size_t max)
{
	struct exchange_link *link = arg;
	size_t n = link->trickle.allowed - (size_t)pos, left = link->exchange.out.len - (size_t)pos;

	if (link->drop || (!n && !trickle_wait(link)))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = n < left ? n : left;
	n = n < max ? n : max;
	memcpy(out, link->exchange.out.data + pos, n);
	return (ssize_t)n;
}

static struct MHD_Response *link_response(struct exchange_link *link)
{
	struct buf *out = &link->exchange.out;

	if (link->cut)
		return MHD_create_response_from_callback(out->len, CUT_BLOCK_BYTES, read_cut, link, NULL);
	if (link->trickle.bytes)
		return MHD_create_response_from_callback(out->len, CUT_BLOCK_BYTES, read_trickle, link, NULL);
	return MHD_create_response_from_buffer(out->len, out->len ? out->data : (void *)"", MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result link_send(struct exchange_link *link)
{
	struct exchange *ex = &link->exchange;
	struct MHD_Response *response;
	enum MHD_Result result;

	if (link->drop)
		return MHD_NO;
	response = link_response(link);
	if (!response)
		return MHD_NO;
	if (ex->content_type)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, ex->content_type);
	for (unsigned i = 0; i < ex->n_headers; i++)
		MHD_add_response_header(response, ex->headers[i].name, ex->headers[i].value);
	result = MHD_queue_response(link->connection, (unsigned)ex->status, response);
	MHD_destroy_response(response);
	return result;
}

static void link_handle(struct exchange_link *link)
{
	struct exchange *ex = &link->exchange;
	struct server *server = link->server;

	link->handled = true;
	ex->body = buf_str(&link->body);
	ex->too_large = link->body.err != ERR_OK;
	if (ex->body.n && !ex->too_large && json_parse(ex->pool, ex->body, &ex->json, NULL) != ERR_OK)
		ex->json = NULL;
	pthread_mutex_lock(&server->handling);
	if (server->quiet)
		link->drop = true;
	else
		server->options.handle(server->options.arg, ex);
	pthread_mutex_unlock(&server->handling);
}

/* Called first with the headers, then with pieces of the body, then without any, and once more after a held exchange
 * was released. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *upload, size_t *upload_bytes, void **slot)
{
	struct exchange_link *link = *slot;

	(void)version;
	if (!link) {
		*slot = link_new(cls, connection, method, url);
		return MHD_YES;
	}
	if (*upload_bytes) {
		buf_add(&link->body, upload, *upload_bytes);
		*upload_bytes = 0;
		return MHD_YES;
	}
	if (!link->handled) {
		link_handle(link);
		if (link->held)
			return MHD_YES;
	}
	return link_send(link);
}

static void on_completed(
	void *cls, struct MHD_Connection *connection, void **slot, enum MHD_RequestTerminationCode code)
{
	(void)cls;
	(void)connection;
	(void)code;
	if (*slot)
		link_free(*slot);
	*slot = NULL;
}

static bool address_parse(const char *host, uint16_t port, struct sockaddr_in *v4, struct sockaddr_in6 *v6)
{
	memset(v4, 0, sizeof(*v4));
	memset(v6, 0, sizeof(*v6));
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return true;
	}
	if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
	}
	return false;
}

static void server_free(struct server *server)
{
	pthread_mutex_destroy(&server->lock);
	pthread_mutex_destroy(&server->handling);
	free(server);
}

enum err server_start(const struct server_options *options, struct server **out, struct explain *why)
{
	struct server *server = memory_new(sizeof(*server));
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	bool is_v4 = address_parse(options->host, options->port, &v4, &v6);
	const void *address = is_v4 ? (const void *)&v4 : (const void *)&v6;
	unsigned flags =
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | (is_v4 ? 0u : (unsigned)MHD_USE_IPv6);
	const union MHD_DaemonInfo *info;

	server->options = *options;
	pthread_mutex_init(&server->lock, NULL);
	pthread_mutex_init(&server->handling, NULL);
	server->daemon = MHD_start_daemon(flags, options->port, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR,
		address, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,
		MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u, MHD_OPTION_END);
	if (!server->daemon) {
		server_free(server);
		return explain(
			why, ERR_IO, "cannot listen on %s port %u: is the port taken?", options->host, options->port);
	}
	info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
	server->port = info ? info->port : options->port;
	*out = server;
	return ERR_OK;
}

uint16_t server_port(const struct server *server)
{
	return server->port;
}

void server_quiesce(struct server *server)
{
	pthread_mutex_lock(&server->handling);
	server->quiet = true;
	pthread_mutex_unlock(&server->handling);
}

static struct exchange_link *held_first(struct server *server)
{
	struct exchange_link *link;

	pthread_mutex_lock(&server->lock);
	link = server->held;
	pthread_mutex_unlock(&server->lock);
	return link;
}

void server_stop(struct server *server)
{
	struct exchange_link *link;

	/* libmicrohttpd must not be stopped while a connection is suspended. */
	while ((link = held_first(server))) {
		link->drop = true;
		exchange_release(&link->exchange);
	}
	MHD_stop_daemon(server->daemon);
	server_free(server);
}

struct str exchange_query(const struct exchange *ex, const char *name)
{
	return str_of(MHD_lookup_connection_value(ex->link->connection, MHD_GET_ARGUMENT_KIND, name));
}

struct str exchange_header(const struct exchange *ex, const char *name)
{
	return str_of(MHD_lookup_connection_value(ex->link->connection, MHD_HEADER_KIND, name));
}

struct each_header {
	void (*each)(void *arg, struct str name, struct str value);
	void *arg;
};

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	const struct each_header *each = cls;

	(void)kind;
	each->each(each->arg, str_of(name), str_of(value));
	return MHD_YES;
}

void exchange_each_header(
	const struct exchange *ex, void (*each)(void *arg, struct str name, struct str value), void *arg)
{
	struct each_header state = { each, arg };

	MHD_get_connection_values(ex->link->connection, MHD_HEADER_KIND, on_header, &state);
}

void exchange_add_header(struct exchange *ex, const char *name, const char *value)
{
	if (ex->n_headers == EXCHANGE_HEADERS_MAX)
		bug("too many headers in one answer");
	ex->headers[ex->n_headers].name = name;
	ex->headers[ex->n_headers].value = value;
	ex->n_headers++;
}

void exchange_answer(struct exchange *ex, int status, const char *content_type)
{
	ex->status = status;
	ex->content_type = content_type;
}

void exchange_drop(struct exchange *ex)
{
	ex->link->drop = true;
}

void exchange_cut(struct exchange *ex, size_t bytes)
{
	if (bytes >= ex->out.len)
		bug("an answer is to be cut behind its end");
	ex->link->cut = true;
	ex->link->cut_after_bytes = bytes;
}

void exchange_trickle(struct exchange *ex, size_t bytes, void (*wait)(void *arg, struct exchange *ex), void *arg)
{
	struct exchange_link *link = ex->link;

	link->trickle.bytes = bytes;
	link->trickle.wait = wait;
	link->trickle.arg = arg;
}

void exchange_hold(struct exchange *ex)
{
	struct exchange_link *link = ex->link;
	struct server *server = link->server;

	link->held = true;
	MHD_suspend_connection(link->connection);
	pthread_mutex_lock(&server->lock);
	link->next = server->held;
	link->prev = NULL;
	if (link->next)
		link->next->prev = link;
	server->held = link;
	pthread_mutex_unlock(&server->lock);
}

void exchange_release(struct exchange *ex)
{
	struct exchange_link *link = ex->link;
	struct server *server = link->server;

	pthread_mutex_lock(&server->lock);
	if (link->prev)
		link->prev->next = link->next;
	else
		server->held = link->next;
	if (link->next)
		link->next->prev = link->prev;
	pthread_mutex_unlock(&server->lock);
	MHD_resume_connection(link->connection);
}

void exchange_release_arg(void *exchange)
{
	exchange_release(exchange);
}
