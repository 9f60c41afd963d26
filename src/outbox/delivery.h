/*
 * delivery.h - one delivery on its way, between its claim and its outcome; shared by deliveries.c and uploads.c.
 */
#ifndef DESKBELL_OUTBOX_DELIVERY_H
#define DESKBELL_OUTBOX_DELIVERY_H

#include "outbox/sender.h"

struct delivery {
	struct task task; /* waits for its file, in the background */
	struct sender *sender;
	struct org_work *org;
	struct pool *pool; /* everything of this delivery, until it is settled */
	int64_t org_id, message_id, conversation_id;
	int attempt;
	int64_t sent_us; /* when the request was given to the client */
	double window_age_s;
	bool spoke;
	const struct json *failures; /* how often it has failed in which way; NULL: never */
	struct channel channel;
	struct outgoing message;
	struct outgoing_file file; /* `message.file` where there is one */
	struct outgoing_place place;
};

/* ---- deliveries.c ---- */

/* Puts the message on its way. */
void deliveries_send(struct delivery *d);
/* The end of an attempt: its outcome is stored with others. Frees the delivery. */
void deliveries_settle_one(struct delivery *d, struct send_result *result);
/* The same with an outcome that no platform said; `reason` is the code of one. */
void deliveries_give_up(
	struct delivery *d, enum send_outcome outcome, enum send_class class, const char *reason, int64_t wait_ms);

/* ---- uploads.c ---- */

/* What the message holds besides its text, from the outbox. */
void uploads_read(struct delivery *d, struct str content);
/* Makes the file of a message ready: it is uploaded first where the platform wants that, and the delivery goes on by
 * itself; true then, and when it has ended. False: it can be sent now. */
bool uploads_take_over(struct delivery *d);
/* Closes the file of a request that is not submitted. */
void uploads_close(struct delivery *d);
/* After an answer to the message: remembers the id of its file, or forgets one that was refused; then the file is
 * uploaded again, once. */
void uploads_conclude(struct delivery *d, struct send_result *result);

#endif
