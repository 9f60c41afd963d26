/*
 * core-buf.c - tests of growing buffers: their maximum, formatting, UTF-8.
 */
#include "check.h"
#include "core.h"

#include "core/buf.h"

static void buf_grows_and_formats(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "");
	CU_ASSERT_PTR_NOT_NULL(buf_str(&b).p);
	buf_add_str(&b, STR_NONE);
	buf_add_cstr(&b, NULL);
	CU_ASSERT_PTR_NULL(b.data);
	buf_addf(&b, "%s=%d", "n", 7);
	buf_add_char(&b, '\0');
	buf_add_cstr(&b, "end");
	CU_ASSERT_EQUAL(b.len, 7);
	CU_ASSERT_EQUAL(memcmp(b.data, "n=7\0end", 8), 0);
	for (int i = 0; i < 10000; i++)
		buf_addf(&b, "%d,", i);
	CU_ASSERT_EQUAL(b.err, ERR_OK);
	CU_ASSERT_EQUAL(b.len, 7 + 48890);
	buf_truncate(&b, 3);
	buf_truncate(&b, 100);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "n=7");
	buf_reset(&b);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "");
	buf_fini(&b);
	buf_add_cstr(&b, "again");
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "again");
	buf_fini(&b);
}

static void buf_stops_at_maximum(void)
{
	struct buf b;

	buf_init(&b, 5);
	buf_add_cstr(&b, "12345");
	CU_ASSERT_EQUAL(b.err, ERR_OK);
	CU_ASSERT_TRUE(b.cap <= 6);
	buf_add_cstr(&b, "6");
	CU_ASSERT_EQUAL(b.err, ERR_TOO_LARGE);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "12345");
	buf_truncate(&b, 1);
	buf_add_cstr(&b, "x");
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "1");
	CU_ASSERT_EQUAL(b.err, ERR_TOO_LARGE);
	buf_reset(&b);
	buf_addf(&b, "%s", "123456");
	CU_ASSERT_EQUAL(b.err, ERR_TOO_LARGE);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "");
	buf_fini(&b);
	buf_init(&b, 0);
	buf_addf(&b, "%s", "");
	CU_ASSERT_EQUAL(b.err, ERR_OK);
	buf_add_char(&b, 'x');
	CU_ASSERT_EQUAL(b.err, ERR_TOO_LARGE);
	buf_fini(&b);
}

static void buf_reserves(void)
{
	struct buf b;

	buf_init(&b, 100);
	char *room = buf_reserve(&b, 100);
	CU_ASSERT_PTR_NOT_NULL_FATAL(room);
	memset(room, 'x', 100);
	buf_commit(&b, 40);
	CU_ASSERT_EQUAL(b.len, 40);
	CU_ASSERT_EQUAL(strlen(buf_cstr(&b)), 40);
	CU_ASSERT_PTR_NULL(buf_reserve(&b, 61));
	CU_ASSERT_EQUAL(b.err, ERR_TOO_LARGE);
	CU_ASSERT_PTR_NULL(buf_reserve(&b, 1));
	buf_fini(&b);
	buf_init(&b, SIZE_MAX);
	CU_ASSERT_PTR_NOT_NULL(buf_reserve(&b, 1));
	CU_ASSERT_PTR_NULL(buf_reserve(&b, SIZE_MAX));
	buf_fini(&b);
}

#define FFFD "\xEF\xBF\xBD"

static void buf_cleans_utf8(void)
{
	static const struct {
		struct str in;
		const char *out;
	} cases[] = {
		{ { "plain", 5 }, "plain" },
		{ { "a\0b", 3 }, "a" FFFD "b" },
		{ { "\0", 1 }, FFFD },
		{ { "\xC3\xA4\xF0\x9F\x99\x82", 6 }, "\xC3\xA4\xF0\x9F\x99\x82" },
		{ { "\xF0\x9F\x99", 3 }, FFFD }, /* cut off: one for the part */
		{ { "\xF0\x9F\x99x", 4 }, FFFD "x" },
		{ { "\xE2\x82\xE2\x82\xAC", 5 }, FFFD "\xE2\x82\xAC" },
		{ { "\xC0\x80", 2 }, FFFD FFFD },                   /* overlong: no character starts so */
		{ { "\xED\xA0\x80", 3 }, FFFD FFFD FFFD },          /* surrogate */
		{ { "\xF4\x90\x80\x80", 4 }, FFFD FFFD FFFD FFFD }, /* above U+10FFFF */
		{ { "\xFF\xFE", 2 }, FFFD FFFD },
		{ { "\x80"
		    "a\xC3",
			  3 },
			FFFD "a" FFFD },
		{ { NULL, 0 }, "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b;
		buf_init(&b, 100);
		buf_add_utf8_clean(&b, cases[i].in);
		CHECK_STR(buf_str(&b), cases[i].out);
		buf_fini(&b);
	}
}

/* Every code point survives the way out and back. */
static void buf_writes_utf8(void)
{
	struct buf b;
	unsigned int wrong = 0;

	buf_init(&b, 16);
	for (uint32_t c = 0; c < 0x110010; c++) {
		uint32_t back = 0, expected = c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) ? 0xFFFD : c;
		buf_reset(&b);
		buf_add_utf8(&b, c);
		if (str_utf8_next(buf_str(&b), &back) != b.len || back != expected)
			wrong++;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	buf_fini(&b);
}

CU_TestInfo core_buf_tests[] = {
	{ "grows, formats, is cut and used again", buf_grows_and_formats },
	{ "stops at its maximum and stays stopped", buf_stops_at_maximum },
	{ "gives room to write in", buf_reserves },
	{ "replaces what is not UTF-8", buf_cleans_utf8 },
	{ "writes every code point", buf_writes_utf8 },
	CU_TEST_INFO_NULL,
};
