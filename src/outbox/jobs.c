/*
 * jobs.c - what is worked out rather than delivered: claimed under a lease, a batch at a time.
 *
 * Owns nothing: which jobs are under way is in the sender's sets, what a job is in answers.c and leads.c.
 */
#include "outbox/sender.h"

#define BATCH 32

int64_t jobs_pause_s(int64_t attempts)
{
	return attempts >= 6 ? 600 : (int64_t)5 << attempts;
}

int jobs_run(struct sender *s, const struct db_statement *claim, const struct busy_set *set, int most,
	void (*start)(struct sender *s, const struct db_result *r, int row))
{
	int room = most - set->n;
	if (room <= 0)
		return 0;
	struct pool *pool = pool_new();
	struct db_result *r;
	int n = -1;
	s->db_lost = false;
	if (DB_QUERY(s->db, pool, claim, &r, DB_CSTR(s->who), DB_TEXT(busy_list(set, pool)),
		    DB_INT(room < BATCH ? room : BATCH), DB_INT(s->conf->outbox_lease_s))
		== ERR_OK)
		n = db_rows(r);
	for (int row = 0; row < n && !s->db_lost; row++)
		start(s, r, row);
	pool_free(pool);
	return s->db_lost ? -1 : n;
}
