/*
 * db-start.c - what the tests with a real database share.
 */
#include "db.h"

#include "core/buf.h"
#include "core/log.h"
#include "db/migrate.h"
#include "domain/quota.h"

#include <stdio.h>
#include <stdlib.h>

struct conf test_conf;
struct db *test_db;
struct pool *test_pool;

bool test_db_start(const char *program)
{
	const char *url = getenv("DESKBELL_TEST_DB_URL");
	if (!url || !*url) {
		printf("1..0 # SKIP no database: run tests/unit/db.t, which starts one and names it in "
		       "DESKBELL_TEST_DB_URL\n");
		return false;
	}
	test_conf = (struct conf){ .path = "",
		.database_url = url,
		.run_dir = "",
		.webhook_threads = 32,
		.webhook_share_percent = 25,
		.answer_debounce_ms = 0 };
#define X(name, subject) test_conf.quota_##name = 1000000;
	QUOTA_LIST(X)
#undef X
	log_open(program, "/dev/null", LOG_LEVEL_ERROR);
	test_db = db_new(&test_conf, program);
	test_pool = pool_new();
	test_db_empty();
	test_db_migrate();
	return true;
}

void test_db_stop(void)
{
	db_free(test_db);
	pool_free(test_pool);
}

enum err test_try(struct db *db, const char *sql)
{
	enum err e = db_begin_system(db);
	if (e == ERR_OK && (e = db_run_script(db, sql, NULL)) == ERR_OK)
		return db_commit(db);
	db_rollback(db);
	return e;
}

static void must(enum err e, const char *what)
{
	if (e != ERR_OK)
		fatal(e, "%s: %s (SQLSTATE %s)", what, db_last_message(test_db), db_last_state(test_db));
}

void test_db_empty(void)
{
	must(test_try(test_db, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"), "the schema cannot be dropped");
}

void test_db_migrate(void)
{
	struct migrate_report report;
	struct explain why = { "" };
	if (migrate_run(test_db, test_pool, &report, &why) != ERR_OK)
		fatal(ERR_DB, "%s", why.text);
}

static PRINTF_LIKE(1, 0) char *format(const char *fmt, va_list ap)
{
	struct buf b;
	buf_init(&b, 8 << 20);
	buf_addv(&b, fmt, ap);
	char *text = pool_cstr(test_pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

void test_do(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *sql = format(fmt, ap);
	va_end(ap);
	must(test_try(test_db, sql), sql);
}

/* An ad hoc statement is not kept prepared under its name: each gets a connection's anonymous place through the
 * pooler's way of sending. */
static struct db_result *ask(const char *sql)
{
	struct db_statement statement = { "test", sql, 0 };
	struct db_result *r;
	test_conf.database_pooler = CONF_POOLER_TRANSACTION;
	must(db_begin_system(test_db), "begin");
	must(DB_QUERY(test_db, test_pool, &statement, &r, DB_NULL), sql);
	must(db_commit(test_db), "commit");
	test_conf.database_pooler = CONF_POOLER_NONE;
	return r;
}

int64_t test_number(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *sql = format(fmt, ap);
	va_end(ap);
	const struct db_result *r = ask(sql);
	return db_rows(r) == 1 ? db_int(r, 0, 0) : -1;
}

struct str test_text(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *sql = format(fmt, ap);
	va_end(ap);
	const struct db_result *r = ask(sql);
	return db_rows(r) == 1 ? db_str(r, 0, 0) : STR_NONE;
}

struct str test_places(struct tenant t, struct str ids)
{
	return test_text("SELECT coalesce(string_agg((SELECT count(*) FROM conversations v WHERE v.org_id = %lld AND "
			 "v.id <= h.id)::text, ' ' ORDER BY h.n), '') FROM unnest('%.*s'::bigint[]) WITH ORDINALITY "
			 "h(id, n)",
		(long long)t.org, (int)ids.n, ids.p);
}

struct tenant test_tenant(void)
{
	static int number;
	struct tenant t;
	t.org = test_number(
		"INSERT INTO organizations (name, bot_mode) VALUES ('org %d', 'active') RETURNING id", ++number);
	t.channel = test_number("WITH c AS (INSERT INTO channels (org_id, platform, external_id, account_id, config) "
				"VALUES (%lld, 'whatsapp', 'ext-%d', 'acc-%d', '{}') RETURNING *) INSERT INTO "
				"channel_addresses (org_id, channel_id, platform, external_id, account_id, is_claimed) "
				"SELECT org_id, id, platform, external_id, account_id, false FROM c RETURNING "
				"channel_id",
		(long long)t.org, number, number);
	return t;
}
