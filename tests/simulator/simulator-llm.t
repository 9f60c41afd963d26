#!/usr/bin/python3
"""The simulator as an OpenAI-compatible service: what it refuses, what it says and where from, vectors, rules,
faults, records, and many requests at once.
"""

import base64
import concurrent.futures
import http.client
import json
import math
import os
import shutil
import struct
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))

from deskbell import net, paths, processes
from deskbell.simulator import CHAT_MODEL, EMBEDDING_MODEL, TRANSCRIPTION_MODEL, Simulator
from deskbell.tap import Tap

KEY = "sk-test-key-0123456789abcdef"
OTHER_KEY = "sk-other-key-fedcba9876543210"
CHAT, EMBEDDINGS = "/v1/chat/completions", "/v1/embeddings"
MEGABYTE = 1024 * 1024

SOURCES = [
	{
		"id": 4,
		"title": "Parking",
		"text": "You find it behind the building. It costs nothing for two hours.",
		"url": "https://shop.example/parking",
	},
	{
		"id": 7,
		"title": "Opening hours",
		"text": "We open at nine. On Sundays the shop stays closed.\nThe caf\u00e9 closes at six.",
		"url": "https://shop.example/hours",
	},
]


class Service:
	"""One client of the service."""

	def __init__(self, simulator):
		self.simulator, self.port = simulator, simulator.port

	def call(self, path, body, key=KEY, method="POST", content_type="application/json", timeout=30):
		headers = {"Content-Type": content_type} if body is not None else {}
		if key is not None:
			headers["Authorization"] = "Bearer " + key
		data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
		return net.request(self.port, method, path, data, headers, timeout)

	def chat(self, text="Hello", **changes):
		body = {
			"model": CHAT_MODEL,
			"messages": [{"role": "system", "content": "Answer in JSON."}, {"role": "user", "content": text}],
		}
		body.update(changes)
		return self.call(CHAT, {k: v for k, v in body.items() if v is not None})

	def content(self, text, **changes):
		answer = self.chat(text, **changes)
		assert answer.status == 200, answer.body[:300]
		return json.loads(answer.body)["choices"][0]["message"]["content"]

	def ask(self, question, sources=SOURCES):
		prompt = json.dumps({"task": "answer", "question": question, "sources": sources})
		return json.loads(self.content(prompt, response_format={"type": "json_object"}))

	def lead(self, *texts):
		messages = [{"from": "customer", "text": t} for t in texts] + [
			{"from": "business", "text": "Write to us@shop.example or book a visit."}
		]
		return json.loads(
			self.content(json.dumps({"task": "lead", "messages": messages}), response_format={"type": "json_object"})
		)

	def embed(self, *texts, **changes):
		answer = self.call(EMBEDDINGS, {"model": EMBEDDING_MODEL, "input": list(texts), **changes})
		assert answer.status == 200, answer.body[:300]
		return [row["embedding"] for row in json.loads(answer.body)["data"]]


def error(answer):
	return json.loads(answer.body)["error"]


def cosine(a, b):
	return sum(x * y for x, y in zip(a, b))


def keys(tap, s, simulator):
	tap.equal(
		(s.chat().status, error(s.chat())["code"]),
		(401, "invalid_api_key"),
		"without a registered key every key is wrong",
	)
	simulator.llm_key(KEY)
	answer = s.call(CHAT, {}, key=None)
	tap.ok(
		answer.status == 401 and sorted(error(answer)) == ["code", "message", "param", "type"],
		"no key: 401 in the usual shape",
		answer.body,
	)
	wrong = s.call(EMBEDDINGS, {}, key=OTHER_KEY)
	tap.ok(
		wrong.status == 401 and OTHER_KEY not in wrong.body.decode(),
		"a wrong key: 401, and it is not repeated",
		wrong.body,
	)
	models = json.loads(s.call("/v1/models", None, method="GET").body)
	tap.equal([m["id"] for m in models["data"]], [CHAT_MODEL, EMBEDDING_MODEL, TRANSCRIPTION_MODEL], "the models")
	tap.equal(
		(s.call("/v1/none", {}).status, s.call(CHAT, None, method="GET").status),
		(404, 405),
		"unknown paths and methods",
	)
	simulator.llm(require_key=False)
	tap.equal(s.call(CHAT, {}, key=None).status, 400, "a service that needs no key")
	simulator.llm(require_key=True)


def chat_refusals(tap, s, simulator):
	long = [{"role": "user", "content": "word " * 200}]
	user = {"role": "user", "content": "Hello"}
	cases = [
		(dict(model=None), 400, None),
		(dict(model="gpt-none"), 404, "model_not_found"),
		(dict(messages=None), 400, "missing_required_parameter"),
		(dict(messages=[]), 400, "empty_array"),
		(dict(messages="Hello"), 400, "invalid_type"),
		(dict(messages=[{"content": "x"}]), 400, "missing_required_parameter"),
		(dict(messages=[{"role": "robot", "content": "x"}]), 400, "invalid_value"),
		(dict(messages=[{"role": "user"}]), 400, "invalid_type"),
		(dict(messages=[{"role": "user", "content": [{"type": "image_url"}]}]), 400, "invalid_type"),
		(dict(temperature=2.1), 400, "decimal_above_max_value"),
		(dict(temperature=-1), 400, "decimal_below_min_value"),
		(dict(temperature="hot"), 400, "invalid_type"),
		(dict(max_tokens=0), 400, "integer_below_min_value"),
		(dict(max_completion_tokens=1.5), 400, "invalid_type"),
		(dict(stream=True), 400, "unsupported_value"),
		(dict(n=2), 400, "unsupported_value"),
		(dict(response_format={"type": "xml"}), 400, "invalid_value"),
		(dict(messages=[user], response_format={"type": "json_object"}), 400, None),
		(dict(response_format={"type": "json_schema"}), 400, "missing_required_parameter"),
		(dict(temprature=1), 400, "unknown_parameter"),
	]
	for changes, status, code in cases:
		answer = s.chat(**changes)
		tap.equal(
			(answer.status, error(answer)["code"], error(answer)["type"]),
			(status, code, "invalid_request_error"),
			"refused: %s" % json.dumps(changes)[:70],
		)
	tap.equal(
		error(s.chat(messages=[user, {"role": "user", "content": 1}]))["param"],
		"messages[1].content",
		"the place of what is wrong",
	)
	for body in (b"{", b"[]", b'{"model":"\xff"}', b"[" * 10000):
		tap.equal(s.call(CHAT, body).status, 400, "refused: %r" % body[:20])
	tap.equal(s.call(CHAT, {}, content_type="text/plain").status, 415, "refused: not application/json")
	simulator.llm(context_tokens=100)
	tap.equal(
		error(s.chat(messages=long))["code"], "context_length_exceeded", "refused: longer than the model's context"
	)
	simulator.llm(context_tokens=128000)


def chat_answers(tap, s, simulator):
	answer = json.loads(s.chat("Hello").body)
	usage = answer["usage"]
	tap.ok(
		answer["object"] == "chat.completion"
		and answer["id"].startswith("chatcmpl-")
		and answer["model"] == CHAT_MODEL
		and abs(answer["created"] - time.time()) < 60
		and answer["choices"][0]["finish_reason"] == "stop"
		and answer["choices"][0]["message"]["refusal"] is None
		and usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0,
		"the form of a completion",
		answer,
	)
	tap.equal(
		s.ask("When do you open?"),
		{"answer": "We open at nine.", "sources": [7]},
		"the sentence that answers, with its source",
	)
	tap.equal(
		s.ask("When does the caf\u00e9 close?")["answer"], "The caf\u00e9 closes at six.", "endings do not matter"
	)
	tap.equal(s.ask("Is there parking, and what does it cost?")["sources"], [4], "a title helps")
	tap.equal(
		s.ask("Do you repair bicycles on Mars?"), {"answer": None, "sources": []}, "what no source says is declined"
	)
	tap.equal(s.ask("When do you open?", []), {"answer": None, "sources": []}, "no sources, no answer")
	tap.equal(s.ask("???"), {"answer": None, "sources": []}, "no words, no answer")
	text = (
		"Sources:\n[1] Delivery takes two days.\n[2] Returns are free\nwithin thirty days.\n\nQuestion: Are returns "
		"free?"
	)
	tap.equal(s.content(text), "Returns are free [2]", "a numbered list in plain text")
	tap.equal(
		json.loads(s.content('{"question":"Returns?","sources":[{"text":"No returns."}]}')),
		{"answer": "No returns.", "sources": [1]},
		"a prompt in JSON is answered in JSON",
	)
	parts = [
		{
			"role": "user",
			"content": [
				{"type": "text", "text": "1. Delivery takes two days.\n\n"},
				{"type": "text", "text": "How many days is delivery?"},
			],
		}
	]
	tap.equal(s.content("", messages=parts), "Delivery takes two days. [1]", "a message in parts")
	many = "\n".join("%d. x" % i for i in range(1100))
	tap.equal(
		s.content(
			"", messages=[{"role": "user", "content": many}, {"role": "user", "content": "5. more\nof it\n\nx?"}]
		),
		"x [0]",
		"more sources than it reads",
	)
	cut = json.loads(s.chat(text, max_tokens=2).body)["choices"][0]
	tap.equal((cut["message"]["content"], cut["finish_reason"]), ("Returns ", "length"), "max_tokens cuts")
	schema = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": {"type": "object"}}}
	tap.equal(
		json.loads(s.content(text, response_format=schema)),
		{"answer": "Returns are free", "sources": [2]},
		"json_schema gives JSON",
	)


def leads(tap, s, simulator):
	got = s.lead(
		"Hi, my name is Ana Lima and I want to book a haircut on Friday.",
		"I live in Porto, budget 45 EUR.",
		"ana.lima@mail.example or +351 912 345 678.",
	)
	want = {
		"service": "haircut",
		"date": "Friday",
		"location": "Porto",
		"budget": "45 EUR",
		"intent": "booking",
		"name": "Ana Lima",
		"phone": "+351 912 345 678",
		"email": "ana.lima@mail.example",
		"non_business": False,
		"summary": "Hi, my name is Ana Lima and I want to book a haircut on Friday.",
	}
	tap.equal(got, want, "facts of a customer, not those that the business wrote")
	got = s.lead("Hello!", "Can you come on 2026-12-01? I can pay $1,200.50 at most")
	tap.equal(
		(got["date"], got["budget"], got["phone"], got["service"]),
		("2026-12-01", "$1,200.50", None, None),
		"a date is no phone number; what is unknown is null",
	)
	got = s.lead("\u00e9" * 300, "+", "@", "$", "my name is ", "book a ")
	tap.ok(got["name"] is None and len(got["summary"].encode()) <= 160, "hostile texts give nothing", got)


def embeddings(tap, s, simulator):
	a, b, c = s.embed(
		"The shop opens at nine in the morning",
		"When does the shop open in the morning?",
		"Our bicycles are painted green",
	)
	tap.ok(
		len(a) == 256 and all(abs(math.sqrt(cosine(v, v)) - 1) < 1e-5 for v in (a, b, c)), "256 dimensions, length 1"
	)
	tap.ok(cosine(a, b) > cosine(a, c) + 0.3, "similar texts are near each other", (cosine(a, b), cosine(a, c)))
	tap.equal(s.embed("The shop opens at nine in the morning")[0], a, "the same text, the same vector")
	(small,) = s.embed("One", dimensions=16)
	(packed,) = s.embed("One", dimensions=16, encoding_format="base64")
	unpacked = struct.unpack("<16f", base64.b64decode(packed))
	tap.ok(
		len(small) == 16 and max(abs(x - y) for x, y in zip(small, unpacked)) < 1e-6,
		"dimensions, and the same as base64",
	)
	before = cosine(*s.embed("Where can I leave my car?", "Automobile places behind the house"))
	simulator.llm(synonyms=[["car", "automobile", "vehicles"], ["leave", "places"]])
	after = cosine(*s.embed("Where can I leave my car?", "Automobile places behind the house"))
	tap.ok(after > 0.5 > before, "synonyms are near where words differ", (before, after))
	sources = [{"id": 1, "title": "", "text": "An automobile may stand here."}]
	tap.equal(s.ask("Where is my vehicle?", sources)["sources"], [1], "and the chat model knows them too")
	simulator.llm(synonyms=[])
	answer = json.loads(s.call(EMBEDDINGS, {"model": EMBEDDING_MODEL, "input": ["x y"] * 2048}).body)
	tap.ok(
		[row["index"] for row in answer["data"]] == list(range(2048)) and answer["usage"]["total_tokens"] == 2048,
		"2048 inputs in order",
	)
	cases = [
		dict(input=["x"] * 2049),
		dict(input=[]),
		dict(input=""),
		dict(input=[1]),
		dict(input="x" * 40000),
		dict(),
		dict(input="x", dimensions=0),
		dict(input="x", encoding_format="int8"),
		dict(input="x", inputs="y"),
	]
	for changes in cases:
		tap.equal(
			s.call(EMBEDDINGS, {"model": EMBEDDING_MODEL, **changes}).status,
			400,
			"refused: %s" % json.dumps(changes)[:60],
		)
	tap.equal(
		error(s.call(EMBEDDINGS, {"model": CHAT_MODEL, "input": "x"}))["code"],
		"model_not_found",
		"a chat model has no vectors",
	)


def rules(tap, s, simulator):
	simulator.llm(
		rules=[
			{"when": "once", "reply": "The first time.", "times": 1},
			{"when": "once", "reply": {"answer": "later", "sources": [1]}},
			{"when": "Answer in JSON", "in": "any", "reply": "any"},
			{"when": "vector", "endpoint": "embeddings", "status": 503},
		]
	)
	tap.equal(
		[s.content("Say it once"), s.content("Say it once")],
		["The first time.", '{"answer":"later","sources":[1]}'],
		"times, then the next rule; text or JSON",
	)
	tap.equal(s.content("Something else"), "any", "a rule looks at any message when it says so")
	answer = s.call(EMBEDDINGS, {"model": EMBEDDING_MODEL, "input": ["a", "my vector"]})
	tap.equal((answer.status, error(answer)["type"]), (503, "server_error"), "a rule for embeddings")
	simulator.llm(retry_after_s=7)
	simulator.llm_rule(when="limit", status=429, reply="Slow down.", delay_ms=200)
	begun = time.monotonic()
	answer = s.chat("limit")
	tap.ok(
		answer.status == 429
		and answer.headers["retry-after"] == "7"
		and error(answer)["message"] == "Slow down."
		and time.monotonic() - begun >= 0.2,
		"a status with words, Retry-After and a delay",
		answer.body,
	)
	tap.equal([r["used"] for r in simulator.llm()["rules"]], [1, 0, 0, 0, 0], "the rules count")
	for bad in (
		{"rules": [{"whne": "x"}]},
		{"rules": [{"status": 99}]},
		{"rules": {}},
		{"fault": "none"},
		{"synonyms": [["two words"]]},
		{"chat_models": []},
		{"what": 1},
	):
		answer = net.request(
			s.port, "POST", "/control/llm", json.dumps({"latency_ms": 1, **bad}), {"Content-Type": "application/json"}
		)
		tap.ok(answer.status == 400 and json.loads(answer.body)["error"], "refused: %s" % json.dumps(bad), answer.body)
	tap.ok(simulator.llm()["latency_ms"] == 0 and len(simulator.llm()["rules"]) == 5, "and nothing of it was applied")
	simulator.llm(rules=[])


def exception(call, *args):
	try:
		return call(*args)
	except (http.client.HTTPException, OSError) as e:
		return e


def faults(tap, s, simulator):
	def spoilt(name):
		simulator.llm(rules=[{"fault": name, "reply": {"answer": "Yes, of course.", "sources": [1]}}])
		answer = s.chat("Tell me")
		assert answer.status == 200, answer.status
		return json.loads(answer.body)

	for name, status in (
		("server_error", 500),
		("overloaded", 503),
		("rate_limit", 429),
		("quota", 429),
		("unauthorized", 401),
		("too_long", 400),
	):
		simulator.llm(rules=[{"fault": name}])
		tap.equal(s.chat().status, status, name)
	for name, finish, content in (
		("content_null", "stop", None),
		("tool_call", "tool_calls", None),
		("refusal", "stop", None),
		("filtered", "content_filter", ""),
	):
		choice = spoilt(name)["choices"][0]
		tap.equal((choice["finish_reason"], choice["message"]["content"]), (finish, content), name)
	tap.ok(
		choice["message"]["refusal"] is None and spoilt("refusal")["choices"][0]["message"]["refusal"],
		"a refusal has words",
	)
	tap.equal(spoilt("no_choices")["choices"], [], "no_choices")
	tap.ok(spoilt("fenced")["choices"][0]["message"]["content"].startswith('```json\n{"answer"'), "fenced")
	tap.ok('{"answer"' in spoilt("chatty")["choices"][0]["message"]["content"], "chatty")
	cut = spoilt("length")["choices"][0]
	tap.ok(cut["finish_reason"] == "length" and "sources" not in cut["message"]["content"], "length", cut)
	tap.equal(json.loads(spoilt("made_up")["choices"][0]["message"]["content"])["sources"], [99], "made_up")
	tap.ok(isinstance(spoilt("wrong_types")["choices"], dict), "wrong_types")
	tap.equal(len(spoilt("huge_content")["choices"][0]["message"]["content"]), 10 * MEGABYTE, "huge_content")
	simulator.llm(rules=[{"fault": "huge"}])
	tap.ok(len(s.chat().body) > 10 * MEGABYTE, "huge")
	for name in ("garbage", "truncated", "empty_body", "not_utf8", "deep"):
		simulator.llm(rules=[{"fault": name}])
		answer = s.chat()
		try:
			json.loads(answer.body)
			tap.ok(False, name)
		except (ValueError, RecursionError):
			tap.equal(answer.status, 200, name)
	simulator.llm(rules=[{"fault": "reset"}])
	tap.ok(
		isinstance(exception(s.chat), (http.client.RemoteDisconnected, ConnectionResetError)),
		"reset: no byte of an answer",
	)
	request = (
		b"POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: "
		b"application/json\r\nContent-Length: %d\r\n\r\n%s"
	)
	body = json.dumps({"model": CHAT_MODEL, "messages": [{"role": "user", "content": "Hello"}]}).encode()
	for name in ("cut_headers", "cut_body"):
		simulator.llm(rules=[{"fault": name}])
		head, _, rest = net.raw(s.port, [request % (CHAT.encode(), KEY.encode(), len(body), body)]).partition(
			b"\r\n\r\n"
		)
		length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
		tap.equal(
			(head.split(b"\r\n")[0], len(rest)), (b"HTTP/1.1 200 OK", 0 if name == "cut_headers" else length // 2), name
		)
	for name, check in (
		("missing_embedding", lambda d: len(d) == 1),
		("short_embedding", lambda d: [len(r["embedding"]) for r in d] == [256, 255]),
		("reversed", lambda d: [r["index"] for r in d] == [1, 0]),
		("no_index", lambda d: [r["index"] for r in d] == [0, 0]),
		("zero_embeddings", lambda d: not any(any(r["embedding"]) for r in d)),
	):
		simulator.llm(rules=[{"fault": name, "endpoint": "embeddings"}])
		answer = s.call(EMBEDDINGS, {"model": EMBEDDING_MODEL, "input": ["a", "b"]})
		tap.ok(answer.status == 200 and check(json.loads(answer.body)["data"]), name, answer.body[:300])
	simulator.control("POST", "reset", {})
	simulator.llm(fault="server_error", fault_every=3)
	tap.equal([s.chat().status for _ in range(6)], [200, 200, 500, 200, 200, 500], "every third fails")
	tap.equal(simulator.llm(fault="random", fault_every=0)["fault"], "random", "the fault can be left to chance")


def records(tap, s, simulator):
	simulator.control("POST", "reset", {})
	s.ask("When do you open?")
	s.chat(model="gpt-none")
	s.call(CHAT, b"not JSON", key=OTHER_KEY)
	s.embed("x")
	seen = simulator.llm_requests()
	tap.equal(
		[(r["path"], r["key"], r["status"], r["outcome"]) for r in seen],
		[
			(CHAT, "right", 200, "answered"),
			(CHAT, "right", 404, "refused"),
			(CHAT, "wrong", 401, "refused"),
			(EMBEDDINGS, "right", 200, "answered"),
		],
		"what was asked and what became of it",
	)
	tap.equal(
		(seen[0]["body"]["messages"][0], seen[0]["headers"]["content-type"], seen[2]["body"]),
		({"role": "system", "content": "Answer in JSON."}, "application/json", None),
		"bodies and headers",
	)
	tap.equal(simulator.llm_prompts()[0]["question"], "When do you open?", "prompts")
	shown = json.dumps(seen) + json.dumps(simulator.llm())
	tap.ok(KEY not in shown and OTHER_KEY not in shown and "****cdef" in shown, "no key is shown")
	simulator.llm_rule(fault="reset")
	exception(s.chat)
	last = simulator.llm_requests()[-1]
	tap.equal((last["status"], last["outcome"], last["rule"]), (0, "reset", 1), "a fault and its rule")
	simulator.llm(rules=[])


def at_once(tap, s, simulator):
	def threads():
		with open("/proc/%d/status" % simulator.process.pid) as f:
			return int(f.read().split("Threads:")[1].split()[0])

	simulator.control("POST", "reset", {})
	idle = threads()
	simulator.llm(latency_ms=1500)
	begun = time.monotonic()
	with concurrent.futures.ThreadPoolExecutor(200) as pool:
		calls = [pool.submit(s.chat, "Hello") for _ in range(200)]
		processes.wait_until(lambda: simulator.llm()["in_flight"] == 200, "200 requests in flight")
		busy = threads()
		statuses = {c.result().status for c in calls}
	took = time.monotonic() - begun
	now = simulator.llm(latency_ms=0)
	tap.equal(
		(statuses, now["in_flight"], now["in_flight_max"]), ({200}, 0, 200), "200 delayed requests are held at once"
	)
	tap.ok(busy == idle and took < 8, "without a thread each, and all are answered together", (idle, busy, took))
	requests = simulator.llm_requests()
	tap.ok(
		max(r["in_flight"] for r in requests) == 200 and all(r["answered_ms"] - r["at_ms"] >= 1490 for r in requests),
		"the records tell how many and how long",
	)


def end(tap, s, simulator):
	simulator.llm(rules=[{"fault": "hang"}])
	with concurrent.futures.ThreadPoolExecutor(1) as pool:
		hanging = pool.submit(exception, s.chat)
		processes.wait_until(lambda: simulator.llm()["in_flight"] == 1, "the request that hangs")
		time.sleep(0.3)
		tap.ok(not hanging.done(), "hang: no answer")
		simulator.control("POST", "reset", {"channels": True})
		tap.equal(
			(s.chat().status, simulator.llm()["keys"], simulator.llm()["in_flight_max"]),
			(401, [], 2),
			"a reset forgets keys, not what is under way",
		)
		process = simulator.process
		simulator.stop()
		tap.ok(
			process.popen.returncode == 0 and not isinstance(hanging.result(), net.Answer),
			"SIGTERM ends it in the middle of work",
		)


def main():
	processes.install_handlers()
	tap = Tap()
	with tempfile.TemporaryDirectory(prefix="deskbell-") as folder:
		os.chmod(folder, 0o755)
		processes.give(folder)
		log = os.path.join(folder, "simulator.log")
		program = shutil.copy(paths.built("deskbell-simulator"), folder)
		with Simulator(program, log) as simulator:
			service = Service(simulator)
			for part in (keys, chat_refusals, chat_answers, leads, embeddings, rules, faults, records, at_once, end):
				tap.run("completed: " + part.__name__.replace("_", " "), part, tap, service, simulator)
		with open(log, encoding="utf-8") as f:
			tap.ok(KEY not in f.read(), "no key in the log")
	return tap.done()


if __name__ == "__main__":
	try:
		sys.exit(main())
	except paths.Missing as e:
		sys.exit(Tap().skip_all(str(e)))
