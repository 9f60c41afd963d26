#!/usr/bin/python3
# Files are found over all conversations by their kind, with and without words, and what a row shows of them.
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, escaped, main, processes, status, test

DAY = 86400


class Found:
	"""An organisation with customers who have sent files."""

	def __init__(self, w):
		self.w, self.sql = w, w.sql
		self.ana = w.signed_in("operator")
		self.org = self.ana.org
		self.sql.script("update organizations set bot_mode = 'off' where id = %d;" % self.org)
		self.channel = w.stack.connect(self.org, w.server.port)
		self.n = 0

	def customer(self, text="zqbody hello"):
		"""The conversation of a new customer."""
		self.n += 1
		phone = "346115%05d" % self.n
		said = {"phone_number_id": self.channel.phone_number_id, "from": phone, "name": "Marta %d" % self.n, "text": text}
		answer = self.w.stack.simulator.control("POST", "inbound", said)
		assert answer["status"] == 200, answer
		return self.sql.value("select id from conversations where org_id = %d and contact_phone = '+%s'" % (self.org, phone))

	def send(self, talk, kind, media_type, name=None, caption=None, days=0, sender="contact"):
		"""A message with a file that is in the store, so many days ago; its id."""
		text = lambda s: "null" if s is None else "'%s'" % s.replace("'", "''")
		self.sql.script(
			"with m as (insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status,"
			" created_at) select org_id, id, channel_id, '%s', '%s', '%s', %s, 'received', now() - %d * interval '1 day'"
			" from conversations where id = %d returning *) insert into attachments (org_id, message_id, position,"
			" conversation_id, channel_id, kind, provider_file_id, file_name, state, sha256, bytes, media_type, sent_at,"
			" by_bot, duration_s) select org_id, id, 1, conversation_id, channel_id, kind, 'x', %s, 'stored', sha256('x'),"
			" 5, '%s', created_at, sender = 'bot', 7 from m;"
			% (
				"inbound" if sender == "contact" else "outbound",
				sender,
				kind,
				text(caption),
				days,
				talk,
				text(name),
				media_type,
			)
		)
		return self.sql.value("select max(id) from messages where conversation_id = %d" % talk)

	def rows(self, query):
		return status(self.ana.get("/inbox?" + query), 200).json["list"]["rows"]

	def ids(self, query):
		return [r["id"] for r in self.rows(query)]


@test
def a_kind_of_file_narrows_the_list(w):
	d = Found(w)
	first, second, third = d.customer(), d.customer(), d.customer()
	photo = d.send(first, "image", "image/jpeg", caption="zqbody the roses")
	d.send(second, "document", "application/pdf", name="Order 17.pdf")
	d.send(second, "voice", "audio/ogg")
	assert d.ids("has=image") == [first] and d.ids("has=document") == [second] == d.ids("has=voice")
	assert d.ids("has=video") == [] and d.ids("has=nonsense") == d.ids("")
	assert third in d.ids("") and len(d.ids("")) == 3
	row = d.rows("has=image")[0]
	assert (row["file"]["text"], row["file"]["title"], row["file"]["icon"], row["file"]["ours"]) == (
		"zqbody the roses",
		"Photo",
		"image",
		False,
	), row["file"]
	# Where no program makes previews there is none.
	assert row["file"]["picture"] in (False, "/files/%d/1?size=small" % photo), row["file"]
	assert d.rows("has=document")[0]["file"]["text"] == "Order 17.pdf"
	assert d.rows("has=voice")[0]["file"]["text"] == "Voice message"
	assert not d.rows("")[0]["file"]
	# What is closed is found, too, and says so.
	status(d.ana.post("/inbox/%d/close" % first), 200)
	row = d.rows("has=image")[0]
	assert row["id"] == first and row["closed"] and d.ids("has=image&view=closed") == [first], row
	assert d.ids("has=image&view=waiting") == []


@test
def it_combines_with_all_that_narrows(w):
	d = Found(w)
	first, second = d.customer("zqbody tulips please"), d.customer("zqbody tulips as well")
	d.send(first, "image", "image/jpeg", days=10)
	d.send(second, "document", "application/pdf", name="zq tulipsorder.pdf")
	d.sql.script(
		"select deskbell_index(%(org)d, 'message', array(select id from messages where org_id = %(org)d));"
		% {"org": d.org}
	)
	with w.stack.sender() as sender:
		processes.wait_until(lambda: len(d.ids("q=tulips")) == 2, "the search's words", process=sender)
		processes.wait_until(lambda: d.ids("q=tulipsorder"), "the file's name", process=sender)
	assert d.ids("q=tulips&has=image") == [first], d.rows("q=tulips&has=image")
	assert d.ids("q=tulips&has=video") == []
	assert d.ids("q=roses&has=image") == [], d.rows("q=roses&has=image")
	row = d.rows("q=tulipsorder")[0]
	assert row["found"] == {"preceding": "zq ", "hit": "tulipsorder", "following": ".pdf"}, row["found"]
	row = d.rows("q=tulips&has=image")[0]
	assert row["found"]["hit"] == "tulips" and row["file"]["title"] is False, row
	ana = d.sql.value("select user_id from memberships where org_id = %d" % d.org)
	for query, there in (
		("platform=whatsapp", True),
		("platform=telegram", False),
		("tag=vip", False),
		("assignee=%d" % ana, False),
	):
		assert d.ids("has=image&" + query) == ([first] if there else []), query
	d.sql.script("update conversations set assignee_id = %d where id = %d;" % (ana, first))
	d.sql.script("select deskbell_tag(%d, %d, '{vip}');" % (d.org, first))
	assert d.ids("has=image&tag=vip&assignee=%d" % ana) == [first], d.rows("has=image")
	# Days are those of the file, however much was said since.
	day = lambda ago: d.sql.value("select to_char(now() - %d * interval '1 day', 'YYYY-MM-DD')" % ago)
	assert d.ids("has=image&from=%s&to=%s" % (day(11), day(9))) == [first], day(9)
	assert d.ids("has=image&from=%s" % day(8)) == [] == d.ids("has=image&to=%s" % day(12)), day(8)
	assert d.ids("from=%s&to=%s" % (day(11), day(9))) == [], "without it, they are those of the last message"


@test
def the_page_says_what_is_looked_for(w):
	d = Found(w)
	talk = d.customer()
	d.send(talk, "document", "application/pdf", name=HOSTILE)
	page = escaped(d.ana.html("/inbox?has=document"))
	assert '<input type="hidden" name="has" value="document">' in page.text and "File sent from" in page.text
	assert 'aria-current="true">Documents</a>' in page.text and "Filtered:</b>" not in page.text
	model = status(d.ana.get("/inbox?has=document&q=zzz"), 200).json["list"]
	assert model["filtered"] == "Documents, zzz" and model["none"] == {"filtered": True}, model["filtered"]
	model = status(d.ana.get("/inbox?has=document"), 200).json["list"]
	kinds = {k["name"]: (k["href"], k["here"]) for k in model["kinds"]}
	assert kinds["Documents"] == ("/inbox", True) and kinds["Photos"] == ("/inbox?has=image", False), kinds
	assert model["updates"] == "/inbox/updates?has=document" and "has=document" in model["views"]["closed"]["href"]
	fragment = status(d.ana.html(model["updates"]), 200)
	assert 'id="row-%d"' % talk in fragment.text
	status(d.ana.post("/inbox/filters?has=document", {"name": "Papers"}), 200)
	saved = status(d.ana.get("/inbox"), 200).json["list"]["saved"]
	assert [(f["name"], f["href"]) for f in saved] == [("Papers", "/inbox?has=document")], saved
	for language, words in (("es", "Documentos"), ("tr", "Belgeler")):
		d.sql.script(
			"update users set language = '%s' where id in (select user_id from memberships where org_id = %d);"
			% (language, d.org)
		)
		assert words in d.ana.html("/inbox?has=document").text, language


@test
def a_row_leads_to_where_the_file_stands(w):
	d = Found(w)
	talk = d.customer()
	photo = d.send(talk, "image", "image/jpeg")
	assert d.rows("has=image")[0]["href"] == "/inbox/%d?has=image" % talk
	d.sql.script(
		"insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status)"
		" select org_id, id, channel_id, 'inbound', 'contact', 'text', 'zqbody ' || n, 'received' from conversations,"
		" generate_series(1, 200) n where id = %d;" % talk
	)
	href = d.rows("has=image")[0]["href"]
	assert href.startswith("/inbox/%d?has=image&before=" % talk), href
	shown = status(d.ana.get(href), 200).json["conversation"]
	assert str(photo) in [m["id"] for m in shown["messages"]][-6:], [m["id"] for m in shown["messages"]]
	assert shown["newest"] == "/inbox/%d?has=image" % talk and shown["updates"] == ""
	assert "Newest messages" in d.ana.html(href).text
	assert not status(d.ana.get(shown["newest"]), 200).json["conversation"]["newest"]


@test
def nothing_of_others_and_nothing_that_is_gone(w):
	d, other = Found(w), Found(w)
	talk, theirs = d.customer(), other.customer()
	photo = d.send(talk, "image", "image/jpeg")
	other.send(theirs, "image", "image/jpeg")
	assert d.ids("has=image") == [talk] and other.ids("has=image") == [theirs]
	d.send(talk, "document", "application/pdf", sender="bot")
	assert d.ids("has=document") == [], "what the bot sends along is looked for"
	d.sql.script("update attachments set state = 'lost', reason = 'aged', sha256 = null where message_id = %d;" % photo)
	assert d.ids("has=image") == []


@test
def who_looks_through_many_is_told(w):
	d = Found(w)
	talk = d.customer()
	photo = d.send(talk, "image", "image/jpeg")
	assert not status(d.ana.get("/inbox?has=image"), 200).json["list"]["partial_files"]
	d.sql.script(
		"insert into attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id, state)"
		" select org_id, message_id, n, conversation_id, channel_id, kind, 'x', 'stored' from attachments,"
		" generate_series(2, 2001) n where message_id = %d;" % photo
	)
	assert status(d.ana.get("/inbox?has=image"), 200).json["list"]["partial_files"]
	assert "Only the newest files are looked at." in d.ana.html("/inbox?has=image").text


sys.exit(main(with_simulator=True))
