#!/usr/bin/python3
"""Skills from import to answer: a change is live at once, a damaged model costs nothing, imports at the same time do
not mix, a large organisation delays nobody; `ask` and `learn`.
"""

import concurrent.futures
import json
import os
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path[:0] = [
	os.path.dirname(os.path.realpath(__file__)),
	os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "fault"),
	os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"),
]

import business
from business import World
import faults
from deskbell import planted, processes
from deskbell.stack import Stack
from deskbell.tap import program


def salon(version):
	def skill(title, triggers):
		return {"title": title, "triggers": triggers, "response": "%s%s %s" % (planted.BODY_MARKER, title, version)}

	return [
		skill(
			"Opening hours",
			["when are you open", "opening times", "are you open on sunday", "hangi saatlerde açıksınız"],
		),
		skill("Prices", ["how much is a haircut", "price list", "what does it cost", "fiyat ne kadar"]),
		skill("Location", ["where are you", "what is your address", "how do I get to your shop", "neredesiniz"]),
	]


class Business(business.Business):
	"""With a look at its model."""

	def model(self):
		rows = self.sql.rows(
			"select revision, octet_length(model) as bytes from skill_models where org_id = %d" % self.org
		)
		return rows[0] if rows else None

	def revision(self):
		return self.sql.value("select skills_revision from organizations where id = %d" % self.org)

	def wait_model(self, timeout=20):
		"""Until the model is that of the present skills and has a model's size."""
		return processes.wait_until(
			lambda: (self.model() or {}).get("revision") == self.revision() and self.model()["bytes"] > 2000,
			"the model",
			timeout=timeout,
		)


def log_count(stack, words):
	with open(stack.log, "rb") as f:
		return f.read().count(words.encode())


def change_is_live(world):
	b = Business(world, salon("one"))
	assert b.asked("hello, how much would a haircut be?").endswith("Prices one")
	b.wait_model()
	world.stack.skills(b.org, salon("two"))
	assert b.asked("hello, how much would a haircut be?").endswith("Prices two")
	changed = salon("three")
	changed[0]["triggers"] = ["do you sell gift vouchers", "I want a voucher for my mother"]
	world.stack.skills(b.org, changed)
	assert b.asked("is there a gift voucher").endswith("Opening hours three")
	b.wait_model()


def off_topic_falls_through(world):
	b = Business(world, salon("one"))
	for text in ("who is the president of Iceland", "teşekkürler", "👍👍", "مرحبا"):
		reply = b.asked(text)
		assert planted.BODY_MARKER not in reply, (text, reply)


def damaged_model(world):
	"""Whatever stands in the row: the message is answered, the reason is logged, a good model takes the row's place."""
	other = Business(world, salon("other") + [{"title": "Vouchers", "triggers": ["gift voucher"], "response": "x"}])
	other.asked("how much would it be")
	other.wait_model()
	harms = (
		"model = '\\x00'::bytea",
		"model = substring(model for octet_length(model) / 2)",
		"model = set_byte(model, octet_length(model) - 7, 99)",
		"model = (select model from skill_models where org_id = %d)" % other.org,
		"model = decode(repeat('ff', 5000), 'hex')",
	)
	for harm in harms:
		b = Business(world, salon("one"))
		b.asked("how much would it be")
		b.wait_model()
		before = log_count(world.stack, "skills.model_ignored")
		b.sql.script("update skill_models set %s where org_id = %d;" % (harm, b.org))
		world.restart_sender()
		assert b.asked("and how much would a haircut be").endswith("Prices one"), harm
		processes.wait_until(
			lambda: log_count(world.stack, "skills.model_ignored") == before + 1, "the reason in the log: " + harm
		)
		processes.wait_until(
			lambda: b.sql.value(
				"select trained_at > now() - interval '10 s' and octet_length(model) > 2000 as ok from skill_models where "
				"org_id = %d" % b.org
			),
			"a new model: " + harm,
		)
		world.restart_sender()
		assert b.asked("the haircut, how much please").endswith("Prices one"), harm
		assert log_count(world.stack, "skills.model_ignored") == before + 1, "the new model was refused too: " + harm


def imports_at_once(world):
	def version(name):
		skills = salon(name)
		skills[1]["triggers"].append("the price in " + name)
		return skills

	b = Business(world, version("start"))
	with concurrent.futures.ThreadPoolExecutor(5) as pool:
		for turn in range(4):
			changes = [pool.submit(world.stack.skills, b.org, version("%d-%d" % (turn, n))) for n in range(4)]
			asked = [b.write("what would a haircut cost, how much?") for _ in range(3)]
			for c in changes:
				c.result()
			assert all("Prices" in b.wait_reply(who) for who in asked)
	responses = {
		r["response"].rsplit(" ", 1)[1] for r in b.sql.rows("select response from skills where org_id = %d" % b.org)
	}
	assert len(responses) == 1, "skills of two imports: %s" % responses
	assert b.asked("what would a haircut cost, how much?").endswith("Prices " + responses.pop())
	b.wait_model()
	ignored = log_count(world.stack, "skills.model_ignored")
	world.restart_sender()
	b.asked("what would a haircut cost, how much?")
	assert log_count(world.stack, "skills.model_ignored") == ignored, "a model of other skills was stored"


def large_set(n_skills, n_triggers):
	"""Words that nobody speaks, each skill with some of its own."""
	rng = random.Random(7)
	word = lambda: "".join(rng.choice("bdfgklmnprst") + rng.choice("aeiou") for _ in range(3))
	common = [word() for _ in range(60)]
	skills = []
	for n in range(n_skills):
		own = [word() for _ in range(6)]
		triggers = [" ".join(rng.sample(own, 3) + rng.sample(common, 5)) for _ in range(n_triggers)]
		skills.append(
			{"title": "Subject %d" % n, "triggers": triggers, "response": "%slarge %d" % (planted.BODY_MARKER, n)}
		)
	return skills


def large_organisation(world):
	"""It is answered while it is trained, and nobody waits for it."""
	skills = large_set(200, 12)
	small = Business(world, salon("one"))
	small.asked("how much would it be")
	large = Business(world, skills)
	who_large = large.write(skills[11]["triggers"][3])
	start = time.monotonic()
	who_small = small.write("how much is the haircut then")
	assert small.wait_reply(who_small).endswith("Prices one")
	took = time.monotonic() - start
	assert took < processes.patience(1.5), "another organisation waited %.1f s" % took
	assert large.wait_reply(who_large).endswith("large 11")
	large.wait_model(timeout=60)
	words = skills[42]["triggers"][5].split()
	assert large.asked(" ".join(words[:6])).endswith("large 42")


def sender_once(world):
	"""What cron starts leaves only when it has stored what it learned."""
	b = Business(world, large_set(60, 8))
	world.stop_sender()
	b.write("whatever this is about")
	world.stack.send_once()
	assert b.model() and b.model()["revision"] == b.revision()
	world.restart_sender()


def ask(world):
	stack = world.stack
	b = Business(world, salon("one"))
	counts = b.sql.counts()
	texts = [
		"When are you OPEN?",
		"how much would a haircut be",
		"",
		"who won the football match yesterday",
		"fıyat ne kadar acaba",
		"a\tb \"quoted\"",
	]
	done = stack.ctl("ask", "--org", b.org, input="\n".join(texts) + "\n")
	answers = [json.loads(line) for line in done.splitlines()]
	assert len(answers) == len(texts), done
	assert all(
		{
			"stage",
			"reason",
			"reason_code",
			"skill",
			"score",
			"candidates",
			"passages",
			"reply",
			"act",
			"language",
			"hand_over",
			"handover",
			"handover_code",
		}
		== set(a) - {"evidence", "buttons"}
		for a in answers
	), answers[0]
	assert [a["skill"] for a in answers] == ["Opening hours", "Prices", None, None, "Prices", None], answers
	assert (
		answers[0]["score"] == 1
		and answers[0]["stage"] == "skill"
		and answers[3]["stage"] == "fallback"
		and answers[3]["reply"]
	)
	assert answers[1]["candidates"][0] == {"skill": "Prices", "score": answers[1]["score"]}
	assert b.sql.counts() == counts, "something was stored"
	stack.ctl("setting", "set", "--org", b.org, "skill_threshold", "0.999")
	answers = [json.loads(line) for line in stack.ctl("ask", "--org", b.org, input="\n".join(texts[:2])).splitlines()]
	assert [a["skill"] for a in answers] == ["Opening hours", None], answers
	assert stack.ctl("ask", "--org", 999999, input="x\n", check=False).returncode == 66
	empty = stack.organisation("Nobody")
	assert json.loads(stack.ctl("ask", "--org", empty, input="who is he\n"))["stage"] == "fallback"


def learn(world):
	stack = world.stack
	b = Business(
		world,
		salon("one")
		+ [
			{
				"title": "Rates",
				"triggers": ["price list", "how much is a haircut for children", "haircut how much"],
				"response": "x",
			}
		],
	)
	said = stack.ctl("learn", "--org", b.org)
	assert (
		"4 skills" in said
		and "is a trigger of 'Rates' and of 'Prices'" in said
		or "is a trigger of 'Prices' and of 'Rates'" in said
	), said
	assert b.model()["revision"] == b.revision()
	told = json.loads(stack.ctl("learn", "--org", b.org, "--json"))
	assert (
		told["stored"] and told["skills"] == 4 and told["bytes"] == b.model()["bytes"] and told["confusions"][0]["same"]
	), told
	assert b.sql.value("select count(*) from audit_log where org_id = %d and action = 'skill.learn'" % b.org) == 2
	assert stack.ctl("learn", "--org", stack.organisation("Nobody"), check=False).returncode == 66
	before = log_count(stack, "skills.trained")
	world.restart_sender()
	b.asked("how much would it be")
	assert log_count(stack, "skills.trained") == before, "the sender trained what was there"
	other = Business(world, salon("two"))
	seen = b.sql.script(
		"select set_config('deskbell.scope', '', false); select set_config('deskbell.org', '%d', false);"
		" select count(*) from skill_models;" % other.org
	)
	assert seen.strip().endswith("0"), "another organisation's model is seen: %s" % seen


def only_newer_models(world):
	b = Business(world, salon("one"))
	world.stack.ctl("learn", "--org", b.org)
	world.stack.skills(b.org, salon("two"))
	now = b.revision()

	def stored(revision):
		return (
			b.sql.script("select deskbell_store_skill_model(%d, %d, 'x%d', 1);" % (b.org, revision, revision)).strip()
			== "t"
		)

	assert not stored(now + 1), "of skills that do not exist yet"
	assert stored(now) and not stored(now - 1) and stored(now)
	assert b.model()["revision"] == now


TESTS = [
	("a changed skill is live with the next message", change_is_live),
	("what no skill is about falls through", off_topic_falls_through),
	("a damaged or foreign model is ignored and trained again", damaged_model),
	("imports at the same time do not mix", imports_at_once),
	("a large organisation is answered while it is trained and delays nobody", large_organisation),
	("--once stores what it learned", sender_once),
	("a model of older skills does not replace a newer one", only_newer_models),
	("ask", ask),
	("learn", learn),
]


def run(tap):
	with Stack(settings=faults.SETTINGS) as stack:
		world = World(stack)
		with world.serve():
			world.restart_sender()
			for name, test in TESTS:
				tap.run(name, test, world)
			world.stop_sender()
		stack.check_logs(tap)


if __name__ == "__main__":
	sys.exit(program(run))
