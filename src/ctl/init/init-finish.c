/*
 * init-finish.c - files, schema and last words of `deskbellctl init`.
 *
 * The configuration is written as a whole, for root and the account of the programs to read. Works on the database as
 * the programs themselves do.
 */
#include "ctl/init/init.h"

#include "ctl/output.h"
#include "db/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CODE_BYTES 16

enum err init_folder(struct init *init, const char *path, mode_t mode)
{
	if (mkdir(path, mode) != 0)
		return errno == EEXIST
			       ? ERR_OK
			       : explain(&init->ctl->why, ERR_IO, "%s cannot be made: %s", path, strerror(errno));
	if (chown(path, init->uid, init->gid) != 0 || chmod(path, mode) != 0)
		return explain(
			&init->ctl->why, ERR_IO, "%s cannot be given to %s: %s", path, init->account, strerror(errno));
	return ERR_OK;
}

/* By the desk's own role where the server lets it in by password. */
static bool desk_gets_in(struct init *init, const char *url)
{
	struct conf conf = init->ctl->conf;
	struct explain why;
	conf.database_url = url;
	struct db *db = db_new(&conf, "deskbellctl");
	bool good = init_as(init, init->uid, init->gid) == ERR_OK && db_connect(db, &why) == ERR_OK;
	db_free(db);
	init_as_root();
	return good;
}

/* What of the superuser's address is the server's, with a blank at its end. */
static const char *init_finish_server(struct init *init, const char *otherwise)
{
	static const char *const names[] = { "host=", "hostaddr=", "port=", "sslmode=", "sslrootcert=" };
	struct str rest = str_of(init->superuser);
	const char *server = "";
	while (rest.n) {
		struct str word = str_take_until(&rest, ' ');
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (str_has_prefix(word, str_of(names[i])))
				server = pool_printf(init->ctl->pool, "%s%.*s ", server, (int)word.n, word.p).p;
	}
	return *server ? server : otherwise;
}

/* An installed configuration has the system's folders; one that lies elsewhere keeps all next to it. */
static bool is_installed(const struct init *init)
{
	return strcmp(init->ctl->sysconf_path, SYSCONFDIR "/deskbell/deskbell.conf") == 0;
}

static enum err init_write_conf(struct init *init)
{
	const char *path = init->ctl->sysconf_path;
	const char *desk_url = pool_printf(init->ctl->pool, "%sdbname=%s user=%s passfile=%s",
		init_finish_server(init, "host=localhost "), init->database, init->desk, init_desk_passfile(init))
				       .p;
	bool has_desk = desk_gets_in(init, desk_url);
	if (!has_desk)
		printf("PostgreSQL does not let %s in by password from this host, so the desk uses the programs' role: "
		       "add "
		       "'host %s %s 127.0.0.1/32 scram-sha-256' to pg_hba.conf and desk.database_url to %s later.\n",
			init->desk, init->database, init->desk, path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return errno == EEXIST
			       ? ERR_OK
			       : explain(&init->ctl->why, ERR_IO, "%s cannot be made: %s", path, strerror(errno));
	const char *own = init_own_passfile(init);
	struct str text = pool_printf(init->ctl->pool,
		"# Made by 'deskbellctl init'; deskbell.conf(5) has all keys.\n"
		"database.url = %sdbname=%s user=%s%s%s\n%sdesk.database_url = %s\nkey.file = key\npublic.base_url = "
		"%s\n%s",
		init_finish_server(init, ""), init->database, init->account, own ? " passfile=" : "", own ? own : "",
		has_desk ? "" : "#", desk_url, init->address,
		is_installed(init) ? "log.file = " LOCALSTATEDIR "/log/deskbell/deskbell.log\nrun.dir = " RUNSTATEDIR
				     "/deskbell\nfiles.dir = " LOCALSTATEDIR "/lib/deskbell/files\n"
				   : "log.file = deskbell.log\n");
	bool good =
		write(fd, text.p, text.n) == (ssize_t)text.n && fchown(fd, getuid(), init->gid) == 0 && fsync(fd) == 0;
	int reason = errno;
	close(fd);
	if (!good)
		(void)unlink(path);
	else
		printf("The configuration %s was made.\n", path);
	return good ? ERR_OK : explain(&init->ctl->why, ERR_IO, "%s: %s", path, strerror(reason));
}

enum err init_files(struct init *init)
{
	enum err e = ERR_OK;
	if (is_installed(init)) {
		e = init_folder(init, LOCALSTATEDIR "/log/deskbell", 0750);
		if (e == ERR_OK)
			e = init_folder(init, RUNSTATEDIR "/deskbell", 0755);
		if (e == ERR_OK)
			e = init_folder(init, LOCALSTATEDIR "/lib/deskbell", 0750);
	}
	return e == ERR_OK && access(init->ctl->sysconf_path, F_OK) != 0 ? init_write_conf(init) : e;
}

static enum err allow_desk(struct ctl *ctl, void *arg)
{
	return sql_desk_allow(ctl->db, ctl->pool, str_of(arg));
}

static enum err add_code(struct ctl *ctl, void *arg)
{
	struct buf *code = arg;
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct sql_install_has_organization_rows rows;
	enum err e = sql_install_has_organization(ctl->db, ctl->pool, &rows);
	buf_reset(code);
	if (e != ERR_OK || sql_install_has_organization_row(&rows, 0).there)
		return e;
	crypt_random_token(code, CODE_BYTES);
	crypt_sha256(buf_str(code), digest);
	return sql_setup_code_add(ctl->db, ctl->pool, (struct str){ (const char *)digest, sizeof(digest) });
}

static void print_rest(const struct init *init, const struct buf *code)
{
	const char *base = init->ctl->conf.public_base_url;
	puts("\nWhat is left:\n\n  1. The web server: 'a2enconf deskbell' or 'lighty-enable-mod deskbell' with the "
	     "package; else copy a\n     sample from " PKGDATADIR " into its configuration. Then reload it.");
	puts("  2. The sender: 'systemctl enable --now deskbell-outbox', or cron, see " PKGDATADIR
	     "/apache/cron.sample.");
	if (code->len)
		printf("  3. Within 30 minutes open %s/setup and enter this code, which makes the first owner:\n\n     "
		       "%s\n\n     'deskbellctl setup-code' prints another one.\n",
			base, buf_cstr(code));
	printf("\nKeep a copy of %s in a safe place. 'deskbellctl doctor' as the user %s says what is still missing.\n",
		init->ctl->conf.key_file, init->account);
}

enum err init_finish(struct init *init)
{
	struct ctl *ctl = init->ctl;
	struct migrate_report report;
	struct buf code;
	enum err e = crypt_keys_create(ctl->conf.key_file, &ctl->why);
	if (e == ERR_OK)
		printf("The key %s was made.\n", ctl->conf.key_file);
	else if (e == ERR_CONFLICT)
		e = ERR_OK;
	ctl->why.text[0] = '\0';
	ctl->db = db_new(&ctl->conf, "deskbellctl");
	if (e == ERR_OK)
		e = migrate_run(ctl->db, ctl->pool, &report, &ctl->why);
	if (e == ERR_OK)
		printf("The database is at %.*s.\n", OUT_STR(report.version));
	if (e == ERR_OK && *ctl->conf.desk_database_url)
		e = ctl_transaction(ctl, 0, allow_desk, (void *)(uintptr_t)init->desk);
	buf_init(&code, 100);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, 0, add_code, &code);
	if (e == ERR_OK)
		print_rest(init, &code);
	buf_fini(&code);
	return e;
}
