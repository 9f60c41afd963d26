/*
 * query.h - addresses with a query: percent-encoding and the parameters behind the question mark.
 */
#ifndef DESKBELL_CORE_FORMATS_QUERY_H
#define DESKBELL_CORE_FORMATS_QUERY_H

#include "core/buf.h"

/* Appends `s` percent-encoded, but for what RFC 3986 calls unreserved: for a segment of a path, a value of a query, a
 * value of a header (RFC 8187). */
void percent_encode(struct buf *out, struct str s);

/* Appends a parameter to the address that `address` holds: "?name=value", or "&name=value" when it has a query. The
 * name is written as it is. An empty value appends nothing. */
void query_add(struct buf *address, const char *name, struct str value);
/* The same with a number; 0 appends nothing. */
void query_add_i64(struct buf *address, const char *name, int64_t value);

#endif
