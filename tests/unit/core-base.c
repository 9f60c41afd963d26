/*
 * core-base.c - tests of str, buf, pool, err, clock and secret.
 *
 * What ends the process (bug, fatal) runs in a child whose standard error is read back.
 */
#include "core.h"

#include "core/buf.h"
#include "core/clock.h"
#include "core/err.h"
#include "core/log.h"
#include "core/pool.h"
#include "core/secret.h"
#include "core/str.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CHECK_STR(actual, expected) CU_ASSERT_TRUE(str_equal((actual), str_of(expected)))

/* ---- str ---- */

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

/* ---- buf ---- */

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

/* ---- pool ---- */

static void pool_gives_zeroed_memory(void)
{
	struct pool *pool = pool_new();

	for (int round = 0; round < 3; round++) {
		unsigned int wrong = 0;
		for (size_t n = 0; n < 9000; n += 37) {
			unsigned char *p = pool_alloc(pool, n);
			if (!p || (uintptr_t)p % _Alignof(max_align_t) != 0)
				wrong++;
			for (size_t i = 0; p && i < n; i++)
				wrong += p[i] != 0;
			if (p && n > 0)
				memset(p, 0xA5, n);
		}
		CU_ASSERT_EQUAL(wrong, 0);
		pool_reset(pool);
	}
	pool_free(pool);
	pool_free(NULL);
}

static void pool_keeps_one_block(void)
{
	struct pool *pool = pool_new();
	size_t first = pool_bytes(pool);

	CU_ASSERT_TRUE(first < 16384);
	pool_alloc(pool, 1 << 20);
	for (int i = 0; i < 1000; i++)
		pool_new_array(pool, 10, int64_t);
	CU_ASSERT_TRUE(pool_bytes(pool) > (1 << 20) + 80000);
	pool_reset(pool);
	CU_ASSERT_EQUAL(pool_bytes(pool), first);
	pool_free(pool);
}

static void pool_copies(void)
{
	struct pool *pool = pool_new();
	struct str s = pool_str(pool, STR("a\0b"));

	CU_ASSERT_EQUAL(s.n, 3);
	CU_ASSERT_EQUAL(memcmp(s.p, "a\0b", 4), 0);
	CU_ASSERT_PTR_NULL(pool_str(pool, STR_NONE).p);
	CU_ASSERT_PTR_NULL(pool_cstr(pool, STR_NONE));
	CU_ASSERT_STRING_EQUAL(pool_cstr(pool, STR("")), "");
	s = pool_printf(pool, "%d-%s", 4, "x");
	CU_ASSERT_EQUAL(s.n, 3);
	CU_ASSERT_STRING_EQUAL(s.p, "4-x");
	CU_ASSERT_EQUAL(pool_printf(pool, "%9000d", 1).n, 9000);
	pool_free(pool);
}

struct step {
	char *trace;
	char mark;
};

static void leave_mark(void *object)
{
	const struct step *step = object;
	size_t n = strlen(step->trace);

	step->trace[n] = step->mark;
	step->trace[n + 1] = '\0';
}

static void pool_releases_in_reverse(void)
{
	char trace[8] = "";
	struct pool *pool = pool_new();

	for (char c = 'a'; c <= 'c'; c++) {
		struct step *step = pool_new_of(pool, struct step);
		*step = (struct step){ trace, c };
		pool_defer(pool, leave_mark, step);
	}
	pool_reset(pool);
	CU_ASSERT_STRING_EQUAL(trace, "cba");
	pool_free(pool);
	CU_ASSERT_STRING_EQUAL(trace, "cba");
}

CU_TestInfo core_pool_tests[] = {
	{ "gives zeroed, aligned memory of any size", pool_gives_zeroed_memory },
	{ "keeps only its first block", pool_keeps_one_block },
	{ "copies strings", pool_copies },
	{ "releases in reverse order, once", pool_releases_in_reverse },
	CU_TEST_INFO_NULL,
};

/* ---- err ---- */

static void err_knows_every_code(void)
{
	static const int codes[] = {
#define X(name, http, exit, retry, words) ERR_##name,
		ERR_LIST(X)
#undef X
	};

	for (size_t i = 0; i < COUNT(codes); i++) {
		const struct err_info *info = err_info((enum err)codes[i]);
		CU_ASSERT_TRUE(info->name[0] && info->words[0]);
		CU_ASSERT_TRUE(info->http_status >= 200 && info->http_status < 600);
	}
	CU_ASSERT_STRING_EQUAL(err_info(ERR_DB_AWAY)->name, "DB_AWAY");
	CU_ASSERT_EQUAL(err_info(ERR_DB_AWAY)->http_status, 503);
	CU_ASSERT_EQUAL(err_info(ERR_DB_AWAY)->retry, RETRY_LATER);
	CU_ASSERT_EQUAL(err_info(ERR_CONFIG)->exit_status, 78);
}

static void err_explains(void)
{
	struct explain why;
	char euros[1000] = "";

	CU_ASSERT_EQUAL(explain(NULL, ERR_INVALID, "nobody listens"), ERR_INVALID);
	CU_ASSERT_EQUAL(explain(&why, ERR_INVALID, "%s is %d", "x", 3), ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(why.text, "x is 3");
	CU_ASSERT_EQUAL(explain(&why, ERR_CONFIG, "more: %s", why.text), ERR_CONFIG);
	CU_ASSERT_STRING_EQUAL(why.text, "more: x is 3");
	for (size_t i = 0; i < 300; i++)
		memcpy(euros + 3 * i, "\xE2\x82\xAC", 4);
	for (int shift = 0; shift < 3; shift++) {
		CU_ASSERT_EQUAL(explain(&why, ERR_INVALID, "%.*s%s", shift, "ab", euros), ERR_INVALID);
		CU_ASSERT_TRUE(strlen(why.text) > sizeof(why.text) - 4);
		CU_ASSERT_TRUE(str_is_utf8(str_of(why.text)));
	}
}

/* Runs `body` in a child; its standard error comes back in `out`, its wait status as the result. */
static int run_child(void (*body)(void), char *out, size_t size)
{
	int ends[2];
	size_t len = 0;
	int status = -1;

	if (pipe(ends) != 0)
		return -1;
	pid_t child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		dup2(ends[1], STDERR_FILENO);
		log_open("test", NULL, LOG_LEVEL_INFO);
		body();
		_exit(0);
	}
	close(ends[1]);
	for (ssize_t n = 1; n > 0 && len<size - 1; len += n> 0 ? (size_t)n : 0)
		n = read(ends[0], out + len, size - 1 - len);
	out[len] = '\0';
	close(ends[0]);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return status;
}

static void meet_a_bug(void)
{
	bug("%d is not %s", 3, "four\nevent=forged");
}

static void err_bug_aborts(void)
{
	char out[4096];
	int status = run_child(meet_a_bug, out, sizeof(out));

	CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	CU_ASSERT_PTR_NOT_NULL(strstr(out, " level=error "));
	CU_ASSERT_PTR_NOT_NULL(strstr(out, " event=bug file="));
	CU_ASSERT_PTR_NOT_NULL(strstr(out, "core-base.c"));
	CU_ASSERT_PTR_NOT_NULL(strstr(out, " words=\"3 is not four\\x0aevent=forged\"\n"));
}

static void have_no_memory(void)
{
	fatal(ERR_CONFIG, "no %s", "key file");
}

static void err_fatal_exits(void)
{
	char out[4096];
	int status = run_child(have_no_memory, out, sizeof(out));

	CU_ASSERT_TRUE(WIFEXITED(status));
	CU_ASSERT_EQUAL(WEXITSTATUS(status), 78);
	CU_ASSERT_PTR_EQUAL(strstr(out, "no key file\n"), out);
	CU_ASSERT_PTR_NOT_NULL(strstr(out, " event=fatal error=CONFIG words=\"no key file\"\n"));
}

CU_TestInfo core_err_tests[] = {
	{ "knows every code", err_knows_every_code },
	{ "explains, also from its own words, and cuts between characters", err_explains },
	{ "a bug is logged and aborts", err_bug_aborts },
	{ "a fatal error is told and exits with its status", err_fatal_exits },
	CU_TEST_INFO_NULL,
};

/* ---- clock ---- */

static void clock_formats(void)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 1795352821123, "2026-11-22T13:07:01.123Z" },
		{ 951782400007, "2000-02-29T00:00:00.007Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ INT64_MAX, "9999-12-31T23:59:59.999Z" },
		{ INT64_MIN, "1000-01-01T00:00:00.000Z" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[CLOCK_TEXT_SIZE];
		clock_format(cases[i].ms, out);
		CU_ASSERT_STRING_EQUAL(out, cases[i].text);
	}
}

static void clock_freezes_and_skews(void)
{
	int64_t before = clock_wall_ms();

	CU_ASSERT_TRUE(before > 1600000000000);
	setenv("DESKBELL_CLOCK_SKEW_MS", "-3600000", 1);
	CU_ASSERT_TRUE(clock_wall_ms() < before - 3000000);
	clock_freeze(42);
	CU_ASSERT_EQUAL(clock_wall_ms(), 42);
	setenv("DESKBELL_CLOCK_SKEW_MS", "soon", 1);
	clock_thaw();
	CU_ASSERT_TRUE(clock_wall_ms() >= before);
	unsetenv("DESKBELL_CLOCK_SKEW_MS");
	int64_t start = clock_mono_us();
	usleep(2000);
	CU_ASSERT_TRUE(clock_mono_us() - start >= 2000);
}

CU_TestInfo core_clock_tests[] = {
	{ "formats any time", clock_formats },
	{ "freezes, thaws and is skewed", clock_freezes_and_skews },
	CU_TEST_INFO_NULL,
};

/* ---- secret ---- */

static void secret_holds_and_redacts(void)
{
	static const struct {
		struct str value;
		const char *shown;
	} cases[] = {
		{ { "", 0 }, "****" },
		{ { "short", 5 }, "****" },
		{ { "fifteen-letters", 15 }, "****" },
		{ { "sixteen-lettersX", 16 }, "****ersX" },
		{ { "sixteen-letter\nXY", 17 }, "****" },
		{ { "sixteen-letters\xC3\xA4", 17 }, "****" },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct secret *s = secret_new(cases[i].value);
		CU_ASSERT_TRUE(str_equal(secret_bytes(s), cases[i].value));
		CU_ASSERT_EQUAL(secret_bytes(s).p[cases[i].value.n], '\0');
		CHECK_STR(secret_redacted(pool, s), cases[i].shown);
		secret_free(s);
	}
	CU_ASSERT_TRUE(str_equal(secret_bytes(secret_in_pool(pool, STR("a\0b"))), STR("a\0b")));
	pool_free(pool);
	secret_free(NULL);
}

static void secret_wipes(void)
{
	char bytes[] = "wipe me";

	secret_wipe(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		CU_ASSERT_EQUAL(bytes[i], 0);
	secret_wipe(NULL, 0);
}

/* Writes `content` to a file of its own and loads it. */
static enum err load_content(struct str content, size_t max, struct secret **out, struct explain *why)
{
	char path[] = "/tmp/deskbell-test-XXXXXX";
	int fd = mkstemp(path);

	CU_ASSERT_TRUE_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(write(fd, content.p, content.n), (ssize_t)content.n);
	close(fd);
	enum err e = secret_load(path, max, out, why);
	unlink(path);
	return e;
}

static void secret_loads(void)
{
	static const struct {
		struct str content;
		const char *value;
	} good[] = {
		{ { "12345678", 8 }, "12345678" },
		{ { "12345678\n", 9 }, "12345678" },
		{ { "12345678\r\n", 10 }, "12345678" },
		{ { "two\n\n", 5 }, "two\n" },
		{ { "cr\r", 3 }, "cr\r" },
		{ { "", 0 }, "" },
	};
	static const char *const large[] = { "123456789", "123456789\n", "12345678\nx", "12345678\r\nx",
		"12345678\n\n" };
	struct explain why = { "" };

	for (size_t i = 0; i < COUNT(good); i++) {
		struct secret *s = NULL;
		CU_ASSERT_EQUAL(load_content(good[i].content, 8, &s, &why), ERR_OK);
		CU_ASSERT_PTR_NOT_NULL_FATAL(s);
		CHECK_STR(secret_bytes(s), good[i].value);
		secret_free(s);
	}
	for (size_t i = 0; i < COUNT(large); i++) {
		struct secret *s = NULL;
		CU_ASSERT_EQUAL(load_content(str_of(large[i]), 8, &s, &why), ERR_TOO_LARGE);
		CU_ASSERT_PTR_NULL(s);
		CU_ASSERT_PTR_NULL(strstr(why.text, "1234"));
	}
}

static void secret_tells_what_cannot_be_read(void)
{
	struct explain why = { "" };
	struct secret *s = NULL;

	CU_ASSERT_EQUAL(secret_load("/nonexistent/key", 100, &s, &why), ERR_IO);
	CU_ASSERT_STRING_EQUAL(why.text, "cannot open /nonexistent/key: No such file or directory");
	CU_ASSERT_EQUAL(secret_load("/", 100, &s, &why), ERR_IO);
	CU_ASSERT_STRING_EQUAL(why.text, "cannot read /: Is a directory");
	CU_ASSERT_PTR_NULL(s);
}

CU_TestInfo core_secret_tests[] = {
	{ "holds bytes and shows at most the last four", secret_holds_and_redacts },
	{ "wipes", secret_wipes },
	{ "loads a file without its last newline", secret_loads },
	{ "tells which file cannot be read", secret_tells_what_cannot_be_read },
	CU_TEST_INFO_NULL,
};
