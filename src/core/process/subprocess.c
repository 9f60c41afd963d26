/*
 * subprocess.c - runs another program: bytes in, bytes out, within limits.
 *
 * For programs that read what strangers made (pdftotext): such a one may hang, grow, crash or be taken over, and must
 * not take us with it. Owns the child, its pipes and its process group from start to end: on every way out the group is
 * killed and the child reaped, and when we are killed the child goes, too, so neither a zombie nor a runaway is left.
 * Between fork and exec only calls are made that are safe there in a program with threads. Standard input is a socket,
 * because a write to one can be told not to raise SIGPIPE. Never uses a shell, never passes on our environment, which
 * may hold secrets.
 */
#include "core/process/subprocess.h"

#include "core/buf.h"
#include "core/clock.h"
#include "core/text/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ERRORS_MAX_BYTES 4096
#define CHUNK_BYTES 65536
#define PATH_BYTES 512

enum { IN, OUT, ERRORS, STARTED, ENDS };

/* One run. */
struct run {
	const struct subprocess *program;
	char path[PATH_BYTES];
	int ours[ENDS], theirs[ENDS]; /* -1: closed */
	rlim_t files;                 /* no descriptor is above */
	pid_t pid, parent;            /* the child, and we */
	int64_t deadline_us;
	size_t written;
	struct buf output, errors;
};

/* ---- the child: only calls that are safe after fork ---- */

static void set_limit(int what, rlim_t value)
{
	struct rlimit limit = { value, value };

	(void)setrlimit(what, &limit); /* a lower hard limit that is there already is as good */
}

static void close_from_three(rlim_t files, int keep)
{
	if (dup2(keep, 3) < 0)
		_exit(127);
	(void)fcntl(3, F_SETFD, FD_CLOEXEC);
#ifdef SYS_close_range
	if (syscall(SYS_close_range, 4U, ~0U, 0U) == 0)
		return;
#endif
	for (rlim_t fd = 4; fd < files; fd++)
		close((int)fd);
}

static void child_limits(const struct subprocess *program)
{
	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_FSIZE, 0);
	set_limit(RLIMIT_CPU, (rlim_t)(program->timeout_ms + 999) / 1000);
	if (program->max_memory_bytes > 0)
		set_limit(RLIMIT_AS, program->max_memory_bytes);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static void child_signals(void)
{
	static const int ours[] = { SIGPIPE, SIGCHLD, SIGHUP, SIGINT, SIGTERM };
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		(void)sigaction(ours[i], &plain, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* It goes when the thread that waits for it goes. Nothing tells when that is already so. */
static void child_goes_with(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(127);
}

/* The descriptors were all made above 3, so that none is overwritten before it is used. */
NORETURN static void child_run(const struct run *r)
{
	static const char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/",
		NULL };
	int failure;

	child_goes_with(r->parent);
	(void)setpgid(0, 0);
	if (dup2(r->program->has_input_file ? r->program->input_file : r->theirs[IN], 0) < 0
		|| dup2(r->theirs[OUT], 1) < 0 || dup2(r->theirs[ERRORS], 2) < 0)
		_exit(127);
	close_from_three(r->files, r->theirs[STARTED]);
	child_signals();
	child_limits(r->program);
	execve(r->path, (char *const *)(const void *)r->program->argv, (char *const *)(const void *)environment);
	failure = errno;
	if (write(3, &failure, sizeof(failure)) < 0)
		_exit(126);
	_exit(127);
}

/* ---- descriptors ---- */

static void end_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void ends_close(int *ends)
{
	for (int i = 0; i < ENDS; i++)
		end_close(&ends[i]);
}

/* Above the standard ones, which a program without them would otherwise get here. */
static int subprocess_lift(int fd)
{
	int high = fd < 0 || fd > 3 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 4);

	if (high != fd)
		close(fd);
	return high;
}

static bool ends_open(struct run *r)
{
	for (int i = 0; i < ENDS; i++) {
		int pair[2] = { -1, -1 };
		int failed =
			i == IN ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) : pipe2(pair, O_CLOEXEC);
		if (failed)
			return false;
		r->ours[i] = subprocess_lift(pair[0]);
		r->theirs[i] = subprocess_lift(pair[1]);
		if (r->ours[i] < 0 || r->theirs[i] < 0 || fcntl(r->ours[i], F_SETFL, O_NONBLOCK) < 0)
			return false;
	}
	return true;
}

/* ---- start ---- */

static bool subprocess_find_program(const char *name, char *path)
{
	static const char *const folders[] = { "/usr/local/bin", "/usr/bin", "/bin" };

	if (strchr(name, '/'))
		return snprintf(path, PATH_BYTES, "%s", name) < PATH_BYTES && access(path, X_OK) == 0;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (snprintf(path, PATH_BYTES, "%s/%s", folders[i], name) < PATH_BYTES && access(path, X_OK) == 0)
			return true;
	return false;
}

static enum err subprocess_start(struct run *r, struct explain *why)
{
	struct rlimit files = { 1024, 1024 };

	if (!subprocess_find_program(r->program->argv[0], r->path))
		return EXPLAIN(why, ERR_CONFIG, program_missing, F_CSTR("program", r->program->argv[0]),
			F_CSTR("package", r->program->package));
	if (!ends_open(r))
		return EXPLAIN(why, ERR_IO, program_not_started_now, F_CSTR("program", r->program->argv[0]),
			F_CSTR("error", strerror(errno)));
	(void)getrlimit(RLIMIT_NOFILE, &files);
	r->files = files.rlim_cur;
	r->parent = getpid();
	r->pid = fork();
	if (r->pid == 0)
		child_run(r);
	if (r->pid < 0)
		return EXPLAIN(why, ERR_IO, program_not_started_now, F_CSTR("program", r->program->argv[0]),
			F_CSTR("error", strerror(errno)));
	(void)setpgid(r->pid, r->pid); /* parent or child, the first of the two */
	ends_close(r->theirs);
	return ERR_OK;
}

/* ---- the exchange ---- */

static void give_input(struct run *r)
{
	struct str input = r->program->input;

	while (r->written < input.n) {
		ssize_t n = send(r->ours[IN], input.p + r->written, input.n - r->written, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) /* it does not want more; that is its business */
			break;
		r->written += (size_t)n;
	}
	end_close(&r->ours[IN]);
}

/* One chunk; the end of the stream closes it. */
static void subprocess_take(int *fd, struct buf *to)
{
	char chunk[CHUNK_BYTES];
	ssize_t n = read(*fd, chunk, sizeof(chunk));

	if (n > 0)
		buf_add(to, chunk, (size_t)n);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		end_close(fd);
}

/* Only the beginning is kept; the rest is read and dropped, so that the program does not wait for us. */
static void take_errors(struct run *r)
{
	char chunk[ERRORS_MAX_BYTES];
	size_t room = r->errors.max - r->errors.len;
	ssize_t n = read(r->ours[ERRORS], chunk, sizeof(chunk));

	if (n > 0)
		buf_add(&r->errors, chunk, (size_t)n < room ? (size_t)n : room);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		end_close(&r->ours[ERRORS]);
}

#define STOP_LOOK_MS 100

static int subprocess_left_ms(const struct run *r)
{
	int64_t left = (r->deadline_us - clock_mono_us() + 999) / 1000;

	if (r->program->stop && atomic_load(r->program->stop))
		return 0;
	return left > 0 ? (int)left : 0;
}

static enum err subprocess_too_slow(const struct run *r, struct explain *why)
{
	return EXPLAIN(why, ERR_TIMEOUT, program_slow, F_CSTR("program", r->program->argv[0]),
		F_INT("seconds", (r->program->timeout_ms + 999) / 1000));
}

/* Until it has closed both of its streams. */
static enum err subprocess_exchange(struct run *r, struct explain *why)
{
	while (r->ours[OUT] >= 0 || r->ours[ERRORS] >= 0) {
		struct pollfd polls[] = { { r->ours[IN], POLLOUT, 0 }, { r->ours[OUT], POLLIN, 0 },
			{ r->ours[ERRORS], POLLIN, 0 } };
		int left = subprocess_left_ms(r);

		if (left == 0)
			return subprocess_too_slow(r, why);
		if (r->program->stop && left > STOP_LOOK_MS)
			left = STOP_LOOK_MS;
		if (poll(polls, 3, left) < 0 && errno != EINTR)
			return EXPLAIN(why, ERR_IO, program_not_waited, F_CSTR("program", r->program->argv[0]),
				F_CSTR("error", strerror(errno)));
		if (r->ours[IN] >= 0 && polls[0].revents)
			give_input(r);
		if (polls[1].revents)
			subprocess_take(&r->ours[OUT], &r->output);
		if (polls[2].revents)
			take_errors(r);
		if (r->output.err != ERR_OK)
			return EXPLAIN(why, ERR_TOO_LARGE, program_too_talkative,
				F_CSTR("program", r->program->argv[0]), F_INT("limit", r->output.max));
	}
	return ERR_OK;
}

/* ---- the end ---- */

/* Waits, without reaping, until the child has ended: its number, and its group's, stays ours until then. */
static enum err await_end(struct run *r, struct explain *why)
{
	struct timespec pause = { .tv_nsec = 500000 };

	for (;;) {
		siginfo_t info = { .si_pid = 0 };
		int failed = waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT);
		if (failed && errno == ECHILD)
			return ERR_OK; /* the system reaps for us */
		if (!failed && info.si_pid == r->pid)
			return ERR_OK;
		if (subprocess_left_ms(r) == 0)
			return subprocess_too_slow(r, why);
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 10000000)
			pause.tv_nsec *= 2;
	}
}

static int subprocess_reap(struct run *r)
{
	int status = 0;
	pid_t done;

	(void)kill(-r->pid, SIGKILL);
	do
		done = waitpid(r->pid, &status, 0);
	while (done < 0 && errno == EINTR);
	if (done != r->pid)
		return SUBPROCESS_STATUS_UNKNOWN;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* What exec said, if it failed. */
static enum err check_started(const struct run *r, struct explain *why)
{
	int failure = 0;

	if (read(r->ours[STARTED], &failure, sizeof(failure)) != sizeof(failure))
		return ERR_OK;
	return EXPLAIN(
		why, ERR_IO, program_not_started_now, F_CSTR("program", r->path), F_CSTR("error", strerror(failure)));
}

enum err subprocess_run(
	struct pool *pool, const struct subprocess *program, struct subprocess_result *out, struct explain *why)
{
	struct run r = { .program = program, .ours = { -1, -1, -1, -1 }, .theirs = { -1, -1, -1, -1 } };
	enum err e;

	*out = (struct subprocess_result){ .exit_status = SUBPROCESS_STATUS_UNKNOWN };
	r.deadline_us = clock_mono_us() + (int64_t)program->timeout_ms * 1000;
	buf_init(&r.output, program->max_output_bytes);
	buf_init(&r.errors, ERRORS_MAX_BYTES);
	e = subprocess_start(&r, why);
	if (e == ERR_OK) {
		e = subprocess_exchange(&r, why);
		if (e == ERR_OK)
			e = await_end(&r, why);
		out->exit_status = subprocess_reap(&r);
		if (e == ERR_OK)
			e = check_started(&r, why);
	}
	if (e == ERR_OK) {
		out->output = pool_str(pool, buf_str(&r.output));
		out->errors = pool_str(pool, buf_str(&r.errors));
	}
	ends_close(r.ours);
	ends_close(r.theirs);
	buf_fini(&r.output);
	buf_fini(&r.errors);
	return e;
}
