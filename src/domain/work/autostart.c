/*
 * autostart.c - starts a sender where none is running, so that a host whose cron runs once an hour still answers at
 * once.
 *
 * Called after the acknowledgement is on the wire. Never waits for the child: children are reaped by the kernel
 * (SA_NOCLDWAIT in the mains).
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "domain/work/autostart.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/process/place.h"
#include "core/process/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIED_PAUSE_US 10000000
#define PAUSE_US 500000

extern char **environ;

const char *autostart_program(struct pool *pool, const struct conf *conf, const char *own_path)
{
	if (*conf->outbox_program)
		return conf->outbox_program;
	const char *slash = strrchr(own_path, '/');
	if (slash) {
		const char *sibling = pool_printf(pool, "%.*s/deskbell-outbox", (int)(slash - own_path), own_path).p;
		if (access(sibling, X_OK) == 0)
			return sibling;
	}
#ifdef DESKBELL_PORTABLE
	return place_program(pool); /* it is all programs: the name that it is given says which */
#else
	return BINDIR "/deskbell-outbox";
#endif
}

static bool autostart_is_sender(const char *program)
{
	return str_has_suffix(str_of(program), STR("deskbell-outbox"));
}

const char *autostart_command(struct pool *pool, const struct conf *conf, const char *own_path)
{
	const char *program = autostart_program(pool, conf, own_path);

	return autostart_is_sender(program) ? program : pool_printf(pool, "%s deskbell-outbox", program).p;
}

/* A sender that was just started has no heartbeat yet. The pause is shorter than the shortest life of a sender that was
 * started (outbox.kick_linger_s): what comes after that life must be able to start the next. */
static bool autostart_is_time(enum autostart_need need)
{
	static _Atomic int64_t last_us[] = { [AUTOSTART_DIED] = -DIED_PAUSE_US, [AUTOSTART_NOW] = -PAUSE_US };
	int64_t now = clock_mono_us(), last = atomic_load(&last_us[need]);
	int64_t pause_us = need == AUTOSTART_DIED ? DIED_PAUSE_US : PAUSE_US;
	return now - last >= pause_us && atomic_compare_exchange_strong(&last_us[need], &last, now);
}

/* A plain CGI program's stderr may be a pipe on which the web server waits for the end of the request, so it is not
 * passed on there; nor where there is a log file. */
static bool keeps_stderr(const struct conf *conf)
{
	return !*conf->log_file && !process_is_cgi();
}

static int autostart_spawn(const struct conf *conf, const char *program, char *const argv[])
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	pid_t pid;
	sigset_t none;
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	if (!keeps_stderr(conf))
		posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
	int failed = posix_spawn(&pid, program, &files, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

enum autostart_need autostart_need(bool sender_is_alive, enum wake_result woken)
{
	if (!sender_is_alive)
		return AUTOSTART_NOW;
	return woken == WAKE_DIED ? AUTOSTART_DIED : AUTOSTART_NONE;
}

void autostart_sender(const struct conf *conf, const char *own_path, enum autostart_need need)
{
	if (need == AUTOSTART_NONE || conf->outbox_kick == CONF_KICK_OFF || !autostart_is_time(need))
		return;
	struct pool *pool = pool_new();
	const char *program = autostart_program(pool, conf, own_path);
	struct str linger = pool_printf(pool, "%lld", (long long)conf->outbox_kick_linger_s);
	const char *name = autostart_is_sender(program) ? program : "deskbell-outbox";
	char *argv[6] = { pool_cstr(pool, str_of(name)), pool_cstr(pool, STR("--linger")), pool_cstr(pool, linger) };
	if (*conf->path) {
		argv[3] = pool_cstr(pool, STR("--config"));
		argv[4] = pool_cstr(pool, str_of(conf->path));
	}
	int failed = autostart_spawn(conf, program, argv);
	if (failed)
		LOG_ERROR("autostart.failed", F_CSTR("program", program), F_CSTR("reason", strerror(failed)),
			F_CSTR("remedy", "set outbox.program, or run the sender from cron"));
	else
		LOG_INFO("autostart.started", F_CSTR("program", program));
	pool_free(pool);
}
