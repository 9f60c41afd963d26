/*
 * webhook-log.h - verifications and refused deliveries, recorded for the settings page.
 */
#ifndef DESKBELL_WEBHOOK_WEBHOOK_LOG_H
#define DESKBELL_WEBHOOK_WEBHOOK_LOG_H

#include "db/db-pool.h"

struct webhook_log_entry {
	int64_t org_id, channel_id; /* 0: the delivery names none */
	const char *platform;
	const char *kind; /* verification, delivery */
	bool accepted;
	const char *reason; /* core/text/reason.h; never a token */
	struct str remote_address;
};

struct webhook_log *webhook_log_new(struct db_pool *db);
void webhook_log_free(struct webhook_log *log);
/* Stores the entry and writes it into the program's log; of refused deliveries ten a second are stored and twenty a
 * minute are written, by all processes together. Never fails: what cannot be stored is in the program's log. */
void webhook_log_add(struct webhook_log *log, const struct webhook_log_entry *entry);

#endif
