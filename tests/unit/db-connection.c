/*
 * db-connection.c - tests of the door to libpq: statements, errors by class, transactions, arrays, the lock, pooler
 * mode.
 */
#include "check.h"
#include "db.h"

#include "core/buf.h"
#include "db/db-pool.h"
#include "db/statements.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static struct db *connection(void)
{
	struct db *db = db_new(&test_conf, "test-second");
	CHECK_INT(db_connect(db, NULL), ERR_OK);
	return db;
}

static enum err run(struct db *db, const char *sql)
{
	return db_run_script(db, sql, NULL);
}

/* ---- connection ---- */

static void every_statement_can_be_prepared_and_gives_the_declared_row(void)
{
	struct db *db = connection();
	struct pool *pool = pool_new();
	for (const struct db_statement *const *s = sql_statements; *s; s++) {
		struct explain why = { "" };
		enum err e = db_check_row(db, pool, *s, &why);
		CHECK_ROW(e == ERR_OK, *why.text ? why.text : (*s)->name);
	}
	pool_free(pool);
	db_free(db);
}

static void a_row_that_is_declared_wrongly_is_found(void)
{
	static const struct {
		const char *sql, *row;
		enum err expect;
	} cases[] = { { "SELECT 1::bigint AS id, 'x'::text AS name", "id bigint,name text", ERR_OK },
		{ "SELECT 'x'::text AS name, 1::bigint AS id", "id bigint,name text", ERR_INVALID },
		{ "SELECT 1::bigint AS id", "id bigint,name text", ERR_INVALID },
		{ "SELECT 1::bigint AS id, 'x'::text AS name, 2 AS more", "id bigint,name text", ERR_INVALID },
		{ "SELECT 1::integer AS id", "id bigint", ERR_INVALID }, { "SELECT 1::bigint AS id", NULL, ERR_OK } };
	struct db *db = connection();
	struct pool *pool = pool_new();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct explain why = { "" };
		struct db_statement s = { pool_printf(pool, "declared_%zu", i).p, cases[i].sql, 0, cases[i].row };
		CHECK_ROW(db_check_row(db, pool, &s, &why) == cases[i].expect, cases[i].sql);
		if (cases[i].expect != ERR_OK)
			CHECK_ROW(strstr(why.text, "the server says") != NULL, why.text);
	}
	pool_free(pool);
	db_free(db);
}

static void more_statements_than_are_remembered_still_run(void)
{
	enum { N = 150 };
	struct db *db = connection();
	struct pool *pool = pool_new();
	struct db_statement *many = pool_new_array(pool, N, struct db_statement);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < N; i++) {
			struct db_result *r = NULL;
			many[i] = (struct db_statement){ pool_printf(pool, "many_%d", i).p,
				pool_printf(pool, "SELECT %d", i).p, 0 };
			CHECK_INT(DB_QUERY(db, pool, &many[i], &r, DB_NULL), ERR_OK);
			if (r)
				CHECK_INT(db_int(r, 0, 0), i);
		}
	pool_free(pool);
	db_free(db);
}

static void values_come_back(void)
{
	static const struct db_statement echo = { "echo",
		"SELECT $1::text, $2::bigint, $3::boolean, $4::bytea, $5::text, $6::double precision, "
		"encode($4::bytea, 'hex')",
		6 };
	static const char bytes[] = { 0, 1, '\\', '\'', (char)0xff };
	struct pool *pool = pool_new();
	struct db_result *r;
	for (int pooler = 0; pooler < 2; pooler++) {
		test_conf.database_pooler = pooler ? CONF_POOLER_TRANSACTION : CONF_POOLER_NONE;
		CHECK_INT(DB_QUERY(test_db, pool, &echo, &r, DB_CSTR("it's \"x\" \\ ş 😀"), DB_INT(INT64_MIN),
				  DB_BOOL(true), DB_BYTES(((struct str){ bytes, sizeof(bytes) })), DB_TEXT(STR_NONE),
				  DB_CSTR("0.25")),
			ERR_OK);
		CHECK_INT(db_rows(r), 1);
		CHECK_STR(db_str(r, 0, 0), "it's \"x\" \\ ş 😀");
		CU_ASSERT_TRUE(db_int(r, 0, 1) == INT64_MIN);
		CU_ASSERT_TRUE(db_bool(r, 0, 2));
		CU_ASSERT_TRUE(db_is_null(r, 0, 4));
		CU_ASSERT_PTR_NULL(db_str(r, 0, 4).p);
		CHECK_INT(db_int(r, 0, 4), 0);
		CU_ASSERT_FALSE(db_bool(r, 0, 4));
		CU_ASSERT_DOUBLE_EQUAL(db_double(r, 0, 5), 0.25, 0);
		CHECK_STR(db_str(r, 0, 6), "00015c27ff");
		CU_ASSERT_TRUE(db_socket(test_db) >= 0);
	}
	test_conf.database_pooler = CONF_POOLER_NONE;
	pool_free(pool);
}

/* All executions or none, on a connection of one's own and through a pooler. */
static void executions_in_one_round_trip_are_one_transaction(void)
{
	static const struct db_statement insert = { "test_each",
		"INSERT INTO test_each VALUES ($1::integer) RETURNING n", 1, NULL };
	struct db_result *r[3];
	test_do("CREATE TABLE test_each (n integer PRIMARY KEY)");
	for (int pooled = 0; pooled < 2; pooled++) {
		test_conf.database_pooler = pooled ? CONF_POOLER_TRANSACTION : CONF_POOLER_NONE;
		struct db *db = db_new(&test_conf, "deskbell-outbox");
		const struct db_value good[] = { DB_INT(1), DB_INT(2), DB_INT(3) };
		const struct db_value bad[] = { DB_INT(4), DB_INT(2), DB_INT(5) };
		test_do("DELETE FROM test_each");
		CHECK_INT(db_query_each(db, test_pool, &insert, 3, good, r), ERR_OK);
		CHECK_INT(db_int(r[2], 0, 0), 3);
		CHECK_INT(db_query_each(db, test_pool, &insert, 3, bad, r), ERR_CONFLICT);
		CHECK_INT(test_number("SELECT count(*) FROM test_each"), 3);
		CHECK_INT(db_query_each(db, test_pool, &insert, 1, bad, r), ERR_OK);
		db_free(db);
	}
	test_conf.database_pooler = CONF_POOLER_NONE;
	test_do("DROP TABLE test_each");
}

static void an_address_that_nobody_answers_is_away(void)
{
	struct conf conf = test_conf;
	struct explain why = { "" };
	conf.database_url = "host=/nonexistent dbname=x password=hunter2";
	struct db *db = db_new(&conf, "test");
	CHECK_INT(db_connect(db, &why), ERR_DB_UNREACHABLE);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "cannot be reached"));
	CU_ASSERT_PTR_NULL(strstr(why.text, "hunter2"));
	CHECK_INT(db_begin_system(db), ERR_DB_UNREACHABLE);
	CHECK_INT(DB_QUERY(db, test_pool, &sql_ping_statement, NULL, DB_NULL), ERR_DB_UNREACHABLE);
	CHECK_INT(db_hold_lock(db, 1), ERR_DB_UNREACHABLE);
	CHECK_INT(db_socket(db), -1);
	db_free(db);
	conf.database_url = "";
	db = db_new(&conf, "test");
	CHECK_INT(db_connect(db, &why), ERR_CONFIG);
	db_free(db);
}

static void another_encoding_is_refused(void)
{
	struct conf conf = test_conf;
	struct explain why = { "" };
	conf.database_url = pool_printf(test_pool, "%s dbname=latin", test_conf.database_url).p; /* made by db.t */
	struct db *db = db_new(&conf, "test");
	for (int pooled = 0; pooled < 2; pooled++) {
		conf.database_pooler = pooled ? CONF_POOLER_TRANSACTION : CONF_POOLER_NONE;
		CHECK_INT(db_connect(db, &why), ERR_CONFIG);
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "stores text as LATIN1 instead of UTF8"));
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "createdb -E UTF8 -T template0"));
		CHECK_INT(db_begin_system(db), ERR_CONFIG);
		CHECK_INT(DB_QUERY(db, test_pool, &sql_ping_statement, NULL, DB_NULL), ERR_CONFIG);
	}
	db_free(db);
}

static const struct db_statement show_limits = { "show_limits",
	"SELECT current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') || ' ' || "
	"current_setting('idle_in_transaction_session_timeout')",
	0, NULL };
static const struct db_statement sleep_long = { "sleep_long", "SELECT pg_sleep(100)", 0, NULL };
static const struct db_statement lock_row = { "lock_row", "UPDATE t_locked SET n = n + 1", 0, NULL };

static struct str limits_of(struct db *db)
{
	struct db_result *r;
	return DB_QUERY(db, test_pool, &show_limits, &r, DB_NULL) == ERR_OK ? db_str(r, 0, 0) : STR_NONE;
}

static void a_statement_that_takes_too_long_is_cancelled(void)
{
	struct conf conf = test_conf;
	conf.webhook_statement_timeout_s = 1;
	for (int pooled = 0; pooled < 2; pooled++) {
		conf.database_pooler = pooled ? CONF_POOLER_TRANSACTION : CONF_POOLER_NONE;
		struct db *db = db_new(&conf, "deskbell-webhook");
		CHECK_INT(DB_QUERY(db, test_pool, &sleep_long, NULL, DB_NULL), ERR_DB_UNREACHABLE);
		CU_ASSERT_STRING_EQUAL(db_last_state(db), "57014");
		CHECK_INT(DB_QUERY(db, test_pool, &sql_ping_statement, NULL, DB_NULL), ERR_OK); /* and life goes on */
		CHECK_INT(db_begin_system(db), ERR_OK);
		CHECK_INT(DB_QUERY(db, test_pool, &sleep_long, NULL, DB_NULL), ERR_DB_UNREACHABLE);
		db_rollback(db);
		db_free(db);
	}
}

static void a_lock_is_not_waited_for_too_long(void)
{
	struct conf conf = test_conf;
	struct db *holder = db_new(&test_conf, "test");
	conf.database_lock_timeout_s = 1;
	test_do("CREATE TABLE t_locked AS SELECT 1 AS n");
	CHECK_INT(db_begin_system(holder), ERR_OK);
	CHECK_INT(DB_QUERY(holder, test_pool, &lock_row, NULL, DB_NULL), ERR_OK);
	for (int pooled = 0; pooled < 2; pooled++) {
		conf.database_pooler = pooled ? CONF_POOLER_TRANSACTION : CONF_POOLER_NONE;
		struct db *db = db_new(&conf, "deskbell-desk");
		CHECK_INT(DB_QUERY(db, test_pool, &lock_row, NULL, DB_NULL), ERR_DB_RACE);
		CU_ASSERT_STRING_EQUAL(db_last_state(db), "55P03");
		CHECK_INT(DB_QUERY(db, test_pool, &sql_ping_statement, NULL, DB_NULL), ERR_OK);
		db_free(db);
	}
	db_rollback(holder);
	db_free(holder);
}

static void a_transaction_in_which_nothing_happens_ends(void)
{
	struct conf conf = test_conf;
	conf.database_idle_timeout_s = 1;
	for (int pooled = 0; pooled < 2; pooled++) {
		conf.database_pooler = pooled ? CONF_POOLER_TRANSACTION : CONF_POOLER_NONE;
		struct db *db = db_new(&conf, "deskbell-outbox");
		CHECK_INT(db_begin_system(db), ERR_OK);
		struct pollfd gone = { .fd = db_socket(db), .events = POLLIN };
		CHECK_INT(poll(&gone, 1, 60000), 1); /* the server says why and closes */
		CHECK_INT(DB_QUERY(db, test_pool, &sql_ping_statement, NULL, DB_NULL), ERR_DB_UNREACHABLE);
		db_rollback(db);
		CHECK_INT(DB_QUERY(db, test_pool, &sql_ping_statement, NULL, DB_NULL), ERR_OK);
		db_free(db);
	}
}

static void each_program_has_its_limits(void)
{
	static const struct {
		const char *program, *limits;
	} table[] = { { "deskbell-webhook", "10s 5s 1min" }, { "deskbell-desk", "30s 5s 1min" },
		{ "deskbell-outbox", "1min 5s 1min" }, { "deskbell-outbox-lock", "0 0 0" },
		{ "deskbellctl", "0 0 0" } };
	struct conf conf = test_conf;
	conf.webhook_statement_timeout_s = 10;
	conf.desk_statement_timeout_s = 30;
	conf.outbox_statement_timeout_s = 60;
	conf.database_lock_timeout_s = 5;
	conf.database_idle_timeout_s = 60;
	for (size_t i = 0; i < 2 * COUNT(table); i++) {
		bool pooled = i % 2;
		conf.database_pooler = pooled ? CONF_POOLER_TRANSACTION : CONF_POOLER_NONE;
		struct db *db = db_new(&conf, table[i / 2].program);
		CHECK_INT(db_begin_system(db), ERR_OK);
		CHECK_STR(limits_of(db), table[i / 2].limits);
		CHECK_INT(db_commit(db), ERR_OK);
		conf.database_pooler =
			CONF_POOLER_NONE; /* shows what the session has: nothing may stay in a pooled one */
		CHECK_STR(limits_of(db), pooled ? "0 0 0" : table[i / 2].limits);
		db_free(db);
	}
}

static void a_transaction_is_all_or_nothing(void)
{
	test_do("CREATE TABLE t_all (n integer)");
	CHECK_INT(db_begin_system(test_db), ERR_OK);
	CHECK_INT(run(test_db, "INSERT INTO t_all VALUES (1)"), ERR_OK);
	db_rollback(test_db);
	CHECK_INT(test_number("SELECT count(*) FROM t_all"), 0);
	db_rollback(test_db); /* outside of any: nothing happens */

	CHECK_INT(db_begin_system(test_db), ERR_OK);
	CHECK_INT(run(test_db, "INSERT INTO t_all VALUES (1)"), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_INT(test_number("SELECT count(*) FROM t_all"), 1);

	/* A commit after an error that the caller overlooked tells that nothing was kept. */
	CHECK_INT(db_begin_system(test_db), ERR_OK);
	CHECK_INT(run(test_db, "INSERT INTO t_all VALUES (2)"), ERR_OK);
	CHECK_INT(run(test_db, "SELECT 1/0"), ERR_INVALID);
	CU_ASSERT_NOT_EQUAL(db_commit(test_db), ERR_OK);
	CHECK_INT(test_number("SELECT count(*) FROM t_all"), 1);
	test_do("DROP TABLE t_all");
}

static void a_setting_ends_with_its_transaction(void)
{
	static const struct db_statement look = { "look",
		"SELECT coalesce(current_setting('deskbell.org', true), '') || '/' || "
		"coalesce(current_setting('deskbell.scope', true), '')",
		0 };
	struct db_result *r;
	CHECK_INT(db_begin_tenant(test_db, 42), ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &look, &r, DB_NULL), ERR_OK);
	CHECK_STR(db_str(r, 0, 0), "42/");
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_INT(db_begin_system(test_db), ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &look, &r, DB_NULL), ERR_OK);
	CHECK_STR(db_str(r, 0, 0), "/system");
	db_rollback(test_db);
	CHECK_INT(DB_QUERY(test_db, test_pool, &look, &r, DB_NULL), ERR_OK);
	CHECK_STR(db_str(r, 0, 0), "/");
}

CU_TestInfo db_connection_tests[] = {
	{ "every statement can be prepared and gives the row it declares",
		every_statement_can_be_prepared_and_gives_the_declared_row },
	{ "a row that is declared wrongly is found", a_row_that_is_declared_wrongly_is_found },
	{ "more statements than are remembered still run", more_statements_than_are_remembered_still_run },
	{ "values come back, prepared and through a pooler", values_come_back },
	{ "an address that nobody answers is away", an_address_that_nobody_answers_is_away },
	{ "another encoding than UTF8 is refused", another_encoding_is_refused },
	{ "each program has its limits", each_program_has_its_limits },
	{ "executions in one round trip are one transaction", executions_in_one_round_trip_are_one_transaction },
	{ "a statement that takes too long is cancelled", a_statement_that_takes_too_long_is_cancelled },
	{ "a lock is not waited for too long", a_lock_is_not_waited_for_too_long },
	{ "a transaction in which nothing happens ends", a_transaction_in_which_nothing_happens_ends },
	{ "a transaction is all or nothing", a_transaction_is_all_or_nothing },
	{ "a setting ends with its transaction", a_setting_ends_with_its_transaction },
	CU_TEST_INFO_NULL,
};

/* ---- errors ---- */

static void constraints_have_their_class(void)
{
	test_do("CREATE TABLE t_c (n integer PRIMARY KEY CHECK (n > 0), other integer REFERENCES t_c); INSERT INTO t_c "
		"VALUES (1)");
	CHECK_INT(run(test_db, "INSERT INTO t_c VALUES (1)"), ERR_CONFLICT);
	CU_ASSERT_STRING_EQUAL(db_last_state(test_db), "23505");
	CU_ASSERT_PTR_NOT_NULL(strstr(db_last_message(test_db), "t_c_pkey"));
	CHECK_INT(run(test_db, "INSERT INTO t_c VALUES (-1)"), ERR_INVALID);
	CHECK_INT(run(test_db, "INSERT INTO t_c VALUES (NULL)"), ERR_INVALID);
	CHECK_INT(run(test_db, "INSERT INTO t_c VALUES (2, 77)"), ERR_INVALID);
	CHECK_INT(run(test_db, "SELECT 'x'::integer"), ERR_INVALID);
	CHECK_INT(run(test_db, "SELECT * FROM nowhere"), ERR_DB);
	CHECK_INT(run(test_db, "SELEC"), ERR_DB);
	CHECK_INT(run(test_db, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1"), ERR_OK);
	CHECK_INT(run(test_db, "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$"), ERR_DB_RACE);
	CHECK_INT(run(test_db, "BEGIN READ ONLY; INSERT INTO t_c VALUES (3)"),
		ERR_DB_UNREACHABLE); /* what a standby says */
	CHECK_INT(run(test_db, "SELECT 1"), ERR_OK);
	test_do("DROP TABLE t_c");
}

struct second {
	struct db *db;
	enum err err;
};

static void *lock_the_other_way(void *arg)
{
	struct second *s = arg;
	s->err = run(s->db, "UPDATE t_d SET n = n WHERE id = 1");
	return NULL;
}

static void a_deadlock_is_a_race(void)
{
	struct second s = { .db = connection() };
	pthread_t thread;
	test_do("CREATE TABLE t_d (id integer, n integer); INSERT INTO t_d VALUES (1, 0), (2, 0)");
	CHECK_INT(db_begin_system(test_db), ERR_OK);
	CHECK_INT(db_begin_system(s.db), ERR_OK);
	CHECK_INT(run(test_db, "UPDATE t_d SET n = n WHERE id = 1"), ERR_OK);
	CHECK_INT(run(s.db, "UPDATE t_d SET n = n WHERE id = 2"), ERR_OK);
	pthread_create(&thread, NULL, lock_the_other_way, &s);
	enum err mine = run(test_db, "UPDATE t_d SET n = n WHERE id = 2");
	db_rollback(test_db);
	pthread_join(thread, NULL);
	CU_ASSERT_TRUE((mine == ERR_DB_RACE && s.err == ERR_OK) || (mine == ERR_OK && s.err == ERR_DB_RACE));
	db_rollback(s.db);
	db_free(s.db);
	test_do("DROP TABLE t_d");
}

static int64_t backend_of(struct db *db)
{
	static const struct db_statement me = { "me", "SELECT pg_backend_pid()", 0 };
	struct db_result *r;
	if (DB_QUERY(db, test_pool, &me, &r, DB_NULL) != ERR_OK)
		return -1;
	return db_int(r, 0, 0);
}

/* Returns when the backend is gone. */
static void terminate(int64_t backend)
{
	CHECK_INT(test_number("SELECT pg_terminate_backend(%lld)::integer", (long long)backend), 1);
	for (int i = 0;
		i < 200
		&& test_number("SELECT count(*) FROM pg_stat_activity WHERE pid = %lld", (long long)backend) > 0;
		i++)
		usleep(10000);
}

static void a_lost_connection_is_made_anew(void)
{
	struct db *db = connection();
	int64_t backend = backend_of(db);
	CHECK_INT(DB_QUERY(db, test_pool, &sql_ping_statement, NULL, DB_NULL), ERR_OK);
	terminate(backend); /* noticed before the next question is asked: none is lost */
	CHECK_INT(DB_QUERY(db, test_pool, &sql_ping_statement, NULL, DB_NULL), ERR_OK);
	CU_ASSERT_NOT_EQUAL(backend_of(db), backend);
	db_free(db);
}

static void a_transaction_that_lost_its_connection_does_nothing_more(void)
{
	struct db *db = connection();
	test_do("CREATE TABLE t_l (n integer)");
	CHECK_INT(db_begin_system(db), ERR_OK);
	CHECK_INT(run(db, "INSERT INTO t_l VALUES (1)"), ERR_OK);
	terminate(backend_of(db));
	CHECK_INT(run(db, "INSERT INTO t_l VALUES (2)"), ERR_DB_UNREACHABLE);
	CHECK_INT(run(db, "INSERT INTO t_l VALUES (3)"),
		ERR_DB_UNREACHABLE); /* and not on a new connection, outside of any transaction */
	CHECK_INT(db_commit(db), ERR_DB_UNREACHABLE);
	CHECK_INT(test_number("SELECT count(*) FROM t_l"), 0);
	CHECK_INT(db_begin_system(db), ERR_OK);
	CHECK_INT(run(db, "INSERT INTO t_l VALUES (4)"), ERR_OK);
	terminate(backend_of(db));
	CHECK_INT(db_commit(db), ERR_DB_UNREACHABLE);
	CHECK_INT(test_try(db, "INSERT INTO t_l VALUES (5)"), ERR_OK);
	CHECK_INT(test_number("SELECT sum(n) FROM t_l"), 5);
	test_do("DROP TABLE t_l");
	db_free(db);
}

CU_TestInfo db_error_tests[] = {
	{ "constraints have their class", constraints_have_their_class },
	{ "a deadlock is a race", a_deadlock_is_a_race },
	{ "a lost connection is made again", a_lost_connection_is_made_anew },
	{ "a transaction that lost its connection does nothing more",
		a_transaction_that_lost_its_connection_does_nothing_more },
	CU_TEST_INFO_NULL,
};

/* ---- arrays ---- */

static void arrays_hold_any_text(void)
{
	static const char *const texts[] = { "plain", "", "a,b", "{x}", "\"q\"", "back\\slash", "\\\"", " space ",
		"NULL", "ş😀", "line\nbreak", "it's" };
	static const struct db_statement count = { "array_count", "SELECT cardinality($1::text[])", 1 };
	static const struct db_statement element = { "array_element", "SELECT ($1::text[])[$2::integer]", 2 };
	struct db_array a;
	struct buf out;
	struct db_result *r;
	buf_init(&out, 4096);
	db_array_begin(&a, &out);
	db_array_end(&a);
	CHECK_INT(DB_QUERY(test_db, test_pool, &count, &r, DB_TEXT(buf_str(&out))), ERR_OK);
	CHECK_INT(db_int(r, 0, 0), 0);
	buf_reset(&out);
	db_array_begin(&a, &out);
	for (size_t i = 0; i < COUNT(texts); i++)
		db_array_text(&a, str_of(texts[i]));
	db_array_end(&a);
	CHECK_INT(DB_QUERY(test_db, test_pool, &count, &r, DB_TEXT(buf_str(&out))), ERR_OK);
	CHECK_INT(db_int(r, 0, 0), COUNT(texts));
	for (size_t i = 0; i < COUNT(texts); i++) {
		CHECK_INT(DB_QUERY(test_db, test_pool, &element, &r, DB_TEXT(buf_str(&out)), DB_INT(i + 1)), ERR_OK);
		CHECK_STR(db_str(r, 0, 0), texts[i]);
	}
	buf_fini(&out);
}

static void arrays_hold_any_bytes(void)
{
	static const struct db_statement hex = { "array_hex",
		"SELECT cardinality($1::bytea[]), encode(($1::bytea[])[1], 'hex'), encode(($1::bytea[])[2], 'hex')",
		1 };
	struct db_array a;
	struct buf out;
	struct db_result *r;
	buf_init(&out, 4096);
	db_array_begin(&a, &out);
	db_array_bytes(&a, (struct str){ "\0\\\"\xff", 4 });
	db_array_bytes(&a, STR(""));
	db_array_end(&a);
	CHECK_INT(DB_QUERY(test_db, test_pool, &hex, &r, DB_TEXT(buf_str(&out))), ERR_OK);
	CHECK_INT(db_int(r, 0, 0), 2);
	CHECK_STR(db_str(r, 0, 1), "005c22ff");
	CHECK_STR(db_str(r, 0, 2), "");
	buf_fini(&out);
}

CU_TestInfo db_array_tests[] = {
	{ "text of any kind", arrays_hold_any_text },
	{ "bytes of any kind", arrays_hold_any_bytes },
	CU_TEST_INFO_NULL,
};

/* ---- the lock ---- */

/* A backend lets go a moment after its client has closed. */
static enum err hold_soon(struct db *db, int64_t key)
{
	enum err e = ERR_CONFLICT;
	for (int i = 0; i < 200 && e == ERR_CONFLICT; i++) {
		if ((e = db_hold_lock(db, key)) == ERR_CONFLICT)
			usleep(10000);
	}
	return e;
}

static void one_connection_holds_the_lock(void)
{
	for (int pooler = 0; pooler < 2; pooler++) {
		struct db *first = connection(), *second = connection();
		test_conf.database_pooler = pooler ? CONF_POOLER_TRANSACTION : CONF_POOLER_NONE;
		CU_ASSERT_FALSE(db_lock_is_held(first));
		CHECK_INT(hold_soon(first, 4711), ERR_OK); /* the round before may not have ended at the server */
		CU_ASSERT_TRUE(db_lock_is_held(first));
		CHECK_INT(db_hold_lock(second, 4711), ERR_CONFLICT);
		CU_ASSERT_FALSE(db_lock_is_held(second));
		CHECK_INT(hold_soon(second, 4712), ERR_OK);
		db_free(first);
		first = connection();
		CHECK_INT(hold_soon(first, 4711), ERR_OK);
		db_free(first);
		db_free(second);
	}
	test_conf.database_pooler = CONF_POOLER_NONE;
}

static void a_lost_lock_is_noticed(void)
{
	struct db *db = connection();
	int64_t backend = backend_of(db);
	CHECK_INT(db_hold_lock(db, 4713), ERR_OK);
	terminate(backend);
	bool held = true;
	for (int i = 0; i < 200 && held; i++) {
		held = db_lock_is_held(db);
		usleep(10000);
	}
	CU_ASSERT_FALSE(held);
	CHECK_INT(hold_soon(db, 4713), ERR_OK);
	CU_ASSERT_TRUE(db_lock_is_held(db));
	db_free(db);
}

struct taker {
	struct db_pool *pool;
	int done;
};

static void *take_often(void *arg)
{
	struct taker *t = arg;
	struct pool *memory = pool_new();
	for (int i = 0; i < 50; i++) {
		struct db *db = db_pool_take(t->pool);
		t->done += DB_QUERY(db, memory, &sql_ping_statement, NULL, DB_NULL) == ERR_OK;
		db_pool_put(t->pool, db);
	}
	pool_free(memory);
	return NULL;
}

static void a_pool_serves_more_threads_than_it_has_connections(void)
{
	struct db_pool *pool = db_pool_new(&test_conf, "test-pool", 2);
	struct taker takers[8];
	pthread_t threads[8];
	for (int i = 0; i < 8; i++) {
		takers[i] = (struct taker){ .pool = pool };
		pthread_create(&threads[i], NULL, take_often, &takers[i]);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		CHECK_INT(takers[i].done, 50);
	}
	CU_ASSERT_TRUE(test_number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'test-pool'") <= 2);
	db_pool_free(pool);
}

CU_TestInfo db_lock_tests[] = {
	{ "one connection holds it, also through a pooler", one_connection_holds_the_lock },
	{ "a lost one is noticed", a_lost_lock_is_noticed },
	{ "a pool serves more threads than it has connections", a_pool_serves_more_threads_than_it_has_connections },
	CU_TEST_INFO_NULL,
};
