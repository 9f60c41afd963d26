#!/usr/bin/python3
"""The simulator behaves like Meta where Deskbell relies on it, and breaks in the ways that can be asked for.

Starts deskbell-simulator from the build folder ($DESKBELL_BUILD, else the current one) and a receiver of webhooks
in this process. Only loopback is used. Prints TAP.
"""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

BUILD = os.environ.get("DESKBELL_BUILD", ".")
NUMBER, ACCOUNT = "106540352242922", "102290129340398"
TOKEN, SECRET, VERIFY = "EAAtest-token-0001", "app-secret-0001", "verify me & more"
CUSTOMER = "16505551234"
USER_ID = "US.13491208655302741918"
# Nothing below may show these.
HIDDEN = (TOKEN, SECRET, VERIFY)


class Receiver(http.server.BaseHTTPRequestHandler):
	"""The business's callback: keeps what arrives, answers what it is told to."""

	protocol_version = "HTTP/1.1"
	disable_nagle_algorithm = True
	got, failures, verifies, lock = [], 0, [], threading.Lock()

	def log_message(self, *args):
		pass

	def answer(self, status, body=b""):
		self.send_response(status)
		self.send_header("Content-Length", str(len(body)))
		self.end_headers()
		self.wfile.write(body)

	def do_GET(self):
		query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
		Receiver.verifies.append(query)
		right = query.get("hub.verify_token") == [VERIFY] and query.get("hub.mode") == ["subscribe"]
		self.answer(200 if right else 403, query["hub.challenge"][0].encode() if right else b"no")

	def do_POST(self):
		body = self.rfile.read(int(self.headers["Content-Length"]))
		with Receiver.lock:
			failing = Receiver.failures > 0
			Receiver.failures -= failing
			if not failing:
				Receiver.got.append((dict(self.headers), body))
		self.answer(503 if failing else 200)


def take():
	"""What arrived since the last call."""
	with Receiver.lock:
		got, Receiver.got = Receiver.got, []
	return got


def values(got):
	return [change["value"] for _, body in got for entry in json.loads(body)["entry"] for change in entry["changes"]]


def statuses(got):
	return [status for value in values(got) for status in value.get("statuses", [])]


class Simulator:
	def __init__(self):
		self.folder = tempfile.mkdtemp()
		self.pid_file = os.path.join(self.folder, "pid")
		self.process = subprocess.Popen(
			[os.path.join(BUILD, "deskbell-simulator"), "--listen", "127.0.0.1:0", "--pid-file", self.pid_file],
			stdout=subprocess.PIPE,
			stderr=subprocess.PIPE,
			text=True,
		)
		line = self.process.stdout.readline()
		self.port = int(re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", line).group(1))
		self.seen = ""

	def request(self, method, path, body=None, headers=None, timeout=15):
		connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
		try:
			connection.request(method, path, body, headers or {})
			response = connection.getresponse()
			return response.status, response.headers, response.read().decode()
		finally:
			connection.close()

	def control(self, method, path, body=None):
		status, _, text = self.request(
			method, "/control/" + path, None if body is None else json.dumps(body), {"Content-Type": "application/json"}
		)
		self.seen += text
		return status, json.loads(text)

	def behave(self, **changes):
		status, answer = self.control("POST", "behaviour", changes)
		assert status == 200, answer

	def graph(self, method, path, body=None, token=TOKEN, content_type="application/json"):
		headers = {"Content-Type": content_type} if body is not None else {}
		if token:
			headers["Authorization"] = "Bearer " + token
		text = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
		status, answer_headers, answer = self.request(method, "/v25.0/" + path, text, headers)
		return status, answer_headers, answer

	def send(self, **changes):
		body = {
			"messaging_product": "whatsapp",
			"recipient_type": "individual",
			"to": "+" + CUSTOMER,
			"type": "text",
			"text": {"body": "Hello"},
		}
		body.update(changes)
		return self.graph("POST", NUMBER + "/messages", {k: v for k, v in body.items() if v is not None})

	def upload(self, name, kind, content):
		head = "--b\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n"
		body = b"".join(
			[
				(head % ("messaging_product", "")).encode(),
				b"whatsapp\r\n",
				(head % ("type", "")).encode(),
				kind.encode(),
				b"\r\n",
				(head % ("file", "; filename=\"%s\"\r\nContent-Type: %s" % (name, kind))).encode(),
				content,
				b"\r\n--b--\r\n",
			]
		)
		return self.graph("POST", NUMBER + "/media", body, content_type="multipart/form-data; boundary=b")

	def idle(self):
		return self.control("GET", "idle?timeout_ms=10000")[1]["idle"]

	def reset(self):
		self.idle()
		self.control("POST", "reset", {})
		take()

	def stop(self):
		self.process.send_signal(signal.SIGTERM)
		out, err = self.process.communicate(timeout=10)
		self.seen += out + err
		return self.process.returncode


def error_of(answer):
	return json.loads(answer[2])["error"]


COUNT = 0
FAILED = 0


def ok(condition, name, detail=""):
	global COUNT, FAILED
	COUNT += 1
	FAILED += not condition
	print(("ok" if condition else "not ok"), COUNT, "-", name)
	if not condition and detail != "":
		print("#", str(detail)[:600].replace("\n", "\n# "))
	sys.stdout.flush()


def refused(answer, code, status=400, subcode=None, words="", details=""):
	if answer[0] != status:
		return False
	error = error_of(answer)
	return (
		error["code"] == code
		and error.get("error_subcode") == subcode
		and words in error["message"]
		and error["fbtrace_id"]
		and error["type"] in ("OAuthException", "GraphMethodException")
		and details in error.get("error_data", {}).get("details", "")
	)


def command_line():
	program = os.path.join(BUILD, "deskbell-simulator")
	run = lambda *args: subprocess.run([program, *args], capture_output=True, text=True, timeout=10)
	ok(run("--help").returncode == 0 and "--listen" in run("--help").stdout, "--help")
	ok(run("--version").stdout.startswith("deskbell-simulator "), "--version")
	ok(run("--listen", "0.0.0.0:0").returncode == 64, "an address that others reach is refused")
	ok(run().returncode == 64 and run("--listen", "127.0.0.1").returncode == 64, "wrong usage is refused")


def channels(s, webhook_url):
	channel = {
		"phone_number_id": NUMBER,
		"business_account_id": ACCOUNT,
		"permanent_access_token": TOKEN,
		"app_secret": SECRET,
		"verify_token": VERIFY,
		"display_phone_number": "15550783881",
		"verified_name": "Flower Shop",
		"webhook_url": webhook_url,
	}
	ok(
		s.control("POST", "channels", {k: v for k, v in channel.items() if k != "app_secret"})[0] == 400,
		"a channel without app_secret is refused",
	)
	ok(s.control("POST", "channels", channel)[0] == 200, "a channel is added")
	shown = s.control("GET", "channels")[1]["channels"]
	ok(
		len(shown) == 1 and shown[0]["verified_name"] == "Flower Shop" and shown[0]["app_secret"].startswith("****"),
		"channels are listed, redacted",
		shown,
	)
	other = dict(
		channel,
		phone_number_id="106540352242923",
		business_account_id="102290129340399",
		permanent_access_token="EAAother-token-02",
	)
	s.control("POST", "channels", other)
	verified = s.control("POST", "verify", {"phone_number_id": NUMBER})[1]
	ok(
		verified == {"ok": True, "status": 200, "reason": "the challenge came back"},
		"the callback is verified as Meta does it",
		verified,
	)
	s.control("POST", "channels", dict(other, verify_token="wrong"))
	ok(
		s.control("POST", "verify", {"phone_number_id": "106540352242923"})[1]["ok"] is False,
		"a wrong verify token is reported",
	)
	ok(
		s.control("GET", "nothing")[0] == 404 and s.control("POST", "behaviour", {"no_such": 1})[0] == 400,
		"unknown routes and settings are refused",
	)
	status = s.request("POST", "/control/reset", "{}", {"Origin": "https://evil.example"})[0]
	ok(
		status == 403 and s.request("GET", "/control/channels", headers={"Host": "evil.example"})[0] == 403,
		"foreign pages are refused",
	)


def tokens_and_objects(s):
	ok(refused(s.graph("GET", NUMBER, token=None), 104, 401), "no token: 401, code 104")
	wrong = s.graph("POST", NUMBER + "/messages", {}, token="EAAwrong")
	ok(
		refused(wrong, 190, 401) and "invalid_token" in wrong[1]["WWW-Authenticate"],
		"wrong token: 401, code 190",
		wrong,
	)
	ok(refused(s.graph("POST", "999999999999999/messages", {}), 100, 400, 33), "unknown number: code 100, subcode 33")
	ok(
		refused(s.graph("POST", "106540352242923/messages", {}), 100, 400, 33),
		"somebody else's number: code 100, subcode 33",
	)
	ok(refused(s.graph("GET", NUMBER + "/nothing"), 2500), "unknown edge: code 2500")


def refusals(s):
	def case(name, words="", details="", **changes):
		answer = s.send(**changes)
		ok(refused(answer, 100, words=words, details=details), name + ": code 100", answer)

	case("messaging_product is missing", "messaging_product is required", messaging_product=None)
	case("messaging_product is wrong", "must be one of {WHATSAPP}", messaging_product="sms")
	case("to is missing", "The parameter to is required", to=None)
	case("to is no number", details="phone number", to="hello")
	case("to is too short", details="phone number", to="+123")
	case("recipient is no id", details="business-scoped", to=None, recipient="16505551234")
	case("text is missing", "The parameter text is required", text=None)
	case("text is empty", "text['body'] is required", text={"body": " "})
	case("text is too long", "at most 4096 characters", text={"body": "x" * 4097})
	case("text is too long in UTF-16", "at most 4096 characters", text={"body": "\U0001f600" * 2049})
	case("text has an unknown key", "Unexpected key", text={"body": "x", "colour": "red"})
	case("type is unknown", "Param type must be one of", type="hologram")
	case("type and content differ", "The parameter image is required", type="image")
	case("tag is too long", "biz_opaque_callback_data must be at most 512", biz_opaque_callback_data="x" * 513)
	case("context without id", "context['message_id']", context={})
	answer = s.graph("POST", NUMBER + "/messages", "{not json")
	ok(refused(answer, 100, words="messaging_product is required"), "a body that is not JSON: code 100", answer)
	answer = s.graph(
		"POST",
		NUMBER + "/messages",
		json.dumps({"messaging_product": "whatsapp"}),
		content_type="application/x-www-form-urlencoded",
	)
	ok(refused(answer, 100, words="messaging_product is required"), "JSON that does not say so: code 100", answer)
	ok(refused(s.send(to="15550783881"), 131021), "to the number itself: 131021")
	ok(s.control("GET", "deliveries")[1]["deliveries"] == [], "nothing refused was delivered")
	ok(
		s.send(text={"body": "x" * 4096}, biz_opaque_callback_data="t" * 512)[0] == 200,
		"the longest text and tag are accepted",
	)


def sending(s):
	s.reset()
	text = "Grüße 😀 </b> 1/2"
	answer = s.send(text={"body": text}, biz_opaque_callback_data="tag-1", context={"message_id": "wamid.x"})
	body = json.loads(answer[2])
	wamid = body["messages"][0]["id"]
	ok(
		answer[0] == 200
		and body["contacts"] == [{"input": "+" + CUSTOMER, "wa_id": CUSTOMER}]
		and wamid.startswith("wamid.HBgL"),
		"a text is accepted",
		answer,
	)
	ok(
		answer[1]["Content-Type"] == "application/json; charset=UTF-8"
		and answer[1]["facebook-api-version"] == "v25.0"
		and ACCOUNT in json.loads(answer[1]["x-business-use-case-usage"]),
		"the answer has Meta's headers",
		answer[1],
	)
	ok(s.idle(), "the statuses get through")
	got = take()
	ladder = statuses(got)
	ok([x["status"] for x in ladder] == ["sent", "delivered", "read"], "statuses come as sent, delivered, read", ladder)
	ok(
		all(
			x["id"] == wamid and x["recipient_id"] == CUSTOMER and x["biz_opaque_callback_data"] == "tag-1"
			for x in ladder
		),
		"each has id, recipient and tag",
		ladder,
	)
	ok(
		[("pricing" in x) for x in ladder] == [True, True, False] and ladder[0]["pricing"]["pricing_model"] == "PMP",
		"pricing is on sent and one later status",
	)
	headers, raw = got[0]
	signature = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
	ok(
		headers["X-Hub-Signature-256"] == signature and headers["Content-Type"] == "application/json",
		"webhooks are signed over the exact bytes",
		headers,
	)
	delivered = s.control("GET", "deliveries")[1]["deliveries"]
	ok(
		len(delivered) == 1
		and delivered[0]["text"] == text
		and delivered[0]["tag"] == "tag-1"
		and delivered[0]["wamid"] == wamid,
		"the customer has it",
		delivered,
	)
	requests = s.control("GET", "requests")[1]["requests"]
	ok(
		len(requests) == 1
		and json.loads(requests[0]["body"])["text"]["body"] == text
		and requests[0]["path"] == "/v25.0/%s/messages" % NUMBER
		and requests[0]["status"] == 200
		and requests[0]["outcome"] == "accepted",
		"the request is recorded with its bytes",
		requests,
	)
	ok(s.control("GET", "requests?since=1")[1] == {"requests": [], "last": 1}, "records can be read on from a number")
	answer = s.send(to=None, recipient=USER_ID)
	ok(
		json.loads(answer[2])["contacts"] == [{"input": USER_ID, "user_id": USER_ID}],
		"a business-scoped id is a recipient",
		answer,
	)
	s.idle()
	ok(
		all("recipient_id" not in x and x["recipient_user_id"] == USER_ID for x in statuses(take())),
		"its statuses have no phone number",
	)
	answer = s.upload("a.jpg", "image/jpeg", b"\xff\xd8\xff")
	picture = json.loads(answer[2]).get("id")
	ok(answer[0] == 200 and picture, "a file is uploaded", answer)
	ok(
		refused(s.upload("a.exe", "application/x-msdownload", b"MZ"), 100, words="one of the following types"),
		"not one of any type",
	)
	ok(refused(s.upload("a.jpg", "image/jpeg", b""), 100, words="file is required"), "nor an empty one")
	ok(refused(s.send(type="image", text=None, image={"id": "1"}), 131009), "an id that was not given: 131009")
	ok(
		refused(s.send(type="audio", text=None, audio={"id": picture, "caption": "x"}), 100, words="Unexpected key"),
		"audio takes no caption",
	)
	answer = s.send(type="image", text=None, image={"id": picture, "caption": "Look"})
	ok(
		answer[0] == 200 and s.control("GET", "deliveries")[1]["deliveries"][-1]["text"] == "Look",
		"other types are accepted",
	)
	s.idle()
	s.control("POST", "statuses", {"wamid": wamid, "statuses": ["read", "sent"]})
	s.idle()
	ok([x["status"] for x in statuses(take()) if x["id"] == wamid] == ["read", "sent"], "statuses can be sent by hand")


def inbound(s):
	s.reset()
	text = "Öffnungszeiten/heute? 😀"
	status, answer = s.control(
		"POST", "inbound", {"phone_number_id": NUMBER, "from": CUSTOMER, "name": "Zoë", "text": text}
	)
	got = take()
	value = values(got)[0]
	ok(status == 200 and answer["status"] == 200 and len(got) == 1, "an inbound message is acknowledged", answer)
	ok(
		b"\\u00d6ffnungszeiten\\/heute? \\ud83d\\ude00" in got[0][1] and got[0][1].isascii(),
		"the body is ASCII, escaped as Meta does",
		got[0][1],
	)
	message = value["messages"][0]
	ok(
		message["from"] == CUSTOMER
		and message["id"] == answer["id"]
		and message["text"]["body"] == text
		and "from_user_id" not in message
		and value["contacts"] == [{"profile": {"name": "Zoë"}, "wa_id": CUSTOMER}]
		and value["metadata"]["phone_number_id"] == NUMBER
		and abs(int(message["timestamp"]) - time.time()) < 60,
		"a person with a phone number",
		value,
	)
	s.control(
		"POST", "inbound", {"phone_number_id": NUMBER, "from": "+" + CUSTOMER, "user_id": USER_ID, "text": "both"}
	)
	value = values(take())[0]
	ok(
		value["contacts"][0]["user_id"] == USER_ID
		and value["messages"][0]["from_user_id"] == USER_ID
		and value["messages"][0]["from"] == CUSTOMER,
		"a person with both",
		value,
	)
	s.control("POST", "inbound", {"phone_number_id": NUMBER, "user_id": "TR.ABC", "name": "Ali", "text": "id only"})
	value = values(take())[0]
	ok(
		value["contacts"] == [{"profile": {"name": "Ali"}, "user_id": "TR.ABC"}] and "from" not in value["messages"][0],
		"a person with an id only",
		value,
	)
	status, answer = s.control(
		"POST",
		"inbound",
		{
			"phone_number_id": NUMBER,
			"from": CUSTOMER,
			"timestamp": 1700000000,
			"copies": 3,
			"message": {"type": "reaction", "id": "wamid.own", "reaction": {"message_id": "wamid.a", "emoji": "👍"}},
		},
	)
	got = take()
	ok(
		len(got) == 3
		and len({body for _, body in got}) == 1
		and answer["id"] == "wamid.own"
		and values(got)[0]["messages"][0]
		== {
			"from": CUSTOMER,
			"timestamp": "1700000000",
			"type": "reaction",
			"id": "wamid.own",
			"reaction": {"message_id": "wamid.a", "emoji": "👍"},
		},
		"any message object, in copies",
		values(got),
	)
	Receiver.failures = 2
	answer = s.control("POST", "inbound", {"phone_number_id": NUMBER, "from": CUSTOMER, "text": "again"})[1]
	webhook = s.control("GET", "webhooks")[1]["webhooks"][-1]
	ok(
		answer["status"] == 200 and len(take()) == 1 and webhook["attempts"] == 3 and webhook["took_us"] > 500000,
		"a webhook that fails is sent again, later each time",
		webhook,
	)
	answer = s.control(
		"POST", "inbound", {"phone_number_id": NUMBER, "from": CUSTOMER, "text": "no wait", "wait": False}
	)[1]
	ok(answer["status"] == 0 and s.idle() and len(take()) == 1, "a caller need not wait", answer)
	raw = '{"object":"x",  "odd": "ä"}'
	s.control("POST", "webhook", {"phone_number_id": NUMBER, "body": raw})
	s.control("POST", "webhook", {"phone_number_id": NUMBER, "body": raw, "signature": "sha256=00"})
	got = take()
	good = "sha256=" + hmac.new(SECRET.encode(), raw.encode(), hashlib.sha256).hexdigest()
	ok(
		[body for _, body in got] == [raw.encode()] * 2
		and [h["X-Hub-Signature-256"] for h, _ in got] == [good, "sha256=00"],
		"raw bytes, signed or with another signature",
		got,
	)
	ok(
		s.control("POST", "inbound", {"phone_number_id": "1", "from": CUSTOMER, "text": "x"})[0] == 404
		and s.control("POST", "inbound", {"phone_number_id": NUMBER, "text": "x"})[0] == 400,
		"a wrong order is refused in words",
	)


def reading(s):
	s.reset()
	wamid = s.control("POST", "inbound", {"phone_number_id": NUMBER, "from": CUSTOMER, "text": "hi"})[1]["id"]
	chat = lambda: s.control("GET", "chat?phone_number_id=%s&from=%s" % (NUMBER, CUSTOMER))[1]
	ok(
		chat()["messages"][0]["state"] == "delivered" and not chat()["typing"],
		"the phone shows an acknowledged message as delivered",
		chat(),
	)
	body = {
		"messaging_product": "whatsapp",
		"status": "read",
		"message_id": wamid,
		"typing_indicator": {"type": "text"},
	}
	answer = s.graph("POST", NUMBER + "/messages", body)
	ok(
		answer[0] == 200
		and json.loads(answer[2]) == {"success": True}
		and chat()["messages"][0]["state"] == "read"
		and chat()["typing"],
		"read and typing",
		chat(),
	)
	ok(
		refused(s.graph("POST", NUMBER + "/messages", dict(body, status="seen")), 100)
		and refused(s.graph("POST", NUMBER + "/messages", dict(body, message_id="")), 100)
		and refused(s.graph("POST", NUMBER + "/messages", dict(body, typing_indicator={"type": "audio"})), 100),
		"wrong read receipts are refused",
	)
	s.send()
	ok(
		[x["direction"] for x in chat()["messages"]] == ["out", "in"] and not chat()["typing"],
		"an answer ends the typing",
		chat(),
	)


def fields(s):
	app, path = "634974688087057|" + SECRET, "634974688087057/subscriptions"
	webhook = lambda: [
		x for x in json.loads(s.graph("GET", path, token=app)[2])["data"] if x["object"] == "whatsapp_business_account"
	]
	ok("messages" in [f["name"] for f in webhook()[0]["fields"]], "the app's webhook fields are listed", webhook())
	ok(
		refused(s.graph("GET", path), 15) and refused(s.graph("GET", path, token="634974688087057|wrong"), 1),
		"to the app alone",
	)
	wanted = {
		"object": "whatsapp_business_account",
		"callback_url": "http://127.0.0.1:%d/fields" % RECEIVER_PORT,
		"verify_token": VERIFY,
		"fields": "messages,calls",
	}
	ok(
		refused(
			s.graph("POST", path, dict(wanted, fields="messages,shoe_size"), token=app), 100, words="must be one of"
		),
		"an unknown field is refused with the known ones",
	)
	ok(
		refused(s.graph("POST", path, dict(wanted, verify_token="bad"), token=app), 2200),
		"an address that does not agree is refused",
	)
	ok(
		s.graph("POST", path, wanted, token=app)[0] == 200
		and [f["name"] for f in webhook()[0]["fields"]] == ["messages", "calls"],
		"fields are subscribed",
		webhook(),
	)


def objects(s):
	number = json.loads(s.graph("GET", NUMBER)[2])
	ok(
		number["id"] == NUMBER and number["verified_name"] == "Flower Shop" and number["quality_rating"] == "GREEN",
		"a number with its default fields",
		number,
	)
	number = json.loads(s.graph("GET", NUMBER + "?fields=status,name_status,health_status")[2])
	ok(
		number["status"] == "CONNECTED"
		and list(number)[-1] == "id"
		and number["health_status"]["can_send_message"] == "AVAILABLE",
		"the fields asked for and the id",
		number,
	)
	ok(
		refused(s.graph("GET", NUMBER + "?fields=status,shoe_size"), 100, words="nonexisting field (shoe_size)"),
		"an unknown field fails the call",
	)
	apps = lambda: json.loads(s.graph("GET", ACCOUNT + "/subscribed_apps")[2])["data"]
	ok(len(apps()) == 1 and "whatsapp_business_api_data" in apps()[0], "the app is subscribed")
	ok(
		json.loads(s.graph("DELETE", ACCOUNT + "/subscribed_apps")[2]) == {"success": True} and apps() == [],
		"unsubscribed",
	)
	ok(
		s.control("POST", "inbound", {"phone_number_id": NUMBER, "from": CUSTOMER, "text": "x"})[0] == 409,
		"without subscription no webhook comes",
	)
	override = {"override_callback_uri": "http://127.0.0.1:%d/override" % RECEIVER_PORT, "verify_token": VERIFY}
	ok(
		refused(s.graph("POST", ACCOUNT + "/subscribed_apps", override), 100, words="must be subscribed"),
		"an override needs a subscription",
	)
	ok(s.graph("POST", ACCOUNT + "/subscribed_apps")[0] == 200 and len(apps()) == 1, "subscribed again")
	ok(
		refused(s.graph("POST", ACCOUNT + "/subscribed_apps", dict(override, verify_token="bad")), 100),
		"an override that does not agree is refused",
	)
	ok(
		s.graph("POST", ACCOUNT + "/subscribed_apps", override)[0] == 200
		and apps()[0]["override_callback_uri"] == override["override_callback_uri"],
		"an override is set",
		apps(),
	)
	s.graph("POST", ACCOUNT + "/subscribed_apps")
	debug = lambda token, by: json.loads(s.graph("GET", "debug_token?input_token=" + token, token=by)[2])
	data = debug(TOKEN, "634974688087057|" + SECRET)["data"]
	ok(
		data["is_valid"] and "whatsapp_business_messaging" in data["scopes"] and data["expires_at"] == 0,
		"a token is explained",
		data,
	)
	fields(s)
	ok(
		debug("nonsense", TOKEN)["data"]["is_valid"] is False and debug(TOKEN, "1|x")["error"]["code"] == 190,
		"a wrong one too",
	)


def rules(s):
	s.reset()
	s.behave(enforce_window=True)
	ok(refused(s.send(), 131047), "closed window: 131047")
	ok(
		s.send(type="template", text=None, template={"name": "hello", "language": {"code": "en"}})[0] == 200,
		"a template needs no window",
	)
	s.control(
		"POST",
		"inbound",
		{"phone_number_id": NUMBER, "from": CUSTOMER, "text": "old", "timestamp": int(time.time()) - 86410},
	)
	ok(refused(s.send(), 131047), "an old message does not open it")
	s.control("POST", "inbound", {"phone_number_id": NUMBER, "from": CUSTOMER, "user_id": USER_ID, "text": "new"})
	ok(s.send()[0] == 200 and s.send(to=None, recipient=USER_ID)[0] == 200, "a message opens it, under either id")
	s.reset()
	s.behave(enforce_pair_rate=True, ladder=[])
	codes = [s.send()[0] for _ in range(50)]
	ok(
		codes == [200] * 45 + [400] * 5 and refused(s.send(), 131056) and s.send(to="+16505550000")[0] == 200,
		"pair rate: 45 at once, then 131056",
		codes,
	)


def faults(s):
	s.reset()
	s.behave(ladder=["delivered"], ladder_delay_ms=0, fail_every=2, fail_with="130429")
	answers = [s.send() for _ in range(4)]
	ok(
		[a[0] for a in answers] == [200, 429, 200, 429] and refused(answers[1], 130429, 429, 2494055),
		"every second send fails",
		[a[0] for a in answers],
	)
	ok(len(s.control("GET", "deliveries")[1]["deliveries"]) == 2, "what failed was not delivered")
	s.behave(fail_every=1, fail_with={"http": 418, "body": {"error": {"code": 7}}})
	answer = s.send()
	ok(answer[0] == 418 and json.loads(answer[2]) == {"error": {"code": 7}}, "a failure of one's own", answer)
	s.behave(fail_with="html_500")
	answer = s.send()
	ok(
		answer[0] == 500 and answer[2].startswith("<!DOCTYPE") and answer[1]["Content-Type"].startswith("text/html"),
		"an HTML page",
		answer,
	)
	draw = lambda: [(a[0], a[2][:40]) for a in (s.send() for _ in range(12))]
	s.behave(fail_with="random", seed=7)
	first = draw()
	s.behave(seed=7)
	ok(first == draw() and len(set(first)) > 3, "random failures are the same for the same seed", first)
	ok(s.control("POST", "behaviour", {"fail_with": "no such"})[0] == 400, "an unknown failure is refused")
	s.reset()
	take()
	s.behave(ladder=["delivered"], ladder_delay_ms=0)
	for name, delivered, outcome in (("lose_response_every", 1, "response_lost"), ("reset_every", 0, "reset")):
		s.behave(**{name: 1})
		before = len(s.control("GET", "deliveries")[1]["deliveries"])
		try:
			s.send()
			cut = False
		except (http.client.HTTPException, ConnectionError):
			cut = True
		s.idle()
		after = len(s.control("GET", "deliveries")[1]["deliveries"])
		record = s.control("GET", "requests")[1]["requests"][-1]
		ok(
			cut
			and after - before == delivered
			and len(statuses(take())) == delivered
			and record["outcome"] == outcome
			and record["status"] == 0,
			name,
			record,
		)
		s.behave(**{name: 0})
	s.behave(garbage_every=1)
	answer = s.send()
	ok(
		answer[0] == 200
		and answer[2].startswith("{")
		and not answer[2].endswith("}")
		and s.idle()
		and len(statuses(take())) == 1,
		"garbage_every",
		answer,
	)
	s.behave(garbage_every=0, hang_every=1)
	try:
		s.request(
			"POST",
			"/v25.0/%s/messages" % NUMBER,
			json.dumps({"messaging_product": "whatsapp", "to": CUSTOMER, "text": {"body": "x"}}),
			{"Content-Type": "application/json", "Authorization": "Bearer " + TOKEN},
			timeout=0.5,
		)
		hung = False
	except socket.timeout:
		hung = True
	ok(hung and s.control("GET", "requests")[1]["requests"][-1]["outcome"] == "hung", "hang_every")


def ladders(s):
	s.reset()

	def run(**changes):
		s.behave(**dict({"ladder": ["sent", "delivered", "read"], "ladder_delay_ms": 0}, **changes))
		s.send()
		s.idle()
		got = take()
		return len(got), [x["status"] for x in statuses(got)]

	ok(run(ladder_order="reversed") == (3, ["read", "delivered", "sent"]), "reversed statuses")
	ok(sorted(run(ladder_order="shuffled")[1]) == ["delivered", "read", "sent"], "shuffled statuses")
	ok(
		run(ladder_order="in_order", batch_statuses=True) == (1, ["sent", "delivered", "read"]),
		"statuses in one payload",
	)
	ok(
		run(batch_statuses=False, status_copies=2, ladder=["sent", "read"]) == (4, ["sent", "sent", "read", "read"]),
		"statuses in copies",
	)
	s.behave(status_copies=1, ladder=["sent", "failed"], failed_code=131026)
	before = len(s.control("GET", "deliveries")[1]["deliveries"])
	s.send()
	s.idle()
	got = take()
	failed = statuses(got)[-1]
	ok(
		failed["status"] == "failed"
		and failed["errors"][0]["code"] == 131026
		and "contacts" not in values(got)[-1]
		and len(s.control("GET", "deliveries")[1]["deliveries"]) == before,
		"a status that fails",
		failed,
	)
	s.behave(ladder=["sent", "delivered"], status_before_response=True)
	answer = s.send()
	ok(answer[0] == 200 and len(statuses(take())) == 2, "statuses before the response")


def latency(s):
	s.reset()
	s.behave(ladder=[], latency_ms=300)
	begun = time.monotonic()
	threads = [threading.Thread(target=s.send) for _ in range(20)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	took = time.monotonic() - begun
	ok(0.3 <= took < 1.5, "twenty slow answers take as long as one", took)
	s.behave(latency_ms=0)


def taken_port(s):
	second = [os.path.join(BUILD, "deskbell-simulator"), "--listen", "127.0.0.1:%d" % s.port]
	done = subprocess.run(["timeout", "5", *second], capture_output=True, text=True, timeout=10)
	ok(
		done.returncode == 74 and "is the port taken?" in done.stderr,
		"a second one on the same port is refused",
		done.stdout + done.stderr,
	)


def keep_file(s, content, **more):
	text = base64.urlsafe_b64encode(content).decode().rstrip("=")
	return s.control("POST", "media", {"mime_type": "image/jpeg", "base64url": text, **more})[1]["id"]


def address(s, file):
	return "/" + json.loads(s.graph("GET", file)[2])["url"].split("/", 3)[3]


def files(s):
	s.reset()
	file, headers = keep_file(s, b"\xff\xd8picture"), {"Authorization": "Bearer " + TOKEN, "User-Agent": "test"}
	fetch = lambda path: http_get(s.port, path, headers)
	good = address(s, file)
	begun = int(time.time())
	life = int(good.split("ext=")[1]) - begun
	ok(295 <= life <= 300 and fetch(good) == (200, b"\xff\xd8picture"), "an address is good for five minutes", good)
	ok(http_get(s.port, good, {"User-Agent": "test"})[0] == 403, "for the token's holder")
	ok(fetch(good.split("&ext=")[0])[0] == 404, "and as it was given only")
	s.behave(media_life_s=1)
	short = address(s, file)
	until = int(short.split("ext=")[1])
	while time.time() < until:
		time.sleep(0.02)
	ok(fetch(short)[0] == 404 and fetch(good)[0] == 200, "one whose time is over is not found")
	s.behave(media_life_s=300)
	ok(fetch(address(s, file))[0] == 200, "a new one is had for the same id")
	slow = keep_file(s, bytes(range(50)), fault="slow")
	s.behave(slow_bytes=7, slow_pause_ms=20)
	begun, sizes = time.monotonic(), pieces(s.port, address(s, slow), headers)
	took = time.monotonic() - begun
	ok(
		sum(sizes) == 50 and len(sizes) > 3 and took >= 8 * 0.02,
		"a slow body comes a few bytes at a time",
		(sizes, took),
	)
	keep_slow = address(s, keep_file(s, bytes(5000), fault="slow"))
	s.behave(slow_bytes=1, slow_pause_ms=60000)
	with socket.create_connection(("127.0.0.1", s.port), timeout=10) as hanging:
		hanging.sendall(request_of(keep_slow, headers))
		ok(b"Content-Length: 5000" in hanging.recv(4096), "which is announced as a whole")
		ok(s.control("GET", "channels")[0] == 200, "and holds nothing else up")
	s.behave(slow_bytes=16, slow_pause_ms=10)


def lost_files(s):
	"""Error 131052, of a file that Meta cannot take from the customer; and 131053, of one that does not fit."""
	s.reset()
	lost = keep_file(s, b"x", fault="no_download")
	message = {"type": "video", "video": {"id": lost, "mime_type": "video/mp4"}}
	s.control("POST", "inbound", {"phone_number_id": NUMBER, "from": CUSTOMER, "name": "Ann", "message": message})
	s.idle()
	got = values(take())[-1]["messages"][0]
	error = got["errors"][0]
	ok(
		got["type"] == "unsupported" and "video" not in got and got["from"] == CUSTOMER and error["code"] == 131052,
		"a file that cannot be taken from the customer is an error of its message",
		got,
	)
	ok(
		error["title"] == "Media download error" and "100 MB" in error["error_data"]["details"],
		"which says why",
		error,
	)
	s.behave(ladder=["sent", "failed"], failed_code=131052, ladder_delay_ms=0)
	s.send()
	s.idle()
	failed = [x for x in statuses(take()) if x["status"] == "failed"]
	ok(len(failed) == 1 and failed[0]["errors"][0]["title"] == "Media download error", "and of a status", failed)


def pages(s):
	page = s.request("GET", "/")
	ok(
		page[0] == 200 and "<title>" in page[2] and "script-src 'self'" in page[1]["Content-Security-Policy"],
		"the phone page",
	)
	ok(
		s.request("GET", "/phone.css")[0] == 200
		and s.request("GET", "/phone.js")[0] == 200
		and s.request("GET", "/phone.txt")[0] == 404,
		"and its files",
	)
	ok(not re.search(r"<style|\son\w+=|style=|<script(?![^>]*src)", page[2]), "without inline script or style")


def end(s):
	s.behave(latency_ms=0, ladder=["sent", "read"], ladder_delay_ms=60000)
	s.send()
	s.behave(hang_every=1)
	hanging = threading.Thread(target=lambda: refuse_to_fail(s.send))
	hanging.start()
	time.sleep(0.2)
	ok(s.control("GET", "idle?timeout_ms=50")[1]["idle"] is False, "not idle while a status is due")
	ok(os.path.exists(s.pid_file) and int(open(s.pid_file).read()) == s.process.pid, "the pid file")
	ok(s.stop() == 0 and not os.path.exists(s.pid_file), "SIGTERM ends it with 0, in the middle of work", s.seen[-600:])
	hanging.join()
	os.rmdir(s.folder)
	ok(not any(secret in s.seen for secret in HIDDEN), "no token or secret was shown")


def http_get(port, path, headers):
	connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
	try:
		connection.request("GET", path, headers=headers)
		response = connection.getresponse()
		return response.status, response.read()
	finally:
		connection.close()


def request_of(path, headers):
	lines = ["GET %s HTTP/1.1" % path, "Host: 127.0.0.1", *("%s: %s" % h for h in headers.items()), "", ""]
	return "\r\n".join(lines).encode()


def pieces(port, path, headers):
	"""How many bytes of the body each read from the network gave."""
	with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
		connection.sendall(request_of(path, {**headers, "Connection": "close"}))
		got, sizes = b"", []
		while True:
			piece = connection.recv(65536)
			if not piece:
				return sizes
			before = len(got.partition(b"\r\n\r\n")[2])
			got += piece
			sizes.append(len(got.partition(b"\r\n\r\n")[2]) - before)


def refuse_to_fail(call):
	try:
		call()
	except (http.client.HTTPException, OSError):
		pass


receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
RECEIVER_PORT = receiver.server_address[1]
threading.Thread(target=receiver.serve_forever, daemon=True).start()

command_line()
simulator = Simulator()
try:
	channels(simulator, "http://127.0.0.1:%d/hook" % RECEIVER_PORT)
	for part in (
		tokens_and_objects,
		refusals,
		sending,
		inbound,
		reading,
		objects,
		rules,
		faults,
		ladders,
		latency,
		taken_port,
		files,
		lost_files,
		pages,
		end,
	):
		part(simulator)
finally:
	if simulator.process.poll() is None:
		simulator.process.kill()
print("1..%d" % COUNT)
sys.exit(0)
