/*
 * db-inbox.c - what operators do with a conversation: manual messages, taking over, assigning, closing, lists.
 */
#include "check.h"
#include "db-receive.h"
#include "db.h"
#include "tap.h"

#include "db/statements.h"
#include "domain/hours/window.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ORG(t) (long long)(t).org

/* One statement of the desk in a transaction of the tenant; the word that it answers. */
static struct str as_tenant(
	struct tenant t, const struct db_statement *statement, size_t n, const struct db_value *values)
{
	struct db_result *r;
	if ((int)n != statement->n_params) {
		fprintf(stderr, "%s takes %d parameters, not %zu\n", statement->name, statement->n_params, n);
		abort();
	}
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_INT(db_query(test_db, test_pool, statement, values, &r), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	return db_str(r, 0, 0);
}

/* `values`: an array, so that one of another length is noticed. */
#define as_tenant(t, statement, ...) as_tenant(t, statement, sizeof(__VA_ARGS__) / sizeof(struct db_value), __VA_ARGS__)

static int64_t user(struct tenant t)
{
	static int n;
	return test_number(
		"WITH u AS (INSERT INTO users (email, password_hash) VALUES ('inbox%d@example.com', 'x') RETURNING id) "
		"INSERT INTO memberships (org_id, user_id, role) SELECT %lld, id, 'operator' FROM u RETURNING user_id",
		n++, ORG(t));
}

static int64_t talk(struct tenant t)
{
	return test_number("SELECT max(id) FROM conversations WHERE org_id = %lld", ORG(t));
}

static struct str say(struct tenant t, int64_t who, const char *key)
{
	return as_tenant(t, &sql_say_statement,
		(const struct db_value[]){ DB_INT(t.org), DB_INT(talk(t)), DB_INT(who), DB_CSTR(key),
			DB_CSTR("{one,two}"), DB_CSTR(pool_printf(test_pool, "{%s.1,%s.2}", key, key).p), DB_NULL,
			DB_NULL, DB_NULL });
}

static struct str set_agent(struct tenant t, int64_t who, const char *agent)
{
	return as_tenant(t, &sql_set_agent_statement,
		(const struct db_value[]){ DB_INT(t.org), DB_INT(talk(t)), DB_INT(who), DB_CSTR(agent) });
}

static struct str state(struct tenant t)
{
	return test_text("SELECT concat_ws(' ', agent, version, waiting_since IS NOT NULL, unread, assignee_id IS NOT "
			 "NULL, is_open) "
			 "FROM conversations WHERE org_id = %lld",
		ORG(t));
}

static struct str events(struct tenant t)
{
	return test_text(
		"SELECT string_agg(kind, ' ' ORDER BY id) FROM conversation_events WHERE org_id = %lld", ORG(t));
}

static void a_message_by_hand_takes_over_and_goes_once(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	int64_t who = user(t);
	test_do("UPDATE conversations SET waiting_since = now() WHERE org_id = %lld", ORG(t));
	CHECK_STR(say(t, who, "k1"), "sent");
	CHECK_STR(state(t), "operator 2 f 0 t t");
	CHECK_STR(say(t, who, "k1"), "again");
	CHECK_STR(say(t, who, "k2"), "sent");
	CHECK_STR(state(t), "operator 2 f 0 t t");
	CHECK_STR(events(t), "taken-over");
	CHECK_STR(test_text("SELECT string_agg(m.body || ' ' || o.tag, ', ' ORDER BY m.id) FROM messages m JOIN outbox "
			    "o ON "
			    "o.org_id = m.org_id AND o.message_id = m.id WHERE m.org_id = %lld AND m.sender = "
			    "'operator' AND "
			    "m.user_id = %lld",
			  ORG(t), (long long)who),
		"one k1.1, two k1.2, one k2.1, two k2.2");
}

static struct str send_draft(struct tenant t, int64_t who, int64_t decision, const char *tag)
{
	return as_tenant(t, &sql_send_draft_statement,
		(const struct db_value[]){ DB_INT(t.org), DB_INT(talk(t)), DB_INT(who), DB_INT(decision),
			DB_CSTR("{draft}"), DB_TEXT(pool_printf(test_pool, "{%s}", tag)), DB_NULL });
}

static int64_t draft(struct tenant t, const char *outcome)
{
	return test_number("INSERT INTO decisions (org_id, conversation_id, message_id, outcome, reason, draft) SELECT "
			   "org_id, conversation_id, max(id), '%s', 'r', 'draft' FROM messages WHERE org_id = %lld "
			   "GROUP BY 1, 2 RETURNING id",
		outcome, ORG(t));
}

static void a_suggestion_goes_once_and_the_bot_keeps_the_conversation(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	receive(other, "%s", text_from("1", "p1"));
	int64_t who = user(t), first = draft(t, "draft"), foreign = draft(other, "draft");
	CHECK_STR(send_draft(t, who, foreign, "x"), "gone");
	CHECK_STR(send_draft(t, who, draft(t, "superseded"), "x"), "gone");
	test_do("UPDATE conversations SET last_inbound_at = now() - interval '24 hours' WHERE org_id = %lld", ORG(t));
	CHECK_STR(send_draft(t, who, first, "x"), "window");
	test_do("UPDATE conversations SET last_inbound_at = now() WHERE org_id = %lld", ORG(t));
	CHECK_STR(send_draft(t, who, first, "t1"), "sent");
	CHECK_STR(send_draft(t, who, first, "t2"), "again");
	CHECK_STR(state(t), "bot 1 f 0 f t");
	CHECK_INT(test_number("SELECT count(*) FROM outbox WHERE org_id = %lld", ORG(t)), 1);
	receive(t, "%s", text_from("1", "p2"));
	int64_t second = draft(t, "draft");
	CHECK_STR(say(t, who, "k1"), "sent");
	CHECK_STR(send_draft(t, who, second, "t3"), "answered");
	CHECK_STR(events(t), "taken-over");
}

static void a_closed_window_or_channel_stores_nothing(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	int64_t who = user(t);
	CHECK_INT(test_number("SELECT extract(epoch FROM deskbell_window())::bigint"), WINDOW_OPEN_S);
	test_do("UPDATE conversations SET last_inbound_at = now() - interval '23 hours 56 minutes' WHERE org_id = %lld",
		ORG(t));
	CHECK_STR(say(t, who, "k1"), "window");
	test_do("UPDATE conversations SET last_inbound_at = now() WHERE org_id = %lld; UPDATE channels SET "
		"disconnected_at = "
		"now() WHERE org_id = %lld",
		ORG(t), ORG(t));
	CHECK_STR(say(t, who, "k1"), "channel");
	CHECK_STR(state(t), "bot 1 f 1 f t");
	CHECK_INT(test_number("SELECT count(*) FROM outbox WHERE org_id = %lld", ORG(t)), 0);
	struct tenant other = test_tenant();
	CHECK_STR(as_tenant(other, &sql_say_statement,
			  (const struct db_value[]){ DB_INT(t.org), DB_INT(talk(t)), DB_INT(who), DB_CSTR("k"),
				  DB_CSTR("{x}"), DB_CSTR("{y}"), DB_NULL, DB_NULL, DB_NULL }),
		"gone");
}

static void taking_over_and_returning(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	int64_t who = user(t);
	CHECK_STR(set_agent(t, who, "operator"), "done");
	CHECK_STR(set_agent(t, who, "operator"), "same");
	CHECK_STR(state(t), "operator 2 f 1 t t");
	test_do("UPDATE conversations SET consecutive_fallbacks = 2, waiting_since = now() WHERE org_id = %lld",
		ORG(t));
	CHECK_STR(set_agent(t, who, "bot"), "done");
	CHECK_STR(state(t), "bot 3 f 1 f t");
	CHECK_INT(test_number("SELECT consecutive_fallbacks FROM conversations WHERE org_id = %lld", ORG(t)), 0);
	CHECK_STR(events(t), "taken-over returned");
}

static void assigning_and_closing(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	int64_t who = user(t), stranger = user(other);
	const struct db_value to_stranger[] = { DB_INT(t.org), DB_INT(talk(t)), DB_INT(who), DB_INT(stranger) };
	const struct db_value to_me[] = { DB_INT(t.org), DB_INT(talk(t)), DB_INT(who), DB_INT(who) };
	const struct db_value shut[] = { DB_INT(t.org), DB_INT(talk(t)), DB_INT(who), DB_BOOL(false) };
	CHECK_STR(as_tenant(t, &sql_assign_statement, to_stranger), "non_member");
	CHECK_STR(as_tenant(t, &sql_assign_statement, to_me), "done");
	CHECK_STR(as_tenant(t, &sql_set_open_statement, shut), "done");
	CHECK_STR(as_tenant(t, &sql_set_open_statement, shut), "same");
	CHECK_STR(state(t), "bot 1 f 0 f f");
	receive(t, "%s", text_from("1", "p2"));
	CHECK_STR(state(t), "bot 1 f 1 f t"); /* who writes opens it again */
	CHECK_STR(events(t), "assigned closed");
}

static void looking_reads_and_is_seen(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	const struct db_value look[] = { DB_INT(t.org), DB_INT(talk(t)), DB_INT(user(t)), DB_BOOL(false) };
	as_tenant(t, &sql_view_statement, look);
	CHECK_STR(state(t), "bot 1 f 1 f t");
	test_do("UPDATE conversation_viewers SET seen_at = now() - interval '1 minute' WHERE org_id = %lld", ORG(t));
	as_tenant(t, &sql_view_statement, look);
	CHECK_INT(test_number("SELECT count(*) FROM conversation_viewers WHERE org_id = %lld AND seen_at > now() - "
			      "interval '5 "
			      "seconds'",
			  ORG(t)),
		1);
}

/* The ids of a list, as places in the order in which the conversations were made. */
static struct str list(struct tenant t, int64_t who, const char *view, const char *platform, const char *tag)
{
	return test_text("SELECT string_agg(rank::text, ' ') FROM (SELECT (SELECT count(*) FROM conversations v WHERE "
			 "v.org_id = "
			 "%lld AND v.id <= i.id) AS rank FROM deskbell_inbox(%lld, %lld, '%s', %s, %s, NULL, NULL, "
			 "NULL, 10) i) r",
		ORG(t), ORG(t), (long long)who, view, platform, tag);
}

static void each_view_shows_its_own(void)
{
	struct tenant t = test_tenant();
	int64_t who = user(t);
	for (int i = 1; i <= 5; i++)
		receive(t, "%s", text_from(pool_printf(test_pool, "%d", i).p, pool_printf(test_pool, "p%d", i).p));
	test_do("WITH r AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM conversations WHERE org_id = %lld) "
		"UPDATE "
		"conversations v SET last_message_at = now() - r.n * interval '1 minute', is_open = r.n <> 5, "
		"waiting_since = CASE "
		"WHEN r.n IN (2, 4, 5) THEN now() - (6 - r.n) * interval '1 minute' END, assignee_id = CASE WHEN r.n "
		"IN (3, 5) THEN %lld END FROM r WHERE v.id = r.id",
		ORG(t), (long long)who);
	test_do("SELECT deskbell_tag(org_id, min(id), '{vip}') FROM conversations WHERE org_id = %lld GROUP BY org_id",
		ORG(t));
	CHECK_STR(list(t, who, "all", "NULL", "NULL"), "1 2 3 4");
	CHECK_STR(list(t, who, "waiting", "NULL", "NULL"), "2 4");
	CHECK_STR(list(t, who, "mine", "NULL", "NULL"), "3");
	CHECK_STR(list(t, who, "unassigned", "NULL", "NULL"), "1 2 4");
	CHECK_STR(list(t, who, "closed", "NULL", "NULL"), "5");
	CHECK_STR(list(t, who, "all", "'telegram'", "NULL"), NULL);
	CHECK_STR(list(t, who, "all", "'whatsapp'", "'vip'"), "1");
	/* Behind the third of the list comes the fourth. */
	CHECK_INT(test_number("SELECT (SELECT count(*) FROM conversations v WHERE v.org_id = %lld AND v.id <= i.id) "
			      "FROM (SELECT "
			      "last_message_at, id FROM deskbell_inbox(%lld, 1, 'all', NULL, NULL, NULL, NULL, NULL, "
			      "3) OFFSET "
			      "2) l, deskbell_inbox(%lld, 1, 'all', NULL, NULL, NULL, l.last_message_at, l.id, 3) i",
			  ORG(t), ORG(t), ORG(t)),
		4);
}

/* Conversations of one customer each, the first with `unread` messages; the newest was made first. */
static void many(struct tenant t, int n, int unread)
{
	test_do("WITH p AS (INSERT INTO contacts (org_id) SELECT %lld FROM generate_series(1, %d) RETURNING id), "
		"r AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM p) "
		"INSERT INTO conversations (org_id, channel_id, contact_id, platform, waiting_since, unread, "
		"last_message_at) "
		"SELECT %lld, %lld, id, 'whatsapp', now(), CASE n WHEN 1 THEN %d ELSE 1 END, now() - n * interval '1 "
		"minute' FROM r",
		ORG(t), n, ORG(t), (long long)t.channel, unread);
}

static struct str badges(struct tenant t, int64_t who)
{
	struct sql_desk_counts_rows rows;
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_INT(sql_desk_counts(test_db, test_pool, t.org, who, &rows), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	const struct sql_desk_counts_row r = sql_desk_counts_row(&rows, 0);
	return pool_printf(test_pool, "%lld %lld", (long long)r.waiting, (long long)r.mine);
}

/* 100 stands for "100 or more". */
static void badges_are_right_below_a_hundred(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	int64_t who = user(t);
	many(other, 3, 1);
	CHECK_STR(badges(t, who), "0 0");
	many(t, 98, 2);
	CHECK_STR(badges(t, who), "98 0");
	many(t, 1, 50);
	CHECK_STR(badges(t, who), "99 0");
	test_do("UPDATE conversations SET assignee_id = %lld WHERE org_id = %lld AND id = (SELECT min(id) FROM "
		"conversations WHERE org_id = %lld)",
		(long long)who, ORG(t), ORG(t));
	CHECK_STR(badges(t, who), "99 1");
	many(t, 5, 1);
	CHECK_STR(badges(t, 0), "100 0");
	/* However far down the one that waits is. */
	test_do("UPDATE conversations SET waiting_since = NULL WHERE org_id = %lld", ORG(t));
	many(t, 3000, 1);
	test_do("UPDATE conversations SET waiting_since = CASE id WHEN (SELECT max(id) FROM conversations) THEN now() "
		"END, assignee_id = NULL WHERE org_id = %lld",
		ORG(t));
	CHECK_STR(badges(t, who), "1 0");
}

static struct str waits(struct tenant t)
{
	return test_text("SELECT concat_ws(' ', agent, is_open, round(extract(epoch FROM now() - waiting_since) / 60), "
			 "snoozed_until IS NOT NULL) FROM conversations WHERE org_id = %lld",
		ORG(t));
}

static struct str act(struct tenant t, const struct db_statement *statement, int64_t who, struct db_value value)
{
	return as_tenant(t, statement, (const struct db_value[]){ DB_INT(t.org), DB_INT(talk(t)), DB_INT(who), value });
}

static void only_a_reply_or_closing_ends_a_wait(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	int64_t who = user(t);
	test_do("DELETE FROM answer_jobs WHERE org_id = %lld", ORG(t));
	test_do("UPDATE conversations SET waiting_since = now() - interval '12 minutes' WHERE org_id = %lld", ORG(t));
	CHECK_STR(set_agent(t, who, "operator"), "done");
	CHECK_STR(act(t, &sql_assign_statement, who, DB_INT(who)), "same");
	CHECK_STR(act(t, &sql_view_statement, who, DB_BOOL(false)), "done");
	CHECK_STR(waits(t), "operator t 12 f");
	CHECK_STR(act(t, &sql_set_open_statement, who, DB_BOOL(false)), "done");
	CHECK_STR(waits(t), "bot f f"); /* the bot has it back */
	CHECK_STR(as_tenant(t, &sql_undo_statement,
			  (const struct db_value[]){ DB_INT(t.org), DB_INT(talk(t)), DB_INT(who) }),
		"done");
	CHECK_STR(waits(t), "operator t 12 f");
	CHECK_STR(act(t, &sql_set_open_statement, who, DB_BOOL(false)), "done");
	CHECK_STR(act(t, &sql_set_open_statement, who, DB_BOOL(true)), "done");
	CHECK_STR(waits(t), "bot t 0 f"); /* opened again, it waits */
	CHECK_STR(say(t, who, "k1"), "sent");
	CHECK_STR(waits(t), "operator t f");
	receive(t, "%s", text_from("1", "p2")); /* a person has it: no answer of the bot comes */
	CHECK_STR(waits(t), "operator t 0 f");
}

/* Back with the bot, it answers what it has not seen; a wait that it cannot end stays. */
static void returned_the_bot_answers_what_waits(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	int64_t who = user(t);
	test_do("UPDATE organizations SET bot_mode = 'off' WHERE id = %lld", ORG(t));
	CHECK_STR(set_agent(t, who, "operator"), "done");
	test_do("DELETE FROM answer_jobs WHERE org_id = %lld", ORG(t));
	test_do("UPDATE conversations SET waiting_since = now() - interval '12 minutes' WHERE org_id = %lld", ORG(t));
	CHECK_STR(set_agent(t, who, "bot"), "done");
	CHECK_STR(waits(t), "bot t 12 f"); /* the organisation's bot is off */
	test_do("UPDATE organizations SET bot_mode = 'active' WHERE id = %lld", ORG(t));
	CHECK_STR(set_agent(t, who, "operator"), "done");
	CHECK_STR(set_agent(t, who, "bot"), "done");
	CHECK_STR(waits(t), "bot t f");
	CHECK_INT(test_number("SELECT cardinality(messages) FROM answer_jobs WHERE org_id = %lld", ORG(t)), 1);
}

static void snoozed_it_comes_back(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	int64_t who = user(t), later = test_number("SELECT (extract(epoch FROM now()) * 1000)::bigint") + 3600000;
	CHECK_STR(act(t, &sql_snooze_statement, who, DB_INT(1000)), "late");
	CHECK_STR(act(t, &sql_snooze_statement, who, DB_INT(later)), "done");
	CHECK_STR(waits(t), "bot f t");
	CHECK_STR(list(t, who, "snoozed", "NULL", "NULL"), "1");
	CHECK_STR(list(t, who, "closed", "NULL", "NULL"), NULL);
	CHECK_STR(list(t, who, "all", "NULL", "NULL"), NULL);
	receive(t, "%s", text_from("1", "p2"));
	CHECK_STR(waits(t), "bot t f");
	CHECK_STR(act(t, &sql_snooze_statement, who, DB_INT(later)), "done");
	CHECK_INT(
		test_number("SELECT count(*) FROM due_work w JOIN conversations v ON v.org_id = w.org_id AND w.kind = "
			    "'sweep' AND w.due_at <= v.snoozed_until WHERE w.org_id = %lld",
			ORG(t)),
		1);
	CHECK_STR(badges(t, who), "0 0");
	test_do("UPDATE conversations SET snoozed_until = now() WHERE org_id = %lld", ORG(t));
	CHECK_INT(test_number("SELECT deskbell_expire_deliveries(%lld)", ORG(t)), 0); /* the sender's sweep */
	CHECK_STR(badges(t, who), "1 0");
	CHECK_STR(events(t), "snoozed snoozed woken");
}

static struct str unread(struct tenant t, int64_t who)
{
	return test_text("SELECT deskbell_unread(org_id, id, %lld, unread) FROM conversations WHERE org_id = %lld",
		(long long)who, ORG(t));
}

static void each_operator_has_read_for_himself(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	receive(t, "%s", text_from("1", "p2"));
	int64_t ana = user(t), ben = user(t);
	CHECK_STR(act(t, &sql_view_statement, ana, DB_BOOL(false)), "done");
	CHECK_STR(unread(t, ana), "0");
	CHECK_STR(unread(t, ben), "2");
	CHECK_STR(act(t, &sql_view_statement, ana, DB_BOOL(true)), "done");
	CHECK_STR(unread(t, ana), "1");
}

/* Tags that say something else about their conversation than the conversation itself. */
static int64_t wrong_tags(void)
{
	return test_number(
		"SELECT count(*) FROM conversation_tags t JOIN conversations v ON v.org_id = t.org_id AND v.id = "
		"t.conversation_id WHERE NOT v.may_have_tags OR (t.platform, t.is_open, t.waiting_since, "
		"t.assignee_id, t.last_message_at) IS DISTINCT FROM (v.platform, v.is_open, v.waiting_since, "
		"v.assignee_id, v.last_message_at)");
}

static void add_tag(struct tenant t, const char *tag)
{
	const struct db_value id = DB_INT(talk(t));
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_tag_add_statement, NULL, DB_INT(t.org), id, DB_CSTR(tag)), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
}

static void a_tag_goes_with_its_conversation(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	int64_t who = user(t);
	const struct db_value shut[] = { DB_INT(t.org), DB_INT(talk(t)), DB_INT(who), DB_BOOL(false) };
	const struct db_value to_me[] = { DB_INT(t.org), DB_INT(talk(t)), DB_INT(who), DB_INT(who) };
	add_tag(t, "vip");
	add_tag(t, "vip");
	add_tag(t, "order");
	CHECK_INT(wrong_tags(), 0);
	CHECK_STR(list(t, who, "unassigned", "NULL", "'vip'"), "1");
	as_tenant(t, &sql_assign_statement, to_me);
	CHECK_STR(list(t, who, "unassigned", "NULL", "'vip'"), NULL);
	CHECK_STR(list(t, who, "mine", "'whatsapp'", "'vip'"), "1");
	test_do("UPDATE conversations SET waiting_since = now() WHERE org_id = %lld; SELECT deskbell_list_tags(%lld, "
		"ARRAY(SELECT id FROM conversations WHERE org_id = %lld))",
		ORG(t), ORG(t), ORG(t));
	CHECK_STR(list(t, who, "waiting", "NULL", "'order'"), "1");
	as_tenant(t, &sql_set_open_statement, shut);
	CHECK_STR(list(t, who, "waiting", "NULL", "'order'"), NULL);
	CHECK_STR(list(t, who, "closed", "NULL", "'order'"), "1");
	CHECK_INT(wrong_tags(), 0);
	receive(t, "%s", text_from("1", "p2"));
	CHECK_STR(list(t, who, "unassigned", "NULL", "'order'"), "1");
	CHECK_STR(say(t, who, "k1"), "sent");
	CHECK_INT(wrong_tags(), 0);
	/* None of this is news for the search but the two tags. */
	CHECK_INT(test_number("SELECT count(*) FROM search_queue WHERE org_id = %lld AND kind = 'contact'", ORG(t)), 3);
	/* Two who turn out to be one: the tags of both, at the place of the one. */
	receive(t, "%s", text_from("2", "p3"));
	add_tag(t, "new");
	test_do("SELECT deskbell_merge_contacts(%lld, min(contact_id), max(contact_id)) FROM conversations WHERE "
		"org_id = "
		"%lld",
		ORG(t), ORG(t));
	CHECK_STR(list(t, who, "mine", "NULL", "'new'"), "1");
	CHECK_INT(wrong_tags(), 0);
	test_do("DELETE FROM conversations WHERE org_id = %lld", ORG(t));
	CHECK_INT(test_number("SELECT count(*) FROM conversation_tags WHERE org_id = %lld", ORG(t)), 0);
}

struct other {
	struct tenant tenant;
	const char *sql;
	pthread_t thread;
};

static void *do_beside(void *arg)
{
	struct other *o = arg;
	struct db *db = db_new(&test_conf, "next to");
	CHECK_INT(db_begin_tenant(db, o->tenant.org), ERR_OK);
	CHECK_INT(db_run_script(db, o->sql, NULL), ERR_OK);
	CHECK_INT(db_commit(db), ERR_OK);
	db_free(db);
	return NULL;
}

/* `first` has not been committed when somebody else does `second`. */
static void check_beside(struct tenant t, const char *first, const char *second)
{
	struct db *db = db_new(&test_conf, "first");
	struct other other = { .tenant = t, .sql = second };
	CHECK_INT(db_begin_tenant(db, t.org), ERR_OK);
	CHECK_INT(db_run_script(db, first, NULL), ERR_OK);
	pthread_create(&other.thread, NULL, do_beside, &other);
	usleep(200000);
	CHECK_INT(db_commit(db), ERR_OK);
	pthread_join(other.thread, NULL);
	db_free(db);
	CHECK_ROW(wrong_tags() == 0, first);
}

static void tagged_while_somebody_else_writes_it_is_right(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	long long id = talk(t), org = ORG(t);
	const char *first = pool_printf(test_pool, "SELECT deskbell_tag(%lld, %lld, '{a}')", org, id).p;
	const char *second = pool_printf(test_pool, "SELECT deskbell_tag(%lld, %lld, '{b}')", org, id).p;
	const char *shut = pool_printf(test_pool,
		"SELECT deskbell_set_open(%lld, id, NULL, NOT is_open) FROM conversations WHERE org_id = %lld AND id = "
		"%lld",
		org, org, id)
				   .p;
	check_beside(t, first, shut);
	check_beside(t, shut, second);
	CHECK_INT(test_number("SELECT count(*) FROM conversation_tags WHERE org_id = %lld AND is_open", org), 2);
}

/* The stamp of a list or of a conversation. */
static struct str stamp(struct tenant t, bool of_list)
{
	const struct db_value list_of[] = { DB_INT(t.org), DB_INT(0), DB_CSTR("all"), DB_NULL, DB_NULL, DB_INT(51),
		DB_NULL, DB_NULL, DB_NULL };
	const struct db_value conversation[] = { DB_INT(t.org), DB_INT(talk(t)), DB_INT(0), DB_INT(31) };
	return pool_str(test_pool, of_list ? as_tenant(t, &sql_inbox_stamp_statement, list_of)
					   : as_tenant(t, &sql_conversation_stamp_statement, conversation));
}

static void a_stamp_changes_with_what_is_shown(void)
{
	static const struct {
		const char *change; /* the organisation's id goes behind it */
		bool list, conversation;
	} table[] = {
		{ "SELECT", false, false },
		{ "UPDATE conversations SET unread = 0 WHERE org_id =", true, true },
		{ "UPDATE conversations SET waiting_since = now() WHERE org_id =", true, true },
		{ "SELECT deskbell_tag(org_id, id, '{x}') FROM conversations WHERE org_id =", true, true },
		{ "INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, body, "
		  "text_like, status) SELECT "
		  "org_id, id, channel_id, 'outbound', 'bot', 'text', 'b', true, 'queued' FROM conversations WHERE "
		  "org_id =",
			false, true },
		{ "INSERT INTO outbox (org_id, message_id, channel_id, conversation_id, tag) SELECT org_id, id, "
		  "channel_id, "
		  "conversation_id, 't' FROM messages WHERE direction = 'outbound' AND org_id =",
			false, true },
		{ "UPDATE outbox SET state = 'sending' WHERE org_id =", false, true },
		{ "UPDATE messages SET status = 'delivered' WHERE direction = 'outbound' AND org_id =", false, true },
		{ "UPDATE outbox SET state = 'failed' WHERE org_id =", true, true },
		{ "INSERT INTO decisions (org_id, conversation_id, outcome, reason) SELECT org_id, id, 'silent', 'r' "
		  "FROM "
		  "conversations WHERE org_id =",
			false, true },
		{ "INSERT INTO conversation_events (org_id, conversation_id, kind) SELECT org_id, id, 'closed' FROM "
		  "conversations "
		  "WHERE org_id =",
			false, true },
		{ "INSERT INTO member_names (org_id, user_id, email, name) SELECT id, 7, 'e', 'n' FROM organizations "
		  "WHERE id =",
			false, false },
		{ "INSERT INTO conversation_viewers (org_id, conversation_id, user_id) SELECT org_id, id, 7 FROM "
		  "conversations WHERE "
		  "org_id =",
			true, true },
	};
	struct tenant t = test_tenant(), other = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	receive(other, "%s", text_from("1", "p1"));
	for (size_t i = 0; i < COUNT(table); i++) {
		struct str list_before = stamp(t, true), before = stamp(t, false), others = stamp(other, true);
		test_do("%s %lld", table[i].change, ORG(t));
		CHECK_ROW(str_equal(list_before, stamp(t, true)) != table[i].list, table[i].change);
		CHECK_ROW(str_equal(before, stamp(t, false)) != table[i].conversation, table[i].change);
		CHECK_ROW(str_equal(others, stamp(other, true)), table[i].change);
	}
}

CU_TestInfo db_inbox_tests[] = {
	{ "a manual message takes over and goes once", a_message_by_hand_takes_over_and_goes_once },
	{ "a suggestion goes once and the bot keeps the conversation",
		a_suggestion_goes_once_and_the_bot_keeps_the_conversation },
	{ "a closed window or channel stores nothing", a_closed_window_or_channel_stores_nothing },
	{ "taking over and returning", taking_over_and_returning },
	{ "assigning and closing", assigning_and_closing },
	{ "only a reply or closing ends a wait", only_a_reply_or_closing_ends_a_wait },
	{ "returned, the bot answers what waits", returned_the_bot_answers_what_waits },
	{ "snoozed, it comes back", snoozed_it_comes_back },
	{ "each operator has read for himself", each_operator_has_read_for_himself },
	{ "looking reads and is seen", looking_reads_and_is_seen },
	{ "each view shows its own", each_view_shows_its_own },
	{ "badges are right below a hundred", badges_are_right_below_a_hundred },
	{ "a tag goes with its conversation", a_tag_goes_with_its_conversation },
	{ "tagged while somebody else writes, it is right", tagged_while_somebody_else_writes_it_is_right },
	{ "a stamp changes with what is shown", a_stamp_changes_with_what_is_shown },
	CU_TEST_INFO_NULL,
};
