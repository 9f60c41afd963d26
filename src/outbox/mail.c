/*
 * mail.c - sends the e-mails that wait, one after another, in a program of its own.
 *
 * An e-mail is taken under a lease; the secret of its link is made here and only its digest is stored, so no row of the
 * database opens an account. A program that dies leaves the e-mail to the next one, with another link. Never logs an
 * address or a link. Fails for good when a server refuses the e-mail, else it is tried again until its link expires.
 */
#include "outbox/mail.h"

#include "core/clock.h"
#include "core/crypto/crypt.h"
#include "core/log.h"
#include "core/net/mail.h"
#include "core/process/crash.h"
#include "core/text/reason.h"
#include "core/text/translation.h"
#include "core/json/json.h"
#include "db/statements.h"
#include "outbox/notify/ring-text.h"

#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOKEN_BYTES 32
#define LEASE_S (2 * MAIL_TIMEOUT_S)
#define CHECK_US 1000000
#define BODY_MAX_BYTES 20000

extern char **environ;

/* ---- what is written ---- */

static const struct mail_text {
	const char *kind, *path, *subject, *body;
} mail_texts[] = {
	{ "reset", "reset", T("New password for Deskbell"),
		T("Hello,\n\nA new password was asked for at the sign-in page of Deskbell. Choose it here, within one "
		  "hour:\n\n{link}\n\nThe link works once, and ends all sessions. If you did not ask for it, do "
		  "nothing: your "
		  "password stays as it is.\n") },
	{ "invitation", "invitations", T("Invitation to {organisation}"),
		T("Hello,\n\n{by} has invited you to answer the customers of {organisation} with Deskbell. Join here, "
		  "within seven days:\n\n{link}\n\nThe link works once. If you do not know {organisation}, do "
		  "nothing.\n") },
	{ "ring", "inbox?view=waiting", T("News for you in {organisation}"),
		T("Hello,\n\nthis is new for you in {organisation}:\n\n{items}\nThe inbox: {link}\n\nYou choose on the "
		  "page "
		  "Account what you are notified of.\n") },
};

/* What an e-mail of the kind "ring" tells: a line for each, with where it is. */
static struct str mail_items(
	struct pool *pool, const struct conf *conf, const struct translation *t, const struct sql_mail_take_row *row)
{
	const struct json *items = NULL;
	struct buf out;
	buf_init(&out, BODY_MAX_BYTES);
	if (row->items.p && json_parse_own(pool, row->items, &items, NULL) != ERR_OK)
		items = NULL;
	for (size_t i = 0; items && i < json_length(items); i++) {
		const struct json *item = json_at(items, i);
		const struct ring_text ring = { json_str(json_get(item, "kind")), json_str(json_get(item, "who")),
			json_str(json_get(item, "what")), 0 };
		int64_t id;
		struct str title = ring_title(pool, t, &ring), body = str_cut(ring_body(pool, t, &ring), 300);
		buf_addf(&out, "- %.*s%s%.*s\n", (int)title.n, title.p, body.n ? ": " : "", (int)body.n,
			body.n ? body.p : "");
		if (json_i64(json_get(item, "conversation"), &id))
			buf_addf(&out, "  %s/inbox/%lld\n", conf->public_base_url, (long long)id);
	}
	return pool_take(pool, &out);
}

/* What stands for the {names} of a text. */
struct mail_values {
	const struct sql_mail_take_row *row;
	struct str link, items;
};

static void mail_add_value(struct buf *out, struct str name, const struct mail_values *values)
{
	const struct sql_mail_take_row *row = values->row;
	if (str_equal(name, STR("link")))
		buf_add_str(out, values->link);
	else if (str_equal(name, STR("items")))
		buf_add_str(out, values->items);
	else if (str_equal(name, STR("organisation")))
		buf_add_str(out, row->org_name.p ? row->org_name : STR("Deskbell"));
	else
		buf_add_str(out, row->by_name.p ? row->by_name : STR("Deskbell"));
}

/* The text with its {names} replaced. */
static struct str mail_fill(struct pool *pool, const char *text, const struct mail_values *values)
{
	struct buf out;
	buf_init(&out, BODY_MAX_BYTES);
	while (*text) {
		size_t n = strcspn(text, "{"), name = text[n] ? strcspn(text + n, "}") : 0;
		buf_add(&out, text, n);
		if (name)
			mail_add_value(&out, (struct str){ text + n + 1, name - 1 }, values);
		text += n + (name ? name + 1 : 0);
	}
	return pool_take(pool, &out);
}

static struct mail mail_write(
	struct pool *pool, const struct conf *conf, const struct sql_mail_take_row *row, struct str token)
{
	const struct mail_text *text = mail_texts;
	const struct translation *t = translation_of(pool_cstr(pool, row->language));
	while (!str_equal(row->kind, str_of(text->kind)))
		text++;
	bool is_secret = !str_equal(row->kind, STR("ring"));
	const struct mail_values values = { .row = row,
		.link = pool_printf(pool, "%s/%s%s%.*s", conf->public_base_url, text->path, is_secret ? "/" : "",
			is_secret ? (int)token.n : 0, token.p),
		.items = mail_items(pool, conf, t, row) };
	return (struct mail){ .to = row->email,
		.subject = mail_fill(pool, translation_find(t, text->subject), &values),
		.body = mail_fill(pool, translation_find(t, text->body), &values) };
}

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
	struct mail mail = mail_write(pool, conf, &row, token);
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
