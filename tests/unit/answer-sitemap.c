/*
 * answer-sitemap.c - tests of sitemaps, robots.txt and of what hostile ones cost.
 */
#include "answer.h"
#include "check.h"

#include "core/buf.h"
#include "core/clock.h"
#include "documents/sitemap.h"

#include <string.h>

#define HOME STR("https://www.example.org/")
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define URLSET HEAD "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"

static struct sitemap read_text(struct pool *pool, struct str text)
{
	struct sitemap s;
	sitemap_init(&s, pool);
	sitemap_read(&s, pool, HOME, text);
	return s;
}

static void sitemaps_are_told_from_other_files(void)
{
	static const struct {
		const char *text;
		bool is, is_index;
	} table[] = { { URLSET "</urlset>", true, false }, { "<urlset><url/></urlset>", true, false },
		{ "\xEF\xBB\xBF<!-- made by a shop -->\n<urlset/>", true, false },
		{ "<s:urlset xmlns:s=\"x\"/>", false, false },
		{ HEAD "<sitemapindex xmlns=\"x\"><sitemap/></sitemapindex>", true, true },
		{ "<html><body>&lt;urlset&gt; <urlset></urlset></body></html>", false, false },
		{ "<rss><channel/></rss>", false, false }, { "The word <urlset alone", false, false },
		{ "", false, false }, { "\x1F\x8B<urlset>", false, false } };
	for (size_t i = 0; i < COUNT(table); i++) {
		bool is_index = true;
		CHECK_ROW(sitemap_is(str_of(table[i].text), &is_index) == table[i].is, table[i].text);
		CHECK_ROW(is_index == table[i].is_index, table[i].text);
	}
}

static void pages_of_the_same_host_are_taken(void)
{
	struct pool *pool = pool_new();
	struct sitemap s = read_text(pool,
		STR(URLSET
			"<url><loc>https://www.example.org/a?x=1&amp;y=2#top</loc><lastmod>2026-01-01</lastmod></url>"
			"<url><loc>\n https://example.org/b </loc><image:image xmlns:image=\"i\">"
			"<image:loc>https://www.example.org/picture.jpg</image:loc></image:image></url>"
			"<url><loc><![CDATA[https://www.example.org/c]]></loc></url>"
			"<url><loc>https://www.example.org/a?x=1&amp;y=2</loc></url>"
			"<url><loc>/relative</loc></url>"
			"<url><loc>https://elsewhere.org/</loc></url>"
			"<url><loc>https://www.example.org:8443/</loc></url>"
			"<url><loc>https://user:secret@www.example.org/</loc></url>"
			"<url><loc>file:///etc/passwd</loc></url><url><loc></loc></url></urlset>"));
	CHECK_INT(s.n, 4);
	CHECK_STR(s.urls[0], "https://www.example.org/a?x=1&y=2");
	CHECK_STR(s.urls[1], "https://example.org/b");
	CHECK_STR(s.urls[2], "https://www.example.org/c");
	CHECK_STR(s.urls[3], "https://www.example.org/relative");
	CU_ASSERT_TRUE(s.foreign && !s.more);
	pool_free(pool);
}

static void robots_name_sitemaps(void)
{
	struct pool *pool = pool_new();
	struct sitemap s;
	sitemap_init(&s, pool);
	sitemap_read_robots(&s, pool, HOME,
		STR("User-agent: *\nDisallow: /admin\r\nSITEMAP : https://www.example.org/one.xml\r\n"
		    "sitemap: /two.xml\nSitemap: https://elsewhere.org/three.xml\nSitemap:\nsitemap"));
	CHECK_INT(s.n, 2);
	CHECK_STR(s.urls[0], "https://www.example.org/one.xml");
	CHECK_STR(s.urls[1], "https://www.example.org/two.xml");
	CU_ASSERT_TRUE(s.foreign);
	pool_free(pool);
}

/* Entities that hold one another, in a text and in an attribute. */
static void bombs_stay_small(void)
{
	struct pool *pool = pool_new();
	struct buf text;
	buf_init(&text, 1 << 20);
	buf_add_cstr(&text, HEAD "<!DOCTYPE urlset [<!ENTITY e0 \"https://www.example.org/\">");
	for (int i = 1; i < 10; i++) {
		buf_addf(&text, "<!ENTITY e%d \"", i);
		for (int k = 0; k < 50; k++)
			buf_addf(&text, "&e%d;", i - 1);
		buf_add_cstr(&text, "\">");
	}
	buf_add_cstr(&text,
		"<!ENTITY file SYSTEM \"file:///etc/passwd\">]><urlset><url a=\"&e9;\"><loc>&e9;</loc></url>"
		"<url><loc>&file;</loc></url><url><loc>https://www.example.org/x</loc></url></urlset>");
	int64_t start = clock_mono_us();
	struct sitemap s = read_text(pool, buf_str(&text));
	bool is_index;
	(void)sitemap_is(buf_str(&text), &is_index);
	CU_ASSERT_TRUE(clock_mono_us() - start < 2000000);
	for (int i = 0; i < s.n; i++)
		CHECK_STR(s.urls[i], "https://www.example.org/x");
	buf_fini(&text);
	pool_free(pool);
}

static void endless_ones_are_cut(void)
{
	struct pool *pool = pool_new();
	struct buf text;
	buf_init(&text, 16 << 20);
	buf_add_cstr(&text, URLSET);
	for (int i = 0; i < 40000; i++)
		buf_addf(&text, "<url><loc>https://www.example.org/%d</loc></url>", i);
	struct sitemap s = read_text(pool, buf_str(&text)); /* it is cut off in the middle, too */
	CHECK_INT(s.n, SITEMAP_PAGES_MAX);
	CU_ASSERT_TRUE(s.more);
	buf_reset(&text);
	buf_add_cstr(&text, URLSET);
	for (int i = 0; i < 100000; i++)
		buf_addf(&text, "<url><loc>https://elsewhere.org/%d</loc></url>", i);
	int64_t start = clock_mono_us();
	s = read_text(pool, buf_str(&text));
	CU_ASSERT_TRUE(clock_mono_us() - start < 2000000);
	CHECK_INT(s.n, 0);
	CU_ASSERT_TRUE(s.foreign && s.more);
	buf_reset(&text);
	buf_add_cstr(&text, "<urlset>");
	for (int i = 0; i < 100000; i++)
		buf_add_cstr(&text, "<url>");
	CHECK_INT(read_text(pool, buf_str(&text)).n, 0);
	buf_reset(&text);
	buf_add_cstr(&text, "<urlset><url><loc>https://www.example.org/");
	for (int i = 0; i < 100000; i++)
		buf_add_char(&text, 'a');
	buf_add_cstr(&text, "</loc></url><url><loc>https://www.example.org/b</loc></url></urlset>");
	s = read_text(pool, buf_str(&text));
	CHECK_INT(s.n, 1);
	CHECK_STR(s.urls[0], "https://www.example.org/b");
	buf_fini(&text);
	pool_free(pool);
}

CU_TestInfo sitemap_tests[] = {
	{ "sitemaps are told from other files", sitemaps_are_told_from_other_files },
	{ "pages of the same host are taken", pages_of_the_same_host_are_taken },
	{ "robots.txt names sitemaps", robots_name_sitemaps },
	{ "bombs stay small", bombs_stay_small },
	{ "endless ones are cut", endless_ones_are_cut },
	CU_TEST_INFO_NULL,
};
