/*
 * sitemap.h - the pages that a site names: sitemaps (sitemaps.org) and what robots.txt says of them.
 */
#ifndef DESKBELL_DOCUMENTS_SITEMAP_H
#define DESKBELL_DOCUMENTS_SITEMAP_H

#include "core/pool.h"
#include "core/str.h"

#define SITEMAP_PAGES_MAX 200

struct sitemap {
	struct str *urls; /* SITEMAP_PAGES_MAX places, each address once */
	int n;
	bool more;    /* there were more than are kept */
	bool foreign; /* some lay on other hosts, which are left out */
};

/* Whether bytes are a sitemap; `*is_index`: it names further sitemaps. */
bool sitemap_is(struct str bytes, bool *is_index);
/* Makes room for the addresses. */
void sitemap_init(struct sitemap *s, struct pool *pool);
/* Adds an address unless it is none, is there already, or lies elsewhere than `own`; with and without "www." is the
 * same. */
void sitemap_add(struct sitemap *s, struct pool *pool, struct str own, struct str address);
/* Adds the addresses that a sitemap at `own` names. What is damaged ends it there. */
void sitemap_read(struct sitemap *s, struct pool *pool, struct str own, struct str bytes);
/* Adds the sitemaps that a robots.txt at `own` names. */
void sitemap_read_robots(struct sitemap *s, struct pool *pool, struct str own, struct str bytes);

#endif
