/*
 * file-collect.h - removes files that nothing names any more.
 */
#ifndef DESKBELL_FILES_FILE_COLLECT_H
#define DESKBELL_FILES_FILE_COLLECT_H

#include "core/conf.h"
#include "db/db.h"

/* Removes what no attachment of the organization names, from the store and then from the table: after what deleted its
 * messages was committed, in a transaction of that organization. A file that cannot be removed stays in the table, for
 * file_collect_orphans. */
enum err file_collect(const struct conf *conf, struct db *db, struct pool *pool, int64_t org_id) MUST_CHECK;
/* The same for every organization, a bounded number of files: for the sender and for purges, outside of a transaction.
 */
enum err file_collect_orphans(const struct conf *conf, struct db *db, struct pool *pool) MUST_CHECK;

#endif
