/*
 * http-url.h - addresses, as libcurl's own parser understands them, so that a check and the request mean the same.
 */
#ifndef DESKBELL_CORE_HTTP_URL_H
#define DESKBELL_CORE_HTTP_URL_H

#include "core/buf.h"
#include "core/pool.h"
#include "core/str.h"

struct http_url {
	struct str url;    /* whole, normalised, without fragment; characters that may not stand in one are escaped */
	struct str origin; /* "https://example.org:443" */
	struct str host;
	bool is_https;
	bool has_user; /* a user name or a password stands in it */
};

/* Reads an http or https address, false when `text` is none. With `base` (a whole address, NULL for none) `text` may
 * be relative to it. Strings live in `pool`. */
bool http_url_parse(struct pool *pool, const char *base, struct str text, struct http_url *out);

#endif
