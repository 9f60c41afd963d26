/*
 * log.c - one `key=value` line an event.
 *
 * Owns the log's descriptor, the program's name, the level and the count of lost lines: the one state that the whole
 * process shares, since every layer logs and none should carry a handle for it. A line is made in a buffer on the stack
 * and leaves with one write(2), so threads and processes that append to one file do not mix and no lock is held. Never
 * allocates, never waits, never changes errno, never reports a failure to the caller: a line that cannot be written is
 * counted, and the next that can says `log_lost=N`.
 *
 * Changing the file keeps the descriptor's number (dup3), so a thread in the middle of a write is not left with a
 * closed one.
 *
 * BUGS: standard error may be a pipe that another process fills between the look (poll) and the write; then that write
 * waits for the reader. A reader that leaves in the same gap raises SIGPIPE, which the mains ignore.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dup3 */
#endif

#include "core/log.h"

#include "core/allowance.h"
#include "core/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_BYTES 4096
#define LINE_CUT " line=cut"
#define LINE_END "\n"
#define FIELD_RESERVE 64 /* what a long value leaves to each field behind it */
#define PATH_BYTES 4096
#define LIMITED_LINES 20
#define LIMITED_WINDOW_S 60

static const char *program = "deskbell";
static char file_path[PATH_BYTES]; /* "" is standard error */
static int file_fd = -1;           /* touched by log_open and log_reopen only */
static atomic_int current_fd = STDERR_FILENO;
static atomic_int least_level = LOG_LEVEL_INFO;
static atomic_ulong lost;
static atomic_bool torn; /* the last write left half a line */

static const char *const level_names[] = {
	[LOG_LEVEL_DEBUG] = "debug",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_ERROR] = "error",
};

struct line {
	size_t len, limit; /* nothing is added past the limit */
	char text[LINE_BYTES];
};

/* O_NONBLOCK for a path that is a pipe: without a reader it does not open, with a slow one it does not wait. */
static void use_file(void)
{
	int opened = file_path[0]
			     ? open(file_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640)
			     : -1;
	int failure = errno;

	if (opened >= 0 && file_fd < 0) {
		file_fd = opened;
	} else if (opened >= 0) {
		dup3(opened, file_fd, O_CLOEXEC);
		close(opened);
	}
	atomic_store(&current_fd, opened >= 0 ? file_fd : STDERR_FILENO);
	if (file_path[0] && opened < 0)
		LOG_ERROR("log.not_opened", F_CSTR("path", file_path), F_CSTR("reason", strerror(failure)));
}

void log_open(const char *name, const char *path, enum log_level level)
{
	program = name;
	snprintf(file_path, sizeof(file_path), "%s", path ? path : "");
	atomic_store(&least_level, level);
	use_file();
}

void log_reopen(void)
{
	use_file();
}

/* Adds all of it or nothing. */
static bool line_add(struct line *l, const char *p, size_t n)
{
	if (n > l->limit - l->len)
		return false;
	memcpy(l->text + l->len, p, n);
	l->len += n;
	return true;
}

static bool line_add_cstr(struct line *l, const char *s)
{
	return line_add(l, s, strlen(s));
}

static bool line_addf(struct line *l, const char *fmt, ...) PRINTF_LIKE(2, 3);

static bool line_addf(struct line *l, const char *fmt, ...)
{
	char text[64];
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return n > 0 && (size_t)n < sizeof(text) && line_add(l, text, (size_t)n);
}

/* Needs no quotes. A value too long for any line is not looked through. */
static bool is_bare(struct str s)
{
	static const char punctuation[] = ".:/_+@,-";

	if (s.n == 0 || s.n > LINE_BYTES)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (!alnum && !memchr(punctuation, c, sizeof(punctuation) - 1))
			return false;
	}
	return true;
}

/* Characters that act on a terminal or an editor instead of showing: C0 and C1 controls (U+009B opens an escape
 * sequence), line and paragraph separators, and those that have no width or turn the direction of writing. */
static bool is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F)
	       || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF
	       || (c >= 0xE0000 && c <= 0xE007F);
}

/* How many bytes at `s` make a character that may be shown as it is; 0 when the next byte must be written as \xNN. */
static size_t shown_length(struct str s)
{
	uint32_t c = 0;
	size_t n = str_utf8_next(s, &c);

	return c == '"' || c == '\\' || is_hidden(c) ? 0 : n;
}

static bool add_character(struct line *l, struct str *s)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char byte = (unsigned char)s->p[0];
	const char escaped[] = { '\\', 'x', digits[byte >> 4], digits[byte & 15] };
	size_t shown = shown_length(*s);

	if (!line_add(l, shown ? s->p : escaped, shown ? shown : sizeof(escaped)))
		return false;
	s->p += shown ? shown : 1;
	s->n -= shown ? shown : 1;
	return true;
}

/* The value in quotes; one that is too long ends with "[12345 bytes]", its real length. */
static bool log_add_quoted(struct line *l, struct str s)
{
	static const size_t ending = sizeof("[18446744073709551615 bytes]\"");
	size_t limit = l->limit, whole = s.n;

	if (limit - l->len < ending + 1)
		return false;
	line_add(l, "\"", 1);
	l->limit -= ending;
	while (s.n > 0 && add_character(l, &s))
		;
	l->limit = limit;
	if (s.n > 0)
		line_addf(l, "[%zu bytes]", whole);
	return line_add(l, "\"", 1);
}

static bool add_value(struct line *l, struct str s)
{
	return (is_bare(s) && line_add(l, s.p, s.n)) || log_add_quoted(l, s);
}

/* ` key=value`, or nothing when there is no room for it. */
static bool log_add_field(struct line *l, const struct log_field *f)
{
	size_t start = l->len;
	bool added = line_add(l, " ", 1) && line_add_cstr(l, f->key) && line_add(l, "=", 1);

	if (added && f->kind == LOG_FIELD_INT)
		added = line_addf(l, "%lld", (long long)f->i);
	else if (added)
		added = add_value(l, f->s);
	if (!added)
		l->len = start;
	return added;
}

static void add_fields(struct line *l, const struct log_field *fields)
{
	size_t later = 0, limit = l->limit;
	bool whole = true;

	while (fields[later].key)
		later++;
	for (const struct log_field *f = fields; f->key; f++) {
		size_t reserve = FIELD_RESERVE * --later;
		l->limit = reserve < limit - l->len ? limit - reserve : limit;
		whole = log_add_field(l, f) && whole;
	}
	l->limit = LINE_BYTES - strlen(LINE_END);
	if (!whole)
		line_add_cstr(l, LINE_CUT);
}

static void format_line(
	struct line *l, enum log_level level, const char *event, const struct log_field *fields, unsigned long missed)
{
	char now[CLOCK_TEXT_SIZE];

	clock_format(clock_wall_ms(), now);
	l->limit = LINE_BYTES - strlen(LINE_END) - strlen(LINE_CUT);
	line_add_cstr(l, now);
	line_addf(l, " level=%s pid=%ld", level_names[level], (long)getpid());
	log_add_field(l, &(struct log_field)F_CSTR("program", program));
	log_add_field(l, &(struct log_field)F_CSTR("event", event));
	if (missed > 0)
		line_addf(l, " log_lost=%lu", missed);
	add_fields(l, fields);
	l->limit = LINE_BYTES;
	line_add_cstr(l, LINE_END);
}

/* Room for a whole line, and a reader. Of a pipe, POLLOUT promises at least PIPE_BUF bytes, which is a line.
 */
static bool log_is_ready(int to)
{
	struct pollfd p = { .fd = to, .events = POLLOUT };

	return to != STDERR_FILENO || (poll(&p, 1, 0) == 1 && p.revents == POLLOUT);
}

static bool write_line(const struct line *l)
{
	int to = atomic_load(&current_fd);
	ssize_t n;

	if (!log_is_ready(to))
		return false;
	do
		n = write(to, l->text, l->len);
	while (n < 0 && errno == EINTR);
	if (n > 0 && (size_t)n < l->len)
		atomic_store(&torn, true);
	return n == (ssize_t)l->len;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
	int kept = errno;
	struct line line; /* its text is not cleared first */

	if ((int)level < atomic_load(&least_level))
		return;
	line.len = 0;
	line.limit = LINE_BYTES;
	unsigned long missed = atomic_exchange(&lost, 0);
	bool after_half = atomic_exchange(&torn, false);
	if (after_half)
		line_add(&line, "\n", 1);
	format_line(&line, level, event, fields, missed);
	if (!write_line(&line)) {
		atomic_fetch_add(&lost, missed + 1);
		if (after_half)
			atomic_store(&torn, true);
	}
	errno = kept;
}

static void report_left_out(const char *event, unsigned lines)
{
	LOG_WARN("log.left_out", F_CSTR("of", event), F_INT("lines", lines));
}

void log_write_limited(enum log_level level, const char *event, const struct log_field *fields)
{
	const struct allowance lines = { event, LIMITED_LINES, LIMITED_WINDOW_S };
	unsigned left_out;

	if ((int)level < atomic_load(&least_level) || !allowance_take(&lines, &left_out))
		return;
	if (left_out > 0)
		report_left_out(event, left_out);
	log_write(level, event, fields);
}

void log_report_left_out(void)
{
	allowance_report(report_left_out);
}
