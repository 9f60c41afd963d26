/*
 * db-llm.c - tests of the budget of the language model: counted before the call, never overshot, one organisation's
 * own.
 */
#include "check.h"
#include "db.h"

#include "db/statements.h"

#include <pthread.h>

#define ORG(t) ((long long)(t).org)

static bool reserve_with(struct db *db, struct pool *pool, struct tenant t, const char *purpose, int daily)
{
	struct db_result *r;
	enum err e = DB_QUERY(db, pool, &sql_llm_reserve_statement, &r, DB_INT(t.org), DB_CSTR(purpose), DB_INT(daily));
	return e == ERR_OK && db_bool(r, 0, 0);
}

static bool reserve(struct tenant t, const char *purpose, int daily)
{
	return reserve_with(test_db, test_pool, t, purpose, daily);
}

static int64_t calls(struct tenant t)
{
	return test_number("SELECT coalesce(sum(calls), 0) FROM llm_usage WHERE org_id = %lld", ORG(t));
}

static void a_day_has_its_budget(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	CU_ASSERT_TRUE(reserve(t, "answer", 3));
	CU_ASSERT_TRUE(reserve(t, "lead", 3));
	CU_ASSERT_TRUE(reserve(t, "answer", 3));
	CU_ASSERT_FALSE(reserve(t, "answer", 3));
	CU_ASSERT_FALSE(reserve(t, "embedding", 3));
	CHECK_INT(calls(t), 3);
	CU_ASSERT_TRUE(reserve(other, "answer", 3));
	CU_ASSERT_TRUE(reserve(t, "answer", 0)); /* unlimited */
	CU_ASSERT_TRUE(reserve(t, "answer", 5));
	CHECK_INT(calls(t), 5);
	test_do("UPDATE llm_usage SET day = day - 1 WHERE org_id = %lld", ORG(t));
	CU_ASSERT_TRUE(reserve(t, "answer", 1));
	CU_ASSERT_FALSE(reserve(t, "answer", 1));
	CHECK_INT(
		test_number(
			"SELECT count(*) FROM llm_usage WHERE org_id = %lld AND day = (now() AT TIME ZONE 'UTC')::date",
			ORG(t)),
		1);
}

static void what_it_cost_is_added(void)
{
	struct tenant t = test_tenant();
	CU_ASSERT_TRUE(reserve(t, "answer", 9));
	CU_ASSERT_TRUE(reserve(t, "answer", 9));
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_llm_used_statement, NULL, DB_INT(t.org), DB_CSTR("answer"),
			  DB_BOOL(false), DB_INT(100), DB_INT(20)),
		ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_llm_used_statement, NULL, DB_INT(t.org), DB_CSTR("answer"),
			  DB_BOOL(true), DB_INT(-5), DB_INT(3)),
		ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_llm_used_statement, NULL, DB_INT(t.org), DB_CSTR("lead"),
			  DB_BOOL(true), DB_INT(INT64_MAX), DB_INT(0)),
		ERR_OK);
	CHECK_STR(test_text("SELECT string_agg(concat_ws(' ', purpose, calls, failures, prompt_tokens, "
			    "completion_tokens), ';' ORDER BY purpose) "
			    "FROM llm_usage WHERE org_id = %lld",
			  ORG(t)),
		"answer 2 1 100 23;lead 0 1 1000000000 0");
}

struct spender {
	pthread_t thread;
	struct tenant t;
	const char *purpose;
	int granted;
};

static void *spend(void *arg)
{
	struct spender *s = arg;
	struct db *db = db_new(&test_conf, "test-spender");
	struct pool *pool = pool_new();
	for (int i = 0; i < 40; i++)
		s->granted += reserve_with(db, pool, s->t, s->purpose, 50);
	pool_free(pool);
	db_free(db);
	return NULL;
}

static void two_senders_do_not_overshoot(void)
{
	static const char *const purposes[] = { "answer", "answer", "lead", "embedding" };
	struct spender spenders[COUNT(purposes)];
	struct tenant t = test_tenant();
	int granted = 0;
	for (size_t i = 0; i < COUNT(purposes); i++) {
		spenders[i] = (struct spender){ .t = t, .purpose = purposes[i] };
		pthread_create(&spenders[i].thread, NULL, spend, &spenders[i]);
	}
	for (size_t i = 0; i < COUNT(purposes); i++) {
		pthread_join(spenders[i].thread, NULL);
		granted += spenders[i].granted;
	}
	CHECK_INT(granted, 50);
	CHECK_INT(calls(t), 50);
}

CU_TestInfo db_llm_tests[] = {
	{ "a day has its budget", a_day_has_its_budget },
	{ "what it cost is added", what_it_cost_is_added },
	{ "several senders do not overshoot", two_senders_do_not_overshoot },
	CU_TEST_INFO_NULL,
};
