/*
 * http-client.h - the door to libcurl: many requests at once in one thread (curl multi).
 *
 * Requests are queued, http_client_run drives them and calls each one's `done`. A POST is put on the wire at most once:
 * the client never repeats a request by itself, not even on a reused connection that turned out to be dead (the body
 * cannot be rewound). No redirects are followed. Connections are kept and reused (HTTP/2 where the server offers it),
 * idle ones for at most 20 s.
 */
#ifndef DESKBELL_CORE_HTTP_CLIENT_H
#define DESKBELL_CORE_HTTP_CLIENT_H

#include "core/buf.h"
#include "core/err.h"
#include "core/net/http-url.h"
#include "core/pool.h"
#include "core/secret.h"
#include "core/str.h"

struct http_client;

enum http_outcome {
	HTTP_ANSWERED,  /* a complete response came; look at the status */
	HTTP_NOT_SENT,  /* no byte of the request left: name, connection or TLS failed, or cancelled in the queue. Safe
			   to repeat */
	HTTP_UNANSWERED /* the request, or some of it, was written and no complete response came. It may have been
			   carried out */
};

struct http_response {
	enum http_outcome outcome;
	int status;                        /* 0 unless HTTP_ANSWERED */
	struct str body;                   /* cut at the client's maximum */
	bool too_long;                     /* HTTP_UNANSWERED because of `refuse_long` */
	struct str content_type, location; /* of the answer, absent when there is none; at most 8192 bytes */
	int64_t retry_after_s;             /* Retry-After in seconds (delta form only), -1 when absent */
	struct str usage;                  /* X-Business-Use-Case-Usage, absent when there is none */
	const char *reason; /* for the other outcomes: what went wrong (core/text/reason.h); never holds the URL's query
			       or a header */
	int64_t took_us;
};

/* A file in the middle of a body: read as it is sent, never held in memory. */
struct http_body_file {
	int fd; /* the client's from the submission on, which closes it */
	int64_t bytes;
	struct str after; /* follows the file */
};

struct http_request {
	const char *method;          /* "GET", "POST", "PUT", "DELETE" */
	const char *url;             /* http or https */
	const struct secret *bearer; /* Authorization: Bearer; may be NULL */
	const char *const *headers;  /* further "Name: value" lines, NULL-terminated; may be NULL */
	struct str content_type;     /* of the body; absent without body */
	struct str body;
	const struct http_body_file *file; /* comes after `body`; NULL: there is none */
	int timeout_ms;                    /* the whole exchange, the delay included */
	int delay_ms;                      /* not started before, for a repetition after a pause; usually 0 */
	size_t max_response_bytes;         /* 0: the client's maximum */
	/* For an address that a user typed: a connection to an address that is not public (net-address.h) is refused
	 * before it is made, by the address that the name really had; nor may the URL hold a user name. */
	bool public_only;
	bool refuse_long; /* an answer longer than the maximum ends the exchange instead of being cut */
	/* Takes the body of a 200 piece by piece instead of `body` of the response, for what is too large for memory;
	 * false ends the exchange. NULL: the body is kept. Its argument is `arg`. */
	bool (*sink)(void *arg, struct str piece);
	void (*done)(void *arg,
		const struct http_response
			*response); /* called once from http_client_run; response valid only during the call */
	void *arg;
};

struct http_client_options {
	int max_connections;       /* at once, all hosts; 0: 100 */
	int max_connections_host;  /* 0: same */
	size_t max_response_bytes; /* 0: 1 MiB */
	int connect_timeout_ms;    /* 0: 5000 */
	const char *user_agent;    /* NULL: "Deskbell/VERSION" */
};

/* Checks servers against the certificates of authorities in `ca_file`, which is copied; NULL or "": those of the
 * system. Call it before there are threads; without it, libcurl's own choice counts. */
void http_client_trust(const char *ca_file);
/* Whether the libcurl of this host has what is needed of it: TLS, and names that are looked up in the background.
 * ERR_CONFIG with words. */
enum err http_client_try(struct explain *why) MUST_CHECK;
/* Initialises libcurl on first use; call from the main thread before others start. Never NULL. */
struct http_client *http_client_new(const struct http_client_options *options);
/* Cancels what is under way (`done` is called with HTTP_NOT_SENT or HTTP_UNANSWERED) and frees. */
void http_client_free(struct http_client *client);
/* Queues a request; everything it points to is copied. The secret is copied too and wiped afterwards. */
void http_client_submit(struct http_client *client, const struct http_request *request);
/* Requests queued or under way. */
int http_client_active(const struct http_client *client);
/* True while http_client_free cancels: a `done` may not submit any more. */
bool http_client_is_closing(const struct http_client *client);
/* Does what can be done, waiting at most `timeout_ms` for network activity or for one of `fds` to become readable
 * (bit i of the result is set for fds[i], at most 8). Returns as soon as something happened. `done` may submit further
 * requests. */
unsigned http_client_run(struct http_client *client, const int *fds, unsigned n_fds, int timeout_ms);
/* Microseconds that http_client_run has spent waiting, in all. */
int64_t http_client_waited_us(const struct http_client *client);

/* One request, waited for: for commands and tests. The response's strings are in `pool`; `done` of the request is not
 * used. */
void http_fetch(struct pool *pool, const struct http_request *request, struct http_response *out);

#endif
