#!/usr/bin/python3
# The second factor: setting it up, signing in with it, codes that are early, late, used or wrong, recovery codes,
# organisations that ask for it, resets; and how long sessions last.
import base64
import hashlib
import hmac
import html
import os
import re
import struct
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import Browser, location, main, processes, status, test
from deskbell import planted

PAGE = "/account/second-factor"
PASSWORD = {"password": planted.PASSWORD}
SECOND = "/sign-in/second"


def early_in_a_step(w):
	"""Waits until a step has 10 s to go at least, and returns its number: by the database's clock."""

	def look():
		now = w.sql.value("select extract(epoch from clock_timestamp()) as n")
		return now % 30 < 20 and int(now // 30)

	return processes.wait_until(look, "the beginning of a step", timeout=60)


def code(secret, step):
	"""RFC 6238 and 4226, on its own."""
	key = base64.b32decode(secret + "=" * (-len(secret) % 8))
	mac = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
	at = mac[19] & 15
	return "%06d" % ((struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF) % 1000000)


def pending(b):
	"""A key that waits to be confirmed."""
	location(b.post(PAGE + "/begin", PASSWORD), PAGE)
	secret = status(b.get(PAGE), 200).json["secret"]
	Browser.seen.add(secret)
	return secret


def set_up(w, b):
	"""The secret and the recovery codes."""
	secret = pending(b)
	page = status(b.post(PAGE + "/confirm", {"code": code(secret, early_in_a_step(w))}), 200)
	Browser.seen.update(page.json["codes"])
	return secret, page.json["codes"]


def half_way(w, b):
	"""Another browser of the same user, with its password proven."""
	c = w.browser()
	c.get("/sign-in")
	page = c.post("/sign-in", {"email": b.email, "password": planted.PASSWORD})
	location(page, SECOND)
	c.get(SECOND)
	return c


def forget(w, b):
	w.sql.script(
		"update second_factors set last_step = 0, tries = 0 where user_id = (select id from users where email = '%s');"
		% b.email
	)


@test
def setting_up_and_signing_in(w):
	b = w.signed_in()
	model = status(b.get(PAGE), 200).json
	assert not model["is_on"] and not model["is_pending"] and not model["has_codes"]
	other = w.browser()
	other.sign_in(b.email)
	secret = pending(b)
	assert re.fullmatch("[A-Z2-7]{32}", secret)
	status(
		b.post(PAGE + "/confirm", {"code": "000000" if code(secret, early_in_a_step(w)) != "000000" else "000001"}), 400
	)
	location(w.browser().sign_in(b.email), "/")  # what is not confirmed asks for nothing
	page = status(b.post(PAGE + "/confirm", {"code": code(secret, early_in_a_step(w))}), 200)
	codes = page.json["codes"]
	Browser.seen.update(codes)
	assert len(set(codes)) == 10 and all(re.fullmatch("([A-Z2-7]{4}-){3}[A-Z2-7]{4}", c) for c in codes), codes
	status(other.get("/account"), 401)  # a session without the second factor has ended
	model = b.get(PAGE).json
	assert model["is_on"] and "secret" not in model and not model["has_codes"] and model["codes_left"] == "10"
	stored = w.sql.script("select * from second_factors; select * from recovery_codes; select * from audit_log;")
	assert secret not in stored and not [c for c in codes if c in stored or c.replace("-", "") in stored]
	forget(w, b)
	c = half_way(w, b)
	assert "__Host-deskbell" not in c.cookies and c.set["__Host-deskbell-attempt"].count("HttpOnly") == 1
	status(c.get("/account"), 401)
	location(c.post(SECOND, {"code": code(secret, early_in_a_step(w))}), "/")
	status(c.get("/account"), 200)
	assert "__Host-deskbell-attempt" not in c.cookies


@test
def the_picture_holds_the_key(w):
	b = w.signed_in()
	secret = pending(b)
	page = status(b.html(PAGE), 200)
	image = html.unescape(re.search('<img src="(data:[^"]+)"', page.text).group(1))
	assert image.startswith("data:image/svg+xml,") and "img-src 'self' blob: data:" in page.header(
		"Content-Security-Policy"
	)
	svg = urllib.parse.unquote(image[len("data:image/svg+xml,") :].replace("+", " "))
	side = int(re.search('viewBox="0 0 ([0-9]+) ', svg).group(1))
	dark = {(int(x), int(y)) for x, y in re.findall("M([0-9]+) ([0-9]+)h1v1h-1z", svg)}
	assert len(dark) > 300 and all(4 <= x < side - 4 and 4 <= y < side - 4 for x, y in dark), (side, len(dark))
	scale = 4
	pixels = bytes(
		0 if (x // scale, y // scale) in dark else 255 for y in range(side * scale) for x in range(side * scale)
	)
	path = os.path.join(w.stack.folder, "qr.pgm")
	with open(path, "wb") as f:
		f.write(b"P5 %d %d 255\n" % (side * scale, side * scale) + pixels)
	import shutil

	if shutil.which("zbarimg"):
		text = processes.run(["zbarimg", "-q", "--raw", path]).stdout.decode().strip()
		assert (
			text.startswith("otpauth://totp/Deskbell:" + urllib.parse.quote(b.email, safe=""))
			and "secret=%s&" % secret in text
		), text[:30]
	else:
		print("# zbarimg is missing: the picture was not read")


@test
def codes_around_now_and_each_once(w):
	b = w.signed_in()
	secret, _ = set_up(w, b)
	for offset, wanted in ((-2, 401), (2, 401), (-1, 200), (0, 200), (1, 200)):
		forget(w, b)
		step = early_in_a_step(w)
		page = half_way(w, b).post(SECOND, {"code": code(secret, step + offset)})
		assert page.status == wanted, (offset, page.status, page.body[:300])
	forget(w, b)
	step = early_in_a_step(w)
	one, two = half_way(w, b), half_way(w, b)
	given = code(secret, step)
	location(one.post(SECOND, {"code": given[:3] + " " + given[3:]}), "/")
	page = status(two.post(SECOND, {"code": given}), 401)
	assert page.json["form"]["code"]["error"] and page.json["form"]["code"]["value"] == "", page.body
	status(two.post(SECOND, {"code": code(secret, step - 1)}), 401)
	w.forget_attempts()


@test
def two_with_one_code(w):
	import concurrent.futures

	b = w.signed_in()
	secret, _ = set_up(w, b)
	browsers = [half_way(w, b) for _ in range(4)]
	forget(w, b)
	given = code(secret, early_in_a_step(w))
	with concurrent.futures.ThreadPoolExecutor(4) as threads:
		seen = sorted(p.status for p in threads.map(lambda c: c.post(SECOND, {"code": given}), browsers))
	assert seen == [200, 401, 401, 401], seen
	w.forget_attempts()


@test
def recovery_codes_once_each(w):
	b = w.signed_in()
	_, codes = set_up(w, b)
	location(half_way(w, b).post(SECOND, {"code": codes[3].lower().replace("-", " ")}), "/")
	status(half_way(w, b).post(SECOND, {"code": codes[3]}), 401)
	status(half_way(w, b).post(SECOND, {"code": "AAAA-AAAA-AAAA-AAAA"}), 401)
	c = half_way(w, b)
	location(c.post(SECOND, {"code": codes[4]}), "/")
	assert c.get(PAGE).json["codes_left"] == "8"
	c.csrf = c.get(PAGE).json["csrf"]
	status(c.post(PAGE + "/codes", {"password": "zqsecret0wrong0password"}), 401)
	fresh = status(c.post(PAGE + "/codes", PASSWORD), 200).json["codes"]
	Browser.seen.update(fresh)
	status(half_way(w, b).post(SECOND, {"code": codes[5]}), 401)
	location(half_way(w, b).post(SECOND, {"code": fresh[0]}), "/")
	w.forget_attempts()


@test
def guessing_is_slowed_down(w):
	b = w.signed_in()
	secret, codes = set_up(w, b)
	for n in range(5):
		status(half_way(w, b).post(SECOND, {"code": "123 45%d" % n}), 401)
	page = status(half_way(w, b).post(SECOND, {"code": codes[0]}), 429)
	assert int(page.header("Retry-After")) >= 1
	w.sql.script("update second_factors set tries = 40, tried_at = now();")
	assert 800 < int(status(half_way(w, b).post(SECOND, {"code": codes[0]}), 429).header("Retry-After")) <= 900
	forget(w, b)
	for bad in ("", "12345", "1234567", "x" * 41, "12345a", "１２３４５６"):
		page = half_way(w, b).post(SECOND, {"code": bad})
		assert page.status in (400, 401), (bad, page.status)
		forget(w, b)
	w.forget_attempts()


@test
def without_a_password_there_is_no_second_step(w):
	b = w.signed_in()
	secret, codes = set_up(w, b)
	for cookie in (None, "A" * 43, "x", b.cookies["__Host-deskbell"]):
		c = w.browser()
		c.get("/sign-in")
		if cookie:
			c.cookies["__Host-deskbell-attempt"] = cookie
		location(c.post(SECOND, {"code": codes[0]}), "/sign-in")
	c = half_way(w, b)
	w.sql.script("update sign_in_attempts set proven_at = now() - interval '11 minutes' where proven_at is not null;")
	location(c.post(SECOND, {"code": codes[0]}), "/sign-in")
	# The database makes no session of a proven password alone.
	c = half_way(w, b)
	attempt = c.cookies["__Host-deskbell-attempt"]
	assert w.sql.row(
		"select person from deskbell_session_start(sha256('%s'), sha256('x'), null, '', '', 1000, 1000)" % attempt
	) == {"person": None}
	w.forget_attempts()


@test
def on_to_the_page_that_was_wanted(w):
	b = w.signed_in()
	_, codes = set_up(w, b)
	c = w.browser()
	c.get("/sign-in")
	page = c.post("/sign-in", {"email": b.email, "password": planted.PASSWORD, "next": "/inbox?view=mine"})
	there = page.json["location"]
	assert there == SECOND + "?next=%2Finbox%3Fview%3Dmine", there
	assert c.get(there).json["form"]["next"]["value"] == "/inbox?view=mine"
	location(c.post(SECOND, {"code": codes[0], "next": "/inbox?view=mine"}), "/inbox?view=mine")
	c = half_way(w, b)
	location(c.post(SECOND, {"code": codes[1], "next": "//evil.example"}), "/")
	assert c.get(SECOND + "?next=//evil.example").status in (200, 303)


@test
def an_invitation_asks_for_it_too(w):
	owner, b = w.signed_in(), w.signed_in()
	_, codes = set_up(w, b)
	page = status(owner.post("/settings/people/invite", {"email": b.email, "role": "operator"}), 200)
	path = page.json["invitation"]["link"][len("https://desk.example.com") :]
	Browser.seen.add(path.split("/")[-1])
	c = w.browser()
	c.get(path)
	location(c.post(path, PASSWORD), SECOND)
	assert "__Host-deskbell" not in c.cookies
	location(c.post(SECOND, {"code": codes[0]}), "/")
	assert c.get("/account").json["org"]["id"] == owner.org


@test
def it_is_removed_with_the_password(w):
	b = w.signed_in()
	set_up(w, b)
	status(b.post(PAGE + "/remove", {"password": "zqsecret0wrong0password"}), 401)
	status(b.post(PAGE + "/begin", PASSWORD), 409)  # nobody puts another key in place of a confirmed one
	location(b.post(PAGE + "/remove", PASSWORD), PAGE)
	status(b.post(PAGE + "/remove", PASSWORD), 409)
	location(w.browser().sign_in(b.email), "/")
	w.forget_attempts()


@test
def an_organisation_may_ask_for_it(w):
	owner = w.signed_in()
	member = w.signed_in("operator", owner.org)
	status(member.get("/settings/security"), 403)
	page = status(owner.post("/settings/security", {"second_factor": "on"}), 409)
	assert page.json["form"]["second_factor"]["error"]
	set_up(w, owner)
	location(
		owner.post("/settings/security", {"second_factor": "on", "idle_minutes": "30", "max_hours": "12"}),
		"/settings/security",
	)
	form = owner.get("/settings/security").json["form"]
	assert (form["second_factor"]["value"], form["idle_minutes"]["value"], form["max_hours"]["value"]) == (
		"on",
		"30",
		"12",
	), form
	status(owner.get("/inbox"), 200)
	page = status(member.html("/inbox"), 303)
	assert page.header("Location") == PAGE, page.headers
	status(member.get("/inbox"), 403)
	status(member.post("/inbox/1/close"), 403)
	assert member.get(PAGE).json["is_missing"]
	status(member.html("/account"), 200)
	digest = "sha256('%s')" % member.cookies["__Host-deskbell"]
	assert w.sql.value("select deskbell_enter(%s, %d) as x" % (digest, owner.org)) is False, (
		"the database opens the organisation all the same"
	)
	set_up(w, member)
	status(member.get("/inbox"), 200)
	assert w.sql.value("select deskbell_enter(%s, %d) as x" % (digest, owner.org)) is True
	for bad in (
		{"idle_minutes": "4"},
		{"idle_minutes": "43201"},
		{"max_hours": "0"},
		{"max_hours": "8761"},
		{"max_hours": "x"},
	):
		status(owner.post("/settings/security", dict({"second_factor": "on"}, **bad)), 400)


@test
def an_owner_resets_it(w):
	owner = w.signed_in()
	member = w.signed_in("operator", owner.org)
	them = member.get("/account").json["user"]["id"]
	path = "/settings/people/%d/second-factor/reset" % them
	location(owner.post(path), "/settings/people")
	set_up(w, member)
	status(w.signed_in().post(path), 404)
	status(w.signed_in("admin", owner.org).post(path), 403)
	other_org = w.organisation()
	w.sql.script("insert into memberships (org_id, user_id, role) values (%d, %d, 'operator');" % (other_org, them))
	status(owner.post(path), 409)
	status(member.get("/account"), 200)
	w.sql.script("delete from memberships where org_id = %d;" % other_org)
	location(owner.post(path), "/settings/people")
	status(member.get("/account"), 401)
	location(w.browser().sign_in(member.email), "/")
	assert "second_factor.reset" in [
		r["action"]
		for r in w.sql.rows("select action from audit_log where org_id = %d and actor like 'user:%%'" % owner.org)
	]


@test
def the_operator_takes_it_away(w):
	b = w.signed_in()
	ctl = lambda *args: w.stack.ctl("user", "second-factor", "--email", b.email, *args)
	assert ctl() == b.email + " has no second factor." and ctl("--reset") == b.email + " has no second factor."
	status(b.get("/account"), 200)
	set_up(w, b)
	assert ctl() == b.email + " has a second factor."
	assert "all sessions ended" in ctl("--reset") and ctl() == b.email + " has no second factor."
	status(b.get("/account"), 401)
	location(w.browser().sign_in(b.email), "/")
	entry = w.sql.row("select actor from audit_log where org_id = %d and action = 'second_factor.reset'" % b.org)
	assert entry == {"actor": "deskbellctl"}, entry
	assert w.stack.ctl("user", "second-factor", "--email", "nobody@zq.example", check=False).returncode == 66


@test
def without_keys_recovery_codes_work(w):
	b = w.signed_in()
	secret, codes = set_up(w, b)
	w.sql.script(
		"update second_factors set secret = 's1.00000000.AAAA' where user_id = (select id from users where email = '%s');"
		% b.email
	)
	status(half_way(w, b).post(SECOND, {"code": code(secret, early_in_a_step(w))}), 401)
	location(half_way(w, b).post(SECOND, {"code": codes[0]}), "/")


@test
def secrets_follow_a_rotation_of_keys(w):
	b = w.signed_in()
	secret, _ = set_up(w, b)
	w.sql.script("delete from second_factors where secret like 's1.00000000.%';")
	before = w.sql.value(
		"select secret from second_factors where user_id = (select id from users where email = '%s')" % b.email
	)
	browsers_key = lambda: b.post("/account/push/key", {}, headers={"Accept": "application/json"}).body
	key = browsers_key()
	out = w.stack.ctl("key", "rotate", "--drop-old", "--json")
	assert "\"not_opened\":0" in out.replace(" ", "") and "\"old_keys_dropped\":true" in out.replace(" ", ""), out
	after = w.sql.value(
		"select secret from second_factors where user_id = (select id from users where email = '%s')" % b.email
	)
	assert before.split(".")[1] != after.split(".")[1]
	assert "\"push_keys\":1" in out.replace(" ", "") and browsers_key() == key and b"key" in key, (out, key)
	forget(w, b)
	location(half_way(w, b).post(SECOND, {"code": code(secret, early_in_a_step(w))}), "/")


# How long sessions last


@test
def the_strictest_organisation_counts(w):
	b = w.signed_in()
	user = w.sql.value("select id from users where email = '%s'" % b.email)
	other = w.organisation()
	w.sql.script(
		"insert into memberships (org_id, user_id, role) values (%d, %d, 'operator');"
		" update organizations set session_idle_min = 600, session_max_h = 48 where id = %d;" % (other, user, b.org)
	)
	for change, wanted in (
		("seen_at = now() - interval '9 hours'", 200),
		("created_at = now() - interval '47 hours'", 200),
	):
		w.sql.script("update sessions set %s where user_id = %d;" % (change, user))
		status(b.get("/account"), wanted)
	w.sql.script(
		"update organizations set session_idle_min = 5 where id = %d; update sessions set seen_at = now() - interval '6 "
		"minutes' where user_id = %d;" % (other, user)
	)
	status(b.get("/account"), 401)
	w.sql.script(
		"update organizations set session_idle_min = null; update organizations set session_max_h = 1 where id = %d;"
		% other
	)
	status(b.get("/account"), 401)
	w.sql.script(
		"update organizations set session_max_h = null; update sessions set seen_at = now() where user_id = %d;" % user
	)
	status(b.get("/account"), 200)


# What the audit log tells


def actions(w, org):
	return [
		(r["action"], r["actor"])
		for r in w.sql.rows("select action, actor from audit_log where org_id = %d order by id" % org)
	]


@test
def signing_in_is_written_down(w):
	b = w.signed_in()
	me = "user:%d" % b.get("/account").json["user"]["id"]
	start = len(actions(w, b.org))
	status(w.browser().sign_in(b.email, "zqsecret0wrong0password"), 401)
	c = w.browser()
	location(c.sign_in(b.email), "/")
	location(c.post("/sign-out"), "/sign-in")
	location(
		b.post("/account/password", {"password": planted.PASSWORD, "new_password": "zqsecret0new0password"}), "/account"
	)
	b.get("/account")
	location(b.post("/account/sessions/end"), "/account")  # there are no others
	assert actions(w, b.org)[start:] == [
		("sign_in.wrong", "sign-in"),
		("sign_in.good", me),
		("session.end", me),
		("password.change", me),
	], actions(w, b.org)[start:]
	detail = w.sql.value(
		"select detail->>'address' as a from audit_log where org_id = %d and action = 'sign_in.wrong'" % b.org
	)
	assert detail == "127.0.0.1", detail
	page = b.html("/audit").text
	assert "Wrong password" in page and "Sign-in page" in page
	w.forget_attempts()


@test
def a_stranger_cannot_fill_it(w):
	_, email = w.person()
	org = w.sql.value("select org_id from member_names where email = '%s'" % email)
	for n in range(30):
		w.sql.script(
			"select deskbell_sign_in_begin('%s', '203.0.113.%d', sha256('t%d'));"
			" select deskbell_sign_in_prove(sha256('t%d'), sha256('guess'));" % (email, n, n, n)
		)
	assert [a for a, _ in actions(w, org)].count("sign_in.wrong") == 6, actions(w, org)  # five, and the twentieth
	w.sql.script(
		"do $$ begin for n in 1..130 loop perform deskbell_sign_in_begin('nobody' || n || '@example.com',"
		" '2001:db8:' || to_hex(n) || '::1', sha256('u' || n::text)::bytea); "
		"perform deskbell_sign_in_prove(sha256('u' || n::text)::bytea, sha256('x')); end loop; end $$;".replace(
			"sha256('u' || n::text)::bytea", "sha256(convert_to('u' || n, 'UTF8'))"
		)
	)
	rows = w.sql.row(
		"select count(*) as n, sum(n) as total, max(n) filter (where address = 'elsewhere') as rest from sign_in_unknown"
	)
	assert rows["n"] <= 101 and rows["total"] >= 130 and rows["rest"] >= 29, rows
	w.forget_attempts()


@test
def removal_ends_sessions(w):
	owner = w.signed_in()
	member = w.signed_in("operator", owner.org)
	them = member.get("/account").json["user"]["id"]
	location(owner.post("/settings/people/%d/remove" % them), "/settings/people")
	status(member.get("/account"), 401)


@test
def pages_speak_three_languages(w):
	b = w.signed_in()
	for language, word in (("en", "Second factor"), ("es", "Segundo factor"), ("tr", "İkinci etken")):
		b.post("/account", {"name": "N", "language": language, "time_zone": "UTC"})
		assert word in status(b.html(PAGE), 200).text and status(b.html("/settings/security"), 200)
	page = w.browser().request("GET", "/sign-in", headers={"Accept": "text/html", "Accept-Language": "tr"})
	status(page, 200)


sys.exit(main())
