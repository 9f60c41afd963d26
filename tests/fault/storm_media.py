#!/usr/bin/python3
"""A storm of files: customers send pictures and documents while one transfer in five breaks in a random way, the sender
is killed every second, the database is restarted twice and the disk is full for a while; operators send files
meanwhile. Then no file may be lost within its life, none doubled, none under a wrong conversation, and what the store
holds must be what its names say.

Time is pressed together: leases of a sender that was killed end when it is, and pauses before another attempt are
moved up.
"""

import collections
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import uuid

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "flow"), HERE]

from deskbell import cli, net, processes
from deskbell.stack import Stack

from media_case import Media
from media_out import multipart

FAULTS = ("cut", "empty", "not_ready", "wrong_hash")
SETTINGS = {"outbox.lease_s": "5", "outbox.timeout_ms": "4000", "answer.typing": "off"}
# What a dead sender held is free, and what waits for another attempt is due.
DEAD = """
update attachments set lease_until = null, leased_by = null, due_at = least(due_at, now()) where state = 'waiting';
update outbox set lease_until = now() where state = 'sending';
update outbox set next_attempt_at = now() where state = 'queued' and next_attempt_at > now();
update channels set paused_until = now() where paused_until > now();
update conversations set pair_full_at = now() where pair_full_at > now();
select deskbell_due(id, kind, now()) from organizations, unnest(array['file', 'delivery', 'sweep']) kind;
"""


class Storm:
	def __init__(self, m, files, say):
		self.m, self.files, self.say = m, files, say
		self.lottery = random.Random(files)
		self.dir = m.stack.values["files.dir"]
		self.expected = collections.defaultdict(collections.Counter)  # who: digests
		self.sent = {}  # caption: (who, digest)
		self.kills = self.restarts = self.full = self.done = 0
		self.over, self.database_away = threading.Event(), threading.Lock()
		self.errors = []
		self.resent = collections.Counter()  # reasons of what was sent again by hand

	# What goes on meanwhile

	def kill_senders(self):
		while not self.over.is_set():
			sender = self.m.stack.sender()
			ended = self.over.wait(1)
			if not ended:
				sender.kill(signal.SIGKILL)
				self.kills += 1
			sender.stop()
			with self.database_away:
				self.m.sql.script(DEAD)
				self.unproved()

	def unproved(self):
		"""Unknown outcomes end now where no status can ever come, because the platform has not delivered them."""
		unknown = [r["tag"] for r in self.m.sql.rows("select tag from outbox where state = 'unknown'")]
		if unknown:
			had = {d["tag"] for d in self.deliveries()}
			lost = ",".join("'%s'" % t for t in unknown if t not in had)
			if lost:
				self.m.sql.script(
					"update outbox set lease_until = now() where state = 'unknown' and tag in (%s);" % lost
				)

	def deliveries(self):
		found, last = [], 0
		while page := self.m.stack.simulator.control("GET", "deliveries?since=%d&limit=20000" % last)["deliveries"]:
			found += page
			last = page[-1]["n"]
		return found

	def restart_database(self, kill):
		with self.database_away:
			self.m.stack.postgres.restart(kill)
			self.restarts += 1

	def fill_the_disk(self):
		path = os.path.join(self.dir, "filler")
		with open(path, "wb", buffering=0) as f:
			try:
				while f.write(bytes(1 << 16)):
					pass
			except OSError:
				self.full += 1
		time.sleep(2.5)
		os.unlink(path)

	# Customers and operators

	def content(self, n):
		"""A scan follows the head immediately: random bytes in its place can claim to be too many pixels."""
		head = b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"%-9d" % n + b"\xff\xda"
		return head + self.lottery.randbytes(self.lottery.randrange(2000, 40000))

	def until_taken(self, act, statuses):
		end, last = time.monotonic() + processes.patience(60), None
		while time.monotonic() < end:
			try:
				last = act()
				if last.status in statuses:
					return
				refused = re.search(rb'"error":"[^"]+', last.body)
				final, last = (
					last.status // 100 == 4,
					"%d %s" % (last.status, refused.group() if refused else last.body[:300]),
				)
				if final:
					break
			except (OSError, net.http.client.HTTPException) as e:
				last = e
			time.sleep(0.2)
		self.errors.append("a request was not taken: %s" % last)

	def customer_sends(self, n):
		content = self.content(n)
		fault = {"fault": self.lottery.choice(FAULTS)} if self.lottery.randrange(5) == 0 else {}
		file, digest, who = self.m.file(content, "image/jpeg", **fault), hashlib.sha256(content).hexdigest(), n // 3
		if n % 2 == 0:
			self.expected["+34611%06d" % who][digest] += 1
			self.m.stack.simulator.control(
				"POST",
				"inbound",
				{
					"phone_number_id": self.m.channel.phone_number_id,
					"from": "+34611%06d" % who,
					"name": "Ana",
					"message": {"type": "image", "image": {"id": file, "mime_type": "image/jpeg"}},
				},
			)
			return
		self.expected[str(50000 + who)][digest] += 1
		person = {"id": 50000 + who, "is_bot": False, "first_name": "Ana"}
		update = {
			"update_id": n + 1,
			"message": {
				"message_id": 200000 + n,
				"date": int(time.time()),
				"from": person,
				"chat": {**person, "type": "private"},
				"photo": [{"file_id": file, "file_unique_id": "u%d" % n, "width": 9, "height": 9}],
			},
		}
		headers = {"X-Telegram-Bot-Api-Secret-Token": self.m.bot.secret, "Content-Type": "application/json"}
		self.until_taken(
			lambda: net.request(self.m.port, "POST", self.m.bot.path, json.dumps(update).encode(), headers), (200,)
		)

	def operator_sends(self, n):
		"""To the latest conversation; the same key until it is taken."""
		with self.database_away:
			rows = self.m.sql.rows(
				"select v.id, i.value from conversations v join contact_identities i on i.contact_id = v.contact_id and "
				"i.kind in ('wa_id', 'telegram') order by v.id desc limit 1"
			)
		if not rows:
			return
		content, caption, key = self.content(n), "out %d" % n, uuid.uuid4().hex
		body, kind = multipart(
			{"csrf": self.m.browser.csrf, "key": key, "text": caption, "do": "send"}, [("a.jpg", content)]
		)
		self.sent[caption] = (rows[0]["value"], hashlib.sha256(content).hexdigest())
		self.until_taken(
			lambda: self.m.browser.request("POST", "/inbox/%d/messages" % rows[0]["id"], body, {"Content-Type": kind}),
			(200, 303),
		)

	# From beginning to end

	def run(self):
		start = time.monotonic()
		self.m.stack.simulator.behave(
			fail_every=5, fail_with="random", latency_ms=10, latency_jitter_ms=40, seed=self.files
		)
		killer = threading.Thread(target=self.kill_senders, daemon=True)
		killer.start()
		events = {
			int(self.files * 0.3): lambda: self.restart_database(False),
			int(self.files * 0.45): self.fill_the_disk,
			int(self.files * 0.6): lambda: self.restart_database(True),
		}
		try:
			for n in range(self.files):
				if n in events:
					events[n]()
				self.customer_sends(n)
				if n % 10 == 9:
					self.operator_sends(n)
			self.wait_for_the_end(600)
			self.send_failed_ones_again()
		finally:
			self.over.set()
			killer.join(60)
			self.m.stack.simulator.behave(fail_every=0)
		return time.monotonic() - start

	def open_count(self):
		with self.database_away:
			return (
				self.m.sql.value(
					"select (select count(*) from attachments where state = 'waiting') + (select count(*) from outbox where "
					"state in ('queued', 'sending', 'unknown')) as n"
				)
				+ self.files
				- self.m.sql.value("select count(*) as n from messages where direction = 'inbound'")
			)

	def wait_for_the_end(self, timeout):
		end, told = time.monotonic() + processes.patience(timeout), 0
		while (left := self.open_count()) and time.monotonic() < end:
			if time.monotonic() - told > 10:
				told = time.monotonic()
				self.say("%d still open" % left)
			time.sleep(0.5)

	def send_failed_ones_again(self):
		"""What a platform refused until the sender gave up is explained; an operator presses "Send again", but for
		what the customer has.
		"""
		for _ in range(5):
			had = {d["text"] for d in self.deliveries()}
			with self.database_away:
				failed = [
					r
					for r in self.m.sql.rows(
						"select o.message_id as id, m.body, coalesce(m.error, o.error)#>>'{reason,code}' as reason from outbox o "
						"join messages m on m.id = o.message_id where o.state = 'failed'"
					)
					if r["body"] not in had
				]
			if not failed:
				return
			self.resent.update(r["reason"] for r in failed)
			self.errors += ["message %(id)d failed without a reason" % r for r in failed if not r["reason"]]
			for r in failed:
				self.until_taken(
					lambda r=r: self.m.browser.post("/queue", {"message": str(r["id"]), "do": "retry"}), (200, 303)
				)
			self.wait_for_the_end(120)

	def verdict(self, seconds):
		problems = [("error", e) for e in self.errors]
		rows = self.m.sql.rows(
			"select i.value, a.state, a.reason, encode(a.sha256, 'hex') as sha256,"
			" a.attempts from attachments a join messages m on m.id = a.message_id and m.direction = 'inbound' "
			"join conversations v on v.id = m.conversation_id join contact_identities i on i.contact_id = v.contact_id "
			"and i.kind in ('wa_id', 'telegram')"
		)
		found = collections.defaultdict(collections.Counter)
		for r in rows:
			if r["state"] != "stored":
				problems.append(("lost", "a file of %(value)s is %(state)s: %(reason)s" % r))
			found["+" + r["value"] if "+" + r["value"] in self.expected else r["value"]][r["sha256"]] += 1
		for who in set(found) | set(self.expected):
			if found[who] != self.expected[who]:
				problems.append(
					(
						"wrong",
						"%s has %d files, and sent %d"
						% (who, sum(found[who].values()), sum(self.expected[who].values())),
					)
				)
		for r in self.m.sql.rows("select org_id, encode(sha256, 'hex') as sha256 from files"):
			path = os.path.join(self.dir, str(r["org_id"]), r["sha256"][:2], r["sha256"])
			if not os.path.exists(path) or hashlib.sha256(open(path, "rb").read()).hexdigest() != r["sha256"]:
				problems.append(("lost", "the store has no whole %s" % r["sha256"]))
		had = collections.Counter(d["text"] for d in self.deliveries())
		outbox = {
			r["body"]: r
			for r in self.m.sql.rows(
				"select m.body, o.state, o.attempts, o.resends, o.failures, coalesce(m.error, o.error) as error"
				" from messages m join outbox o on o.message_id = m.id"
			)
		}
		for caption in self.sent:
			row = outbox.get(caption, {"resends": 0})
			if had[caption] < 1 or had[caption] > 1 + (row["resends"] > 0):
				problems.append(("sent", "%s came %d times: %s" % (caption, had[caption], row)))
		again = sum(1 for r in rows if r["attempts"])
		if self.resent:
			self.say("sent again by hand: %s" % dict(self.resent))
		self.say(
			"%d files came, %d of them after a failed attempt; %d were sent;"
			" %d senders killed, %d restarts of the database, %d times no space; %d problems; %.0f s"
			% (len(rows), again, len(self.sent), self.kills, self.restarts, self.full, len(problems), seconds)
		)
		if self.kills < 2 or self.restarts < 2 or self.full < 1 or not again:
			problems.append(("calm", "that was no storm"))
		return problems


def storm(files, say=print):
	"""Runs one and returns the list of problems."""
	with Stack(settings=SETTINGS) as stack:
		folder = stack.values["files.dir"]
		os.makedirs(folder)
		mounted = (
			subprocess.run(
				["mount", "-t", "tmpfs", "-o", "size=%dk,mode=0777" % (files * 45 + 8000), "tmpfs", folder], check=False
			).returncode
			== 0
		)
		if not mounted:
			processes.give(folder)
		try:
			with stack.server("lighttpd-fastcgi") as server:
				s = Storm(Media(None, stack, server), files, say)
				s.m.sql.script("update organizations set bot_mode = 'off';")
				if not mounted:
					say("a small disk cannot be mounted here: the disk is not filled")
					s.fill_the_disk = lambda: setattr(s, "full", 1)
				return s.verdict(s.run())
		finally:
			if mounted:
				subprocess.run(["umount", "-l", folder], check=False)


def main():
	parser = cli.parser(__doc__)
	parser.add_argument("--files", type=int, default=5000)
	options = parser.parse_args()
	processes.install_handlers()
	problems = storm(options.files, lambda words: print(words, flush=True))
	for kind, words in problems[:20]:
		print("%s: %s" % (kind, words))
	return 1 if problems else 0


if __name__ == "__main__":
	sys.exit(main())
