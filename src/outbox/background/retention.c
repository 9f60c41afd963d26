/*
 * retention.c - what an organisation keeps no longer than it has chosen is taken out, a few rows at a time.
 *
 * A step is one transaction of at most 200 rows, runs in the background and comes when nothing else is due, so that it
 * holds up no delivery. How far an organisation has come is in the database: a sender that dies costs nothing, and
 * another sender goes on. What is old, by which clock, and what must stay is in sql/functions/retention.sql.
 */
#include "outbox/sender.h"

#include "core/clock.h"
#include "core/log.h"
#include "db/statements.h"

#include <stdlib.h>

#define LOOK_US (600 * 1000000LL) /* how often it is looked for organisations that have chosen something */
#define STEP_US 50000             /* between two steps, so that most of the time is others' */

struct retention_step {
	struct task task;
	struct sender *sender;
	bool begins, found;
};

static void retention_run_step(struct task *task, struct db *db)
{
	struct retention_step *step = (struct retention_step *)task;
	struct pool *pool = pool_new();
	struct sql_retention_step_rows rows;
	enum err e = ERR_OK;
	if (step->begins && (e = sql_retention_begin(db, pool)) != ERR_OK)
		LOG_WARN("retention.not_begun", F_CSTR("error", err_info(e)->name));
	if (e == ERR_OK)
		e = sql_retention_step(db, pool, &rows);
	step->found = e == ERR_OK && sql_retention_step_row(&rows, 0).found;
	pool_free(pool);
}

static void retention_done(struct task *task)
{
	struct retention_step *step = (struct retention_step *)task;
	struct sender *s = step->sender;
	s->retaining = step->found;
	s->retention_due_us = clock_mono_us() + (step->found ? STEP_US : LOOK_US);
	free(step);
}

void retention_run(struct sender *s)
{
	if (s->retention_due_us > clock_mono_us())
		return;
	struct retention_step *step = calloc(1, sizeof(*step));
	if (!step)
		fatal(ERR_INTERNAL, "out of memory");
	*step = (struct retention_step){
		.task = { .run = retention_run_step, .done = retention_done }, .sender = s, .begins = !s->retaining
	};
	s->retention_due_us = INT64_MAX; /* until it has ended */
	background_submit(s->background, &step->task);
}
