/*
 * server.h - the door to libmicrohttpd: one thread with epoll that serves every connection.
 *
 * A request is an exchange. Its handler fills in an answer, or holds the exchange and lets another thread release it
 * later; a held exchange costs no thread. An exchange can also be dropped: the connection is closed without an answer,
 * or in the middle of one.
 */
#ifndef DESKBELL_SIMULATOR_SERVER_H
#define DESKBELL_SIMULATOR_SERVER_H

#include <stdint.h>

#include "core/buf.h"
#include "core/json/json.h"
#include "core/pool.h"
#include "core/str.h"

#define EXCHANGE_HEADERS_MAX 20

struct server;
struct exchange_link; /* what the server keeps about an exchange */

struct exchange {
	const char *method;
	struct str path; /* percent-decoded, without query */
	struct str body;
	bool too_large;          /* the body passed the limit and is not complete */
	const struct json *json; /* the body as JSON, NULL when it is none */
	struct pool *pool;       /* lives as long as the exchange */

	int status;
	const char *content_type;
	struct buf out;
	struct {
		const char *name, *value;
	} headers[EXCHANGE_HEADERS_MAX];
	unsigned n_headers;

	struct exchange_link *link;
};

struct server_options {
	const char *host;                               /* a loopback address: dotted IPv4 or ::1 */
	uint16_t port;                                  /* 0 picks one */
	void (*handle)(void *arg, struct exchange *ex); /* called in the server's thread */
	void *arg;
};

enum err server_start(const struct server_options *options, struct server **out, struct explain *why) MUST_CHECK;
uint16_t server_port(const struct server *server);
/* No handler runs any more: whatever still arrives is dropped. */
void server_quiesce(struct server *server);
/* After server_quiesce. Drops what is held, ends the thread and frees. No exchange may be released afterwards. */
void server_stop(struct server *server);

/* Absent when the request has none. Valid until the exchange is held. */
struct str exchange_query(const struct exchange *ex, const char *name);
struct str exchange_header(const struct exchange *ex, const char *name);
/* Calls `each` for every header of the request, in order; valid until the exchange is held. */
void exchange_each_header(
	const struct exchange *ex, void (*each)(void *arg, struct str name, struct str value), void *arg);

/* `name` and `value` must live as long as the exchange (literals or its pool). */
void exchange_add_header(struct exchange *ex, const char *name, const char *value);
/* Status and content type of what is in `out`. */
void exchange_answer(struct exchange *ex, int status, const char *content_type);
/* Close the connection instead of answering. */
void exchange_drop(struct exchange *ex);
/* Announce the whole answer, send its headers and `bytes` of what is in `out`, then close the connection. `bytes` is
 * less than `out` holds. */
void exchange_cut(struct exchange *ex, size_t bytes);

/* Announce the whole answer and send it in pieces of `bytes`. Before each the exchange is held and `wait` is called in
 * the server's thread, without a lock of the handler's; the exchange is released when the piece may go. */
void exchange_trickle(struct exchange *ex, size_t bytes, void (*wait)(void *arg, struct exchange *ex), void *arg);

/* To be called by the handler before it hands the exchange to another thread; the handler must not touch it after that.
 */
void exchange_hold(struct exchange *ex);
/* Sends the answer of a held exchange (or drops it). From any thread, exactly once. */
void exchange_release(struct exchange *ex);
void exchange_release_arg(void *exchange); /* the same as a timer's function */

#endif
