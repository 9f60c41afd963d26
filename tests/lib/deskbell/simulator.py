"""The stand-in for the platforms, and its control interface."""

import json
import re

from . import net, processes

CHAT_MODEL = "simulated-chat"
EMBEDDING_MODEL = "simulated-embedding"
TRANSCRIPTION_MODEL = "simulated-transcription"


class Simulator:
	"""A context manager around deskbell-simulator on a free port."""

	def __init__(self, program, log, listen="127.0.0.1:0"):
		self.program, self.log, self.listen = program, log, listen
		self.process = None
		self.url = ""
		self.port = 0

	def start(self):
		self.process = processes.Process([self.program, "--listen", self.listen], self.log, vital=True)
		match = processes.wait_until(self._announced, "the simulator's address", process=self.process)
		self.url = match.group(1).decode()
		self.port = int(self.url.rsplit(":", 1)[1])

	def _announced(self):
		with open(self.log, "rb") as f:
			return re.search(rb"listening on (http://127\.0\.0\.1:\d+)", f.read())

	def stop(self):
		if self.process:
			self.process.stop()
			self.process = None

	def __enter__(self):
		self.start()
		return self

	def __exit__(self, *exc):
		self.stop()

	def control(self, method, path, value=None):
		"""One call of the control interface; the answer's JSON, or None without one."""
		body = json.dumps(value).encode() if value is not None else None
		answer = net.request(
			self.port, method, "/control/" + path, body, {"Content-Type": "application/json"} if body else {}
		)
		if answer.status // 100 != 2:
			raise RuntimeError(
				"the simulator answered %d to %s /control/%s: %s" % (answer.status, method, path, answer.body[:300])
			)
		return json.loads(answer.body) if answer.body.strip() else None

	def behave(self, **changes):
		"""Changes how the platform behaves."""
		self.control("POST", "behaviour", changes)

	def add(self, config, port):
		"""Makes a channel known, whose webhooks go to the server at `port`."""
		self.control("POST", "channels", {**config, "webhook_url": "http://127.0.0.1:%d/api/webhooks/whatsapp" % port})

	def add_bot(self, token, username):
		"""Makes a bot of Telegram known."""
		self.control("POST", "bots", {"bot_token": token, "username": username, "first_name": "Zq Shop"})

	def bot(self, bot_id):
		"""What it knows of a bot, with the address and the secret that setWebhook told."""
		return next(b for b in self.control("GET", "bots?secrets=1")["bots"] if b["id"] == bot_id)

	def requests(self):
		"""Every request to the platform that it remembers, oldest first."""
		return self._pages("requests")

	def _pages(self, what):
		found, last = [], 0
		while True:
			page = self.control("GET", "%s?since=%d" % (what, last))["requests"]
			if not page:
				return found
			found += page
			last = page[-1]["n"]

	# The language model

	@property
	def llm_url(self):
		"""What llm.base_url and embeddings.base_url are set to."""
		return self.url + "/v1"

	def llm_key(self, key):
		"""Makes an API key known to it."""
		self.control("POST", "llm/keys", {"key": key})

	def llm(self, **changes):
		"""Changes settings, such as rules, synonyms, fault, fault_every, latency_ms; returns all of them, with the
		counters in_flight and in_flight_max.
		"""
		return self.control("POST", "llm", changes)

	def llm_rule(self, **rule):
		"""Puts a rule before those that there are. Those keep their places behind it and begin to count again."""
		rules = self.llm()["rules"]
		for old in rules:
			del old["used"]
		self.llm(rules=[rule] + rules)

	def llm_requests(self, path=None):
		"""Every request to the model that it remembers, oldest first: headers, body, status, outcome, in_flight; of
		one path or all.
		"""
		return [r for r in self._pages("llm/requests") if path in (None, r["path"])]

	def llm_prompts(self):
		"""The text of the last user message of every chat request, as JSON where it is JSON."""
		found = []
		for request in self.llm_requests("/v1/chat/completions"):
			texts = [m["content"] for m in (request["body"] or {}).get("messages", []) if m.get("role") == "user"]
			if texts:
				try:
					found.append(json.loads(texts[-1]))
				except (TypeError, ValueError):
					found.append(texts[-1])
		return found
