/*
 * core-json.c - tests of reading and writing JSON: what broken or hostile senders may put into a document, and that
 * what is written can be stored.
 */
#include "core.h"

#include "core/json/json.h"

#include <locale.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CHECK_STR(actual, expected) CU_ASSERT_TRUE(str_equal((actual), (expected)))

static struct pool *pool;

static const struct json *parsed(struct str text)
{
	struct explain why = { "" };
	const struct json *v = NULL;

	CU_ASSERT_EQUAL(json_parse(pool, text, &v, &why), ERR_OK);
	CU_ASSERT_PTR_NOT_NULL(v);
	CU_ASSERT_STRING_EQUAL(why.text, "");
	return v;
}

/* What the writer makes of a text that was read. */
static bool rewrites_as(struct str text, const char *expected)
{
	struct json_writer w;
	struct buf out;
	bool same;

	buf_init(&out, 1 << 20);
	json_writer_init(&w, &out);
	json_write_value(&w, parsed(text));
	same = strcmp(buf_cstr(&out), expected) == 0;
	if (!same)
		printf("# %s became %s\n", expected, buf_cstr(&out));
	buf_fini(&out);
	return same;
}

static void open_pool(void)
{
	pool = pool_new();
}

static void close_pool(void)
{
	pool_free(pool);
	pool = NULL;
}

static void reads_a_webhook(void)
{
	open_pool();
	const struct json *v = parsed(STR(" {\"entry\":[{\"changes\":[{\"value\":{\"messages\":[{\"from\":\"15551\","
					  "\"text\":{\"body\":\"hi \\/ \\u0040\\ud83d\\ude00\"}}]}}],"
					  "\"time\":1749416383,\"ok\":true,\"no\":null,\"score\":1.5}]}\r\n\t"));
	const struct json *entry = json_at(json_get(v, "entry"), 0);
	const struct json *message =
		json_at(json_path(json_at(json_get(entry, "changes"), 0), "value", "messages", NULL), 0);
	int64_t n = 0;

	CHECK_STR(json_str(json_path(message, "text", "body", NULL)), STR("hi / @\xf0\x9f\x98\x80"));
	CHECK_STR(json_text(pool, json_get(message, "from")), STR("15551"));
	CHECK_STR(json_text(pool, json_get(entry, "time")), STR("1749416383"));
	CU_ASSERT_TRUE(json_i64(json_get(entry, "time"), &n) && n == 1749416383);
	CU_ASSERT_TRUE(json_i64(json_get(message, "from"), &n) && n == 15551);
	CU_ASSERT_TRUE(json_bool(json_get(entry, "ok"), false));
	CU_ASSERT_EQUAL(json_kind(json_get(entry, "no")), JSON_NULL);
	CU_ASSERT_EQUAL(json_kind(json_get(entry, "never")), JSON_ABSENT);
	CU_ASSERT_EQUAL(json_double(json_get(entry, "score"), 0), 1.5);
	CU_ASSERT_EQUAL(json_length(json_get(v, "entry")), 1);
	close_pool();
}

static void absent_everywhere(void)
{
	open_pool();
	const struct json *v = parsed(STR("{\"s\":\"x\",\"n\":null,\"a\":[1]}"));
	int64_t n = 7;

	CU_ASSERT_PTR_NULL(json_get(NULL, "s"));
	CU_ASSERT_PTR_NULL(json_get(json_get(v, "s"), "s"));
	CU_ASSERT_PTR_NULL(json_get(json_get(v, "n"), "s"));
	CU_ASSERT_PTR_NULL(json_path(v, "s", "t", "u", NULL));
	CU_ASSERT_PTR_EQUAL(json_path(v, NULL), v);
	CU_ASSERT_PTR_NULL(json_at(v, 0));
	CU_ASSERT_PTR_NULL(json_at(json_get(v, "a"), 1));
	CU_ASSERT_EQUAL(json_length(v), 0);
	CU_ASSERT_PTR_NULL(json_str(json_get(v, "n")).p);
	CU_ASSERT_PTR_NULL(json_str(NULL).p);
	CU_ASSERT_PTR_NULL(json_text(pool, json_get(v, "n")).p);
	CU_ASSERT_PTR_NULL(json_text(pool, json_get(v, "a")).p);
	CU_ASSERT_FALSE(json_i64(NULL, &n) || json_i64(v, &n) || json_i64(json_get(v, "s"), &n));
	CU_ASSERT_EQUAL(n, 7);
	CU_ASSERT_TRUE(json_bool(json_get(v, "s"), true));
	CU_ASSERT_EQUAL(json_double(json_get(v, "s"), 2), 2);
	CU_ASSERT_TRUE(json_each(NULL, NULL, NULL));
	close_pool();
}

static void refuses_what_is_not_json(void)
{
	static const struct str bad[] = {
		{ "", 0 },
		{ NULL, 0 },
		{ "  ", 2 },
		{ "{", 1 },
		{ "[1,]", 4 },
		{ "{\"a\":1,}", 8 },
		{ "{\"a\" 1}", 7 },
		{ "{a:1}", 5 },
		{ "'a'", 3 },
		{ "1 2", 3 },
		{ "{}}", 3 },
		{ "[]x", 3 },
		{ "nul", 3 },
		{ "nulll", 5 },
		{ "tRue", 4 },
		{ "NaN", 3 },
		{ "[Infinity]", 10 },
		{ "-Infinity", 9 },
		{ "01", 2 },
		{ "1.", 2 },
		{ "1e", 2 },
		{ "1e+", 3 },
		{ "-", 1 },
		{ "+1", 2 },
		{ ".5", 2 },
		{ "[1 /*x*/]", 9 },
		{ "\"a", 2 },
		{ "\"\\", 2 },
		{ "\"\\x\"", 4 },
		{ "\"\\u00zz\"", 8 },
		{ "\"a\0b\"", 5 },
		{ "\"a\\\0b\"", 6 },
		{ "[1\0]", 4 },
		{ "1\0", 2 },
		{ "{}\0", 3 },
		{ "[[]", 3 },
		{ "]", 1 },
		{ "\x80", 1 },
		{ "[1 2]", 5 },
		{ "[,1]", 4 },
		{ "[1,,2]", 6 },
		{ "[1}", 3 },
		{ "{\"a\":1]", 7 },
		{ "{\"a\":}", 6 },
		{ "{\"a\"}", 5 },
		{ "{\"a\"", 4 },
		{ "{\"a\":", 5 },
		{ "{,}", 3 },
		{ "{1:2}", 5 },
		{ "{\"a\":1 \"b\":2}", 14 },
		{ "[1", 2 },
		{ "[1,", 3 },
		{ "1,", 2 },
		{ "\"a\" \"b\"", 7 },
		{ "[] //x", 6 },
		{ "[1//x\n]", 8 },
		{ "True", 4 },
		{ "nan", 3 },
		{ "inf", 3 },
		{ "0x1", 3 },
		{ "1_0", 3 },
		{ "--1", 3 },
		{ "-01", 3 },
		{ "1.e1", 4 },
		{ "\"a\nb\"", 5 },
		{ "\"a\tb\"", 5 },
		{ "\"\x1f\"", 3 },
		{ "\"\\u00\"", 6 },
		{ "\"\\u\"", 4 },
		{ "\"\\U0041\"", 8 },
		{ "\"\\'\"", 4 },
		{ "\"\\", 2 },
		{ "\"\\u123", 6 },
		{ "\"a\\\"", 4 },
		{ "[\f1]", 4 },
		{ "\xef\xbb\xbf[]", 5 },
	};

	open_pool();
	for (size_t i = 0; i < COUNT(bad); i++) {
		const struct json *v = NULL;
		struct explain why = { "" };
		enum err e = json_parse(pool, bad[i], &v, &why);

		if (e != ERR_INVALID)
			printf("# taken: %.*s\n", (int)bad[i].n, bad[i].p);
		CU_ASSERT_EQUAL(e, ERR_INVALID);
		CU_ASSERT_PTR_NULL(v);
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "not valid JSON"));
	}
	close_pool();
}

static void says_where_and_why(void)
{
	static const char *const cases[][2] = {
		{ "", "not valid JSON: the text ends too early" },
		{ " {\"a\": ", "not valid JSON: the text ends too early" },
		{ "[\"\xc3\xa9", "not valid JSON: the text ends too early" },
		{ "[\"\xc3\xa9\", x]", "not valid JSON at byte 8: a value is missing" },
		{ "[1,]", "not valid JSON at byte 4: a value is missing" },
		{ "[01]", "not valid JSON at byte 2: a malformed number" },
		{ "[1.x]", "not valid JSON at byte 2: a malformed number" },
		{ "[\"a\nb\"]", "not valid JSON at byte 4: a control character in a string" },
		{ "\"\\x\"", "not valid JSON at byte 3: an unknown escape in a string" },
		{ "\"\\u12g4\"", "not valid JSON at byte 6: \\u without four hexadecimal digits" },
		{ "{a:1}", "not valid JSON at byte 2: a name in quotation marks is missing" },
		{ "{\"a\",1}", "not valid JSON at byte 5: a colon is missing" },
		{ "[1 2]", "not valid JSON at byte 4: a comma or an end is missing" },
		{ "[1}", "not valid JSON at byte 3: a comma or an end is missing" },
		{ "{} {}", "not valid JSON at byte 4: something follows the value" },
	};

	open_pool();
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct json *v = NULL;
		struct explain why = { "" };

		CU_ASSERT_EQUAL(json_parse(pool, str_of(cases[i][0]), &v, &why), ERR_INVALID);
		if (strcmp(why.text, cases[i][1]) != 0)
			printf("# %s: %s\n", cases[i][0], why.text);
		CU_ASSERT_STRING_EQUAL(why.text, cases[i][1]);
	}
	close_pool();
}

static void takes_any_value_at_the_top(void)
{
	static const struct {
		const char *text;
		enum json_kind kind;
	} good[] = {
		{ "null", JSON_NULL },
		{ "true", JSON_BOOL },
		{ " 1 ", JSON_INT },
		{ "-0", JSON_INT },
		{ "1e2", JSON_DOUBLE },
		{ "-0.5E-3", JSON_DOUBLE },
		{ "\"\"", JSON_STRING },
		{ "[]", JSON_ARRAY },
		{ "{}", JSON_OBJECT },
	};

	open_pool();
	for (size_t i = 0; i < COUNT(good); i++)
		CU_ASSERT_EQUAL(json_kind(parsed(str_of(good[i].text))), good[i].kind);
	/* A text without NUL behind it, as a slice of a larger one is. */
	CHECK_STR(json_text(pool, parsed((struct str){ "12345", 3 })), STR("123"));
	close_pool();
}

static void depth_is_limited(void)
{
	char text[2 * (JSON_DEPTH_MAX + 1) + 1];
	const struct json *v;
	struct explain why;

	open_pool();
	memset(text, '[', JSON_DEPTH_MAX);
	text[JSON_DEPTH_MAX] = '1';
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX);
	CU_ASSERT_TRUE(
		rewrites_as((struct str){ text, 2 * JSON_DEPTH_MAX + 1 }, (text[2 * JSON_DEPTH_MAX + 1] = '\0', text)));
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	CU_ASSERT_EQUAL(json_parse(pool, (struct str){ text, sizeof(text) - 1 }, &v, &why), ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(why.text, "not valid JSON at byte 257: more than 256 levels");
	close_pool();
}

/* `unit` so often, with commas between, in brackets; the number of each in place of a %x. */
static struct str repeated(const char *open, const char *unit, const char *close, size_t times)
{
	struct buf b;
	buf_init(&b, (strlen(unit) + 9) * times + 10);
	buf_add_cstr(&b, open);
	for (size_t i = 0; i < times; i++) {
		buf_addf(&b, "%s", i ? "," : "");
		if (strstr(unit, "%x"))
			buf_addf(&b, "%.*s%zx%s", (int)(strstr(unit, "%x") - unit), unit, i, strstr(unit, "%x") + 2);
		else
			buf_add_cstr(&b, unit);
	}
	buf_add_cstr(&b, close);
	return pool_take(pool, &b);
}

static size_t heap_bytes(void)
{
#ifdef __GLIBC__
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
#else
	return 0;
#endif
}

/* The most that passes takes no more memory than the bound, whatever this version of json-c makes of it. */
static void memory_is_limited(void)
{
	static const char *const units[][3] = {
		{ "[", "{}", "]" },
		{ "[", "[]", "]" },
		{ "[", "\"\"", "]" },
		{ "[", "1", "]" },
		{ "[", "1.5", "]" },
		{ "[", "null", "]" },
		{ "[", "{\"a\":1}", "]" },
		{ "[", "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1}",
			"]" },
		{ "{", "\"%x\":1", "}" },
		{ "{", "\"%x\":{\"a\":[]}", "}" },
	};

	for (size_t i = 0; i < COUNT(units); i++) {
		const struct json *v = NULL;
		struct explain why = { "" };
		open_pool();
		struct str text = repeated(units[i][0], units[i][1], units[i][2], 1000);
		size_t each = json_values_bytes(text, SIZE_MAX) / 1000;
		size_t fits = JSON_VALUES_MAX_BYTES / (each + 50); /* the names in the object grow */
		CU_ASSERT_TRUE(each > 50 && each < 5000);
		text = repeated(units[i][0], units[i][1], units[i][2], fits);
		size_t before = heap_bytes();
		CU_ASSERT_EQUAL(json_parse(pool, text, &v, &why), ERR_OK);
		if (heap_bytes() - before > JSON_VALUES_MAX_BYTES + text.n)
			printf("# %s takes %zu bytes each, not %zu\n", units[i][1], (heap_bytes() - before) / fits,
				each);
		CU_ASSERT_TRUE(heap_bytes() - before <= JSON_VALUES_MAX_BYTES + text.n);
		CU_ASSERT_EQUAL(json_values_bytes(text, 1000), 1000);
		text = repeated(units[i][0], units[i][1], units[i][2], JSON_VALUES_MAX_BYTES / each + 1000);
		CU_ASSERT_EQUAL(json_parse(pool, text, &v, &why), ERR_TOO_LARGE);
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "too many values"));
		CU_ASSERT_EQUAL(json_parse_own(pool, text, &v, &why), ERR_OK);
		close_pool();
	}
}

static void strings_keep_their_bytes(void)
{
	open_pool();
	CHECK_STR(
		json_str(json_at(parsed(STR("[\"\xc3\xa9 \xf0\x9f\x98\x80\"]")), 0)), STR("\xc3\xa9 \xf0\x9f\x98\x80"));
	CHECK_STR(json_str(json_get(parsed(STR("{\"\xc3\xa9\":\"\x7f\"}")), "\xc3\xa9")), STR("\x7f"));
	CHECK_STR(json_str(parsed(STR("\"a\\u0000b\""))), STR("a\0b"));
	CHECK_STR(json_str(parsed(STR("\"\\ud83d\\ude00\\u00e4\\/\\\\\\\"\\b\\f\\n\\r\\t\""))),
		STR("\xf0\x9f\x98\x80\xc3\xa4/\\\"\b\f\n\r\t"));
	CHECK_STR(json_str(parsed(STR("\"a\xff\xc3\xed\xa0\x80z\""))), STR("a\xff\xc3\xed\xa0\x80z"));
	CHECK_STR(json_str(parsed(STR("\"\\ud83d x \\ude00\""))), STR("\xef\xbf\xbd x \xef\xbf\xbd"));
	CHECK_STR(json_str(parsed(STR("\"\\ud83d\""))), STR("\xef\xbf\xbd"));
	CU_ASSERT_TRUE(rewrites_as(STR("[\"a\\u0000\xff\\u001f\\/\xc3\xa4\xed\xa0\x80\\n\"]"),
		"[\"a\xef\xbf\xbd\xef\xbf\xbd\\u001f/\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\n\"]"));
	close_pool();
}

/* json-c ends a member's name at NUL: one name could pose as another. */
static void names_do_not_end_at_nul(void)
{
	open_pool();
	const struct json *v = parsed(STR("{\"id\":1,\"id\\u0000x\" : 2,\"k\\\\u0000\":\"\\u0000\"}"));
	int64_t n = 0;

	CU_ASSERT_TRUE(json_i64(json_get(v, "id"), &n) && n == 1);
	CU_ASSERT_TRUE(json_i64(json_get(v, "id\xef\xbf\xbdx"), &n) && n == 2);
	CHECK_STR(json_str(json_get(v, "k\\u0000")), STR("\0"));
	close_pool();
}

static void the_last_of_equal_names_counts(void)
{
	open_pool();
	CU_ASSERT_TRUE(
		rewrites_as(STR("{\"a\":1,\"b\":2,\"a\":{\"c\":3},\"\":0}"), "{\"a\":{\"c\":3},\"b\":2,\"\":0}"));
	close_pool();
}

static void numbers_stay_as_they_were(void)
{
	static const char *const same[] = {
		"9223372036854775807",
		"-9223372036854775808",
		"9223372036854775808",
		"18446744073709551615",
		"18446744073709551616",
		"-9223372036854775809",
		"123456789012345678901234567890123456789012345678901234567890",
		"1.10",
		"1e999",
		"1E-400",
		"0.1",
		"[1e5,12345678901234567890123,2]",
	};
	int64_t n = 5;

	open_pool();
	for (size_t i = 0; i < COUNT(same); i++)
		CU_ASSERT_TRUE(rewrites_as(str_of(same[i]), same[i]));
	for (size_t i = 0; i + 1 < COUNT(same); i++)
		CHECK_STR(json_text(pool, parsed(str_of(same[i]))), str_of(same[i]));
	CU_ASSERT_TRUE(json_i64(parsed(STR("-9223372036854775808")), &n) && n == INT64_MIN);
	CU_ASSERT_TRUE(json_i64(parsed(STR("9223372036854775807")), &n) && n == INT64_MAX);
	CU_ASSERT_TRUE(json_i64(parsed(STR("\"-42\"")), &n) && n == -42);
	CU_ASSERT_TRUE(json_i64(parsed(STR("15e2")), &n) && n == 1500);
	n = 5;
	CU_ASSERT_FALSE(json_i64(parsed(STR("9223372036854775808")), &n) || json_i64(parsed(STR("1.5")), &n)
			|| json_i64(parsed(STR("1e300")), &n) || json_i64(parsed(STR("123456789012345678901")), &n)
			|| json_i64(parsed(STR("\"12x\"")), &n) || json_i64(parsed(STR("true")), &n));
	CU_ASSERT_EQUAL(n, 5);
	CU_ASSERT_EQUAL(json_double(parsed(STR("18446744073709551615")), 0), 18446744073709551615.0);
	CU_ASSERT_EQUAL(json_double(parsed(STR("100000000000000000000")), 0), 1e20);
	close_pool();
}

static bool collect(void *arg, struct str key, const struct json *value)
{
	buf_add_str(arg, key);
	buf_addf(arg, "=%d ", (int)json_kind(value));
	return !str_equal(key, STR("stop"));
}

static void visits_members_in_order(void)
{
	struct buf out;

	open_pool();
	buf_init(&out, 1000);
	CU_ASSERT_TRUE(json_each(parsed(STR("{\"z\":1,\"a\":null,\"m\":\"\"}")), collect, &out));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "z=3 a=1 m=5 ");
	buf_reset(&out);
	CU_ASSERT_FALSE(json_each(parsed(STR("{\"z\":1,\"stop\":2,\"m\":3}")), collect, &out));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "z=3 stop=3 ");
	buf_fini(&out);
	close_pool();
}

static void writes_all_kinds(void)
{
	struct json_writer w;
	struct buf out;

	buf_init(&out, 1000);
	json_writer_init(&w, &out);
	json_begin_object(&w);
	json_member_str(&w, "to", STR("+1 \"x\" \\ \x01\x7f\b"));
	json_member_str(&w, "left_out", STR_NONE);
	json_member_i64(&w, "n", INT64_MIN);
	json_member_bool(&w, "yes", true);
	json_key(&w, "list\n");
	json_begin_array(&w);
	json_write_str(&w, STR_NONE);
	json_begin_array(&w);
	json_end_array(&w);
	json_begin_object(&w);
	json_end_object(&w);
	json_write_double(&w, 0.1);
	json_write_double(&w, 1e300);
	json_write_double(&w, 1.0 / 3);
	json_write_double(&w, 2);
	json_write_double(&w, (double)NAN);
	json_write_double(&w, -(double)INFINITY);
	json_write_null(&w);
	json_write_value(&w, NULL);
	json_end_array(&w);
	json_end_object(&w);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out),
		"{\"to\":\"+1 \\\"x\\\" \\\\ \\u0001\x7f\\b\",\"n\":-9223372036854775808,\"yes\":true,\"list\\n\":"
		"[null,[],{},0.1,1e+300,0.3333333333333333,2,null,null,null,null]}");
	CU_ASSERT_EQUAL(w.depth, 0);
	buf_fini(&out);
}

/* Where the machine has such a locale; a comma would be another number or no JSON. */
static void writes_a_point_in_every_locale(void)
{
	static const char *const names[] = { "tr_TR.UTF-8", "de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8" };
	struct json_writer w;
	struct buf out;

	buf_init(&out, 100);
	for (size_t i = 0; i < COUNT(names); i++) {
		if (!setlocale(LC_NUMERIC, names[i]))
			continue;
		buf_reset(&out);
		json_writer_init(&w, &out);
		json_write_double(&w, -1234.5e-10);
		CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "-1.2345e-07");
	}
	setlocale(LC_NUMERIC, "C");
	buf_fini(&out);
}

static void documents_go_with_the_pool(void)
{
	struct json_writer w;
	struct buf out;

	open_pool();
	buf_init(&out, 40);
	for (int i = 0; i < 100; i++) {
		const struct json *v =
			parsed(STR("{\"a\":[1,2,{\"b\":\"c\"}],\"big\":123456789012345678901234567890}"));

		json_writer_init(&w, &out);
		buf_reset(&out);
		json_write_value(&w, v);
		CU_ASSERT_EQUAL(out.err, ERR_TOO_LARGE); /* the buffer's limit holds, and nothing breaks */
		pool_reset(pool);
	}
	buf_fini(&out);
	close_pool();
}

/* What json_cut leaves of a text with single quotes for double ones, cut at a.b; the number of elements before it. */
static void check_cut(const char *text, size_t first, size_t n, const char *expected)
{
	static const char *const path[] = { "a", "b", NULL };
	struct buf out, told;
	char *quoted = pool_cstr(pool, str_of(text));

	for (char *p = quoted; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	buf_init(&out, 4096);
	buf_init(&told, 4096);
	size_t total = json_cut(&out, str_of(quoted), path, first, n);
	buf_addf(&told, "%zu: %s", total, buf_cstr(&out));
	for (size_t i = 0; i < told.len; i++)
		told.data[i] = told.data[i] == '"' ? '\'' : told.data[i];
	CHECK_STR(buf_str(&told), str_of(expected));
	buf_fini(&out);
	buf_fini(&told);
}

static void cuts_what_is_too_large(void)
{
	open_pool();
	check_cut("{'a':{'b':[1,2,3],'c':[1,2]}}", 0, 2, "3: {'a':{'b':[1,2],'c':[1,2]}}");
	check_cut("{'a':{'b':[1,2,3],'c':[1,2]}}", 2, 2, "3: {'a':{'b':[3],'c':[1,2]}}");
	check_cut("{'a':{'b':[1,2,3]}}", 3, 2, "3: {'a':{'b':[]}}");
	/* Arrays on the way, several of them, are one row of elements. */
	check_cut("[{'a':[{'b':[{'x':[1,2]},'],}']},{'b':[ 7 , 8 ]}]},{'a':{'b':[9]}}]", 1, 3,
		"5: [{'a':[{'b':['],}']},{'b':[7 ,8 ]}]},{'a':{'b':[]}}]");
	check_cut("{'a':{'b':[ ]},'b':[1],'x':{'a':{'b':[2]}}}", 5, 1, "0: {'a':{'b':[]},'b':[1],'x':{'a':{'b':[2]}}}");
	check_cut("{'a':{'c':{'b':[1]},'b':{'b':[2]}}}", 5, 1, "0: {'a':{'c':{'b':[1]},'b':{'b':[2]}}}");
	check_cut("{'a':{'c':'b','d':['b'],'b':['\\'',['a']]}}", 1, 1, "2: {'a':{'c':'b','d':['b'],'b':[['a']]}}");
	/* What is no JSON ends somewhere. */
	check_cut("{'a':{'b':[1,2}}", 0, 1, "2: {'a':{'b':[1}}");
	check_cut("{'a':{'b':[1,'2", 1, 1, "2: {'a':{'b':['2");
	check_cut("{'a':{'b':[", 0, 1, "0: {'a':{'b':[");
	check_cut("]}'", 0, 1, "0: ]}'");
	struct buf deep, out;
	buf_init(&deep, 1 << 20);
	buf_init(&out, 1 << 20);
	for (int i = 0; i < 2 * JSON_DEPTH_MAX; i++)
		buf_add_cstr(&deep, "[");
	CU_ASSERT_EQUAL(json_cut(&out, buf_str(&deep), (const char *const[]){ "a", NULL }, 0, 1), 0);
	CHECK_STR(buf_str(&out), buf_str(&deep));
	buf_fini(&deep);
	buf_fini(&out);
	close_pool();
}

CU_TestInfo core_json_tests[] = {
	{ "reads a webhook", reads_a_webhook },
	{ "absent and wrong types are absent", absent_everywhere },
	{ "refuses what is not JSON", refuses_what_is_not_json },
	{ "says where and why a text is not JSON", says_where_and_why },
	{ "takes any value at the top", takes_any_value_at_the_top },
	{ "depth is limited", depth_is_limited },
	{ "memory is limited", memory_is_limited },
	{ "cuts what is too large", cuts_what_is_too_large },
	{ "strings keep their bytes", strings_keep_their_bytes },
	{ "names do not end at NUL", names_do_not_end_at_nul },
	{ "the last of equal names counts", the_last_of_equal_names_counts },
	{ "numbers stay as they were", numbers_stay_as_they_were },
	{ "visits members in order", visits_members_in_order },
	{ "writes all kinds", writes_all_kinds },
	{ "writes a point in every locale", writes_a_point_in_every_locale },
	{ "documents go with the pool", documents_go_with_the_pool },
	CU_TEST_INFO_NULL,
};
