/*
 * autostart.h - starts a sender where none is running.
 */
#ifndef DESKBELL_DOMAIN_AUTOSTART_H
#define DESKBELL_DOMAIN_AUTOSTART_H

#include "core/conf.h"

enum kick_need {
	KICK_NOT,     /* a sender of this host took the poke */
	KICK_UNHEARD, /* some sender has beaten lately, but none of this host: it runs elsewhere, or was killed a moment
			 ago */
	KICK_NOW      /* no sender has beaten for seconds */
};

/* Starts `deskbell-outbox --linger` detached (own session; stderr only where it is the log): for KICK_NOW at most twice
 * a second in this process, for KICK_UNHEARD once in ten seconds. Returns at once; a second sender of the same shard
 * leaves by itself. Does nothing with outbox.kick = off. `own_path` is the program that kicks (its folder is searched
 * first). Thread-safe. Failure is logged with the remedy. */
void kick_sender(const struct conf *conf, const char *own_path, enum kick_need need);
/* Path of the sender: outbox.program, beside `own_path`, or the installed one; in `pool`. */
const char *kick_program(struct pool *pool, const struct conf *conf, const char *own_path);

#endif
