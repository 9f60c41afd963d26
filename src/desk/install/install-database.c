/*
 * install-database.c - tries the database that was typed, fills it, and lets the first owner in.
 *
 * Owns its own connection for each step and closes it. Never logs or shows the password. What is done here can be done
 * again: a set-up that was interrupted goes on.
 */
#include "desk/install/install.h"

#include "core/clock.h"
#include "db/migrate.h"

#include <stdlib.h>

#define OLDEST_VERSION 130000
#define CLOCK_MAX_MS 120000
#define CODE_BYTES 16

/* libpq: within quotes, a quote and a backslash are escaped by a backslash. */
static void add_word(struct buf *out, const char *key, struct str value)
{
	if (!value.n)
		return;
	buf_addf(out, "%s%s='", out->len ? " " : "", key);
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\'' || value.p[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, value.p[i]);
	}
	buf_add_char(out, '\'');
}

struct str install_database_url(struct pool *pool, const struct install_values *values)
{
	struct buf url;
	buf_init(&url, 8192);
	add_word(&url, "host", values->host);
	add_word(&url, "port", values->port);
	add_word(&url, "dbname", values->name);
	add_word(&url, "user", values->user);
	add_word(&url, "password", values->password);
	return pool_take(pool, &url);
}

static enum err install_refuse(char problem[INSTALL_PROBLEM_BYTES], const char *words)
{
	snprintf(problem, INSTALL_PROBLEM_BYTES, "%s", words);
	return ERR_INVALID;
}

static enum err judge_database(
	struct desk_request *v, const struct sql_install_database_row *found, char problem[INSTALL_PROBLEM_BYTES])
{
	if (found->version < OLDEST_VERSION)
		return install_refuse(
			problem, request_translate(v,
					 T("This PostgreSQL is older than version 13. Ask the host for a newer one.")));
	if (found->sees_all)
		return install_refuse(problem,
			request_translate(
				v, T("This database user is a superuser, before whom no organisation's data can be "
				     "protected. Make an ordinary user who owns the database.")));
	if (!found->may_create)
		return install_refuse(problem,
			request_translate(
				v, T("This user may not create tables in the database. Make the user the owner of the "
				     "database.")));
	if (llabs((long long)(found->now_ms - clock_wall_ms())) > CLOCK_MAX_MS)
		return install_refuse(problem,
			request_translate(v,
				T("The clocks of the web server and of the database differ by more than two minutes. "
				  "Ask the host to set them.")));
	return ERR_OK;
}

enum err install_database_try(struct desk_request *v, const struct conf *conf, char problem[INSTALL_PROBLEM_BYTES])
{
	struct explain why = { "" };
	struct sql_install_database_rows rows;
	struct db *db = db_new(conf, "deskbell-install");
	enum err e = db_connect(db, &why);
	if (e == ERR_OK && (e = sql_install_database(db, v->pool, &rows)) != ERR_OK)
		explain(&why, e, "%s", db_last_message(db));
	if (e != ERR_OK) {
		snprintf(problem, INSTALL_PROBLEM_BYTES, "%s", why.text);
	} else {
		struct sql_install_database_row found = sql_install_database_row(&rows, 0);
		e = judge_database(v, &found, problem);
	}
	db_free(db);
	return e;
}

/* Of an empty installation only: a visitor who has the word may make its first owner. */
static enum err install_code_add(struct db *db, struct desk_request *v, struct buf *code)
{
	struct sql_install_has_organization_rows rows;
	unsigned char digest[CRYPT_SHA256_BYTES];
	enum err e = db_begin_system(db);
	if (e == ERR_OK)
		e = sql_install_has_organization(db, v->pool, &rows);
	if (e == ERR_OK && !sql_install_has_organization_row(&rows, 0).there) {
		crypt_random_token(code, CODE_BYTES);
		crypt_sha256(buf_str(code), digest);
		e = sql_setup_code_add(db, v->pool, (struct str){ (const char *)digest, sizeof(digest) });
	}
	if (e == ERR_OK)
		return db_commit(db);
	db_rollback(db);
	return e;
}

enum err install_database_fill(
	struct desk_request *v, const struct conf *conf, struct buf *code, char problem[INSTALL_PROBLEM_BYTES])
{
	struct explain why = { "" };
	struct migrate_report report;
	struct db *db = db_new(conf, "deskbell-install");
	enum err e = migrate_run(db, v->pool, &report, &why);
	if (e == ERR_OK && (e = install_code_add(db, v, code)) != ERR_OK)
		explain(&why, e, "%s", db_last_message(db));
	if (e != ERR_OK)
		snprintf(problem, INSTALL_PROBLEM_BYTES, "%s", why.text);
	db_free(db);
	return e;
}
