/*
 * site-import.c - the pages of a site: its sitemaps, found and fetched.
 *
 * Owns which address is asked and how often. Every step is a fetch of its own with the rules of document-fetch.h
 * (public addresses only, bounded), and all of them share one limit of time. What one of several sitemaps lacks is no
 * error as long as another names a page. Stores nothing.
 */
#include "answer/retrieval/site-import.h"

#include "core/clock.h"
#include "core/net/http-url.h"
#include "core/text/reason.h"
#include "documents/document-fetch.h"

#define PARTS_MAX 8 /* sitemaps that are fetched for one site */
#define ROBOTS_MAX_BYTES (512 * 1024)

struct site_search {
	struct pool *pool;
	const struct conf *conf;
	int64_t deadline_us;
	struct sitemap parts; /* sitemaps that are known */
	struct site_pages *out;
};

static enum err site_fetch(
	const struct site_search *s, struct str url, size_t max_bytes, struct document_source *out, struct explain *why)
{
	int64_t left_ms = (s->deadline_us - clock_mono_us()) / 1000;
	struct document_fetch_options options = { .allow_private = s->conf->net_private_addresses == CONF_PRIVATE_ALLOW,
		.timeout_ms = left_ms > 1 ? (int)left_ms : 1,
		.max_bytes = max_bytes };
	return document_fetch_bytes(s->pool, url, &options, out, why);
}

/* A sitemap's pages, or the sitemaps that it names. False: it is none. */
static bool site_take(struct site_search *s, const struct document_source *source, bool may_be_index)
{
	bool is_index;
	if (!sitemap_is(source->bytes, &is_index))
		return false;
	if (!is_index)
		sitemap_read(&s->out->pages, s->pool, source->url, source->bytes);
	else if (may_be_index)
		sitemap_read(&s->parts, s->pool, source->url, source->bytes);
	return true;
}

/* All sitemaps that are known from place `from` on. */
static void site_take_parts(struct site_search *s, int from, bool may_be_index)
{
	struct explain ignored;
	struct document_source source;
	int n = s->parts.n;
	for (int i = from; i < n && i < PARTS_MAX && !s->out->pages.more; i++)
		if (site_fetch(s, s->parts.urls[i], 0, &source, &ignored) == ERR_OK)
			(void)site_take(s, &source, may_be_index);
	s->out->pages.more |= n > PARTS_MAX;
}

/* What robots.txt names, else the usual place. */
static void site_ask_host(struct site_search *s)
{
	struct explain ignored;
	struct document_source robots;
	struct http_url url;
	if (http_url_parse(s->pool, s->out->site.p, STR("/robots.txt"), &url)
		&& site_fetch(s, url.url, ROBOTS_MAX_BYTES, &robots, &ignored) == ERR_OK)
		sitemap_read_robots(&s->parts, s->pool, robots.url, robots.bytes);
	if (s->parts.n == 0)
		sitemap_add(&s->parts, s->pool, s->out->site, STR("/sitemap.xml"));
}

static enum err site_without_pages(const struct site_search *s, bool sitemap, struct explain *why)
{
	struct http_url url;
	struct str host = http_url_parse(s->pool, NULL, s->out->site, &url) ? url.host : STR("");
	if (!sitemap)
		return EXPLAIN(why, ERR_NOT_FOUND, site_no_sitemap, F_STR("host", host));
	return EXPLAIN(why, ERR_NOT_FOUND, site_no_pages, F_STR("host", host));
}

enum err site_pages_find(struct pool *pool, const struct conf *conf, struct str url, int timeout_ms,
	struct site_pages *out, struct explain *why)
{
	struct site_search s = {
		.pool = pool, .conf = conf, .deadline_us = clock_mono_us() + (int64_t)timeout_ms * 1000, .out = out
	};
	struct document_source first;
	sitemap_init(&s.parts, pool);
	sitemap_init(&out->pages, pool);
	enum err e = site_fetch(&s, url, 0, &first, why);
	if (e != ERR_OK)
		return e;
	out->site = first.url;
	bool sitemap = site_take(&s, &first, true);
	if (!sitemap)
		site_ask_host(&s);
	int named = s.parts.n;
	site_take_parts(&s, 0, !sitemap);
	site_take_parts(&s, named, false);
	return out->pages.n ? ERR_OK : site_without_pages(&s, sitemap || out->pages.foreign, why);
}
