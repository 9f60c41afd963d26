/*
 * compress.h - a response as gzip (RFC 1952), where the client takes that and it is worth it.
 */
#ifndef DESKBELL_HTTP_COMPRESS_H
#define DESKBELL_HTTP_COMPRESS_H

#include "http/request.h"

/* Replaces the body by its gzip form and adds Content-Encoding, when `accepted` (Accept-Encoding) takes gzip, the body
 * is text of COMPRESS_MIN_BYTES and more, and it gets smaller; else leaves the response as it is. Never fails. */
void compress_response(struct str accepted, struct response *response);
/* Whether an Accept-Encoding takes gzip (RFC 9110, 12.5.3). */
bool compress_is_accepted(struct str accepted);

#define COMPRESS_MIN_BYTES 860 /* less fits into one packet anyway */

#endif
