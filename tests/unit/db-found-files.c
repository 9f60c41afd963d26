/*
 * db-found-files.c - tests of the search for files by their kind: which conversations have one, whose, and how far back
 * is looked.
 */
#include "check.h"
#include "db-receive.h"
#include "db.h"
#include "tap.h"

#include "db/statements.h"

#define ORG(t) (long long)(t).org
#define NEWEST 2000 /* in deskbell_search_files */

/* A customer sends a file, which is then in the store as `type`. */
static void sends(struct tenant t, const char *who, const char *id, const char *kind, const char *type)
{
	CHECK_INT(receive(t,
			  "{@,'op':'message','provider_id':'%s','at':1,'kind':'%s','id_kinds':['wa_id'],"
			  "'id_values':['%s'],'phone':'+%s','direction':'inbound','sender':'contact','text_like':false,"
			  "'wants_answer':false,'opens_window':true,'takes_over':false,"
			  "'files':[{'kind':'%s','id':'%s','name':'%s.x'}]}",
			  id, kind, who, who, kind, id, id)
			  .inserted,
		1);
	test_do("SELECT deskbell_attachment_stored(%lld, a.message_id, 1, sha256('%s'), 5, '%s', false, false) FROM "
		"attachments a WHERE a.org_id = %lld AND a.provider_file_id = '%s'",
		ORG(t), id, type, ORG(t), id);
}

/* Conversations of `t` as a caller of `caller` finds them, in the order in which they were made; `days` ago is when the
 * files were sent at the earliest and before what, -1: whenever. */
static struct str found_by(struct tenant caller, struct tenant t, const char *kind, int from_days, int until_days)
{
	struct db_result *r;
	int64_t now = test_number("SELECT (extract(epoch FROM now()) * 1000)::bigint"), day = 86400000;
	CHECK_INT(db_begin_tenant(test_db, caller.org), ERR_OK);
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_search_files_statement, &r, DB_INT(t.org), DB_CSTR(kind),
			  from_days < 0 ? DB_NULL : DB_INT(now - from_days * day),
			  until_days < 0 ? DB_NULL : DB_INT(now - until_days * day), DB_NULL, DB_INT(10)),
		ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	return test_places(t, db_str(r, 0, 0));
}

static struct str found(struct tenant t, const char *kind)
{
	return found_by(t, t, kind, -1, -1);
}

static void files_are_found_by_their_kind(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	sends(t, "1", "a", "image", "image/jpeg");
	sends(t, "2", "b", "document", "application/pdf");
	sends(t, "3", "c", "voice", "audio/ogg");
	sends(t, "4", "d", "document", "image/png"); /* a picture, sent as it is */
	sends(t, "1", "e", "document", "video/mp4");
	sends(other, "1", "f", "audio", "audio/mpeg");
	CHECK_STR(found(t, "image"), "4 1");
	CHECK_STR(found(t, "document"), "2");
	CHECK_STR(found(t, "voice"), "3");
	CHECK_STR(found(t, "video"), "1");
	CHECK_STR(found(t, "audio"), "");
	CHECK_STR(found(other, "audio"), "1");
	CHECK_STR(found(t, "x"), "");
	/* Another organisation's are out of reach whatever is asked for. */
	CHECK_STR(found_by(other, t, "image", -1, -1), "");
}

static void what_is_not_there_is_not_found(void)
{
	struct tenant t = test_tenant();
	sends(t, "1", "a", "image", "image/jpeg");
	sends(t, "2", "b", "image", "image/jpeg");
	sends(t, "3", "c", "image", "image/jpeg");
	test_do("UPDATE attachments SET created_at = now() - interval '9 days' WHERE org_id = %lld AND "
		"provider_file_id = "
		"'a'; SELECT deskbell_retention_files(%lld, 0, now() - interval '8 days')",
		ORG(t), ORG(t));
	CHECK_STR(found(t, "image"), "3 2");
	test_do("DELETE FROM conversations v USING messages m WHERE v.org_id = %lld AND m.org_id = v.org_id AND "
		"m.conversation_id = v.id AND m.provider_id = 'b'",
		ORG(t));
	CHECK_STR(found(t, "image"), "2"); /* there are two now */
	test_do("UPDATE attachments SET state = 'waiting' WHERE org_id = %lld", ORG(t));
	CHECK_STR(found(t, "image"), "");
}

#define REVOKE \
	"{@,'op':'message','provider_id':'%s','at':2,'kind':'revoke','id_kinds':['wa_id'],'id_values':['1']," \
	"'phone':'+1','direction':'inbound','sender':'contact','reply_to':'%s','text_like':false," \
	"'wants_answer':false,'opens_window':false,'takes_over':false,'is_event':true}"

/* Its name and its content go, and what is fetched at that moment is not named. */
static void a_file_goes_with_its_message(void)
{
	struct tenant t = test_tenant();
	sends(t, "1", "a", "image", "image/jpeg");
	CHECK_INT(receive(t, REVOKE, "e1", "a").inserted, 1);
	CHECK_STR(found(t, "image"), "");
	CHECK_STR(test_text("SELECT concat_ws(' ', state, reason, sha256 IS NULL, file_name IS NULL) FROM attachments "
			    "WHERE org_id = %lld",
			  ORG(t)),
		"lost deleted t t");
	CHECK_INT(test_number("SELECT count(*) FROM deskbell_unused_files(%lld, 10)", ORG(t)), 1);
	test_do("SELECT deskbell_attachment_stored(org_id, message_id, 1, sha256('a'), 5, 'image/jpeg', false, false) "
		"FROM "
		"attachments WHERE org_id = %lld",
		ORG(t));
	CHECK_STR(found(t, "image"), "");
	CHECK_INT(test_number("SELECT count(deskbell_attachment_retry(org_id, message_id, 1)) FROM attachments WHERE "
			      "org_id = %lld",
			  ORG(t)),
		0);
	/* The deletion may come first. */
	CHECK_INT(receive(t, REVOKE, "e2", "b").inserted, 1);
	sends(t, "1", "b", "image", "image/jpeg");
	CHECK_INT(test_number("SELECT count(*) FROM attachments WHERE org_id = %lld", ORG(t)), 1);
}

#define QUEUED \
	"WITH m AS (INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, " \
	"status) " \
	"SELECT org_id, id, channel_id, 'outbound', '%s', 'document', 'queued' FROM conversations WHERE org_id " \
	"= " \
	"%lld RETURNING id) SELECT count(deskbell_attach(v, m.id, jsonb_build_object('kind', 'document', " \
	"'sha256', " \
	"encode(sha256('%s'), 'hex'), 'bytes', 3, 'type', 'application/pdf', 'name', ''))::text) FROM m, " \
	"conversations v " \
	"WHERE v.org_id = %lld"

/* Of what goes out a person's files are found, and not the price list that goes along with every reply. */
static void what_the_bot_sends_along_is_not_looked_for(void)
{
	struct tenant t = test_tenant();
	receive(t, "%s", text_from("1", "p1"));
	CHECK_INT(test_number(QUEUED, "bot", ORG(t), "list", ORG(t)), 1);
	CHECK_STR(found(t, "document"), "");
	CHECK_INT(test_number(QUEUED, "operator", ORG(t), "invoice", ORG(t)), 1);
	CHECK_STR(found(t, "document"), "1");
}

static void days_are_those_of_the_file(void)
{
	struct tenant t = test_tenant();
	sends(t, "1", "a", "image", "image/jpeg");
	sends(t, "2", "b", "image", "image/jpeg");
	CHECK_INT(test_number("SELECT count(*) FROM attachments a JOIN messages m ON m.org_id = a.org_id AND m.id = "
			      "a.message_id WHERE a.org_id = %lld AND a.sent_at = m.created_at",
			  ORG(t)),
		2);
	test_do("UPDATE attachments SET sent_at = now() - interval '10 days' WHERE org_id = %lld AND provider_file_id "
		"= 'a'",
		ORG(t));
	CHECK_STR(found_by(t, t, "image", 11, 9), "1");
	CHECK_STR(found_by(t, t, "image", 9, -1), "2");
	CHECK_STR(found_by(t, t, "image", -1, 9), "1");
	CHECK_STR(found(t, "image"), "2 1");
}

#define AMONG \
	"SELECT hits = %s FROM deskbell_search_files(%lld, 'image', NULL, NULL, (SELECT array_agg(id ORDER BY " \
	"id) FROM " \
	"conversations WHERE org_id = %lld), 10)"

/* What fits the words as well stays in its order. */
static void among_conversations_each_is_asked(void)
{
	struct tenant t = test_tenant();
	sends(t, "1", "a", "image", "image/jpeg");
	sends(t, "2", "b", "document", "application/pdf");
	sends(t, "3", "c", "image", "image/jpeg");
	CHECK_STR(test_text(AMONG,
			  pool_printf(test_pool,
				  "(SELECT array_agg(DISTINCT conversation_id) FROM attachments WHERE org_id = %lld "
				  "AND kind = 'image')",
				  ORG(t))
				  .p,
			  ORG(t), ORG(t)),
		"t");
	test_do("UPDATE attachments SET by_bot = true WHERE org_id = %lld", ORG(t));
	CHECK_STR(test_text(AMONG, "'{}'", ORG(t), ORG(t)), "t");
}

/* One who sends thousands of pictures does not make the search slow; who searches is told. */
static void the_newest_files_are_looked_at(void)
{
	struct tenant t = test_tenant();
	sends(t, "1", "a", "image", "image/jpeg");
	sends(t, "2", "b", "image", "image/jpeg");
	CHECK_STR(test_text("SELECT complete FROM deskbell_search_files(%lld, 'image', NULL, NULL, NULL, 10)", ORG(t)),
		"t");
	CHECK_STR(test_text("SELECT complete FROM deskbell_search_files(%lld, 'image', NULL, NULL, NULL, 2)", ORG(t)),
		"f");
	test_do("INSERT INTO attachments (org_id, message_id, position, conversation_id, channel_id, kind, "
		"provider_file_id, state, sent_at) SELECT org_id, message_id, n, conversation_id, channel_id, kind, "
		"'x', "
		"'stored', now() + n * interval '1 second' FROM attachments, generate_series(2, %d) n WHERE org_id = "
		"%lld AND "
		"provider_file_id = 'b'",
		NEWEST + 1, ORG(t));
	CHECK_STR(found(t, "image"), "2");
	CHECK_STR(test_text("SELECT complete FROM deskbell_search_files(%lld, 'image', NULL, NULL, NULL, 10)", ORG(t)),
		"f");
	CHECK_STR(found_by(t, t, "image", -1, 0), "2 1");
}

CU_TestInfo db_found_files_tests[] = {
	{ "files are found by their kind", files_are_found_by_their_kind },
	{ "what is not there is not found", what_is_not_there_is_not_found },
	{ "a file goes with its message", a_file_goes_with_its_message },
	{ "what the bot sends along is not looked for", what_the_bot_sends_along_is_not_looked_for },
	{ "days are those of the file", days_are_those_of_the_file },
	{ "among conversations each is asked", among_conversations_each_is_asked },
	{ "the newest files are looked at", the_newest_files_are_looked_at },
	CU_TEST_INFO_NULL,
};
