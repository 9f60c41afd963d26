/*
 * file-collect.c - removes files that nothing names any more: their messages were erased, purged or have grown old.
 *
 * The file goes first and its row after it, so that a death in between leaves a row and the next run finishes. Never
 * touches a file that an attachment names.
 */
#include "files/file-collect.h"

#include "core/log.h"
#include "db/statements.h"
#include "files/file-store.h"

#define COLLECT_MAX 1000 /* at one time */

static enum err file_collect_one(
	const struct conf *conf, struct db *db, struct pool *pool, int64_t org_id, struct str sha256)
{
	struct file_key key = { .org_id = org_id };
	if (crypt_unhex(sha256, key.sha256, sizeof(key.sha256)) && file_store_remove(conf, &key))
		return sql_forget_file(db, pool, org_id, sha256);
	LOG_ERROR("file.not_removed", F_INT("org", org_id), F_STR("sha256", sha256));
	return ERR_OK;
}

enum err file_collect(const struct conf *conf, struct db *db, struct pool *pool, int64_t org_id)
{
	struct sql_unused_files_rows rows;
	enum err e = sql_unused_files(db, pool, org_id, COLLECT_MAX, &rows);
	for (int i = 0; e == ERR_OK && i < rows.n; i++)
		e = file_collect_one(conf, db, pool, org_id, sql_unused_files_row(&rows, i).sha256);
	return e;
}

enum err file_collect_orphans(const struct conf *conf, struct db *db, struct pool *pool)
{
	struct sql_orphan_files_rows rows;
	enum err e = sql_orphan_files(db, pool, COLLECT_MAX, &rows);
	for (int i = 0; e == ERR_OK && i < rows.n; i++) {
		struct sql_orphan_files_row row = sql_orphan_files_row(&rows, i);
		e = file_collect_one(conf, db, pool, row.org_id, row.sha256);
	}
	return e;
}
