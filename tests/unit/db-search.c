/*
 * db-search.c - tests of the search below the sender: what comes into the queue, what a step leaves behind, what is
 * found.
 */
#include "check.h"
#include "db-receive.h"
#include "db.h"
#include "tap.h"

#include "db/statements.h"

#define ORG(t) (long long)(t).org

/* One step as a sender makes it, with words cut at blanks, for each organization that has something to index. */
#define STEP \
	"DO $$ DECLARE a record; o bigint; BEGIN FOR o IN SELECT id FROM organizations ORDER BY id LOOP " \
	"PERFORM set_config('deskbell.scope', '', true), set_config('deskbell.org', o::text, true); " \
	"SELECT array_agg(c.conversation_id) AS talks, array_agg(c.of_contact) AS persons, array_agg(w) AS words " \
	"INTO " \
	"a " \
	"FROM deskbell_claim_words(o, %d) c, regexp_split_to_table(lower(c.content), '[^[:alnum:]]+') w WHERE w <> " \
	"''; " \
	"IF a.talks IS NOT NULL THEN PERFORM deskbell_store_words(o, a.talks, a.persons, a.words); END IF; " \
	"PERFORM set_config('deskbell.scope', 'system', true); END LOOP; END $$"

static int64_t waiting(void)
{
	return test_number("SELECT (SELECT count(*) FROM search_queue) + (SELECT count(*) FROM search_backlog)");
}

static void index_all(int batch)
{
	for (int i = 0; i < 1000 && waiting() > 0; i++)
		test_do(STEP, batch);
	CHECK_INT(waiting(), 0);
}

/* What is found, as places in the order in which the tenant's conversations were made; `words` is an array's literal.
 */
static struct str found_most(struct tenant t, const char *words, int most)
{
	struct db_result *r;
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_search_statement, &r, DB_INT(t.org), DB_CSTR(words), DB_INT(most)),
		ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	return test_places(t, db_str(r, 0, 0));
}

static struct str found(struct tenant t, const char *words)
{
	return found_most(t, words, 10);
}

/* A customer writes `body`. */
static void writes(struct tenant t, const char *who, const char *name, const char *id, const char *body)
{
	CHECK_INT(receive(t,
			  "{@,'op':'message','provider_id':'%s','at':1,'kind':'text','id_kinds':['wa_id'],"
			  "'id_values':['%s'],'phone':'+%s','name':'%s','direction':'inbound','sender':'contact',"
			  "'body':'%s','text_like':true,'wants_answer':false,'opens_window':true,'takes_over':false}",
			  id, who, who, name, body)
			  .inserted,
		1);
}

/* What a function of the schema says that changes names or tags. */
static void index_contacts(struct tenant t)
{
	test_do("SELECT deskbell_index(%lld, 'contact', ARRAY(SELECT id FROM conversations WHERE org_id = %lld))",
		ORG(t), ORG(t));
}

/* The same of one that changes texts or takes them away. */
static void read_again(struct tenant t)
{
	test_do("SELECT deskbell_index(%lld, 'again', ARRAY(SELECT id FROM conversations WHERE org_id = %lld))", ORG(t),
		ORG(t));
}

static void names_numbers_tags_and_messages_are_found(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	writes(t, "49170111", "Anna Berg", "p1", "a blue bicycle");
	writes(t, "49170222", "Bert Blau", "p2", "a red bicycle");
	writes(other, "49170333", "Carl", "p3", "a green bicycle");
	index_all(100);
	CHECK_STR(found(t, "{bicycle}"), "2 1");
	CHECK_STR(found(t, "{bicycle,bl}"), "2 1"); /* of one the name, of the other the message */
	CHECK_STR(found(t, "{blue,bicycle}"), "1");
	CHECK_STR(found(t, "{blu,bicycle}"), ""); /* only the last one may be a beginning */
	CHECK_STR(found(t, "{49170}"), "2 1");
	CHECK_STR(found(t, "{491702}"), "2");
	CHECK_STR(found(t, "{green}"), "");
	CHECK_STR(found(other, "{green}"), "1");
	CHECK_STR(found_most(t, "{bicycle}", 1), "2");
	test_do("SELECT deskbell_tag(org_id, min(id), '{vip}') FROM conversations WHERE org_id = %lld GROUP BY org_id",
		ORG(t));
	index_contacts(t);
	index_all(100);
	CHECK_STR(found(t, "{bicycle,vi}"), "1");
	/* Another organisation's words are out of reach whatever is asked for. */
	CHECK_INT(db_begin_tenant(test_db, other.org), ERR_OK);
	struct db_result *r;
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_search_statement, &r, DB_INT(t.org), DB_CSTR("{bicycle}"),
			  DB_INT(10)),
		ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_STR(db_str(r, 0, 0), "{}");
}

/* Without the country's code, and by the last four digits. */
static void numbers_are_found_by_their_ends(void)
{
	struct tenant t = test_tenant();
	writes(t, "905321234567", "Anna", "p1", "x");
	writes(t, "34612345678", "Bert", "p2", "x");
	index_all(100);
	CHECK_STR(found(t, "{5321234567}"), "1");
	CHECK_STR(found(t, "{532123}"), "1");
	CHECK_STR(found(t, "{612345678}"), "2");
	CHECK_STR(found(t, "{4567}"), "1");
	CHECK_STR(found(t, "{5678}"), "2");
	CHECK_STR(found(t, "{34612345}"), "2");
	CHECK_STR(found(t, "{612345679}"), "");
}

static void changes_replace_what_is_no_longer_so(void)
{
	struct tenant t = test_tenant();
	writes(t, "49170111", "Anna", "p1", "first");
	writes(t, "49170111", "Annette", "p2", "second");
	index_all(100);
	CHECK_STR(found(t, "{annette}"), "1");
	CHECK_STR(found(t, "{anna}"), "");
	test_do("SELECT deskbell_tag(org_id, id, '{vip}') FROM conversations WHERE org_id = %lld", ORG(t));
	index_contacts(t);
	index_all(100);
	CHECK_STR(found(t, "{vip}"), "1");
	test_do("DELETE FROM conversation_tags WHERE org_id = %lld; UPDATE messages SET body = 'third' WHERE org_id = "
		"%lld "
		"AND body = 'first'",
		ORG(t), ORG(t));
	index_contacts(t);
	read_again(t);
	index_all(100);
	CHECK_STR(found(t, "{vip}"), "");
	CHECK_STR(found(t, "{first}"), "");
	CHECK_STR(found(t, "{third}"), "1");
	CHECK_STR(found(t, "{second}"), "1");
	test_do("DELETE FROM messages WHERE org_id = %lld AND body = 'second'", ORG(t));
	read_again(t);
	index_all(100);
	CHECK_STR(found(t, "{second}"), "");
	CHECK_STR(found(t, "{annette,third}"), "1");
	test_do("DELETE FROM conversations WHERE org_id = %lld", ORG(t));
	CHECK_INT(test_number("SELECT count(*) FROM search_words WHERE org_id = %lld", ORG(t)), 0);
	index_all(100);
}

/* A text that was changed or deleted is not found from that moment on, whether a sender runs or not; everything else
 * of its conversation is, once it has been read again. */
static void what_was_edited_or_deleted_is_not_found(void)
{
	static const char *const event =
		"{@,'op':'message','provider_id':'%s','at':%d,'kind':'%s','id_kinds':['wa_id'],'id_values':['1'],"
		"'phone':'+1','direction':'inbound','sender':'contact',%s'reply_to':'p1','text_like':false,"
		"'wants_answer':false,'opens_window':false,'takes_over':false,'is_event':true}";
	struct tenant t = test_tenant();
	writes(t, "1", "Anna", "p1", "secret apples");
	writes(t, "1", "Anna", "p2", "pears");
	index_all(100);
	CHECK_STR(found(t, "{apples}"), "1");
	CHECK_INT(receive(t, event, "e1", 2, "edit", "'body':'plums',").inserted, 1);
	CHECK_STR(found(t, "{apples}"), "");
	CHECK_STR(found(t, "{anna}"), "1");
	index_all(100);
	CHECK_STR(found(t, "{plums,pears}"), "1");
	CHECK_STR(found(t, "{apples}"), "");
	CHECK_INT(receive(t, event, "e2", 3, "revoke", "").inserted, 1);
	CHECK_STR(found(t, "{plums}"), "");
	index_all(100);
	CHECK_STR(found(t, "{plums}"), "");
	CHECK_STR(found(t, "{pears,anna}"), "1");
}

/* Two persons turn out to be one, before their messages are indexed or afterwards. */
static void check_merge(bool indexed_before)
{
	struct tenant t = test_tenant();
	writes(t, "49170111", "Anna", "p1", "apples");
	writes(t, "49170222", "", "p2", "pears");
	if (indexed_before)
		index_all(100);
	test_do("SELECT deskbell_merge_contacts(%lld, min(contact_id), max(contact_id)) FROM conversations WHERE "
		"org_id = "
		"%lld",
		ORG(t), ORG(t));
	index_all(100);
	CHECK_STR(found(t, "{apples}"), "1");
	CHECK_STR(found(t, "{apples,pears}"), "1");
	CHECK_STR(found(t, "{pears,anna}"), "1");
}

static void two_who_are_one_are_found_by_the_words_of_both(void)
{
	check_merge(true);
	check_merge(false);
}

/* A transaction that commits after later ones is not missed, and a step that is undone is made again. */
static void what_commits_late_is_found(void)
{
	struct tenant t = test_tenant();
	struct db *late = db_new(&test_conf, "late");
	writes(t, "1", "Anna", "p1", "first");
	index_all(100);
	CHECK_INT(db_begin_system(late), ERR_OK);
	CHECK_INT(db_run_script(late,
			  pool_printf(test_pool,
				  "WITH m AS (INSERT INTO messages (org_id, conversation_id, channel_id, direction, "
				  "sender, kind, body, status) "
				  "SELECT org_id, id, channel_id, 'outbound', 'operator', 'text', 'late', 'sent' FROM "
				  "conversations "
				  "WHERE org_id = %lld RETURNING org_id, id) "
				  "SELECT deskbell_index(org_id, 'message', ARRAY[id]) FROM m",
				  ORG(t))
				  .p,
			  NULL),
		ERR_OK);
	writes(t, "1", "Anna", "p2", "second");
	index_all(100);
	CHECK_STR(found(t, "{second}"), "1");
	CHECK_INT(db_commit(late), ERR_OK);
	CHECK_INT(waiting(), 1);
	CHECK_INT(db_begin_tenant(late, t.org), ERR_OK);
	struct sql_claim_words_rows rows;
	CHECK_INT(sql_claim_words(late, test_pool, t.org, 10, &rows), ERR_OK);
	CHECK_INT(rows.n, 2);
	test_do(STEP, 10); /* another sender: passes by what the first one has */
	db_rollback(late);
	CHECK_INT(waiting(), 1);
	index_all(100);
	CHECK_STR(found(t, "{late}"), "1");
	db_free(late);
}

static void what_was_there_before_the_search_is_taken_in_piece_by_piece(void)
{
	struct tenant t = test_tenant();
	for (int i = 1; i <= 7; i++)
		writes(t, pool_printf(test_pool, "491%d", i).p, "Ann", pool_printf(test_pool, "p%d", i).p, "old");
	test_do("DELETE FROM search_queue; INSERT INTO search_backlog SELECT %lld, max(m.id) + 1, "
		"max(m.conversation_id) "
		"+ 1 FROM messages m WHERE org_id = %lld",
		ORG(t), ORG(t));
	CHECK_STR(found(t, "{old}"), "");
	test_do(STEP, 3);
	test_do(STEP, 3);
	test_do(STEP, 3);
	CHECK_STR(found(t, "{old,ann}"), "7 6 5"); /* the newest first */
	index_all(3);
	CHECK_STR(found(t, "{old,ann}"), "7 6 5 4 3 2 1");
}

/* Where words stand in very many conversations the newest are looked through. */
static void a_very_common_word_finds_the_newest(void)
{
	struct tenant t = test_tenant();
	test_do("WITH p AS (INSERT INTO contacts (org_id) SELECT %lld FROM generate_series(1, 6000) RETURNING id) "
		"INSERT INTO conversations (org_id, channel_id, contact_id, platform, is_open, last_message_at) "
		"SELECT %lld, %lld, id, 'whatsapp', id %% 3 <> 0, now() - (id - (SELECT min(id) FROM p)) * interval '1 "
		"minute' "
		"FROM p",
		ORG(t), ORG(t), (long long)t.channel);
	test_do("DELETE FROM search_queue; INSERT INTO search_words SELECT org_id, w, id, false FROM conversations, "
		"unnest(ARRAY['hello', 'help']) w WHERE org_id = %lld; INSERT INTO search_words SELECT org_id, 'rare', "
		"min(id), "
		"false FROM conversations WHERE org_id = %lld GROUP BY 1",
		ORG(t), ORG(t));
	CHECK_STR(found_most(t, "{hello}", 3), "1 2 3");
	CHECK_STR(found_most(t, "{h}", 3), "1 2 3");
	CHECK_STR(found_most(t, "{help,hel}", 3), "1 2 3");
	CHECK_STR(found_most(t, "{hello,r}", 3), "1");
	CHECK_STR(found_most(t, "{rare,hello}", 3), "1");
	/* Whoever searches is told whether that is all. */
	static const struct {
		const char *words;
		int most;
		const char *complete;
	} table[] = { { "{rare}", 3, "t" }, { "{rare,hello}", 3, "t" }, { "{none}", 3, "t" }, { "{rare}", 1, "f" },
		{ "{hello}", 3, "f" }, { "{hello}", 9999, "f" }, { "{help,hel}", 9999, "f" } };
	for (size_t i = 0; i < COUNT(table); i++)
		CHECK_STR(test_text("SELECT complete FROM deskbell_search(%lld, '%s', %d)", ORG(t), table[i].words,
				  table[i].most),
			table[i].complete);
	CHECK_INT(test_number("SELECT (cardinality(hits) BETWEEN 1000 AND 1500)::integer FROM deskbell_search(%lld, "
			      "'{hello}', 5000)",
			  ORG(t)),
		1);
}

CU_TestInfo db_search_tests[] = {
	{ "names, numbers, tags and messages are found", names_numbers_tags_and_messages_are_found },
	{ "numbers are found by their ends", numbers_are_found_by_their_ends },
	{ "changes replace what is no longer so", changes_replace_what_is_no_longer_so },
	{ "what was edited or deleted is not found", what_was_edited_or_deleted_is_not_found },
	{ "two who are one are found by the words of both", two_who_are_one_are_found_by_the_words_of_both },
	{ "what commits late is found", what_commits_late_is_found },
	{ "what was there before the search is taken in piece by piece",
		what_was_there_before_the_search_is_taken_in_piece_by_piece },
	{ "a very common word finds the newest", a_very_common_word_finds_the_newest },
	CU_TEST_INFO_NULL,
};
