/*
 * site-import.h - the pages of a site, as documents of the knowledge base.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_SITE_IMPORT_H
#define DESKBELL_ANSWER_RETRIEVAL_SITE_IMPORT_H

#include "answer/retrieval/knowledge-import.h"
#include "documents/sitemap.h"

struct site_pages {
	struct str site; /* where the pages were found: an address on their host */
	struct sitemap pages;
};

/* The pages that a site names: `url` is a sitemap, or any address on a host whose robots.txt names one or that has one
 * at /sitemap.xml. Waits for all of it, at most `timeout_ms`. Only pages of the same host. Errors as document_fetch,
 * and ERR_NOT_FOUND where there is no sitemap or nothing in it; `why` has words. */
enum err site_pages_find(struct pool *pool, const struct conf *conf, struct str url, int timeout_ms,
	struct site_pages *out, struct explain *why) MUST_CHECK;

#endif
