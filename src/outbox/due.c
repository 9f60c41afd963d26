/*
 * due.c - finds out which organizations have work, and tells the database what has been claimed to the end.
 *
 * Finding reads due_work page by page, each behind the one before, so that rows that stay at the head - many
 * organizations, made due again and again - keep no other from being seen. A pass ends at the time at which it began.
 * Owns nothing that is not in the database too: a page that is lost is read again.
 */
#include "outbox/due.h"

#include "core/clock.h"
#include "db/statements.h"

#include <stdio.h>

#define IDLE_US 1000000
#define SOON_MS 1000
#define HELD_BACK_MS 10
#define PAGE 500
#define WAITING_MAX 5000 /* in memory: beyond them the rest stays in the database for a while */
#define RESTS 16         /* in one transaction */

/* A delivery that could not be had a moment ago waits for something that may take long, and an organization whose claim
 * fails must not keep a sender that is to leave. */
static bool is_expected(const struct org_work *org, enum work work, int64_t now_us)
{
	if (org->places[work].not_before_us > now_us)
		return false;
	return work == WORK_ANSWER || work == WORK_LEAD
	       || (work == WORK_DELIVERY && !org->places[WORK_DELIVERY].pause_ms);
}

bool due_is_reading(const struct due *due)
{
	return *due->until != '\0';
}

static void due_expect(struct due *due, int64_t at_us)
{
	if (at_us < due->next_us)
		due->next_us = at_us;
}

static void due_take_row(struct sender *s, struct due *due, const struct sql_find_work_row *row)
{
	enum work work = work_find(row->work);
	if (work == WORK_KINDS)
		return;
	struct org_work *org = works_of(&s->works, row->org);
	if (row->due_ms <= 0)
		works_found(&s->works, org, work);
	else
		due_expect(due, due->found_us + row->due_ms * 1000);
	due->soon = due->soon
		    || (is_expected(org, work, due->found_us) && row->due_ms < s->conf->answer_debounce_ms + SOON_MS);
}

static void due_go_on(struct due *due, const struct sql_find_work_row *last, bool more)
{
	if (!due_is_reading(due))
		snprintf(due->until, sizeof(due->until), "%.*s", (int)last->found_at.n, last->found_at.p);
	snprintf(due->after, sizeof(due->after), "%.*s", (int)last->due_at.n, last->due_at.p);
	due->after_org = last->org;
	if (!more)
		*due->until = '\0';
}

bool due_find(struct sender *s, struct due *due)
{
	bool goes_on = due_is_reading(due);
	int64_t now = clock_mono_us();
	struct sql_find_work_rows rows;
	if (s->works.n_waiting > WAITING_MAX)
		return true;
	struct pool *pool = pool_new();
	bool ok = sql_find_work(s->db, pool, goes_on ? str_of(due->after) : STR_NONE, goes_on ? due->after_org : 0,
			  goes_on ? str_of(due->until) : STR_NONE, PAGE, &rows)
		  == ERR_OK;
	if (ok) {
		works_forget(&s->works, now);
		due->found_us = now;
		due->soon = goes_on && due->soon;
		if (!goes_on)
			due->next_us = now + IDLE_US;
		*due->until = rows.n ? *due->until : '\0';
	}
	for (int i = 0; ok && i < rows.n; i++) {
		struct sql_find_work_row row = sql_find_work_row(&rows, i);
		due_take_row(s, due, &row);
		if (i == rows.n - 1)
			due_go_on(due, &row, rows.n >= PAGE);
	}
	pool_free(pool);
	return ok;
}

bool due_find_all(struct sender *s, struct due *due)
{
	*due->until = '\0';
	bool ok = due_find(s, due);
	while (ok && due_is_reading(due) && s->works.n_waiting <= WAITING_MAX)
		ok = due_find(s, due);
	return ok;
}

/* Nothing is lost when it cannot be said: the claims are made again. */
bool due_rest(struct sender *s, struct due *due)
{
	struct place *places[RESTS];
	struct sql_rest_args args[RESTS];
	struct sql_rest_row rows[RESTS];
	int n = works_rested(&s->works, places, RESTS);
	if (n == 0)
		return true;
	struct pool *pool = pool_new();
	int64_t now = clock_mono_us();
	for (int i = 0; i < n; i++)
		args[i] = (struct sql_rest_args){ .org = places[i]->org->org_id,
			.work = str_of(work_names[places[i]->work]),
			.hold_ms = places[i]->pause_ms ? places[i]->pause_ms : HELD_BACK_MS };
	enum err e = sql_rest_each(s->db, pool, n, args, rows);
	for (int i = 0; e == ERR_OK && i < n; i++)
		due_expect(due, now + rows[i].due_ms * 1000);
	pool_free(pool);
	return e != ERR_DB_UNREACHABLE;
}
