/*
 * db-rates.c - tests of what holds deliveries back (rates, pauses, windows) and of what people do with them (retry,
 * discard).
 */
#include "check.h"
#include "db-receive.h"

#include "db/statements.h"

#define ORG(t) ((long long)(t).org)

static struct str channel_state(struct tenant t)
{
	return test_text(
		"SELECT concat_ws(' ', status, pauses, paused_until > now(), status_reason->>'code') FROM channels "
		"WHERE org_id = %lld",
		ORG(t));
}

/* Settles with an error class: outcome retry, a delay, and a reason. */
static void settle_with(struct tenant t, int64_t message, int attempt, const char *class, int delay_ms)
{
	struct sql_settle_deliveries_rows rows;
	struct str list = pool_printf(test_pool,
		"[{\"org\":%lld,\"message\":%lld,\"attempt\":%d,\"outcome\":\"retry\",\"delay_ms\":%d,\"class\":\"%s\","
		"\"code\":\"1\",\"error\":{\"class\":\"%s\",\"reason\":{\"code\":\"broken\"}}}]",
		ORG(t), (long long)message, attempt, delay_ms, class, class);
	CHECK_INT(sql_settle_deliveries(test_db, test_pool, t.org, list, &rows), ERR_OK);
}

static void end_pause(struct tenant t)
{
	test_do("UPDATE channels SET paused_until = now() - interval '1 s', rate_full_at = '-infinity' WHERE org_id = "
		"%lld",
		ORG(t));
}

static void a_channel_sends_no_faster_than_its_rate(void)
{
	struct tenant t = test_tenant();
	test_do("UPDATE channels SET rate_per_s = 20 WHERE org_id = %lld", ORG(t));
	for (int i = 0; i < 12; i++)
		reply_queued(t, pool_printf(test_pool, "%d", i).p);
	CHECK_INT(claim_deliveries(t), 5); /* a quarter of a second of 20 */
	CU_ASSERT_TRUE(claim_deliveries(t) < 5);
	end_pause(t);
	CHECK_INT(claim_deliveries(t), 5);
}

static void a_customer_gets_ten_at_once_then_one_in_six_seconds(void)
{
	struct tenant t = test_tenant();
	int n = 0;
	for (int i = 0; i < 12; i++) {
		int64_t message = reply_queued(t, "1");
		end_pause(t);
		if (claim_deliveries(t) == 1) {
			settle(t, message, 1, "accepted", pool_printf(test_pool, "rate-%d", i).p);
			n++;
		}
	}
	CHECK_INT(n, 10);
	test_do("UPDATE conversations SET pair_full_at = pair_full_at - interval '6 s' WHERE org_id = %lld", ORG(t));
	end_pause(t);
	CHECK_INT(claim_deliveries(t), 1);
}

static void a_throttled_channel_rests_and_nobody_else(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	int64_t message = reply_queued(t, "1");
	reply_queued(t, "2");
	CHECK_INT(claim_deliveries(t), 2);
	settle_with(t, message, 1, "throttle", 60000);
	CHECK_STR(channel_state(t), "pending 0 t");
	reply_queued(t, "3");
	CHECK_INT(claim_deliveries(t), 0);
	reply_queued(other, "1");
	CHECK_INT(claim_deliveries(other), 1);
	end_pause(t);
	CHECK_INT(claim_deliveries(t), 2); /* the one that was refused is due again at once */
}

static int pause_s(struct tenant t)
{
	int64_t n = 0;
	str_to_i64(test_text("SELECT round(extract(epoch FROM paused_until - now())) FROM channels WHERE org_id = %lld",
			   ORG(t)),
		&n);
	return (int)n;
}

/* What was sent before the pause may be answered with a longer one, never with a shorter one. */
static void the_longest_pause_counts(void)
{
	struct tenant t = test_tenant();
	int64_t messages[4];
	for (int i = 0; i < 4; i++)
		messages[i] = reply_queued(t, pool_printf(test_pool, "%d", i).p);
	CHECK_INT(claim_deliveries(t), 4);
	settle_with(t, messages[0], 1, "throttle", 3000);
	CHECK_INT(pause_s(t), 3);
	settle_with(t, messages[1], 1, "throttle", 300000);
	CHECK_INT(pause_s(t), 300);
	settle_with(t, messages[2], 1, "throttle", 2000);
	CHECK_INT(pause_s(t), 300);
	settle_with(t, messages[3], 1, "channel-broken", 0); /* told although it rests already */
	CHECK_INT(pause_s(t), 300);
	CHECK_STR(channel_state(t), "error 1 t broken");
}

static void a_broken_channel_is_tried_with_one(void)
{
	struct tenant t = test_tenant();
	int64_t first = reply_queued(t, "1"), second = reply_queued(t, "2");
	CHECK_INT(claim_deliveries(t), 2);
	settle_with(t, first, 1, "channel-broken", 0);
	CHECK_STR(channel_state(t), "error 1 t broken");
	settle_with(t, second, 1, "channel-broken", 0); /* sent before the pause: it does not make it longer */
	CHECK_STR(channel_state(t), "error 1 t broken");
	CHECK_INT(claim_deliveries(t), 0);
	end_pause(t);
	CHECK_INT(claim_deliveries(t), 1);
	settle(t, first, 2, "accepted", "o1");
	CHECK_STR(channel_state(t), "pending 0 f");
	end_pause(t);
	CHECK_INT(claim_deliveries(t), 1);
	CHECK_STR(outbox_state(t, second), "sending");
}

/* Each pause that ends in another failure counts one more: after half a day there have been many. */
static void a_channel_may_be_broken_for_long(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_queued(t, "1");
	test_do("UPDATE channels SET pauses = 2000 WHERE org_id = %lld", ORG(t));
	CHECK_INT(claim_deliveries(t), 1);
	settle_with(t, message, 1, "channel-broken", 0);
	CHECK_STR(channel_state(t), "error 2001 t broken");
	CHECK_STR(outbox_state(t, message), "queued");
	CHECK_INT(test_number("SELECT (paused_until BETWEEN now() + interval '14 minutes' AND now() + interval '15 "
			      "minutes')::integer FROM channels WHERE org_id = %lld",
			  ORG(t)),
		1);
}

/* A sender that was off for a month. */
static void what_is_long_overdue_is_due_now(void)
{
	struct tenant t = test_tenant();
	struct sql_claim_answers_rows rows;
	receive(t, "%s", text_from("1", "overdue"));
	test_do("UPDATE answer_jobs SET due_at = now() - interval '40 days' WHERE org_id = %lld", ORG(t));
	CHECK_INT(sql_claim_answers(test_db, test_pool, t.org, STR("test:1"), STR("{}"), 1, 30, &rows), ERR_OK);
	CHECK_INT(rows.n, 1);
	test_do("DELETE FROM answer_jobs WHERE org_id = %lld", ORG(t));
}

static void what_waits_longer_than_its_window_is_failed(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_queued(t, "1"), other = reply_queued(t, "2");
	test_do("UPDATE conversations SET last_inbound_at = now() - interval '23 hours 56 minutes' WHERE id = %lld",
		(long long)conversation_of(t, "1"));
	expire_deliveries(t);
	CHECK_STR(test_text("SELECT concat_ws(' ', o.state, o.error_class, m.status, m.error->>'class') FROM outbox o "
			    "JOIN messages m ON m.id = o.message_id WHERE "
			    "m.id = %lld",
			  (long long)message),
		"failed window failed window");
	CHECK_STR(outbox_state(t, other), "queued");
}

/* What a person does within the tenant's own transaction; "(none)" when it is not possible. */
static struct str by_hand(struct tenant t, const struct db_statement *statement, int64_t message)
{
	struct db_result *r;
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, statement, &r, DB_INT(t.org), DB_INT(message)), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	return db_is_null(r, 0, 0) ? STR("(none)") : db_str(r, 0, 0);
}

/* Platforms tell some statuses twice. What is told again of the attempt that failed says nothing of the one that a
 * person has asked for since. */
static void an_old_failure_does_not_end_a_new_attempt(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_accepted(t, "1", "first");
	const char *tag = pool_printf(test_pool, "tag-%lld", (long long)message).p;
	CHECK_INT(receive(t, "%s", status_of("first", "failed", tag)).statuses, 1);
	CHECK_STR(by_hand(t, &sql_queue_retry_statement, message), "failed");
	CHECK_INT(receive(t, "%s", status_of("first", "failed", tag)).statuses, 0);
	CHECK_STR(outbox_state(t, message), "queued");
	end_pause(t);
	CHECK_INT(claim_deliveries(t), 1);
	receive(t, "%s", status_of("first", "failed", tag));
	CHECK_STR(outbox_state(t, message), "sending");
	struct str now = test_text("SELECT tag FROM outbox WHERE message_id = %lld", (long long)message);
	CHECK_INT(receive(t, "%s", status_of("second", "sent", pool_cstr(test_pool, now))).statuses, 1);
	CHECK_STR(message_status(t, message), "sent");
	/* And each time again. */
	CHECK_INT(receive(t, "%s", status_of("second", "failed", NULL)).statuses, 1);
	CHECK_STR(by_hand(t, &sql_queue_retry_statement, message), "failed");
	CHECK_INT(test_number("SELECT count(*) FROM outbox WHERE message_id = %lld AND tag NOT IN ('%s', '%s')",
			  (long long)message, tag, pool_cstr(test_pool, now)),
		1);
}

/* Nobody knows what became of it: whatever is told later is evidence still. */
static void what_is_sent_again_in_doubt_keeps_its_tag(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_queued(t, "1");
	claim_deliveries(t);
	settle(t, message, 1, "unknown", NULL);
	CHECK_STR(by_hand(t, &sql_queue_retry_statement, message), "unknown");
	CHECK_INT(receive(t, "%s",
			  status_of("late", "delivered", pool_printf(test_pool, "tag-%lld", (long long)message).p))
			  .statuses,
		1);
	CHECK_STR(outbox_state(t, message), "accepted");
}

/* Rows are locked in the order messages, outbox by everybody. Housekeeping goes past what somebody else has. */
static void housekeeping_waits_for_nobody(void)
{
	static const char *const overdue[] = { "state = 'unknown', resends = 1, lease_until = now() - interval '1 s'",
		"created_at = now() - interval '25 hours', next_attempt_at = now() + interval '1 hour'" };
	for (size_t i = 0; i < sizeof(overdue) / sizeof(overdue[0]); i++) {
		struct tenant t = test_tenant();
		struct db *other = db_new(&test_conf, "test-other");
		int64_t message = reply_queued(t, "1");
		test_do("UPDATE channels SET has_window = false WHERE org_id = %lld", ORG(t));
		test_do("UPDATE outbox SET %s WHERE org_id = %lld", overdue[i], ORG(t));
		CHECK_INT(db_begin_system(other), ERR_OK);
		CHECK_INT(db_run_script(other,
				  pool_printf(test_pool, "UPDATE messages SET status_at = now() WHERE id = %lld",
					  (long long)message)
					  .p,
				  NULL),
			ERR_OK);
		CHECK_INT(test_try(test_db,
				  pool_printf(test_pool,
					  "SET LOCAL lock_timeout = '500ms'; SELECT deskbell_expire_deliveries(%lld)",
					  ORG(t))
					  .p),
			ERR_OK);
		CU_ASSERT_FALSE(str_equal(outbox_state(t, message), STR("failed")));
		CHECK_INT(db_commit(other), ERR_OK);
		expire_deliveries(t);
		CHECK_STR(outbox_state(t, message), "failed");
		db_free(other);
	}
}

static void people_retry_and_discard(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	int64_t message = reply_queued(t, "1");
	claim_deliveries(t);
	CHECK_STR(by_hand(t, &sql_queue_retry_statement, message), "(none)"); /* on its way */
	CHECK_STR(by_hand(t, &sql_queue_discard_statement, message), "(none)");
	settle(t, message, 1, "failed", NULL);
	CHECK_STR(by_hand(other, &sql_queue_retry_statement, message), "(none)");
	CHECK_STR(by_hand(t, &sql_queue_retry_statement, message), "failed");
	CHECK_STR(message_status(t, message), "queued");
	end_pause(t);
	CHECK_INT(claim_deliveries(t), 1);
	settle(t, message, 2, "unknown", NULL);
	CHECK_STR(by_hand(t, &sql_queue_discard_statement, message), "unknown");
	CHECK_STR(outbox_state(t, message), "cancelled");
	CHECK_STR(message_status(t, message), "cancelled");
	CHECK_STR(by_hand(t, &sql_queue_retry_statement, message), "(none)");
	int64_t sent = reply_accepted(t, "2", "o2");
	CHECK_STR(by_hand(t, &sql_queue_retry_statement, sent), "(none)");
	CHECK_STR(by_hand(t, &sql_queue_discard_statement, sent), "(none)");
	CHECK_INT(claim_deliveries(t), 0);
}

/* The numbers are the channel's: one a second to a person, no window, nobody tells of an unknown outcome. */
static struct tenant tenant_of_bot(void)
{
	struct tenant t = test_tenant();
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_channel_set_limits_statement, NULL, DB_INT(t.org),
			  DB_INT(t.channel), DB_INT(30), DB_INT(1000), DB_INT(1), DB_INT(0), DB_BOOL(false)),
		ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	return t;
}

static void a_channel_has_limits_of_its_own(void)
{
	struct tenant t = tenant_of_bot();
	int64_t first = reply_queued(t, "1");
	CHECK_INT(claim_deliveries(t), 1);
	settle(t, first, 1, "accepted", "own-1");
	reply_queued(t, "1");
	end_pause(t);
	CHECK_INT(claim_deliveries(t), 0);
	test_do("UPDATE conversations SET pair_full_at = pair_full_at - interval '1 s' WHERE org_id = %lld", ORG(t));
	end_pause(t);
	CHECK_INT(claim_deliveries(t), 1);
}

static void nobody_waits_where_nobody_tells(void)
{
	struct tenant t = tenant_of_bot();
	int64_t message = reply_queued(t, "1");
	CHECK_INT(claim_deliveries(t), 1);
	settle(t, message, 1, "unknown", NULL);
	CHECK_STR(outbox_state(t, message), "unknown");
	expire_deliveries(t);
	CHECK_STR(outbox_state(t, message), "queued");
	CHECK_INT(test_number("SELECT resends FROM outbox WHERE message_id = %lld", (long long)message), 1);
	test_do("UPDATE conversations SET pair_full_at = now(), last_inbound_at = now() - interval '30 hours' WHERE "
		"org_id "
		"= %lld",
		ORG(t));
	expire_deliveries(t); /* no window that could close */
	CHECK_STR(outbox_state(t, message), "queued");
	test_do("UPDATE outbox SET created_at = now() - interval '25 hours', next_attempt_at = now() WHERE org_id = "
		"%lld",
		ORG(t));
	expire_deliveries(t); /* it is due right now: tried first */
	CHECK_STR(outbox_state(t, message), "queued");
	test_do("UPDATE outbox SET next_attempt_at = now() + interval '9 minutes' WHERE org_id = %lld", ORG(t));
	expire_deliveries(t);
	CHECK_STR(outbox_state(t, message), "failed");
}

static void refuse_as_too_fast(struct tenant t, int64_t message)
{
	struct sql_settle_deliveries_rows rows;
	struct str list = pool_printf(test_pool,
		"[{\"org\":%lld,\"message\":%lld,\"attempt\":1,\"outcome\":\"retry\",\"delay_ms\":30000,\"class\":"
		"\"pair-rate\","
		"\"may_be_overall\":true}]",
		ORG(t), (long long)message);
	CHECK_INT(sql_settle_deliveries(test_db, test_pool, t.org, list, &rows), ERR_OK);
}

static void too_fast_for_two_is_too_fast_for_all(void)
{
	struct tenant t = tenant_of_bot();
	int64_t first = reply_queued(t, "1"), second = reply_queued(t, "2");
	CHECK_INT(claim_deliveries(t), 2);
	refuse_as_too_fast(t, first);
	reply_queued(t, "3");
	end_pause(t);
	CHECK_INT(claim_deliveries(t), 1); /* only the first chat waits */
	refuse_as_too_fast(t, second);
	reply_queued(t, "4");
	test_do("UPDATE channels SET rate_full_at = '-infinity' WHERE org_id = %lld", ORG(t));
	CHECK_INT(claim_deliveries(t), 0);
	CHECK_STR(channel_state(t), "pending 0 t");
}

static void a_chat_that_moved_is_followed(void)
{
	struct sql_settle_deliveries_rows rows;
	struct tenant t = tenant_of_bot();
	int64_t message = reply_queued(t, "1");
	test_do("UPDATE contact_identities SET kind = 'telegram', value = '-7' WHERE org_id = %lld", ORG(t));
	test_do("UPDATE messages SET reply_to = '-7:1' WHERE id = %lld", (long long)message);
	CHECK_INT(claim_deliveries(t), 1);
	struct str list = pool_printf(test_pool,
		"[{\"org\":%lld,\"message\":%lld,\"attempt\":1,\"outcome\":\"retry\",\"delay_ms\":0,\"class\":"
		"\"retry\","
		"\"without_reply\":true,\"moved_kind\":\"telegram\",\"moved_from\":\"-7\",\"moved_to\":\"-1007\"}]",
		ORG(t), (long long)message);
	for (int i = 0; i < 2; i++)
		CHECK_INT(sql_settle_deliveries(test_db, test_pool, t.org, list, &rows), ERR_OK);
	CHECK_STR(outbox_state(t, message), "queued");
	CHECK_STR(test_text("SELECT value FROM contact_identities WHERE org_id = %lld", ORG(t)), "-1007");
	CHECK_INT(test_number("SELECT count(*) FROM messages WHERE id = %lld AND reply_to IS NULL", (long long)message),
		1);
}

/* Rows of these tables that the transaction has looked at so far. */
static int64_t rows_looked_at(void)
{
	static const struct db_statement looked = { .name = "rows_looked_at",
		.sql = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_user_tables" };
	struct db_result *r;
	enum err e = DB_QUERY(test_db, test_pool, &looked, &r, DB_NULL);
	CHECK_INT(e, ERR_OK);
	return e == ERR_OK ? db_int(r, 0, 0) : INT64_MAX;
}

/* An organisation that has had many customers while the server knew nothing of its tables, as on a first day or after a
 * restore: then it takes them for rows of 200 organisations. */
static struct tenant tenant_of_many(int n)
{
	static const struct {
		const char *table, *column;
	} unknown[] = { { "contacts", "org_id" }, { "conversations", "org_id" }, { "messages", "org_id" },
		{ "messages", "conversation_id" } };
	struct tenant t = test_tenant();
	test_do("DELETE FROM outbox; DELETE FROM answer_jobs; DELETE FROM lead_jobs");
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		test_do("ALTER TABLE %s SET (autovacuum_enabled = off); ALTER TABLE %s ALTER %s SET (n_distinct = "
			"200); "
			"ANALYZE %s",
			unknown[i].table, unknown[i].table, unknown[i].column, unknown[i].table);
	test_do("INSERT INTO contacts (org_id, name) SELECT %lld, 'c' FROM generate_series(1, %d)", ORG(t), n);
	test_do("INSERT INTO conversations (org_id, channel_id, contact_id, platform, last_inbound_at) SELECT org_id, "
		"%lld, "
		"id, 'whatsapp', now() FROM contacts WHERE org_id = %lld",
		(long long)t.channel, ORG(t));
	test_do("INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, "
		"status, provider_time) SELECT org_id, id, channel_id, 'inbound', 'contact', 'text', 'x', true, "
		"'received', "
		"now() FROM conversations WHERE org_id = %lld",
		ORG(t));
	return t;
}

/* A sender does one thing after the other: a claim must not look at each customer once more for each customer. */
static void a_claim_looks_at_little(void)
{
	enum { MANY = 600, JOBS = 32, MOST = JOBS * (MANY + 200) };
	struct tenant t = tenant_of_many(MANY);
	struct sql_claim_answers_rows answer_rows;
	struct sql_claim_leads_rows lead_rows;
	struct sql_claim_deliveries_rows delivery_rows;
	const char *jobs =
		"org_id, conversation_id, now(), now() FROM (SELECT org_id, conversation_id, id FROM messages "
		"WHERE org_id";
	test_do("INSERT INTO answer_jobs (messages, org_id, conversation_id, first_due_at, due_at) SELECT ARRAY[id], "
		"%s = "
		"%lld ORDER BY id LIMIT %d) m",
		jobs, ORG(t), JOBS);
	test_do("INSERT INTO lead_jobs (org_id, conversation_id, due_at) SELECT org_id, conversation_id, due_at FROM "
		"answer_jobs");
	test_do("WITH m AS (INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, body, "
		"status) SELECT org_id, id, channel_id, 'outbound', 'bot', 'text', 'y', 'queued' FROM conversations "
		"WHERE "
		"org_id = %lld ORDER BY id LIMIT %d RETURNING *) INSERT INTO outbox (org_id, message_id, channel_id, "
		"conversation_id, tag) SELECT org_id, id, channel_id, conversation_id, 'many-' || id FROM m",
		ORG(t), JOBS);
	test_do("UPDATE channels SET rate_per_s = 1000 WHERE org_id = %lld", ORG(t));
	CHECK_INT(db_begin_system(test_db), ERR_OK);
	int64_t before = rows_looked_at();
	CHECK_INT(
		sql_claim_answers(test_db, test_pool, t.org, STR("test:1"), STR("{}"), JOBS, 60, &answer_rows), ERR_OK);
	CHECK_INT(answer_rows.n, JOBS);
	int64_t answers = rows_looked_at();
	CHECK_INT(sql_claim_leads(test_db, test_pool, t.org, STR("test:1"), STR("{}"), JOBS, 60, &lead_rows), ERR_OK);
	CHECK_INT(lead_rows.n, JOBS);
	int64_t leads = rows_looked_at();
	CHECK_INT(sql_claim_deliveries(test_db, test_pool, t.org, STR("test:1"), JOBS, 60, &delivery_rows), ERR_OK);
	CHECK_INT(delivery_rows.n, JOBS);
	int64_t deliveries = rows_looked_at();
	expire_deliveries(t);
	int64_t expired = rows_looked_at();
	printf("# rows looked at: answers %lld, leads %lld, deliveries %lld, expiry %lld\n",
		(long long)(answers - before), (long long)(leads - answers), (long long)(deliveries - leads),
		(long long)(expired - deliveries));
	CU_ASSERT_TRUE(answers - before < MOST);
	CU_ASSERT_TRUE(leads - answers < MOST);
	CU_ASSERT_TRUE(deliveries - leads < MOST);
	CU_ASSERT_TRUE(expired - deliveries < MOST);
	CHECK_INT(db_commit(test_db), ERR_OK);
	test_do("DELETE FROM lead_jobs; DELETE FROM answer_jobs; DELETE FROM outbox");
}

CU_TestInfo db_rate_tests[] = {
	{ "a channel sends no faster than its rate", a_channel_sends_no_faster_than_its_rate },
	{ "a customer gets ten at once, then one in six seconds", a_customer_gets_ten_at_once_then_one_in_six_seconds },
	{ "a throttled channel rests, and nobody else", a_throttled_channel_rests_and_nobody_else },
	{ "the longest pause counts", the_longest_pause_counts },
	{ "a broken channel is tried with one", a_broken_channel_is_tried_with_one },
	{ "a channel may be broken for long", a_channel_may_be_broken_for_long },
	{ "what is long overdue is due now", what_is_long_overdue_is_due_now },
	{ "what waits longer than its window is failed", what_waits_longer_than_its_window_is_failed },
	{ "a channel has limits of its own", a_channel_has_limits_of_its_own },
	{ "nobody waits where nobody tells", nobody_waits_where_nobody_tells },
	{ "too fast for two is too fast for all", too_fast_for_two_is_too_fast_for_all },
	{ "a chat that moved is followed", a_chat_that_moved_is_followed },
	{ "people retry and discard", people_retry_and_discard },
	{ "an old failure does not end a new attempt", an_old_failure_does_not_end_a_new_attempt },
	{ "what is sent again in doubt keeps its tag", what_is_sent_again_in_doubt_keeps_its_tag },
	{ "housekeeping waits for nobody", housekeeping_waits_for_nobody },
	{ "a claim looks at little", a_claim_looks_at_little },
	CU_TEST_INFO_NULL,
};
