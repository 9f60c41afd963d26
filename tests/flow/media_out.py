"""Files that operators send: by a plain form into the store, from there to both platforms, once and in order; and
what goes wrong on the way. Cases for media.t.
"""

import os
import struct
import tempfile
import uuid
import zlib

import file_corpus
from deskbell import net, paths, processes

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 8


def opus(channels):
	"""The first page of Ogg with Opus, and something after it."""
	head = b"OpusHead\x01" + bytes([channels]) + struct.pack("<HIhB", 0, 48000, 0, 0)
	return b"OggS\x00\x02" + bytes(20) + bytes([1, len(head)]) + head + bytes(3000)


OGG = opus(1)
PDF = b"%PDF-1.4\n" + b"x" * 5000
MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(4000)


def multipart(fields, files):
	"""The body of a plain form, and its type."""
	boundary = "----" + uuid.uuid4().hex
	parts = []
	for name, value in fields.items():
		parts.append(
			b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
			% (boundary.encode(), name.encode(), value.encode())
		)
	for name, content in files:
		parts.append(
			b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: '
			b'application/octet-stream\r\n\r\n%s\r\n' % (boundary.encode(), name.encode(), content)
		)
	return b"".join(parts) + b"--%s--\r\n" % boundary.encode(), "multipart/form-data; boundary=" + boundary


def conversation(m, message):
	return m.sql.value("select conversation_id as n from messages where id = %d" % message)


def customer(m, platform):
	"""A new conversation, with its newest message."""
	return m.whatsapp_text("hello") if platform == "whatsapp" else m.telegram(text="hello")


def send(m, to, text, files, key=None, **more):
	"""What the composer without a script sends."""
	fields = {"csrf": m.browser.csrf, "key": key or uuid.uuid4().hex, "text": text, "do": "send", **more}
	body, kind = multipart(fields, files)
	return m.browser.request("POST", "/inbox/%d/messages" % conversation(m, to), body, {"Content-Type": kind})


def outbound(m, to):
	return m.sql.rows(
		"select m.id, m.kind, m.body, m.status, m.provider_id, m.error#>>'{reason,code}' as reason, o.state, o.attempts,"
		" a.kind as file, a.file_name, "
		"encode(a.sha256, 'hex') as sha256 from messages m join outbox o on o.message_id = m.id left join attachments a "
		"on a.message_id = m.id "
		"where m.direction = 'outbound' and m.conversation_id = %d order by m.id" % conversation(m, to)
	)


def arrived(m, to, n):
	"""The n messages that the customer has, once all are there."""

	def all_there():
		rows = outbound(m, to)
		if len(rows) != n or any(r["state"] != "accepted" for r in rows):
			return None
		had = {d["wamid"]: d for d in m.stack.simulator.control("GET", "deliveries")["deliveries"]}
		found = [had.get(r["provider_id"]) for r in rows]
		return None if None in found else found

	return processes.wait_until(all_there, "%d messages to be sent" % n, timeout=8)


def bytes_of(m, delivery):
	return net.request(m.stack.simulator.port, "GET", "/control/media?id=" + delivery["media"]).body


def nothing_is_left(m):
	"""No temporary file, once the request has ended: that is after its answer."""
	processes.wait_until(
		lambda: not os.listdir(os.path.join(m.stack.values["files.dir"], "new")), "temporary files to go"
	)


def files_go_out(m):
	"""A text with three files: the caption goes along with the first, all arrive in order, as what they are, byte by
	byte.
	"""
	m.sql.script("update organizations set bot_mode = 'off' where id = %d;" % m.org)
	for platform, kinds in (("whatsapp", ["image", "document", "video"]), ("telegram", ["photo", "document", "video"])):
		to = customer(m, platform)
		files = [("C:\\photos\\a.png", JPEG), ("men\u202eu.PDF", PDF), ("clip.mp4", MP4)]
		answer = send(m, to, "our menu", files)
		assert answer.status in (200, 303), answer.text[:300]
		got = arrived(m, to, 3)
		assert [d["type"] for d in got] == kinds and [d["text"] for d in got] == ["our menu", "", ""], got
		assert [bytes_of(m, d) for d in got] == [JPEG, PDF, MP4]
		assert [r["file_name"] for r in outbound(m, to)] == [
			"a.jpg",
			"menu.pdf" if platform == "whatsapp" else "menu.PDF",
			"clip.mp4",
		], outbound(m, to)
		shown = m.page(outbound(m, to)[0]["id"])[1]
		assert shown[0]["shape"] == {"image": True} and m.browser.get(shown[0]["href"]).body == JPEG, shown


def a_voice_note_goes_out(m):
	"""A recording is a voice note; text does not fit to it at WhatsApp and goes before."""
	for platform, kinds, texts in (
		("whatsapp", ["text", "audio"], ["listen", ""]),
		("telegram", ["voice"], ["listen"]),
	):
		to = customer(m, platform)
		assert send(m, to, "listen", [("note.ogg", OGG)], voice="on").status in (200, 303)
		got = arrived(m, to, len(kinds))
		assert [d["type"] for d in got] == kinds and [d["text"] for d in got] == texts, got
		assert outbound(m, to)[-1]["file"] == "voice"
	sent = [r for r in m.stack.simulator.requests() if '"voice":true' in r["body"].replace(" ", "")]
	assert len(sent) == 1, sent


def only_mono_is_a_voice_note_of_whatsapp(m):
	"""Which takes Opus with one channel for one; Telegram takes two as well. What is not Opus is none anywhere."""
	for platform, content, kind in (
		("whatsapp", opus(2), "audio"),
		("telegram", opus(2), "voice"),
		("whatsapp", b"OggS\x00\x02" + bytes(3000), "audio"),
		("telegram", b"OggS\x00\x02" + bytes(3000), "document"),
	):
		to = customer(m, platform)
		assert send(m, to, "", [("note.ogg", content)], voice="on").status in (200, 303)
		got = arrived(m, to, 1)[0]
		assert got["type"] == kind and bytes_of(m, got) == content, got
		assert outbound(m, to)[-1]["file"] == kind
	bodies = [r["body"].replace(" ", "") for r in m.stack.simulator.requests()]
	assert len([b for b in bodies if '"voice":true' in b]) == 1, "the voice note of before, and no other"


def jpeg(width, height):
	"""One that no library decodes, so that it goes out as large as it is."""
	head, scan = b"\xff\xe0\x00\x10JFIF\0" + bytes(9), b"\xff\xda\x00\x03\x01" + bytes(range(1, 200)) + b"\xff\xd9"
	frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + bytes(9)
	return b"\xff\xd8" + head + frame + scan


def odd_shapes_are_documents(m):
	"""What Telegram does not take as a photo goes as a document; WhatsApp has a picture of it."""
	shapes = ((2000, 100, "photo"), (2001, 100, "document"), (100, 2001, "document"), (9000, 1001, "document"))
	for width, height, kind in shapes:
		for platform, wanted in (("telegram", kind), ("whatsapp", "image")):
			to = customer(m, platform)
			assert send(m, to, "look", [("plan.jpg", jpeg(width, height))]).status in (200, 303)
			got = arrived(m, to, 1)[0]
			assert (got["type"], got["text"]) == (wanted, "look"), (width, height, got)
			assert bytes_of(m, got) == jpeg(width, height)
			sent = outbound(m, to)[0]
			assert sent["file_name"] == "plan.jpg" and m.page(sent["id"])[1][0]["shape"] == {"image": True}, sent
	if os.access(os.path.join(paths.BUILD, "deskbell-picture"), os.X_OK):
		to = customer(m, "telegram")
		assert send(m, to, "", [("long.png", png(2700, 20))]).status in (200, 303)
		assert arrived(m, to, 1)[0]["type"] == "document"


def uploaded_once(m):
	"""The same file goes to the second customer by the platform's id; pressed twice it is one message."""
	for platform in ("whatsapp", "telegram"):
		uploads = lambda platform=platform: len([r for r in m.stack.simulator.requests() if r["outcome"] == "uploaded"])
		first, second = customer(m, platform), customer(m, platform)
		content, key = JPEG + platform.encode(), uuid.uuid4().hex
		send(m, first, "", [("a.jpg", content)])
		one = arrived(m, first, 1)[0]
		before = uploads()
		for _ in range(2):
			assert send(m, second, "", [("a.jpg", content)], key=key).status in (200, 303)
		two = arrived(m, second, 1)[0]
		assert two["media"] == one["media"] and uploads() == before, (one, two)
		assert m.sql.value("select count(*) from files where sha256 = sha256('\\x%s')" % content.hex()) == 1


def an_old_id_is_uploaded_again(m):
	"""The platform has forgotten the file: it is uploaded once more by itself."""
	to = customer(m, "whatsapp")
	content = JPEG + b"forgotten"
	send(m, to, "", [("a.jpg", content)])
	old = arrived(m, to, 1)[0]["media"]
	m.sql.script("update uploads set provider_file_id = '8000000000000000099' where provider_file_id = '%s';" % old)
	send(m, to, "", [("a.jpg", content)])
	assert arrived(m, to, 2)[1]["media"] not in (old, "8000000000000000099")


def uploads_fail_and_recover(m):
	"""An upload that fails is tried again; what comes after it in the conversation waits."""
	to = customer(m, "whatsapp")
	m.stack.simulator.behave(fail_uploads=2)
	send(m, to, "", [("a.jpg", JPEG + b"fails")])
	send(m, to, "after it", [])
	got = arrived(m, to, 2)
	assert [d["type"] for d in got] == ["image", "text"] and bytes_of(m, got[0]) == JPEG + b"fails", got


def refused_and_explained(m):
	"""What a platform does not take is said before it is sent, and nothing is left of it."""
	to = customer(m, "whatsapp")
	kept = m.sql.value("select count(*) from files")
	for name, content, words in (
		("a.html", b"<html>", "cannot be sent over WhatsApp"),
		("a.jpg", b"<script>", "cannot be sent over WhatsApp"),
		("a.jpg", b"", "is empty"),
		("big.jpg", JPEG + bytes(5000001), "at most 5 MB"),
	):
		answer = send(m, to, "typed", [(name, content)])
		assert answer.status == 400 and words in answer.json["form"]["error"], (name, answer.status, answer.text[:500])
		assert answer.json["form"]["text"]["value"] == "typed"
	answer = send(m, to, "", [("%d.jpg" % n, JPEG) for n in range(11)])
	assert answer.status == 400 and "at most 10" in answer.json["form"]["error"], answer.text[:300]
	m.sql.script(
		"update conversations set last_inbound_at = now() - interval '2 days' where id = %d;" % conversation(m, to)
	)
	assert send(m, to, "", [("late.jpg", JPEG + b"late")]).status == 409
	assert m.sql.value("select count(*) from files") == kept and not outbound(m, to)
	nothing_is_left(m)
	folder = m.stack.values["files.dir"]
	names = [f for _, _, found in os.walk(folder) for f in found]
	assert len(names) == kept, (len(names), kept)


def a_lost_answer_is_reconciled(m):
	"""The answer to the message is lost: WhatsApp's status proves it, and it is not sent again."""
	to = customer(m, "whatsapp")
	m.stack.simulator.behave(lose_response_every=1)
	send(m, to, "", [("a.jpg", JPEG + b"lost")])
	processes.wait_until(lambda: outbound(m, to)[0]["state"] == "accepted", "the status to settle it", timeout=8)
	m.stack.simulator.behave(lose_response_every=0)
	assert (
		len(
			[
				d
				for d in m.stack.simulator.control("GET", "deliveries")["deliveries"]
				if d["wamid"] == outbound(m, to)[0]["provider_id"]
			]
		)
		== 1
	)


def form_without_a_token(m):
	"""A multipart form needs the token like every other; nothing is kept."""
	to = customer(m, "whatsapp")
	body, kind = multipart({"key": "x", "text": ""}, [("a.jpg", JPEG)])
	assert (
		m.browser.request("POST", "/inbox/%d/messages" % conversation(m, to), body, {"Content-Type": kind}).status
		== 403
	)
	broken = body[:-10]
	assert (
		m.browser.request("POST", "/inbox/%d/messages" % conversation(m, to), broken, {"Content-Type": kind}).status
		== 400
	)
	nothing_is_left(m)


def png(width, height, note=b""):
	"""A real picture, with a note in it."""

	def chunk(kind, data):
		return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

	rows = zlib.compress(b"".join(b"\0" + bytes((x * 3 + y) % 256 for x in range(3 * width)) for y in range(height)))
	return (
		b"\x89PNG\r\n\x1a\n"
		+ chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
		+ (chunk(b"tEXt", note) if note else b"")
		+ chunk(b"IDAT", rows)
		+ chunk(b"IEND", b"")
	)


def pictures_lose_their_notes(m):
	"""What a camera wrote into a picture is not sent, and a large one is made smaller. Skipped where no pictures are
	read.
	"""
	if not os.access(os.path.join(paths.BUILD, "deskbell-picture"), os.X_OK):
		return
	to = customer(m, "whatsapp")
	assert send(m, to, "", [("garden.png", png(2700, 20, b"GPS\0PLACE:17"))]).status in (200, 303)
	got = bytes_of(m, arrived(m, to, 1)[0])
	assert b"PLACE:17" not in got and got[16:20] == struct.pack(">I", 2560), got[:40]


def what_cannot_be_decoded_loses_its_notes_too(m):
	"""A JPEG whose tables are missing: what a camera wrote is cut out of it, all else stays."""
	plain, before = jpeg(100, 100), 20
	note = b"\xff\xe1\x00\x12Exif\0\0PLACE:1900"
	to = customer(m, "telegram")
	files = [("garden.jpg", plain[:before] + note + plain[before:] + b"PLACE:1900")]
	assert send(m, to, "", files).status in (200, 303)
	assert bytes_of(m, arrived(m, to, 1)[0]) == plain


PLACE = "+38.7223-009.1393/"
PICTURE = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=2"]
SOUND = ["-f", "lavfi", "-i", "sine=duration=2"]


def film(name, *how):
	"""A video of ffmpeg's, with positions of a camera in a track of their own."""
	with tempfile.TemporaryDirectory(prefix="deskbell-film-") as folder:
		path, track = os.path.join(folder, name), os.path.join(folder, "positions.srt")
		with open(track, "w") as f:
			for second in range(2):
				f.write("%d\n00:00:0%d,000 --> 00:00:0%d,900\nPLACE 38.7223 -9.139%d\n\n" % (second + 1, second, second, second))
		given = [*PICTURE, *SOUND, "-i", track, "-map", "0", "-map", "1", "-map", "2"]
		given += ["-c:v", "mpeg4", "-c:a", "aac", "-c:s", "mov_text"]
		file_corpus.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *given, *how, path])
		with open(path, "rb") as f:
			return f.read()


def played(content):
	"""A digest of each picture and each piece of sound, when it is shown and heard."""
	with tempfile.NamedTemporaryFile(prefix="deskbell-film-") as f:
		f.write(content)
		f.flush()
		how = ["-map", "0:v", "-map", "0:a", "-f", "framemd5", "-"]
		return file_corpus.run(["ffmpeg", "-v", "error", "-nostdin", "-i", f.name, *how])


def videos_lose_their_place(m):
	"""Where a camera was is not sent, wherever it wrote that, and the video plays as before."""
	films = (
		("box.mp4", b"loci", ["-metadata", "location=" + PLACE, "-metadata", "title=PLACE home"]),
		("start.mp4", b"loci", ["-metadata", "location=" + PLACE, "-movflags", "+faststart"]),
		(
			"keys.mp4",
			b"+38.7",
			["-metadata", "com.apple.quicktime.location.ISO6709=" + PLACE, "-movflags", "use_metadata_tags"],
		),
	)
	for platform in ("whatsapp", "telegram"):
		to = customer(m, platform)
		for n, (name, note, how) in enumerate(films, 1):
			content = film(name, *how)
			assert note in content and content.count(b"PLACE") >= 2, "there is nothing to take away"
			assert send(m, to, "", [(name, content)]).status in (200, 303)
			got = bytes_of(m, arrived(m, to, n)[-1])
			assert len(got) == len(content) and not any(x in got for x in (note, b"38.7", b"PLACE")), name
			assert played(got) == played(content), name


def previews(m):
	"""A thread shows small pictures, which are made once; what is no picture has none."""
	if not os.access(os.path.join(paths.BUILD, "deskbell-picture"), os.X_OK):
		return
	message = m.whatsapp("image", {"id": m.file(png(1300, 650), "image/png"), "mime_type": "image/png"})
	m.until(message, "stored")
	files = m.page(message)[1]
	assert files[0]["preview"] == files[0]["href"] + "?size=small", files
	for _ in range(2):
		answer = m.browser.get(files[0]["preview"])
		assert (
			answer.status == 200 and answer.body[:2] == b"\xff\xd8" and answer.header("Content-Type") == "image/jpeg"
		), answer.headers
		assert "sandbox" in " ".join(answer.all("Content-Security-Policy"))
	shown = m.page(message)[1][0]
	assert (shown["width"], shown["height"]) == ("640", "320"), shown
	assert m.sql.value("select count(*) from files where preview is not null") == 1
	broken = m.whatsapp("image", {"id": m.file(JPEG + b"no picture", "image/jpeg"), "mime_type": "image/jpeg"})
	m.until(broken, "stored")
	first = m.page(broken)[1][0]
	assert first["preview"] and m.browser.get(first["preview"]).status == 404
	again = m.page(broken)[1][0]
	assert not again["preview"] and again["shape"] == {"image": True} and m.browser.get(again["full"]).status == 200, (
		again
	)


CASES = (
	files_go_out,
	pictures_lose_their_notes,
	what_cannot_be_decoded_loses_its_notes_too,
	videos_lose_their_place,
	previews,
	a_voice_note_goes_out,
	only_mono_is_a_voice_note_of_whatsapp,
	odd_shapes_are_documents,
	uploaded_once,
	an_old_id_is_uploaded_again,
	uploads_fail_and_recover,
	refused_and_explained,
	a_lost_answer_is_reconciled,
	form_without_a_token,
)
