#!/usr/bin/python3
# The first hour: set-up with its questions, the first steps that tick themselves off, and the answers that a trade
# begins with.
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, Browser, conversation, location, main, status, test
from deskbell import planted


def set_up(w, **changes):
	w.n += 1
	code = w.stack.ctl("setup-code")
	Browser.seen.add(code)
	b = w.browser()
	b.get("/setup")
	form = {
		"code": code,
		"organisation": "Salon Ana",
		"trade": "salon",
		"language": "es",
		"time_zone": "Europe/Madrid",
		"week_from": "09:30",
		"week_to": "19:00",
		"sat_from": "10:00",
		"sat_to": "14:00",
		"sun_from": "",
		"sun_to": "",
		"email": "first%d@example.com" % w.n,
		"new_password": planted.PASSWORD,
	}
	page = b.post("/setup", {**form, **changes})
	if page.status < 400:
		b.org = b.get("/account").json["org"]["id"]
	return b, page


def steps(b):
	return {s["key"]: s for s in status(b.get("/start"), 200).json["first_steps"]["steps"]}


def done(b):
	return {key for key, step in steps(b).items() if step["done"]}


@test
def set_up_asks_what_the_bot_needs(w):
	b, page = set_up(w)
	location(page, "/")
	stored = w.sql.row("select language, settings::text as settings from organizations where id = %d" % b.org)
	assert stored["language"] == "es", stored
	for part in (
		'"trade": "salon"',
		'"time_zone": "Europe/Madrid"',
		'"working_hours": "mon-fri 09:30-19:00, sat 10:00-14:00"',
	):
		assert part in stored["settings"], stored
	assert w.sql.value("select email from member_names where org_id = %d" % b.org) == "first%d@example.com" % w.n
	assert w.sql.value("select time_zone from users where email = 'first%d@example.com'" % w.n) == "Europe/Madrid"
	b, page = set_up(w, week_from="", week_to="", sat_from="", sat_to="", time_zone="")
	location(page, "/")
	assert "working_hours" not in w.sql.value("select settings::text as s from organizations where id = %d" % b.org)


@test
def what_is_wrong_in_set_up_is_told_at_its_field(w):
	_, page = set_up(w, time_zone="Mars/Olympus", week_to="", sat_from="25:00", trade="bank")
	model = status(page, 400).json
	assert model["form"]["time_zone"]["error"] and model["form"]["trade"]["error"], model["form"]
	assert [bool(s["error"]) for s in model["spans"]] == [True, True, False], model["spans"]
	assert model["spans"][1]["from"] == "25:00" and model["form"]["organisation"]["value"] == "Salon Ana"


@test
def steps_tick_themselves_off(w):
	b, _ = set_up(w)
	assert done(b) == set()
	assert [s["key"] for s in steps(b).values() if s["next"]] == ["connect"]
	updates = status(b.get("/start/updates"), 200)
	tag = updates.header("ETag")
	assert b.request("GET", "/start/updates", headers={"If-None-Match": tag}).status == 304
	w.sql.script(
		"insert into channels (org_id, platform, external_id, config, status) values (%d, 'whatsapp', 's%d', '{}',"
		" 'pending');" % (b.org, b.org)
	)
	assert b.request("GET", "/start/updates", headers={"If-None-Match": tag}).status == 200, (
		"a step that is done is not seen"
	)
	assert done(b) == {"connect"} and steps(b)["verify"]["href"] == "/settings/channels/whatsapp"
	w.sql.script("update channels set status = 'verified' where org_id = %d;" % b.org)
	assert done(b) == {"connect", "verify"}
	conversation(w, b.org)
	w.sql.script("update organizations set bot_mode = 'active' where id = %d;" % b.org)
	assert done(b) == {"connect", "verify", "message", "bot"}
	status(b.post("/skills/try", {"message": "hola"}), 200)
	location(b.post("/start", {"do": "install"}), "/start")
	assert done(b) == {"connect", "verify", "message", "bot", "try", "install"}
	status(b.post("/start", {"do": "vanish"}), 400)
	assert status(b.get("/inbox"), 200).json["first_steps"]["done"] == 6
	assert 'href="/start/skills"' in b.html("/inbox").text


@test
def answers_of_the_trade_are_filled_in(w):
	b, _ = set_up(w)
	page = status(b.get("/start/skills"), 200).json
	assert page["trade"] == "salon" and [s["title"] for s in page["skills"]] == [
		"Citas",
		"Precios",
		"Cambiar una cita",
	], page["skills"]
	form = {
		"trade": "salon",
		"take1": "on",
		"take2": "on",
		"take3": "on",
		"said11": "una hora",
		"said21": "",
		"said31": "24",
	}
	model = status(b.post("/start/skills", form), 400).json
	assert model["form"]["said21"]["error"] and model["form"]["said11"]["value"] == "una hora", model["form"]
	assert w.sql.value("select count(*) as n from skills where org_id = %d" % b.org) == 0, (
		"half of the answers were stored"
	)
	location(b.post("/start/skills", {**form, "said21": "corte 20 €"}), "/skills/try")
	rows = w.sql.rows(
		"select title, response, enabled, requires_human_handover from skills where org_id = %d order by id" % b.org
	)
	assert [r["title"] for r in rows] == ["Citas", "Precios", "Cambiar una cita"] and all(r["enabled"] for r in rows), (
		rows
	)
	assert rows[1]["response"] == "Nuestros precios: corte 20 €." and "[" not in "".join(r["response"] for r in rows), (
		rows
	)
	assert [r["requires_human_handover"] for r in rows] == [True, False, True], rows
	assert w.sql.value("select count(*) as n from skill_triggers where org_id = %d" % b.org) == 15
	assert "skills" in done(b)
	tried = status(b.post("/skills/try", {"message": "cuánto cuesta un corte de pelo"}), 200).json["decision"]
	assert tried["skill"] == "Precios", tried


@test
def one_answer_is_enough_and_another_trade_is_offered(w):
	b, _ = set_up(w)
	page = status(b.get("/start/skills?trade=hotel"), 200).json
	assert page["trade"] == "hotel" and len(page["skills"][2]["triggers"]) == 5, page["skills"]
	assert status(b.post("/start/skills", {"trade": "hotel"}), 400).json["form"]["error"]
	status(b.post("/start/skills", {"trade": "bank", "take1": "on"}), 400)
	location(
		b.post(
			"/start/skills", {"trade": "hotel", "take2": "on", "said21": "15:00", "said22": "11:00", "said23": HOSTILE}
		),
		"/skills/try",
	)
	assert w.sql.value("select count(*) as n from skills where org_id = %d" % b.org) == 1
	assert w.sql.value("select settings->>'trade' as t from organizations where id = %d" % b.org) == "hotel"
	page = b.post(
		"/start/skills", {"trade": "hotel", "take2": "on", "said21": HOSTILE}, headers={"Accept": "text/html"}
	)
	assert page.status == 400 and "<script>alert" not in page.text and "&lt;script&gt;" in page.text


@test
def dismissed_and_for_admins_alone(w):
	b, _ = set_up(w)
	operator = w.signed_in("operator", b.org)
	status(operator.get("/start"), 403)
	assert operator.get("/inbox").json["first_steps"] is False
	location(b.post("/start", {"do": "dismiss"}), "/inbox")
	assert b.get("/inbox").json["first_steps"] is False and b.get("/start").json["first_steps"] is False
	escaped_page = status(b.html("/start"), 200)
	assert "/inbox" in escaped_page.text
	status(b.post("/skills/try", {"message": "hola"}), 200)
	assert w.sql.value("select first_steps is null as gone from organizations where id = %d" % b.org)
	older = w.signed_in("owner")
	assert older.get("/inbox").json["first_steps"] is False, (
		"an organisation that was there before is shown first steps"
	)


sys.exit(main())
