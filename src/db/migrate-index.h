/*
 * migrate-index.h - a migration that builds one index next to running programs.
 */
#ifndef DESKBELL_DB_MIGRATE_INDEX_H
#define DESKBELL_DB_MIGRATE_INDEX_H

#include "db/migrate.h"

/* Whether the file is one: its first line is "-- concurrently: NAME", and what follows is one CREATE INDEX CONCURRENTLY
 * of that name. */
bool migrate_is_index(const struct sql_file *file);
/* Builds it, outside of a transaction; nothing when it is there. One that is invalid, because the server or the program
 * died while it was built or rows were not unique, is dropped and built again. `why` has the server's words. */
enum err migrate_index_build(
	struct db *db, struct pool *pool, const struct sql_file *file, struct explain *why) MUST_CHECK;

#endif
