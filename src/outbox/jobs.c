/*
 * jobs.c - claims: organization by organization, each in its turn, a few of them in one transaction.
 *
 * Owns nothing: whose turn it is is in works.c, which jobs are under way in the sender's sets, what a job is in
 * answers.c, leads.c and deliveries.c.
 * When the calls fail together each organization has one of its own; one that fails then is left alone for a while and
 * harms no other.
 */
#include "outbox/sender.h"

#include "core/clock.h"
#include "core/log.h"

#define ORGS 8 /* in one transaction */

int64_t jobs_pause_s(int64_t attempts)
{
	return attempts >= 6 ? 600 : (int64_t)5 << attempts;
}

static enum err ask_all(struct sender *s, struct pool *pool, const struct claim *claim, const struct ask *asks, int n,
	struct db_result **results)
{
	int params = claim->statement->n_params;
	struct db_value *values = pool_new_array(pool, (size_t)(n * params), struct db_value);
	for (int i = 0; i < n; i++) {
		struct db_value *v = values + i * params;
		*v++ = DB_INT(asks[i].org->org_id);
		*v++ = DB_CSTR(s->who);
		if (claim->busy)
			*v++ = DB_TEXT(busy_list(claim->busy, asks[i].org->org_id, pool));
		*v++ = DB_INT(asks[i].max);
		*v = DB_INT(claim->lease_s);
	}
	return db_query_each(s->db, pool, claim->statement, n, values, results);
}

/* One organization's call by itself; `*result` is NULL when it failed. */
static enum err ask_one(struct sender *s, struct pool *pool, const struct claim *claim, const struct ask *ask,
	struct db_result **result)
{
	enum err e = ask_all(s, pool, claim, ask, 1, result);
	if (e == ERR_OK || e == ERR_DB_UNREACHABLE)
		return e;
	*result = NULL;
	works_failed(&s->works, ask, claim->work, clock_mono_us());
	LOG_ERROR("claim.failed", F_INT("org", ask->org->org_id), F_CSTR("work", work_names[claim->work]),
		F_CSTR("error", err_info(e)->name));
	return ERR_OK;
}

static enum err ask_in_turn(struct sender *s, struct pool *pool, const struct claim *claim, const struct ask *asks,
	int n, struct db_result **results)
{
	enum err e = ask_all(s, pool, claim, asks, n, results);
	if (e == ERR_OK || e == ERR_DB_UNREACHABLE)
		return e;
	e = ERR_OK;
	for (int i = 0; i < n && e == ERR_OK; i++)
		e = ask_one(s, pool, claim, &asks[i], &results[i]);
	return e;
}

/* Each has a part of the claim's time, as it has of its rows. */
static void charge_claim(struct sender *s, const struct claim *claim, const struct ask *asks, int n,
	struct db_result *const *results, int64_t took_us)
{
	int total = 0;
	for (int i = 0; i < n; i++)
		total += results[i] ? db_rows(results[i]) : 0;
	for (int i = 0; i < n; i++)
		if (results[i])
			works_charged(&s->works, asks[i].org, claim->work, db_rows(results[i]), total, took_us);
}

int jobs_run(struct sender *s, const struct claim *claim)
{
	struct ask asks[ORGS];
	struct db_result *results[ORGS];
	int total = 0, n = works_turn(&s->works, claim->work, &s->shares[claim->work], clock_mono_us(), ORGS, asks);
	if (n == 0)
		return 0;
	struct pool *pool = pool_new();
	s->db_lost = false;
	int64_t asked_us = clock_mono_us();
	enum err e = ask_in_turn(s, pool, claim, asks, n, results);
	if (e == ERR_OK)
		charge_claim(s, claim, asks, n, results, clock_mono_us() - asked_us);
	for (int i = 0; i < n && e == ERR_OK && !s->db_lost; i++) {
		int rows = results[i] ? db_rows(results[i]) : 0;
		if (results[i])
			works_claimed(&s->works, &asks[i], claim->work, rows, clock_mono_us());
		int64_t began_us = clock_mono_us();
		for (int row = 0; row < rows && !s->db_lost; row++)
			claim->start(s, asks[i].org, results[i], row);
		works_measured(&s->works, asks[i].org, claim->work, rows, clock_mono_us() - began_us);
		total += rows;
	}
	pool_free(pool);
	return e == ERR_OK && !s->db_lost ? total : -1;
}
