#!/usr/bin/python3
"""The pages about skills request by request, with a sender that answers from what they store."""

import concurrent.futures
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import answering
from answering import location, status, upload

HOURS = {
	"title": "Opening hours",
	"triggers": "when do you open\nopening times\nare you open on sundays",
	"response": "We are open from 9 to 18.",
	"enabled": "on",
}
HOSTILE = "<script>alert(1)</script> \"'&{{csrf}}"


def add(browser, **changes):
	return location(browser.post("/skills/new", dict(HOURS, **changes)))


def empty_at_first(w):
	b, desk = w.business()
	model = status(desk.get("/skills"), 200).json
	assert not model["has_skills"] and not model["has_lint"] and model["skills"] == [] and model["pager"] is False, (
		model
	)
	assert "No skill yet" in status(desk.html("/skills"), 200).text
	form = status(desk.get("/skills/new"), 200).json["form"]
	assert (
		form["enabled"]["checked"]
		and not form["requires_human_handover"]["checked"]
		and form["action"] == "/skills/new"
	), form
	assert json.loads(status(desk.request("GET", "/skills/export"), 200).body) == []


def a_saved_skill_answers(w):
	b, desk = w.business()
	path = add(desk)
	assert b.asked("When do you open?") == "We are open from 9 to 18."
	form = desk.get(path).json["form"]
	location(
		desk.post(
			path,
			dict(HOURS, response="Closed in August.", requires_human_handover="on", version=form["version"]["value"]),
		),
		path,
	)
	who = b.write("when do you open")
	assert b.wait_reply(who).startswith("Closed in August."), b.replies(who)
	b.idle()
	assert b.conversation(who)["agent"] == "operator"
	model = desk.get(path).json
	assert (
		model["form"]["requires_human_handover"]["checked"]
		and model["form"]["response"]["value"] == "Closed in August."
		and model["skill"]["title"] == "Opening hours"
	)
	assert w.audit(b.org) == ["skill.add", "skill.change"], w.audit(b.org)
	assert w.sql.value("select skills_revision from organizations where id = %d" % b.org) == 2


def the_switch(w):
	b, desk = w.business()
	path = add(desk)
	location(desk.post(path + "/toggle", {"enabled": "no"}), "/skills")
	assert desk.get("/skills").json["skills"][0]["enabled"] is False
	assert "We are open" not in b.asked("when do you open")
	location(desk.post(path + "/toggle", {"enabled": "yes"}), "/skills")
	assert b.asked("when do you open") == "We are open from 9 to 18."
	status(desk.post(path + "/toggle", {"enabled": "perhaps"}), 400)
	assert "aria-pressed=\"true\"" in desk.html("/skills").text


def wrong_forms_are_kept(w):
	_, desk = w.business()
	for field, value in (
		("title", ""),
		("title", "x" * 301),
		("title", "a\nb"),
		("triggers", " \n \n"),
		("triggers", "x" * 2001),
		("triggers", "a\n" * 2001),
		("response", ""),
		("response", "x" * 65537),
		("title", "a\0b"),
		("enabled", "maybe"),
	):
		page = status(desk.post("/skills/new", dict(HOURS, **{field: value})), 400)
		form = page.json["form"]
		assert form[field]["error"], (field, value[:20], form)
		assert field == "response" or form["response"]["value"] == HOURS["response"]
	page = status(
		desk.post("/skills/new", dict(HOURS, title="Typed", response=""), headers={"Accept": "text/html"}), 400
	)
	assert "value=\"Typed\"" in page.text and "aria-invalid" in page.text
	assert not desk.get("/skills").json["has_skills"]


def one_title_once(w):
	_, desk = w.business()
	first = add(desk)
	page = status(desk.post("/skills/new", dict(HOURS, title="OPENING HOURS")), 409)
	assert page.json["form"]["title"]["error"] and page.json["form"]["title"]["value"] == "OPENING HOURS"
	second = add(desk, title="Prices")
	status(desk.post(second, dict(HOURS, title="opening Hours")), 409)
	location(desk.post(first, dict(HOURS, title="Opening HOURS")), first)
	assert len(desk.get("/skills").json["skills"]) == 2


def two_who_write_at_once(w):
	b, desk = w.business()
	other = w.signed_in(b.org)
	path = add(desk)
	version = desk.get(path).json["form"]["version"]["value"]
	location(other.post(path, dict(HOURS, response="Theirs.", version=version)), path)
	page = status(desk.post(path, dict(HOURS, response="Mine.", version=version)), 409)
	form = page.json["form"]
	assert form["error"] and form["response"]["value"] == "Mine." and form["version"]["value"] != version, form
	assert other.get(path).json["form"]["response"]["value"] == "Theirs."
	location(desk.post(path, dict(HOURS, response="Mine.", version=form["version"]["value"])), path)
	version = desk.get(path).json["form"]["version"]["value"]
	with concurrent.futures.ThreadPoolExecutor(6) as threads:
		seen = sorted(
			p.status
			for p in threads.map(lambda n: desk.post(path, dict(HOURS, response="R%d" % n, version=version)), range(6))
		)
	assert seen == [200] + [409] * 5, seen
	with concurrent.futures.ThreadPoolExecutor(6) as threads:
		seen = sorted(
			p.status for p in threads.map(lambda n: desk.post("/skills/new", dict(HOURS, title="Race")), range(6))
		)
	assert seen == [200] + [409] * 5, seen


def deleting_asks_first(w):
	b, desk = w.business()
	path = add(desk, title=HOSTILE)
	page = status(desk.post(path + "/delete"), 200)
	assert page.json["confirm"]["title"].endswith(HOSTILE) and page.json["form"]["action"] == path + "/delete"
	html = status(desk.post(path + "/delete", headers={"Accept": "text/html"}), 200).text
	assert "<script>alert" not in html and "name=\"confirmed\" value=\"yes\"" in html
	status(desk.get(path), 200)
	location(desk.post(path + "/delete", {"confirmed": "yes"}), "/skills")
	status(desk.get(path), 404)
	status(desk.post(path + "/delete", {"confirmed": "yes"}), 404)
	assert "We are open" not in b.asked("when do you open")
	assert w.audit(b.org) == ["skill.add", "skill.delete"]


def hostile_words_are_escaped(w):
	_, desk = w.business()
	path = add(desk, title=HOSTILE, triggers=HOSTILE + "\nsecond one", response=HOSTILE)
	add(desk, title="Other", triggers="quite different\n" + HOSTILE)
	for page in (
		desk.html("/skills"),
		desk.html(path),
		desk.post("/skills/try", {"message": HOSTILE}, headers={"Accept": "text/html"}),
	):
		status(page, 200)
		assert "<script>alert" not in page.text and "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text, page.text[
			:3000
		]
		assert "{{csrf}}" in page.text, "a title is not a template"
	assert json.loads(desk.request("GET", "/skills/export").body)[0]["title"] == HOSTILE


def what_is_mistaken(w):
	_, desk = w.business()
	first = add(
		desk, title="Delivery times", triggers="do you deliver on sunday\nhow fast is delivery\ndo you deliver today"
	)
	add(desk, title="Delivery area", triggers="do you deliver on sunday\nwhere do you deliver")
	lint = desk.get("/skills").json["lint"]
	assert len(lint) == 1 and lint[0]["example"] == "do you deliver on sunday" and lint[0]["same"], lint
	lint = desk.get(first).json["lint"]
	assert lint[0]["other_title"] == "Delivery area", lint
	assert "Easily mistaken" in desk.html("/skills").text and "Easily mistaken" in desk.html(first).text


def many_skills(w):
	b, desk = w.business()
	w.stack.skills(
		b.org,
		[
			{
				"title": "Topic %d" % n,
				"triggers": ["about topic %d %d" % (n, k) for k in range(14)],
				"response": "R%d" % n,
			}
			for n in range(120)
		],
	)
	seen, path = [], "/skills"
	while path:
		page = status(desk.get(path), 200)
		assert len(page.body) < 100000
		seen += [s["title"] for s in page.json["skills"]]
		path = page.json["pager"]["older"]
		assert len(status(desk.html(path or "/skills"), 200).body) < 100000
	assert len(seen) == 120 and len(set(seen)) == 120
	assert desk.get("/skills").json["lint_too_many"] is True
	for odd in ("x", "-1", "99999999999999999999", "1&after=2"):
		status(desk.get("/skills?after=" + odd), 200)


# Trying


def trying(w):
	b, desk = w.business()
	add(desk)
	b.document("Returns", "Returned parcels are refunded within fourteen days. Keep the receipt.")
	status(desk.get("/skills/try"), 200)
	d = status(desk.post("/skills/try", {"message": "When do you open"}), 200).json["decision"]
	assert (d["stage"], d["skill"], d["reply"]) == ("skill", "Opening hours", "We are open from 9 to 18."), d
	assert d["candidates"][0]["percent"] == 100 and d["took"].endswith("ms") and d["reason_code"] == "skill_trigger"
	assert (
		desk.post("/skills/try", {"message": "when is it that you open please"}).json["decision"]["untrained"] is True
	)
	d = desk.post("/skills/try", {"message": "within how many days are returned parcels refunded"}).json["decision"]
	assert (
		d["stage"] == "knowledge"
		and d["knowledge"] == "Returns"
		and "fourteen days" in d["reply"]
		and d["has_passages"]
	), d
	assert d["reply"] == b.asked("within how many days are returned parcels refunded"), "as the sender answers"
	d = desk.post("/skills/try", {"message": "when is it that you open please"}).json["decision"]
	assert d["untrained"] is False and d["candidates"][0]["title"] == "Opening hours", d
	d = desk.post("/skills/try", {"message": "xyzzy"}).json["decision"]
	assert d["fallback"] and not d["skill"] and d["reply"], d
	d = desk.post("/skills/try", {"message": "I want to talk to a human"}).json["decision"]
	assert d["hand_over"], d
	status(desk.post("/skills/try", {"message": ""}), 400)
	status(desk.post("/skills/try", {"message": "x" * 8001}), 400)
	assert (
		"Reply"
		in status(
			desk.post("/skills/try", {"message": "\u202e" + "ş" * 3000}, headers={"Accept": "text/html"}), 200
		).text
	)
	assert w.sql.value("select count(*) as n from skill_models where org_id = %d" % b.org) <= 1


def trying_sees_its_own(w):
	_, theirs = w.business()
	add(theirs, response="A secret of theirs.")
	_, desk = w.business()
	d = desk.post("/skills/try", {"message": "when do you open"}).json["decision"]
	assert d["fallback"] and not d["has_candidates"], d


def walls_of_the_readers(w):
	"""In a tenant's transaction the functions that a question asks show that tenant alone, and leave its walls
	standing.
	"""
	one, desk = w.business()
	add(desk)
	two, theirs = w.business()
	add(theirs)
	got = w.sql.script(
		"begin; select set_config('deskbell.scope', '', true); select set_config('deskbell.org', '%d', true);"
		" select count(*) from deskbell_skills(%d); select count(*) from deskbell_skills(%d);"
		" select count(distinct org_id) from skills; commit; select set_config('deskbell.scope', '', false);"
		" select count(*) from deskbell_skills(%d);" % (one.org, one.org, two.org, two.org)
	)
	assert got.split()[-4:] == ["1", "0", "1", "1"], got


def other_organisations(w):
	_, theirs = w.business()
	path = add(theirs)
	_, desk = w.business()
	desk.get("/skills")
	for page in (
		desk.get(path),
		desk.post(path, HOURS),
		desk.post(path + "/toggle", {"enabled": "no"}),
		desk.post(path + "/delete"),
		desk.post(path + "/delete", {"confirmed": "yes"}),
		desk.get("/skills/999999999"),
	):
		status(page, 404)
	status(theirs.get(path), 200)


# Import and export


def round_trip(w):
	b, desk = w.business()
	skills = [
		{
			"title": "Ana's \"ñ\" <b>",
			"triggers": ["uno", "dos\ttabs"],
			"response": "R\nS",
			"enabled": False,
			"requires_human_handover": True,
		},
		{"title": "Two", "triggers": [], "response": "x", "enabled": True, "requires_human_handover": False},
	]
	location(
		upload(desk, "/skills/import", {}, ("file", "skills.json", "application/json", json.dumps(skills).encode())),
		"/skills",
	)
	page = status(desk.request("GET", "/skills/export"), 200)
	assert (
		json.loads(page.body) == skills and page.header("Content-Disposition") == "attachment; filename=\"skills.json\""
	)
	assert page.body.decode() == w.stack.ctl("skill", "export", "--org", b.org) + "\n"
	location(desk.post("/skills/import", {"pasted": page.text.replace("R\\nS", "new")}), "/skills")
	assert json.loads(desk.request("GET", "/skills/export").body)[0]["response"] == "new"
	assert w.audit(b.org) == ["skill.import", "skill.import"]
	form = desk.get("/skills").json["skills"]
	status(desk.get(form[0]["href"]), 200)


def only_checked(w):
	b, desk = w.business()
	location(
		desk.post("/skills/import", {"pasted": json.dumps([{"title": "A", "response": "b"}]), "only_check": "on"}),
		"/skills/import",
	)
	assert not desk.get("/skills").json["has_skills"] and w.audit(b.org) == []


def imports_that_are_wrong(w):
	b, desk = w.business()
	good = {"title": "Good", "triggers": ["x"], "response": "y"}
	page = status(desk.post("/skills/import", {"pasted": "[\n{\"title\": \"A\",\n \"response\": }\n]"}), 400)
	assert (
		page.json["problems"][0]["line"] == 3
		and page.json["problems"][0]["where"] == "Line 3:"
		and page.json["form"]["error"]
	), page.json["problems"]
	page = status(desk.post("/skills/import", {"pasted": "\n\n[{\"title\": 1"}), 400)
	assert page.json["problems"][0]["line"] == 3, page.json["problems"]
	bad = [
		good,
		{"title": "B", "triggers": ["x"], "response": " "},
		{"response": "x"},
		dict(good, title="good"),
		{"title": "C", "response": "x", "colour": 1},
		7,
	]
	page = status(desk.post("/skills/import", {"pasted": json.dumps(bad)}), 400)
	assert [p["skill"] for p in page.json["problems"]] == [2, 3, 4, 5, 6], page.json["problems"]
	assert (
		page.json["problems"][0]["where"] == "Skill 2, “B”:"
		and page.json["problems"][0]["words"] == "response is empty."
	)
	for text in (
		"{}",
		"[]",
		"null",
		"[" * 3000,
		"[1]",
		json.dumps([dict(good, title="É"), dict(good, title="é")]),
		json.dumps([dict(good, response="x" * 70000)]),
	):
		page = status(desk.post("/skills/import", {"pasted": text}), 400)
		assert page.json["has_problems"] and page.json["problems"][0]["words"], text[:50]
	page = status(
		desk.post("/skills/import", {"pasted": json.dumps([{"title": HOSTILE}])}, headers={"Accept": "text/html"}), 400
	)
	assert "<script>alert" not in page.text
	status(desk.post("/skills/import", {}), 400)
	status(upload(desk, "/skills/import", {}, ("file", "x.json", "application/json", b"")), 400)
	status(upload(desk, "/skills/import", {}, ("file", "x.json", "application/json", b"\xff\xfe\x00")), 400)
	status(upload(desk, "/skills/import", {"pasted": "[]"}, ("file", "x.json", "application/json", b"[]")), 400)
	status(
		upload(desk, "/skills/import", {}, ("file", "x.json", "application/json", b"[" + b" " * (4 << 20) + b"]")), 400
	)
	status(upload(desk, "/skills/import", {}, ("file", "x.json", "application/json", b" " * (6 << 20))), 413)
	assert not desk.get("/skills").json["has_skills"] and w.audit(b.org) == []


def what_is_unanswered(w):
	b, desk = w.business()
	add(desk)
	for text in ("do you repair gold watches", "can you repair my golden watch", "who won the match"):
		assert b.asked(text)
	b.asked("when do you open")
	model = status(desk.get("/skills/unanswered"), 200).json
	groups = {g["examples"][0]["text"]: g for g in model["groups"]}
	assert [g["customers"] for g in model["groups"]] == ["2", "1"], model
	watch = model["groups"][0]
	assert sorted(e["text"] for e in watch["examples"]) == [
		"can you repair my golden watch",
		"do you repair gold watches",
	], watch
	form = status(desk.get(watch["new_href"]), 200).json["form"]
	assert sorted(form["triggers"]["value"].split("\n")) == [
		"can you repair my golden watch",
		"do you repair gold watches",
	], form
	location(desk.post("/skills/unanswered", {"ids": groups["who won the match"]["ids"]}), "/skills/unanswered")
	b.asked("who won that match")
	assert [g["customers"] for g in desk.get("/skills/unanswered").json["groups"]] == ["2"], (
		"what asks the same stays away, too"
	)
	path = add(desk, title="Hands", triggers="hands of a clock")
	form = status(desk.get(path + "?triggers=new%20hands"), 200).json["form"]
	assert form["triggers"]["value"] == "hands of a clock\nnew hands", form
	for ids in ("", "x", "1 -2", "1,2"):
		assert desk.post("/skills/unanswered", {"ids": ids}).status == 400, ids
	assert "Write a skill" in status(desk.html("/skills/unanswered"), 200).text


def a_reply_becomes_a_skill(w):
	b, desk = w.business()
	add(desk)
	for text in ("do you repair gold watches", "can you repair my golden watch"):
		assert b.asked(text)
	page = status(desk.get("/skills/new?triggers=repair%20golden%20watches&response=Yes,%20in%20a%20week."), 200).json
	assert (
		page["form"]["response"]["value"] == "Yes, in a week."
		and page["form"]["triggers"]["value"] == "repair golden watches"
	), page
	assert (
		sorted(e["text"] for e in page["effects"]["answers"])
		== ["can you repair my golden watch", "do you repair gold watches"]
		and page["effects"]["answer_customers"] == "2"
	), page
	assert status(desk.get("/skills/new?triggers=who%20won"), 200).json["effects"]["none"]
	assert "What this skill would do" in status(desk.html("/skills/new?triggers=repair%20golden%20watches"), 200).text


def operators_stay_out(w):
	b, desk = w.business()
	path = add(desk)
	low = w.signed_in(b.org, "operator")
	for page in (
		"/skills",
		"/skills/new",
		path,
		"/skills/try",
		"/skills/unanswered",
		"/skills/import",
		"/skills/export",
	):
		status(low.get(page), 403)
	low.get("/account")
	status(low.post("/skills/new", HOURS), 403)


TESTS = (
	empty_at_first,
	a_saved_skill_answers,
	the_switch,
	wrong_forms_are_kept,
	one_title_once,
	two_who_write_at_once,
	deleting_asks_first,
	hostile_words_are_escaped,
	what_is_mistaken,
	many_skills,
	trying,
	trying_sees_its_own,
	walls_of_the_readers,
	other_organisations,
	round_trip,
	only_checked,
	imports_that_are_wrong,
	what_is_unanswered,
	a_reply_becomes_a_skill,
	operators_stay_out,
)

if __name__ == "__main__":
	sys.exit(answering.main(TESTS))
