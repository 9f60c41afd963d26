"""What the fault tests share: customers who write as the platform delivers it (signed, again and again until 200),
the passing of time, and the proof at the end.
"""

import http.client
import json
import os
import queue
import sys
import threading
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "flow"), os.path.join(HERE, "..", "lib")]

import checker
from deskbell import net, paths, planted, processes
from deskbell.stack import Stack
from platforms import PLATFORMS

FIRST_PHONE = 491510000000
LONG = "DESKBELL_FAULT_LONG" in os.environ

# Short leases, so that what a dead sender had is soon free again.
# What a test has made due by hand, a sender looks for at once. It passes by what a sender moves at this moment.
DUE_NOW = """
update due_work w set due_at = now() from (select org_id, kind from due_work for update skip locked) s
	where w.org_id = s.org_id and w.kind = s.kind;"""
SETTINGS = {"outbox.lease_s": "5", "outbox.timeout_ms": "4000", "answer.typing": "off"}

SKILLS = [
	{
		"title": "Topic %d" % n,
		"triggers": ["question number%d" % n],
		"response": "%sanswer number%d" % (planted.BODY_MARKER, n),
		"enabled": True,
		"requires_human_handover": False,
	}
	for n in range(1, 9)
]
PARAGRAPH = ("This paragraph is here because the whole answer must not fit into one message. " * 24).strip()
SKILLS.append(
	{
		"title": "Long story",
		"triggers": ["tell me everything"],
		"enabled": True,
		"requires_human_handover": False,
		"response": "\n\n".join("%spart %d. %s" % (planted.BODY_MARKER, n, PARAGRAPH) for n in range(5)),
	}
)


def phone(n):
	return str(FIRST_PHONE + n)


class World:
	"""One stack with organisations, a web server that can be restarted at the same port, and what its customers did."""

	def __init__(self, stack, flavour="lighttpd-fastcgi"):
		self.stack, self.sql, self.simulator, self.flavour = stack, stack.sql, stack.simulator, flavour
		self.port = net.free_port()
		self.server = None
		self.acknowledged = {}  # (phone number id, wamid): how many requests it took
		self.refused = []  # what came back instead of 200
		self.lock = threading.Lock()
		self.count = 0

	def channel(self, name, platform="whatsapp"):
		org = self.stack.organisation(name)
		self.stack.skills(org, SKILLS)
		return self.connect(org, platform)

	def connect(self, org, platform="whatsapp"):
		channel = PLATFORMS[platform].connect(self.stack, org, self.port, {})
		channel.platform = PLATFORMS[platform]
		return channel

	def serve(self, env=None):
		self.unserve()
		self.server = self.stack.server(self.flavour, self.port)
		self.server.env = env
		self.server.start()
		return self.server

	def unserve(self):
		if self.server:
			self.server.stop()
			self.server = None

	# Customers

	def post(self, connection, channel, body):
		headers = {"Content-Type": "application/json", **channel.platform.sign("ok", channel, body)}
		try:
			connection.request("POST", channel.platform.path(channel), body, headers)
			response = connection.getresponse()
			response.read()
			return response.status
		except (OSError, http.client.HTTPException):
			connection.close()
			return 0

	def write(self, channel, who, text, connection=None, patience_s=30, wamid=None):
		"""One message, delivered again until it is acknowledged; returns its id, or None when the time is up."""
		with self.lock:
			self.count += 1
			wamid = wamid or "wamid.FAULT%dX.%d.%d" % (channel.org, self.port, self.count)
		line = {"from": who, "id": wamid, "text": {"body": text}}
		body = channel.platform.payloads(["messages"], channel, json.dumps(line).encode())[0]
		connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
		end, tries, pause = time.monotonic() + patience_s, 1, 0.05
		while (status := self.post(connection, channel, body)) != 200:
			with self.lock:
				self.refused.append(status)
			if time.monotonic() > end:
				return None
			time.sleep(pause)
			pause, tries = min(pause * 2, 1), tries + 1
		with self.lock:
			self.acknowledged[(channel.phone_number_id, channel.platform.stored_id(line))] = tries
		return wamid

	def write_many(self, letters, threads=8, pause_s=0.0, patience_s=60):
		"""`letters` are (channel, who, text); each thread has a connection of its own, and one customer's letters
		stay in order. Returns the threads.
		"""
		queues = [queue.Queue() for _ in range(threads)]
		for channel, who, text in letters:
			queues[hash((channel.id, who)) % threads].put((channel, who, text))

		def work(q):
			connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
			while not q.empty():
				self.write(*q.get(), connection=connection, patience_s=patience_s)
				time.sleep(pause_s)
			connection.close()

		started = [threading.Thread(target=work, args=(q,), daemon=True) for q in queues]
		for t in started:
			t.start()
		return started

	# Waiting

	def open_count(self, org=None):
		of = " where org_id = %d" % org if org else " where true"
		return self.sql.value(
			"""select (select count(*) from answer_jobs%s) + (select count(*) from lead_jobs%s)
			+ (select count(*) from outbox%s and state in ('queued', 'sending', 'unknown')) as n"""
			% (of, of, of)
		)

	def unanswered(self, channel):
		"""Conversations whose last message of the customer nobody has dealt with."""
		return self.sql.value(
			"""select count(*) as n from conversations v where v.org_id = %d and coalesce(
			(select max(d.message_id) from decisions d where d.org_id = v.org_id and d.conversation_id = v.id), 0)
			< (select max(m.id) from messages m where m.org_id = v.org_id and m.conversation_id = v.id
				and m.direction = 'inbound')"""
			% channel.org
		)

	def wait_done(self, timeout=20, org=None, process=None):
		try:
			processes.wait_until(
				lambda: self.open_count(org) == 0, "the queue to be empty", timeout=timeout, pause=0.05, process=process
			)
		except RuntimeError as e:
			left = self.sql.rows(
				"select org_id, conversation_id, state, attempts, error_code, error from outbox where state in ('queued',"
				" 'sending', 'unknown') limit 5"
			)
			raise AssertionError(
				"%s; %s, answer jobs: %s" % (e, left, self.sql.rows("select * from answer_jobs limit 3"))
			) from None

	def wait_idle(self, timeout=20):
		"""Until every status was acknowledged or given up."""
		answer = self.simulator.control("GET", "idle?timeout_ms=%d" % (timeout * 1000))
		assert answer["idle"], "the platform still has webhooks to deliver: %s" % answer

	def records(self, kind):
		found, last = [], 0
		while True:
			page = self.simulator.control("GET", "%s?since=%d&limit=20000" % (kind, last))[kind]
			if not page:
				return found
			found += page
			last = page[-1]["n"]

	def deliveries(self, channel=None):
		return [
			d for d in self.records("deliveries") if channel is None or d["phone_number_id"] == channel.phone_number_id
		]

	# Time

	def dead_leases_pass(self):
		"""The sender is dead for sure, so nobody renews: its leases run out now instead of in some seconds."""
		self.sql.script(
			"""update outbox set lease_until = now() where state = 'sending';
			update answer_jobs set lease_until = now() where lease_until is not null;
			update lead_jobs set lease_until = now() where lease_until is not null;"""
			+ DUE_NOW
		)

	def unproved_pass(self):
		"""The 90 s of unknown outcomes end now, but only where no status can ever come, because the platform has not
		delivered it.
		"""
		unknown = [r["tag"] for r in self.sql.rows("select tag from outbox where state = 'unknown'")]
		delivered = {d["tag"] for d in self.records("deliveries")} if unknown else set()
		hopeless = [t for t in unknown if t not in delivered]
		if hopeless:
			self.sql.script(
				"update outbox set lease_until = now() where state = 'unknown' and tag = any ('{%s}');"
				% ",".join('"%s"' % t for t in hopeless)
				+ DUE_NOW
			)
		return len(hopeless)

	# Proof

	def proof(self, channel=None, statuses=True):
		"""(problems, numbers) of everything, or of one channel."""
		deliveries = self.deliveries(channel)
		known = [k for k in self.acknowledged if channel is None or k[0] == channel.phone_number_id]
		told = checker.status_times(self.records("webhooks")) if statuses else {}
		return checker.check(checker.rows(self.sql, channel.org if channel else None), deliveries, told, known)

	def assert_proof(self, channel=None, answers=None, twice=False):
		"""`answers`: how many messages customers must have got. `twice`: a second copy may be there (no status
		told); where no status ever tells, a marked one may be in any case.
		"""
		problems, numbers = self.proof(channel)
		if not twice and numbers["received"] - numbers["twice_marked"] != numbers["received_once"]:
			problems.append(("twice", "%d deliveries of %d messages" % (numbers["received"], numbers["received_once"])))
		if answers is not None and numbers["received_once"] != answers:
			problems.append(("count", "%d answers, not %d" % (numbers["received_once"], answers)))
		assert not problems, "%d problems: %s\n%s" % (
			len(problems),
			"; ".join("%s: %s" % p for p in problems[:5]),
			numbers,
		)
		return numbers


def run(tap, body, **stack):
	"""The frame of a fault test: a stack, a world, `body(tap, world)`, the look into the logs, the plan. Returns the
	exit status.
	"""
	processes.install_handlers()
	settings = {**SETTINGS, **stack.pop("settings", {})}
	try:
		with Stack(settings=settings, **stack) as s:
			world = World(s)
			try:
				body(tap, world)
			finally:
				world.unserve()
			s.check_logs(tap)
	except paths.Missing as e:
		return tap.skip_all(str(e))
	except Exception as e:
		return tap.bail_out("%s: %s" % (type(e).__name__, e))
	return tap.done()
