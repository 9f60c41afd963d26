/*
 * autostart.h - starts a sender where none is running.
 */
#ifndef DESKBELL_DOMAIN_AUTOSTART_H
#define DESKBELL_DOMAIN_AUTOSTART_H

#include "core/conf.h"
#include "domain/work/wake.h"

enum autostart_need {
	AUTOSTART_NONE, /* a sender of this host was woken, or one of another host is alive */
	AUTOSTART_DIED, /* some sender has sent a heartbeat lately, but that of this host was killed */
	AUTOSTART_NOW   /* no sender has sent a heartbeat for seconds */
};

/* Whether a sender has to be started here after work was stored. */
enum autostart_need autostart_need(bool sender_is_alive, enum wake_result woken);

/* Starts `deskbell-outbox --linger` detached (own session; stderr only where it is the log): for AUTOSTART_NOW at most
 * twice a second in this process, for AUTOSTART_DIED once in ten seconds. Returns at once; a second sender of the
 * same shard leaves by itself. Does nothing with outbox.kick = off. `own_path` is the calling program (its folder is
 * searched first). Thread-safe. Failure is logged with the remedy. */
void autostart_sender(const struct conf *conf, const char *own_path, enum autostart_need need);
/* Path of the sender: outbox.program, next to `own_path`, or the installed one; in `pool`. */
const char *autostart_program(struct pool *pool, const struct conf *conf, const char *own_path);
/* The same as a command line begins with it: the portable release may be one file, which is told its name. */
const char *autostart_command(struct pool *pool, const struct conf *conf, const char *own_path);

#endif
