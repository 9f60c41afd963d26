#!/usr/bin/python3
# The page of the queue: what waits and what failed, by channel and age; sending again and discarding, until it is on
# the simulator's phone.
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, bearer, conversation, escaped, location, main, processes, status, test


def delivery(w, org, talk, state="queued", age="0 seconds", body="hello", **columns):
	"""A message on its way; its id."""
	more = dict({"state": state, "tag": "t%d" % time.monotonic_ns()}, **columns)
	w.sql.script(
		"insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status) "
		"select org_id, id, channel_id, 'outbound', 'bot', 'text', '%s', true, 'queued' from conversations where id = %d;"
		% (body, talk)
	)
	message = w.sql.value("select max(id) as n from messages where org_id = %d" % org)
	w.sql.script(
		"insert into outbox (org_id, message_id, channel_id, conversation_id, created_at, %s) select %d, %d, channel_id,"
		" id, now() - interval '%s', %s "
		"from conversations where id = %d;"
		% (
			", ".join(more),
			org,
			message,
			age,
			", ".join("'%s'" % str(v).replace("'", "''") for v in more.values()),
			talk,
		)
	)
	w.sql.script("select deskbell_due(%d, 'delivery', now());" % org)
	return message


def failure(code, **args):
	"""As a delivery keeps it."""
	return json.dumps({"reason": {"code": code, "args": args}})


def state(w, message):
	return w.sql.value("select state from outbox where message_id = %d" % message)


@test
def nothing_waits(w):
	b = w.signed_in("admin")
	model = b.get("/queue").json
	assert not model["has_items"] and not model["has_ages"] and model["pager"] is False
	assert "Everything is sent" in b.html("/queue").text


@test
def by_channel_and_age(w):
	b = w.signed_in("admin")
	talk = conversation(w, b.org)
	for age in ("10 seconds", "3 minutes", "5 minutes", "20 minutes", "3 hours"):
		delivery(w, b.org, talk, age=age)
	delivery(w, b.org, talk, "failed")
	delivery(w, b.org, talk, "accepted")
	(row,) = b.get("/queue").json["ages"]
	assert [row[k] for k in ("waiting", "minute", "minutes", "hour", "older", "failures", "paused")] == [
		"5",
		"1",
		"2",
		"1",
		"1",
		"1",
		False,
	], row
	w.sql.script("update channels set paused_until = now() + interval '1 hour' where org_id = %d;" % b.org)
	assert b.get("/queue").json["ages"][0]["paused"]
	assert "paused" in b.html("/queue").text


@test
def why_it_waits(w):
	b = w.signed_in("admin")
	talks = [conversation(w, b.org, "C%d" % n) for n in range(6)]
	ids = [
		delivery(w, b.org, talks[0]),
		delivery(w, b.org, talks[0]),
		delivery(
			w,
			b.org,
			talks[1],
			next_attempt_at="2099-01-01",
			error=failure("whatsapp_went_wrong"),
			error_code="131000",
			attempts=3,
		),
		delivery(w, b.org, talks[2], "unknown", lease_until="2099-01-01"),
		delivery(w, b.org, talks[3], "sending", lease_until="2000-01-01"),
		delivery(
			w, b.org, talks[4], "failed", error_class="window", error=failure("whatsapp_window"), error_code="131047"
		),
		delivery(w, b.org, talks[5], "failed", error_class="request", error=failure("whatsapp_type")),
	]
	items = {i["id"]: i for i in b.get("/queue").json["items"]}
	assert sorted(items) == ids and list(items) == ids[::-1]
	due, behind, later, unknown, lost, window, odd = (items[i] for i in ids)
	assert (
		due["words"].startswith("Due now")
		and due["retry"]
		and due["discard"]
		and due["code"] == ""
		and due["status"] == {"queued": True}
	)
	assert "earlier message" in behind["words"]
	assert (later["words"], later["next_step"], later["code"], later["attempts"]) == (
		"Something went wrong at Meta.",
		"Nothing: it is tried again by itself.",
		"131000",
		"3",
	) and later["next"]["iso"].startswith("2099")
	assert "did not answer" in unknown["words"] and not unknown["retry"] and not unknown["discard"]
	assert "stopped in the middle" in lost["words"] and not lost["discard"] and lost["next"] is False
	assert (
		not window["retry"]
		and window["discard"]
		and odd["retry"]
		and odd["words"] == "The type of the message is not supported."
	)
	w.sql.script(
		"update channels set paused_until = now() + interval '1 hour', status_reason = "
		"as_reason('whatsapp_payment_terms') where org_id = %d;" % b.org
	)
	due = {i["id"]: i for i in b.get("/queue").json["items"]}[ids[0]]
	assert "paused" in due["words"] and due["next_step"].startswith(
		"The terms for payments have not been accepted. Check the WhatsApp account"
	)
	text = status(b.html("/queue"), 200).text
	assert "false" not in text
	assert text.count("value=\"retry\"") == 4 and text.count("value=\"discard\"") == 5, (
		text.count("value=\"retry\""),
		text.count("value=\"discard\""),
	)


@test
def sent_again_and_discarded(w):
	b = w.signed_in("admin")
	talk = conversation(w, b.org)
	again, gone, done = (
		delivery(w, b.org, talk, "failed"),
		delivery(w, b.org, talk),
		delivery(w, b.org, talk, "accepted"),
	)
	location(b.post("/queue", {"message": again, "do": "retry"}), "/queue")
	location(b.post("/queue", {"message": gone, "do": "discard"}), "/queue")
	assert state(w, again) == "queued" and state(w, gone) == "cancelled"
	assert w.sql.value("select status from messages where id = %d" % gone) == "cancelled"
	page = status(b.post("/queue", {"message": done, "do": "retry"}), 409)
	assert state(w, done) == "accepted"
	page = b.post("/queue", {"message": gone, "do": "discard", "confirmed": "yes"}, headers={"Accept": "text/html"})
	assert page.status == 303 and "cannot be changed any more" in b.html("/queue").text
	rows = w.sql.rows(
		"select action, actor, detail::text from audit_log where org_id = %d and action like 'queue%%' order by id"
		% b.org
	)
	assert [r["action"] for r in rows] == ["queue.retry", "queue.discard"] and rows[0]["actor"].startswith("user:"), (
		rows
	)
	assert rows[1]["detail"] == "{\"was\": \"queued\", \"message\": %d}" % gone, rows


@test
def discarding_asks_first(w):
	b = w.signed_in("admin")
	message = delivery(w, b.org, conversation(w, b.org))
	page = status(b.post("/queue", {"message": message, "do": "discard"}, headers={"Accept": "text/html"}), 200)
	assert (
		"name=\"confirmed\" value=\"yes\"" in page.text
		and "name=\"message\" value=\"%d\"" % message in page.text
		and state(w, message) == "queued"
	)
	page = b.post("/queue", {"message": message, "do": "discard", "confirmed": "yes"}, headers={"Accept": "text/html"})
	assert page.status == 303 and page.header("Location") == "/queue" and state(w, message) == "cancelled"


@test
def wrong_forms_and_foreign_messages(w):
	b, stranger = w.signed_in("admin"), w.signed_in()
	message = delivery(w, b.org, conversation(w, b.org))
	for form in (
		{},
		{"message": message},
		{"message": message, "do": "send"},
		{"message": "x", "do": "retry"},
		{"message": "", "do": "retry"},
		{"do": "discard"},
		{"message": "99999999999999999999", "do": "retry"},
	):
		status(b.post("/queue", form), 400)
	for n in (message, 999999999, -1, 0):
		status(stranger.post("/queue", {"message": n, "do": "discard"}), 404)
	assert state(w, message) == "queued" and str(message) not in [
		str(i["id"]) for i in stranger.get("/queue").json["items"]
	]
	for role in ("operator",):
		low = w.signed_in(role, b.org)
		seen = [i for i in status(low.get("/queue"), 200).json["items"] if i["id"] == message][0]
		assert not seen["retry"] and not seen["discard"] and 'action="/queue"' not in low.html("/queue").text, seen
		status(low.post("/queue", {"message": message, "do": "discard"}), 403)
	token = bearer(w, b.org, "admin")
	assert status(w.browser().request("GET", "/queue", headers=token), 200).json["items"][0]["id"] == message
	status(w.browser().request("GET", "/queue", headers=bearer(w, b.org, "operator")), 200)


@test
def every_page_tells_what_is_new(w):
	b = w.signed_in("operator")
	assert b.get("/leads").json["counts"] == {
		"waiting": 0,
		"waiting_more": False,
		"mine": 0,
		"mine_more": False,
		"newest": 0,
		"newest_from": "",
	}
	for n, name in enumerate(("Old", HOSTILE)):
		talk = conversation(w, b.org, name)
		w.sql.script(
			"insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like,"
			" status) select org_id, id, channel_id, 'inbound', "
			"'contact', 'text', 'x', true, 'received' from conversations where id = %d;"
			" update conversations set unread = 2, last_message_at = now() + interval '%d seconds', "
			"waiting_since = %s where id = %d;" % (talk, n, "now()" if n else "null", talk)
		)
	newest = w.sql.value("select max(id) as n from messages where org_id = %d" % b.org)
	assert b.get("/leads").json["counts"] == {
		"waiting": 1,
		"waiting_more": False,
		"mine": 0,
		"mine_more": False,
		"newest": newest,
		"newest_from": HOSTILE,
	}
	page = escaped(b.html("/leads"))
	assert "data-newest=\"%d\"" % newest in page.text and "data-waiting=\"1\"" in page.text
	w.sql.script("update conversations set waiting_since = null where org_id = %d;" % b.org)
	assert b.get("/leads").json["counts"]["newest"] == 0


@test
def what_others_wrote_is_escaped(w):
	b = w.signed_in("admin")
	delivery(
		w,
		b.org,
		conversation(w, b.org, HOSTILE),
		"failed",
		error=failure("net_failed", host=HOSTILE, error=HOSTILE),
		error_code="<b>",
	)
	escaped(b.html("/queue"))


@test
def pages_go_on(w):
	b = w.signed_in("admin")
	talk = conversation(w, b.org)
	first = delivery(w, b.org, talk)
	w.sql.script(
		"insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like,"
		" status) select m.org_id, conversation_id, channel_id, "
		"'outbound', 'bot', 'text', 'x', true, 'queued' from messages m, generate_series(1, 130) where m.id = %d;"
		" insert into outbox (org_id, message_id, channel_id, "
		"conversation_id, tag, state) select org_id, id, channel_id, conversation_id, 'g' || id,"
		" case id %% 2 when 0 then 'failed' else 'queued' end from messages "
		"where org_id = %d and id > %d;" % (first, b.org, first)
	)
	path, seen = "/queue", []
	while path:
		model = b.get(path).json
		seen += [i["id"] for i in model["items"]]
		path = model["pager"]["older"]
	assert len(seen) == 131 and seen == sorted(set(seen), reverse=True)
	assert len(b.html("/queue").body) < 100000
	for odd in ("x", "-5", "0", "99999999999999999999"):
		assert len(b.get("/queue?after=" + odd).json["items"]) == 50, odd


@test
def a_message_goes_out_after_all(w):
	"""The sender that waits is woken; it looks by itself every second only."""
	b = w.signed_in("admin")
	channel = w.stack.connect(b.org, w.server.port)
	w.sql.script(
		"insert into contacts (org_id, name) values (%(o)d, 'Ana'); insert into conversations (org_id, channel_id,"
		" contact_id, platform, contact_phone, last_inbound_at) "
		"select %(o)d, %(c)d, max(id), 'whatsapp', '+15550009999', now() from contacts where org_id = %(o)d;"
		" insert into contact_identities (org_id, channel_id, kind, value, contact_id) "
		"select %(o)d, %(c)d, 'wa_id', '15550009999', max(id) from contacts where org_id = %(o)d;"
		% {"o": b.org, "c": channel.id}
	)
	talk = w.sql.value("select max(id) as n from conversations where org_id = %d" % b.org)
	message = delivery(w, b.org, talk, "failed", error_class="request")
	with w.stack.sender():
		location(b.post("/queue", {"message": message, "do": "retry"}), "/queue")
		end = time.monotonic() + processes.patience(15)
		while state(w, message) in ("queued", "sending") and time.monotonic() < end:
			time.sleep(0.05)
	assert state(w, message) == "accepted", w.sql.row("select state, error from outbox where message_id = %d" % message)
	assert not b.get("/queue").json["has_items"]


sys.exit(main(with_simulator=True))
