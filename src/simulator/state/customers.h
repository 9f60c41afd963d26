/*
 * customers.h - the people at the other end: how they are known to a number, when they wrote last, how fast they are
 * written to.
 *
 * A person has a phone number, a business-scoped id, or both; either finds the same entry. Used under the simulator's
 * lock.
 */
#ifndef DESKBELL_SIMULATOR_CUSTOMERS_H
#define DESKBELL_SIMULATOR_CUSTOMERS_H

#include "core/str.h"

struct customer {
	char *phone, *user_id, *name; /* each may be NULL */
	int64_t last_inbound_ms;      /* 0: never wrote */
	int64_t pair_full_at_ms;      /* when the pair-rate bucket is full again */
	int64_t typing_until_ms;
	bool blocks;           /* takes no messages (Telegram) */
	int64_t moved_to;      /* the chat has another id now (Telegram); 0: no */
	int64_t topic_gone;    /* a topic of the chat that was deleted (Telegram); 0: none */
	struct customer *next; /* of all */
};

struct customer_slot;

struct customers {
	struct customer_slot **slots;
	size_t n, capacity;
	struct customer *all;
};

/* NULL when no customer is known under either; absent strings are skipped. */
struct customer *customers_find(
	const struct customers *customers, struct str phone_number_id, struct str phone, struct str user_id);
/* Finds or adds, and learns what is new: the other id, the name. */
struct customer *customers_get(
	struct customers *customers, struct str phone_number_id, struct str phone, struct str user_id, struct str name);
void customers_forget(struct customers *customers);

/* Takes one from the bucket of the pair: one message in six seconds, 45 at once ("About the platform", pair rate
 * limits). False when it is empty. */
bool customer_pair_take(struct customer *customer, int64_t now_ms);
/* The same with another bucket: one in `interval_ms`, `burst` at once. */
bool customer_take(struct customer *customer, int64_t now_ms, int64_t interval_ms, int64_t burst);

#endif
