/*
 * mail-program.c - sends the e-mails that wait, one after another, in a program of its own.
 *
 * An e-mail is taken under a lease; the secret of its link is made here and only its digest is stored, so no row of the
 * database opens an account. A program that dies leaves the e-mail to the next one, with another link. Never logs an
 * address or a link. Fails for good when a server refuses the e-mail, else it is tried again until its link expires.
 */
#include "outbox/notify/mail-program.h"

#include "core/clock.h"
#include "core/crypto/crypt.h"
#include "core/log.h"
#include "core/net/mail.h"
#include "core/process/crash.h"
#include "core/text/reason.h"
#include "db/statements.h"
#include "outbox/notify/mail-text.h"

#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOKEN_BYTES 32
#define LEASE_S (2 * MAIL_TIMEOUT_S)
#define CHECK_US 1000000

extern char **environ;

/* ---- the program ---- */

static struct str mail_token(struct pool *pool, struct str *hash)
{
	struct buf text;
	unsigned char digest[CRYPT_SHA256_BYTES];
	buf_init(&text, 100);
	crypt_random_token(&text, TOKEN_BYTES);
	struct str token = pool_take(pool, &text);
	crypt_sha256(token, digest);
	*hash = pool_str(pool, (struct str){ (const char *)digest, sizeof(digest) });
	return token;
}

static enum err mail_settle(
	struct db *db, struct pool *pool, const struct sql_mail_take_row *row, enum err sent, const struct explain *why)
{
	if (sent == ERR_OK)
		LOG_INFO("mail.sent", F_INT("org", row->org_id), F_INT("mail", row->id), F_STR("kind", row->kind));
	else
		LOG_WARN("mail.not_sent", F_INT("org", row->org_id), F_INT("mail", row->id), F_STR("kind", row->kind),
			F_CSTR("reason", why->text));
	return sql_mail_settle(db, pool, row->org_id, row->id,
		sent == ERR_OK ? STR_NONE : reason_json(pool, explain_stored(why)), sent == ERR_INVALID);
}

/* The next e-mail. `*any` is false when none is due. */
static enum err mail_send_next(struct db *db, struct pool *pool, const struct conf *conf, bool *any)
{
	struct sql_mail_take_rows rows;
	struct explain why = { "" };
	struct str hash, token = mail_token(pool, &hash);
	enum err e = sql_mail_take(db, pool, hash, LEASE_S, &rows);
	*any = e == ERR_OK && rows.n > 0;
	if (!*any)
		return e;
	struct sql_mail_take_row row = sql_mail_take_row(&rows, 0);
	struct mail mail = mail_text_write(pool, conf, &row, token);
	alarm(MAIL_TIMEOUT_S + 30); /* a program that takes e-mails may hang; the lease is longer */
	crash_point("mail-before-send");
	enum err sent = mail_send(pool, conf, &mail, &why);
	alarm(0);
	return mail_settle(db, pool, &row, sent, &why);
}

int mail_main(const struct conf *conf)
{
	struct explain why = { "" };
	struct db *db = db_new(conf, "deskbell-outbox-mail");
	bool any = true;
	enum err e = mail_is_configured(conf)
			     ? db_connect(db, &why)
			     : explain(&why, ERR_CONFIG,
				     "mail.from, public.base_url, and mail.sendmail or mail.smtp_url are needed");
	if (e != ERR_OK)
		fprintf(stderr, "deskbell-outbox: %s\n", *why.text ? why.text : err_info(e)->message);
	while (e == ERR_OK && any) {
		struct pool *pool = pool_new();
		e = mail_send_next(db, pool, conf, &any);
		pool_free(pool);
	}
	db_free(db);
	return err_info(e)->exit_status;
}

/* ---- in the sender ---- */

static void mail_program_start(struct mail_program *mail, const struct conf *conf, const char *own_path)
{
	struct pool *pool = pool_new();
	char *argv[5] = { pool_cstr(pool, str_of(own_path)), pool_cstr(pool, STR("--mail")) };
	posix_spawnattr_t attributes;
	sigset_t none, defaults;
	if (*conf->path) {
		argv[2] = pool_cstr(pool, STR("--config"));
		argv[3] = pool_cstr(pool, str_of(conf->path));
	}
	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	int failed = posix_spawn(&mail->pid, own_path, NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	if (failed) {
		mail->pid = 0;
		LOG_ERROR("mail.not_started", F_CSTR("reason", strerror(failed)));
	}
	pool_free(pool);
}

bool mail_program_run(struct mail_program *mail, const struct conf *conf, struct db *db, const char *own_path, bool now)
{
	if (!own_path || !mail_is_configured(conf) || (!now && clock_mono_us() - mail->checked_us < CHECK_US))
		return true;
	mail->checked_us = clock_mono_us();
	if (mail->pid && waitpid(mail->pid, NULL, WNOHANG) == 0)
		return true;
	mail->pid = 0;
	struct pool *pool = pool_new();
	struct sql_mail_due_rows rows;
	enum err e = sql_mail_due(db, pool, &rows);
	bool due = e == ERR_OK && sql_mail_due_row(&rows, 0).due;
	pool_free(pool);
	if (due)
		mail_program_start(mail, conf, own_path);
	return e != ERR_DB_UNREACHABLE;
}
