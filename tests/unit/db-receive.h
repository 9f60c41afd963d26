/*
 * db-receive.h - what the tests of the functions in sql/ share: deliveries as text, and what became of them.
 */
#ifndef DESKBELL_TESTS_UNIT_DB_RECEIVE_H
#define DESKBELL_TESTS_UNIT_DB_RECEIVE_H

#include "db.h"

struct received {
	enum err err;
	int64_t inserted, statuses;
	bool sender_alive;
};

/* Calls deskbell_receive with an array of the items in `fmt`: JSON in single quotes, where @ stands for the tenant's
 * org, channel and platform. */
struct received receive(struct tenant t, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* An item in that notation: a text that the person with this wa_id wrote, which wants an answer. In test_pool. */
const char *text_from(const char *wa_id, const char *provider_id);
/* A status in that notation; `tag` may be NULL. */
const char *status_of(const char *provider_id, const char *status, const char *tag);

/* The conversation of the person with this wa_id, -1 when there is none. */
int64_t conversation_of(struct tenant t, const char *wa_id);
/* A customer wrote and the bot replied: the reply's message id. It waits in the outbox with tag "tag-ID". */
int64_t reply_queued(struct tenant t, const char *wa_id);
/* The reply as it is when the platform took it: accepted, with this provider id. */
int64_t reply_accepted(struct tenant t, const char *wa_id, const char *provider_id);
struct str message_status(struct tenant t, int64_t message);
struct str outbox_state(struct tenant t, int64_t message);
/* How many deliveries of the tenant are claimed now. */
int claim_deliveries(struct tenant t);
/* Settles one delivery: outcome accepted, retry, unknown or failed. */
void settle(struct tenant t, int64_t message, int attempt, const char *outcome, const char *provider_id);
/* What a sender does every few seconds for an organization: leases that ran out, windows that closed. */
void expire_deliveries(struct tenant t);

#endif
