"""What the verbs of a case do. Each is a method of Case named do_VERB, with the step's arguments and expanded body."""

import json
import threading
import time

import casefile
from deskbell import net, processes
from platforms import json_lines
from deskbell.processes import wait_until


def frame(kind, path, body, headers, port):
	"""A POST as raw bytes that breaks, or stretches, the rules of HTTP in one way; returns the status of what came
	back, 0 without an answer.
	"""
	head = "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n" % path
	head += "".join("%s: %s\r\n" % h for h in headers.items())
	length = "Content-Length: %d\r\n\r\n"
	half = len(body) // 2
	chunks = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (body[:half], body[half:]))
	parts, shutdown = {
		"half": ([head + length % len(body), body[:half]], True),
		"short": ([head + length % (len(body) - 10), body], False),
		"long": ([head + length % (len(body) + 10), body], True),
		"no-length": ([head + "\r\n"], True),
		"negative-length": ([head + length % -5, body], False),
		"huge-length": ([head + length % (1 << 40), body], True),
		"words-as-length": ([head + "Content-Length: abc\r\n\r\n", body], False),
		"chunked": ([head + "Transfer-Encoding: chunked\r\n\r\n", chunks + b"0\r\n\r\n"], False),
		"chunked-cut": ([head + "Transfer-Encoding: chunked\r\n\r\n", chunks[:-20]], True),
		"slow": ([head + length % len(body)] + [body[i : i + 64] for i in range(0, len(body), 64)], False),
	}[kind]
	parts = [p.encode() if isinstance(p, str) else p for p in parts]
	if kind == "slow":
		parts = _slowly(parts)
	return net.raw_status(net.raw(port, parts, timeout=30, shutdown=shutdown))


def _slowly(parts):
	for part in parts:
		time.sleep(0.05)
		yield part


class Case:
	"""One run of a case against one stack and server. Every case has an organisation and a channel of its own."""

	def __init__(self, stack, server, token, platform):
		self.platform = platform
		self.stack, self.server, self.sql = stack, server, stack.sql
		self.values = {"n": token, "now": int(time.time()), "platform": platform.name, "bearer": ""}
		self.channels = {}
		self.answer = None
		self.remembered = self.repeat = None
		self.unknown_before = self.sql.value("select coalesce(max(id), 0) from unknown_deliveries")
		# Nothing comes back from the platform by itself, unless the case says so.
		self.stack.simulator.behave(ladder=[])
		self._add_channel("", {})

	def run(self, steps):
		for step in steps:
			handler = getattr(self, "do_" + step.verb.replace("-", "_"), None)
			if handler is None:
				raise casefile.CaseError("line %d: no such step: %s" % (step.line, step.verb))
			args = casefile.expand(step.args.encode(), self.values).decode()
			try:
				handler(args, casefile.expand(step.body, self.values))
			except AssertionError as e:
				raise AssertionError("line %d, %s %s: %s" % (step.line, step.verb, args[:60], e)) from None

	# Set-up

	def _add_channel(self, name, changes):
		org = self.stack.organisation("%s %s" % (self.values["n"], name or "main"), bot_mode="active")
		# Cases compare whole replies; what is added to the first one has tests of its own.
		self.stack.ctl("setting", "set", "--org", org, "disclosure", "off")
		channel = self.platform.connect(self.stack, org, self.server.port, changes)
		self.channels[name] = channel
		dot = name + "." if name else ""
		known = {"org": org, "channel": channel.id, **self.platform.values(channel)}
		self.values.update({dot + key: value for key, value in known.items()})

	def do_channel(self, name, body):
		"""channel NAME: another organisation with a channel; the body may change its config (JSON)."""
		self._add_channel(name, json.loads(body) if body.strip() else {})

	def do_skills(self, args, body):
		self.stack.skills(self.values["org"], json.loads(body))

	def do_bot_mode(self, mode, body):
		self.stack.ctl("bot-mode", "--org", self.values["org"], mode)

	def do_sql(self, args, body):
		self.sql.script(body.decode())

	def do_let(self, name, body):
		self.values[name] = self.sql.value(body.decode())

	def do_ctl(self, args, body):
		self.stack.ctl(*args.split(), input=body or None)

	def do_refused(self, args, body):
		"""refused ARGUMENTS: deskbellctl says no."""
		done = self.stack.ctl(*args.split(), input=body or None, check=False)
		assert done.returncode != 0, "it was done: %s" % done.stdout[:200]

	# Requests

	def do_get(self, path, body):
		self.answer = net.request(self.server.port, "GET", path)

	def do_request(self, args, body):
		method, path = args.split(" ", 1)
		self.answer = net.request(self.server.port, method, path, body or None)

	def do_post(self, args, body):
		"""post [messages|statuses|changes|entries] [sign=HOW] [as=CHANNEL] [to=CHANNEL] [path=PATH] [frame=KIND] [times=N]
		[until=STATUS]: a signed delivery; `until` repeats it for as long as programs may remember how channels were (5 s)."""
		words = args.split()
		options = dict(w.split("=", 1) for w in words if "=" in w)
		channel = self.channels[options.get("to", "")]
		signer = self.channels[options.get("as", options.get("to", ""))]
		path = options.get("path") or self.platform.path(channel)
		for body in self.platform.payloads([w for w in words if "=" not in w], channel, body):
			headers = self.platform.sign(options.get("sign", "ok"), signer, body)
			if "frame" in options:
				self.answer = net.Answer(frame(options["frame"], path, body, headers, self.server.port), {}, b"")
				return
			headers["Content-Type"] = "application/json"
			self._deliver(path, body, headers, int(options.get("times", "1")))
		self.repeat = lambda: self._deliver(path, body, headers, 1)
		end = time.monotonic() + processes.patience(8)
		while "until" in options and self.answer.status != int(options["until"]) and time.monotonic() < end:
			time.sleep(0.5)
			self.repeat()

	def _deliver(self, path, body, headers, times):
		"""Sends it, `times` copies at once; the answers must agree."""
		answers = []

		def one():
			answers.append(net.request(self.server.port, "POST", path, body, headers))

		threads = [threading.Thread(target=one) for _ in range(times)]
		for t in threads:
			t.start()
		for t in threads:
			t.join()
		assert len(answers) == times, "%d of %d deliveries were answered" % (len(answers), times)
		assert len({a.status for a in answers}) == 1, "different answers: %s" % sorted(a.status for a in answers)
		self.answer = answers[0]

	# Sender and simulator

	def do_send(self, args, body):
		"""send: works out what is due and delivers it, once."""
		self.stack.send_once()

	def do_simulator(self, args, body):
		"""simulator PATH: a POST to its control interface, such as `simulator behaviour`."""
		self.stack.simulator.control("POST", args, json.loads(body))

	# Expectations

	def do_expect(self, args, body):
		what, _, rest = args.partition(" ")
		getattr(self, "expect_" + what)(rest, body)

	def expect_status(self, want, body):
		allowed = [int(w) for w in want.replace("|", " ").split()]
		assert self.answer.status in allowed, "status %d: %s" % (self.answer.status, self.answer.body[:300])

	def expect_body(self, args, body):
		assert self.answer.body == body, "body %r" % self.answer.body[:300]

	def expect_header(self, args, body):
		name, _, want = args.partition(":")
		got = self.answer.headers.get(name.strip().lower(), "")
		assert got.lower().startswith(want.strip().lower()), "%s is %r" % (name, got)

	def expect_rows(self, args, body):
		"""A query, a line ---, and the rows, each a JSON array."""
		query, _, want = body.decode().partition("\n---")
		rows = [list(r.values()) for r in self.sql.rows(query)]
		assert rows == json_lines(want.encode()), "rows:\n" + "\n".join(json.dumps(r, ensure_ascii=False) for r in rows)

	def do_wait(self, args, body):
		"""wait: until the query's only value is true."""
		wait_until(lambda: self.sql.value(body.decode()), body.decode()[:100])

	def expect_refusal(self, where, body):
		"""expect refusal [mine|unknown]: the last delivery is kept as refused, with the organisation (`mine`), among
		those of nobody (`unknown`), or either. Refused deliveries are kept at a bounded rate, counted over all cases,
		so it is repeated until it is kept."""
		log = "select accepted from webhook_log where org_id = %s" % self.values["org"]
		unknown = "select false as accepted from unknown_deliveries where id > %d" % self.unknown_before
		kept = (
			"select bool_or(accepted) from (%s) l"
			% {"unknown": unknown, "mine": log, "": log + " union all " + unknown}[where]
		)
		accepted = self.sql.value(kept)
		end = time.monotonic() + processes.patience(8)
		while accepted is None and time.monotonic() < end:
			time.sleep(0.5)
			self.repeat()
			accepted = self.sql.value(kept)
		assert accepted is False, "the delivery was accepted" if accepted else "the refusal was not kept"

	def expect_nothing(self, args, body):
		"""expect nothing stored: no row of any of the case's organisations but those that were set up."""
		orgs = ", ".join(str(c.org) for c in self.channels.values())
		for table in (
			"contacts",
			"contact_identities",
			"conversations",
			"messages",
			"answer_jobs",
			"outbox",
			"decisions",
			"quarantine",
			"parked_statuses",
		):
			n = self.sql.value("select count(*) from %s where org_id in (%s)" % (table, orgs))
			assert n == 0, "%d rows in %s" % (n, table)

	def do_remember(self, args, body):
		self.remembered = self.sql.counts()

	def expect_unchanged(self, args, body):
		now = self.sql.counts()
		changed = {t: (self.remembered[t], n) for t, n in now.items() if n != self.remembered[t]}
		assert not changed, "rows before and now: %s" % changed

	def expect_wire(self, args, body):
		"""What the simulator received for this channel (it looks at the token itself): method and path, and the exact
		body below; --- between. `wire messages`: without the marks that a message was read; `wire marks`: only those."""
		requests = [r for r in self.stack.simulator.requests() if self.platform.concerns(self.channels[""], r)]
		marks = [r for r in requests if self.platform.is_mark(r)]
		chosen = {"": requests, "marks": marks, "messages": [r for r in requests if r not in marks]}[args]
		got = ["%s %s\n%s" % (r["method"], r["path"], r["body"]) for r in chosen]
		want = [w.strip("\n") for w in body.decode().split("\n---\n")] if body.strip() else []
		assert got == want, "on the wire:\n" + "\n---\n".join(got)
