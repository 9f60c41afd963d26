/*
 * core-secret.c - tests of secrets: redaction, wiping, loading from a file.
 */
#include "check.h"
#include "core.h"

#include "core/pool.h"
#include "core/secret.h"

#include <stdlib.h>
#include <unistd.h>

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
