/*
 * db-pool.h - a few connections shared by many threads.
 */
#ifndef DESKBELL_DB_DB_POOL_H
#define DESKBELL_DB_DB_POOL_H

#include "db/db.h"

struct db_pool;

/* `size` connections, each made on first use. Never NULL. */
struct db_pool *db_pool_new(const struct conf *conf, const char *program, int size);
/* For the start of a program that goes on serving: tries one connection, which stays, and ends the program with words
 * when the database can never be used (no address, another encoding than UTF8). One that is away may come back. */
void db_pool_need(struct db_pool *pool);
/* All connections must have been put back. */
void db_pool_free(struct db_pool *pool);
/* Waits until one is free; the one that was used last comes first. Put it back with db_pool_put, outside a transaction.
 */
struct db *db_pool_take(struct db_pool *pool);
void db_pool_put(struct db_pool *pool, struct db *db);

#endif
