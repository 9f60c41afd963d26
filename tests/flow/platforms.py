"""How each platform delivers and is answered. A case that names platforms in its first step, `=== platforms whatsapp
telegram`, is run once on each of them: `post messages` takes the messages as Meta writes them, and Telegram's are made
of those."""

import hashlib
import hmac
import json
import time
import urllib.parse
import zlib

import casefile
from deskbell import net


def envelope(channel, value, field="messages"):
	value = {
		"messaging_product": "whatsapp",
		"metadata": {
			"display_phone_number": channel.config["display_phone_number"].lstrip("+"),
			"phone_number_id": channel.phone_number_id,
		},
		**value,
	}
	return {
		"object": "whatsapp_business_account",
		"entry": [{"id": channel.account_id, "changes": [{"field": field, "value": value}]}],
	}


def json_lines(body):
	return [json.loads(line) for line in body.decode().splitlines() if line.strip()]


def messages_value(body):
	"""Short messages, one JSON object a line, as Meta sends them: type, time and the contacts are added where the
	line does not have them.
	"""
	messages, contacts = [], []
	for line in json_lines(body):
		contact = line.pop("contact", None)
		message = {"timestamp": str(int(time.time())), "type": "text", **line}
		if contact is None:
			contact = {"profile": {"name": "Zq Person"}}
			contact.update({k: message[f] for k, f in (("wa_id", "from"), ("user_id", "from_user_id")) if f in message})
		messages.append(message)
		if contact not in contacts:
			contacts.append(contact)
	return {"contacts": contacts, "messages": messages}


def statuses_value(body):
	return {
		"statuses": [
			{"timestamp": str(int(time.time())), "recipient_id": "15550001111", **line} for line in json_lines(body)
		]
	}


def meta_sign(how, secret, body):
	"""The signature headers in each of the ways that a case can ask for."""
	good = net.signature(secret, body)
	sha1 = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
	return {
		"ok": {"X-Hub-Signature-256": good},
		"lowercase-name": {"x-hub-signature-256": good},
		"missing": {},
		"empty": {"X-Hub-Signature-256": ""},
		"wrong": {"X-Hub-Signature-256": good[:-1] + ("0" if good[-1] != "0" else "1")},
		"truncated": {"X-Hub-Signature-256": good[:-2]},
		"longer": {"X-Hub-Signature-256": good + "00"},
		"upper": {"X-Hub-Signature-256": "sha256=" + good[7:].upper()},
		"no-prefix": {"X-Hub-Signature-256": good[7:]},
		"prefix-only": {"X-Hub-Signature-256": "sha256="},
		"not-hex": {"X-Hub-Signature-256": "sha256=" + "g" * 64},
		"sha1-only": {"X-Hub-Signature": sha1},
		"sha1-as-256": {"X-Hub-Signature-256": sha1},
		"other-body": {"X-Hub-Signature-256": net.signature(secret, body + b" ")},
	}[how]


class WhatsApp:
	name = "whatsapp"

	def connect(self, stack, org, port, changes):
		return stack.connect(org, port=port, **changes)

	def values(self, channel):
		return {
			"phone": channel.phone_number_id,
			"waba": channel.account_id,
			"verify_url": urllib.parse.quote(channel.verify_token, safe=""),
			"verify_plus": urllib.parse.quote_plus(channel.verify_token),
			"token": channel.config["permanent_access_token"],
		}

	def path(self, channel):
		return "/api/webhooks/whatsapp"

	def sign(self, how, channel, body):
		return meta_sign(how, channel.app_secret, body)

	def payloads(self, kinds, channel, body):
		kind = kinds[0] if kinds else "raw"
		if kind == "raw":
			return [body]
		if kind == "messages":
			value = envelope(channel, messages_value(body))
		elif kind == "statuses":
			value = envelope(channel, statuses_value(body))
		elif kind == "entries":
			value = {"object": "whatsapp_business_account", "entry": json_lines(body)}
		else:
			raise casefile.CaseError("no such payload: " + kind)
		return [json.dumps(value).encode()]

	def stored_id(self, line):
		return line["id"]

	def concerns(self, channel, request):
		return "/%s/" % channel.phone_number_id in request["path"]

	def is_mark(self, request):
		return json.loads(request["body"]).get("status") == "read"

	def renew(self, simulator, channel, port, mark):
		"""From now on the platform takes only this token for the channel; what the channel is connected with then."""
		form = {**channel.config, "permanent_access_token": channel.config["permanent_access_token"] + mark}
		simulator.add(form, port)
		return form


def number_of(wamid):
	"""The number at the end of a message id of Meta."""
	return int(wamid.rsplit(".", 1)[1])


def update_of(line):
	"""One message as Meta writes it in a test, as an update of Telegram."""
	number, chat = number_of(line["id"]), int(line["from"])
	if "group_id" in line:
		chat = -1001000000000 - zlib.crc32(line["group_id"].encode())
	message = {
		"message_id": number,
		"date": int(line.get("timestamp", time.time())),
		"from": {"id": int(line["from"]), "is_bot": False, "first_name": "Zq", "last_name": "Person"},
		"chat": {"id": chat, "type": "group", "title": "Zq Group"}
		if "group_id" in line
		else {"id": chat, "type": "private"},
	}
	kind = line.get("type", "text")
	content = {
		"text": lambda: {"text": line["text"]["body"]},
		"audio": lambda: {"voice": {"file_id": "1", "duration": 1}},
		"image": lambda: {"photo": [{"file_id": "1", "width": 1, "height": 1}]},
		"unsupported": lambda: {"dice": {"emoji": "x", "value": 1}},
	}
	return {"update_id": 5000 + number, "message": {**message, **content[kind]()}}


class Telegram:
	name = "telegram"

	def connect(self, stack, org, port, changes):
		return stack.connect_bot(org, **changes)

	def values(self, channel):
		return {"bot": channel.bot_id, "path": channel.path}

	def path(self, channel):
		return channel.path

	def sign(self, how, channel, body):
		name = "X-Telegram-Bot-Api-Secret-Token"
		return {
			"ok": {name: channel.secret},
			"lowercase-name": {name.lower(): channel.secret},
			"missing": {},
			"empty": {name: ""},
			"wrong": {name: channel.secret[:-1] + ("0" if channel.secret[-1] != "0" else "1")},
			"truncated": {name: channel.secret[:-1]},
			"longer": {name: channel.secret + "0"},
		}[how]

	def payloads(self, kinds, channel, body):
		kind = kinds[0] if kinds else "raw"
		if kind == "raw":
			return [body]
		if kind == "messages":
			return [json.dumps(update_of(line)).encode() for line in json_lines(body)]
		if kind == "updates":
			return [json.dumps(line).encode() for line in json_lines(body)]
		raise casefile.CaseError("no such payload: " + kind)

	def stored_id(self, line):
		return "%s:%d" % (line["from"], number_of(line["id"]))

	def concerns(self, channel, request):
		return "/bot%s/send" % channel.bot_id in request["path"] or "/bot%s/answer" % channel.bot_id in request["path"]

	def is_mark(self, request):
		return not request["path"].endswith("/sendMessage")

	def renew(self, simulator, channel, port, mark):
		"""The same for a bot, which keeps its number."""
		simulator.add_bot(channel.token + mark, "zq_renewed_bot")
		return {"bot_token": channel.token + mark}


PLATFORMS = {p.name: p for p in (WhatsApp(), Telegram())}
