#!/usr/bin/python3
# What operators know of a contact: the corrected name, notes, fields of the organisation's own, blocking; with the
# customer's messages as WhatsApp delivers them.
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, escaped, main, processes, status, test

PHONE = "34611555014"


class Desk:
	"""An organisation with a channel, people of it, and its one customer."""

	def __init__(self, w, bot_mode="off"):
		self.w, self.sql = w, w.sql
		self.ana = w.signed_in("admin")
		self.org = self.ana.org
		self.ben = w.signed_in("operator", self.org)
		self.sql.script("update organizations set bot_mode = '%s' where id = %d;" % (bot_mode, self.org))
		self.channel = w.stack.connect(self.org, w.server.port)
		self.write("zqbody hello")
		self.talk = self.sql.value("select id from conversations where org_id = %d" % self.org)
		self.path = "/inbox/%d" % self.talk

	def write(self, text=None, name="Marta", **message):
		said = {"text": text} if text else {"message": message}
		answer = self.w.stack.simulator.control(
			"POST", "inbound", {"phone_number_id": self.channel.phone_number_id, "from": PHONE, "name": name, **said}
		)
		assert answer["status"] == 200, answer

	def post(self, path, form=None, who=None, *wanted):
		return status((who or self.ana).post(self.path + path, form or {}), *(wanted or (200,)))

	def contact(self):
		return status(self.ana.get(self.path), 200).json["conversation"]["contact"]

	def state(self):
		return self.sql.row(
			"select is_open, waiting_since is not null as waits, unread, needs_attention from conversations where id = %d"
			% self.talk
		)


@test
def a_corrected_name_survives_the_profile(w):
	d = Desk(w)
	name = lambda: status(d.ana.get(d.path), 200).json["conversation"]["name"]
	assert name() == "Marta" and not d.contact()["profile_name"]
	d.post("/contact/name", {"name": "Marta Ruiz"}, d.ben)
	assert name() == "Marta Ruiz" and d.contact()["profile_name"] == "Marta"
	d.write("zqbody again", name="martita")
	assert name() == "Marta Ruiz" and d.contact()["profile_name"] == "martita"
	d.post("/contact/name", {"name": "Marta Ruiz Gil"})
	assert name() == "Marta Ruiz Gil" and d.contact()["profile_name"] == "martita"
	d.post("/contact/name", {"name": "x" * 201}, None, 400)
	d.post("/contact/name", {"name": " "})
	assert name() == "martita" and not d.contact()["profile_name"]
	d.write("zqbody third", name="Marta 2")
	assert name() == "Marta 2"
	d.post("/contact/name", {"name": HOSTILE})
	escaped(d.ana.html(d.path))


@test
def notes_are_a_list(w):
	d = Desk(w)
	d.post("/note", {"note": "zqbody first"})
	d.post("/note", {"note": "zqbody second\nline"}, d.ben)
	for wrong in ("", "x" * 16001):
		d.post("/note", {"note": wrong}, None, 400)
	notes = d.contact()["notes"]
	assert [n["body"] for n in notes] == ["zqbody second\nline", "zqbody first"], notes
	assert notes[0]["author"] == d.ben.email and notes[1]["author"] == d.ana.email and notes[0]["time"]["iso"], notes
	seen = status(d.ben.get(d.path), 200).json["conversation"]["contact"]["notes"]
	assert [n["removable"] for n in seen] == [True, False], seen
	admin = d.sql.value("select user_id from memberships where org_id = %d and role = 'admin'" % d.org)
	d.sql.rename(admin, "Ana Ruiz")
	d.post("/note", {"note": "@ana: look, @nobody; write to info@ana.example or https://ana.example"}, d.ben)
	pieces = d.contact()["notes"][0]["pieces"]
	assert [p["text"] for p in pieces if p["mention"]] == ["@ana"] and [p["href"] for p in pieces if p["href"]] == [
		"mailto:info@ana.example",
		"https://ana.example",
	], pieces
	assert '<b class="mention">@ana</b>' in status(d.ana.html(d.path), 200).text
	d.post("/notes/%d/remove" % d.contact()["notes"][0]["id"], None, d.ben)
	assert d.sql.value("select deskbell_mentions('ask info@ana.example', 'Ana', 'a@x.example')") is False, (
		"an address mentions nobody"
	)
	d.post("/notes/%d/remove" % notes[1]["id"], None, d.ben)
	assert len(d.contact()["notes"]) == 2, "an operator removed another's note"
	d.post("/notes/%d/remove" % notes[0]["id"])
	assert [n["body"] for n in d.contact()["notes"]] == ["zqbody first"]
	for n in range(9):
		d.post("/note", {"note": "zq%d " % n + "ü" * 2000})
	contact = d.contact()
	assert contact["more_notes"] and len(contact["notes"]) < 9, len(contact["notes"])
	every = status(d.ana.get(d.path + "?notes=all"), 200).json["conversation"]["contact"]
	assert not every["more_notes"] and len(every["notes"]) == 10


@test
def fields_of_the_organisation(w):
	d = Desk(w)
	d.post("/contact/fields", {"name": "Birthday"}, d.ben, 403)
	d.post("/contact/fields", {"name": "Birthday"})
	d.post("/contact/fields", {"name": "birthday"}, None, 409)
	d.post("/contact/fields", {"name": "x" * 41}, None, 400)
	field = d.contact()["fields"][0]
	assert (field["name"], field["value"]) == ("Birthday", ""), field
	d.post("/contact/value", {"field": field["id"], "value": "14 March"}, d.ben)
	assert d.contact()["fields"][0]["value"] == "14 March"
	d.post("/contact/value", {"field": field["id"], "value": "x" * 501}, None, 400)
	d.post("/contact/value", {"field": "999999", "value": "x"}, None, 404)
	with w.stack.sender() as sender:
		processes.wait_until(
			lambda: d.ana.get("/inbox?q=march").json["list"]["rows"], "the search's words", process=sender
		)
	other = Desk(w)
	assert other.contact()["fields"] == []
	other.post("/contact/value", {"field": field["id"], "value": "x"}, None, 404)
	d.post("/contact/value", {"field": field["id"], "value": ""})
	assert d.contact()["fields"][0]["value"] == ""
	remove = "/contact/fields/%d/remove" % field["id"]
	assert "confirm" in d.post(remove).json
	assert d.contact()["fields"]
	d.post(remove, {"confirmed": "yes"})
	assert not d.contact()["fields"]
	d.post(remove, {"confirmed": "yes"}, None, 404)
	for n in range(20):
		d.post("/contact/fields", {"name": "Field %d" % n})
	d.post("/contact/fields", {"name": "One more"}, None, 409)


@test
def what_a_blocked_contact_sends_is_stored_quietly(w):
	d = Desk(w, "active")
	status(d.ana.post("/account/push/remove", {}), 200, 400)
	jobs = lambda: d.sql.value("select count(*) from answer_jobs where org_id = %d" % d.org)
	messages = lambda: d.sql.value("select count(*) from messages where org_id = %d and direction = 'inbound'" % d.org)
	assert jobs() == 1
	said = d.post("/contact/block", None, d.ben).json
	assert said["location"].startswith("/inbox") and said["said"], said
	assert jobs() == 0 and not d.state()["is_open"]
	d.write("zqbody let me in")
	d.write(type="image", image={"id": "404", "mime_type": "image/jpeg", "sha256": "x"})
	d.write(type="location", location={"latitude": 1, "longitude": 2})
	assert messages() == 4 and jobs() == 0
	assert d.state() == {"is_open": False, "waits": False, "unread": 0, "needs_attention": False}, d.state()
	model = status(d.ana.get(d.path), 200).json["conversation"]
	assert model["blocked"] and model["contact"]["blocked"] and "zqbody let me in" in json.dumps(model["messages"])
	assert d.ana.get("/inbox?view=waiting").json["list"]["rows"] == []
	d.post("/contact/block")
	d.post("/contact/unblock")
	assert not d.contact()["blocked"] and not status(d.ana.get(d.path), 200).json["conversation"]["window"]["closed"]
	d.write("zqbody better now")
	assert jobs() == 1 and d.state()["is_open"] and d.state()["unread"] == 1
	actions = [
		r["action"]
		for r in d.sql.rows(
			"select action from audit_log where org_id = %d and action like 'contact.%%' order by id" % d.org
		)
	]
	assert actions == ["contact.block", "contact.unblock"], actions


@test
def the_list_is_filtered_and_filters_are_saved(w):
	d = Desk(w)
	rows = lambda query, who=d.ana: [r["id"] for r in status(who.get("/inbox" + query), 200).json["list"]["rows"]]
	d.sql.script(
		"update conversations set last_message_at = '2026-03-04T12:00Z',"
		" assignee_id = (select id from users where email = '%s') where id = %d;" % (d.ben.email, d.talk)
	)
	ben = d.sql.value("select id from users where email = '%s'" % d.ben.email)
	ana = d.sql.value("select id from users where email = '%s'" % d.ana.email)
	for query, there in (
		("?from=2026-03-04", True),
		("?from=2026-03-05", False),
		("?to=2026-03-04", True),
		("?to=2026-03-03", False),
		("?from=2026-03-04&to=2026-03-04", True),
		("?assignee=%d" % ben, True),
		("?assignee=%d" % ana, False),
		("?assignee=%d&from=2026-03-04&view=waiting" % ben, False),
		("?from=nonsense&assignee=x", True),
	):
		assert rows(query) == ([d.talk] if there else []), query
	model = status(d.ana.get("/inbox?assignee=%d&from=2026-03-01" % ben), 200).json["list"]
	assert model["filtered"] == d.ben.email + ", \u2265 2026-03-01" and model["updates"].count("assignee") == 1, model[
		"filtered"
	]
	status(d.ana.post("/inbox/filters", {"name": "x"}), 400)
	saved = {"name": "Of Ben"}
	status(d.ana.post("/inbox/filters?assignee=%d&from=2026-03-01&after=1-1&here=9" % ben, saved), 200)
	status(d.ana.post("/inbox/filters?view=mine", saved), 409)
	found = status(d.ana.get("/inbox"), 200).json["list"]["saved"]
	assert [(f["name"], f["href"]) for f in found] == [("Of Ben", "/inbox?assignee=%d&from=2026-03-01" % ben)], found
	assert status(d.ben.get("/inbox"), 200).json["list"]["saved"] == [], "a filter is its user's own"
	status(d.ben.post("/inbox/filters/%d/remove" % found[0]["id"]), 404)
	status(d.ana.post("/inbox/filters/%d/remove" % found[0]["id"]), 200)
	assert not status(d.ana.get("/inbox"), 200).json["list"]["saved"]


@test
def a_search_shows_the_sentence(w):
	d = Desk(w)
	d.write("zqbody Do you still have TULIPS from Amsterdam & <Delft>?")
	d.write("zqbody and something else")
	with w.stack.sender() as sender:
		row = processes.wait_until(
			lambda: d.ana.get("/inbox?q=amsterdam+tulips").json["list"]["rows"], "the search's words", process=sender
		)[0]
	assert row["found"] == {
		"preceding": "…TULIPS from ",
		"hit": "Amsterdam",
		"following": " & <Delft>?",
	}, row["found"]
	assert (
		not d.ana.get("/inbox").json["list"]["rows"][0]["found"]
		and not d.ana.get("/inbox?q=Marta").json["list"]["rows"][0]["found"]
	)
	page = status(d.ana.html("/inbox?q=tulip"), 200)
	assert "<mark>TULIP</mark>S from Amsterdam &amp; &lt;Delft&gt;?" in page.text


@test
def who_is_away_hands_on(w):
	d = Desk(w)
	ben = d.sql.value("select id from users where email = '%s'" % d.ben.email)
	assignee = lambda: d.sql.value("select assignee_id from conversations where id = %d" % d.talk)
	age = lambda: d.sql.value("select waiting_since from conversations where id = %d" % d.talk)
	d.post("/take-over", None, d.ben)
	d.post("/assign", {"user": ben})
	d.sql.script("update conversations set waiting_since = now() - interval '20 minutes' where id = %d;" % d.talk)
	since = age()
	status(d.ben.post("/account/away", {"away": "on"}), 200)
	assert (
		assignee() is None
		and age() == since
		and d.sql.value("select agent from conversations where id = %d" % d.talk) == "operator"
	)
	assert status(d.ben.get("/account"), 200).json["ring"]["away"]
	assert [a["away"] for a in status(d.ana.get(d.path), 200).json["conversation"]["assignees"] if a["id"] == ben] == [
		True
	]
	assert d.talk in [r["id"] for r in d.ana.get("/inbox?view=unassigned").json["list"]["rows"]]
	# What begins to wait for an absent assignee is handed on, too.
	d.sql.script("update conversations set waiting_since = null, assignee_id = %d where id = %d;" % (ben, d.talk))
	with w.stack.sender() as sender:
		d.write("zqbody are you there?")
		processes.wait_until(lambda: assignee() is None, "the handing on", process=sender)
		assert age()
		status(d.ben.post("/account/away", {}), 200)
		# Who is not away, and does not look for longer than the organisation says.
		d.post("/assign", {"user": ben})
		d.sql.script(
			"update conversations set waiting_since = now() - interval '20 minutes' where id = %d;"
			" update conversation_viewers set seen_at = now() - interval '1 hour' where org_id = %d;"
			"select deskbell_due(%d, 'sweep', now());" % (d.talk, d.org, d.org)
		)
		processes.wait_until(
			lambda: d.sql.value("select due_at > now() from due_work where org_id = %d and kind = 'sweep'" % d.org),
			"a sweep",
			process=sender,
		)
		assert assignee() == ben, "handed on although the organisation says nothing"
		w.stack.ctl("setting", "set", "--org", d.org, "hand_on_after_min", "15")
		d.sql.script("select deskbell_due(%d, 'sweep', now());" % d.org)
		processes.wait_until(lambda: assignee() is None, "the handing on", process=sender)


@test
def a_stranger_of_another_organisation_changes_nothing(w):
	d, stranger = Desk(w), w.signed_in("owner")
	for path, form in (
		("/note", {"note": "x"}),
		("/contact/name", {"name": "x"}),
		("/contact/block", {}),
		("/contact/unblock", {}),
		("/contact/value", {"field": 1, "value": "x"}),
	):
		d.post(path, form, stranger, 404)
	assert d.contact()["notes"] == [] and d.contact()["corrected"] == "Marta" and not d.contact()["blocked"]
	d.post("/note", {"note": "zqbody"})
	page = status(
		d.ana.post(d.path + "/notes/%d/remove" % d.contact()["notes"][0]["id"], headers={"Accept": "text/html"}), 303
	)
	assert page.header("Location") == d.path


sys.exit(main(with_simulator=True))
