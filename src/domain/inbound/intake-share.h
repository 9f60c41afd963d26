/*
 * intake-share.h - how much of a receiver's time one organization's deliveries get while others have some.
 *
 * An organization that has lately been stored for more than twice as long as all others together, and for more than
 * half of its share of the time, while there are others, is held back: one of its groups is on its way at a time, and
 * after it comes a pause, so that it is stored for a part of the time only. What comes meanwhile waits and is stored
 * together. Alone it is not held back.
 *
 * Knows this process only: another receiver has shares of its own. Not thread-safe: the caller holds a lock.
 */
#ifndef DESKBELL_DOMAIN_INTAKE_SHARE_H
#define DESKBELL_DOMAIN_INTAKE_SHARE_H

#include "domain/work/lately.h"

#define INTAKE_SHARE_BUCKETS 256

/* An organization that has deliveries here, or had some a moment ago. */
struct intake_share {
	struct intake_share *next; /* in its bucket */
	int64_t org_id;
	int inside;            /* its deliveries that are being served */
	int storing;           /* groups that hold some of them */
	int64_t held_until_us; /* its next group begins no earlier */
	struct lately lately;
};

struct intake_shares {
	struct intake_share *buckets[INTAKE_SHARE_BUCKETS];
	struct lately lately;          /* all of them */
	int64_t latest_org, latest_us; /* whose delivery came last, and when */
	int64_t others_us;             /* when one of another organization did */
	int percent;                   /* of the time, for one that is held back; 100: none is */
	int inside_max;                /* deliveries of one that is held back */
};

void intake_shares_fini(struct intake_shares *shares);
/* A delivery has come. False: so many of its organization are inside already that it is to come again. */
bool intake_shares_enter(struct intake_shares *shares, int64_t org_id, int64_t now_us);
void intake_shares_leave(struct intake_shares *shares, int64_t org_id);
/* When a group may hold deliveries of the organization: a time that is not in the future for now, INT64_MAX for when
 * the one that is on its way is stored. */
int64_t intake_shares_free_us(struct intake_shares *shares, int64_t org_id, int64_t now_us);
/* A group that holds some begins, and is stored: it took this time for them. */
void intake_shares_begin(struct intake_shares *shares, int64_t org_id, int64_t now_us);
void intake_shares_end(struct intake_shares *shares, int64_t org_id, int64_t took_us, int64_t now_us);

#endif
