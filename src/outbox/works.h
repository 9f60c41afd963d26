/*
 * works.h - which organizations have work that is due, and how many of a sender's slots each of them holds.
 *
 * Slots are what work takes while it waits for somebody else: a model, a platform. An organization gets at most three
 * quarters of the slots that the others leave, so that one whose model hangs leaves room for the next.
 */
#ifndef DESKBELL_OUTBOX_WORKS_H
#define DESKBELL_OUTBOX_WORKS_H

#include "core/buf.h"
#include "core/pool.h"

enum work { WORK_ANSWER, WORK_LEAD, WORK_DELIVERY, WORK_SWEEP, WORK_SEARCH, WORK_FILE, WORK_KINDS };

/* The kinds as due_work has them. */
extern const char *const work_names[WORK_KINDS];

/* An organization in a sender's memory. */
struct org_work {
	struct org_work *next; /* in its bucket */
	int64_t org_id;
	bool due[WORK_KINDS];              /* there is something to claim */
	bool is_near[WORK_KINDS];          /* there is, or will be within two seconds */
	bool rests[WORK_KINDS];            /* what could be claimed has been: deskbell_rest is to be called */
	int held[WORK_KINDS];              /* slots */
	int pause_ms[WORK_KINDS];          /* grows while claims bring nothing */
	int64_t not_before_us[WORK_KINDS]; /* no claim before: the last one failed */
	struct buf settled;                /* outcomes that wait to be stored: elements of a JSON array */
	int n_settled;
};

#define WORKS_BUCKETS 256

struct works {
	struct org_work *buckets[WORKS_BUCKETS];
	int held[WORK_KINDS];       /* slots of all organizations */
	int64_t cursor[WORK_KINDS]; /* the organization whose turn it was last */
	int64_t last_org;           /* the one for which a claim brought something last, */
	int64_t mixed_us;           /* and when that was another than before */
};

void works_fini(struct works *works);
/* The organization's entry, made where there is none; borrowed until works_forget. */
struct org_work *works_of(struct works *works, int64_t org_id);
/* A kind of work by its name; WORK_KINDS when it is none. */
enum work work_find(struct str name);
/* Nothing is due any more: before it is read again what is. Frees entries that say nothing else. */
void works_forget(struct works *works);
/* Takes (1) or gives back (-1) a slot. */
void works_hold(struct works *works, struct org_work *org, enum work work, int n);
/* How many slots more the organization may take, of `slots` in all. */
int works_room(const struct works *works, const struct org_work *org, enum work work, int slots);
/* The next organizations, at most `max`, for which this work is due and may be claimed now, in turn after those of the
 * last call, in the order of their ids. Returns how many; `org`s are borrowed. */
int works_turn(struct works *works, enum work work, int slots, int64_t now_us, int max, struct org_work **orgs);
/* All entries for which `wanted` holds, in the order of their ids, in `pool`; returns how many. */
int works_select(const struct works *works, struct pool *pool, bool (*wanted)(const struct org_work *org),
	struct org_work ***orgs);
/* Whether several organizations have had work within the last seconds. */
bool works_are_shared(const struct works *works, int64_t now_us);
/* A claim of this organization brought something. */
void works_served(struct works *works, const struct org_work *org, int64_t now_us);
/* A claim asked for `asked` and brought `n`. */
void works_claimed(struct org_work *org, enum work work, int asked, int n);

#endif
