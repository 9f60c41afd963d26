#!/usr/bin/python3
# What somebody could do who has taken desk.fcgi over: every table and every function that its database role may use,
# with another tenant's ids, behind every disguise that the role can put on. Tables and functions come from the
# catalogue, so one without a case here fails the test. Receiver and sender have no role of their own.
import hashlib
import json
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import planted, processes
from deskbell.desk import person, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program
from deskbell.tenant import PlantedTenant, digest

MARK = "zqother"
# What each function is called with: %(own_operator)s and %(own_owner)s are digests of own sessions, the rest is the
# other tenant's. What a function tells of the caller's own tenant must not hold MARK, and nothing of the other tenant
# may have changed.
FUNCTIONS = {
	"proven_org": [""],
	"scope_sealed": ["'%(org)d user:%(user)d owner'"],
	"guard_tenant_rows": ["'contacts'"],
	"guard_system_rows": ["'contacts'"],
	"password_verifier": ["'x'"],
	"password_kept": ["'x'"],
	"is_reason": ["'{}'"],
	"is_failure": ["'{}'"],
	"are_findings": ["'{}'"],
	"as_reason": ["'x'"],
	"deskbell_enter": ["%(own_owner)s, %(org)d", "%(guess)s, %(org)d", "null, %(org)d", "sha256('api zqown'), %(org)d"],
	"deskbell_sign_in_begin": ["'owner@zqother.example', '192.0.2.1', sha256('begun')"],
	"deskbell_sign_in_prove": ["%(guess)s, %(guess)s", "null, null"],
	"deskbell_session_find": ["%(guess)s, 1000000", "null, 1000000"],
	"deskbell_session_start": [
		"%(guess)s, %(guess)s, null, '', '', 1000, 1000",
		"null, %(guess)s, null, '', '', 1000, 1000",
	],
	"deskbell_session_end": ["%(guess)s", "null"],
	"deskbell_session_list": ["%(guess)s, 1000000", "%(own_owner)s, 1000000"],
	"deskbell_session_revoke": ["%(own_owner)s, %(session)d", "%(guess)s, null"],
	"deskbell_session_choose": ["%(own_owner)s, %(org)d"],
	"deskbell_account_save": ["%(guess)s, 'x', 'en', 'UTC'"],
	"deskbell_password_change": [
		"%(own_owner)s, %(guess)s, '$y$j9T$a$b', %(guess)s",
		"%(guess)s, %(guess)s, 'x', %(guess)s",
	],
	"deskbell_token_find": ["%(guess)s"],
	"deskbell_token_list": ["%(own_owner)s, %(org)d", "%(guess)s, %(org)d"],
	"deskbell_token_add": [
		"%(own_owner)s, %(org)d, 'x', 'admin', 'write', null, sha256('x')",
		"%(own_operator)s, %(own)d, 'x', 'admin', 'write', 1, sha256('x')",
	],
	"deskbell_token_revoke": ["%(own_owner)s, %(org)d, %(token)d"],
	"deskbell_setup_is_open": ["%(guess)s"],
	"deskbell_setup": ["%(guess)s, 'x', 'en', '{}', 'x@example.com', 'x', 'UTC', %(guess)s, ''"],
	"deskbell_invitation_find": ["%(guess)s"],
	"deskbell_visited": ["%(guess)s", "null"],
	"deskbell_invitation_accept": [
		"sha256('invitation zqown'), %(guess)s, null, 'x', ''",
		"%(guess)s, %(guess)s, 'x', 'x', ''",
	],
	"deskbell_reset_add": ["sha256('q'), %(user)d", "sha256('q'), 999999999"],
	"deskbell_reset_find": ["sha256('guess')", "''::bytea"],
	"deskbell_reset_use": ["sha256('guess'), 'x'"],
	"deskbell_reset_request": ["'owner@zqother.example', '192.0.2.1', 'en'"],
	"deskbell_member_set": ["%(user)d, 'operator'", "%(user)d, null", "%(own_user)d, 'owner'"],
	"deskbell_invitation_add": [
		"sha256('x'), 'x@example.com', 'owner', null",
		"sha256('x'), 'x@example.com', 'owner', 'en'",
	],
	"deskbell_invitation_remove": ["%(invitation)d"],
	"deskbell_contact_copy": [
		"%(org)d, 'contact', 0, (select contact_id from conversations where id = %(conversation)d)",
		"%(org)d, 'quarantine', 0, 1",
		"%(org)d, 'message', 0, 1",
	],
	"deskbell_contact_merge": ["%(org)d, 1, 2", "%(own)d, 2, 3"],
	"deskbell_contact_unmerge": ["%(org)d, 1", "%(own)d, 2"],
	"deskbell_erase_contact": ["%(org)d, 1", "%(org)d, 2", "%(own)d, 2"],
	"deskbell_second_challenge": ["%(guess)s", "sha256('begun')"],
	"deskbell_second_pass": ["%(guess)s, extract(epoch from now())::bigint / 30", "sha256('begun'), 1"],
	"deskbell_recovery_use": ["%(guess)s, %(guess)s", "sha256('begun'), %(guess)s"],
	"deskbell_second_state": ["%(guess)s"],
	"deskbell_second_set": ["%(own_owner)s, %(guess)s, 'x'", "%(guess)s, %(guess)s, 'x'"],
	"deskbell_second_confirm": ["%(own_owner)s, 1, array[%(guess)s]"],
	"deskbell_recovery_renew": ["%(own_owner)s, %(guess)s, array[%(guess)s]"],
	"deskbell_second_remove": ["%(own_owner)s, %(guess)s"],
	"deskbell_security_save": ["false, 5, 1"],
	"deskbell_second_reset": ["%(user)d", "%(own_user)d"],
	"deskbell_mentions": ["'@Ana', 'Ana', 'a@example.com'"],
	"deskbell_note_add": ["%(org)d, %(conversation)d, %(user)d, '@owner'"],
	"deskbell_contact_name": ["%(org)d, %(conversation)d, 'x'"],
	"deskbell_contact_block": ["%(org)d, %(conversation)d, %(user)d, true"],
	"deskbell_tag": ["%(org)d, %(conversation)d, '{x}'"],
	"deskbell_list_tags": ["%(org)d, array[%(conversation)d::bigint]"],
	"deskbell_ring_waiting": ["%(org)d, array[%(conversation)d::bigint]"],
	"deskbell_moved": ["(select v from conversations v where v.id = %(conversation)d)"],
	"deskbell_hand_on_after": ["%(org)d"],
	"deskbell_hand_on": ["%(org)d"],
	"deskbell_away_set": ["%(org)d, %(user)d, true"],
	"deskbell_contact_value": ["%(org)d, %(conversation)d, 1, 'x'"],
	"ring": ["%(org)d, 'waiting', %(conversation)d, null, null, null"],
	"deskbell_push_public_key": [""],
	"deskbell_push_offer_keys": ["sha256('x') || sha256('x') || 'x'::bytea, 'x'"],
	"deskbell_push_subscribe": [
		"%(own_owner)s, %(org)d, 'https://x.example/', repeat('k', 65)::bytea, repeat('a', 16)::bytea, ''",
		"%(guess)s, %(org)d, 'https://zqother.example/', repeat('k', 65)::bytea, repeat('a', 16)::bytea, ''",
	],
	"deskbell_push_unsubscribe": [
		"%(own_owner)s, %(org)d, 'https://zqother.example/', null",
		"%(guess)s, %(org)d, 'https://zqother.example/', 1",
	],
	"deskbell_push_list": ["%(own_owner)s, %(org)d", "%(guess)s, %(org)d"],
	"deskbell_push_test": ["%(own_owner)s, %(org)d", "%(guess)s, %(org)d"],
	"deskbell_ring_save": [
		"%(own_owner)s, %(org)d, false, false, false, false, false, null, null, 'off'",
		"%(guess)s, %(org)d, false, false, false, false, false, null, null, 'off'",
	],
	"deskbell_record": ["%(org)d, 'user:%(user)d', 'forged', null"],
	"deskbell_stray_verification": ["%(org)d, 'whatsapp'"],
	"deskbell_cut_off": ["%(org)d, %(channel)d"],
	"deskbell_fail_deliveries": ["%(org)d, array[%(message)d], 'window', 'x', 'x'"],
	"deskbell_ask_for_person": ["%(org)d, array[%(message)d]"],
	"deskbell_senders": [""],
	"deskbell_window": [""],
	"deskbell_reader": [""],
	"deskbell_installation_breakers": [""],
	"deskbell_channel_is_taken": ["%(own)d, 'whatsapp', 'x'"],
	"deskbell_turns": ["%(org)d"],
	"deskbell_newest": ["%(org)d, true, 50"],
	"deskbell_inbox": ["%(org)d, %(user)d, 'all', null, null, null, null, null, 50"],
	"deskbell_search": ["%(org)d, array['zqother'], 50"],
	"deskbell_search_files": [
		"%(org)d, 'image', null, null, null, 50",
		"%(org)d, 'image', null, null, array[%(conversation)d], 50",
	],
	"deskbell_viewers": ["%(org)d, %(conversation)d, 0"],
	"deskbell_details_stamp": ["%(org)d, %(conversation)d"],
	"deskbell_tell_event": ["%(org)d, %(conversation)d, %(user)d, 'closed', null"],
	"deskbell_say_refused": ["(select v from conversations v where v.id = %(conversation)d), 'x'"],
	"deskbell_queue_manual": [
		"jsonb_populate_record(null::conversations, '{\"org_id\": %(org)d, \"id\": %(conversation)d,"
		" \"channel_id\": %(channel)d}'), %(user)d, 'x', "
		"array['x'], array['x'], null, null, null"
	],
	"deskbell_attach": [
		"jsonb_populate_record(null::conversations, '{\"org_id\": %(org)d, \"id\": %(conversation)d,"
		" \"channel_id\": %(channel)d}'), %(message)d, "
		"'{\"kind\": \"image\", \"sha256\": \"00\", \"bytes\": 1}'"
	],
	"deskbell_say": ["%(org)d, %(conversation)d, %(user)d, 'x', array['x'], array['x'], null, null, null"],
	"deskbell_send_draft": ["%(org)d, %(conversation)d, %(user)d, %(decision)d, array['x'], array['x'], null"],
	"deskbell_set_agent": ["%(org)d, %(conversation)d, %(user)d, 'operator'"],
	"deskbell_assign": ["%(org)d, %(conversation)d, %(user)d, %(user)d"],
	"deskbell_set_open": ["%(org)d, %(conversation)d, %(user)d, false"],
	"deskbell_look": ["%(org)d, %(conversation)d, 4711"],
	"deskbell_view": ["%(org)d, %(conversation)d, 4711"],
	"deskbell_unread": ["%(org)d, %(conversation)d, 4711, null"],
	"deskbell_snooze": ["%(org)d, %(conversation)d, %(user)d, now() + interval '1 hour'"],
	"deskbell_later_refused": ["%(org)d, %(conversation)d, now() + interval '1 hour'"],
	"deskbell_put_off": ["%(org)d, %(conversation)d, 'x', now(), null"],
	"deskbell_settle_later": [
		"%(org)d, %(conversation)d, %(message)d, true",
		"%(org)d, %(conversation)d, %(message)d, false",
	],
	"deskbell_wake_snoozed": ["%(org)d"],
	"deskbell_undo": ["%(org)d, %(conversation)d, %(user)d"],
	"deskbell_set_waiting": ["%(org)d, %(conversation)d, now()"],
	"deskbell_keep_undo": [
		"jsonb_populate_record(null::conversations, '{\"org_id\": %(org)d, \"id\": %(conversation)d}'), %(user)d"
	],
	"deskbell_answer_what_waits": [
		"jsonb_populate_record(null::conversations, '{\"org_id\": %(org)d, \"id\": %(conversation)d}')"
	],
	"deskbell_retry_delivery": ["%(org)d, %(message)d"],
	"deskbell_discard_delivery": ["%(org)d, %(message)d"],
	"deskbell_status_rank": ["'sent'"],
	"deskbell_time_zone": ["%(org)d"],
	"deskbell_lead_facts": ["'{}', '{}'"],
	"deskbell_skills": ["%(org)d"],
	"deskbell_skill_model": ["%(org)d"],
	"deskbell_counter_examples": ["%(org)d"],
	"deskbell_answer_figures": ["%(org)d, 14, 0"],
	"deskbell_phrases": ["%(org)d"],
	"deskbell_forget_phrases": ["%(org)d"],
	"deskbell_knowledge": ["%(org)d"],
	"deskbell_knowledge_entries": ["%(org)d, array[1], 9, 9, 9"],
	"deskbell_knowledge_few": ["%(org)d, 1000"],
	"deskbell_knowledge_passages": ["%(org)d, array[0], array[1.0::double precision], 9, 9"],
	"deskbell_embedding_state": ["%(org)d, 'passages'", "%(org)d, 'phrases'"],
	"deskbell_load_passage_embeddings": ["%(org)d, -1, 9, null", "%(org)d, -1, 9, array[0]"],
	"deskbell_load_phrase_embeddings": ["%(org)d"],
	"deskbell_file_is_used": ["%(org)d, 'zqother'"],
	"deskbell_reply_content": ["%(org)d, 'fallback', 0"],
	"deskbell_outgoing_metadata": ["null, null, null"],
	"deskbell_topic": [
		"jsonb_populate_record(null::conversations, '{\"org_id\": %(org)d, \"id\": %(conversation)d,"
		" \"platform\": \"telegram\"}'), null"
	],
	"deskbell_unused_files": ["%(org)d, 10"],
	"deskbell_forget_file": ["%(org)d, 'zqother'"],
	"deskbell_attachment_retry": ["%(org)d, %(message)d, 1"],
	"deskbell_due": ["%(org)d, 'answer', now()"],
	"deskbell_due_each": ["%(org)d, array['answer'], array[now()]"],
	"deskbell_index": ["%(org)d, 'message', array[1]"],
	"deskbell_index_contacts": ["%(org)d, array[1]"],
	"deskbell_quota_usage": [
		"%(org)d, 'skills'",
		"%(org)d, 'documents'",
		"%(org)d, 'people'",
		"%(org)d, 'tags'",
		"%(org)d, 'canned_replies'",
	],
	"deskbell_llm_reserve": ["%(org)d, 'answer', 100"],
	"deskbell_llm_used": ["%(org)d, 'answer', false, 1, 1"],
}
# Functions that hand out what belongs to no tenant, or which parts of an answer are one's own: there a row is no find.
ANSWERS_ANYWAY = {
	"deskbell_second_state",
	"proven_org",
	"password_verifier",
	"password_kept",
	"is_reason",
	"is_failure",
	"are_findings",
	"as_reason",
	"deskbell_senders",
	"deskbell_window",
	"deskbell_installation_breakers",
	"deskbell_channel_is_taken",
	"deskbell_status_rank",
	"deskbell_time_zone",
	"deskbell_lead_facts",
	"deskbell_sign_in_begin",
	"deskbell_reset_request",
	"deskbell_session_list",
	"deskbell_search",
	"deskbell_search_files",
}
ANSWERS_ANYWAY |= {"deskbell_mentions", "deskbell_push_public_key", "deskbell_push_offer_keys"}


class Attack:
	def __init__(self, stack):
		self.stack, self.sql = stack, stack.sql
		self.psql = stack.postgres.bin + "/psql"
		self.own, self.other = PlantedTenant(stack, "zqown"), PlantedTenant(stack, MARK)
		self.sql.script("update invitations set email = 'owner@zqother.example' where org_id = %d;" % self.own.org)
		self.before = self.other.state()

	def run(self, script):
		"""As the desk's role; what it printed, and for each \\warn line what the server answered."""
		done = processes.run(
			[
				self.psql,
				"-XAtq",
				"-v",
				"VERBOSITY=sqlstate",
				"-v",
				"ON_ERROR_ROLLBACK=on",
				"-f",
				"-",
				self.stack.postgres.url("deskbell_desk"),
			],
			input=script.encode(),
			check=False,
		)
		return done.stdout.decode(), done.stderr.decode()

	def disguises(self):
		"""Beginnings of a transaction in which the role claims to act for the other tenant."""
		forged = (
			"select set_config('deskbell.org', '%d', true), set_config('deskbell.scope', 'system', true) where false;\n"
			% self.other.org
			+ "do $$ begin perform set_config('deskbell.org', '%d', true), set_config('deskbell.scope', 'system', true);"
			" end $$;\n" % self.other.org
		)
		enter = "do $$ begin perform deskbell_enter(%s, %d); end $$;\n" % (self.own.session("operator"), self.own.org)
		theirs = (
			"select deskbell_enter(%s, %d) \\g /dev/null\nselect current_setting('deskbell.pass') as pass \\gset\n"
			% (self.other.session("owner"), self.other.org)
		)
		replay = "select set_config('deskbell.pass', :'pass', %s) \\g /dev/null\n"
		return {
			"settings alone": "begin;\n" + forged,
			"a pass of its own": "begin;\n" + enter + forged,
			"a pass with the other's name in it": "begin;\n"
			+ enter
			+ forged
			+ "do $$ begin perform set_config('deskbell.pass', regexp_replace(current_setting('deskbell.pass'),"
			" ' ?[0-9]+ user:', '%d user:'), true); end $$;\n" % self.other.org,
			"a pass without a seal": "begin;\n"
			+ forged
			+ "do $$ begin perform set_config('deskbell.pass', repeat('0', 64) || '%d user:1 owner', true); end $$;\n"
			% self.other.org,
			"a pass of another transaction": "begin;\n" + theirs + "commit;\nbegin;\n" + forged + replay % "true",
			"a pass of another connection": "begin;\n"
			+ theirs
			+ "commit;\n\\connect\nbegin;\n"
			+ forged
			+ replay % "true",
		}

	def unchanged(self, what):
		now = self.other.state()
		changed = [t for t in now if now[t] != self.before[t]]
		assert not changed, "%s changed %s" % (what, changed)

	def tables(self):
		"""What the role may do, by table; a right to some columns counts."""
		rows = self.sql.rows(
			"select c.relname as t, c.relkind as kind, p.right from pg_class c cross join unnest(array['SELECT', 'INSERT',"
			" 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) "
			"p(\"right\") where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm',"
			" 'f') and (has_table_privilege('deskbell_desk', c.oid, p.right) "
			"or p.right in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege('deskbell_desk',"
			" c.oid, p.right)) order by 1, 2, 3"
		)
		found = {}
		for r in rows:
			assert r["kind"] == "r", r
			found.setdefault(r["t"], set()).add(r["right"])
		return found

	def functions(self):
		return [
			r["name"]
			for r in self.sql.rows(
				"select distinct proname::text as name from pg_proc where pronamespace = 'public'::regnamespace "
				"and prorettype <> 'trigger'::regtype and has_function_privilege('deskbell_desk', oid, 'EXECUTE') order by 1"
			)
		]


def key_of(table):
	return "id" if table == "organizations" else "org_id"


def what_is_granted(a):
	tables = a.tables()
	assert tables.pop("schema_migrations") == {"SELECT"}
	planted_tables = {t for t in a.before if a.before[t]} - {"users"}
	assert set(tables) <= planted_tables, "tables without a case: %s" % sorted(set(tables) - planted_tables)
	for hidden in (
		"users",
		"sessions",
		"api_tokens",
		"setup_codes",
		"sign_in_attempts",
		"scope_keys",
		"heartbeats",
		"quarantine",
		"parked_statuses",
		"second_factors",
		"recovery_codes",
		"sign_in_unknown",
		"account_resets",
		"reset_requests",
	):
		assert hidden not in tables, hidden
	for table in ("memberships", "member_names", "invitations", "audit_log"):
		assert tables[table] == {"SELECT"}, (table, tables[table])
	assert not [t for t in tables if tables[t] & {"TRUNCATE", "REFERENCES", "TRIGGER"}]
	sequences = a.sql.rows(
		"select relname from pg_class where relkind = 'S' and (has_sequence_privilege('deskbell_desk', oid,"
		" 'USAGE') or has_sequence_privilege('deskbell_desk', oid, 'UPDATE') "
		"or has_sequence_privilege('deskbell_desk', oid, 'SELECT'))"
	)
	assert sequences == [], sequences
	assert set(a.functions()) == set(FUNCTIONS), "without a case or gone: %s" % sorted(
		set(a.functions()) ^ set(FUNCTIONS)
	)
	assert a.sql.value("select has_schema_privilege('deskbell_desk', 'public', 'CREATE') as x") is False


def rows_are_out_of_reach(a, disguise, begin):
	script, wanted = [begin], 0
	for table, rights in sorted(a.tables().items()):
		if table == "schema_migrations":
			continue
		key, org = key_of(table), a.other.org
		if "SELECT" in rights:
			wanted += 1
			script.append("select 'read %s', count(%s) from %s where %s = %d;\n" % (table, key, table, key, org))
			script.append("select 'all %s', count(%s) from %s where %s <> %d;\n" % (table, key, table, key, a.own.org))
			wanted += 1
		if "UPDATE" in rights:
			column = "name" if table == "organizations" else key
			wanted += 1
			script.append(
				"with x as (update %s set %s = %s where %s = %d returning 1) select 'write %s', count(*) from x;\n"
				% (table, column, column, key, org, table)
			)
		if "DELETE" in rights:
			wanted += 1
			script.append(
				"with x as (delete from %s where %s = %d returning 1) select 'delete %s', count(*) from x;\n"
				% (table, key, org, table)
			)
	told, errors = a.run("".join(script) + "commit;\n")
	assert not errors, errors
	lines = told.split("\n")[:-1]
	assert len(lines) == wanted and all(line.endswith("|0") for line in lines), "%s: %s" % (
		disguise,
		[l for l in lines if not l.endswith("|0")],
	)
	a.unchanged(disguise)


def rows_cannot_be_planted(a, disguise, begin):
	script, wanted = [begin], []
	for table, rights in sorted(a.tables().items()):
		columns = [
			r["c"]
			for r in a.sql.rows(
				"select attname as c from pg_attribute where attrelid = '%s'::regclass and attnum > 0 and not attisdropped "
				"and attidentity <> 'a' and attgenerated = ''" % table
			)
		]
		if "INSERT" in rights:
			row = a.sql.rows("select to_jsonb(x) as j from %s x where org_id = %d limit 1" % (table, a.other.org))
			row = json.dumps(row[0]["j"] if row else {"org_id": a.other.org, "kind": "person", "subject": 1}).replace(
				"'", "''"
			)
			wanted.append("plant " + table)
			script.append(
				"\\warn plant %s\ninsert into %s (%s) select %s from jsonb_populate_record(null::%s, '%s');\n"
				% (table, table, ", ".join(columns), ", ".join(columns), table, row)
			)
		if "UPDATE" in rights and table != "organizations":
			wanted.append("move " + table)
			script.append("\\warn move %s\nupdate %s set org_id = %d;\n" % (table, table, a.other.org))
	_, errors = a.run("".join(script) + "commit;\n")
	answers = dict(re.findall(r"^((?:plant|move) \w+)\n(?:psql:\S+: )?ERROR:  (\w+)", errors, re.M))
	for what in wanted:
		# Without a pass of its own there is nothing that could be moved.
		assert (
			answers.get(what) == "42501" or what.startswith("move") and "own" not in disguise and what not in answers
		), "%s: %s answers %s\n%s" % (disguise, what, answers.get(what), errors)
	a.unchanged(disguise)


def functions_ask_for_proof(a, disguise, begin):
	"""All calls in one run; only when something is wrong one by one, to name it."""
	values = {
		"org": a.other.org,
		"own": a.own.org,
		"user": a.other.users["owner"],
		"own_user": a.own.users["operator"],
		"guess": digest("guess"),
		"own_operator": a.own.session("operator"),
		"own_owner": a.own.session("owner"),
		"conversation": a.other.id("conversations"),
		"message": a.other.id("messages"),
		"decision": a.other.id("decisions"),
		"channel": a.other.id("channels"),
		"invitation": a.other.id("invitations"),
		"token": a.other.id("api_tokens"),
		"session": a.other.id("sessions"),
	}
	calls = ["%s(%s)" % (name, arguments % values) for name in sorted(FUNCTIONS) for arguments in FUNCTIONS[name]]

	def run(some):
		told, _ = a.run(
			"".join(
				"\\echo @%d\n%s\nselect 'row', x.* from %s x;\n%s" % (n, begin, calls[n], "commit;\n" if begin else "")
				for n in some
			)
		)
		for n, text in re.findall(r"^@(\d+)\n((?:[^@].*\n)*)", told, re.M):
			assert MARK not in text, "%s: %s tells %s" % (disguise, calls[int(n)], text)
			found = [
				line
				for line in text.split("\n")
				if line.startswith("row|") and re.sub(r"[|]|^row|gone|absent|f$|false|0$|\{\}", "", line)
			]
			assert not found or calls[int(n)].split("(")[0] in ANSWERS_ANYWAY, "%s: %s finds %s" % (
				disguise,
				calls[int(n)],
				found,
			)
		assert len(re.findall(r"^@\d+$", told, re.M)) == len(some), told
		a.unchanged("%s: %s" % (disguise, " ".join(calls[n] for n in some)))

	try:
		run(range(len(calls)))
	except AssertionError:
		for n in range(len(calls)):
			run([n])
		raise
	finally:
		a.sql.script("delete from sign_in_attempts;")


# What passes prove


def desk(a, statements):
	told, errors = a.run(statements)
	return told.strip().split("\n"), errors


def an_own_pass_opens_its_own_tenant(a):
	told, errors = desk(
		a,
		"begin; select deskbell_enter(%s, %d); select proven_org(), count(*), min(name) from contacts;"
		" select name from organizations; commit;\n"
		"select proven_org() is null, count(*) from contacts;" % (a.own.session("operator"), a.own.org),
	)
	assert told == ["t", "%d|1|zqown" % a.own.org, "zqown", "t|0"] and not errors, (told, errors)
	told, _ = desk(
		a, "begin; select deskbell_enter(sha256('api zqown'), %d); select count(*) from contacts; commit;" % a.own.org
	)
	assert told == ["t", "1"], told


def a_pass_ends_with_its_proof(a):
	enter = "begin; select deskbell_enter(%s, %d); commit;" % (a.own.session("admin"), a.own.org)
	assert desk(a, enter)[0] == ["t"]
	for change, back in (
		(
			"update sessions set expires_at = now() where token_hash = %s",
			"update sessions set expires_at = now() + interval '1 day' where token_hash = %s",
		),
		(
			"select deskbell_membership_end(%d, %d)" % (a.own.org, a.own.users["admin"]) + " where %s is not null",
			"insert into memberships values (%d, %d, 'admin'); insert into sessions (user_id, org_id, token_hash,"
			" expires_at) values (%d, %d"
			% (a.own.org, a.own.users["admin"], a.own.users["admin"], a.own.org)
			+ ", %s, now() + interval '1 day')",
		),
		("delete from sessions where token_hash = %s", None),
	):
		a.sql.script(change % a.own.session("admin") + ";")
		assert desk(a, enter)[0] == ["f"], change
		if back:
			a.sql.script(back % a.own.session("admin") + ";")
			assert desk(a, enter)[0] == ["t"], back


def roles_come_with_the_pass(a):
	for role, wanted in (("operator", ["t", "", "", ""]), ("owner", ["t", "operator", "t", ""])):
		told, errors = desk(
			a,
			"begin; select deskbell_enter(%s, %d); select deskbell_member_set(%d, 'operator');"
			" select deskbell_invitation_add(sha256('q'), 'q@example.com', 'owner') > now(); "
			"select deskbell_invitation_remove(0); rollback;"
			% (a.own.session(role), a.own.org, a.own.users["operator"]),
		)
		assert told == wanted and not errors or told == wanted[: len(told)], (role, told, errors)


def the_audit_log_is_only_added_to(a):
	told, errors = desk(
		a,
		"begin; select deskbell_enter(%s, %d); select deskbell_record(%d, 'user:%d', 'desk.act', '{}'); commit;"
		% (a.own.session("operator"), a.own.org, a.other.org, a.other.users["owner"]),
	)
	assert not errors, errors
	row = a.sql.row("select org_id, actor from audit_log where action = 'desk.act'")
	assert row == {"org_id": a.own.org, "actor": "user:%d" % a.own.users["operator"]}, row
	assert "42501" in desk(a, "select deskbell_record(%d, 'user:1', 'desk.act', '{}');" % a.other.org)[1]
	for statement in (
		"delete from audit_log",
		"update audit_log set action = 'x'",
		"insert into audit_log (org_id, actor, action) values (%d, 'x', 'x')" % a.own.org,
		"truncate audit_log",
	):
		_, errors = desk(
			a, "begin; select deskbell_enter(%s, %d); %s; commit;" % (a.own.session("owner"), a.own.org, statement)
		)
		assert "42501" in errors, (statement, errors)
		if not statement.startswith("insert"):  # the owner of the tables
			done = processes.run(
				[a.psql, "-XAtc", statement, a.stack.postgres.url() + " options='-c deskbell.scope=system'"],
				check=False,
			)
			assert done.stdout in (b"DELETE 0\n", b"UPDATE 0\n") or b"permission denied" in done.stderr, (
				statement,
				done.stdout,
				done.stderr,
			)
	gone = a.stack.organisation("Gone")
	a.sql.script(
		"insert into audit_log (org_id, actor, action) values (%d, 'x', 'x'); delete from organizations where id = %d;"
		% (gone, gone)
	)


# What attempts prove


def begin(a, email, token, address="192.0.2.7"):
	told, errors = desk(a, "select * from deskbell_sign_in_begin('%s', '%s', %s);" % (email, address, digest(token)))
	assert not errors, errors
	return told[0].split("|")


def proof(setting):
	"""What desk.fcgi works out from the password."""
	import ctypes
	import ctypes.util

	crypt = ctypes.CDLL(ctypes.util.find_library("crypt")).crypt
	crypt.restype = ctypes.c_char_p
	return "'\\x%s'::bytea" % hashlib.sha256(crypt(planted.PASSWORD.encode(), setting.encode())).hexdigest()


def value(a, expression):
	told, errors = desk(a, "select %s;" % expression)
	assert not errors, errors
	return told[0]


def start(a, token, new):
	return value(
		a, "person from deskbell_session_start(%s, %s, null, '', '', 1000, 1000)" % (digest(token), digest(new))
	)


def no_hash_leaves_the_database(a):
	stored = a.sql.value("select password_hash from users where id = %d" % a.own.users["owner"])
	wait, setting = begin(a, "owner@zqown.example", "one")
	assert wait == "0" and stored.startswith(setting + "#") and re.fullmatch(r"\$y\$j9T\$[./A-Za-z0-9]+\$", setting), (
		setting
	)
	full = a.sql.rows("select count(*) as n from users where password_hash ~ '^\\$y\\$[^#]*$'")
	assert full == [{"n": 0}], full
	assert begin(a, "nobody@zqown.example", "two") == ["0", ""]
	a.sql.script("select deskbell_user_ensure('hash@zqown.example', '$y$j9T$abc$def');")
	assert "$def" not in a.sql.value("select password_hash from users where email = 'hash@zqown.example'"), (
		"a hash was stored as it came"
	)
	done = processes.run(
		[
			a.psql,
			"-XAtqc",
			"update users set password_hash = '$y$j9T$abc$def'",
			a.stack.postgres.url() + " options='-c deskbell.scope=system'",
		],
		check=False,
	)
	assert b"users_password_kept" in done.stderr, done.stderr


def an_attempt_makes_one_session(a):
	owner = str(a.own.users["owner"])
	_, setting = begin(a, "owner@zqown.example", "good")
	assert start(a, "good", "s1") == "", "a session without proof"
	assert value(a, "person from deskbell_sign_in_prove(%s, %s)" % (digest("good"), proof(setting))) == owner
	assert start(a, "good", "s1") == owner and start(a, "good", "s2") == "", "an attempt was used twice"
	assert value(a, "user_id from deskbell_session_find(%s, 1000)" % digest("s1")) == owner
	a.sql.script("delete from sign_in_attempts;")


def an_attempt_is_tried_once(a):
	_, setting = begin(a, "owner@zqown.example", "bad")
	assert value(a, "person from deskbell_sign_in_prove(%s, %s)" % (digest("bad"), digest("guess"))) == ""
	assert value(a, "person from deskbell_sign_in_prove(%s, %s)" % (digest("bad"), proof(setting))) == "", (
		"an attempt was tried twice"
	)
	verifier = a.sql.value(
		"select split_part(password_hash, '#', 2) as v from users where id = %d" % a.own.users["owner"]
	)
	begin(a, "owner@zqown.example", "stored")
	assert value(a, "person from deskbell_sign_in_prove(%s, '\\x%s')" % (digest("stored"), verifier)) == "", (
		"what is stored proves itself"
	)
	begin(a, "owner@zqown.example", "old")
	a.sql.script("update sign_in_attempts set at = now() - interval '3 minutes' where token_hash = %s;" % digest("old"))
	assert value(a, "person from deskbell_sign_in_prove(%s, %s)" % (digest("old"), proof(setting))) == "", (
		"an old attempt was tried"
	)
	a.sql.script("delete from sign_in_attempts;")


def a_proof_is_for_its_account(a):
	"""A proven attempt changes no other account's password, and takes no other account's invitation."""
	_, setting = begin(a, "owner@zqown.example", "mine")
	value(a, "person from deskbell_sign_in_prove(%s, %s)" % (digest("mine"), proof(setting)))
	assert (
		value(
			a,
			"deskbell_password_change(%s, %s, '$y$j9T$a$b', %s)"
			% (a.other.session("owner"), digest("mine"), digest("x")),
		)
		== "f"
	)
	a.unchanged("a password changed by somebody else's proof")
	_, setting = begin(a, "owner@zqown.example", "mine too")
	value(a, "person from deskbell_sign_in_prove(%s, %s)" % (digest("mine too"), proof(setting)))
	_, errors = desk(
		a,
		"select * from deskbell_invitation_accept(sha256('invitation zqown'), %s, null, 'x', '');" % digest("mine too"),
	)
	assert "23514" in errors, errors
	a.sql.script("update sign_in_attempts set proven_at = now() - interval '11 minutes';")
	assert start(a, "mine too", "s3") == "", "a proof of long ago"
	a.sql.script("delete from sign_in_attempts;")


def every_look_at_a_setting_is_an_attempt(a):
	for n in range(5):
		assert begin(a, "operator@zqown.example", "try %d" % n)[0] == "0"
	wait, setting = begin(a, "operator@zqown.example", "try 6")
	assert int(wait) > 0 and setting == "", (wait, setting)
	a.sql.script("delete from sign_in_attempts;")


def names_outlive_their_accounts(a):
	"""The desk's role sees the names of those who are or were members, and of nobody else."""
	leaver = person(a.stack, a.own.org, "leaver@zqown.example", "operator")
	a.sql.script(
		"update users set name = 'Lea' where id = %d; select deskbell_member_named(%d, %d),"
		" deskbell_user_remove('leaver@zqown.example', null);" % (leaver, a.own.org, leaver)
	)
	told, _ = desk(
		a,
		"begin; select deskbell_enter(%s, %d); select name, left_at is not null from member_names where user_id = %d;"
		" select count(*) from member_names; commit;" % (a.own.session("operator"), a.own.org, leaver),
	)
	assert told == ["t", "Lea|t", "4"], told


def run(tap):
	with Stack(with_simulator=False) as stack:
		use_desk_role(stack)
		a = Attack(stack)
		tap.run("every grant has a case", what_is_granted, a)
		for disguise, begin_text in sorted(a.disguises().items()):
			tap.run("rows are out of reach with %s" % disguise, rows_are_out_of_reach, a, disguise, begin_text)
			tap.run("rows cannot be planted with %s" % disguise, rows_cannot_be_planted, a, disguise, begin_text)
		for disguise, begin_text in [("no transaction", "")] + sorted(a.disguises().items()):
			tap.run("functions ask for proof with %s" % disguise, functions_ask_for_proof, a, disguise, begin_text)
		for story in (
			an_own_pass_opens_its_own_tenant,
			roles_come_with_the_pass,
			no_hash_leaves_the_database,
			an_attempt_makes_one_session,
			an_attempt_is_tried_once,
			a_proof_is_for_its_account,
			every_look_at_a_setting_is_an_attempt,
			names_outlive_their_accounts,
			a_pass_ends_with_its_proof,
			the_audit_log_is_only_added_to,
		):
			tap.run(story.__name__.replace("_", " "), story, a)
		stack.check_logs(tap)


sys.exit(program(run))
