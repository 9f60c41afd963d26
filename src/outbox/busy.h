/*
 * busy.h - the conversations that a sender is working on right now.
 *
 * A claim is told of them, so that a job under the sender's own lease that is not among them is known to be lost and
 * comes back at once.
 */
#ifndef DESKBELL_OUTBOX_BUSY_H
#define DESKBELL_OUTBOX_BUSY_H

#include "core/pool.h"

/* One of them, inside the job. */
struct busy {
	struct busy *next, **link;
	int64_t org_id, conversation_id;
};

struct busy_set {
	struct busy *first;
	int n;
};

void busy_add(struct busy_set *set, struct busy *one, int64_t org_id, int64_t conversation_id);
void busy_remove(struct busy_set *set, struct busy *one);
/* An organization's, as a literal of bigint[], in `pool`. */
struct str busy_list(const struct busy_set *set, int64_t org_id, struct pool *pool);

#endif
