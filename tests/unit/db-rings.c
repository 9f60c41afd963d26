/*
 * db-rings.c - what calls the team, and what does not: conversations that begin to wait, channels that stop.
 */
#include "check.h"
#include "db-receive.h"
#include "db.h"

#define ORG(t) (long long)(t).org

/* How many calls of a kind there are; they are taken away. */
static int64_t rung(struct tenant t, const char *kind)
{
	return test_number("WITH gone AS (DELETE FROM rings WHERE org_id = %lld AND kind = '%s' RETURNING 1) SELECT "
			   "count(*) FROM gone",
		ORG(t), kind);
}

static void what_begins_to_wait_rings_once(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	long long id = conversation_of(t, "1"), org = ORG(t);
	test_do("INSERT INTO ring_choices (org_id, user_id) VALUES (%lld, 1); UPDATE conversations SET agent = "
		"'operator' "
		"WHERE org_id = %lld",
		org, org);
	receive(t, "%s", text_from("1", "p2"));
	CHECK_INT(rung(t, "waiting"), 1);
	receive(t, "%s", text_from("1", "p3"));
	CHECK_INT(rung(t, "waiting"), 0);
	test_do("SELECT deskbell_set_open(%lld, %lld, NULL, false)", org, id);
	CHECK_INT(rung(t, "waiting"), 0);
	test_do("SELECT deskbell_set_open(%lld, %lld, NULL, true)", org, id);
	CHECK_INT(rung(t, "waiting"), 1);
	test_do("SELECT deskbell_snooze(%lld, %lld, NULL, now() + interval '1 hour'); UPDATE conversations SET "
		"snoozed_until = now() WHERE org_id = %lld; SELECT deskbell_wake_snoozed(%lld)",
		org, id, org, org);
	CHECK_INT(rung(t, "waiting"), 1);
	test_do("UPDATE conversations SET waiting_since = NULL WHERE org_id = %lld", org);
	test_do("INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, status) SELECT "
		"org_id, "
		"id, channel_id, 'outbound', 'bot', 'text', 'failed' FROM conversations WHERE org_id = %lld; SELECT "
		"deskbell_ask_for_person(%lld, ARRAY(SELECT id FROM messages WHERE org_id = %lld))",
		org, org, org);
	CHECK_INT(rung(t, "waiting"), 1);
}

static void refuse_all(struct tenant t)
{
	test_do("SELECT deskbell_note_channels(%lld, (SELECT jsonb_agg(jsonb_build_object('message', message_id, "
		"'class', "
		"'channel-broken', 'error', '{\"reason\": {\"code\": \"x\"}}'::jsonb)) FROM outbox WHERE org_id = "
		"%lld))",
		ORG(t), ORG(t));
}

/* A channel that stops calls the team, whether an attempt or an event of the account says so. */
static void a_channel_that_stops_rings(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	long long org = ORG(t);
	test_do("INSERT INTO ring_choices (org_id, user_id) VALUES (%lld, 1); INSERT INTO messages (org_id, "
		"conversation_id, "
		"channel_id, direction, sender, kind, status) SELECT org_id, id, channel_id, 'outbound', 'bot', "
		"'text', "
		"'queued' FROM conversations WHERE org_id = %lld; INSERT INTO outbox (org_id, message_id, channel_id, "
		"conversation_id, tag) SELECT org_id, id, channel_id, conversation_id, 't' FROM messages WHERE org_id "
		"= %lld AND "
		"direction = 'outbound'",
		org, org, org);
	refuse_all(t);
	CHECK_INT(rung(t, "channel"), 1);
	refuse_all(t);
	CHECK_INT(rung(t, "channel"), 0);
	test_do("UPDATE channels SET status = 'verified' WHERE org_id = %lld; SELECT deskbell_receive_rare(%lld, "
		"ARRAY(SELECT jsonb_populate_record(NULL::receive_item, jsonb_build_object('op', 'field', 'channel', "
		"id, "
		"'kind', 'account_update', 'status', 'broken', 'reason', 'x')) FROM channels WHERE org_id = %lld))",
		org, org, org);
	CHECK_INT(rung(t, "channel"), 1);
}

CU_TestInfo db_ring_tests[] = {
	{ "what begins to wait rings once", what_begins_to_wait_rings_once },
	{ "a channel that stops rings", a_channel_that_stops_rings },
	CU_TEST_INFO_NULL,
};
