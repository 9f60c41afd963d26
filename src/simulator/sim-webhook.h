/*
 * sim-webhook.h - sending to the business's callback: signed POSTs with retries, and the verification GET.
 */
#ifndef DESKBELL_SIMULATOR_SIM_WEBHOOK_H
#define DESKBELL_SIMULATOR_SIM_WEBHOOK_H

#include "simulator/simulator.h"

struct webhook {
	struct channel *channel; /* of WhatsApp; its address, its signature */
	struct bot *bot;         /* or of Telegram */
	struct str body;         /* exactly these bytes */
	struct str signature;    /* instead of the right one; absent: sign with the channel's app secret */
	const char *kind;        /* a literal for the record */
	struct str what;         /* id and state, for the record */
	int copies;              /* the same bytes that many times, at once */
	/* Called once in the loop's thread, without the lock, when every copy was answered with 200 or given up;
	 * `status` is the worst last status, 0 when one got no answer. Also called at a stop. May be NULL. */
	void (*done)(void *arg, int status);
	void *arg;
};

/* Everything is copied. From any thread, with the lock held. Anything but 200 is sent again after 200 ms, 400 ms and so
 * on up to 5 s, ten times in all (Meta repeats for 7 days). */
void webhook_send(struct simulator *sim, const struct webhook *webhook);

struct verification {
	bool ok;
	int status;
	const char *reason; /* words */
};

/* What Meta does when a callback is set: GET with hub.mode, hub.challenge and hub.verify_token; right is 200 with
 * exactly the challenge. `done` is called in the loop's thread without the lock, also at a stop. Everything is copied.
 * With the lock held. */
void webhook_verify(struct simulator *sim, const char *url, struct str token,
	void (*done)(void *arg, const struct verification *result), void *arg);

#endif
