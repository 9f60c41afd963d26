#!/usr/bin/python3
"""Work that waits costs nothing: whatever a sender cannot claim - no room, a lock, a broken channel, a rate, a lease
- must not keep its loop running. Commits are counted.
"""

import json
import os
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import faults
from deskbell import processes
from deskbell.tap import Tap

# answers of one organization that a sender works on at the same time: three quarters of all (outbox/works.h,
# sender.h)
ROOM = 192
ROOM_LEADS = 48  # the same of leads
SECONDS = 4
GOAL = 60  # commits a second of everybody: an idle sender makes about ten, a loop without a pause thousands
GOAL_SHARE = 0.05
SETTINGS = {
	"llm.timeout_ms": "60000",
	"llm.daily_calls": "0",
	"outbox.lease_s": "600",
	"outbox.concurrency": "8",
	"outbox.timeout_ms": "30000",
}
RETURNS = (
	"Returned parcels are refunded within fourteen days. The refund goes to the card that was used. Keep the receipt "
	"until the money has arrived."
)
QUESTION = "Within how many days are returned parcels refunded?"


class Waiting:
	def __init__(self, world):
		self.world, self.sql, self.people = world, world.sql, 0

	def channel(self, name):
		channel = self.world.channel(name)
		line = json.dumps({"title": "Returns", "text": RETURNS, "language": "en"})
		self.world.stack.ctl("knowledge", "import", "--org", channel.org, "--jsonl", "-", input=line + "\n")
		return channel

	def ask(self, channel, customers, text):
		letters = [(channel, faults.phone(self.people + n), text) for n in range(customers)]
		self.people += customers
		for t in self.world.write_many(letters):
			t.join()

	def commits(self):
		return self.sql.value(
			"select pg_stat_get_db_xact_commit(oid) as n from pg_database where datname = current_database()"
		)

	def busy_s(self, process):
		"""The processor time of a program so far, in seconds."""
		with open("/proc/%d/stat" % process.pid, encoding="ascii") as f:
			fields = f.read().rsplit(")", 1)[1].split()
		return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

	def indexed(self):
		self.until("select count(*) as n from search_queue", 0, "the index of the search")

	def rates(self, sender):
		"""Commits a second, and the sender's share of a processor, while nothing can be done. A backend reports its
		commits once a second, so the count begins later.
		"""
		time.sleep(1.5)
		before, busy, start = self.commits(), self.busy_s(sender), time.monotonic()
		time.sleep(SECONDS)
		took = time.monotonic() - start
		return (self.commits() - before) / took, (self.busy_s(sender) - busy) / took

	def waits(self, tap, name, sender):
		commits, share = self.rates(sender)
		tap.ok(
			commits < GOAL and share < GOAL_SHARE and sender.alive(),
			"%s: %.0f commits a second and %.1f %% of a processor, the goals are fewer than %d and %.0f %%"
			% (name, commits, 100 * share, GOAL, 100 * GOAL_SHARE),
		)

	def until(self, query, count, what):
		processes.wait_until(lambda: self.sql.value(query) == count, what, timeout=60)

	def forget(self):
		self.sql.script(
			"delete from answer_jobs; delete from lead_jobs; update outbox set state = 'cancelled',"
			" lease_until = null where state in ('queued', 'sending', 'unknown');"
		)

	def calm(self):
		self.world.simulator.llm(rules=[], latency_ms=0)
		self.world.simulator.behave(latency_ms=0, fail_every=0)

	def case(self, tap, name, prepare):
		"""A sender of its own; whatever it still waits for at the end is not waited for."""
		self.calm()
		with self.world.stack.sender() as sender:
			prepare(sender, lambda: self.waits(tap, name, sender))
			sender.popen.kill()
			sender.popen.wait()
		self.calm()
		self.forget()


def idle(w):
	return lambda sender, measure: measure()


def more_answers_than_room(w):
	def prepare(sender, measure):
		w.world.simulator.llm(latency_ms=50000)
		w.ask(w.channel("answers"), ROOM + 150, QUESTION)
		w.until(
			"select count(*) as n from answer_jobs where leased_by is not null",
			ROOM,
			"as many answers as there is room for",
		)
		w.indexed()
		measure()

	return prepare


def more_leads_than_room(w):
	def prepare(sender, measure):
		channel = w.channel("leads")
		w.world.simulator.llm(latency_ms=50000)
		w.ask(channel, 200, "question number1")
		w.until(
			"select count(*) as n from lead_jobs where leased_by is not null",
			ROOM_LEADS,
			"as many leads as there is room for",
		)
		w.until("select count(*) as n from answer_jobs", 0, "the answers")
		w.until(
			"select count(*) as n from outbox where state <> 'accepted' and org_id = %d" % channel.org,
			0,
			"the deliveries",
		)
		w.world.wait_idle()
		w.indexed()
		measure()

	return prepare


def more_deliveries_than_room(w):
	def prepare(sender, measure):
		w.world.simulator.behave(latency_ms=25000)
		w.ask(w.channel("deliveries"), 40, "question number2")
		w.until(
			"select count(*) as n from outbox where state = 'sending'", 6, "as many deliveries as there is room for"
		)
		w.until("select count(*) as n from answer_jobs", 0, "the answers")
		w.indexed()
		measure()

	return prepare


def a_broken_channel(w):
	def prepare(sender, measure):
		channel = w.channel("broken")
		w.sql.script(
			"update channels set paused_until = now() + interval '1 hour', pauses = 3 where org_id = %d;" % channel.org
		)
		w.ask(channel, 60, "question number3")
		w.until(
			"select count(*) as n from outbox where state = 'queued' and org_id = %d" % channel.org,
			60,
			"the queue of the broken channel",
		)
		w.sql.script(
			"""update outbox set next_attempt_at = now() + random() * interval '10 seconds' where org_id = %d
				and message_id %% 2 = 0;
			delete from lead_jobs;"""
			% channel.org
		)
		w.indexed()
		measure()

	return prepare


def many_unknown(w):
	def prepare(sender, measure):
		channel = w.channel("unknown")
		w.sql.script("update channels set paused_until = now() + interval '1 hour' where org_id = %d;" % channel.org)
		w.ask(channel, 400, "question number4")
		w.until(
			"select count(*) as n from outbox where state = 'queued' and org_id = %d" % channel.org, 400, "the queue"
		)
		w.sql.script(
			"""update outbox set state = 'unknown',
				lease_until = now() + interval '3 seconds' + random() * interval '5 seconds' where org_id = %d;
			delete from lead_jobs;"""
			% channel.org
		)
		w.indexed()
		measure()

	return prepare


def locked_by_another(w):
	"""Somebody else's transaction holds what is due, as another sender's commit does, only longer."""

	def prepare(sender, measure):
		channel = w.channel("locked")
		sender.popen.send_signal(signal.SIGSTOP)
		w.ask(channel, 20, "question number5")
		lock = "begin; select 1 from answer_jobs where org_id = %d for update; select pg_sleep(%d); rollback;" % (
			channel.org,
			SECONDS + 10,
		)
		other = threading.Thread(target=w.sql.script, args=(lock,))
		other.start()
		w.until(
			"select count(*) as n from pg_stat_activity where query like '%pg_sleep%' and wait_event = 'PgSleep'",
			1,
			"the lock",
		)
		sender.popen.send_signal(signal.SIGCONT)
		w.indexed()
		measure()
		other.join()
		w.until("select count(*) as n from answer_jobs", 0, "the answers after the lock")

	return prepare


def told_to_stop(w):
	"""A sender that has been told to stop waits for what is on its way; what is due is left to the next one."""

	def prepare(sender, measure):
		channel = w.channel("stopping")
		w.world.simulator.behave(latency_ms=25000)
		w.ask(channel, 8, "question number6")
		w.until("select count(*) as n from outbox where state = 'sending'", 6, "the deliveries on their way")
		sender.popen.terminate()
		time.sleep(0.5)
		w.ask(channel, 20, "question number7")
		measure()
		w.until(
			"select count(*) as n from answer_jobs where lease_until is null",
			20,
			"the answers that are left to the next sender",
		)

	return prepare


CASES = [
	("nothing to do", idle),
	("more answers than there is room for", more_answers_than_room),
	("more leads than there is room for", more_leads_than_room),
	("more deliveries than there is room for", more_deliveries_than_room),
	("a broken channel", a_broken_channel),
	("many unknown outcomes", many_unknown),
	("jobs that another transaction has locked", locked_by_another),
	("told to stop", told_to_stop),
]


def body(tap, world):
	world.serve()
	w = Waiting(world)
	for name, case in CASES:
		w.case(tap, name, case(w))


if __name__ == "__main__":
	sys.exit(faults.run(Tap(), body, settings=SETTINGS, llm=True))
