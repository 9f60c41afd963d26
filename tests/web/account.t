#!/usr/bin/python3
# A person's account as the page shows it, and the API tokens that owners make there.
import concurrent.futures
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, Browser, conversation, escaped, location, main, status, test

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def make(owner, title="Reports", role="operator", scope="write", days="90"):
	page = status(owner.post("/account/tokens", {"title": title, "role": role, "scope": scope, "days": days}), 200)
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
	for part in (
		"value=\"Europe/Madrid\"",
		"<option value=\"es\" selected>",
		"action=\"/account/password\"",
		"action=\"/account/tokens\"",
		"name=\"new_password\"",
	):
		assert part in page.text, part


@test
def browsers_have_names(w):
	b = w.signed_in()
	for agent, name in ((FIREFOX, "Firefox, Linux"), ("x" * 400, "x" * 60), (HOSTILE, HOSTILE), ("", None)):
		w.sql.script(
			"update sessions set agent = '%s' where user_id = (select id from users where email = '%s');"
			% (agent.replace("'", "''"), b.email)
		)
		shown = b.get("/account").json["sessions"][0]["agent"]
		assert shown == name or not name and shown, (agent, shown)
	escaped_agent = HOSTILE.replace("'", "''")
	w.sql.script(
		"update sessions set agent = '%s' where user_id = (select id from users where email = '%s');"
		% (escaped_agent, b.email)
	)
	escaped(b.html("/account"))


@test
def a_wrong_form_keeps_the_others(w):
	b = w.signed_in()
	b.post("/account", {"name": "Ana", "time_zone": "UTC"})
	form = status(
		b.post("/account/password", {"password": "zqsecret0wrong0password", "new_password": "short"}), 400
	).json["form"]
	assert (
		form["new_password"]["error"]
		and form["password"]["value"] == ""
		and form["name"]["value"] == "Ana"
		and not form["name"].get("error")
	)
	for easy in ("Password1!", "1q2w3e4r5t", b.email):
		page = status(b.post("/account/password", {"password": "zqsecret0wrong0password", "new_password": easy}), 400)
		assert "easy to guess" in page.json["form"]["new_password"]["error"], easy
	form = status(
		b.post("/account/tokens", {"title": "", "role": "operator", "scope": "read", "days": "30"}), 400
	).json["form"]
	assert form["title"]["error"] and form["name"]["value"] == "Ana"
	for bad in (
		{"title": "x" * 101},
		{"role": "owner"},
		{"role": None},
		{"title": "a\nb"},
		{"scope": "all"},
		{"days": "31"},
		{"days": ""},
	):
		sent = dict({"title": "x", "role": "operator", "scope": "read", "days": "30"}, **bad)
		status(b.post("/account/tokens", {k: v for k, v in sent.items() if v is not None}), 400)
	assert tokens(b) == []


@test
def a_token_is_shown_once_and_revoked(w):
	owner = w.signed_in()
	token = make(owner, HOSTILE, "admin")
	page = owner.get("/account")
	assert token not in page.text and not page.json["token"]
	row = page.json["tokens"][0]
	assert row["title"] == HOSTILE and row["role"] == {"admin": True} and row["used"] is False, row
	assert (
		row["scope"] == {"write": True} and row["maker"] == owner.email and row["until"]["iso"] and not row["expired"]
	), row
	escaped(owner.html("/account"))
	assert token not in w.sql.script("select * from api_tokens; select * from audit_log;")
	bearer = {"Authorization": "Bearer " + token}
	status(Browser(owner.port).request("GET", "/settings/people", headers=bearer), 200)
	assert tokens(owner)[0]["used"]["text"]
	location(owner.post("/account/tokens/%d/revoke" % row["id"]), "/account")
	status(Browser(owner.port).request("GET", "/settings/people", headers=bearer), 401)
	status(owner.post("/account/tokens/%d/revoke" % row["id"]), 404)
	assert tokens(owner) == []
	actions = [
		r["action"]
		for r in w.sql.rows(
			"select action from audit_log where org_id = %d and actor like 'user:%%' and action not like 'sign_in.%%' "
			"order by id" % owner.org
		)
	]
	assert actions == ["token.add", "token.revoke"], actions


@test
def a_token_in_the_page_that_made_it(w):
	owner = w.signed_in()
	page = status(
		owner.post(
			"/account/tokens",
			{"title": "Page", "role": "operator", "scope": "read", "days": "never"},
			headers={"Accept": "text/html"},
		),
		200,
	)
	start = page.text.index("dbk_")
	Browser.seen.add(page.text[start : start + 47])
	assert page.header("Cache-Control") == "no-store"


def works(w, token, path="/settings/people"):
	return Browser(w.server.port).request("GET", path, headers={"Authorization": "Bearer " + token}).status


def row_of(w, token):
	return w.sql.row(
		"select id, revoked_at is not null as revoked from api_tokens where token_hash = sha256('%s'::bytea)" % token
	)


@test
def a_token_that_reads_changes_nothing(w):
	owner = w.signed_in()
	skill = "title=Hours&triggers=when&response=Nine&enabled=on"
	for scope, wanted in (("read", 403), ("write", 200)):
		bearer = {
			"Authorization": "Bearer " + make(owner, scope, "admin", scope),
			"Content-Type": "application/x-www-form-urlencoded",
		}
		status(w.browser().request("GET", "/skills", headers=bearer), 200)
		status(w.browser().request("POST", "/skills/try", "message=when", bearer), 200)
		page = status(w.browser().request("POST", "/skills/new", skill, bearer), wanted)
		assert wanted == 200 or "may only read" in page.text, page.text
	assert w.sql.value("select count(*) from skills where org_id = %d" % owner.org) == 1


@test
def a_token_ends_when_its_time_is_over(w):
	owner = w.signed_in()
	token, forever = make(owner, "Soon over", "admin"), make(owner, "Forever", "admin", "read", "never")
	assert works(w, token) == 200 and works(w, forever) == 200
	w.sql.script(
		"update api_tokens set expires_at = now() - interval '1 second' where org_id = %d and expires_at is not null;"
		% owner.org
	)
	assert works(w, token) == 401 and works(w, forever) == 200
	assert {t["title"]: (t["expired"], bool(t["until"])) for t in tokens(owner)} == {
		"Soon over": (True, True),
		"Forever": (False, False),
	}
	assert "ended:" in owner.html("/account").text


@test
def a_token_ends_with_its_maker(w):
	owner, maker = w.signed_in(), None
	for how in ("removed", "removed by deskbellctl", "disabled", "account removed"):
		maker = w.signed_in("owner", owner.org)
		token = make(maker, how, "admin")
		assert works(w, token) == 200
		if how == "removed":
			location(
				owner.post(
					"/settings/people/%d/remove" % w.sql.value("select id from users where email = '%s'" % maker.email)
				),
				"/settings/people",
			)
		elif how == "removed by deskbellctl":
			w.stack.ctl("user", "remove", "--email", maker.email, "--org", owner.org)
		elif how == "disabled":
			w.stack.ctl("user", "disable", "--email", maker.email)
		else:
			w.stack.ctl("user", "remove", "--email", maker.email)
		assert works(w, token) == 401, how
		if how == "disabled":
			w.stack.ctl("user", "enable", "--email", maker.email)
			assert works(w, token) == 401, "a token that ended stays ended"
	gone = w.sql.value(
		"select count(*) from audit_log where org_id = %d and action = 'token.revoke' and detail ? 'maker'" % owner.org
	)
	assert gone == 4, gone


@test
def a_token_does_no_more_than_its_maker(w):
	owner = w.signed_in()
	maker = w.signed_in("owner", owner.org)
	token = make(maker, "Was an owner's", "admin")
	number = w.sql.value("select id from users where email = '%s'" % maker.email)
	assert works(w, token) == 200 and works(w, token, "/inbox") == 200
	location(owner.post("/settings/people/%d/role" % number, {"role": "operator"}), "/settings/people")
	assert works(w, token) == 403 and works(w, token, "/inbox") == 200


# ---- forgotten passwords ----


def reset_link(owner, email, w):
	number = w.sql.value("select id from users where email = '%s'" % email)
	page = status(owner.post("/settings/people/%d/reset" % number), 200)
	made = page.json["reset"]
	assert made["email"] == email and made["until"]["iso"], made
	Browser.seen.add(made["link"].split("/")[-1])
	return made["link"][len("https://desk.example.com") :]


def use(w, path, password):
	b = w.browser()
	b.get(path)
	return b.post(path, {"new_password": password})


@test
def a_forgotten_password_is_replaced_by_a_link(w):
	owner = w.signed_in()
	b = w.signed_in("operator", owner.org)
	path = reset_link(owner, b.email, w)
	page = status(w.browser().html(path), 200)
	assert "name=\"new_password\"" in page.text and b.email in page.text
	assert path.split("/")[-1] not in w.sql.script("select * from password_resets; select * from audit_log;")
	for bad in ("short", "Welcome2026!", b.email):
		assert use(w, path, bad).json["form"]["new_password"]["error"], bad
	status(b.get("/inbox"), 200)
	location(use(w, path, "zqsecret0after0reset"), "/sign-in")
	status(b.get("/inbox"), 401)  # every session has ended
	status(use(w, path, "zqsecret0once0more"), 404)
	status(w.browser().get(path), 404)
	assert (
		w.browser().sign_in(b.email).status == 401
		and w.browser().sign_in(b.email, "zqsecret0after0reset").status == 200
	)
	actions = [
		r["action"]
		for r in w.sql.rows(
			"select action from audit_log where org_id = %d and action like 'user.re%%' order by id" % owner.org
		)
	]
	assert actions == ["user.reset-link", "user.reset"], actions


@test
def a_link_ends(w):
	owner = w.signed_in()
	b = w.signed_in("operator", owner.org)
	first, second = reset_link(owner, b.email, w), reset_link(owner, b.email, w)
	status(w.browser().get(first), 404)  # a new one takes its place
	status(w.browser().get(second), 200)
	w.sql.script("update password_resets set expires_at = now() - interval '1 second' where org_id = %d;" % owner.org)
	status(w.browser().get(second), 404)
	status(use(w, second, "zqsecret0too0late0"), 404)
	third = reset_link(owner, b.email, w)
	w.stack.ctl("user", "disable", "--email", b.email)
	status(w.browser().get(third), 404)
	w.stack.ctl("user", "enable", "--email", b.email)
	fourth = reset_link(owner, b.email, w)
	w.stack.ctl("user", "remove", "--email", b.email, "--org", owner.org)
	status(use(w, fourth, "zqsecret0no0member"), 404)
	assert w.browser().sign_in(b.email).status == 200, "the password is the old one"


@test
def two_who_use_one_link_at_once(w):
	owner = w.signed_in()
	b = w.signed_in("operator", owner.org)
	path = reset_link(owner, b.email, w)
	browsers = [w.browser() for _ in range(4)]
	for one in browsers:
		one.get(path)
	with concurrent.futures.ThreadPoolExecutor() as pool:
		pages = list(pool.map(lambda n: browsers[n].post(path, {"new_password": "zqsecret0race%d" % n}), range(4)))
	assert sorted(p.status for p in pages) in ([200, 404, 404, 404], [200, 404, 404, 503], [200, 404, 503, 503]), [
		p.status for p in pages
	]


@test
def a_link_opens_no_other_organisation(w):
	"""The account of a member who belongs elsewhere too: its password opens data that this owner must not see."""
	owner, other = w.signed_in(), w.signed_in()
	b = w.signed_in("operator", owner.org)
	number = w.sql.value("select id from users where email = '%s'" % b.email)
	path = reset_link(owner, b.email, w)
	w.stack.ctl("user", "add", "--org", other.org, "--email", b.email, "--role", "admin", input="\n")
	status(w.browser().get(path), 404)  # made before, and no longer good
	status(use(w, path, "zqsecret0foreign0"), 404)
	page = status(owner.post("/settings/people/%d/reset" % number), 409)
	assert "deskbellctl user password" in page.text
	status(w.signed_in("admin", owner.org).post("/settings/people/%d/reset" % number), 403)
	status(w.signed_in().post("/settings/people/%d/reset" % number), 404)
	status(
		owner.post("/settings/people/%d/reset" % w.sql.value("select id from users where email = '%s'" % owner.email)),
		409,
	)
	assert (
		w.sql.value("select count(*) from password_resets where user_id = %d and org_id <> %d" % (number, owner.org))
		== 0
	)


# ---- members who leave ----


@test
def what_a_removed_member_leaves(w):
	owner = w.signed_in()
	b = w.signed_in("operator", owner.org)
	number = w.sql.value("select id from users where email = '%s'" % b.email)
	taken, assigned, foreign = (conversation(w, owner.org, who) for who in ("Taken", "Assigned", "Foreign"))
	status(b.post("/inbox/%d/take-over" % taken), 200)
	status(b.post("/inbox/%d/assign" % assigned, {"user": str(number)}), 200)
	status(owner.post("/inbox/%d/take-over" % foreign), 200)
	w.sql.script(
		"update conversations set waiting_since = now(), needs_attention = true, attention_reason = 'wish' where id = %d;"
		% taken
	)
	before = w.sql.value("select version from conversations where id = %d" % taken)
	location(owner.post("/settings/people/%d/remove" % number), "/settings/people")
	rows = {
		r["id"]: r
		for r in w.sql.rows(
			"select id, agent, assignee_id, version, waiting_since from conversations where org_id = %d" % owner.org
		)
	}
	assert (
		rows[taken]["agent"] == "bot" and rows[taken]["assignee_id"] is None and rows[taken]["version"] == before + 1
	), rows[taken]
	assert rows[taken]["waiting_since"], "who waited for a person still does"
	assert (
		rows[assigned]["assignee_id"] is None and rows[foreign]["agent"] == "operator" and rows[foreign]["assignee_id"]
	), rows
	kinds = {
		r["conversation_id"]: r["kind"]
		for r in w.sql.rows(
			"select distinct on (conversation_id) conversation_id, kind from conversation_events where org_id = %d "
			"order by conversation_id, id desc" % owner.org
		)
	}
	assert kinds == {taken: "returned", assigned: "assigned", foreign: "taken-over"}, kinds
	status(b.get("/inbox"), 401)


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
		status(b.post("/account/tokens", {"title": "x", "role": "operator", "scope": "read", "days": "30"}), 403)
		status(b.post("/account/tokens/%d/revoke" % mine), 403)
	assert len(tokens(owner)) == 1


@test
def the_function_asks_again(w):
	"""Who is an owner of another organisation only cannot reach tokens by naming this one."""
	owner, stranger = w.signed_in(), w.signed_in()
	token = stranger.cookies["__Host-deskbell"]
	call = "sha256('%s'::bytea), %d" % (token, owner.org)
	assert w.sql.value(
		"select deskbell_token_add(%s, 'x', 'admin', 'write', NULL, sha256('y'::bytea)) as done" % call
	) in (False, "f")
	assert w.sql.value("select count(*) as n from api_tokens where org_id = %d" % owner.org) == 0


@test
def people_and_invitations_as_pages(w):
	owner = w.signed_in()
	admin = w.signed_in("admin", owner.org)
	page = status(owner.post("/settings/people/invite", {"email": "new@example.com", "role": "operator"}), 200)
	Browser.seen.add(page.json["invitation"]["link"].split("/")[-1])
	assert page.json["form"]["email"]["value"] == "" and page.json["invitation"]["until"]["text"]
	path = page.json["invitation"]["link"][len("https://desk.example.com") :]
	model = owner.get("/settings/people").json
	assert model["tab"] == {"people": True} and len(model["people"]) == 2 and len(model["invitations"]) == 1
	assert [p["editable"] for p in model["people"] if p["you"]] == [False] and all(
		1 <= p["hue"] <= 5 and p["initials"] for p in model["people"]
	)
	text = status(owner.html("/settings/people"), 200).text
	for part in ("/role\"", "formaction=\"/settings/people/", "action=\"/settings/people/invite\"", "/remove\""):
		assert part in text, part
	text = status(admin.html("/settings/people"), 200).text
	assert "action=\"/settings/people" not in text and "new@example.com" in text
	w.sql.rename(w.sql.value("select id from users where email = '%s'" % owner.email), HOSTILE)
	page = escaped(w.browser().html(path))
	assert "name=\"new_password\"" in page.text and "name=\"password\"" not in page.text
	_, known = w.person()
	page = owner.post("/settings/people/invite", {"email": known, "role": "admin"})
	Browser.seen.add(page.json["invitation"]["link"].split("/")[-1])
	text = status(w.browser().html(page.json["invitation"]["link"][len("https://desk.example.com") :]), 200).text
	assert "name=\"password\"" in text and "name=\"new_password\"" not in text


# Notifications

POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


def subscribe(b, endpoint="https://push.example.org/send/1", key=POINT, auth="BTBZMqHH6r4Tts7J_aSIgg"):
	return b.post("/account/push", {"endpoint": endpoint, "key": key, "auth": auth})


def claimed(w, org):
	"""What a sender would give to push services now, for whom and about what."""
	rows = w.sql.rows(
		"select c.kind, c.who, c.what, c.endpoint from deskbell_claim_pushes(%d, 'test', 50, 60) c order by c.id" % org
	)
	return [(r["kind"], r["who"], r["what"], r["endpoint"].rsplit("/", 1)[-1]) for r in rows]


@test
def a_browser_is_checked_and_ends_with_its_session(w):
	b = w.signed_in()
	for wrong in (
		{"endpoint": "http://push.example.org/1"},
		{"endpoint": "http://127.0.0.1/1"},
		{"endpoint": "https://u:p@push.example.org/"},
		{"endpoint": "x"},
		{"key": POINT[:-1] + "x"},
		{"key": "AA"},
		{"auth": "AA"},
		{"endpoint": "https://push.example.org/" + "x" * 1000},
	):
		status(subscribe(b, **wrong), 400)
	status(subscribe(b), 200)
	status(subscribe(b), 200)
	browsers = b.get("/account").json["ring"]["browsers"]
	assert [(x["here"], x["is_refused"], x["is_unusable"], x["taken"]) for x in browsers] == [
		(True, False, False, False)
	], browsers
	for stored, words in ((410, "refused the last notification with status 410"), (0, "could not be encrypted")):
		w.sql.script("update push_subscriptions set refused_status = %d where org_id = %d;" % (stored, b.org))
		assert words in b.html("/account").text, stored
	assert w.sql.value("select count(*) from push_subscriptions where org_id = %d" % b.org) == 1
	b.post("/sign-out")
	assert w.sql.value("select count(*) from push_subscriptions where org_id = %d" % b.org) == 0


def change(w, talk, what):
	"""As the functions do that change a conversation."""
	w.sql.script(
		"do $$ declare was conversations; begin select * into was from conversations where id = %(talk)d;"
		" update conversations set %(what)s where id = %(talk)d; "
		"perform deskbell_moved(was); end $$;" % {"talk": talk, "what": what}
	)


@test
def who_is_given_a_conversation_hears_of_it(w):
	b = w.signed_in("operator")
	_, other = w.person("operator", b.org)
	talk, me, them = conversation(w, b.org), *(
		w.sql.value("select id from users where email = '%s'" % email) for email in (b.email, other)
	)
	status(subscribe(b), 200)
	giver = w.browser()
	status(giver.sign_in(other), 200)
	gives = lambda browser, user: status(browser.post("/inbox/%d/assign" % talk, {"user": str(user or "")}), 200)
	gives(giver, me)
	assert claimed(w, b.org) == [("assigned", "Marta Ruiz", "", "1")]
	gives(giver, None)
	gives(b, me)
	assert claimed(w, b.org) == [], "taken by oneself"
	gives(b, them)
	gives(giver, me)
	gives(b, None)
	assert claimed(w, b.org) == [], "not so any more when it is told"


@test
def who_waits_rings_once_and_for_the_right_people(w):
	b = w.signed_in()
	talk = conversation(w, b.org)
	ask = lambda what: change(w, talk, what)
	user = w.sql.value("select id from users where email = '%s'" % b.email)
	ask("waiting_since = now()")
	status(subscribe(b), 200)
	assert claimed(w, b.org) == [], "what happened before anybody wanted to know"
	ask("waiting_since = null")
	w.sql.script(
		"insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status) select org_id,"
		" id, channel_id, 'inbound', 'contact', 'text', "
		"'is it ready?', 'received' from conversations where id = %d;" % talk
	)
	assert claimed(w, b.org) == [], "the bot handles it"
	ask("waiting_since = now()")
	ask("waiting_since = waiting_since - interval '1 second'")
	assert claimed(w, b.org) == [("waiting", "Marta Ruiz", "is it ready?", "1")] and claimed(w, b.org) == []
	ask("waiting_since = null")
	ask("waiting_since = now(), assignee_id = %d" % user)
	ask("waiting_since = null")
	assert claimed(w, b.org) == [], "answered before it was told"
	ask("waiting_since = now()")
	assert [c[0] for c in claimed(w, b.org)] == ["mine"]
	_, other = w.person("operator", b.org)
	ask("waiting_since = null, assignee_id = (select id from users where email = '%s')" % other)
	ask("waiting_since = now()")
	assert claimed(w, b.org) == [], "somebody else's"
	w.sql.script(
		"do $$ declare working bigint[] := deskbell_working_channels(%(org)d);"
		" begin update channels set status = 'error', status_reason = as_reason('whatsapp_payment') "
		"where org_id = %(org)d; perform deskbell_ring_stopped(%(org)d, working); end $$;" % {"org": b.org}
	)
	assert claimed(w, b.org) == [("channel", "whatsapp", '{"code": "whatsapp_payment"}', "1")]


@test
def who_is_named_in_a_note_is_told(w):
	b = w.signed_in()
	other = w.signed_in("operator", b.org)
	w.sql.rename(w.sql.value("select id from users where email = '%s'" % b.email), "Zoe Q")
	talk = conversation(w, b.org)
	status(subscribe(b), 200)
	note = lambda who, text: status(who.post("/inbox/%d/note" % talk, {"note": text}), 200)
	note(other, "ask @zoeys, mail zoe@example.com")
	assert claimed(w, b.org) == []
	note(other, "@Zoe knows the price")
	assert claimed(w, b.org) == [("mention", "Marta Ruiz", "@Zoe knows the price", "1")]
	note(b, "@Zoe is me")
	assert claimed(w, b.org) == []


def quiet_hours(w, org, begun_min, left_min):
	"""Quiet hours of everybody in the organisation that began so many minutes ago and end in so many."""
	minute = "((extract(epoch from now() at time zone 'UTC')::bigint / 60 %+d) %% 1440)"
	w.sql.script(
		"update ring_choices set time_zone = 'UTC', quiet_from = %s, quiet_to = %s where org_id = %d;"
		% (minute % -begun_min, minute % left_min, org)
	)


@test
def choices_and_quiet_hours(w):
	b = w.signed_in()
	talk = conversation(w, b.org)
	waits = lambda: (change(w, talk, "waiting_since = null"), change(w, talk, "waiting_since = now()"))
	status(subscribe(b), 200)
	status(b.post("/account/calls", {"waiting": "on", "mail": "never"}), 400)
	status(b.post("/account/calls", {"waiting": "on", "mail": "off", "quiet_from": "9", "quiet_to": "10:00"}), 400)
	location(b.post("/account/calls", {"mine": "on", "mail": "off"}), "/account#notifications")
	ring = b.get("/account").json["ring"]
	assert (ring["waiting"], ring["mine"], ring["leads"], ring["mail"], ring["quiet_from"]) == (
		False,
		True,
		False,
		{"off": True},
		"",
	), ring
	waits()
	assert claimed(w, b.org) == []
	b.post("/account/calls", {"waiting": "on", "mail": "off", "quiet_from": "00:00", "quiet_to": "23:59"})
	ring = b.get("/account").json["ring"]
	assert (ring["quiet_from"], ring["quiet_to"]) == ("00:00", "23:59"), ring


def held(w, org, table="push_queue"):
	"""The kinds that wait for the end of quiet hours of 90 minutes, and nothing else is there."""
	rows = w.sql.rows(
		"select kind, due_at between now() + interval '80 minutes' and now() + interval '91 minutes' as later"
		" from %s where org_id = %d %s order by kind"
		% (table, org, "and subscription_id is not null" if table == "push_queue" else "")
	)
	assert all(r["later"] for r in rows), rows
	return [r["kind"] for r in rows]


def quiet_is_over(w, org):
	quiet_hours(w, org, 120, -30)
	w.sql.script(
		"update push_queue set due_at = now() where org_id = %d; update mail_queue set due_at = now() where org_id = %d;"
		% (org, org)
	)


@test
def quiet_hours_hold_what_rings_and_then_deliver_it(w):
	b = w.signed_in()
	other = w.signed_in("operator", b.org)
	w.sql.rename(w.sql.value("select id from users where email = '%s'" % b.email), "Zoe Q")
	first, second = conversation(w, b.org), conversation(w, b.org)
	status(subscribe(b), 200)
	b.post("/account/calls", {"waiting": "on", "mentions": "on", "mail": "off"})
	change(w, first, "waiting_since = now()")
	w.sql.script("select deskbell_spread_rings(%d);" % b.org)
	quiet_hours(w, b.org, 30, 90)
	assert claimed(w, b.org) == [], "what was due before they began, and was not sent yet"
	for talk in (second, first):
		change(w, talk, "waiting_since = null")
		change(w, talk, "waiting_since = now()")
	status(other.post("/inbox/%d/note" % second, {"note": "@Zoe knows the price"}), 200)
	assert claimed(w, b.org) == []
	assert held(w, b.org) == ["mention", "summary", "waiting"], held(w, b.org)
	change(w, first, "waiting_since = null")
	quiet_is_over(w, b.org)
	told = sorted(c[:3] for c in claimed(w, b.org))
	assert [t[0] for t in told] == ["mention", "summary"] and told[0][2] == "@Zoe knows the price", told
	change(w, first, "waiting_since = now()")
	assert [c[0] for c in claimed(w, b.org)] == ["waiting"], "at once again"


@test
def quiet_hours_hold_emails_and_then_deliver_them(w):
	b = w.signed_in()
	first, second = conversation(w, b.org), conversation(w, b.org)
	take = lambda: w.sql.rows(
		"select id, items from deskbell_mail_take('x'::bytea, 60) where org_id = %d and kind = 'ring'" % b.org
	)
	b.post("/account/calls", {"waiting": "on", "mail": "immediate"})
	change(w, first, "waiting_since = now()")
	assert claimed(w, b.org) == [] and take() == []
	quiet_hours(w, b.org, 30, 90)
	w.sql.script("update mail_queue set due_at = now() where org_id = %d;" % b.org)
	assert take() == [], "sent although the quiet hours have begun"
	change(w, second, "waiting_since = now()")
	assert claimed(w, b.org) == [] and take() == []
	assert held(w, b.org, "mail_queue") == ["ring"], held(w, b.org, "mail_queue")
	quiet_is_over(w, b.org)
	[mail] = take()
	assert sorted(i["conversation"] for i in mail["items"]) == [first, second], mail
	w.sql.script("select deskbell_mail_settle(%d, %d, null, false);" % (b.org, mail["id"]))
	change(w, first, "waiting_since = null")
	# One that begins to wait in quiet hours, with nothing before it.
	quiet_hours(w, b.org, 30, 90)
	change(w, first, "waiting_since = now()")
	assert claimed(w, b.org) == [] and held(w, b.org, "mail_queue") == ["ring"] and take() == []
	quiet_is_over(w, b.org)
	assert [i["conversation"] for i in take()[0]["items"]] == [first]


@test
def an_email_where_no_browser_is_notified(w):
	b = w.signed_in()
	talk = conversation(w, b.org)
	b.post("/account/calls", {"waiting": "on", "mail": "immediate"})
	change(w, talk, "waiting_since = now()")
	assert claimed(w, b.org) == []
	w.sql.script("update mail_queue set due_at = now() where org_id = %d;" % b.org)
	take = lambda: w.sql.rows(
		"select kind, email, items from deskbell_mail_take('x'::bytea, 60) where org_id = %d" % b.org
	)
	[mail] = take()
	assert (mail["kind"], mail["email"]) == ("ring", b.email) and [
		(i["kind"], i["who"], i["conversation"]) for i in mail["items"]
	] == [("waiting", "Marta Ruiz", talk)], mail
	w.sql.script("select deskbell_mail_settle(org_id, id, null, false) from mail_queue where org_id = %d;" % b.org)
	assert (
		w.sql.value(
			"select (select count(*) from mail_queue where org_id = %d) + (select count(*) from push_queue where org_id = %d)"
			% (b.org, b.org)
		)
		== 0
	)
	w.sql.script(
		"update conversations set waiting_since = null where id = %d; update conversations set waiting_since = now() "
		"where id = %d;" % (talk, talk)
	)
	assert claimed(w, b.org) == []
	w.sql.script(
		"update mail_queue set due_at = now() where org_id = %d; update conversations set waiting_since = null where id = %d;"
		% (b.org, talk)
	)
	assert take() == [] and w.sql.value("select count(*) from mail_queue where org_id = %d" % b.org) == 0, (
		"answered before the e-mail was sent"
	)
	# As a digest: at the full hour, with all that has come together.
	second = conversation(w, b.org)
	b.post("/account/calls", {"waiting": "on", "mail": "digest"})
	for each in (talk, second):
		change(w, each, "waiting_since = null")
		change(w, each, "waiting_since = now()")
		assert claimed(w, b.org) == []
	assert (
		w.sql.value(
			"select count(*) from mail_queue where org_id = %d and due_at = date_trunc('hour', due_at)"
			" and due_at between now() and now() + interval '1 hour'" % b.org
		)
		== 1
	)
	w.sql.script("update mail_queue set due_at = now() where org_id = %d;" % b.org)
	[mail] = take()
	assert sorted(i["conversation"] for i in mail["items"]) == [talk, second], mail


sys.exit(main())
