#!/usr/bin/python3
"""What the bot learns from the people of the business, request by request, with a sender that answers from it."""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import answering
from answering import location, status
from business import skill

DELIVERY = skill(
	"Delivery",
	["do you deliver to my house", "can you send it to me", "delivery to the city"],
	"We deliver within the city.",
)
CLEANING = skill("Cleaning", ["how do I clean the carpet", "carpet has a stain"], "Use cold water.")
GARDEN = "# Garden tools\n\nThe hedge trimmer weighs three kilos and cuts branches of two centimetres.\n"


def decision(desk, b, who):
	"""Why the bot's last reply in the conversation was given, as its page tells."""
	messages = status(desk.get("/inbox/%d" % b.conversation(who)["id"]), 200).json["conversation"]["messages"]
	return [m["decision"] for m in messages if m.get("decision")][-1]


def mark(desk, found, browser=None, source=0):
	one = found["sources"][source]
	kind = "skill" if one["skill"] else "document"
	return (browser or desk).post(found["wrong"], {"decision": str(found["id"]), kind: str(one["id"])})


def a_wrong_answer_of_a_skill(w):
	b, desk = w.business([DELIVERY, CLEANING])
	who = b.write("Hello! Do you deliver pianos to Greece?")
	assert "within the city" in b.wait_reply(who)
	found = decision(desk, b, who)
	assert [(s["title"], s["skill"], s["can_mark"], s["is_wrong"]) for s in found["sources"]] == [
		("Delivery", True, True, False)
	], found
	assert found["sources"][0]["href"].startswith("/skills/"), found
	location(mark(desk, found), "/inbox/%d" % b.conversation(who)["id"])
	assert [(s["can_mark"], s["is_wrong"]) for s in decision(desk, b, who)["sources"]] == [(False, True)]
	for text in (
		"do you deliver pianos to greece",
		"could you deliver a piano to Greece?",
		"deliver the pianos to Greece please",
	):
		assert "within the city" not in b.asked(text), text
	for text in ("do you deliver to my house", "Do you deliver to my house?", "delivery to the city"):
		assert "within the city" in b.asked(text), text
	assert "cold water" in b.asked("how do I clean the carpet")
	path = found["sources"][0]["href"]
	page = status(desk.get(path), 200).json
	assert [c["question"] for c in page["counter_examples"]] == ["Do you deliver pianos to Greece?"], page[
		"counter_examples"
	]
	assert "must not answer" in desk.html(path).text and "must not answer" not in desk.html("/skills/new").text
	location(mark(desk, found))
	assert len(desk.get(path).json["counter_examples"]) == 1, "marked twice it is one"
	location(desk.post(page["counter_examples"][0]["remove"]), path)
	status(desk.post(page["counter_examples"][0]["remove"]), 404)
	assert "within the city" in b.asked("do you deliver pianos to greece")
	assert w.audit(b.org) == ["answer.wrong", "answer.wrong.remove"], w.audit(b.org)


def a_trigger_is_marked(w):
	"""Also what is written as a trigger is wrong when that is said, until somebody writes it as a trigger again."""
	b, desk = w.business([DELIVERY])
	who = b.write("Do you deliver to my house?")
	assert "within the city" in b.wait_reply(who)
	found = decision(desk, b, who)
	location(mark(desk, found))
	assert "within the city" not in b.asked("do you deliver to my house")
	assert "within the city" in b.asked("can you send it to me")
	path = found["sources"][0]["href"]
	form = desk.get(path).json["form"]
	location(
		desk.post(
			path,
			{
				"title": "Delivery",
				"triggers": form["triggers"]["value"] + "\nDo you deliver to my house?",
				"response": "We deliver within the city.",
				"enabled": "on",
			},
		),
		path,
	)
	assert not desk.get(path).json["has_counter_examples"]
	assert "within the city" in b.asked("do you deliver to my house")


def a_wrong_answer_of_a_document(w):
	b, desk = w.business()
	b.document("Garden", GARDEN)
	b.document("Kitchen", "# Kitchen\n\nThe mixer weighs five kilos.\n")
	who = b.write("how much does the hedge trimmer weigh")
	assert "three kilos" in b.wait_reply(who)
	found = decision(desk, b, who)
	assert found["sources"][0]["title"] == "Garden" and found["sources"][0]["href"].startswith("/knowledge/"), found
	location(mark(desk, found))
	for text in ("How much does the hedge trimmer weigh?", "what does the hedge trimmer weigh"):
		assert "three kilos" not in b.asked(text), text
	assert "centimetres" in b.asked("what branches does the hedge trimmer cut")
	assert "five kilos" in b.asked("how much does the mixer weigh")
	path = found["sources"][0]["href"]
	assert [c["question"] for c in desk.get(path).json["counter_examples"]] == ["how much does the hedge trimmer weigh"]
	location(desk.post(desk.get(path).json["counter_examples"][0]["remove"]), path)
	assert "three kilos" in b.asked("How much does the hedge trimmer weigh?")


def what_leans_on_the_question_before(w):
	"""A follow-up is a counter-example together with what it followed, and not by itself."""
	b, desk = w.business()
	b.document(
		"Prices",
		"# Prices\n\n| Service | Price |\n|---|---|\n| Haircut for women | 40 euro |\n| Haircut for children | 15 euro |"
		"\n| Massage for children | 33 euro |\n",
	)
	who = b.write("how much is a haircut for women")
	assert "40" in b.wait_reply(who)
	assert "15" in b.asked("and for children?", who=who)
	found = decision(desk, b, who)
	location(mark(desk, found))
	question = w.sql.value("select question from counter_examples where org_id = %d" % b.org)
	assert question == "and for children?\nhow much is a haircut for women", question
	other = b.write("how much is a massage for children")
	assert "33" in b.wait_reply(other)


def who_may(w):
	b, desk = w.business([DELIVERY])
	who = b.write("do you deliver to my house")
	b.wait_reply(who)
	found = decision(desk, b, who)
	low = w.signed_in(b.org, "operator")
	seen = decision(low, b, who)
	assert (
		seen["sources"][0]["href"] is False
		and not seen["sources"][0]["can_mark"]
		and "Wrong answer" not in low.html("/inbox/%d" % b.conversation(who)["id"]).text
	)
	status(mark(low, found), 403)
	other, stranger = w.business([CLEANING])
	status(mark(desk, found, stranger), 404)
	one = {"decision": str(found["id"]), "skill": str(found["sources"][0]["id"])}
	for wrong in ({"decision": one["decision"]}, dict(one, document="1"), dict(one, skill="x")):
		status(desk.post(found["wrong"], wrong), 400)
	for gone in (
		dict(one, decision="999999"),
		dict(one, skill="999999"),
		{"decision": one["decision"], "document": one["skill"]},
	):
		status(desk.post(found["wrong"], gone), 404)
	location(mark(desk, found))
	status(
		stranger.post(
			"/counter-examples/%d/remove"
			% w.sql.value("select max(id) from counter_examples where org_id = %d" % b.org)
		),
		404,
	)
	assert other.org != b.org and "Marked as wrong" in desk.html("/inbox/%d" % b.conversation(who)["id"]).text


def what_a_skill_would_do(w):
	"""Before it is saved: questions it would have answered, answers it would change, and then that is what happens."""
	b, desk = w.business([DELIVERY, CLEANING])
	for text in ("do you repair gold watches", "can you repair my golden watch"):
		b.asked(text)
	assert "within the city" in b.asked("could you send it to me by drone")
	assert "cold water" in b.asked("carpet has a stain")
	page = status(desk.get("/skills/new?triggers=repair%20golden%20watches&response=Yes,%20in%20a%20week."), 200).json
	effects = page["effects"]
	assert (
		sorted(e["text"] for e in effects["answers"])
		== ["can you repair my golden watch", "do you repair gold watches"]
		and effects["answer_customers"] == "2"
	), effects
	assert not effects["has_changes"] and not effects["none"], effects
	form = {
		"title": "Drone",
		"triggers": "send it to me by drone\nby drone",
		"response": "Drones fly on Mondays.",
		"enabled": "on",
	}
	effects = status(desk.post("/skills/new", dict(form, preview="on")), 200).json["effects"]
	assert [(e["text"], "within the city" in e["before"]) for e in effects["changes"]] == [
		("could you send it to me by drone", True)
	] and not effects["has_answers"], effects
	html = desk.post("/skills/new", dict(form, preview="on"), headers={"Accept": "text/html"}).text
	assert (
		"Answers that it would change" in html
		and "value=\"Drone\"" in html
		and len(desk.get("/skills").json["skills"]) == 2
	), "nothing was saved"
	path = location(desk.post("/skills/new", form))
	assert "Mondays" in b.asked("could you send it to me by drone") and "cold water" in b.asked("carpet has a stain")
	form = desk.get(path).json["form"]
	same = {
		"title": "Drone",
		"triggers": form["triggers"]["value"],
		"response": "Drones fly on Fridays.",
		"enabled": "on",
		"version": form["version"]["value"],
		"preview": "on",
	}
	effects = status(desk.post(path, same), 200).json["effects"]
	assert [e["before"].startswith("Drones fly on Mondays") for e in effects["changes"]] == [True], effects
	effects = status(desk.post(path, dict(same, response="Drones fly on Mondays.")), 200).json["effects"]
	assert effects["none"] and not effects["has_changes"], effects
	assert desk.get(path).json["form"]["response"]["value"] == "Drones fly on Mondays."
	assert status(desk.get("/skills/new?triggers=who%20won"), 200).json["effects"]["none"]
	assert status(desk.get("/skills/new"), 200).json["effects"] is False


def told(w, b, question, reply, who=None):
	"""A customer asks, and an operator replies."""
	who = b.write(question, who)
	b.wait_decision(who)
	w.sql.script(
		"""insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status)
		select org_id, id, channel_id, 'outbound', 'operator', 'text', '%s', true, 'sent' from conversations
			where org_id = %d and id = %d;"""
		% (reply, b.org, b.conversation(who)["id"])
	)
	return who


def proposals(desk):
	return status(desk.get("/skills/proposals"), 200).json["proposals"]


def repeated_answers_are_proposed(w):
	b, desk = w.business([DELIVERY], fallbacks_before_handover=0)
	told(w, b, "do you repair gold watches", "Yes, we repair gold watches within a week for 40 euro.")
	told(w, b, "who won the election", "We do not know, sorry about that.")
	assert proposals(desk) == [] and "nothing to propose" in desk.html("/skills/proposals").text, (
		"one customer is not enough"
	)
	told(w, b, "can you repair my golden watch?", "Of course: we repair a gold watch within a week, for 40 euro.")
	told(w, b, "can you send it to me", "We deliver within the city, dear customer.")
	told(w, b, "can you send it to me", "We deliver within the city, dear customer.")
	told(w, b, "is there parking <b>here</b>", "You can park in the yard behind the house.")
	told(w, b, "is there parking <b>here</b>?", "You can park in the yard behind the house.")
	found = proposals(desk)
	assert [p["customers"] for p in found] == ["2", "2"] and {"watch" in p["reply"] for p in found} == {True, False}, (
		found
	)
	assert "<b>here" not in desk.html("/skills/proposals").text
	watches = next(p for p in found if "watch" in p["reply"])
	parking = next(p for p in found if "yard" in p["reply"])
	assert sorted(e["text"] for e in watches["examples"]) == [
		"can you repair my golden watch?",
		"do you repair gold watches",
	], watches
	assert (
		"triggers=" in watches["edit"]
		and status(desk.get(watches["edit"]), 200).json["effects"]["answer_customers"] == "2"
	)
	location(
		desk.post("/skills/proposals", {"ids": watches["ids"], "do": "approve", "response": "Within a week, 45 euro."}),
		"/skills/proposals",
	)
	assert "45 euro" in b.asked("do you repair gold watches?") and "45 euro" in b.asked(
		"could you repair a golden watch"
	)
	location(desk.post("/skills/proposals", {"ids": parking["ids"], "do": "reject"}), "/skills/proposals")
	assert proposals(desk) == []
	told(w, b, "Parking <b>here</b>", "You can park in the yard behind the house.")
	told(w, b, "is there parking <b>here</b> please", "You can park in the yard, behind the house.")
	assert proposals(desk) == [], "what was rejected does not come again"
	assert w.audit(b.org) == ["skill.add", "proposal.reject"], w.audit(b.org)
	page = location(
		desk.post("/skills/proposals", {"ids": watches["ids"], "do": "approve", "response": "x"}), "/skills/proposals"
	)
	assert page and len(desk.get("/skills").json["skills"]) == 2, "twice is once"
	for wrong in ({"ids": watches["ids"]}, {"ids": watches["ids"], "do": "x"}, {"do": "reject"}):
		status(desk.post("/skills/proposals", wrong), 400)
	low = w.signed_in(b.org, "operator")
	status(low.get("/skills/proposals"), 403)


def a_title_that_is_taken(w):
	b, desk = w.business(fallbacks_before_handover=0)
	location(
		desk.post(
			"/skills/new",
			{"title": "is there parking", "triggers": "nothing like it", "response": "x", "enabled": "on"},
		)
	)
	for _ in range(2):
		told(w, b, "is there parking", "You can park in the yard behind the house.")
	assert proposals(desk) == [] or len(proposals(desk)) == 1
	w.sql.script(
		"update skills set enabled = false where org_id = %d;  update organizations set skills_revision = "
		"skills_revision + 1 where id = %d;" % (b.org, b.org)
	)
	found = proposals(desk)
	assert len(found) == 1, found
	location(desk.post("/skills/proposals", {"ids": found[0]["ids"], "do": "approve"}))
	assert sorted(s["title"] for s in desk.get("/skills").json["skills"]) == [
		"is there parking",
		"is there parking (2)",
	]
	assert "yard" in b.asked("is there parking?")


TESTS = (
	a_wrong_answer_of_a_skill,
	a_trigger_is_marked,
	a_wrong_answer_of_a_document,
	what_leans_on_the_question_before,
	who_may,
	what_a_skill_would_do,
	repeated_answers_are_proposed,
	a_title_that_is_taken,
)

if __name__ == "__main__":
	sys.exit(answering.main(TESTS))
