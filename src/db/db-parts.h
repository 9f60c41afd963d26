/*
 * db-parts.h - a connection from inside; shared by the files of db/ that speak to libpq, and by nothing else.
 */
#ifndef DESKBELL_DB_DB_PARTS_H
#define DESKBELL_DB_DB_PARTS_H

#include "db/db.h"

#include <libpq-fe.h>

#define PREPARED_MAX 128
#define LIMITS_BYTES 240

struct db {
	const struct conf *conf;
	const char *program;
	PGconn *conn;
	bool in_transaction;
	bool lost; /* the transaction's connection is gone; nothing may run until it is rolled back */
	bool holds_lock;
	bool is_ending;  /* the server has said that it closes the connection */
	bool is_swollen; /* libpq's buffers have grown */
	const struct db_statement *prepared[PREPARED_MAX];
	int n_prepared;
	int64_t calls, replan_at;            /* of this connection; see renew_plans */
	int64_t statement_s, lock_s, idle_s; /* limits that the server keeps; 0: none */
	char state[6];
	char message[300];
};

struct db_result {
	PGresult *res;
};

/* Judges a result of the server and frees it on failure: the error, logged with SQLSTATE and `what`, never with values.
 */
enum err db_judge(struct db *db, PGresult *res, const char *what) MUST_CHECK;
/* Runs SQL without parameters. `what` names it in the log. */
enum err db_simple(struct db *db, const char *sql, const char *what) MUST_CHECK;
/* Connects where that is needed. ERR_DB_UNREACHABLE also while a lost transaction has not been rolled back. */
enum err db_ready(struct db *db) MUST_CHECK;
/* Closes the connection and forgets what was prepared on it. */
void db_disconnect(struct db *db);
/* Whether the address is that of a pooler in transaction mode: then nothing outlives a transaction. */
bool db_is_pooled(const struct db *db);
/* The statement that sets this program's limits, for `scope` SESSION or LOCAL; `sql` is the space for it. */
const char *db_limits_sql(const struct db *db, const char *scope, char sql[LIMITS_BYTES]);

/* Sends `n` executions of the statement, whole or as prepared, in one round trip; outside of a transaction they are
 * one. `texts`: the parameters of all of them, one after the other. Fills `results` up to the first that failed and
 * returns its index, `n` when none did; NULL in its place: the connection is lost. */
int db_pipeline(struct db *db, const struct db_statement *statement, bool whole, int n, const char *const *texts,
	PGresult **results);

#endif
