/*
 * records.h - what the simulator remembers: Graph requests, what customers received, what they wrote, webhooks,
 * what a language model was asked.
 *
 * Each kind is a ring, numbered from 1, bounded in entries and bytes; the oldest go first. Callers hold the simulator's
 * lock.
 */
#ifndef DESKBELL_SIMULATOR_RECORDS_H
#define DESKBELL_SIMULATOR_RECORDS_H

#include "core/json/json.h"
#include "core/str.h"

struct record_shape; /* what one kind of record consists of */

struct ring {
	const struct record_shape *shape;
	void **slots;
	int64_t first, last; /* numbers held; empty when last < first */
	size_t bytes;
};

/* Each record starts with its number, which the ring gives; strings are copied when it is added. */
struct request_record {
	int64_t n, at_ms;
	int status;          /* 0: no answer was given */
	const char *outcome; /* a literal */
	struct str method, path, body;
};

struct delivery_record {
	int64_t n, at_ms;
	struct str phone_number_id, to, user_id, type, text, wamid, tag;
	struct str buttons; /* titles, one a line; absent when there are none */
	struct str media;   /* the id of its file; absent when it has none */
	struct str topic;   /* of its chat; absent when it went to the chat itself */
};

struct inbound_record {
	int64_t n, at_ms;
	int webhook_status; /* 0 until the webhook was answered, -1 when it was given up */
	bool read;
	struct str phone_number_id, from, user_id, name, type, text, wamid;
	struct str media; /* the id of its file; absent when it has none */
};

struct webhook_record {
	int64_t n, at_ms, took_us;
	int status, attempts; /* status of the last attempt, 0 when none was answered */
	const char *kind;     /* a literal: message, status, raw */
	struct str phone_number_id, what;
};

struct llm_record {
	int64_t n, at_ms, answered_ms;          /* answered_ms 0: under way */
	int64_t in_flight;                      /* requests without an answer when it arrived, itself among them */
	int64_t rule;                           /* the rule that spoke, from 1; 0: none */
	int status;                             /* 0: no whole answer was given */
	const char *outcome, *key;              /* literals */
	struct str method, path, headers, body; /* headers and body are JSON; body absent when it was none */
};

struct records {
	struct ring llm, requests, deliveries, inbound, webhooks;
};

void records_init(struct records *records);
void records_fini(struct records *records);
void records_forget(struct records *records); /* empties all; numbers start again */

void records_add_request(struct records *records, const struct request_record *record);
void records_add_delivery(struct records *records, const struct delivery_record *record);
/* The inbound message with this id among the latest ones; NULL when there is none. */
const struct inbound_record *records_find_inbound(const struct records *records, struct str wamid);
int64_t records_add_inbound(struct records *records, const struct inbound_record *record);
void records_add_webhook(struct records *records, const struct webhook_record *record);
int64_t records_add_llm(struct records *records, const struct llm_record *record);

/* NULL when it is not held (any more). */
void *ring_find(const struct ring *ring, int64_t n);
const struct delivery_record *records_find_delivery(const struct records *records, struct str wamid);
/* The customer's message `wamid` and those of the same person before it count as read. NULL when it is not known. */
const struct inbound_record *records_mark_read(struct records *records, struct str wamid);

/* Titles, one a line, as a member "buttons"; none when there are none. */
void records_write_buttons(struct json_writer *w, struct str buttons);
/* An array of the entries after `since`, at most `limit`. */
void ring_write(struct json_writer *w, const struct ring *ring, int64_t since, int64_t limit);

#endif
