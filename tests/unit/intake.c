/*
 * intake.c - tests of group commit with a real database: many threads, the same and overlapping deliveries, and items
 * that the database does not take.
 */
#include "check.h"
#include "db.h"
#include "tap.h"

#include "domain/inbound/intake.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#define THREADS 16

/* A delivery of one thread: messages with numbers from `first` to `last` of customers by number modulo `people`. */
struct job {
	struct intake *intake;
	struct tenant tenant;
	int first, last, people, rounds;
	int64_t bad_channel; /* not 0: one item in the middle is for this channel, which does not exist */
	bool is_past;        /* imported from an earlier time */
	enum err err;
	int failed;
	pthread_t thread;
};

static struct inbound *add_text(struct inbound_list *list, struct pool *pool, struct tenant t, int number, int people)
{
	struct inbound *item = inbound_add(list, pool, INBOUND_MESSAGE);
	item->org_id = t.org;
	item->channel_id = t.channel;
	item->platform = "whatsapp";
	inbound_identify(item, "bsuid", pool_printf(pool, "US.%d", number % people));
	inbound_identify(item, "wa_id", pool_printf(pool, "49%d", number % people));
	item->phone = pool_printf(pool, "+49%d", number % people);
	item->name = pool_printf(pool, "name \"%d\"", number % people);
	item->provider_id = pool_printf(pool, "wamid.%d", number);
	item->at_s = time(NULL);
	item->kind = STR("text");
	item->body = pool_printf(pool, "message %d \xff", number);
	item->text_like = item->wants_answer = item->opens_window = true;
	return item;
}

static void *deliver(void *arg)
{
	struct job *job = arg;
	for (int round = 0; round < job->rounds; round++) {
		struct pool *pool = pool_new();
		struct inbound_list list;
		struct intake_result result;
		inbound_list_init(&list);
		for (int n = job->first; n <= job->last; n++) {
			struct inbound *item = add_text(&list, pool, job->tenant, n, job->people);
			item->is_quiet = job->is_past;
			if (job->bad_channel && n == job->first)
				item->channel_id = job->bad_channel;
		}
		job->err = intake_store(job->intake, &list, &result);
		job->failed += job->err != ERR_OK;
		pool_free(pool);
	}
	return NULL;
}

/* Runs the jobs at once, each in its thread, over two connections. */
static void run_jobs(struct job *jobs, int n)
{
	struct db_pool *pool = db_pool_new(&test_conf, "test-intake", 2);
	struct intake *intake = intake_new(&test_conf, pool, 2);
	for (int i = 0; i < n; i++) {
		jobs[i].intake = intake;
		pthread_create(&jobs[i].thread, NULL, deliver, &jobs[i]);
	}
	for (int i = 0; i < n; i++)
		pthread_join(jobs[i].thread, NULL);
	intake_free(intake);
	db_pool_free(pool);
}

static int64_t rows(const char *table, struct tenant t)
{
	return test_number("SELECT count(*) FROM %s WHERE org_id = %lld", table, (long long)t.org);
}

static void the_same_delivery_from_every_thread_is_stored_once(void)
{
	struct tenant t = test_tenant();
	struct job jobs[THREADS];
	for (int i = 0; i < THREADS; i++)
		jobs[i] = (struct job){ .tenant = t, .first = 0, .last = 9, .people = 3, .rounds = 20 };
	run_jobs(jobs, THREADS);
	for (int i = 0; i < THREADS; i++)
		CHECK_INT(jobs[i].failed, 0);
	CHECK_INT(rows("messages", t), 10);
	CHECK_INT(rows("contacts", t), 3);
	CHECK_INT(rows("conversations", t), 3);
	CHECK_INT(rows("contact_identities", t), 6);
	CHECK_INT(rows("answer_jobs", t), 3);
	CHECK_INT(rows("quarantine", t), 0);
	CHECK_INT(test_number("SELECT sum(unread) FROM conversations WHERE org_id = %lld", (long long)t.org), 10);
	CHECK_STR(test_text("SELECT body FROM messages WHERE org_id = %lld AND provider_id = 'wamid.3'",
			  (long long)t.org),
		"message 3 \xEF\xBF\xBD");
}

static void overlapping_deliveries_lose_and_double_nothing(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	struct job jobs[THREADS];
	for (int i = 0; i < THREADS; i++)
		jobs[i] = (struct job){
			.tenant = i % 4 ? t : other, .first = 5 * i, .last = 5 * i + 19, .people = 7, .rounds = 5
		};
	run_jobs(jobs, THREADS);
	for (int i = 0; i < THREADS; i++)
		CHECK_INT(jobs[i].failed, 0);
	CHECK_INT(rows("messages", t), 90);     /* 5 to 94 */
	CHECK_INT(rows("messages", other), 80); /* 0, 20, 40 and 60, 20 of each */
	CHECK_INT(rows("conversations", t), 7);
	CHECK_INT(rows("conversations", other), 7);
	CHECK_INT(test_number("SELECT sum(unread) FROM conversations WHERE org_id = %lld", (long long)t.org), 90);
	CHECK_INT(rows("quarantine", t), 0);
}

static void a_bad_item_harms_nobody(void)
{
	struct tenant t = test_tenant();
	struct job jobs[THREADS];
	for (int i = 0; i < THREADS; i++)
		jobs[i] = (struct job){ .tenant = t,
			.first = 10 * i,
			.last = 10 * i + 9,
			.people = 50,
			.rounds = 1,
			.bad_channel = i % 4 == 1 ? 999999999 : 0 };
	run_jobs(jobs, THREADS);
	for (int i = 0; i < THREADS; i++)
		CHECK_INT(jobs[i].failed,
			i % 4 == 1); /* a channel that is gone cannot even keep an item for replay: told, not hidden */
	CHECK_INT(rows("messages", t), 16 * 10 - 4);
	CHECK_INT(test_number("SELECT sum(unread) FROM conversations WHERE org_id = %lld", (long long)t.org),
		16 * 10 - 4);
}

/* A large delivery is stored in pieces; one that fails does not keep the others from being stored. */
static void pieces_stand_for_themselves(void)
{
	struct tenant t = test_tenant();
	struct job job = { .tenant = t, .first = 0, .last = 2499, .people = 10, .rounds = 1, .bad_channel = 999999999 };
	run_jobs(&job, 1);
	CHECK_INT(job.failed, 1);
	CHECK_INT(rows("messages", t), 2499);
	CHECK_INT(test_number("SELECT count(DISTINCT created_at) FROM messages WHERE org_id = %lld AND provider_id IN "
			      "('wamid.1000', 'wamid.1999', 'wamid.2000', 'wamid.2499')",
			  (long long)t.org),
		2);
	job = (struct job){ .tenant = t, .first = 3000, .last = 3999, .people = 10, .rounds = 1, .is_past = true };
	run_jobs(&job, 1);
	CHECK_INT(job.failed, 0);
	CHECK_INT(rows("messages", t), 3499);
	CHECK_INT(test_number("SELECT count(DISTINCT xmin::text) FROM messages WHERE org_id = %lld AND provider_id ~ "
			      "'wamid.3...'",
			  (long long)t.org),
		4);
}

/* One that the channel has, but the database refuses: kept for replay, and the delivery counts as stored. */
static void a_refused_item_goes_to_quarantine(void)
{
	struct tenant t = test_tenant();
	struct db_pool *pool = db_pool_new(&test_conf, "test-intake", 1);
	struct intake *intake = intake_new(&test_conf, pool, 1);
	for (int again = 0; again < 2; again++) {
		struct pool *memory = pool_new();
		struct inbound_list list;
		struct intake_result result;
		inbound_list_init(&list);
		add_text(&list, memory, t, 1, 10);
		add_text(&list, memory, t, 2, 10)->identities[0].kind = "no such kind";
		add_text(&list, memory, t, 3, 10)->metadata = STR("{\"n\": 1e999999}");
		add_text(&list, memory, t, 4, 10);
		for (struct inbound *item = list.first; item; item = item->next)
			item->at_s = 1790000000;
		CHECK_INT(intake_store(intake, &list, &result), ERR_OK);
		pool_free(memory);
	}
	CHECK_STR(
		test_text("SELECT string_agg(provider_id, ' ' ORDER BY provider_id) FROM messages WHERE org_id = %lld",
			(long long)t.org),
		"wamid.1 wamid.4");
	CHECK_INT(rows("quarantine", t), 2);
	CHECK_INT(test_number("SELECT count(*) FROM quarantine WHERE org_id = %lld AND payload LIKE '%%wamid.2%%'",
			  (long long)t.org),
		1);
	intake_free(intake);
	db_pool_free(pool);
}

static void nothing_is_stored_at_once_and_away_is_told(void)
{
	struct conf conf = test_conf;
	struct inbound_list list;
	struct intake_result result;
	conf.database_url = "host=/nonexistent";
	struct db_pool *pool = db_pool_new(&conf, "test-intake", 1);
	struct intake *intake = intake_new(&conf, pool, 1);
	inbound_list_init(&list);
	CHECK_INT(intake_store(intake, &list, &result), ERR_OK);
	add_text(&list, test_pool, (struct tenant){ 1, 1 }, 1, 1);
	CHECK_INT(intake_store(intake, &list, &result), ERR_DB_UNREACHABLE);
	intake_free(intake);
	db_pool_free(pool);
}

/* ---- a database that fails at a chosen moment ---- */

/* Each statement that stores messages runs `plpgsql`; `calls` counts them, also those that are rolled back. */
static void fail_when_storing(const char *table, const char *plpgsql)
{
	test_do("DROP SEQUENCE IF EXISTS test_calls; CREATE SEQUENCE test_calls; "
		"CREATE OR REPLACE FUNCTION test_fault() RETURNS trigger LANGUAGE plpgsql AS $$ "
		"DECLARE calls bigint := nextval('test_calls'); BEGIN %s RETURN NULL; END $$; "
		"CREATE TRIGGER test_fault AFTER INSERT ON %s REFERENCING NEW TABLE AS fresh "
		"FOR EACH STATEMENT EXECUTE FUNCTION test_fault()",
		plpgsql, table);
}

static int64_t stop_failing(const char *table)
{
	test_do("DROP TRIGGER test_fault ON %s", table);
	return test_number("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM test_calls");
}

/* Stores messages 1 to `n`; the last one is of a kind that the database refuses if `bad`. */
static enum err store_some(struct tenant t, int n, bool bad)
{
	struct db_pool *pool = db_pool_new(&test_conf, "test-intake", 1);
	struct intake *intake = intake_new(&test_conf, pool, 1);
	struct pool *memory = pool_new();
	struct inbound_list list;
	struct intake_result result;
	inbound_list_init(&list);
	for (int i = 1; i <= n; i++) {
		struct inbound *item = add_text(&list, memory, t, i, 10);
		item->at_s = 1790000000;
		if (bad && i == n)
			item->identities[0].kind = "no such kind";
	}
	enum err e = intake_store(intake, &list, &result);
	pool_free(memory);
	intake_free(intake);
	db_pool_free(pool);
	return e;
}

/* Deadlocks and serialization failures come and go: the delivery is stored all the same. */
static void a_lost_race_is_repeated(void)
{
	static const char *const states[] = { "40001", "40P01", "55P03" };
	for (size_t i = 0; i < COUNT(states); i++) {
		struct tenant t = test_tenant();
		fail_when_storing("messages",
			pool_printf(test_pool,
				"IF calls <= 3 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '%s'; END IF;", states[i])
				.p);
		CHECK_INT(store_some(t, 2, false), ERR_OK);
		CHECK_INT(stop_failing("messages"), 4);
		CHECK_INT(rows("messages", t), 2);
		CHECK_INT(rows("quarantine", t), 0);
	}
}

/* One that is lost for ever is reported, and the platform delivers it again. */
static void a_race_that_never_ends_is_told(void)
{
	struct tenant t = test_tenant();
	fail_when_storing("messages", "RAISE EXCEPTION 'lost' USING ERRCODE = '40001';");
	CHECK_INT(store_some(t, 2, false), ERR_DB_RACE);
	CHECK_THAT(stop_failing("messages") >= 8, "it was tried again");
	CHECK_INT(rows("messages", t), 0);
	CHECK_INT(rows("quarantine", t), 0);
	CHECK_INT(store_some(t, 2, false), ERR_OK);
	CHECK_INT(rows("messages", t), 2);
}

/* The connection goes between the statement and its answer, or before: stored once, on another connection. */
static void a_lost_connection_is_replaced_once(void)
{
	struct tenant t = test_tenant();
	fail_when_storing("messages", "IF calls = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;");
	CHECK_INT(store_some(t, 2, false), ERR_OK);
	CHECK_INT(stop_failing("messages"), 2);
	CHECK_INT(rows("messages", t), 2);
	t = test_tenant();
	fail_when_storing("messages", "PERFORM pg_terminate_backend(pg_backend_pid());");
	CHECK_INT(store_some(t, 2, false), ERR_DB_UNREACHABLE);
	CHECK_INT(stop_failing("messages"), 2);
	CHECK_INT(rows("messages", t), 0);
}

/* A delivery is taken apart because of one bad item; then the database itself fails at a good one. That one is not
 * stored, and 200 would lose it. */
static void a_failing_database_is_told_item_by_item(void)
{
	static const char *const states[] = { "XX000", "53100", "42883", "57014" };
	for (size_t i = 0; i < COUNT(states); i++) {
		struct tenant t = test_tenant();
		fail_when_storing(
			"messages", pool_printf(test_pool,
					    "IF (SELECT count(*) FROM fresh) = 1 AND EXISTS (SELECT 1 FROM fresh WHERE "
					    "provider_id = "
					    "'wamid.2') THEN RAISE EXCEPTION 'broken' USING ERRCODE = '%s'; END IF;",
					    states[i])
					    .p);
		enum err e = store_some(t, 3, true);
		CHECK_THAT(e == ERR_DB || e == ERR_DB_UNREACHABLE, "the delivery counts as not stored");
		stop_failing("messages");
		CHECK_INT(test_number("SELECT count(*) FROM messages WHERE org_id = %lld AND provider_id = 'wamid.2'",
				  (long long)t.org),
			0);
		CHECK_INT(store_some(t, 3, true), ERR_OK);
		CHECK_INT(rows("messages", t), 2);
		CHECK_INT(rows("quarantine", t), 1);
	}
}

/* What cannot be kept for replay, because the database fails there, is not stored either. */
static void a_quarantine_that_fails_is_told(void)
{
	struct tenant t = test_tenant();
	fail_when_storing("quarantine", "RAISE EXCEPTION 'full' USING ERRCODE = 'XX000';");
	CHECK_INT(store_some(t, 2, true), ERR_DB);
	stop_failing("quarantine");
	CHECK_INT(rows("quarantine", t), 0);
	CHECK_INT(store_some(t, 2, true), ERR_OK);
	CHECK_INT(rows("quarantine", t), 1);
}

/* A delivery may hold items of several organizations, and so does a group. */
static void organizations_share_a_commit(void)
{
	struct tenant a = test_tenant(), b = test_tenant();
	struct db_pool *pool = db_pool_new(&test_conf, "test-intake", 1);
	struct intake *intake = intake_new(&test_conf, pool, 1);
	struct pool *memory = pool_new();
	struct inbound_list list;
	struct intake_result result;
	inbound_list_init(&list);
	for (int i = 1; i <= 6; i++)
		add_text(&list, memory, i % 2 ? b : a, i, 10);
	CHECK_INT(intake_store(intake, &list, &result), ERR_OK);
	CHECK_INT(rows("messages", a), 3);
	CHECK_INT(rows("messages", b), 3);
	CHECK_INT(test_number("SELECT count(DISTINCT xmin::text) FROM messages WHERE org_id IN (%lld, %lld)",
			  (long long)a.org, (long long)b.org),
		1);
	pool_free(memory);
	intake_free(intake);
	db_pool_free(pool);
}

/* The database refuses whatever one organization stores: the others' deliveries of the same group are stored. */
static void a_bad_organization_harms_no_other(void)
{
	struct tenant bad = test_tenant();
	struct job jobs[THREADS];
	fail_when_storing("messages",
		pool_printf(test_pool,
			"IF EXISTS (SELECT 1 FROM fresh WHERE org_id = %lld) THEN RAISE EXCEPTION 'no' USING ERRCODE = "
			"'XX000'; END IF;",
			(long long)bad.org)
			.p);
	for (int i = 0; i < THREADS; i++)
		jobs[i] = (struct job){
			.tenant = i % 4 == 1 ? bad : test_tenant(), .first = 1, .last = 5, .people = 2, .rounds = 4
		};
	run_jobs(jobs, THREADS);
	stop_failing("messages");
	for (int i = 0; i < THREADS; i++) {
		CHECK_INT(jobs[i].failed, i % 4 == 1 ? 4 : 0);
		CHECK_INT(rows("messages", jobs[i].tenant), i % 4 == 1 ? 0 : 5);
	}
}

/* A delivery for each of its messages. */
static void *deliver_one_by_one(void *arg)
{
	struct job *all = arg;
	for (int n = all->first; n <= all->last; n++) {
		struct job one = *all;
		one.first = one.last = n;
		one.failed = 0;
		deliver(&one);
		all->failed += one.failed;
	}
	return NULL;
}

/* Its deliveries come as fast as they are stored, and take long; of another one there are few. With a share of all of
 * the time both connections store them at the same time; with less they never do. Nothing is lost, and nothing waits
 * for ever.
 */
static int64_t groups_at_the_same_time(struct tenant flood, int percent)
{
	struct conf conf = test_conf;
	struct job jobs[THREADS];
	struct db_pool *pool = db_pool_new(&test_conf, "test-intake", 2);
	conf.webhook_share_percent = percent;
	struct intake *intake = intake_new(&conf, pool, 2);
	test_do("DROP SEQUENCE IF EXISTS test_overlaps; CREATE SEQUENCE test_overlaps");
	fail_when_storing(
		"messages", pool_printf(test_pool,
				    "IF EXISTS (SELECT 1 FROM fresh WHERE org_id = %lld) THEN IF NOT "
				    "pg_try_advisory_xact_lock(4711) THEN PERFORM nextval('test_overlaps'); END IF; "
				    "PERFORM pg_sleep(0.2); END IF;",
				    (long long)flood.org)
				    .p);
	for (int i = 0; i < THREADS; i++) {
		struct tenant t = i ? flood : test_tenant();
		CU_ASSERT_TRUE(intake_enter(intake, t.org));
		jobs[i] = (struct job){
			.intake = intake, .tenant = t, .first = 10 * i, .last = 10 * i + 5, .people = 1000, .rounds = 1
		};
	}
	jobs[0].last = jobs[0].first;
	deliver(&jobs[0]); /* it is there, */
	for (int i = 1; i < 6; i++)
		deliver(&jobs[i]); /* and the other one has more */
	for (int i = 0; i < THREADS; i++)
		pthread_create(&jobs[i].thread, NULL, deliver_one_by_one, &jobs[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(jobs[i].thread, NULL);
		intake_leave(intake, jobs[i].tenant.org);
		CHECK_INT(jobs[i].failed, 0);
	}
	CHECK_INT(rows("messages", jobs[0].tenant), 1);
	CHECK_INT(rows("messages", flood), 6 * (THREADS - 1));
	stop_failing("messages");
	intake_free(intake);
	db_pool_free(pool);
	return test_number("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM test_overlaps");
}

static void one_that_floods_has_one_group_at_a_time(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	CHECK_INT(groups_at_the_same_time(t, 50), 0);
	CHECK_THAT(groups_at_the_same_time(other, 100) > 0, "without a limit it has two");
}

/* It waits for a connection as everybody does, and when there is one it is held back: nothing else wakes it. */
static void one_that_is_held_back_while_it_waits_is_stored(void)
{
	struct tenant flood = test_tenant(), other = test_tenant();
	struct db_pool *pool = db_pool_new(&test_conf, "test-intake", 1);
	struct intake *intake = intake_new(&test_conf, pool, 1);
	struct job jobs[2];
	CU_ASSERT_TRUE(intake_enter(intake, other.org));
	CU_ASSERT_TRUE(intake_enter(intake, flood.org));
	fail_when_storing("messages", "PERFORM pg_sleep(0.6);");
	for (int i = 0; i < 2; i++) {
		jobs[i] = (struct job){
			.intake = intake, .tenant = flood, .first = i, .last = i, .people = 10, .rounds = 1
		};
		pthread_create(&jobs[i].thread, NULL, deliver, &jobs[i]);
		usleep(200000);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(jobs[i].thread, NULL);
		CHECK_INT(jobs[i].failed, 0);
	}
	CHECK_INT(stop_failing("messages"), 2);
	CHECK_INT(rows("messages", flood), 2);
	intake_free(intake);
	db_pool_free(pool);
}

static void a_thousand_of_new_people_in_one_delivery(void)
{
	struct tenant t = test_tenant();
	struct job job = { .tenant = t, .first = 0, .last = 999, .people = 1000, .rounds = 1 };
	struct timespec began, ended;
	clock_gettime(CLOCK_MONOTONIC, &began);
	run_jobs(&job, 1);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	printf("# a thousand new people took %.0f ms\n",
		1e3 * (double)(ended.tv_sec - began.tv_sec) + 1e-6 * (double)(ended.tv_nsec - began.tv_nsec));
	CHECK_INT(job.failed, 0);
	CHECK_INT(rows("messages", t), 1000);
	CHECK_INT(rows("contacts", t), 1000);
}

static CU_TestInfo tests[] = {
	{ "the same delivery from 16 threads is stored once", the_same_delivery_from_every_thread_is_stored_once },
	{ "overlapping deliveries lose and double nothing", overlapping_deliveries_lose_and_double_nothing },
	{ "a bad item harms nobody", a_bad_item_harms_nobody },
	{ "pieces stand for themselves", pieces_stand_for_themselves },
	{ "a refused item goes to quarantine", a_refused_item_goes_to_quarantine },
	{ "nothing is stored at once, and a database that is unreachable is told",
		nothing_is_stored_at_once_and_away_is_told },
	{ "a lost race is repeated", a_lost_race_is_repeated },
	{ "a race that never ends is told", a_race_that_never_ends_is_told },
	{ "a lost connection is replaced, once", a_lost_connection_is_replaced_once },
	{ "a failing database is told, item by item", a_failing_database_is_told_item_by_item },
	{ "a quarantine that fails is told", a_quarantine_that_fails_is_told },
	{ "organizations share a commit", organizations_share_a_commit },
	{ "a bad organization harms no other", a_bad_organization_harms_no_other },
	{ "one that floods has one group at a time", one_that_floods_has_one_group_at_a_time },
	{ "one that is held back while it waits is stored", one_that_is_held_back_while_it_waits_is_stored },
	{ "a thousand new people in one delivery", a_thousand_of_new_people_in_one_delivery },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	CU_SuiteInfo suites[] = { { "intake", NULL, NULL, NULL, NULL, tests }, CU_SUITE_INFO_NULL };
	if (!test_db_start("test-intake"))
		return 0;
	int status = unit_main(suites);
	test_db_stop();
	return status;
}
