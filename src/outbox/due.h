/*
 * due.h - finds out which organizations have work, and tells the database what has been claimed to the end.
 */
#ifndef DESKBELL_OUTBOX_DUE_H
#define DESKBELL_OUTBOX_DUE_H

#include "outbox/sender.h"

/* How far it has been read. Zeroed at the start. */
struct due {
	char after[48], until[48]; /* the last row of the page before, and the time at which the pass began; as the
				      database says them; "" between two passes */
	int64_t after_org;
	int64_t found_us; /* the last page */
	int64_t next_us;  /* when more is due, as far as it is known */
	bool soon;        /* an answer, a lead or a delivery is due within the time for which a sender stays */
};

/* Reads the next page; an organization with work waits for its turn then. False when the database is unreachable. */
bool due_find(struct sender *s, struct due *due);
/* The same from the first page to the last. */
bool due_find_all(struct sender *s, struct due *due);
/* Whether a pass is under way: there is more to be read. */
bool due_is_reading(const struct due *due);
/* Says of some organizations what has been claimed to the end. False when the database is unreachable. */
bool due_rest(struct sender *s, struct due *due);

#endif
