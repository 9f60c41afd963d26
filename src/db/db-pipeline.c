/*
 * db-pipeline.c - several executions of one statement in one round trip and one transaction.
 *
 * Owns the order of what goes through a pipeline of libpq: limits on a pooled connection first, then the executions,
 * then the end, at which everything is committed together. Fails as every call of the connection does; then nothing of
 * it was carried out, unless the connection was lost.
 */
#include "db/db-parts.h"

#include <stdio.h>

/* On a pooled connection and outside of a transaction the limits go before the first execution: all are one transaction
 * up to the end of the pipeline, so that no limit stays behind for the session's next user. */
static bool needs_limits(const struct db *db)
{
	return db_is_pooled(db) && !db->in_transaction && db->statement_s + db->lock_s > 0;
}

static bool send_limits(struct db *db)
{
	static const char sql[] =
		"SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)";
	char statement_ms[24], lock_ms[24];
	snprintf(statement_ms, sizeof(statement_ms), "%lld", (long long)db->statement_s * 1000);
	snprintf(lock_ms, sizeof(lock_ms), "%lld", (long long)db->lock_s * 1000);
	return PQsendQueryParams(db->conn, sql, 2, NULL, (const char *const[]){ statement_ms, lock_ms }, NULL, NULL, 0);
}

static bool send_all(
	struct db *db, const struct db_statement *statement, bool whole, int n, const char *const *texts, bool limits)
{
	int params = statement->n_params;
	if (!PQenterPipelineMode(db->conn) || (limits && !send_limits(db)))
		return false;
	for (int i = 0; i < n; i++, texts += params)
		if (whole ? !PQsendQueryParams(db->conn, statement->sql, params, NULL, texts, NULL, NULL, 0)
			  : !PQsendQueryPrepared(db->conn, statement->name, params, texts, NULL, NULL, 0))
			return false;
	return PQpipelineSync(db->conn);
}

/* The result of the next statement in the pipeline, and the NULL that ends it. */
static PGresult *take_execution(struct db *db)
{
	PGresult *res = PQgetResult(db->conn);
	if (res)
		PQclear(PQgetResult(db->conn));
	return res;
}

static bool is_good(const PGresult *res)
{
	return PQresultStatus(res) == PGRES_TUPLES_OK || PQresultStatus(res) == PGRES_COMMAND_OK;
}

int db_pipeline(struct db *db, const struct db_statement *statement, bool whole, int n, const char *const *texts,
	PGresult **results)
{
	bool limits = needs_limits(db);
	int failed = n;
	for (int i = 0; i < n; i++)
		results[i] = NULL;
	if (!send_all(db, statement, whole, n, texts, limits))
		return 0;
	PGresult *first = limits ? take_execution(db) : NULL;
	if (limits && !is_good(first)) {
		results[0] = first;
		failed = 0;
	} else {
		PQclear(first);
	}
	for (int i = 0; i < n; i++) {
		PGresult *res = take_execution(db);
		if (failed < n) { /* aborted */
			PQclear(res);
			continue;
		}
		results[i] = res;
		if (!is_good(res))
			failed = i;
	}
	PQclear(PQgetResult(db->conn)); /* the end of the pipeline */
	(void)PQexitPipelineMode(db->conn);
	return failed;
}
