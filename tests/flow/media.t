#!/usr/bin/python3
# Pictures, voice notes and documents, from both platforms into the store and onto the desk; and what goes wrong on the
# way.
import json
import os
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from deskbell import desk, planted, processes
from deskbell.desk import Browser
from deskbell.stack import Stack
from deskbell.tap import program

from media_case import Media
import media_case
import media_out
import media_replies

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 40
OGG = b"OggS" + bytes(3000)
PAGE = b"<html><script>alert(1)</script></html>"


def both_platforms(m):
	photo = m.whatsapp("image", {"id": m.file(JPEG, "image/jpeg"), "mime_type": "image/jpeg", "caption": "this one?"})
	voice = m.telegram(
		voice={"file_id": m.file(OGG, "audio/ogg"), "file_unique_id": "u", "duration": 3, "mime_type": "audio/ogg"}
	)
	got = m.until(photo, "stored")
	assert (got["kind"], got["bytes"], got["media_type"]) == ("image", len(JPEG), "image/jpeg"), got
	got = m.until(voice, "stored")
	assert (got["kind"], got["bytes"], got["media_type"]) == ("voice", len(OGG), "audio/ogg"), got
	_, files = m.page(photo)
	assert files[0]["stored"] and files[0]["shape"] == {"image": True}, files
	answer = m.browser.get(files[0]["href"])
	assert answer.status == 200 and answer.body == JPEG and answer.header("Content-Type") == "image/jpeg", (
		answer.headers
	)
	assert "sandbox" in " ".join(answer.all("Content-Security-Policy")), answer.headers
	assert answer.header("X-Content-Type-Options") == "nosniff" and "private" in answer.header("Cache-Control")
	assert m.page(voice)[1][0]["shape"] == {"audio": True}
	conversation, _ = m.page(photo)
	html = m.browser.html("/inbox/%d" % conversation).text
	assert '<img src="%s' % files[0]["href"] in html and "this one?" in html


def ranges(m):
	photo = m.whatsapp("image", {"id": m.file(JPEG + b"ranges", "image/jpeg"), "mime_type": "image/jpeg"})
	m.until(photo, "stored")
	href, size = m.page(photo)[1][0]["href"], len(JPEG) + 6
	for asked, first, last in (
		("bytes=0-9", 0, 9),
		("bytes=10-", 10, size - 1),
		("bytes=-6", size - 6, size - 1),
		("bytes=0-999999", 0, size - 1),
	):
		answer = m.browser.get(href, Range=asked)
		assert answer.status == 206 and answer.body == (JPEG + b"ranges")[first : last + 1], (asked, answer.status)
		assert answer.header("Content-Range") == "bytes %d-%d/%d" % (first, last, size), answer.headers
	for asked in ("bytes=%d-" % size, "bytes=-0"):
		assert m.browser.get(href, Range=asked).status == 416, asked
	assert m.browser.get(href, Range="lines=1-2").status == 200
	etag = m.browser.get(href).header("ETag")
	assert m.browser.get(href, **{"If-None-Match": etag}).status == 304


def nothing_runs(m):
	"""What a browser could run is downloaded, whatever the sender says of it; a name is never a path or a header."""
	for n, (content, mime_type) in enumerate(
		(
			(PAGE, "image/jpeg"),
			(PAGE, "text/html"),
			(b"<svg onload=alert(1)>", "image/svg+xml"),
			(b"%PDF-1.4 x", "application/pdf"),
		)
	):
		name = "../../a\u202e.pdf\r\nSet-Cookie: x=1" if n else "a.jpg"
		message = m.whatsapp("document", {"id": m.file(content, mime_type), "mime_type": mime_type, "filename": name})
		m.until(message, "stored")
		answer = m.browser.get(m.page(message)[1][0]["href"])
		assert answer.status == 200 and answer.body == content
		assert answer.header("Content-Type") == "application/octet-stream", answer.headers
		assert answer.header("Content-Disposition").startswith("attachment; filename*=UTF-8''"), answer.headers
		assert not answer.all("Set-Cookie") and "/" not in answer.header("Content-Disposition").split("''")[1], (
			answer.headers
		)


def nobody_else(m):
	photo = m.whatsapp("image", {"id": m.file(JPEG + b"mine", "image/jpeg"), "mime_type": "image/jpeg"})
	m.until(photo, "stored")
	href = m.page(photo)[1][0]["href"]
	other = m.stack.organisation("Other")
	desk.person(m.stack, other, "owner@other.example", "owner")
	stranger = Browser(m.port)
	assert stranger.get(href).status in (303, 401)
	stranger.sign_in("owner@other.example")
	assert stranger.get(href).status == 404
	assert m.browser.get(href.replace("/1", "/2")).status == 404


def faults(m):
	"""Cut off, empty, not ready, a wrong digest: fetched again. Expired, elsewhere, too large: said."""
	for fault in ("cut", "empty", "not_ready", "wrong_hash"):
		message = m.whatsapp(
			"image", {"id": m.file(JPEG + fault.encode(), "image/jpeg", fault=fault), "mime_type": "image/jpeg"}
		)
		processes.wait_until(
			lambda message=message: m.attachment(message)["attempts"] == 1, "the first attempt with " + fault
		)
		m.hurry()
		got = m.until(message, "stored")
		assert got["bytes"] == len(JPEG) + len(fault), (fault, got)
	lost = m.whatsapp("image", {"id": m.file(JPEG, "image/jpeg", fault="expired"), "mime_type": "image/jpeg"})
	assert m.until(lost, "lost")["reason"] == "expired"
	conversation, files = m.page(lost)
	assert "no longer has this file" in files[0]["lost"] and files[0]["retry"], files
	assert m.browser.get(files[0]["href"]).status == 404
	m.sql.script(
		"update attachments set provider_file_id = '%s' where message_id = %d;" % (m.file(JPEG, "image/jpeg"), lost)
	)
	assert m.browser.post(files[0]["retry"]).status in (200, 303)
	m.until(lost, "stored")
	huge = m.telegram(document={"file_id": m.file(b"x", "video/mp4", name="huge.mp4"), "file_name": "huge.mp4"})
	assert m.until(huge, "lost")["reason"] == "too_large"
	assert not m.page(huge)[1][0]["retry"]


def an_address_that_expired_is_asked_for_again(m):
	"""What is not found at its address is fetched from another one: Meta's lives minutes, Telegram's an hour."""
	behave = m.stack.simulator.behave
	for setting, kept, send in (
		("media_life_s", 300, lambda f: m.whatsapp("image", {"id": f, "mime_type": "image/jpeg"})),
		("telegram_file_life_s", 3600, lambda f: m.telegram(document={"file_id": f, "file_unique_id": "u"})),
	):
		behave(**{setting: 0})
		message = send(m.file(JPEG + setting.encode(), "image/jpeg"))
		processes.wait_until(lambda message=message: m.attachment(message)["attempts"] == 1, "the first attempt")
		got = m.attachment(message)
		assert (got["state"], got["reason"]) == ("waiting", "no_answer"), got
		behave(**{setting: kept})
		m.hurry()
		assert m.until(message, "stored")["bytes"] == len(JPEG) + len(setting)


def a_file_that_meta_could_not_take_is_said(m):
	"""Error 131052, in each form that a message has: the operator reads what to ask for, and nothing is fetched. Of a
	message to the customer the words are others.
	"""
	lost = m.file(b"x", "video/mp4", fault="no_download")
	by_kind = m.whatsapp("video", {"id": lost, "mime_type": "video/mp4"})
	m.n += 1
	error = {"code": 131052, "title": "Media download error", "error_data": {"details": "zqdetails"}}
	held = {"type": "document", "document": {"mime_type": "application/pdf", "filename": "plan.pdf"}, "errors": [error]}
	person = {"phone_number_id": m.channel.phone_number_id, "from": media_case.PHONE % m.n, "name": "Ana"}
	m.stack.simulator.control("POST", "inbound", {**person, "message": held})
	for message, title in ((by_kind, "File"), (m.newest(), "Document")):
		page = "/inbox/%d" % m.page_of(message)
		shown = m.browser.get(page, Accept="application/json").json["conversation"]["messages"]
		media = [x for x in shown if x["id"] == str(message)][0]["media"]
		lines = [line["text"] for line in media["lines"]]
		assert media["title"] == title and "Ask the customer to send it again, at most 100 MB" in lines[-1], media
		assert "Open it in WhatsApp" not in " ".join(lines) and "zqdetails" not in m.browser.html(page).text, lines
		attached = m.sql.rows("select * from attachments where message_id = %d" % message)
		assert not attached, attached
		row = m.sql.row(
			"select needs_attention, attention_reason from conversations where id = %d" % m.page_of(message)
		)
		assert row == {"needs_attention": True, "attention_reason": "sent_lost_file"}, row
	m.sql.script("update organizations set bot_mode = 'off' where id = %d;" % m.org)
	to = m.whatsapp_text("hello")
	m.stack.simulator.behave(ladder=[])  # what is delivered has not failed
	media_out.send(m, to, "", [("a.jpg", JPEG + b"status")])
	media_out.arrived(m, to, 1)
	sent = media_out.outbound(m, to)[0]
	m.stack.simulator.control(
		"POST", "statuses", {"wamid": sent["provider_id"], "statuses": ["failed"], "failed_code": 131052}
	)
	m.stack.simulator.behave(ladder=["sent", "delivered", "read"])
	processes.wait_until(lambda: media_out.outbound(m, to)[0]["status"] == "failed", "the status")
	failed = media_out.outbound(m, to)[0]
	assert failed["reason"] == "whatsapp_file_not_fetched", failed
	page = m.browser.html("/inbox/%d" % m.page_of(to))
	assert "could not fetch the file of the message" in page.text, (page.status, page.text[-6000:])


def a_slow_file_holds_nothing_up(m):
	"""Neither another file nor a message to the customer waits for it. Its bytes come a few at a time, first so slowly
	that it does not end while the others go, then faster.
	"""
	m.stack.simulator.behave(slow_bytes=64, slow_pause_ms=500)
	to = m.whatsapp_text("hello")
	slow = [
		m.whatsapp("image", {"id": m.file(JPEG + b"slow", "image/jpeg", fault="slow"), "mime_type": "image/jpeg"}),
		m.telegram(document={"file_id": m.file(JPEG + b"late", "image/jpeg", fault="slow"), "file_unique_id": "u"}),
	]
	fast = m.whatsapp("image", {"id": m.file(JPEG + b"fast", "image/jpeg"), "mime_type": "image/jpeg"})
	media_out.send(m, to, "meanwhile", [])
	m.until(fast, "stored")
	processes.wait_until(lambda: media_out.outbound(m, to)[-1]["state"] == "accepted", "the text to be sent")
	assert [m.attachment(s)["state"] for s in slow] == ["waiting", "waiting"]
	m.stack.simulator.behave(slow_pause_ms=1)
	for message in slow:
		assert m.until(message, "stored")["attempts"] == 0


def the_token_stays(m):
	"""An address at a stranger's host is not asked, so that the access token is not shown to it."""
	message = m.whatsapp("image", {"id": m.file(JPEG, "image/jpeg", fault="elsewhere"), "mime_type": "image/jpeg"})
	processes.wait_until(lambda: m.attachment(message)["attempts"] > 0, "the first attempt")
	assert m.attachment(message)["reason"] == "refused", m.attachment(message)


def the_token_reaches_no_table(m):
	"""The address at which Telegram hands a file out holds the bot's token."""
	postgres = m.stack.postgres
	dump = processes.run([postgres.bin + "/pg_dump", "--data-only", postgres.url("postgres")]).stdout
	assert m.sql.value("select count(*) as n from attachments where state = 'stored'") > 2 and b"attachments" in dump
	assert planted.BOT_TOKEN.encode() not in dump and planted.ACCESS_TOKEN.encode() not in dump


def the_same_once(m):
	first = m.whatsapp("image", {"id": m.file(JPEG + b"same", "image/jpeg"), "mime_type": "image/jpeg"})
	second = m.telegram(
		photo=[{"file_id": m.file(JPEG + b"same", "image/jpeg"), "file_unique_id": "u", "width": 9, "height": 9}]
	)
	digest = m.until(first, "stored")["sha256"]
	assert m.until(second, "stored")["sha256"] == digest
	kept = m.stack.values["files.dir"]
	path = os.path.join(kept, str(m.org), digest[:2], digest)
	assert os.path.getsize(path) == len(JPEG) + 4 and not stat.S_IMODE(os.stat(path).st_mode) & 0o137
	assert not os.listdir(os.path.join(kept, "new")), "temporary files are left"


def found_by_its_name(m):
	"""A file without a text is found by what it is called, from customers and from operators."""
	got = m.whatsapp(
		"document",
		{
			"id": m.file(b"%PDF-1.4 x", "application/pdf"),
			"mime_type": "application/pdf",
			"filename": "Preisliste zqsommer.pdf",
		},
	)
	sent = m.telegram(text="hello")
	media_out.send(m, sent, "", [("zqwinter list.pdf", media_out.PDF)])
	for word, message in (("zqsommer", got), ("zqwint", sent)):
		wanted = m.page(message)[0]
		processes.wait_until(
			lambda word=word, wanted=wanted: (
				[
					c["id"]
					for c in json.loads(m.stack.ctl("conversation", "list", "--org", m.org, "--search", word, "--json"))
				]
				== [wanted]
			),
			"the conversation to be found by " + word,
		)
		assert 'id="row-%d"' % wanted in m.browser.html("/inbox?view=all&q=" + word).text


def a_contact_has_a_shelf_of_each_kind(m):
	"""Of all conversations of the contact: by kind, with nothing of another contact."""
	who, held = 7950, {}
	for kind, content, more in (
		("photo", JPEG, None),
		("voice", OGG, {"duration": 3}),
		("document", b"%PDF-1.4 shelf", {"file_name": "Preise.pdf"}),
	):
		file = {"file_id": m.file(content, "x/y"), "file_unique_id": kind, **(more or {"width": 9, "height": 9})}
		held[kind] = m.telegram(who, **{kind: [file] if kind == "photo" else file})
		m.until(held[kind], "stored")
	page = "/inbox/%d" % m.page_of(held["photo"])
	href = {kind: "/files/%d/1" % message for kind, message in held.items()}
	for asked, kinds in (
		("?files=all", ("document", "voice", "photo")),
		("?files=pictures", ("photo",)),
		("?files=sound", ("voice",)),
		("?files=documents", ("document",)),
		("?files=%27", ("document", "voice", "photo")),
	):
		contact = m.browser.get(page + asked, Accept="application/json").json["conversation"]["contact"]
		assert [f["href"] for f in contact["files"]] == [href[k] for k in kinds], (asked, contact["files"])
		shelf = m.browser.html(page + asked).text.split('id="files"')[1].split("</section>")[0]
		assert shelf.count('aria-current="true"') == contact["by_kind"] and "No file of this kind" not in shelf, asked
	bare = "/inbox/%d?files=pictures#files" % m.page_of(m.telegram(7951, text="hello"))
	assert "No file of this kind" in m.browser.html(bare.split("#")[0]).text


def an_album_is_one_group(m):
	"""Of Telegram by its own word, of WhatsApp when pictures follow each other; a text, another kind of file and
	another album end it. Each message stays one of its own.
	"""
	who = 7900

	def photo(i, **more):
		return m.telegram(
			who,
			photo=[
				{
					"file_id": m.file(JPEG + b"album%d" % i, "image/jpeg"),
					"file_unique_id": "u%d" % i,
					"width": 9,
					"height": 9,
				}
			],
			**more,
		)

	m.sql.script("update organizations set bot_mode = 'off' where id = %d;" % m.org)
	photos = [
		photo(0, media_group_id="a1", caption="three of them"),
		photo(1, media_group_id="a1"),
		photo(2, media_group_id="a1"),
		photo(3, media_group_id="a2"),
	]
	for message in photos:
		m.until(message, "stored")
	# What the bot decided as soon as it had the first one stands below the album, in the page and on a poll.
	conversation = m.page_of(photos[0])
	m.sql.script(
		"update organizations set bot_mode = 'active' where id = %(o)d; delete from decisions where conversation_id = %(c)d;"
		" insert into decisions (org_id, conversation_id, message_id, outcome, reason, created_at) select org_id,"
		" conversation_id, id, 'silent', 'bot_off', created_at + interval '1 microsecond' from messages where id = %(m)d;"
		% {"o": m.org, "c": conversation, "m": photos[0]}
	)
	_, files = m.page(photos[0])
	assert [f["href"] for f in files] == ["/files/%d/1" % p for p in photos[:3]], files
	items = m.browser.get("/inbox/%d" % conversation, Accept="application/json").json["conversation"]["messages"]
	shown = {x["id"]: x for x in items}
	assert [shown[str(p)]["bubble"] for p in photos] == [True, False, False, True] and shown[str(photos[0])][
		"is_grid"
	], shown
	decided = next(x["id"] for x in items if x["id"].startswith("d"))
	for path in ("/inbox/%d", "/inbox/%d/updates"):
		html = m.browser.html(path % conversation).text
		places = [html.index('<li id="message-%s"' % i) for i in (*photos[:3], decided, photos[3])]
		assert places == sorted(places) and html.count('<li id="message-%d" hidden></li>' % photos[1]) == 1, places
	html = m.browser.html("/inbox/%d" % conversation).text
	assert html.count('class="files album"') == 1 and html.count('<a class="picture"') == 4 + html.split('id="files"')[
		1
	].count('<a class="picture"'), html.count('<a class="picture"')
	m.sql.script("update messages set reply_to = null, body = 'a text' where id = %d;" % photos[1])
	assert len(m.page(photos[0])[1]) == 1


def two_hundred_pictures_are_a_light_page(m):
	"""The page of all files of a contact, and the thread: the pictures themselves come when they are looked at."""
	photo = m.whatsapp("image", {"id": m.file(JPEG + b"many", "image/jpeg"), "mime_type": "image/jpeg"})
	m.until(photo, "stored")
	m.sql.script(
		"with made as (insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, status,"
		" created_at) select org_id, conversation_id, channel_id, direction, sender, kind, status, "
		"created_at + n * interval '1 second' from messages, generate_series(1, 199) n where id = %d returning org_id, id) "
		"insert into attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id,"
		" state, sha256, bytes, media_type) "
		"select a.org_id, made.id, 1, a.conversation_id, a.channel_id, a.kind, 'x', a.state, a.sha256, a.bytes,"
		" a.media_type from attachments a, made where a.message_id = %d;" % (photo, photo)
	)
	conversation = m.page_of(photo)
	for query, most in (("", 43), ("?files=all", 231)):
		html = m.browser.html("/inbox/%d%s" % (conversation, query)).text
		pictures = html.count('<a class="picture"')
		assert len(html.encode()) < 100000 and 30 <= pictures <= most, (query, len(html.encode()), pictures)
		assert html.count('loading="lazy"') >= pictures
	assert (
		m.browser.html("/inbox/%d?files=all" % conversation).text.split('id="files"')[1].count('<a class="picture"')
		== 200
	)


def a_voice_note_is_new_until_it_is_played(m):
	"""By an operator, of a customer's; of what was sent, where the platform says so."""
	voice = m.telegram(
		voice={
			"file_id": m.file(OGG + b"new", "audio/ogg"),
			"file_unique_id": "u",
			"duration": 3,
			"mime_type": "audio/ogg",
		}
	)
	m.until(voice, "stored")
	played = m.page(voice)[1][0]["unplayed"]
	assert (
		played == "/files/%d/1/played" % voice
		and "Not played yet" in m.browser.html("/inbox/%d" % m.page_of(voice)).text
	)
	assert m.browser.post(played).status in (200, 303)
	assert m.page(voice)[1][0]["unplayed"] is False
	to = m.whatsapp_text("hello")
	media_out.send(m, to, "", [("voice.ogg", media_out.OGG)], voice="on")
	sent = processes.wait_until(
		lambda: next((r for r in media_out.outbound(m, to) if r["file"] == "voice" and r["state"] == "accepted"), None),
		"the note to be sent",
	)
	mine = sent["id"]
	find = lambda: [
		x
		for x in m.browser.get("/inbox/%d" % m.page_of(to), Accept="application/json").json["conversation"]["messages"]
		if x["id"] == str(mine)
	][0]["files"][0]
	assert find()["played"] is False and find()["unplayed"] is False
	m.stack.simulator.control("POST", "statuses", {"wamid": sent["provider_id"], "statuses": ["played"]})
	processes.wait_until(lambda: find()["played"], "the platform's word")


def there_is_a_limit(m):
	"""Of all files and of a day: what is too much is not kept, from customers and from operators, and the status
	page says how much there is.
	"""
	big = JPEG + bytes(2500000)

	def used():
		return m.browser.get("/status", Accept="application/json").json["files"]

	number = lambda text: int(text.replace(",", ""))
	for name, words in (("quota_file_megabytes", "may have"), ("quota_file_megabytes_day", "within 24 hours")):
		limit = number(used()["size"]) + 1
		m.stack.ctl("setting", "set", "--org", m.org, name, str(limit))
		assert number(used()["limit" if name.endswith("bytes") else "limit_today"]) == limit
		message = m.whatsapp("image", {"id": m.file(big + name.encode(), "image/jpeg"), "mime_type": "image/jpeg"})
		assert m.until(message, "lost")["reason"] == "over_quota"
		assert "reached their limit" in m.page(message)[1][0]["lost"] and m.page(message)[1][0]["retry"]
		answer = media_out.send(m, message, "typed", [("a.jpg", big + b"out")])
		assert (
			answer.status == 403
			and words in answer.json["form"]["error"]
			and answer.json["form"]["text"]["value"] == "typed"
		), answer.text[:300]
		m.stack.ctl("setting", "unset", "--org", m.org, name)
		assert m.browser.post(m.page(message)[1][0]["retry"]).status in (200, 303)
		m.until(message, "stored")
	media_out.nothing_is_left(m)


CASES = (
	both_platforms,
	ranges,
	nothing_runs,
	nobody_else,
	faults,
	an_address_that_expired_is_asked_for_again,
	a_file_that_meta_could_not_take_is_said,
	a_slow_file_holds_nothing_up,
	the_token_stays,
	the_token_reaches_no_table,
	the_same_once,
	found_by_its_name,
	a_contact_has_a_shelf_of_each_kind,
	an_album_is_one_group,
	two_hundred_pictures_are_a_light_page,
	there_is_a_limit,
)


def run(tap):
	with Stack() as stack, stack.server("lighttpd-fastcgi") as server:
		m = Media(tap, stack, server)
		with stack.sender():
			for case in CASES + media_out.CASES + media_replies.CASES + (a_voice_note_is_new_until_it_is_played,):
				tap.run(case.__name__.replace("_", " "), case, m)
		stack.check_logs(tap)


if __name__ == "__main__":
	sys.exit(program(run))
