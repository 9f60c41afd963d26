"""The desk request by request, behind any web server: set-up, sign-in, sessions, invitations, people, and what
strangers try.

desk.py FLAVOUR [NAME...]     NAME: only tests whose function's name holds this word
"""

import gzip
import os
import re
import sys
import urllib.parse

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

from deskbell import planted
from deskbell.desk import Browser, check_logs, person, status, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

TESTS = []
SESSION, FORM = "__Host-deskbell", "__Host-deskbell-form"
WRONG = "zqsecret0wrong0password"


def test(function):
	TESTS.append(function)
	return function


class World:
	def __init__(self, stack, server):
		self.stack, self.server, self.sql = stack, server, stack.sql
		self.n = 0

	def browser(self):
		return Browser(self.server.port)

	def organisation(self):
		self.n += 1
		return self.stack.organisation("Org %d" % self.n)

	def person(self, role="owner", org=None):
		self.n += 1
		email = "p%d@example.com" % self.n
		org = org or self.organisation()
		person(self.stack, org, email, role)
		return org, email

	def signed_in(self, role="owner", org=None):
		org, email = self.person(role, org)
		b = self.browser()
		page = b.sign_in(email)
		assert page.status == 200, (page.status, page.body)
		b.org, b.email = org, email
		return b

	def forget_attempts(self):
		self.sql.script("delete from sign_in_attempts;")


def location(page, wanted):
	status(page, 200)
	assert page.json.get("location") == wanted, page.body
	return page


# Headers


@test
def every_answer_is_guarded(w):
	for path in ("/sign-in", "/nothing", "/account", "/assets/none.css"):
		page = w.browser().html(path)
		csp = page.header("Content-Security-Policy")
		for part in (
			"default-src 'none'",
			"script-src 'self'",
			"style-src 'self'",
			"frame-ancestors 'none'",
			"form-action 'self'",
			"base-uri 'none'",
		):
			assert part in csp, (path, csp)
		assert "unsafe" not in csp
		assert page.header("X-Content-Type-Options") == "nosniff"
		assert page.header("Referrer-Policy") == "same-origin"
		assert page.header("Cache-Control") == "no-store"
		assert page.header("Permissions-Policy")
		assert page.header("Strict-Transport-Security").startswith("max-age=")


@test
def pages_are_html_json_or_text(w):
	b = w.browser()
	page = status(b.html("/sign-in"), 200)
	assert (
		page.header("Content-Type") == "text/html; charset=utf-8"
		and "<html lang=\"en\"" in page.text
		and "</html>" in page.text
	)
	page = status(b.get("/sign-in"), 200)
	assert page.header("Content-Type") == "application/json" and page.json["page"]["name"] == "sign-in"
	for accept, kind in (
		("text/html", "text/html; charset=utf-8"),
		("application/json", "application/json"),
		("text/plain", "text/plain; charset=utf-8"),
	):
		page = status(b.get("/nothing", Accept=accept), 404)
		assert page.header("Content-Type") == kind, (accept, page.headers)
	page = status(b.request("HEAD", "/sign-in"), 200)
	assert page.body == b""


@test
def languages_follow_the_browser(w):
	for header, lang in (
		("tr", "tr"),
		("de, es;q=0.8, en;q=0.5", "es"),
		("xx", "en"),
		("en;q=0.1, tr-TR;q=0.9", "tr"),
		(",;=,,", "en"),
	):
		assert w.browser().get("/sign-in", **{"Accept-Language": header}).json["lang"] == lang, header
	page = w.browser().request("GET", "/sign-in", headers={"Accept": "text/html", "Accept-Language": "tr"})
	assert "<html lang=\"tr\"" in page.text


@test
def assets_are_kept_for_ever(w):
	b = w.browser()
	for path in b.get("/sign-in").json["assets"].values():
		page = status(b.get(path), 200)
		assert page.header("Cache-Control") == "public, max-age=31536000, immutable", page.headers
		assert page.header("Content-Type").split(";")[0] in (
			"text/css",
			"text/javascript",
			"image/svg+xml",
			"image/png",
			"application/manifest+json",
		), page.headers
		again = status(b.get(path, **{"If-None-Match": "W/\"x\", " + page.header("ETag")}), 304)
		assert again.body == b"" and "immutable" in again.header("Cache-Control")
		status(b.get(path, **{"If-None-Match": "\"x\""}), 200)
		assert re.fullmatch(r"/assets/[a-z0-9-]+\.[0-9a-f]{16}\.[a-z]+", path), path
	for path in (
		"/assets/desk.css",
		"/assets/",
		"/assets/../deskbell.conf",
		"/assets/%2e%2e/x",
		"/assets/..%2f..%2fetc/passwd",
		"/assets/desk.0000000000000000.css",
	):
		page = b.get(path)
		assert page.status in (400, 403, 404), (path, page.status)


@test
def paths_and_methods(w):
	b = w.browser()
	for path in (
		"/sign-in/",
		"//sign-in",
		"/Sign-in",
		"/sign%2din",
		"/./sign-in",
		"/settings/people/01/role",
		"/settings/people/-1/role",
		"/settings/people/1x/role",
		"/settings/people/99999999999999999999/role",
		"/invitations/short",
		"/invitations/" + "a" * 65,
		"/..%00/x",
	):
		page = b.request("GET", path)
		assert page.status in (400, 403, 404) or page.status == 200 and path in ("//sign-in", "/./sign-in"), (
			path,
			page.status,
		)
	page = status(b.request("PUT", "/sign-in", "x"), 405, 411, 501)
	assert page.status != 405 or page.header("Allow") == "GET, POST"
	status(b.request("GET", "/sign-out"), 405)


# Set-up


def set_up(w, code, b=None, **changes):
	b = b or w.browser()
	b.get("/setup")
	form = {
		"code": code,
		"organisation": "Salon Ana",
		"language": "es",
		"email": "ana%d@example.com" % w.n,
		"new_password": planted.PASSWORD,
	}
	form.update(changes)
	return b.post("/setup", form)


@test
def a_code_sets_up_once(w):
	w.n += 1
	b = w.browser()
	status(set_up(w, "wrong-code-wrong-code"), 403)
	code = w.stack.ctl("setup-code")
	Browser.seen.add(code)
	page = status(set_up(w, code, new_password="short", email="no address"), 400)
	form = page.json["form"]
	assert (
		form["new_password"]["error"]
		and form["email"]["error"]
		and form["organisation"]["value"] == "Salon Ana"
		and form["email"]["value"] == "no address"
	)
	assert form["new_password"]["value"] == "", "a password is not shown again"
	location(set_up(w, code, b), "/")
	account = status(b.get("/account"), 200).json
	assert account["org"]["name"] == "Salon Ana" and account["user"]["role"] == "owner" and account["org"]["bot_off"]
	status(set_up(w, code, email="other@example.com"), 403)
	stored = w.sql.row(
		"select o.language, (select count(*) from audit_log a where a.org_id = o.id and a.action = 'setup') as n from "
		"organizations o where id = %d" % account["org"]["id"]
	)
	assert stored == {"language": "es", "n": 1}, stored


@test
def a_code_ends_after_half_an_hour(w):
	code = w.stack.ctl("setup-code")
	w.sql.script("update setup_codes set expires_at = now() where used_at is null;")
	status(set_up(w, code), 403)


@test
def set_up_takes_no_account_over(w):
	_, email = w.person()
	before = w.sql.row("select password_hash from users where email = '%s'" % email)
	code = w.stack.ctl("setup-code")
	page = status(set_up(w, code, email=email.upper()), 409)
	assert page.json["form"]["email"]["error"]
	assert w.sql.row("select password_hash from users where email = '%s'" % email) == before
	w.n += 1
	location(set_up(w, code), "/")


# Signing in


@test
def a_session_begins_and_ends(w):
	org, email = w.person()
	b = w.browser()
	page = location(b.sign_in(email), "/")
	line = b.set[SESSION]
	for flag in ("Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=2592000"):
		assert flag in line.split("; "), line
	assert "Domain" not in line
	token = b.cookies[SESSION]
	assert len(token) == 43
	dump = w.sql.script("select * from sessions; select * from users;")
	assert token not in dump and planted.PASSWORD not in dump
	model = status(b.get("/account"), 200).json
	assert (
		model["user"]["email"] == email
		and model["org"]["id"] == org
		and model["csrf"] != token
		and len(model["csrf"]) == 86
	)
	location(b.post("/sign-out"), "/sign-in")
	assert SESSION not in b.cookies
	b.cookies[SESSION] = token
	status(b.get("/account"), 401)


@test
def address_case_and_spaces_do_not_matter(w):
	_, email = w.person()
	location(w.browser().sign_in("  " + email.upper() + " "), "/")


@test
def wrong_ones_are_told_alike(w):
	_, email = w.person()
	one = status(w.browser().sign_in(email, WRONG), 401).json["form"]
	two = status(w.browser().sign_in("nobody@example.com", WRONG), 401).json["form"]
	assert one["error"] == two["error"] and one["email"]["value"] == email and one["password"]["value"] == ""
	status(w.browser().sign_in("no address", WRONG), 400)
	status(w.browser().sign_in(email, ""), 400)
	status(w.browser().sign_in(email, "x" * 501), 400)
	status(w.browser().sign_in(email, planted.PASSWORD + "\0x"), 401)
	status(w.browser().sign_in(b"a\xff@example.com", b"\xff\xfe"), 400)
	w.forget_attempts()


@test
def a_planted_session_does_not_count(w):
	_, email = w.person()
	victim, attacker = w.browser(), w.signed_in()
	victim.cookies[SESSION] = attacker.cookies[SESSION]
	location(victim.sign_in(email), "/")
	assert victim.cookies[SESSION] != attacker.cookies[SESSION]
	victim.cookies[SESSION] = "A" * 43
	status(victim.get("/account"), 401)
	for odd in ("", "x", "A" * 42, "A" * 44, "'" * 43, "A" * 5000):
		victim.cookies[SESSION] = odd
		status(victim.get("/account"), 401, 400)


@test
def two_cookies_of_one_name_are_none(w):
	b = w.signed_in()
	cookie = "%s=%s; %s=%s" % (SESSION, b.cookies[SESSION], SESSION, b.cookies[SESSION])
	status(b.request("GET", "/account", headers={"Cookie": cookie}), 401)


@test
def sessions_expire(w):
	for change in ("expires_at = now() - interval '1 second'", "seen_at = now() - interval '8 days'"):
		b = w.signed_in()
		status(b.get("/account"), 200)
		w.sql.script(
			"update sessions set %s where user_id = (select id from users where email = '%s');" % (change, b.email)
		)
		status(b.get("/account"), 401)


@test
def use_keeps_a_session_alive(w):
	b = w.signed_in()
	user = w.sql.value("select id from users where email = '%s'" % b.email)
	w.sql.script("update sessions set seen_at = now() - interval '6 days' where user_id = %d;" % user)
	status(b.get("/account"), 200)
	assert w.sql.value("select seen_at > now() - interval '1 minute' as fresh from sessions where user_id = %d" % user)


@test
def a_page_waits_behind_the_sign_in(w):
	_, email = w.person()
	b = w.browser()
	page = status(b.html("/settings/people?a=1&b=%2F"), 303)
	assert page.header("Location") == "/sign-in?next=%2Fsettings%2Fpeople%3Fa%3D1%26b%3D%252F", page.header("Location")
	model = b.get(page.header("Location")).json
	assert model["form"]["next"]["value"] == "/settings/people?a=1&b=%2F", model["form"]
	location(
		b.post("/sign-in", {"email": email, "password": planted.PASSWORD, "next": model["form"]["next"]["value"]}),
		"/settings/people?a=1&b=%2F",
	)


@test
def a_page_with_a_long_address_does_so_too(w):
	for n in (900, 979, 980, 990, 1000, 5000):
		for byte in ("a", "%2F", "="):
			page = status(w.browser().html("/inbox?q=" + byte * (n // len(byte))), 303)
			assert page.header("Location").startswith("/sign-in"), page.header("Location")
	status(w.browser().get("/healthz"), 200)


@test
def nobody_is_sent_elsewhere(w):
	_, email = w.person()
	for there in (
		"https://evil.example/",
		"//evil.example/",
		"/\\evil.example",
		"/%0d%0aSet-Cookie:x=1\r\nX: y",
		"javascript:alert(1)",
		"/\tx",
		"\\/evil",
		"/x y",
		"http:/x",
		"",
	):
		b = w.browser()
		page = b.get("/sign-in?next=" + urllib.parse.quote(there, safe=""))
		assert page.status == 400 or page.json["form"]["next"]["value"] == "", (
			there
		)  # 400: the server refuses control characters
		b.get("/sign-in")
		page = b.post("/sign-in", {"email": email, "password": planted.PASSWORD, "next": there})
		assert page.status == 400 or page.json["location"] == "/", (there, page.body)
		assert not page.header("X")


@test
def an_unknown_address_takes_as_long(w):
	import time

	_, email = w.person()

	def seconds(address):
		b = w.browser()
		b.get("/sign-in")
		start = time.monotonic()
		status(b.post("/sign-in", {"email": address, "password": WRONG}), 401)
		return time.monotonic() - start

	# In turn, so that both meet the same neighbours; what a neighbour does in all three rounds is no accident any more.
	for _ in range(3):
		times = [(seconds(email), seconds("nobody%d@example.com" % n)) for n in range(4)]
		known, unknown = min(t[0] for t in times), min(t[1] for t in times)
		w.forget_attempts()
		if 0.5 < unknown / known < 2:
			return
	raise AssertionError((known, unknown))


# Guessing


@test
def guessing_is_slowed_down(w):
	org, email = w.person()
	b = w.browser()
	for _ in range(5):
		status(b.sign_in(email, WRONG), 401)
	w.sql.script(
		"update sign_in_attempts set at = at + interval '1 minute' where not good;"
	)  # or the pause is over before a slow machine asks
	page = status(b.sign_in(email, planted.PASSWORD), 429)
	assert 1 <= int(page.header("Retry-After")) <= 62, page.headers
	assert page.json["form"]["error"]
	n = w.sql.value("select count(*) as n from sign_in_attempts where not good")
	status(b.sign_in(email, WRONG), 429)
	assert w.sql.value("select count(*) as n from sign_in_attempts where not good") == n, (
		"what is refused unseen counts for nothing"
	)
	w.sql.script("update sign_in_attempts set at = at - interval '2 minutes';")
	location(b.sign_in(email), "/")
	status(b.sign_in(email, WRONG), 401)
	w.forget_attempts()


@test
def the_pause_grows_to_a_quarter_of_an_hour(w):
	_, email = w.person()
	w.browser().sign_in(email, WRONG)
	w.sql.script(
		"insert into sign_in_attempts (account, address) select account, address from sign_in_attempts,"
		" generate_series(1, 40) where not good;"
	)
	page = status(w.browser().sign_in(email), 429)
	assert 800 < int(page.header("Retry-After")) <= 900, page.headers
	w.forget_attempts()


@test
def a_stranger_elsewhere_does_not_lock_the_owner_out(w):
	_, email = w.person()
	status(w.browser().sign_in(email, WRONG), 401)
	w.sql.script(
		"update sign_in_attempts set address = '203.0.113.' || id % 200; insert into sign_in_attempts (account, address) "
		"select account, '203.0.113.' || g from sign_in_attempts, generate_series(1, 200) g where not good;"
	)
	location(w.browser().sign_in(email), "/")
	w.forget_attempts()


@test
def under_attack_a_new_address_has_one_try(w):
	_, email = w.person()
	status(w.browser().sign_in(email, WRONG), 401)
	w.sql.script(
		"update sign_in_attempts set address = '198.51.100.1'; insert into sign_in_attempts (account, address) "
		"select account, address from sign_in_attempts, generate_series(1, 60);"
	)
	status(w.browser().sign_in(email, WRONG), 401)
	status(w.browser().sign_in(email), 429)
	w.forget_attempts()


@test
def one_address_against_many_accounts(w):
	_, known = w.person()
	_, other = w.person()
	location(w.browser().sign_in(known), "/")
	place = w.sql.value("select address from sign_in_attempts where good order by id desc limit 1")
	w.sql.script(
		"insert into sign_in_attempts (account, address) select sha256(('x' || g)::bytea), '%s' from generate_series(1,"
		" 30) g;" % place
	)
	status(w.browser().sign_in(other), 429)
	location(w.browser().sign_in(known), "/")
	w.forget_attempts()


@test
def many_at_once_count_one_by_one(w):
	import concurrent.futures

	_, email = w.person()
	with concurrent.futures.ThreadPoolExecutor(12) as threads:
		seen = sorted(p.status for p in threads.map(lambda _: w.browser().sign_in(email, WRONG), range(24)))
	assert set(seen) <= {401, 429, 503} and seen.count(401) <= 7, seen  # one more for each second that it took
	w.forget_attempts()


# Forms that are not ours


@test
def a_post_needs_its_token(w):
	b, other = w.signed_in(), w.signed_in()
	name = {"name": "X", "time_zone": "UTC"}
	status(b.post("/account", name, csrf=False), 403)
	status(b.post("/account", dict(name, csrf=""), csrf=False), 403)
	status(b.post("/account", dict(name, csrf="A" * 43), csrf=False), 403)
	status(b.post("/account", dict(name, csrf=other.csrf), csrf=False), 403)
	status(
		b.request(
			"POST",
			"/account",
			"csrf=%s&csrf=%s&time_zone=UTC" % (b.csrf, b.csrf),
			{"Content-Type": "application/x-www-form-urlencoded"},
		),
		403,
	)
	location(b.post("/account", name, csrf=False, headers={"X-CSRF-Token": b.csrf}), "/account")
	location(b.post("/account", name), "/account")
	tokens = set(re.findall(r'name="csrf" value="([^"]+)"', status(b.html("/account"), 200).text))
	assert tokens and b.csrf not in tokens, "every page has a mask of its own"
	for token in tokens:
		location(b.post("/account", dict(name, csrf=token), csrf=False), "/account")


@test
def a_post_comes_from_here(w):
	b = w.signed_in()
	name = {"name": "X", "time_zone": "UTC"}
	host = "127.0.0.1:%d" % w.server.port
	for good in (
		{"Origin": "http://" + host},
		{"Origin": "https://desk.example.com"},
		{"Sec-Fetch-Site": "same-origin"},
		{"Sec-Fetch-Site": "none"},
	):
		location(b.post("/account", name, headers=good), "/account")
	for bad in (
		{"Origin": "https://evil.example"},
		{"Origin": "null"},
		{"Origin": "https://desk.example.com.evil.example"},
		{"Origin": "http://127.0.0.1"},
		{"Sec-Fetch-Site": "cross-site"},
		{"Sec-Fetch-Site": "same-site"},
	):
		status(b.post("/account", name, headers=bad), 403)


@test
def signed_out_forms_have_their_own_token(w):
	_, email = w.person()
	form = {"email": email, "password": planted.PASSWORD}
	b = w.browser()
	status(b.post("/sign-in", form, csrf=False), 403)
	b.get("/sign-in")
	line = b.set[FORM]
	assert "HttpOnly" in line and "Secure" in line and "SameSite=Lax" in line
	own, b.csrf = b.csrf, w.browser().get("/sign-in").json["csrf"]
	status(b.post("/sign-in", form), 403)
	b.csrf = own
	signed = w.signed_in()
	status(b.post("/sign-in", dict(form, csrf=signed.csrf), csrf=False), 403)
	del b.cookies[FORM]
	status(b.post("/sign-in", form), 403)


# The account


@test
def name_language_and_zone(w):
	b = w.signed_in()
	location(
		b.post("/account", {"name": "Ana <b>María</b> \"Ö\" & 'x'", "language": "tr", "time_zone": "Europe/Istanbul"}),
		"/account",
	)
	page = status(b.html("/account"), 200)
	assert "<html lang=\"tr\"" in page.text
	assert "Ana &lt;b&gt;María&lt;/b&gt; &quot;Ö&quot; &amp; &#39;x&#39;" in page.text and "<b>María" not in page.text
	model = b.get("/account").json
	assert (
		model["user"]["initials"] == "A<"
		and model["form"]["time_zone"]["value"] == "Europe/Istanbul"
		and model["lang"] == "tr"
	)
	for bad in (
		{"time_zone": "Mars/Phobos"},
		{"time_zone": "../../etc/passwd"},
		{"time_zone": ""},
		{"language": "xx"},
		{"name": "x" * 201},
		{"name": "a\nb"},
		{"name": "a\0b"},
	):
		form = {"name": "Typed", "language": "tr", "time_zone": "UTC"}
		form.update(bad)
		page = status(b.post("/account", form), 400)
		field = list(bad)[0]
		assert page.json["form"][field]["error"], bad
		assert field == "name" or page.json["form"]["name"]["value"] == "Typed"
	assert b.get("/account").json["user"]["name"].startswith("Ana")


@test
def what_was_done_is_said_once(w):
	b = w.signed_in()
	b.post("/account", {"name": "X", "time_zone": "UTC"}, headers={"Accept": "text/html"})
	assert "Your account was saved." in b.html("/account").text
	assert "Your account was saved." not in b.html("/account").text
	b.cookies["__Host-deskbell-flash"] = "<script>"
	assert "class=\"flash" not in b.html("/account").text


@test
def a_new_password_ends_other_sessions(w):
	b = w.signed_in()
	second = w.browser()
	second.sign_in(b.email)
	old = b.cookies[SESSION]
	status(b.post("/account/password", {"password": WRONG, "new_password": "zqsecret0new0password"}), 401)
	status(b.post("/account/password", {"password": planted.PASSWORD, "new_password": "short"}), 400)
	location(
		b.post("/account/password", {"password": planted.PASSWORD, "new_password": "zqsecret0new0password"}), "/account"
	)
	assert b.cookies[SESSION] != old
	status(b.get("/account"), 200)
	status(second.get("/account"), 401)
	b.cookies[SESSION] = old
	status(b.get("/account"), 401)
	status(w.browser().sign_in(b.email), 401)
	location(w.browser().sign_in(b.email, "zqsecret0new0password"), "/")
	w.forget_attempts()


@test
def sessions_are_listed_and_ended(w):
	b, stranger = w.signed_in(), w.signed_in()
	second = w.browser()
	second.sign_in(b.email)
	second.request("GET", "/account", headers={"User-Agent": "<script>"})
	rows = b.get("/account").json["sessions"]
	assert len(rows) == 2 and [r["here"] for r in rows] == [True, False], rows
	theirs = stranger.get("/account").json["sessions"][0]["id"]
	status(b.post("/account/sessions/%d/end" % theirs), 404)
	status(stranger.get("/account"), 200)
	location(b.post("/account/sessions/%d/end" % rows[1]["id"]), "/account")
	status(second.get("/account"), 401)
	second.sign_in(b.email)
	location(b.post("/account/sessions/end"), "/account")
	status(second.get("/account"), 401)
	status(b.get("/account"), 200)


# People


def invite(owner, email, role="operator"):
	owner.get("/settings/people")
	page = status(owner.post("/settings/people/invite", {"email": email, "role": role}), 200)
	link = page.json["invitation"]["link"]
	assert link.startswith("https://desk.example.com/invitations/"), link
	Browser.seen.add(link.split("/")[-1])
	return link[len("https://desk.example.com") :]


@test
def somebody_new_is_invited(w):
	owner = w.signed_in()
	path = invite(owner, "new%d@example.com" % w.n)
	assert path.split("/")[-1] not in w.sql.script("select * from invitations;")
	b = w.browser()
	model = status(b.get(path), 200).json
	assert not model["invitation"]["has_account"] and model["invitation"]["organisation"].startswith("Org "), model
	assert "Org " in status(w.browser().html(path), 200).text
	status(b.post(path, {"new_password": "short"}), 400)
	location(b.post(path, {"new_password": planted.PASSWORD, "name": "New"}), "/")
	model = status(b.get("/account"), 200).json
	assert model["user"]["role"] == "operator" and model["user"]["name"] == "New" and model["org"]["id"] == owner.org
	status(w.browser().get(path), 404)
	status(b.get("/settings/people"), 403)


@test
def somebody_with_an_account_proves_it(w):
	owner = w.signed_in()
	other_org, email = w.person("admin")
	path = invite(owner, email)
	b = w.browser()
	assert b.get(path).json["invitation"]["has_account"]
	status(b.post(path, {"password": WRONG}), 401)
	location(b.post(path, {"password": planted.PASSWORD}), "/")
	model = b.get("/account").json
	assert model["org"]["id"] == owner.org and model["user"]["role"] == "operator" and len(model["orgs"]) == 2
	location(b.post("/organisations/%d" % other_org), "/")
	model = b.get("/account").json
	assert model["org"]["id"] == other_org and model["user"]["role"] == "admin"
	status(b.post("/organisations/%d" % w.organisation()), 404)
	assert b.get("/account").json["org"]["id"] == other_org
	w.forget_attempts()


@test
def invitations_end(w):
	owner = w.signed_in()
	path = invite(owner, "late@example.com")
	newer = invite(owner, "LATE@example.com", "admin")
	status(w.browser().get(path), 404)
	assert w.browser().get(newer).json["invitation"]["role"] == {"admin": True}
	rows = owner.get("/settings/people").json["invitations"]
	assert len(rows) == 1 and rows[0]["role"] == {"admin": True}, rows
	stranger = w.signed_in()
	status(stranger.post("/settings/people/invitations/%d/remove" % rows[0]["id"]), 404)
	location(owner.post("/settings/people/invitations/%d/remove" % rows[0]["id"]), "/settings/people")
	status(w.browser().get(newer), 404)
	path = invite(owner, "late@example.com")
	b = w.browser()
	b.get(path)
	w.sql.script("update invitations set expires_at = now() where org_id = %d;" % owner.org)
	status(b.post(path, {"password": planted.PASSWORD}), 404)
	status(owner.post("/settings/people/invite", {"email": owner.email, "role": "operator"}), 409)
	status(owner.post("/settings/people/invite", {"email": "x@example.com", "role": "god"}), 400)


@test
def the_last_owner_stays(w):
	owner = w.signed_in()
	me = owner.get("/account").json["user"]["id"]
	status(owner.post("/settings/people/%d/role" % me, {"role": "admin"}), 409)
	status(owner.post("/settings/people/%d/remove" % me), 409)
	second = w.signed_in("operator", owner.org)
	other = second.get("/account").json["user"]["id"]
	location(owner.post("/settings/people/%d/role" % other, {"role": "owner"}), "/settings/people")
	assert second.get("/account").json["user"]["role"] == "owner", "a role counts at once"
	location(second.post("/settings/people/%d/remove" % me), "/settings/people")
	status(owner.get("/account"), 401)
	status(second.post("/settings/people/%d/remove" % me), 404)
	actions = [
		r["action"]
		for r in w.sql.rows(
			"select action from audit_log where org_id = %d and actor like 'user:%%' and action not like 'sign_in.%%' "
			"order by id" % owner.org
		)
	]
	assert actions == ["user.role", "user.remove"], actions


@test
def two_owners_do_not_remove_each_other(w):
	import concurrent.futures

	one = w.signed_in()
	two = w.signed_in("owner", one.org)
	ids = [b.get("/account").json["user"]["id"] for b in (one, two)]
	with concurrent.futures.ThreadPoolExecutor(2) as threads:
		list(threads.map(lambda p: p[0].post("/settings/people/%d/remove" % p[1]), ((one, ids[1]), (two, ids[0]))))
	assert w.sql.value("select count(*) as n from memberships where org_id = %d and role = 'owner'" % one.org) == 1


@test
def another_tenants_people_are_out_of_reach(w):
	owner, other = w.signed_in(), w.signed_in()
	them = other.get("/account").json["user"]["id"]
	for path, form in (
		("/settings/people/%d/role" % them, {"role": "operator"}),
		("/settings/people/%d/remove" % them, {}),
	):
		status(owner.post(path, form), 404)
	assert other.get("/account").json["user"]["role"] == "owner"
	assert other.email not in owner.get("/settings/people").body.decode()


# Programs


@test
def api_tokens(w):
	owner = w.signed_in()
	token = w.stack.ctl("token", "add", "--org", owner.org, "Reports", "--role", "admin")
	assert token not in w.sql.script("select * from api_tokens;")
	Browser.seen.add(token)
	b = w.browser()
	bearer = {"Authorization": "Bearer " + token, "Accept": None}
	page = status(b.request("GET", "/settings/people", headers=bearer), 200)
	assert page.json["people"][0]["email"] == owner.email and "user" not in page.json and "csrf" not in page.json
	status(b.request("GET", "/account", headers=bearer), 403)
	status(b.request("GET", "/settings/people", headers={"Authorization": "Bearer " + token + "x"}), 401)
	status(b.request("GET", "/settings/people", headers={"Authorization": "Bearer"}), 401)
	# A session next to a Bearer header never counts.
	status(owner.request("GET", "/settings/people", headers={"Authorization": "Bearer wrong-wrong-wrong-wrong"}), 401)
	status(owner.request("GET", "/settings/people", headers={"Authorization": "Basic eDp5"}), 200)
	low = w.stack.ctl("token", "add", "--org", owner.org, "Low")
	status(b.request("GET", "/settings/people", headers={"Authorization": "Bearer " + low}), 403)
	listed = w.stack.ctl("token", "list", "--org", owner.org, "--json")
	assert "Reports" in listed and token not in listed
	number = w.sql.value("select id from api_tokens where org_id = %d and name = 'Reports'" % owner.org)
	w.stack.ctl("token", "revoke", "--org", owner.org, number)
	status(b.request("GET", "/settings/people", headers=bearer), 401)


# What strangers send


@test
def nothing_is_reflected(w):
	mark = "<script>alert(1)</script>\"'"
	quoted = urllib.parse.quote(mark)
	for path in (
		"/sign-in?next=/" + quoted,
		"/sign-in?x=" + quoted,
		"/" + quoted,
		"/invitations/" + quoted,
		"/setup?code=" + quoted,
	):
		page = w.browser().html(path)
		assert b"<script>alert" not in page.body and b"\"'" not in page.body.replace(b"'\"", b""), path
	b = w.browser()
	b.get("/sign-in")
	page = b.post("/sign-in", {"email": mark, "password": "x", "next": mark}, headers={"Accept": "text/html"})
	assert (
		page.status == 400
		and b"<script>alert" not in page.body
		and b"&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;" in page.body
	)


@test
def bodies_that_are_wrong(w):
	b = w.signed_in()
	kinds = {"Content-Type": "application/x-www-form-urlencoded"}
	token = "csrf=" + b.csrf
	status(b.request("POST", "/account", token + "&name=%zz&time_zone=UTC", kinds), 400)
	status(b.request("POST", "/account", token + "&name=" + "x" * 20000, kinds), 413)
	status(b.request("POST", "/account", token + "&a=1" * 600, kinds), 400)
	status(b.request("POST", "/account", token, {"Content-Type": "text/xml"}), 400)
	status(b.request("POST", "/account", token), 400)
	status(b.request("POST", "/account", "", {"Content-Type": "application/json"}), 403)
	json_kind = {"Content-Type": "application/json"}
	status(b.request("POST", "/account", "{\"csrf\":\"%s\",\"name\":{\"a\":1}}" % b.csrf, json_kind), 400)
	status(b.request("POST", "/account", "[" * 3000, json_kind), 400)
	location(
		b.request("POST", "/account", "{\"csrf\":\"%s\",\"name\":\"J\",\"time_zone\":\"UTC\"}" % b.csrf, json_kind),
		"/account",
	)


def multipart(fields, boundary="xyz"):
	parts = [
		"--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n" % (boundary, k, v)
		for k, v in fields.items()
	]
	return "".join(parts) + "--%s--\r\n" % boundary


@test
def multipart_forms(w):
	b = w.signed_in()
	kind = {"Content-Type": "multipart/form-data; boundary=xyz"}
	good = multipart({"csrf": b.csrf, "name": "M", "time_zone": "UTC"})
	location(b.request("POST", "/account", good, kind), "/account")
	assert b.get("/account").json["user"]["name"] == "M"
	status(b.request("POST", "/account", multipart({"csrf": b.csrf, "name": "x" * 20000}), kind), 413)
	for bad in (
		good[:-6],
		good[10:],
		good.replace("\r\n", "\n"),
		"--xyz",
		"--xyz--",
		"--xyz\r\n\r\n\r\n--xyz--",
		"--xyz\r\n" + "A: b\r\n" * 900 + "\r\nx\r\n--xyz--",
	):
		status(b.request("POST", "/account", bad, kind), 400, 403)
	for odd in (
		"multipart/form-data",
		"multipart/form-data; boundary=",
		"multipart/form-data; boundary=\"",
		"multipart/form-data; boundary=" + "b" * 300,
	):
		status(b.request("POST", "/account", good, {"Content-Type": odd}), 400)


@test
def a_database_that_is_away(w):
	b = w.signed_in()
	w.stack.postgres.stop()
	try:
		page = status(b.html("/account"), 503)
		found = re.search(r"<code>([A-Za-z0-9_-]{8})</code>", page.text)
		assert found and page.header("Retry-After"), page.text
		with open(w.stack.log, encoding="utf-8") as log:
			assert any("event=web.error" in line and found.group(1) in line for line in log), found.group(1)
		status(b.html("/sign-in"), 200)
	finally:
		w.stack.postgres.start()
	status(b.get("/account"), 200)


def plain_http(stack, flavour):
	"""A desk on this machine without TLS: the configuration says so, and cookies do without what browsers would
	refuse there.
	"""
	stack.write_conf(**{"public.base_url": "http://127.0.0.1:8080"})
	with stack.server(flavour) as server:
		w = World(stack, server)
		w.n = 9000
		_, email = w.person()
		b = w.browser()
		page = location(b.sign_in(email), "/")
		assert set(b.cookies) == {"deskbell", "deskbell-form"} and not any(
			"Secure" in line for line in b.set.values()
		), b.set
		assert not page.header("Strict-Transport-Security")
		status(b.get("/account"), 200)
		b.cookies = {"__Host-deskbell": b.cookies["deskbell"]}
		status(b.get("/account", **{"X-Forwarded-Proto": "https"}), 401)


# What depends on the web server and on the life of a process: headers, cookies, addresses, bodies, many at once, a
# database that is away. All the rest runs behind lighttpd as FastCGI, and, where DESKBELL_ALL is set, which `./check
# --all` does, behind all of them.
OF_THE_SERVER = (
	"every_answer_is_guarded",
	"pages_are_html_json_or_text",
	"assets_are_kept_for_ever",
	"paths_and_methods",
	"a_session_begins_and_ends",
	"two_cookies_of_one_name",
	"a_page_with_a_long_address",
	"nobody_is_sent_elsewhere",
	"guessing_is_slowed_down",
	"many_at_once_count_one_by_one",
	"a_post_comes_from_here",
	"api_tokens",
	"nothing_is_reflected",
	"bodies_that_are_wrong",
	"multipart",
	"a_database_that_is_away",
	"plain_http",
)


@test
def what_is_sent_is_compressed_once(w):
	b = w.signed_in()
	asset = re.search(r'href="(/assets/desk\.[^"]+\.css)"', b.html("/account").text).group(1)
	for path in ("/account", "/inbox", asset):
		accepts = {"Accept": "*/*" if path != "/account" else "text/html"}
		plain = status(b.request("GET", path, headers=accepts), 200)
		packed = status(b.request("GET", path, headers=dict(accepts, **{"Accept-Encoding": "gzip"})), 200)
		assert not plain.header("Content-Encoding") and packed.header("Content-Encoding") == "gzip", path
		whole = gzip.decompress(packed.body)
		assert len(packed.body) < len(plain.body) and whole[:20] == plain.body[:20], path


def run(tap, stack, flavour, selection):
	with stack.server(flavour) as server:
		world = World(stack, server)
		for function in TESTS:
			if not selection or any(word in function.__name__ for word in selection):
				tap.run("%s: %s" % (flavour, function.__name__.replace("_", " ")), function, world)
		check_logs(stack, tap)


def main(flavour, selection=()):
	if "DESKBELL_ALL" in os.environ:
		selection = ()

	def body(tap):
		with Stack(with_simulator=False) as stack:
			stack.program("desk.fcgi")
			use_desk_role(stack)
			run(tap, stack, flavour, selection)
			if not selection or "plain_http" in selection:
				tap.run("%s: plain http" % flavour, plain_http, stack, flavour)

	return program(body)


if __name__ == "__main__":
	if len(sys.argv) < 2:
		sys.exit(__doc__)
	sys.exit(main(sys.argv[1], sys.argv[2:]))
