/*
 * migrate.c - brings a database from any old version to this program's.
 *
 * Owns the table schema_migrations: name, checksum and time of every migration that ran, and one row "functions" with
 * the checksum of all function files; when they are replaced, "functions.CHECKSUM" remembers those from before, so that
 * a program that has come back from the past is recognised. Never edits data outside of the migrations themselves. A
 * crash or an error rolls everything back up to the last index that was built next to the running programs
 * (migrate-index.c): the next run goes on from there.
 */
#include "db/migrate.h"
#include "db/migrate-index.h"

#include "core/buf.h"
#include "core/crypto/crypt.h"
#include "core/log.h"
#include "db/statements.h"

#include <string.h>

#define PAST_CHARS 16 /* of a checksum, for a name */

static const char functions_row[] = "functions", functions_past[] = "functions.";
static const char before_release[] = "0001_base"; /* the first migration of development versions, which had others */

static struct str migrate_checksum(struct pool *pool, struct str text)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct buf hex;
	buf_init(&hex, 2 * sizeof(digest));
	crypt_sha256(text, digest);
	crypt_hex(&hex, (struct str){ (const char *)digest, sizeof(digest) });
	return pool_take(pool, &hex);
}

static struct str functions_checksum(const struct sql_file *functions, struct pool *pool)
{
	struct buf all;
	buf_init(&all, 4 << 20);
	for (const struct sql_file *f = functions; f->name; f++) {
		buf_add_cstr(&all, f->name);
		buf_add_char(&all, '\n');
		buf_add_cstr(&all, f->sql);
	}
	struct str result = migrate_checksum(pool, buf_str(&all));
	buf_fini(&all);
	return result;
}

static struct str migrate_recorded(const struct sql_migrations_applied_rows *applied, const char *name)
{
	for (int i = 0; i < applied->n; i++) {
		const struct sql_migrations_applied_row row = sql_migrations_applied_row(applied, i);
		if (str_equal(row.name, str_of(name)))
			return row.checksum;
	}
	return STR_NONE;
}

static bool is_ours(const struct sql_file *files, struct str name)
{
	if (str_equal(name, str_of(functions_row)) || str_has_prefix(name, str_of(functions_past)))
		return true;
	for (const struct sql_file *f = files; f->name; f++)
		if (str_equal(name, str_of(f->name)))
			return true;
	return false;
}

static enum err check_known(
	const struct sql_file *files, struct pool *pool, struct str name, struct str sum, struct explain *why)
{
	if (str_equal(name, str_of(before_release)) && !is_ours(files, name))
		return explain(why, ERR_CONFLICT,
			"the database was made by a development version from before the first release, whose tables "
			"were "
			"others (%s). Print each organisation with 'deskbellctl export' of that version, then run "
			"'deskbellctl migrate' on an empty database and 'deskbellctl import'.",
			before_release);
	if (!is_ours(files, name))
		return explain(why, ERR_CONFLICT,
			"the database is newer than this program: it has migration %.*s. Install the newer "
			"Deskbell.",
			(int)name.n, name.p);
	for (const struct sql_file *f = files; f->name; f++)
		if (str_equal(name, str_of(f->name)) && !str_equal(sum, migrate_checksum(pool, str_of(f->sql))))
			return explain(why, ERR_CONFLICT,
				"migration %s ran with another text than this program has. Use the program that made "
				"the database, or restore a backup.",
				f->name);
	return ERR_OK;
}

enum err migrate_check_known(struct pool *pool, struct str name, struct str sum, struct explain *why)
{
	return check_known(sql_migrations, pool, name, sum, why);
}

/* A database that knows a migration which this program does not is newer; one whose migration differs has been built by
 * something else. */
static enum err migrate_compare(const struct sql_file *files, struct pool *pool,
	const struct sql_migrations_applied_rows *applied, struct explain *why)
{
	enum err e = ERR_OK;
	for (int i = 0; e == ERR_OK && i < applied->n; i++) {
		const struct sql_migrations_applied_row row = sql_migrations_applied_row(applied, i);
		e = check_known(files, pool, row.name, row.checksum, why);
	}
	return e;
}

static enum err migrate_record(struct db *db, struct pool *pool, const char *name, struct str sum, struct explain *why)
{
	enum err e = sql_migration_record(db, pool, str_of(name), sum);
	return e == ERR_OK ? e : explain(why, e, "%s: %s", name, db_last_message(db));
}

static enum err run_file(struct db *db, const struct sql_file *f, struct explain *why)
{
	struct explain server = { "" };
	enum err e = db_run_script(db, f->sql, &server);
	if (e != ERR_OK)
		return explain(why, e, "%s: %s", f->name, server.text);
	LOG_INFO("migrate.ran", F_CSTR("file", f->name));
	return ERR_OK;
}

static const char *past_name(struct pool *pool, struct str sum)
{
	return pool_printf(pool, "%s%.*s", functions_past, (int)(sum.n < PAST_CHARS ? sum.n : PAST_CHARS), sum.p).p;
}

/* Whether this database has had these functions, and has others now: then those came from a newer program. */
static bool functions_are_past(struct pool *pool, const struct sql_migrations_applied_rows *applied, struct str sum)
{
	return !str_equal(migrate_recorded(applied, functions_row), sum)
	       && migrate_recorded(applied, past_name(pool, sum)).p;
}

static enum err refuse_older(struct explain *why)
{
	return explain(why, ERR_CONFLICT,
		"the database's functions are of a newer program than this one. Install the newer Deskbell; or, to go "
		"back on purpose, run 'deskbellctl migrate --older'.");
}

struct run {
	struct db *db;
	struct pool *pool;
	const struct sql_file *files, *functions;
	struct migrate_report *report;
	bool allow_older;
	const struct sql_file *index; /* the next one to build, outside of a transaction */
};

static enum err replace_functions(
	struct run *run, const struct sql_migrations_applied_rows *applied, struct explain *why)
{
	enum err e = ERR_OK;
	struct str sum = functions_checksum(run->functions, run->pool);
	struct str before = migrate_recorded(applied, functions_row);
	if (run->report->applied == 0 && str_equal(before, sum))
		return ERR_OK;
	if (!run->allow_older && functions_are_past(run->pool, applied, sum))
		return refuse_older(why);
	if (before.p && !str_equal(before, sum))
		e = migrate_record(run->db, run->pool, past_name(run->pool, before), before, why);
	for (const struct sql_file *f = run->functions; e == ERR_OK && f->name; f++)
		e = run_file(run->db, f, why);
	run->report->functions_replaced = true;
	return e == ERR_OK ? migrate_record(run->db, run->pool, functions_row, sum, why) : e;
}

/* Inside a transaction: everything up to the next index, or up to the end. */
static enum err migrate_apply(struct run *run, struct explain *why)
{
	enum err e = db_run_script(run->db,
		"CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, "
		"applied_at timestamptz NOT NULL DEFAULT now())",
		why);
	struct sql_migrations_applied_rows applied;
	if (e == ERR_OK && (e = sql_migrations_applied(run->db, run->pool, &applied)) != ERR_OK)
		e = explain(why, e, "%s", db_last_message(run->db));
	if (e == ERR_OK)
		e = migrate_compare(run->files, run->pool, &applied, why);
	run->index = NULL;
	for (const struct sql_file *f = run->files; e == ERR_OK && f->name; f++) {
		run->report->version = str_of(f->name);
		if (migrate_recorded(&applied, f->name).p)
			continue;
		if (migrate_is_index(f)) {
			run->index = f;
			return ERR_OK;
		}
		e = run_file(run->db, f, why);
		if (e == ERR_OK)
			e = migrate_record(
				run->db, run->pool, f->name, migrate_checksum(run->pool, str_of(f->sql)), why);
		run->report->applied++;
	}
	return e == ERR_OK ? replace_functions(run, &applied, why) : e;
}

static enum err run_transaction(struct run *run, struct explain *why)
{
	enum err e = db_begin_system(run->db);
	if (e != ERR_OK)
		return explain(why, e, "%s", db_last_message(run->db));
	if ((e = migrate_apply(run, why)) != ERR_OK) {
		db_rollback(run->db);
		return e;
	}
	e = db_commit(run->db);
	return e == ERR_OK ? e : explain(why, e, "the migration could not be committed: %s", db_last_message(run->db));
}

static enum err run_index(struct run *run, struct explain *why)
{
	struct str sum = migrate_checksum(run->pool, str_of(run->index->sql));
	enum err e = migrate_index_build(run->db, run->pool, run->index, why);
	if (e == ERR_OK)
		e = migrate_record(run->db, run->pool, run->index->name, sum, why);
	run->report->applied++;
	return e;
}

static enum err run_all(struct run *run, struct explain *why)
{
	enum err e = run_transaction(run, why);
	while (e == ERR_OK && run->index)
		if ((e = run_index(run, why)) == ERR_OK)
			e = run_transaction(run, why);
	return e;
}

/* One run at a time on this database. Held by a transaction of a connection of its own, in which nothing else happens:
 * that holds behind a pooler, too, and no index build waits for it. The number is "deskbell" in hexadecimal. */
static enum err take_turn(struct db *turn, struct explain *why)
{
	enum err e = db_begin_system(turn);
	if (e != ERR_OK)
		return explain(why, e, "%s", db_last_message(turn));
	return db_run_script(turn, "SELECT pg_advisory_xact_lock(x'6465736b'::int, x'62656c6c'::int)", why);
}

enum err migrate_run_files(struct db *db, struct pool *pool, const struct sql_file *files,
	const struct sql_file *functions, bool allow_older, struct migrate_report *report, struct explain *why)
{
	struct run run = { .db = db,
		.pool = pool,
		.files = files,
		.functions = functions,
		.allow_older = allow_older,
		.report = report };
	*report = (struct migrate_report){ 0 };
	enum err e = db_connect(db, why);
	if (e != ERR_OK)
		return e;
	struct db *turn = db_another(db);
	if ((e = take_turn(turn, why)) == ERR_OK)
		e = run_all(&run, why);
	db_rollback(turn);
	db_free(turn);
	return e;
}

enum err migrate_run(struct db *db, struct pool *pool, struct migrate_report *report, struct explain *why)
{
	return migrate_run_files(db, pool, sql_migrations, sql_functions, false, report, why);
}

enum err migrate_run_older(struct db *db, struct pool *pool, struct migrate_report *report, struct explain *why)
{
	return migrate_run_files(db, pool, sql_migrations, sql_functions, true, report, why);
}

enum err migrate_check(struct db *db, struct pool *pool, struct explain *why)
{
	struct sql_migrations_exist_rows there;
	struct sql_migrations_applied_rows applied;
	enum err e = db_connect(db, why);
	if (e != ERR_OK)
		return e;
	if ((e = sql_migrations_exist(db, pool, &there)) != ERR_OK)
		return explain(why, e, "%s", db_last_message(db));
	if (!sql_migrations_exist_row(&there, 0).exist)
		return explain(why, ERR_CONFIG, "the database is empty: run 'deskbellctl migrate'");
	if ((e = sql_migrations_applied(db, pool, &applied)) != ERR_OK)
		return explain(why, e, "%s", db_last_message(db));
	if (migrate_compare(sql_migrations, pool, &applied, why) != ERR_OK)
		return ERR_CONFIG;
	for (const struct sql_file *f = sql_migrations; f->name; f++)
		if (!migrate_recorded(&applied, f->name).p)
			return explain(why, ERR_CONFIG,
				"the database is older than this program (%s is missing): run 'deskbellctl migrate'",
				f->name);
	struct str sum = functions_checksum(sql_functions, pool);
	if (functions_are_past(pool, &applied, sum)) {
		(void)refuse_older(why);
		return ERR_CONFIG;
	}
	if (!str_equal(migrate_recorded(&applied, functions_row), sum))
		return explain(why, ERR_CONFIG,
			"the database's functions are older than this program: run 'deskbellctl migrate'");
	return ERR_OK;
}
