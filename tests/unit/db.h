/*
 * db.h - what the tests with a real database share: the connection, a schema, tenants, and statements of their own.
 *
 * tests/unit/db.t starts a private PostgreSQL and names it in DESKBELL_TEST_DB_URL; without it these programs skip. The
 * role must not be a superuser: superusers pass row-level security, and then no test would show a leak.
 */
#ifndef DESKBELL_TESTS_UNIT_DB_H
#define DESKBELL_TESTS_UNIT_DB_H

#include "db/db.h"

#include <CUnit/CUnit.h>

/* Reads the environment and brings the database to the program's schema, from nothing. False, with the plan "skip all"
 * printed, without the variable. */
bool test_db_start(const char *program);
void test_db_stop(void);
/* The configuration that names the database; answers are due at once. */
extern struct conf test_conf;
/* A connection that all tests of the program share, and a pool that lives as long. */
extern struct db *test_db;
extern struct pool *test_pool;

/* The whole schema gone, and back to the program's version. */
void test_db_empty(void);
void test_db_migrate(void);

/* A statement of the test itself, in the system scope and a transaction of its own. */
enum err test_try(struct db *db, const char *sql) MUST_CHECK;
void test_do(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* The only value: a number, or text in test_pool. -1 or absent when there is no row. */
int64_t test_number(const char *fmt, ...) PRINTF_LIKE(1, 2);
struct str test_text(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* A new organisation with one WhatsApp channel. */
struct tenant {
	int64_t org, channel;
};
struct tenant test_tenant(void);
/* Which of its conversations a list of ids names, as places in the order in which they were made: "2 1". In test_pool.
 */
struct str test_places(struct tenant tenant, struct str ids);

/* The suites. */
extern CU_TestInfo db_connection_tests[], db_error_tests[], db_array_tests[], db_lock_tests[];
extern CU_TestInfo db_migrate_tests[], db_security_tests[];
extern CU_TestInfo db_person_tests[], db_message_tests[], db_status_tests[], db_answer_tests[], db_outbox_tests[],
	db_rate_tests[], db_inbox_tests[], db_lead_tests[], db_llm_tests[], db_search_tests[], db_found_files_tests[],
	db_ring_tests[];

#endif
