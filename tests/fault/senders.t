#!/usr/bin/python3
"""Senders in every number and every way of starting them: each delivers, none delivers what another does, and none
goes away from work that nobody else would do.
"""

import glob
import os
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import faults
from deskbell import net, processes
from deskbell.tap import Tap

CRON_KEY = "zq0123456789abcdef-cron"


def senders_gone(world):
	"""No sender of an earlier test is left, nor one that is just starting, so that nothing but the tested way of
	starting can be what answers.
	"""

	def none():
		return (
			world.sql.value("select count(*) as n from pg_stat_activity where application_name like 'deskbell-outbox%'")
			== 0
		)

	processes.wait_until(lambda: none() and not time.sleep(0.3) and none(), "the other senders to leave")


def all_answered(world, channel, answers, timeout=20, process=None):
	world.wait_done(timeout=timeout, process=process)
	world.wait_idle()
	return world.assert_proof(channel, answers=answers)


def ask(world, channel, customers=30, turn=0):
	"""In every turn each asks something else: who asks the same again and again is not answered any more."""
	for t in world.write_many(
		[(channel, faults.phone(n), "question number%d" % (1 + (n + turn) % 8)) for n in range(customers)]
	):
		t.join()
	return customers


def together(world, name, first, second):
	"""Two senders next to each other share the work; `first` and `second` are (arguments, environment)."""
	channels = [world.channel("%s %d" % (name, n)) for n in range(2)]
	world.simulator.behave(latency_ms=30)
	a = world.stack.sender("--foreground", *first[0], env=first[1])
	b = world.stack.sender("--foreground", *second[0], env=second[1])
	try:
		for channel in channels:
			ask(world, channel, 60)
		for channel in channels:
			all_answered(world, channel, 60, process=a)
		workers = world.sql.value("select count(*) as n from heartbeats")
		assert workers == 2, "%d senders are alive" % workers
	finally:
		world.simulator.behave(latency_ms=0)
		assert a.stop() == 0 and b.stop() == 0, "a sender did not end with status 0"


def two_shards(world):
	together(world, "shards", (["--shard", "one"], {}), (["--shard", "two"], {}))


def two_clocks(world):
	"""One host's clock is an hour ahead, the other's an hour behind: what is due is decided by the database's."""
	together(
		world,
		"clocks",
		(["--shard", "one"], {"DESKBELL_CLOCK_SKEW_MS": "+3600000"}),
		(["--shard", "two"], {"DESKBELL_CLOCK_SKEW_MS": "-3600000"}),
	)


def clock_steps(world, faketime):
	"""The wall clock of the sender's host jumps an hour ahead and back while it works: nothing waits for it and
	nothing is sent for it.
	"""
	channel = world.channel("clock steps")
	control = os.path.join(world.stack.folder, "clock")

	def step(offset):
		with open(control + ".new", "w") as f:
			f.write(offset + "\n")
		os.chmod(control + ".new", 0o644)
		os.rename(control + ".new", control)

	step("+0s")
	asked = 0
	# By env(1), so that only the sender sees another clock, and not the program that drops root's rights for it.
	clock = [
		"/usr/bin/env",
		"LD_PRELOAD=" + faketime,
		"FAKETIME_TIMESTAMP_FILE=" + control,
		"FAKETIME_NO_CACHE=1",
		"FAKETIME_DONT_FAKE_MONOTONIC=1",
	]
	with processes.Process(
		clock + [world.stack.program("deskbell-outbox"), "--config", world.stack.conf, "--foreground"],
		os.path.join(world.stack.folder, "sender-stderr.log"),
	):
		for turn, offset in enumerate(("+3600s", "-3600s", "+86400s", "+0s")):
			step(offset)
			asked += ask(world, channel, 8, turn)
			all_answered(world, channel, asked, timeout=5)


def same_shard(world):
	with world.stack.sender():
		processes.wait_until(lambda: world.sql.value("select count(*) as n from heartbeats") == 1, "the first sender")
		for mode in (["--foreground"], ["--linger", "58"], ["--once"]):
			start = time.monotonic()
			done = processes.run(
				[world.stack.program("deskbell-outbox"), "--config", world.stack.conf] + mode, check=False, timeout=10
			)
			assert done.returncode == 0, "%s: status %d: %s" % (mode, done.returncode, done.stderr)
			assert time.monotonic() - start < processes.patience(1), "%s took %.1f s to leave" % (
				mode,
				time.monotonic() - start,
			)


# Ways of starting


def cron_once(world):
	channel = world.channel("once")
	stop = threading.Event()

	def cron():
		while not stop.wait(0.2):
			world.stack.send_once()

	thread = threading.Thread(target=cron)
	thread.start()
	try:
		all_answered(world, channel, ask(world, channel))
	finally:
		stop.set()
		thread.join()


def linger(world):
	channel = world.channel("linger")
	with world.stack.sender("--linger", "3") as sender:
		all_answered(world, channel, ask(world, channel))
		assert sender.popen.wait(10) == 0, "status %s" % sender.popen.returncode
	senders_gone(world)


def foreground(world):
	channel = world.channel("foreground")
	with world.stack.sender() as sender:
		all_answered(world, channel, ask(world, channel))
		assert sender.stop() == 0, "status %s" % sender.popen.returncode
	senders_gone(world)


BUSY = """
insert into organizations (name) select 'busy ' || n from generate_series(1, 60) n;
insert into due_work (org_id, kind, due_at) select o.id, k, now()
	from organizations o, unnest(ARRAY['answer', 'lead', 'delivery', 'sweep', 'file']) k where o.name like 'busy %'
	on conflict do nothing;
"""


def due_again_and_again(world):
	"""The work of sixty organizations becomes due again and again, without bringing anything: one that is new has
	its answers all the same.
	"""
	world.sql.script(BUSY)
	channel, stop = world.channel("new"), threading.Event()

	def make_due():
		while not stop.wait(0.1):
			world.sql.script(faults.DUE_NOW)

	thread = threading.Thread(target=make_due)
	with world.stack.sender():
		thread.start()
		try:
			all_answered(world, channel, ask(world, channel, 12))
		finally:
			stop.set()
			thread.join()
			world.sql.script("delete from organizations where name like 'busy %';")
	senders_gone(world)


def autostart(world):
	"""No sender runs: the webhook program starts one, and the customer has the answer within a second."""
	channel = world.channel("kick")
	start = time.monotonic()
	world.write(channel, faults.phone(1), "question number1")
	processes.wait_until(lambda: world.deliveries(channel), "the answer", timeout=5)
	took = time.monotonic() - start
	all_answered(world, channel, 1)
	senders_gone(world)
	assert took < processes.patience(1), "the answer took %.2f s" % took


def autostart_elsewhere(world):
	"""A sender of another host is alive: this one, which has none, starts none. It would find the lock of its shard
	taken and leave, every ten seconds anew.
	"""
	channel, log = world.channel("kick elsewhere"), os.path.getsize(world.stack.log)
	world.sql.script(
		"insert into heartbeats (shard, host, pid, mode, version) values ('far', 'far', 1, 'foreground', '1');"
	)
	for n in range(3):
		world.sql.script("update heartbeats set beat_at = now() where host = 'far';")
		world.write(channel, faults.phone(n), "question number1")
		time.sleep(0.3)
	with open(world.stack.log, encoding="utf-8") as f:
		f.seek(log)
		started = "autostart.started" in f.read()
	world.sql.script("delete from heartbeats where host = 'far';")
	assert not started, "a sender was started although another one is alive"
	world.write(channel, faults.phone(3), "question number1")
	all_answered(world, channel, 4, timeout=5)
	senders_gone(world)


def autostart_again(world):
	"""Customers write at all moments around the end of senders that were started (each stays a second): none is left
	without an answer because a sender was just leaving.
	"""
	channel = world.channel("kick again")
	rounds, end = 0, time.monotonic() + (60 if faults.LONG else 8)
	while time.monotonic() < end:
		world.write(channel, faults.phone(rounds), "question number1")
		rounds += 1
		time.sleep(0.61 + 0.07 * (rounds % 8))
		processes.wait_until(
			lambda: not world.open_count(channel.org), "the answer to message %d" % rounds, timeout=0.5
		)
	all_answered(world, channel, rounds)
	senders_gone(world)


LATE_WORK = """
create function work_comes_late() returns trigger language plpgsql as $$ begin
	perform set_config('deskbell.scope', 'system', true);
	update outbox set next_attempt_at = now() where state = 'queued';
	update attachments set due_at = now() where state = 'waiting';
	perform deskbell_due(o.org_id, 'delivery', now()) from (select distinct org_id from outbox where state = 'queued') o;
	perform deskbell_due(a.org_id, 'file', now()) from (select distinct org_id from attachments where state = 'waiting') a;
	return null;
end $$;
create trigger work_comes_late after delete on heartbeats for each row execute function work_comes_late();
"""


LATE_MESSAGE = """
with m as (insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status)
	select org_id, id, channel_id, 'outbound', 'operator', 'text', 'late', 'queued' from conversations where org_id = %d
		returning *),
o as (insert into outbox (org_id, message_id, channel_id, conversation_id, tag, next_attempt_at)
	select org_id, id, channel_id, conversation_id, 'late-' || id, now() + interval '1 day' from m returning message_id)
select message_id from o;"""
LATE_FILE = """
insert into attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id, due_at)
	select org_id, max(id), 1, conversation_id, channel_id, 'image', 'late', now() + interval '1 day' from messages
		where org_id = %d and direction = 'inbound'
	group by 1, 4, 5 returning message_id;"""


def last_round(world, arguments):
	"""A sender for which work becomes due in the very moment in which it takes its heartbeat back."""
	world.sql.script(LATE_WORK)
	try:
		processes.run(
			[world.stack.program("deskbell-outbox"), "--config", world.stack.conf] + arguments,
			timeout=processes.patience(20),
		)
	finally:
		world.sql.script("drop function work_comes_late cascade;")


def last_look(world):
	"""Work is stored in the very moment in which the sender takes its heartbeat back: whoever stored it saw a living
	sender and started none, so this one must do it.
	"""
	channel = world.channel("last look")
	world.write(channel, faults.phone(1), "question number1")
	world.stack.send_once()
	all_answered(world, channel, 1)
	for arguments in (["--once"], ["--linger", "1"]):
		late = world.sql.script(LATE_MESSAGE % channel.org).strip()
		last_round(world, arguments)
		state = world.sql.value("select state from outbox where org_id = %d and message_id = %s" % (channel.org, late))
		assert state == "accepted", "%s left it %s" % (arguments[0], state)


def last_file(world):
	"""The same with a file of a customer: it is fetched, and the sender leaves all the same."""
	channel = world.channel("last file")
	world.write(channel, faults.phone(1), "question number1")
	world.stack.send_once()
	for arguments in (["--once"], ["--linger", "1"]):
		late = world.sql.script(LATE_FILE % channel.org).strip()
		last_round(world, arguments)
		attempts = world.sql.value(
			"select attempts from attachments where org_id = %d and message_id = %s" % (channel.org, late)
		)
		world.sql.script("delete from attachments where org_id = %d;" % channel.org)
		assert attempts == 1, "%s tried the file %d times" % (arguments[0], attempts)


def held_lock(world):
	"""What the background works on is locked by a program that does not go on: the sender's own limit ends the wait,
	and the sender leaves.
	"""
	channel = world.channel("held lock")
	world.stack.write_conf(**{"database.lock_timeout_s": "1"})
	with world.sql.session() as other:
		other.run("begin; lock table parked_statuses;")
		world.sql.script("select deskbell_due(%d, 'sweep', now());" % channel.org)
		try:
			world.stack.send_once()
		finally:
			other.run("rollback;")
			world.stack.write_conf(**{"database.lock_timeout_s": "5"})


BROKEN_CLAIMS = """
create function claims_break() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
create trigger claims_break before update on answer_jobs for each row
	when (new.org_id = %d) execute function claims_break();
"""


def broken_claims(world):
	"""The answers of one organization cannot be claimed: the others have theirs, and a sender that is to leave does."""
	channels = [world.channel("broken claims"), world.channel("whole claims")]
	world.sql.script(BROKEN_CLAIMS % channels[0].org)
	try:
		for channel in channels:
			world.write(channel, faults.phone(1), "question number1")
		world.stack.write_conf(**{"outbox.kick": "auto"})
		world.stack.send_once()
		assert [bool(world.open_count(c.org)) for c in channels] == [True, False]
	finally:
		world.stack.write_conf(**{"outbox.kick": "off"})
		world.sql.script("drop function claims_break cascade;")
	world.stack.send_once()
	for channel in channels:
		all_answered(world, channel, 1)


def autostart_after_kill(world):
	"""A sender was killed a moment ago and its heartbeat still looks fresh: no sender is woken, so one is started
	all the same.
	"""
	channel = world.channel("kick after kill")
	with world.stack.sender() as sender:
		# Else the first message starts another one, and none is started twice within a second.
		processes.wait_until(lambda: world.sql.value("select count(*) as n from heartbeats") == 1, "the sender")
		all_answered(world, channel, ask(world, channel, 3))
		processes.wait_until(lambda: not world.open_count(channel.org), "the end of its work", timeout=10)
		sender.popen.kill()
		sender.popen.wait(5)
	start = time.monotonic()
	world.write(channel, faults.phone(7), "question number1")
	processes.wait_until(lambda: not world.open_count(channel.org), "the answer", timeout=4)
	took = time.monotonic() - start
	senders_gone(world)
	assert took < processes.patience(2), "the answer took %.2f s" % took


def autostart_debounce(world):
	"""The answer is due when the time of the started sender is up already."""
	channel = world.channel("kick debounce")
	for n in range(3):
		world.write(channel, faults.phone(n), "question number1")
		time.sleep(0.45)
	all_answered(world, channel, 3, timeout=8)
	senders_gone(world)


def with_settings(world, **changed):
	world.stack.write_conf(**changed)
	world.serve()


def web_cron(world):
	"""The autostart after a message fails here (the program is not there yet), so that only the address can have
	started a sender.
	"""
	channel = world.channel("web-cron")
	customers = ask(world, channel, 5)
	time.sleep(0.3)
	assert world.open_count(channel.org), "somebody answered before"
	with_settings(world, **{"outbox.program": world.stack.program("deskbell-outbox")})
	wrong = net.request(world.port, "GET", "/api/webhooks/cron?key=zq-wrong-key-0000000").status
	assert wrong in (401, 403), "a wrong key is answered with %d" % wrong
	time.sleep(0.3)
	assert world.open_count(channel.org), "a wrong key started a sender"
	assert net.request(world.port, "GET", "/api/webhooks/cron?key=" + CRON_KEY).status == 200
	all_answered(world, channel, customers, timeout=5)
	senders_gone(world)


def body(tap, world):
	world.serve()
	tap.run("two senders of different shards at once", two_shards, world)
	tap.run("two senders whose clocks are two hours apart", two_clocks, world)
	faketime = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
	if faketime:
		tap.run("a sender whose clock steps back and forth", clock_steps, world, faketime[0])
	else:
		tap.skip("a sender whose clock steps back and forth", "needs the package faketime")
	tap.run("a second start of the same shard leaves at once with status 0", same_shard, world)
	tap.run("cron style, --once again and again", cron_once, world)
	tap.run("--linger", linger, world)
	tap.run("the last look before leaving", last_look, world)
	tap.run("a file that becomes due at the last look", last_file, world)
	tap.run("a lock that another program holds", held_lock, world)
	tap.run("claims of one organization that fail", broken_claims, world)
	tap.run("--foreground", foreground, world)
	tap.run("work that becomes due again and again keeps nobody waiting", due_again_and_again, world)
	with_settings(world, **{"outbox.kick": "auto", "outbox.kick_linger_s": "1"})
	tap.run("autostart only: answered within a second", autostart, world)
	tap.run("autostart only: a sender that was killed a moment ago", autostart_after_kill, world)
	tap.run("autostart only: a sender that is alive on another host", autostart_elsewhere, world)
	tap.run("autostart only: nobody is forgotten while a sender leaves", autostart_again, world)
	with_settings(world, **{"answer.debounce_ms": "1500"})
	tap.run("autostart only: an answer that is due after the sender's time", autostart_debounce, world)
	path = os.path.join(world.stack.folder, "webcron.key")
	with open(path, "w") as f:
		f.write(CRON_KEY + "\n")
	os.chmod(path, 0o600)
	processes.give(path)
	with_settings(world, **{"answer.debounce_ms": "0", "webcron.key_file": path, "outbox.program": "/nonexistent"})
	tap.run("web-cron", web_cron, world)


sys.exit(faults.run(Tap(), body))
