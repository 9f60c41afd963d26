/*
 * db.c - the one door to libpq.
 *
 * Owns the connection and which statements are prepared on it. Never logs a value or the address: statement name and
 * SQLSTATE say enough. Fails with ERR_DB_UNREACHABLE when the connection is lost, and connects again on the next call
 * outside a transaction. SQLSTATE classes: PostgreSQL manual, appendix A.
 */
#include "db/db-parts.h"

#include "core/buf.h"
#include "core/log.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLAN_FIRST 8
#define SWOLLEN_BYTES (256u << 10) /* of one statement or row */

/* What a statement of each program may take. Any other, such as deskbellctl with migrations and backups, takes the time
 * it needs. */
static const struct {
	const char *program;
	size_t statement_s; /* where the seconds are in struct conf */
} limited[] = {
	{ "deskbell-webhook", offsetof(struct conf, webhook_statement_timeout_s) },
	{ "deskbell-desk", offsetof(struct conf, desk_statement_timeout_s) },
	{ "deskbell-outbox", offsetof(struct conf, outbox_statement_timeout_s) },
	{ "deskbell-outbox-background", offsetof(struct conf, outbox_statement_timeout_s) },
	{ "deskbell-outbox-skills", offsetof(struct conf, outbox_statement_timeout_s) },
};

const struct conf *db_conf(const struct db *db)
{
	return db->conf;
}

struct db *db_new(const struct conf *conf, const char *program)
{
	struct db *db = calloc(1, sizeof(*db));
	if (!db)
		fatal(ERR_INTERNAL, "out of memory");
	db->conf = conf;
	db->program = program;
	db->replan_at = REPLAN_FIRST;
	for (size_t i = 0; i < sizeof(limited) / sizeof(limited[0]); i++)
		if (strcmp(limited[i].program, program) == 0) {
			memcpy(&db->statement_s, (const char *)conf + limited[i].statement_s, sizeof(db->statement_s));
			db->lock_s = conf->database_lock_timeout_s;
			db->idle_s = conf->database_idle_timeout_s;
		}
	return db;
}

struct db *db_another(const struct db *db)
{
	return db_new(db->conf, db->program);
}

bool db_is_pooled(const struct db *db)
{
	return db->conf->database_pooler == CONF_POOLER_TRANSACTION;
}

/* The limits as SQL, for the session or for one transaction. Zeros are set, too: the role's own may be others. Not in
 * the address's options: PgBouncer refuses those. */
const char *db_limits_sql(const struct db *db, const char *scope, char sql[LIMITS_BYTES])
{
	snprintf(sql, LIMITS_BYTES,
		"SET %s statement_timeout = '%llds'; SET %s lock_timeout = '%llds'; "
		"SET %s idle_in_transaction_session_timeout = '%llds'",
		scope, (long long)db->statement_s, scope, (long long)db->lock_s, scope, (long long)db->idle_s);
	return sql;
}

void db_disconnect(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
	db->n_prepared = 0;
	db->calls = 0;
	db->replan_at = REPLAN_FIRST;
	db->holds_lock = db->is_swollen = db->is_ending = false;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	if (db->conn)
		db_disconnect(db);
	free(db);
}

/* The first line of the server's words: later ones may quote values. */
static void db_remember(struct db *db, const char *state, const char *message)
{
	snprintf(db->state, sizeof(db->state), "%s", state ? state : "");
	snprintf(db->message, sizeof(db->message), "%.*s", (int)strcspn(message ? message : "", "\n"),
		message ? message : "");
}

const char *db_last_state(const struct db *db)
{
	return db->state;
}

const char *db_last_message(const struct db *db)
{
	return db->message;
}

/* Notices are for people who type. What the server says unasked before it closes a connection comes as one, too. */
static void hear_notice(void *arg, const PGresult *notice)
{
	struct db *db = arg;
	const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
	db->is_ending |= severity && strcmp(severity, "FATAL") == 0;
}

/* A database of another encoding refuses whatever it has no characters for, such as emoji, and loses the message. */
static enum err check_encoding(struct db *db, struct explain *why)
{
	const char *encoding = PQparameterStatus(db->conn, "server_encoding");
	if (encoding && strcmp(encoding, "UTF8") == 0)
		return ERR_OK;
	char words[200];
	snprintf(words, sizeof(words), "the database stores text as %s instead of UTF8",
		encoding ? encoding : "unknown");
	db_remember(db, "", words);
	LOG_ERROR("db.encoding", F_CSTR("reason", db->message));
	db_disconnect(db);
	return explain(why, ERR_CONFIG,
		"%s, so that messages with emoji would be lost: make another one with 'createdb -E UTF8 -T template0 "
		"NAME' and let database.url name it",
		db->message);
}

static enum err finish_connecting(struct db *db, struct explain *why)
{
	char sql[LIMITS_BYTES];
	enum err e = check_encoding(db, why);
	if (e != ERR_OK || db_is_pooled(db))
		return e;
	e = db_simple(db, db_limits_sql(db, "SESSION", sql), "limits");
	return e == ERR_OK ? ERR_OK : explain(why, e, "the database cannot be reached: %s", db->message);
}

/* A server that was restarted has closed its connections before the next question comes. Asked for here, where nothing
 * is under way, its end costs no question. */
static bool db_is_alive(struct db *db)
{
	struct pollfd socket = { .fd = PQsocket(db->conn), .events = POLLIN };
	if (PQtransactionStatus(db->conn) == PQTRANS_IDLE && poll(&socket, 1, 0) > 0 && PQconsumeInput(db->conn))
		(void)PQisBusy(db->conn); /* reads what has come */
	return PQstatus(db->conn) == CONNECTION_OK && !db->is_ending;
}

enum err db_connect(struct db *db, struct explain *why)
{
	if (db->conn && db_is_alive(db))
		return ERR_OK;
	if (db->conn)
		db_disconnect(db);
	if (!*db->conf->database_url)
		return explain(why, ERR_CONFIG, "database.url is not set in %s",
			*db->conf->path ? db->conf->path : "the configuration");
	/* What stands before dbname is a default that the address may override. A peer that has vanished is noticed
	 * within half a minute. */
	const char *const keys[] = { "connect_timeout", "tcp_user_timeout", "keepalives_idle",
		"fallback_application_name", "dbname", "client_encoding", NULL };
	const char *const values[] = { "5", "30000", "30", db->program, db->conf->database_url, "UTF8", NULL };
	db->conn = PQconnectdbParams(keys, values, 1);
	if (!db->conn)
		fatal(ERR_INTERNAL, "out of memory");
	if (PQstatus(db->conn) != CONNECTION_OK) {
		db_remember(db, "", PQerrorMessage(db->conn));
		LOG_LIMITED(LOG_LEVEL_ERROR, "db.away", F_CSTR("reason", db->message));
		bool lacks_password = PQconnectionNeedsPassword(db->conn);
		db_disconnect(db);
		return explain(why, ERR_DB_UNREACHABLE, "the database cannot be reached: %s%s", db->message,
			lacks_password ? " (it goes into ~/.pgpass, mode 0600, of the user of the programs)" : "");
	}
	PQsetNoticeReceiver(db->conn, hear_notice, db);
	return finish_connecting(db, why);
}

enum err db_password_verifier(
	struct db *db, struct pool *pool, const char *role, const char *password, const char **out)
{
	char *verifier = PQencryptPasswordConn(db->conn, password, role, NULL);
	if (!verifier) {
		db_remember(db, "", PQerrorMessage(db->conn));
		return ERR_DB;
	}
	*out = pool_cstr(pool, str_of(verifier));
	PQfreemem(verifier);
	return ERR_OK;
}

int db_socket(const struct db *db)
{
	return db->conn ? PQsocket(db->conn) : -1;
}

/* What a failed result means for the caller. */
static enum err db_classify(const char *state)
{
	static const struct {
		const char *prefix;
		enum err err;
	} table[] = {
		{ "40001", ERR_DB_RACE }, { "40P01", ERR_DB_RACE },
		{ "55P03", ERR_DB_RACE },                     /* serialisation, deadlock, lock not available */
		{ "23505", ERR_CONFLICT },                    /* unique key */
		{ "54", ERR_INVALID },                        /* larger than PostgreSQL's limits */
		{ "23", ERR_INVALID }, { "22", ERR_INVALID }, /* other constraints, bad data */
		{ "08", ERR_DB_UNREACHABLE }, { "57", ERR_DB_UNREACHABLE },
		{ "53", ERR_DB_UNREACHABLE },   /* connection, operator intervention, resources */
		{ "25006", ERR_DB_UNREACHABLE } /* read-only: a standby, fail-over under way */
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strncmp(state, table[i].prefix, strlen(table[i].prefix)))
			return table[i].err;
	return ERR_DB;
}

enum err db_judge(struct db *db, PGresult *res, const char *what)
{
	ExecStatusType status = PQresultStatus(res);
	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return ERR_OK;
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	db_remember(db, state, message ? message : PQerrorMessage(db->conn));
	enum err e = state ? db_classify(state) : ERR_DB_UNREACHABLE;
	PQclear(res);
	if (PQstatus(db->conn) != CONNECTION_OK || e == ERR_DB_UNREACHABLE) {
		e = ERR_DB_UNREACHABLE;
		db->lost = db->in_transaction;
		db_disconnect(db);
	}
	log_write(e == ERR_DB_RACE || e == ERR_CONFLICT ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "db.error",
		(const struct log_field[]){ F_CSTR("statement", what), F_CSTR("sqlstate", db->state),
			F_CSTR("error", err_info(e)->name),
			F_CSTR("message", e == ERR_DB || e == ERR_DB_UNREACHABLE ? db->message : ""),
			{ .key = NULL } });
	return e;
}

enum err db_ready(struct db *db)
{
	if (db->lost)
		return ERR_DB_UNREACHABLE;
	return db->in_transaction ? ERR_OK : db_connect(db, NULL);
}

enum err db_prepare(struct db *db, const struct db_statement *statement)
{
	enum err e = db_ready(db);
	if (e != ERR_OK)
		return e;
	PGresult *res = PQprepare(db->conn, statement->name, statement->sql, 0, NULL);
	e = db_judge(db, res, statement->name);
	if (e != ERR_OK)
		return e;
	PQclear(res);
	if (db->n_prepared < PREPARED_MAX)
		db->prepared[db->n_prepared++] = statement;
	return ERR_OK;
}

/* The server's word for the columns of a prepared statement, as declarations are written. */
static enum err describe_row(struct db *db, struct pool *pool, const struct db_statement *statement, struct buf *out)
{
	static const struct db_statement type_name = { "type_name", "SELECT format_type($1::oid, NULL)", 1, NULL };
	PGresult *res = PQdescribePrepared(db->conn, statement->name);
	enum err e = db_judge(db, res, statement->name);
	if (e != ERR_OK)
		return e;
	for (int i = 0; i < PQnfields(res); i++) {
		struct db_result *r;
		e = DB_QUERY(db, pool, &type_name, &r, DB_INT(PQftype(res, i)));
		if (e != ERR_OK)
			break;
		struct str type = db_str(r, 0, 0);
		buf_addf(out, "%s%s %.*s", i ? "," : "", PQfname(res, i), (int)type.n, type.p);
	}
	PQclear(res);
	return e;
}

enum err db_check_row(struct db *db, struct pool *pool, const struct db_statement *statement, struct explain *why)
{
	struct buf server;
	enum err e = db_prepare(db, statement);
	if (e != ERR_OK)
		return explain(why, e, "%s cannot be prepared: %s", statement->name, db->message);
	if (!statement->row)
		return ERR_OK;
	buf_init(&server, 64 << 10);
	e = describe_row(db, pool, statement, &server);
	if (e == ERR_OK && !str_equal(buf_str(&server), str_of(statement->row)))
		e = explain(why, ERR_INVALID, "%s declares (%s), the server says (%.*s)", statement->name,
			statement->row, (int)buf_str(&server).n, buf_str(&server).p);
	buf_fini(&server);
	return e;
}

static bool is_prepared(const struct db *db, const struct db_statement *statement)
{
	for (int i = 0; i < db->n_prepared; i++)
		if (db->prepared[i] == statement)
			return true;
	return false;
}

static const char *value_text(struct pool *pool, const struct db_value *v)
{
	switch (v->kind) {
	case DB_VALUE_NULL: return NULL;
	case DB_VALUE_INT: return pool_printf(pool, "%lld", (long long)v->number).p;
	case DB_VALUE_DOUBLE: return pool_printf(pool, "%.17g", v->real).p;
	case DB_VALUE_BOOL: return v->number ? "t" : "f";
	case DB_VALUE_BYTES: return v->text.p ? db_bytes_hex(pool, v->text) : NULL;
	case DB_VALUE_ENDED: return v->text.p;
	case DB_VALUE_TEXT: return v->text.p ? pool_cstr(pool, v->text) : NULL;
	}
	bug("unknown kind of value");
}

static bool is_large(const char *const *texts, int n)
{
	size_t bytes = 0;
	for (int i = 0; i < n; i++)
		bytes += texts[i] ? strlen(texts[i]) : 0;
	return bytes > SWOLLEN_BYTES;
}

/* libpq's buffer for input holds a row at a time. */
static bool has_large_row(const PGresult *res)
{
	if (PQresultMemorySize(res) <= SWOLLEN_BYTES)
		return false;
	for (int row = 0; row < PQntuples(res); row++) {
		size_t bytes = 0;
		for (int col = 0; col < PQnfields(res); col++)
			bytes += (size_t)PQgetlength(res, row, col);
		if (bytes > SWOLLEN_BYTES)
			return true;
	}
	return false;
}

void db_trim(struct db *db)
{
	if (db->conn && db->is_swollen && !db->in_transaction && !db->holds_lock)
		db_disconnect(db);
}

static void clear_result(void *res)
{
	PQclear(res);
}

enum err db_simple(struct db *db, const char *sql, const char *what)
{
	PGresult *res = PQexec(db->conn, sql);
	enum err e = db_judge(db, res, what);
	if (e == ERR_OK)
		PQclear(res);
	return e;
}

/* The server plans a statement once and makes a new plan at its next look at the table, a minute later or never. A plan
 * that was made when there were no rows may walk through all of a tenant's, so plans are thrown away after 8 calls, 16,
 * 32 and so on: whatever grows, grows at most twofold under one plan. */
static enum err renew_plans(struct db *db)
{
	if (db->in_transaction || ++db->calls < db->replan_at)
		return ERR_OK;
	db->replan_at *= 2;
	return db_simple(db, "DISCARD PLANS", "discard_plans");
}

/* Whether the statement has to be sent whole: on a pooled connection, or when no room is left to remember one more.
 * Prepares it else. */
static enum err make_ready(struct db *db, const struct db_statement *statement, bool *whole)
{
	if (statement->n_params > DB_PARAMS_MAX)
		bug("statement %s has too many parameters", statement->name);
	enum err e = db_ready(db);
	if (e != ERR_OK || (e = renew_plans(db)) != ERR_OK)
		return e;
	*whole = db_is_pooled(db);
	if (*whole || is_prepared(db, statement))
		return ERR_OK;
	*whole = db->n_prepared == PREPARED_MAX;
	return *whole ? ERR_OK : db_prepare(db, statement);
}

static struct db_result *result_in(struct pool *pool, PGresult *res)
{
	pool_defer(pool, clear_result, res);
	struct db_result *r = pool_new_of(pool, struct db_result);
	r->res = res;
	return r;
}

/* A single execution needs no pipeline where no limits go before it. */
static int db_execute(struct db *db, const struct db_statement *statement, bool whole, int n, const char *const *texts,
	PGresult **results)
{
	if (n > 1 || (db_is_pooled(db) && !db->in_transaction && db->statement_s + db->lock_s > 0))
		return db_pipeline(db, statement, whole, n, texts, results);
	if (whole)
		results[0] = PQexecParams(db->conn, statement->sql, statement->n_params, NULL, texts, NULL, NULL, 0);
	else
		results[0] = PQexecPrepared(db->conn, statement->name, statement->n_params, texts, NULL, NULL, 0);
	return PQresultStatus(results[0]) == PGRES_TUPLES_OK || PQresultStatus(results[0]) == PGRES_COMMAND_OK;
}

enum err db_query_each(struct db *db, struct pool *pool, const struct db_statement *statement, int n,
	const struct db_value *values, struct db_result **out)
{
	bool whole = false;
	enum err e = make_ready(db, statement, &whole);
	if (e != ERR_OK)
		return e;
	size_t cells = (size_t)n * (size_t)statement->n_params;
	const char **texts = pool_alloc_array(pool, cells + 1, sizeof(*texts));
	PGresult **results = pool_alloc_array(pool, (size_t)n, sizeof(*results));
	for (size_t i = 0; i < cells; i++)
		texts[i] = value_text(pool, &values[i]);
	int failed = db_execute(db, statement, whole, n, texts, results);
	db->is_swollen = db->is_swollen || is_large(texts, (int)cells);
	for (int i = 0; i < n && i < failed; i++) {
		db->is_swollen = db->is_swollen || has_large_row(results[i]);
		out[i] = result_in(pool, results[i]);
	}
	return failed < n ? db_judge(db, results[failed], statement->name) : ERR_OK;
}

enum err db_query(struct db *db, struct pool *pool, const struct db_statement *statement, const struct db_value *values,
	struct db_result **out)
{
	struct db_result *result;
	enum err e = db_query_each(db, pool, statement, 1, values, &result);
	if (e == ERR_OK && out)
		*out = result;
	return e;
}

enum err db_run_script(struct db *db, const char *sql, struct explain *why)
{
	enum err e = db_ready(db);
	if (e != ERR_OK)
		return explain(why, e, "the database cannot be reached: %s", db->message);
	e = db_simple(db, sql, "script");
	return e == ERR_OK ? ERR_OK : explain(why, e, "%s (SQLSTATE %s)", db->message, db->state);
}

const char *db_name(const struct db *db)
{
	return PQdb(db->conn);
}

/* Options of the address stay, ours come last and win. */
const char *const *db_environment(struct db *db, struct pool *pool)
{
	PQconninfoOption *all = PQconninfo(db->conn);
	size_t n = 0, count = 0;
	const char **env;
	const char *options = "";
	if (!all)
		fatal(ERR_INTERNAL, "out of memory");
	while (all[count].keyword)
		count++;
	env = pool_alloc_array(pool, count + 2, sizeof(*env));
	for (const PQconninfoOption *o = all; o->keyword; o++) {
		if (!o->envvar || !o->val || !*o->val)
			continue;
		if (!strcmp(o->keyword, "options"))
			options = pool_printf(pool, "%s ", o->val).p;
		else
			env[n++] = pool_printf(pool, "%s=%s", o->envvar, o->val).p;
	}
	env[n] = pool_printf(pool, "PGOPTIONS=%s-c deskbell.scope=system", options).p;
	PQconninfoFree(all);
	return env;
}
