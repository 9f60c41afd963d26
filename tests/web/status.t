#!/usr/bin/python3
# The status page: figures, chart, checks, senders, channels, last errors.
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, bearer, conversation, escaped, main, processes, status, test
from deskbell.sql import literal


def message(w, talk, direction, sender, age, kind="sent", now="now()"):
	w.sql.script(
		"insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status,"
		" created_at) "
		"select org_id, id, channel_id, '%s', '%s', 'text', 'x', true, '%s',"
		" %s - interval '%s' from conversations where id = %d;" % (direction, sender, kind, now, age, talk)
	)


def finding(b, subject):
	found = [f for f in status(b.get("/status"), 200).json["findings"] if f["subject"] == subject + ":"]
	assert len(found) == 1, found
	return found[0]


@test
def a_quiet_one(w):
	b = w.signed_in("admin")
	w.sql.script("delete from heartbeats;")
	model = b.get("/status").json
	assert model["day"] == {"messages_in": "0", "replies": "0", "by_bot": "–", "median": "–"}, model["day"]
	assert len(model["chart"]["bars"]) == 28 and all(bar["height"] == 0 for bar in model["chart"]["bars"])
	assert (
		not model["has_senders"]
		and model["cron"].startswith("* * * * * /")
		and "--linger 58" in model["cron"]
		and not model["has_channels"]
		and not model["has_errors"]
	)
	text = status(b.html("/status"), 200).text
	assert "No sender is running" in text and "--linger 58" in text and "<svg class=\"chart\"" in text


@test
def what_the_month_costs(w):
	b = w.signed_in("admin")
	talk = conversation(w, b.org)
	assert not b.get("/status").json["costs"]["any"]
	found = lambda: [f["words"] for f in b.get("/status").json["findings"] if f["subject"] == "Costs:"]
	for n, words in ((500, []), (701, ["more than 700"]), (901, ["more than 900"]), (1000, ["used up"])):
		w.sql.script(
			"delete from message_costs where org_id = %d; insert into message_costs (org_id, channel_id, month, category,"
			" type, prefix, delivered) "
			"select org_id, id, date_trunc('month', now() at time zone 'UTC'), 'service', 'free_customer_service', '4915',"
			" %d from channels where org_id = %d limit 1;" % (b.org, n, b.org)
		)
		assert len(found()) == len(words) and all(x in y for x, y in zip(words, found())), (n, found())
	w.sql.script(
		"insert into message_costs (org_id, channel_id, month, category, type, prefix, delivered) "
		"select org_id, id, date_trunc('month', now() at time zone 'UTC'), 'utility', 'regular', '5511',"
		" 3 from channels where org_id = %d limit 1;" % b.org
	)
	for direction, sender, seconds in (
		("inbound", "contact", 9),
		("outbound", "bot", 8),
		("outbound", "bot", 7),
		("inbound", "contact", 6),
		("outbound", "bot", 5),
	):
		message(w, talk, direction, sender, "%d milliseconds" % seconds)
	imported = conversation(w, b.org)
	for direction, sender in (("inbound", "contact"), ("outbound", "operator"), ("outbound", "operator")):
		message(w, imported, direction, sender, "1 milliseconds")
	w.sql.script("update messages set metadata = '{\"imported\": true}' where conversation_id = %d;" % imported)
	page = b.get("/status").json
	assert page["day"]["messages_in"] == "2" and page["day"]["replies"] == "3", page["day"]
	costs = page["costs"]
	assert (
		costs["billed"] == "3"
		and costs["per_reply"] == "1.5"
		and costs["forecast"].replace(",", "").isdigit()
		and costs["rows"][1]["market"] == "Brazil"
		and costs["rows"][1]["estimate"] == "unknown"
		and not costs["has_card"]
	), costs
	assert "no rate card" in status(b.html("/status"), 200).text
	w.sql.script(
		"insert into outbox (org_id, message_id, channel_id, conversation_id, tag, state, error_class, error_code) "
		"select org_id, id, channel_id, conversation_id, 'unpaid' || id, 'queued', 'channel-broken', '131042' from messages "
		"where org_id = %d and conversation_id = %d and direction = 'outbound';" % (b.org, talk)
	)
	assert found()[0] == "messages that were not delivered: no payment method: 3", found()
	assert "Add a payment method to the WhatsApp account" in status(b.html("/status"), 200).text
	assert not w.signed_in("admin").get("/status").json["costs"]["any"]


@test
def figures_of_the_day(w):
	b, stranger = w.signed_in("admin"), w.signed_in("admin")
	talk, other = conversation(w, b.org), conversation(w, b.org)
	now = "timestamptz '%s'" % w.sql.value(
		"select now()::text as t"
	)  # the same for all: on a busy machine each takes its time
	message(w, talk, "inbound", "contact", "30 hours", now=now)
	message(w, talk, "inbound", "contact", "60 minutes", now=now)
	message(w, other, "inbound", "contact", "59 minutes", now=now)
	message(w, talk, "outbound", "bot", "59 minutes 56 seconds", now=now)
	message(w, other, "outbound", "operator", "58 minutes 52 seconds", now=now)
	message(w, other, "outbound", "bot", "58 minutes", "failed", now=now)
	day = b.get("/status").json["day"]
	assert day == {"messages_in": "2", "replies": "2", "by_bot": "50 %", "median": "6 s"}, day
	bars = b.get("/status").json["chart"]["bars"]
	assert (
		sum(bar["height"] > 0 for bar in bars if bar["kind"] == "in") >= 2 and max(bar["height"] for bar in bars) == 116
	)
	assert all(bar["y"] + bar["height"] == 120 and 0 <= bar["x"] <= 546 for bar in bars) and bars[-1]["words"].split(
		": "
	)[1].startswith("out")
	assert stranger.get("/status").json["day"]["messages_in"] == "0"


def reply(w, talk, stage, age, handed=False, outcome="replied"):
	"""A question of the customer and what the bot made of it, so long ago."""
	message(w, talk, "inbound", "contact", age)
	w.sql.script(
		"insert into decisions (org_id, conversation_id, message_id, outcome, stage, reason, detail, created_at) "
		"select org_id, id, (select max(m.id) from messages m where m.conversation_id = v.id), '%s', '%s', 'x',"
		" '{\"hand_over\": %s}', now() - interval '%s' from conversations v where id = %d;"
		% (outcome, stage, "true" if handed else "false", age, talk)
	)


@test
def what_became_of_questions(w):
	b, stranger = w.signed_in("admin"), w.signed_in("admin")
	assert not b.get("/status").json["answers"]["any"]
	alone, again, later, person, called, missed, young, asked_back = (conversation(w, b.org) for _ in range(8))
	for stage, age in (
		("skill", "10 days 2 hours"),
		("clock", "10 days 90 minutes"),
		("act", "10 days 89 minutes"),
	):  # two questions about one matter, and thanks
		reply(w, alone, stage, age)
	for age in ("10 days", "9 days 12 hours"):  # asked again within a day: the second time is enough
		reply(w, again, "knowledge", age)
	for age in ("9 days", "6 days"):  # within a week
		reply(w, later, "knowledge", age)
	reply(w, person, "skill", "10 days")
	message(w, person, "outbound", "operator", "9 days 23 hours")
	reply(w, called, "act", "9 days", True)
	reply(w, missed, "knowledge", "9 days 10 minutes")
	reply(w, missed, "fallback", "9 days")
	reply(w, young, "skill", "10 minutes")
	reply(w, asked_back, "clarify", "9 days 5 minutes")
	reply(w, asked_back, "skill", "9 days 4 minutes")
	reply(w, asked_back, "clarify", "8 days")
	for stage, outcome in (("skill", "draft"), ("act", "replied")):  # was not sent; no question
		reply(w, missed, stage, "5 days", outcome=outcome)
	found = b.get("/status").json["answers"]
	assert found["sum"] == {
		"asked": "13",
		"answered": "9",
		"by_day": {"n": "7", "open": "1"},
		"by_week": {"n": "4", "open": "2"},
		"handed_over": "2",
		"unanswered": "2",
	}, found["sum"]
	assert (
		len(found["days"]) >= 4
		and sum(int(d["asked"]) for d in found["days"]) == 13
		and found["days"][0]["by_day"] == {"n": "0", "open": "1"}
	), found["days"]
	text = status(b.html("/status"), 200).text
	assert "What became of customers" in text and "so far" in text
	assert not stranger.get("/status").json["answers"]["any"]


@test
def endpoints_that_are_not_asked(w):
	"""An organisation sees its own endpoint, or the installation's where it has none of its own; never another
	organisation's.
	"""
	own, other = w.signed_in("admin"), w.signed_in("admin")
	assert finding(own, "Language model")["good"]
	w.stack.ctl("setting", "set", "--org", own.org, "llm_base_url", "https://zqmodel.example/v1")
	w.sql.script(
		"""insert into circuit_breakers (org_id, kind, endpoint, failures, pause_s, open_until) values
		(%d, 'chat', 'e', 7, 60, now() + interval '1 minute'), (%d, 'embeddings', 'e', 4, 0, null), (0, 'chat', 'e', 5,
			30, now() + interval '30 seconds');"""
		% (own.org, own.org)
	)
	found = finding(own, "Language model")
	assert found["warning"] and "does not answer in time" in found["words"] and "test it there" in found["next_step"], (
		found
	)
	assert "belongs to the installation" in finding(other, "Language model")["next_step"]
	assert not [f for f in status(own.get("/status"), 200).json["findings"] if f["subject"] == "Embeddings:"]
	w.sql.script("delete from circuit_breakers;")
	assert finding(other, "Language model")["good"]


@test
def senders_through_a_function(w):
	b = w.signed_in("admin")
	w.sql.script(
		"delete from heartbeats; insert into heartbeats (shard, host, pid, mode, version) values ('a', 'web1', 77,"
		" '--linger 58', '0.9'), ('b', '%s', 78, 'x', '0.8'); "
		"update heartbeats set beat_at = now() - interval '9 minutes' where pid = 78;" % HOSTILE.replace("'", "''")
	)
	model = b.get("/status").json
	assert [(s["host"], s["alive"], s["beat"]) for s in model["senders"]] == [
		("web1", True, "now"),
		(HOSTILE, False, "9 min"),
	] and model["cron"] == ""
	escaped(b.html("/status"))
	desk = [w.stack.postgres.bin + "/psql", "-XAtqc", "select * from heartbeats", w.stack.postgres.url("deskbell_desk")]
	done = processes.run(desk, check=False)
	assert done.returncode != 0 and b"permission denied" in done.stderr
	w.sql.script("delete from heartbeats;")


@test
def what_it_finds_out(w):
	b = w.signed_in("admin")
	for subject in ("Database", "Schema", "Tenants", "Limits", "Address", "Webhooks", "Queue", "Run folder"):
		f = finding(b, subject)
		assert f["good"] and not f["bad"] and f["next_step"] == "", f
	assert "PostgreSQL: 1" in finding(b, "Database")["words"]
	talk = conversation(w, b.org)
	w.sql.script(
		"insert into webhook_log (org_id, channel_id, platform, kind, accepted, reason) select org_id, id, 'whatsapp',"
		" 'delivery', false, jsonb_build_object('code', 'net_failed', 'args', jsonb_build_object('host', '%s', 'error',"
		" 'x')) "
		"from channels where org_id = %d;" % (HOSTILE.replace("'", "''"), b.org)
	)
	f = finding(b, "Webhooks")
	assert (
		f["warning"] and "refused in the last 24 hours: 1 (" in f["words"] and HOSTILE in f["words"] and f["next_step"]
	), f
	escaped(b.html("/status"))
	w.sql.script(
		"insert into answer_jobs (org_id, conversation_id, first_due_at, due_at) values (%d, %d, now(),"
		" now() - interval '1 hour');" % (b.org, talk)
	)
	f = finding(b, "Queue")
	assert f["bad"] and f["words"].endswith(": 1"), f
	assert finding(w.signed_in("admin"), "Queue")["good"]
	w.sql.script("delete from answer_jobs; update schema_migrations set checksum = 'x' where name = 'functions';")
	try:
		assert finding(b, "Schema")["bad"]
	finally:
		w.stack.ctl("migrate")
	assert finding(b, "Schema")["good"]
	os.chmod(w.stack.run_dir, 0o777)
	try:
		assert finding(b, "Run folder")["warning"]
	finally:
		os.chmod(w.stack.run_dir, 0o755)


@test
def channels_and_errors(w):
	b = w.signed_in("admin")
	talk = conversation(w, b.org)
	model = b.get("/status").json
	assert (
		model["has_channels"]
		and model["channels"][0]["state"]["verified"]
		and model["channels"][0]["words"].startswith("Last message: ")
	)
	assert model["channels"][0]["href"] == "/settings/channels/whatsapp"
	message(w, talk, "outbound", "bot", "1 minute", "failed")
	w.sql.script(
		"insert into outbox (org_id, message_id, channel_id, conversation_id, tag, state, settled_at, error_code, error) "
		"select org_id, id, channel_id, conversation_id, 't', 'failed', now(), '190',"
		" %s from messages where conversation_id = %d; "
		"update channels set status = 'error', status_reason = as_reason('whatsapp_payment') where org_id = %d;"
		% (
			literal(
				json.dumps(
					{
						"reason": {
							"code": "net_failed",
							"args": {"host": "x", "error": HOSTILE, "next": {"code": "send_again_later"}},
						}
					}
				)
			),
			talk,
			b.org,
		)
	)
	model = b.get("/status").json
	assert model["channels"][0]["state"]["broken"] and model["channels"][0]["words"].startswith(
		"There is a problem with the payment method. Check the"
	)
	(error,) = model["errors"]
	assert error["words"] == "WhatsApp: X: %s (190)" % HOSTILE and error["next_step"].startswith(
		"Send it again later"
	), error
	escaped(b.html("/status"))
	assert not w.signed_in("admin").get("/status").json["has_errors"]


@test
def operators_read_it_without_what_they_cannot_change(w):
	b = w.signed_in("operator")
	assert status(b.get("/status"), 200).json["findings"]
	for role in ("operator", "admin"):
		assert status(w.browser().request("GET", "/status", headers=bearer(w, b.org, role)), 200).json["findings"]
	text = status(b.html("/status"), 200).text
	assert 'href="/status"' in text and 'href="/queue"' in text
	assert not [part for part in ('href="/settings/', 'href="/figures"', 'href="/audit"') if part in text], text
	admin = w.signed_in("admin", b.org)
	assert 'href="/settings/channels"' in admin.html("/status").text


sys.exit(main())
