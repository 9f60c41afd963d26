#!/usr/bin/python3
# The commands of who runs an installation: rotation of keys next to running programs, export, purge, and what the
# doctor says of them.
import concurrent.futures
import json
import os
import re
import sys
import threading

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "fault")]
import faults
from deskbell import planted, processes
from deskbell.ctl import CONFIG, DATA, NO_INPUT, USAGE, Ctl, audit, channel_form, conversation_of
from deskbell.stack import Stack
from deskbell.tap import program
from deskbell.tenant import fill, replies_take_files_along


def key_ids(ctl):
	with open(ctl.stack.key_file, encoding="ascii") as f:
		return [line.split()[0] for line in f if line.strip() and line[0] != "#"]


def sealed_under(ctl):
	"""The ids of the keys under which something in the database is sealed."""
	return {
		r["id"]
		for r in ctl.stack.sql.rows("""select distinct split_part(v, '.', 2) as id from (
		select e.value as v from channels c, jsonb_each_text(c.config) e union all select e.value
			from organizations o, jsonb_each_text(o.settings) e) x
		where v ~ '^s1[.][0-9a-f]{8}[.]'""")
	}


# Keys


def rotate_keys(ctl):
	org = int(ctl.good("org", "add", "Rotated"))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(20))["id"]
	ctl.good("setting", "set", "--org", org, "llm_api_key", input=planted.LLM_KEY + "\n")
	ctl.good("setting", "set", "--org", org, "fallback_text", "s1.not sealed")
	before = ctl.stack.sql.row(
		"select config, encode(verify_digest, 'hex') as digest from channels where id = %d" % channel
	)
	mode, first = os.stat(ctl.stack.key_file), key_ids(ctl)
	out = ctl.good("key", "rotate")
	assert "3 secrets of 1 channels" in out and "1 secret settings of 1 organisations" in out and "--drop-old" in out, (
		out
	)
	after = ctl.stack.sql.row(
		"select config, encode(verify_digest, 'hex') as digest from channels where id = %d" % channel
	)
	now = os.stat(ctl.stack.key_file)
	assert (now.st_mode, now.st_uid, now.st_gid) == (mode.st_mode, mode.st_uid, mode.st_gid)
	assert key_ids(ctl)[1:] == first and sealed_under(ctl) == {key_ids(ctl)[0]}, (key_ids(ctl), sealed_under(ctl))
	assert after["digest"] != before["digest"] and after["config"].keys() == before["config"].keys()
	assert after["config"]["display_phone_number"] == before["config"]["display_phone_number"]
	assert ctl.json("channel", "show", channel)["config"]["app_secret"] == "****" + planted.APP_SECRET[-4:]
	assert {s["name"]: s["value"] for s in ctl.json("setting", "list", "--org", org)}[
		"fallback_text"
	] == "s1.not sealed"
	assert audit(ctl, org)[-2:] == ["key.rotate"] * 2, audit(ctl, org)
	told = ctl.json("key", "rotate", "--drop-old")
	assert told == {
		"key": key_ids(ctl)[0],
		"channels": 1,
		"channel_secrets": 3,
		"organizations": 1,
		"settings": 1,
		"second_factors": 0,
		"push_keys": 0,
		"not_opened": 0,
		"old_keys_dropped": True,
	}, told
	assert len(key_ids(ctl)) == 1 and sealed_under(ctl) == set(key_ids(ctl))
	other = int(ctl.good("org", "add", "Same token"))
	ctl.refused(
		DATA,
		"same verify_token",
		args=["channel", "connect", "whatsapp", "--org", other],
		input=channel_form(21, verify_token=planted.VERIFY_TOKEN + "20"),
	)


def rotate_at_once(ctl):
	keys = len(key_ids(ctl))
	with concurrent.futures.ThreadPoolExecutor(4) as pool:
		done = list(pool.map(lambda _: ctl.run("key", "rotate"), range(4)))
	assert [d.returncode for d in done] == [0] * 4, [d.err for d in done]
	assert len(set(key_ids(ctl))) == keys + 4
	assert sealed_under(ctl) <= set(key_ids(ctl))
	ctl.good("key", "rotate", "--drop-old")
	assert len(key_ids(ctl)) == 1 and sealed_under(ctl) == set(key_ids(ctl))
	assert not [n for n in os.listdir(ctl.stack.folder) if n.startswith("deskbell.key.")], "a temporary file was left"


def rotate_interrupted(ctl):
	"""A value that lies under an older key, as after a run that was stopped, and one that does not open at all."""
	org = int(ctl.good("org", "add", "Interrupted"))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(22))["id"]
	old = json.dumps(ctl.stack.sql.value("select config from channels where id = %d" % channel)).replace("'", "''")
	digest = ctl.stack.sql.value("select encode(verify_digest, 'hex') as d from channels where id = %d" % channel)
	ctl.good("key", "rotate")
	ctl.stack.sql.script(
		"update channels set config = '%s', verify_digest = decode('%s', 'hex') where id = %d;" % (old, digest, channel)
	)
	assert len(sealed_under(ctl)) == 2
	ctl.good("key", "rotate")
	assert sealed_under(ctl) == {key_ids(ctl)[0]}
	ctl.stack.sql.script(
		"""update channels set config = config || jsonb_build_object('app_secret', config->>'verify_token') where id = %d;"""
		% channel
	)
	keys = len(key_ids(ctl))
	done = ctl.run("key", "rotate", "--drop-old")
	assert (
		done.returncode == CONFIG
		and "app_secret of channel %d" % channel in done.err
		and "still in the file" in done.out
	), done.out + done.err
	assert len(key_ids(ctl)) == keys + 1, "keys were dropped although something is sealed under them"
	ctl.good("channel", "connect", "whatsapp", "--org", org, input=channel_form(22))
	ctl.good("key", "rotate", "--drop-old")
	assert len(key_ids(ctl)) == 1
	ctl.refused(CONFIG, "deskbellctl key new", args=["key", "rotate"], env={"DESKBELL_KEY_FILE": "/nonexistent/key"})


def rotate_beside_programs(ctl):
	"""Customers write all the time while keys are rotated and dropped: every message is stored and answered, by
	programs that were started before.
	"""
	world = faults.World(ctl.stack)
	channels = [world.channel("Busy %d" % n) for n in range(2)]
	world.serve()
	try:
		with ctl.stack.sender() as sender:
			stop = threading.Event()
			sent = [0]

			def write():
				while not stop.wait(0.05):
					sent[0] += 1
					world.write(channels[sent[0] % 2], faults.phone(sent[0]), "question number%d" % (1 + sent[0] % 8))

			writer = threading.Thread(target=write)
			writer.start()
			try:
				for args in ([], ["--drop-old"], [], ["--drop-old"]):
					ctl.good("key", "rotate", *args)
			finally:
				stop.set()
				writer.join()
			world.wait_done(process=sender)
			assert sent[0] > 50 and not world.refused, "%d sent, refused: %s" % (sent[0], world.refused[:5])
			world.assert_proof(answers=None)
			assert ctl.stack.sql.value("select count(*) from channels where status = 'error'") == 0
			verify = "/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=77&hub.verify_token=%s"
			import urllib.parse
			import urllib.request

			url = "http://127.0.0.1:%d" % world.port + verify % urllib.parse.quote(channels[0].verify_token, safe="")
			assert urllib.request.urlopen(url, timeout=10).read() == b"77", (
				"the verify token is not found under the new key"
			)
			assert sender.stop() == 0
	finally:
		world.unserve()


def sender_without_run_dir(ctl):
	"""A wake-up is a hint: where no socket can be made, messages leave all the same."""
	world = faults.World(ctl.stack)
	channel = world.channel("No sockets")
	world.serve()
	try:
		world.write(channel, faults.phone(1), "question number1")
		done = processes.run(
			[ctl.stack.program("deskbell-outbox"), "--linger", "3", "--config", ctl.stack.conf],
			env={"DESKBELL_RUN_DIR": "/proc"},
			timeout=30,
			check=False,
		)
		assert done.returncode == 0, done
		world.wait_done(timeout=1)
	finally:
		world.unserve()
	with open(ctl.stack.log, encoding="utf-8") as f:
		assert "event=wake.none" in f.read()


# Export


def exported(ctl, org):
	lines = [json.loads(line) for line in ctl.good("export", "--org", org).splitlines()]
	kinds = {}
	for line in lines:
		kinds.setdefault(line["type"], []).append(line)
	assert lines[-1]["type"] == "end" and lines[-1]["organization"] == org
	assert lines[-1]["objects"] == {k: len(kinds.get(k, [])) for k in lines[-1]["objects"]}, lines[-1]
	return kinds


def documented():
	"""The members of each kind of object, as the manual page has them."""
	with open(os.path.join(HERE, "..", "..", "doc", "deskbellctl.1"), encoding="utf-8") as f:
		section = f.read().split(".SH EXPORT FORMAT", 1)[1].split(".nf", 1)[1].split(".fi", 1)[0]
	kinds = re.findall(r"^\.B (\w+)\n((?:(?!\.).*\n)+)", section, re.M)
	return {kind: set(re.findall(r"\w+", re.sub(r"[\[{][^\n]*?(?:\]|\}+)", " ", words))) for kind, words in kinds}


def export(ctl):
	org, talk = fill(ctl, "Exported", 30)
	replies_take_files_along(ctl, org)
	fill(ctl, "Not exported", 31)
	kinds = exported(ctl, org)
	end = kinds.pop("end")[0]
	assert set(kinds) == set(end["objects"]), "no object of: %s" % (set(end["objects"]) - set(kinds))
	several = {"canned_reply": 2, "reply_content": 3, "counter_example": 2}
	assert all(
		n == (several.get(kind, 1) if kind not in ("message", "audit") else n) and n > 0
		for kind, n in end["objects"].items()
	), end
	text = json.dumps(kinds)
	assert not re.search(r"zqsecret|\$y\$|s1\.[0-9a-f]{8}\.", text), "a secret was exported"
	assert (
		kinds["organization"][0]["settings"] == {"handover_text": "Soon «ş»"}
		and kinds["organization"][0]["name"] == "Exported"
	)
	assert (
		kinds["user"][0]["email"] == "export30@example.com"
		and kinds["user"][0]["role"] == "owner"
		and "password_hash" not in text
	)
	assert kinds["channel"][0]["config"]["display_phone_number"] == "+1 555 078 3881" and "app_secret" not in text
	assert kinds["skill"][0]["triggers"] == ["when", "how long"] and kinds["skill"][0]["response"] == "Nine.\nTo five."
	assert "three days" in kinds["document"][0]["text"]
	assert kinds["contact"][0]["identities"] == [
		{"channel": kinds["channel"][0]["id"], "kind": "wa_id", "value": "1555"}
	]
	assert kinds["conversation"][0]["tags"] == ["vip"] and kinds["conversation"][0]["id"] == talk
	assert [(m["direction"], (m["delivery"] or {}).get("state")) for m in kinds["message"]] == [
		("inbound", None),
		("outbound", "queued"),
	]
	assert kinds["lead"][0]["manual"] == {"budget": None} and kinds["lead"][0]["facts"]["service"] == "cake"
	assert kinds["llm_usage"][0]["purposes"]["answer"]["calls"] == 3
	assert kinds["quarantine"][0]["payload"] == '{"x":1}' and kinds["quarantine"][0]["payload_hex"] is None
	ctl.stack.sql.script("update quarantine set payload = '\\x00ff' where org_id = %d;" % org)
	broken = exported(ctl, org)["quarantine"][0]
	assert broken["payload"] is None and broken["payload_hex"] == "00ff", broken
	assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", kinds["message"][0]["created_at"]), kinds[
		"message"
	][0]
	told, printed = (
		documented(),
		{kind: set(objects[0]) - {"type"} for kind, objects in [*kinds.items(), ("end", [end])]},
	)
	assert told == printed, "doc/deskbellctl.1 says otherwise: %s" % {
		k: told.get(k, set()) ^ printed.get(k, set())
		for k in told.keys() | printed.keys()
		if told.get(k) != printed.get(k)
	}
	ctl.refused(NO_INPUT, "no organisation 99999", args=["export", "--org", "99999"])


def export_streams(ctl):
	"""Many pages: in order, none twice, in memory that does not grow with them; and a reader that goes away ends it."""
	org = int(ctl.good("org", "add", "Large"))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(32))["id"]
	talk = conversation_of(ctl, org, channel, "many")
	ctl.stack.sql.script(
		"""insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status)
		select %d, %d, %d, 'inbound', 'contact', 'text', repeat('x', 1000), 'received' from generate_series(1, 30000);"""
		% (org, talk, channel)
	)
	program = [ctl.stack.program("deskbellctl"), "--config", ctl.stack.conf, "export", "--org", str(org)]
	done = processes.run(["/bin/sh", "-c", 'ulimit -v 90000; exec "$@"', "sh"] + program, check=False)
	assert done.returncode == 0, done.stderr
	ids = [int(m) for m in re.findall(rb'^{"type" ?: ?"message", ?"id" ?: ?(\d+)', done.stdout, re.M)]
	assert len(ids) == 30002 and ids == sorted(set(ids)), len(ids)
	done = processes.run(["/bin/sh", "-c", '"$@" 2>&1 >/dev/full', "sh"] + program, check=False)
	assert b"not whole" in done.stdout, done.stdout


# Purge

PURGED = (
	"messages",
	"outbox",
	"decisions",
	"conversation_events",
	"webhook_log",
	"quarantine",
	"parked_statuses",
	"llm_usage",
	"audit_log",
	"conversations",
	"contacts",
	"leads",
)


def rows_of(ctl, org):
	return {t: ctl.stack.sql.value("select count(*) from %s where org_id = %d" % (t, org)) for t in PURGED}


def age(ctl, org, days):
	"""Everything of an organisation becomes older."""
	for table, column in (
		("messages", "created_at"),
		("decisions", "created_at"),
		("conversation_events", "at"),
		("webhook_log", "at"),
		("quarantine", "at"),
		("parked_statuses", "parked_at"),
		("llm_usage", "day"),
		("audit_log", "at"),
		("conversations", "last_message_at"),
		("outbox", "created_at"),
	):
		ctl.stack.sql.script(
			"begin; set local deskbell.purge = 'audit_log'; update %s set %s = %s - %d * interval '1 day' where org_id = "
			"%d; commit;" % (table, column, column, days, org)
		)


def purge(ctl):
	org, talk = fill(ctl, "Purged", 40)
	channel = ctl.json("channel", "list", "--org", org)[0]["id"]
	other, _ = fill(ctl, "Young", 41)
	ctl.stack.sql.script(
		"""insert into parked_statuses (org_id, channel_id, provider_id, status) values (%d, %d, 'p', 'sent');
		update conversations set is_open = false where id = %d; update outbox set state = 'accepted' where org_id = %d;
		delete from answer_jobs where org_id = %d; update leads set manual = '{}' where org_id = %d;"""
		% (org, channel, talk, org, org, org)
	)
	waiting = conversation_of(ctl, org, channel, "waits to be sent")
	by_hand = conversation_of(ctl, org, channel, "lead by hand")
	is_open = conversation_of(ctl, org, channel, "open")
	fresh = conversation_of(ctl, org, channel, "fresh")
	ctl.stack.sql.script(
		"""update conversations set is_open = false where id in (%(w)d, %(h)d, %(f)d);
		insert into leads (org_id, conversation_id, manual) values (%(org)d, %(h)d, '{"name": "Eve"}');
		update outbox set state = 'failed' where conversation_id in (%(h)d, %(o)d, %(f)d);
		delete from answer_jobs where conversation_id in (%(w)d, %(h)d, %(o)d, %(f)d);"""
		% {"w": waiting, "h": by_hand, "o": is_open, "f": fresh, "org": org}
	)
	age(ctl, org, 100)
	ctl.stack.sql.script("update messages set created_at = now() where conversation_id = %d;" % fresh)
	before, young = rows_of(ctl, org), rows_of(ctl, other)
	assert all(before.values()), before

	for age_text in ("90", "d", "0d", "-1d", "90days", "1.5y", "99999d", "90 d", ""):
		ctl.refused(USAGE, "such as 90d", args=["purge", "--older-than", age_text])
	ctl.refused(USAGE, "--older-than is missing", args=["purge"])
	ctl.refused(USAGE, "--yes", args=["purge", "--older-than", "6d"])
	ctl.refused(NO_INPUT, "no organisation 99999", args=["purge", "--older-than", "90d", "--org", "99999"])
	assert ctl.json("purge", "--older-than", "1y", "--org", org)["messages"] == 0 and rows_of(ctl, org) == before
	would = ctl.json("purge", "--older-than", "12w", "--dry-run", "--org", org)
	assert rows_of(ctl, org) == before, "a dry run has changed something"
	done = ctl.json("purge", "--older-than", "90d")
	assert {k: v for k, v in would.items() if k not in ("before", "dry_run", "organizations")} == {
		k: v for k, v in done.items() if k not in ("before", "dry_run", "organizations")
	}, (would, done)
	assert (done["messages"], done["deliveries"], done["conversations"], done["contacts"]) == (7, 3, 1, 1), done
	assert (
		done["decisions"],
		done["conversation_events"],
		done["quarantine"],
		done["parked_statuses"],
		done["llm_usage"],
	) == (1, 1, 1, 1, 2), done
	left = {r["id"] for r in ctl.stack.sql.rows("select id from conversations where org_id = %d" % org)}
	assert left == {waiting, by_hand, is_open, fresh}, left
	assert [
		r["state"]
		for r in ctl.stack.sql.rows(
			"select state from outbox where org_id = %d and conversation_id <> %d" % (org, fresh)
		)
	] == ["queued"]
	assert ctl.stack.sql.value("select count(*) from messages where conversation_id = %d" % waiting) == 1
	assert ctl.stack.sql.value("select count(*) from leads where org_id = %d" % org) == 1
	assert audit(ctl, org) == ["purge"] and rows_of(ctl, other) == young
	out = ctl.good("purge", "--older-than", "3mo")
	assert "Taken out" in out and re.search(r"^ +0 messages$", out, re.M), out
	assert "purge" not in audit(ctl, other)
	ctl.good("purge", "--older-than", "1d", "--yes", "--org", other)
	assert rows_of(ctl, other) == young


def purge_pieces(ctl):
	"""More than one piece, next to somebody who holds some of the rows; two at once."""
	org = int(ctl.good("org", "add", "Pieces"))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(42))["id"]
	ctl.stack.sql.script(
		"""with c as (insert into contacts (org_id) select %(org)d from generate_series(1, 2500) returning id),
		v as (insert into conversations (org_id, channel_id, contact_id, platform, is_open, last_message_at)
			select %(org)d, %(channel)d, id, 'whatsapp', false, now() - interval '1 year' from c returning id)
		insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, status, created_at)
			select %(org)d, v.id, %(channel)d, 'inbound', 'contact', 'text', 'received', now() - interval '1 year'
				from v, generate_series(1, 2);"""
		% {"org": org, "channel": channel}
	)
	with concurrent.futures.ThreadPoolExecutor(2) as pool:
		done = list(pool.map(lambda _: ctl.run("purge", "--older-than", "90d", "--org", org, "--json"), range(2)))
	assert [d.returncode for d in done] == [0, 0], [d.err for d in done]
	told = [json.loads(d.out) for d in done]
	assert sum(t["messages"] for t in told) <= 5000 and sum(t["conversations"] for t in told) <= 2500, told
	ctl.good("purge", "--older-than", "90d", "--org", org)
	assert [rows_of(ctl, org)[t] for t in ("messages", "conversations", "contacts")] == [0, 0, 0], rows_of(ctl, org)


# The doctor


def doctor_looks_at_files(ctl):
	def found(check, **conf):
		done = ctl.run("doctor", "--json", env={"DESKBELL_" + k.upper(): v for k, v in conf.items()})
		return [(f["level"], f["words"] + " " + f.get("next", "")) for f in json.loads(done.out) if f["check"] == check]

	def file(name, text, mode=0o600):
		path = os.path.join(ctl.stack.folder, name)
		with open(path, "w", encoding="utf-8") as f:
			f.write(text)
		os.chmod(path, mode)
		processes.give(path)
		return path

	assert [level for level, _ in found("model") + found("secret files")] == ["ok", "ok"], found("model")
	key = file("model.key", planted.LLM_KEY)
	model = {"llm_base_url": "http://127.0.0.1:9/v1", "llm_model": "small", "llm_api_key_file": key}
	assert found("model", **model) == [("ok", "answers: small ")], found("model", **model)
	level, words = found("model", **{**model, "llm_model": ""})[0]
	assert level == "FAIL" and "llm.model is not" in words, words
	level, words = found("model", **{**model, "llm_api_key_file": file("two.key", "two words")})[0]
	assert level == "FAIL" and "two.key" in words, words
	level, words = found("secret files", llm_api_key_file=key + ".none")[0]
	assert level == "FAIL" and "llm.api_key_file" in words, words
	level, words = found("secret files", llm_api_key_file=file("open.key", "x", 0o644))[0]
	assert level == "warn" and "chmod o=" in words, words
	level, words = found("secret files", metrics_token_file=file("short.key", "short"))[0]
	assert level == "FAIL" and "at least 16" in words, words
	org = int(ctl.good("org", "add", "Own model"))
	ctl.good("setting", "set", "--org", org, "llm_base_url", "https://llm.example.com/v1")
	assert any(level == "warn" and "--org %d llm_model" % org in words for level, words in found("model")), found(
		"model"
	)
	ctl.good("setting", "unset", "--org", org, "llm_base_url")
	assert found("documents")[0][0] in ("ok", "warn")


def doctor_misses_keys(ctl):
	org = int(ctl.good("org", "add", "Key lost"))
	ctl.good("setting", "set", "--org", org, "llm_api_key", input=planted.LLM_KEY + "\n")
	path = os.path.join(ctl.stack.folder, "lost.key")
	ctl.good("key", "new", path)
	done = ctl.run("doctor", "--json", env={"DESKBELL_KEY_FILE": path})
	words = [f["words"] for f in json.loads(done.out) if f["check"] == "key file" and f["level"] == "FAIL"]
	assert done.returncode == 1 and any("are sealed under key %s, which" % key_ids(ctl)[0] in w for w in words), words
	done = ctl.run("doctor", "--json")
	assert [f["level"] for f in json.loads(done.out) if f["check"] == "key file"] == ["ok"], done.out


def no_secret_printed(ctl):
	found = [m for text in ctl.printed for m in re.findall(r".{0,30}zqsecret.{0,10}", text)]
	assert not found, "%d finds" % len(found)
	words = planted.key_file_words(ctl.stack.key_file)
	assert words and not [w for w in words for text in ctl.printed if w.decode() in text]


TESTS = (
	rotate_keys,
	rotate_at_once,
	rotate_interrupted,
	rotate_beside_programs,
	sender_without_run_dir,
	export,
	export_streams,
	purge,
	purge_pieces,
	doctor_looks_at_files,
	doctor_misses_keys,
	no_secret_printed,
)


def run(tap):
	wanted = sys.argv[1:]
	with Stack(settings={**faults.SETTINGS, "answer.debounce_ms": "0"}) as stack:
		ctl = Ctl(stack)
		for test in TESTS:
			if not wanted or test.__name__ in wanted:
				tap.run(test.__name__.replace("_", " "), test, ctl)
		stack.check_logs(tap)


sys.exit(program(run))
