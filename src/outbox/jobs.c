/*
 * jobs.c - claims: organization by organization, each in its turn, a few of them in one transaction.
 *
 * Owns nothing: which jobs are under way is in the sender's sets, what a job is in answers.c, leads.c and deliveries.c.
 * When the calls fail together each organization has one of its own; one that fails then is left alone for a while and
 * harms no other.
 */
#include "outbox/sender.h"

#include "core/clock.h"
#include "core/log.h"

#define ORGS 8          /* in one transaction */
#define WAITING_PART 32 /* of a batch, for an organization that holds slots while others have work */
#define FAILED_US 5000000

int64_t jobs_pause_s(int64_t attempts)
{
	return attempts >= 6 ? 600 : (int64_t)5 << attempts;
}

/* What the claim of one organization asks for. */
struct ask {
	struct org_work *org;
	int max;
	struct db_result *result;
};

/* Organizations share a batch. Of answers and leads one that holds slots, because its model takes its time, gets a
 * small part, so that no turn of the loop is spent on what will wait anyway. Room is counted down in turn: what the
 * first takes is not there for the next. */
static void share_out(struct sender *s, const struct claim *claim, struct ask *asks, int n)
{
	int free = claim->slots - s->works.held[claim->work];
	bool shared = n > 1 || works_are_shared(&s->works, clock_mono_us());
	for (int i = 0; i < n; i++) {
		bool waits = shared && claim->busy && asks[i].org->held[claim->work] > 0;
		int batch = claim->batch / (waits ? WAITING_PART : shared && n < 2 ? 2 : n);
		int room = works_room(&s->works, asks[i].org, claim->work, claim->slots);
		int max = batch < room ? batch : room;
		asks[i].max = max < free ? max : free;
		free -= asks[i].max;
	}
}

static enum err ask_all(struct sender *s, struct pool *pool, const struct claim *claim, struct ask *asks, int n,
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

/* One organization's call by itself. */
static enum err ask_one(struct sender *s, struct pool *pool, const struct claim *claim, struct ask *ask)
{
	enum err e = ask_all(s, pool, claim, ask, 1, &ask->result);
	if (e == ERR_OK || e == ERR_DB_UNREACHABLE)
		return e;
	ask->result = NULL;
	ask->org->not_before_us[claim->work] = clock_mono_us() + FAILED_US;
	LOG_ERROR("claim.failed", F_INT("org", ask->org->org_id), F_CSTR("work", work_names[claim->work]),
		F_CSTR("error", err_info(e)->name));
	return ERR_OK;
}

static enum err ask_in_turn(struct sender *s, struct pool *pool, const struct claim *claim, struct ask *asks, int n)
{
	struct db_result *results[ORGS];
	enum err e = ask_all(s, pool, claim, asks, n, results);
	for (int i = 0; i < n && e == ERR_OK; i++)
		asks[i].result = results[i];
	if (e == ERR_OK || e == ERR_DB_UNREACHABLE)
		return e;
	e = ERR_OK;
	for (int i = 0; i < n && e == ERR_OK; i++)
		e = ask_one(s, pool, claim, &asks[i]);
	return e;
}

int jobs_run(struct sender *s, const struct claim *claim)
{
	struct org_work *orgs[ORGS];
	struct ask asks[ORGS];
	int total = 0, n = 0;
	int found = works_turn(&s->works, claim->work, claim->slots, clock_mono_us(), ORGS, orgs);
	for (int i = 0; i < found; i++)
		asks[i] = (struct ask){ .org = orgs[i] };
	share_out(s, claim, asks, found);
	while (n < found && asks[n].max > 0)
		n++;
	if (n == 0)
		return 0;
	struct pool *pool = pool_new();
	s->db_lost = false;
	enum err e = ask_in_turn(s, pool, claim, asks, n);
	for (int i = 0; i < n && e == ERR_OK && !s->db_lost; i++) {
		int rows = asks[i].result ? db_rows(asks[i].result) : 0;
		if (asks[i].result)
			works_claimed(asks[i].org, claim->work, asks[i].max, rows);
		if (rows)
			works_served(&s->works, asks[i].org, clock_mono_us());
		for (int row = 0; row < rows && !s->db_lost; row++)
			claim->start(s, asks[i].org, asks[i].result, row);
		total += rows;
	}
	pool_free(pool);
	return e == ERR_OK && !s->db_lost ? total : -1;
}
