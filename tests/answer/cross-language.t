#!/usr/bin/python3
"""Questions in another language than the business's: a model that knows both languages finds their skill and the piece
of a document, its trial tells which languages it knows, and one that knows none changes nothing.

The model is made up: what stands next to each other in MEANINGS has the same direction, and so have the questions that
the sources hold in several languages, for the languages that the model knows.
"""

import hashlib
import json
import os
import re
import struct
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
import embedding_endpoint
from deskbell import paths, processes
from deskbell.stack import Stack
from deskbell.tap import program

DIMENSIONS = 128
LANGUAGES = ("en", "tr", "es", "de", "fr", "pt", "it", "ar", "ru", "id")
KNOWN = {"model": ("en", "es", "tr"), "english": ("en",)}
MEANINGS = (
	(
		"adoption",
		"can i adopt a kitten",
		"¿puedo acoger un gatito?",
		"yavru kedi sahiplenebilir miyim?",
		"Adopting a kitten",
	),
	("microchip", "microchip", "¿cuánto cuesta el chip identificativo?", "hayvan çipi ne kadar?"),
	("feather", "feather trim", "¿cuánto vale recortar las plumas?"),
)
SKILLS = [
	{
		"title": "Adopting a kitten",
		"triggers": ["can i adopt a kitten", "i would like to adopt"],
		"response": "Visit the shelter on any afternoon.",
		"enabled": True,
	},
	{
		"title": "Lost animals",
		"triggers": ["i lost my cat", "my dog ran away"],
		"response": "Send a picture and where it was.",
		"enabled": True,
	},
]
PRICES = """| Service | Price |
| --- | --- |
| Microchip | £25 |
| Nail clipping | £12 |
| Feather trim | £9 |
| Bath | £30 |
"""


def parallel():
	"""The same questions in all languages, as the sources have them: {text: (language, number)}."""
	with open(os.path.join(paths.SOURCE, "src", "answer", "embeddings", "parallel-questions.c"), encoding="utf-8") as f:
		texts = re.findall(r'"([^"\n]+)"', f.read().split("= {", 1)[1])
	each = len(texts) // len(LANGUAGES)
	assert len(texts) == each * len(LANGUAGES)
	return {text: (LANGUAGES[i // each], i % each) for i, text in enumerate(texts)}


QUESTIONS = parallel()


def direction(name):
	"""A direction of its own for each name."""
	data = b"".join(hashlib.sha256(b"%d " % n + name.encode()).digest() for n in range(DIMENSIONS // 8))
	return [x / 2**31 - 1 for x in struct.unpack("<%dI" % DIMENSIONS, data)]


def meaning(model, text):
	if text in QUESTIONS:
		language, number = QUESTIONS[text]
		return "question %d" % number if language in KNOWN[model] else text
	found = text.lower()
	for name, *words in MEANINGS:
		if any(w.lower() in found for w in words[:1]) or (model == "model" and found in [w.lower() for w in words]):
			return name
	return text


def embed(model, text):
	"""Its meaning, and a little of the text itself; everything is a little alike, as with real models."""
	vectors = (direction(meaning(model, text)), direction(text), direction("everything"))
	return [a + 0.2 * b + 1.5 * c for a, b, c in zip(*vectors)]


class Shelter:
	def __init__(self, stack, port, model):
		self.stack = stack
		self.org = stack.organisation("Shelter", language="en")
		stack.skills(self.org, SKILLS)
		path = os.path.join(stack.folder, "Prices.md")
		with open(path, "w", encoding="utf-8") as f:
			f.write("# Prices\n\n" + PRICES)
		stack.ctl("knowledge", "import", "--org", self.org, path)
		for setting, value in (
			("embeddings_base_url", "http://127.0.0.1:%d/v1" % port),
			("embeddings_model", model),
			("disclosure", "off"),
		):
			stack.ctl("setting", "set", "--org", self.org, setting, input=value)
		stack.send_once()

	def known(self):
		"""The languages that the trial has found, of passages and of phrases."""
		rows = self.stack.sql.rows(
			"select languages from embedding_states where org_id = %d and tried is not null order by kind" % self.org
		)
		return [r["languages"] for r in rows]

	def ask(self, text):
		return json.loads(self.stack.ctl("ask", "--org", self.org, "--turns", input=text + "\n"))


def the_trial_tells_the_languages(stack, port):
	assert Shelter(stack, port, "model").known() == ["tr es"] * 2
	assert Shelter(stack, port, "english").known() == [""] * 2


def a_question_finds_its_skill(stack, port):
	shelter = Shelter(stack, port, "model")
	for text, language in (("¿puedo acoger un gatito?", "es"), ("yavru kedi sahiplenebilir miyim?", "tr")):
		answer = shelter.ask(text)
		assert answer["stage"] == "skill" and answer["language"] == language, answer
		assert answer["reply"].endswith("Visit the shelter on any afternoon."), answer["reply"]
	assert shelter.ask("can i adopt a kitten")["reply"] == "Visit the shelter on any afternoon."


def a_question_finds_the_row(stack, port):
	shelter = Shelter(stack, port, "model")
	answer = shelter.ask("¿cuánto cuesta el chip identificativo?")
	assert answer["stage"] == "knowledge" and "£25" in answer["reply"] and "£12" not in answer["reply"], answer
	answer = shelter.ask("¿cuánto vale recortar las plumas?")
	assert "£9" in answer["reply"] and "£25" not in answer["reply"], answer
	answer = shelter.ask("hayvan çipi ne kadar?")
	assert "£25" in answer["reply"] and answer["language"] == "tr", answer


def what_is_not_there_is_not_found(stack, port):
	shelter = Shelter(stack, port, "model")
	for text in ("¿quién ganó el partido ayer?", "¿me recomienda un dentista?", "bana bir şiir yaz"):
		assert shelter.ask(text)["stage"] == "fallback", text
	answer = shelter.ask("Darf ich so ein junges Tier aufnehmen?")
	assert answer["language"] == "de" and "shelter" not in answer["reply"], "German is not known: %s" % answer


def a_model_of_one_language_is_not_asked(stack, port):
	shelter = Shelter(stack, port, "english")
	answer = shelter.ask("¿puedo acoger un gatito?")
	assert answer["stage"] == "fallback" and answer["skill_embedding_reason_code"] == "triggers_harmed", answer


TESTS = (
	the_trial_tells_the_languages,
	a_question_finds_its_skill,
	a_question_finds_the_row,
	what_is_not_there_is_not_found,
	a_model_of_one_language_is_not_asked,
)


def run(tap):
	server = embedding_endpoint.serve(embed)
	with Stack(with_simulator=False, settings={"net.private_addresses": "allow"}) as stack:
		for test in TESTS:
			tap.run(test.__name__.replace("_", " "), test, stack, server.server_port)
	server.shutdown()


if __name__ == "__main__":
	processes.install_handlers()
	sys.exit(program(run))
