#!/usr/bin/python3
# deskbellctl from end to end: every command against a real database, what it prints, its exit status, and what it
# leaves in the tables.
import concurrent.futures
import json
import os
import re
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import conf, net, planted, processes
from deskbell.ctl import (
	CONFIG,
	DATA,
	NO_INPUT,
	TEMPORARY,
	UNAVAILABLE,
	USAGE,
	Ctl,
	audit,
	channel_form,
	conversation_of,
)
from deskbell.stack import Stack
from deskbell.tap import program

# The command line itself


def overview(ctl):
	program = ctl.stack.program("deskbellctl")
	done = processes.run([program], check=False)
	assert done.returncode == USAGE and b"channel connect" in done.stderr and not done.stdout, done
	done = processes.run([program, "--help"], check=False)
	assert done.returncode == 0 and b"channel connect" in done.stdout, done
	assert re.match(r"deskbellctl \d+\.\d+", ctl.good("--version"))
	names = re.findall(r"^  ([a-z]+(?:-[a-z]+)?(?: [a-z]+)?)  ", done.stdout.decode(), re.M)
	assert len(names) > 15, names
	for name in names:
		text = ctl.good(*name.split(), "--help")
		assert text.startswith("Usage: deskbellctl [--config FILE] " + name), text
		assert max(map(len, text.splitlines()[1:])) <= 100, text


def bad_arguments(ctl):
	for words, args in (
		(["there is no command 'frobnicate'"], ["frobnicate"]),
		(["'org' what?", "add, list"], ["org"]),
		(["no command 'org rename'"], ["org", "rename"]),
		(["NAME is missing"], ["org", "add"]),
		(["--org is missing", "org list"], ["skill", "list"]),
		(["--org needs a value"], ["skill", "list", "--org"]),
		(["--org must be a whole number", "'x'"], ["skill", "list", "--org", "x"]),
		(["--org must be a whole number"], ["skill", "list", "--org", "0"]),
		(["--org is given twice"], ["skill", "list", "--org", "1", "--org=2"]),
		(["unknown option --colour"], ["skill", "list", "--org", "1", "--colour"]),
		(["unknown option -x"], ["org", "list", "-x"]),
		(["--json takes no value"], ["org", "list", "--json=yes"]),
		(["one argument too many: 'more'"], ["org", "list", "more"]),
		(["--bot-mode must be one of active|shadow|off, not 'loud'"], ["org", "add", "X", "--bot-mode", "loud"]),
		(["--language must be"], ["org", "add", "X", "--language", "English"]),
		(
			["--role must be one of owner|admin|operator"],
			["user", "add", "--org", "1", "--email", "a@b", "--role", "king"],
		),
		(["--email must be"], ["user", "add", "--org", "1", "--email", "nobody", "--role", "owner"]),
		(["PLATFORM must be one of whatsapp|telegram"], ["channel", "connect", "pigeon", "--org", "1"]),
		(["which channel?"], ["channel", "show"]),
		(["either --sample or --check"], ["conf"]),
	):
		ctl.refused(USAGE, *words, args=args)
	done = ctl.refused(
		USAGE, "never taken from the command line", args=["user", "add", "--org", "1", "--password=hunter2hunter2"]
	)
	assert "hunter2" not in done.err


# Configuration, keys, migration


def configuration(ctl):
	sample = ctl.good("conf", "--sample")
	assert "#database.url" in sample and "#outbox.lease_s = 60" in sample, sample[:500]
	assert "is valid" in ctl.good("conf", "--check")
	path = os.path.join(ctl.stack.folder, "bad.conf")
	conf.write(path, {"graph.base_ulr": "http://127.0.0.1"})
	ctl.refused(CONFIG, "bad.conf:2", "did you mean graph.base_url?", args=["conf", "--check"], conf=path)
	ctl.refused(CONFIG, "bad.conf:2", args=["org", "list"], conf=path)
	ctl.refused(CONFIG, "cannot read the configuration", args=["org", "list"], conf=path + ".none")
	conf.write(path, {"log.level": "info"})
	ctl.refused(CONFIG, "database.url is not set in " + path, "for example", args=["org", "list"], conf=path)
	conf.write(path, {"key.file": "~/key"})
	ctl.refused(CONFIG, "bad.conf:2", "key.file must be a whole path", args=["key", "new"], conf=path)
	conf.write(path, {"key.file": "sibling.key"})
	assert os.path.join(ctl.stack.folder, "sibling.key") in ctl.good("key", "new", conf=path)


def keys(ctl):
	path = os.path.join(ctl.stack.folder, "another.key")
	assert path in ctl.good("key", "new", path)
	assert os.stat(path).st_mode & 0o777 == 0o600
	ctl.refused(DATA, "exists already", args=["key", "new", path])
	ctl.refused(DATA, ctl.stack.key_file + " exists already", args=["key", "new"])


def migrate(ctl):
	assert "nothing to do" in ctl.good("migrate")
	assert "at this program's version" in ctl.good("migrate", "--check")
	told = ctl.run("migrate", "--distribute")
	assert told.returncode not in (0, UNAVAILABLE) and "has no Citus extension" in told.err, told.err
	ctl.stack.postgres.create("empty")
	env = {"DESKBELL_DATABASE_URL": ctl.stack.postgres.url(database="empty")}
	ctl.refused(CONFIG, "run 'deskbellctl migrate'", args=["migrate", "--check"], env=env)
	ctl.refused(CONFIG, "run 'deskbellctl migrate'", args=["org", "list"], env=env)
	told = ctl.good("migrate", env=env)
	assert "ran" in told and "deskbellctl setup-code" in told, told
	ctl.good("migrate", "--check", env=env)


def database_away(ctl):
	env = {
		"DESKBELL_DATABASE_URL": "host=%s/nowhere dbname=deskbell user=deskbell password=%s"
		% (ctl.stack.folder, planted.PASSWORD)
	}
	for args in (["org", "list"], ["migrate"], ["queue", "list"]):
		ctl.refused(TEMPORARY, "the database cannot be reached", args=args, env=env)


# Organisations and people


def organisations(ctl):
	org = int(ctl.good("org", "add", "Salón «Ana»", "--language", "es"))
	row = ctl.stack.sql.row("select * from organizations where id = %d" % org)
	assert (row["name"], row["language"], row["bot_mode"]) == ("Salón «Ana»", "es", "off"), row
	listed = [o for o in ctl.json("org", "list") if o["id"] == org]
	assert listed and listed[0]["name"] == "Salón «Ana»" and listed[0]["channels"] == 0, listed
	assert "Salón «Ana»" in ctl.good("org", "list")
	assert ctl.good("bot-mode", "--org", org) == "off\n"
	assert "shadow now (was off)" in ctl.good("bot-mode", "--org", org, "shadow")
	assert "already" in ctl.good("bot-mode", "--org", org, "shadow")
	assert ctl.good("bot-mode", "--org=%d" % org) == "shadow\n"
	assert audit(ctl, org) == ["organization.add", "organization.bot_mode"], audit(ctl, org)
	ctl.refused(NO_INPUT, "there is no organisation 99999", args=["bot-mode", "--org", "99999"])
	ctl.refused(USAGE, "NAME is empty", args=["org", "add", ""])


def people(ctl):
	org, other = int(ctl.good("org", "add", "People")), int(ctl.good("org", "add", "Others"))
	add = ["user", "add", "--org", org, "--role", "owner", "--email"]
	out = ctl.good(*add, "ana@example.com", input=planted.PASSWORD + "\n")
	assert "password" not in out, out
	stored = ctl.stack.sql.row("select * from users where email = 'ana@example.com'")
	assert stored["password_hash"].startswith("$y$"), stored["password_hash"][:4]
	out = ctl.good(*add, "ben@example.com")
	made = re.search(r"^password: (\S{16,})$", out, re.M)
	assert made and "only this once" in out, out
	assert ctl.stack.sql.value("select count(*) from users where password_hash like '%" + made.group(1) + "%'") == 0
	ctl.refused(DATA, "too short", "10 characters", args=add + ["cem@example.com"], input="short")
	ctl.refused(DATA, "easy to guess", args=add + ["cem@example.com"], input="passw0rd123")
	ctl.refused(DATA, "easy to guess", args=add + ["cemile@example.com"], input="cemile.2026")
	ctl.refused(DATA, "control character", args=add + ["cem@example.com"], input="two lines\nof password\n")
	out = ctl.good(
		"user", "add", "--org", other, "--role", "operator", "--email", "ANA@example.com", input="another zebra lantern"
	)
	assert "existed already" in out, out
	assert (
		ctl.stack.sql.value("select password_hash from users where id = %d" % stored["id"]) == stored["password_hash"]
	)
	assert "admin of organisation %d now (was operator)" % other in ctl.good(
		"user", "add", "--org", other, "--role", "admin", "--email", "ana@example.com"
	)
	assert [(u["email"], u["role"]) for u in ctl.json("user", "list", "--org", org)] == [
		("ana@example.com", "owner"),
		("ben@example.com", "owner"),
	]
	assert [(u["email"], u["role"]) for u in ctl.json("user", "list", "--org", other)] == [("ana@example.com", "admin")]
	assert audit(ctl, other).count("user.add") == 2
	ctl.refused(NO_INPUT, "no organisation 99999", args=["user", "list", "--org", "99999"])
	closed = "exec \"$@\" <&-"
	done = processes.run(
		["/bin/sh", "-c", closed, "sh", ctl.stack.program("deskbellctl"), "--config", ctl.stack.conf]
		+ [str(a) for a in add]
		+ ["dan@example.com"],
		timeout=20,
	)
	assert b"password: " in done.stdout, done


def access_by_address(ctl):
	"""Passwords, sessions, switching off and removing an account."""
	org, other = ctl.stack.organisation("Access"), ctl.stack.organisation("Access too")
	for o, role in ((org, "owner"), (other, "operator")):
		ctl.good("user", "add", "--org", o, "--email", "eda@example.com", "--role", role, input=planted.PASSWORD)
	ctl.good("user", "add", "--org", other, "--email", "own@example.com", "--role", "owner")
	user = ctl.stack.sql.value("select id from users where email = 'eda@example.com'")
	session = (
		"insert into sessions (user_id, token_hash, expires_at, agent) values (%d, sha256('%%s'),"
		" now() + interval '1 day', 'Firefox');" % user
	)

	def stored():
		return ctl.stack.sql.row(
			"select u.password_hash, u.disabled_at is not null as off, (select count(*) from sessions s where s.user_id = "
			"u.id) as sessions "
			"from users u where u.id = %d" % user
		)

	before = stored()
	ctl.stack.sql.script(session % "a")
	assert [s["browser"] for s in ctl.json("user", "sessions", "--email", "EDA@example.com")] == ["Firefox"]
	assert (
		"1 sessions" in ctl.good("user", "sessions", "--email", "eda@example.com", "--end")
		and stored()["sessions"] == 0
	)
	ctl.stack.sql.script(session % "b")
	out = ctl.good("user", "password", "--email", "eda@example.com")
	made = re.search(r"^password: (\S{16,})$", out, re.M)
	assert made and stored()["password_hash"] != before["password_hash"] and stored()["sessions"] == 0, out
	again = ctl.json("user", "password", "--email", "eda@example.com", input="zqsecret0by0hand\n")
	assert "password" not in again and again["sessions_ended"] == 0, again
	ctl.refused(DATA, "too short", args=["user", "password", "--email", "eda@example.com"], input="short")
	ctl.stack.sql.script(session % "c")
	assert (
		"is disabled" in ctl.good("user", "disable", "--email", "eda@example.com")
		and stored()["off"]
		and stored()["sessions"] == 0
	)
	assert "already" in ctl.good("user", "disable", "--email", "eda@example.com")
	assert [u["disabled"] for u in ctl.json("user", "list", "--org", org)] == [True]
	assert "may sign in" in ctl.good("user", "enable", "--email", "eda@example.com") and not stored()["off"]
	ctl.refused(DATA, "last owner", args=["user", "remove", "--email", "eda@example.com"])
	ctl.refused(DATA, "last owner", args=["user", "remove", "--email", "eda@example.com", "--org", org])
	assert "no longer belongs" in ctl.good("user", "remove", "--email", "eda@example.com", "--org", other)
	ctl.refused(NO_INPUT, "does not belong", args=["user", "remove", "--email", "eda@example.com", "--org", other])
	ctl.good("user", "add", "--org", org, "--email", "own@example.com", "--role", "owner")
	assert "is removed" in ctl.good("user", "remove", "--email", "eda@example.com")
	assert ctl.stack.sql.value("select count(*) from users where id = %d" % user) == 0
	for command in ("password", "disable", "enable", "remove"):
		ctl.refused(NO_INPUT, "no account", args=["user", command, "--email", "eda@example.com"])
	ctl.refused(NO_INPUT, "no account", args=["user", "sessions", "--email", "eda@example.com", "--end"])
	ctl.refused(USAGE, "--email must be", args=["user", "password", "--email", "eda"])
	wanted = ["user.sessions", "user.password", "user.password", "user.disable", "user.enable"]
	assert [a for a in audit(ctl, org) if a in wanted] == wanted, audit(ctl, org)
	assert [a for a in audit(ctl, other) if a in wanted + ["user.remove"]] == wanted + ["user.remove"], audit(
		ctl, other
	)


# Channels


def connect(ctl):
	org = int(ctl.good("org", "add", "Channels"))
	out = ctl.good("channel", "connect", "whatsapp", "--org", org, input=channel_form(1))
	row = ctl.stack.sql.row("select * from channels where org_id = %d" % org)
	assert "channel %d:" % row["id"] in out and "https://desk.example.com/api/webhooks/whatsapp" in out, out
	assert "Verify token" not in out and "subscribe all of them" in out and "--subscribe" in out, out
	assert row["external_id"] == "106540352242901" and row["status"] == "pending" and row["verify_digest"], row
	for field in ("permanent_access_token", "app_secret", "verify_token"):
		assert row["config"][field].startswith("s1."), field
	assert row["config"]["display_phone_number"] == "+1 555 078 3881"
	shown = ctl.json("channel", "show", row["id"])
	assert shown["config"]["app_secret"] == "****" + planted.APP_SECRET[-4:] and shown["attempts"] == [], shown
	assert "****" in ctl.good("channel", "show", "--org", org) and ctl.json("channel", "show", "--org", org) == [shown]
	assert audit(ctl, org)[-1] == "channel.connect"


def generated_token(ctl):
	org = int(ctl.good("org", "add", "Generated"))
	told = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(2, verify_token=None))
	assert (
		len(told["verify_token"]) >= 20 and told["new"] and told["callback_url"].endswith("/api/webhooks/whatsapp")
	), told
	again = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(2, verify_token=None))
	assert "verify_token" not in again and not again["new"] and again["id"] == told["id"], again
	digests = ctl.stack.sql.value("select count(distinct verify_digest) from channels where org_id = %d" % org)
	assert digests == 1


def bad_forms(ctl):
	org = int(ctl.good("org", "add", "Bad forms"))
	args = ["channel", "connect", "whatsapp", "--org", org]
	ctl.refused(DATA, "standard input is empty", args=args, input="")
	ctl.refused(DATA, "not valid JSON", args=args, input="{")
	ctl.refused(DATA, "must be a JSON object", args=args, input="[]")
	ctl.refused(DATA, "app_secret is missing", "App settings", args=args, input=channel_form(3, app_secret=None))
	ctl.refused(DATA, "no field 'app_secrt'", args=args, input=channel_form(3, app_secrt="x"))
	done = ctl.refused(
		DATA, "app_secret is not valid", args=args, input=channel_form(3, app_secret="zqsecret with spaces")
	)
	assert "zqsecret" not in done.err
	ctl.refused(DATA, "phone_number_id is not valid", args=args, input=channel_form(3, phone_number_id="12/34"))
	ctl.refused(
		NO_INPUT,
		"no organisation 99999",
		args=["channel", "connect", "whatsapp", "--org", "99999"],
		input=channel_form(3),
	)
	assert ctl.stack.sql.value("select count(*) from channels where org_id = %d" % org) == 0


def edit_and_disconnect(ctl):
	org = int(ctl.good("org", "add", "Edited"))
	connect = ["channel", "connect", "whatsapp", "--org", org]
	channel = ctl.json(*connect, input=channel_form(4))["id"]
	talk = conversation_of(ctl, org, channel, "hello")
	ctl.stack.sql.script("update channels set status = 'verified' where id = %d;" % channel)
	out = ctl.good(
		*connect, input=json.dumps({"phone_number_id": "106540352242904", "business_account_id": "102290129340304"})
	)
	assert "is changed" in out and "developer console" not in out, out
	row = ctl.stack.sql.row("select * from channels where id = %d" % channel)
	assert row["status"] == "verified" and row["config"]["app_secret"].startswith("s1."), row["status"]
	assert ctl.json(*connect, input=channel_form(4, app_secret=planted.OTHER_APP_SECRET))["status"] == "pending"

	ctl.refused(USAGE, "--yes", args=["channel", "disconnect", channel])
	assert "conversations are kept" in ctl.good("channel", "disconnect", channel, "--yes")
	row = ctl.stack.sql.row("select * from channels where id = %d" % channel)
	assert (
		sorted(row["config"]) == ["business_account_id", "display_phone_number", "phone_number_id"]
		and not row["verify_digest"]
	), row
	ctl.refused(DATA, "is disconnected; connect it again", args=["channel", "check", channel])
	ctl.refused(
		DATA,
		"permanent_access_token is missing",
		args=connect,
		input=json.dumps({"phone_number_id": "106540352242904", "business_account_id": "1"}),
	)
	assert ctl.json(*connect, input=channel_form(4))["id"] == channel
	assert ctl.stack.sql.value("select count(*) from conversations where org_id = %d and id = %d" % (org, talk)) == 1
	assert ctl.stack.sql.value("select disconnected_at is null from channels where id = %d" % channel)
	assert audit(ctl, org)[1:] == [
		"channel.connect",
		"channel.edit",
		"channel.edit",
		"channel.disconnect",
		"channel.edit",
	], audit(ctl, org)


def taken(ctl):
	first, second = int(ctl.good("org", "add", "First")), int(ctl.good("org", "add", "Second"))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", first, "--vouch", input=channel_form(5))["id"]
	args = ["channel", "connect", "whatsapp", "--org", second, "--vouch"]
	ctl.refused(
		DATA,
		"is connected already, as channel %d" % channel,
		"'First'",
		args=args,
		input=channel_form(5, verify_token="mine"),
	)
	done = ctl.refused(
		DATA, "same verify_token", args=args, input=channel_form(6, verify_token=planted.VERIFY_TOKEN + "5")
	)
	assert planted.VERIFY_TOKEN not in done.err
	ctl.good("channel", "disconnect", channel, "--yes")
	ctl.good(*args, input=channel_form(5))
	ctl.refused(
		DATA,
		"is connected already",
		args=["channel", "connect", "whatsapp", "--org", first],
		input=channel_form(5, verify_token="mine"),
	)
	assert {c["org"] for c in ctl.json("channel", "list") if c["status"] == "disconnected"} == {first}
	ctl.refused(NO_INPUT, "there is no channel 99999", args=["channel", "show", "99999"])
	ctl.refused(NO_INPUT, "has no channel", args=["channel", "show", channel, "--org", second])


def check(ctl):
	org = int(ctl.good("org", "add", "Checked"))
	form = channel_form(7)
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=form)["id"]
	done = ctl.run("channel", "check", channel)
	assert done.returncode == UNAVAILABLE and "FAIL" in done.out and "->" in done.out, done.out + done.err
	health = ctl.stack.sql.value("select health from channels where id = %d" % channel)
	assert health["ok"] is False and health["findings"], health
	ctl.stack.simulator.add(json.loads(form), 9)
	done = ctl.run("channel", "check", channel, "--subscribe")
	assert done.returncode == 0 and "the token opens" in done.out, done.out + done.err
	told = ctl.json("channel", "check", channel)
	assert told["ok"] and told["findings"][0]["level"] == "ok", told
	assert (
		told["findings"][0]["subject"] == "phone number"
		and told["findings"][0]["reason_code"] == "whatsapp_check_opens"
	), told
	assert ctl.json("channel", "show", channel)["health"] == told
	assert "the token opens" in ctl.good("channel", "show", channel)
	ctl.stack.sql.script(
		"update channels set status = 'error', status_reason = as_reason('whatsapp_token_missing') where id = %d;"
		% channel
	)
	assert "error: The access token is missing. Make a new" in ctl.good("channel", "show", channel)
	ctl.good("channel", "check", channel)
	assert ctl.stack.sql.row("select status, status_reason from channels where id = %d" % channel) == {
		"status": "pending",
		"status_reason": None,
	}


def bot_token(ctl, n):
	"""The token of a bot that the simulator knows."""
	token = "%d:%s%d" % (6000000000 + n, planted.BOT_TOKEN, n)
	ctl.stack.simulator.add_bot(token, "zq%d_bot" % n)
	return token


def bot_form(token):
	return json.dumps({"bot_token": token})


def bot_connected(ctl):
	"""getMe, setWebhook and everything made up; edited in place; disconnected with deleteWebhook."""
	org, token = int(ctl.good("org", "add", "Bot")), bot_token(ctl, 1)
	out = ctl.good("channel", "connect", "telegram", "--org", org, input=bot_form(token))
	row = ctl.stack.sql.row("select * from channels where org_id = %d" % org)
	url = "https://desk.example.com/api/webhooks/telegram/" + row["account_id"]
	assert url in out and "@zq1_bot" in out and "delivers here now" in out, out
	assert row["external_id"] == "6000000001" and len(row["account_id"]) >= 20 and row["status"] == "pending", row
	assert row["config"]["bot_token"].startswith("s1.") and row["config"]["secret_token"].startswith("s1."), row[
		"config"
	]
	assert (
		row["config"]["bot_username"] == "zq1_bot"
		and not row["has_window"]
		and row["pair_interval_ms"] == 1000
		and row["rate_per_s"] == 30
	), row
	known = ctl.stack.simulator.bot("6000000001")
	assert known["url"] == url and len(known["secret_token"]) >= 20, known
	shown = ctl.good("channel", "show", row["id"])
	assert "****" in shown and known["secret_token"] not in shown, shown
	told = ctl.json("channel", "connect", "telegram", "--org", org, input="{}")
	assert not told["new"] and told["id"] == row["id"] and told["callback_url"] == url, told
	assert ctl.stack.simulator.bot("6000000001")["secret_token"] == known["secret_token"]
	assert "left to reply" not in ctl.good("conversation", "list", "--org", org)
	out = ctl.good("channel", "disconnect", row["id"], "--yes")
	assert "is disconnected" in out and not ctl.stack.simulator.bot("6000000001")["webhook"], out
	config = ctl.stack.sql.value("select config from channels where id = %d" % row["id"])
	assert "bot_token" not in config and "secret_token" not in config, config
	again = ctl.json("channel", "connect", "telegram", "--org", org, input=bot_form(token))
	assert again["id"] == row["id"] and again["callback_url"] == url, again


def bot_refused(ctl):
	org, other = (int(ctl.good("org", "add", name)) for name in ("No bot", "Other bot"))
	args = ["channel", "connect", "telegram", "--org", org]
	ctl.refused(DATA, "bot_token is missing", "@BotFather", args=args, input="{}")
	ctl.refused(DATA, "bot_token is not valid", args=args, input=bot_form("12345"))
	ctl.refused(DATA, "no field 'secret_token'", args=args, input=json.dumps({"secret_token": "zqsecret-x"}))
	done = ctl.refused(
		UNAVAILABLE, "not valid or was revoked", "/token", args=args, input=bot_form("5:zqsecret-unknown")
	)
	assert "zqsecret" not in done.err
	done = ctl.refused(
		UNAVAILABLE,
		"cannot be reached",
		args=args,
		input=bot_form("5:zqsecret-unknown"),
		env={"DESKBELL_TELEGRAM_BASE_URL": "http://127.0.0.1:9"},
	)
	assert "zqsecret" not in done.err
	assert ctl.stack.sql.value("select count(*) from channels where org_id = %d" % org) == 0
	token = bot_token(ctl, 2)
	ctl.good("channel", "connect", "telegram", "--org", other, input=bot_form(token))
	ctl.refused(DATA, "is connected already", "'Other bot'", args=args, input=bot_form(token))


def bot_checked(ctl):
	"""The health of a bot in plain words: another address, kinds of updates that are missing, what waits, the last
	error.
	"""
	org, token = int(ctl.good("org", "add", "Checked bot")), bot_token(ctl, 3)
	channel = ctl.json("channel", "connect", "telegram", "--org", org, input=bot_form(token))["id"]
	call = lambda method, **body: net.request(
		ctl.stack.simulator.port,
		"POST",
		"/bot%s/%s" % (token, method),
		json.dumps(body).encode(),
		{"Content-Type": "application/json"},
	)
	assert "Telegram delivers here" in ctl.good("channel", "check", channel)
	for change, words in (
		({"url": ""}, "no address is set"),
		({"url": "https://elsewhere.example.com/zqsecret-path"}, "another address, at https://elsewhere.example.com"),
		(
			{
				"url": ctl.stack.sql.value(
					"select 'https://desk.example.com/api/webhooks/telegram/' || account_id from channels where id = %d"
					% channel
				),
				"allowed_updates": ["message"],
			},
			"all kinds of updates",
		),
	):
		assert call("setWebhook", **change).status == 200
		done = ctl.run("channel", "check", channel)
		assert done.returncode == UNAVAILABLE and words in done.out and "zqsecret" not in done.out, done.out
	assert "delivers here now" in ctl.good("channel", "check", channel, "--subscribe")
	assert "Telegram delivers here" in ctl.good("channel", "check", channel)
	call("setWebhook", url="https://127.0.0.1:8443/nobody")
	ctl.stack.simulator.control(
		"POST", "telegram", {"bot_id": "6000000003", "from": 42, "text": "zq-body-x", "wait": False}
	)
	processes.wait_until(
		lambda: "Connection refused" in call("getWebhookInfo").body.decode(), "an error of the delivery"
	)
	done = ctl.run("channel", "check", channel)
	assert "nothing listens at the address" in done.out and "1 wait at Telegram" in done.out, done.out
	ctl.stack.simulator.control("POST", "bots", {"bot_token": "6000000003:zqsecret-new", "username": "zq3_bot"})
	done = ctl.run("channel", "check", channel)
	assert done.returncode == UNAVAILABLE and "revoked" in done.out, done.out
	done = ctl.run("channel", "disconnect", channel, "--yes")
	assert (
		done.returncode == 0 and "could not be asked to stop delivering" in done.err and "is disconnected" in done.out
	), done.out + done.err
	assert (
		ctl.json("channel", "connect", "telegram", "--org", org, input=bot_form("6000000003:zqsecret-new"))["id"]
		== channel
	)


def bot_without_address(ctl):
	"""Where this host has no address yet, the channel is stored and the rest is told."""
	org, token = int(ctl.good("org", "add", "No address")), bot_token(ctl, 4)
	env = {"DESKBELL_PUBLIC_BASE_URL": ""}
	out = ctl.good("channel", "connect", "telegram", "--org", org, input=bot_form(token), env=env)
	assert (
		"public.base_url is not set" in out
		and "--subscribe" in out
		and not ctl.stack.simulator.bot("6000000004")["webhook"]
	), out


def wrong_keys(ctl):
	org = int(ctl.good("org", "add", "Sealed"))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(8))["id"]
	env = {"DESKBELL_KEY_FILE": os.path.join(ctl.stack.folder, "another.key")}
	ctl.refused(CONFIG, args=["channel", "check", channel], env=env)
	assert "cannot be opened" in ctl.good("channel", "show", channel, env=env)
	partial = json.dumps({"phone_number_id": "106540352242908", "business_account_id": "102290129340308"})
	ctl.refused(
		DATA,
		"permanent_access_token is missing",
		"cannot be used",
		args=["channel", "connect", "whatsapp", "--org", org],
		input=partial,
		env=env,
	)
	ctl.refused(
		CONFIG, "deskbellctl key new", args=["channel", "check", channel], env={"DESKBELL_KEY_FILE": "/nonexistent/key"}
	)


def at_once(ctl):
	"""Six connects of one number at the same moment: of one organisation all succeed on one channel, of six exactly
	one wins.
	"""

	def race(orgs, n):
		with concurrent.futures.ThreadPoolExecutor(6) as pool:
			return list(
				pool.map(
					lambda org: ctl.run("channel", "connect", "whatsapp", "--org", org, input=channel_form(n)), orgs
				)
			)

	org = int(ctl.good("org", "add", "Racing"))
	assert [d.returncode for d in race([org] * 6, 11)] == [0] * 6
	token = bot_token(ctl, 5)
	with concurrent.futures.ThreadPoolExecutor(6) as pool:
		done = list(
			pool.map(
				lambda _: ctl.run("channel", "connect", "telegram", "--org", org, "--json", input=bot_form(token)),
				range(6),
			)
		)
	assert [d.returncode for d in done] == [0] * 6 and len({json.loads(d.out)["callback_url"] for d in done}) == 1, [
		d.out + d.err for d in done
	]
	assert ctl.stack.simulator.bot("6000000005")["url"] == json.loads(done[0].out)["callback_url"]
	ctl.stack.sql.script(
		"delete from channels where platform = 'telegram' and org_id = %d;"
		" delete from channel_addresses where platform = 'telegram' and org_id = %d;" % (org, org)
	)
	assert ctl.stack.sql.value("select count(*) from channels where org_id = %d" % org) == 1
	done = race([int(ctl.good("org", "add", "Racer")) for _ in range(6)], 12)
	assert sorted(d.returncode for d in done) == [0] + [DATA] * 5, [d.err for d in done]
	with concurrent.futures.ThreadPoolExecutor(6) as pool:
		done = list(
			pool.map(
				lambda n: ctl.run(
					"skill", "import", "--org", org, input=json.dumps([skill("A"), skill("B", triggers=[str(n)])])
				),
				range(6),
			)
		)
	assert [d.returncode for d in done] == [0] * 6, [d.err for d in done]
	assert revision(ctl, org) == 6
	with concurrent.futures.ThreadPoolExecutor(6) as pool:
		done = list(
			pool.map(
				lambda n: ctl.run("user", "add", "--org", org, "--email", "same@example.com", "--role", "operator"),
				range(6),
			)
		)
	assert [d.returncode for d in done] == [0] * 6 and sum("password:" in d.out for d in done) == 1, [
		d.err for d in done
	]


# Skills


def skill(title, response="We are open.", **more):
	return {
		"title": title,
		"triggers": ["when", "how long"],
		"response": response,
		"enabled": True,
		"requires_human_handover": False,
		**more,
	}


def revision(ctl, org):
	return ctl.stack.sql.value("select skills_revision from organizations where id = %d" % org)


def skills(ctl):
	org = int(ctl.good("org", "add", "Skills"))
	args = ["skill", "import", "--org", org]
	assert "2 skills imported: 2 new, 0 replaced" in ctl.good(
		*args, input=json.dumps([skill("Opening hours"), skill("Prices", enabled=False)])
	)
	assert revision(ctl, org) == 1
	assert ctl.json(
		*args, input=json.dumps([skill("OPENING HOURS", "Never.", triggers=["open?"]), skill("Über uns")])
	) == {"added": 1, "replaced": 1}
	assert revision(ctl, org) == 2
	listed = {s["title"]: s for s in ctl.json("skill", "list", "--org", org)}
	assert set(listed) == {"OPENING HOURS", "Prices", "Über uns"}, listed
	assert listed["OPENING HOURS"]["triggers"] == ["open?"] and listed["OPENING HOURS"]["response"] == "Never.", listed
	assert listed["Prices"]["enabled"] is False and listed["Prices"]["trigger_count"] == 2
	exported = ctl.good("skill", "export", "--org", org)
	assert [s["title"] for s in json.loads(exported)] == ["OPENING HOURS", "Prices", "Über uns"]
	copy = int(ctl.good("org", "add", "Copy"))
	ctl.good("skill", "import", "--org", copy, input=exported)
	assert ctl.good("skill", "export", "--org", copy) == exported
	assert json.loads(ctl.good("skill", "export", "--org", ctl.good("org", "add", "None").strip())) == []
	assert audit(ctl, org).count("skill.import") == 2
	lines = ctl.good("skill", "list", "--org", org).splitlines()
	assert (
		lines[0].startswith("ID")
		and len(lines) == 4
		and len({line.index("W") if "We are" in line else 0 for line in lines[2:]}) == 1
	), lines


def bad_skills(ctl):
	org = int(ctl.good("org", "add", "Bad skills"))
	args = ["skill", "import", "--org", org]
	no_response = skill("Opening hours")
	del no_response["response"]
	for words, value in (
		(["skill 3 ('Opening hours'): response is missing"], [skill("A"), skill("B"), no_response]),
		(["skill 1: title is missing"], [{"response": "x"}]),
		(["skill 1: it must be an object"], ["x"]),
		(["skill 2 ('B'): response is empty"], [skill("A"), skill("B", "  ")]),
		(["triggers must be an array"], [skill("A", triggers="when")]),
		(["trigger 2 must be a string"], [skill("A", triggers=["x", 7])]),
		(["trigger 1 is empty"], [skill("A", triggers=[""])]),
		(["enabled must be true or false"], [skill("A", enabled="yes")]),
		(["there is no member 'reponse'"], [skill("A", reponse="x")]),
		(["skill 2 ('a')", "skill 1 has the same title"], [skill("A"), skill("a")]),
		(["differ in case only"], [skill("Ölçü"), skill("ÖLÇÜ")]),
		(["must be a JSON array"], skill("A")),
		(["the array holds 0 skills"], []),
		(["title is too long"], [skill("x" * 1000)]),
	):
		ctl.refused(DATA, *words, args=args, input=json.dumps(value))
	ctl.refused(DATA, "not valid JSON", "Nothing was imported", args=args, input="[{")
	ctl.refused(DATA, "standard input is empty", args=args, input="")
	assert revision(ctl, org) == 0 and ctl.json("skill", "list", "--org", org) == []
	ctl.refused(
		NO_INPUT, "no organisation 99999", args=["skill", "import", "--org", "99999"], input=json.dumps([skill("A")])
	)


def many_skills(ctl):
	org = int(ctl.good("org", "add", "Many"))
	many = [skill("Skill %d" % n, triggers=["phrase %d of %d" % (t, n) for t in range(20)]) for n in range(500)]
	many[7]["response"] = 'Quote " backslash \\ brace { newline\nend é 😀'
	ctl.good("skill", "import", "--org", org, input=json.dumps(many))
	assert json.loads(ctl.good("skill", "export", "--org", org)) == many
	assert ctl.stack.sql.value("select count(*) from skill_triggers where org_id = %d" % org) == 10000


# Settings


def settings(ctl):
	org = int(ctl.good("org", "add", "Choices"))
	listed = {s["name"]: s for s in ctl.json("setting", "list", "--org", org)}
	assert listed["skill_threshold"]["value"] == "0.35" and not any(s["chosen"] for s in listed.values()), listed
	assert "skill_threshold = 0.35   (default)" in ctl.good("setting", "list", "--org", org)
	ctl.good("setting", "set", "--org", org, "skill_threshold", "0.5")
	ctl.good("setting", "set", "--org", org, "fallback_text", input="Two\nlines, 100 %\n")
	ctl.good("setting", "set", "--org", org, "llm_api_key", input=planted.ACCESS_TOKEN + "\n")
	listed = {s["name"]: s for s in ctl.json("setting", "list", "--org", org)}
	assert listed["skill_threshold"]["value"] == "0.5" and listed["fallback_text"]["value"] == "Two\nlines, 100 %", (
		listed
	)
	assert listed["llm_api_key"] == dict(listed["llm_api_key"], value="****", chosen=True), listed
	sealed = ctl.stack.sql.value("select settings->>'llm_api_key' as k from organizations where id = %d" % org)
	assert sealed.startswith("s1.") and planted.ACCESS_TOKEN not in sealed, "not sealed"
	ctl.refused(USAGE, "standard input", args=["setting", "set", "--org", org, "llm_api_key", "typed-key"])
	ctl.refused(USAGE, "no setting 'colour'", args=["setting", "set", "--org", org, "colour", "red"])
	ctl.refused(
		DATA,
		"skill_threshold must be a number from 0.05 to 1",
		args=["setting", "set", "--org", org, "skill_threshold", "2"],
	)
	ctl.refused(DATA, "none|notify|switch", args=["setting", "set", "--org", org, "hot_lead_action", "shout"])
	ctl.good("setting", "unset", "--org", org, "skill_threshold")
	assert {s["name"]: s["value"] for s in ctl.json("setting", "list", "--org", org)}["skill_threshold"] == "0.35"
	assert audit(ctl, org)[-4:] == ["setting.set"] * 3 + ["setting.unset"], audit(ctl, org)


# Conversations and the queue


def conversations(ctl):
	org = int(ctl.good("org", "add", "Talks"))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(9))["id"]
	assert "no conversation" in ctl.good("conversation", "list", "--org", org)
	talk = conversation_of(ctl, org, channel, "when are you open?")
	listed = ctl.json("conversation", "list", "--org", org)
	assert [c["id"] for c in listed] == [talk] and 0 < listed[0]["window_s"] <= 86400, listed
	ctl.stack.sql.script("insert into search_words values (%d, 'open', %d, false);" % (org, talk))
	assert [c["id"] for c in ctl.json("conversation", "list", "--org", org, "--search", "Ópe")] == [talk]
	assert ctl.json("conversation", "list", "--org", org, "--search", "closed") == []
	assert "holds these words" in ctl.good("conversation", "list", "--org", org, "--search", "closed")
	out = ctl.good("conversation", "list", "--org", org) + ctl.good("conversation", "show", "--org", org, talk)
	assert (
		"when are you open?" in out
		and "We are open." in out
		and "queued" in out
		and "The access token has expired" in out
	), out
	assert "\x1b" not in out and "\x07" not in out and "\\x1b]0;owned" in out, repr(out)
	shown = ctl.json("conversation", "show", "--org", org, talk)
	assert [m["direction"] for m in shown["messages"]] == ["inbound", "outbound"] and shown["decisions"] == [], shown
	ctl.stack.sql.script(
		"insert into decisions (org_id, conversation_id, outcome, stage, reason, detail, draft) values (%d, %d, 'draft',"
		" 'skill', 'because', '{\"a\": 1}', 'Hi')" % (org, talk)
	)
	decided = ctl.json("decisions", "--org", org, "--conversation", talk)
	assert [(d["outcome"], d["stage"], d["reason"], d["detail"], d["draft"]) for d in decided] == [
		("draft", "skill", "because", {"a": 1}, "Hi")
	], decided
	assert "because" in ctl.good("decisions", "--org", org)
	other = int(ctl.good("org", "add", "Not theirs"))
	ctl.refused(NO_INPUT, "no conversation", args=["decisions", "--org", other, "--conversation", talk])
	ctl.refused(NO_INPUT, "has no conversation", args=["conversation", "show", "--org", other, talk])


def leads(ctl):
	org, other = int(ctl.good("org", "add", "Leads", "--bot-mode", "active")), int(ctl.good("org", "add", "No leads"))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(13))["id"]
	assert "no lead yet" in ctl.good("leads", "--org", org) and ctl.json("leads", "--org", org) == []
	talk, second = conversation_of(ctl, org, channel, "a cake"), conversation_of(ctl, org, channel, "hello")
	show = ["lead", "--org", org, "--conversation", talk]
	assert "Nobody has looked" in ctl.good(*show) and ctl.json(*show)["score"] is None
	ctl.stack.sql.script(
		"""insert into leads (org_id, conversation_id, facts, score, class, summary, up_to) values
		(%(org)d, %(talk)d, '{"service": "cake", "intent": "buy", "date": "tomorrow", "date_iso": "2020-01-01"}', 7, 'hot',
			'Wants to buy: cake', 1),
		(%(org)d, %(second)d, '{"intent": "other", "name": "E\\u001b[2J"}', 0, 'cold', E'Has written \x1b[2J', 1);"""
		% {"org": org, "talk": talk, "second": second}
	)
	listed = ctl.json("leads", "--org", org)
	assert [(l["conversation"], l["class"], l["score"]) for l in listed] == [(talk, "hot", 7), (second, "cold", 0)], (
		listed
	)
	assert (
		listed[0]["facts"]["service"] == "cake" and listed[0]["phone"] == "+15551234567" and listed[0]["manual"] == {}
	), listed
	assert [l["conversation"] for l in ctl.json("leads", "--org", org, "--class", "cold")] == [second]
	assert [l["conversation"] for l in ctl.json("leads", "--org", org, "--limit", 1)] == [talk]
	out = ctl.good("leads", "--org", org) + ctl.good(*show) + ctl.good("lead", "--org", org, "--conversation", second)
	assert "Wants to buy: cake" in out and "\x1b" not in out, out

	edited = ctl.json(*show, "--set", "budget=900 EUR")
	assert edited["facts"]["budget"] == "900 EUR" and edited["manual"] == {"budget": "900 EUR"}, edited
	assert edited["score"] == 9 and edited["class"] == "hot" and "900 EUR" in edited["summary"], edited
	edited = ctl.json(*show, "--set", "date=in spring = soon")
	assert edited["facts"]["date"] == "in spring = soon" and "date_iso" not in edited["facts"], edited
	assert "(set manually)" in ctl.good(*show)
	assert ctl.json(*show, "--set", "non_business=true")["class"] == "cold"
	ctl.good(*show, "--set", "non_business=")
	edited = ctl.json(*show, "--set", "date=")
	assert (
		edited["facts"]["date"] == "tomorrow"
		and edited["facts"]["date_iso"] == "2020-01-01"
		and edited["manual"] == {"budget": "900 EUR"}
	), edited
	row = ctl.stack.sql.row("select * from leads where conversation_id = %d" % talk)
	assert row["manual_rev"] == 5 and row["facts"]["service"] == "cake" and "budget" not in row["facts"], row
	assert audit(ctl, org).count("lead.edit") == 5
	third = conversation_of(ctl, org, channel, "nobody has looked")
	assert ctl.json("lead", "--org", org, "--conversation", third, "--set", "intent=book")["score"] == 5

	ctl.refused(DATA, "no field 'colour'", args=show + ["--set", "colour=red"])
	ctl.refused(DATA, "intent must be one of", args=show + ["--set", "intent=steal"])
	ctl.refused(DATA, "date_iso must be a day", args=show + ["--set", "date_iso=tomorrow"])
	ctl.refused(DATA, "one line", args=show + ["--set", "name=" + "x" * 201])
	ctl.refused(USAGE, "FIELD=VALUE", args=show + ["--set", "name"])
	ctl.refused(NO_INPUT, "no conversation 99999", args=["lead", "--org", org, "--conversation", 99999])
	ctl.refused(NO_INPUT, "no conversation 99999", args=["decisions", "--org", org, "--conversation", 99999])
	ctl.refused(NO_INPUT, "no conversation", args=["lead", "--org", other, "--conversation", talk, "--set", "name=x"])
	with concurrent.futures.ThreadPoolExecutor(4) as pool:
		done = list(
			pool.map(lambda field: ctl.run(*show, "--set", field + "=x"), ("name", "phone", "location", "service"))
		)
	assert [d.returncode for d in done] == [0] * 4, [d.err for d in done]
	assert sorted(ctl.json(*show)["manual"]) == ["budget", "location", "name", "phone", "service"]


def queue(ctl):
	org = int(ctl.good("org", "add", "Queue"))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(10))["id"]
	talk = conversation_of(ctl, org, channel, "hello")
	listed = ctl.json("queue", "list", "--org", org)
	assert listed["summary"] == [
		{
			"org": org,
			"channel": channel,
			"platform": "whatsapp",
			"state": "queued",
			"messages": 1,
			"oldest_s": listed["summary"][0]["oldest_s"],
		}
	], listed
	assert listed["summary"][0]["oldest_s"] >= 600
	waiting = listed["waiting"][0]
	assert (
		waiting["conversation"] == talk
		and waiting["error_code"] == "190"
		and "The access token has expired or was revoked. (code 190) Make a new" in waiting["why"]
	), waiting
	assert waiting["reason_code"] == "whatsapp_token_expired" and waiting["reason_next"].startswith(
		"Make a new permanent token"
	), waiting
	assert [a["conversation"] for a in listed["answers"]] == [talk], listed
	out = ctl.good("queue", "list")
	assert "10 min" in out and "The access token has expired" in out, out
	ctl.stack.sql.script(
		"""insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status)
		values (%d, %d, %d, 'outbound', 'bot', 'text', 'more', 'queued');
		insert into outbox (org_id, message_id, channel_id, conversation_id, tag)
			select org_id, id, channel_id, conversation_id, 'second' from messages
		where org_id = %d and body = 'more';"""
		% (org, talk, channel, org)
	)
	assert (
		"waits for message %d of the same" % waiting["message"]
		in ctl.json("queue", "list", "--org", org)["waiting"][1]["why"]
	)
	ctl.refused(NO_INPUT, "no organisation 99999", args=["queue", "list", "--org", "99999"])
	ctl.stack.sql.script(
		"update channels set status = 'error', status_reason = as_reason('whatsapp_token_expired'),"
		" paused_until = now() + interval '1 hour', pauses = 3 where id = %d;" % channel
	)
	assert "is paused until" in ctl.json("queue", "list", "--org", org)["waiting"][0]["why"]
	assert "sending paused until" in ctl.good("channel", "show", channel)
	ctl.good("channel", "connect", "whatsapp", "--org", org, input=channel_form(10))
	assert ctl.stack.sql.value(
		"select paused_until < now() and pauses = 0 and status = 'pending' from channels where id = %d" % channel
	)
	message = waiting["message"]
	assert "is due now" in ctl.good("queue", "retry", "--org", org, message)
	assert "was queued" in ctl.good("queue", "discard", "--org", org, message)
	assert ctl.stack.sql.value("select state from outbox where message_id = %d" % message) == "cancelled"
	for command in ("retry", "discard"):
		ctl.refused(NO_INPUT, "has no message", args=["queue", command, "--org", org, message])
	assert audit(ctl, org)[-2:] == ["queue.retry", "queue.discard"]


# A database of another encoding; what the doctor says of it and of others is in doctor.t


def not_utf8(ctl):
	stack = ctl.stack
	stack.postgres.create("latin", encoding="LATIN1")
	latin = {"DESKBELL_DATABASE_URL": stack.postgres.url(database="latin")}
	for args in (("migrate",), ("migrate", "--check"), ("org", "list")):
		ctl.refused(CONFIG, "stores text as LATIN1", "createdb -E UTF8", args=args, env=latin)
	with socket.socket() as listener:  # what a web server gives to a FastCGI program as its standard input
		listener.bind(("127.0.0.1", 0))
		listener.listen()
		for name in ("webhook.fcgi", "desk.fcgi", "deskbell-outbox"):
			arguments = ["--once"] if name == "deskbell-outbox" else []
			done = subprocess.run(
				[stack.program(name)] + arguments,
				env=processes.environment(dict(latin, DESKBELL_CONF=stack.conf)),
				stdin=listener,
				stdout=subprocess.PIPE,
				stderr=subprocess.PIPE,
				timeout=60,
			)
			assert done.returncode == CONFIG and b"stores text as LATIN1" in done.stderr, (
				name,
				done.returncode,
				done.stderr,
			)


def reader_leaves(ctl):
	"""Whoever reads the answers is gone: the rest is not worked out, and the status tells."""
	org = ctl.stack.organisation("Left alone")
	command = [ctl.stack.program("deskbellctl"), "--config", ctl.stack.conf, "ask", "--org", str(org)]
	done = processes.run(
		["/bin/bash", "-c", "yes hello | \"$@\" | head -1; echo ${PIPESTATUS[1]}", "sh"] + command, timeout=30
	)
	first, status = done.stdout.decode().splitlines()
	assert json.loads(first)["stage"] == "act" and status == "74", done
	assert b"standard output cannot be written" in done.stderr, done


def no_secret_printed(ctl):
	found = [m for text in ctl.printed for m in re.findall(r".{0,30}zqsecret.{0,10}", text)]
	assert not found, "%d finds" % len(found)
	words = planted.key_file_words(ctl.stack.key_file)
	assert words and not [w for w in words for text in ctl.printed if w.decode() in text]


# The desk


def setup_code(ctl):
	code = ctl.good("setup-code").strip()
	assert re.fullmatch(r"[A-Za-z0-9_-]{22}", code), code
	row = ctl.stack.sql.row(
		"select code_hash = sha256('%s') as same, used_at, expires_at - created_at = interval '30 minutes' as half from "
		"setup_codes" % code
	)
	assert row == {"same": True, "used_at": None, "half": True}, row
	assert ctl.good("setup-code").strip() != code


def tokens(ctl):
	org, other = ctl.stack.organisation("Tokens"), ctl.stack.organisation("Others")
	ctl.refused(USAGE, "--role", args=("token", "add", "--org", org, "x", "--role", "owner"))
	ctl.refused(USAGE, "100 bytes", args=("token", "add", "--org", org, "x" * 101))
	ctl.refused(NO_INPUT, "no organisation", args=("token", "add", "--org", 999999, "x"))
	token = ctl.good("token", "add", "--org", org, "Reports").strip()
	assert re.fullmatch(r"dbk_[A-Za-z0-9_-]{43}", token), token
	row = ctl.stack.sql.row("select id, role, token_hash = sha256('%s') as same from api_tokens" % token)
	assert row["same"] and row["role"] == "operator", row
	listed = ctl.json("token", "list", "--org", org)
	assert [(t["name"], t["scope"], t["maker"], t["expires_at"]) for t in listed] == [
		("Reports", "write", "deskbellctl", None)
	] and ctl.json("token", "list", "--org", other) == [], listed
	ctl.refused(NO_INPUT, "no token", args=("token", "revoke", "--org", other, row["id"]))
	ctl.good("token", "revoke", "--org", org, row["id"])
	ctl.refused(NO_INPUT, "no token", args=("token", "revoke", "--org", org, row["id"]))
	assert ctl.json("token", "list", "--org", org) == []
	ctl.good("token", "add", "--org", other, "Short", "--scope", "read", "--days", "7")
	assert ctl.stack.sql.row(
		"select scope, expires_at - created_at = interval '7 days' as week from api_tokens where org_id = %d" % other
	) == {"scope": "read", "week": True}
	ctl.refused(USAGE, "--scope must be", args=("token", "add", "--org", org, "x", "--scope", "all"))
	assert audit(ctl, org)[1:] == ["token.add", "token.revoke"], audit(ctl, org)


TESTS = (
	overview,
	bad_arguments,
	configuration,
	keys,
	migrate,
	database_away,
	organisations,
	people,
	access_by_address,
	connect,
	generated_token,
	bad_forms,
	edit_and_disconnect,
	taken,
	check,
	bot_connected,
	bot_refused,
	bot_checked,
	bot_without_address,
	wrong_keys,
	at_once,
	skills,
	bad_skills,
	many_skills,
	settings,
	conversations,
	leads,
	queue,
	not_utf8,
	setup_code,
	tokens,
	reader_leaves,
	no_secret_printed,
)


def run(tap):
	wanted = sys.argv[1:]
	with Stack(pooler="--pooler" in wanted) as stack:
		ctl = Ctl(stack)
		for test in TESTS:
			if not [w for w in wanted if w[0] != "-"] or test.__name__ in wanted:
				tap.run(test.__name__.replace("_", " "), test, ctl)
		stack.check_logs(tap)


sys.exit(program(run))
