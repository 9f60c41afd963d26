#!/usr/bin/python3
# What leaves by itself and what is taken out whole: retention by the sender, by a clock that cannot be led astray,
# and the removal of an organisation.
import concurrent.futures
import os
import re
import subprocess
import signal
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "fault")]
import faults
from deskbell import planted, processes
from deskbell.ctl import NO_INPUT, USAGE, Ctl, channel_form, conversation_of
from deskbell.stack import Stack
from deskbell.tap import program
from deskbell.tenant import fill, leftovers

OF_MESSAGES = ("messages", "decisions", "conversation_events")


class World:
	def __init__(self, stack):
		self.stack, self.ctl, self.faults = stack, Ctl(stack), faults.World(stack)

	def keep(self, org, **days):
		for name, value in days.items():
			self.ctl.good("setting", "set", "--org", org, "keep_%s_days" % name, value)

	def count(self, org, *tables):
		return {t: self.stack.sql.value("select count(*) from %s where org_id = %d" % (t, org)) for t in tables}

	def retain(self):
		"""Lets senders work until nothing of retention is due; each looks at it when it starts."""
		self.stack.sql.script("update retention_jobs set due_at = now();")
		for _ in range(20):
			self.stack.send_once()
			if not self.stack.sql.value("select count(*) from retention_jobs where due_at <= now()"):
				return
		raise AssertionError("retention does not come to its end")


def many(w, name, n, days):
	"""An organisation with one conversation of many messages, each some days old."""
	org = int(w.ctl.good("org", "add", name))
	channel = w.ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(100 + org))["id"]
	talk = conversation_of(w.ctl, org, channel, "many")
	w.stack.sql.script(
		"""
		delete from answer_jobs where org_id = %(org)d;
		update outbox set state = 'accepted' where org_id = %(org)d;
		insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status, created_at,
			provider_time)
			select %(org)d, %(talk)d, %(channel)d, 'inbound', 'contact', 'text', 'old', 'received', t, t
			from generate_series(1, %(n)d) i cross
				join lateral (select now() - %(days)d * interval '1 day' - i * interval '1 second' as t) x;
		"""
		% {"org": org, "talk": talk, "channel": channel, "n": n, "days": days}
	)
	return org, talk


def apart(w):
	"""Messages, the log of webhooks and the audit log each go by their own setting; other organisations keep theirs;
	what waits stays.
	"""
	org, _ = fill(w.ctl, "Kept", 60)
	other, _ = fill(w.ctl, "Keeps all", 61)
	w.stack.sql.script(
		"""set deskbell.purge = 'audit_log';
		update messages set created_at = created_at - interval '40 days' where org_id in (%(a)d, %(b)d);
		update decisions set created_at = created_at - interval '40 days' where org_id in (%(a)d, %(b)d);
		update conversation_events set at = at - interval '40 days' where org_id in (%(a)d, %(b)d);
		update webhook_log set at = at - interval '40 days' where org_id in (%(a)d, %(b)d);
		update quarantine set at = at - interval '40 days' where org_id in (%(a)d, %(b)d);
		update audit_log set at = at - interval '40 days' where org_id in (%(a)d, %(b)d);
		delete from answer_jobs where org_id in (%(a)d, %(b)d);"""
		% {"a": org, "b": other}
	)
	tables = OF_MESSAGES + ("webhook_log", "quarantine", "audit_log")
	before, of_other = w.count(org, *tables), w.count(other, *tables)
	assert all(before.values()), before
	w.keep(org, messages=50, webhooks=50, audit=50)
	w.retain()
	assert w.count(org, *tables)["messages"] == before["messages"] and w.count(org, "quarantine") == {
		"quarantine": before["quarantine"]
	}, "taken out too early"
	w.keep(org, webhooks=30)
	w.retain()
	assert w.count(org, "webhook_log", "quarantine", "messages", "decisions") == {
		"webhook_log": 0,
		"quarantine": 0,
		"messages": 2,
		"decisions": 1,
	}
	w.keep(org, messages=30)
	w.retain()
	left = w.count(org, *tables)
	assert left["messages"] == 1 and left["decisions"] == 0 and left["conversation_events"] == 0, left
	assert [r["state"] for r in w.stack.sql.rows("select state from outbox where org_id = %d" % org)] == ["queued"], (
		"a message that waits to be sent went"
	)
	assert w.stack.sql.value("select count(*) from conversations where org_id = %d" % org) == 1, (
		"an open conversation went"
	)
	old = w.stack.sql.value(
		"select count(*) from audit_log where org_id = %d and at < now() - interval '39 days'" % org
	)
	assert old > 0
	w.keep(org, audit=30)
	w.retain()
	assert (
		w.stack.sql.value("select count(*) from audit_log where org_id = %d and at < now() - interval '39 days'" % org)
		== 0
	)
	entries = w.stack.sql.rows(
		"select detail from audit_log where org_id = %d and action = 'retention' and actor = 'sender'" % org
	)
	assert [e["detail"]["rows"] for e in entries] == [2, 3, old], entries
	assert w.count(other, *tables) == of_other


def files_apart(w):
	"""Files of messages go by their own setting and the messages stay; what waits to be sent keeps its file, and a
	file that a younger message has, too, is kept.
	"""
	org, talk = many(w, "Files", 4, 40)
	old = [
		r["id"]
		for r in w.stack.sql.rows("select id from messages where org_id = %d and body = 'old' order by id" % org)
	]
	w.stack.sql.script(
		"""
		insert into files (org_id, sha256, bytes) select %(org)d, decode(repeat(d, 32), 'hex'), 5
			from unnest(array['aa', 'bb', 'cc']) d;
		insert into attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id, state,
			sha256, bytes, created_at)
			select m.org_id, m.id, 1, m.conversation_id, m.channel_id, 'image', 'x', 'stored',
				decode(repeat((array['aa', 'bb', 'cc', 'cc'])[m.id - %(first)d + 1], 32), 'hex'), 5,
				now() - case when m.id = %(last)d then 1 else 40 end * interval '1 day'
			from messages m where m.org_id = %(org)d and m.body = 'old';
		update messages set direction = 'outbound', sender = 'operator' where id = %(second)d;
		insert into outbox (org_id, message_id, channel_id, conversation_id, tag, next_attempt_at)
			select org_id, id, channel_id, conversation_id, 'waits', now() + interval '1 day' from messages
			where id = %(second)d;
		"""
		% {"org": org, "first": old[0], "second": old[1], "last": old[3]}
	)
	state = lambda: [
		(r["state"], r["reason"])
		for r in w.stack.sql.rows("select state, reason from attachments where org_id = %d order by message_id" % org)
	]
	w.keep(org, messages=0, files=50)
	w.retain()
	assert state() == [("stored", None)] * 4, state()
	w.keep(org, files=30)
	w.retain()
	assert state() == [("lost", "aged"), ("stored", None), ("lost", "aged"), ("stored", None)], state()
	assert w.count(org, "messages")["messages"] >= 4
	w.stack.send_once()
	assert [
		r["d"]
		for r in w.stack.sql.rows(
			"select left(encode(sha256, 'hex'), 2) as d from files where org_id = %d order by 1" % org
		)
	] == ["bb", "cc"]
	assert w.stack.sql.value("select deskbell_attachment_retry(%d, %d, 1)" % (org, old[0])) is None


def short_times(w):
	"""Nothing younger than a week goes, whatever was chosen: a second delivery would be taken for a new message. 0
	and no setting keep all.
	"""
	org, _ = many(w, "Short", 10, 5)
	w.keep(org, messages=1)
	w.retain()
	assert w.count(org, "messages") == {"messages": 12}
	w.stack.sql.script(
		"update messages set created_at = created_at - interval '3 days' where org_id = %d and body = 'old';" % org
	)
	w.keep(org, messages=0)
	w.retain()
	assert w.count(org, "messages") == {"messages": 12}
	assert w.stack.sql.value("select count(*) from retention_jobs where org_id = %d" % org) == 0
	w.keep(org, messages=1)
	w.retain()
	assert w.count(org, "messages") == {"messages": 2}
	w.ctl.refused(65, "from 0 to 36500", args=["setting", "set", "--org", org, "keep_messages_days", "36501"])


def small_pieces(w):
	"""Thousands of rows go in steps of few, each a transaction; senders at once and one that is killed do no harm."""
	org, _ = many(w, "Pieces", 5000, 30)
	w.keep(org, messages=20)
	w.stack.sql.script("update retention_jobs set due_at = now();")
	w.stack.sql.script("select deskbell_retention_clock(), deskbell_retention_plan();")
	before = w.count(org, "messages")["messages"]
	assert w.stack.sql.script("select deskbell_retention_step() from generate_series(1, 1);").strip() == "t"
	assert before - w.count(org, "messages")["messages"] <= 200
	sender = w.stack.sender()
	processes.wait_until(lambda: w.count(org, "messages")["messages"] < before - 600, "some pieces", process=sender)
	sender.kill()
	sender.stop()
	with concurrent.futures.ThreadPoolExecutor(3) as pool:
		list(
			pool.map(
				lambda _: w.stack.sql.script("select deskbell_retention_step() from generate_series(1, 40);"), range(3)
			)
		)
	w.retain()
	assert w.count(org, "messages")["messages"] == 2, w.count(org, "messages")


def beside_work(w):
	"""While retention takes out thousands of rows a customer writes: each is answered."""
	org, _ = many(w, "Large", 6000, 30)
	channel = w.faults.channel("Busy")
	w.keep(org, messages=20)
	w.faults.serve()
	with w.stack.sender() as sender:
		processes.wait_until(lambda: w.count(org, "messages")["messages"] < 6000, "the first piece", process=sender)
		for n in range(30):
			assert w.faults.write(channel, faults.phone(n), "question number%d" % (1 + n % 8))
		w.faults.wait_done(org=channel.org, process=sender)
		assert w.count(org, "messages")["messages"] > 2, "retention was over before anybody wrote: this says nothing"
		assert sender.stop() == 0
	w.keep(org, messages=0)


def clock_that_jumped(w):
	"""The server's clock is years ahead since the last look: all rows look old, and none goes. The platforms'
	clocks, as in the newest messages, are believed.
	"""
	org, _ = many(w, "Jumped", 50, 400)
	w.keep(org, messages=90)
	# As if now() had jumped 400 days: the last look, and the newest times of the platforms, are from before.
	w.stack.sql.script(
		"update messages set created_at = created_at - interval '401 days',"
		" provider_time = provider_time - interval '401 days' where org_id <> %d;" % org
	)
	w.stack.sql.script(
		"update messages set created_at = now() - interval '400 days', provider_time = now() - interval '400 days' where "
		"org_id = %d;" % org
	)
	w.stack.sql.script(
		"update retention_clock set trusted = now() - interval '400 days', seen = now() - interval '400 days';"
	)
	w.retain()
	assert w.count(org, "messages")["messages"] == 52, w.count(org, "messages")
	lag = w.stack.sql.value("select extract(epoch from now() - trusted)::bigint / 86400 as d from retention_clock")
	assert 398 <= lag <= 400, lag
	w.stack.sql.script("select count(deskbell_retention_clock()) from generate_series(1, 1000);")
	w.retain()
	assert w.count(org, "messages")["messages"] == 52, "the clock crept on with looks, not with time"
	# The clock goes back to before the last look: nothing either.
	w.stack.sql.script("update retention_clock set seen = now() + interval '30 days';")
	w.retain()
	assert w.count(org, "messages")["messages"] == 52
	# A message comes in, whose time is the platform's: so the clock is right after all.
	channel = w.faults.channel("Told")
	w.faults.serve()
	assert w.faults.write(channel, faults.phone(1), "question number1")
	w.retain()
	assert w.count(org, "messages")["messages"] == 0, w.count(org, "messages")


# Removal of an organisation


def planted_org(w, name, n):
	org, talk = fill(w.ctl, name, n)
	w.ctl.good(
		"user",
		"add",
		"--org",
		org,
		"--role",
		"owner",
		"--email",
		"zqremoved%d@example.com" % n,
		input=planted.PASSWORD + "\n",
	)
	w.ctl.good("token", "add", "zqremoved token", "--org", org, "--role", "operator")
	w.stack.sql.script(
		"""update messages set body = 'zqremoved ' || body where org_id = %(org)d;
		update contacts set name = 'zqremoved' where org_id = %(org)d;
		insert into sign_in_attempts (account, address) select sha256(convert_to(lower(email), 'UTF8')), '10.1.2.3' from users
			where email like 'zqremoved%%';
		insert into sessions (user_id, org_id, token_hash, agent, expires_at)
			select id, %(org)d, decode(md5(random()::text), 'hex'), 'zqremoved', now() + interval '1 day'
			from users where email like 'zqremoved%%';
		insert into search_words values (%(org)d, 'zqremoved', %(talk)d, false);"""
		% {"org": org, "talk": talk}
	)
	return org, talk


def remove(w):
	"""After the name was typed nothing of it is left, in no table; everything of others is, and who belongs to
	another organisation stays a user.
	"""
	org, _ = planted_org(w, "Zqremoved & Söhne", 70)
	other, _ = fill(w.ctl, "Stays", 71)
	w.ctl.good("user", "add", "--org", org, "--role", "admin", "--email", "export71@example.com")
	bot = w.stack.connect_bot(org)
	assert w.stack.simulator.bot(bot.bot_id).get("url"), "Telegram was not told before"
	tables = [
		t
		for t in w.stack.sql.tables()
		if w.stack.sql.rows("select 1 from pg_attribute where attrelid = '%s'::regclass and attname = 'org_id'" % t)
	]
	of_other = w.count(other, *tables)
	w.ctl.refused(USAGE, "not the name", args=["org", "remove", org, "--yes", "Zqremoved"])
	w.ctl.refused(USAGE, "not the name", args=["org", "remove", org], input="yes\n")
	w.ctl.refused(USAGE, "not the name", args=["org", "remove", org])
	w.ctl.refused(NO_INPUT, "no organisation", args=["org", "remove", 99999, "--yes", "x"])
	assert w.count(org, "messages")["messages"] > 0
	out = w.ctl.good("org", "remove", org, input="Zqremoved & Söhne\n")
	assert re.search(r"^ +2 messages$", out, re.M) and "2 users who belonged to no other" in out, out
	found = leftovers(w.stack, ["zqremoved"])
	assert not found, found
	rows = {t: n for t, n in w.count(org, *tables).items() if n}
	assert not rows, rows
	assert w.count(other, *tables) == of_other
	assert w.stack.sql.value("select count(*) from users where email = 'export71@example.com'") == 1
	assert not w.stack.simulator.bot(bot.bot_id).get("url"), "Telegram still delivers"
	w.ctl.refused(NO_INPUT, "no organisation", args=["org", "remove", org, "--yes", "Zqremoved & Söhne"])


def remove_interrupted(w):
	"""Killed somewhere, run again; next to a sender and customers who go on writing to it."""
	channel = w.faults.channel("Interrupted")
	w.faults.serve()
	with w.stack.sender() as sender:
		for n in range(20):
			w.faults.write(channel, faults.phone(n), "question number%d" % (1 + n % 8))
		w.stack.sql.script(
			"""insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status)
			select %d, (select min(id) from conversations where org_id = %d), %d, 'inbound', 'contact', 'text', 'x',
				'received' from generate_series(1, 20000);"""
			% (channel.org, channel.org, channel.id)
		)
		argv = processes.unprivileged(
			[
				w.stack.program("deskbellctl"),
				"--config",
				w.stack.conf,
				"org",
				"remove",
				str(channel.org),
				"--yes",
				"Interrupted",
			]
		)
		child = subprocess.Popen(
			argv, env=processes.environment(), cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
		)
		processes.wait_until(
			lambda: w.count(channel.org, "messages")["messages"] < 19000 or child.poll() is not None,
			"some pieces",
			pause=0.001,
		)
		child.send_signal(signal.SIGKILL)
		child.wait()
		assert w.stack.sql.value("select count(*) from organizations where id = %d" % channel.org) == 1, (
			"it was faster than the signal"
		)
		w.ctl.good("org", "remove", channel.org, "--yes", "Interrupted")
		assert sender.alive() and sender.stop() == 0
	tables = [
		t
		for t in w.stack.sql.tables()
		if w.stack.sql.rows("select 1 from pg_attribute where attrelid = '%s'::regclass and attname = 'org_id'" % t)
	]
	rows = {t: n for t, n in w.count(channel.org, *tables).items() if n}
	assert not rows, rows


TESTS = (apart, files_apart, short_times, small_pieces, beside_work, clock_that_jumped, remove, remove_interrupted)


def run(tap):
	wanted = sys.argv[1:]
	with Stack(settings={**faults.SETTINGS, "answer.debounce_ms": "0"}) as stack:
		w = World(stack)
		try:
			for test in TESTS:
				if not wanted or test.__name__ in wanted:
					tap.run(test.__name__.replace("_", " "), test, w)
		finally:
			w.faults.unserve()
		stack.check_logs(tap)


sys.exit(program(run))
