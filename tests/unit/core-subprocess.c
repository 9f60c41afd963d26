/*
 * core-subprocess.c - tests of running another program: what it gets, what comes back, what it may not do.
 */
#include "check.h"
#include "core.h"

#include "core/clock.h"
#include "core/process/subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct outcome {
	enum err e;
	struct explain why;
	struct subprocess_result result;
};

/* A shell is only the program under test here. */
static struct outcome run_shell(struct pool *pool, const char *script, struct str input, int timeout_ms)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	struct outcome o = { .e = ERR_OK };

	o.e = subprocess_run(pool,
		&(struct subprocess){ .argv = argv,
			.package = "dash",
			.input = input,
			.max_output_bytes = 1 << 20,
			.max_memory_bytes = 1 << 28,
			.timeout_ms = timeout_ms },
		&o.result, &o.why);
	return o;
}

static void no_child_is_left(void)
{
	CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
	CHECK_INT(errno, ECHILD);
}

static void gives_and_takes(void)
{
	struct pool *pool = pool_new();
	struct outcome o = run_shell(pool, "cat; echo words >&2; exit 3", STR("a\0b"), 5000);

	CHECK_INT(o.e, ERR_OK);
	CU_ASSERT_TRUE(str_equal(o.result.output, STR("a\0b")));
	CHECK_STR(o.result.errors, "words\n");
	CHECK_INT(o.result.exit_status, 3);
	o = run_shell(pool, "kill -9 $$", STR_NONE, 5000);
	CHECK_INT(o.result.exit_status, 128 + SIGKILL);
	no_child_is_left();
	pool_free(pool);
}

/* More than any pipe holds, in both directions at once. */
static void does_not_block_itself(void)
{
	struct pool *pool = pool_new();
	size_t n = 1 << 20;
	char *bytes = pool_alloc(pool, n);
	struct outcome o;

	memset(bytes, 'x', n);
	o = run_shell(pool, "exec cat", (struct str){ bytes, n }, 20000);
	CHECK_INT(o.e, ERR_OK);
	CHECK_INT(o.result.output.n, n);
	o = run_shell(pool, "exit 0", (struct str){ bytes, n }, 20000); /* it does not read: no SIGPIPE for us */
	CHECK_INT(o.e, ERR_OK);
	o = run_shell(pool, "head -c 300000 /dev/zero >&2", STR_NONE, 20000);
	CHECK_INT(o.e, ERR_OK);
	CHECK_INT(o.result.errors.n, 4096);
	pool_free(pool);
}

static void ends_what_goes_too_far(void)
{
	struct pool *pool = pool_new();
	int64_t start = clock_mono_us();
	struct outcome o = run_shell(pool, "exec sleep 60", STR_NONE, 200);

	CHECK_INT(o.e, ERR_TIMEOUT);
	CU_ASSERT_STRING_EQUAL(o.why.text, "sh did not finish within 1 seconds");
	o = run_shell(pool, "sleep 60 & sleep 60", STR_NONE, 200); /* a grandchild holds the pipe */
	CHECK_INT(o.e, ERR_TIMEOUT);
	o = run_shell(pool, "exec >&- 2>&-; sleep 60", STR_NONE, 200); /* streams closed, still there */
	CHECK_INT(o.e, ERR_TIMEOUT);
	o = run_shell(pool, "exec cat /dev/zero", STR_NONE, 20000);
	CHECK_INT(o.e, ERR_TOO_LARGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(o.why.text, "1048576"));
	CU_ASSERT_TRUE(clock_mono_us() - start < 10000000);
	no_child_is_left();
	pool_free(pool);
}

static void the_group_goes_with_it(void)
{
	struct pool *pool = pool_new();
	struct outcome o = run_shell(pool, "sleep 60 >/dev/null 2>&1 & echo $!", STR_NONE, 5000);
	int64_t left, start = clock_mono_us();

	CHECK_INT(o.e, ERR_OK);
	CU_ASSERT_TRUE_FATAL(str_to_i64(str_trim(o.result.output), &left) && left > 1);
	while (kill((pid_t)left, 0) == 0 && clock_mono_us() - start < 2000000) {
		char path[64], state[256] = "";
		snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)left);
		int fd = open(path, O_RDONLY);
		if (fd < 0 || (read(fd, state, sizeof(state) - 1) > 0 && strstr(state, ") Z ")))
			start = 0; /* dead; only its new parent has not looked yet */
		close(fd);
	}
	CU_ASSERT_TRUE(start == 0 || kill((pid_t)left, 0) != 0);
	pool_free(pool);
}

/* A pipe is at its end when no process holds its other end any more. */
static void goes_with_its_caller(void)
{
	struct pool *pool = pool_new();
	int ends[2];
	char c = 0;
	CHECK_INT(pipe(ends), 0);
	pid_t caller = fork();
	if (caller == 0) {
		const char *const argv[] = { "sh", "-c", "echo >&0; exec sleep 20", NULL };
		struct subprocess program = { .argv = argv, .package = "dash", .timeout_ms = 30000 };
		struct subprocess_result result;
		program.has_input_file = true;
		program.input_file = ends[1];
		_exit(subprocess_run(pool, &program, &result, NULL) == ERR_OK ? 0 : 1);
	}
	close(ends[1]);
	CHECK_INT(read(ends[0], &c, 1), 1); /* it runs */
	int64_t killed_us = clock_mono_us();
	CHECK_INT(kill(caller, SIGKILL), 0);
	CHECK_INT(waitpid(caller, NULL, 0), caller);
	CHECK_INT(read(ends[0], &c, 1), 0);
	CU_ASSERT_TRUE(clock_mono_us() - killed_us < 10000000);
	close(ends[0]);
	pool_free(pool);
}

static void gets_nothing_of_ours(void)
{
	struct pool *pool = pool_new();
	int fd = open("/dev/null", O_RDONLY); /* not closed on exec */
	struct outcome o;

	setenv("DESKBELL_SECRET", "hidden", 1);
	o = run_shell(
		pool, "env; for f in 3 4 5 6 7 8 9; do test -e /proc/$$/fd/$f && echo open $f; done", STR_NONE, 5000);
	unsetenv("DESKBELL_SECRET");
	CU_ASSERT_PTR_NOT_NULL(strstr(o.result.output.p, "LC_ALL=C.UTF-8\n"));
	CU_ASSERT_PTR_NULL(strstr(o.result.output.p, "DESKBELL"));
	CU_ASSERT_PTR_NULL(strstr(o.result.output.p, "open"));
	close(fd);
	pool_free(pool);
}

static void may_not_write_files(void)
{
	struct pool *pool = pool_new();
	char path[] = "/tmp/deskbell-test-XXXXXX";
	int fd = mkstemp(path);
	struct outcome o = run_shell(pool, pool_printf(pool, "echo words >%s", path).p, STR_NONE, 5000);

	CU_ASSERT_NOT_EQUAL(o.result.exit_status, 0);
	CHECK_INT(lseek(fd, 0, SEEK_END), 0);
	close(fd);
	unlink(path);
	pool_free(pool);
}

static void may_not_grow(void)
{
	struct pool *pool = pool_new();
	struct outcome o = run_shell(pool, "x=0123456789abcdef; while :; do x=$x$x; done", STR_NONE, 20000);

	CHECK_INT(o.e, ERR_OK);
	CU_ASSERT_NOT_EQUAL(o.result.exit_status, 0);
	pool_free(pool);
}

static void tells_what_cannot_start(void)
{
	static const char *const absent[] = { "deskbell-no-such-program", "-x", NULL };
	static const char *const broken[] = { "/etc/passwd", NULL };
	struct subprocess program = { .argv = absent, .package = "no-such-package", .timeout_ms = 1000 };
	struct pool *pool = pool_new();
	struct subprocess_result result;
	struct explain why;

	CHECK_INT(subprocess_run(pool, &program, &result, &why), ERR_CONFIG);
	CU_ASSERT_STRING_EQUAL(why.text, "the program deskbell-no-such-program is not installed on this host: install "
					 "the package no-such-package");
	program.argv = broken;
	CHECK_INT(subprocess_run(pool, &program, &result, &why), ERR_CONFIG);
	no_child_is_left();
	pool_free(pool);
}

/* As the programs behind a web server do, which never wait for the sender that they start. */
static void works_where_children_are_reaped(void)
{
	struct pool *pool = pool_new();
	struct sigaction before, reaped = { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT };
	struct outcome o;

	sigaction(SIGCHLD, &reaped, &before);
	o = run_shell(pool, "cat", STR("words"), 5000);
	CHECK_INT(o.e, ERR_OK);
	CHECK_STR(o.result.output, "words");
	CHECK_INT(o.result.exit_status, SUBPROCESS_STATUS_UNKNOWN);
	CHECK_INT(run_shell(pool, "exec sleep 60", STR_NONE, 100).e, ERR_TIMEOUT);
	sigaction(SIGCHLD, &before, NULL);
	pool_free(pool);
}

#define THREADS 8

static void *run_many(void *arg)
{
	int *wrong = arg;

	for (int i = 0; i < 10; i++) {
		struct pool *pool = pool_new();
		struct outcome o = run_shell(pool, "cat", STR("words"), 20000);
		*wrong += o.e != ERR_OK || !str_equal(o.result.output, STR("words")) || o.result.exit_status != 0;
		pool_free(pool);
	}
	return NULL;
}

static void works_in_threads(void)
{
	pthread_t threads[THREADS];
	int wrong[THREADS] = { 0 };

	for (int i = 0; i < THREADS; i++)
		CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, run_many, &wrong[i]), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		CHECK_INT(wrong[i], 0);
	}
	no_child_is_left();
}

CU_TestInfo core_subprocess_tests[] = {
	{ "gives input, takes output, errors and status", gives_and_takes },
	{ "neither large input nor large output blocks", does_not_block_itself },
	{ "what takes too long or gives too much is ended", ends_what_goes_too_far },
	{ "what it started ends with it", the_group_goes_with_it },
	{ "goes when its caller is killed", goes_with_its_caller },
	{ "gets neither our environment nor our descriptors", gets_nothing_of_ours },
	{ "may not write files", may_not_write_files },
	{ "may not grow without bound", may_not_grow },
	{ "tells what cannot be started", tells_what_cannot_start },
	{ "works where the system reaps children", works_where_children_are_reaped },
	{ "works in threads", works_in_threads },
	CU_TEST_INFO_NULL,
};
