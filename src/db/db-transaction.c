/*
 * db-transaction.c - transactions by what may be seen in them, and the lock that a sender holds.
 *
 * Owns how a scope is entered: with the first round trip of its transaction, for that transaction only. Fails as every
 * call of the connection does; ERR_DENIED when a proof is none.
 */
#include "db/db-parts.h"

#include <stdio.h>

/* `settings` follow the first statement. `answer`: the last column of theirs as a boolean; may be NULL. */
static enum err begin_asking(struct db *db, const char *first, const char *settings, bool *answer)
{
	char limits[LIMITS_BYTES], sql[LIMITS_BYTES + 500];
	snprintf(sql, sizeof(sql), "%s; %s%s%s", first, db_is_pooled(db) ? db_limits_sql(db, "LOCAL", limits) : "",
		db_is_pooled(db) ? "; " : "", settings);
	if (db->in_transaction)
		bug("transaction inside a transaction");
	db->lost = false;
	enum err e = db_connect(db, NULL);
	if (e != ERR_OK)
		return e;
	PGresult *res = PQexec(db->conn, sql);
	e = db_judge(db, res, "begin");
	db->in_transaction = e == ERR_OK;
	if (e != ERR_OK)
		return e;
	if (answer)
		*answer = PQntuples(res) == 1 && *PQgetvalue(res, 0, 0) == 't';
	PQclear(res);
	return ERR_OK;
}

static enum err db_transaction_begin(struct db *db, const char *first, const char *settings)
{
	return begin_asking(db, first, settings, NULL);
}

enum err db_begin_tenant(struct db *db, int64_t org_id)
{
	char sql[120];
	snprintf(sql, sizeof(sql), "SET LOCAL jit = off; SET LOCAL deskbell.org = '%lld'", (long long)org_id);
	return db_transaction_begin(db, "BEGIN", sql);
}

enum err db_begin_proven(struct db *db, struct str digest, int64_t org_id)
{
	struct pool *pool = pool_new();
	bool proven = false;
	const char *sql = pool_printf(pool, "SET LOCAL jit = off; SELECT deskbell_enter('%s', %lld)",
		db_bytes_hex(pool, digest), (long long)org_id)
				  .p;
	enum err e = begin_asking(db, "BEGIN", sql, &proven);
	pool_free(pool);
	if (e != ERR_OK || proven)
		return e;
	db_rollback(db);
	return ERR_DENIED;
}

/* Sorts are off so that a page is read along its key even where the server has no statistics: without them it may take
 * all rows behind the key for few, and sort them for each page. */
enum err db_begin_snapshot(struct db *db, int64_t org_id)
{
	char sql[300];
	snprintf(sql, sizeof(sql),
		"SET LOCAL jit = off; SET LOCAL timezone = 'UTC'; "
		"SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off; "
		"SET LOCAL deskbell.org = '%lld'",
		(long long)org_id);
	return db_transaction_begin(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", sql);
}

enum err db_begin_system(struct db *db)
{
	return db_transaction_begin(db, "BEGIN", "SET LOCAL jit = off; SET LOCAL deskbell.scope = system");
}

enum err db_begin_backup(struct db *db)
{
	return db_transaction_begin(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		"SET LOCAL jit = off; SET LOCAL deskbell.scope = system");
}

enum err db_commit(struct db *db)
{
	if (!db->in_transaction)
		bug("commit outside a transaction");
	if (db->lost) {
		db_rollback(db);
		return ERR_DB_UNREACHABLE;
	}
	bool failed = PQtransactionStatus(db->conn) == PQTRANS_INERROR;
	enum err e = db_simple(db, "COMMIT", "commit");
	db->in_transaction = db->lost = false;
	return e == ERR_OK && failed ? ERR_DB : e;
}

void db_rollback(struct db *db)
{
	if (db->in_transaction && db->conn && !db->lost)
		if (db_simple(db, "ROLLBACK", "rollback") != ERR_OK && db->conn)
			db_disconnect(db);
	db->in_transaction = db->lost = false;
}

enum err db_hold_lock(struct db *db, int64_t key)
{
	bool whole = db_is_pooled(db);
	enum err e = db_connect(db, NULL);
	char sql[240];
	snprintf(sql, sizeof(sql),
		whole ? "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; SELECT "
			"pg_try_advisory_xact_lock(%lld)"
		      : "SELECT pg_try_advisory_lock(%lld)",
		(long long)key);
	if (e != ERR_OK)
		return e;
	PGresult *res = PQexec(db->conn, sql);
	if ((e = db_judge(db, res, "lock")) != ERR_OK)
		return e;
	db->holds_lock = *PQgetvalue(res, 0, 0) == 't';
	PQclear(res);
	if (!db->holds_lock)
		db_disconnect(db);
	return db->holds_lock ? ERR_OK : ERR_CONFLICT;
}

bool db_lock_is_held(struct db *db)
{
	if (!db->conn || !db->holds_lock)
		return false;
	if (!PQconsumeInput(db->conn) || PQstatus(db->conn) != CONNECTION_OK)
		db_disconnect(db);
	return db->holds_lock;
}
