#!/usr/bin/python3
# The audit log: who changed what, the newest first, by action and by actor.
import os
import pathlib
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
from work import HOSTILE, bearer, escaped, main, status, test


def entry(w, org, action="skill.update", actor="deskbellctl", detail="{}"):
	w.sql.script(
		"insert into audit_log (org_id, actor, action, detail) values (%d, '%s', '%s', '%s');"
		% (org, actor.replace("'", "''"), action.replace("'", "''"), detail.replace("'", "''"))
	)


def entries(page):
	return [(e["actor"], e["action"], e["detail"]) for e in status(page, 200).json["entries"]]


def fresh(w):
	"""An administrator whose organisation's log is empty."""
	b = w.signed_in("admin")
	w.sql.script(
		"begin; set local deskbell.purge = 'audit_log'; delete from audit_log where org_id = %d; commit;" % b.org
	)
	return b


@test
def who_and_what(w):
	b = fresh(w)
	assert "Nothing changed yet" in b.html("/audit").text
	me = b.get("/account").json["user"]["id"]
	entry(
		w,
		b.org,
		"bot.mode",
		"deskbellctl",
		'{"old": "off", "new": "shadow", "none": null, "n": 3, "list": ["a", "b"], "yes": true}',
	)
	entry(w, b.org, "person.act", "user:%d" % me)
	entry(w, b.org, "token.act", "token:5")
	entry(w, b.org, "gone", "user:999999999")
	entry(w, b.org, "odd", "user:99999999999999999999x")
	rows = entries(b.get("/audit"))
	assert [r[0] for r in rows] == [
		"user:99999999999999999999x",
		"user:999999999",
		"API token 5",
		b.email,
		"deskbellctl",
	], rows
	detail = rows[-1][2]
	for part in ("old: off", "new: shadow", "n: 3", "list: [\"a\",\"b\"]", "yes: true"):
		assert part in detail, detail
	assert "none" not in detail
	assert b.get("/audit").json["tab"] == {"audit": True}


@test
def in_words(w):
	b = fresh(w)
	entry(w, b.org, "skill.delete")
	entry(w, b.org, "of.another.version")
	found = {e["action"]: e["what"] for e in status(b.get("/audit"), 200).json["entries"]}
	assert (found["skill.delete"], found["of.another.version"]) == ("Skill deleted", "of.another.version"), found
	assert "Skill deleted" in b.html("/audit?action=skill.delete").text
	codes = set()
	for folder, suffix in (("src", ".c"), ("sql", ".sql")):
		for path in pathlib.Path(os.environ.get("srcdir", os.path.join(HERE, "..", "..")), folder).rglob("*" + suffix):
			text = path.read_text(encoding="utf-8")
			for call in re.findall(
				r"(?:request_audit|ctl_audit|skill_audit|record)\(.*?;|deskbell_audit(?:_user)?\(.*?;", text, re.S
			):
				codes.update(re.findall(r"""["']((?:[a-z]+\.[a-z_-]+)|setup|purge)["']""", call))
	assert len(codes) > 25, codes
	for code in codes:
		entry(w, b.org, code)
	found = {e["action"]: e["what"] for e in status(b.get("/audit"), 200).json["entries"]}
	assert not [c for c in codes if found[c] == c], "without words: %s" % sorted(c for c in codes if found[c] == c)


@test
def by_action_and_actor(w):
	b = fresh(w)
	me = "user:%d" % b.get("/account").json["user"]["id"]
	for action, actor in (("a.one", "deskbellctl"), ("a.two", "deskbellctl"), ("a.one", me)):
		entry(w, b.org, action, actor)
	assert [r[1] for r in entries(b.get("/audit?action=a.one"))] == ["a.one", "a.one"]
	assert [r[1] for r in entries(b.get("/audit?actor=deskbellctl"))] == ["a.two", "a.one"]
	assert len(entries(b.get("/audit?actor=deskbellctl&action=a.one"))) == 1
	row = b.get("/audit").json["entries"][0]
	assert row["actor_href"] == "/audit?actor=" + me.replace(":", "%3A") and row["action_href"] == "/audit?action=a.one"
	assert len(entries(b.get(row["actor_href"]))) == 1 and b.get(row["actor_href"]).json["filter"]["actor"] == b.email
	page = b.html("/audit?action=none")
	assert "Nothing fits" in status(page, 200).text


@test
def pages_go_on(w):
	b = fresh(w)
	w.sql.script(
		"insert into audit_log (org_id, actor, action) select %d, 'deskbellctl',"
		" case g %% 3 when 0 then 'x.y' else 'z' end from generate_series(1, 330) g;" % b.org
	)
	for path, n in (("/audit", 330), ("/audit?action=x.y&actor=deskbellctl", 110)):
		seen = []
		while path:
			model = b.get(path).json
			seen += [e["id"] for e in model["entries"]]
			path = model["pager"] and model["pager"]["older"]
		assert len(seen) == n and seen == sorted(set(seen), reverse=True), len(seen)
	assert len(b.html("/audit").body) < 100000
	for odd in ("after=x", "after=-1", "action=%00", "actor=%ff", "action=" + "x" * 500):
		status(b.get("/audit?" + odd), 200, 400)


@test
def nobody_else_sees_it(w):
	b, stranger = fresh(w), w.signed_in()
	entry(w, b.org, "secret.act")
	assert "secret.act" not in stranger.get("/audit").text
	low = w.signed_in("operator", b.org)
	status(low.get("/audit"), 403)
	assert status(w.browser().request("GET", "/audit", headers=bearer(w, b.org, "admin")), 200).json["entries"]
	status(w.browser().request("GET", "/audit", headers=bearer(w, b.org, "operator")), 403)


@test
def everything_is_escaped(w):
	import json

	b = fresh(w)
	entry(w, b.org, HOSTILE, HOSTILE, json.dumps({HOSTILE: HOSTILE, "long": "é" * 2000}))
	escaped(b.html("/audit"))
	assert len(b.get("/audit").json["entries"][0]["detail"]) <= 300
	page = b.html("/audit?action=%3Cscript%3Ealert(1)%3C/script%3E%22%27&actor=%3Cscript%3Ealert(1)%3C/script%3E%22%27")
	assert page.status == 200 and "<script>alert" not in page.text


sys.exit(main())
