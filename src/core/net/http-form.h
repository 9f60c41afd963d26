/*
 * http-form.h - a body of multipart/form-data (RFC 7578) with at most one file, as a request sends it.
 */
#ifndef DESKBELL_CORE_HTTP_FORM_H
#define DESKBELL_CORE_HTTP_FORM_H

#include "core/net/http-client.h"

struct http_form {
	struct pool *pool;
	struct buf before;
	struct str boundary;
};

/* Begins a form whose boundary cannot be guessed. */
void http_form_begin(struct http_form *form, struct pool *pool);
/* A field. An absent value adds none. `name` needs no escapes. */
void http_form_text(struct http_form *form, const char *name, struct str value);
/* A file that is in memory. Quotes and control characters in its name become "_". */
void http_form_bytes(struct http_form *form, const char *name, struct str file_name, struct str type, struct str bytes);
/* Ends the form: content type and body of `out`. */
enum err http_form_end(struct http_form *form, struct http_request *out) MUST_CHECK;
/* The same with a file of `bytes` bytes as the last field, which is sent as it is read; `fd` is the request's from here
 * on. */
enum err http_form_end_with_file(struct http_form *form, const char *name, struct str file_name, struct str type,
	int fd, int64_t bytes, struct http_request *out) MUST_CHECK;

#endif
