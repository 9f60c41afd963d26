/*
 * request.h - a request and its response, whatever carries them (FastCGI or plain CGI).
 *
 * A handler gets the request, reads the body when it wants it, fills the response and returns. Nothing is on the wire
 * before that: a page that fails half-way is an error page, not half a page. Everything of a request lives in its pool.
 */
#ifndef DESKBELL_HTTP_REQUEST_H
#define DESKBELL_HTTP_REQUEST_H

#include "core/buf.h"
#include "core/pool.h"
#include "core/str.h"

#define HTTP_HEADER_MAX 8192 /* longest value of a header that is looked at */

struct transport;

struct request {
	struct pool *pool;
	struct str method, path, query;
	struct str remote_address;
	int64_t content_length; /* -1 when the client named none */
	struct transport *transport;
};

/* A part of an open file as the body: sent as it is read, never held in memory. */
struct response_file {
	int fd; /* closed when the response is on the wire */
	int64_t from, bytes;
};

struct response {
	int status;
	const char *content_type; /* static */
	const char *allow;        /* for 405; NULL */
	struct buf body;
	struct response_file *file; /* instead of the body; in the request's pool; NULL: there is none */
	struct buf headers;         /* further lines; see response_header */
	const char *cache_control;  /* static; NULL: no-store */
	bool is_head;               /* the body is worked out and not sent */
	void (*after)(void *arg);   /* called when the response is on the wire; NULL */
	void *after_arg;
};

/* The value of a header by its CGI name ("HTTP_X_HUB_SIGNATURE_256", "CONTENT_TYPE"); absent when missing or longer
 * than HTTP_HEADER_MAX. */
struct str request_header(const struct request *request, const char *cgi_name);
/* Reads the whole body. ERR_TOO_LARGE over `max` bytes (also when Content-Length says so: then nothing is read),
 * ERR_BROKEN_PEER when fewer bytes came than Content-Length names, ERR_TIMEOUT when they did not come in time,
 * ERR_NO_LENGTH for a body without a length in plain CGI, where one that was cut off looks like a whole one (RFC 3875,
 * 4.1.2: CONTENT_LENGTH is set where there is a body). */
enum err request_body(struct request *request, size_t max, struct str *out) MUST_CHECK;
/* Reads the whole body piece by piece instead, for what is too large for memory. ERR_INVALID when `take` returns false;
 * else as request_body. */
enum err request_stream(
	struct request *request, int64_t max, bool (*take)(void *arg, struct str piece), void *arg) MUST_CHECK;
/* The percent-decoded value of a query parameter, in the request's pool; absent when missing, given twice, or not
 * decodable. */
struct str request_query(struct request *request, const char *name);

/* The value of the cookie in a Cookie header, borrowed; absent when missing or given twice (RFC 6265, 5.4: then it is
 * not known which is whose). */
struct str cookie_find(struct str header, const char *name);
/* One step of application/x-www-form-urlencoded: cuts the next pair off `*rest` and decodes it. False at the end;
 * absent parts could not be decoded. */
bool urlencoded_next(struct pool *pool, struct str *rest, struct str *name, struct str *value);

/* Adds a header line. A value with a control character, which could begin another header, is a bug of ours that is
 * logged, and the line is left out. */
void response_header(struct response *response, const char *name, struct str value);
/* A response of plain text. `text` is copied. */
void respond_text(struct response *response, int status, struct str text);
/* The same from an error: status and words of its code. */
void respond_error(struct response *response, enum err e);

#endif
