/*
 * queue-reason.c - the one reason that counts, of several that may be true at once: what must go away first. Pure. What
 * the states mean stands in sql/functions/outbox.sql.
 */
#include "domain/work/queue-reason.h"

enum waiting waiting_because(const struct waiting_row *row)
{
	if (str_equal(row->state, STR("failed")))
		return WAITING_REFUSED;
	if (row->behind)
		return WAITING_BEHIND;
	if (str_equal(row->state, STR("sending")))
		return row->lease_over ? WAITING_LOST : WAITING_SENDING;
	if (row->paused)
		return WAITING_PAUSED;
	if (row->has_reason)
		return WAITING_REFUSED;
	if (str_equal(row->state, STR("unknown")))
		return WAITING_UNKNOWN;
	return row->later ? WAITING_LATER : WAITING_SENDER;
}
