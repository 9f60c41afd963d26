#!/usr/bin/python3
"""Broken set-ups, one after another, and what `deskbellctl doctor` says of each: the cause, and a remedy that can be
followed. Where a remedy is a command it is done, and the doctor is content then. The set-up that all begin with has no
finding but those of ALWAYS."""

import contextlib
import http.server
import json
import os
import re
import sys
import threading

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from deskbell import conf, net, planted, processes
from deskbell.ctl import Ctl, channel_form, conversation_of
from deskbell.stack import Stack
from deskbell.tap import program

# A host without a web server and without cron: the rest is in order.
ALWAYS = {"address", "sender"}


class Answers(http.server.BaseHTTPRequestHandler):
	"""A web server that answers as it is told to."""

	small, large = 200, 405

	def log_message(self, *args):
		pass

	def do_GET(self):
		self.answer(Answers.small)

	def do_POST(self):
		self.rfile.read(int(self.headers["Content-Length"]))
		self.answer(Answers.large)

	def answer(self, status):
		self.send_response(status)
		self.send_header("Content-Length", "0")
		self.end_headers()


class World:
	def __init__(self, stack):
		self.stack, self.sql, self.ctl = stack, stack.sql, Ctl(stack)
		self.org = int(self.ctl.good("org", "add", "Doctor's"))
		self.channel = self.ctl.json("channel", "connect", "whatsapp", "--org", self.org, input=channel_form(1))["id"]
		self.sql.script("update channels set status = 'verified';")
		stack.postgres.create("second")
		self.second = stack.postgres.url(database="second")
		self.ctl.good("migrate", env={"DESKBELL_DATABASE_URL": self.second})

	def path(self, name):
		return os.path.join(self.stack.folder, name)

	def file(self, name, text, mode=0o600):
		path = self.path(name)
		with open(path, "w", encoding="utf-8") as f:
			f.write(text)
		os.chmod(path, mode)
		processes.give(path)
		return path

	def findings(self, env, conf_path=None):
		done = self.ctl.run(
			"doctor",
			"--json",
			conf=conf_path,
			env={"DESKBELL_" + k.replace(".", "_").upper(): v for k, v in env.items()},
		)
		found = json.loads(done.out)
		assert done.returncode == (1 if [f for f in found if f["level"] == "FAIL"] else 0), (done.returncode, found)
		return found

	def admin(self, statement):
		self.stack.postgres.admin(statement)

	def run_sql(self, statement, url=None):
		processes.run([self.stack.postgres.bin + "/psql", "-XAtqc", statement, url or self.stack.postgres.url()])


class Setup:
	"""One way to be broken. `env` overrides settings; `before` and `after` are done to the world; `remedy` is in the
	finding's next step, or in its text where that says what to do; `mend` does what the remedy says, given the finding,
	and may change `env`."""

	def __init__(self, name, check, level, cause, remedy, env=None, before=None, after=None, mend=None, conf_of=None):
		self.name, self.check, self.level, self.cause, self.remedy = name, check, level, cause, remedy
		self.env, self.before, self.after, self.mend, self.conf_of = env or (lambda w: {}), before, after, mend, conf_of

	def find(self, w, env, path):
		return [f for f in w.findings(env, path) if f["check"] == self.check and f["level"] != "ok"]

	def run(self, w):
		with contextlib.ExitStack() as stack:
			if self.after:
				stack.callback(self.after, w)
			if self.before:
				self.before(w)
			env, path = self.env(w), self.conf_of(w) if self.conf_of else None
			found = [f for f in self.find(w, env, path) if self.cause in f["words"]]
			assert found and found[0]["level"] == self.level, (self.find(w, env, path), w.findings(env, path))
			told = found[0]["words"] + " -> " + found[0].get("next", "")
			assert self.remedy in told, told
			if self.mend:
				env.update(self.mend(w, found[0]) or {})
				left = [f for f in self.find(w, env, path) if self.cause in f["words"]]
				assert not left, "the remedy does not help: %s" % left


def key(name):
	def make(w):
		path = w.path(name)
		if not os.path.exists(path):
			w.ctl.good("key", "new", path)
		return path

	return make


def chmod(name, mode):
	return lambda w, finding=None: os.chmod(w.path(name), mode)


def told_statements(url=None):
	"""Runs the statements that the finding gives after a colon."""
	return lambda w, finding: w.run_sql(finding["next"].split(": ", 1)[1], url(w) if url else None)


def write_conf(name, values, mode=0o600):
	def write(w):
		conf.write(w.path(name), {**w.stack.values, **values})
		os.chmod(w.path(name), mode)
		processes.give(w.path(name))
		return w.path(name)

	return write


def server(small, large):
	def env(w):
		Answers.small, Answers.large = small, large
		return {"public.base_url": "http://127.0.0.1:%d" % w.web.server_address[1]}

	return env


def beat(version, age="0 seconds"):
	return lambda w: w.sql.script(
		"insert into heartbeats (shard, host, pid, mode, version, beat_at) values ('0', 'here', 1, 'linger', '%s',"
		" now() - interval '%s');" % (version, age)
	)


def no_beat(w):
	w.sql.script("delete from heartbeats;")


WITH_PASSWORD = {"database.url": "postgresql://deskbell:%s@127.0.0.1:9/deskbell" % planted.PASSWORD}
FAR = "update organizations set settings = settings || '{\"time_zone\": \"Mars/Phobos\"}' where id = %d;"
NEAR = "update organizations set settings = settings - 'time_zone' where id = %d;"

SETUPS = [
	# the configuration file
	Setup(
		"a key that does not exist",
		"configuration",
		"FAIL",
		"no key no.such_key",
		"correct it",
		conf_of=write_conf("a.conf", {"no.such_key": "1"}),
	),
	Setup(
		"a value that is no number",
		"configuration",
		"FAIL",
		"webhook.threads",
		"correct it",
		env=lambda w: {"webhook.threads": "many"},
	),
	Setup(
		"a password that everybody reads",
		"configuration",
		"FAIL",
		"holds the password of the database",
		"chmod 640",
		conf_of=write_conf("b.conf", WITH_PASSWORD, 0o644),
		mend=chmod("b.conf", 0o640),
	),
	Setup(
		"a configuration that others write",
		"configuration",
		"FAIL",
		"can be written by others",
		"chmod go-w",
		conf_of=write_conf("c.conf", {}, 0o666),
		mend=chmod("c.conf", 0o644),
	),
	Setup(
		"leases shorter than deliveries",
		"limits",
		"FAIL",
		"is not longer than outbox.timeout_ms",
		"set outbox.lease_s to more than",
		env=lambda w: {"outbox.lease_s": "20", "outbox.timeout_ms": "30000"},
		mend=lambda w, f: {"outbox.lease_s": "31"},
	),
	# folders
	Setup(
		"run.dir too long for a socket",
		"run.dir",
		"FAIL",
		"too long",
		"shorter path",
		env=lambda w: {"run.dir": "/tmp/" + "x" * 100},
		mend=lambda w, f: {"run.dir": w.stack.run_dir},
	),
	Setup(
		"run.dir of another account",
		"run.dir",
		"FAIL",
		"cannot be written",
		"chown",
		env=lambda w: {"run.dir": "/proc"},
	),
	Setup(
		"run.dir that is a file",
		"run.dir",
		"FAIL",
		"not a folder",
		"set run.dir to a folder",
		env=lambda w: {"run.dir": w.file("no-folder", "x")},
	),
	Setup(
		"run.dir that everybody writes",
		"run.dir",
		"warn",
		"can be written by everybody",
		"chmod o-w",
		env=lambda w: {"run.dir": w.path("open")},
		before=lambda w: (
			os.makedirs(w.path("open"), exist_ok=True),
			processes.give(w.path("open")),
			os.chmod(w.path("open"), 0o777),
		),
		mend=chmod("open", 0o755),
	),
	Setup(
		"run.dir that is made later",
		"run.dir",
		"warn",
		"does not exist yet",
		"a sender makes it",
		env=lambda w: {"run.dir": w.path("later")},
		mend=lambda w, f: (os.mkdir(w.path("later")), processes.give(w.path("later")), {})[2],
	),
	Setup(
		"run.dir where nothing can be made",
		"run.dir",
		"FAIL",
		"its folder cannot be written",
		"/run/deskbell",
		env=lambda w: {"run.dir": "/proc/deskbell"},
	),
	Setup(
		"a log in no folder",
		"log",
		"FAIL",
		"its folder does not exist",
		"mkdir -p ",
		env=lambda w: {"log.file": w.path("no/such/desk.log")},
		mend=lambda w, f: (
			os.makedirs(re.search(r"mkdir -p (\S+),", f["next"]).group(1)),
			[processes.give(w.path(p)) for p in ("no", "no/such")],
			{},
		)[2],
	),
	Setup(
		"a log that is a folder",
		"log",
		"FAIL",
		"it is a folder",
		"let log.file name a file",
		env=lambda w: {"log.file": w.stack.folder},
		mend=lambda w, f: {"log.file": w.stack.folder + "/desk.log"},
	),
	Setup(
		"a log that may not be written",
		"log",
		"FAIL",
		"cannot be written",
		"let the user of the programs write",
		env=lambda w: {"log.file": "/proc/desk.log"},
	),
	Setup(
		"files without a place",
		"files",
		"warn",
		"cannot be kept",
		"mkdir -p /proc/files",
		env=lambda w: {"files.dir": "/proc/files"},
	),
	# the database
	Setup(
		"a database that is not there",
		"database",
		"FAIL",
		"cannot be reached",
		"check database.url, that the server runs",
		env=lambda w: {"database.url": "host=%s/nowhere user=deskbell" % w.stack.folder},
		mend=lambda w, f: {"database.url": w.stack.postgres.url()},
	),
	Setup(
		"no database at all",
		"database",
		"FAIL",
		"database.url",
		"put it there, such as: database.url =",
		env=lambda w: {"database.url": ""},
	),
	Setup(
		"a database that is not UTF8",
		"database",
		"FAIL",
		"stores text as LATIN1 instead of UTF8",
		"createdb -E UTF8",
		env=lambda w: {"database.url": w.stack.postgres.url(database="latin")},
		before=lambda w: w.stack.postgres.create("latin", encoding="LATIN1"),
	),
	Setup(
		"a database without tables",
		"schema",
		"FAIL",
		"",
		"deskbellctl migrate",
		env=lambda w: {"database.url": w.stack.postgres.url(database="bare")},
		before=lambda w: w.stack.postgres.create("bare"),
		mend=lambda w, f: (
			w.ctl.good("migrate", env={"DESKBELL_DATABASE_URL": w.stack.postgres.url(database="bare")}),
			{},
		)[1],
	),
	Setup(
		"functions of an older program",
		"schema",
		"FAIL",
		"",
		"deskbellctl migrate",
		env=lambda w: {"database.url": w.second},
		before=lambda w: w.run_sql(
			"update schema_migrations set checksum = 'of before' where name = 'functions'", w.second
		),
		mend=lambda w, f: (w.ctl.good("migrate", env={"DESKBELL_DATABASE_URL": w.second}), {})[1],
	),
	Setup(
		"a database that only reads",
		"database",
		"FAIL",
		"read-only",
		"let database.url name the primary",
		before=lambda w: w.admin("alter role deskbell set default_transaction_read_only = on"),
		after=lambda w: w.admin("alter role deskbell reset default_transaction_read_only"),
	),
	Setup(
		"few connections",
		"connections",
		"warn",
		"allows 9:",
		"webhook.connections and desk.connections to 1 or 2",
		before=lambda w: w.admin("alter role deskbell connection limit 9"),
		after=lambda w: w.admin("alter role deskbell connection limit -1"),
		mend=lambda w, f: {"webhook.connections": "1", "desk.connections": "2"},
	),
	Setup(
		"a clock that is wrong",
		"clock",
		"warn",
		"behind the database",
		"timedatectl set-ntp true",
		before=lambda w: w.sql.script(
			"create schema fake; create function fake.clock_timestamp() returns timestamptz language sql as "
			"$$select pg_catalog.clock_timestamp() + interval '1 minute'$$;"
			" alter role deskbell set search_path = public, fake, pg_catalog;"
		),
		after=lambda w: w.sql.script("alter role deskbell reset search_path; drop schema fake cascade;"),
	),
	Setup(
		"a superuser",
		"row security",
		"FAIL",
		"is a superuser",
		"CREATE ROLE deskbell LOGIN NOSUPERUSER NOBYPASSRLS",
		env=lambda w: {"database.url": w.stack.postgres.url("postgres")},
		mend=lambda w, f: {"database.url": w.stack.postgres.url()},
	),
	Setup(
		"a role that passes row security",
		"row security",
		"FAIL",
		"has BYPASSRLS",
		"NOBYPASSRLS",
		before=lambda w: w.admin("create role sees_all login bypassrls; grant deskbell to sees_all"),
		env=lambda w: {"database.url": w.stack.postgres.url("sees_all")},
	),
	Setup(
		"row security that is switched off",
		"row security",
		"FAIL",
		"not active on messages",
		"FORCE ROW LEVEL SECURITY",
		env=lambda w: {"database.url": w.second},
		before=lambda w: w.run_sql("alter table messages no force row level security", w.second),
		mend=told_statements(lambda w: w.second),
	),
	Setup(
		"row security that is opened",
		"row security",
		"FAIL",
		"the policy tenant on channels is not as it was made",
		"guard_tenant_rows('channels')",
		before=lambda w: w.run_sql("alter policy tenant on channels using (true)"),
		mend=told_statements(),
	),
	Setup(
		"a desk that is the owner",
		"desk role",
		"warn",
		"whatever the owner",
		"ordinary role",
		env=lambda w: {"desk.database_url": w.stack.postgres.url()},
		mend=lambda w, f: {"desk.database_url": ""},
	),
	Setup(
		"a desk that may nothing",
		"desk role",
		"FAIL",
		"may not read the tables",
		"deskbell_allow_desk('the_desk')",
		before=lambda w: w.admin("create role the_desk login"),
		env=lambda w: {"desk.database_url": w.stack.postgres.url("the_desk")},
		mend=told_statements(),
	),
	Setup(
		"a desk that cannot log in",
		"desk role",
		"FAIL",
		"nobody_at_all",
		"check desk.database_url",
		env=lambda w: {"desk.database_url": w.stack.postgres.url("nobody_at_all")},
	),
	# secrets
	Setup(
		"a key file that is gone",
		"key file",
		"FAIL",
		"there is no key file",
		"If there was one, copy it back",
		env=lambda w: {"key.file": w.path("gone.key")},
	),
	Setup(
		"another key file",
		"key file",
		"FAIL",
		"are sealed under key",
		"put that key back from a copy",
		env=lambda w: {"key.file": key("other.key")(w)},
		mend=lambda w, f: {"key.file": w.stack.key_file},
	),
	Setup(
		"a key file that others read",
		"key file",
		"FAIL",
		"can be used by others",
		"chmod 600",
		env=lambda w: {"key.file": key("open.key")(w)},
		before=lambda w: os.chmod(key("open.key")(w), 0o644),
		mend=chmod("open.key", 0o600),
	),
	Setup(
		"a secret that everybody reads",
		"secret files",
		"warn",
		"everybody",
		"chmod o= ",
		env=lambda w: {"metrics.token_file": w.path("token")},
		before=lambda w: w.file("token", planted.LLM_KEY, 0o644),
		mend=chmod("token", 0o600),
	),
	Setup(
		"a token that is short",
		"secret files",
		"FAIL",
		"at least 16",
		"put a longer one into it",
		env=lambda w: {"metrics.token_file": w.file("short", "short")},
	),
	Setup(
		"a model without its key",
		"secret files",
		"FAIL",
		"llm.api_key_file",
		"readable by the user of the programs",
		env=lambda w: {"llm.api_key_file": w.path("none.key")},
	),
	Setup(
		"an endpoint without a model",
		"model",
		"FAIL",
		"llm.model is not",
		"correct it",
		env=lambda w: {"llm.base_url": "http://127.0.0.1:9/v1", "llm.model": ""},
	),
	Setup(
		"a sender of e-mails that nothing takes",
		"e-mail",
		"FAIL",
		"nothing takes e-mails",
		"set mail.sendmail or mail.smtp_url",
		env=lambda w: {"mail.from": "desk@example.com"},
	),
	# the way in
	Setup(
		"no address", "address", "FAIL", "public.base_url is not set", "https://", env=lambda w: {"public.base_url": ""}
	),
	Setup("an address without TLS", "address", "warn", "https only", "a certificate", env=server(200, 405)),
	Setup(
		"an address where nothing answers",
		"address",
		"FAIL",
		"cannot be reached",
		"DNS, firewall, certificate",
		env=lambda w: {"public.base_url": "http://127.0.0.1:%d" % net.free_port()},
	),
	Setup(
		"a web server that does not know Deskbell",
		"address",
		"FAIL",
		"(404)",
		"configuration sample",
		env=server(404, 404),
	),
	Setup(
		"a receiver that is not ready",
		"address",
		"FAIL",
		"not ready (503)",
		"checks of the database",
		env=server(503, 405),
	),
	Setup("a web server that fails", "address", "FAIL", "status 500", "error log", env=server(500, 405)),
	Setup(
		"a web server that refuses large deliveries",
		"address",
		"warn",
		"answers 413 to a request of 3 MB",
		"FcgidMaxRequestLen",
		env=server(200, 413),
	),
	# what is under way
	Setup(
		"no sender",
		"sender",
		"FAIL",
		"no sender is running",
		"add to crontab: ",
		env=lambda w: {"outbox.kick": "off"},
		mend=lambda w, f: beat(w.version)(w),
		after=no_beat,
	),
	Setup(
		"a sender that is gone",
		"sender",
		"FAIL",
		"last heartbeat",
		"add to crontab: ",
		env=lambda w: {"outbox.kick": "off"},
		before=lambda w: beat(w.version, "1 hour")(w),
		after=no_beat,
	),
	Setup(
		"a sender of before the upgrade",
		"sender",
		"warn",
		"is of version 1",
		"start it again",
		before=beat("1"),
		after=no_beat,
	),
	Setup(
		"a channel in error",
		"channels",
		"FAIL",
		"The bot token is not valid or was revoked. Ask @BotFather",
		"deskbellctl channel check ",
		before=lambda w: w.sql.script(
			"update channels set status = 'error', status_reason = as_reason('telegram_token_revoked');"
		),
		after=lambda w: w.sql.script("update channels set status = 'verified';"),
	),
	Setup(
		"a channel that hears nothing",
		"channels",
		"warn",
		"no signed delivery yet",
		"deskbellctl channel check ",
		before=lambda w: w.sql.script("update channels set status = 'pending';"),
		after=lambda w: w.sql.script("update channels set status = 'verified';"),
	),
	Setup(
		"deliveries that are refused",
		"webhooks",
		"warn",
		"The signature does not match",
		"channel list",
		before=lambda w: w.sql.script(
			"insert into unknown_deliveries (platform, kind, reason) values ('whatsapp', 'delivery',"
			" as_reason('webhook_signature_wrong'));"
		),
		after=lambda w: w.sql.script("delete from unknown_deliveries;"),
	),
	Setup(
		"messages that wait",
		"queue",
		"FAIL",
		"longer than 5 minutes",
		"deskbellctl queue list",
		before=lambda w: conversation_of(w.ctl, w.org, w.channel, "hello"),
		after=lambda w: w.sql.script("delete from outbox; delete from answer_jobs;"),
	),
	Setup(
		"a zone that this host lacks",
		"time zones",
		"FAIL",
		"has no zone Mars/Phobos",
		"tzdata",
		before=lambda w: w.sql.script(FAR % w.org),
		after=lambda w: w.sql.script(NEAR % w.org),
	),
]


def in_order(w):
	found = [f for f in w.findings(server(200, 405)(w)) if f["level"] != "ok" and f["check"] not in ALWAYS]
	assert found == [], found


def no_secret_printed(w):
	text = "".join(w.ctl.printed)
	assert "zqsecret" not in text
	assert not [word for word in planted.key_file_words(w.stack.key_file) if word.decode() in text]


def run(tap):
	with Stack() as stack, http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as web:
		threading.Thread(target=web.serve_forever, daemon=True).start()
		w = World(stack)
		w.web, w.version = web, w.ctl.good("--version").split()[-1]
		tap.run("a set-up in order has no finding", in_order, w)
		for setup in SETUPS:
			tap.run(setup.name, setup.run, w)
		tap.run("afterwards all is in order again", in_order, w)
		tap.run("no secret was printed", no_secret_printed, w)
		tap.ok(len({s.name for s in SETUPS}) == len(SETUPS) >= 31, "%d broken set-ups" % len(SETUPS))
		web.shutdown()
		stack.check_logs(tap)


sys.exit(program(run))
