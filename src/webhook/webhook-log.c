/*
 * webhook-log.c - verifications and refused deliveries.
 *
 * Owns the allowance by which strangers cannot make us write without end.
 */
#include "webhook/webhook-log.h"

#include "core/clock.h"
#include "core/log.h"
#include "db/statements.h"

#include <pthread.h>
#include <stdlib.h>

#define STORED_A_SECOND 10

struct attempt_log {
	struct db_pool *db;
	pthread_mutex_t lock;
	int64_t second;
	int stored;
};

struct attempt_log *attempt_log_new(struct db_pool *db)
{
	struct attempt_log *log = calloc(1, sizeof(*log));
	if (!log)
		fatal(ERR_INTERNAL, "out of memory");
	log->db = db;
	pthread_mutex_init(&log->lock, NULL);
	return log;
}

void attempt_log_free(struct attempt_log *log)
{
	pthread_mutex_destroy(&log->lock);
	free(log);
}

static bool may_store(struct attempt_log *log)
{
	int64_t second = clock_mono_us() / 1000000;
	pthread_mutex_lock(&log->lock);
	if (second != log->second) {
		log->second = second;
		log->stored = 0;
	}
	bool allowed = log->stored++ < STORED_A_SECOND;
	pthread_mutex_unlock(&log->lock);
	return allowed;
}

void attempt_record(struct attempt_log *log, const struct attempt *a)
{
	bool stored = a->accepted || may_store(log); /* who is accepted is no stranger */
	if (stored) {
		struct pool *pool = pool_new();
		struct db *db = db_pool_take(log->db);
		stored = DB_QUERY(db, pool, &sql_record_attempt, NULL, a->org_id ? DB_INT(a->org_id) : DB_NULL,
				 a->channel_id ? DB_INT(a->channel_id) : DB_NULL, DB_CSTR(a->platform),
				 DB_CSTR(a->kind), DB_BOOL(a->accepted), DB_CSTR(a->reason), DB_TEXT(a->remote_address))
			 == ERR_OK;
		db_pool_put(log->db, db);
		pool_free(pool);
	}
	log_write(a->accepted ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, a->accepted ? "webhook.verified" : "webhook.refused",
		(const struct log_field[]){ F_CSTR("platform", a->platform), F_CSTR("kind", a->kind),
			F_INT("org", a->org_id), F_INT("channel", a->channel_id), F_CSTR("reason", a->reason),
			F_STR("remote", a->remote_address), F_INT("stored", stored), { .key = NULL } });
}
