/*
 * core-str.c - tests of slices: comparing, cutting, numbers, UTF-8.
 */
#include "check.h"
#include "core.h"

#include "core/str.h"

static void str_compares(void)
{
	CU_ASSERT_TRUE(str_equal(STR("a\0b"), ((struct str){ "a\0b", 3 })));
	CU_ASSERT_FALSE(str_equal(STR("a\0b"), STR("a\0c")));
	CU_ASSERT_FALSE(str_equal(STR("a"), STR("ab")));
	CU_ASSERT_TRUE(str_equal(STR_NONE, STR("")));
	CU_ASSERT_TRUE(str_equal_nocase(STR("X-Hub-Signature"), STR("x-hUB-signature")));
	CU_ASSERT_FALSE(str_equal_nocase(STR("\xC3\x84"), STR("\xC3\xA4")));
	CU_ASSERT_FALSE(str_equal_nocase(STR("@"), STR("`")));
	CU_ASSERT_TRUE(str_has_prefix(STR("sha256=ab"), STR("sha256=")));
	CU_ASSERT_FALSE(str_has_prefix(STR("sha"), STR("sha256=")));
	CU_ASSERT_TRUE(str_has_prefix(STR_NONE, STR("")));
	CU_ASSERT_TRUE(str_has_suffix(STR("a.css"), STR(".css")));
	CU_ASSERT_FALSE(str_has_suffix(STR("css"), STR(".css")));
	CU_ASSERT_TRUE(str_has_suffix(STR_NONE, STR_NONE));
}

static void str_cuts(void)
{
	struct str rest = STR("a,,b");

	CHECK_STR(str_take_until(&rest, ','), "a");
	CHECK_STR(str_take_until(&rest, ','), "");
	CHECK_STR(str_take_until(&rest, ','), "b");
	CU_ASSERT_PTR_NULL(rest.p);
	CU_ASSERT_PTR_NULL(str_take_until(&rest, ',').p);
	rest = STR("k=");
	CHECK_STR(str_take_until(&rest, '='), "k");
	CU_ASSERT_PTR_NOT_NULL(rest.p);
	CU_ASSERT_EQUAL(rest.n, 0);
	CHECK_STR(str_trim(STR(" \t\r\n x y \v\f")), "x y");
	CHECK_STR(str_trim(STR("  ")), "");
	CU_ASSERT_EQUAL(str_trim(STR("\0 ")).n, 1);
	CU_ASSERT_PTR_NULL(str_trim(STR_NONE).p);
	CU_ASSERT_EQUAL(str_find_char(STR("abcb"), 'b'), 1);
	CU_ASSERT_EQUAL(str_find_char(STR("abc"), 'x'), -1);
	CU_ASSERT_EQUAL(str_find_char(STR_NONE, '\0'), -1);
}

static void str_reads_numbers(void)
{
	static const struct {
		const char *text;
		int64_t value;
	} good[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "007", 7 },
		{ "42", 42 },
		{ "-42", -42 },
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
	};
	static const char *const bad[] = { "", "-", "+1", " 1", "1 ", "1a", "0x1", "1.0", "--1", "9223372036854775808",
		"-9223372036854775809", "99999999999999999999999" };
	int64_t out = 0;

	for (size_t i = 0; i < COUNT(good); i++) {
		CU_ASSERT_TRUE(str_to_i64(str_of(good[i].text), &out));
		CU_ASSERT_EQUAL(out, good[i].value);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		CU_ASSERT_FALSE(str_to_i64(str_of(bad[i]), &out));
	CU_ASSERT_FALSE(str_to_i64(STR_NONE, &out));
}

static void str_reads_utf8(void)
{
	static const struct {
		const char *bytes;
		uint32_t c;
	} good[] = {
		{ "a", 'a' },
		{ "\x7F", 0x7F },
		{ "\xC2\x80", 0x80 },
		{ "\xDF\xBF", 0x7FF },
		{ "\xE0\xA0\x80", 0x800 },
		{ "\xED\x9F\xBF", 0xD7FF },
		{ "\xEE\x80\x80", 0xE000 },
		{ "\xEF\xBF\xBF", 0xFFFF },
		{ "\xF0\x90\x80\x80", 0x10000 },
		{ "\xF4\x8F\xBF\xBF", 0x10FFFF },
	};
	static const char *const bad[] = { "\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF",
		"\xE2\x82", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80",
		"\xF5\x80\x80\x80", "\xFE", "\xFF" };
	uint32_t c = 0;

	for (size_t i = 0; i < COUNT(good); i++) {
		CU_ASSERT_EQUAL(str_utf8_next(str_of(good[i].bytes), &c), strlen(good[i].bytes));
		CU_ASSERT_EQUAL(c, good[i].c);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		CU_ASSERT_EQUAL(str_utf8_next(str_of(bad[i]), &c), 0);
	CU_ASSERT_EQUAL(str_utf8_next(STR_NONE, &c), 0);
	CU_ASSERT_EQUAL(str_utf8_next(STR("\0"), &c), 1);
	CU_ASSERT_TRUE(str_is_utf8(STR("g\xC3\xBCn \xF0\x9F\x99\x82")));
	CU_ASSERT_FALSE(str_is_utf8(STR("ok\xF0\x9F")));
	CU_ASSERT_EQUAL(str_cut(STR("g\xC3\xBCn"), 4).n, 4);
	CU_ASSERT_EQUAL(str_cut(STR("g\xC3\xBCn"), 3).n, 3);
	CU_ASSERT_EQUAL(str_cut(STR("g\xC3\xBCn"), 2).n, 1);
	CU_ASSERT_EQUAL(str_cut(STR("g\xC3\xBCn"), 0).n, 0);
	CU_ASSERT_EQUAL(str_cut(STR("\x80\x80\x80"), 2).n, 0);
	CU_ASSERT_EQUAL(str_cut(STR_NONE, 5).n, 0);
}

CU_TestInfo core_str_tests[] = {
	{ "compares any bytes, absent ones too", str_compares },
	{ "cuts and trims", str_cuts },
	{ "reads whole numbers to the last", str_reads_numbers },
	{ "reads UTF-8 strictly", str_reads_utf8 },
	CU_TEST_INFO_NULL,
};
