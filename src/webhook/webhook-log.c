/*
 * webhook-log.c - verifications and refused deliveries.
 *
 * Owns the allowance that bounds how often refused deliveries write into the database.
 */
#include "webhook/webhook-log.h"

#include "core/allowance.h"
#include "core/log.h"
#include "db/statements.h"

#include <stdlib.h>

static const struct allowance stored_a_second = { "webhook.stored", 10, 1 };

struct webhook_log {
	struct db_pool *db;
};

struct webhook_log *webhook_log_new(struct db_pool *db)
{
	struct webhook_log *log = calloc(1, sizeof(*log));
	if (!log)
		fatal(ERR_INTERNAL, "out of memory");
	log->db = db;
	return log;
}

void webhook_log_free(struct webhook_log *log)
{
	free(log);
}

void webhook_log_add(struct webhook_log *log, const struct webhook_log_entry *a)
{
	bool stored = a->accepted || allowance_take(&stored_a_second, NULL);
	if (stored) {
		struct pool *pool = pool_new();
		struct db *db = db_pool_take(log->db);
		stored = sql_log_webhook(db, pool,
				 &(struct sql_log_webhook_args){ .org_id = a->org_id ? &a->org_id : NULL,
					 .channel_id = a->channel_id ? &a->channel_id : NULL,
					 .platform = str_of(a->platform),
					 .kind = str_of(a->kind),
					 .accepted = a->accepted,
					 .reason = str_of(a->reason),
					 .remote_address = a->remote_address })
			 == ERR_OK;
		db_pool_put(log->db, db);
		pool_free(pool);
	}
	const struct log_field fields[] = { F_CSTR("platform", a->platform), F_CSTR("kind", a->kind),
		F_INT("org", a->org_id), F_INT("channel", a->channel_id), F_CSTR("reason", a->reason),
		F_STR("remote", a->remote_address), F_INT("stored", stored), { .key = NULL } };
	if (a->accepted)
		log_write(LOG_LEVEL_INFO, "webhook.verified", fields);
	else
		log_write_limited(LOG_LEVEL_WARN, "webhook.refused", fields);
}
