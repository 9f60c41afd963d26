#!/usr/bin/python3
# The settings of channels: connected through the form, verified as Meta does it, tested against the simulator, edited
# in place, disconnected.
import json
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, planted, processes
from deskbell.desk import Browser, check_logs, person, status, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

PAGE = "/settings/channels/whatsapp"
VERIFY = "word-of-our-own-%d"
SECRET_PARTS = ("zqsecret", planted.APP_SECRET, planted.ACCESS_TOKEN)


class World:
	def __init__(self, stack, server):
		self.stack, self.server, self.sql, self.n = stack, server, stack.sql, 0

	def form(self, **changes):
		self.n += 1
		form = {
			"phone_number_id": str(106540001000000 + self.n),
			"business_account_id": str(102290001000000 + self.n),
			"permanent_access_token": planted.ACCESS_TOKEN + str(self.n),
			"app_secret": planted.APP_SECRET,
			"verify_token": VERIFY % self.n,
			"display_phone_number": "+1 650 555 %04d" % self.n,
			"odd": "yes",
		}  # what tests plant is no secret of Meta's shape
		form.update(changes)
		return form

	def signed_in(self, role="owner", org=None):
		self.n += 1
		org = org or self.stack.organisation("Org %d" % self.n)
		email = "c%d@example.com" % self.n
		person(self.stack, org, email, role)
		b = Browser(self.server.port)
		assert b.sign_in(email).status == 200
		b.org = org
		return b

	def connected(self, role="owner", **at_meta):
		b, form = self.signed_in(role), self.form()
		self.stack.simulator.add({**form, **at_meta}, self.server.port)
		location(b.post(PAGE, form), PAGE)
		b.form = form
		return b

	def channel(self, b):
		return self.sql.row(
			"select id, status, external_id, disconnected_at is null as connected from channels where org_id = %d"
			% b.org
		)

	def receives(self, form, text):
		self.stack.simulator.control(
			"POST", "inbound", {"phone_number_id": form["phone_number_id"], "from": "16505550199", "text": text}
		)


def location(page, wanted):
	status(page, 200)
	assert page.json.get("location") == wanted, page.body
	return page


def clean(page):
	for part in SECRET_PARTS:
		assert part.encode() not in page.body, "a secret on the page"
	return page


def the_list_names_what_there_is(w):
	b = w.signed_in("admin")
	channels = status(b.get("/settings/channels"), 200).json["channels"]
	assert channels[0]["platform"] == "whatsapp" and channels[0]["state"]["absent"] and channels[0]["words"]
	assert "Connect" in status(b.html("/settings/channels"), 200).text
	model = status(b.get(PAGE), 200).json
	assert (
		not model["channel"]["connected"]
		and model["channel"]["callback_url"] == w.stack.values["public.base_url"] + "/api/webhooks/whatsapp"
	)
	first, second = model["form"]["verify_token"]["value"], b.get(PAGE).json["form"]["verify_token"]["value"]
	assert len(first) == 24 and first == second, "the verify token is another one each time"
	assert w.signed_in().get(PAGE).json["form"]["verify_token"]["value"] != first, (
		"two organisations are offered the same verify token"
	)
	status(b.get("/settings/channels/none"), 404)
	status(b.post(PAGE + "/test"), 404)


def the_way_to_verified(w):
	b, form = w.signed_in(), w.form()
	location(b.post(PAGE, form), PAGE)
	w.stack.simulator.add(form, w.server.port)
	model = clean(status(b.get(PAGE), 200)).json["channel"]
	assert model["next"] == {"verified": True} and model["follows"], model
	tag = clean(status(b.get(PAGE + "/updates"), 200)).header("ETag")
	followed = lambda: b.request("GET", PAGE + "/updates", headers={"If-None-Match": tag, "Accept": "text/html"})
	assert followed().status == 304 or b.get(PAGE + "/updates").json["channel"]["next"] == {"verified": True}
	assert (
		model["connected"]
		and model["state"]["pending"]
		and model["verify_token"] == form["verify_token"]
		and model["reason"]
	)
	assert model["steps"] == {
		"saved": True,
		"verified": False,
		"field": False,
		"subscribed": False,
		"received": False,
	}, model["steps"]
	net.request(
		w.server.port,
		"GET",
		"/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=4711&hub.verify_token=zq-mistyped",
	)
	reason = clean(b.get(PAGE)).json["channel"]["reason"]
	assert "a token that no channel has" in reason, reason
	answer = net.request(
		w.server.port,
		"GET",
		"/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=4711&hub.verify_token=" + form["verify_token"],
	)
	assert answer.status == 200 and answer.body == b"4711", (answer.status, answer.body)
	page = clean(status(followed(), 200))
	assert 'id="channel-progress"' in page.text and "/settings/channels/whatsapp/subscribe" in page.text, page.text
	model = b.get(PAGE).json["channel"]
	assert model["attempts"][0]["accepted"] and model["attempts"][0]["words"] and model["state"]["pending"]
	deadline = time.monotonic() + processes.patience(10)
	while w.channel(b)["status"] != "verified" and time.monotonic() < deadline:
		w.receives(form, planted.BODY_MARKER + "hello")
		time.sleep(0.5)
	model = status(b.get(PAGE), 200).json["channel"]
	assert (
		model["state"]["verified"] and model["steps"]["received"] and not model["reason"] and not model["verify_token"]
	), model
	page = clean(status(b.html(PAGE), 200)).text
	assert form["verify_token"] not in page and "verified" in page


def a_new_secret_is_live_within_five_seconds(w):
	b = w.connected()

	def post(secret):
		value = (
			b'{"object":"whatsapp_business_account","entry":[{"id":"%s","changes":[{"field":"messages",'
			b'"value":{"messaging_product":"whatsapp","metadata":'
			b'{"phone_number_id":"%s"},"statuses":[]}}]}]}'
			% (b.form["business_account_id"].encode(), b.form["phone_number_id"].encode())
		)
		return net.request(
			w.server.port,
			"POST",
			"/api/webhooks/whatsapp",
			value,
			{"Content-Type": "application/json", "X-Hub-Signature-256": net.signature(secret, value)},
		).status

	assert post(planted.APP_SECRET) == 200 and post(planted.OTHER_APP_SECRET) in (401, 403)
	location(
		b.post(PAGE, dict(b.form, permanent_access_token="", app_secret=planted.OTHER_APP_SECRET, verify_token="")),
		PAGE,
	)
	began = time.monotonic()
	while post(planted.OTHER_APP_SECRET) != 200:
		assert time.monotonic() - began < 5 + processes.patience(0.5), "the receiver does not know the new secret"
		time.sleep(0.2)
	assert post(planted.APP_SECRET) == 200, "the secret before is valid for a day"


def what_is_wrong_is_told_at_its_field(w):
	b = w.signed_in()
	page = status(
		b.post(PAGE, w.form(phone_number_id="+1 650 555 1234", permanent_access_token="", business_account_id="")), 400
	)
	form = clean(page).json["form"]
	assert form["error"] and form["phone_number_id"]["error"] and form["phone_number_id"]["value"] == "+1 650 555 1234"
	assert (
		form["permanent_access_token"]["error"]
		and form["business_account_id"]["error"]
		and not form["app_secret"].get("error")
	)
	for odd in ("two words", "x" * 300, b"\xff\xfe", "a\0b", "\u00e9"):
		page = clean(status(b.post(PAGE, w.form(app_secret=odd)), 400))
		assert page.json["form"]["app_secret"]["error"] and page.json["form"]["app_secret"]["value"] == ""
	page = b.request(
		"POST", PAGE, "csrf=" + b.csrf + "&phone_number_id=%zz", {"Content-Type": "application/x-www-form-urlencoded"}
	)
	status(page, 400)
	assert w.sql.value("select count(*) from channels where org_id = %d" % b.org) == 0
	html = b.post(PAGE, w.form(phone_number_id="<b>\"'"), headers={"Accept": "text/html"})
	assert html.status == 400 and b"<b>\"" not in html.body and b"&lt;b&gt;" in html.body


def what_looks_like_no_value_of_meta_is_asked_twice(w):
	b = w.signed_in()
	good = w.form(app_secret="0123456789abcdef" * 2)
	del good["odd"]
	for field, value in (
		("app_secret", "0123456789abcdef"),
		("app_secret", "0123456789ABCDEF" * 2),
		("phone_number_id", "10654abc"),
		("business_account_id", "waba-1"),
		("permanent_access_token", "EAAshort"),
		("permanent_access_token", "x" * 60),
	):
		form = clean(status(b.post(PAGE, {**good, field: value}), 400)).json["form"]
		assert form["asks_odd"] and [k for k, f in form.items() if isinstance(f, dict) and f.get("error")] == [field], (
			field,
			form,
		)
	assert 'name="odd"' in b.post(PAGE, {**good, "app_secret": "short"}, headers={"Accept": "text/html"}).text
	assert w.sql.value("select count(*) from channels where org_id = %d" % b.org) == 0
	w.stack.simulator.add(good, w.server.port)
	location(b.post(PAGE, good), PAGE)


def editing_keeps_what_is_left_out(w):
	b = w.connected()
	w.receives(b.form, planted.BODY_MARKER + "before")
	deadline = time.monotonic() + processes.patience(8)
	while (
		not w.sql.value("select count(*) from conversations where org_id = %d" % b.org) and time.monotonic() < deadline
	):
		time.sleep(0.2)
	before = w.sql.row("select id, config->>'app_secret' as sealed from channels where org_id = %d" % b.org)
	conversations = w.sql.rows("select id, channel_id from conversations where org_id = %d" % b.org)
	assert conversations
	location(
		b.post(
			PAGE,
			{
				"phone_number_id": b.form["phone_number_id"],
				"business_account_id": b.form["business_account_id"],
				"display_phone_number": "+1 650 555 9999",
			},
		),
		PAGE,
	)
	model = status(b.get(PAGE), 200).json
	assert model["form"]["display_phone_number"]["value"] == "+1 650 555 9999" and model["form"]["app_secret"]["stored"]
	assert model["channel"]["state"]["verified"], "nothing that a delivery had proved has changed"
	assert (
		w.channel(b)["id"] == before["id"]
		and w.sql.rows("select id, channel_id from conversations where org_id = %d" % b.org) == conversations
	)
	location(b.post(PAGE + "/test"), PAGE)
	assert all(f["good"] for f in b.get(PAGE).json["channel"]["findings"] if f["subject"] == "Phone number:")
	audit = w.sql.rows(
		"select actor, action from audit_log where org_id = %d and action like 'channel.%%' order by id" % b.org
	)
	assert [a["action"] for a in audit] == ["channel.connect", "channel.edit"] and all(
		a["actor"].startswith("user:") for a in audit
	), audit


def the_test_says_what_it_found(w):
	b = w.connected("admin", subscribed=False)
	location(b.post(PAGE + "/test"), PAGE)
	model = clean(status(b.get(PAGE), 200)).json["channel"]
	assert model["tested"]["iso"] and any(f["bad"] and f["next_step"] for f in model["findings"]), model["findings"]
	location(b.post(PAGE + "/subscribe"), PAGE)
	model = b.get(PAGE).json["channel"]
	assert not any(f["bad"] for f in model["findings"]) and model["steps"]["subscribed"], model["findings"]
	location(b.post(PAGE, dict(b.form, permanent_access_token=planted.ACCESS_TOKEN + "wrong")), PAGE)
	assert not b.get(PAGE).json["channel"]["tested"], "what was found of other keys counts no more"
	page = b.post(PAGE + "/test", headers={"Accept": "text/html"})
	assert page.status == 303
	page = clean(status(b.html(PAGE), 200)).text
	assert "The test found a problem" in page and "Problem:" in page
	w.sql.script(
		"update channels set status = 'error', status_reason = as_reason('whatsapp_token_missing') where org_id = %d;"
		% b.org
	)
	listed = [c for c in b.get("/settings/channels").json["channels"] if c["platform"] == "whatsapp"][0]
	assert listed["state"]["broken"] and listed["reason"].startswith(
		"The access token is missing. Make a new permanent token"
	)


def fields_that_are_not_subscribed(w):
	"""The test names them, and subscribes them at the address that the app has; a secret of another app is found."""
	b = w.connected("admin", app_id="70000001", fields="messages,odd_field")
	location(b.post(PAGE + "/test"), PAGE)
	found = lambda: [f for f in clean(b.get(PAGE)).json["channel"]["findings"] if f["subject"] == "Webhook fields:"]
	words = " ".join(f["words"] for f in found())
	assert all(f["warning"] and "Subscribe them all" in f["next_step"] for f in found()) and len(found()) > 1, found()
	for name in (
		"account_update",
		"standby",
		"messaging_handovers",
		"history",
		"calls",
		"smb_message_echoes",
		"security",
		"template_category_update",
	):
		assert name in words, (name, words)
	assert "messages," not in words and "odd_field" not in words and "user_id_update" not in words, words
	assert ">Subscribe them all<" in b.html(PAGE).text
	location(b.post(PAGE + "/subscribe"), PAGE)
	assert len(found()) == 1 and found()[0]["good"] and ">Subscribe them all<" not in b.html(PAGE).text, found()
	w.stack.simulator.add({**b.form, "app_id": "70000001", "fields": ""}, w.server.port)
	location(b.post(PAGE + "/test"), PAGE)
	assert "messages" in found()[0]["words"], found()
	location(b.post(PAGE, dict(b.form, app_secret=planted.OTHER_APP_SECRET)), PAGE)
	location(b.post(PAGE + "/test"), PAGE)
	assert len(found()) == 1 and found()[0]["bad"] and "app secret" in found()[0]["words"], found()


def what_it_found_is_told_in_ones_language(w):
	"""Each of a platform's answers, in two languages: not a word of what English readers see may be left in what is
	told.
	"""
	b = w.connected("admin", subscribed=False)

	def findings(language, broken):
		w.sql.script(
			"update users set language = '%s' where id in (select user_id from memberships where org_id = %d);"
			% (language, b.org)
		)
		location(b.post(PAGE + "/test"), PAGE)
		found = status(b.get(PAGE), 200).json["channel"]["findings"]
		assert any(f["bad"] for f in found) == broken, found
		return found

	def differ(broken):
		english = findings("en", broken)
		for language in ("tr", "es"):
			other = findings(language, broken)
			assert len(other) == len(english)
			for a, c in zip(english, other):
				for part in ("words", "next_step") + (() if a["subject"] == "Webhook:" else ("subject",)):
					assert not a[part] or a[part] != c[part], (language, part, a, c)

	differ(True)
	location(b.post(PAGE + "/subscribe"), PAGE)
	differ(False)
	location(b.post(PAGE, dict(b.form, permanent_access_token=planted.ACCESS_TOKEN + "wrong")), PAGE)
	differ(True)
	net.request(
		w.server.port,
		"GET",
		"/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=" + b.form["verify_token"],
	)
	w.sql.script(
		"update channels set status = 'error', status_reason = '{\"code\": \"whatsapp_token_expired\","
		" \"args\": {\"next\": {\"code\": \"send_again_later\"}}}' where org_id = %d;" % b.org
	)
	model = status(b.get(PAGE), 200).json["channel"]
	assert model["attempts"][0]["words"] == "Meta verificó la dirección de devolución.", model["attempts"]
	assert (
		model["reason"] == "El token de acceso ha caducado o se ha revocado. Envíalo de nuevo más tarde,"
		" o contacta con el cliente de otra manera."
	), model["reason"]


def a_platform_that_hangs_costs_five_seconds(w):
	b = w.connected("admin")
	w.stack.simulator.behave(latency_ms=4000)
	try:
		began = time.monotonic()
		location(b.post(PAGE + "/test"), PAGE)
		took = time.monotonic() - began
	finally:
		w.stack.simulator.behave(latency_ms=0)
	assert 3.5 < took < 5 + processes.patience(0.75), "the test took %.1f s" % took
	assert any(f["bad"] for f in b.get(PAGE).json["channel"]["findings"])


def a_number_has_one_organisation(w):
	first, second = w.connected(), w.signed_in()
	page = clean(status(second.post(PAGE, w.form(phone_number_id=first.form["phone_number_id"])), 409))
	form = page.json["form"]
	assert (
		form["phone_number_id"]["error"]
		and "Org" not in form["phone_number_id"]["error"]
		and str(first.org) not in form["phone_number_id"]["error"]
	)
	form = status(second.post(PAGE, w.form(verify_token=first.form["verify_token"])), 409).json["form"]
	assert form["verify_token"]["error"]
	assert w.sql.value("select count(*) from channels where org_id = %d" % second.org) == 0
	assert w.channel(first)["connected"]


def only_the_owner_disconnects(w):
	owner = w.connected()
	admin = w.signed_in("admin", owner.org)
	status(admin.post(PAGE + "/disconnect", {"confirmed": "yes", "typed": owner.form["display_phone_number"]}), 403)
	page = status(owner.post(PAGE + "/disconnect"), 200)
	assert page.json["confirm"]["type"] == owner.form["display_phone_number"] and page.json["confirm"]["effects"]
	assert "Disconnect" in status(owner.post(PAGE + "/disconnect", headers={"Accept": "text/html"}), 200).text
	page = status(owner.post(PAGE + "/disconnect", {"confirmed": "yes", "typed": "another"}), 400)
	assert page.json["form"]["typed"]["error"] and w.channel(owner)["connected"]
	location(
		owner.post(PAGE + "/disconnect", {"confirmed": "yes", "typed": owner.form["display_phone_number"]}),
		"/settings/channels",
	)
	before = w.channel(owner)
	assert not before["connected"]
	stored = w.sql.value("select config from channels where org_id = %d" % owner.org)
	assert "app_secret" not in stored and "permanent_access_token" not in stored
	assert status(owner.get(PAGE), 200).json["channel"]["state"]["absent"]
	status(owner.post(PAGE, {k: v for k, v in owner.form.items() if k != "app_secret"}), 400)
	location(owner.post(PAGE, owner.form), PAGE)
	assert w.channel(owner)["id"] == before["id"] and w.channel(owner)["connected"]


def what_is_stored_is_shown_redacted(w):
	b = w.connected("admin")
	stored = {s["name"]: s["value"] for s in clean(status(b.get(PAGE), 200)).json["channel"]["stored"]}
	assert (
		stored["app_secret"] == "****" + planted.APP_SECRET[-4:]
		and stored["phone_number_id"] == b.form["phone_number_id"]
	), stored
	clean(b.html(PAGE))
	clean(b.html("/settings/channels"))
	token = w.stack.ctl("token", "add", "--org", b.org, "Bot", "--role", "admin")
	Browser.seen.add(token)
	page = clean(status(b.request("GET", PAGE, headers={"Cookie": None, "Authorization": "Bearer " + token}), 200))
	assert not page.json["channel"]["verify_token"], "a program does not see the verify token"
	status(b.request("POST", PAGE, "", {"Cookie": None, "Authorization": "Bearer " + token}), 403)
	sealed = w.sql.script("select config, health from channels where org_id = %d;" % b.org)
	assert "zqsecret" not in sealed


def a_bot_of_telegram_has_the_same_pages(w):
	b, page = w.signed_in(), "/settings/channels/telegram"
	w.n += 1
	token = "%d:%s%d" % (7100000000 + w.n, planted.BOT_TOKEN, w.n)
	form = status(b.post(page, {"bot_token": "no token"}), 400).json["form"]
	assert form["bot_token"]["error"] and form["bot_token"]["value"] == ""
	status(b.post(page, {"bot_token": token}), 400)
	w.stack.simulator.add_bot(token, "page_bot")
	location(b.post(page, {"bot_token": token}), page)
	model = clean(status(b.get(page), 200)).json
	assert (
		model["channel"]["connected"] and model["channel"]["state"]["pending"] and model["form"]["bot_token"]["stored"]
	), model["channel"]
	clean(status(b.html(page), 200))
	location(b.post(page + "/test"), page)
	assert clean(b.get(page)).json["channel"]["findings"]
	location(
		b.post(
			page + "/disconnect",
			{"confirmed": "yes", "typed": status(b.post(page + "/disconnect"), 200).json["confirm"]["type"]},
		),
		"/settings/channels",
	)


def a_customer_who_blocks_the_bot(w):
	"""The conversation says so until the customer unblocks it; each change is told in the thread."""
	b, sim = w.signed_in(), w.stack.simulator
	bot = w.stack.connect_bot(b.org)

	def becomes(now, before, update):
		body = {
			"update_id": update,
			"my_chat_member": {
				"chat": {"id": 42, "type": "private", "first_name": "Zq"},
				"from": {"id": 42, "is_bot": False, "first_name": "Zq"},
				"date": int(time.time()) - 10 + update,
				"old_chat_member": {"status": before},
				"new_chat_member": {"status": now},
			},
		}
		assert (
			net.request(
				w.server.port,
				"POST",
				bot.path,
				json.dumps(body).encode(),
				{"X-Telegram-Bot-Api-Secret-Token": bot.secret},
			).status
			== 200
		)
		return status(
			b.get("/inbox/%d" % w.sql.value("select id from conversations where org_id = %d" % b.org)), 200
		).json["conversation"]

	told = lambda talk: [m["event"]["text"] for m in talk["messages"] if m.get("event")]
	talk = becomes("kicked", "member", 1)
	assert talk["blocks"] is True and told(talk) == ["Zq blocked the bot"], talk
	assert "has blocked the bot" in clean(b.html("/inbox/%d" % talk["id"])).text
	talk = becomes("member", "kicked", 2)
	assert talk["blocks"] is False and told(talk) == ["Zq blocked the bot", "Zq unblocked the bot"], talk


def what_says_nothing_says_so(w):
	"""A reaction that was taken back, a pressed button without a word: no empty bubble, no sentence without an end,
	in the thread as in the list.
	"""
	b = w.signed_in()
	bot = w.stack.connect_bot(b.org)
	who = {"id": 8, "is_bot": False, "first_name": "Zq"}
	chat = {"id": 8, "type": "private", "first_name": "Zq"}

	def sends(update, **held):
		body = json.dumps({"update_id": update, **held}).encode()
		assert (
			net.request(w.server.port, "POST", bot.path, body, {"X-Telegram-Bot-Api-Secret-Token": bot.secret}).status
			== 200
		)
		return [r["last"]["text"] for r in status(b.get("/inbox?view=all"), 200).json["list"]["rows"]][0]

	react = lambda update, *new: sends(
		update,
		message_reaction={
			"chat": chat,
			"user": who,
			"message_id": 900,
			"date": int(time.time()),
			"old_reaction": [],
			"new_reaction": list(new),
		},
	)
	react(1, {"type": "emoji", "emoji": "🔥"})
	assert react(2) == "Zq took a reaction back"
	react(3, {"type": "custom_emoji", "custom_emoji_id": "5"})
	sends(
		4,
		message={
			"message_id": 6,
			"date": int(time.time()),
			"from": who,
			"chat": chat,
			"pinned_message": {"message_id": 5, "date": 0, "chat": chat},
		},
	)
	assert (
		sends(
			5,
			callback_query={
				"id": "1",
				"from": who,
				"chat_instance": "1",
				"message": {"message_id": 5, "date": 0, "chat": chat},
			},
		)
		== "Message without text"
	)
	talk = status(b.get("/inbox/%d" % w.sql.value("select id from conversations where org_id = %d" % b.org)), 200).json[
		"conversation"
	]
	assert [m["media"]["title"] for m in talk["messages"] if m.get("bubble")] == ["Message without text"], talk[
		"messages"
	]
	told = [
		m["event"]["text"]
		for m in talk["messages"]
		if m.get("event") and "Zq" in m["event"]["text"] or m.get("event") and "pinned" in m["event"]["text"]
	]
	assert told == [
		"Zq reacted to an earlier message: 🔥",
		"Zq took a reaction back",
		"Zq reacted to an earlier message: ✨",
		"A message was pinned",
	], told


def a_chat_with_topics(w):
	"""Each message shows its topic, and a reply goes where the customer wrote last unless the operator chooses another."""
	b = w.signed_in()
	bot = w.stack.connect_bot(b.org)

	def writes(update, text, topic=None, name=None):
		message = {
			"message_id": 100 + update,
			"date": int(time.time()),
			"from": {"id": 7, "is_bot": False, "first_name": "Zq"},
			"text": text,
			"chat": {"id": -1007, "type": "supergroup", "title": "Zq Group", "is_forum": True},
		}
		if topic:
			message.update(is_topic_message=True, message_thread_id=topic)
		if name:
			message["reply_to_message"] = {
				"message_id": topic,
				"chat": {"id": -1007, "type": "supergroup"},
				"forum_topic_created": {"name": name, "icon_color": 1},
			}
		body = json.dumps({"update_id": update, "message": message}).encode()
		assert (
			net.request(w.server.port, "POST", bot.path, body, {"X-Telegram-Bot-Api-Secret-Token": bot.secret}).status
			== 200
		)

	writes(1, "zq one", 10, "Zq Orders")
	writes(2, "zq two", 20)
	talk = "/inbox/%d" % w.sql.value("select id from conversations where org_id = %d" % b.org)
	model = status(b.get(talk), 200).json
	assert [m["topic"] for m in model["conversation"]["messages"]] == ["Zq Orders", "Topic 20"], model["conversation"][
		"messages"
	]
	assert [m["quote"] for m in model["conversation"]["messages"]] == [False, False]
	assert model["form"]["topics"] == [
		{"id": "20", "name": "Topic 20", "here": True},
		{"id": "10", "name": "Zq Orders", "here": False},
	], model["form"]["topics"]
	text = clean(status(b.html(talk), 200)).text
	assert '<select id="topic" name="topic">' in text and "Zq Orders" in text
	writes(3, "zq three")
	sent = lambda: w.sql.value(
		"select coalesce(metadata#>>'{topic,id}', 'chat') from messages where org_id = %d and direction = 'outbound' "
		"order by id desc limit 1" % b.org
	)
	for n, (form, wanted) in enumerate(
		(
			({}, "chat"),
			({"topic": "10"}, "10"),
			({"topic": "20"}, "20"),
			({"topic": "0"}, "chat"),
			({"topic": "99"}, "chat"),
		)
	):
		location(b.post(talk + "/messages", {"key": "t%d" % n, "text": "zq reply", **form}), talk)
		assert sent() == wanted, (form, sent())
	status(b.post(talk + "/messages", {"key": "t9", "text": "zq reply", "topic": "x"}), 400)
	writes(4, "zq four", 10)
	location(b.post(talk + "/messages", {"key": "t8", "text": "zq reply"}), talk)
	assert sent() == "10"


def a_token_of_another_bot(w):
	"""The bot before delivers no more and is not believed any more; its messages are not taken for those of the new
	one, and are known again when it comes back.
	"""
	b, page, sim = w.signed_in(), "/settings/channels/telegram", w.stack.simulator
	w.n += 1
	ids = ["%d" % (7200000000 + 10 * w.n + k) for k in range(2)]
	tokens = ["%s:%s%d" % (bot, planted.BOT_TOKEN, w.n) for bot in ids]

	def connect(k):
		asked = b.post(page, {"bot_token": tokens[k]})
		if asked.status == 409:  # another bot is connected
			assert (
				asked.json["form"]["asks_replace"]
				and 'name="replace"' in b.post(page, {"bot_token": tokens[k]}, headers={"Accept": "text/html"}).text
			)
			asked = b.post(page, {"bot_token": tokens[k], "replace": "yes"})
		location(asked, page)
		return sim.bot(ids[k])

	def writes(bot, text, message=7):
		body = {
			"update_id": 1,
			"message": {
				"message_id": message,
				"date": int(time.time()),
				"chat": {"id": 42, "type": "private"},
				"from": {"id": 42, "is_bot": False, "first_name": "Zq"},
				"text": text,
			},
		}
		return net.request(
			w.server.port,
			"POST",
			"/" + bot["url"].split("/", 3)[3],
			json.dumps(body).encode(),
			{"X-Telegram-Bot-Api-Secret-Token": bot["secret_token"]},
		).status

	stored = lambda: [
		(r["body"], r["provider_id"], r["reply_to"])
		for r in w.sql.rows("select body, provider_id, reply_to from messages where org_id = %d order by id" % b.org)
	]
	for token, bot in zip(tokens, ids):
		sim.add_bot(token, "zq%s_bot" % bot)
	first = connect(0)
	assert writes(first, "one") == 200
	w.sql.script("update messages set reply_to = '42:6' where org_id = %d;" % b.org)
	second = connect(1)
	assert w.sql.value("select bool_and(is_cut_off) from conversations where org_id = %d" % b.org)
	talk = "/inbox/%d" % w.sql.value("select max(id) from conversations where org_id = %d" % b.org)
	assert (
		status(b.post(talk + "/messages", {"key": "k1", "text": "zq"}), 409)
		and b.get(talk).json["conversation"]["window"]["cut_off"] is True
	)
	assert (
		not sim.bot(ids[0])["webhook"]
		and second["url"] != first["url"]
		and second["secret_token"] != first["secret_token"]
	)
	assert "delivers no more" in str(b.get(page).json["channel"]["findings"])
	processes.wait_until(lambda: writes(first, "stray", 8) == 401, "the bot before being refused")
	assert writes(second, "two") == 200 and writes(second, "two") == 200
	assert stored()[0] == ("one", ids[0] + "/42:7", ids[0] + "/42:6") and ("two", "42:7", None) in stored(), stored()
	n = len(stored())
	first = connect(0)
	processes.wait_until(lambda: writes(first, "one") == 200, "the first bot again")
	assert (
		stored()[0] == ("one", "42:7", "42:6") and ("two", ids[1] + "/42:7", None) in stored() and len(stored()) == n
	), stored()
	sim.control("POST", "bots", {"bot_token": tokens[0] + "x", "username": "zq_revoked_bot"})
	connect(1)
	assert "could not be asked to stop delivering" in str(b.get(page).json["channel"]["findings"])


def a_host_without_keys(stack, tap):
	os.rename(stack.key_file, stack.key_file + ".away")
	try:
		with stack.server("lighttpd-fastcgi") as server:
			w = World(stack, server)
			w.n = 5000
			b = w.signed_in()
			model = status(b.get(PAGE), 200).json["channel"]
			assert "key" in model["reason"] and model["next_step"]
			page = status(b.post(PAGE, w.form()), 400)
			assert page.json["form"]["error"]
			status(b.get("/settings/channels"), 200)
	finally:
		os.rename(stack.key_file + ".away", stack.key_file)


TESTS = [
	the_list_names_what_there_is,
	the_way_to_verified,
	a_new_secret_is_live_within_five_seconds,
	what_is_wrong_is_told_at_its_field,
	what_looks_like_no_value_of_meta_is_asked_twice,
	editing_keeps_what_is_left_out,
	the_test_says_what_it_found,
	fields_that_are_not_subscribed,
	what_it_found_is_told_in_ones_language,
	a_platform_that_hangs_costs_five_seconds,
	a_number_has_one_organisation,
	only_the_owner_disconnects,
	what_is_stored_is_shown_redacted,
	a_bot_of_telegram_has_the_same_pages,
	a_customer_who_blocks_the_bot,
	what_says_nothing_says_so,
	a_chat_with_topics,
	a_token_of_another_bot,
]


def run(tap):
	only = sys.argv[1:]
	with Stack() as stack:
		stack.program("desk.fcgi")
		use_desk_role(stack)
		with stack.server("lighttpd-fastcgi") as server:
			world = World(stack, server)
			for function in TESTS:
				if not only or any(word in function.__name__ for word in only):
					tap.run(function.__name__.replace("_", " "), function, world)
		if not only:
			tap.run("a host without keys", a_host_without_keys, stack, tap)
		check_logs(stack, tap)


sys.exit(program(run))
