/*
 * works.c - which organizations have work that is due, and how many of a sender's slots each of them holds.
 *
 * Owns the entries, and no truth: what is due is in the database (due_work), and an entry that is lost with its sender
 * is made again.
 */
#include "outbox/works.h"

#include "core/err.h"

#include <stdlib.h>

#define PAUSE_LEAST_MS 10
#define PAUSE_MOST_MS 1000
#define SHARED_US 3000000
#define SETTLED_MAX_BYTES (64u << 20)

const char *const work_names[WORK_KINDS] = { [WORK_ANSWER] = "answer",
	[WORK_LEAD] = "lead",
	[WORK_DELIVERY] = "delivery",
	[WORK_SWEEP] = "sweep",
	[WORK_SEARCH] = "search",
	[WORK_FILE] = "file" };

enum work work_find(struct str name)
{
	enum work work = 0;
	while (work < WORK_KINDS && !str_equal(name, str_of(work_names[work])))
		work++;
	return work;
}

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
	buf_init(&org->settled, SETTLED_MAX_BYTES);
	*bucket = org;
	return org;
}

static bool says_nothing(const struct org_work *org)
{
	for (int work = 0; work < WORK_KINDS; work++)
		if (org->held[work] || org->rests[work] || org->not_before_us[work] || org->pause_ms[work])
			return false;
	return org->n_settled == 0;
}

void works_forget(struct works *works)
{
	for (int i = 0; i < WORKS_BUCKETS; i++)
		for (struct org_work **link = &works->buckets[i]; *link;) {
			struct org_work *org = *link;
			for (int work = 0; work < WORK_KINDS; work++) {
				if (!org->is_near[work])
					org->pause_ms[work] = 0;
				org->due[work] = org->is_near[work] = false;
			}
			if (says_nothing(org))
				works_remove(link);
			else
				link = &org->next;
		}
}

void works_hold(struct works *works, struct org_work *org, enum work work, int n)
{
	org->held[work] += n;
	works->held[work] += n;
}

int works_room(const struct works *works, const struct org_work *org, enum work work, int slots)
{
	int left = slots - (works->held[work] - org->held[work]); /* by the others */
	int share = left - left / 4;
	int room = share - org->held[work], free = slots - works->held[work];
	return room < free ? room : free;
}

static int by_id(const void *a, const void *b)
{
	const struct org_work *x = *(struct org_work *const *)a, *y = *(struct org_work *const *)b;
	return x->org_id < y->org_id ? -1 : x->org_id > y->org_id;
}

int works_select(const struct works *works, struct pool *pool, bool (*wanted)(const struct org_work *org),
	struct org_work ***orgs)
{
	int n = 0;
	for (int fill = 0; fill < 2; fill++) {
		if (fill)
			*orgs = pool_new_array(pool, (size_t)n + 1, struct org_work *);
		n = 0;
		for (int i = 0; i < WORKS_BUCKETS; i++)
			for (struct org_work *org = works->buckets[i]; org; org = org->next)
				if (wanted(org)) {
					if (fill)
						(*orgs)[n] = org;
					n++;
				}
	}
	qsort(*orgs, (size_t)n, sizeof(**orgs), by_id);
	return n;
}

/* Whether `a` comes before `b` when it is the turn of who follows `cursor`. */
static bool comes_before(const struct org_work *a, const struct org_work *b, int64_t cursor)
{
	bool a_next = a->org_id > cursor, b_next = b->org_id > cursor;
	return a_next == b_next ? a->org_id < b->org_id : a_next;
}

int works_turn(struct works *works, enum work work, int slots, int64_t now_us, int max, struct org_work **orgs)
{
	int n = 0;
	for (int i = 0; i < WORKS_BUCKETS; i++)
		for (struct org_work *org = works->buckets[i]; org; org = org->next) {
			if (!org->due[work] || org->not_before_us[work] > now_us
				|| works_room(works, org, work, slots) <= 0)
				continue;
			int place = n < max ? n++ : max;
			while (place > 0 && comes_before(org, orgs[place - 1], works->cursor[work])) {
				if (place < max)
					orgs[place] = orgs[place - 1];
				place--;
			}
			if (place < max)
				orgs[place] = org;
		}
	if (n)
		works->cursor[work] = orgs[n - 1]->org_id;
	qsort(orgs, (size_t)n, sizeof(*orgs), by_id);
	return n;
}

bool works_are_shared(const struct works *works, int64_t now_us)
{
	return works->mixed_us && now_us - works->mixed_us < SHARED_US;
}

void works_served(struct works *works, const struct org_work *org, int64_t now_us)
{
	if (works->last_org != org->org_id && works->last_org)
		works->mixed_us = now_us;
	works->last_org = org->org_id;
}

void works_claimed(struct org_work *org, enum work work, int asked, int n)
{
	org->due[work] = n == asked;
	org->rests[work] = n < asked;
	org->not_before_us[work] = 0;
	if (n)
		org->pause_ms[work] = 0;
	else if (org->pause_ms[work] < PAUSE_LEAST_MS)
		org->pause_ms[work] = PAUSE_LEAST_MS;
	else
		org->pause_ms[work] = 2 * org->pause_ms[work] < PAUSE_MOST_MS ? 2 * org->pause_ms[work] : PAUSE_MOST_MS;
}
