#!/usr/bin/python3
# A person's account as the page shows it, and the API tokens that owners make there.
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, Browser, escaped, location, main, status, test

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def make(owner, title="Reports", role="operator"):
	page = status(owner.post("/account/tokens", {"title": title, "role": role}), 200)
	token = page.json["token"]
	assert token.startswith("dbk_") and len(token) > 40, token
	Browser.seen.add(token)
	return token


def tokens(owner):
	return owner.get("/account").json["tokens"]


@test
def the_page_shows_what_there_is(w):
	b = w.signed_in()
	b.post("/account", {"name": HOSTILE, "language": "es", "time_zone": "Europe/Madrid"})
	model = b.get("/account").json
	assert [l["code"] for l in model["languages"] if l["here"]] == ["es"], model["languages"]
	assert model["form"]["time_zone"]["value"] == "Europe/Madrid" and not model["form"]["title"].get("error")
	assert [s["here"] for s in model["sessions"]] == [True] and not model["has_others"] and not model["has_tokens"]
	page = escaped(b.html("/account"))
	for part in ("value=\"Europe/Madrid\"", "<option value=\"es\" selected>", "action=\"/account/password\"", "action=\"/account/tokens\"", "name=\"new_password\""):
		assert part in page.text, part


@test
def browsers_have_names(w):
	b = w.signed_in()
	for agent, name in ((FIREFOX, "Firefox, Linux"), ("x" * 400, "x" * 60), (HOSTILE, HOSTILE), ("", None)):
		w.sql.script("update sessions set agent = '%s' where user_id = (select id from users where email = '%s');" % (agent.replace("'", "''"), b.email))
		shown = b.get("/account").json["sessions"][0]["agent"]
		assert shown == name or not name and shown, (agent, shown)
	escaped_agent = HOSTILE.replace("'", "''")
	w.sql.script("update sessions set agent = '%s' where user_id = (select id from users where email = '%s');" % (escaped_agent, b.email))
	escaped(b.html("/account"))


@test
def a_wrong_form_keeps_the_others(w):
	b = w.signed_in()
	b.post("/account", {"name": "Ana", "time_zone": "UTC"})
	form = status(b.post("/account/password", {"password": "zqsecret0wrong0password", "new_password": "short"}), 400).json["form"]
	assert form["new_password"]["error"] and form["password"]["value"] == "" and form["name"]["value"] == "Ana" and not form["name"].get("error")
	form = status(b.post("/account/tokens", {"title": "", "role": "operator"}), 400).json["form"]
	assert form["title"]["error"] and form["name"]["value"] == "Ana"
	for bad in ({"title": "x" * 101, "role": "operator"}, {"title": "x", "role": "owner"}, {"title": "x"}, {"title": "a\nb", "role": "admin"}):
		status(b.post("/account/tokens", bad), 400)
	assert tokens(b) == []


@test
def a_token_is_shown_once_and_revoked(w):
	owner = w.signed_in()
	token = make(owner, HOSTILE, "admin")
	page = owner.get("/account")
	assert token not in page.text and "token" not in page.json
	row = page.json["tokens"][0]
	assert row["title"] == HOSTILE and row["role"] == {"admin": True} and row["used"] is False, row
	escaped(owner.html("/account"))
	assert token not in w.sql.script("select * from api_tokens; select * from audit_log;")
	bearer = {"Authorization": "Bearer " + token}
	status(Browser(owner.port).request("GET", "/settings/people", headers=bearer), 200)
	assert tokens(owner)[0]["used"]["text"]
	location(owner.post("/account/tokens/%d/revoke" % row["id"]), "/account")
	status(Browser(owner.port).request("GET", "/settings/people", headers=bearer), 401)
	status(owner.post("/account/tokens/%d/revoke" % row["id"]), 404)
	assert tokens(owner) == []
	actions = [r["action"] for r in w.sql.rows("select action from audit_log where org_id = %d and actor like 'user:%%' order by id" % owner.org)]
	assert actions == ["token.add", "token.revoke"], actions


@test
def a_token_in_the_page_that_made_it(w):
	owner = w.signed_in()
	page = status(owner.post("/account/tokens", {"title": "Page", "role": "operator"}, headers={"Accept": "text/html"}), 200)
	start = page.text.index("dbk_")
	Browser.seen.add(page.text[start:start + 47])
	assert page.header("Cache-Control") == "no-store"


@test
def only_owners_of_this_organisation(w):
	owner, stranger = w.signed_in(), w.signed_in()
	make(owner)
	mine = tokens(owner)[0]["id"]
	status(stranger.post("/account/tokens/%d/revoke" % mine), 404)
	assert tokens(stranger) == []
	for role in ("operator", "admin"):
		b = w.signed_in(role, owner.org)
		assert "tokens" not in b.get("/account").json
		assert "/account/tokens" not in b.html("/account").text
		status(b.post("/account/tokens", {"title": "x", "role": "operator"}), 403)
		status(b.post("/account/tokens/%d/revoke" % mine), 403)
	assert len(tokens(owner)) == 1


@test
def the_function_asks_again(w):
	"""Who is an owner of another organisation only cannot reach tokens by naming this one."""
	owner, stranger = w.signed_in(), w.signed_in()
	token = stranger.cookies["__Host-deskbell"]
	call = "sha256('%s'::bytea), %d" % (token, owner.org)
	assert w.sql.value("select deskbell_token_add(%s, 'x', 'admin', sha256('y'::bytea)) as done" % call) in (False, "f")
	assert w.sql.value("select count(*) as n from api_tokens where org_id = %d" % owner.org) == 0


@test
def people_and_invitations_as_pages(w):
	owner = w.signed_in()
	admin = w.signed_in("admin", owner.org)
	page = status(owner.post("/settings/people/invite", {"email": "new@example.com", "role": "operator"}), 200)
	Browser.seen.add(page.json["invitation"]["link"].split("/")[-1])
	assert page.json["form"]["email"]["value"] == "" and page.json["invitation"]["until"]["text"]
	path = page.json["invitation"]["link"][len("https://desk.example.com"):]
	model = owner.get("/settings/people").json
	assert model["tab"] == {"people": True} and len(model["people"]) == 2 and len(model["invitations"]) == 1
	assert [p["editable"] for p in model["people"] if p["you"]] == [False] and all(1 <= p["hue"] <= 5 and p["initials"] for p in model["people"])
	text = status(owner.html("/settings/people"), 200).text
	for part in ("/role\"", "formaction=\"/settings/people/", "action=\"/settings/people/invite\"", "/remove\""):
		assert part in text, part
	text = status(admin.html("/settings/people"), 200).text
	assert "action=\"/settings/people" not in text and "new@example.com" in text
	w.sql.script("update users set name = '%s' where email = '%s';" % (HOSTILE.replace("'", "''"), owner.email))
	page = escaped(w.browser().html(path))
	assert "name=\"new_password\"" in page.text and "name=\"password\"" not in page.text
	_, known = w.person()
	page = owner.post("/settings/people/invite", {"email": known, "role": "admin"})
	Browser.seen.add(page.json["invitation"]["link"].split("/")[-1])
	text = status(w.browser().html(page.json["invitation"]["link"][len("https://desk.example.com"):]), 200).text
	assert "name=\"password\"" in text and "name=\"new_password\"" not in text


sys.exit(main())
