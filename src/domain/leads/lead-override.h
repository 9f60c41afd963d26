/*
 * lead-override.h - setting fields of a lead by hand: the same for the desk and the command line.
 */
#ifndef DESKBELL_DOMAIN_LEADS_LEAD_OVERRIDE_H
#define DESKBELL_DOMAIN_LEADS_LEAD_OVERRIDE_H

#include "db/db.h"
#include "domain/leads/lead.h"

/* As lead_edit takes it: an empty value takes back what was set. */
struct lead_change {
	struct str field, value;
};

/* Inside the organisation's transaction: stores the changes and what follows from them; makes the lead if there is
 * none. ERR_INVALID with words when a value is refused (`*refused` is its number; nothing is stored), ERR_NOT_FOUND
 * when there is no such conversation. The caller writes the audit. */
enum err lead_set_manual(struct db *db, struct pool *pool, int64_t org, int64_t conversation,
	const struct lead_change *changes, int n, int *refused, struct explain *why) MUST_CHECK;

#endif
