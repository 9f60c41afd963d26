/*
 * ladder.h - the statuses that follow a message: sent, delivered, read, in the order and rhythm that the behaviour asks
 * for.
 */
#ifndef DESKBELL_SIMULATOR_LADDER_H
#define DESKBELL_SIMULATOR_LADDER_H

#include "simulator/simulator.h"
#include "simulator/graph/whatsapp-payload.h"

struct ladder_options {
	struct channel *channel;
	struct whatsapp_person person;
	struct str wamid, tag;
	const char *const *rungs; /* literals */
	unsigned n_rungs;         /* at most LADDER_RUNGS_MAX */
	enum ladder_order order;
	bool batch; /* all in one payload */
	int copies;
	int64_t first_delay_ms, delay_ms;
	int64_t failed_code;
	void (*done)(void *arg); /* called in the loop's thread, without the lock, when all is acknowledged or given up;
				    may be NULL */
	void *arg;
};

/* Everything is copied. With the lock held. Each status waits until the one before was acknowledged, so the order seen
 * is the order asked for. */
void ladder_start(struct simulator *sim, const struct ladder_options *options);

#endif
