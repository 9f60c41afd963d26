#!/usr/bin/python3
# Leads: the list with its filters and pages, one lead and what is set manually, the file for spreadsheets.
import csv
import io
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, bearer, conversation, escaped, location, main, status, test

FIELDS = ("name", "phone", "email", "service", "date", "location", "budget", "intent")


def lead(w, org, who="Marta Ruiz", score=5, level="warm", age="1 minute", manual="{}", **facts):
	talk = conversation(w, org, who)
	w.sql.script(
		"insert into leads (org_id, conversation_id, facts, manual, score, class, summary, updated_at) values "
		"(%d, %d, '%s', '%s', %d, '%s', 'Sum', now() - interval '%s');"
		% (org, talk, json.dumps(facts).replace("'", "''"), manual, score, level, age)
	)
	return talk


def names(page):
	return [l["name"] for l in status(page, 200).json["leads"]]


def form(b, talk):
	"""What the page would send if nothing were touched."""
	model = status(b.get("/leads/%d" % talk), 200).json
	sent = {f: model["form"][f]["value"] for f in FIELDS}
	if model["form"]["non_business"]["checked"]:
		sent["non_business"] = "on"
	return sent


@test
def nothing_yet(w):
	b = w.signed_in("operator")
	model = b.get("/leads").json
	assert not model["has_leads"] and not model["filter"]["active"] and model["pager"] is False
	assert "No lead yet" in b.html("/leads").text
	assert "Nothing fits" in b.html("/leads?level=hot").text


@test
def the_best_first_and_filtered(w):
	b = w.signed_in("operator")
	lead(w, b.org, "Old", 9, "hot", "40 days", service="Roses")
	lead(w, b.org, "Warm", 5, "warm", service="Orchids", location="Bilbao")
	lead(w, b.org, "Cold", 1, "cold", name="Said Otherwise")
	lead(w, w.signed_in().org, "Foreign", 10, "hot")
	assert names(b.get("/leads")) == ["Old", "Warm", "Said Otherwise"]
	assert names(b.get("/leads?level=warm")) == ["Warm"]
	assert names(b.get("/leads?days=30")) == ["Warm", "Said Otherwise"]
	assert names(b.get("/leads?q=ORCHID")) == ["Warm"] and names(b.get("/leads?q=bilbao&level=warm&days=7")) == ["Warm"]
	assert names(b.get("/leads?q=%25")) == [] and names(b.get("/leads?q=otherwise")) == ["Said Otherwise"]
	model = b.get("/leads?level=hot&q=a%26b%3D%22&days=7").json
	assert model["export"] == "/leads/export.csv?level=hot&days=7&q=a%26b%3D%22", model["export"]
	assert (
		model["filter"]["hot"]["here"]
		and model["filter"]["q"] == "a&b=\""
		and [t["here"] for t in model["filter"]["times"]] == [False, False, True, False]
	)
	row = b.get("/leads?level=warm").json["leads"][0]
	assert (
		row["level"] == {"hot": False, "warm": True, "cold": False, "score": 5}
		and row["service"] == "Orchids"
		and row["budget"] == ""
		and row["time"]["iso"]
	), row


@test
def odd_filters_are_none(w):
	b = w.signed_in("operator")
	lead(w, b.org)
	for query in (
		"level=boiling",
		"days=0",
		"days=-1",
		"days=99999999999999999999",
		"q=",
		"q=%00",
		"q=%ff",
		"after=x",
		"after=1-2",
		"after=-1-2-3",
		"after=11-1-1",
		"after=5-99999999999999999999-1",
		"after=5-9223372036854775807-1",
		"level=hot&level=warm",
		"q=" + "%C3%BC" * 500,
	):
		page = b.get("/leads?" + query)
		assert page.status in (200, 400, 414, 431), (query, page.status)


@test
def pages_go_on(w):
	b = w.signed_in("operator")
	talk = conversation(w, b.org)
	w.sql.script(
		"insert into contacts (org_id, name) select %(o)d, 'P' || g from generate_series(1, 120) g;"
		" insert into conversations (org_id, channel_id, contact_id, platform) "
		"select %(o)d, v.channel_id, c.id, 'whatsapp' from contacts c, conversations v where c.org_id = %(o)d and c.name "
		"like 'P%%' and v.id = %(t)d; "
		"insert into leads (org_id, conversation_id, score) select org_id, id,"
		" id %% 3 from conversations where org_id = %(o)d and id <> %(t)d;" % {"o": b.org, "t": talk}
	)
	path, seen = "/leads", []
	while path:
		model = b.get(path).json
		seen += [l["id"] for l in model["leads"]]
		assert bool(model["pager"]["newer"]) == ("after" in path)
		path = model["pager"]["older"]
	assert len(seen) == 120 == len(set(seen)), len(seen)
	assert len(b.html("/leads").body) < 100000


@test
def one_lead(w):
	b = w.signed_in("operator")
	talk = lead(w, b.org, service="Roses", intent="buy", date="Friday")
	model = status(b.get("/leads/%d" % talk), 200).json
	assert (
		model["lead"]["conversation"] == "/inbox/%d" % talk
		and model["found"]["service"] == "Roses"
		and model["found"]["phone"] == "+34611555014"
	)
	assert (
		model["found"]["budget"] == ""
		and model["form"]["service"]["value"] == ""
		and model["found_intent"] == "Wants to buy"
	)
	points = {p["words"]: p["points"] for p in model["lead"]["points"]}
	assert points == {
		"Intent": 4,
		"Service": 1,
		"Budget": 0,
		"Date": 1,
		"The date is near": 0,
		"Place": 0,
		"Phone or e-mail": 1,
	}, points
	text = status(b.html("/leads/%d" % talk), 200).text
	assert "Roses" in text and "Wants to buy" in text
	bare = conversation(w, b.org, "Nobody looked")
	model = status(b.get("/leads/%d" % bare), 200).json
	assert model["lead"]["level"] is False
	status(b.html("/leads/%d" % bare), 200)


@test
def set_by_hand(w):
	b = w.signed_in("operator")
	talk = lead(w, b.org, service="Roses", intent="info")
	sent = form(b, talk)
	sent.update(service="Forty roses", intent="buy", budget="100 EUR")
	location(b.post("/leads/%d" % talk, sent), "/leads/%d" % talk)
	stored = w.sql.row("select manual::text, manual_rev, score, class from leads where conversation_id = %d" % talk)
	assert (
		json.loads(stored["manual"]) == {"service": "Forty roses", "intent": "buy", "budget": "100 EUR"}
		and stored["score"] == 8
		and stored["class"] == "hot"
	), stored
	detail = w.sql.value("select detail::text from audit_log where org_id = %d and action = 'lead.edit'" % b.org)
	assert "roses" not in detail and "service" in detail
	location(b.post("/leads/%d" % talk, form(b, talk)), "/leads/%d" % talk)
	assert w.sql.value("select manual_rev from leads where conversation_id = %d" % talk) == 1, (
		"what did not change is no edit"
	)
	sent = form(b, talk)
	sent.update(service="", non_business="on")
	b.post("/leads/%d" % talk, sent)
	assert json.loads(w.sql.value("select manual::text from leads where conversation_id = %d" % talk)) == {
		"intent": "buy",
		"budget": "100 EUR",
		"non_business": True,
	}
	sent = form(b, talk)
	del sent["non_business"]
	b.post("/leads/%d" % talk, sent)
	assert "non_business" not in json.loads(
		w.sql.value("select manual::text from leads where conversation_id = %d" % talk)
	)
	same = json.loads(w.stack.ctl("lead", "--org", b.org, "--conversation", talk, "--set", "budget=", "--json"))
	assert "budget" not in same["manual"] and same["score"] == 6, same


@test
def a_lead_that_nobody_looked_at_is_made(w):
	b = w.signed_in("operator")
	talk = conversation(w, b.org)
	location(b.post("/leads/%d" % talk, {"service": "Tulips"}), "/leads/%d" % talk)
	assert w.sql.value("select manual->>'service' from leads where conversation_id = %d" % talk) == "Tulips"


@test
def wrong_values_are_told_at_the_field(w):
	b = w.signed_in("operator")
	talk = lead(w, b.org)
	for bad in (
		{"email": "no address"},
		{"service": "x" * 201},
		{"name": "a\nb"},
		{"intent": "steal"},
		{"budget": "a\0b"},
		{"service": b"\xff"},
	):
		sent = dict({"location": "Bilbao"}, **bad)
		page = status(b.post("/leads/%d" % talk, sent), 400)
		assert page.json["form"][list(bad)[0]]["error"] and page.json["form"]["location"]["value"] == "Bilbao", bad
	assert w.sql.value("select manual::text from leads where conversation_id = %d" % talk) == "{}"
	page = b.post("/leads/%d" % talk, {"email": HOSTILE}, headers={"Accept": "text/html"})
	assert page.status == 400 and "<script>alert" not in page.text and "&lt;script&gt;" in page.text


@test
def what_customers_write_is_escaped(w):
	b = w.signed_in("operator")
	talk = lead(w, b.org, HOSTILE, service=HOSTILE, date=HOSTILE, location=HOSTILE, budget=HOSTILE, intent=HOSTILE)
	escaped(b.html("/leads"))
	escaped(b.html("/leads/%d" % talk))
	page = b.html("/leads?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27")
	assert "<script>alert" not in page.text and "&quot;&#39;" in page.text


@test
def out_of_reach(w):
	b, stranger = w.signed_in("operator"), w.signed_in()
	talk = lead(w, b.org, "Secret")
	for path in ("/leads/%d" % talk, "/leads/999999999"):
		status(stranger.get(path), 404)
		status(stranger.post(path, {"service": "x"}), 404)
	assert "Secret" not in stranger.get("/leads").text + stranger.get("/leads/export.csv").text
	assert w.sql.value("select manual::text from leads where conversation_id = %d" % talk) == "{}"
	token = bearer(w, b.org, "operator")
	assert names(w.browser().request("GET", "/leads", headers=token)) == ["Secret"]
	status(
		w.browser().request(
			"POST",
			"/leads/%d" % talk,
			"service=x",
			dict(token, **{"Content-Type": "application/x-www-form-urlencoded"}),
		),
		403,
	)
	status(w.browser().request("GET", "/leads/export.csv"), 401)


@test
def the_file(w):
	b = w.signed_in("operator")
	nasty = (
		"=1+1",
		"+34 611",
		"-2",
		"@SUM(A1)",
		"\t=1",
		"  =cmd|'/c calc'!A0",
		"＝1",
		"Ana;=HYPERLINK(\"http://x\")",
		"a\t=2",
		"b\n+3",
		"plain \"quoted\", with comma\nand line",
		"ليلى",
		"",
	)
	for i, value in enumerate(nasty):
		lead(w, b.org, value or "x", 9 - i % 10, service=value, budget="100")
	page = status(b.get("/leads/export.csv"), 200)
	assert (
		page.header("Content-Type") == "text/csv; charset=utf-8"
		and "attachment" in page.header("Content-Disposition")
		and not page.header("X-Deskbell-Cut")
	)
	assert page.body.startswith(b"\xef\xbb\xbf") and page.body.count(b"\r\n") >= len(nasty) + 1
	rows = list(csv.DictReader(io.StringIO(page.body.decode("utf-8-sig"), newline="")))
	assert len(rows) == len(nasty) and rows[0]["conversation"].isdigit() and rows[0]["level"] == "warm"
	seen = {r["service"] for r in rows}
	for value in nasty:
		wanted = re.sub("(^|[;\t\n])(?=\\s*[=+@＝-])", r"\1'", value)
		assert wanted in seen, (value, wanted, seen)
	assert all(r["number"].startswith("'+") for r in rows), rows[0]
	for separator in ",;\t":  # what a spreadsheet with another list separator makes of it
		cut = csv.reader(io.StringIO(page.body.decode("utf-8-sig"), newline=""), delimiter=separator)
		assert not [c for row in cut for c in row if re.match(r"\s*[=+@-]", c)], separator
	assert status(b.get("/leads/export.csv?level=cold"), 200).body.count(b"\r\n") == 1
	assert status(b.get("/leads/export.csv?after=1-1-1"), 200).body.count(b"\r\n") >= len(nasty)


sys.exit(main())
