/*
 * db-migrate.c - tests of migrations.
 */
#include "check.h"
#include "db.h"

#include "db/migrate.h"
#include "db/statements.h"

#include <pthread.h>
#include <unistd.h>

static int count_migrations(void)
{
	int n = 0;
	while (sql_migrations[n].name)
		n++;
	return n;
}

static void from_nothing_then_nothing(void)
{
	struct migrate_report report;
	struct explain why = { "" };
	int n = count_migrations();
	test_db_empty();
	CHECK_INT(migrate_check(test_db, test_pool, &why), ERR_CONFIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "deskbellctl migrate"));
	CHECK_INT(migrate_run(test_db, test_pool, &report, &why), ERR_OK);
	CHECK_INT(report.applied, n);
	CU_ASSERT_TRUE(report.functions_replaced);
	CHECK_STR(report.version, sql_migrations[n - 1].name);
	CHECK_INT(migrate_check(test_db, test_pool, &why), ERR_OK);
	CHECK_INT(migrate_run(test_db, test_pool, &report, &why), ERR_OK);
	CHECK_INT(report.applied, 0);
	CU_ASSERT_FALSE(report.functions_replaced);
	CHECK_STR(report.version, sql_migrations[n - 1].name);
	CHECK_INT(test_number("SELECT count(*) FROM schema_migrations"), n + 1);
}

struct runner {
	struct db *db;
	struct pool *pool;
	enum err err;
	struct migrate_report report;
	struct explain why;
};

static void *run_migrations(void *arg)
{
	struct runner *r = arg;
	r->err = migrate_run(r->db, r->pool, &r->report, &r->why);
	return NULL;
}

static void two_at_once_wait_for_each_other(void)
{
	struct runner runners[3];
	pthread_t threads[COUNT(runners)];
	int applied = 0;
	test_db_empty();
	for (size_t i = 0; i < COUNT(runners); i++) {
		runners[i] = (struct runner){ .db = db_new(&test_conf, "test-migrate"), .pool = pool_new() };
		pthread_create(&threads[i], NULL, run_migrations, &runners[i]);
	}
	for (size_t i = 0; i < COUNT(runners); i++) {
		pthread_join(threads[i], NULL);
		CHECK_ROW(runners[i].err == ERR_OK, runners[i].why.text);
		applied += runners[i].report.applied;
		db_free(runners[i].db);
		pool_free(runners[i].pool);
	}
	CHECK_INT(applied, count_migrations());
	CHECK_INT(test_number("SELECT count(*) FROM schema_migrations"), count_migrations() + 1);
}

static void older_functions_are_replaced(void)
{
	struct migrate_report report;
	struct explain why = { "" };
	test_do("UPDATE schema_migrations SET checksum = 'old' WHERE name = 'functions'; DROP FUNCTION "
		"deskbell_rest(bigint, text, integer)");
	CHECK_INT(migrate_check(test_db, test_pool, &why), ERR_CONFIG);
	CHECK_INT(migrate_run(test_db, test_pool, &report, &why), ERR_OK);
	CHECK_INT(report.applied, 0);
	CU_ASSERT_TRUE(report.functions_replaced);
	CHECK_INT(test_number("SELECT count(*) FROM pg_proc WHERE proname = 'deskbell_rest'"), 1);
	CHECK_INT(migrate_check(test_db, test_pool, &why), ERR_OK);
}

/* Two programs of the same migrations take turns: the earlier one may not put its functions back, unless it is told to.
 */
static void functions_of_a_newer_program_stay(void)
{
	static const struct sql_file none[] = { { NULL, NULL } };
	static const struct sql_file first[] = { { "f", "CREATE OR REPLACE FUNCTION deskbell_which() RETURNS integer "
							"LANGUAGE sql AS 'SELECT 1'" },
		{ NULL, NULL } };
	static const struct sql_file second[] = { { "f", "CREATE OR REPLACE FUNCTION deskbell_which() RETURNS integer "
							 "LANGUAGE sql AS 'SELECT 2'" },
		{ NULL, NULL } };
	struct migrate_report report;
	struct explain why = { "" };
	test_db_empty();
	CHECK_INT(migrate_run_files(test_db, test_pool, none, first, false, &report, &why), ERR_OK);
	CHECK_INT(migrate_run_files(test_db, test_pool, none, second, false, &report, &why), ERR_OK);
	CHECK_INT(test_number("SELECT deskbell_which()"), 2);
	CHECK_INT(migrate_run_files(test_db, test_pool, none, first, false, &report, &why), ERR_CONFLICT);
	CHECK_ROW(strstr(why.text, "newer program") != NULL, why.text);
	CHECK_INT(test_number("SELECT deskbell_which()"), 2);
	CHECK_INT(migrate_run_files(test_db, test_pool, none, second, false, &report, &why), ERR_OK);
	CHECK_INT(migrate_run_files(test_db, test_pool, none, first, true, &report, &why), ERR_OK);
	CHECK_INT(test_number("SELECT deskbell_which()"), 1);
	CHECK_INT(migrate_run_files(test_db, test_pool, none, second, true, &report, &why), ERR_OK);
	test_db_empty();
	test_db_migrate();
}

/* Runs and checks after `change`, expecting a refusal with `word` in its explanation, then undoes it. */
static void refuse_after(const char *change, const char *word, const char *undo)
{
	struct migrate_report report;
	struct explain why = { "" };
	test_do("%s", change);
	CHECK_INT(migrate_run(test_db, test_pool, &report, &why), ERR_CONFLICT);
	CHECK_ROW(strstr(why.text, word) != NULL, why.text);
	CHECK_INT(migrate_check(test_db, test_pool, &why), ERR_CONFIG);
	CHECK_ROW(strstr(why.text, word) != NULL, why.text);
	test_do("%s", undo);
	CHECK_INT(migrate_check(test_db, test_pool, &why), ERR_OK);
}

static void another_text_and_a_newer_database_are_refused(void)
{
	refuse_after("UPDATE schema_migrations SET checksum = checksum || 'x' WHERE name = '0002_directory'",
		"0002_directory",
		"UPDATE schema_migrations SET checksum = left(checksum, -1) WHERE name = '0002_directory'");
	refuse_after("INSERT INTO schema_migrations (name, checksum) VALUES ('9999_tomorrow', 'x')", "9999_tomorrow",
		"DELETE FROM schema_migrations WHERE name = '9999_tomorrow'");
	refuse_after("INSERT INTO schema_migrations (name, checksum) VALUES ('0001_base', 'x'), ('0002_row_security', "
		     "'x')",
		"before the first release",
		"DELETE FROM schema_migrations WHERE name IN ('0001_base', '0002_row_security')");
}

static void an_error_leaves_the_old_version(void)
{
	struct migrate_report report;
	struct explain why = { "" };
	test_db_empty();
	test_do("CREATE TABLE quarantine (in_the_way integer)");
	CU_ASSERT_NOT_EQUAL(migrate_run(test_db, test_pool, &report, &why), ERR_OK);
	CHECK_ROW(strstr(why.text, "0004_channels") && strstr(why.text, "quarantine"), why.text);
	CHECK_INT(test_number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), 1);
	CHECK_INT(migrate_check(test_db, test_pool, &why), ERR_CONFIG);
	test_do("DROP TABLE quarantine");
	CHECK_INT(migrate_run(test_db, test_pool, &report, &why), ERR_OK);
	CHECK_INT(report.applied, count_migrations());
}

/* ---- indexes that are built next to running programs ---- */

static const struct sql_file index_files[] = {
	{ "0001_table", "CREATE TABLE t_large (org_id bigint NOT NULL, id bigint NOT NULL)" },
	{ "0002_index", "-- concurrently: t_large_id\n-- Why it is there.\nCREATE UNIQUE INDEX CONCURRENTLY t_large_id "
			"ON t_large (id)\n" },
	{ "0003_column", "ALTER TABLE t_large ADD COLUMN body text" }, { NULL, NULL }
};

static const struct sql_file no_functions[] = { { NULL, NULL } };

static enum err run_index_files(struct explain *why, struct migrate_report *report)
{
	return migrate_run_files(test_db, test_pool, index_files, no_functions, false, report, why);
}

static void *build_index(void *arg)
{
	struct runner *r = arg;
	r->err = migrate_run_files(r->db, r->pool, index_files, no_functions, false, &r->report, &r->why);
	return NULL;
}

static int64_t valid_indexes(void)
{
	return test_number("SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('t_large_id') AND indisvalid");
}

static void an_index_is_built_in_its_place(void)
{
	struct migrate_report report;
	struct explain why = { "" };
	test_db_empty();
	CHECK_ROW(run_index_files(&why, &report) == ERR_OK, why.text);
	CHECK_INT(report.applied, 3);
	CHECK_INT(valid_indexes(), 1);
	CHECK_INT(test_number("SELECT count(*) FROM schema_migrations WHERE name < '1'"), 3);
	CHECK_ROW(run_index_files(&why, &report) == ERR_OK, why.text);
	CHECK_INT(report.applied, 0);
	/* Whoever died between building and recording: it is not built again. */
	test_do("DELETE FROM schema_migrations WHERE name = '0002_index'");
	int64_t before = test_number("SELECT to_regclass('t_large_id')::oid::bigint");
	CHECK_ROW(run_index_files(&why, &report) == ERR_OK, why.text);
	CHECK_INT(test_number("SELECT to_regclass('t_large_id')::oid::bigint"), before);
	CHECK_INT(report.applied, 1);
}

/* As after a crash in the middle: what was before it stays, the invalid index goes, and the run goes on. */
static void a_broken_index_is_built_again(void)
{
	struct migrate_report report;
	struct explain why = { "" };
	test_db_empty();
	test_do("CREATE TABLE t_large (org_id bigint NOT NULL, id bigint NOT NULL)");
	test_do("INSERT INTO t_large VALUES (1, 1), (1, 1)");
	static const struct sql_file from_index[] = {
		{ "0002_index", "-- concurrently: t_large_id\nCREATE UNIQUE INDEX CONCURRENTLY "
				"t_large_id ON t_large (id)" },
		{ NULL, NULL }
	};
	CHECK_INT(migrate_run_files(test_db, test_pool, from_index, no_functions, false, &report, &why), ERR_CONFLICT);
	CHECK_ROW(strstr(why.text, "0002_index") != NULL, why.text);
	CHECK_INT(test_number("SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('t_large_id') "
			      "AND NOT indisvalid"),
		1);
	CHECK_INT(test_number("SELECT count(*) FROM schema_migrations"), 0);
	test_do("DELETE FROM t_large WHERE ctid = (SELECT min(ctid) FROM t_large)");
	CHECK_ROW(migrate_run_files(test_db, test_pool, from_index, no_functions, false, &report, &why) == ERR_OK,
		why.text);
	CHECK_INT(valid_indexes(), 1);
}

/* One right after the other, and one after a column that the same run added. */
static void several_indexes_are_built_in_one_run(void)
{
	static const struct sql_file files[] = {
		{ "0001_table", "CREATE TABLE t_large (org_id bigint NOT NULL, id bigint NOT NULL)" },
		{ "0002_index", "-- concurrently: t_large_id\nCREATE INDEX CONCURRENTLY t_large_id ON t_large (id)" },
		{ "0003_index",
			"-- concurrently: t_large_org\nCREATE INDEX CONCURRENTLY t_large_org ON t_large (org_id)" },
		{ "0004_column", "ALTER TABLE t_large ADD COLUMN body text" },
		{ "0005_index",
			"-- concurrently: t_large_body\nCREATE INDEX CONCURRENTLY t_large_body ON t_large (body)" },
		{ NULL, NULL }
	};
	struct migrate_report report;
	struct explain why = { "" };
	test_db_empty();
	CHECK_ROW(migrate_run_files(test_db, test_pool, files, no_functions, false, &report, &why) == ERR_OK, why.text);
	CHECK_INT(report.applied, 5);
	CHECK_INT(test_number("SELECT count(*) FROM pg_index WHERE indrelid = 't_large'::regclass AND indisvalid"), 3);
	CHECK_INT(test_number("SELECT count(*) FROM schema_migrations WHERE name < '1'"), 5);
}

/* A writer that has not ended makes the build wait, and still others write: an ordinary one would stop them. */
static void writers_go_on_while_an_index_is_built(void)
{
	struct runner runner = { .db = db_new(&test_conf, "test-migrate"), .pool = pool_new() };
	struct db *writer = db_new(&test_conf, "test-writer");
	struct migrate_report report;
	struct explain why = { "" };
	pthread_t thread;
	test_db_empty();
	CHECK_ROW(run_index_files(&why, &report) == ERR_OK, why.text);
	test_do("DELETE FROM schema_migrations WHERE name = '0002_index'; DROP INDEX t_large_id");
	CHECK_INT(db_begin_system(writer), ERR_OK);
	CHECK_INT(db_run_script(writer, "INSERT INTO t_large (org_id, id) VALUES (1, 1)", NULL), ERR_OK);
	pthread_create(&thread, NULL, build_index, &runner);
	while (test_number("SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('t_large_id')") == 0)
		usleep(10000);
	test_do("SET LOCAL lock_timeout = '60s'; INSERT INTO t_large (org_id, id) VALUES (1, 2)");
	CHECK_INT(valid_indexes(), 0); /* it still waits for the first */
	CHECK_INT(db_commit(writer), ERR_OK);
	pthread_join(thread, NULL);
	CHECK_ROW(runner.err == ERR_OK, runner.why.text);
	CHECK_INT(valid_indexes(), 1);
	db_free(writer);
	db_free(runner.db);
	pool_free(runner.pool);
}

CU_TestInfo db_migrate_tests[] = {
	{ "from nothing to the newest, and again without effect", from_nothing_then_nothing },
	{ "three at once wait for each other", two_at_once_wait_for_each_other },
	{ "older functions are replaced", older_functions_are_replaced },
	{ "functions of a newer program stay", functions_of_a_newer_program_stay },
	{ "another text and a newer database are refused", another_text_and_a_newer_database_are_refused },
	{ "an index is built in its place, once", an_index_is_built_in_its_place },
	{ "an index that broke is built again", a_broken_index_is_built_again },
	{ "several indexes are built in one run", several_indexes_are_built_in_one_run },
	{ "writers go on while an index is built", writers_go_on_while_an_index_is_built },
	{ "an error leaves the old version", an_error_leaves_the_old_version },
	CU_TEST_INFO_NULL,
};
