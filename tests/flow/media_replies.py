"""What replies take along: a picture, a document or a place of a skill, a canned reply and the fallback, as one
message on both platforms. Cases for media.t.
"""

import json
import os
import uuid

from deskbell import processes
from deskbell.ctl import Ctl

from media_out import JPEG, OGG, PDF, arrived, bytes_of, conversation, customer, jpeg, multipart, outbound, send

KINDS = {"whatsapp": {"image": "image", "document": "document"}, "telegram": {"image": "photo", "document": "document"}}
SKILLS = [
	{
		"title": "Menu",
		"triggers": ["show me the menu", "what is on the menu", "menu please"],
		"response": "Here is our menu.",
	},
	{
		"title": "Address",
		"triggers": ["where are you", "what is your address", "how do I find you"],
		"response": "Next to the post office.",
	},
	{
		"title": "Prices",
		"triggers": ["what does a bouquet cost", "price list please", "how much are roses"],
		"response": "Our prices.",
	},
]


def prepare(m):
	ctl = Ctl(m.stack)
	ctl.good("skill", "import", "--org", m.org, input=json.dumps(SKILLS))
	m.sql.script(
		"update organizations set bot_mode = 'active', settings = settings || '{\"disclosure\": \"off\"}' where id = %d;"
		% m.org
	)
	return ctl


def skill(m, title):
	return m.sql.value("select id from skills where org_id = %d and title = '%s'" % (m.org, title))


def put(m, path, what="file", files=(), **fields):
	"""What the card on the page of a reply sends."""
	body, kind = multipart({"csrf": m.browser.csrf, "do": what, **fields}, files)
	return m.browser.request("POST", path, body, {"Content-Type": kind})


def ask(m, platform, text):
	return m.whatsapp_text(text) if platform == "whatsapp" else m.telegram(text=text)


def the_bot_sends_a_file(m):
	"""One message with the text as its caption, by the platform's id from the second time on."""
	prepare(m)
	path = "/skills/%d/content" % skill(m, "Menu")
	assert put(m, path, files=[("menu.pdf", PDF)]).status in (200, 303)
	page = m.browser.get("/skills/%d" % skill(m, "Menu"), Accept="application/json").json
	assert page["content"]["file"]["name"] == "menu.pdf" and m.browser.get(path).body == PDF, page["content"]
	for platform in ("whatsapp", "telegram"):
		ids = []
		for _ in range(2):
			to = ask(m, platform, "show me the menu")
			got = arrived(m, to, 1)[0]
			assert (got["type"], got["text"]) == (KINDS[platform]["document"], "Here is our menu."), got
			assert bytes_of(m, got) == PDF
			ids.append(got["media"])
		assert ids[0] == ids[1], ids
	row = m.sql.row(
		"select m.sender, m.body, m.text_like from messages m where m.direction = 'outbound' order by m.id desc limit 1"
	)
	assert row == {"sender": "bot", "body": "Here is our menu.", "text_like": True}, row


def one_that_is_long_goes_before(m):
	"""A text that is no caption is a message of its own, before the file."""
	m.sql.script(
		"update skills set response = repeat('long ', 300) where org_id = %d and title = 'Menu';"
		" update organizations set skills_revision = skills_revision + 1;" % m.org
	)
	to = ask(m, "whatsapp", "show me the menu")
	got = arrived(m, to, 2)
	assert [d["type"] for d in got] == ["text", "document"] and got[1]["text"] == "", got
	m.sql.script(
		"update skills set response = 'Here is our menu.' where org_id = %d and title = 'Menu';"
		" update organizations set skills_revision = skills_revision + 1;" % m.org
	)


def one_of_an_odd_shape_is_a_document_where_it_must(m):
	"""The bot's picture that Telegram does not take as a photo; chosen in the desk and by deskbellctl."""
	path, shape = "/skills/%d/content" % skill(m, "Prices"), jpeg(2001, 100)
	file = os.path.join(m.stack.folder, "banner.jpg")
	with open(file, "wb") as f:
		f.write(shape + b"ctl")
	os.chmod(file, 0o644)
	for choose in (
		lambda: put(m, path, files=[("banner.jpg", shape)]).status in (200, 303),
		lambda: Ctl(m.stack).good("reply", "attach", "--org", m.org, "--skill", "prices", file) is not None,
	):
		assert choose()
		for platform, kind in (("whatsapp", "image"), ("telegram", "document")):
			to = ask(m, platform, "price list please")
			got = arrived(m, to, 1)[0]
			assert (got["type"], got["text"]) == (kind, "Our prices."), got
		assert put(m, path, "remove").status in (200, 303)


def the_bot_sends_a_place(m):
	"""A pin, below which the text stands: one message."""
	path = "/skills/%d/content" % skill(m, "Address")
	for wrong in ("", "north", "91, 0", "1, 181", "1", "1, 2, 3", "1e3, 0"):
		answer = put(m, path, "place", place=wrong)
		assert answer.status == 400 and "latitude" in answer.json["content"]["error"], (wrong, answer.text[:300])
	assert put(m, path, "place", place="41.0082, 28.9784", place_name="Florist").status in (200, 303)
	page = m.browser.get("/skills/%d" % skill(m, "Address"), Accept="application/json").json
	assert page["content"]["place"] == {"at": "41.0082, 28.9784", "name": "Florist"}, page["content"]
	for platform in ("whatsapp", "telegram"):
		to = ask(m, platform, "where are you")
		assert [d["type"] for d in arrived(m, to, 1)] == ["location"]
		sent = [r for r in m.stack.simulator.requests() if "41.0082" in r["body"]][-1]["body"]
		assert "Next to the post office." in sent and "Florist" in sent and "28.9784" in sent, sent


def the_fallback_with_buttons(m):
	"""The picture is the header of the message with the buttons at WhatsApp, and above the buttons at Telegram."""
	assert put(m, "/settings/bot/content", files=[("map.jpg", JPEG + b"map")]).status in (200, 303)
	assert m.browser.get("/settings/bot", Accept="application/json").json["content"]["file"]["name"] == "map.jpg"
	to = ask(m, "whatsapp", "qwerty zxcvb asdfg")
	got = arrived(m, to, 1)[0]
	assert got["type"] == "interactive" and bytes_of(m, got) == JPEG + b"map", got
	to = ask(m, "telegram", "qwerty zxcvb asdfg")
	got = arrived(m, to, 1)[0]
	assert got["type"] == "photo" and got["text"] and bytes_of(m, got) == JPEG + b"map", got
	assert m.sql.value("select metadata->'buttons' is not null from messages where id = %d" % outbound(m, to)[0]["id"])
	assert put(m, "/settings/bot/content", "remove").status in (200, 303)
	to = ask(m, "whatsapp", "qwerty zxcvb asdfg again")
	assert "media" not in arrived(m, to, 1)[0]


def a_suggestion_takes_it_along(m):
	"""In shadow mode what the operator sends is the whole reply."""
	m.sql.script("update organizations set bot_mode = 'shadow' where id = %d;" % m.org)
	to = ask(m, "whatsapp", "show me the menu")
	draft = processes.wait_until(
		lambda: m.sql.rows(
			"select id from decisions where outcome = 'draft' and conversation_id = %d" % conversation(m, to)
		),
		"the suggestion",
	)[0]["id"]
	assert m.browser.post("/inbox/%d/send-draft" % conversation(m, to), {"draft": draft}).status in (200, 303)
	got = arrived(m, to, 1)[0]
	assert (got["type"], got["text"]) == ("document", "Here is our menu."), got
	m.sql.script("update organizations set bot_mode = 'off' where id = %d;" % m.org)


def a_canned_reply_takes_it_along(m):
	"""Inserted without a script it is a ticked box; what is sent is one message, with files of the operator after it."""
	m.browser.post("/settings/replies", {"shortcut": "menu", "title": "Menu", "text": "Our menu:"})
	canned = m.sql.value("select id from canned_replies where org_id = %d and shortcut = 'menu'" % m.org)
	assert put(m, "/settings/replies/%d/content" % canned, files=[("menu.pdf", PDF + b"canned")]).status in (200, 303)
	for platform in ("whatsapp", "telegram"):
		to = customer(m, platform)
		path = "/inbox/%d" % conversation(m, to)
		shown = m.browser.get(path, Accept="application/json").json["canned"]["replies"]
		assert [r["with"] for r in shown if r["id"] == canned] == ["menu.pdf"], shown
		inserted = send(m, to, "", [], do="insert", canned=str(canned)).json["form"]
		assert (
			inserted["with"] == {"any": True, "id": canned, "name": "menu.pdf"}
			and inserted["text"]["value"] == "Our menu:"
		), inserted
		key = uuid.uuid4().hex
		for _ in range(2):
			assert send(m, to, "Our menu:", [("a.jpg", JPEG)], key=key, **{"with": str(canned)}).status in (200, 303)
		got = arrived(m, to, 2)
		assert [d["type"] for d in got] == [KINDS[platform]["document"], KINDS[platform]["image"]] and got[0][
			"text"
		] == "Our menu:", got
		assert bytes_of(m, got[0]) == PDF + b"canned"
	to = customer(m, "whatsapp")
	assert send(m, to, "", [], **{"with": str(canned)}).status in (200, 303) and arrived(m, to, 1)[0]["text"] == ""
	m.sql.script("delete from canned_replies where id = %d;" % canned)
	assert m.sql.value("select count(*) from reply_contents where owner = 'canned'") == 0


def what_cannot_go_along(m):
	"""What some platform does not take with a text is refused, and nothing is left of it; and so are strangers."""
	path, kept = "/skills/%d/content" % skill(m, "Prices"), m.sql.value("select count(*) from files")
	for name, content, words in (
		("a.html", b"<html>", "cannot be sent over WhatsApp"),
		("a.ogg", OGG, "cannot go along with a text"),
		("a.jpg", JPEG + bytes(5000001), "at most 5 MB"),
		("a.jpg", b"", "is empty"),
	):
		answer = put(m, path, files=[(name, content)])
		assert answer.status == 400 and words in answer.json["content"]["error"], (name, answer.text[:300])
	assert put(m, path).status == 400 and put(m, path, "elsewhere").status == 400
	assert put(m, "/skills/999999/content", files=[("a.pdf", PDF + b"stray")]).status == 404
	assert m.sql.value("select count(*) from files") == kept
	assert m.browser.get(path).status == 404 and m.browser.get("/skills/999999/content").status == 404
	processes.wait_until(
		lambda: not os.listdir(os.path.join(m.stack.values["files.dir"], "new")), "temporary files to go"
	)


def from_the_command_line(m):
	"""The same by deskbellctl; a file that nothing names any more goes."""
	ctl = Ctl(m.stack)
	path = os.path.join(m.stack.folder, "prices.pdf")
	with open(path, "wb") as f:
		f.write(PDF + b"prices")
	os.chmod(path, 0o644)
	ctl.good("reply", "attach", "--org", m.org, "--skill", "prices", path)
	m.sql.script("update organizations set bot_mode = 'active' where id = %d;" % m.org)
	to = ask(m, "whatsapp", "price list please")
	got = arrived(m, to, 1)[0]
	assert (got["type"], got["text"]) == ("document", "Our prices.") and bytes_of(m, got) == PDF + b"prices", got
	assert outbound(m, to)[0]["file_name"] == "prices.pdf"
	ctl.good("reply", "attach", "--org", m.org, "--skill", "Prices", "--place", "1,2", "--name", "Here")
	assert m.sql.row(
		"select latitude, longitude, place_name, sha256 from reply_contents where owner_id = %d" % skill(m, "Prices")
	) == {"latitude": 1, "longitude": 2, "place_name": "Here", "sha256": None}
	ctl.good("reply", "detach", "--org", m.org, "--skill", "Prices")
	assert m.sql.value("select count(*) from reply_contents where owner_id = %d" % skill(m, "Prices")) == 0
	for words in (
		("--skill", "none", path),
		("--skill", "Prices", path + ".none"),
		("--skill", "Prices", "--place", "north"),
		("--fallback", "--skill", "Menu", path),
		("--fallback",),
	):
		assert ctl.run("reply", "attach", "--org", m.org, *words).returncode != 0, words
	m.sql.script("update organizations set bot_mode = 'off' where id = %d;" % m.org)


CASES = (
	the_bot_sends_a_file,
	one_that_is_long_goes_before,
	one_of_an_odd_shape_is_a_document_where_it_must,
	the_bot_sends_a_place,
	the_fallback_with_buttons,
	a_suggestion_takes_it_along,
	a_canned_reply_takes_it_along,
	what_cannot_go_along,
	from_the_command_line,
)
