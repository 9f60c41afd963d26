/*
 * works.c - which organizations have work that is due, whose turn it is, and how many of a sender's slots each of them
 * holds.
 *
 * Owns the entries, and no truth: what is due is in the database (due_work), and an entry that is lost with its sender
 * is made again. An entry is kept for a minute after its last turn, or one whose work becomes due again and again
 * would come as a newcomer each time, before those who wait.
 */
#include "outbox/works.h"

#include <limits.h>
#include <stdlib.h>

#define PAUSE_LEAST_MS 10
#define PAUSE_MOST_MS 1000
#define PAUSE_FORGOT_US 3000000 /* so long after a claim that brought nothing the pause is a short one again */
#define SHARED_US 3000000
#define WAITING_PART 32       /* of a batch, for an organization that holds slots for long while others have work */
#define TURN_US 30000         /* of the loop, for a batch of what takes its time */
#define SHARED_TURN_US 10000  /* the same with the database's where others have work, */
#define SHARED_MOST_US 100000 /* and where a turn takes long anyway */
#define STATEMENT_COST 4      /* what a statement costs by itself, in rows that it claims or stores */
#define FAILED_US 5000000
#define KEPT_US 60000000
#define FORGET_US 1000000
#define SETTLED_MAX_BYTES (64u << 20)

const char *const work_names[WORK_KINDS] = { [WORK_ANSWER] = "answer",
	[WORK_LEAD] = "lead",
	[WORK_DELIVERY] = "delivery",
	[WORK_SWEEP] = "sweep",
	[WORK_SEARCH] = "search",
	[WORK_FILE] = "file",
	[WORK_PUSH] = "push",
	[WORK_READING] = "reading" };

enum work work_find(struct str name)
{
	enum work work = 0;
	while (work < WORK_KINDS && !str_equal(name, str_of(work_names[work])))
		work++;
	return work;
}

/* ---- entries ---- */

static void works_remove(struct org_work **link)
{
	struct org_work *org = *link;
	*link = org->next;
	buf_fini(&org->settled);
	free(org);
}

void works_fini(struct works *works)
{
	for (int i = 0; i < WORKS_BUCKETS; i++)
		while (works->buckets[i])
			works_remove(&works->buckets[i]);
}

struct org_work *works_of(struct works *works, int64_t org_id)
{
	struct org_work **bucket = &works->buckets[(uint64_t)org_id % WORKS_BUCKETS];
	for (struct org_work *org = *bucket; org; org = org->next)
		if (org->org_id == org_id)
			return org;
	struct org_work *org = calloc(1, sizeof(*org));
	if (!org)
		fatal(ERR_INTERNAL, "out of memory");
	org->org_id = org_id;
	org->next = *bucket;
	for (enum work work = 0; work < WORK_KINDS; work++)
		org->places[work] = (struct place){ .org = org, .work = work };
	buf_init(&org->settled, SETTLED_MAX_BYTES);
	*bucket = org;
	return org;
}

static bool says_nothing(const struct org_work *org, int64_t now_us)
{
	for (int work = 0; work < WORK_KINDS; work++) {
		const struct place *p = &org->places[work];
		if (p->queue || p->held || org->turn_us || (p->served_us && now_us - p->served_us < KEPT_US))
			return false;
	}
	return org->n_settled == 0;
}

void works_forget(struct works *works, int64_t now_us)
{
	if (now_us - works->forgot_us < FORGET_US)
		return;
	works->forgot_us = now_us;
	for (int i = 0; i < WORKS_BUCKETS; i++)
		for (struct org_work **link = &works->buckets[i]; *link;)
			if (says_nothing(*link, now_us))
				works_remove(link);
			else
				link = &(*link)->next;
}

/* ---- queues ---- */

static void works_take_out(struct works *works, struct place *p)
{
	struct place_queue *queue = p->queue;
	if (!queue)
		return;
	*(p->before ? &p->before->behind : &queue->first) = p->behind;
	*(p->behind ? &p->behind->before : &queue->last) = p->before;
	p->queue = NULL;
	works->n_waiting -= queue != &works->resting;
}

/* Behind all that were served before it. */
static void works_put(struct works *works, struct place *p, struct place_queue *queue)
{
	works_take_out(works, p);
	p->queue = queue;
	p->before = queue->last;
	while (p->before && p->before->served_us > p->served_us)
		p->before = p->before->before;
	p->behind = p->before ? p->before->behind : queue->first;
	*(p->before ? &p->before->behind : &queue->first) = p;
	*(p->behind ? &p->behind->before : &queue->last) = p;
	works->n_waiting += queue != &works->resting;
}

void works_due(struct works *works, struct org_work *org, enum work work)
{
	struct place *p = &org->places[work];
	if (p->queue != &works->waiting[work])
		works_put(works, p, &works->waiting[work]);
}

void works_found(struct works *works, struct org_work *org, enum work work)
{
	if (!org->places[work].queue)
		works_due(works, org, work);
}

/* ---- slots ---- */

void works_hold(struct works *works, struct org_work *org, enum work work, int n)
{
	org->places[work].held += n;
	works->held[work] += n;
}

int works_room(const struct works *works, const struct org_work *org, enum work work, int slots)
{
	int held = org->places[work].held;
	int left = slots - (works->held[work] - held); /* by the others */
	int share = left - left / 4;
	int room = share - held, free = slots - works->held[work];
	return room < free ? room : free;
}

/* ---- turns ---- */

static bool may_have_a_turn(const struct works *works, const struct place *p, int slots, int64_t now_us)
{
	return p->not_before_us <= now_us && works_room(works, p->org, p->work, slots) > 0;
}

int64_t works_next_us(const struct works *works, enum work work, int slots, int64_t now_us)
{
	int64_t next_us = INT64_MAX;
	for (const struct place *p = works->waiting[work].first; p && next_us > now_us; p = p->behind)
		if (p->org->held_us < next_us && may_have_a_turn(works, p, slots, now_us))
			next_us = p->org->held_us;
	return next_us;
}

static bool works_are_shared(const struct works *works, int64_t now_us)
{
	return works->mixed_us && now_us - works->mixed_us < SHARED_US;
}

static void works_spend(struct works *works, struct org_work *org, int64_t took_us)
{
	if (!org->turn_us && took_us) {
		org->served = works->served;
		works->served = org;
	}
	org->turn_us += took_us;
}

void works_charged(struct works *works, struct org_work *org, enum work work, int n, int all, int64_t took_us)
{
	if (n == 0)
		return;
	works_spend(works, org, took_us * n / all);
	works->charged_us += took_us * n / all;
	org->places[work].spent_us += took_us * n / (all + STATEMENT_COST);
}

static void works_average(int64_t *average_us, int64_t us)
{
	*average_us = *average_us ? (7 * *average_us + us) / 8 : us;
}

void works_measured(struct works *works, struct org_work *org, enum work work, int n, int64_t took_us)
{
	struct place *p = &org->places[work];
	works_spend(works, org, took_us);
	works->worked_us += took_us;
	p->spent_us += took_us;
	p->n_spent += n;
	if (n)
		works_average(&p->cost_us, took_us / n + 1);
}

/* Whether others have work, and the organization has lately had more than twice their time. */
static bool works_is_greedy(const struct works *works, const struct org_work *org, int64_t now_us)
{
	return works_are_shared(works, now_us) && lately_is_most(&org->lately, &works->lately, now_us);
}

/* What an organization had of a turn beyond a half is what it waits before the next one, so that it never has more than
 * half of the time. */
static void works_end_turn(struct works *works, struct org_work *org, int64_t took_us, int64_t now_us)
{
	int64_t excess_us = 2 * org->turn_us - took_us;
	if (org->has_more && works_is_greedy(works, org, now_us))
		org->held_us = now_us + (excess_us > 0 ? excess_us : 0);
	org->turn_us = 0;
	org->has_more = false;
	for (struct place *p = org->places; p < org->places + WORK_KINDS; p++) {
		if (p->n_spent == 0)
			continue; /* its cost is known when the next one is claimed */
		works_average(&p->whole_us, p->spent_us / p->n_spent + 1);
		p->spent_us = p->n_spent = 0;
	}
}

void works_turned(struct works *works, int64_t took_us, int64_t now_us)
{
	for (struct org_work *org = works->served; org; org = org->served) {
		lately_add(&org->lately, org->turn_us, now_us);
		lately_add(&works->lately, org->turn_us, now_us);
	}
	for (struct org_work *org = works->served; org; org = org->served)
		works_end_turn(works, org, took_us, now_us);
	works->served = NULL;
	works->waited_us = took_us - works->worked_us;
	works->other_us = works->waited_us - works->charged_us;
	works->worked_us = works->charged_us = 0;
}

/* Who waits for a turn of half a second waits no longer when a fifth more of it goes into work. */
static int64_t works_turn_us(int64_t anyway_us, bool shared)
{
	int64_t least_us = shared ? SHARED_TURN_US : TURN_US;
	int64_t us = anyway_us < SHARED_MOST_US ? anyway_us : SHARED_MOST_US;
	return us > least_us ? us : least_us;
}

/* So many of the organization's are done in its part of a turn. */
static int works_affordable(const struct works *works, const struct place *p, bool shared, int parts, int64_t now_us)
{
	bool whole = p->whole_us && works_is_greedy(works, p->org, now_us);
	int64_t time_us = works_turn_us(whole ? works->other_us : works->waited_us, shared) / parts;
	int64_t each_us = whole ? p->whole_us : p->cost_us;
	return each_us && time_us / each_us < INT_MAX ? (int)(time_us / each_us) : INT_MAX;
}

/* Room is counted down in turn: what the first takes is not there for the next, who then has his turn first the next
 * time. */
static int share_out(
	const struct works *works, enum work work, const struct share *share, int64_t now_us, struct ask *asks, int n)
{
	int free = share->slots - works->held[work], served = 0;
	bool shared = n > 1 || works_are_shared(works, now_us);
	for (; served < n && free > 0; served++) {
		struct ask *ask = &asks[served];
		const struct place *p = &ask->org->places[work];
		int parts = shared && n < 2 ? 2 : n;
		int batch = works_affordable(works, p, shared, parts, now_us);
		batch = batch < share->batch / parts ? batch : share->batch / parts;
		if (shared && share->waits_long && p->held > 0 && batch > share->batch / WAITING_PART)
			batch = share->batch / WAITING_PART;
		int room = works_room(works, ask->org, work, share->slots);
		ask->max = batch < 1 ? 1 : batch < room ? batch : room;
		ask->max = ask->max < free ? ask->max : free;
		free -= ask->max;
	}
	return served;
}

static int by_org(const void *a, const void *b)
{
	int64_t x = ((const struct ask *)a)->org->org_id, y = ((const struct ask *)b)->org->org_id;
	return x < y ? -1 : x > y;
}

int works_turn(
	const struct works *works, enum work work, const struct share *share, int64_t now_us, int max, struct ask *asks)
{
	int n = 0;
	for (struct place *p = works->waiting[work].first; p && n < max; p = p->behind) {
		asks[n] = (struct ask){ .org = p->org, .nth = n };
		n += p->org->held_us <= now_us && may_have_a_turn(works, p, share->slots, now_us);
	}
	n = share_out(works, work, share, now_us, asks, n);
	qsort(asks, (size_t)n, sizeof(*asks), by_org);
	return n;
}

void works_claimed(struct works *works, const struct ask *ask, enum work work, int n, int64_t now_us)
{
	struct place *p = &ask->org->places[work];
	bool more = n >= ask->max;
	if (n && works->last_org != ask->org->org_id) {
		works->mixed_us = works->last_org ? now_us : 0;
		works->last_org = ask->org->org_id;
	}
	if (n)
		p->pause_ms = 0;
	else if (p->pause_ms == 0 || now_us - p->empty_us > PAUSE_FORGOT_US)
		p->pause_ms = PAUSE_LEAST_MS;
	else
		p->pause_ms = 2 * p->pause_ms < PAUSE_MOST_MS ? 2 * p->pause_ms : PAUSE_MOST_MS;
	ask->org->has_more |= more;
	p->empty_us = n ? p->empty_us : now_us;
	p->served_us = now_us + ask->nth;
	p->not_before_us = 0;
	works_put(works, p, more ? &works->waiting[work] : &works->resting);
}

void works_failed(struct works *works, const struct ask *ask, enum work work, int64_t now_us)
{
	struct place *p = &ask->org->places[work];
	p->served_us = now_us + ask->nth;
	p->not_before_us = now_us + FAILED_US;
	works_put(works, p, &works->waiting[work]);
}

void works_ended(struct works *works, const struct ask *ask, enum work work, enum err e, int n, int64_t now_us)
{
	if (e == ERR_OK)
		works_claimed(works, ask, work, n, now_us);
	else
		works_failed(works, ask, work, now_us);
}

static int by_org_and_work(const void *a, const void *b)
{
	const struct place *x = *(struct place *const *)a, *y = *(struct place *const *)b;
	if (x->org != y->org)
		return x->org->org_id < y->org->org_id ? -1 : 1;
	return (int)x->work - (int)y->work;
}

int works_rested(struct works *works, struct place **places, int max)
{
	int n = 0;
	while (n < max && works->resting.first) {
		places[n] = works->resting.first;
		works_take_out(works, places[n++]);
	}
	qsort(places, (size_t)n, sizeof(*places), by_org_and_work);
	return n;
}

static int by_id(const void *a, const void *b)
{
	const struct org_work *x = *(struct org_work *const *)a, *y = *(struct org_work *const *)b;
	return x->org_id < y->org_id ? -1 : x->org_id > y->org_id;
}

int works_settled(const struct works *works, struct pool *pool, struct org_work ***orgs)
{
	int n = 0;
	for (int fill = 0; fill < 2; fill++) {
		if (fill)
			*orgs = pool_new_array(pool, (size_t)n + 1, struct org_work *);
		n = 0;
		for (int i = 0; i < WORKS_BUCKETS; i++)
			for (struct org_work *org = works->buckets[i]; org; org = org->next)
				if (org->n_settled) {
					if (fill)
						(*orgs)[n] = org;
					n++;
				}
	}
	qsort(*orgs, (size_t)n, sizeof(**orgs), by_id);
	return n;
}
