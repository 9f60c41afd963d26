/*
 * mail-send.c - hands an e-mail over, as the configuration says: to a server, or to a program.
 *
 * The program is sendmail or what takes its arguments. It is the host's own and trusted (it may change user and write a
 * queue), so it runs without the limits of subprocess.h; no shell is involved, and what stands on its command line are
 * plain addresses. Never logs, never shows a password. Fails with words of what refused.
 */
#include "core/net/mail.h"

#include "core/net/mail-smtp.h"
#include "core/process/child.h"
#include "core/text/reason.h"

#include <sys/mman.h>
#include <unistd.h>

#define MESSAGE_MAX_BYTES (1 << 20)
#define PASSWORD_MAX_BYTES 1000

bool mail_is_configured(const struct conf *conf)
{
	return *conf->mail_from && (*conf->mail_sendmail || *conf->mail_smtp_url) && *conf->public_base_url;
}

static enum err mail_load_password(struct pool *pool, const struct conf *conf, struct secret **out, struct explain *why)
{
	struct explain detail = { "" };

	*out = NULL;
	if (!*conf->mail_smtp_password_file)
		return ERR_OK;
	struct secret *password;
	if (secret_load(conf->mail_smtp_password_file, PASSWORD_MAX_BYTES, &password, &detail) != ERR_OK)
		return EXPLAIN(why, ERR_CONFIG, mail_password_file, F_REASON("reason", explain_stored(&detail)));
	*out = secret_in_pool(pool, secret_bytes(password));
	secret_free(password);
	return ERR_OK;
}

enum err mail_check(struct pool *pool, const struct conf *conf, struct explain *why)
{
	struct secret *password;

	if (!mail_address_of(str_of(conf->mail_from)).p)
		return explain_code(why, ERR_CONFIG, CODE(mail_from_invalid));
	if (*conf->mail_sendmail && *conf->mail_smtp_url)
		return explain_code(why, ERR_CONFIG, CODE(mail_two_ways));
	if (*conf->mail_smtp_url && !smtp_url_is_valid(str_of(conf->mail_smtp_url)))
		return explain_code(why, ERR_CONFIG, CODE(mail_smtp_url_invalid));
	if (*conf->mail_sendmail && access(conf->mail_sendmail, X_OK) != 0)
		return EXPLAIN(why, ERR_CONFIG, mail_program_unusable, F_CSTR("path", conf->mail_sendmail));
	if (!*conf->public_base_url)
		return explain_code(why, ERR_CONFIG, CODE(mail_no_base_url));
	return mail_load_password(pool, conf, &password, why);
}

/* The message without carriage returns, which a program takes for text. */
static int mail_file_of(struct str message)
{
	int fd = memfd_create("mail", MFD_CLOEXEC);
	struct buf lines;

	if (fd < 0)
		return -1;
	buf_init(&lines, message.n + 1);
	for (size_t i = 0; i < message.n; i++)
		if (message.p[i] != '\r')
			buf_add_char(&lines, message.p[i]);
	struct str left = buf_str(&lines);
	while (left.n > 0) {
		ssize_t n = write(fd, left.p, left.n);
		if (n <= 0)
			break;
		left = (struct str){ left.p + n, left.n - (size_t)n };
	}
	bool whole = left.n == 0 && lseek(fd, 0, SEEK_SET) == 0;
	buf_fini(&lines);
	if (!whole)
		close(fd);
	return whole ? fd : -1;
}

static enum err mail_by_program(
	const char *program, const char *from, const char *to, struct str message, struct explain *why)
{
	const char *argv[] = { program, "-i", "-f", from, "--", to, NULL };
	struct child child;
	int in = mail_file_of(message);

	if (in < 0)
		return explain_code(why, ERR_IO, CODE(mail_not_handed_over));
	enum err e = child_start(&child,
		&(struct child_program){ .argv = argv, .package = "a mail server", .in = in, .out = -1, .also = -1 },
		why);
	close(in);
	return e == ERR_OK ? child_wait(&child, why) : e;
}

static enum err mail_by_server(struct pool *pool, const struct conf *conf, const char *from, const char *to,
	struct str message, struct explain *why)
{
	struct secret *password;
	enum err e = mail_load_password(pool, conf, &password, why);

	if (e != ERR_OK)
		return e;
	return smtp_send(
		&(struct smtp_server){ .url = conf->mail_smtp_url, .user = conf->mail_smtp_user, .password = password },
		from, to, message, why);
}

enum err mail_send(struct pool *pool, const struct conf *conf, const struct mail *mail, struct explain *why)
{
	struct buf message;
	enum err e = mail_check(pool, conf, why);

	if (e != ERR_OK)
		return e;
	buf_init(&message, MESSAGE_MAX_BYTES);
	e = mail_compose(pool, str_of(conf->mail_from), mail, &message);
	if (e != ERR_OK)
		e = explain_code(why, e, CODE(mail_address));
	else {
		const char *from = pool_cstr(pool, mail_address_of(str_of(conf->mail_from)));
		const char *to = pool_cstr(pool, mail->to);
		e = *conf->mail_sendmail ? mail_by_program(conf->mail_sendmail, from, to, buf_str(&message), why)
					 : mail_by_server(pool, conf, from, to, buf_str(&message), why);
	}
	buf_fini(&message);
	return e;
}
