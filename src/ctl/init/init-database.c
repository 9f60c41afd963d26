/*
 * init-database.c - the roles and the database of `deskbellctl init`.
 *
 * Owns one connection of a superuser at a time, as the account postgres by its socket where no other address is given.
 * Passwords are random, are sent to the server as SCRAM verifiers only, and lie in files for libpq: one for the desk's
 * role, and one for the programs' where no socket says who they are. Never changes a database or a role that it did not
 * make, but for the password of a role when its file is missing.
 */
#include "ctl/init/init.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#define PASSWORD_BYTES 24

const char *init_desk_passfile(const struct init *init)
{
	return pool_printf(init->ctl->pool, "%s/desk.pgpass", init->folder).p;
}

const char *init_own_passfile(const struct init *init)
{
	return *init->superuser ? pool_printf(init->ctl->pool, "%s/database.pgpass", init->folder).p : NULL;
}

static const char *superuser_url(const struct init *init, const char *database)
{
	if (*init->superuser)
		return pool_printf(init->ctl->pool, "%s dbname=%s", init->superuser, database).p;
	return pool_printf(init->ctl->pool, "user=postgres dbname=%s", database).p;
}

/* As root on the way back, whatever happens between. */
static enum err with_superuser(struct init *init, const char *database, enum err (*body)(struct init *, struct db *))
{
	struct conf conf = init->ctl->conf;
	struct passwd *postgres = *init->superuser ? NULL : getpwnam("postgres");
	if (!*init->superuser && !postgres)
		return explain(&init->ctl->why, ERR_CONFIG,
			"there is no account postgres on this host: install PostgreSQL, or name another server with "
			"--superuser 'host=... user=...'");
	conf.database_url = superuser_url(init, database);
	struct db *db = db_new(&conf, "deskbellctl");
	enum err e = postgres ? init_as(init, postgres->pw_uid, postgres->pw_gid) : ERR_OK;
	if (e == ERR_OK)
		e = db_connect(db, &init->ctl->why);
	if (e == ERR_OK)
		e = body(init, db);
	db_free(db);
	init_as_root();
	return e;
}

static enum err init_run(struct init *init, struct db *db, const char *sql)
{
	struct explain server = { "" };
	enum err e = db_run_script(db, sql, &server);
	return e == ERR_OK ? e : explain(&init->ctl->why, e, "PostgreSQL refuses: %s", server.text);
}

/* ERR_CONFLICT when the file is there. */
static enum err write_passfile(struct init *init, const char *path, const char *role, const char *password)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return explain(&init->ctl->why, ERR_IO, "%s cannot be made: %s", path, strerror(errno));
	struct str line = pool_printf(init->ctl->pool, "*:*:%s:%s:%s\n", init->database, role, password);
	bool good =
		write(fd, line.p, line.n) == (ssize_t)line.n && fchown(fd, init->uid, init->gid) == 0 && fsync(fd) == 0;
	int reason = errno;
	close(fd);
	secret_wipe((char *)(uintptr_t)line.p, line.n);
	if (!good)
		(void)unlink(path);
	return good ? ERR_OK : explain(&init->ctl->why, ERR_IO, "%s: %s", path, strerror(reason));
}

static enum err give_password(struct init *init, struct db *db, const char *role, const char *path)
{
	const char *verifier;
	struct buf password;
	buf_init(&password, 100);
	crypt_random_token(&password, PASSWORD_BYTES);
	enum err e = db_password_verifier(db, init->ctl->pool, role, buf_cstr(&password), &verifier);
	if (e != ERR_OK)
		explain(&init->ctl->why, e, "no password can be made for %s: %s", role, db_last_message(db));
	if (e == ERR_OK)
		e = init_run(
			init, db, pool_printf(init->ctl->pool, "ALTER ROLE \"%s\" PASSWORD '%s'", role, verifier).p);
	uid_t database_account = geteuid();
	gid_t database_group = getegid();
	init_as_root();
	if (e == ERR_OK)
		e = write_passfile(init, path, role, buf_cstr(&password));
	if (e == ERR_OK && database_account != 0)
		e = init_as(init, database_account, database_group);
	secret_wipe(password.data, password.cap);
	buf_fini(&password);
	return e;
}

static enum err init_make_role(struct init *init, struct db *db, const char *name)
{
	struct sql_role_state_rows rows;
	enum err e = sql_role_state(db, init->ctl->pool, str_of(name), &rows);
	if (e != ERR_OK)
		return explain(&init->ctl->why, e, "PostgreSQL refuses: %s", db_last_message(db));
	if (rows.n == 0) {
		e = init_run(init, db,
			pool_printf(init->ctl->pool,
				"CREATE ROLE \"%s\" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS", name)
				.p);
		if (e == ERR_OK)
			printf("The database role %s was made.\n", name);
		return e;
	}
	if (sql_role_state_row(&rows, 0).sees_all)
		return explain(&init->ctl->why, ERR_CONFLICT,
			"the database role %s sees every organisation's rows (SUPERUSER or BYPASSRLS): take that away, "
			"or "
			"name another with --account",
			name);
	return ERR_OK;
}

static enum err init_make_database(struct init *init, struct db *db)
{
	struct sql_database_state_rows rows;
	enum err e = sql_database_state(db, init->ctl->pool, str_of(init->database), &rows);
	if (e != ERR_OK)
		return explain(&init->ctl->why, e, "PostgreSQL refuses: %s", db_last_message(db));
	if (rows.n == 0) {
		e = init_run(init, db,
			pool_printf(init->ctl->pool,
				"CREATE DATABASE %s OWNER \"%s\" ENCODING 'UTF8' TEMPLATE template0", init->database,
				init->account)
				.p);
		if (e == ERR_OK)
			printf("The database %s was made.\n", init->database);
		return e;
	}
	struct sql_database_state_row found = sql_database_state_row(&rows, 0);
	if (!str_equal(found.owner, str_of(init->account)))
		return explain(&init->ctl->why, ERR_CONFLICT,
			"the database %s belongs to %.*s: name another with --database, or give it to %s with ALTER "
			"DATABASE ... OWNER TO",
			init->database, (int)found.owner.n, found.owner.p, init->account);
	if (!str_equal(found.encoding, STR("UTF8")))
		return explain(&init->ctl->why, ERR_CONFLICT,
			"the database %s stores text as %.*s instead of UTF8: name another with --database",
			init->database, (int)found.encoding.n, found.encoding.p);
	return ERR_OK;
}

static enum err init_make_all(struct init *init, struct db *db)
{
	enum err e = init_make_role(init, db, init->account);
	if (e == ERR_OK)
		e = init_make_role(init, db, init->desk);
	if (e == ERR_OK)
		e = init_make_database(init, db);
	return e;
}

static bool is_missing(const char *path)
{
	return path && access(path, F_OK) != 0 && errno == ENOENT;
}

/* An installation that has a configuration knows how its programs get in. */
static enum err passwords(struct init *init, struct db *db)
{
	const char *own = init_own_passfile(init), *desk = init_desk_passfile(init);
	enum err e = ERR_OK;
	if (is_missing(own) && is_missing(init->ctl->sysconf_path))
		e = give_password(init, db, init->account, own);
	if (e == ERR_OK && is_missing(desk))
		e = give_password(init, db, init->desk, desk);
	return e;
}

/* PostgreSQL 13 and 14 let every role make functions where the owner looks for its own. */
static enum err close_schema(struct init *init, struct db *db)
{
	enum err e = init_run(init, db, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
	if (e == ERR_OK)
		e = init_run(init, db,
			pool_printf(init->ctl->pool, "GRANT CREATE, USAGE ON SCHEMA public TO \"%s\"", init->account)
				.p);
	return e == ERR_OK ? passwords(init, db) : e;
}

enum err init_database(struct init *init)
{
	enum err e = with_superuser(init, "postgres", init_make_all);
	return e == ERR_OK ? with_superuser(init, init->database, close_schema) : e;
}
