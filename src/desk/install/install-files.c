/*
 * install-files.c - writes the files of a new installation: key, web-cron secret, configuration.
 *
 * The configuration comes last and appears as a whole, because with it the set-up is closed. All are for their owner
 * alone. Never replaces a file: what an interrupted set-up left is used.
 */
#include "desk/install/install.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define SECRET_BYTES 24
#define KEY_FILE "key"
#define LOG_FILE "deskbell.log"

void install_conf_fill(
	struct pool *pool, const struct install *install, const struct install_values *values, struct conf *conf)
{
	*conf = *install->desk->conf;
	conf->path = install->conf_path;
	conf->database_url = install_database_url(pool, values).p;
	conf->public_base_url = pool_cstr(pool, values->address);
	conf->key_file = install_beside(install, pool, KEY_FILE);
}

/* Written shown, synced, linked into place: ERR_CONFLICT when the name is taken. */
static enum err write_new(struct pool *pool, const char *path, struct str text, struct explain *why)
{
	const char *temporary = pool_printf(pool, "%s.%ld", path, (long)getpid()).p;
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
	int reason = errno;
	if (fd >= 0)
		close(fd);
	if (good && link(temporary, path) != 0) {
		good = false;
		reason = errno;
	}
	(void)unlink(temporary);
	if (good)
		return ERR_OK;
	return explain(why, reason == EEXIST ? ERR_CONFLICT : ERR_IO, "%s: %s", path, strerror(reason));
}

static enum err write_cron_secret(struct desk_request *v, const struct install *install, struct explain *why)
{
	struct buf secret;
	buf_init(&secret, 100);
	crypt_random_token(&secret, SECRET_BYTES);
	buf_add_char(&secret, '\n');
	enum err e = write_new(v->pool, install_beside(install, v->pool, INSTALL_CRON_FILE), buf_str(&secret), why);
	secret_wipe(secret.data, secret.cap);
	buf_fini(&secret);
	return e == ERR_CONFLICT ? ERR_OK : e;
}

static enum err write_conf(
	struct desk_request *v, const struct install *install, const struct install_values *values, struct explain *why)
{
	struct str url = install_database_url(v->pool, values);
	struct buf text;
	buf_init(&text, 16384);
	buf_addf(&text,
		"# Made by the set-up in the browser. Paths are taken from this file's folder; deskbell.conf(5) has "
		"all keys.\n"
		"database.url = %.*s\nkey.file = " KEY_FILE "\npublic.base_url = %.*s\nlog.file = " LOG_FILE
		"\nwebcron.key_file = " INSTALL_CRON_FILE "\n",
		(int)url.n, url.p, (int)values->address.n, values->address.p);
	enum err e = write_new(v->pool, install->conf_path, buf_str(&text), why);
	secret_wipe(text.data, text.cap);
	buf_fini(&text);
	return e;
}

enum err install_files_write(
	struct desk_request *v, const struct install *install, const struct install_values *values, struct explain *why)
{
	enum err e = crypt_keys_create(install_beside(install, v->pool, KEY_FILE), why);
	if (e == ERR_OK || e == ERR_CONFLICT)
		e = write_cron_secret(v, install, why);
	if (e == ERR_OK)
		e = write_conf(v, install, values, why);
	if (e == ERR_OK) /* the set-up is over */
		install_word_remove(install, v->pool);
	return e;
}
