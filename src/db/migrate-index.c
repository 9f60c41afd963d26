/*
 * migrate-index.c - builds an index while programs write to its table.
 *
 * An ordinary CREATE INDEX locks all writers out until it is done, which on a table of ten million messages takes
 * minutes in which no delivery is stored. CREATE INDEX CONCURRENTLY does not, but cannot run inside a transaction and
 * leaves an invalid index when it fails (PostgreSQL manual, "Building Indexes Concurrently"). Owns that: whatever state
 * the last run left, this one goes on. The caller sees to it that no other run builds the same index.
 */
#include "db/migrate-index.h"

#include "core/log.h"
#include "db/statements.h"

static const char mark[] = "-- concurrently: ";

static struct str index_name(const struct sql_file *file)
{
	struct str rest = str_of(file->sql);
	if (!str_has_prefix(rest, str_of(mark)))
		return STR_NONE;
	rest = (struct str){ rest.p + sizeof(mark) - 1, rest.n - (sizeof(mark) - 1) };
	return str_take_until(&rest, '\n');
}

bool migrate_is_index(const struct sql_file *file)
{
	return index_name(file).p != NULL;
}

/* Drops what a run that failed left behind. `there`: a valid one. */
static enum err clear_way(struct db *db, struct pool *pool, struct str name, bool *there, struct explain *why)
{
	struct sql_index_is_valid_rows rows;
	enum err e = sql_index_is_valid(db, pool, name, &rows);
	*there = false;
	if (e != ERR_OK)
		return explain(why, e, "%s", db_last_message(db));
	if (rows.n == 0)
		return ERR_OK;
	*there = sql_index_is_valid_row(&rows, 0).is_valid;
	if (*there)
		return ERR_OK;
	LOG_INFO("migrate.index_dropped", F_STR("index", name));
	return db_run_script(db, pool_printf(pool, "DROP INDEX CONCURRENTLY %.*s", (int)name.n, name.p).p, why);
}

enum err migrate_index_build(struct db *db, struct pool *pool, const struct sql_file *file, struct explain *why)
{
	struct explain server = { "" };
	struct str name = index_name(file);
	bool there;
	enum err e = clear_way(db, pool, name, &there, &server);
	if (e == ERR_OK && !there)
		e = db_run_script(db, file->sql, &server);
	if (e != ERR_OK)
		return explain(why, e, "%s: %s", file->name, server.text);
	LOG_INFO("migrate.index_built", F_CSTR("file", file->name), F_STR("index", name));
	return ERR_OK;
}
