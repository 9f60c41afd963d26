#!/usr/bin/python3
"""Embeddings of skills end to end: triggers and titles get their vectors in the background of the sender, a message
that shares no word with a trigger finds its skill, and whatever fails leaves what the words say."""

import json
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "fault"), os.path.join(HERE, "..", "lib")]

import embedded
from business import Business, skill
from deskbell import planted, processes
from embedded import asked_texts, model_is, stages, state

# What the model knows and the words do not.
SYNONYMS = [
	["refund", "cashback"],
	["parcel", "box"],
	["parking", "garage"],
	["courtyard", "patio"],
	["opening", "business"],
	["hours", "schedule"],
]
SKILLS = (
	skill("Refunds", ["I want a refund for my parcel", "refund of a parcel", "is a refund possible for the parcel"]),
	skill(
		"Parking",
		["parking in the courtyard", "is there parking at your courtyard", "can I use the courtyard for parking"],
	),
	skill(
		"Opening hours", ["what are your opening hours", "opening hours on sunday", "tell me the opening hours please"]
	),
)
DENSE = "cashback box?"
LEXICAL = "could I have a refund for the parcel I got"
ELSEWHERE = "do you repair wooden guitars?"


def shop(world, skills=SKILLS, ready=True, **settings):
	b = Business(world, skills, leads="off", fallback_text="Sorry.", **settings)
	if ready:
		embedded.wait_done(b, "phrases")
	return b


def stored(b):
	return b.sql.value("select count(*) as n from training_phrase_embeddings where org_id = %d" % b.org)


def answer_of(title):
	return planted.BODY_MARKER + title


def edit(b, skills):
	"""By import, which replaces what has the same title."""
	b.stack.skills(b.org, list(skills))
	embedded.wait_done(b, "phrases")


# What they are good for


def without_common_words(world):
	b = shop(world)
	s = state(b, "phrases")
	assert s["helps"] and s["low"] < s["high"] and stored(b) == 12, s
	who = b.write(DENSE)
	assert b.wait_reply(who) == answer_of("Refunds"), (b.wait_decision(who), s)
	told = stages(b, who)
	best = told["skill_candidates"][0]
	assert (
		best["words"] < 0.2
		and best["cosine"] > s["low"]
		and best["score"] >= 0.35
		and "skill_embedding_reason" not in told
	), (best, s)


def falls_through_without(world):
	world.stop_sender()
	url = world.stack.values["embeddings.base_url"]
	world.stack.write_conf(**{"embeddings.base_url": ""})
	world.serve()
	world.restart_sender()
	before = len(asked_texts(world))
	b = shop(world, ready=False)
	who = b.write(DENSE)
	assert b.wait_reply(who) == "Sorry."
	told = stages(b, who)
	assert "skill_embedding_reason" not in told and all("cosine" not in c for c in told["skill_candidates"]), told
	assert b.asked(LEXICAL) == answer_of("Refunds")
	time.sleep(2.5)
	assert state(b, "phrases") is None and len(asked_texts(world)) == before
	world.stop_sender()
	world.stack.write_conf(**{"embeddings.base_url": url})
	world.serve()
	world.restart_sender()
	embedded.wait_done(b, "phrases")
	assert b.asked(DENSE) == answer_of("Refunds")


def nothing_else(world):
	b = shop(world)
	for text in (ELSEWHERE, "do penguins ever sneeze", "who is the president of france"):
		who = b.write(text)
		assert b.wait_reply(who) == "Sorry.", (text, b.wait_decision(who), state(b, "phrases"))


def asked_once_for_both(world):
	"""The vector of a message serves skills and documents; nobody asks for one that could change nothing."""
	b = shop(world)
	b.document("Gift cards", "Gift cards are sold at the till. They are valid for three years.")
	embedded.wait_done(b)
	before = len(asked_texts(world))
	b.asked("How long are gift cards valid?")
	assert asked_texts(world)[before:].count("How long are gift cards valid?") == 1, asked_texts(world)[before:]
	before = len(asked_texts(world))
	assert b.asked("OPENING HOURS ON SUNDAY!") == answer_of("Opening hours")
	b.asked("???")  # is asked what is meant
	assert asked_texts(world)[before:] == [], (
		"an exact trigger, and what has no words, ask nothing",
		asked_texts(world)[before:],
	)


def words_stay(world):
	b = shop(world)
	who = b.write(LEXICAL)
	assert b.wait_reply(who) == answer_of("Refunds")
	best = stages(b, who)["skill_candidates"][0]
	assert best["score"] >= best.get("words", 0), best


def tried_on_the_command_line(world):
	b = shop(world)
	told = json.loads(b.stack.ctl("ask", "--org", b.org, input=DENSE + "\n"))
	assert (
		told["skill"] == "Refunds"
		and told["candidates"][0]["cosine"] > told["candidates"][0]["words"]
		and "skill_embedding_reason" not in told
	), told
	model_is(world, rules=[{"endpoint": "embeddings", "fault": "server_error"}])
	told = json.loads(b.stack.ctl("ask", "--org", b.org, input=DENSE + "\n"))
	assert told["skill"] is None and told["skill_embedding_reason_code"], told


# How they are made


def edits(world):
	"""Only what is new is asked for; what goes leaves no vector; a response is no reason for anything."""
	b = shop(world)
	before = len(world.simulator.llm_requests())
	edit(b, [skill("Refunds", ["refund of a parcel", "when do I see my money again"])])
	asked = asked_texts(world, before)
	assert (
		asked[0] == "when do I see my money again" and "refund of a parcel" not in asked and "Parking" not in asked
	), asked[:5]
	assert stored(b) == 11, stored(b)
	before = len(world.simulator.llm_requests())
	edit(b, [skill("Refunds", ["refund of a parcel", "when do I see my money again"], response="Soon.")])
	assert asked_texts(world, before) == [] and b.asked("refund of a parcel") == "Soon."
	edit(b, [{**SKILLS[1], "enabled": False}])
	assert stored(b) == 11, "one that is switched off keeps its own"
	assert b.asked("garage patio") == "Sorry."
	before = len(world.simulator.llm_requests())
	edit(b, [{**SKILLS[1], "enabled": True}])
	assert "Parking" not in asked_texts(world, before) and b.asked("garage patio") == answer_of("Parking")


def another_model(world):
	model_is(world, embedding_models=["simulated-embedding", "other"])
	b = shop(world)
	before = len(world.simulator.llm_requests())
	for name, value in (
		("embeddings_base_url", world.simulator.llm_url),
		("embeddings_model", "other"),
		("embeddings_api_key", planted.LLM_KEY),
	):
		b.stack.ctl("setting", "set", "--org", b.org, name, input=value)
	processes.wait_until(lambda: state(b, "phrases")["model"].endswith(" other"), "the other model to be taken")
	embedded.wait_done(b, "phrases")
	again = [
		r["body"]["input"]
		for r in world.simulator.llm_requests()[before:]
		if r["path"].endswith("/embeddings") and r["body"]["model"] == "other"
	]
	assert sorted(again[0]) == sorted({p for s in SKILLS for p in [s["title"]] + s["triggers"]}), again
	assert state(b, "phrases")["helps"] and stored(b) == 12
	assert b.asked(DENSE) == answer_of("Refunds")


def two_organisations(world):
	"""The same triggers, other skills: each finds its own, and what one has is of no use to the other."""
	a = shop(world)
	b = shop(world, [skill("Other %d" % n, s["triggers"], "other %d" % n) for n, s in enumerate(SKILLS)])
	assert a.asked(DENSE) == answer_of("Refunds")
	assert b.asked(DENSE) == "other 0"
	a.sql.script(
		"begin; select set_config('deskbell.scope', 'system', true); delete from training_phrase_embeddings where org_id "
		"= %d; commit" % a.org
	)
	world.restart_sender()
	who = a.write(DENSE)
	assert a.wait_reply(who) == "Sorry.", a.wait_decision(who)
	assert stages(a, who)["skill_embedding_reason"]["code"] == "triggers_unreadable", stages(a, who)
	assert b.asked(DENSE) == "other 0"


# What breaks

FAULTS = ("server_error", "garbage", "missing_embedding", "short_embedding", "zero_embeddings", "not_utf8")


def fails_open(world):
	b = shop(world)
	for fault in FAULTS:
		model_is(world, rules=[{"endpoint": "embeddings", "fault": fault}])
		who = b.write("please tell me more on a refund of parcels")
		assert b.wait_reply(who, timeout=10) in (answer_of("Refunds"), "Sorry."), fault
		who = b.write(DENSE)
		assert b.wait_reply(who, timeout=10) == "Sorry.", fault
		told = stages(b, who)
		assert told["skill_embedding_reason"]["code"] and "cosine" not in told["skill_candidates"][0], (fault, told)


def waits_no_longer(world):
	b = shop(world)
	model_is(world, rules=[{"endpoint": "embeddings", "fault": "hang"}])
	began = time.monotonic()
	who = b.write(DENSE)
	assert b.wait_reply(who, timeout=10) == "Sorry."
	assert 1 < time.monotonic() - began < processes.patience(2), time.monotonic() - began
	assert stages(b, who)["skill_embedding_reason"]


def not_yet(world):
	model_is(world, rules=[{"endpoint": "embeddings", "fault": "garbage"}])
	b = shop(world, ready=False)
	processes.wait_until(lambda: state(b, "phrases") and state(b, "phrases")["failures"], "a failure")
	who = b.write(DENSE)
	assert (
		b.wait_reply(who) == "Sorry."
		and stages(b, who)["skill_embedding_reason"]["code"] == "triggers_without_embeddings"
	)
	model_is(world)
	embedded.wait_done(b, "phrases")
	assert b.asked(DENSE) == answer_of("Refunds")
	model_is(world, rules=[{"endpoint": "embeddings", "fault": "garbage"}])
	b.stack.skills(b.org, [skill("Vouchers", ["a voucher please", "can I buy a voucher"])])
	who = b.write(DENSE)
	assert b.wait_reply(who) == "Sorry." and stages(b, who)["skill_embedding_reason"]["code"] == "triggers_outdated", (
		stages(b, who)
	)
	assert b.asked("a voucher please") == answer_of("Vouchers")


def budget(world):
	b = shop(world)
	b.stack.ctl("setting", "set", "--org", b.org, "llm_daily_calls", "1")
	who = b.write(DENSE)
	assert b.wait_reply(who) == "Sorry." and stages(b, who)["skill_embedding_reason"]["code"] == "daily_budget_used"


def another_length(world):
	"""The model answers in other dimensions than before: by words, and all is made again."""
	b = shop(world)
	b.sql.script(
		"begin; select set_config('deskbell.scope', 'system', true); update training_phrase_embeddings set embedding = "
		"substr(embedding, 1, 100) where org_id = %d; "
		"update embedding_states set dims = 100 where org_id = %d; commit" % (b.org, b.org)
	)
	world.restart_sender()
	who = b.write(DENSE)
	assert b.wait_reply(who) == "Sorry.", b.wait_decision(who)
	assert stages(b, who)["skill_embedding_reason"]["code"] == "triggers_other_length", stages(b, who)
	b.stack.skills(b.org, [skill("Vouchers", ["a voucher please", "can I buy a voucher"])])
	processes.wait_until(lambda: state(b, "phrases")["dims"] == 0, "the old ones to go")
	assert stored(b) == 0, (stored(b), state(b, "phrases"))
	b.sql.script(
		"begin; select set_config('deskbell.scope', 'system', true); update embedding_states set due_at = now() where "
		"org_id = %d; commit" % b.org
	)
	embedded.wait_done(b, "phrases")
	assert stored(b) == 15, (stored(b), state(b, "phrases"))
	who = b.write(DENSE)
	assert b.wait_reply(who) == answer_of("Refunds"), (b.wait_decision(who), state(b, "phrases"))


def weak_model_is_left_out(world):
	"""A model for which all that the business says is the same must not have a say."""
	words = sorted({w.lower() for s in SKILLS for p in [s["title"]] + s["triggers"] for w in p.split()})
	model_is(world, synonyms=[words])
	b = shop(world)
	assert not state(b, "phrases")["helps"], state(b, "phrases")
	who = b.write("refund " + ELSEWHERE)
	b.wait_reply(who)
	assert stages(b, who)["skill_embedding_reason"]["code"] == "triggers_harmed", stages(b, who)


def changed_while_waiting(world):
	"""The skills change while the model works: the answer is of what is there afterwards."""
	b = shop(world)
	model_is(world, latency_ms=1000)
	who = b.write(DENSE)
	time.sleep(0.3)
	b.stack.skills(b.org, [skill(s["title"], s["triggers"], "new") for s in SKILLS])
	b.asked("refund of a parcel")
	assert b.wait_reply(who) in ("new", answer_of("Refunds"), "Sorry.")


TESTS = (
	without_common_words,
	falls_through_without,
	nothing_else,
	asked_once_for_both,
	words_stay,
	tried_on_the_command_line,
	edits,
	another_model,
	two_organisations,
	fails_open,
	waits_no_longer,
	not_yet,
	budget,
	another_length,
	weak_model_is_left_out,
	changed_while_waiting,
)


if __name__ == "__main__":
	sys.exit(embedded.main(TESTS, SYNONYMS))
