/*
 * password.h - a password for an account, as a command takes it.
 */
#ifndef DESKBELL_CTL_PASSWORD_H
#define DESKBELL_CTL_PASSWORD_H

#include "ctl/ctl.h"

struct ctl_password {
	struct str text; /* in memory that is wiped */
	bool generated;  /* here, so it has to be printed once */
};

/* Takes one line of standard input for the account with this address, or generates 96 random bits when nothing is piped
 * in. ERR_INVALID with words when the line is no password that Deskbell takes (domain/account.h). */
enum err ctl_password_take(struct ctl *ctl, struct str email, struct ctl_password *out) MUST_CHECK;

#endif
