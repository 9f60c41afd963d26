#!/usr/bin/python3
"""Models that know nothing: whatever their vectors are, conversations of the businesses in tests/quality/businesses
are answered as well as without any.
"""

import hashlib
import importlib.machinery
import importlib.util
import json
import os
import struct
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
import embedding_endpoint
from deskbell import processes
from deskbell.stack import Stack
from deskbell.tap import program

PATH = os.path.join(HERE, "..", "quality", "learning-quality")
loader = importlib.machinery.SourceFileLoader("learning", PATH)
learning = importlib.util.module_from_spec(importlib.util.spec_from_loader("learning", loader))
loader.exec_module(learning)

BUSINESSES = ("garden-en", "clinic-es", "florist-tr")
DIMENSIONS = 64
LOSS = 0.3  # points of right answers, at most


def noise(text):
	"""Numbers between -1 and 1 that depend on every letter and on no meaning."""
	data = b"".join(hashlib.sha256(b"%d " % n + text.encode()).digest() for n in range(DIMENSIONS // 8))
	return [x / 2**31 - 1 for x in struct.unpack("<%dI" % DIMENSIONS, data)]


def same(text):
	"""Everything is like everything, but for a little noise."""
	return [1 + x / 50 for x in noise(text)]


def letters(text):
	"""How often each letter stands in it: the length and the language, but not the matter."""
	counts = [0.01] * DIMENSIONS
	for c in text.lower():
		counts[ord(c) % DIMENSIONS] += 1
	return counts


MODELS = {"noise": noise, "same": same, "letters": letters}


def dialogues(name):
	return [d["turns"] for d in learning.lines(os.path.join(learning.OWN, name, "dialogues.jsonl"))]


def business(stack, name):
	folder = os.path.join(learning.OWN, name)
	with open(os.path.join(folder, "org.json"), encoding="utf-8") as f:
		about = json.load(f)
	org = stack.organisation(about["name"], language=about["language"])
	for setting in ("working_hours", "time_zone"):
		stack.ctl("setting", "set", "--org", org, setting, input=about[setting])
	with open(os.path.join(folder, "skills.json"), encoding="utf-8") as f:
		stack.ctl("skill", "import", "--org", org, input=f.read())
	for file in sorted(os.listdir(os.path.join(folder, "documents"))):
		stack.ctl("knowledge", "import", "--org", org, os.path.join(folder, "documents", file))
	return org, about["now"]


def right_of(stack, org, now, talks):
	"""How many questions get the answer that is wanted, and how many there are."""
	text = "\n\n".join("\n".join(turn["say"] for turn in turns) for turns in talks) + "\n"
	told = [
		json.loads(line) for line in stack.ctl("ask", "--org", org, "--turns", "--now", now, input=text).splitlines()
	]
	wanted = [turn["want"] for turns in talks for turn in turns]
	assert len(told) == len(wanted), (len(told), len(wanted))
	pairs = [(w, a["reply"] or "") for w, a in zip(wanted, told) if w["kind"] == "answer"]
	return sum(learning.is_right(w, reply) for w, reply in pairs), len(pairs)


def check(stack, port, model, businesses, without):
	right, n, states = 0, 0, []
	for name, (org, now) in businesses.items():
		for setting, value in (("embeddings_base_url", "http://127.0.0.1:%d/v1" % port), ("embeddings_model", model)):
			stack.ctl("setting", "set", "--org", org, setting, input=value)
		stack.send_once()
		rows = stack.sql.rows("select helps, languages from embedding_states where org_id = %d" % org)
		states += [r["helps"] for r in rows]
		assert not any(r["languages"] for r in rows), "it knows no other language: %s" % rows
		a, b = right_of(stack, org, now, dialogues(name))
		right, n = right + a, n + b
	print(
		"# %s: %d of %d right, %d without embeddings; trials passed: %d of %d"
		% (model, right, n, without, sum(bool(s) for s in states), len(states))
	)
	assert len(states) == 2 * len(businesses), "embeddings were made of documents and of triggers: %s" % states
	assert 100.0 * (without - right) / n <= LOSS, (model, right, without, n)


def run(tap):
	server = embedding_endpoint.serve(lambda model, text: MODELS[model](text))
	with Stack(with_simulator=False, settings={"net.private_addresses": "allow"}) as stack:
		businesses = {name: business(stack, name) for name in BUSINESSES}
		without = sum(right_of(stack, org, now, dialogues(name))[0] for name, (org, now) in businesses.items())
		for model in MODELS:
			tap.run(
				"a model whose vectors are %s loses nothing" % model,
				check,
				stack,
				server.server_port,
				model,
				businesses,
				without,
			)
	server.shutdown()


if __name__ == "__main__":
	processes.install_handlers()
	sys.exit(program(run))
