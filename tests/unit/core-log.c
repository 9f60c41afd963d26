/*
 * core-log.c - tests of the log: its exact format, hostile values, full disks, stuck and absent readers, threads.
 */
#include "core.h"

#include "core/buf.h"
#include "core/clock.h"
#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LINE_MAX_BYTES 4096

static char path[64];

/* A fresh log file of this test; `end_log` gives back what was written. */
static void begin_log(enum log_level level)
{
	snprintf(path, sizeof(path), "/tmp/deskbell-log-%ld", (long)getpid());
	unlink(path);
	log_open("test", path, level);
}

static void read_log(struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	CU_ASSERT_TRUE_FATAL(fd >= 0);
	do {
		char chunk[65536];
		n = read(fd, chunk, sizeof(chunk));
		buf_add(out, chunk, n > 0 ? (size_t)n : 0);
	} while (n > 0);
	close(fd);
}

static void end_log(struct buf *out)
{
	buf_init(out, 64 << 20);
	read_log(out);
	log_open("test", NULL, LOG_LEVEL_INFO);
	unlink(path);
}

/* The one line that `fields` become, without what is the same in all. */
static struct str logged(struct buf *b, const struct log_field *fields)
{
	char start[128];

	begin_log(LOG_LEVEL_INFO);
	clock_freeze(1795352821123);
	log_write(LOG_LEVEL_INFO, "e", fields);
	clock_thaw();
	end_log(b);
	snprintf(start, sizeof(start), "2026-11-22T13:07:01.123Z level=info pid=%ld program=test event=e",
		(long)getpid());
	CU_ASSERT_TRUE(str_has_prefix(buf_str(b), str_of(start)));
	CU_ASSERT_TRUE(str_has_suffix(buf_str(b), STR("\n")));
	CU_ASSERT_EQUAL(str_find_char(buf_str(b), '\n'), (ptrdiff_t)b->len - 1);
	CU_ASSERT_TRUE(b->len <= LINE_MAX_BYTES);
	return (struct str){ b->data + strlen(start), b->len - strlen(start) - 1 };
}

static void log_has_its_format(void)
{
	struct buf b;
	const struct log_field fields[] = { F_CSTR("path", "/a.b:c_d+e@f,g-h"), F_INT("n", -7),
		F_CSTR("words", "two words"), F_CSTR("empty", ""), F_CSTR("absent", NULL), F_INT("least", INT64_MIN),
		{ .key = NULL } };
	struct str rest = logged(&b, fields);

	CU_ASSERT_TRUE(str_equal(rest, STR(" path=/a.b:c_d+e@f,g-h n=-7 words=\"two words\" empty=\"\" absent=\"\" "
					   "least=-9223372036854775808")));
	buf_fini(&b);
}

static void log_escapes(void)
{
	static const struct {
		struct str value;
		const char *shown;
	} cases[] = {
		{ { "a\nlevel=error", 13 }, "\"a\\x0alevel=error\"" },
		{ { "\r\t\0", 3 }, "\"\\x0d\\x09\\x00\"" },
		{ { "\x1b[2J\x7f", 5 }, "\"\\x1b[2J\\x7f\"" },
		{ { "say \"hi\"", 8 }, "\"say \\x22hi\\x22\"" },
		{ { "a\\x0a", 5 }, "\"a\\x5cx0a\"" },
		{ { "a=b", 3 }, "\"a=b\"" },
		{ { "\xFF\xC0\x80", 3 }, "\"\\xff\\xc0\\x80\"" },
		{ { "\xE2\x82", 2 }, "\"\\xe2\\x82\"" },
		{ { "\xC2\x9B"
		    "31m",
			  5 },
			"\"\\xc2\\x9b31m\"" },                    /* U+009B: CSI in one character */
		{ { "\xE2\x80\xAE", 3 }, "\"\\xe2\\x80\\xae\"" }, /* U+202E turns the direction */
		{ { "\xE2\x80\xA8", 3 }, "\"\\xe2\\x80\\xa8\"" }, /* U+2028, a line separator */
		{ { "g\xC3\xBCn \xF0\x9F\x99\x82", 9 }, "\"g\xC3\xBCn \xF0\x9F\x99\x82\"" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b;
		char expected[100];
		struct str rest = logged(&b, (const struct log_field[]){ F_STR("v", cases[i].value), { .key = NULL } });
		snprintf(expected, sizeof(expected), " v=%s", cases[i].shown);
		CU_ASSERT_TRUE(str_equal(rest, str_of(expected)));
		buf_fini(&b);
	}
}

/* Of all 256 bytes only printable ASCII comes through alone. */
static void log_passes_only_printable_bytes(void)
{
	char all[256];
	struct buf b;

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	struct str rest =
		logged(&b, (const struct log_field[]){ F_STR("v", ((struct str){ all, 256 })), { .key = NULL } });
	for (size_t i = 0; i < rest.n; i++)
		CU_ASSERT_TRUE(rest.p[i] >= ' ' && rest.p[i] <= '~');
	buf_fini(&b);
}

static void log_cuts_long_values(void)
{
	const size_t size = 1 << 20;
	static const char fills[] = { 'a', ' ', '\n', '\xC3', '"' };
	char *big = malloc(size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(big);
	for (size_t i = 0; i < COUNT(fills); i++) {
		struct buf b;
		memset(big, fills[i], size);
		const struct log_field fields[] = { F_STR("big", ((struct str){ big, size })), F_INT("n", 5),
			F_CSTR("s", "kept"), { .key = NULL } };
		struct str rest = logged(&b, fields);
		CU_ASSERT_TRUE(str_has_suffix(rest, STR("[1048576 bytes]\" n=5 s=kept")));
		CU_ASSERT_TRUE(b.len > LINE_MAX_BYTES - 200);
		buf_fini(&b);
	}
	/* What fits is whole. */
	struct buf b;
	memset(big, 'a', 3500);
	struct str rest =
		logged(&b, (const struct log_field[]){ F_STR("big", ((struct str){ big, 3500 })), { .key = NULL } });
	CU_ASSERT_EQUAL(rest.n, 3500 + strlen(" big="));
	buf_fini(&b);
	free(big);
}

static void log_cuts_many_fields(void)
{
	struct log_field fields[101] = { { .key = NULL } };
	char value[200];
	struct buf b;

	memset(value, 'v', sizeof(value));
	for (size_t i = 0; i < 100; i++)
		fields[i] = (struct log_field)F_STR("key", ((struct str){ value, sizeof(value) }));
	CU_ASSERT_TRUE(str_has_suffix(logged(&b, fields), STR(" line=cut")));
	buf_fini(&b);
}

static void log_keeps_levels(void)
{
	struct buf b;

	begin_log(LOG_LEVEL_WARN);
	errno = EDOM;
	LOG_DEBUG("no", F_INT("n", 1));
	LOG_INFO("no", F_INT("n", 1));
	LOG_WARN("yes.warn", F_INT("n", 1));
	LOG_ERROR("yes.error", F_INT("n", 1));
	CU_ASSERT_EQUAL(errno, EDOM);
	end_log(&b);
	CU_ASSERT_PTR_NULL(strstr(buf_cstr(&b), "event=no"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&b), " level=warn "));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&b), " level=error "));
	buf_fini(&b);
}

static void log_appends_and_rotates(void)
{
	struct buf b;
	struct stat st;
	char old[80];

	begin_log(LOG_LEVEL_INFO);
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0137, 0);
	LOG_INFO("one", F_INT("n", 1));
	log_open("test", path, LOG_LEVEL_INFO);
	LOG_INFO("two", F_INT("n", 2));
	snprintf(old, sizeof(old), "%s.1", path);
	CU_ASSERT_EQUAL(rename(path, old), 0);
	LOG_INFO("three", F_INT("n", 3));
	log_reopen();
	LOG_INFO("four", F_INT("n", 4));
	unlink(old);
	end_log(&b);
	CU_ASSERT_PTR_NULL(strstr(buf_cstr(&b), "event=three"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&b), "event=four"));
	buf_fini(&b);
}

static void log_counts_what_a_full_disk_lost(void)
{
	struct buf b;

	log_open("test", "/dev/full", LOG_LEVEL_INFO);
	for (int i = 0; i < 3; i++)
		LOG_INFO("lost", F_INT("n", i));
	begin_log(LOG_LEVEL_INFO);
	LOG_INFO("back", F_INT("n", 1));
	LOG_INFO("next", F_INT("n", 1));
	end_log(&b);
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&b), " event=back log_lost=3 n=1\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&b), " event=next n=1\n"));
	buf_fini(&b);
}

/* The disk fills in the middle of a line: the next starts on its own. */
static void log_starts_anew_after_half_a_line(void)
{
	struct rlimit kept;
	struct buf b;

	begin_log(LOG_LEVEL_INFO);
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &kept);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 50, kept.rlim_max });
	LOG_INFO("half", F_INT("n", 1));
	LOG_INFO("none", F_INT("n", 2));
	setrlimit(RLIMIT_FSIZE, &kept);
	signal(SIGXFSZ, handler);
	LOG_INFO("whole", F_INT("n", 3));
	end_log(&b);
	CU_ASSERT_EQUAL(str_find_char(buf_str(&b), '\n'), 50);
	CU_ASSERT_PTR_NULL(strstr(buf_cstr(&b), "event=none"));
	CU_ASSERT_TRUE(str_has_suffix(buf_str(&b), STR(" event=whole log_lost=2 n=3\n")));
	buf_fini(&b);
}

/* Standard error is a pipe in a child: with a stuck reader or none the child has to come to its end. */
static int log_into_pipe(bool reader_leaves)
{
	int ends[2], status = -1;

	if (pipe(ends) != 0)
		return -1;
	pid_t child = fork();
	if (child == 0) {
		alarm(20);
		dup2(ends[1], STDERR_FILENO);
		if (reader_leaves)
			close(ends[0]);
		close(ends[1]);
		log_open("test", NULL, LOG_LEVEL_INFO);
		for (int i = 0; i < 5000; i++)
			LOG_INFO("pipe", F_CSTR("filler", "as long as it takes to fill a pipe that holds 64 KB"));
		_exit(7);
	}
	close(ends[1]);
	if (reader_leaves)
		close(ends[0]);
	if (child < 0 || waitpid(child, &status, 0) != child)
		status = -1;
	if (!reader_leaves)
		close(ends[0]);
	return status;
}

static void log_never_waits(void)
{
	int stuck = log_into_pipe(false), gone = log_into_pipe(true);

	CU_ASSERT_TRUE(WIFEXITED(stuck) && WEXITSTATUS(stuck) == 7);
	CU_ASSERT_TRUE(WIFEXITED(gone) && WEXITSTATUS(gone) == 7);
}

static void log_falls_back_to_stderr(void)
{
	int kept = dup(STDERR_FILENO);
	struct buf b;

	begin_log(LOG_LEVEL_INFO);
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	dup2(fd, STDERR_FILENO);
	close(fd);
	log_open("test", "/nonexistent/log", LOG_LEVEL_INFO);
	LOG_INFO("still", F_INT("n", 1));
	end_log(&b);
	dup2(kept, STDERR_FILENO);
	close(kept);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		buf_cstr(&b), " event=log.not_opened path=/nonexistent/log reason=\"No such file or directory\"\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&b), " event=still n=1\n"));
	buf_fini(&b);
}

#define THREADS 8
#define LINES_EACH 500

static void *log_many(void *number)
{
	char filler[300];

	memset(filler, 'f', sizeof(filler));
	for (int i = 0; i < LINES_EACH; i++)
		LOG_INFO("thread", F_INT("t", *(int *)number), F_INT("i", i),
			F_STR("f", ((struct str){ filler, sizeof(filler) })), F_CSTR("end", "yes"));
	return NULL;
}

/* Threads write while the main thread rotates: every line is whole and none is lost. */
static void log_takes_threads(void)
{
	pthread_t threads[THREADS];
	int numbers[THREADS];
	struct buf b;
	unsigned int lines = 0, whole = 0;

	begin_log(LOG_LEVEL_INFO);
	for (int i = 0; i < THREADS; i++) {
		numbers[i] = i;
		CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, log_many, &numbers[i]), 0);
	}
	for (int i = 0; i < 50; i++)
		log_reopen();
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	end_log(&b);
	struct str rest = buf_str(&b);
	while (rest.n > 0) {
		struct str line = str_take_until(&rest, '\n');
		lines++;
		whole += str_has_prefix(line, STR("20")) && str_has_suffix(line, STR("ffff end=yes"));
	}
	CU_ASSERT_EQUAL(lines, THREADS * LINES_EACH);
	CU_ASSERT_EQUAL(whole, THREADS * LINES_EACH);
	CU_ASSERT_PTR_NULL(strstr(buf_cstr(&b), "log_lost"));
	buf_fini(&b);
}

CU_TestInfo core_log_tests[] = {
	{ "has its format", log_has_its_format },
	{ "escapes what could forge or hide", log_escapes },
	{ "passes only printable bytes", log_passes_only_printable_bytes },
	{ "cuts a value of 1 MB and keeps what follows", log_cuts_long_values },
	{ "cuts too many fields", log_cuts_many_fields },
	{ "keeps to its level and to errno", log_keeps_levels },
	{ "appends, and opens again after rotation", log_appends_and_rotates },
	{ "counts what a full disk lost", log_counts_what_a_full_disk_lost },
	{ "starts again after half a line", log_starts_anew_after_half_a_line },
	{ "never waits for a reader, nor dies without one", log_never_waits },
	{ "falls back to standard error", log_falls_back_to_stderr },
	{ "takes threads and rotation at once", log_takes_threads },
	CU_TEST_INFO_NULL,
};
