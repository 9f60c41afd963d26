/*
 * works.h - which organizations have work that is due, whose turn it is, and how many of a sender's slots each of them
 * holds.
 *
 * For each kind of work there is one queue of organizations, in the order in which they were served last: the one that
 * has had nothing for the longest time comes first, and who is served goes to the end. So none is served twice before
 * one that waits is served once, however often the others' work becomes due.
 *
 * Slots are what work takes while it waits for another program: a model, a platform. An organization gets at most three
 * quarters of the slots that the others leave, so that one whose model hangs leaves room for the next.
 *
 * Time is what the loop and the database need. While others have work, one organization that needs more than twice as
 * much of it as all others together gets at most half of it: what it had of a turn beyond that it waits before the next
 * one.
 */
#ifndef DESKBELL_OUTBOX_WORKS_H
#define DESKBELL_OUTBOX_WORKS_H

#include "core/buf.h"
#include "core/err.h"
#include "core/pool.h"
#include "domain/work/lately.h"

enum work {
	WORK_ANSWER,
	WORK_LEAD,
	WORK_DELIVERY,
	WORK_SWEEP,
	WORK_SEARCH,
	WORK_FILE,
	WORK_PUSH,
	WORK_READING,
	WORK_KINDS
};

/* The kinds as due_work has them. */
extern const char *const work_names[WORK_KINDS];

/* An organization's work of one kind: in the queue of its kind while it waits to be claimed, in that of what rests when
 * all that could be claimed has been, else in neither. */
struct place {
	struct org_work *org;
	enum work work;
	struct place_queue *queue; /* NULL: in none */
	struct place *before, *behind;
	int held;              /* slots */
	int pause_ms;          /* grows while claims bring nothing */
	int64_t cost_us;       /* what one takes of the loop, on average; 0: not measured */
	int64_t whole_us;      /* the same with the database's time for it */
	int64_t spent_us;      /* of both, for what has been claimed since whole_us was worked out, */
	int n_spent;           /* and how many those are */
	int64_t served_us;     /* the last claim */
	int64_t empty_us;      /* the last claim that brought nothing */
	int64_t not_before_us; /* no claim before: the last one failed */
};

struct place_queue {
	struct place *first, *last;
};

/* An organization in a sender's memory. */
struct org_work {
	struct org_work *next;   /* in its bucket */
	struct org_work *served; /* the next one that had something of this turn */
	int64_t org_id;
	struct place places[WORK_KINDS];
	int64_t turn_us; /* of this turn, for its work */
	bool has_more;   /* than it could claim in this turn */
	int64_t held_us; /* no claim before: it had more than its share */
	struct lately lately;
	struct buf settled; /* outcomes that wait to be stored: elements of a JSON array */
	int n_settled;
};

#define WORKS_BUCKETS 256

struct works {
	struct org_work *buckets[WORKS_BUCKETS];
	struct place_queue waiting[WORK_KINDS], resting;
	int n_waiting;
	int held[WORK_KINDS]; /* slots of all organizations */
	int64_t last_org;     /* the one for which a claim brought something last, */
	int64_t mixed_us;     /* and when that was another than before */
	int64_t forgot_us;
	struct org_work *served; /* of this turn */
	struct lately lately;    /* all of them */
	int64_t worked_us;       /* of this turn, for what was claimed, */
	int64_t charged_us;      /* and of the database for it */
	int64_t waited_us;       /* of the last turn, for all else than worked_us, */
	int64_t other_us;        /* and than both */
};

void works_fini(struct works *works);
/* The organization's entry, made where there is none; borrowed until works_forget. */
struct org_work *works_of(struct works *works, int64_t org_id);
/* A kind of work by its name; WORK_KINDS when it is none. */
enum work work_find(struct str name);
/* Now and then frees entries that have had nothing for a minute and say nothing else. */
void works_forget(struct works *works, int64_t now_us);

/* There is something to claim, as the program that stored it says: it waits for its turn. */
void works_due(struct works *works, struct org_work *org, enum work work);
/* The same as the database says. What rests is left alone: the database has not been told yet that it was claimed. */
void works_found(struct works *works, struct org_work *org, enum work work);
/* When the first organization may have a turn, for which there is room; INT64_MAX: none waits. */
int64_t works_next_us(const struct works *works, enum work work, int slots, int64_t now_us);

/* Takes (1) or gives back (-1) a slot. */
void works_hold(struct works *works, struct org_work *org, enum work work, int n);
/* How many slots more the organization may take, of `slots` in all. */
int works_room(const struct works *works, const struct org_work *org, enum work work, int slots);

/* What a kind of work is shared out by. */
struct share {
	int slots;       /* under way at the same time, of all organizations */
	int batch;       /* claimed at the same time, of all organizations */
	bool waits_long; /* a slot is held while a model is asked */
};
/* `n` of the organization's have been claimed and have taken this time of the loop. */
void works_measured(struct works *works, struct org_work *org, enum work work, int n, int64_t took_us);
/* The database has taken this time for a statement that claimed or stored `all` of several organizations, of which `n`
 * were this one's. */
void works_charged(struct works *works, struct org_work *org, enum work work, int n, int all, int64_t took_us);
/* A turn of the loop is over: it took this time, for which it did not wait for the network. */
void works_turned(struct works *works, int64_t took_us, int64_t now_us);

/* What the next claim of an organization asks for. */
struct ask {
	struct org_work *org;
	int max;
	int nth; /* whose turn it was among those that are claimed together */
};

/* Whose turn it is and how much each may ask for, at most `max` organizations that share a batch, in the order of their
 * ids. A batch is no larger than what the loop does within some ten milliseconds, less where several organizations have
 * work, so that what comes meanwhile is served soon; more where all else keeps the loop waiting for longer. The time is
 * divided, each one's part buys as many as its own cost, with the database's for one that needs more than twice as
 * much as all others together: one whose work is expensive gets few of them and takes nothing from the others. Where
 * several have work, one that holds slots for long gets a small part, so that the loop spends no time on what will wait
 * anyway. Returns how many; they stay where they are in the queue until works_claimed.
 */
int works_turn(const struct works *works, enum work work, const struct share *share, int64_t now_us, int max,
	struct ask *asks);
/* A claim asked for `asked` and brought `n`: with all of it the organization goes to the end of the queue, with less it
 * rests. */
void works_claimed(struct works *works, const struct ask *ask, enum work work, int n, int64_t now_us);
/* A claim failed: the organization is left alone for a while. */
void works_failed(struct works *works, const struct ask *ask, enum work work, int64_t now_us);
/* Either of them, as it ended. */
void works_ended(struct works *works, const struct ask *ask, enum work work, enum err e, int n, int64_t now_us);
/* Takes what rests, at most `max`, in the order of the organizations' ids; returns how many. */
int works_rested(struct works *works, struct place **places, int max);
/* Organizations whose outcomes wait, in the order of their ids, in `pool`; returns how many. */
int works_settled(const struct works *works, struct pool *pool, struct org_work ***orgs);

#endif
