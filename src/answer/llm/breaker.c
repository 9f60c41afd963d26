/*
 * breaker.c - circuit breakers of model endpoints.
 *
 * Owns the copy of the state that this program decides by; the state itself is a row of the database
 * (sql/functions/breakers.sql), because programs that handle one request know nothing of the request before. The copy
 * holds what has failed only. Another program's failures are learnt with the next own one, another program's success
 * when the time of the breaker is over. A database that fails changes nothing: the copy stays as it is.
 * Source: M. Nygard, "Release It!", circuit breaker.
 */
#include "answer/llm/breaker.h"

#include "core/clock.h"
#include "core/log.h"
#include "db/statements.h"
#include "core/text/reason.h"

struct known {
	struct known *next;
	int64_t org_id;
	enum endpoint_kind kind;
	struct str endpoint;
	int64_t failures; /* 0: closed, and nothing is stored */
	bool is_open;
	int64_t open_until_us; /* monotonic */
};

struct breakers {
	struct pool *pool;
	struct db *db;
	struct known *first;
};

const char *const endpoint_kind_names[ENDPOINT_KINDS] = { [ENDPOINT_CHAT] = "chat",
	[ENDPOINT_EMBEDDINGS] = "embeddings",
	[ENDPOINT_TRANSCRIPTION] = "transcription",
	[ENDPOINT_VISION] = "vision" };

static enum endpoint_kind breaker_kind(struct str name)
{
	enum endpoint_kind kind = 0;
	while (kind + 1 < ENDPOINT_KINDS && !str_equal(name, str_of(endpoint_kind_names[kind])))
		kind++;
	return kind;
}

static struct known *breaker_find(const struct breaker *b)
{
	for (struct known *k = b->all->first; k; k = k->next)
		if (k->org_id == b->org_id && k->kind == b->kind)
			return k;
	return NULL;
}

static struct known *breaker_add(struct breakers *all, int64_t org_id, enum endpoint_kind kind)
{
	struct known *k = pool_new_of(all->pool, struct known);
	*k = (struct known){ .next = all->first, .org_id = org_id, .kind = kind };
	all->first = k;
	return k;
}

static void breaker_set(struct known *k, int64_t failures, bool is_open, int64_t remaining_ms)
{
	k->failures = failures;
	k->is_open = is_open;
	k->open_until_us = clock_mono_us() + remaining_ms * 1000;
}

struct breakers *breakers_load(struct pool *pool, struct db *db)
{
	struct breakers *all = pool_new_of(pool, struct breakers);
	struct sql_breakers_all_rows rows;
	*all = (struct breakers){ .pool = pool, .db = db };
	enum err e = sql_breakers_all(db, pool, &rows);
	if (e != ERR_OK) {
		LOG_WARN("llm.breakers_unknown", F_CSTR("error", err_info(e)->name));
		return all;
	}
	for (int i = 0; i < rows.n; i++) {
		struct sql_breakers_all_row row = sql_breakers_all_row(&rows, i);
		struct known *k = breaker_add(all, row.org_id, breaker_kind(row.kind));
		k->endpoint = row.endpoint;
		breaker_set(k, row.failures, row.has_remaining_ms, row.remaining_ms);
	}
	return all;
}

/* The time is over: whether this call is the probe. */
static bool breaker_probe(struct breaker *b, struct known *k)
{
	struct pool *pool = pool_new();
	struct sql_breaker_probe_rows rows;
	bool may_ask = false;
	if (sql_breaker_probe(b->all->db, pool, b->org_id, str_of(endpoint_kind_names[b->kind]), b->endpoint,
		    BREAKER_PROBE_S, &rows)
		== ERR_OK) {
		struct sql_breaker_probe_row row = sql_breaker_probe_row(&rows, 0);
		may_ask = row.may_ask;
		b->is_probe = row.may_ask && row.has_remaining_ms;
		breaker_set(k, row.has_remaining_ms ? k->failures : 0, row.has_remaining_ms, row.remaining_ms);
	}
	pool_free(pool);
	return may_ask;
}

bool breaker_admits(struct breaker *b, struct explain *why)
{
	struct known *k = b->all ? breaker_find(b) : NULL;
	b->is_probe = false;
	if (!k || !k->is_open || !str_equal(k->endpoint, b->endpoint))
		return true;
	if (clock_mono_us() >= k->open_until_us && breaker_probe(b, k))
		return true;
	(void)EXPLAIN(why, ERR_REMOTE, breaker_open, F_INT("times", k->failures));
	return false;
}

static void breaker_close(const struct breaker *b, struct known *k)
{
	struct pool *pool = pool_new();
	if (sql_breaker_close(b->all->db, pool, b->org_id, str_of(endpoint_kind_names[b->kind])) == ERR_OK) {
		if (k->is_open)
			LOG_INFO("llm.breaker_closed", F_INT("org", b->org_id),
				F_CSTR("kind", endpoint_kind_names[b->kind]));
		breaker_set(k, 0, false, 0);
	}
	pool_free(pool);
}

static void breaker_count(const struct breaker *b, struct known *k)
{
	struct pool *pool = pool_new();
	struct sql_breaker_failed_rows rows;
	if (!k)
		k = breaker_add(b->all, b->org_id, b->kind);
	if (!str_equal(k->endpoint, b->endpoint))
		k->endpoint = pool_str(b->all->pool, b->endpoint);
	const struct sql_breaker_failed_args args = { .org = b->org_id,
		.kind = str_of(endpoint_kind_names[b->kind]),
		.endpoint = b->endpoint,
		.is_probe = b->is_probe,
		.failures_max = BREAKER_TIMEOUTS,
		.first_s = BREAKER_FIRST_S,
		.max_s = BREAKER_MAX_S };
	if (sql_breaker_failed(b->all->db, pool, &args, &rows) == ERR_OK) {
		struct sql_breaker_failed_row row = sql_breaker_failed_row(&rows, 0);
		breaker_set(k, row.failures, row.has_remaining_ms, row.remaining_ms);
		if (k->is_open)
			LOG_WARN("llm.breaker_open", F_INT("org", b->org_id),
				F_CSTR("kind", endpoint_kind_names[b->kind]), F_INT("failures", k->failures),
				F_INT("remaining_ms", row.remaining_ms));
	}
	pool_free(pool);
}

void breaker_report(const struct breaker *b, enum breaker_outcome outcome)
{
	if (!b->all)
		return;
	struct known *k = breaker_find(b);
	bool is_known = k && str_equal(k->endpoint, b->endpoint);
	if (outcome == BREAKER_ANSWERED) {
		if (is_known && k->failures > 0)
			breaker_close(b, k);
	} else if (b->is_probe || (outcome == BREAKER_TIMED_OUT && !(is_known && k->is_open)))
		breaker_count(b, k);
}
