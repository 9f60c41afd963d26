/*
 * db-person.c - tests of who wrote: contacts, their identities and conversations; and of storing messages once.
 */
#include "check.h"
#include "db-receive.h"

#include "db/statements.h"

#define ORG(t) ((long long)(t).org)

static int64_t rows(const char *table, struct tenant t)
{
	return test_number("SELECT count(*) FROM %s WHERE org_id = %lld", table, ORG(t));
}

/* A message of a person with these identities, as JSON arrays in single quotes. */
static struct received from(
	struct tenant t, const char *kinds, const char *values, const char *provider_id, const char *more)
{
	return receive(t,
		"{@,'op':'message','id_kinds':[%s],'id_values':[%s],'provider_id':'%s','at':1790000000,'direction':'"
		"inbound','"
		"sender':'contact','kind':'text',"
		"'body':'x','text_like':true,'wants_answer':true,'opens_window':true,'takes_over':false%s}",
		kinds, values, provider_id, more);
}

static void somebody_new(void)
{
	struct tenant t = test_tenant();
	CHECK_INT(receive(t, "%s", text_from("905551", "p1")).inserted, 1);
	CHECK_INT(rows("contacts", t), 1);
	CHECK_INT(rows("contact_identities", t), 1);
	CHECK_INT(rows("answer_jobs", t), 1);
	CHECK_STR(test_text("SELECT name FROM contacts WHERE org_id = %lld", ORG(t)), "N905551");
	CHECK_STR(test_text("SELECT concat_ws(' ', platform, contact_phone, agent, unread, is_open, version, now() - "
			    "last_inbound_at < interval '1 minute') "
			    "FROM conversations WHERE org_id = %lld",
			  ORG(t)),
		"whatsapp +905551 bot 1 t 1 t");
	CHECK_STR(test_text("SELECT concat_ws(' ', direction, sender, kind, body, status, provider_id, text_like) FROM "
			    "messages WHERE org_id = %lld",
			  ORG(t)),
		"inbound contact text hello p1 received p1 t");
}

static void a_time_in_the_future_does_not_hold_the_window_open(void)
{
	struct tenant t = test_tenant();
	CHECK_INT(from(t, "'wa_id'", "'1'", "p1", ",'at':4000000000").inserted, 1);
	CHECK_INT(test_number(
			  "SELECT (last_inbound_at <= now())::integer FROM conversations WHERE org_id = %lld", ORG(t)),
		1);
}

static void a_second_identity_joins_the_first(void)
{
	struct tenant t = test_tenant();
	from(t, "'wa_id'", "'1'", "p1", "");
	from(t, "'bsuid','wa_id'", "'US.1','1'", "p2", "");
	from(t, "'bsuid'", "'US.1'", "p3", "");
	CHECK_INT(rows("contacts", t), 1);
	CHECK_INT(rows("conversations", t), 1);
	CHECK_INT(rows("contact_identities", t), 2);
	CHECK_INT(rows("messages", t), 3);
}

/* The third counts as the first two do: when it is known already, as another's, both are one. */
static void a_third_identity_of_another_merges(void)
{
	struct tenant t = test_tenant();
	from(t, "'bsuid','wa_id'", "'US.1','1'", "p1", "");
	from(t, "'parent_bsuid'", "'US.ENT.1'", "p2", "");
	CHECK_INT(rows("contacts", t), 2);
	from(t, "'bsuid','wa_id','parent_bsuid'", "'US.1','1','US.ENT.1'", "p3", "");
	CHECK_INT(rows("contacts", t), 1);
	CHECK_INT(rows("conversations", t), 1);
	from(t, "'bsuid','wa_id','parent_bsuid'", "'US.1','1','US.ENT.1'", "p4", "");
	CHECK_INT(rows("messages", t), 4);
	CHECK_INT(test_number("SELECT unread FROM conversations WHERE org_id = %lld", ORG(t)), 4);
}

/* What one call brings of one conversation counts together, and in the order of the delivery. */
static void several_of_one_conversation_move_it_once(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "a1"));
	receive(t, "%s", text_from("2", "b1"));
	int64_t one = conversation_of(t, "1"), two = conversation_of(t, "2");
	test_do("DELETE FROM search_queue WHERE org_id = %lld", ORG(t));
	struct received r = receive(t,
		"{@,'op':'status','provider_id':'none','status':'sent','at':1790000000},%s,%s,"
		"{@,'op':'message','id_kinds':['wa_id'],'id_values':['1'],'phone':'+99','provider_id':'a2','at':"
		"1790000001,"
		"'direction':'inbound','sender':'contact','kind':'image','text_like':false,'opens_window':true,'"
		"attention':'pictures'},"
		"{@,'op':'message','id_kinds':['wa_id'],'id_values':['1'],'provider_id':'a0','at':1790000002,"
		"'direction':'inbound','sender':'contact','kind':'text','body':'x','text_like':true,'wants_answer':"
		"true,"
		"'opens_window':true}",
		text_from("2", "b2"), text_from("1", "a1"));
	CHECK_INT(r.inserted, 3);
	CHECK_STR(test_text("SELECT string_agg(unread::text || coalesce(contact_phone, '') || "
			    "coalesce(attention_reason, ''), "
			    "' ' ORDER BY id) FROM conversations WHERE org_id = %lld",
			  ORG(t)),
		"3+99pictures 2+2");
	CHECK_STR(test_text("SELECT string_agg(m.provider_id, ' ' ORDER BY m.id) FROM messages m JOIN answer_jobs j ON "
			    "j.org_id = "
			    "m.org_id AND m.id = ANY (j.messages) WHERE m.org_id = %lld AND j.conversation_id = %lld",
			  ORG(t), (long long)one),
		"a1 a0");
	CHECK_INT(test_number("SELECT (waiting_since IS NOT NULL)::integer FROM conversations WHERE id = %lld",
			  (long long)one),
		1);
	CHECK_INT(test_number(
			  "SELECT (waiting_since IS NULL)::integer FROM conversations WHERE id = %lld", (long long)two),
		1);
	CHECK_STR(test_text("SELECT string_agg(kind, ' ' ORDER BY kind) FROM search_queue WHERE org_id = %lld", ORG(t)),
		"contact message message");
}

/* What is not a word of the schema is refused, whichever statement brings it. */
static void an_unknown_vocabulary_is_refused(void)
{
	struct tenant t = test_tenant();
	CHECK_INT(from(t, "'wa_id'", "'1'", "p1", ",'direction':'sideways'").err, ERR_INVALID);
	CHECK_INT(from(t, "'wa_id'", "'1'", "p1", ",'sender':'stranger'").err, ERR_INVALID);
	CHECK_INT(from(t, "'wa_id'", "'1'", "p1", ",'attention':'A sentence.'").err, ERR_INVALID);
	CHECK_INT(from(t, "'wa_id'", "'1'", "p1", ",'error':{'words':'A sentence.'}").err, ERR_INVALID);
	CHECK_INT(rows("messages", t), 0);
}

static void two_that_turn_out_to_be_one_are_merged(void)
{
	struct tenant t = test_tenant();
	from(t, "'wa_id'", "'1'", "p1", ",'name':'Ada','phone':'+1'");
	from(t, "'bsuid'", "'US.1'", "p2", ",'name':'Ada L.','username':'ada'");
	CHECK_INT(rows("conversations", t), 2);
	long long first = conversation_of(t, "1");
	test_do("UPDATE conversations SET agent = 'operator' WHERE id = %lld; DELETE FROM answer_jobs WHERE "
		"conversation_id = %lld",
		first, first);
	test_do("INSERT INTO notes (org_id, conversation_id, body) SELECT org_id, id, CASE id WHEN %lld THEN 'one' "
		"ELSE 'two' END FROM conversations WHERE org_id = %lld ORDER BY id;"
		"SELECT deskbell_tag(org_id, id, CASE id WHEN %lld THEN '{vip,a}' ELSE '{vip,b}'::text[] END) FROM "
		"conversations WHERE org_id = %lld",
		first, ORG(t), first, ORG(t));
	CHECK_INT(from(t, "'bsuid','wa_id'", "'US.1','1'", "p3", "").inserted, 1);
	CHECK_INT(rows("contacts", t), 1);
	CHECK_INT(rows("conversations", t), 1);
	CHECK_INT(rows("messages", t), 3);
	CHECK_INT(rows("answer_jobs", t), 1);
	CHECK_INT(test_number("SELECT count(*) FROM messages m JOIN conversations v ON v.org_id = m.org_id AND v.id = "
			      "m.conversation_id WHERE m.org_id = %lld",
			  ORG(t)),
		3);
	CHECK_STR(
		test_text(
			"SELECT concat_ws(' ', contact_phone, agent, unread, ARRAY(SELECT tag FROM conversation_tags t "
			"WHERE t.conversation_id = conversations.id ORDER BY 1), ARRAY(SELECT body FROM notes n WHERE "
			"n.conversation_id = conversations.id ORDER BY 1)) FROM conversations WHERE org_id = %lld",
			ORG(t)),
		"+1 operator 3 {a,b,vip} {one,two}");
	CU_ASSERT_TRUE(test_number("SELECT version FROM conversations WHERE org_id = %lld", ORG(t)) > 1);
	CHECK_STR(test_text("SELECT username FROM contacts WHERE org_id = %lld", ORG(t)), "ada");
}

static void the_latest_names_are_kept(void)
{
	struct tenant t = test_tenant();
	from(t, "'wa_id'", "'1'", "p1", ",'name':'Ada'");
	from(t, "'wa_id'", "'1'", "p2", ",'username':'ada'");
	from(t, "'wa_id'", "'1'", "p3", ",'name':'Ada L.'");
	from(t, "'wa_id'", "'1'", "p4", ",'name':'','username':''");
	CHECK_STR(test_text("SELECT name || ' ' || username FROM contacts WHERE org_id = %lld", ORG(t)), "Ada L. ada");
	from(t, "'wa_id'", "'1'", "p5", ",'username':'lovelace'");
	CHECK_STR(test_text("SELECT name || ' ' || username FROM contacts WHERE org_id = %lld", ORG(t)),
		"Ada L. lovelace");
}

static void what_waits_is_merged_too(void)
{
	struct tenant t = test_tenant();
	int64_t reply = reply_queued(t, "1");
	from(t, "'bsuid'", "'US.1'", "p2", "");
	test_do("INSERT INTO decisions (org_id, conversation_id, outcome, reason) SELECT org_id, id, 'silent', 'x' "
		"FROM conversations WHERE org_id = %lld",
		ORG(t));
	from(t, "'bsuid','wa_id'", "'US.1','1'", "p3", "");
	CHECK_INT(rows("conversations", t), 1);
	CHECK_INT(rows("decisions", t), 2);
	CHECK_INT(rows("answer_jobs", t), 1);
	CHECK_INT(test_number("SELECT conversation_id FROM outbox WHERE message_id = %lld", (long long)reply),
		conversation_of(t, "1"));
	CHECK_INT(rows("notes", t), 0);
	CHECK_INT(claim_deliveries(t), 1);
}

static void a_renamed_number_keeps_the_conversation(void)
{
	struct tenant t = test_tenant();
	from(t, "'wa_id'", "'1'", "p1", ",'phone':'+1'");
	int64_t before = conversation_of(t, "1");
	from(t, "'wa_id'", "'2'", "p2", ",'phone':'+2','renamed_from':'1'");
	CHECK_INT(conversation_of(t, "2"), before);
	CHECK_INT(conversation_of(t, "1"), -1);
	CHECK_STR(test_text("SELECT contact_phone FROM conversations WHERE org_id = %lld", ORG(t)), "+2");
	from(t, "'wa_id'", "'2'", "p2", ",'phone':'+2','renamed_from':'1'");
	CHECK_INT(rows("contacts", t), 1);
	CHECK_INT(rows("messages", t), 2);
	from(t, "'wa_id'", "'3'", "p3", ",'renamed_from':'nobody'");
	CHECK_INT(rows("contacts", t), 2);
}

/* A phone number may have had another owner; a chat id never has. */
static void a_new_value_that_is_known_already(void)
{
	struct tenant t = test_tenant(), chats = test_tenant();
	from(t, "'wa_id'", "'1'", "p1", "");
	from(t, "'wa_id'", "'2'", "p2", "");
	from(t, "'wa_id'", "'2'", "p3", ",'renamed_from':'1'");
	CHECK_INT(rows("contacts", t), 2);
	from(chats, "'telegram'", "'-7'", "p1", "");
	from(chats, "'telegram'", "'-1007'", "p2", "");
	from(chats, "'telegram'", "'-1007'", "p3", ",'renamed_from':'-7'");
	CHECK_INT(rows("contacts", chats), 1);
	CHECK_INT(rows("conversations", chats), 1);
	CHECK_INT(rows("messages", chats), 3);
	CHECK_STR(test_text("SELECT string_agg(value, ' ') FROM contact_identities WHERE org_id = %lld", ORG(chats)),
		"-1007");
}

static bool blocks(struct tenant t)
{
	return test_number("SELECT has_blocked_us::integer FROM contacts WHERE org_id = %lld", ORG(t)) == 1;
}

static void the_latest_news_of_a_block_counts(void)
{
	struct tenant t = test_tenant();
	from(t, "'telegram'", "'1'", "p1", "");
	CU_ASSERT_FALSE(blocks(t));
	from(t, "'telegram'", "'1'", "b2", ",'blocked':true,'at':1790000200");
	CU_ASSERT_TRUE(blocks(t));
	from(t, "'telegram'", "'1'", "b1", ",'blocked':false,'at':1790000100"); /* came late */
	CU_ASSERT_TRUE(blocks(t));
	from(t, "'telegram'", "'1'", "b3", ",'blocked':false,'at':1790000300");
	CU_ASSERT_FALSE(blocks(t));
	from(t, "'telegram'", "'1'", "b2", ",'blocked':true,'at':1790000200"); /* once more */
	CU_ASSERT_FALSE(blocks(t));
}

static void the_same_person_of_two_tenants_is_two(void)
{
	struct tenant a = test_tenant(), b = test_tenant();
	receive(a, "%s", text_from("1", "p1"));
	receive(b, "%s", text_from("1", "p1"));
	CHECK_INT(rows("messages", a), 1);
	CHECK_INT(rows("messages", b), 1);
	CU_ASSERT_NOT_EQUAL(conversation_of(a, "1"), conversation_of(b, "1"));
}

CU_TestInfo db_person_tests[] = {
	{ "the latest names are kept", the_latest_names_are_kept },
	{ "somebody new", somebody_new },
	{ "a time in the future does not hold the window open", a_time_in_the_future_does_not_hold_the_window_open },
	{ "a second identity joins the first", a_second_identity_joins_the_first },
	{ "a third identity of another merges", a_third_identity_of_another_merges },
	{ "several of one conversation move it once", several_of_one_conversation_move_it_once },
	{ "an unknown vocabulary is refused", an_unknown_vocabulary_is_refused },
	{ "two that turn out to be one are merged", two_that_turn_out_to_be_one_are_merged },
	{ "what waits is merged too", what_waits_is_merged_too },
	{ "a renamed number keeps the conversation", a_renamed_number_keeps_the_conversation },
	{ "a new value that is known already", a_new_value_that_is_known_already },
	{ "the latest news of a block counts", the_latest_news_of_a_block_counts },
	{ "the same person of two tenants is two", the_same_person_of_two_tenants_is_two },
	CU_TEST_INFO_NULL,
};

/* ---- messages ---- */

static const char state_of_all[] = "SELECT concat_ws(' ', (SELECT count(*) FROM messages WHERE org_id = %lld), (SELECT "
				   "sum(unread) FROM conversations WHERE org_id = %lld), "
				   "(SELECT sum(version) FROM conversations WHERE org_id = %lld), (SELECT "
				   "sum(cardinality(messages)) FROM answer_jobs WHERE org_id = %lld))";

static void a_duplicate_changes_nothing(void)
{
	struct tenant t = test_tenant();
	const char *batch = pool_printf(test_pool, "%s,%s", text_from("1", "p1"), text_from("2", "p2")).p;
	CHECK_INT(receive(t, "%s", batch).inserted, 2);
	struct str before = test_text(state_of_all, ORG(t), ORG(t), ORG(t), ORG(t));
	CHECK_INT(receive(t, "%s", batch).inserted, 0);
	CHECK_INT(receive(t, "%s", text_from("2", "p2")).inserted, 0);
	CU_ASSERT_TRUE(str_equal(test_text(state_of_all, ORG(t), ORG(t), ORG(t), ORG(t)), before));
}

/* Group commit puts two copies of a delivery into one call. */
static void a_duplicate_in_the_same_call_counts_once(void)
{
	struct tenant t = test_tenant();
	CHECK_INT(receive(t, "%s,%s", text_from("1", "p1"), text_from("1", "p1")).inserted, 1);
	CHECK_INT(receive(t, "%s,%s,%s", text_from("1", "p1"), text_from("1", "p2"), text_from("1", "p2")).inserted, 1);
	CHECK_STR(test_text(state_of_all, ORG(t), ORG(t), ORG(t), ORG(t)), "2 2 1 2");
}

static void many_of_one_new_person_make_one_contact(void)
{
	struct tenant t = test_tenant();
	struct pool *pool = pool_new();
	struct str batch = STR_NONE;
	for (int i = 0; i < 50; i++)
		batch = pool_printf(pool, "%s%s%s", batch.p ? batch.p : "", i ? "," : "",
			text_from(i % 2 ? "1" : "2", pool_printf(pool, "p%d", i).p));
	CHECK_INT(receive(t, "%s", batch.p).inserted, 50);
	CHECK_INT(rows("contacts", t), 2);
	CHECK_INT(rows("answer_jobs", t), 2);
	CHECK_INT(test_number("SELECT min(unread) FROM conversations WHERE org_id = %lld", ORG(t)), 25);
	pool_free(pool);
}

static void an_echo_takes_over(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	CHECK_INT(
		receive(t,
			"{@,'op':'message','id_kinds':['wa_id'],'id_values':['1'],'provider_id':'e1','at':1790000050,'"
			"direction':'outbound','sender':'operator','kind':'text',"
			"'body':'from the "
			"phone','text_like':false,'wants_answer':false,'opens_window':false,'takes_over':true}")
			.inserted,
		1);
	CHECK_STR(test_text("SELECT concat_ws(' ', agent, version, unread, last_inbound_at > to_timestamp(1790000050)) "
			    "FROM conversations WHERE org_id = %lld",
			  ORG(t)),
		"operator 2 0 t");
	CHECK_STR(test_text("SELECT concat_ws(' ', direction, sender, status) FROM messages WHERE org_id = %lld AND "
			    "provider_id = 'e1'",
			  ORG(t)),
		"outbound operator sent");
}

static void what_wants_no_answer_makes_no_job(void)
{
	struct tenant t = test_tenant();
	from(t, "'wa_id'", "'1'", "p1", ",'wants_answer':false,'opens_window':false");
	CHECK_INT(rows("answer_jobs", t), 0);
	CHECK_INT(
		test_number("SELECT (last_inbound_at IS NULL)::integer FROM conversations WHERE org_id = %lld", ORG(t)),
		1);
}

static void a_burst_moves_the_job_but_not_for_ever(void)
{
	struct tenant t = test_tenant();
	struct db_statement slow = { "test",
		pool_printf(test_pool, "SELECT deskbell_receive(%lld, $1::jsonb, 1000)", ORG(t)).p, 1 };
	for (int i = 0; i < 3; i++) {
		struct str item = pool_printf(test_pool,
			"[{\"op\":\"message\",\"channel\":%lld,\"platform\":\"whatsapp\",\"id_kinds\":["
			"\"wa_id\"],\"id_values\":[\"1\"],"
			"\"provider_id\":\"p%d\",\"at\":1790000000,\"direction\":\"inbound\",\"sender\":\"contact\","
			"\"kind\":"
			"\"text\",\"text_like\":true,\"wants_answer\":true,"
			"\"opens_window\":true,\"takes_over\":false}]",
			(long long)t.channel, i);
		test_conf.database_pooler = CONF_POOLER_TRANSACTION;
		CHECK_INT(DB_QUERY(test_db, test_pool, &slow, NULL, DB_TEXT(item)), ERR_OK);
		test_conf.database_pooler = CONF_POOLER_NONE;
		if (i == 1)
			test_do("UPDATE answer_jobs SET first_due_at = now() - interval '10 seconds' WHERE org_id = "
				"%lld",
				ORG(t));
	}
	CHECK_INT(test_number("SELECT cardinality(messages) FROM answer_jobs WHERE org_id = %lld", ORG(t)), 3);
	CHECK_INT(test_number("SELECT (due_at < now())::integer FROM answer_jobs WHERE org_id = %lld", ORG(t)), 1);
}

static void quarantine_keeps_an_item_once(void)
{
	struct tenant t = test_tenant();
	const char *item = "{@,'op':'quarantine','kind':'message','reason':'r','payload':'{}'},{@,'op':'quarantine','"
			   "kind':'message','reason':'r','payload':'{}'},"
			   "{@,'op':'quarantine','kind':'status','reason':'r','payload':'{}'}";
	CHECK_INT(receive(t, "%s", item).err, ERR_OK);
	CHECK_INT(receive(t, "%s", item).err, ERR_OK);
	CHECK_INT(rows("quarantine", t), 2);
}

static void the_first_valid_delivery_verifies_the_channel(void)
{
	struct tenant t = test_tenant();
	CHECK_INT(receive(t, "{@,'op':'verified'}").err, ERR_OK);
	CHECK_STR(
		test_text("SELECT status || ' ' || (config ? 'webhook_verified_at') FROM channels WHERE org_id = %lld",
			ORG(t)),
		"verified true");
	test_do("UPDATE channels SET status = 'error' WHERE org_id = %lld", ORG(t));
	receive(t, "{@,'op':'verified'}");
	CHECK_STR(test_text("SELECT status FROM channels WHERE org_id = %lld", ORG(t)), "error");
}

/* Rows of the whole table that were read one after the other. */
static int64_t attempts_looked_at(void)
{
	static const struct db_statement looked = { .name = "attempts_looked_at",
		.sql = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'webhook_log'" };
	struct db_result *r;
	enum err e = DB_QUERY(test_db, test_pool, &looked, &r, DB_NULL);
	CHECK_INT(e, ERR_OK);
	return e == ERR_OK ? db_int(r, 0, 0) : -1;
}

/* Strangers can make us record: it must not cost more the more channels there are. */
static void an_attempt_is_recorded_and_the_oldest_go(void)
{
	struct tenant t = test_tenant();
	test_do("INSERT INTO webhook_log (org_id, channel_id, platform, kind, accepted, reason) SELECT %lld, n / "
		"40, "
		"'whatsapp', 'delivery', false, as_reason('x') FROM generate_series(1, 20000) n",
		ORG(t));
	test_do("INSERT INTO unknown_deliveries (platform, kind, reason) SELECT 'whatsapp', 'delivery', as_reason('x') "
		"FROM "
		"generate_series(1, 600)");
	CHECK_INT(db_begin_system(test_db), ERR_OK);
	int64_t before = attempts_looked_at();
	for (int i = 0; i < 60; i++)
		CHECK_INT(DB_QUERY(test_db, test_pool, &sql_log_webhook_statement, NULL, DB_INT(t.org), DB_INT(7),
				  DB_CSTR("whatsapp"), DB_CSTR("delivery"), DB_BOOL(false), DB_CSTR("y"), DB_NULL),
			ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_log_webhook_statement, NULL, DB_NULL, DB_NULL, DB_CSTR("whatsapp"),
			  DB_CSTR("delivery"), DB_BOOL(false), DB_CSTR("y"), DB_NULL),
		ERR_OK);
	CHECK_INT(attempts_looked_at() - before, 0);
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_STR(test_text("SELECT count(*) || ' ' || min(reason->>'code') FROM webhook_log WHERE org_id = %lld AND "
			    "channel_id = 7",
			  ORG(t)),
		"50 y");
	CHECK_INT(test_number("SELECT count(*) FROM unknown_deliveries"), 500);
	CHECK_INT(test_number("SELECT count(*) FROM webhook_log WHERE org_id = %lld AND channel_id = 8", ORG(t)), 40);
}

CU_TestInfo db_message_tests[] = {
	{ "a duplicate changes nothing", a_duplicate_changes_nothing },
	{ "a duplicate in the same call counts once", a_duplicate_in_the_same_call_counts_once },
	{ "many of one new person make one contact", many_of_one_new_person_make_one_contact },
	{ "an echo takes over", an_echo_takes_over },
	{ "what wants no answer makes no job", what_wants_no_answer_makes_no_job },
	{ "a burst moves the job, but not for ever", a_burst_moves_the_job_but_not_for_ever },
	{ "quarantine keeps an item once", quarantine_keeps_an_item_once },
	{ "the first valid delivery verifies the channel", the_first_valid_delivery_verifies_the_channel },
	{ "an attempt is recorded, and the oldest go", an_attempt_is_recorded_and_the_oldest_go },
	CU_TEST_INFO_NULL,
};
