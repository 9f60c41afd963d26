/*
 * queue-reason.h - why a message has not gone out yet: the same for the desk and the command line, each in its own
 * words.
 */
#ifndef DESKBELL_DOMAIN_QUEUE_REASON_H
#define DESKBELL_DOMAIN_QUEUE_REASON_H

#include "core/str.h"

enum waiting {
	WAITING_BEHIND,  /* for another message of the same conversation */
	WAITING_SENDING, /* it is being sent */
	WAITING_LOST,    /* its sender stopped in the middle */
	WAITING_PAUSED,  /* the channel is paused */
	WAITING_REFUSED, /* the platform said why */
	WAITING_UNKNOWN, /* the platform did not answer */
	WAITING_LATER,   /* for its next try */
	WAITING_SENDER   /* it is due: for a sender */
};

/* A row of the outbox. */
struct waiting_row {
	struct str state;
	bool behind, lease_over, paused, has_reason, later;
};

enum waiting waiting_because(const struct waiting_row *row);

#endif
