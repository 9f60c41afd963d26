"""An organisation that has something of everything, for what must treat all of it: export, import, backup, removal,
and what must keep out of it.
"""

import hashlib
import json
import os
import re

from . import planted, processes
from .ctl import channel_form, conversation_of
from .desk import person
from .sql import literal


def fill(ctl, name, n):
	"""An organisation with one row, at least, in every table that an export prints; returns it and a conversation."""
	org = int(ctl.good("org", "add", name))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(n))["id"]
	ctl.good(
		"user",
		"add",
		"--org",
		org,
		"--role",
		"owner",
		"--email",
		"export%d@example.com" % n,
		input=planted.PASSWORD + "\n",
	)
	ctl.good("setting", "set", "--org", org, "llm_api_key", input=planted.LLM_KEY + "\n")
	ctl.good("setting", "set", "--org", org, "handover_text", "Soon «ş»")
	ctl.good(
		"skill",
		"import",
		"--org",
		org,
		input=json.dumps([{"title": "Hours", "triggers": ["when", "how long"], "response": "Nine.\nTo five."}]),
	)
	path = os.path.join(ctl.stack.folder, "export.md")
	with open(path, "w", encoding="utf-8") as f:
		f.write("# Delivery\n\nWe deliver within three days.\n")
	os.chmod(path, 0o644)
	ctl.good("knowledge", "import", "--org", org, path)
	talk = conversation_of(ctl, org, channel, "hello")
	ctl.stack.sql.script(
		"""
		insert into contact_identities (org_id, channel_id, kind, value, contact_id)
			select %(org)d, %(channel)d, 'wa_id', '1555', id from contacts where org_id = %(org)d;
		select deskbell_tag(%(org)d, %(talk)d, '{vip}');
		insert into conversation_events (org_id, conversation_id, kind) values (%(org)d, %(talk)d, 'closed');
		insert into decisions (org_id, conversation_id, outcome, reason, detail)
			values (%(org)d, %(talk)d, 'silent', 'because', '{"a": [1]}');
		insert into proposal_verdicts (org_id, message_id, verdict) select org_id, min(id), 'rejected' from messages
			where org_id = %(org)d group by org_id;
		insert into counter_examples (org_id, skill_id, question, conversation_id)
			select org_id, id, 'When is lunch?', %(talk)d from skills where org_id = %(org)d;
		insert into counter_examples (org_id, document_id, question) select org_id, id, E'and there?\nWhere is lunch?'
			from documents where org_id = %(org)d;
		insert into leads (org_id, conversation_id, facts, manual, score, class)
			values (%(org)d, %(talk)d, '{"service": "cake"}', '{"budget": null}', 7, 'hot');
		insert into canned_replies (org_id, shortcut, title, body) values (%(org)d, 'hi', 'Hi', 'Hello!');
		insert into quarantine (org_id, channel_id, kind, reason, payload, digest)
			values (%(org)d, %(channel)d, 'message', as_reason('odd'), '{"x":1}', 'd');
		insert into webhook_log (org_id, channel_id, platform, kind, accepted, reason)
			values (%(org)d, %(channel)d, 'whatsapp', 'delivery', false, as_reason('no'));
		insert into message_costs (org_id, channel_id, month, category, type, prefix, delivered)
			values (%(org)d, %(channel)d, '2026-10-01', 'service', 'regular', '4915', 7);
		insert into llm_usage (org_id, day, purpose, calls)
			values (%(org)d, current_date, 'answer', 3), (%(org)d, current_date, 'lead', 2);
		"""
		% {"org": org, "channel": channel, "talk": talk}
	)
	return org, talk


def replies_take_files_along(ctl, org):
	"""A skill and the fallback a file, a canned reply a place."""
	path = os.path.join(ctl.stack.folder, "menu.pdf")
	with open(path, "wb") as f:
		f.write(b"%PDF-1.4 menu" + bytes(range(256)))
	os.chmod(path, 0o644)
	title = ctl.stack.sql.value("select min(title) from skills where org_id = %d" % org)
	ctl.stack.sql.script(
		"insert into canned_replies (org_id, shortcut, title, body) values (%d, 'Yön', 'Way', 'Here');" % org
	)
	ctl.good("reply", "attach", "--org", org, "--skill", title, path)
	ctl.good("reply", "attach", "--org", org, "--fallback", path)
	ctl.good("reply", "attach", "--org", org, "--canned", "yön", "--place", "41.0082,28.9784", "--name", "Shop")


def leftovers(stack, words):
	"""Where any of the words stands: in any column of any table of the database, as text and in what bytes spell, or
	in a file that the programs write. Case does not matter.
	"""
	pattern = "|".join([re.escape(w) for w in words] + [w.encode().hex() for w in words])
	found = []
	for table in stack.sql.tables():
		rows = stack.sql.rows("select t::text as row from %s t where t::text ~* %s" % (table, literal(pattern)))
		found += ["%s: %s" % (table, r["row"][:200]) for r in rows]
	in_bytes = re.compile(pattern.encode(), re.IGNORECASE)
	for folder in (stack.folder, stack.run_dir):
		for name in sorted(os.listdir(folder)):
			path = os.path.join(folder, name)
			if name != "simulator.log" and os.path.isfile(path) and not os.access(path, os.X_OK):
				with open(path, "rb") as f:
					found += [
						"%s: %s" % (name, m.group().decode("utf-8", "replace")) for m in in_bytes.finditer(f.read())
					][:5]
	return found


ROLES = ("operator", "admin", "owner")

# One row in each table that holds tenants' rows; %(name)s stands in its texts.
PLANT = """
insert into channels (org_id, platform, external_id, config)
	values (%(org)d, 'telegram', '%(name)s', '{"bot_username": "%(name)s"}');
insert into channel_addresses (org_id, channel_id, platform, external_id, is_claimed)
	select org_id, id, platform, external_id, false from channels where org_id = %(org)d;
insert into contacts (org_id, name) values (%(org)d, '%(name)s');
insert into contact_identities (org_id, channel_id, kind, value, contact_id)
	select c.org_id, h.id, 'telegram', '%(name)s', c.id from contacts c join channels h using (org_id)
		where c.org_id = %(org)d;
insert into contact_fields (org_id, name) values (%(org)d, '%(name)s');
insert into contact_values (org_id, contact_id, field_id, value) select c.org_id, c.id, f.id, '%(name)s' from contacts c
	join contact_fields f using (org_id) where c.org_id = %(org)d;
insert into conversations (org_id, channel_id, contact_id, platform)
	select c.org_id, h.id, c.id, 'telegram' from contacts c join channels h using (org_id) where c.org_id = %(org)d;
insert into absences (org_id, user_id) values (%(org)d, %(user)d);
insert into saved_filters (org_id, user_id, name, query) values (%(org)d, %(user)d, '%(name)s', '?q=%(name)s');
insert into notes (org_id, conversation_id, body) select org_id, id, '%(name)s' from conversations
	where org_id = %(org)d;
insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, status, body)
	select org_id, id, channel_id, 'outbound', 'operator', 'text', 'failed', '%(name)s' from conversations
		where org_id = %(org)d;
insert into attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id, file_name)
	select org_id, id, 1, conversation_id, channel_id, 'image', '%(name)s', '%(name)s' from messages
		where org_id = %(org)d;
insert into files (org_id, sha256, bytes) values (%(org)d, '%(name)s', 1);
insert into uploads (org_id, channel_id, sha256, kind, provider_file_id, expires_at)
	select f.org_id, c.id, f.sha256, 'image', '%(name)s', 'infinity' from files f join channels c using (org_id)
		where f.org_id = %(org)d;
insert into outbox (org_id, message_id, channel_id, conversation_id, tag, state)
	select org_id, id, channel_id, conversation_id, '%(name)s', 'failed' from messages where org_id = %(org)d;
insert into answer_jobs (org_id, conversation_id, first_due_at, due_at, messages) select org_id, id, now(), now(), '{}'
	from conversations where org_id = %(org)d;
insert into decisions (org_id, conversation_id, outcome, reason, draft, message_id)
	select org_id, id, 'draft', 'because', '%(name)s', 0 from conversations where org_id = %(org)d;
insert into leads (org_id, conversation_id, summary) select org_id, id, '%(name)s' from conversations
	where org_id = %(org)d;
insert into lead_jobs (org_id, conversation_id, due_at) select org_id, id, now() from conversations
	where org_id = %(org)d;
select deskbell_tag(org_id, id, array['%(name)s']) from conversations where org_id = %(org)d;
insert into conversation_events (org_id, conversation_id, kind, user_id) select org_id, id, 'closed', %(user)d
	from conversations where org_id = %(org)d;
insert into conversation_viewers (org_id, conversation_id, user_id) select org_id, id, %(user)d from conversations
	where org_id = %(org)d;
insert into conversation_reads (org_id, conversation_id, user_id, message_id) select org_id, id, %(user)d, 1
	from conversations where org_id = %(org)d;
insert into ring_choices (org_id, user_id) values (%(org)d, %(user)d);
insert into sessions (user_id, org_id, token_hash, expires_at)
	values (%(user)d, %(org)d, sha256('called %(name)s'), now() + interval '1 day');
insert into push_subscriptions (org_id, user_id, session_id, endpoint, browser_key, auth)
	select %(org)d, %(user)d, id, 'https://%(name)s.example/', repeat('k', 65)::bytea, repeat('a', 16)::bytea from sessions
		where token_hash = sha256('called %(name)s');
insert into push_queue (org_id, user_id, subscription_id, kind, expires_at)
	select org_id, user_id, id, 'test', now() + interval '1 hour' from push_subscriptions where org_id = %(org)d;
insert into rings (org_id, kind, conversation_id) select org_id, 'waiting', id from conversations
	where org_id = %(org)d;
insert into canned_replies (org_id, shortcut, title, body) values (%(org)d, '%(name)s', '%(name)s', '%(name)s');
insert into reply_contents (org_id, owner, owner_id, latitude, longitude, place_name)
	values (%(org)d, 'fallback', 0, 1, 2, '%(name)s');
insert into search_queue (org_id, kind, subject) values (%(org)d, 'contact', 0);
select deskbell_due(%(org)d, 'search', now());
insert into skills (org_id, title, response) values (%(org)d, '%(name)s', '%(name)s');
insert into skill_triggers (org_id, skill_id, position, phrase) select org_id, id, 1, '%(name)s' from skills
	where org_id = %(org)d;
insert into proposal_verdicts (org_id, message_id, verdict) select org_id, id, 'rejected' from messages
	where org_id = %(org)d;
insert into counter_examples (org_id, skill_id, question) select org_id, id, '%(name)s' from skills
	where org_id = %(org)d;
insert into skill_models (org_id, revision, model, took_ms) values (%(org)d, 1, '%(name)s', 1);
insert into documents (org_id, title, source, language, text) values (%(org)d, '%(name)s', 'file', 'en', '%(name)s');
insert into passages (org_id, id, document_id, position, heading, text, words, ngrams)
	select org_id, 0, id, 1, '', '%(name)s', 1, 1 from documents where org_id = %(org)d;
insert into passage_terms (org_id, term, block, n, entries) values (%(org)d, 1, 0, 1, '\\x000000');
insert into knowledge_indexes (org_id, passages) values (%(org)d, 1);
insert into embedding_states (org_id, kind, model, dims)
	values (%(org)d, 'passages', '%(name)s', 4), (%(org)d, 'phrases', '%(name)s', 4);
insert into training_phrase_embeddings (org_id, digest, embedding) values (%(org)d, '%(name)s', '%(name)s');
insert into passage_embeddings (org_id, passage_id, embedding) values (%(org)d, 0, '%(name)s');
insert into webhook_log (org_id, platform, kind, accepted, reason)
	values (%(org)d, 'telegram', 'delivery', false, as_reason('x'));
insert into quarantine (org_id, channel_id, kind, reason, payload, digest)
	select org_id, id, 'message', as_reason('x'), '%(name)s', '\\x00' from channels where org_id = %(org)d;
insert into parked_statuses (org_id, channel_id, provider_id, status) select org_id, id, '%(name)s', 'sent'
	from channels where org_id = %(org)d;
insert into forgotten (org_id, channel_id, digest) select org_id, id, '%(name)s' from channels where org_id = %(org)d
	on conflict do nothing;
insert into retention_jobs (org_id) values (%(org)d) on conflict do nothing;
insert into contact_merges (org_id, contact_id, name, detail) select org_id, id, '%(name)s', '{}' from contacts
	where org_id = %(org)d limit 1;
insert into message_costs (org_id, channel_id, month, category, type, prefix, delivered)
	select org_id, id, '2026-11-01', '%(name)s', 'regular', '1', 1 from channels where org_id = %(org)d limit 1;
insert into circuit_breakers (org_id, kind, endpoint, open_until) values (%(org)d, 'chat', '%(name)s', now());
insert into llm_usage (org_id, day, purpose) values (%(org)d, current_date, 'answer');
insert into search_words (org_id, word, conversation_id, of_contact) select org_id, '%(name)s', id, true
	from conversations where org_id = %(org)d;
insert into search_backlog (org_id, messages_below, conversations_below) values (%(org)d, 1, 1);
insert into invitations (org_id, token_hash, email, role, expires_at)
	values (%(org)d, sha256('invitation %(name)s'), 'i@%(name)s.example', 'operator', now() + interval '1 day');
insert into mail_queue (org_id, kind, subject_id, email, language, expires_at)
	values (%(org)d, 'invitation', 1, '%(name)s@example.com', 'en', now());
insert into api_tokens (org_id, token_hash, name, role)
	values (%(org)d, sha256('api %(name)s'), '%(name)s', 'operator');
insert into password_resets (org_id, user_id, token_hash, expires_at)
	values (%(org)d, %(user)d, sha256('reset %(name)s'), now() + interval '1 hour');
"""


def digest(text):
	return "'\\x%s'::bytea" % hashlib.sha256(text.encode()).hexdigest()


class PlantedTenant:
	"""An organisation with one row in every table; its name stands in each text."""

	def __init__(self, stack, name):
		self.stack, self.sql, self.name = stack, stack.sql, name
		self.org = stack.organisation(name)
		self.users = {role: person(stack, self.org, "%s@%s.example" % (role, name), role) for role in ROLES}
		self.sql.script(PLANT % {"org": self.org, "name": name, "user": self.users["owner"]})
		for role in ROLES:
			self.sql.script(
				"insert into sessions (user_id, org_id, token_hash, expires_at) values (%d, %d, %s, now() + interval '1 day');"
				% (self.users[role], self.org, self.session(role))
			)

	def session(self, role):
		return digest("session %s %s" % (self.name, role))

	def keep_file(self, content, media_type):
		"""The planted attachment is this file in the store."""
		name = hashlib.sha256(content).hexdigest()
		folder = self.stack.values["files.dir"]
		for part in ("", "/%d" % self.org, "/%d/%s" % (self.org, name[:2])):
			os.makedirs(folder + part, exist_ok=True)
			processes.give(folder + part)
		path = "%s/%d/%s/%s" % (folder, self.org, name[:2], name)
		with open(path, "wb") as f:
			f.write(content)
		processes.give(path)
		self.sql.script(
			"update attachments set state = 'stored', sha256 = '\\x%s', bytes = %d, media_type = '%s' where org_id = %d; "
			"insert into files (org_id, sha256, bytes) values (%d, '\\x%s', 1) on conflict do nothing;"
			% (name, len(content), media_type, self.org, self.org, name)
		)

	def id(self, table, column="id"):
		return self.sql.value("select max(%s) as n from %s where org_id = %d" % (column, table, self.org))

	def state(self):
		"""Everything of this tenant, by table. What a session's user was seen last is no change."""
		tables = self.sql.rows(
			"select distinct a.attrelid::regclass::text as t from pg_attribute a join pg_class c on c.oid = a.attrelid "
			"where a.attname = 'org_id' and not a.attisdropped and c.relkind = 'r' order by 1"
		)
		parts = [
			"select '%(t)s' as t, md5(string_agg((to_jsonb(x) - 'seen_at' - 'used_at')::text,"
			" ' ' order by to_jsonb(x)::text)) as d from %(t)s x where org_id = %(org)d"
			% {"t": r["t"], "org": self.org}
			for r in tables
		]
		parts.append("select 'organizations', md5(to_jsonb(x)::text) from organizations x where id = %d" % self.org)
		parts.append(
			"select 'users', md5(string_agg(to_jsonb(x)::text, ' ' order by id)) from users x where id in (%s)"
			% ", ".join(map(str, self.users.values()))
		)
		return {r["t"]: r["d"] for r in self.sql.rows(" union all ".join(parts))}
