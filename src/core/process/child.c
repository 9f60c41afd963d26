/*
 * child.c - runs a trusted program (pg_dump) whose input or output is a stream of any length.
 *
 * Owns the process from start to wait and a nameless file with its standard error, so that a talkative program never
 * blocks on a pipe that is not read. Never uses a shell and never puts anything on the command line that the caller
 * did not put there. A program that cannot be started or fails is an ERR with its own last words.
 */
#include "core/process/child.h"

#include "core/text/reason.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static size_t child_count(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static bool child_same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n + 1) == 0;
}

/* Ours, without what the program gets instead. */
static char **child_environment(const char *const *more)
{
	size_t n_more = child_count(more), n_ours = child_count((const char *const *)environ), n = 0;
	const char **all = calloc(n_more + n_ours + 1, sizeof(*all));

	if (!all)
		fatal(ERR_INTERNAL, "out of memory");
	for (size_t i = 0; i < n_more; i++)
		all[n++] = more[i];
	for (size_t i = 0; i < n_ours; i++) {
		bool replaced = false;
		for (size_t k = 0; k < n_more && !replaced; k++)
			replaced = child_same_name(more[k], environ[i]);
		if (!replaced)
			all[n++] = environ[i];
	}
	return (char **)all;
}

static int child_spawn(struct child *out, const struct child_program *p, posix_spawn_file_actions_t *files)
{
	posix_spawnattr_t attributes;
	sigset_t pipe_signal;
	char **env = child_environment(p->env);
	int failed;

	(void)sigemptyset(&pipe_signal);
	(void)sigaddset(&pipe_signal, SIGPIPE);
	failed = posix_spawnattr_init(&attributes);
	if (failed == 0) {
		posix_spawnattr_setsigdefault(&attributes, &pipe_signal);
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
		failed = posix_spawnp(
			&out->pid, p->argv[0], files, &attributes, (char *const *)(const void *)p->argv, env);
		posix_spawnattr_destroy(&attributes);
	}
	free(env);
	return failed;
}

/* A descriptor that is duplicated onto itself loses its close-on-exec flag. */
static int child_files(posix_spawn_file_actions_t *files, const struct child_program *p, int errors)
{
	int failed = p->in >= 0 ? posix_spawn_file_actions_adddup2(files, p->in, STDIN_FILENO)
				: posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", 0, 0);

	if (!failed)
		failed = p->out >= 0 ? posix_spawn_file_actions_adddup2(files, p->out, STDOUT_FILENO)
				     : posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", 1, 0);
	if (!failed)
		failed = posix_spawn_file_actions_adddup2(files, errors, STDERR_FILENO);
	if (!failed && p->also >= 0)
		failed = posix_spawn_file_actions_adddup2(files, p->also, p->also);
	return failed;
}

enum err child_start(struct child *out, const struct child_program *p, struct explain *why)
{
	posix_spawn_file_actions_t files;
	int failed;

	*out = (struct child){ .name = p->argv[0], .errors = tmpfile() };
	if (!out->errors)
		return EXPLAIN(why, ERR_IO, no_temporary_file, F_CSTR("error", strerror(errno)));
	failed = posix_spawn_file_actions_init(&files);
	if (failed == 0) {
		failed = child_files(&files, p, fileno(out->errors));
		if (failed == 0)
			failed = child_spawn(out, p, &files);
		posix_spawn_file_actions_destroy(&files);
	}
	if (failed == 0)
		return ERR_OK;
	fclose(out->errors);
	*out = (struct child){ .name = p->argv[0] };
	if (failed == ENOENT)
		return EXPLAIN(why, ERR_CONFIG, program_not_installed, F_CSTR("program", p->argv[0]),
			F_CSTR("package", p->package));
	return EXPLAIN(
		why, ERR_IO, program_not_started, F_CSTR("program", p->argv[0]), F_CSTR("error", strerror(failed)));
}

/* The last line that says something. */
static void child_last_words(FILE *errors, char *out, size_t size)
{
	char line[400];

	*out = '\0';
	rewind(errors);
	while (fgets(line, sizeof(line), errors)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			snprintf(out, size, "%s", line);
	}
}

static int child_reap(struct child *child)
{
	int status = 0;
	pid_t done;

	do
		done = waitpid(child->pid, &status, 0);
	while (done < 0 && errno == EINTR);
	child->pid = 0;
	return done < 0 ? -1 : status;
}

enum err child_wait(struct child *child, struct explain *why)
{
	int status = child_reap(child);
	char words[400];
	enum err e = ERR_OK;

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		child_last_words(child->errors, words, sizeof(words));
		e = *words ? EXPLAIN(why, ERR_IO, program_failed, F_CSTR("program", child->name), F_CSTR("said", words))
			   : EXPLAIN(why, ERR_IO, program_ended_by_signal, F_CSTR("program", child->name));
	}
	fclose(child->errors);
	return e;
}

void child_kill(struct child *child)
{
	(void)kill(child->pid, SIGKILL);
	(void)child_reap(child);
	fclose(child->errors);
}
