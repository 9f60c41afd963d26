"""Fills an organisation with something of everything that a page can show, through the programs where they can make it:
long names, right to left, words without an end, replies that failed, suggestions, leads, a channel in each state. For
whoever looks at the pages, by eye or by rule."""

import base64
import json
import os
import struct
import sys
import time
import zlib

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from deskbell import desk, net
from deskbell.processes import wait_until

HOSTILE = "<script>alert(1)</script>\"'&{{csrf}}"
LONG_NAME = (
	"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft "
	"of Ana María Guadalupe Fernández de Córdoba y Ruiz-Villaseñor, "
	"Sons, Daughters, Cousins, and everybody else who has eve"
)
WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 6
URL = "https://example.com/" + "a-very-long-path/" * 12 + "?q=" + "x" * 120
LONG_TEXT = (
	"We would like to decorate the town hall for two hundred and forty guests, with peonies where you can get them. "
	* 40
)[:4096]

SKILLS = [
	{
		"title": "Opening hours",
		"triggers": ["when are you open", "opening hours", "are you open on saturday"],
		"enabled": True,
		"requires_human_handover": False,
		"response": "We are open Monday to Friday from 9:00 to 18:00 and Saturday from 10:00 to 14:00.",
	},
	{
		"title": "Delivery",
		"triggers": ["do you deliver", "how much is delivery", "can you bring the flowers"],
		"enabled": True,
		"requires_human_handover": False,
		"response": "We deliver in the whole town, 6 € a bunch, free from 50 €."
		" Order before 14:00 and it arrives the same day.",
	},
	{
		"title": "Weddings",
		"triggers": ["flowers for a wedding", "wedding decoration", "bridal bouquet"],
		"enabled": True,
		"requires_human_handover": True,
		"response": "Congratulations! One of us writes to you today.",
	},
	{
		"title": LONG_NAME,
		"triggers": [WORD[:300], "short one"],
		"enabled": False,
		"requires_human_handover": False,
		"response": LONG_TEXT,
	},
	{
		"title": HOSTILE,
		"triggers": [HOSTILE, "الورود الحمراء"],
		"enabled": True,
		"requires_human_handover": False,
		"response": HOSTILE,
	},
]
CARE = (
	"# Looking after cut flowers\n\nCut the stems at an angle before you put them into water. Change the water every "
	"second day.\n\n"
	"## Roses\n\nRoses last for about seven days. Keep them away from fruit.\n\n## Peonies\n\nPeonies open within two "
	"days and last for five. " + WORD + "\n"
)


# One empty page; a document that cannot be read has no preview, and the browser would tell so.
PAGE = (
	b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 "
	b"obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 280]>>endobj\n"
	b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def picture(width, height):
	"""A PNG file of one colour."""
	chunk = lambda kind, held: struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))
	rows = (b"\0" + b"\xd8\x5a\x7a" * width) * height
	head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
	return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Furnished:
	"""One organisation in which everything has happened, one in which nothing has, one that only suggests."""

	def __init__(self, stack, port):
		self.stack, self.sql, self.port = stack, stack.sql, port
		self.org = self._organisation("Corner Flowers & Sons", "active", "owner")
		self.empty = self._organisation("Nothing Yet", "off", "new")
		self.sql.script("update organizations set first_steps = '{}' where id = %d;" % self.empty)
		self.shadow = self._organisation("Careful Flowers", "shadow", "careful")
		self.people = {
			name: desk.person(stack, self.org, name + "@flowers.example", role)
			for name, role in (("ana", "admin"), ("ben", "operator"), ("guadalupe", "operator"))
		}
		self.sql.rename(self.people["ana"], "Ana Ruiz")
		self.sql.rename(self.people["guadalupe"], LONG_NAME)
		self._lonely()
		self._second()
		self.channel = stack.connect(self.org, port, display_phone_number="+34 611 555 014")
		self.bot = self._bot()
		self.suggesting = stack.connect(self.shadow, port)
		for org in (self.org, self.shadow):
			stack.skills(org, SKILLS)
		self._documents()

	def _organisation(self, name, mode, owner):
		org = self.stack.organisation(name, mode)
		desk.person(self.stack, org, owner + "@flowers.example", "owner")
		return org

	def _bot(self):
		"""Telegram delivers to https only, and browsers look at this desk without."""
		address = self.stack.values["public.base_url"]
		self.stack.write_conf(**{"public.base_url": "https://desk.example.com"})
		try:
			return self.stack.connect_bot(self.org)
		finally:
			self.stack.write_conf(**{"public.base_url": address})

	def _lonely(self):
		"""Who has an account and no organisation."""
		user = desk.person(self.stack, self.org, "lonely@flowers.example", "operator")
		self.sql.script("delete from memberships where user_id = %d;" % user)

	def _second(self):
		"""An account that is asked for a second factor; nobody has the secret."""
		user = desk.person(self.stack, self.org, "second@flowers.example", "operator")
		self.sql.script(
			"insert into second_factors (user_id, secret, confirmed_at) values (%d, 's1.00000000.AAAA', now());" % user
		)

	def _documents(self):
		lines = [
			{"title": "Care", "text": CARE, "language": "en"},
			{"title": LONG_NAME, "text": LONG_TEXT, "language": "en"},
			{"title": HOSTILE, "text": HOSTILE + " is what it says.", "language": "tr"},
			{"title": "العناية بالورود", "text": "اقطع السيقان بزاوية. غيّر الماء كل يومين.", "language": "ar"},
		]
		path = os.path.join(self.stack.folder, "documents.jsonl")
		with open(path, "w", encoding="utf-8") as f:
			f.write("".join(json.dumps(line) + "\n" for line in lines))
		self.stack.ctl("knowledge", "import", "--org", self.org, "--jsonl", path)
		self.sql.script(
			"insert into documents (org_id, title, source, url, language, text, state, reason) values "
			"(%d, 'Price list', 'url', '%s', 'en', '', 'failed', '{\"code\": \"page_not_fetched\","
			" \"args\": {\"reason\": {\"code\": \"net_broken_off\", \"args\": {\"host\": \"example.com\","
			" \"error\": \"timed out\"}}}}');" % (self.org, URL.replace("'", "''"))
		)

	def write(self, phone, name, text=None, channel=None, **message):
		"""A customer writes on WhatsApp; the conversation."""
		channel = channel or self.channel
		self.stack.simulator.control(
			"POST",
			"inbound",
			{"phone_number_id": channel.phone_number_id, "from": phone, "name": name, "text": text}
			if text
			else {"phone_number_id": channel.phone_number_id, "from": phone, "name": name, "message": message},
		)
		return self.sql.value(
			"select id from conversations where org_id = %d and contact_phone = '+%s'" % (channel.org, phone)
		)

	def file(self, content, mime_type):
		"""What a customer has uploaded to WhatsApp; its id."""
		text = base64.urlsafe_b64encode(content).decode().rstrip("=")
		return self.stack.simulator.control("POST", "media", {"mime_type": mime_type, "base64url": text})["id"]

	def files(self, phone, name):
		"""A picture, a voice note and a document that were fetched; what else is sent here names files that are not there."""
		self.write(
			phone,
			name,
			type="image",
			image={"id": self.file(picture(900, 600), "image/png"), "mime_type": "image/png", "caption": "or these?"},
		)
		self.write(
			phone,
			name,
			type="audio",
			audio={"id": self.file(b"OggS" + bytes(3000), "audio/ogg"), "mime_type": "audio/ogg", "voice": True},
		)
		self.write(
			phone,
			name,
			type="document",
			document={
				"id": self.file(PAGE, "application/pdf"),
				"mime_type": "application/pdf",
				"filename": WORD[:120] + ".pdf",
			},
		)
		wait_until(
			lambda: (
				self.sql.value("select count(*) from attachments where org_id = %d and state = 'stored'" % self.org)
				== 3
			),
			"the files",
		)

	def telegram(self, text):
		who = {"id": 5550001, "is_bot": False, "first_name": "Ada", "last_name": "Okafor", "username": "ada_okafor"}
		update = {
			"update_id": 1,
			"message": {
				"message_id": 1,
				"from": who,
				"chat": {**who, "type": "private"},
				"date": int(time.time()),
				"text": text,
			},
		}
		answer = net.request(
			self.port,
			"POST",
			self.bot.path,
			json.dumps(update).encode(),
			{"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": self.bot.secret},
		)
		assert answer.status == 200, answer.status

	def settle(self):
		"""Until every bot has decided, everything is sent, and leads are known."""
		wait_until(
			lambda: (
				not self.sql.value(
					"select (select count(*) from answer_jobs) + (select count(*) from lead_jobs) + "
					"(select count(*) from outbox where state in ('queued', 'sending'))"
				)
			),
			"answers and leads",
		)

	def talk(self):
		"""What customers write, and what people at the desk have done; needs a sender. self.talks then names
		conversations.
		"""
		t = self.talks = {}
		t["marta"] = self.write("34611555014", "Marta Ruiz", "when are you open")
		self.settle()
		self.write("34611555014", "Marta Ruiz", "And do you deliver to the harbour? 🌹🌹🌹")
		self.settle()
		self.write(
			"34611555014",
			"Marta Ruiz",
			type="image",
			image={"id": "1", "mime_type": "image/jpeg", "sha256": "x", "caption": "like these, but in white"},
		)
		self.write(
			"34611555014", "Marta Ruiz", type="image", image={"id": "2", "mime_type": "image/jpeg", "sha256": "y"}
		)
		self.files("34611555014", "Marta Ruiz")
		t["bride"] = self.write(
			"34611555015",
			"Léa Moreau",
			"I want to book flowers for a wedding on 14 December in Bilbao, about 3000 euros, my mail is lea@example.com",
		)
		t["arabic"] = self.write(
			"966501234567", "نورة العتيبي", "مرحبا، هل لديكم ورود حمراء؟ أحتاج 24 وردة ليوم السبت (الساعة 10:30)."
		)
		t["long"] = self.write("4915112345678", LONG_NAME, WORD)
		self.write("4915112345678", LONG_NAME, URL)
		self.write("4915112345678", LONG_NAME, LONG_TEXT)
		t["hostile"] = self.write("34611555016", HOSTILE, HOSTILE)
		t["family"] = self.write("34611555017", "👨‍👩‍👧‍👦 Familia Sánchez", "👍")
		t["closed"] = self.write("34611555018", "Tomás Gil", "how long do peonies last?")
		t["care"] = self.write("34611555019", "Deniz Yılmaz", "Çiçekler kaç gün dayanır?")
		t["suggested"] = self.write("34611555020", "Ines Paz", "when are you open", self.suggesting)
		self.write("34611555021", "Omar Haddad", "do you deliver", self.suggesting)
		self.telegram("opening hours")
		self.settle()
		t["telegram"] = self.sql.value(
			"select id from conversations where org_id = %d and platform = 'telegram'" % self.org
		)
		self._hands()
		return t

	def _hands(self):
		"""What people did, and what went wrong, and when."""
		t, ana = self.talks, self.people["ana"]
		self.sql.script(
			"""
			update conversations set assignee_id = %(ana)d where id in (%(bride)d, %(arabic)d);
			insert into notes (org_id, conversation_id, user_id, body)
				select %(org)d, id, %(ana)d, 'Wants peonies. Knows the price. @ben please call.' from conversations
				where id in (%(bride)d, %(arabic)d);
			insert into contact_fields (org_id, name) values (%(org)d, 'Birthday'), (%(org)d, 'Customer number');
			insert into contact_values (org_id, contact_id, field_id, value) select f.org_id, v.contact_id, f.id, '14 March'
				from contact_fields f join conversations v on v.id = %(bride)d where f.name = 'Birthday' and f.org_id = %(org)d;
			update conversations set agent = 'operator', waiting_since = now() - interval '12 minutes', needs_attention = true,
				attention_reason = 'person_requested' where id = %(arabic)d;
			update conversations set is_open = false where id = %(closed)d;
			update conversations set last_inbound_at = now() - interval '25 hours' where id = %(care)d;
			update conversations set last_inbound_at = now() - interval '23 hours 12 minutes' where id = %(family)d;
			select deskbell_tag(%(org)d, %(bride)d, array['wedding', 'a tag of forty characters, at its limit!']),
				deskbell_tag(%(org)d, %(arabic)d, '{الورد}'),
				deskbell_tag(%(org)d, %(long)d, '{wedding}');
			insert into conversation_events (org_id, conversation_id, user_id, kind, assignee_id, at) values
				(%(org)d, %(bride)d, %(ana)d, 'taken-over', null, now()), (%(org)d, %(bride)d, %(ana)d, 'assigned', %(ana)d, now()),
					(%(org)d, %(closed)d, %(ana)d, 'closed', null, now());
			insert into canned_replies (org_id, shortcut, title, body)
				values (%(org)d, 'hi', 'Greeting', 'Hello! How can we help?'),
				(%(org)d, 'iban', 'Bank details', 'Our bank details are on the invoice, at the bottom.'),
					(%(org)d, 'شكرا', 'شكر', 'شكراً جزيلاً'), (%(org)d, 'long', '%(name)s', '%(word)s');
			insert into invitations (org_id, token_hash, email, role, expires_at)
				values (%(org)d, sha256('%(token)s'), 'carla@example.com', 'operator', now() + interval '3 days'),
				(%(org)d, sha256('b'),
					'a.very.long.address.of.somebody.who.likes.long.addresses@subdomain.of.a.long.domain.example.com', 'admin',
					now() - interval '1 hour');
			insert into api_tokens (org_id, token_hash, name, role, used_at)
				values (%(org)d, sha256('t'), 'Reports', 'operator', now()), (%(org)d, sha256('u'), '%(name)s', 'admin', null);
			insert into webhook_log (org_id, channel_id, platform, kind, accepted, reason, remote_address) values
				(%(org)d, %(channel)d, 'whatsapp', 'delivery', false, '{"code": "webhook_signature_wrong"}', '203.0.113.7'),
				(%(org)d, %(channel)d, 'whatsapp', 'verification', true, '{"code": "webhook_verified"}', '2001:db8::1');
			update messages set created_at = created_at - interval '2 days', provider_time = provider_time - interval '2 days'
				where conversation_id = %(marta)d and id in
				(select id from messages where conversation_id = %(marta)d order by id limit 2);
			insert into password_resets (org_id, user_id, token_hash, expires_at)
				values (%(org)d, %(ana)d, sha256('%(reset)s'), now() + interval '1 hour');
		"""
			% {
				**t,
				"reset": self.reset,
				"ana": ana,
				"org": self.org,
				"channel": self.channel.id,
				"name": LONG_NAME.replace("'", "''"),
				"word": WORD,
				"token": self.invitation,
			}
		)
		self.failed("marta", "131047", "window", "whatsapp_window")
		self.failed("long", "190", "broken", "whatsapp_token_expired")
		self.waiting("family")

	reset = "furnished-reset-0123456789abcdefghijklmno"
	invitation = "furnished-invitation-0123456789abcdefghij"

	def failed(self, who, code, kind, reason):
		"""A reply by hand that the platform refused."""
		error = json.dumps({"class": kind, "code": code, "reason": {"code": reason}})
		self._delivery(who, "failed", "See you on Friday at ten.", "failed", error=error, code=code, kind=kind)

	def waiting(self, who):
		self._delivery(
			who,
			"queued",
			"Your order is ready.",
			"queued",
			more=", next_attempt_at = now() + interval '3 hours', attempts = 2, created_at = now() - interval '20 minutes'",
		)

	def _delivery(self, who, status, body, state, error=None, code=None, kind=None, more=""):
		quoted = lambda value: "null" if value is None else "'%s'" % value.replace("'", "''")
		# At once: the sender would send what is queued before it is put off.
		self.sql.script(
			"""
			begin;
			insert into messages (org_id, conversation_id, channel_id, direction, sender, user_id, kind, body, text_like, status,
				error)
				select org_id, id, channel_id, 'outbound', 'operator', %(ana)d, 'text', '%(body)s', true, '%(status)s', %(error)s
					from conversations where id = %(talk)d;
			insert into outbox (org_id, message_id, channel_id, conversation_id, state, tag, error_class, error_code, error)
				select m.org_id, m.id, m.channel_id, m.conversation_id, '%(state)s', 'furnished' || m.id, %(kind)s, %(code)s,
					%(error)s from messages m where m.id = (select max(id) from messages);
			update outbox set state = state%(more)s where message_id = (select max(id) from messages);
			commit;
		"""
			% {
				"ana": self.people["ana"],
				"body": body,
				"status": status,
				"talk": self.talks[who],
				"error": quoted(error),
				"state": state,
				"kind": quoted(kind),
				"code": quoted(code),
				"more": more,
			}
		)
