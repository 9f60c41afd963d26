"""What the tests of files share: an organisation on both platforms with a signed-in owner, and files that customers
send.
"""

import base64
import json
import time

from deskbell import desk, net, processes
from deskbell.desk import Browser

PHONE = "+34600000%03d"


class Media:
	def __init__(self, tap, stack, server):
		self.tap, self.stack, self.sql, self.port = tap, stack, stack.sql, server.port
		self.org = stack.organisation("Florist")
		self.channel = stack.connect(self.org, port=server.port)
		self.bot = stack.connect_bot(self.org)
		self.n = 0
		self.owner = desk.person(stack, self.org, "owner@florist.example", "owner")
		self.browser = Browser(self.port)
		self.browser.sign_in("owner@florist.example")

	def file(self, content, mime_type, **more):
		text = base64.urlsafe_b64encode(content).decode().rstrip("=")
		return self.stack.simulator.control("POST", "media", {"mime_type": mime_type, "base64url": text, **more})["id"]

	def whatsapp(self, kind, held):
		self.n += 1
		self.stack.simulator.control(
			"POST",
			"inbound",
			{
				"phone_number_id": self.channel.phone_number_id,
				"from": PHONE % self.n,
				"name": "Ana",
				"message": {"type": kind, kind: held},
			},
		)
		return self.newest()

	def whatsapp_text(self, text):
		self.n += 1
		self.stack.simulator.control(
			"POST",
			"inbound",
			{"phone_number_id": self.channel.phone_number_id, "from": PHONE % self.n, "name": "Ana", "text": text},
		)
		return self.newest()

	def telegram(self, who=None, **held):
		"""From a new person, or from the person of this id."""
		self.n += 1
		person = {"id": who or 7000 + self.n, "is_bot": False, "first_name": "Ana"}
		update = {
			"update_id": self.n,
			"message": {
				"message_id": 100000 + self.n,
				"date": int(time.time()),
				"from": person,
				"chat": {**person, "type": "private"},
				**held,
			},
		}
		headers = {"X-Telegram-Bot-Api-Secret-Token": self.bot.secret, "Content-Type": "application/json"}
		assert net.request(self.port, "POST", self.bot.path, json.dumps(update).encode(), headers).status == 200
		return self.newest()

	def newest(self):
		return self.sql.value(
			"select max(id) as n from messages where org_id = %d and direction = 'inbound'" % self.org
		)

	def attachment(self, message):
		return self.sql.row(
			"select state, reason, kind, bytes, media_type, file_name, attempts, encode(sha256, 'hex') as sha256 "
			"from attachments where message_id = %d" % message
		)

	def until(self, message, state, timeout=30):
		return processes.wait_until(
			lambda: self.attachment(message)["state"] == state and self.attachment(message),
			"the file to be %s" % state,
			timeout=timeout,
		)

	def hurry(self):
		self.sql.script("update attachments set due_at = now() where state = 'waiting';")

	def page_of(self, message):
		"""Its conversation."""
		return self.sql.value("select conversation_id as n from messages where id = %d" % message)

	def page(self, message):
		conversation = self.sql.value("select conversation_id as n from messages where id = %d" % message)
		shown = self.browser.get("/inbox/%d" % conversation, Accept="application/json").json
		return conversation, [m for m in shown["conversation"]["messages"] if m["id"] == str(message)][0]["files"]
