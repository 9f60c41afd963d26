/*
 * db-lead.c - tests of sql/functions/leads.sql: claiming, committing, edits by hand in between, merging of contacts.
 */
#include "check.h"
#include "db-receive.h"

#include "core/json/json.h"
#include "db/statements.h"

#include <pthread.h>

#define ORG(t) ((long long)(t).org)

struct claimed {
	int64_t conversation, attempts, up_to, manual_rev;
	struct str messages, facts, manual, skills, name, phone;
};

/* A customer wrote, and there is something to find out. */
static int64_t wrote(struct tenant t, const char *wa_id, const char *pid)
{
	CHECK_INT(receive(t, "%s", text_from(wa_id, pid)).err, ERR_OK);
	int64_t talk = conversation_of(t, wa_id);
	test_do("SELECT deskbell_lead_due(%lld, %lld, 9223372036854775807)", ORG(t), (long long)talk);
	return talk;
}

/* Claims everything for `who`, who still works on `busy` (an array literal), and returns the tenant's first job;
 * conversation 0 without one. */
static struct claimed claim_as(struct tenant t, const char *who, const char *busy)
{
	struct sql_claim_leads_rows rows;
	struct claimed c = { 0 };
	CHECK_INT(sql_claim_leads(test_db, test_pool, t.org, str_of(who), str_of(busy), 1000, 60, &rows), ERR_OK);
	if (rows.n > 0) {
		const struct sql_claim_leads_row row = sql_claim_leads_row(&rows, 0);
		c = (struct claimed){ row.conversation_id, row.attempts, row.up_to, row.manual_rev, row.messages,
			row.facts, row.manual, row.skills, row.contact_name, row.contact_phone };
	}
	return c;
}

static struct claimed claim(struct tenant t)
{
	return claim_as(t, "test:1", "{}");
}

/* "done t": what became of it, and whether the lead has just become hot. */
static struct str commit(struct tenant t, const struct claimed *c, const char *facts, int score, const char *class)
{
	struct db_result *r;
	struct str what = pool_printf(test_pool,
		"{\"up_to\":%lld,\"manual_rev\":%lld,\"facts\":%s,\"score\":%d,\"class\":\"%s\",\"summary\":\"a "
		"line\",\"source\":\"rules\",\"attention\":\"hot\",\"hand_over\":true,\"parts\":[\"promise\"],"
		"\"tags\":[\"t%lld\"]}",
		(long long)c->up_to, (long long)c->manual_rev, facts, score, class, (long long)c->conversation);
	enum err e = DB_QUERY(test_db, test_pool, &sql_commit_lead_statement, &r, DB_INT(t.org),
		DB_INT(c->conversation), DB_TEXT(what));
	CHECK_INT(e, ERR_OK);
	return e == ERR_OK ? db_str(r, 0, 0) : STR_NONE;
}

static int64_t jobs(struct tenant t)
{
	return test_number("SELECT count(*) FROM lead_jobs WHERE org_id = %lld", ORG(t));
}

static void a_claim_tells_what_the_rules_need(void)
{
	struct tenant t = test_tenant();
	test_do("UPDATE organizations SET settings = '{\"a\": 1}' WHERE id = %lld", ORG(t));
	for (int i = 0; i < 45; i++)
		receive(t, "%s", text_from("1", pool_printf(test_pool, "p%02d", i).p));
	int64_t talk = wrote(t, "1", "last");
	for (int i = 0; i < 8; i++)
		test_do("INSERT INTO decisions (org_id, conversation_id, outcome, stage, reason, detail) VALUES (%lld, "
			"%lld, "
			"'replied', 'skill', 'x', '{\"skill\": \"S%d\"}')",
			ORG(t), (long long)talk, i % 7);
	struct claimed c = claim(t);
	CHECK_INT(c.conversation, talk);
	CHECK_STR(c.skills, "[\"S0\", \"S6\", \"S5\", \"S4\", \"S3\"]");
	CHECK_STR(c.facts, "{}");
	CHECK_STR(c.name, "N1");
	CHECK_STR(c.phone, "+1");
	const struct json *list;
	CHECK_INT(json_parse(test_pool, c.messages, &list, NULL), ERR_OK);
	CHECK_INT(json_length(list), 40);
	CHECK_STR(json_str(json_get(json_at(list, 39), "text")), "hello last");
	CHECK_STR(json_str(json_get(json_at(list, 0), "text")), "hello p06");
	int64_t at, id;
	CU_ASSERT_TRUE(json_i64(json_get(json_at(list, 39), "at"), &at) && at > 1700000000);
	CU_ASSERT_TRUE(json_i64(json_get(json_at(list, 39), "id"), &id) && id == c.up_to);
	CHECK_STR(commit(t, &c, "{\"name\": \"Ana\"}", 2, "cold"), "done");
	CHECK_INT(jobs(t), 0);
	CHECK_STR(test_text("SELECT concat_ws(' ', facts->>'name', score, class, summary, source, hot_at IS NULL) FROM "
			    "leads "
			    "WHERE org_id = %lld",
			  ORG(t)),
		"Ana 2 cold a line rules t");
}

static void a_lease_holds_until_it_is_lost(void)
{
	struct tenant t = test_tenant();
	int64_t talk = wrote(t, "1", "p1");
	const char *busy = pool_printf(test_pool, "{%lld,7}", (long long)talk).p;
	CHECK_INT(claim(t).conversation, talk);
	CHECK_INT(claim_as(t, "test:2", "{}").conversation, 0);
	CHECK_INT(claim_as(t, "test:1", busy).conversation, 0); /* it is at it */
	CHECK_INT(claim_as(t, "test:1", "{}").attempts, 2);     /* it was lost with the connection */
	test_do("UPDATE lead_jobs SET lease_until = now() - interval '1 second' WHERE org_id = %lld", ORG(t));
	CHECK_INT(claim_as(t, "test:2", "{}").attempts, 3);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_postpone_lead_statement, NULL, DB_INT(t.org), DB_INT(talk),
			  DB_INT(60)),
		ERR_OK);
	CHECK_INT(claim(t).conversation, 0);
	test_do("SELECT deskbell_lead_due(%lld, %lld, 9223372036854775807)", ORG(t), (long long)talk);
	CHECK_INT(claim(t).conversation, talk);
	CHECK_INT(
		DB_QUERY(test_db, test_pool, &sql_postpone_lead_statement, NULL, DB_INT(t.org), DB_INT(talk), DB_NULL),
		ERR_OK);
	CHECK_INT(jobs(t), 0);
}

static void it_becomes_hot_once(void)
{
	struct tenant t = test_tenant();
	wrote(t, "1", "p1");
	struct claimed c = claim(t);
	CHECK_STR(commit(t, &c, "{}", 5, "warm"), "done");
	wrote(t, "1", "p2");
	c = claim(t);
	CHECK_STR(commit(t, &c, "{}", 8, "hot"), "hot");
	wrote(t, "1", "p3");
	c = claim(t);
	CHECK_STR(commit(t, &c, "{}", 9, "hot"), "done");
	wrote(t, "1", "p4");
	c = claim(t);
	CHECK_STR(commit(t, &c, "{}", 2, "cold"), "done");
	wrote(t, "1", "p5");
	c = claim(t);
	CHECK_STR(commit(t, &c, "{}", 9, "hot"), "done");
}

static void a_newer_message_keeps_the_job(void)
{
	struct tenant t = test_tenant();
	wrote(t, "1", "p1");
	struct claimed old = claim(t);
	receive(t, "%s", text_from("1", "p2"));
	CHECK_STR(commit(t, &old, "{\"name\": \"old\"}", 1, "cold"), "done");
	CHECK_INT(jobs(t), 1);
	struct claimed c = claim(t);
	CU_ASSERT_TRUE(c.up_to > old.up_to);
	CHECK_STR(c.facts, "{\"name\": \"old\"}");
	/* One that had lost its lease comes late: it must not put back what it knew. */
	CHECK_STR(commit(t, &c, "{\"name\": \"new\"}", 1, "cold"), "done");
	CHECK_STR(commit(t, &old, "{\"name\": \"old\"}", 1, "cold"), "gone");
	test_do("SELECT deskbell_lead_due(%lld, %lld, 9223372036854775807)", ORG(t), (long long)c.conversation);
	CHECK_STR(commit(t, &old, "{\"name\": \"old\"}", 9, "hot"), "stale");
	CHECK_STR(test_text("SELECT facts->>'name' FROM leads WHERE org_id = %lld", ORG(t)), "new");
	CHECK_INT(jobs(t), 0);
}

static void an_edit_by_hand_in_between_wins(void)
{
	struct tenant t = test_tenant();
	int64_t talk = wrote(t, "1", "p1");
	struct claimed c = claim(t);
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_lead_ensure_statement, NULL, DB_INT(t.org), DB_INT(talk)), ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_lead_override_statement, NULL, DB_INT(t.org), DB_INT(talk),
			  DB_CSTR("{\"name\":\"Anna\"}"), DB_INT(7), DB_CSTR("hot"), DB_CSTR("by hand")),
		ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_STR(commit(t, &c, "{\"name\": \"Ana\"}", 1, "cold"), "rerun");
	CHECK_STR(test_text("SELECT summary || ' ' || class FROM leads WHERE org_id = %lld", ORG(t)), "by hand hot");
	c = claim(t);
	CHECK_STR(c.manual, "{\"name\": \"Anna\"}");
	CHECK_STR(commit(t, &c, "{\"name\": \"Ana\", \"budget\": \"5 EUR\"}", 9, "hot"),
		"done"); /* who made it hot knows */
	CHECK_STR(test_text("SELECT deskbell_lead_facts(facts, manual)::text FROM leads WHERE org_id = %lld", ORG(t)),
		"{\"name\": \"Anna\", \"budget\": \"5 EUR\"}");
	CHECK_STR(test_text("SELECT deskbell_lead_facts('{\"date\": \"x\", \"date_iso\": \"y\", \"name\": \"n\"}', "
			    "'{\"date\": \"z\", \"name\": null}')::text"),
		"{\"date\": \"z\"}");
}

static void what_has_gone_is_no_error(void)
{
	struct tenant t = test_tenant();
	int64_t talk = wrote(t, "1", "p1");
	struct claimed c = claim(t);
	test_do("DELETE FROM leads WHERE org_id = %lld; DELETE FROM lead_jobs WHERE org_id = %lld", ORG(t), ORG(t));
	CHECK_STR(commit(t, &c, "{}", 9, "hot"), "gone");
	wrote(t, "1", "p2");
	c = claim(t);
	test_do("DELETE FROM conversations WHERE org_id = %lld AND id = %lld", ORG(t), (long long)talk);
	CHECK_STR(commit(t, &c, "{}", 9, "hot"), "gone");
	CHECK_INT(test_number("SELECT count(*) FROM leads WHERE org_id = %lld", ORG(t)), 0);
}

/* ---- two that turn out to be one ---- */

static void merge(struct tenant t)
{
	CHECK_INT(receive(t, "{@,'op':'message','id_kinds':['wa_id','bsuid'],'id_values':['1','US.2'],'provider_id':'"
			     "both','at'"
			     ":1790000000,"
			     "'direction':'inbound','sender':'contact','kind':'text','body':'x','text_like':true,'"
			     "wants_answer':true,"
			     "'opens_window':true,'takes_over':false}")
			  .err,
		ERR_OK);
	CHECK_INT(test_number("SELECT count(*) FROM conversations WHERE org_id = %lld", ORG(t)), 1);
}

static int64_t second_person(struct tenant t)
{
	receive(t, "{@,'op':'message','id_kinds':['bsuid'],'id_values':['US.2'],'provider_id':'second','at':1790000000,"
		   "'direction':'inbound','sender':'contact','kind':'text','body':'x','text_like':true,'wants_answer':"
		   "true,"
		   "'opens_window':true,'takes_over':false}");
	return test_number(
		"SELECT conversation_id FROM messages WHERE org_id = %lld AND provider_id = 'second'", ORG(t));
}

static void insert_lead(
	struct tenant t, int64_t talk, const char *facts, const char *manual, int score, const char *age)
{
	test_do("INSERT INTO leads (org_id, conversation_id, facts, manual, score, class, up_to, updated_at) VALUES "
		"(%lld, %lld, '%s', "
		"'%s', %d, CASE WHEN %d > 6 THEN 'hot' ELSE 'cold' END, 1, now() - interval '%s')",
		ORG(t), (long long)talk, facts, manual, score, score, age);
}

static void facts_of_both_are_kept_and_the_newer_win(void)
{
	for (int newer = 0; newer < 2; newer++) {
		struct tenant t = test_tenant();
		int64_t first = wrote(t, "1", "p1"), second = second_person(t);
		insert_lead(t, first, "{\"name\": \"A\", \"date\": \"d\", \"date_iso\": \"i\"}",
			"{\"budget\": \"1\", \"phone\": \"1\"}", 3, newer ? "1 hour" : "2 hours");
		insert_lead(t, second, "{\"name\": \"B\", \"email\": \"e\", \"date\": \"x\"}", "{\"budget\": \"2\"}", 8,
			newer ? "2 hours" : "1 hour");
		struct claimed lost = { .conversation = second, .up_to = 1 };
		merge(t);
		CHECK_INT(test_number("SELECT conversation_id FROM leads WHERE org_id = %lld", ORG(t)), first);
		CHECK_STR(test_text("SELECT concat_ws(' ', facts->>'name', facts->>'email', facts->>'date', "
				    "facts->>'date_iso', "
				    "manual->>'budget', manual->>'phone', score, class, manual_rev) FROM leads WHERE "
				    "org_id = %lld",
				  ORG(t)),
			newer ? "A e d i 1 1 8 hot 2" : "B e x 2 1 8 hot 2");
		CHECK_STR(commit(t, &lost, "{}", 1, "cold"), "gone");
		CHECK_INT(claim(t).conversation, first); /* the score is worked out again */
	}
}

static void a_lead_of_one_moves_to_the_other(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	int64_t first = conversation_of(t, "1"), second = second_person(t);
	insert_lead(t, second, "{\"name\": \"B\"}", "{}", 8, "1 hour");
	merge(t);
	CHECK_INT(test_number("SELECT conversation_id FROM leads WHERE org_id = %lld AND facts->>'name' = 'B'", ORG(t)),
		first);
	CHECK_INT(claim(t).conversation, first);
	struct tenant u = test_tenant();
	receive(u, "%s", text_from("1", "p1"));
	test_do("SELECT deskbell_lead_due(%lld, %lld, 9223372036854775807)", ORG(u), (long long)second_person(u));
	merge(u);
	CHECK_INT(claim(u).conversation, conversation_of(u, "1"));
}

/* ---- at once ---- */

enum { WORKERS = 4, TALKS = 40 };

struct worker {
	struct tenant tenant;
	struct db *db;
	struct pool *pool;
	char name[16];
	int done, other;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	struct sql_claim_leads_rows claimed;
	struct db_result *r;
	while (sql_claim_leads(w->db, w->pool, w->tenant.org, str_of(w->name), STR("{}"), 3, 60, &claimed) == ERR_OK
		&& claimed.n > 0)
		for (int i = 0; i < claimed.n; i++) {
			const struct sql_claim_leads_row row = sql_claim_leads_row(&claimed, i);
			enum err e = DB_QUERY(w->db, w->pool, &sql_commit_lead_statement, &r, DB_INT(w->tenant.org),
				DB_INT(row.conversation_id),
				DB_TEXT(pool_printf(w->pool,
					"{\"up_to\":%lld,\"manual_rev\":0,\"facts\":{},\"score\":8,\"class\":\"hot\","
					"\"summary\":\"s\",\"source\":\"rules\"}",
					(long long)row.up_to)));
			bool hot = e == ERR_OK && str_equal(db_str(r, 0, 0), STR("hot"));
			*(hot ? &w->done : &w->other) += 1;
		}
	return NULL;
}

static void many_workers_do_each_job_once(void)
{
	struct tenant t = test_tenant();
	struct worker workers[WORKERS];
	pthread_t threads[WORKERS];
	int done = 0, other = 0;
	for (int i = 0; i < TALKS; i++)
		wrote(t, pool_printf(test_pool, "%d", 100 + i).p, pool_printf(test_pool, "p%d", i).p);
	for (int i = 0; i < WORKERS; i++) {
		workers[i] = (struct worker){ .tenant = t, .db = db_new(&test_conf, "test-lead"), .pool = pool_new() };
		snprintf(workers[i].name, sizeof(workers[i].name), "w:%d", i);
		pthread_create(&threads[i], NULL, work, &workers[i]);
	}
	for (int i = 0; i < WORKERS; i++) {
		pthread_join(threads[i], NULL);
		done += workers[i].done;
		other += workers[i].other;
		db_free(workers[i].db);
		pool_free(workers[i].pool);
	}
	CHECK_INT(done, TALKS);
	CHECK_INT(other, 0);
	CHECK_INT(jobs(t), 0);
}

static void pages_go_on_where_they_ended(void)
{
	struct tenant t = test_tenant();
	for (int i = 0; i < 7; i++)
		insert_lead(t, wrote(t, pool_printf(test_pool, "%d", i).p, pool_printf(test_pool, "p%d", i).p), "{}",
			"{}", i % 3 + 5, "1 hour");
	struct db_result *r;
	struct db_value score = DB_NULL, at = DB_NULL, talk = DB_NULL;
	int64_t seen = 0, pages = 0, last_score = 10;
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	for (;; pages++) {
		CHECK_INT(DB_QUERY(test_db, test_pool, &sql_lead_list_statement, &r, DB_INT(t.org), DB_NULL, score, at,
				  talk, DB_INT(2), DB_NULL, DB_NULL),
			ERR_OK);
		int n = db_rows(r);
		if (n == 0 || pages > 10)
			break;
		for (int row = 0; row < n; row++) {
			CU_ASSERT_TRUE(db_int(r, row, 4) <= last_score);
			last_score = db_int(r, row, 4);
		}
		seen += n;
		score = DB_INT(db_int(r, n - 1, 4));
		at = DB_TEXT(db_str(r, n - 1, 10));
		talk = DB_INT(db_int(r, n - 1, 0));
	}
	CHECK_INT(seen, 7);
	CHECK_INT(pages, 4);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_lead_list_statement, &r, DB_INT(t.org), DB_CSTR("hot"), DB_NULL,
			  DB_NULL, DB_NULL, DB_INT(9), DB_NULL, DB_NULL),
		ERR_OK);
	CHECK_INT(db_rows(r), 2);
	CHECK_INT(db_commit(test_db), ERR_OK);
}

CU_TestInfo db_lead_tests[] = {
	{ "a claim tells what the rules need", a_claim_tells_what_the_rules_need },
	{ "a lease holds until it is lost", a_lease_holds_until_it_is_lost },
	{ "it becomes hot once", it_becomes_hot_once },
	{ "a newer message keeps the job", a_newer_message_keeps_the_job },
	{ "an edit by hand in between wins", an_edit_by_hand_in_between_wins },
	{ "what has gone is no error", what_has_gone_is_no_error },
	{ "facts of both are kept and the newer win", facts_of_both_are_kept_and_the_newer_win },
	{ "a lead of one moves to the other", a_lead_of_one_moves_to_the_other },
	{ "many workers do each job once", many_workers_do_each_job_once },
	{ "pages go on where they ended", pages_go_on_where_they_ended },
	CU_TEST_INFO_NULL,
};
