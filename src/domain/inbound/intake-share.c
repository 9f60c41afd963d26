/*
 * intake-share.c - how much of a receiver's time one organization's deliveries get while others have some.
 *
 * Owns the entries. One that says nothing any more goes when its bucket is walked through.
 */
#include "domain/inbound/intake-share.h"

#include "core/log.h"

#include <stdlib.h>

#define SHARED_US 10000000 /* so long after another organization's delivery they share: its answers come later */
#define PAUSE_MAX_US 1000000
#define ENTRY_US 2000000 /* the least that an entry is kept without a delivery: as long as lately remembers */

void intake_shares_fini(struct intake_shares *s)
{
	for (int i = 0; i < INTAKE_SHARE_BUCKETS; i++)
		while (s->buckets[i]) {
			struct intake_share *share = s->buckets[i];
			s->buckets[i] = share->next;
			free(share);
		}
}

static bool intake_share_is_over(const struct intake_share *share, int64_t now_us)
{
	return share->inside + share->storing == 0 && share->held_until_us < now_us
	       && (share->lately.second + 1) * 1000000 + ENTRY_US < now_us;
}

static struct intake_share *intake_share_of(struct intake_shares *s, int64_t org_id, int64_t now_us)
{
	struct intake_share **link = &s->buckets[(uint64_t)org_id % INTAKE_SHARE_BUCKETS];
	while (*link && (*link)->org_id != org_id) {
		struct intake_share *share = *link;
		if (!intake_share_is_over(share, now_us)) {
			link = &share->next;
			continue;
		}
		*link = share->next;
		free(share);
	}
	if (*link)
		return *link;
	*link = calloc(1, sizeof(**link));
	if (!*link)
		fatal(ERR_INTERNAL, "out of memory");
	(*link)->org_id = org_id;
	return *link;
}

/* Whether it is held back: others are here, and it needs more than twice as much, and more than half of what it may
 * have.
 */
static bool intake_share_is_held(const struct intake_shares *s, const struct intake_share *share, int64_t now_us)
{
	int64_t others_us = share->org_id == s->latest_org ? s->others_us : s->latest_us;
	return s->percent < 100 && others_us && now_us - others_us < SHARED_US
	       && lately_is_most(&share->lately, &s->lately, now_us)
	       && lately_us(share->lately, now_us) * 200 > lately_span_us(now_us) * s->percent;
}

bool intake_shares_enter(struct intake_shares *s, int64_t org_id, int64_t now_us)
{
	struct intake_share *share = intake_share_of(s, org_id, now_us);
	if (s->latest_org != org_id) {
		s->others_us = s->latest_us;
		s->latest_org = org_id;
	}
	s->latest_us = now_us;
	if (share->inside >= s->inside_max && intake_share_is_held(s, share, now_us))
		return false;
	share->inside++;
	return true;
}

void intake_shares_leave(struct intake_shares *s, int64_t org_id)
{
	intake_share_of(s, org_id, 0)->inside--;
}

int64_t intake_shares_free_us(struct intake_shares *s, int64_t org_id, int64_t now_us)
{
	const struct intake_share *share = intake_share_of(s, org_id, now_us);
	if (!intake_share_is_held(s, share, now_us))
		return now_us;
	return share->storing ? INT64_MAX : share->held_until_us;
}

void intake_shares_begin(struct intake_shares *s, int64_t org_id, int64_t now_us)
{
	intake_share_of(s, org_id, now_us)->storing++;
}

void intake_shares_end(struct intake_shares *s, int64_t org_id, int64_t took_us, int64_t now_us)
{
	struct intake_share *share = intake_share_of(s, org_id, now_us);
	share->storing--;
	lately_add(&share->lately, took_us, now_us);
	lately_add(&s->lately, took_us, now_us);
	int64_t pause_us = took_us * (100 - s->percent) / s->percent;
	share->held_until_us = now_us + (pause_us < PAUSE_MAX_US ? pause_us : PAUSE_MAX_US);
}
