/*
 * db-security.c - tests of the wall between tenants: keys, row-level security, the audit log.
 */
#include "check.h"
#include "db.h"

#include "db/statements.h"

static const char guarded_tables[] = "SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_class c JOIN "
				     "pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' "
				     "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace";

/* ---- what a schema needs that is to be distributed by organization ---- */

/* Tables with org_id that belong to the directory: looked up by other keys, too. */
#define DIRECTORY "'{memberships,member_names,sessions,invitations,api_tokens,password_resets,channel_addresses}'"
#define TENANTS \
	"(SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' WHERE " \
	"c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL (" DIRECTORY "))"
/* Names of the columns of an array of numbers, sorted: as text. */
#define COLUMNS(table, numbers) \
	"(SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_attribute a WHERE a.attrelid = " table \
	" AND a.attnum = ANY (" numbers "))"

static void keys_of_tenants_rows_begin_with_their_organization(void)
{
	CHECK_STR(test_text("SELECT coalesce(string_agg(i.indexrelid::regclass::text, ' '), '') FROM pg_index i JOIN "
			    "pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indisunique "
			    "AND a.attname <> 'org_id' AND i.indrelid IN " TENANTS),
		"");
}

static void tenants_rows_refer_to_rows_of_their_tenant(void)
{
	CHECK_STR(test_text("SELECT coalesce(string_agg(k.conrelid::regclass || '.' || k.conname, ' '), '') FROM "
			    "pg_constraint k WHERE k.contype = 'f' AND k.conrelid IN " TENANTS
			    " AND k.confrelid <> 'organizations'::regclass AND NOT (k.confrelid IN " TENANTS
			    " AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = "
			    "'org_id' AND a.attnum = k.conkey[1]))"),
		"");
}

static void no_table_has_a_trigger(void)
{
	CHECK_STR(test_text("SELECT coalesce(string_agg(t.tgrelid::regclass || '.' || t.tgname, ' '), '') FROM "
			    "pg_trigger t "
			    "JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.relnamespace = "
			    "'public'::regnamespace"),
		"");
}

/* Else a removal looks through the whole table, once a row. Where a column may be NULL the index may leave that out. */
static void every_foreign_key_has_an_index(void)
{
	CHECK_STR(
		test_text("SELECT coalesce(string_agg(k.conrelid::regclass || '.' || k.conname, ' '), '') FROM "
			  "pg_constraint k WHERE k.contype = 'f' AND NOT EXISTS (SELECT FROM pg_index i WHERE "
			  "i.indrelid = k.conrelid AND i.indisvalid AND coalesce(pg_get_expr(i.indpred, i.indrelid) ~ "
			  "'^.[a-z0-9_]+ IS NOT NULL.$', true) AND " COLUMNS("k.conrelid", "k.conkey") " = " COLUMNS(
				  "k.conrelid", "(i.indkey::int2[])[0:cardinality(k.conkey) - 1]") ")"),
		"");
}

/* One row of tenant `t` in every table that has org_id. A new table belongs into this list; the test says so. */
static void fill_conversations(long long org, long long channel)
{
	test_do("INSERT INTO users (email, password_hash) VALUES ('u%lld@example.com', 'x');"
		"SELECT deskbell_member_role(%lld, id, 'owner') FROM users WHERE email = 'u%lld@example.com';"
		"INSERT INTO contacts (org_id, name) VALUES (%lld, 'c');"
		"INSERT INTO contact_identities (org_id, channel_id, kind, value, contact_id) SELECT org_id, %lld, "
		"'wa_id', '1', id FROM contacts WHERE org_id = %lld;"
		"INSERT INTO conversations (org_id, channel_id, contact_id, platform) SELECT org_id, %lld, id, "
		"'whatsapp' FROM contacts WHERE org_id = %lld",
		org, org, org, org, channel, org, channel, org);
	test_do("INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, status) "
		"SELECT org_id, id, channel_id, 'outbound', 'bot', 'text', 'queued' FROM conversations WHERE org_id = "
		"%lld;"
		"INSERT INTO answer_jobs (org_id, conversation_id, first_due_at, due_at) SELECT org_id, id, now(), "
		"now() FROM conversations WHERE org_id = %lld;"
		"INSERT INTO outbox (org_id, message_id, channel_id, conversation_id, tag) SELECT org_id, id, "
		"channel_id, conversation_id, 't' FROM messages WHERE org_id = %lld;"
		"INSERT INTO decisions (org_id, conversation_id, outcome, reason) SELECT org_id, id, 'silent', 'x' "
		"FROM conversations WHERE org_id = %lld;"
		"INSERT INTO leads (org_id, conversation_id) SELECT org_id, id FROM conversations WHERE org_id = %lld;"
		"INSERT INTO lead_jobs (org_id, conversation_id, due_at) SELECT org_id, id, now() FROM conversations "
		"WHERE org_id = %lld",
		org, org, org, org, org, org);
	test_do("INSERT INTO attachments (org_id, message_id, position, conversation_id, channel_id, kind, "
		"provider_file_id) SELECT org_id, id, 1, conversation_id, channel_id, 'image', '1' FROM messages "
		"WHERE org_id = %lld; INSERT INTO files (org_id, sha256, bytes) VALUES (%lld, 'x', 1);"
		"INSERT INTO contact_merges (org_id, contact_id, detail) SELECT org_id, id, '{}' FROM contacts WHERE "
		"org_id = %lld;"
		"INSERT INTO message_costs (org_id, channel_id, month, category, type, prefix, delivered) VALUES "
		"(%lld, "
		"%lld, '2026-11-01', 'service', 'regular', '4915', 1)",
		org, org, org, org, channel);
	test_do("INSERT INTO uploads (org_id, channel_id, sha256, kind, provider_file_id, expires_at) VALUES (%lld, "
		"%lld, "
		"'x', 'image', '1', 'infinity')",
		org, channel);
	test_do("INSERT INTO notes (org_id, conversation_id, body) SELECT org_id, id, 'n' FROM conversations WHERE "
		"org_id = %lld;"
		"INSERT INTO contact_fields (org_id, name) VALUES (%lld, 'f');"
		"INSERT INTO contact_values (org_id, contact_id, field_id, value) SELECT c.org_id, c.id, f.id, 'v' "
		"FROM "
		"contacts c JOIN contact_fields f ON f.org_id = c.org_id WHERE c.org_id = %lld;"
		"INSERT INTO saved_filters (org_id, user_id, name, query) VALUES (%lld, 0, 'f', '?tag=a');"
		"INSERT INTO absences (org_id, user_id) VALUES (%lld, 0);"
		"INSERT INTO reply_contents (org_id, owner, owner_id, sha256, bytes, media_type) VALUES (%lld, "
		"'fallback', 0, 'x', 1, 'image/png')",
		org, org, org, org, org, org);
}

static void fill_answers(long long org, long long channel)
{
	test_do("INSERT INTO documents (org_id, title, source, language, text) VALUES (%lld, 't', 'file', 'en', 'x');"
		"INSERT INTO passages (org_id, id, document_id, position, heading, text, words, ngrams) SELECT org_id, "
		"0, id, "
		"1, '', 'x', 1, 1 FROM documents WHERE org_id = %lld;"
		"INSERT INTO passage_terms (org_id, term, block, n, entries) VALUES (%lld, 1, 0, 1, '\\x000000');"
		"INSERT INTO knowledge_indexes (org_id) VALUES (%lld);"
		"INSERT INTO embedding_states (org_id, kind, model) VALUES (%lld, 'passages', 'm');"
		"INSERT INTO training_phrase_embeddings (org_id, digest, embedding) VALUES (%lld, '\\x00', '\\x7f');"
		"INSERT INTO passage_embeddings (org_id, passage_id, embedding) VALUES (%lld, 0, '\\x7f')",
		org, org, org, org, org, org, org);
	test_do("INSERT INTO proposal_verdicts (org_id, message_id, verdict) SELECT org_id, id, 'rejected' FROM "
		"messages WHERE org_id = %lld;"
		"INSERT INTO counter_examples (org_id, document_id, question) SELECT org_id, id, 'q' FROM documents "
		"WHERE org_id = %lld",
		org, org);
	test_do("INSERT INTO skills (org_id, title, response) VALUES (%lld, 's', 'r');"
		"INSERT INTO skill_models (org_id, revision, model, took_ms) SELECT org_id, 1, 'm', 1 FROM skills "
		"WHERE org_id = %lld;"
		"INSERT INTO skill_triggers (org_id, skill_id, position, phrase) SELECT org_id, id, 1, 'p' FROM skills "
		"WHERE org_id = %lld;"
		"INSERT INTO channel_addresses (org_id, channel_id, platform, external_id, is_claimed) VALUES (%lld, "
		"0, "
		"'telegram', 't%lld', false);"
		"INSERT INTO webhook_log (org_id, platform, kind, accepted, reason) VALUES (%lld, 'whatsapp', "
		"'delivery', false, as_reason('x'));"
		"INSERT INTO quarantine (org_id, channel_id, kind, reason, payload, digest) VALUES (%lld, %lld, "
		"'message', as_reason('x'), '{}', '\\x00');"
		"INSERT INTO parked_statuses (org_id, channel_id, provider_id, status) VALUES (%lld, %lld, 'p', "
		"'sent');"
		"INSERT INTO audit_log (org_id, actor, action) VALUES (%lld, 'test', 'x')",
		org, org, org, org, org, org, org, channel, org, channel, org);
	test_do("SELECT deskbell_tag(org_id, id, '{t}') FROM conversations WHERE org_id = %lld;"
		"INSERT INTO conversation_events (org_id, conversation_id, kind) SELECT org_id, id, 'closed' FROM "
		"conversations WHERE org_id = %lld;"
		"INSERT INTO conversation_viewers (org_id, conversation_id, user_id) SELECT org_id, id, 1 FROM "
		"conversations WHERE org_id = %lld;"
		"INSERT INTO conversation_reads (org_id, conversation_id, user_id, message_id) SELECT org_id, id, 1, 1 "
		"FROM "
		"conversations WHERE org_id = %lld;"
		"INSERT INTO canned_replies (org_id, shortcut, title, body) VALUES (%lld, 's', 't', 'b');"
		"INSERT INTO llm_usage (org_id, day, purpose) VALUES (%lld, '2026-11-22', 'answer')",
		org, org, org, org, org, org);
}

static void fill_desk(long long org, long long channel)
{
	test_do("INSERT INTO sessions (user_id, org_id, token_hash, expires_at) SELECT user_id, org_id, "
		"sha256('s%lld'), "
		"now() FROM memberships WHERE org_id = %lld;"
		"INSERT INTO invitations (org_id, token_hash, email, role, expires_at) VALUES (%lld, sha256('i%lld'), "
		"'i@example.com', 'operator', now());"
		"INSERT INTO api_tokens (org_id, token_hash, name, role) VALUES (%lld, sha256('t%lld'), 't', "
		"'operator')",
		org, org, org, org, org, org);
	test_do("INSERT INTO password_resets (org_id, user_id, token_hash, expires_at) SELECT org_id, user_id, "
		"sha256('r%lld'), now() FROM memberships WHERE org_id = %lld",
		org, org);
	test_do("INSERT INTO ring_choices (org_id, user_id) SELECT org_id, user_id FROM memberships WHERE org_id = "
		"%lld;"
		"INSERT INTO push_subscriptions (org_id, user_id, session_id, endpoint, browser_key, auth) SELECT "
		"m.org_id, "
		"m.user_id, s.id, 'e', repeat('k', 65)::bytea, repeat('a', 16)::bytea FROM memberships m JOIN sessions "
		"s USING "
		"(user_id) WHERE m.org_id = %lld;"
		"INSERT INTO rings (org_id, kind) VALUES (%lld, 'channel');"
		"INSERT INTO push_queue (org_id, user_id, subscription_id, kind, expires_at) SELECT org_id, user_id, "
		"id, 'test', "
		"now() FROM push_subscriptions WHERE org_id = %lld",
		org, org, org, org);
	test_do("INSERT INTO search_words (org_id, word, conversation_id, of_contact) SELECT org_id, 'w', id, false "
		"FROM conversations WHERE org_id = %lld;"
		"INSERT INTO search_backlog (org_id, messages_below, conversations_below) VALUES (%lld, 1, 1);"
		"INSERT INTO forgotten (org_id, channel_id, digest) VALUES (%lld, %lld, '\\x00');"
		"SELECT deskbell_index(%lld, 'contact', ARRAY[1]);"
		"INSERT INTO retention_jobs (org_id) VALUES (%lld);"
		"INSERT INTO circuit_breakers (org_id, kind, endpoint) VALUES (%lld, 'chat', 'e');"
		"INSERT INTO mail_queue (org_id, kind, subject_id, email, language, expires_at) VALUES (%lld, "
		"'invitation', 1, 'e', 'en', now())",
		org, org, org, channel, org, org, org, org); /* due_work is filled by deskbell_index */
}

static void fill_every_table(struct tenant t)
{
	fill_conversations(t.org, t.channel);
	fill_answers(t.org, t.channel);
	fill_desk(t.org, t.channel);
}

/* Rows that are seen at this moment; the caller has opened a transaction, or none. */
static int64_t seen(const char *table, const char *where)
{
	struct db_statement count = { "seen",
		pool_printf(test_pool, "SELECT count(*) FROM %s WHERE %s", table, where).p, 0 };
	struct db_result *r;
	test_conf.database_pooler = CONF_POOLER_TRANSACTION;
	enum err e = DB_QUERY(test_db, test_pool, &count, &r, DB_NULL);
	test_conf.database_pooler = CONF_POOLER_NONE;
	return e == ERR_OK ? db_int(r, 0, 0) : -1;
}

static void a_tenant_sees_its_own_rows_only(void)
{
	struct tenant a = test_tenant(), b = test_tenant();
	fill_every_table(a);
	fill_every_table(b);
	const char *others = pool_printf(test_pool, "org_id IS DISTINCT FROM %lld", (long long)a.org).p;
	struct str tables = test_text(guarded_tables);
	CU_ASSERT_FALSE(str_is_empty(tables));
	while (tables.p) {
		const char *table = pool_cstr(test_pool, str_take_until(&tables, ' '));
		CHECK_INT(db_begin_system(test_db), ERR_OK);
		CHECK_ROW(
			seen(table, others) > 0, table); /* when this fails, fill_every_table does not know the table */
		CHECK_INT(db_commit(test_db), ERR_OK);
		CHECK_INT(db_begin_tenant(test_db, a.org), ERR_OK);
		CHECK_ROW(seen(table, "true") > 0, table);
		CHECK_ROW(seen(table, others) == 0, table);
		CHECK_INT(db_commit(test_db), ERR_OK);
		CHECK_ROW(seen(table, "true") == 0, table); /* after both kinds of transaction, without a setting */
	}
}

/* Users, second factors, what no organization has. */
static void what_is_of_no_tenant_is_for_the_system(void)
{
	struct tenant t = test_tenant();
	test_tenant();
	fill_every_table(t);
	CHECK_STR(test_text("SELECT coalesce(string_agg(DISTINCT pg_get_expr(p.polqual, p.polrelid), ' '), '') FROM "
			    "pg_policy p WHERE p.polname = 'system'"),
		"(current_setting('deskbell.scope'::text, true) = 'system'::text)");
	/* The owner's programs are bound, too. */
	CHECK_STR(
		test_text(
			"SELECT coalesce(string_agg(c.relname, ' '), '') FROM pg_class c WHERE c.relnamespace = "
			"'public'::regnamespace AND c.relkind = 'r' AND (c.relrowsecurity <> c.relforcerowsecurity OR "
			"(c.relrowsecurity AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) = 0))"),
		"");
	CHECK_INT(db_begin_system(test_db), ERR_OK);
	CHECK_ROW(seen("users", "true") > 0, "users, of the system");
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_ROW(seen("users", "true") == 0, "users, of a tenant");
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_ROW(seen("users", "true") == 0, "users, without a scope");
	const char *others = pool_printf(test_pool, "id <> %lld", (long long)t.org).p;
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_ROW(seen("organizations", "true") == 1 && seen("organizations", others) == 0, "another organization");
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_ROW(seen("organizations", "true") == 0, "organizations, without a scope");
}

/* Whatever could be seen before it: after a call for an organization a transaction sees that organization's rows. */
static void receiver_and_sender_see_one_organization_at_a_time(void)
{
	static const char *const calls[] = { "receive(%lld, '[]', 0)", "claim_answers(%lld, 'test:1', '{}', 9, 60)",
		"commit_answer(%lld, 0, '{}')", "postpone_answer(%lld, 0, 1)",
		"claim_leads(%lld, 'test:1', '{}', 9, 60)", "commit_lead(%lld, 0, '{}')", "postpone_lead(%lld, 0, 1)",
		"claim_deliveries(%lld, 'test:1', 9, 60)", "settle_deliveries(%lld, '[]')", "expire_deliveries(%lld)",
		"rest(%lld, 'delivery', 10)", "claim_words(%lld, 9)", "store_words(%lld, '{}', '{}', '{}')",
		"log_webhook(%lld, NULL, 'whatsapp', 'delivery', false, 'r', NULL)",
		"channels_for('whatsapp', (SELECT external_id FROM channels WHERE org_id = %lld), NULL, NULL, 9)" };
	struct tenant a = test_tenant(), b = test_tenant();
	fill_every_table(a);
	fill_every_table(b);
	const char *others = pool_printf(test_pool, "org_id <> %lld", (long long)a.org).p;
	for (size_t i = 0; i < COUNT(calls); i++) {
		struct buf sql;
		buf_init(&sql, 1000);
		buf_add_cstr(&sql, "SELECT deskbell_");
		for (const char *p = calls[i]; *p; p++) {
			if (strncmp(p, "%lld", 4) == 0) {
				buf_addf(&sql, "%lld", (long long)a.org);
				p += 3;
			} else {
				buf_add_char(&sql, *p);
			}
		}
		CHECK_INT(db_begin_system(test_db), ERR_OK);
		CHECK_ROW(seen("conversations", others) > 0, calls[i]);
		CHECK_INT(db_run_script(test_db, buf_cstr(&sql), NULL), ERR_OK);
		CHECK_ROW(seen("conversations", others) == 0 && seen("conversations", "true") > 0, calls[i]);
		db_rollback(test_db);
		buf_fini(&sql);
	}
}

/* Changes the policies so that the rows of a tenant have no scope but its own, until the transaction ends. The kinds of
 * work that are due are looked for over all tenants. */
static const char without_system_scope[] =
	"DO $$ DECLARE t name; BEGIN FOR t IN SELECT c.oid::regclass FROM pg_class c WHERE c.oid IN " TENANTS
	" AND c.relname <> 'due_work' LOOP EXECUTE format('ALTER POLICY tenant ON %s USING (org_id = "
	"nullif(current_setting(''deskbell.org'', true), '''')::bigint)', t); END LOOP; END $$";

/* A number, in the transaction that the caller has opened. */
static int64_t number_of(const char *sql, int64_t org)
{
	struct db_statement statement = { "number_of", sql, 1 };
	struct db_result *r;
	test_conf.database_pooler = CONF_POOLER_TRANSACTION;
	enum err e = DB_QUERY(test_db, test_pool, &statement, &r, DB_INT(org));
	test_conf.database_pooler = CONF_POOLER_NONE;
	CHECK_ROW(e == ERR_OK, db_last_message(test_db));
	return e == ERR_OK && db_rows(r) > 0 ? db_int(r, 0, 0) : -1;
}

static const char first_message[] =
	"SELECT inserted FROM deskbell_receive($1::bigint, jsonb_build_array(jsonb_build_object('op', 'message', "
	"'channel', "
	"(SELECT channel_id FROM channel_addresses WHERE org_id = $1::bigint), "
	"'platform', "
	"'whatsapp', 'id_kinds', ARRAY['wa_id'], 'id_values', ARRAY['1'], 'provider_id', 'm1', 'at', "
	"extract(epoch FROM now())::bigint, 'direction', 'inbound', 'sender', 'contact', 'kind', 'text', 'body', "
	"'hello', 'text_like', true, 'wants_answer', true, 'opens_window', true)), 0)";

static const char first_answer[] =
	"SELECT (deskbell_commit_answer(v.org_id, v.id, jsonb_build_object('version', v.version, 'messages', "
	"j.messages, "
	"'outcome', 'replied', 'stage', 'skill', 'reason', 'x', 'parts', ARRAY['hi'], 'tags', ARRAY['t1'])) = "
	"'done')::integer FROM conversations v JOIN answer_jobs j ON j.org_id = v.org_id AND j.conversation_id = v.id "
	"WHERE v.org_id = $1::bigint";

/* From a delivery of the webhook to the reply on its way, where the system scope shows nothing of any tenant. */
static void receiver_and_sender_need_no_other_scope(void)
{
	static const struct {
		const char *sql;
		int64_t number;
	} steps[] = {
		{ "SELECT count(*) FROM deskbell_channels_for('whatsapp', (SELECT external_id FROM channel_addresses "
		  "WHERE "
		  "org_id = $1::bigint), NULL, NULL, 9)",
			1 },
		{ first_message, 1 },
		{ "SELECT count(*) FROM deskbell_find_work(NULL, 0, NULL, 1000) WHERE org = $1::bigint AND work = "
		  "'answer'",
			1 },
		{ "SELECT count(*) FROM deskbell_claim_answers($1::bigint, 'test:1', '{}', 9, 60)", 1 },
		{ first_answer, 1 },
		{ "SELECT count(*) FROM deskbell_claim_deliveries($1::bigint, 'test:1', 9, 60)", 1 },
		{ "SELECT count(*) FROM outbox WHERE org_id = $1::bigint AND state = 'sending'", 1 },
		{ "SELECT max(taken) FROM deskbell_claim_words($1::bigint, 9)", 3 },
	};
	struct tenant t = test_tenant();
	CHECK_INT(db_begin_system(test_db), ERR_OK);
	CHECK_INT(db_run_script(test_db, without_system_scope, NULL), ERR_OK);
	CHECK_INT(seen("channels", "true"), 0);
	for (size_t i = 0; i < COUNT(steps); i++)
		CHECK_ROW(number_of(steps[i].sql, t.org) == steps[i].number, steps[i].sql);
	db_rollback(test_db);
	CU_ASSERT_TRUE(test_number("SELECT count(*) FROM channels") > 0);
}

static void a_tenant_writes_its_own_rows_only(void)
{
	struct tenant a = test_tenant(), b = test_tenant();
	const char *insert =
		pool_printf(test_pool, "INSERT INTO contacts (org_id, name) VALUES (%lld, 'x')", (long long)b.org).p;
	fill_every_table(b);
	CHECK_INT(db_run_script(test_db, insert, NULL), ERR_DB);
	CU_ASSERT_STRING_EQUAL(db_last_state(test_db), "42501");
	CHECK_INT(db_begin_tenant(test_db, a.org), ERR_OK);
	CHECK_INT(db_run_script(test_db, insert, NULL), ERR_DB);
	db_rollback(test_db);
	CHECK_INT(db_begin_tenant(test_db, a.org), ERR_OK);
	CHECK_INT(db_run_script(test_db,
			  "UPDATE contacts SET name = 'stolen'; DELETE FROM messages; DELETE FROM skills", NULL),
		ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_INT(test_number("SELECT count(*) FROM contacts WHERE name = 'stolen'"), 0);
	CHECK_INT(test_number("SELECT count(*) FROM messages WHERE org_id = %lld", (long long)b.org), 1);
	CHECK_INT(db_begin_tenant(test_db, a.org), ERR_OK);
	CHECK_INT(db_run_script(test_db,
			  pool_printf(test_pool,
				  "INSERT INTO contacts (org_id, name) VALUES (%lld, 'mine'); UPDATE contacts SET "
				  "org_id = %lld",
				  (long long)a.org, (long long)b.org)
				  .p,
			  NULL),
		ERR_DB);
	db_rollback(test_db);
}

static void every_table_with_org_id_is_guarded_and_the_role_is_no_superuser(void)
{
	struct db_result *r;
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_doctor_unguarded_statement, &r, DB_NULL), ERR_OK);
	CHECK_STR(db_str(r, 0, 0), "");
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_doctor_server_statement, &r, DB_NULL), ERR_OK);
	CU_ASSERT_FALSE(db_bool(r, 0, 4));
	CU_ASSERT_FALSE(db_bool(r, 0, 5));
}

/* Entries go with their organisation and with nothing else, whatever other organisations there are. */
static void the_audit_log_stays_while_its_organisation_does(void)
{
	struct tenant a = test_tenant(), b = test_tenant();
	test_do("INSERT INTO audit_log (org_id, actor, action) VALUES (%lld, 'test', 'stays'), (%lld, 'test', "
		"'stays')",
		(long long)a.org, (long long)b.org);
	test_do("DELETE FROM audit_log WHERE org_id = %lld; UPDATE audit_log SET action = 'x' WHERE org_id = %lld",
		(long long)a.org, (long long)a.org);
	CHECK_INT(test_number(
			  "SELECT count(*) FROM audit_log WHERE org_id = %lld AND action = 'stays'", (long long)a.org),
		1);
	CU_ASSERT_NOT_EQUAL(test_try(test_db, "TRUNCATE audit_log"), ERR_OK);
	test_do("DELETE FROM organizations WHERE id = %lld", (long long)a.org);
	CHECK_INT(test_number("SELECT count(*) FROM audit_log WHERE org_id = %lld", (long long)a.org), 0);
	CHECK_INT(test_number("SELECT count(*) FROM audit_log WHERE org_id = %lld", (long long)b.org), 1);
}

/* ... also where it is the only one. */
static void the_only_organisation_keeps_its_audit_log(void)
{
	struct tenant a = test_tenant();
	test_do("INSERT INTO audit_log (org_id, actor, action) VALUES (%lld, 'test', 'stays')", (long long)a.org);
	test_do("BEGIN; DELETE FROM organizations WHERE id <> %lld; DELETE FROM audit_log WHERE org_id = %lld",
		(long long)a.org, (long long)a.org);
	CHECK_INT(test_number("SELECT count(*) FROM audit_log WHERE org_id = %lld", (long long)a.org), 1);
	test_do("ROLLBACK");
}

CU_TestInfo db_security_tests[] = {
	{ "no table has a trigger", no_table_has_a_trigger },
	{ "keys of tenants' rows begin with their organization", keys_of_tenants_rows_begin_with_their_organization },
	{ "tenants' rows refer to rows of their tenant", tenants_rows_refer_to_rows_of_their_tenant },
	{ "every foreign key has an index", every_foreign_key_has_an_index },
	{ "the audit log stays while its organisation does", the_audit_log_stays_while_its_organisation_does },
	{ "... also where it is the only one", the_only_organisation_keeps_its_audit_log },
	{ "every table with org_id is guarded, and the role is no superuser",
		every_table_with_org_id_is_guarded_and_the_role_is_no_superuser },
	{ "receiver and sender see one organization at a time", receiver_and_sender_see_one_organization_at_a_time },
	{ "receiver and sender need no other scope", receiver_and_sender_need_no_other_scope },
	{ "what is of no tenant is for the system", what_is_of_no_tenant_is_for_the_system },
	{ "a tenant sees its own rows only, nobody sees any without a setting", a_tenant_sees_its_own_rows_only },
	{ "a tenant writes its own rows only", a_tenant_writes_its_own_rows_only },
	CU_TEST_INFO_NULL,
};
