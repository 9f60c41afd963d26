#!/usr/bin/python3
"""Embeddings end to end: passages get their vectors from the simulator in the background of the sender, a question that
shares no word with its passage is answered by it, and whatever fails leaves the search by words."""

import json
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "fault"), os.path.join(HERE, "..", "lib")]

import embedded
from business import Business
from deskbell import planted, processes
from embedded import asked_texts, model_is, stages, state

# What the model knows and the words do not.
SYNONYMS = [
	["refunded", "reimbursed"],
	["parcels", "packages"],
	["returned", "shipped"],
	["peonies", "blossoms"],
	["vase", "jug"],
	["stems", "stalks"],
	["parking", "garage"],
	["courtyard", "patio"],
	["bicycles", "bikes"],
]
DOCUMENTS = (
	(
		"Returned parcels",
		"Returned parcels are refunded. The refund of returned parcels goes to the card that was used.",
	),
	("Peonies in a vase", "Peonies last six days in a vase. Cut the stems of peonies at an angle."),
	("Parking", "Parking is free in the courtyard. The courtyard also has room for bicycles."),
	("Opening hours", "We are open from nine to six. On Sundays the shop stays closed."),
	("Gift cards", "Gift cards are sold at the till. They are valid for three years."),
	("Workshops", "Workshops on wreaths take place every Thursday evening."),
)
DENSE = "packages shipped reimbursed?"
LEXICAL = "Are returned parcels refunded?"
ELSEWHERE = "do you repair wooden guitars?"


def shop(world, documents=DOCUMENTS, embedded=True, **settings):
	b = Business(world, leads="off", fallback_text="Sorry.", **settings)
	lines = [json.dumps({"title": title, "text": text, "language": "en"}) + "\n" for title, text in documents]
	b.stack.ctl("knowledge", "import", "--org", b.org, "--jsonl", "-", input="".join(lines))
	if embedded:
		wait_embedded(b)
	return b


def wait_embedded(b, timeout=15):
	embedded.wait_done(b, timeout=timeout)
	assert (
		b.sql.value(
			"select count(*) as n from passages p where org_id = %d and not exists (select from passage_embeddings v "
			"where v.org_id = p.org_id and v.passage_id = p.id)" % b.org
		)
		== 0
	)


# What they are good for


def without_common_words(world):
	b = shop(world)
	s = state(b)
	assert s["helps"] and s["low"] < s["high"], s
	who = b.write(DENSE)
	reply = b.wait_reply(who)
	d = b.wait_decision(who)
	assert "refunded" in reply and reply.endswith("— Returned parcels"), (reply, d, s)
	assert d["stage"] == "knowledge" and "embedding_reason" not in stages(b, who), d
	best = stages(b, who)["passages"][0]
	assert best["words"] < 0.05 and best["cosine"] > s["low"] and best["score"] > 0.28, (best, s)


def nothing_else(world):
	b = shop(world)
	for text in (ELSEWHERE, "do penguins ever sneeze", "who is the president of france"):
		who = b.write(text)
		assert b.wait_reply(who) == "Sorry.", (text, b.wait_decision(who), state(b))
		assert b.wait_decision(who)["stage"] == "fallback"


def words_stay(world):
	"""What the words answer, vectors do not take away, and the score is not lower."""
	b = shop(world)
	who = b.write(LEXICAL)
	assert b.wait_reply(who).endswith("— Returned parcels")
	best = stages(b, who)["passages"][0]
	assert best["score"] >= best["words"] >= 0.28, best


def tried_on_the_command_line(world):
	b = shop(world)
	told = b.stack.ctl("ask", "--org", b.org, input=DENSE + "\n")
	assert "Returned parcels" in told, told


# How they are made


def batches_and_edits(world):
	b = shop(world, [("Document %d" % n, "Sentence number%d about topic%d." % (n, n)) for n in range(70)])
	assert state(b)["last_passage"] == 69 and state(b)["failures"] == 0
	before = len(world.simulator.llm_requests())
	b.document("Document 3", "Peonies last six days.")
	wait_embedded(b)
	texts = asked_texts(world, before)
	assert (
		texts[0] == "Document 3\nPeonies last six days." and [t for t in texts if t.startswith("Document 4\n")] == []
	), texts[:3]
	assert b.sql.value("select count(*) as n from passage_embeddings where org_id = %d" % b.org) == 70
	b.stack.ctl(
		"knowledge",
		"delete",
		"--org",
		b.org,
		b.sql.value("select id from documents where org_id = %d order by id limit 1" % b.org),
	)
	wait_embedded(b)
	assert b.sql.value("select count(*) as n from passage_embeddings where org_id = %d" % b.org) == 69
	again = len(asked_texts(world))
	time.sleep(2.5)
	assert len(asked_texts(world)) == again, "asked for nothing new"


def another_model(world):
	model_is(world, embedding_models=["simulated-embedding", "other"])
	b = shop(world)
	before = len(world.simulator.llm_requests())
	b.stack.ctl("setting", "set", "--org", b.org, "embeddings_base_url", world.simulator.llm_url)
	b.stack.ctl("setting", "set", "--org", b.org, "embeddings_model", "other")
	b.stack.ctl("setting", "set", "--org", b.org, "embeddings_api_key", input=planted.LLM_KEY)
	processes.wait_until(lambda: state(b)["model"].endswith(" other"), "the other model to be taken")
	wait_embedded(b)
	asked = {r["body"]["model"] for r in world.simulator.llm_requests()[before:] if r["path"].endswith("/embeddings")}
	assert asked >= {"other"} and state(b)["helps"], (asked, state(b))
	assert b.asked(DENSE).endswith("— Returned parcels")


def two_senders(world):
	"""Of another shard, so that both run: nothing is asked for twice."""
	world.stop_sender()
	model_is(world, latency_ms=200)
	before = len(world.simulator.llm_requests())
	b = shop(world, [("Title %d" % n, "Only once number%d." % n) for n in range(100)], embedded=False)
	senders = [world.stack.sender("--foreground", "--shard", s) for s in ("main", "other")]
	try:
		wait_embedded(b, timeout=20)
	finally:
		for s in senders:
			s.stop()
	passages = [t for t in asked_texts(world, before) if "Only once" in t]
	assert sorted(passages) == sorted(set(passages)) and len(passages) == 100, len(passages)
	world.restart_sender()


def once_embeds_all(world):
	world.stop_sender()
	b = shop(world, [("Title %d" % n, "Text number%d." % n) for n in range(80)], embedded=False)
	world.stack.send_once()
	assert embedded.is_done(b), state(b)
	world.restart_sender()


def budget(world):
	before = len(asked_texts(world))
	b = shop(world, [("Title %d" % n, "Text number%d." % n) for n in range(100)], embedded=False, llm_daily_calls=4)
	processes.wait_until(lambda: state(b) and state(b)["reason"], "the budget to be used up")
	assert (
		state(b)["reason"]["code"] == "half_budget_used"
		and b.sql.value("select calls from llm_usage where org_id = %d and purpose = 'embedding'" % b.org) == 2
	)
	assert len(asked_texts(world)) - before == 64
	b = shop(world)
	b.stack.ctl("setting", "set", "--org", b.org, "llm_daily_calls", "1")
	who = b.write(LEXICAL)
	assert b.wait_reply(who).endswith("— Returned parcels")
	assert stages(b, who)["embedding_reason"] == {"code": "daily_budget_used"}


# What breaks

FAULTS = (
	"server_error",
	"reset",
	"garbage",
	"empty_body",
	"missing_embedding",
	"short_embedding",
	"zero_embeddings",
	"not_utf8",
)


def question_fails_open(world):
	b = shop(world)
	for fault in FAULTS:
		model_is(world, rules=[{"endpoint": "embeddings", "fault": fault}])
		who = b.write(LEXICAL)
		assert b.wait_reply(who, timeout=10).endswith("— Returned parcels"), fault
		s = stages(b, who)
		assert s["embedding_reason"]["code"] and "cosine" not in s["passages"][0], (fault, s)


def question_waits_no_longer(world):
	b = shop(world)
	model_is(world, rules=[{"endpoint": "embeddings", "fault": "hang"}])
	began = time.monotonic()
	who = b.write(LEXICAL)
	assert b.wait_reply(who, timeout=10).endswith("— Returned parcels")
	assert 1 < time.monotonic() - began < processes.patience(2), time.monotonic() - began
	assert stages(b, who)["embedding_reason"]


def model_is_away_at_first(world):
	model_is(world, rules=[{"endpoint": "embeddings", "fault": "garbage"}])
	b = shop(world, embedded=False)
	processes.wait_until(lambda: state(b) and state(b)["failures"], "a failure")
	assert state(b)["reason"], state(b)
	who = b.write(LEXICAL)
	assert b.wait_reply(who).endswith("— Returned parcels")
	assert stages(b, who)["embedding_reason"]["code"] == "documents_without_embeddings"
	calls = len(asked_texts(world))
	time.sleep(2.5)
	assert len(asked_texts(world)) == calls, "tried again at once"
	model_is(world)
	wait_embedded(b)
	assert b.asked(DENSE).endswith("— Returned parcels")


def leaves_at_once(world):
	"""A sender that is told to leave does not wait for vectors, and the next one need not wait for its lease."""
	model_is(world, rules=[{"endpoint": "embeddings", "fault": "hang"}])
	b = shop(world, embedded=False)
	processes.wait_until(lambda: state(b) and state(b)["lease_until"], "the work to be taken")
	processes.wait_until(
		lambda: b.sql.value("select count(*) as n from llm_usage where org_id = %d" % b.org), "the model to be asked"
	)
	began = time.monotonic()
	world.stop_sender()
	assert time.monotonic() - began < processes.patience(1.5), time.monotonic() - began
	assert state(b)["lease_until"] is None and state(b)["failures"] == 0, state(b)
	model_is(world)
	world.restart_sender()
	wait_embedded(b)


def weak_model_is_left_out(world):
	"""A model for which everything that the business says is the same must not have a say."""
	words = sorted({w.strip(".").lower() for title, text in DOCUMENTS for w in (title + " " + text).split()})
	model_is(world, synonyms=[words])
	b = shop(world)
	assert not state(b)["helps"], state(b)
	who = b.write(LEXICAL)
	assert b.wait_reply(who).endswith("— Returned parcels")
	assert stages(b, who)["embedding_reason"]["code"] == "documents_harmed"


def no_endpoint_no_work(world):
	world.stop_sender()
	before = len(asked_texts(world))
	url = world.stack.values["embeddings.base_url"]
	world.stack.write_conf(**{"embeddings.base_url": ""})
	world.serve()
	world.restart_sender()
	b = shop(world, embedded=False)
	who = b.write(LEXICAL)
	assert b.wait_reply(who).endswith("— Returned parcels") and "embedding_reason" not in stages(b, who)
	time.sleep(2.5)
	assert state(b) is None and len(asked_texts(world)) == before
	world.stop_sender()
	world.stack.write_conf(**{"embeddings.base_url": url})
	world.serve()
	world.restart_sender()
	wait_embedded(b)


TESTS = (
	without_common_words,
	nothing_else,
	words_stay,
	tried_on_the_command_line,
	batches_and_edits,
	another_model,
	two_senders,
	once_embeds_all,
	budget,
	question_fails_open,
	question_waits_no_longer,
	model_is_away_at_first,
	leaves_at_once,
	weak_model_is_left_out,
	no_endpoint_no_work,
)


if __name__ == "__main__":
	sys.exit(embedded.main(TESTS, SYNONYMS))
