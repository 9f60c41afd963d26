/*
 * sweep.c - time passes: leases that ran out, statuses that came before their message was known, what waits longer than
 * its window, snoozes that end.
 *
 * In the background, a few organizations in one task and each by itself: one that fails holds up no other.
 */
#include "outbox/sender.h"

#include "core/clock.h"
#include "db/statements.h"

#include <stdlib.h>

struct sweep {
	struct task task;
	struct sender *sender;
	struct ask asks[SWEEPS_MAX];
	enum err results[SWEEPS_MAX];
	bool moved[SWEEPS_MAX]; /* deliveries are due again */
	int n;
};

static void sweep_run_task(struct task *task, struct db *db)
{
	struct sweep *sweep = (struct sweep *)task;
	struct pool *pool = pool_new();
	for (int i = 0; i < sweep->n; i++) {
		struct sql_expire_deliveries_rows rows;
		sweep->results[i] = sql_expire_deliveries(db, pool, sweep->asks[i].org->org_id, &rows);
		sweep->moved[i] = sweep->results[i] == ERR_OK && sql_expire_deliveries_row(&rows, 0).moved > 0;
	}
	pool_free(pool);
}

static void sweep_done(struct task *task)
{
	struct sweep *sweep = (struct sweep *)task;
	struct works *works = &sweep->sender->works;
	for (int i = 0; i < sweep->n; i++) {
		struct org_work *org = sweep->asks[i].org;
		works_hold(works, org, WORK_SWEEP, -sweep->asks[i].max);
		works_ended(works, &sweep->asks[i], WORK_SWEEP, sweep->results[i], 0, clock_mono_us());
		if (sweep->moved[i])
			works_due(works, org, WORK_DELIVERY);
	}
	free(sweep);
}

void sweep_run(struct sender *s)
{
	struct ask asks[SWEEPS_MAX];
	int n = works_turn(&s->works, WORK_SWEEP, &s->shares[WORK_SWEEP], clock_mono_us(), SWEEPS_MAX, asks);
	if (n == 0)
		return;
	struct sweep *sweep = calloc(1, sizeof(*sweep));
	if (!sweep)
		fatal(ERR_INTERNAL, "out of memory");
	*sweep = (struct sweep){ .task = { .run = sweep_run_task, .done = sweep_done }, .sender = s, .n = n };
	for (int i = 0; i < n; i++) {
		sweep->asks[i] = asks[i];
		works_hold(&s->works, asks[i].org, WORK_SWEEP, asks[i].max);
	}
	background_submit(s->background, &sweep->task);
}
