#!/usr/bin/python3
# An export comes back: into another installation, and exported there again it is equal but for ids, credentials and
# what waited to be sent. What is no whole export changes nothing.
import json
import os
import re
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "fault")]
import faults
from deskbell import planted, processes
from deskbell.ctl import DATA, NO_INPUT, USAGE, Ctl, channel_form, conversation_of
from deskbell.stack import Stack
from deskbell.tap import program
from deskbell.tenant import fill, replies_take_files_along

# Members that hold ids of the installation, by the type whose ids they are.
IDS = {
	"channel": "channel",
	"contact": "contact",
	"conversation": "conversation",
	"message": "message",
	"user": "user",
	"assignee": "user",
	"skill": "skill",
}


class World:
	def __init__(self, home, away):
		self.home, self.away = Ctl(home), Ctl(away)
		self.file = os.path.join(home.folder, "org.jsonl")
		self.org = self.new = None

	def put(self, lines):
		path = os.path.join(self.away.stack.folder, "changed.jsonl")
		with open(path, "w", encoding="utf-8") as f:
			f.write("".join(lines))
		os.chmod(path, 0o644)
		return path


def exported(ctl, org):
	return [json.loads(line) for line in ctl.good("export", "--org", org).splitlines()]


def comparable(lines):
	"""The objects with ids numbered as they come, and without what an import cannot bring back."""
	numbers = {}

	def number(kind, value):
		return None if value is None else numbers.setdefault((kind, value), len(numbers))

	out = []
	for o in lines:
		kind = o["type"]
		if kind == "end" or kind == "audit" and o["action"] in ("organization.import", "organization.export"):
			continue
		for cost in o.get("costs", ()):
			cost["channel"] = number("channel", cost["channel"])
		if kind in (
			"lead",
			"llm_usage",
			"organization",
			"decision",
			"counter_example",
			"conversation_event",
			"quarantine",
			"webhook_log",
			"audit",
			"canned_reply",
		):
			o.pop("id", None)  # nothing names it
		elif "id" in o:
			o["id"] = number(kind, o["id"])
		for member, of in IDS.items():
			if member in o:
				o[member] = number(of, o[member])
		for identity in o.get("identities", ()):
			identity["channel"] = number("channel", identity["channel"])
		for note in o.get("notes", ()):
			note["user"] = number("user", note["user"])
		if kind == "audit":
			o["actor"] = re.sub(r"^user:(\d+)$", lambda m: "user:%s" % number("user", int(m.group(1))), o["actor"])
			o["detail"] = None  # a record of then: ids in it stay as they were
		if kind == "user":  # an account that is there stays as it is
			o["email"], o["created_at"] = o["email"].lower(), None
		if kind == "channel":
			o["disconnected_at"] = "now"
		if kind == "message" and o["delivery"] and o["delivery"]["state"] in ("queued", "cancelled"):
			o["delivery"].update(state="cancelled", settled_at="now")
			o["status"] = "cancelled"
		out.append(o)
	return out


def round_trip(w):
	"""Export, import elsewhere, export again: equal. The other installation has organisations, so that every id is
	another one.
	"""
	home, away = w.home, w.away
	w.org, talk = fill(home, "Çiçekçi", 80)
	home.stack.sql.script(
		"""
		insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status, user_id,
			error, metadata, provider_id, reply_to)
			select %(o)d, %(t)d, channel_id, 'outbound', 'operator', 'text', E'Zeile\\nğ 😀 \\\\ "', true, 'read',
				(select min(user_id) from memberships where org_id = %(o)d), '{"code": 1, "reason": {"code": "odd"}}',
				'{"a": [1, null]}', 'wamid.1', 'wamid.0' from conversations where id = %(t)d;
		insert into decisions (org_id, conversation_id, message_id, outcome, stage, reason)
			select %(o)d, %(t)d, min(id), 'replied', 'skill', 'x' from messages where conversation_id = %(t)d;
		insert into conversation_events (org_id, conversation_id, user_id, kind, assignee_id)
			select %(o)d, %(t)d, user_id, 'assigned', user_id from memberships where org_id = %(o)d;
		update messages set pricing = '{"type": "regular", "category": "service"}' where org_id = %(o)d;
		update contacts set has_blocked_us = true, block_changed_at = now() where org_id = %(o)d;
		update conversations set consecutive_fallbacks = 2, is_cut_off = true, is_held = true where id = %(t)d;
		update conversations set assignee_id = (select min(user_id) from memberships where org_id = %(o)d), unread = 3
			where id = %(t)d;
		insert into notes (org_id, conversation_id, user_id, body) select %(o)d, %(t)d, user_id, 'x' from memberships
			where org_id = %(o)d limit 1;
		insert into contact_fields (org_id, name) values (%(o)d, 'Adres'), (%(o)d, 'Nobody has one');
		update organizations set logo = '\\x89504e47', logo_at = now() where id = %(o)d;
		insert into canned_replies (org_id, shortcut, folder, title, body)
			values (%(o)d, 'yol', 'Adresler', 'Way', 'Second door.');
		insert into contact_values (org_id, contact_id, field_id, value) select f.org_id, v.contact_id, f.id, 'ğ street'
			from contact_fields f join conversations v on v.org_id = f.org_id where v.id = %(t)d;
		update contacts set profile_name = 'Her own', blocked_at = now() where org_id = %(o)d
			and id = (select contact_id from conversations where id = %(t)d);
		update outbox set error = '{"code": 2, "reason": {"code": "odd", "args": {"a": [1]}}}' where org_id = %(o)d;
		update channels set status = 'error', status_reason = as_reason('odd'), health_at = now(),
			health = '{"ok": false, "findings": [{"level": "FAIL", "subject": "odd", "reason": {"code": "odd"}}]}'
				where org_id = %(o)d;
		insert into audit_log (org_id, actor, action, detail)
			select %(o)d, 'user:' || user_id, 'lead.edit', '{"conversation": 1}' from memberships where org_id = %(o)d;
		"""
		% {"o": w.org, "t": talk}
	)
	replies_take_files_along(home, w.org)
	for n in range(3):
		fill(away, "Others %d" % n, 90 + n)
	away.good(
		"user",
		"add",
		"--org",
		1,
		"--role",
		"operator",
		"--email",
		"EXPORT80@example.com",
		input=planted.PASSWORD + "\n",
	)
	home.good(
		"user",
		"add",
		"--org",
		w.org,
		"--role",
		"operator",
		"--email",
		"nobody-there@example.com",
		input=planted.PASSWORD + "\n",
	)
	before = exported(home, w.org)
	with open(w.file, "w", encoding="utf-8") as f:
		f.write("".join(json.dumps(o) + "\n" for o in before))
	os.chmod(w.file, 0o644)
	out = away.good("import", w.file, "--new")
	w.new = int(re.search(r"organisation (\d+)", out).group(1))
	assert "1 users have no password" in out and "connect the channels" in out, out
	a, b = comparable(before), comparable(exported(away, w.new))
	assert a == b, [(x, y) for x, y in zip(a, b) if x != y][:2] + [len(a), len(b)]
	assert {o["type"] for o in a} >= {
		"organization",
		"user",
		"channel",
		"skill",
		"document",
		"counter_example",
		"proposal_verdict",
		"message",
		"audit",
		"lead",
		"llm_usage",
		"message_costs",
		"quarantine",
		"file",
		"reply_content",
	}
	kept = os.path.join(away.stack.values["files.dir"], str(w.new))
	assert len(os.listdir(kept)) == 1, "one file, which two replies take along"


def nobody_gets_in(w):
	"""Who had an account keeps the password; who had none cannot sign in; nothing is sealed with what is not there."""
	hashes = {
		r["email"]: r["password_hash"]
		for r in w.away.stack.sql.rows(
			"select u.email, u.password_hash from users u join memberships m on m.user_id = u.id where m.org_id = %d"
			% w.new
		)
	}
	assert hashes["EXPORT80@example.com"].startswith("$y$") and hashes["nobody-there@example.com"] == "!", hashes.keys()
	assert (
		w.away.stack.sql.value("select count(*) from channels where org_id = %d and disconnected_at is null" % w.new)
		== 0
	)
	assert (
		w.away.stack.sql.value(
			"select count(*) from outbox where org_id = %d and state in ('queued', 'sending', 'unknown')" % w.new
		)
		== 0
	)


def it_works_there(w):
	"""Skills, documents and the search answer in the new place, and the channel can be connected again."""
	ask = json.loads(w.away.good("ask", "--org", w.new, input="when\n"))
	assert ask["skill"] == "Hours", ask
	found = json.loads(w.away.good("knowledge", "search", "--org", w.new, input="When do you deliver?\n"))
	assert found["passages"], found
	w.away.good("channel", "connect", "whatsapp", "--org", w.new, input=channel_form(80))
	assert (
		w.away.stack.sql.value("select count(*) from channels where org_id = %d and disconnected_at is null" % w.new)
		== 1
	)
	with w.away.stack.sender() as sender:
		processes.wait_until(
			lambda: w.away.json("conversation", "list", "--org", w.new, "--search", "hello"),
			"the search's words",
			process=sender,
		)
		assert sender.stop() == 0


def refused(w):
	"""What is not an export, not whole, altered, or goes where something is: nothing is imported."""
	with open(w.file, encoding="utf-8") as f:
		lines = f.readlines()
	before = w.away.stack.sql.counts()
	other = json.loads(lines[-1])
	other["objects"]["message"] += 1
	strange = json.loads(lines[1])
	strange["type"] = "strange"
	lost = [line for line in lines if '"type": "contact"' not in line]
	for content, words in (
		([], "not whole"),
		(["{}\n"], "no line of"),
		(["hello\n"], "no line of"),
		(["\xff\x00\n"], "no line of"),
		(lines[1:], "begins with its organisation"),
		(lines[:-1], "not whole"),
		(lines + lines[-1:], "something follows"),
		(lines[:-1] + [json.dumps(other) + "\n"], "counts of the last line"),
		(lines[:-2] + lines[-1:], "counts"),
		(lines[:1] + lines, "duplicate key|counts"),
		(lines[:5] + lines[:5], "does not belong here"),
		(lines[:1] + [json.dumps(strange)], "does not belong here"),
		(lost, "does not come before it"),
		([lines[0].replace('"off"', '"on"')] + lines[1:], "lines 1 to"),
		([lines[0][:100] + "\n"] + lines[1:], "no line of"),
	):
		done = w.away.run("import", w.put(content), "--new")
		assert (
			done.returncode in (DATA, NO_INPUT) and re.search(words, done.err) and "othing was imported" in done.err
		), (words, done.returncode, done.err)
		assert done.err.count("\n") == 1, done.err
	w.away.refused(DATA, "not empty", args=["import", w.file, "--org", w.new])
	w.away.refused(NO_INPUT, "no organisation 99999", args=["import", w.file, "--org", 99999])
	w.away.refused(NO_INPUT, "cannot be opened", args=["import", w.file + ".none", "--new"])
	w.away.refused(USAGE, "--new", args=["import", w.file])
	w.away.refused(USAGE, "--new", args=["import", w.file, "--new", "--org", 1])
	assert w.away.stack.sql.counts() == before


def into_an_empty_one(w):
	"""Into an organisation that was made for it, from standard input."""
	org = int(w.away.good("org", "add", "Made for it"))
	with open(w.file, "rb") as f:
		w.away.good("import", "-", "--org", org, input=f.read())
	assert w.away.stack.sql.value("select name from organizations where id = %d" % org) == "Çiçekçi"
	assert w.away.stack.sql.row(
		"select logo = '\\x89504e47' as same, logo_at is not null as known from organizations where id = %d" % org
	) == {"same": True, "known": True}
	assert (
		w.away.stack.sql.value("select string_agg(name, ',' order by id) from contact_fields where org_id = %d" % org)
		== "Adres,Nobody has one"
	)
	assert (
		w.away.stack.sql.value("select folder from canned_replies where org_id = %d and shortcut = 'yol'" % org)
		== "Adresler"
	)


def large(w):
	"""Many lines, in memory that does not grow with them."""
	org = int(w.home.good("org", "add", "Large"))
	channel = w.home.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(99))["id"]
	talk = conversation_of(w.home, org, channel, "many")
	w.home.stack.sql.script(
		"""insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status)
		select %d, %d, %d, 'inbound', 'contact', 'text', repeat('x', 1000), 'received' from generate_series(1, 30000);"""
		% (org, talk, channel)
	)
	pipe = '"$0" --config "$1" export --org %d | (ulimit -v 120000; exec "$0" --config "$2" import - --new)' % org
	done = processes.run(
		["/bin/sh", "-c", pipe, w.home.stack.program("deskbellctl"), w.home.stack.conf, w.away.stack.conf]
	)
	assert re.search(rb"^ +30002 message$", done.stdout, re.M), done
	done = processes.run(
		[
			"/bin/sh",
			"-c",
			'head -c 100000000 /dev/zero | tr "\\0" x | (ulimit -v 200000; exec "$0" --config "$1" import - --new)',
			w.away.stack.program("deskbellctl"),
			w.away.stack.conf,
		],
		check=False,
	)
	assert done.returncode == DATA and b"longer than any" in done.stderr, done


# What an export leaves out, table by table, with the reason; a table or column that is neither carried nor here is
# one that was forgotten.
LEFT_OUT = {
	"made again": """
		channel_addresses documents passages passage_terms knowledge_indexes embedding_states passage_embeddings
		training_phrase_embeddings skill_models search_words search_queue search_backlog
		conversations.may_have_tags conversations.has_early_changes quarantine.digest
	""",
	"comes back by deskbell_tag (round_trip compares it)": "conversation_tags",
	"a secret, or one person's way in": "sessions invitations api_tokens password_resets push_subscriptions",
	"comes when the channel is connected again": """
		channels.account_id channels.verify_digest channels.ownership channels.fields channels.rate_per_s
		channels.pair_interval_ms channels.pair_burst channels.echo_wait_s channels.has_window
		channels.wants_proof
	""",
	"work that the other installation does": """
		answer_jobs lead_jobs due_work mail_queue push_queue rings uploads retention_jobs circuit_breakers
		parked_statuses channels.rate_full_at channels.paused_until channels.pauses conversations.pair_full_at
		conversations.noticed_at conversations.undo conversations.version messages.request_key
		conversations.reminded_at leads.manual_rev leads.up_to outbox.resends outbox.send_at outbox.waited_since
		outbox.next_attempt_at outbox.lease_until outbox.leased_by outbox.failures
	""",
	"a person's own, of this installation": """
		conversation_reads conversation_viewers ring_choices saved_filters absences
	""",
	"the order stays, the number does not": """
		notes.id contact_fields.id webhook_log.id quarantine.id conversation_events.id canned_replies.id
		decisions.id counter_examples.id audit_log.id
	""",
	"contacts that were made one stay one": "contact_merges",
	"erasures of this installation": "forgotten",
	"files lie outside of the database (doc/files.md)": "attachments files",
	"when it was first seen": "contact_identities.created_at",
}


def nothing_forgotten(w):
	"""Every column of every table of an organisation is in an export and comes back, or stands above with the reason."""
	sources = {}
	for name in ("functions/objects.sql", "functions/import.sql", "queries/export.sql"):
		with open(os.path.join(HERE, "..", "..", "sql", name), encoding="utf-8") as f:
			sources[name] = f.read()
	printed = sources["functions/objects.sql"] + sources["queries/export.sql"]
	stored = {}
	for table, columns in re.findall(r"INSERT INTO (\w+) \(([^)]*)\)", sources["functions/import.sql"]):
		stored.setdefault(table, set()).update(re.findall(r"\w+", columns))
	left = {name for names in LEFT_OUT.values() for name in names.split()}
	rows = w.home.stack.sql.rows("""select c.table_name || '' as t, c.column_name || '' as c
		from information_schema.columns c join pg_class k on k.relname = c.table_name and k.relkind in ('r', 'p')
		where c.table_schema = 'public' and c.is_generated = 'NEVER' and exists (select
			from information_schema.columns o where o.table_schema = 'public' and o.table_name = c.table_name
				and o.column_name = 'org_id')""")
	known = {r["t"] for r in rows} | {"%(t)s.%(c)s" % r for r in rows}
	carried = {
		"%(t)s.%(c)s" % r for r in rows if r["c"] in stored.get(r["t"], ()) and re.search(r"\.%s\b" % r["c"], printed)
	} | {t + ".org_id" for t in stored}
	forgotten = sorted(
		c for c in known if "." in c and c not in carried and c not in left and c.split(".")[0] not in left
	)
	assert not forgotten, forgotten
	assert not left - known and not left & carried, (left - known, left & carried)


TESTS = (nothing_forgotten, round_trip, nobody_gets_in, it_works_there, refused, into_an_empty_one, large)


def run(tap):
	settings = {**faults.SETTINGS, "answer.debounce_ms": "0"}
	with Stack(settings=settings) as home, Stack(settings=settings, with_simulator=False) as away:
		w = World(home, away)
		for test in TESTS:
			tap.run(test.__name__.replace("_", " "), test, w)
		home.check_logs(tap)
		away.check_logs(tap)


sys.exit(program(run))
