/*
 * http-exchange.h - one request in libcurl's hands; shared by http-client.c and http-exchange.c only. Everybody else
 * uses http-client.h.
 */
#ifndef DESKBELL_CORE_HTTP_EXCHANGE_H
#define DESKBELL_CORE_HTTP_EXCHANGE_H

#include "core/net/http-client.h"
#include "core/net/net-address.h"

#include <curl/curl.h>

/* Requests to one scheme, host and port. */
struct http_host {
	struct http_host *next;
	int users;   /* exchanges that point here */
	int active;  /* of these, under way */
	char name[]; /* "https://graph.facebook.com:443" */
};

struct exchange {
	struct exchange *next;
	struct http_host *host; /* set by the client */
	const char *refused;    /* why it cannot even be tried, a code; NULL normally */
	char *method, *url;
	struct curl_slist *headers;
	char *body;
	size_t body_len;   /* of `body`: what comes before and after the file */
	size_t before_len; /* of these, what comes before it */
	int file;          /* -1: none */
	int64_t file_bytes, body_read;
	bool public_only, refuse_long;
	const char *not_public; /* why an address was refused, a code; NULL when none was */
	char refused_address[NET_ADDRESS_TEXT_BYTES];
	int64_t deadline_us, started_us;
	int64_t not_before_us; /* waits in the queue until then */
	void (*done)(void *arg, const struct http_response *response);
	bool (*sink)(void *arg, struct str piece);
	void *arg;

	CURL *easy;      /* from here on: only while under way */
	bool at_wire;    /* libcurl was allowed to write: from now on something may have left */
	bool head_whole; /* the empty line after the headers came */
	bool too_long;
	struct buf answer, usage, content_type, location;
	int64_t retry_after_s;
	struct exchange *previous; /* among those under way */
};

/* `p`, or no memory, which is fatal. */
void *http_need(void *p);

/* A copy of all that the request points to, except for the host. */
struct exchange *http_exchange_new(const struct http_request *request, size_t max_response_bytes);
/* Wipes what may be secret. */
void http_exchange_free(struct exchange *x);

/* A handle with what is the same for every request of a client. */
CURL *http_easy_new(const char *user_agent, int connect_timeout_ms);
/* What belongs to one request; it must stay until http_easy_forget. */
void http_easy_fill(CURL *easy, struct exchange *x, int64_t left_us);
void http_easy_forget(CURL *easy);
/* The file that http_client_trust has chosen; NULL: libcurl's own. */
const char *http_trusted_file(void);

/* The outcome of an exchange that libcurl ended with `code`. The response points into the exchange and, for a failure,
 * into `why`. */
void http_exchange_describe(
	const struct exchange *x, CURLcode code, struct explain *why, struct http_response *response);

#endif
