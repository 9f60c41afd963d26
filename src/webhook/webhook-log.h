/*
 * webhook-log.h - verifications and refused deliveries, recorded for the settings page.
 */
#ifndef DESKBELL_WEBHOOK_WEBHOOK_LOG_H
#define DESKBELL_WEBHOOK_WEBHOOK_LOG_H

#include "db/db-pool.h"

struct attempt {
	int64_t org_id, channel_id; /* 0: the delivery names none */
	const char *platform;
	const char *kind; /* verification, delivery */
	bool accepted;
	const char *reason; /* core/text/reason.h; never a token */
	struct str remote_address;
};

struct attempt_log *attempt_log_new(struct db_pool *db);
void attempt_log_free(struct attempt_log *log);
/* Logs the attempt and stores it; of refused ones ten a second are stored and twenty a minute are logged, by all
 * processes together. Never fails: what cannot be stored is in the log. */
void attempt_record(struct attempt_log *log, const struct attempt *attempt);

#endif
