/*
 * db-pool.h - a few connections shared by many threads.
 */
#ifndef DESKBELL_DB_DB_POOL_H
#define DESKBELL_DB_DB_POOL_H

#include "db/db.h"

struct db_pool;

/* `size` connections, each made on first use. Never NULL. */
struct db_pool *db_pool_new(const struct conf *conf, const char *program, int size);
/* All connections must have been put back. */
void db_pool_free(struct db_pool *pool);
/* Waits until one is free; the one that was used last comes first. Put it back with db_pool_put, outside a transaction.
 */
struct db *db_pool_take(struct db_pool *pool);
void db_pool_put(struct db_pool *pool, struct db *db);

#endif
