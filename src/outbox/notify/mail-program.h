/*
 * mail-program.h - e-mails that wait to be sent.
 *
 * A mail server may take a minute to answer, so e-mails are sent by a program of its own, "deskbell-outbox --mail",
 * which the sender starts when one is due and which ends when none is.
 */
#ifndef DESKBELL_OUTBOX_NOTIFY_MAIL_PROGRAM_H
#define DESKBELL_OUTBOX_NOTIFY_MAIL_PROGRAM_H

#include "core/conf.h"
#include "db/db.h"

#include <sys/types.h>

/* The program under way, in the sender. Zeroed at the start. */
struct mail_program {
	pid_t pid; /* 0: none */
	int64_t checked_us;
};

/* Starts the program when an e-mail is due and none is under way; checks once a second at most, `now`: at any rate.
 * False when the database is unreachable. */
bool mail_program_run(
	struct mail_program *mail, const struct conf *conf, struct db *db, const char *own_path, bool now) MUST_CHECK;

/* Sends what is due, one e-mail after another. Returns the program's exit status. */
int mail_main(const struct conf *conf);

#endif
