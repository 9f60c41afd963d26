#!/usr/bin/python3
# One contact's data: the copy for the person, and the erasure, after which nothing of theirs stands in any column of
# any table or in any file that the programs write - also when answers and deliveries are on their way at that moment,
# and when the platform speaks of old messages later.
import base64
import html.parser
import json
import os
import re
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "fault")]
import faults
from deskbell import net, processes
from deskbell.ctl import NO_INPUT, USAGE, Ctl
from deskbell.stack import Stack
from deskbell.tap import program
from deskbell.tenant import leftovers

NAME, USERNAME, PHONE, WORD = "Zqpersona <Öztürk> & \"Sons\"", "zqpersonauser", "491777654321", "zqpersonaword"
# What must be nowhere afterwards; a word of the search's index is folded.
PLANTED = ["zqpersona", PHONE, "zqpersonawamid"]


class World:
	def __init__(self, stack):
		self.ctl, self.stack, self.faults = Ctl(stack), stack, faults.World(stack)
		self.channel = self.faults.channel("Erased")
		self.other = self.faults.channel("Not erased")
		self.count = 0

	def write(self, text, who=PHONE, name=NAME, channel=None, wamid=None):
		"""A message as the platform delivers it; returns its id."""
		channel = channel or self.channel
		self.count += 1
		wamid = wamid or "zqpersonawamid%d" % self.count
		profile = {"name": name, "username": USERNAME} if who == PHONE else {"name": name}
		line = {"from": who, "id": wamid, "text": {"body": text}, "contact": {"profile": profile, "wa_id": who}}
		self.deliver(channel, "messages", line)
		return wamid

	def deliver(self, channel, what, line):
		for body in channel.platform.payloads([what], channel, json.dumps(line).encode()):
			answer = net.request(
				self.faults.port,
				"POST",
				channel.platform.path(channel),
				body,
				{"Content-Type": "application/json", **channel.platform.sign("ok", channel, body)},
			)
			assert answer.status == 200, answer.status

	def contact(self, who=PHONE, channel=None):
		rows = self.stack.sql.rows(
			"select contact_id from contact_identities where org_id = %d and value = '%s'"
			% ((channel or self.channel).org, who)
		)
		return rows[0]["contact_id"] if rows else None

	def erase(self, **more):
		return self.ctl.json("contact", "erase", self.contact(), "--org", self.channel.org, "--yes", **more)

	def assert_nothing_left(self):
		found = leftovers(self.stack, PLANTED)
		assert not found, found


DIGEST = "ab" * 32


def fill(w):
	"""Somebody who is in every table that can speak of a contact; returns conversation and contact."""
	w.write("question number1 " + WORD + "one")
	w.write("budget 900 euros for " + WORD + "two on Friday, my mail is zqpersona@example.com")
	contact = w.contact()
	talk = w.stack.sql.value(
		"select id from conversations where org_id = %d and contact_id = %d" % (w.channel.org, contact)
	)
	w.write("hello", who="491777999999", name="Somebody Else", wamid="wamid.else")
	w.stack.sql.script(
		"""
		insert into contact_merges (org_id, contact_id, name, detail) select org_id, contact_id, 'zqpersona', '{}'
			from conversations where org_id = %(org)d and id = %(talk)d;
		select deskbell_tag(%(org)d, %(talk)d, '{zqpersonatag}');
		insert into notes (org_id, conversation_id, body) select org_id, id, 'zqpersona note' from conversations
			where id = %(talk)d;
		insert into contact_fields (org_id, name) values (%(org)d, 'Address');
		insert into contact_values (org_id, contact_id, field_id, value)
			select c.org_id, v.contact_id, c.id, 'zqpersona street' from contact_fields c
			join conversations v on v.org_id = c.org_id where v.id = %(talk)d;
		insert into conversation_events (org_id, conversation_id, kind) values (%(org)d, %(talk)d, 'closed');
		insert into attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id, file_name,
			state, sha256, bytes) select org_id, id, 1, conversation_id, channel_id, 'image', '1', 'zqpersona.jpg', 'stored',
			'\\x%(digest)s', 1 from messages where org_id = %(org)d and conversation_id = %(talk)d limit 1;
		insert into files (org_id, sha256, bytes) values (%(org)d, '\\x%(digest)s', 1) on conflict do nothing;
		insert into rings (org_id, kind, conversation_id) values (%(org)d, 'waiting', %(talk)d);
		insert into push_queue (org_id, user_id, kind, conversation_id, expires_at)
			values (%(org)d, 1, 'waiting', %(talk)d, now() + interval '1 hour');
		insert into conversation_viewers (org_id, conversation_id, user_id) values (%(org)d, %(talk)d, 1);
		insert into conversation_reads (org_id, conversation_id, user_id, message_id) values (%(org)d, %(talk)d, 1, 1);
		insert into decisions (org_id, conversation_id, outcome, reason, detail, draft)
			values (%(org)d, %(talk)d, 'draft', 'because', '{"text": "zqpersona"}', 'Dear zqpersona');
		insert into skills (org_id, title, response) values (%(org)d, 'Zq skill', 'x');
		insert into proposal_verdicts (org_id, message_id, verdict) select org_id, min(id), 'rejected' from messages
			where org_id = %(org)d and conversation_id = %(talk)d group by org_id;
		insert into counter_examples (org_id, skill_id, question, conversation_id)
			select %(org)d, id, 'zqpersona question', %(talk)d from skills where org_id = %(org)d;
		insert into leads (org_id, conversation_id, facts, manual, summary)
			values (%(org)d, %(talk)d, '{"name": "zqpersona"}', '{"phone": "+491777654321"}', 'zqpersona')
			on conflict (org_id, conversation_id) do update
				set facts = excluded.facts, manual = excluded.manual, summary = excluded.summary;
		insert into lead_jobs (org_id, conversation_id, due_at) values (%(org)d, %(talk)d, now() + interval '1 hour')
			on conflict do nothing;
		insert into answer_jobs (org_id, conversation_id, messages, first_due_at, due_at)
			values (%(org)d, %(talk)d, '{1}', now() + interval '1 hour', now() + interval '1 hour')
			on conflict do nothing;
		insert into quarantine (org_id, channel_id, kind, reason, payload, digest) values
			(%(org)d, %(channel)d, 'message', as_reason('odd'), '{"from":"491777654321","text":"zqpersona"}', 'a'),
			(%(org)d, %(channel)d, 'message', as_reason('odd'),
				'{"from":"4917776543210","text":"a longer number of somebody else"}', 'b');
		insert into parked_statuses (org_id, channel_id, provider_id, status)
			values (%(org)d, %(channel)d, 'zqpersonawamid1', 'sent'), (%(org)d, %(channel)d, 'of another', 'sent');
		update messages set metadata = '{"caption": "zqpersona"}',
			error = '{"reason": {"code": "odd"}, "details": "zqpersona 491777654321"}' where conversation_id = %(talk)d;
		update outbox set error = '{"reason": {"code": "odd"}, "recipient": "491777654321"}' where conversation_id = %(talk)d;
		"""
		% {"org": w.channel.org, "channel": w.channel.id, "talk": talk, "digest": DIGEST}
	)
	for folder in (
		w.stack.values["files.dir"],
		os.path.dirname(os.path.dirname(picture(w))),
		os.path.dirname(picture(w)),
	):
		os.makedirs(folder, exist_ok=True)
		processes.give(folder)
	with open(picture(w), "w", encoding="ascii") as f:
		f.write("zqpersona")
	return talk, contact


def picture(w):
	"""Where the store keeps the file of the contact."""
	return os.path.join(w.stack.values["files.dir"], str(w.channel.org), DIGEST[:2], DIGEST)


def indexed(w):
	"""Lets a sender answer and index what is there."""
	with w.stack.sender() as sender:
		w.faults.wait_done(org=w.channel.org, process=sender)
		processes.wait_until(
			lambda: (
				w.stack.sql.value(
					"select count(*) from search_words where org_id = %d and word like '%s%%'" % (w.channel.org, WORD)
				)
				>= 2
			),
			"the words",
			process=sender,
		)
		assert sender.stop() == 0


class Reader(html.parser.HTMLParser):
	def __init__(self):
		super().__init__()
		self.text, self.tags = "", []

	def handle_starttag(self, tag, attrs):
		self.tags.append(tag)

	def handle_data(self, data):
		self.text += data


def copy(w):
	"""Everything that is stored about the person and nothing of others, as JSON and as a page; each is recorded."""
	w.faults.serve()
	w.write("question number1 " + WORD + "one")
	w.write("question number2 " + WORD + "two")
	indexed(w)
	talk, contact = fill(w)
	org = w.channel.org
	data = json.loads(w.ctl.good("contact", "export", contact, "--org", org))
	kinds = {o["type"] for o in data["objects"]}
	assert data["organization"] == org and kinds == {
		"contact",
		"conversation",
		"message",
		"decision",
		"counter_example",
		"conversation_event",
		"lead",
		"quarantine",
	}, kinds
	assert data["objects"][0]["name"] == NAME and data["objects"][0]["identities"][0]["value"] == PHONE
	of_db = w.stack.sql.value("select count(*) from messages where conversation_id = %d" % talk)
	assert sum(o["type"] == "message" for o in data["objects"]) == of_db
	assert [o["payload"] for o in data["objects"] if o["type"] == "quarantine"] == [
		'{"from":"491777654321","text":"zqpersona"}'
	] and "Somebody Else" not in json.dumps(data)
	page = w.ctl.good("contact", "export", contact, "--org", org, "--html")
	reader = Reader()
	reader.feed(page)
	assert (
		NAME in reader.text
		and WORD + "two" in reader.text
		and "zqpersona note" in reader.text
		and "Messages" in reader.text
	), reader.text
	assert set(reader.tags) <= {
		"html",
		"head",
		"meta",
		"style",
		"title",
		"body",
		"h1",
		"h2",
		"p",
		"time",
		"dl",
		"dt",
		"dd",
	}, set(reader.tags)
	assert (
		w.stack.sql.value(
			"select count(*) from audit_log where org_id = %d and action = 'contact.export' and detail = '{\"contact\": %d}'"
			% (org, contact)
		)
		== 2
	)
	w.ctl.refused(NO_INPUT, "no contact", args=["contact", "export", contact, "--org", w.other.org])
	w.ctl.refused(NO_INPUT, "no contact", args=["contact", "erase", contact, "--org", w.other.org, "--yes"])
	assert [c["id"] for c in w.ctl.json("contact", "list", "--org", org, "--number", "+" + PHONE)] == [contact]
	assert len(w.ctl.json("contact", "list", "--org", org)) == 2


def erase(w):
	"""Nothing of the person is left anywhere, everything of others is,
	and the receipt says what went without saying who it was."""
	org, contact = w.channel.org, w.contact()
	assert leftovers(w.stack, PLANTED), "there is nothing to be found before"
	empty = [
		t for t in tables_of_contact(w) if not w.stack.sql.value("select count(*) from %s where org_id = %d" % (t, org))
	]
	assert not empty, "nothing to be erased in: %s" % empty
	w.ctl.refused(USAGE, "--yes", args=["contact", "erase", contact, "--org", org])
	others = w.stack.sql.value("select count(*) from messages where org_id = %d" % org) - w.stack.sql.value(
		"select count(*) from messages m join conversations v on v.id = m.conversation_id where v.contact_id = %d"
		% contact
	)
	receipt = w.erase()
	assert (
		w.stack.sql.script("delete from quarantine where org_id = %d returning convert_from(payload, 'UTF8');" % org)
		== '{"from":"4917776543210","text":"a longer number of somebody else"}\n'
	)
	w.assert_nothing_left()
	assert not os.path.exists(picture(w)) and not w.stack.sql.value("select count(*) from files"), "the file is left"
	assert set(receipt["removed"]) == tables_of_contact(w) | {
		"contacts",
		"conversations",
		"quarantine",
		"parked_statuses",
	}, receipt
	assert (
		receipt["contact"] == contact
		and receipt["by"] == "deskbellctl"
		and receipt["removed"]["contacts"] == 1
		and receipt["removed"]["quarantine"] == 1
	)
	assert not re.search("|".join(PLANTED), json.dumps(receipt), re.I)
	entry = w.stack.sql.row("select detail from audit_log where org_id = %d and action = 'contact.erase'" % org)[
		"detail"
	]
	assert entry == {"contact": contact, "removed": receipt["removed"]}, entry
	assert w.stack.sql.value("select count(*) from messages where org_id = %d" % org) == others > 0
	assert [
		r["provider_id"] for r in w.stack.sql.rows("select provider_id from parked_statuses where org_id = %d" % org)
	] == ["of another"]
	w.ctl.refused(NO_INPUT, "no contact", args=["contact", "erase", contact, "--org", org, "--yes"])


def tables_of_contact(w):
	return {
		r["name"]
		for r in w.stack.sql.rows("select name from deskbell_tables_of_contact() where name <> 'conversations'")
	}


def platform_speaks_again(w):
	"""A late status and a second delivery of an erased message store nothing. A new message is of a new contact."""
	w.deliver(w.channel, "statuses", {"id": "zqpersonawamid1", "status": "read"})
	w.write("question number1 " + WORD, wamid="zqpersonawamid1")
	w.assert_nothing_left()
	w.write("I am somebody new", who=PHONE, name="New", wamid="wamid.new1")
	assert (
		w.contact()
		and w.stack.sql.value(
			"select count(*) from messages m join conversations v on v.id = m.conversation_id where v.contact_id = %d and "
			"m.direction = 'inbound'" % w.contact()
		)
		== 1
	)
	w.erase()
	w.assert_nothing_left()


def answer_on_its_way(w):
	"""The person is erased while a model works out the answer."""
	path = os.path.join(w.stack.folder, "delivery.md")
	with open(path, "w", encoding="utf-8") as f:
		f.write("# Delivery\n\nWe deliver within three days in the whole country.\n")
	os.chmod(path, 0o644)
	w.ctl.good("knowledge", "import", "--org", w.channel.org, path)
	w.stack.simulator.llm(latency_ms=2500)
	with w.stack.sender() as sender:
		w.write("How long does a delivery in the country take? " + WORD)
		processes.wait_until(lambda: w.stack.simulator.llm()["in_flight"] > 0, "the model to be asked", process=sender)
		asked = len(w.stack.simulator.llm_requests())
		receipt = w.erase()
		assert receipt["removed"]["answer_jobs"] == 1, receipt
		processes.wait_until(lambda: w.stack.simulator.llm()["in_flight"] == 0, "the model's answer", process=sender)
		w.stack.simulator.llm(latency_ms=0)
		w.write("question number4", who="491777999999", name="Somebody Else", wamid="wamid.after1")
		w.faults.wait_done(org=w.channel.org, process=sender)
		assert asked or sender.alive()
		assert sender.stop() == 0
	w.assert_nothing_left()
	assert w.contact() is None


def delivery_on_its_way(w):
	"""The person is erased while the platform takes a reply: its answer, and its statuses, find nothing to write into."""
	w.stack.simulator.behave(latency_ms=2000)
	with w.stack.sender() as sender:
		w.write("question number6 " + WORD)
		processes.wait_until(
			lambda: (
				w.stack.sql.value("select count(*) from outbox where org_id = %d and state = 'sending'" % w.channel.org)
				> 0
			),
			"the delivery",
			process=sender,
		)
		receipt = w.erase()
		assert receipt["removed"]["outbox"] == 1, receipt
		w.stack.simulator.behave(latency_ms=0)
		w.write("question number7", who="491777999999", name="Somebody Else", wamid="wamid.after2")
		w.faults.wait_done(org=w.channel.org, process=sender)
		w.faults.wait_idle()
		assert sender.stop() == 0
	w.assert_nothing_left()
	assert (
		w.stack.sql.value(
			"select count(*) from parked_statuses where org_id = %d and provider_id <> 'of another'" % w.channel.org
		)
		== 0
	)


def while_writing(w):
	"""Erased again and again while the same person writes: each message is stored whole, with a new contact, or is
	gone with the one before.
	"""
	import threading

	w.faults.serve()
	stop, sent = threading.Event(), []

	def write():
		while not stop.is_set():
			sent.append(
				w.write("question number%d %s" % (1 + len(sent) % 8, WORD), wamid="zqpersonawamid.w%d" % len(sent))
			)

	thread = threading.Thread(target=write)
	with w.stack.sender() as sender:
		thread.start()
		try:
			for _ in range(15):
				contact = processes.wait_until(w.contact, "somebody who writes")
				w.ctl.good("contact", "erase", contact, "--org", w.channel.org, "--yes")
		finally:
			stop.set()
			thread.join()
		if w.contact():
			w.erase()
		assert sender.alive() and sender.stop() == 0
	assert len(sent) >= 15
	w.assert_nothing_left()


def two_at_once(w):
	"""While an erasure is under way a message of the same person waits, and makes a new contact; a second erasure
	waits, too, and finds nobody.
	"""
	import threading

	w.faults.serve()
	w.write("hello %s" % WORD)
	old, org, done = w.contact(), w.channel.org, []
	with w.stack.sql.session() as session:
		session.run("begin; select deskbell_erase_contact(%d, %d) is not null;" % (org, old))
		writer = threading.Thread(target=lambda: done.append(w.write("again %s" % WORD)))
		second = threading.Thread(
			target=lambda: done.append(w.stack.ctl("contact", "erase", old, "--org", org, "--yes", check=False))
		)
		writer.start()
		processes.wait_until(
			lambda: w.stack.sql.value("select count(*) from pg_locks where not granted") == 1,
			"the message to wait for the erasure",
		)
		second.start()
		processes.wait_until(
			lambda: w.stack.sql.value("select count(*) from pg_locks where not granted") >= 2,
			"the second erasure to wait",
		)
		assert not done, done
		session.run("commit;")
		writer.join()
		second.join()
	refused = [d for d in done if not isinstance(d, str)]
	assert len(refused) == 1 and refused[0].returncode == 66, done
	assert (
		w.contact() not in (None, old)
		and w.stack.sql.value("select count(*) from quarantine where org_id = %d" % org) == 0
	)
	assert (
		w.stack.sql.value(
			"select count(*) from messages m join conversations v on v.org_id = m.org_id and v.id = m.conversation_id "
			"where v.contact_id = %d" % w.contact()
		)
		== 1
	)
	w.erase()
	w.assert_nothing_left()


def number_in_another_form(w):
	"""A message from a number that has another form waits for the identity itself, before it has read anything of
	the contact: at a row it would be too late.
	"""
	import threading

	w.faults.serve()
	w.write("hello %s" % WORD, who="525512345678")
	old, org = w.contact(who="525512345678"), w.channel.org
	with w.stack.sql.session() as session:
		session.run("begin; select deskbell_erase_contact(%d, %d) is not null;" % (org, old))
		writer = threading.Thread(target=lambda: w.write("again %s" % WORD, who="5215512345678"))
		writer.start()
		waits = processes.wait_until(
			lambda: w.stack.sql.rows("select locktype, mode from pg_locks where not granted"),
			"the message to wait for the erasure",
		)
		session.run("commit;")
		writer.join()
	assert [r["locktype"] for r in waits] == ["advisory"], (
		"the message waits for a row, not for the identity: %s" % waits
	)
	new = w.contact(who="5215512345678")
	assert (
		new not in (None, old)
		and w.stack.sql.value("select count(*) from contact_identities where contact_id = %d" % old) == 0
	)
	w.stack.ctl("contact", "erase", new, "--org", org, "--yes")


def nothing_in_logs(w):
	"""Files of the run and log folders: nothing that a contact wrote, is called or can be reached at."""
	found = leftovers(w.stack, PLANTED + [base64.b64encode(PHONE.encode()).decode().rstrip("=")])
	assert not found, found


TESTS = (
	copy,
	erase,
	platform_speaks_again,
	answer_on_its_way,
	delivery_on_its_way,
	while_writing,
	two_at_once,
	number_in_another_form,
	nothing_in_logs,
)


def run(tap):
	with Stack(settings={**faults.SETTINGS, "answer.debounce_ms": "0"}, llm=True, log_level="debug") as stack:
		w = World(stack)
		try:
			for test in TESTS:
				if sys.argv[1:] and test.__name__ not in sys.argv[1:]:
					continue
				tap.run(test.__name__.replace("_", " "), test, w)
		finally:
			w.faults.unserve()
		stack.check_logs(tap)


sys.exit(program(run))
