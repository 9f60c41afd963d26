/*
 * migrate.h - brings a database from any old version to this program's.
 *
 * Migrations (sql/migrations, append-only) run once each, in order; functions (sql/functions) are replaced as a whole
 * when their text changed. Everything happens in one transaction, but for indexes that are built next to running
 * programs: each of those ends a transaction and begins another. Two runs at once wait for each other, a crash leaves
 * the old version, or the one up to the last such index.
 */
#ifndef DESKBELL_DB_MIGRATE_H
#define DESKBELL_DB_MIGRATE_H

#include "db/db.h"

/* A file of SQL as compiled in. */
struct sql_file {
	const char *name; /* "0001_isolation" */
	const char *sql;
};

extern const struct sql_file sql_migrations[]; /* ends with a NULL name */
extern const struct sql_file sql_functions[];

struct migrate_report {
	int applied; /* migrations that ran now */
	bool functions_replaced;
	struct str version; /* name of the newest migration, in the pool */
};

/* ERR_CONFLICT when an applied migration's checksum differs from the file of the same name, or when the database is
 * newer than the program, by its migrations or by functions that have followed this program's. */
enum err migrate_run(struct db *db, struct pool *pool, struct migrate_report *report, struct explain *why) MUST_CHECK;
/* The same, and functions of a newer program are replaced by this one's: for an operator who goes back on purpose. */
enum err migrate_run_older(
	struct db *db, struct pool *pool, struct migrate_report *report, struct explain *why) MUST_CHECK;
/* The same with other migrations and functions, which end with a NULL name: for tests. */
enum err migrate_run_files(struct db *db, struct pool *pool, const struct sql_file *files,
	const struct sql_file *functions, bool allow_older, struct migrate_report *report,
	struct explain *why) MUST_CHECK;
/* Whether this program has a migration of that name and, where it is not the functions' row, checksum: ERR_CONFLICT
 * with the reason for one of a newer program. */
enum err migrate_check_known(struct pool *pool, struct str name, struct str checksum, struct explain *why) MUST_CHECK;
/* Whether the database is at this program's version: OK, ERR_CONFIG with words when it is not, ERR_DB_UNREACHABLE. */
enum err migrate_check(struct db *db, struct pool *pool, struct explain *why) MUST_CHECK;

#endif
