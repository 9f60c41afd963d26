/*
 * retention.c - what an organisation keeps no longer than it has chosen is taken out, a few rows at a time.
 *
 * A step is one transaction of at most 200 rows and comes when nothing else is due, so that it holds up no delivery by
 * more than itself. How far an organisation has come is in the database: whoever dies costs nothing, and another sender
 * goes on. What is old, by which clock, and what must stay is in sql/functions/retention.sql.
 */
#include "outbox/sender.h"

#include "core/clock.h"
#include "core/log.h"
#include "db/statements.h"

#define LOOK_US (600 * 1000000LL) /* how often it is looked for organisations that have chosen something */
#define STEP_US 50000             /* between two steps, so that most of the time is others' */

static int retention_failed(enum err e)
{
	return e == ERR_DB_UNREACHABLE ? -1 : 0;
}

int retention_run(struct sender *s)
{
	int64_t now = clock_mono_us();
	struct sql_retention_step_rows rows;
	struct pool *pool;
	enum err e = ERR_OK;
	int found = 0;
	if (s->retention_due_us > now)
		return s->retaining;
	pool = pool_new();
	if (!s->retaining) {
		e = sql_retention_begin(s->db, pool);
		if (e != ERR_OK)
			LOG_WARN("retention.not_begun", F_CSTR("error", err_info(e)->name));
	}
	if (e == ERR_OK)
		e = sql_retention_step(s->db, pool, &rows);
	if (e == ERR_OK)
		found = sql_retention_step_row(&rows, 0).found;
	pool_free(pool);
	s->retaining = found;
	s->retention_due_us = now + (found ? STEP_US : LOOK_US);
	return e == ERR_OK ? found : retention_failed(e);
}
