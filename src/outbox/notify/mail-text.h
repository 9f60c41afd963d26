/*
 * mail-text.h - what e-mails say, in the language of the person who gets them.
 */
#ifndef DESKBELL_OUTBOX_NOTIFY_MAIL_TEXT_H
#define DESKBELL_OUTBOX_NOTIFY_MAIL_TEXT_H

#include "core/conf.h"
#include "core/net/mail.h"
#include "db/statements.h"

/* The e-mail of a row, in `pool`. `token` is the secret at the end of its link; a call, which opens nothing, has none
 * in it. */
struct mail mail_text_write(
	struct pool *pool, const struct conf *conf, const struct sql_mail_take_row *row, struct str token);

#endif
