#!/usr/bin/python3
"""The platform misbehaves in every way it can: late, silent, with garbage, broken connections, every class of error.
Each message arrives once or ends with words that a person understands, and nobody else waits for it."""

import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import faults
from deskbell import processes
from deskbell.tap import Tap
from faults import phone

QUIET = {
	"fail_every": 0,
	"retry_after_s": 1,
	"lose_response_every": 0,
	"garbage_every": 0,
	"reset_every": 0,
	"hang_every": 0,
	"latency_ms": 0,
}


class Platform:
	def __init__(self, world):
		self.world, self.sql = world, world.sql
		self.platform = "whatsapp"
		self.neighbour = self.channel("neighbour")
		self.people = 1000
		self.sender = world.stack.sender()

	# Steps

	def on(self, platform, test, *args):
		"""Runs a test on a platform."""
		self.platform = platform
		try:
			test(self, *args)
		finally:
			self.platform = "whatsapp"

	def channel(self, name):
		return self.world.channel("%s, %s" % (name, self.platform), self.platform)

	def ask(self, channel, who, text="question number1"):
		assert self.world.write(channel, phone(who), text), "not acknowledged"

	def outbox(self, channel, where="true"):
		return self.sql.rows(
			"""select o.*, o.error as delivery_error, m.body, m.status, m.error, m.conversation_id from outbox o
				join messages m on m.org_id = o.org_id and m.id = o.message_id
			where o.org_id = %d and %s order by o.message_id"""
			% (channel.org, where)
		)

	def until(self, channel, condition, what, timeout=10):
		return processes.wait_until(lambda: self.outbox(channel, condition), what, timeout=timeout, pause=0.05)

	def sends(self, channel):
		return sum(
			1
			for r in self.world.records("requests")
			if channel.platform.concerns(channel, r) and not channel.platform.is_mark(r)
		)

	def misbehave(self, **how):
		self.world.simulator.behave(**{**QUIET, **how})

	def quiet(self):
		self.misbehave()

	def others_are_quick(self, *channels, limit_s=1.0):
		"""Other customers, of the same channel or another, have their answers at once; returns the slowest, in seconds."""
		slowest = 0
		for channel in channels:
			self.people += 5
			for n in range(5):
				self.ask(channel, self.people + n)
			start = time.monotonic()
			want = {phone(self.people + n) for n in range(5)}
			processes.wait_until(
				lambda: want <= {d["to"] for d in self.world.deliveries(channel)},
				"the answers of other customers",
				timeout=20,
			)
			slowest = max(slowest, time.monotonic() - start)
		assert slowest < processes.patience(limit_s / 2), "other customers waited %.2f s" % slowest
		return slowest

	def ninety_seconds_pass(self, n=1):
		"""For `n` unknown outcomes that no status will prove. A sender looks for such every five seconds and when it
		starts: it is started again.
		"""
		processes.wait_until(
			lambda: self.sql.value("select count(*) as n from outbox where state = 'unknown'") == n,
			"%d unknown outcomes" % n,
		)
		assert self.world.unproved_pass() == n
		assert self.sender.stop() == 0, "the sender did not end well"
		self.sender = self.world.stack.sender()

	def end(self, channel, **expect):
		self.world.wait_done(org=channel.org)
		self.world.wait_idle()
		return self.world.assert_proof(channel, **expect)

	# Late, silent, broken

	def late(self):
		channel = self.channel("late")
		self.misbehave(latency_ms=1200)
		for n in range(5):
			self.ask(channel, n)
		self.end(channel, answers=5)
		self.quiet()

	def proved(self, how):
		"""The platform took the message but its answer did not arrive: a status proves it, and it is not sent again."""
		channel = self.channel("proved")
		self.world.simulator.behave(ladder_delay_ms=700)
		self.misbehave(**how)
		self.ask(channel, 1)
		self.until(channel, "o.state = 'unknown'", "the unknown outcome")
		self.quiet()
		self.end(channel, answers=1)
		assert self.outbox(channel)[0]["attempts"] == 1, "it was tried again"
		self.world.simulator.behave(ladder_delay_ms=20)

	def unproved(self):
		"""Nobody knows, and no status comes: after its time it is sent again, once, marked. Meanwhile nobody else waits."""
		faults_of = {
			"hang": {"hang_every": 1},
			"reset": {"reset_every": 1},
			"html": {"fail_every": 1, "fail_with": "html_500"},
		}
		channels = []
		for name, how in faults_of.items():
			channel = self.channel(name)
			channels.append(channel)
			self.misbehave(**how)
			self.ask(channel, 1)
			row = self.until(channel, "o.state = 'unknown'", "the unknown outcome of " + name)[0]
			assert row["delivery_error"]["reason"]["code"], "%s without a reason: %s" % (name, row)
		self.quiet()
		self.others_are_quick(*channels, self.neighbour)
		self.ninety_seconds_pass(len(channels))
		for channel in channels:
			self.end(channel)
			row = self.outbox(channel)[0]
			assert row["resends"] == 1 and row["state"] == "accepted", "it was not sent again, marked: %s" % row

	def never(self):
		"""No answer twice: failed, and it says that the customer may have it."""
		channel = self.channel("never")
		self.misbehave(hang_every=1)
		self.ask(channel, 1)
		self.until(channel, "o.state = 'unknown' and o.resends = 0", "the unknown outcome")
		self.ninety_seconds_pass()
		self.until(channel, "o.state = 'unknown' and o.resends = 1", "the second unknown outcome")
		self.quiet()
		self.ninety_seconds_pass()
		self.end(channel, answers=0)
		row = self.outbox(channel)[0]
		assert (
			row["state"] == "failed"
			and row["error_class"] == "unknown"
			and row["error"]["reason"]["code"] == "send_no_answer_twice"
		), row

	def copied(self, how):
		"""Where no status can tell, an unknown outcome is sent once more, marked: here the customer has it twice."""
		channel = self.channel("copied")
		self.misbehave(**how)
		self.ask(channel, 1)
		self.until(channel, "o.state = 'unknown'", "the unknown outcome")
		self.quiet()
		self.some_seconds_pass(channel)
		self.until(channel, "o.state = 'accepted'", "the second try", timeout=15)
		row = self.outbox(channel)[0]
		assert (row["attempts"], row["resends"]) == (2, 1) and len(self.world.deliveries(channel)) == 2, row
		self.world.assert_proof(channel, twice=True)

	def taken(self, how):
		"""Telegram's "ok" is enough, though the rest of its answer is missing: nothing is sent twice."""
		channel = self.channel("taken")
		self.misbehave(**how)
		self.ask(channel, 1)
		row = self.until(channel, "o.state = 'accepted'", "that it is taken")[0]
		self.quiet()
		assert (row["attempts"], row["resends"]) == (1, 0) and len(self.world.deliveries(channel)) == 1, row
		self.world.assert_proof(channel)

	def some_seconds_pass(self, channel):
		"""The second try is due now."""
		self.until(channel, "o.state = 'queued' and o.resends = 1", "the second try", timeout=15)
		self.sql.script("update outbox set next_attempt_at = now() where org_id = %d;" % channel.org)

	def silent_twice(self):
		"""Two unknown outcomes: failed, and it says that the customer may have it."""
		channel = self.channel("silent")
		self.misbehave(hang_every=1)
		self.ask(channel, 1)
		self.some_seconds_pass(channel)
		row = self.until(channel, "o.state = 'failed'", "the end", timeout=25)[0]
		self.quiet()
		assert (
			row["error_class"] == "unknown"
			and row["attempts"] == 2
			and row["error"]["reason"]["code"] == "send_no_answer_twice"
		), row

	# Classes of errors

	def throttle(self):
		"""The number is paused as a whole for the time that the platform asks for; other numbers are not."""
		channel = self.channel("throttle")
		self.misbehave(fail_every=1, fail_with="throughput")
		self.ask(channel, 1)
		self.until(channel, "o.error_class = 'throttle'", "the refusal")
		self.quiet()
		paused = self.sql.value(
			"select extract(epoch from paused_until - now())::float as s from channels where org_id = %d" % channel.org
		)
		assert 0 < paused <= 2.5, "paused for %s s" % paused
		self.ask(channel, 2)
		assert not self.world.deliveries(channel), "something was sent during the pause"
		self.others_are_quick(self.neighbour)
		self.end(channel, answers=2)

	def pair_rate(self):
		"""Too many messages to one customer: this one waits, nobody else."""
		channel = self.channel("pair")
		self.misbehave(fail_every=1, fail_with="pair_rate")
		self.ask(channel, 1)
		self.until(channel, "o.error_class = 'pair-rate'", "the refusal")
		self.quiet()
		self.others_are_quick(channel, self.neighbour)
		row = self.outbox(channel, "o.error_class = 'pair-rate'")
		assert row and row[0]["state"] == "queued", "it did not wait: %s" % row
		start = time.monotonic()
		self.end(channel)
		assert time.monotonic() - start > 1, "it was tried again too early"

	def overall(self):
		"""A limit that is told to two people at once may be meant for the whole bot: it rests for exactly as long as
		it was asked to, a second more.
		"""
		channel = self.channel("overall")
		self.misbehave(fail_every=1, fail_with="throughput", retry_after_s=4)
		for n in range(2):
			self.ask(channel, n)
		self.until(channel, "o.error_class = 'pair-rate'", "the first refusal")
		processes.wait_until(lambda: self.state(channel)["paused"] > 3, "the rest of the bot")
		self.quiet()
		sends = self.sends(channel)
		self.ask(channel, 3)
		time.sleep(2)
		assert self.sends(channel) == sends and self.state(channel)["paused"] < 3.1, (
			"something was sent within the pause: %s" % self.state(channel)
		)
		self.others_are_quick(self.neighbour)
		self.end(channel, answers=3)

	def broken(self):
		"""A token that was revoked: the channel stops with the reason, its queue is kept, one message tries it after
		each pause, and good credentials set it going at once.
		"""
		channel = self.channel("broken")
		self.renew(channel, "0other")
		for n in range(6):
			self.ask(channel, n)
		self.until(channel, "o.error_class = 'channel-broken'", "the refusal")
		time.sleep(0.5)
		row = self.state(channel)
		assert row["status"] == "error" and "token" in row["status_reason"]["code"] and row["paused"] > 20, (
			"the channel: %s" % row
		)
		self.others_are_quick(self.neighbour)
		self.probe(channel)
		assert len(self.outbox(channel, "o.state = 'queued'")) == 6, "the queue was not kept"

		self.renew(channel, "")
		self.sql.script(
			"update channels set paused_until = now() where org_id = %(org)d; select deskbell_due(%(org)d, 'delivery', now());"
			% {"org": channel.org}
		)
		self.world.wait_done(org=channel.org)
		row = self.state(channel)
		assert row["status"] != "error" and row["status_reason"] is None and row["pauses"] == 0, (
			"the channel did not recover: %s" % row
		)
		self.end(channel, answers=6)

	def renew(self, channel, mark):
		return channel.platform.renew(self.world.simulator, channel, self.world.port, mark)

	def probe(self, channel):
		"""The pause is over and the channel still broken: one message tries it."""
		self.misbehave(latency_ms=300)
		before = self.sends(channel)
		self.sql.script(
			"update channels set paused_until = now() where org_id = %(org)d; select deskbell_due(%(org)d, 'delivery', now());"
			% {"org": channel.org}
		)
		time.sleep(1.5)
		self.quiet()
		assert self.sends(channel) - before == 1, "%d messages tried a broken channel" % (self.sends(channel) - before)
		assert self.state(channel)["paused"] > 60, "the pause did not grow: %s" % self.state(channel)

	def reconnected(self):
		channel = self.channel("reconnected")
		renewed = self.renew(channel, "0renewed")
		self.ask(channel, 1)
		self.until(channel, "o.error_class = 'channel-broken'", "the refusal")
		start = time.monotonic()
		self.world.stack.ctl(
			"channel", "connect", channel.platform.name, "--org", channel.org, input=faults.json.dumps(renewed)
		)
		processes.wait_until(lambda: self.world.deliveries(channel), "the delivery", timeout=5)
		assert time.monotonic() - start < processes.patience(3), "it took %.1f s after the connection" % (
			time.monotonic() - start
		)
		self.end(channel, answers=1)

	def state(self, channel):
		return self.sql.row(
			"select status, status_reason, pauses, extract(epoch from greatest(paused_until,"
			" now()) - now())::float as paused from channels where org_id = %d" % channel.org
		)

	def refused(self, name, error_class):
		"""It will never work: failed at once with words, and the same customer's next message goes out."""
		channel = self.channel(name)
		self.misbehave(fail_every=1, fail_with=name)
		self.ask(channel, 1)
		row = self.until(channel, "o.state = 'failed'", "the failure")[0]
		self.quiet()
		assert row["error_class"] == error_class and row["attempts"] == 1, row
		self.ask(channel, 1, "question number2")
		numbers = self.end(channel, answers=1)
		assert numbers["status"].get("failed") == 1, numbers

	def retried(self, name):
		"""It passes: tried again by itself, and nobody else waits."""
		channel = self.channel(name)
		self.misbehave(fail_every=1, fail_with=name)
		self.ask(channel, 1)
		self.until(channel, "o.state = 'queued' and o.attempts > 0", "the retry")
		self.quiet()
		self.others_are_quick(self.neighbour)
		self.sql.script(
			"update outbox set next_attempt_at = now() where org_id = %d and state = 'queued';" % channel.org
			+ faults.DUE_NOW
		)
		self.end(channel)

	# Order and time

	def parts(self):
		"""A long answer, whose first parts fail in turn: the parts arrive in their order."""
		channel = self.channel("parts")
		self.misbehave(fail_every=2, fail_with="service_unavailable")
		self.ask(channel, 1, "tell me everything")
		end = time.monotonic() + processes.patience(25)
		while self.world.open_count(channel.org) and time.monotonic() < end:
			self.sql.script(
				"update outbox set next_attempt_at = least(next_attempt_at, now() + interval '200 ms') where org_id = %d "
				"and state = 'queued';"
				% channel.org
				+ "update due_work set due_at = now() where org_id = %d and kind = 'delivery';" % channel.org
			)
			time.sleep(0.2)
		self.quiet()
		numbers = self.end(channel)
		text = "".join(d["text"] for d in self.world.deliveries(channel))
		places = [text.find("part %d." % n) for n in range(5)]
		assert numbers["outbound"] >= 3 and numbers["retried"] and sorted(places) == places and places[0] >= 0, (
			"%s, parts at %s" % (numbers, places)
		)

	def expires(self):
		"""What waits longer than the 24-hour window ends with words; the platform never sees it."""
		channel = self.channel("expires")
		self.sql.script("update channels set paused_until = now() + interval '1 hour' where org_id = %d;" % channel.org)
		self.ask(channel, 1)
		self.until(channel, "o.state = 'queued'", "the answer in the queue")
		self.sql.script(
			"update conversations set last_inbound_at = now() - interval '23 hours 56 minutes' where org_id = %d;"
			% channel.org
			+ faults.DUE_NOW
		)
		row = self.until(channel, "o.state = 'failed'", "the end")[0]
		assert row["error_class"] == "window" and row["attempts"] == 0, row
		self.end(channel, answers=0)

	def closed(self):
		"""The window closes between the queue and the wire; looked at by the sender, not only by the sweep."""
		channel = self.channel("closed")
		self.sql.script("update channels set paused_until = now() + interval '1 hour' where org_id = %d;" % channel.org)
		self.ask(channel, 1)
		self.until(channel, "o.state = 'queued'", "the answer in the queue")
		self.sql.script(
			"""update conversations set last_inbound_at = now() - interval '23 hours 54 minutes 59.5 seconds' where org_id = %d;
			select pg_sleep(0.6); update channels set paused_until = now() where org_id = %d;
			select deskbell_due(%d, 'delivery', now());"""
			% ((channel.org,) * 3)
		)
		row = self.until(channel, "o.state = 'failed'", "the end")[0]
		assert row["error_class"] == "window" and not self.world.deliveries(channel), row
		self.end(channel, answers=0)


BOTH = "whatsapp telegram"
# What each test is about, where it holds, the test and its arguments. WhatsApp tells by statuses what became of a
# message and has a window, Telegram neither.
TESTS = [
	("answers come late", BOTH, Platform.late),
	("accepted, and the answer is lost", "whatsapp", Platform.proved, {"lose_response_every": 1}),
	("accepted, and the answer is garbage", "whatsapp", Platform.proved, {"garbage_every": 1}),
	("accepted, and the answer is lost", "telegram", Platform.copied, {"lose_response_every": 1}),
	("accepted, and the answer is cut off", "telegram", Platform.taken, {"garbage_every": 1}),
	("no answer at all, a reset, a 500 with a page of HTML", "whatsapp", Platform.unproved),
	("no answer, twice", "whatsapp", Platform.never),
	("no answer, twice", "telegram", Platform.silent_twice),
	("retry: service unavailable", BOTH, Platform.retried, "service_unavailable"),
	("retry: a page of HTML", "telegram", Platform.retried, "html_503"),
	("throttle", "whatsapp", Platform.throttle),
	("pair rate", BOTH, Platform.pair_rate),
	("pair rate, told to two people", "telegram", Platform.overall),
	("channel broken, recovers by itself", BOTH, Platform.broken),
	("channel broken, connected with good credentials", BOTH, Platform.reconnected),
	("recipient: undeliverable", BOTH, Platform.refused, "undeliverable", "recipient"),
	("request: parameter_value", "whatsapp", Platform.refused, "parameter_value", "request"),
	("request: too_long", "telegram", Platform.refused, "too_long", "request"),
	("window", "whatsapp", Platform.refused, "window", "window"),
	("a long answer keeps its order across retries", BOTH, Platform.parts),
	("a message expires with its window", "whatsapp", Platform.expires),
	("a window that closes at the last moment", "whatsapp", Platform.closed),
]


def body(tap, world):
	world.serve()
	p = Platform(world)
	for words, names, test, *args in TESTS:
		for name in names.split():
			tap.run("%s: %s" % (name, words), p.on, name, test, *args)
	tap.ok(p.sender.alive(), "the sender lived through it", p.sender.tail())
	tap.run("all of it together", world.assert_proof)
	p.sender.stop()


sys.exit(faults.run(Tap(), body, settings={"outbox.timeout_ms": "1500"}))
