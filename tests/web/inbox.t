#!/usr/bin/python3
# The inbox by requests: a customer writes to the simulator, the sender answers, operators read, write, take over.
# Real programs, real database.
import base64
import concurrent.futures
import gzip
import hashlib
import json
import os
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, processes
from deskbell.desk import Browser, check_logs, person, status, use_desk_role
from deskbell.processes import wait_until
from deskbell.stack import Stack
from deskbell.tap import program

TESTS = []
SKILLS = [
	{
		"title": "Opening hours",
		"triggers": ["when are you open", "opening hours", "are you open on sunday"],
		"response": "zqbody We are open from 9 to 19.",
		"enabled": True,
		"requires_human_handover": False,
	}
]
HOSTILE = "<script>alert('zq')</script>\"&{{csrf}}"


def test(function):
	TESTS.append(function)
	return function


class World:
	def __init__(self, stack, server):
		self.stack, self.server, self.sql = stack, server, stack.sql
		self.n = 0
		self.org = stack.organisation("Salon")
		stack.ctl("setting", "set", "--org", self.org, "disclosure", "off")
		self.channel = stack.connect(self.org, server.port)
		stack.skills(self.org, SKILLS)
		self.ana, self.ben = self.person("ana", "operator"), self.person("ben", "admin")

	def person(self, name, role, org=None):
		self.n += 1
		user = person(self.stack, org or self.org, "%s%d@example.com" % (name, self.n), role, "zqsecret0inbox")
		self.sql.rename(user, name.capitalize())
		token = hashlib.sha256(b"inbox %d" % self.n).digest()
		text = base64.urlsafe_b64encode(token).decode().rstrip("=")
		self.sql.script(
			"insert into sessions (user_id, token_hash, expires_at) values (%d, sha256('%s'), now() + interval '1 day');"
			% (user, text)
		)
		b = Browser(self.server.port)
		b.cookies["__Host-deskbell"] = text
		b.user = user
		b.get("/account")
		return b

	def write(self, phone, text=None, name=None, channel=None, **message):
		"""A customer writes; the conversation's id."""
		channel = channel or self.channel
		self.stack.simulator.control(
			"POST",
			"inbound",
			{
				"phone_number_id": channel.phone_number_id,
				"from": phone,
				"name": name or "Person " + phone[-3:],
				**({"message": message} if message else {"text": text}),
			},
		)
		return self.sql.value(
			"select id from conversations where org_id = %d and contact_phone = '+%s'" % (channel.org, phone)
		)

	def customer(self, text="zqbody hello there", agent=None, **more):
		self.n += 1
		phone = "34611%06d" % self.n
		talk = self.write(phone, text, **more)
		if agent:
			self.settle(talk)
			self.sql.script("update conversations set agent = '%s' where id = %d;" % (agent, talk))
		return talk, phone

	def settle(self, talk):
		"""Until the bot has decided and everything is sent."""
		wait_until(
			lambda: (
				not self.sql.value(
					"select (select count(*) from answer_jobs where conversation_id = %d) + "
					"(select count(*) from outbox where conversation_id = %d and state in ('queued', 'sending'))"
					% (talk, talk)
				)
			),
			"the bot's answer",
		)

	def texts(self, talk, sender):
		return [
			r["body"]
			for r in self.sql.rows(
				"select body from messages where conversation_id = %d and sender = '%s' order by id" % (talk, sender)
			)
		]


def say(b, talk, text, key, **more):
	return b.post("/inbox/%d/messages" % talk, {"key": key, "text": text, "do": "send", **more})


def model(b, path):
	return status(b.get(path), 200).json


def row(b, talk, query=""):
	return next((r for r in model(b, "/inbox" + query)["list"]["rows"] if r["id"] == talk), None)


def thread(b, talk):
	return model(b, "/inbox/%d" % talk)["conversation"]["messages"]


# The list


@test
def a_message_arrives_in_the_list(w):
	talk, phone = w.customer("zqbody when are you open", name="Marta Ruiz")
	r = row(w.ana, talk)
	assert (
		r["name"] == "Marta Ruiz" and r["initials"] == "MR" and r["unread"] == 1 and r["whatsapp"] and not r["telegram"]
	), r
	assert re.fullmatch(r"\d\d:\d\d", r["time"]["text"]), r
	w.settle(talk)
	r = row(w.ana, talk)
	assert (
		r["last"] == {"text": "zqbody when are you open", "ours": False}
		and r["bot"]
		and r["settled"]
		and not r["waiting"]
	), r
	w.write(phone, name="Marta Ruiz", type="audio", audio={"id": "2", "voice": True})
	r = row(w.ana, talk, "?view=waiting")
	assert r["waiting"]["text"] == "now" and not r["waiting"]["late"] and not r["settled"], r
	counts = model(w.ana, "/account")["counts"]
	assert counts["waiting"] >= 1 and counts["newest"] > 0 and counts["newest_from"] == "Marta Ruiz", counts
	page = status(w.ana.html("/inbox"), 200)
	assert "Marta Ruiz" in page.text and "id=\"row-%d\"" % talk in page.text


@test
def views_filters_and_search(w):
	a, _ = w.customer(agent="operator", name="Search Me")
	b, phone = w.customer(agent="bot")
	w.sql.script(
		"update conversations set assignee_id = %d, waiting_since = null where id = %d;"
		" update conversations set waiting_since = now() - interval '40 minutes',"
		" attention_reason = 'hot_lead' where id = %d;" % (w.ana.user, a, b)
	)
	status(w.ana.post("/inbox/%d/tags" % b, {"add": "şikâyet"}), 200)
	for query, has_a, has_b in (
		("?view=all", 1, 1),
		("?view=mine", 1, 0),
		("?view=unassigned", 0, 1),
		("?view=waiting", 0, 1),
		("?view=closed", 0, 0),
		("?view=odd", 1, 1),
		("?platform=whatsapp", 1, 1),
		("?platform=telegram", 0, 0),
		("?tag=%C5%9Fik%C3%A2yet", 0, 1),
		("?q=search+me", 1, 0),
		("?q=%2B" + phone, 0, 1),
		("?q=nothing", 0, 0),
		("?q=" + phone[-4:], 0, 1),
		("?after=x-y", 1, 1),
		("?view=mine&q=search%20me", 1, 0),
	):
		assert (row(w.ana, a, query) is not None, row(w.ana, b, query) is not None) == (bool(has_a), bool(has_b)), query
	r = row(w.ana, b)
	assert r["waiting"] == {
		"text": "40 min",
		"since_s": r["waiting"]["since_s"],
		"late": True,
		"reason": "a hot lead",
		"reason_code": "hot_lead",
	} and r["tags"] == ["şikâyet"], r
	r = row(w.ana, a)
	assert not r["bot"] and r["assignee"] == {"name": "Ana", "initials": "A", "me": True}, r
	lists = model(w.ana, "/inbox?view=waiting&tag=%C5%9Fik%C3%A2yet")["list"]
	assert int(lists["views"]["waiting"]["count"].rstrip("+")) >= 1 and lists["views"]["mine"]["count"] == "1", lists[
		"views"
	]
	assert lists["filtered"] == "şikâyet" and lists["views"]["waiting"]["here"] and not lists["views"]["all"]["here"], (
		lists
	)
	assert lists["rows"][0]["href"] == "/inbox/%d?view=waiting&tag=%%C5%%9Fik%%C3%%A2yet" % b, lists["rows"][0]
	# A search looks through everything, closed and snoozed ones too; a view narrows it.
	status(w.ana.post("/inbox/%d/close" % a), 200)
	found = row(w.ana, a, "?q=search+me")
	assert found["closed"] and ">closed</span>" in w.ana.html("/inbox?q=search+me").text, found
	assert row(w.ana, a, "?view=waiting&q=search+me") is None and row(w.ana, a, "?view=all") is None
	assert not row(w.ana, a, "?view=closed")["closed"], "every one is in this view"
	status(w.ana.post("/inbox/%d/reopen" % a), 200)
	status(w.ana.post("/inbox/%d/snooze" % a, {"until": "hour"}), 200)
	assert row(w.ana, a, "?q=search+me")["snoozed"], "snoozed"
	status(w.ana.post("/inbox/%d/undo" % a), 200)
	assert model(w.ana, "/inbox?q=nothing")["list"]["none"] == {"filtered": True}
	assert model(w.ana, "/inbox?view=closed")["list"]["none"] == {"view": True}
	stranger = w.person("eve", "owner", w.stack.organisation("Empty"))
	assert model(stranger, "/inbox")["list"]["none"] == {"unconnected": True}


@test
def who_answers_is_the_bot_a_wait_or_a_name(w):
	talk, _ = w.customer(agent="operator")
	tag = re.compile("<[^>]+>")

	def told(text, pattern):
		return re.sub(r"\s+", " ", tag.sub(" ", re.search(pattern, text, re.S).group(1))).strip()

	for what, head, listed in (
		("agent = 'bot', assignee_id = null, waiting_since = null", "Bot", "Bot"),
		("agent = 'bot', waiting_since = now() - interval '12 minutes'", "Waiting 12 min", "Waiting 12 min"),
		("agent = 'operator', assignee_id = %d, waiting_since = null" % w.ben.user, "Ben", "B Ben"),
		("agent = 'operator', assignee_id = null", "Salon", "Salon"),
	):
		w.sql.script("update conversations set %s where id = %d;" % (what, talk))
		for path in ("/inbox/%d" % talk, "/inbox/%d/updates" % talk):
			page = status(w.ana.html(path), 200).text
			assert told(page, r'id="answering"[^>]*>(.*?)</span>\s*(?: · <span|\n|$)') == head, (what, path, page[:500])
		page = status(w.ana.html("/inbox"), 200).text
		assert told(page, r'<li id="row-%d"(.*?)</li>' % talk).find(listed) > 0, (what, listed)


@test
def the_last_day_is_told_to_operators(w):
	org = w.stack.organisation("Day", "off")
	channel = w.stack.connect(org, w.server.port)
	b = w.person("day", "operator", org)
	assert model(b, "/inbox")["day"]["messages_in"] == "–", "it is no part of the page"
	talk, _ = w.customer(channel=channel)
	status(say(b, talk, "zqbody hello", "k"), 200)
	day = model(b, "/inbox/today")["day"]
	assert (day["messages_in"], day["replies"], day["by_bot"]) == ("1", "1", "0 %"), day
	page = status(b.html("/inbox/today"), 200)
	assert page.text.count("<dl") == 1 and 'id="day"' in page.text and "</html>" not in page.text, page.text


@test
def pages_of_the_list_go_on(w):
	org = w.stack.organisation("Many")
	channel = w.stack.connect(org, w.server.port)
	b = w.person("many", "operator", org)
	w.sql.script(
		"""with c as (insert into contacts (org_id, name) select %d, 'C ' || g from generate_series(1, 120) g returning id)
		insert into conversations (org_id, channel_id, contact_id, platform, last_message_at)
		select %d, %d, id, 'whatsapp', date_trunc('minute', now()) - (row_number() over () / 7) * interval '1 minute'
			from c;"""
		% (org, org, channel.id)
	)
	seen, path, pages = [], "/inbox", 0
	while path:
		listed = model(b, path)["list"]
		seen += [r["id"] for r in listed["rows"]]
		assert bool(listed["updates"]) == (pages == 0) and bool(listed["newer"]) == (pages > 0), listed["updates"]
		shown = model(b, listed["rows"][0]["href"])["list"]
		assert [r["id"] for r in shown["rows"]] == [r["id"] for r in listed["rows"]] and shown["rows"][0]["here"], (
			"the same page stands next to the conversation"
		)
		path, pages = listed["older"], pages + 1
	assert pages == 3 and len(seen) == 120 and len(set(seen)) == 120, (pages, len(seen))


@test
def pages_are_small_however_full(w):
	"""Everything at its longest that people write, in the language with the longest words too; assets are under
	names of their own (tests/web/desk.py).
	"""
	org = w.stack.organisation("O" * 100)
	channel = w.stack.connect(org, w.server.port)
	b = w.person("full", "admin", org)
	w.sql.rename(b.user, "Maximiliana Konstantinopoulou-Wolfeschlegelstein")
	w.sql.script(
		"""update users set language = 'es' where id = %(user)d;
		with c as (insert into contacts (org_id, name)
			select %(org)d, 'Maria Fernanda Guadalupe de la Santísima Trinidad y Todos los Santos ' || g
			from generate_series(1, 120) g returning id),
		v as (insert into conversations (org_id, channel_id, contact_id, platform, agent, assignee_id, waiting_since,
			attention_reason, unread, contact_phone, may_have_tags)
			select %(org)d, %(channel)d, id, 'whatsapp', 'operator', %(user)d, now(), 'person_requested', 1000, '+'
				|| 491510000000 + id, true from c returning id),
		n as (insert into notes (org_id, conversation_id, user_id, body) select %(org)d, id, %(user)d, repeat('ñ', 2000)
			from v, generate_series(1, 9)),
		t as (insert into conversation_tags (org_id, conversation_id, tag, platform, is_open, last_message_at)
			select %(org)d, v.id, 'longer than most tags of people ' || g, 'whatsapp', true, now()
			from v, generate_series(1, 5) g)
		insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status, user_id,
			error)
			select %(org)d, v.id, %(channel)d, 'outbound', 'operator', 'text', repeat('zqbody <&ü> ', 40), true, 'failed',
				%(user)d,
			'{"reason": {"code": "whatsapp_undeliverable"}, "code": "131026"}' from v, generate_series(1, 40);
		insert into canned_replies (org_id, shortcut, title, body)
			select %(org)d, 'shortcut' || g, 'A title of some length', repeat('zqbody ', 580)
				from generate_series(1, 100) g;"""
		% {"org": org, "channel": channel.id, "user": b.user}
	)
	page = status(b.html("/inbox"), 200)
	first = re.search(r'href="(/inbox/\d+)"', page.text).group(1)
	for path in ("/inbox", "/inbox?view=mine", first, "/inbox/updates", first + "/updates", "/settings/replies"):
		page = status(b.html(path), 200)
		print("# %s: %d bytes" % (path, len(page.body)))
		assert page.text.count("zqbody") > 20 and "99+" in page.text and len(page.body) < 100000, (path, len(page.body))


@test
def pages_are_compressed_for_who_takes_that(w):
	org = w.stack.organisation("Mobile")
	channel = w.stack.connect(org, w.server.port)
	b = w.person("mobile", "operator", org)
	w.sql.script(
		"""with c as (insert into contacts (org_id, name) select %(org)d, 'Customer ' || md5(g::text)
			from generate_series(1, 60) g returning id),
		v as (insert into conversations (org_id, channel_id, contact_id, platform, waiting_since)
			select %(org)d, %(channel)d, id, 'whatsapp', now() from c returning id)
		insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status)
			select %(org)d, v.id, %(channel)d, 'inbound', 'contact', 'text',
				'zqbody ' || md5(v.id::text) || ' ' || md5((-v.id)::text), true, 'received' from v;"""
		% {"org": org, "channel": channel.id}
	)
	talk = w.sql.value("select max(id) from conversations where org_id = %d" % org)
	for path in ("/inbox?view=waiting", "/inbox/%d?view=waiting" % talk, "/inbox/updates?view=waiting"):
		plain = status(b.request("GET", path, headers={"Accept": "text/html"}), 200)
		packed = status(
			b.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "br, gzip;q=0.8"}), 200
		)
		refused = status(
			b.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip;q=0, br"}), 200
		)
		assert (
			not plain.header("Content-Encoding")
			and not refused.header("Content-Encoding")
			and packed.header("Content-Encoding") == "gzip"
		)
		assert "Accept-Encoding" in packed.header("Vary")
		token = re.compile(rb'(value|data-csrf)="[\w-]{80,}"|name="key" value="[^"]*"')
		assert token.sub(b"", gzip.decompress(packed.body)) == token.sub(b"", plain.body), (
			"the same but for the mask of the token"
		)
		print("# %s: %d bytes, %d packed" % (path, len(plain.body), len(packed.body)))
		assert len(packed.body) < 30000, (path, len(packed.body))
	page = b.request("GET", "/inbox/updates?view=waiting", headers={"Accept": "text/html"})
	have = " ".join("%s.%s" % row for row in re.findall(r'<li id="row-(\d+)" data-rev="(\w+)" class', page.text))
	assert len(have.split()) == 50, have
	changed = int(have.split()[7].split(".")[0])
	w.sql.script(
		"update messages set body = 'zqbody and one more thing' where conversation_id = %d;"
		" update conversations set version = version where id = %d;" % (changed, changed)
	)
	for encoding, most in (("identity", 8000), ("gzip", 3000)):
		page = status(
			b.request(
				"GET",
				"/inbox/updates?view=waiting",
				headers={"Accept": "text/html", "X-Have": have, "Accept-Encoding": encoding},
			),
			200,
		)
		print("# one row of 50 changed: %d bytes, %s" % (len(page.body), encoding))
		assert len(page.body) < most, len(page.body)
	text = gzip.decompress(page.body).decode()
	assert (
		re.findall(r'<li id="row-(\d+)" data-rev="\w+" class', text) == [str(changed)] and text.count("data-had") == 49
	), text[:2000]
	tokens = {re.search(r'name="csrf" value="([^"]+)"', b.html("/inbox/%d" % talk).text).group(1) for _ in range(3)}
	assert len(tokens) == 3, "the length of a packed page tells nothing of the token"


# A conversation


@test
def why_this_answer(w):
	talk, _ = w.customer("zqbody opening hours")
	w.settle(talk)
	items = thread(w.ana, talk)
	assert items[0]["customer"] and items[0]["day"] == "Today" and not items[0]["status"], items[0]
	answer = items[-1]
	assert answer["bot"] and answer["text"] == "zqbody We are open from 9 to 19.", answer
	d = answer["decision"]
	assert (
		d["skill"] == "Opening hours"
		and d["has_candidates"]
		and d["candidates"][0]["title"] == "Opening hours"
		and d["score"]
		and d["took"].endswith(" ms")
	), d
	assert d["reason"][0].isupper() and not d["fallback"], d
	page = status(w.ana.html("/inbox/%d" % talk), 200)
	assert "Why this answer" in page.text and "Opening hours" in page.text


@test
def by_hand_it_reaches_the_customer_and_ticks_turn(w):
	talk, phone = w.customer(agent="bot")
	model(w.ana, "/inbox/%d" % talk)
	status(say(w.ana, talk, "zqbody by hand", "k1"), 200)
	sent = lambda: [r for r in w.stack.simulator.requests() if "zqbody by hand" in str(r)]
	wait_until(sent, "the message at the platform")
	wait_until(lambda: thread(w.ana, talk)[-1]["status"] == {"read": True}, "the read tick")
	last = thread(w.ana, talk)[-1]
	assert last["operator"] == "Ana" and last["text"] == "zqbody by hand" and last["bubble"], last
	assert last["teach"] is False, "an operator may not change skills"
	taught = thread(w.ben, talk)[-1]["teach"]
	assert taught.startswith("/skills/new?triggers=") and taught.endswith("&response=zqbody%20by%20hand"), taught
	head = model(w.ana, "/inbox/%d" % talk)["conversation"]
	assert not head["bot"] and "Ana" in head["silent"] and head["window"]["left"].startswith("23 h"), head
	assert [i["event"]["text"] for i in head["messages"] if i.get("event") and not i["event"]["silent"]] == [
		"Ana took the conversation over"
	], head["messages"]
	assert row(w.ana, talk)["assignee"]["name"] == "Ana" and not row(w.ana, talk)["waiting"]


@test
def the_second_of_two_who_write_is_warned(w):
	talk, _ = w.customer(agent="operator")
	seen = model(w.ana, "/inbox/%d" % talk)["form"]["seen"]
	assert seen > 0
	status(say(w.ben, talk, "zqbody Ben is first", "b1", seen=seen), 200)
	page = status(say(w.ana, talk, "zqbody Ana as well", "a1", seen=seen), 409)
	form = page.json["form"]
	assert (
		"has replied meanwhile" in form["error"]
		and form["text"]["value"] == "zqbody Ana as well"
		and form["seen"] > seen
	), form
	status(say(w.ana, talk, "zqbody Ana as well", "a1", seen=form["seen"]), 200)
	status(say(w.ana, talk, "zqbody what she wrote herself is known", "a2", seen=form["seen"]), 200)
	assert w.texts(talk, "operator") == [
		"zqbody Ben is first",
		"zqbody Ana as well",
		"zqbody what she wrote herself is known",
	]


@test
def a_reply_waits_for_its_time(w):
	talk, _ = w.customer(agent="operator")
	wire = lambda text: [r for r in w.stack.simulator.requests() if text in str(r)]
	status(say(w.ana, talk, "zqbody tomorrow morning", "l1", until="hour"), 200)
	status(say(w.ana, talk, "zqbody cancelled", "l2", until="hour"), 200)
	status(say(w.ana, talk, "zqbody now", "l3"), 200)
	wait_until(lambda: wire("zqbody now"), "what was written later and goes out now")
	waiting = [m for m in thread(w.ana, talk) if m.get("later")]
	assert [m["text"] for m in waiting] == ["zqbody tomorrow morning", "zqbody cancelled"] and waiting[0]["status"] == {
		"later": True
	}, waiting
	assert "Waits for its time" in w.ana.html("/inbox/%d" % talk).text
	status(w.ana.post("/inbox/%d/later" % talk, {"message": waiting[1]["id"], "do": "cancel"}), 200)
	w.sql.script(
		"update outbox set send_at = now() where org_id = %d and state = 'later'; select deskbell_due(%d, 'sweep', now());"
		% (w.org, w.org)
	)
	wait_until(lambda: wire("zqbody tomorrow morning"), "the message whose time has come")
	assert not wire("zqbody cancelled") and thread(w.ana, talk)[-2]["status"] == {"cancelled": True}, thread(
		w.ana, talk
	)
	assert w.ana.post("/inbox/%d/later" % talk, {"message": waiting[1]["id"], "do": "now"}).json["said"] is False, (
		"it waits no more"
	)


@test
def a_reply_that_waits_keeps_nobody_waiting_unseen(w):
	talk, _ = w.customer(agent="operator")
	w.sql.script("update conversations set waiting_since = now() - interval '7 minutes' where id = %d;" % talk)
	status(say(w.ana, talk, "zqbody later", "w1", until="hour"), 200)
	assert not row(w.ana, talk)["waiting"]
	status(
		w.ben.post(
			"/inbox/%d/later" % talk,
			{"message": [m for m in thread(w.ana, talk) if m.get("later")][0]["id"], "do": "cancel"},
		),
		200,
	)
	assert "7" in row(w.ana, talk)["waiting"]["text"], "what was cancelled has answered nobody"
	page = status(say(w.ana, talk, "zqbody after the window", "w2", until="at", at="2031-01-01T09:00"), 409)
	assert (
		"more than a year" in page.json["form"]["error"]
		and page.json["form"]["text"]["value"] == "zqbody after the window"
	)
	w.sql.script(
		"update conversations set last_inbound_at = now() - interval '23 hours 30 minutes' where id = %d;" % talk
	)
	page = status(say(w.ana, talk, "zqbody after the window", "w2", until="hour"), 409)
	assert "closed by then" in page.json["form"]["error"], page.json["form"]
	assert w.texts(talk, "operator") == ["zqbody later"], "refused, nothing was stored"


@test
def a_reminder_comes_before_the_window_closes(w):
	talk, _ = w.customer(agent="operator")
	late, _ = w.customer(agent="operator")
	rung = lambda of: w.sql.value(
		"select count(*) from push_queue where org_id = %d and kind = 'window' and conversation_id = %d" % (w.org, of)
	)
	w.sql.script(
		"""insert into ring_choices (org_id, user_id, time_zone, mail)
			values (%(org)d, %(user)d, 'UTC', 'digest') on conflict (org_id, user_id) do update
				set mail = 'digest', on_waiting = true;
		update conversations set assignee_id = null, waiting_since = now() - interval '23 hours',
			last_inbound_at = now() - interval '23 hours' where id = %(talk)d;
		update conversations set assignee_id = null, waiting_since = now() - interval '23 hours',
			last_inbound_at = now() - interval '2 hours' where id = %(late)d;
		select deskbell_due(%(org)d, 'sweep', now());"""
		% {"org": w.org, "user": w.ana.user, "talk": talk, "late": late}
	)
	wait_until(lambda: rung(talk) == 1, "the reminder")
	w.sql.script("select deskbell_due(%d, 'sweep', now());" % w.org)
	status(say(w.ben, late, "zqbody in time", "in-time"), 200)
	wait_until(lambda: [r for r in w.stack.simulator.requests() if "zqbody in time" in str(r)], "another delivery")
	assert rung(talk) == 1 and rung(late) == 0, "once, and only when an hour is left"
	w.sql.script("delete from ring_choices where org_id = %d;" % w.org)


@test
def a_reply_quotes_a_message(w):
	talk, _ = w.customer(agent="operator")
	asked = [m for m in thread(w.ana, talk) if m.get("customer")][-1]
	assert asked["quotable"], asked
	form = model(w.ana, "/inbox/%d?quote=%s" % (talk, asked["id"]))["form"]
	assert form["quote"] == {"any": True, "id": int(asked["id"]), "text": asked["text"]}, form["quote"]
	status(say(w.ana, talk, "zqbody quoting", "q1", quote=asked["id"]), 200)
	wamid = w.sql.value("select provider_id from messages where id = %s" % asked["id"])
	wait_until(
		lambda: [r for r in w.stack.simulator.requests() if "zqbody quoting" in str(r) and wamid in str(r)],
		"the quote at the platform",
	)
	assert thread(w.ana, talk)[-1]["quote"]["text"] == asked["text"]
	other, _ = w.customer(agent="operator")
	status(say(w.ana, other, "zqbody of another", "q2", quote=asked["id"]), 200)
	assert w.sql.value("select reply_to is null as none from messages where body = 'zqbody of another'"), (
		"a message of another conversation is not quoted"
	)


@test
def pressed_twice_it_is_one_message(w):
	talk, _ = w.customer(agent="bot")
	with concurrent.futures.ThreadPoolExecutor(8) as threads:
		answers = list(threads.map(lambda _: say(w.ana, talk, "zqbody once", "same").status, range(8)))
	assert set(answers) == {200}, answers
	status(say(w.ana, talk, "zqbody once", "same"), 200)
	assert w.texts(talk, "operator") == ["zqbody once"]
	status(say(w.ana, talk, "zqbody once", "other"), 200)
	assert w.texts(talk, "operator") == ["zqbody once"] * 2


@test
def two_operators_at_once(w):
	talk, _ = w.customer(agent="bot")
	with concurrent.futures.ThreadPoolExecutor(4) as threads:
		answers = list(
			threads.map(lambda n: say((w.ana, w.ben)[n % 2], talk, "zqbody from %d" % n, "two-%d" % n).status, range(4))
		)
	assert answers == [200] * 4, answers
	assert sorted(w.texts(talk, "operator")) == ["zqbody from %d" % n for n in range(4)]
	assert w.sql.value("select count(*) as n from conversation_events where conversation_id = %d" % talk) == 1
	model(w.ben, "/inbox/%d" % talk)
	assert model(w.ana, "/inbox/%d" % talk)["conversation"]["others"] == "Ben"
	with concurrent.futures.ThreadPoolExecutor(4) as threads:
		list(
			threads.map(
				lambda n: (w.ana, w.ben)[n % 2].post("/inbox/%d/%s" % (talk, ("return", "take-over")[n // 2])).status,
				range(4),
			)
		)
	assert w.sql.value("select agent from conversations where id = %d" % talk) in ("bot", "operator")


@test
def taken_over_the_bot_is_silent_and_returned_it_answers(w):
	talk, phone = w.customer(agent="bot")
	before = len(w.texts(talk, "bot"))
	page = status(w.ana.post("/inbox/%d/take-over" % talk), 200)
	assert page.json["location"] == "/inbox/%d" % talk
	for text in ("zqbody are you there", "zqbody hello?"):
		w.write(phone, text)
		w.settle(talk)
	assert len(w.texts(talk, "bot")) == before
	silent = [i for i in thread(w.ana, talk) if i.get("event") and i["event"]["silent"]]
	assert len(silent) == 1 and silent[0]["event"]["code"] == "operator_has_it", silent
	w.ana.post("/inbox/%d/return" % talk)
	w.write(phone, "zqbody when are you open")
	w.settle(talk)
	assert len(w.texts(talk, "bot")) == before + 1
	told = [i["event"]["text"] for i in thread(w.ana, talk) if i.get("event") and not i["event"]["silent"]]
	assert told == ["Ana took the conversation over", "Ana returned the conversation to the bot"], told


@test
def returned_it_answers_what_waits(w):
	"""The question that was asked while a person had the conversation, unless the person answered it."""
	answer = SKILLS[0]["response"]
	talk, phone = w.customer(agent="operator")
	before = len(w.texts(talk, "bot"))
	w.write(phone, "zqbody when are you open")
	w.settle(talk)
	assert len(w.texts(talk, "bot")) == before and row(w.ana, talk, "?view=waiting"), "it waits for a person"
	status(w.ana.post("/inbox/%d/return" % talk), 200)
	w.settle(talk)
	assert w.texts(talk, "bot")[before:] == [answer], w.texts(talk, "bot")
	assert row(w.ana, talk, "?view=waiting") is None, "nobody waits any more"
	answered, phone = w.customer(agent="operator")
	before = len(w.texts(answered, "bot"))
	w.write(phone, "zqbody when are you open")
	w.settle(answered)
	status(say(w.ana, answered, "zqbody until seven", "returned"), 200)
	w.settle(answered)
	w.ana.post("/inbox/%d/return" % answered)
	w.settle(answered)
	assert len(w.texts(answered, "bot")) == before, "what a person answered is answered"


@test
def a_link_of_telegram_is_shown(w):
	"""By which link the customer came stands next to the thread and at the lead, and is no markup."""
	bot = w.stack.connect_bot(w.org)
	payload = "summer-flyer_1"
	who = {"id": 4242, "is_bot": False, "first_name": "Zq", "last_name": "Flyer"}
	for n, text in enumerate(("/start " + payload, "zqbody when are you open")):
		update = {
			"update_id": n + 1,
			"message": {
				"message_id": 11 + n,
				"date": int(time.time()),
				"from": who,
				"chat": {"id": 4242, "type": "private", "first_name": "Zq"},
				"text": text,
			},
		}
		headers = {"X-Telegram-Bot-Api-Secret-Token": bot.secret}
		body = json.dumps(update).encode()
		assert net.request(w.server.port, "POST", bot.path, body, headers).status == 200
		talk = w.sql.value("select id from conversations where channel_id = %d" % bot.id)
		w.settle(talk)
	assert w.texts(talk, "bot") == ["Hello! This is Salon. How can we help you?", SKILLS[0]["response"]]
	page = model(w.ana, "/inbox/%d" % talk)["conversation"]
	assert page["referral"] == payload and page["messages"][0]["text"] == "/start " + payload, page["messages"][0]
	assert "Came by the link" in w.ana.html("/inbox/%d" % talk).text
	assert model(w.ana, "/leads/%d" % talk)["lead"]["referral"] == payload
	assert "Came by the link" in w.ana.html("/leads/%d" % talk).text
	other, _ = w.customer()
	assert model(w.ana, "/inbox/%d" % other)["conversation"]["referral"] is False
	assert "Came by the link" not in w.ana.html("/leads/%d" % other).text


@test
def a_closed_window_keeps_what_was_typed(w):
	talk, _ = w.customer(agent="operator")
	w.sql.script("update conversations set last_inbound_at = now() - interval '25 hours' where id = %d;" % talk)
	page = status(say(w.ana, talk, "zqbody too late", "late"), 409)
	assert (
		"window" in page.json["form"]["error"]
		and page.json["form"]["text"]["value"] == "zqbody too late"
		and page.json["form"]["key"] == "late"
	), page.json["form"]
	assert page.json["conversation"]["window"] == {
		"closed": True,
		"merged": False,
		"held": False,
		"cut_off": False,
		"left": False,
		"soon": False,
	}
	html = w.ana.post(
		"/inbox/%d/messages" % talk, {"key": "late", "text": "zqbody too late"}, headers={"Accept": "text/html"}
	)
	assert html.status == 409 and "zqbody too late</textarea>" in html.text and "role=\"alert\"" in html.text
	assert w.texts(talk, "operator") == []
	w.sql.script("update conversations set last_inbound_at = now() where id = %d;" % talk)
	status(say(w.ana, talk, "zqbody too late", "late"), 200)
	assert w.texts(talk, "operator") == ["zqbody too late"]


@test
def wrong_messages_are_shown_again(w):
	talk, _ = w.customer(agent="operator")
	for text, key in (
		("", "k"),
		("  \n ", "k"),
		("x" * 16001, "k"),
		("zqbody", ""),
		("zqbody", "a b"),
		("zqbody", "k" * 65),
		("a\x07b", "k"),
	):
		page = status(say(w.ana, talk, text, key), 400)
		assert page.json["form"]["error"] and page.json["form"]["key"], page.json["form"]
	assert say(w.ana, talk, b"\xff\xfe", "k").status == 400
	assert w.texts(talk, "operator") == []
	status(say(w.ana, talk, "zqbody " + "word " * 1200, "long"), 200)
	assert len(w.texts(talk, "operator")) == 2, "longer than the platform takes: two parts"


@test
def canned_replies_without_a_script(w):
	talk, _ = w.customer(agent="operator", name="{{agent.name}} Ruiz")
	w.sql.script(
		"insert into canned_replies (org_id, shortcut, title, body) values (%d, 'thanks', 'Thanks',"
		" 'zqbody Thank you {{contact.name}}, {{agent.name}} of {{organisation}}{{csrf}}!');" % w.org
	)
	canned = model(w.ana, "/inbox/%d" % talk)["canned"]
	assert canned["any"] and canned["replies"][0]["shortcut"] == "thanks", canned
	assert canned["replies"][0]["text"] == "zqbody Thank you {{agent.name}} Ruiz, Ana of Salon{{csrf}}!", canned
	page = status(
		w.ana.post(
			"/inbox/%d/messages" % talk,
			{"key": "c", "text": "zqbody Hi", "canned": canned["replies"][0]["id"], "do": "insert"},
		),
		200,
	)
	assert (
		page.json["form"]["text"]["value"] == "zqbody Hi\nzqbody Thank you {{agent.name}} Ruiz, Ana of Salon{{csrf}}!"
		and page.json["form"]["key"] == "c"
	), page.json["form"]
	assert w.texts(talk, "operator") == []


@test
def what_failed_says_what_to_do(w):
	talk, _ = w.customer(agent="operator")
	w.stack.simulator.behave(ladder=["failed"])
	try:
		status(say(w.ana, talk, "zqbody fails", "f"), 200)
		wait_until(lambda: thread(w.ana, talk)[-1]["status"] == {"failed": True}, "the failure")
	finally:
		w.stack.simulator.behave(ladder=["sent", "delivered", "read"])
	failure = thread(w.ana, talk)[-1]["failure"]
	assert failure["words"] and failure["next_step"] and failure["code"] and not failure["retry"], failure
	assert row(w.ana, talk)["failed"]
	page = w.ana.html("/inbox/%d" % talk)
	assert "Not delivered" in page.text and "not delivered" in page.text


@test
def other_kinds_have_a_place(w):
	talk, phone = w.customer(agent="operator")
	target = w.sql.value("select provider_id from messages where conversation_id = %d order by id limit 1" % talk)
	w.write(phone, type="image", image={"id": "1", "mime_type": "image/jpeg", "caption": "zqbody Like this"})
	w.write(phone, type="location", location={"latitude": 41.0422, "longitude": 29.0083})
	w.write(phone, type="audio", audio={"id": "2", "voice": True})
	w.write(phone, type="document", document={"id": "3", "filename": "plan <b>.pdf"})
	w.write(phone, type="poll", poll={"x": 1})
	w.write(phone, type="reaction", reaction={"message_id": target, "emoji": "👍"})
	w.write(phone, type="text", text={"body": "zqbody quoting"}, context={"id": target})
	items = [i for i in thread(w.ana, talk) if i.get("bubble") and i["customer"]]
	assert items[0]["reaction"] == "👍" and len(items) == 7, items
	assert (
		items[1]["media"]["title"] == "Photo"
		and not items[1]["media"]["any_lines"]
		and items[1]["text"] == "zqbody Like this"
	), items[1]
	place = items[2]["media"]["lines"][0]
	assert place["text"] == "41.04220, 29.00830" and place["href"].startswith(
		"https://www.openstreetmap.org/?mlat=41.0422"
	), items[2]
	assert (
		items[3]["media"]["icon"] == "mic"
		and any(i["joined"] for i in items[3:6])
		and items[4]["media"]["lines"] == []
		and items[4]["files"][0]["name"] == "plan <b>.pdf"
	), items
	assert items[5]["media"]["title"] == "Message of another kind", items[5]
	assert items[6]["quote"]["text"] == "zqbody hello there" and items[6]["quote"]["author"].startswith("Person"), (
		items[6]
	)
	page = w.ana.html("/inbox/%d" % talk)
	assert "Photo" in page.text and "plan &lt;b&gt;.pdf" in page.text and "plan <b>" not in page.text


@test
def edits_and_deletions_stand_in_their_message(w):
	talk, phone = w.customer(agent="operator")
	target = w.sql.value("select provider_id from messages where conversation_id = %d order by id limit 1" % talk)
	n = len(thread(w.ana, talk))
	w.write(
		phone,
		type="edit",
		edit={"original_message_id": target, "message": {"type": "text", "text": {"body": "zqbody changed"}}},
	)
	items = thread(w.ana, talk)
	first = next(i for i in items if i.get("bubble") and i["customer"])
	assert (
		len(items) == n and first["text"] == "zqbody changed" and first["edited"] == [{"text": "zqbody hello there"}]
	), items
	w.write(phone, type="revoke", revoke={"original_message_id": target})
	first = next(i for i in thread(w.ana, talk) if i.get("bubble") and i["customer"])
	assert first["deleted"] == "Deleted by the customer" and not first["text"] and not first["is_edited"], first
	assert "zqbody" not in row(w.ana, talk)["last"]["text"]


# A message as Meta sends it, and what the page and the list say of it; no page shows the platform's word for it.
KINDS = [
	(
		{
			"type": "order",
			"order": {
				"catalog_id": "1",
				"text": "zqbody before noon",
				"product_items": [
					{"product_retailer_id": "zq-vase", "quantity": 2, "item_price": 4.5, "currency": "EUR"}
				],
			},
		},
		["Order", "2 × zq-vase · 4.5 EUR", "Total: 9.00 EUR", "zqbody before noon"],
		"Order: zqbody before noon",
	),
	(
		{
			"type": "interactive",
			"interactive": {
				"type": "nfm_reply",
				"nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"flow_token": "t", "day": "Monday"}'},
			},
		},
		["Form", "day: Monday"],
		"Form: Monday",
	),
	(
		{
			"type": "interactive",
			"interactive": {
				"type": "list_reply",
				"list_reply": {"id": "1", "title": "zqbody Colour", "description": "two hours"},
			},
		},
		["zqbody Colour", "two hours"],
		"zqbody Colour",
	),
	(
		{
			"type": "contacts",
			"contacts": [
				{"name": {"formatted_name": "Zqa"}, "phones": [{"phone": "+49 151"}]},
				{"name": {"formatted_name": "Zqb"}},
			],
		},
		["Contact card", "Name: Zqa", "Phone: +49 151", "Name: Zqb"],
		"Contact card: Zqa",
	),
	(
		{
			"type": "unsupported",
			"unsupported": {"type": "poll_creation"},
			"errors": [{"code": 131051, "title": "Unsupported"}],
		},
		["Poll", "Open it in WhatsApp on the phone"],
		"Poll: Open it in WhatsApp on the phone",
	),
	(
		{"type": "zqhologram", "zqhologram": {"caption": "zqbody look"}},
		["Message of another kind", "zqbody look"],
		"Message of another kind: zqbody look",
	),
	(
		{
			"type": "button",
			"button": {"text": "zqbody this one"},
			"referral": {"headline": "zqbody Summer sale", "source_url": "https://fb.example/1"},
		},
		["zqbody this one", "Asked about: zqbody Summer sale", "https://fb.example/1"],
		"zqbody this one",
	),
]


@test
def every_kind_says_what_it_holds(w):
	talk, phone = w.customer(agent="operator")
	for message, shown, preview in KINDS:
		w.write(phone, **message)
		page = w.ana.html("/inbox/%d" % talk)
		text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text))
		for words in shown:
			assert words in text, (words, message["type"])
		assert "nfm_reply" not in page.text and "zqhologram" not in page.text and "poll_creation" not in page.text, (
			message["type"]
		)
		last = row(w.ana, talk)["last"]
		assert last["text"].startswith(preview), (last, preview)


@test
def earlier_messages(w):
	talk, _ = w.customer(agent="operator")
	w.sql.script(
		"""insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status,
			created_at, provider_time)
		select %d, %d, %d, 'inbound', 'contact', 'text', 'zqbody n' || g, true, 'received', now() + g * interval '1 second',
			now() + g * interval '1 second' from generate_series(1, 100) g;
		insert into conversation_events (org_id, conversation_id, user_id, kind, at)
			select %d, %d, %d, 'closed', now() + g * interval '20.5 second' from generate_series(1, 4) g;"""
		% (w.org, talk, w.channel.id, w.org, talk, w.ana.user)
	)
	path, seen, events = "/inbox/%d" % talk, [], 0
	while path:
		c = model(w.ana, path)["conversation"]
		seen = [i["text"] for i in c["messages"] if i.get("bubble") and "zqbody n" in (i["text"] or "")] + seen
		events += sum(1 for i in c["messages"] if i.get("event") and "closed" in i["event"]["text"])
		assert bool(c["updates"]) == ("before" not in path)
		bubbles = [i for i in c["messages"] if i.get("bubble")]
		assert (
			not c["earlier"] or not bubbles[0]["day"] and (bubbles[0]["joined"] or c["messages"][0] is not bubbles[0])
		), bubbles[0]
		path = c["earlier"]
	assert seen == ["zqbody n%d" % g for g in range(1, 101)] and events == 4, (len(seen), events)
	w.sql.script("update messages set body = repeat('x', 9000) where conversation_id = %d;" % talk)
	assert len(w.ana.html("/inbox/%d" % talk).body) < 100000
	for odd in ("?before=x", "?before=-1", "?before=0", "?before=99999999999999999999", "?edit=x", "?edit=7"):
		status(w.ana.get("/inbox/%d%s" % (talk, odd)), 200)


# What else is done with it


@test
def assigning_closing_tags_note_reading(w):
	talk, phone = w.customer(agent="bot")
	there = "/inbox/%d" % talk
	assert row(w.ana, talk)["unread"] == 1
	model(w.ana, there)
	assert row(w.ana, talk)["unread"] == 1, "looking at an address reads nothing"
	status(w.ana.post(there + "/read"), 200)
	assert row(w.ana, talk)["unread"] == 0
	status(w.ana.post(there + "/assign", {"user": w.ben.user}), 200)
	assert [a["name"] for a in model(w.ana, there)["conversation"]["assignees"] if a["here"]] == ["Ben"]
	stranger = w.person("far", "owner", w.stack.organisation("Far"))
	status(w.ana.post(there + "/assign", {"user": stranger.user}), 400)
	status(w.ana.post(there + "/assign", {"user": "x"}), 400)
	status(w.ana.post(there + "/assign", {"user": ""}), 200)
	assert not [a for a in model(w.ana, there)["conversation"]["assignees"] if a["here"]]
	for tag in ("wedding", "wedding", "x" * 40):
		status(w.ana.post(there + "/tags", {"add": tag}), 200)
	for tag in ("", "x" * 41, "a\nb"):
		status(w.ana.post(there + "/tags", {"add": tag}), 400)
	assert model(w.ana, there)["conversation"]["tags"] == ["wedding", "x" * 40]
	status(w.ana.post(there + "/tags", {"remove": "wedding"}), 200)
	status(w.ana.post(there + "/tags", {"remove": "wedding"}), 200)
	status(w.ana.post(there + "/note", {"note": HOSTILE + "\nzqbody second line"}), 200)
	c = model(w.ana, there)["conversation"]
	assert c["tags"] == ["x" * 40] and [n["body"] for n in c["contact"]["notes"]] == [
		HOSTILE + "\nzqbody second line"
	], c
	status(w.ana.post(there + "/note", {"note": "x" * 16001}), 400)
	page = status(w.ana.post(there + "/close", headers={"Accept": "text/html"}), 303)
	assert re.fullmatch(r"/inbox(/\d+)?", page.header("Location")), page.header("Location")
	assert row(w.ana, talk) is None and row(w.ana, talk, "?view=closed")
	assert "is closed" in w.ana.html("/inbox").text
	status(w.ana.post(there + "/reopen"), 200)
	assert row(w.ana, talk)
	told = [i["event"]["text"] for i in thread(w.ana, talk) if i.get("event") and not i["event"]["silent"]]
	assert told == [
		"Ana assigned the conversation to Ben",
		"Ana unassigned the conversation",
		"Ana closed the conversation",
		"Ana opened the conversation again",
	], told


@test
def every_action_keeps_the_view_and_can_be_taken_back(w):
	first, _ = w.customer(agent="operator")
	talk, phone = w.customer(agent="operator")
	w.sql.script(
		"update conversations set waiting_since = null where org_id = %d;"
		" update conversations set waiting_since = now() - interval '3 hours', agent = 'operator' "
		"where id = %d; update conversations set waiting_since = now() - interval '9 minutes' where id = %d;"
		% (w.org, first, talk)
	)
	there = "/inbox/%d" % talk
	answer = status(w.ana.post(there + "/take-over?view=waiting"), 200).json
	assert answer["location"] == there + "?view=waiting" and not answer["said"] and not answer["undo"], answer
	answer = status(w.ana.post(there + "/close?view=waiting"), 200).json
	assert (
		answer["location"] == "/inbox/%d?view=waiting" % first
		and "closed" in answer["said"]
		and answer["undo"] == there + "/undo"
	), answer
	assert row(w.ana, talk, "?view=closed")["bot"], "closed, the bot has it back"
	status(w.ben.post(answer["undo"]), 200)
	assert row(w.ana, talk, "?view=waiting") is None, "what another did is not Ben's to take back"
	status(w.ana.post(answer["undo"]), 200)
	r = row(w.ana, talk, "?view=waiting")
	assert r["waiting"]["text"] == "9 min" and not r["bot"], r
	for fields in (
		{"until": "hour"},
		{"until": "tomorrow"},
		{"until": "monday"},
		{"until": "opening"},
		{"until": "at", "at": "2030-01-01T10:00"},
	):
		answer = w.ana.post(there + "/snooze?view=waiting", fields)
		if fields["until"] == "at":
			status(answer, 400)  # more than a year
			continue
		assert status(answer, 200).json["location"] == "/inbox/%d?view=waiting" % first, answer.json
		assert row(w.ana, talk, "?view=snoozed")["snoozed"] and row(w.ana, talk) is None
		status(w.ana.post(answer.json["undo"]), 200)
		assert row(w.ana, talk, "?view=waiting")["waiting"]["text"] == "9 min"
	status(w.ana.post(there + "/snooze", {"until": "at", "at": "2020-01-01T10:00"}), 400)
	status(w.ana.post(there + "/snooze", {"until": "x"}), 400)
	status(w.ana.post(there + "/read"), 200)
	assert row(w.ana, talk)["unread"] == 0
	status(w.ana.post(there + "/unread"), 200)
	assert row(w.ana, talk)["unread"] == 1


@test
def what_can_be_opened_is_a_link_and_nothing_else_is(w):
	talk, phone = w.customer(
		"zqbody see https://example.com/a?b=1, mail ana@example.com or call +34 611 22 33 44. *Now* javascript:alert(1) "
		"2026-12-24 5*3*2",
		agent="operator",
	)
	pieces = next(i["pieces"] for i in thread(w.ana, talk) if i.get("bubble") and i["customer"])
	assert [p["href"] for p in pieces if p["href"]] == [
		"https://example.com/a?b=1",
		"mailto:ana@example.com",
		"tel:+34611223344",
	], pieces
	assert [p["text"] for p in pieces if p["bold"]] == ["Now"], pieces
	assert "javascript:alert(1) 2026-12-24 5*3*2" in "".join(p["text"] for p in pieces)
	page = w.ana.html("/inbox/%d" % talk)
	assert (
		'<a href="https://example.com/a?b=1" target="_blank" rel="noopener noreferrer nofollow">' in page.text
		and "<b>Now</b>" in page.text
	)


@test
def everybody_sees_what_stands_in_the_way(w):
	org = w.stack.organisation("Blocked")
	channel = w.stack.connect(org, w.server.port)
	b = w.person("blocked", "operator", org)
	assert model(b, "/leads")["bars"] == {
		"stuck": False,
		"channel": False,
		"since": "",
		"reason": False,
		"href": "/settings/channels/",
	}
	tag = status(b.request("GET", "/updates", headers={"Accept": "*/*"}), 200).header("ETag")
	w.sql.script(
		"update channels set pauses = 1, status_reason = as_reason('whatsapp_token_expired') where id = %d;"
		% channel.id
	)
	bars = model(b, "/leads")["bars"]
	assert (
		bars["channel"] == "WhatsApp"
		and bars["since"]
		and bars["reason"].startswith("The access token has expired or was revoked. Make a new")
	), bars
	page = status(b.request("GET", "/updates", headers={"Accept": "*/*", "If-None-Match": tag}), 200)
	assert (
		"does not send since" in page.text
		and "Tell an administrator" in page.text
		and 'id="waiting-count"' in page.text
	), page.text


@test
def the_lead_stands_beside_it(w):
	talk, _ = w.customer(agent="operator")
	w.sql.script(
		"delete from lead_jobs where conversation_id = %d; insert into leads (org_id, conversation_id, facts, score,"
		" class, summary) values (%d, %d, "
		"'{\"service\": \"zqbody flowers\", \"budget\": \"100 EUR\"}', 8, 'hot',"
		" 'zqbody wants flowers') on conflict (org_id, conversation_id) do update set facts = excluded.facts, "
		"score = 8, class = 'hot', summary = excluded.summary;" % (talk, w.org, talk)
	)
	lead = model(w.ana, "/inbox/%d" % talk)["lead"]
	assert (
		lead["level"] == {"hot": True, "warm": False, "cold": False, "score": "8"}
		and lead["service"] == "zqbody flowers"
		and lead["email"] is False
	), lead
	assert lead["href"] == "/leads/%d" % talk and lead["summary"] == "zqbody wants flowers"


@test
def a_suggestion_is_sent_once_and_the_bot_keeps_the_conversation(w):
	w.sql.script("update organizations set bot_mode = 'shadow' where id = %d;" % w.org)
	try:
		talk, phone = w.customer("zqbody when are you open")
		w.settle(talk)
		assert row(w.ana, talk)["suggested"]
		item = thread(w.ana, talk)[-1]
		assert (
			item["text"] == "zqbody We are open from 9 to 19."
			and item["suggestion"]["sendable"]
			and item["decision"]["skill"] == "Opening hours"
		), item
		draft = item["suggestion"]["draft"]
		assert model(w.ana, item["suggestion"]["edit"])["form"]["text"]["value"] == item["text"]
		assert "shadow" in model(w.ana, "/inbox/%d" % talk)["conversation"]["silent"]
		with concurrent.futures.ThreadPoolExecutor(6) as threads:
			answers = list(
				threads.map(
					lambda n: (w.ana, w.ben)[n % 2].post(item["suggestion"]["action"], {"draft": draft}).status,
					range(6),
				)
			)
		assert set(answers) == {200}, answers
		assert (
			w.texts(talk, "operator") == ["zqbody We are open from 9 to 19."]
			and w.sql.value("select agent from conversations where id = %d" % talk) == "bot"
		)
		assert not row(w.ana, talk)["suggested"]
		items = thread(w.ana, talk)
		assert any(
			i["id"] == "d%s" % draft and i["event"]["text"] == "The suggested reply was sent"
			for i in items
			if i.get("event")
		), items
		other, _ = w.customer("zqbody when are you open")
		w.settle(other)
		late = thread(w.ana, other)[-1]["suggestion"]["draft"]
		status(w.ana.post("/inbox/%d/send-draft" % talk, {"draft": late}), 404)
		status(say(w.ana, other, "zqbody by hand first", "x"), 200)
		status(w.ben.post("/inbox/%d/send-draft" % other, {"draft": late}), 409)
		assert [i["suggestion"]["sendable"] for i in thread(w.ana, other) if i.get("suggestion")] == [False]
		assert w.texts(other, "operator") == ["zqbody by hand first"]
	finally:
		w.sql.script("update organizations set bot_mode = 'active' where id = %d;" % w.org)


# Strangers and hostile text


@test
def what_is_another_organisations_is_not_there(w):
	talk, _ = w.customer(agent="operator")
	stranger = w.person("eve", "owner", w.stack.organisation("Other"))
	for b, there in ((stranger, talk), (w.ana, 999999999)):
		for path in ("", "/updates"):
			status(b.get("/inbox/%d%s" % (there, path)), 404)
		status(b.post("/inbox/%d/snooze" % there, {"until": "hour"}), 404)
		for action in ("take-over", "return", "close", "reopen", "read", "unread", "undo"):
			status(b.post("/inbox/%d/%s" % (there, action)), 404)
		status(b.post("/inbox/%d/assign" % there, {"user": b.user}), 404)
		status(b.post("/inbox/%d/tags" % there, {"add": "x"}), 404)
		status(b.post("/inbox/%d/note" % there, {"note": "x"}), 404)
		status(b.post("/inbox/%d/send-draft" % there, {"draft": 1}), 404)
		status(say(b, there, "zqbody no", "no"), 404)
	assert row(stranger, talk) is None and w.texts(talk, "operator") == []
	assert w.sql.value("select count(*) as n from conversation_viewers where user_id = %d" % stranger.user) == 0


@test
def hostile_words_stay_words(w):
	talk, phone = w.customer(HOSTILE + " zqbody", agent="operator", name=HOSTILE)
	status(w.ana.post("/inbox/%d/tags" % talk, {"add": "<b>{{csrf}}"}), 200)
	status(w.ana.post("/inbox/%d/note" % talk, {"note": "</textarea>" + HOSTILE}), 200)
	status(say(w.ana, talk, "</p>" + HOSTILE, "h"), 200)
	w.sql.script(
		"insert into conversation_events (org_id, conversation_id, user_id, kind) values (%d, %d, %d, 'closed');"
		% (w.org, talk, w.ben.user)
	)
	w.sql.rename(w.ben.user, "<i>{{other}}")
	try:
		for path in (
			"/inbox",
			"/inbox/%d" % talk,
			"/inbox/updates",
			"/inbox/%d/updates" % talk,
			"/inbox?q=%3Cscript%3Ealert&tag=%3Cb%3E",
		):
			page = status(w.ana.html(path), 200)
			for raw in ("<script>alert", "</textarea><", "<b>{{", "<i>{{", w.ana.csrf + "</"):
				assert raw not in page.text, (path, raw)
		assert (
			"&lt;script&gt;alert(&#39;zq&#39;)&lt;/script&gt;&quot;&amp;{{csrf}}" in w.ana.html("/inbox/%d" % talk).text
		)
	finally:
		w.sql.rename(w.ben.user, "Ben")


# Updates


@test
def unchanged_updates_are_304(w):
	talk, phone = w.customer(agent="operator")
	for path in ("/inbox/updates?view=all", "/inbox/%d/updates" % talk):
		page = status(w.ana.request("GET", path, headers={"Accept": "*/*"}), 200)
		tag = page.header("ETag")
		assert tag and "<html" not in page.text and page.text.strip().startswith("<"), page.text[:200]
		assert "id=\"waiting-count\"" in page.text
		again = w.ana.request("GET", path, headers={"Accept": "*/*", "If-None-Match": tag})
		if again.status == 200:  # a minute has passed between the two
			again = w.ana.request("GET", path, headers={"Accept": "*/*", "If-None-Match": again.header("ETag")})
		status(again, 304)
		assert again.body == b""
		w.write(phone, "zqbody news")
		fresh = status(w.ana.request("GET", path, headers={"Accept": "*/*", "If-None-Match": tag}), 200)
		assert fresh.header("ETag") != tag and "zqbody news" in fresh.text
	m = model(w.ana, "/inbox/%d/updates" % talk)
	assert m["conversation"]["messages"][-1]["text"] == "zqbody news" and m["page"]["name"] == "conversation-updates"


@test
def a_list_learns_of_every_number_although_none_of_its_rows_changes(w):
	org = w.stack.organisation("Quiet", "off")
	b, channel = w.person("eva", "operator", org), w.stack.connect(org, w.server.port)
	asks = lambda tag: b.request("GET", "/inbox/updates?view=mine", headers={"Accept": "*/*", "If-None-Match": tag})
	views = lambda: {k: v["count"] for k, v in model(b, "/inbox?view=mine")["list"]["views"].items() if v["count"]}
	talk = w.write("34611999001", "zqbody hello", channel=channel)
	w.settle(talk)
	w.sql.script("update conversations set waiting_since = null where id = %d;" % talk)
	for what, wanted in (
		("assignee_id = %d" % w.ana.user, {"all": "1"}),
		("is_open = false", {"closed": "1"}),
		("snoozed_until = now() + interval '1 hour'", {"snoozed": "1"}),
		("snoozed_until = null, is_open = true, assignee_id = null", {"all": "1", "unassigned": "1"}),
	):
		tag = status(asks(""), 200).header("ETag")
		w.sql.script("update conversations set %s where id = %d;" % (what, talk))
		page = status(asks(tag), 200)
		assert page.text.count("class=\"count\"") == len(wanted) and views() == wanted, (what, page.text, views())


@test
def a_fragment_does_not_take_what_was_said(w):
	talk, _ = w.customer(agent="bot")
	w.ana.post("/inbox/%d/take-over" % talk, headers={"Accept": "text/html"})
	w.ana.request("GET", "/inbox/updates", headers={"Accept": "*/*"})
	assert "You answer this conversation now" in w.ana.html("/inbox/%d" % talk).text


@test
def a_program_may_read(w):
	token = w.stack.ctl("token", "add", "--org", w.org, "Reports", "--role", "operator")
	Browser.seen.add(token)
	talk, _ = w.customer(agent="operator")
	bearer = {"Authorization": "Bearer " + token}
	b = Browser(w.server.port)
	assert any(r["id"] == talk for r in status(b.request("GET", "/inbox", headers=bearer), 200).json["list"]["rows"])
	status(b.request("GET", "/inbox/%d" % talk, headers=bearer), 200)
	assert w.sql.value("select count(*) as n from conversation_viewers where conversation_id = %d" % talk) == 0
	status(
		b.request(
			"POST",
			"/inbox/%d/messages" % talk,
			"key=a&text=b",
			{**bearer, "Content-Type": "application/x-www-form-urlencoded"},
		),
		403,
	)


@test
def ten_thousand_conversations_are_quick(w):
	org = w.stack.organisation("Huge")
	channel = w.stack.connect(org, w.server.port)
	b = w.person("huge", "operator", org)
	w.sql.script(
		"""with c as (insert into contacts (org_id, name) select %(org)d, 'C ' || g
			from generate_series(1, 10000) g returning id),
		v as (insert into conversations (org_id, channel_id, contact_id, platform, last_message_at, unread)
			select %(org)d, %(channel)d, id, 'whatsapp', now() - id * interval '1 second', (id %% 3 = 0)::integer from c
				returning id, last_message_at)
		insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status,
			created_at)
			select %(org)d, v.id, %(channel)d, 'inbound', 'contact', 'text', 'zqbody ' || v.id, true, 'received',
				v.last_message_at from v, generate_series(1, 3);
		analyze;"""
		% {"org": org, "channel": channel.id}
	)
	for path in ("/inbox/updates", "/inbox?view=unassigned", "/inbox?view=waiting"):
		status(b.html(path), 200)
		took = []
		for _ in range(10):
			start = time.monotonic()
			status(b.html(path), 200)
			took.append((time.monotonic() - start) * 1000)
		print("# %s: %.1f ms" % (path, sorted(took)[5]))
		assert sorted(took)[1] < processes.patience(30), (path, took)


@test
def a_sender_is_started_where_none_is_alive(w):
	w.sender.stop()
	w.stack.write_conf(**{"outbox.kick": "auto", "outbox.kick_linger_s": "1"})
	talk, _ = w.customer()
	with w.stack.server("lighttpd-cgi") as server:
		b = Browser(server.port)
		b.cookies, b.csrf = w.ana.cookies, w.ana.csrf
		status(say(b, talk, "zqbody kicked", "kick"), 200)
		wait_until(
			lambda: [r for r in w.stack.simulator.requests() if "zqbody kicked" in str(r)],
			"the sender that was started",
		)
	wait_until(lambda: w.sql.value("select count(*) as n from heartbeats") == 0, "the sender's end", timeout=20)


def run(tap):
	selection = sys.argv[1:]
	with Stack() as stack:
		stack.program("desk.fcgi")
		use_desk_role(stack)
		with stack.server("lighttpd-fastcgi") as server, stack.sender() as sender:
			world = World(stack, server)
			world.sender = sender
			for function in TESTS:
				if not selection or any(word in function.__name__ for word in selection):
					tap.run(function.__name__.replace("_", " "), function, world)
		check_logs(stack, tap)


sys.exit(program(run))
