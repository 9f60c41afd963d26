/*
 * document-fetch.h - a document from a web address, fetched once.
 */
#ifndef DESKBELL_DOCUMENTS_DOCUMENT_FETCH_H
#define DESKBELL_DOCUMENTS_DOCUMENT_FETCH_H

#include "documents/document.h"

#define DOCUMENT_FETCH_MAX_BYTES (10 * 1024 * 1024)
#define DOCUMENT_FETCH_TIMEOUT_MS 20000

struct document_fetch_options {
	bool allow_private; /* conf's net.private_addresses: the address may lead into a private network */
	int timeout_ms;     /* all redirects together; 0: DOCUMENT_FETCH_TIMEOUT_MS */
	size_t max_bytes;   /* 0: DOCUMENT_FETCH_MAX_BYTES */
};

struct document_source {
	struct str url; /* where it was found in the end */
	enum document_format format;
	struct str bytes; /* for document_read; text is UTF-8 already */
	bool is_sitemap;  /* the bytes are a sitemap (sitemap.h), which has no format */
};

/* Fetches what `url` points to and waits for it; "https://" may be left out. Up to five redirects are followed, each
 * looked at like the first; never from https to http. `options` may be NULL. Strings live in `pool`. ERR_INVALID: not
 * an address, not allowed, nothing that can be read; ERR_NOT_FOUND; ERR_TOO_LARGE; ERR_TIMEOUT; ERR_REMOTE: the other
 * side failed or cannot be reached. `why` has words for the person who typed the address. */
enum err document_fetch(struct pool *pool, struct str url, const struct document_fetch_options *options,
	struct document_source *out, struct explain *why) MUST_CHECK;
/* The same for bytes of any kind: they are not looked at. */
enum err document_fetch_bytes(struct pool *pool, struct str url, const struct document_fetch_options *options,
	struct document_source *out, struct explain *why) MUST_CHECK;

#endif
