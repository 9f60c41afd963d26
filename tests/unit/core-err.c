/*
 * core-err.c - tests of the error type.
 *
 * What ends the process (bug, fatal) runs in a child whose standard error is read back.
 */
#include "check.h"
#include "core.h"

#include "core/err.h"
#include "core/log.h"
#include "core/str.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void err_knows_every_code(void)
{
	static const int codes[] = {
#define X(name, http, exit, retry, words) ERR_##name,
		ERR_LIST(X)
#undef X
	};

	for (size_t i = 0; i < COUNT(codes); i++) {
		const struct err_info *info = err_info((enum err)codes[i]);
		CU_ASSERT_TRUE(info->name[0] && info->message[0]);
		CU_ASSERT_TRUE(info->http_status >= 200 && info->http_status < 600);
	}
	CU_ASSERT_STRING_EQUAL(err_info(ERR_DB_UNREACHABLE)->name, "DB_UNREACHABLE");
	CU_ASSERT_EQUAL(err_info(ERR_DB_UNREACHABLE)->http_status, 503);
	CU_ASSERT_EQUAL(err_info(ERR_DB_UNREACHABLE)->retry, RETRY_LATER);
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
	CU_ASSERT_PTR_NOT_NULL(strstr(out, "core-err.c"));
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
