/*
 * quota.c - how much of everything an organisation may have.
 *
 * The one place where it is judged, for the desk, its API and deskbellctl alike: code that writes such rows calls it
 * inside the transaction. What is there is counted before and after, under a lock of the organisation and the subject
 * that ends with the transaction, so that two at the same time do not pass together.
 */
#include "domain/quota.h"

#include "core/text/reason.h"

#include "db/statements.h"
#include "domain/settings.h"

static const enum quota_subject subject_of[QUOTAS] = {
#define X(name, subject) subject,
	QUOTA_LIST(X)
#undef X
};

static const char *const subject_names[] = { [QUOTA_OF_SKILLS] = "skills",
	[QUOTA_OF_DOCUMENTS] = "documents",
	[QUOTA_OF_PEOPLE] = "people",
	[QUOTA_OF_TAGS] = "tags",
	[QUOTA_OF_CANNED_REPLIES] = "canned_replies",
	[QUOTA_OF_FILES] = "files" };

static void find_limits(const struct conf *conf, struct pool *pool, struct str stored, int64_t limits[QUOTAS])
{
	struct settings own;
	(void)settings_read(pool, stored, &own);
#define X(name, subject) limits[QUOTA_##name] = own.quota_##name ? own.quota_##name : conf->quota_##name;
	QUOTA_LIST(X)
#undef X
}

/* The counts of the subject, in order. */
static enum err quota_count(
	const struct quota_change *c, struct pool *pool, int64_t counts[QUOTAS], int64_t limits[QUOTAS])
{
	struct sql_quota_usage_rows rows;
	enum err e = sql_quota_usage(c->db, pool, c->org_id, str_of(subject_names[c->subject]), &rows);
	if (e != ERR_OK)
		return e;
	struct sql_quota_usage_row row = sql_quota_usage_row(&rows, 0);
	const int64_t found[] = { row.first, row.second, row.third };
	int n = 0;
	for (int i = 0; i < QUOTAS; i++)
		counts[i] = subject_of[i] == c->subject ? found[n++] : 0;
	find_limits(db_conf(c->db), pool, row.settings, limits);
	return ERR_OK;
}

static enum err quota_refuse(enum quota quota, long long would_be, long long limit, struct explain *why)
{
	switch (quota) {
#define X(name, subject) \
	case QUOTA_##name: return EXPLAIN(why, ERR_QUOTA, quota_##name, F_INT("n", would_be), F_INT("limit", limit));
		QUOTA_LIST(X)
#undef X
	case QUOTAS: break;
	}
	bug("a quota without words");
}

enum err quota_begin(struct quota_change *c, struct db *db, int64_t org_id, enum quota_subject subject)
{
	int64_t limits[QUOTAS];
	struct pool *pool = pool_new();
	*c = (struct quota_change){ .db = db, .org_id = org_id, .subject = subject };
	enum err e = quota_count(c, pool, c->before, limits);
	pool_free(pool);
	return e;
}

enum err quota_end(const struct quota_change *c, struct explain *why)
{
	int64_t limits[QUOTAS], after[QUOTAS];
	struct pool *pool = pool_new();
	enum err e = quota_count(c, pool, after, limits);
	for (int i = 0; e == ERR_OK && i < QUOTAS; i++)
		if (after[i] > limits[i] && after[i] > c->before[i])
			e = quota_refuse((enum quota)i, (long long)after[i], (long long)limits[i], why);
	pool_free(pool);
	return e;
}

enum err quota_read(struct db *db, int64_t org_id, enum quota_subject subject, struct quota_state *out)
{
	struct quota_change c = { .db = db, .org_id = org_id, .subject = subject };
	struct pool *pool = pool_new();
	enum err e = quota_count(&c, pool, out->used, out->limit);
	pool_free(pool);
	return e;
}

enum err quota_check_file(struct db *db, int64_t org_id, int64_t bytes, struct explain *why)
{
	static const enum quota judged[] = { QUOTA_file_megabytes, QUOTA_file_megabytes_day };
	struct quota_state state;
	int64_t megabytes = (bytes + 999999) / 1000000;
	enum err e = db_begin_tenant(db, org_id);
	if (e != ERR_OK)
		return e;
	e = quota_read(db, org_id, QUOTA_OF_FILES, &state);
	db_rollback(db); /* nothing was changed */
	for (size_t i = 0; e == ERR_OK && i < sizeof(judged) / sizeof(judged[0]); i++) {
		int64_t would_be = state.used[judged[i]] + megabytes;
		if (would_be > state.limit[judged[i]])
			e = quota_refuse(judged[i], (long long)would_be, (long long)state.limit[judged[i]], why);
	}
	return e;
}
