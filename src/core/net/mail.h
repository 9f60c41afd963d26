/*
 * mail.h - e-mails: composed as RFC 5322 has them, handed to a server (SMTP) or to a program (sendmail).
 *
 * Nothing that a user typed can add a header or a recipient: an address that is not plain is refused, and every other
 * text is encoded. Sending waits for the server: it is for programs that have nothing else to do.
 */
#ifndef DESKBELL_CORE_NET_MAIL_H
#define DESKBELL_CORE_NET_MAIL_H

#include "core/buf.h"
#include "core/conf.h"
#include "core/pool.h"

#define MAIL_TIMEOUT_S 60 /* of one e-mail, from the connection to the server's answer */

struct mail {
	struct str to;      /* one address, without a name */
	struct str subject; /* UTF-8, one line */
	struct str body;    /* UTF-8, lines end with '\n' */
};

/* Whether the configuration says how e-mails are sent, and under which address links in them lead to the desk. */
bool mail_is_configured(const struct conf *conf);
/* Whether what the configuration says of e-mails can be used. ERR_CONFIG with words that name the setting. */
enum err mail_check(struct pool *pool, const struct conf *conf, struct explain *why) MUST_CHECK;

/* Whether an address can be written to: ASCII, without quotes, comments or anything that means something in a header or
 * on a command line. */
bool mail_address_is_plain(struct str address);
/* The address in "Name <address>" or "address"; absent when it is not plain. */
struct str mail_address_of(struct str from);

/* Appends the e-mail with all its headers, lines end with "\r\n". ERR_INVALID when an address is not plain. */
enum err mail_compose(struct pool *pool, struct str from, const struct mail *mail, struct buf *out) MUST_CHECK;

/* Hands the e-mail over. ERR_INVALID: the address is not plain, or the server refuses it for good (5xx); ERR_REMOTE or
 * ERR_IO: it may pass; ERR_CONFIG. `why` has the words; they never hold a password. */
enum err mail_send(struct pool *pool, const struct conf *conf, const struct mail *mail, struct explain *why) MUST_CHECK;

#endif
