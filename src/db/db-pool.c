/*
 * db-pool.c - a few connections shared by many threads.
 *
 * Owns the connections. A stack: under light load one connection stays warm and the others are never made.
 */
#include "db/db-pool.h"

#include <pthread.h>
#include <stdlib.h>

struct db_pool {
	pthread_mutex_t lock;
	pthread_cond_t freed;
	struct db **idle;
	int n_idle, size;
};

struct db_pool *db_pool_new(const struct conf *conf, const char *program, int size)
{
	struct db_pool *pool = calloc(1, sizeof(*pool));
	if (!pool || !(pool->idle = calloc((size_t)size, sizeof(*pool->idle))))
		fatal(ERR_INTERNAL, "out of memory");
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->freed, NULL);
	pool->size = size;
	while (pool->n_idle < size)
		pool->idle[pool->n_idle++] = db_new(conf, program);
	return pool;
}

void db_pool_free(struct db_pool *pool)
{
	if (pool->n_idle != pool->size)
		bug("%d connections were not put back", pool->size - pool->n_idle);
	for (int i = 0; i < pool->n_idle; i++)
		db_free(pool->idle[i]);
	pthread_cond_destroy(&pool->freed);
	pthread_mutex_destroy(&pool->lock);
	free(pool->idle);
	free(pool);
}

struct db *db_pool_take(struct db_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	while (pool->n_idle == 0)
		pthread_cond_wait(&pool->freed, &pool->lock);
	struct db *db = pool->idle[--pool->n_idle];
	pthread_mutex_unlock(&pool->lock);
	return db;
}

void db_pool_put(struct db_pool *pool, struct db *db)
{
	db_trim(db);
	pthread_mutex_lock(&pool->lock);
	pool->idle[pool->n_idle++] = db;
	pthread_cond_signal(&pool->freed);
	pthread_mutex_unlock(&pool->lock);
}

void db_pool_need(struct db_pool *pool)
{
	struct explain why = { "" };
	struct db *db = db_pool_take(pool);
	if (db_connect(db, &why) == ERR_CONFIG)
		fatal(ERR_CONFIG, "%s", why.text);
	db_pool_put(pool, db);
}
