#!/usr/bin/python3
"""A storm: many customers write while one request in five fails in a random way, answers of the platform get lost, the
sender is killed every second and the database is restarted twice. It ends when nothing is open any more. Then the
checker must find nothing lost, nothing twice, order kept, every failure explained.

Time is pressed together: pauses and retries that the product would wait for are moved up, and the 90 s of unknown
outcomes only where no status can come.
"""

import os
import random
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import faults
from deskbell import cli, processes
from deskbell.stack import Stack

SOONER = """
update channels set paused_until = now() + interval '200 ms' where paused_until > now() + interval '200 ms';
update conversations set pair_full_at = now() + interval '50 s' where pair_full_at > now() + interval '50 s';
update outbox o set next_attempt_at = now() + interval '200 ms' from (select org_id, message_id from outbox
	where state = 'queued' and next_attempt_at > now() + interval '200 ms' order by 1, 2 for update skip locked) late
	where o.org_id = late.org_id and o.message_id = late.message_id;
"""


class Storm:
	def __init__(self, world, messages, channels, say):
		self.world, self.say = world, say
		self.lottery = random.Random(messages)
		self.channels = [world.channel("storm %d" % n, ("whatsapp", "telegram")[n % 2]) for n in range(channels)]
		self.letters = self.make_letters(messages)
		self.kills = self.restarts = self.moved = 0
		self.over = threading.Event()
		self.database_away = threading.Lock()
		self.errors = []

	def make_letters(self, messages):
		"""Three messages a customer, now and then one whose answer has several parts."""
		customers = [(self.lottery.choice(self.channels), faults.phone(n)) for n in range((messages + 2) // 3)]
		texts = lambda: (
			"tell me everything" if self.lottery.random() < 0.1 else "question number%d" % self.lottery.randrange(1, 9)
		)
		return [(*customers[n % len(customers)], texts()) for n in range(messages)]

	# What goes on meanwhile

	def kill_senders(self):
		while not self.over.is_set():
			sender = self.world.stack.sender()
			if self.over.wait(1):
				sender.stop()
				return
			sender.kill(signal.SIGKILL)
			sender.stop()
			self.kills += 1

	def press_time(self):
		while not self.over.wait(0.4):
			with self.database_away:
				try:
					self.world.sql.script(SOONER)
					self.moved += self.world.unproved_pass()
				except RuntimeError as e:
					if "deadlock" not in str(e):
						self.errors.append(str(e))

	def restart_database(self, kill):
		with self.database_away:
			self.world.stack.postgres.restart(kill)
			self.restarts += 1

	def progress(self):
		return len(self.world.acknowledged) / len(self.letters)

	# From beginning to end

	def run(self):
		simulator = self.world.simulator
		simulator.behave(
			fail_every=5,
			fail_with="random",
			lose_response_every=7,
			latency_ms=20,
			latency_jitter_ms=60,
			ladder_order="shuffled",
			seed=len(self.letters),
		)
		start = time.monotonic()
		helpers = [threading.Thread(target=f, daemon=True) for f in (self.kill_senders, self.press_time)]
		for t in helpers:
			t.start()
		writers = self.world.write_many(
			self.letters, threads=4, pause_s=0.05 if len(self.letters) < 1000 else 0.02, patience_s=120
		)
		try:
			for part, kill in ((0.3, False), (0.6, True)):
				processes.wait_until(
					lambda: self.progress() > part, "%d %% of the messages" % (100 * part), timeout=600
				)
				self.restart_database(kill)
			for t in writers:
				t.join(600)
			self.wait_for_the_end(600)
		finally:
			self.over.set()
			for t in helpers:
				t.join(30)
			simulator.behave(fail_every=0, lose_response_every=0)
		self.world.wait_idle(60)
		return time.monotonic() - start

	def wait_for_the_end(self, timeout):
		end, told = time.monotonic() + processes.patience(timeout), 0
		while (left := self.world.open_count()) and time.monotonic() < end:
			if time.monotonic() - told > 10:
				told = time.monotonic()
				self.say("%d still open" % left)
			time.sleep(0.5)

	def verdict(self, seconds):
		problems, numbers = self.world.proof()
		problems += [("error", e) for e in self.errors]
		if len(self.world.acknowledged) != len(self.letters):
			problems.append(
				("inbound", "%d of %d messages were acknowledged" % (len(self.world.acknowledged), len(self.letters)))
			)
		for channel in self.channels:
			if self.world.unanswered(channel):
				problems.append(
					("unanswered", "%d conversations of channel %d" % (self.world.unanswered(channel), channel.id))
				)
		requests = sum(1 for r in self.world.records("requests") if r["path"].endswith(("/messages", "/sendMessage")))
		self.say(
			"%(inbound)d messages stored, %(outbound)d replies committed, %(received)d received;"
			" %(retried)d were tried more than once, %(sent_again)d sent again marked,"
			" %(twice_marked)d copies where no status can tell" % numbers
		)
		self.say(
			"%d requests to the platform, %d senders killed, %d restarts of the database,"
			" %d unknown outcomes that no status could prove" % (requests, self.kills, self.restarts, self.moved)
		)
		self.say("ended as %s; failed: %s" % (numbers["status"], numbers["failed"]))
		kinds = {k: sum(1 for kind, _ in problems if kind == k) for k in ("lost", "twice", "order", "unexplained")}
		self.say(
			"lost %(lost)d, twice %(twice)d, out of order %(order)d, unexplained %(unexplained)d" % kinds
			+ "; %d problems in all; %.0f s" % (len(problems), seconds)
		)
		if self.kills < 2 or self.restarts < 2 or not numbers["retried"]:
			problems.append(("calm", "that was no storm"))
		if numbers["received"] - numbers["twice_marked"] != numbers["received_once"]:
			problems.append(("twice", "%d received, %d once" % (numbers["received"], numbers["received_once"])))
		return problems


def storm(world, messages, channels, say=print):
	"""Runs one and returns the list of problems."""
	world.serve()
	s = Storm(world, messages, channels, say)
	return s.verdict(s.run())


def main():
	parser = cli.parser(__doc__)
	parser.add_argument("--messages", type=int, default=10000)
	parser.add_argument("--channels", type=int, default=12)
	options = parser.parse_args()
	processes.install_handlers()
	with Stack(settings=faults.SETTINGS) as stack:
		world = faults.World(stack)
		try:
			problems = storm(world, options.messages, options.channels, lambda words: print(words, flush=True))
		finally:
			world.unserve()
	for kind, words in problems[:20]:
		print("%s: %s" % (kind, words))
	return 1 if problems else 0


if __name__ == "__main__":
	sys.exit(main())
