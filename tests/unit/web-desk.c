/*
 * web-desk.c - tests of the desk's routes, and of words, numbers and times in several languages.
 */
#include "check.h"
#include "web.h"

#include "desk/assets.h"
#include "desk/desk.h"

static void patterns(void)
{
	static const struct {
		const char *pattern, *path;
		bool fits;
		int64_t id;
	} rows[] = {
		{ "/", "/", true, 0 },
		{ "/", "", false, 0 },
		{ "/", "//", false, 0 },
		{ "/a", "/a", true, 0 },
		{ "/a", "/a/", false, 0 },
		{ "/a", "/A", false, 0 },
		{ "/a/{id}", "/a/7", true, 7 },
		{ "/a/{id}/b", "/a/9223372036854775807/b", true, INT64_MAX },
		{ "/a/{id}", "/a/9223372036854775808", false, 0 },
		{ "/a/{id}", "/a/0", false, 0 },
		{ "/a/{id}", "/a/-1", false, 0 },
		{ "/a/{id}", "/a/+1", false, 0 },
		{ "/a/{id}", "/a/01", false, 0 },
		{ "/a/{id}", "/a/1 ", false, 0 },
		{ "/a/{id}", "/a/1%20", false, 0 },
		{ "/a/{id}", "/a/0x1", false, 0 },
		{ "/a/{id}", "/a/", false, 0 },
		{ "/a/{id}", "/a/7/b", false, 0 },
		{ "/a/{id}", "/a", false, 0 },
		{ "/i/{token}", "/i/abcdefghijklmnopqrst-_", true, 0 },
		{ "/i/{token}", "/i/short", false, 0 },
		{ "/i/{token}", "/i/abcdefghijklmnopqrst.u", false, 0 },
		{ "/f/{file}", "/f/a.b-c_d", true, 0 },
		{ "/f/{file}", "/f/a%2fb", false, 0 },
		{ "/f/{file}", "/f/", false, 0 },
		{ "/f/{file}", "/f/a/b", false, 0 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct path_values values;
		CHECK_ROW(desk_path_fits(rows[i].pattern, str_of(rows[i].path), &values) == rows[i].fits, rows[i].path);
		if (rows[i].fits && rows[i].id)
			CHECK_INT(values.ids[0], rows[i].id);
	}
	struct path_values values;
	CU_ASSERT_FALSE(desk_path_fits("/a", STR_NONE, &values));
}

static void every_route_of_the_desk_is_whole(void)
{
	for (const struct desk_route *r = desk_routes; r->method; r++) {
		bool post = !strcmp(r->method, "POST");
		CHECK_ROW(r->path[0] == '/' && r->handle, r->path);
		CHECK_ROW(post || !strcmp(r->method, "GET"), r->path);
		CHECK_ROW(post == (r->body_max > 0), r->path);
		CHECK_ROW(!post || r->authority != DESK_PUBLIC, r->path);
		for (const struct desk_route *other = r + 1; other->method; other++)
			CHECK_ROW(strcmp(r->path, other->path) != 0 || strcmp(r->method, other->method) != 0, r->path);
	}
}

static void methods(void)
{
	struct path_values values;
	char allow[64];
	CU_ASSERT_PTR_NOT_NULL(desk_route_find(desk_routes, STR("GET"), STR("/sign-in"), &values, allow));
	CU_ASSERT_PTR_NOT_NULL(desk_route_find(desk_routes, STR("HEAD"), STR("/sign-in"), &values, allow));
	CU_ASSERT_PTR_NULL(desk_route_find(desk_routes, STR("get"), STR("/sign-in"), &values, allow));
	CU_ASSERT_STRING_EQUAL(allow, "GET, POST");
	CU_ASSERT_PTR_NULL(desk_route_find(desk_routes, STR("HEAD"), STR("/sign-out"), &values, allow));
	CU_ASSERT_STRING_EQUAL(allow, "POST");
	CU_ASSERT_PTR_NULL(desk_route_find(desk_routes, STR("GET"), STR("/none"), &values, allow));
	CU_ASSERT_STRING_EQUAL(allow, "");
}

static void redirects_stay_here(void)
{
	static const char *const good[] = { "/", "/a", "/a?b=c&d=%20", "/a#b", "/a//b" };
	static const char *const bad[] = { "", "a", "//a", "/\\a", "\\/a", "/a\r\nX", "/a b", "/\t", "/ö", "http://a",
		"/<a>", "/a\"", "/a'", "/\x7f" };
	for (size_t i = 0; i < COUNT(good); i++)
		CHECK_ROW(path_is_own(str_of(good[i])), good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK_ROW(!path_is_own(str_of(bad[i])), bad[i]);
	CU_ASSERT_FALSE(path_is_own(STR_NONE));
}

static void every_template_compiles(void)
{
	struct explain why = { "" };
	struct template_set *set = template_set_new(template_files, &why);
	CHECK_ROW(set != NULL, why.text);
	static const char *const needed[] = { "layout", "error", "sign-in", "setup", "invitation", "account",
		"people" };
	for (size_t i = 0; set && i < COUNT(needed); i++)
		CHECK_ROW(template_exists(set, needed[i]), needed[i]);
	template_set_free(set);
}

static void numbers_and_times(void)
{
	/* 2026-11-22 10:00:00 UTC */
	struct pool *pool = pool_new();
	struct locale en = { .language = "en", .now_ms = 1795341600000 },
		      tr = { .language = "tr", .now_ms = en.now_ms };
	struct locale es = { .language = "es", .now_ms = en.now_ms };
	CHECK_STR(locale_number(pool, &en, 1234567), "1,234,567");
	CHECK_STR(locale_number(pool, &tr, -1000), "-1.000");
	CHECK_STR(locale_number(pool, &es, 999), "999");
	CHECK_STR(locale_number(pool, &en, INT64_MIN), "-9,223,372,036,854,775,808");
	CHECK_STR(locale_time(pool, &en, en.now_ms - 60000), "09:59");
	CHECK_STR(locale_time(pool, &tr, en.now_ms - 86400000), "21 Kas, 10:00");
	CHECK_STR(locale_time(pool, &es, en.now_ms - 365ll * 86400000), "22 nov 2025");
	CHECK_STR(locale_clock(pool, &en, en.now_ms - 86400000), "10:00");
	CHECK_STR(locale_date(pool, &en, en.now_ms), "22 Nov 2026");
	CHECK_STR(locale_day(pool, &en, en.now_ms - 10 * 3600000), "Today"); /* 00:00 */
	CHECK_STR(locale_day(pool, &en, en.now_ms - 10 * 3600000 - 1000), "Yesterday");
	CHECK_STR(locale_day(pool, &en, en.now_ms - 2 * 86400000ll), "Friday, 20 November");
	CHECK_STR(locale_day(pool, &es, en.now_ms - 2 * 86400000ll), "viernes, 20 de noviembre");
	CHECK_STR(locale_day(pool, &tr, en.now_ms - 2 * 86400000ll), "20 Kasım Cuma");
	CHECK_STR(locale_day(pool, &tr, en.now_ms - 365ll * 86400000), "22 Kasım 2025 Cumartesi");
	CHECK_STR(locale_day(pool, &en, 0), "Thursday, 1 January 1970");
	CHECK_STR(locale_brief(pool, &en, en.now_ms - 60000), "09:59");
	CHECK_STR(locale_brief(pool, &en, en.now_ms - 86400000), "Yesterday");
	CHECK_STR(locale_brief(pool, &es, en.now_ms - 6 * 86400000ll), "lun");
	CHECK_STR(locale_brief(pool, &en, en.now_ms - 7 * 86400000ll), "15 Nov");
	CHECK_STR(locale_brief(pool, &en, en.now_ms + 86400000), "23 Nov"); /* a clock ahead of ours */
	CHECK_STR(locale_brief(pool, &tr, en.now_ms - 365ll * 86400000), "22 Kas 2025");
	CU_ASSERT_TRUE(locale_same_day(&en, en.now_ms, en.now_ms - 10 * 3600000));
	CU_ASSERT_FALSE(locale_same_day(&en, en.now_ms, en.now_ms + 14 * 3600000));
	CHECK_STR(locale_ago(pool, &en, en.now_ms - 59000), "now");
	CHECK_STR(locale_ago(pool, &en, en.now_ms + 59000), "now");
	CHECK_STR(locale_ago(pool, &en, en.now_ms - 180000), "3 min");
	CHECK_STR(locale_ago(pool, &en, en.now_ms - 7200000), "2 h");
	CHECK_STR(locale_ago(pool, &en, en.now_ms - 3 * 86400000), "3 d");
	pool_free(pool);
}

static void zones(void)
{
	struct pool *pool = pool_new();
	static const char *const bad[] = { "", "/etc/passwd", "../../../etc/passwd", "Mars/Phobos", ".", "Europe",
		"a\nb" };
	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK_ROW(!zone_load(pool, str_of(bad[i])), bad[i]);
	CHECK_INT(zone_offset_s(NULL, 1795341600), 0);
	const struct zone *istanbul = zone_load(pool, STR("Europe/Istanbul")),
			  *madrid = zone_load(pool, STR("Europe/Madrid"));
	if (istanbul && madrid) { /* the host may have no zones */
		CHECK_INT(zone_offset_s(istanbul, 1795341600), 3 * 3600);
		CHECK_INT(zone_offset_s(madrid, 1795341600), 3600);
		CHECK_INT(zone_offset_s(madrid, 1783000000), 2 * 3600); /* July 2026 */
	}
	pool_free(pool);
}

CU_TestInfo web_desk_tests[] = {
	{ "patterns", patterns },
	{ "every route of the desk is whole", every_route_of_the_desk_is_whole },
	{ "methods", methods },
	{ "redirects stay here", redirects_stay_here },
	{ "every template compiles", every_template_compiles },
	{ "numbers and times", numbers_and_times },
	{ "time zones", zones },
	CU_TEST_INFO_NULL,
};

/* ---- words ---- */

static void languages_are_negotiated(void)
{
	static const struct {
		const char *header, *language;
	} rows[] = { { NULL, "en" }, { "", "en" }, { "tr", "tr" }, { "TR-tr", "tr" }, { "de,es", "es" },
		{ "en;q=0.5,tr;q=0.9", "tr" }, { "tr;q=0,en", "en" }, { "tr;q=0", "en" }, { "trx", "en" },
		{ "es;q=0.001", "es" }, { "*", "en" }, { ";;;,,,", "en" }, { "es;q=banana", "es" } };
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_STR(str_of(translation_negotiate(str_of(rows[i].header))), rows[i].language);
}

static void words_are_found(void)
{
	CHECK_STR(str_of(translation_find(NULL, "Sign in")), "Sign in");
	CU_ASSERT_PTR_NULL(translation_of("xx"));
	CU_ASSERT_PTR_NULL(translation_of(NULL));
	for (int i = 1; translation_languages[i]; i++) {
		const struct translation *t = translation_of(translation_languages[i]);
		CHECK_ROW(t != NULL, translation_languages[i]);
		CHECK_ROW(strcmp(translation_find(t, "Sign in"), "Sign in") != 0, translation_languages[i]);
		CHECK_STR(str_of(translation_find(t, "no such words")), "no such words");
	}
}

/* Each cut, and each byte turned around, is refused or harmless. */
static void broken_catalogues_are_harmless(void)
{
	const struct embedded_file *file = catalogue_files;
	struct translation t;
	CU_ASSERT_TRUE(translation_open(file->bytes, file->n, &t));
	for (size_t n = 0; n < file->n; n += 7)
		CU_ASSERT_FALSE(n < 28 && translation_open(file->bytes, n, &t));
	struct pool *pool = pool_new();
	unsigned char *copy = pool_alloc(pool, file->n);
	for (size_t i = 0; i < 400 && i < file->n; i++) {
		memcpy(copy, file->bytes, file->n);
		copy[i] ^= 0xff;
		if (translation_open(copy, file->n, &t))
			translation_find(&t, "Sign in");
	}
	pool_free(pool);
}

static void sentences_begin_with_a_capital(void)
{
	struct pool *pool = pool_new();
	struct locale tr = { .language = "tr", .translation = translation_of("tr") }, en = { .language = "en" };
	CHECK_STR(locale_sentence(pool, &tr, STR("metin yok")), "Metin yok");
	CHECK_STR(locale_sentence(pool, &tr, STR("iki")), "İki");
	CHECK_STR(locale_sentence(pool, &en, STR("iki")), "Iki");
	CHECK_STR(locale_sentence(pool, &tr, STR("şu")), "Şu");
	CHECK_STR(locale_sentence(pool, &en, STR("@bot")), "@bot");
	CHECK_STR(locale_sentence(pool, &en, STR("")), "");
	CHECK_STR(locale_decimal(pool, &en, 0.544, 2), "0.54");
	CHECK_STR(locale_decimal(pool, &tr, 1234.5, 1), "1.234,5");
	CHECK_STR(locale_decimal(pool, &tr, -0.05, 1), "-0,1");
	CHECK_STR(locale_decimal(pool, &en, 0.999, 2), "1.00");
	pool_free(pool);
}

CU_TestInfo web_words_tests[] = {
	{ "languages are negotiated", languages_are_negotiated },
	{ "words are found", words_are_found },
	{ "broken catalogues are harmless", broken_catalogues_are_harmless },
	{ "sentences begin with a capital", sentences_begin_with_a_capital },
	CU_TEST_INFO_NULL,
};
