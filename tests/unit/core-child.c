/*
 * core-child.c - tests of trusted programs whose input and output are streams.
 */
#include "check.h"
#include "core.h"

#include "core/process/child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Runs a line of shell with these variables; what it printed, at most a line. */
static enum err child_line(const char *line, const char *const *env, char out[200], struct explain *why)
{
	const char *const argv[] = { "sh", "-c", line, NULL };
	struct child child;
	FILE *printed = tmpfile();
	enum err e = child_start(&child,
		&(struct child_program){
			.argv = argv, .env = env, .package = "dash", .in = -1, .out = fileno(printed), .also = -1 },
		why);

	if (e == ERR_OK)
		e = child_wait(&child, why);
	rewind(printed);
	if (!fgets(out, 200, printed))
		*out = '\0';
	fclose(printed);
	return e;
}

static void child_gets_our_environment_with_changes(void)
{
	static const char *const env[] = { "ZQ_CHILD_A=new", "ZQ_CHILD=other", NULL };
	struct explain why = { "" };
	char out[200];

	setenv("ZQ_CHILD_A", "old", 1);
	setenv("ZQ_CHILD_B", "kept", 1);
	CHECK_INT(child_line("echo $ZQ_CHILD_A $ZQ_CHILD_B $ZQ_CHILD; env | grep -c ^ZQ_CHILD_A >&2", env, out, &why),
		ERR_OK);
	CHECK_STR(str_of(out), "new kept other\n");
	unsetenv("ZQ_CHILD_A");
	unsetenv("ZQ_CHILD_B");
}

static void child_tells_its_last_words(void)
{
	struct explain why = { "" };
	char out[200];

	CHECK_INT(child_line("echo first >&2; echo last words >&2; exit 3", NULL, out, &why), ERR_IO);
	CHECK_STR(str_of(why.text), "sh failed: last words");
	CHECK_INT(child_line("kill -9 $$", NULL, out, &why), ERR_IO);
	CHECK_STR(str_of(why.text), "sh failed: it was ended by a signal");
}

static void child_is_not_installed(void)
{
	static const char *const argv[] = { "zq-no-such-program", NULL };
	struct explain why = { "" };
	struct child child;

	CHECK_INT(child_start(&child,
			  &(struct child_program){
				  .argv = argv, .package = "zq-package", .in = -1, .out = -1, .also = -1 },
			  &why),
		ERR_CONFIG);
	CHECK_STR(str_of(why.text), "zq-no-such-program is not installed; install the package zq-package");
}

/* A program that ends early must not be taken for one that hangs, nor end us. */
static void child_ends_before_its_input(void)
{
	static const char *const argv[] = { "head", "-c", "1", NULL };
	struct explain why = { "" };
	struct child child;
	int ends[2];
	char block[4096] = "";
	size_t written = 0;

	signal(SIGPIPE, SIG_IGN);
	CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_CLOEXEC), 0);
	CHECK_INT(child_start(&child,
			  &(struct child_program){
				  .argv = argv, .package = "coreutils", .in = ends[0], .out = -1, .also = -1 },
			  &why),
		ERR_OK);
	close(ends[0]);
	while (written < 16u << 20 && write(ends[1], block, sizeof(block)) > 0)
		written += sizeof(block);
	close(ends[1]);
	CU_ASSERT_TRUE(written < 16u << 20);
	CHECK_INT(child_wait(&child, &why), ERR_OK);
	CHECK_INT(child_line("kill -PIPE $$", NULL, block, &why), ERR_IO); /* what we ignore it does not */
	signal(SIGPIPE, SIG_DFL);
}

static void child_is_ended(void)
{
	static const char *const argv[] = { "sleep", "1000", NULL };
	struct explain why = { "" };
	struct child child;

	CHECK_INT(child_start(&child,
			  &(struct child_program){
				  .argv = argv, .package = "coreutils", .in = -1, .out = -1, .also = -1 },
			  &why),
		ERR_OK);
	child_kill(&child);
	CHECK_INT(child.pid, 0);
}

CU_TestInfo core_child_tests[] = {
	{ "gets our environment with changes", child_gets_our_environment_with_changes },
	{ "tells its last words", child_tells_its_last_words },
	{ "tells what is not installed", child_is_not_installed },
	{ "may end before its input", child_ends_before_its_input },
	{ "is ended", child_is_ended },
	CU_TEST_INFO_NULL,
};
