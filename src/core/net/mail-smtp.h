/*
 * mail-smtp.h - one e-mail to an SMTP server. For mail-send.c.
 */
#ifndef DESKBELL_CORE_NET_MAIL_SMTP_H
#define DESKBELL_CORE_NET_MAIL_SMTP_H

#include "core/net/mail.h"
#include "core/secret.h"

struct smtp_server {
	const char *url;               /* smtp://host[:port] or smtps://host[:port] */
	const char *user;              /* "": none */
	const struct secret *password; /* NULL: none */
};

/* Whether it is such a URL, without a user name or a path. */
bool smtp_url_is_valid(struct str url);
/* Whether the connection has to be encrypted: it leaves this host. */
bool smtp_needs_tls(struct str url);
/* Delivers a composed e-mail. ERR_INVALID when the server refuses it for good, ERR_REMOTE otherwise. */
enum err smtp_send(const struct smtp_server *server, const char *from, const char *to, struct str message,
	struct explain *why) MUST_CHECK;

#endif
