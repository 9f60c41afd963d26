#!/usr/bin/python3
"""From uploaded files to the first answer with a browser alone, as an ordinary user under Apache with .htaccess;
then an update, and what is refused.

With DESKBELL_PORTABLE, the unpacked folder of a portable release, that release is installed; else the programs of
this build."""

import json
import os
import re
import shutil
import stat
import sys
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import hosting, net, planted, processes
from deskbell.desk import Browser
from deskbell.stack import Stack
from deskbell.tap import program

WORD, PORTABLE = hosting.WORD, hosting.PORTABLE


class World:
	def __init__(self, stack):
		self.stack = stack
		self.home = hosting.install_folder(stack)
		self.etc = os.path.join(self.home, "etc")
		stack.postgres.create("fresh")
		stack.postgres.create("latin", encoding="LATIN1")
		stack.postgres.admin(
			"create role guest login nosuperuser nocreatedb nocreaterole nobypassrls;"
			" revoke create on database fresh from public"
		)
		self.sql = stack.postgres.sql("fresh")
		self.server = None
		self.browser = None

	def upload(self, name, text):
		hosting.upload(self.home, name, text)

	def form(self, **changes):
		values = {
			"word": WORD,
			"step": "install",
			"host": self.stack.postgres.folder,
			"name": "fresh",
			"user": "deskbell",
			"password": "it's a \\ secret",
			"address": "http://127.0.0.1:%d/" % self.server.port,
		}
		return {**values, **changes}

	def rest(self):
		"""Until another word may be tried."""
		time.sleep(1.1)

	def post(self, page="/", **fields):
		return self.browser.post(page, fields, csrf=False)


def nothing_is_set_up_yet(w):
	page = w.browser.get("/")
	assert page.status == 503 and page.json["stage"] == {"word": True} and page.json["file"] == {"missing": True}, (
		page.body[:300]
	)
	text = w.browser.html("/inbox").text
	assert "install-word.txt" in text and w.home not in text, text
	answer = net.request(w.server.port, "POST", "/api/webhooks/whatsapp", b"{}")
	assert answer.status == 503 and b"not set up" in answer.body and b"deskbellctl init" in answer.body, (
		answer.status,
		answer.body,
	)
	assert net.request(w.server.port, "GET", "/readyz").status == 503
	assert w.browser.get(w.browser.get("/").json["assets"]["css"]).status == 200


def only_with_the_word_in_the_file(w):
	assert w.post(word=WORD).json["file"] == {"missing": True}
	w.upload("install-word.txt", "short\n")
	page = w.post(word="short")
	assert page.status == 403 and page.json["file"] == {"bad": True}, page.body
	w.upload("install-word.txt", "\ufeff%s\r\n" % WORD)
	page = w.post(word="marmalade")
	assert page.status == 403 and page.json["form"]["word"]["error"], page.body
	w.rest()
	assert w.post(**w.form(word="marmalade")).status == 403 and not os.path.exists(w.stack.conf)
	w.rest()
	page = w.post(word=WORD)
	assert (
		page.status == 200
		and page.json["possible"]
		and page.json["form"]["address"]["value"] == "http://127.0.0.1:%d" % w.server.port
	), page.body
	subjects = {c["subject"]: c for c in page.json["checks"]}
	assert subjects["Encryption"]["warning"] and subjects["Private folder"]["good"] and subjects["Libraries"]["good"], (
		subjects
	)


def guessing_is_slow_and_nobody_waits(w):
	"""A wrong word is answered at once; the next attempt of the same network is not even compared for a second, the
	right word neither.
	"""
	took, answers = [], []

	def guess(n):
		began = time.monotonic()
		page = Browser(w.server.port).post("/", {"word": WORD if n == 7 else "marmalade %d" % n}, csrf=False)
		took.append(time.monotonic() - began)
		answers.append((page.status, page.header("Retry-After")))

	guess(0)
	threads = [threading.Thread(target=guess, args=(n,)) for n in range(1, 12)]
	for t in threads:
		t.start()
	for t in threads:
		t.join()
	assert answers[0] == (403, None) and took[0] < 0.9, (answers, took)
	assert answers[1:] == [(429, "1")] * 11 or took[-1] > 0.9, (answers, took)
	w.rest()
	page = w.post(word=WORD)
	assert page.status == 200, page.body[:300]


def a_folder_that_everybody_sees_is_refused_whatever_is_sent(w):
	"""The page offers no form there; one is sent nevertheless."""
	body = urllib.parse.urlencode(w.form()).encode()
	desk = os.path.join(PORTABLE, "deskbell") if PORTABLE else w.stack.program("desk.fcgi")
	env = {
		"GATEWAY_INTERFACE": "CGI/1.1",
		"REQUEST_METHOD": "POST",
		"REQUEST_URI": "/",
		"QUERY_STRING": "",
		"CONTENT_TYPE": "application/x-www-form-urlencoded",
		"CONTENT_LENGTH": str(len(body)),
		"DOCUMENT_ROOT": w.home,
		"HTTP_ACCEPT": "application/json",
		"REMOTE_ADDR": "192.0.2.7",
		"DESKBELL_CONF": w.stack.conf,
		"DESKBELL_PROGRAM": "desk.fcgi",
	}
	answer = processes.run([desk], input=body, env=env, check=False).stdout.decode()
	assert "Status: 400" in answer and '"possible":false' in answer and not os.path.exists(w.stack.conf), answer[:1500]


def a_wrong_database_is_told_beside_the_form(w):
	for changes, words in [
		({"name": "nowhere"}, "does not exist"),
		({"name": "latin"}, "UTF8"),
		({"user": "postgres"}, "superuser"),
		({"user": "guest"}, "may not create"),
		({"port": "6543"}, "cannot be reached"),
		({"port": "x"}, None),
		({"password": "x\nkey.file = /etc/passwd"}, None),
		({"name": ""}, None),
		({"address": "chat"}, None),
	]:
		if changes == {"user": "guest"}:
			w.stack.postgres.admin("select 1")
			w.sql.script("revoke create on schema public from public")
		page = w.post(**w.form(**changes))
		form = page.json["form"]
		assert page.status == 400 and page.json["stage"] == {"form": True}, (changes, page.status, page.body[:400])
		assert words in form["error"] if words else form[list(changes)[0]]["error"], (changes, form)
		assert b"secret" not in page.body and not os.path.exists(w.stack.conf)


def one_form_installs_it(w):
	htaccess = os.path.join(w.server.folder, "htdocs", ".htaccess")
	assert "mod_fcgid.c" in open(htaccess, encoding="utf-8").read()
	page = w.post(**w.form())
	assert page.status == 200 and page.json["stage"] == {"done": True} and page.json["first"], page.body[:600]
	trials = page.json["trials"]
	assert [t["good"] for t in trials] == [True, True] and "plain CGI" in trials[1]["words"], trials
	assert "mod_no_fcgid.c" in open(htaccess, encoding="utf-8").read(), "a large delivery would be refused"
	for name in ("deskbell.conf", "key", "webcron-key"):
		st = os.stat(os.path.join(w.etc, name))
		assert stat.S_IMODE(st.st_mode) == 0o600 and st.st_uid == processes.plain_user().pw_uid, (name, oct(st.st_mode))
	assert not os.path.exists(os.path.join(w.etc, "install-word.txt"))
	assert "deskbell-outbox --linger 58 --config " + w.stack.conf in page.json["cron"], page.json["cron"]
	w.web_cron = re.sub("^http://[^/]*", "", page.json["web_cron"])
	Browser.seen.add(w.web_cron.split("key=")[1])


def then_it_is_closed(w):
	w.upload("install-word.txt", WORD)
	before = open(w.stack.conf, encoding="utf-8").read()
	page = w.post(**w.form(name="latin"))
	assert page.status in (401, 403, 404, 405) and open(w.stack.conf, encoding="utf-8").read() == before, page.status
	assert net.request(w.server.port, "GET", "/readyz").status == 200
	os.unlink(os.path.join(w.etc, "install-word.txt"))


def the_first_owner_signs_in(w):
	page = w.browser.get("/setup")
	assert page.json["form"]["code"]["value"], "the code is not filled in"
	page = w.browser.post(
		"/setup",
		{
			"code": page.json["form"]["code"]["value"],
			"organisation": "Salon Fresh",
			"email": "ana@example.com",
			"language": "en",
			"new_password": planted.PASSWORD,
		},
	)
	assert page.json["ok"] and "deskbell-setup" not in w.browser.cookies, (page.status, page.body[:300])
	assert w.browser.get("/inbox").status == 200
	assert w.sql.value("select count(*) from memberships where role = 'owner'") == 1


def a_customer_is_answered(w):
	with open(w.stack.conf, "a", encoding="utf-8") as f:
		f.write("graph.base_url = %s\nanswer.debounce_ms = 0\noutbox.kick_linger_s = 3\n" % w.stack.simulator.url)
	config = {
		"phone_number_id": "106540000009999",
		"business_account_id": "102290000009999",
		"permanent_access_token": planted.ACCESS_TOKEN + "9",
		"app_secret": planted.APP_SECRET,
		"verify_token": planted.VERIFY_TOKEN + "9",
		"odd": "yes",
	}
	w.stack.simulator.add({**config, "display_phone_number": "+15550009999"}, w.server.port)
	w.browser.get("/settings/channels/whatsapp")
	assert w.browser.post("/settings/channels/whatsapp", config).status in (200, 303)
	assert w.sql.value("select count(*) from channels") == 1
	w.browser.get("/skills/new")
	page = w.browser.post(
		"/skills/new",
		{
			"title": "Opening hours",
			"triggers": "when are you open\nopening times\nare you open today",
			"response": "From 9 to 18.",
			"enabled": "on",
		},
	)
	assert page.json.get("ok"), page.body[:500]
	w.browser.get("/settings/organisation")
	w.sql.script("update organizations set bot_mode = 'active'")
	w.stack.simulator.control(
		"POST",
		"inbound",
		{
			"phone_number_id": config["phone_number_id"],
			"from": "16505550123",
			"name": "Zoe",
			"text": "when are you open",
		},
	)
	answer = net.request(w.server.port, "GET", w.web_cron)
	assert answer.status == 200, (answer.status, answer.body)
	processes.wait_until(
		lambda: (
			w.sql.value(
				"select count(*) from messages where direction = 'outbound' and status in ('accepted', 'sent', 'delivered', 'read')"
			)
			== 1
		),
		"the first answer",
		timeout=30,
	)


def it_works_again_after_the_host_has_moved(w):
	"""The folder lies elsewhere, and the address is another; nothing else is changed. The receiver needs the key for
	the signature, so the paths in the configuration are right.
	"""
	htaccess = os.path.join(w.server.folder, "htdocs", ".htaccess")
	w.server.stop()
	w.server.folder = os.path.join(w.stack.folder, "elsewhere")
	w.server.port = net.free_port()
	new = os.path.join(w.server.folder, "deskbell")
	os.mkdir(w.server.folder)
	processes.give(w.server.folder)
	shutil.move(w.home, new)
	w.home, w.etc = new, os.path.join(new, "etc")
	w.stack.conf = os.path.join(w.etc, "deskbell.conf")
	with open(w.stack.conf, "r+", encoding="utf-8") as f:
		text = re.sub(r"(?m)^public.base_url = .*$", "public.base_url = http://127.0.0.1:%d" % w.server.port, f.read())
		f.seek(0)
		f.write(text)
		f.truncate()
	w.server.start()
	shutil.copy(htaccess, os.path.join(w.server.folder, "htdocs", ".htaccess"))
	w.browser.port = w.server.port
	assert net.request(w.server.port, "GET", "/readyz").status == 200 and w.browser.get("/inbox").status == 200
	body = json.dumps(
		{
			"object": "whatsapp_business_account",
			"entry": [
				{
					"id": "102290000009999",
					"changes": [
						{
							"field": "messages",
							"value": {
								"messaging_product": "whatsapp",
								"metadata": {"phone_number_id": "106540000009999"},
								"contacts": [{"wa_id": "16505550177", "profile": {"name": "Ida"}}],
								"messages": [
									{
										"from": "16505550177",
										"id": "wamid.moved",
										"timestamp": str(int(time.time())),
										"type": "text",
										"text": {"body": "when are you open"},
									}
								],
							},
						}
					],
				}
			],
		}
	).encode()
	answer = net.request(
		w.server.port,
		"POST",
		"/api/webhooks/whatsapp",
		body,
		{"Content-Type": "application/json", "X-Hub-Signature-256": net.signature(planted.APP_SECRET, body)},
	)
	assert answer.status == 200, (answer.status, answer.body)
	assert net.request(w.server.port, "GET", w.web_cron).status == 200
	processes.wait_until(
		lambda: (
			w.sql.value(
				"select count(*) from messages where direction = 'outbound' and status in ('accepted', 'sent', 'delivered', 'read')"
			)
			== 2
		),
		"the answer after the move",
		timeout=30,
	)


def an_owner_updates_the_database(w):
	other = Browser(w.server.port)
	ours = w.sql.value("select checksum from schema_migrations where name = 'functions'")
	w.sql.script(
		"update schema_migrations set checksum = 'of before' where name = 'functions'; drop function deskbell_rest"
	)
	stranger = other.get("/inbox")
	assert stranger.status == 503 and stranger.json["page"]["name"] == "update" and not stranger.json["is_owner"], (
		stranger.body[:300]
	)
	assert other.post("/", {"word": ""}, csrf=False).status == 403
	page = w.browser.get("/inbox")
	assert page.status == 503 and page.json["is_owner"], page.body[:300]
	assert w.browser.post("/", {}, csrf=False).status == 403
	page = w.browser.post("/", {})
	assert page.json.get("ok"), page.body[:500]
	assert w.sql.value("select checksum from schema_migrations where name = 'functions'") == ours
	assert w.browser.get("/inbox").status == 200
	w.ours = ours


def so_does_the_word_in_the_file(w):
	other = Browser(w.server.port)
	w.sql.script(
		"update schema_migrations set checksum = 'of before' where name = 'functions'; drop function deskbell_rest"
	)
	assert other.post("/", {"word": WORD}, csrf=False).status == 403, "there is no such file"
	w.upload("install-word.txt", WORD)
	assert other.post("/", {"word": "marmalade"}, csrf=False).status == 403
	page = other.post("/", {"word": WORD}, csrf=False)
	assert page.status == 429 and page.header("Retry-After") == "1", page.status
	w.rest()
	page = other.post("/", {"word": WORD}, csrf=False)
	assert page.json.get("ok"), page.body[:500]
	assert [n for n in os.listdir(w.etc) if n.startswith("install-word")] == [], "the word may be used again"
	assert w.sql.value("select checksum from schema_migrations where name = 'functions'") == w.ours


def an_older_program_changes_nothing(w):
	w.sql.script(
		"update schema_migrations set checksum = 'of tomorrow' where name = 'functions';"
		" insert into schema_migrations (name, checksum) values ('functions.%s', '%s')" % (w.ours[:16], w.ours)
	)
	page = w.browser.get("/inbox")
	assert page.status == 503, page.status
	page = w.browser.post("/", {})
	assert page.status == 503 and "newer program" in page.json["form"]["error"], page.body[:500]
	assert w.sql.value("select checksum from schema_migrations where name = 'functions'") == "of tomorrow"
	w.sql.script("update schema_migrations set checksum = '%s' where name = 'functions'" % w.ours)
	assert w.browser.get("/inbox").status == 200


def a_broken_configuration_is_no_bare_500(w):
	with open(w.stack.conf, "a", encoding="utf-8") as f:
		f.write("no.such.key = 1\n")
	for path in ("/readyz", "/inbox"):
		answer = net.request(w.server.port, "GET", path)
		assert (
			answer.status == 503
			and b"configuration cannot be used" in answer.body
			and b"no.such.key" not in answer.body
		), (path, answer.status, answer.body)


def main(tap):
	with Stack() as stack:
		w = World(stack)
		with hosting.Hosting(stack) as server:
			w.server, w.browser = server, Browser(server.port)
			for case in (
				nothing_is_set_up_yet,
				only_with_the_word_in_the_file,
				guessing_is_slow_and_nobody_waits,
				a_folder_that_everybody_sees_is_refused_whatever_is_sent,
				a_wrong_database_is_told_beside_the_form,
				one_form_installs_it,
				then_it_is_closed,
				the_first_owner_signs_in,
				a_customer_is_answered,
				it_works_again_after_the_host_has_moved,
				an_owner_updates_the_database,
				so_does_the_word_in_the_file,
				an_older_program_changes_nothing,
				a_broken_configuration_is_no_bare_500,
			):
				if not tap.run(case.__name__.replace("_", " "), case, w):
					tap.note(
						"\n".join(
							open(f, encoding="utf-8", errors="replace").read()[-1500:]
							for f in stack.logs()
							if "apache" in f
						)
					)
		stack.check_logs(tap)


sys.exit(program(main))
