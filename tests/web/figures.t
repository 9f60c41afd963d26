#!/usr/bin/python3
# What became of customers' questions: who answered first and how long it took, by day, hour and person, as a page and
# as files.
import csv
import io
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, conversation, escaped, main, status, test


def message(w, talk, sender, age, user=None, state="sent", kind="text"):
	w.sql.script(
		"insert into messages (org_id, conversation_id, channel_id, direction, sender, user_id, kind, body, text_like,"
		" status, created_at) "
		"select org_id, id, channel_id, '%s', '%s', %s, '%s', 'x', true, '%s',"
		" now() - interval '%s' from conversations where id = %d;"
		% ("inbound" if sender == "contact" else "outbound", sender, user or "null", kind, state, age, talk)
	)


def decision(w, talk, stage, age, detail="{}", outcome="replied", reason="skill_sure"):
	w.sql.script(
		"insert into decisions (org_id, conversation_id, outcome, stage, reason, detail, created_at) "
		"select org_id, id, '%s', '%s', '%s', '%s', now() - interval '%s' from conversations where id = %d;"
		% (outcome, stage, reason, detail, age, talk)
	)


def user(w, b):
	return w.sql.value("select user_id from memberships where org_id = %d order by user_id limit 1" % b.org)


def totals(b):
	model = status(b.get("/figures"), 200).json
	return {k: int(v) for k, v in model["all"].items() if v.isdigit()}, model


def table(b, by):
	page = status(b.get("/figures/export.csv?by=" + by), 200)
	assert page.header("Content-Type") == "text/csv; charset=utf-8", page.header("Content-Type")
	return list(csv.DictReader(io.StringIO(page.body.decode("utf-8-sig"))))


@test
def nothing_yet(w):
	b = w.signed_in("admin")
	all, model = totals(b)
	assert (
		not model["any"]
		and not model["has_hours"]
		and not model["has_people"]
		and all["asked"] == 0
		and model["all"]["median"] == "–"
	), model
	assert table(b, "day") == [] and "No questions" in status(b.html("/figures"), 200).text


@test
def each_question_has_one_end(w):
	b = w.signed_in("admin")
	talks = [conversation(w, b.org) for _ in range(7)]
	skill, document, model, person, open_, thanks, old = talks
	for talk in talks:
		message(w, talk, "contact", "60 minutes" if talk != old else "20 days")
	decision(w, skill, "skill", "59 minutes", '{"hand_over": false}')
	decision(w, document, "knowledge", "59 minutes", '{"stages": {"model": "m", "model_verdict": "failed"}}')
	decision(w, model, "knowledge", "59 minutes", '{"stages": {"model": "m"}}', reason="model_answers")
	decision(w, person, "fallback", "59 minutes")
	message(w, person, "bot", "59 minutes")
	message(w, person, "contact", "58 minutes")
	message(w, person, "operator", "50 minutes", user(w, b))
	message(w, person, "operator", "49 minutes", user(w, b))
	message(w, open_, "operator", "50 minutes", user(w, b), state="failed")
	decision(w, thanks, "act", "59 minutes")
	message(w, skill, "contact", "30 minutes", kind="reaction")
	imported = conversation(w, b.org)  # a question of an earlier time, which nothing has to answer now
	message(w, imported, "contact", "60 minutes")
	w.sql.script("update messages set metadata = '{\"imported\": true}' where conversation_id = %d;" % imported)
	all, found = totals(b)
	assert all == {"asked": 5, "skill": 1, "document": 1, "model": 1, "person": 1, "handed_over": 1, "unanswered": 1}, (
		all
	)
	assert found["days"][0]["asked"] in ("5", "0") and len(found["days"]) == 14
	assert {c["kind"] for c in found["columns"]} == {"skill", "document", "model", "person", "unanswered"}, found[
		"columns"
	]
	assert all_inside(found), found["columns"]
	assert [p["answered"] for p in found["people"]] == ["1"] and found["people"][0]["median"] == "10 min", found[
		"people"
	]
	stranger = w.signed_in("admin")
	assert not totals(stranger)[1]["any"], "another organisation's questions are counted"


def all_inside(model):
	return all(
		0 <= c["y"]
		and c["y"] + c["height"] <= model["height"]
		and 0 <= c["x"]
		and c["x"] + c["width"] <= model["width"]
		for c in model["columns"]
	)


@test
def a_promise_is_no_answer(w):
	b = w.signed_in("admin")
	talk = conversation(w, b.org)
	message(w, talk, "contact", "60 minutes")
	decision(w, talk, "skill", "59 minutes", '{"hand_over": true}')
	decision(w, talk, "clarify", "58 minutes")
	decision(w, talk, "skill", "57 minutes", outcome="draft")
	assert totals(b)[0] == {
		"asked": 1,
		"skill": 0,
		"document": 0,
		"model": 0,
		"person": 0,
		"handed_over": 1,
		"unanswered": 0,
	}, totals(b)[0]
	message(w, talk, "operator", "30 minutes", user(w, b))
	message(w, talk, "contact", "20 minutes")
	decision(w, talk, "skill", "19 minutes")
	all, model = totals(b)
	assert all == {"asked": 2, "skill": 1, "document": 0, "model": 0, "person": 1, "handed_over": 1, "unanswered": 0}, (
		all
	)
	assert model["people"][0]["longest"] == "30 min", model["people"]


@test
def the_status_page_counts_the_same(w):
	b = w.signed_in("admin")
	for stages, operator in (
		(("fallback", "skill"), False),
		(("skill",), False),
		(("fallback",), False),
		(("fallback",), True),
		(("knowledge", "clarify"), False),
		(("act",), False),
	):
		talk = conversation(w, b.org)
		for n, stage in enumerate(stages):
			message(w, talk, "contact", "%d minutes" % (60 - 10 * n))
			decision(w, talk, stage, "%d minutes" % (59 - 10 * n))
		if operator:
			message(w, talk, "operator", "5 minutes", user(w, b))
	all, told = totals(b)[0], b.get("/status").json["answers"]["sum"]
	assert all["asked"] == 6 and all["handed_over"] == 1 and all["unanswered"] == 2, all
	assert [int(told[k]) for k in ("asked", "answered", "handed_over", "unanswered")] == [
		all["asked"],
		all["skill"] + all["document"] + all["model"],
		all["handed_over"],
		all["unanswered"],
	], (all, told)


@test
def waits_by_hour_count_who_still_waits(w):
	b = w.signed_in("admin")
	talk, other = conversation(w, b.org), conversation(w, b.org)
	message(w, talk, "contact", "3 hours")
	message(w, other, "contact", "3 hours")
	assert not totals(b)[1]["has_hours"], "who does not wait is counted as waiting"
	w.sql.script(
		"update conversations set waiting_since = now() - interval '3 hours', is_open = true where id = %d;" % talk
	)
	hours = totals(b)[1]["hours"]
	assert len(hours) == 1 and hours[0]["longest"] == "3 h" and hours[0]["asked"] == "1", hours


@test
def files_hold_the_same(w):
	b = w.signed_in("admin")
	w.sql.rename(user(w, b), "=HYPERLINK(1)")
	talk = conversation(w, b.org)
	message(w, talk, "contact", "20 minutes")
	message(w, talk, "operator", "10 minutes", user(w, b))
	day = table(b, "day")[-1]
	assert (day["questions"], day["answered_by_person"], day["unanswered"], day["median_first_human_reply_s"]) == (
		"1",
		"1",
		"0",
		"600",
	), day
	assert len(day["day"]) == 10 and table(b, "hour")[0]["median_wait_s"] == "600"
	person = table(b, "person")[0]
	assert person["answered"] == "1" and person["person"].startswith("'="), person
	w.sql.rename(user(w, b), HOSTILE)
	escaped(b.html("/figures"))


@test
def admins_alone(w):
	b = w.signed_in("admin")
	operator = w.signed_in("operator", b.org)
	status(operator.get("/figures"), 403)
	status(operator.get("/figures/export.csv"), 403)


sys.exit(main())
