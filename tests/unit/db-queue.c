/*
 * db-queue.c - tests of the state machines in sql/functions: statuses, answer jobs, the outbox.
 */
#include "check.h"
#include "db-receive.h"

#include "db/statements.h"

#define ORG(t) ((long long)(t).org)

static const char *tag_of(int64_t message)
{
	return pool_printf(test_pool, "tag-%lld", (long long)message).p;
}

/* ---- statuses ---- */

/* Every sequence of up to four statuses ends where the rules say: the highest of sent < delivered < read; failed only
 * before delivered. */
static void every_order_ends_where_the_rules_say(void)
{
	static const char *const words[] = { "sent", "delivered", "read", "failed", "played" };
	static const int ranks[] = { 2, 4, 5, 3, 5 };
	static const char *const ends[] = { "", "accepted", "sent", "failed", "delivered", "read" };
	struct tenant t = test_tenant();
	for (int sequence = 0; sequence < 5 * 5 * 5; sequence++) {
		const int steps[] = { sequence / 25, sequence / 5 % 5, sequence % 5 };
		const char *pid = pool_printf(test_pool, "o%d", sequence).p;
		int64_t message = reply_accepted(t, pid, pid);
		int rank = 1;
		CHECK_STR(message_status(t, message), "accepted");
		for (int i = 0; i < 3; i++) {
			CHECK_INT(receive(t, "%s", status_of(pid, words[steps[i]], NULL)).err, ERR_OK);
			rank = ranks[steps[i]] > rank ? ranks[steps[i]] : rank;
		}
		CHECK_STR(message_status(t, message), ends[rank]);
		CHECK_STR(outbox_state(t, message), rank == 3 ? "failed" : "accepted");
		CHECK_INT(test_number("SELECT (error IS NOT NULL)::integer FROM messages WHERE id = %lld",
				  (long long)message),
			rank == 3);
	}
}

static void statuses_of_one_batch_end_at_the_highest(void)
{
	struct tenant t = test_tenant();
	int64_t a = reply_accepted(t, "1", "oa"), b = reply_accepted(t, "1", "ob");
	CHECK_INT(receive(t, "%s,%s,%s,%s", status_of("oa", "read", NULL), status_of("ob", "failed", NULL),
			  status_of("oa", "sent", NULL), status_of("ob", "delivered", NULL))
			  .statuses,
		2);
	CHECK_STR(message_status(t, a), "read");
	CHECK_STR(message_status(t, b), "delivered");
	CHECK_STR(outbox_state(t, b), "accepted");
}

static void a_failure_is_kept_with_its_reason(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_accepted(t, "1", "o1");
	receive(t, "%s", status_of("o1", "failed", NULL));
	CHECK_STR(test_text("SELECT concat_ws(' ', m.status, m.error->>'code', o.state, o.error_class, o.error_code, "
			    "o.error#>>'{reason,code}') FROM messages m JOIN outbox o ON o.message_id = m.id "
			    "WHERE m.id = %lld",
			  (long long)message),
		"failed 131026 failed recipient 131026 hot");
}

static void a_tag_is_enough_before_the_id_is_known(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_queued(t, "1");
	CHECK_INT(claim_deliveries(t), 1);
	CHECK_INT(receive(t, "%s", status_of("o1", "sent", tag_of(message))).statuses, 1);
	CHECK_STR(message_status(t, message), "sent");
	CHECK_STR(outbox_state(t, message), "accepted");
	settle(t, message, 1, "unknown", NULL); /* the sender's own answer comes late, and counts no more */
	CHECK_STR(outbox_state(t, message), "accepted");
	settle(t, message, 1, "accepted", "o1");
	CHECK_STR(message_status(t, message), "sent");
	CHECK_STR(test_text("SELECT provider_id FROM messages WHERE id = %lld", (long long)message), "o1");
}

static void what_comes_too_early_is_parked_and_matched(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_queued(t, "1");
	CHECK_INT(receive(t, "%s,%s", status_of("o1", "sent", NULL), status_of("o1", "delivered", NULL)).statuses, 0);
	receive(t, "%s", status_of("o1", "sent", NULL));
	CHECK_INT(test_number("SELECT count(*) FROM parked_statuses WHERE org_id = %lld", ORG(t)), 2);
	claim_deliveries(t);
	settle(t, message, 1, "accepted", "o1");
	CHECK_STR(message_status(t, message), "delivered");
	CHECK_INT(test_number("SELECT count(*) FROM parked_statuses WHERE org_id = %lld", ORG(t)), 0);
	receive(t, "%s", status_of("o2", "sent", "tag-of-nobody"));
	expire_deliveries(t);
	CHECK_INT(test_number("SELECT count(*) FROM parked_statuses WHERE org_id = %lld", ORG(t)), 1);
}

static void a_status_moves_its_own_tenant_only(void)
{
	struct tenant a = test_tenant(), b = test_tenant();
	int64_t message = reply_accepted(a, "1", "o1");
	CHECK_INT(receive(b, "%s", status_of("o1", "read", tag_of(message))).statuses, 0);
	CHECK_STR(message_status(a, message), "accepted");
	/* The id of a customer's message is no outgoing message. */
	receive(a, "%s", text_from("1", "i1"));
	CHECK_INT(receive(a, "%s", status_of("i1", "read", NULL)).statuses, 0);
	CHECK_STR(test_text("SELECT status FROM messages WHERE org_id = %lld AND provider_id = 'i1'", ORG(a)),
		"received");
}

/* Meta repeats statuses; one that says nothing new writes nothing: no row, no time, no count. */
static void a_repeated_status_writes_nothing(void)
{
	static const char *const words[] = { "sent", "failed", "delivered", "read", "played" };
	static const char row[] =
		"SELECT concat_ws(' ', m.xmin, m.ctid, m.status_at, o.xmin, o.ctid) FROM messages m JOIN outbox o "
		"ON o.org_id = m.org_id AND o.message_id = m.id WHERE m.org_id = %lld AND m.id = %lld";
	struct tenant t = test_tenant();
	int64_t message = reply_accepted(t, "1", "o1");
	for (size_t i = 0; i < COUNT(words); i++) {
		bool raises = strcmp(words[i], "played") != 0;
		CHECK_INT(receive(t, "%s", status_of("o1", words[i], NULL)).statuses, raises);
		struct str before = test_text(row, ORG(t), (long long)message);
		for (size_t earlier = 0; earlier <= i; earlier++)
			CHECK_INT(receive(t, "%s", status_of("o1", words[earlier], NULL)).statuses, 0);
		CHECK_INT(
			receive(t, "%s,%s", status_of("o1", words[0], NULL), status_of("o1", words[i], NULL)).statuses,
			0);
		CHECK_STR(test_text(row, ORG(t), (long long)message), pool_cstr(test_pool, before));
	}
}

CU_TestInfo db_status_tests[] = {
	{ "every order ends where the rules say", every_order_ends_where_the_rules_say },
	{ "statuses of one batch end at the highest", statuses_of_one_batch_end_at_the_highest },
	{ "a failure is kept with its reason", a_failure_is_kept_with_its_reason },
	{ "a tag is enough before the id is known", a_tag_is_enough_before_the_id_is_known },
	{ "what comes too early is parked and matched", what_comes_too_early_is_parked_and_matched },
	{ "a repeated status writes nothing", a_repeated_status_writes_nothing },
	{ "a status moves its own tenant only", a_status_moves_its_own_tenant_only },
	CU_TEST_INFO_NULL,
};

/* ---- answers ---- */

struct claimed {
	int64_t org, conversation, attempts, version;
	struct str messages, text;
};

/* Claims everything for the sender `who`, which is working on the conversations `busy`, and returns the tenant's job;
 * org 0 without one. */
static struct claimed claim_answer_as(struct tenant t, const char *who, const char *busy)
{
	struct sql_claim_answers_rows rows;
	struct claimed c = { 0 };
	CHECK_INT(sql_claim_answers(test_db, test_pool, t.org, str_of(who), str_of(busy), 1000, 60, &rows), ERR_OK);
	for (int i = 0; i < rows.n; i++) {
		const struct sql_claim_answers_row row = sql_claim_answers_row(&rows, i);
		c = (struct claimed){ t.org, row.conversation_id, row.attempts, row.version, row.messages,
			row.message_text };
	}
	return c;
}

static struct claimed claim_answer(struct tenant t)
{
	return claim_answer_as(t, "test:1", "{}");
}

static struct str commit_answer(const struct claimed *c, const char *outcome, const char *parts, bool hand_over)
{
	struct db_result *r;
	struct str decision = pool_printf(test_pool,
		"{\"version\":%lld,\"messages\":%.*s,\"outcome\":\"%s\",\"stage\":\"skill\",\"reason\":\"because\","
		"\"detail\":{},\"draft\":\"the draft\",\"parts\":%s,\"tags\":%s,\"hand_over\":%s%s}",
		(long long)c->version, (int)c->messages.n, c->messages.p, outcome, parts, parts,
		hand_over ? "true" : "false", hand_over ? ",\"attention\":\"wanted\"" : "");
	enum err e = DB_QUERY(test_db, test_pool, &sql_commit_answer_statement, &r, DB_INT(c->org),
		DB_INT(c->conversation), DB_TEXT(decision));
	CHECK_INT(e, ERR_OK);
	return e == ERR_OK ? db_str(r, 0, 0) : STR_NONE;
}

static void a_reply_is_queued_once(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s,%s", text_from("1", "p1"), text_from("1", "p2"));
	struct claimed c = claim_answer(t);
	CHECK_INT(c.org, t.org);
	CHECK_STR(c.text, "hello p1\nhello p2");
	CHECK_INT(claim_answer_as(t, "test:2", "{}").org, 0); /* under lease */
	CHECK_INT(claim_answer_as(t, "test:1", pool_printf(test_pool, "{%lld}", (long long)c.conversation).p).org, 0);
	CHECK_INT(claim_answer(t).org, t.org); /* what a sender lost with its connection it takes up again */
	CHECK_STR(commit_answer(&c, "replied", "[\"one\",\"two\"]", false), "done");
	CHECK_STR(test_text("SELECT string_agg(m.body || o.tag || o.state || m.status, ' ' ORDER BY m.id) FROM "
			    "messages m JOIN outbox o ON o.message_id = m.id WHERE "
			    "m.org_id = %lld",
			  ORG(t)),
		"oneonequeuedqueued twotwoqueuedqueued");
	CHECK_INT(test_number("SELECT count(*) FROM answer_jobs WHERE org_id = %lld", ORG(t)), 0);
	CHECK_STR(test_text("SELECT outcome || ' ' || coalesce(draft, '-') FROM decisions WHERE org_id = %lld", ORG(t)),
		"replied -");
	CHECK_STR(commit_answer(&c, "replied", "[\"one\"]", false), "gone");
	CHECK_INT(test_number("SELECT count(*) FROM outbox WHERE org_id = %lld", ORG(t)), 2);
}

static void a_message_that_came_meanwhile_makes_a_new_run(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	struct claimed c = claim_answer(t);
	for (int run = 0; run < 3; run++) {
		receive(t, "%s", text_from("1", pool_printf(test_pool, "q%d", run).p));
		CHECK_STR(commit_answer(&c, "replied", "[\"x\"]", false), "rerun");
		CHECK_INT(test_number("SELECT count(*) FROM outbox WHERE org_id = %lld", ORG(t)), 0);
		c = claim_answer(t);
		CHECK_INT(c.attempts, run + 2);
		CHECK_STR(c.text, pool_printf(test_pool, "hello p1%s%s%s", "\nhello q0", run > 0 ? "\nhello q1" : "",
					  run > 1 ? "\nhello q2" : "")
					  .p);
	}
	/* Not for ever: the fourth goes as it is, and what came since is due again. */
	receive(t, "%s", text_from("1", "q9"));
	CHECK_STR(commit_answer(&c, "replied", "[\"x\"]", false), "done");
	CHECK_INT(test_number("SELECT count(*) FROM outbox WHERE org_id = %lld", ORG(t)), 1);
	c = claim_answer(t);
	CHECK_STR(c.text, "hello q9");
	CHECK_STR(commit_answer(&c, "silent", "[]", false), "done");
}

static void somebody_who_takes_over_stops_the_reply(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	struct claimed c = claim_answer(t);
	test_do("UPDATE conversations SET agent = 'operator', version = version + 1 WHERE org_id = %lld", ORG(t));
	CHECK_STR(commit_answer(&c, "replied", "[\"x\"]", false), "superseded");
	CHECK_INT(test_number("SELECT count(*) FROM outbox WHERE org_id = %lld", ORG(t)), 0);
	CHECK_STR(test_text("SELECT outcome || ' ' || draft FROM decisions WHERE org_id = %lld", ORG(t)),
		"superseded the draft");
	CHECK_INT(test_number("SELECT count(*) FROM answer_jobs WHERE org_id = %lld", ORG(t)), 0);
}

/* A message of the person with these identities that wants no answer. */
static void unanswered_from(struct tenant t, const char *kinds, const char *values, const char *provider_id)
{
	CHECK_INT(receive(t,
			  "{@,'op':'message','id_kinds':[%s],'id_values':[%s],'provider_id':'%s','at':1790000000,"
			  "'direction':'inbound','sender':'contact','kind':'reaction','text_like':false,"
			  "'wants_answer':false,'opens_window':false,'takes_over':false}",
			  kinds, values, provider_id)
			  .inserted,
		1);
}

/* Two conversations become one while the answer of the one that stays is worked out: nobody took over, so it goes. */
static void a_merge_does_not_stop_the_reply(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	unanswered_from(t, "'bsuid'", "'US.1'", "p2");
	struct claimed c = claim_answer(t);
	unanswered_from(t, "'wa_id','bsuid'", "'1','US.1'", "p3");
	CHECK_INT(test_number("SELECT count(*) FROM conversations WHERE org_id = %lld", ORG(t)), 1);
	CHECK_STR(commit_answer(&c, "replied", "[\"x\"]", false), "done");
	CHECK_INT(test_number("SELECT count(*) FROM outbox WHERE org_id = %lld", ORG(t)), 1);
}

static void a_merge_with_one_that_a_person_has_stops_it(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	unanswered_from(t, "'bsuid'", "'US.1'", "p2");
	test_do("UPDATE conversations SET agent = 'operator', version = 9 WHERE org_id = %lld AND id <> %lld", ORG(t),
		(long long)conversation_of(t, "1"));
	struct claimed c = claim_answer(t);
	unanswered_from(t, "'wa_id','bsuid'", "'1','US.1'", "p3");
	CHECK_STR(commit_answer(&c, "replied", "[\"x\"]", false), "superseded");
	CHECK_INT(test_number("SELECT count(*) FROM outbox WHERE org_id = %lld", ORG(t)), 0);
}

static void a_draft_is_kept_and_a_hand_over_locks(void)
{
	struct tenant a = test_tenant(), b = test_tenant();
	receive(a, "%s", text_from("1", "p1"));
	receive(b, "%s", text_from("1", "p1"));
	struct claimed c = claim_answer(a);
	CHECK_STR(commit_answer(&c, "draft", "[]", true), "done");
	CHECK_STR(test_text("SELECT d.outcome || ' ' || d.draft || ' ' || v.agent FROM decisions d JOIN conversations "
			    "v ON v.id = d.conversation_id WHERE d.org_id = "
			    "%lld",
			  ORG(a)),
		"draft the draft bot");
	test_do("UPDATE answer_jobs SET lease_until = now() - interval '1 second' WHERE org_id = %lld",
		ORG(b)); /* the claim above took it along; its holder died */
	c = claim_answer(b);
	CHECK_STR(commit_answer(&c, "replied", "[\"x\"]", true), "done");
	CHECK_STR(
		test_text(
			"SELECT concat_ws(' ', agent, version, needs_attention) FROM conversations WHERE org_id = %lld",
			ORG(b)),
		"operator 2 t");
}

static void a_postponed_job_comes_later(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	struct claimed c = claim_answer(t);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_postpone_answer_statement, NULL, DB_INT(c.org),
			  DB_INT(c.conversation), DB_INT(30)),
		ERR_OK);
	CHECK_INT(claim_answer(t).org, 0);
	test_do("UPDATE answer_jobs SET due_at = now() WHERE org_id = %lld", ORG(t));
	CHECK_INT(claim_answer(t).org, t.org);
	test_do("DELETE FROM conversations WHERE org_id = %lld", ORG(t));
	CHECK_STR(commit_answer(&c, "replied", "[\"x\"]", false), "gone");
}

CU_TestInfo db_answer_tests[] = {
	{ "a reply is queued once", a_reply_is_queued_once },
	{ "a message that came meanwhile makes a new run", a_message_that_came_meanwhile_makes_a_new_run },
	{ "somebody who takes over stops the reply", somebody_who_takes_over_stops_the_reply },
	{ "a merge does not stop the reply", a_merge_does_not_stop_the_reply },
	{ "a merge with one that a person has stops it", a_merge_with_one_that_a_person_has_stops_it },
	{ "a draft is kept and a hand-over locks", a_draft_is_kept_and_a_hand_over_locks },
	{ "a postponed job comes later", a_postponed_job_comes_later },
	CU_TEST_INFO_NULL,
};

/* ---- outbox ---- */

static void one_at_a_time_and_in_order(void)
{
	struct tenant t = test_tenant();
	int64_t first = reply_queued(t, "1"), second = reply_queued(t, "1"), other = reply_queued(t, "2");
	CHECK_INT(claim_deliveries(t), 2);
	CHECK_STR(outbox_state(t, first), "sending");
	CHECK_STR(outbox_state(t, second), "queued");
	CHECK_STR(outbox_state(t, other), "sending");
	CHECK_INT(claim_deliveries(t), 0);
	settle(t, first, 1, "unknown", NULL);
	CHECK_INT(claim_deliveries(t), 0); /* nothing overtakes one whose fate is not known */
	settle(t, first, 1, "accepted", "o1");
	CHECK_STR(outbox_state(t, first), "accepted");
	CHECK_INT(claim_deliveries(t), 1);
	settle(t, second, 1, "failed", NULL);
	CHECK_STR(message_status(t, second), "failed");
}

static void an_outcome_of_another_attempt_is_ignored(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_queued(t, "1");
	claim_deliveries(t);
	settle(t, message, 1, "retry", NULL);
	CHECK_STR(outbox_state(t, message), "queued");
	CHECK_INT(claim_deliveries(t), 1);
	settle(t, message, 1, "failed", NULL);
	settle(t, message, 1, "retry", NULL);
	settle(t, message, 1, "unknown", NULL);
	CHECK_STR(outbox_state(t, message), "sending");
	CHECK_STR(message_status(t, message), "queued");
	settle(t, message, 1, "accepted", "o1"); /* but a proof is a proof */
	CHECK_STR(outbox_state(t, message), "accepted");
	settle(t, message, 2, "failed", NULL);
	CHECK_STR(message_status(t, message), "accepted");
}

/* A platform that gives one id twice must not keep all other outcomes from being stored. */
static void an_id_that_is_taken_does_not_block(void)
{
	struct tenant t = test_tenant();
	int64_t first = reply_accepted(t, "1", "same"), second = reply_accepted(t, "1", "same");
	CHECK_STR(outbox_state(t, first), "accepted");
	CHECK_STR(outbox_state(t, second), "accepted");
	CHECK_STR(message_status(t, second), "accepted");
	CHECK_INT(test_number("SELECT count(*) FROM messages WHERE org_id = %lld AND provider_id = 'same'", ORG(t)), 1);
}

static void expire(struct tenant t, int64_t message)
{
	test_do("UPDATE outbox SET lease_until = now() - interval '1 second' WHERE org_id = %lld AND message_id = %lld",
		ORG(t), (long long)message);
	expire_deliveries(t);
}

static void an_unknown_one_goes_again_once(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_queued(t, "1");
	claim_deliveries(t);
	expire(t, message);
	CHECK_STR(outbox_state(t, message), "unknown");
	CHECK_INT(test_number("SELECT (lease_until > now() + interval '80 seconds')::integer FROM outbox WHERE "
			      "message_id = %lld",
			  (long long)message),
		1);
	expire(t, message);
	CHECK_STR(outbox_state(t, message), "queued");
	CHECK_INT(test_number("SELECT resends FROM outbox WHERE message_id = %lld", (long long)message), 1);
	CHECK_INT(claim_deliveries(t), 1);
	expire(t, message);
	CHECK_STR(outbox_state(t, message), "unknown");
	expire(t, message);
	CHECK_STR(outbox_state(t, message), "failed");
	CHECK_STR(message_status(t, message), "failed");
	CHECK_INT(claim_deliveries(t), 0);
	receive(t, "%s", status_of("o1", "delivered", tag_of(message))); /* it had arrived after all */
	CHECK_STR(outbox_state(t, message), "accepted");
	CHECK_STR(message_status(t, message), "delivered");
}

static void proof_in_time_prevents_the_second(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_queued(t, "1");
	claim_deliveries(t);
	settle(t, message, 1, "unknown", NULL);
	receive(t, "%s", status_of("o1", "sent", tag_of(message)));
	expire(t, message);
	CHECK_STR(outbox_state(t, message), "accepted");
	CHECK_INT(claim_deliveries(t), 0);
}

/* Milliseconds until work of this kind is due; 86400000 when none is, or not within two seconds. */
static int64_t due_in_ms(struct tenant t, const char *work)
{
	struct sql_find_work_rows rows;
	CHECK_INT(sql_find_work(test_db, test_pool, STR_NONE, 0, STR_NONE, 1000, &rows), ERR_OK);
	for (int i = 0; i < rows.n; i++) {
		const struct sql_find_work_row row = sql_find_work_row(&rows, i);
		if (row.org == t.org && str_equal(row.work, str_of(work)))
			return row.due_ms;
	}
	return 86400000;
}

/* How many of the organizations from `first` on are found, page by page, while `meanwhile` is done behind each page. */
static int found_in_pages(int64_t first, int page, const char *meanwhile)
{
	struct sql_find_work_rows rows = { .n = page };
	struct sql_find_work_row row = { .org = 0 };
	struct str until = STR_NONE;
	int found = 0;
	while (rows.n >= page) {
		CHECK_INT(sql_find_work(test_db, test_pool, row.due_at, row.org, until, page, &rows), ERR_OK);
		for (int i = 0; i < rows.n; i++) {
			row = sql_find_work_row(&rows, i);
			until = until.p ? until : row.found_at;
			found += row.org >= first;
		}
		test_do("%s", meanwhile);
	}
	return found;
}

/* What stays due at the head, or is made due again meanwhile, hides nobody. */
static void everybody_is_found(void)
{
	struct tenant t = test_tenant();
	test_do("UPDATE due_work SET due_at = 'infinity'");
	for (int i = 0; i < 7; i++)
		test_do("INSERT INTO due_work (org_id, kind, due_at) SELECT %lld, k, now() - interval '1 minute' FROM "
			"unnest(ARRAY['answer', 'lead']) k "
			"ON CONFLICT (org_id, kind) DO UPDATE SET due_at = excluded.due_at",
			(long long)(i == 0 ? t.org : test_tenant().org));
	CHECK_INT(found_in_pages(t.org, 1000, "SELECT 1"), 14);
	CHECK_INT(found_in_pages(t.org, 3, "SELECT 1"), 14);
	/* The first page holds both kinds of the first; its answers come again with all the others', behind leads. */
	CHECK_INT(found_in_pages(t.org, 1,
			  "UPDATE due_work SET due_at = now() WHERE kind = 'answer' AND due_at < now() - interval '30 "
			  "seconds'"),
		2 + 6 + 7);
}

/* A sender has claimed what there was: when it is due again. */
static int64_t rest(struct tenant t, const char *work)
{
	struct sql_rest_rows rows;
	CHECK_INT(sql_rest(test_db, test_pool, t.org, str_of(work), 100, &rows), ERR_OK);
	return sql_rest_row(&rows, 0).due_ms;
}

/* A sender sleeps by this: what is held back by another message, a rate or a pause must not keep it awake. */
static void a_sender_sleeps_until_the_next_time(void)
{
	struct tenant t = test_tenant();
	CHECK_INT(due_in_ms(t, "answer"), 86400000);
	int64_t first = reply_queued(t, "1");
	CU_ASSERT_TRUE(due_in_ms(t, "answer") <= 0);
	CU_ASSERT_TRUE(due_in_ms(t, "delivery") <= 0);
	CHECK_INT(rest(t, "answer"), 100); /* which the last claim did not get */
	test_do("DELETE FROM answer_jobs WHERE org_id = %lld", ORG(t));
	CHECK_INT(rest(t, "answer"), 86400000);
	CHECK_INT(claim_deliveries(t), 1);
	CHECK_INT(rest(t, "delivery"), 86400000);
	CU_ASSERT_TRUE(due_in_ms(t, "sweep") > 1000 || due_in_ms(t, "sweep") == 86400000); /* the lease */
	reply_queued(t, "1");
	CHECK_INT(rest(t, "delivery"), 100); /* the second waits for the first */
	settle(t, first, 1, "unknown", NULL);
	settle(t, first, 1, "accepted", "o1");
	CU_ASSERT_TRUE(due_in_ms(t, "delivery") <= 0);
	test_do("UPDATE outbox SET next_attempt_at = now() + interval '500 ms' WHERE org_id = %lld AND state = "
		"'queued'",
		ORG(t));
	int64_t ms = rest(t, "delivery");
	CU_ASSERT_TRUE(ms > 100 && ms <= 500);
	test_do("UPDATE channels SET paused_until = now() + interval '1 hour' WHERE org_id = %lld", ORG(t));
	CHECK_INT(rest(t, "delivery"), 5000); /* the channel rests for longer */
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_INT(sql_channel_save_health(test_db, test_pool, t.org, t.channel, STR("{}"), true), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	CU_ASSERT_TRUE(due_in_ms(t, "delivery") <= 0); /* a check that found it good ends the pause */
}

/* Work that is being stored at this moment is not slept through, and waits for no sender. */
static void work_that_is_not_committed_yet_is_found(void)
{
	struct tenant t = test_tenant();
	struct db *storing = db_new(&test_conf, "test-other");
	reply_queued(t, "1");
	CHECK_INT(claim_deliveries(t), 1);
	CHECK_INT(db_begin_tenant(storing, t.org), ERR_OK);
	const char *adds = pool_printf(test_pool, "SELECT deskbell_due(%lld, 'delivery', now())", ORG(t)).p;
	CHECK_INT(db_run_script(storing, adds, NULL), ERR_OK);
	CHECK_INT(rest(t, "delivery"), 100);
	CHECK_INT(db_commit(storing), ERR_OK);
	CU_ASSERT_TRUE(due_in_ms(t, "delivery") <= 0);
	CHECK_INT(rest(t, "delivery"), 86400000);
	db_free(storing);
}

static void a_heartbeat_is_seen_and_ends(void)
{
	struct tenant t = test_tenant();
	CU_ASSERT_FALSE(receive(t, "%s", text_from("1", "p1")).sender_alive);
	for (int stopping = 0; stopping < 2; stopping++) {
		CHECK_INT(DB_QUERY(test_db, test_pool, &sql_heartbeat_statement, NULL, DB_CSTR("main"), DB_CSTR("host"),
				  DB_INT(1), DB_CSTR("once"), DB_CSTR("v"), DB_BOOL(stopping), DB_INT(1)),
			ERR_OK);
		CHECK_INT(receive(t, "%s", text_from("1", "p1")).sender_alive, !stopping);
	}
}

/* Also what stands alone in its organization. */
static void a_replaced_number_sends_nothing(void)
{
	struct tenant t = test_tenant();
	int64_t message = reply_queued(t, "1");
	test_do("DELETE FROM messages WHERE org_id = %lld AND id <> %lld", ORG(t), (long long)message);
	test_do("SELECT deskbell_cut_off(%lld, %lld)", ORG(t), (long long)t.channel);
	CHECK_STR(outbox_state(t, message), "failed");
	CHECK_STR(message_status(t, message), "failed");
}

CU_TestInfo db_outbox_tests[] = {
	{ "one at a time, and in order", one_at_a_time_and_in_order },
	{ "an outcome of another attempt is ignored", an_outcome_of_another_attempt_is_ignored },
	{ "an id that is taken does not block", an_id_that_is_taken_does_not_block },
	{ "an unknown one goes again once", an_unknown_one_goes_again_once },
	{ "proof in time prevents the second", proof_in_time_prevents_the_second },
	{ "a replaced number sends nothing", a_replaced_number_sends_nothing },
	{ "everybody is found", everybody_is_found },
	{ "a sender sleeps until the next time", a_sender_sleeps_until_the_next_time },
	{ "work that is not committed yet is found", work_that_is_not_committed_yet_is_found },
	{ "a heartbeat is seen and ends", a_heartbeat_is_seen_and_ends },
	CU_TEST_INFO_NULL,
};
