#!/usr/bin/python3
"""The simulator as Telegram's Bot API: tokens, the rules of setWebhook and sendMessage, updates with their secret,
faults; and no token anywhere.
"""

import base64
import http.server
import json
import os
import shutil
import struct
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))

from deskbell import net, paths, processes
from deskbell.simulator import Simulator
from deskbell.tap import program

BOT, TOKEN, SECRET = "7000000001", "7000000001:AAHzqsecret0token", "zqsecret0webhook"
CHAT = 4503599627370495


class Receiver(http.server.BaseHTTPRequestHandler):
	"""The bot's webhook: keeps what arrives, answers what it is told to."""

	got, status, lock = [], 200, threading.Lock()

	def log_message(self, *args):
		pass

	def do_POST(self):
		body = self.rfile.read(int(self.headers["Content-Length"]))
		with Receiver.lock:
			Receiver.got.append((self.path, self.headers.get("X-Telegram-Bot-Api-Secret-Token"), json.loads(body)))
		self.send_response(Receiver.status)
		self.send_header("Content-Length", "0")
		self.end_headers()


def take():
	with Receiver.lock:
		got, Receiver.got = Receiver.got, []
	return got


class Bot:
	def __init__(self, simulator, receiver):
		self.simulator, self.url = simulator, "http://127.0.0.1:%d/hook" % receiver.server_port

	def call(self, method, token=TOKEN, **body):
		answer = net.request(
			self.simulator.port,
			"POST",
			"/bot%s/%s" % (token, method),
			json.dumps(body).encode(),
			{"Content-Type": "application/json"},
		)
		return answer.status, json.loads(answer.body)

	def refused(self, code, words, method, **body):
		status, answer = self.call(method, **body)
		assert (
			status == code and answer["ok"] is False and answer["error_code"] == code and words in answer["description"]
		), answer
		return answer

	def good(self, method, **body):
		status, answer = self.call(method, **body)
		assert status == 200 and answer["ok"] is True, answer
		return answer["result"]

	def does(self, **what):
		return self.simulator.control("POST", "telegram", {"bot_id": BOT, "from": CHAT, "name": "Ada", **what})

	def subscribe(self, **more):
		self.simulator.behave(telegram_http=True)
		self.good("setWebhook", url=self.url, secret_token=SECRET, **more)


def tokens(bot):
	assert bot.good("getMe")["id"] == int(BOT) and bot.good("getMe")["username"] == "zq_bot"
	bot.refused(401, "Unauthorized", "getMe", token=TOKEN + "x")
	bot.refused(404, "Not Found", "getMe", token="7000000001")
	bot.refused(404, "method not found", "noSuchMethod")


def webhook_rules(bot):
	bot.simulator.behave(telegram_http=False)
	bot.refused(400, "HTTPS URL", "setWebhook", url="http://example.com/x")
	bot.refused(400, "ports 80, 88, 443 or 8443", "setWebhook", url="https://example.com:444/x")
	bot.refused(400, "unallowed characters", "setWebhook", url="https://example.com/x", secret_token="a b")
	bot.refused(400, "too long", "setWebhook", url="https://example.com/x", secret_token="a" * 257)
	bot.refused(400, "max_connections", "setWebhook", url="https://example.com/x", max_connections=101)
	bot.refused(400, "allowed updates", "setWebhook", url="https://example.com/x", allowed_updates="message")
	assert bot.good("getWebhookInfo")["url"] == ""
	bot.good("setWebhook", url="https://example.com:8443/x", allowed_updates=["message"], max_connections=7)
	bot.good("setWebhook", url="https://example.com/y")
	info = bot.good("getWebhookInfo")
	assert (
		info["url"] == "https://example.com/y"
		and info["allowed_updates"] == ["message"]
		and info["max_connections"] == 40
	), info
	bot.good("deleteWebhook")
	bot.good("deleteWebhook")
	assert bot.good("getWebhookInfo")["url"] == "" and "allowed_updates" not in bot.good("getWebhookInfo")


def updates(bot):
	bot.subscribe(allowed_updates=[])
	take()
	assert bot.does(text="hello", username="ada")["status"] == 200
	bot.does(callback="yes")
	bot.does(block=True)
	bot.does(block=False)
	bot.does(body='{"update_id":1,"tomorrow":{}}')
	(path, secret, message), (_, _, callback), (_, _, block), (_, _, unblock), (_, _, raw) = take()
	assert path == "/hook" and secret == SECRET
	assert (
		message["message"]["chat"]["id"] == CHAT
		and message["message"]["text"] == "hello"
		and message["message"]["from"]["username"] == "ada"
	), message
	assert callback["update_id"] == message["update_id"] + 1 and callback["callback_query"]["data"] == "yes", callback
	assert (
		block["my_chat_member"]["new_chat_member"]["status"] == "kicked"
		and unblock["my_chat_member"]["new_chat_member"]["status"] == "member"
	)
	assert raw == {"update_id": 1, "tomorrow": {}}
	bot.good("answerCallbackQuery", callback_query_id=callback["callback_query"]["id"])
	bot.refused(400, "query is too old", "answerCallbackQuery", callback_query_id=callback["callback_query"]["id"])
	bot.subscribe(allowed_updates=["message"])
	answer = net.request(
		bot.simulator.port,
		"POST",
		"/control/telegram",
		json.dumps({"bot_id": BOT, "from": CHAT, "callback": "x"}).encode(),
	)
	assert answer.status == 409 and not take(), answer.body


def failed_deliveries(bot):
	bot.subscribe()
	Receiver.status = 503
	bot.does(text="hello", wait=False)
	processes.wait_until(lambda: len(Receiver.got) > 1, "a second delivery")
	info = bot.good("getWebhookInfo")
	assert info["pending_update_count"] == 1 and "503" in info["last_error_message"] and info["last_error_date"] > 0, (
		info
	)
	Receiver.status = 200
	processes.wait_until(lambda: bot.good("getWebhookInfo")["pending_update_count"] == 0, "the delivery")
	assert len({json.dumps(u) for _, _, u in take()}) == 1


def messages(bot):
	sent = bot.good("sendMessage", chat_id=CHAT, text="*hi* _there_ <b>")
	assert sent["chat"]["id"] == CHAT and sent["text"] == "*hi* _there_ <b>" and sent["from"]["is_bot"], sent
	bot.good("sendMessage", chat_id=CHAT, text="\U0001f600" * 2048)
	bot.refused(400, "message is too long", "sendMessage", chat_id=CHAT, text="\U0001f600" * 2048 + "x")
	bot.refused(400, "message text is empty", "sendMessage", chat_id=CHAT, text="  ")
	bot.refused(400, "chat_id is empty", "sendMessage", text="x")
	bot.refused(400, "can't parse entities", "sendMessage", chat_id=CHAT, text="1.", parse_mode="MarkdownV2")
	bot.refused(
		400,
		"message to be replied not found",
		"sendMessage",
		chat_id=CHAT,
		text="x",
		reply_parameters={"message_id": 999999},
	)
	bot.good("sendMessage", chat_id=CHAT, text="x", reply_parameters={"message_id": sent["message_id"]})
	bot.good(
		"sendMessage",
		chat_id=CHAT,
		text="x",
		reply_parameters={"message_id": 999999, "allow_sending_without_reply": True},
	)
	bot.good("sendChatAction", chat_id=CHAT, action="typing")
	bot.refused(400, "wrong parameter action", "sendChatAction", chat_id=CHAT, action="dance")
	chat = bot.simulator.control("GET", "chat?phone_number_id=%s&from=%d" % (BOT, CHAT))
	assert chat["typing"] and [m["text"] for m in chat["messages"]][-1] == "x", chat
	bot.simulator.behave(enforce_chats=True)
	bot.refused(400, "chat not found", "sendMessage", chat_id=CHAT + 1, text="x")
	bot.simulator.behave(enforce_chats=False)


def people(bot):
	bot.subscribe(allowed_updates=[])
	bot.does(block=True)
	bot.refused(403, "blocked by the user", "sendMessage", chat_id=CHAT, text="x")
	bot.does(block=False)
	bot.good("sendMessage", chat_id=CHAT, text="x")
	bot.does(**{"from": -7, "moved_to": -1007})
	answer = bot.refused(400, "upgraded to a supergroup", "sendMessage", chat_id=-7, text="x")
	assert answer["parameters"] == {"migrate_to_chat_id": -1007}, answer
	bot.good("sendMessage", chat_id=-1007, text="x")


def faults(bot):
	count = lambda: len(bot.simulator.control("GET", "deliveries?limit=100000")["deliveries"])
	bot.simulator.behave(fail_every=1, fail_with="pair_rate", retry_after_s=14)
	before = count()
	assert bot.refused(429, "retry after 14", "sendMessage", chat_id=CHAT, text="x")["parameters"] == {
		"retry_after": 14
	}
	bot.simulator.behave(fail_with="deactivated")
	bot.refused(403, "user is deactivated", "sendMessage", chat_id=CHAT, text="x")
	bot.simulator.behave(fail_with={"http": 418, "body": {"ok": False, "error_code": 418, "description": "zq"}})
	bot.refused(418, "zq", "sendMessage", chat_id=CHAT, text="x")
	assert count() == before
	bot.simulator.behave(fail_every=0, enforce_pair_rate=True)
	codes = [bot.call("sendMessage", chat_id=77, text="x")[0] for _ in range(5)]
	assert codes[0] == 200 and codes[-1] == 429, codes
	bot.simulator.behave(enforce_pair_rate=False)


def files(bot):
	"""A path is good for an hour, and again when it is asked for again."""
	text = base64.urlsafe_b64encode(b"what it holds").decode().rstrip("=")
	file = bot.simulator.control("POST", "media", {"mime_type": "image/jpeg", "base64url": text})["id"]

	def fetch(path):
		answer = net.request(bot.simulator.port, "GET", "/file/bot%s/%s" % (TOKEN, path))
		return answer.status, answer.body

	assert fetch("documents/" + file)[0] == 404, "a path that getFile did not give"
	bot.simulator.behave(telegram_file_life_s=0)
	path = bot.good("getFile", file_id=file)["file_path"]
	assert fetch(path)[0] == 404
	bot.simulator.behave(telegram_file_life_s=1)
	until = time.time() + 1
	bot.good("getFile", file_id=file)
	processes.wait_until(lambda: fetch(path)[0] == 404, "the path to expire")
	assert time.time() >= until
	bot.simulator.behave(telegram_file_life_s=3600)
	bot.good("getFile", file_id=file)
	assert fetch(path) == (200, b"what it holds")


def sides_of_a_photo(bot):
	"""Width and height together at most 10000, their ratio at most 20; a document may have any."""

	def send(method, field, width, height):
		head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0)
		body = b"--b\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n%d\r\n" % CHAT
		body += b"--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a.png\"\r\n" % field.encode()
		body += b"Content-Type: image/png\r\n\r\n" + head + b"\r\n--b--\r\n"
		kind = {"Content-Type": "multipart/form-data; boundary=b"}
		answer = net.request(bot.simulator.port, "POST", "/bot%s/%s" % (TOKEN, method), body, kind)
		return answer.status, json.loads(answer.body)

	for width, height in ((2000, 100), (100, 2000), (9000, 1000), (1, 1)):
		assert send("sendPhoto", "photo", width, height)[0] == 200, (width, height)
	for width, height in ((2001, 100), (100, 2001), (9000, 1001), (5001, 5000)):
		status, answer = send("sendPhoto", "photo", width, height)
		assert status == 400 and answer["description"] == "Bad Request: PHOTO_INVALID_DIMENSIONS", answer
		assert send("sendDocument", "document", width, height)[0] == 200


def no_token_shown(bot):
	shown = b"".join(
		net.request(bot.simulator.port, "GET", "/control/" + p).body
		for p in ("bots", "requests", "webhooks", "inbound", "deliveries")
	)
	with open(bot.simulator.log, "rb") as f:
		shown += f.read()
	assert b"zqsecret" not in shown and b"/bot" + BOT.encode() + b"/sendMessage" in shown


def run(tap):
	folder = tempfile.mkdtemp(prefix="deskbell-", dir="/tmp")
	receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
	threading.Thread(target=receiver.serve_forever, daemon=True).start()
	try:
		with Simulator(paths.built("deskbell-simulator"), os.path.join(folder, "simulator.log")) as simulator:
			simulator.add_bot(TOKEN, "zq_bot")
			bot = Bot(simulator, receiver)
			for test in (
				tokens,
				webhook_rules,
				updates,
				failed_deliveries,
				messages,
				people,
				faults,
				files,
				sides_of_a_photo,
				no_token_shown,
			):
				tap.run(test.__name__.replace("_", " "), test, bot)
	finally:
		receiver.shutdown()
		shutil.rmtree(folder, ignore_errors=True)


sys.exit(program(run))
