"""The history of a number that is connected while it stays on a phone, as Meta delivers it, and customers who write
meanwhile.
"""

import concurrent.futures
import json
import statistics
import threading
import time

from deskbell import net, processes

TEXT = "Good morning, is the blue linen shirt there in size %d, and could I have it by Friday?"
QUESTION = "When are you OPEN?"
SKILL = {
	"title": "Opening hours",
	"triggers": ["when are you open", "what are your opening hours"],
	"response": "We are open from 9 to 18.",
}


def customer(n):
	return "4917%08d" % n


def message(n, number, own, at):
	"""The nth of a thread: customer and business in turns."""
	sender, receiver = (own, number) if n % 2 else (number, own)
	return {
		"from": sender,
		"to": receiver,
		"id": "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQz%sQ%06dAA==" % (number, n),
		"timestamp": str(at),
		"type": "text",
		"text": {"body": TEXT % (36 + n % 12)},
		"history_context": {"status": "READ"},
	}


def envelope(channel, field, value):
	return json.dumps(
		{
			"object": "whatsapp_business_account",
			"entry": [{"id": channel.account_id, "changes": [{"field": field, "value": value}]}],
		}
	).encode()


class History:
	"""`messages` of `threads` customers in deliveries of `size`, the newest first, as a phone hands them out."""

	def __init__(self, channel, messages, threads, size):
		self.channel, self.messages, self.threads = channel, messages, threads
		self.own = channel.config["display_phone_number"].lstrip("+")
		self.size, self.first = size, 0
		self.now = int(time.time())

	def deliveries(self):
		"""Each as bytes; a thread goes on in the next one."""
		for chunk, first in enumerate(range(0, self.messages, self.size)):
			by_thread = {}
			for k in range(first, min(first + self.size, self.messages)):
				number = customer(self.first + k * self.threads // self.messages)
				at = self.now - 3600 - k * (170 * 86400 // self.messages)
				by_thread.setdefault(number, []).append(message(k, number, self.own, at))
			value = {
				"messaging_product": "whatsapp",
				"metadata": {"display_phone_number": self.own, "phone_number_id": self.channel.phone_number_id},
				"history": [
					{
						"metadata": {
							"phase": 0,
							"chunk_order": chunk + 1,
							"progress": min(100, 100 * (first + self.size) // self.messages),
						},
						"threads": [{"id": number, "messages": found} for number, found in by_thread.items()],
					}
				],
			}
			yield envelope(self.channel, "history", value)


def post(port, channel, body, timeout=600):
	"""The status, and the seconds until it came."""
	headers = {"Content-Type": "application/json", "X-Hub-Signature-256": net.signature(channel.app_secret, body)}
	began = time.monotonic()
	status = net.request(port, "POST", "/api/webhooks/whatsapp", body, headers, timeout).status
	return status, time.monotonic() - began


def deliver(port, history, at_once):
	"""Everything, so many at the same time; the seconds of each delivery. One that is refused is an error."""
	with concurrent.futures.ThreadPoolExecutor(at_once) as threads:
		answers = list(threads.map(lambda body: post(port, history.channel, body), history.deliveries()))
	assert all(status == 200 for status, _ in answers), sorted({status for status, _ in answers})
	return [seconds for _, seconds in answers]


def deliver_copies(port, history, copies):
	"""Each delivery so many times at the same time."""
	with concurrent.futures.ThreadPoolExecutor(copies) as threads:
		for body in history.deliveries():
			answers = list(threads.map(lambda n: post(port, history.channel, body), range(copies)))
			assert {status for status, _ in answers} == {200}, answers


KNOWN, NEW = 60000000, 50000000  # the first of their numbers


def acquaint(port, channel, n):
	"""Makes `n` customers known who are no part of the history that is measured."""
	history = History(channel, n, n, n)
	history.first = KNOWN
	deliver(port, history, 1)


class Customers:
	"""People who write at a steady pace while something else goes on: in turns one who is new, one who is known, and
	one whose earlier messages are being imported. Each writes once, and waits for nobody.
	"""

	def __init__(self, stack, port, channel, rate):
		self.stack, self.port, self.channel, self.rate = stack, port, channel, rate
		self.acknowledged, self.sent, self.errors, self.n = {}, {}, [], 0
		self.lock, self.over = threading.Lock(), threading.Event()

	def _write(self, n):
		number = customer((NEW, KNOWN, 0)[n % 3] + n // 3)
		value = {
			"messaging_product": "whatsapp",
			"metadata": {"phone_number_id": self.channel.phone_number_id},
			"contacts": [{"profile": {"name": "Customer"}, "wa_id": number}],
			"messages": [
				{
					"from": number,
					"id": "wamid.live.%d" % n,
					"timestamp": str(int(time.time())),
					"type": "text",
					"text": {"body": QUESTION},
				}
			],
		}
		at_ms = time.time() * 1000
		try:
			status, seconds = post(self.port, self.channel, envelope(self.channel, "messages", value), 120)
		except OSError as e:
			status, seconds = str(e), 0
		with self.lock:
			if status != 200:
				self.errors.append(status)
			self.acknowledged[n] = 1000 * seconds
			self.sent[n] = (number, at_ms)

	def __enter__(self):
		self.thread = threading.Thread(target=self._run, daemon=True)
		self.thread.start()
		return self

	def _run(self):
		writers = []
		while not self.over.wait(1 / self.rate):
			writers.append(threading.Thread(target=self._write, args=(self.n,), daemon=True))
			writers[-1].start()
			self.n += 1
		for writer in writers:
			writer.join()

	def __exit__(self, *exc):
		self.over.set()
		self.thread.join()

	def acknowledgements(self, first, last):
		"""How long those from the nth message on took, in milliseconds."""
		return [self.acknowledged[n] for n in range(first, last)]

	def replies(self, first, last, timeout=120):
		"""How long each waited for the platform to receive its reply."""
		found = {}

		def all_there():
			for d in self.stack.simulator.control("GET", "deliveries?since=0&limit=100000")["deliveries"]:
				found.setdefault(d["to"].lstrip("+"), d["at_ms"])
			return all(self.sent[n][0] in found for n in range(first, last))

		processes.wait_until(all_there, "all replies", timeout=timeout)
		return [max(0.0, found[self.sent[n][0]] - self.sent[n][1]) for n in range(first, last)]


def percentile(values, share):
	return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def figures(values):
	return {
		"n": len(values),
		"p50_ms": statistics.median(values),
		"p95_ms": percentile(values, 0.95),
		"max_ms": max(values),
	}
