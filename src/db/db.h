/*
 * db.h - the one door to libpq: a connection, statements by name, results, transactions.
 *
 * Statements come from the files in sql/queries and are generated into db/statements.h; there is no other SQL in the
 * programs. Each is prepared on first use of a connection, or sent whole when the address is a pooler in transaction
 * mode (database.pooler). A lost connection is made again by the next call outside a transaction. A call that was under
 * way when it was lost answers ERR_DB_UNREACHABLE: it may or may not have been carried out, and only the caller knows
 * whether it can be repeated. A connection belongs to one thread at a time.
 */
#ifndef DESKBELL_DB_DB_H
#define DESKBELL_DB_DB_H

#include "core/buf.h"
#include "core/conf.h"
#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

struct db;

/* One named statement, as generated. */
struct db_statement {
	const char *name;
	const char *sql;
	int n_params;
	const char *row; /* the columns of its result as declared: "id bigint,name text"; NULL: not declared */
};

/* A parameter: text, integer, floating-point number, boolean, bytes or NULL. The server infers the type from the
 * statement. */
struct db_value {
	enum {
		DB_VALUE_NULL,
		DB_VALUE_TEXT,
		DB_VALUE_ENDED,
		DB_VALUE_INT,
		DB_VALUE_DOUBLE,
		DB_VALUE_BOOL,
		DB_VALUE_BYTES
	} kind;
	struct str text;
	int64_t number;
	double real;
};

#define DB_NULL ((struct db_value){ .kind = DB_VALUE_NULL })
#define DB_INT(v) ((struct db_value){ .kind = DB_VALUE_INT, .number = (int64_t)(v) })
#define DB_DOUBLE(v) ((struct db_value){ .kind = DB_VALUE_DOUBLE, .real = (v) })
#define DB_BOOL(v) ((struct db_value){ .kind = DB_VALUE_BOOL, .number = (v) })
/* Bytes for a bytea parameter. */
#define DB_BYTES(v) ((struct db_value){ .kind = DB_VALUE_BYTES, .text = (v) })
/* An absent string is NULL. The text must be valid UTF-8 without NUL (buf_add_utf8_clean). */
#define DB_TEXT(v) ((struct db_value){ .kind = DB_VALUE_TEXT, .text = (v) })
/* A text that a NUL follows, such as that of a buffer (buf_str): it is not copied. */
#define DB_ENDED(v) ((struct db_value){ .kind = DB_VALUE_ENDED, .text = (v) })
#define DB_CSTR(v) DB_TEXT(str_of(v))

#define DB_PARAMS_MAX 24

struct db_result;

/* `program` is shown by PostgreSQL as application_name. Does not connect yet. Never NULL; both are borrowed. */
struct db *db_new(const struct conf *conf, const char *program);
/* Another connection of the same program to the same database. */
struct db *db_another(const struct db *db);
/* The configuration that it was made with. */
const struct conf *db_conf(const struct db *db);
/* Rolls back what is open and closes. NULL is allowed. */
void db_free(struct db *db);
/* Connects if there is no connection. ERR_DB_UNREACHABLE with the server's words (never the address's password);
 * ERR_CONFIG when the database is not one that can be used: no address, or another encoding than UTF8. */
enum err db_connect(struct db *db, struct explain *why) MUST_CHECK;
/* Closes a connection whose buffers have grown for a large statement or result (libpq keeps them as long as the
 * connection lives); the next call connects again. Nothing while a transaction or a lock is held. */
void db_trim(struct db *db);
/* The socket, for a main loop; -1 when not connected. */
int db_socket(const struct db *db);

/*
 * Runs one statement. `values` has as many elements as the statement has parameters (a difference is a bug). The result
 * lives in `pool`; `out` may be NULL. ERR_DB_UNREACHABLE  connection lost, or refused by the server's state (shutting
 * down, too many connections, read-only after a fail-over) ERR_DB_RACE  serialisation failure or deadlock: run the
 * whole transaction again ERR_CONFLICT a unique key; ERR_INVALID a check or a foreign key; ERR_DB anything else. All
 * are logged with SQLSTATE and statement name, never with values.
 */
enum err db_query(struct db *db, struct pool *pool, const struct db_statement *statement, const struct db_value *values,
	struct db_result **out) MUST_CHECK;
#define DB_QUERY(db, pool, statement, out, ...) \
	db_query(db, pool, statement, (const struct db_value[]){ __VA_ARGS__ }, out)

/*
 * Runs one statement `n` times (at least once) in one round trip; outside of a transaction the executions are one
 * transaction. `values` has the parameters of all of them, one execution after the other; `out` has room for `n`
 * results. Errors as db_query's, of the first that failed: then none of them was carried out.
 */
enum err db_query_each(struct db *db, struct pool *pool, const struct db_statement *statement, int n,
	const struct db_value *values, struct db_result **out) MUST_CHECK;

/* What the server said of the last failed call: SQLSTATE ("" when there was none) and primary message; for a command's
 * error words. Borrowed. */
const char *db_last_state(const struct db *db);
const char *db_last_message(const struct db *db);

/* Transactions. A tenant's transaction sees that tenant's rows only; a system transaction sees all (commands that name
 * no organisation). */
enum err db_begin_tenant(struct db *db, int64_t org_id) MUST_CHECK;
enum err db_begin_system(struct db *db) MUST_CHECK;
/* The desk's transaction of an organisation: `digest` (SHA-256 of a session's token or of an API token) proves that its
 * user, or the token, belongs there. ERR_DENIED when it does not, or the session has ended: then none is begun. */
enum err db_begin_proven(struct db *db, struct str digest, int64_t org_id) MUST_CHECK;
/* A tenant's transaction that only reads and sees the state of one moment, however long it lasts. Times are in UTC. */
enum err db_begin_snapshot(struct db *db, int64_t org_id) MUST_CHECK;
/* The same of all tenants, for a backup: no timeout of the server ends it while another program reads in its snapshot.
 */
enum err db_begin_backup(struct db *db) MUST_CHECK;
enum err db_commit(struct db *db) MUST_CHECK;
void db_rollback(struct db *db);

/* Runs SQL text of several statements in one simple query: migrations only. `why` gets the server's words and position.
 */
enum err db_run_script(struct db *db, const char *sql, struct explain *why) MUST_CHECK;
/* How this connection was made, as PG* variables ("PGHOST=..."; a password among them) for another program of
 * PostgreSQL that is to reach the same database with the system scope set. Connected only; in `pool`, NULL at the end.
 */
const char *const *db_environment(struct db *db, struct pool *pool);
/* What stands for a role's password on the server (SCRAM-SHA-256, where the server takes it), so that the password
 * itself is in no statement; in `pool`. Connected only. */
enum err db_password_verifier(
	struct db *db, struct pool *pool, const char *role, const char *password, const char **out) MUST_CHECK;
/* The database's name. Connected only; borrowed from the connection. */
const char *db_name(const struct db *db);
/* Prepares the statement without running it: for the test that each one is valid. */
enum err db_prepare(struct db *db, const struct db_statement *statement) MUST_CHECK;
/* Prepares the statement and compares the columns of its result with those it declares, name by name and type by type.
 * ERR_INVALID with both lists in `why` when they differ. For the test that each declaration is true. */
enum err db_check_row(
	struct db *db, struct pool *pool, const struct db_statement *statement, struct explain *why) MUST_CHECK;
/* Tries to take the advisory lock `key` for as long as this connection lives (its own connection: nothing else may run
 * on it). ERR_CONFLICT when another connection has it. With a transaction pooler the lock is held by an open
 * transaction. */
enum err db_hold_lock(struct db *db, int64_t key) MUST_CHECK;
/* True while the connection that holds the lock is alive. */
bool db_lock_is_held(struct db *db);

/* Results: `row` from 0, `col` by position in the statement. NULL gives 0, false, or an absent string. Strings are
 * borrowed. */
int db_rows(const struct db_result *r);
bool db_is_null(const struct db_result *r, int row, int col);
struct str db_str(const struct db_result *r, int row, int col);
int64_t db_int(const struct db_result *r, int row, int col);
bool db_bool(const struct db_result *r, int row, int col);
double db_double(const struct db_result *r, int row, int col);

/* The text of a column by its name, for what prints whatever a statement returns; absent for NULL. A column of that
 * name must be there. */
struct str db_named(const struct db_result *r, int row, const char *column);

/* Bytes as the text of a bytea, in `pool`. */
const char *db_bytes_hex(struct pool *pool, struct str bytes);
/* Appends `s` as an element of an array literal ({"a","b"}): for text[] and bytea[] parameters. */
struct db_array {
	struct buf *out;
	int n;
};
void db_array_begin(struct db_array *a, struct buf *out);
void db_array_text(struct db_array *a, struct str s);
void db_array_bytes(struct db_array *a, struct str s);
void db_array_end(struct db_array *a);

#endif
