/*
 * core-allowance.c - tests of how often something may happen: in a window, in threads, over processes.
 */
#include "check.h"
#include "core.h"

#include "core/allowance.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_S 1000000000 /* a window that no test sees the end of */

static int take(const struct allowance *allowance, int times, unsigned *left_out)
{
	int allowed = 0;
	*left_out = 0;
	for (int i = 0; i < times; i++) {
		unsigned now;
		allowed += allowance_take(allowance, &now);
		*left_out += now;
	}
	return allowed;
}

static const char *reported_name;
static unsigned reported;

static void note(const char *name, unsigned left_out)
{
	if (!strcmp(name, reported_name))
		reported += left_out;
}

static unsigned reported_of(const char *name)
{
	reported_name = name;
	reported = 0;
	allowance_report(note);
	return reported;
}

static void so_many_and_no_more(void)
{
	const struct allowance few = { "test.few", 3, LONG_S }, others = { "test.others", 2, LONG_S };
	unsigned left_out;
	CHECK_INT(take(&few, 10, &left_out), 3);
	CHECK_INT(left_out, 0);
	CHECK_INT(take(&others, 2, &left_out), 2);
	CHECK_INT(reported_of("test.few"), 7);
	CHECK_INT(reported_of("test.few"), 0);
	CHECK_INT(reported_of("test.others"), 0);
	CU_ASSERT_FALSE(allowance_take(&others, NULL));
	CHECK_INT(reported_of("test.others"), 0);
}

static void a_new_window_reports_the_last(void)
{
	const struct allowance one = { "test.window", 1, 1 };
	unsigned left_out = 0;
	int refused = 0;
	while (allowance_take(&one, &left_out) && left_out == 0)
		;
	for (refused = 1; !allowance_take(&one, &left_out); refused++)
		usleep(20000);
	CHECK_INT(left_out, refused);
}

static atomic_uint left_out_in_threads;

static void *take_thousand(void *arg)
{
	unsigned left_out;
	intptr_t allowed = take(arg, 1000, &left_out);
	atomic_fetch_add(&left_out_in_threads, left_out);
	return (void *)allowed;
}

static void threads_share_it(void)
{
	struct allowance many = { "test.threads", 1500, LONG_S };
	pthread_t threads[4];
	intptr_t allowed = 0;
	for (size_t i = 0; i < COUNT(threads); i++)
		pthread_create(&threads[i], NULL, take_thousand, &many);
	for (size_t i = 0; i < COUNT(threads); i++) {
		void *one;
		pthread_join(threads[i], &one);
		allowed += (intptr_t)one;
	}
	CHECK_INT(allowed, 1500);
	CHECK_INT(reported_of("test.threads") + atomic_load(&left_out_in_threads), 2500);
}

/* How many of `times` another process is allowed. */
static int of_another_process(const char *folder, const struct allowance *allowance, int times)
{
	int status = 0;
	unsigned left_out;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		allowance_share(folder);
		_exit(take(allowance, times, &left_out));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void processes_share_it(void)
{
	const struct allowance ten = { "test.processes", 10, LONG_S };
	char folder[] = "/tmp/deskbell-allowance-XXXXXX", path[64];
	struct stat file;
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/allowances", folder);
	CHECK_INT(of_another_process(folder, &ten, 7), 7);
	CHECK_INT(of_another_process(folder, &ten, 7), 3);
	CHECK_INT(of_another_process(folder, &ten, 7), 0);
	CHECK_INT(stat(path, &file), 0);
	CHECK_INT(file.st_mode & 0777, 0600);
	/* A file that cannot be had: each counts alone. A link is not followed. */
	unlink(path);
	CHECK_INT(symlink("/etc/passwd", path), 0);
	CHECK_INT(of_another_process(folder, &ten, 7), 7);
	CHECK_INT(of_another_process("/dev/null/nowhere", &ten, 7), 7);
	unlink(path);
	rmdir(folder);
}

CU_TestInfo core_allowance_tests[] = {
	{ "so many in a window and no more, the rest is counted", so_many_and_no_more },
	{ "a new window begins with what the last left out", a_new_window_reports_the_last },
	{ "threads share it", threads_share_it },
	{ "processes share it through a file", processes_share_it },
	CU_TEST_INFO_NULL,
};
