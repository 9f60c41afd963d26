#!/usr/bin/python3
# Sixty files of every kind and several producers (file_corpus.py), from customers and to customers, on both platforms:
# each arrives as its native kind and opens, or is refused with a reason before it is sent.
import shutil
import sys
import os
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from deskbell import paths, processes
from deskbell.stack import Stack
from deskbell.tap import program

import media_out
from file_corpus import all_files
from media_case import Media

NEEDED = ("ffmpeg", "ffprobe", "pdftocairo", "pdfunite", "pdftoppm")


def each(files, check):
	"""All that went wrong, not the first alone."""
	wrong = []
	for file in files:
		try:
			check(file)
		except AssertionError as e:
			wrong.append("%s: %s" % (file.name, str(e)[:300]))
	assert not wrong, "%d of %d:\n%s" % (len(wrong), len(files), "\n".join(wrong))


def sent_by_customer(m, platform, file):
	held = {"mime_type": "application/octet-stream", "file_name": file.name, "filename": file.name}
	kind = file.out[platform] or "document"
	if platform == "whatsapp":
		return m.whatsapp(kind, {"id": m.file(file.content, "application/octet-stream"), **held})
	held = {"file_id": m.file(file.content, "application/octet-stream"), "file_unique_id": "u", **held}
	return m.telegram(**{kind: [{**held, "width": 9, "height": 9}] if kind == "photo" else held})


def from_customers(m, files, platform):
	messages = {file.name: sent_by_customer(m, platform, file) for file in files}
	processes.wait_until(
		lambda: not m.sql.value("select count(*) as n from attachments where state = 'waiting'"),
		"all files",
		timeout=60,
	)

	def check(file):
		shown = m.page(messages[file.name])[1][0]
		assert shown["stored"] and list(shown["shape"]) == [file.shape], shown
		assert m.browser.get(shown["href"]).body == file.content
		if file.shape == "image" or file.name.lower().endswith(".pdf"):
			answer = m.browser.get(shown["preview"])
			assert answer.status == 200 and answer.body[:2] == b"\xff\xd8", answer.status
		if file.name == "many pages.pdf":
			assert m.page(messages[file.name])[1][0]["pages"] == "30"

	each(files, check)


def to_customers(m, files, platform):
	"""Each to a customer of its own, so that all are on their way at the same time."""
	to, answers = {}, {}
	for file in files:
		to[file.name] = media_out.customer(m, platform)
		answers[file.name] = media_out.send(m, to[file.name], "", [(file.name, file.content)])

	def check(file):
		kind, answer = file.out[platform], answers[file.name]
		if kind is None:
			assert answer.status == 400 and "cannot be sent over" in answer.json["form"]["error"], answer.status
			return
		assert answer.status in (200, 303), "%d %s" % (answer.status, answer.json["form"]["error"])
		(got,) = media_out.arrived(m, to[file.name], 1)
		assert got["type"] == kind, got["type"]
		file.opens(media_out.bytes_of(m, got), file.name)

	each(files, check)


def kinds_of_their_own(m, files):
	"""What only a platform's own app sends."""
	content = {f.name: f.content for f in files}
	voice, video, sticker = content["note.ogg"], content["baseline.mp4"], content["small.webp"]

	def held(bytes_, mime_type, **more):
		return {"id": m.file(bytes_, mime_type), "mime_type": mime_type, **more}

	def telegram(kind, bytes_, **more):
		return m.telegram(**{kind: {"file_id": m.file(bytes_, "x/y"), "file_unique_id": "u", **more}})

	messages = (
		(m.whatsapp("sticker", held(sticker, "image/webp", animated=False)), "sticker", "sticker"),
		(m.whatsapp("audio", held(voice, "audio/ogg; codecs=opus", voice=True)), "voice", "audio"),
		(m.whatsapp("audio", held(voice, "audio/ogg", voice=False)), "audio", "audio"),
		(telegram("sticker", sticker, is_animated=False, is_video=False), "sticker", "sticker"),
		(telegram("voice", voice, duration=1), "voice", "audio"),
		(telegram("video_note", video, duration=1, length=240), "video", "video"),
		(telegram("animation", video, duration=1), "video", "video"),
	)
	for message, kind, shape in messages:
		assert m.until(message, "stored")["kind"] == kind, kind
		assert list(m.page(message)[1][0]["shape"]) == [shape], m.page(message)


def run(tap):
	missing = [name for name in NEEDED if not shutil.which(name)]
	if missing or not os.access(os.path.join(paths.BUILD, "deskbell-picture"), os.X_OK):
		raise paths.Missing("%s to make files with" % ", ".join(missing or ["deskbell-picture"]))
	with tempfile.TemporaryDirectory(prefix="deskbell-") as folder:
		files = all_files(folder)
	tap.ok(len({f.name for f in files}) == len(files) >= 60, "%d files" % len(files))
	with Stack() as stack, stack.server("lighttpd-fastcgi") as server, stack.sender():
		m = Media(tap, stack, server)
		m.sql.script("update organizations set bot_mode = 'off' where id = %d;" % m.org)
		tap.run("stickers, voice notes, video notes and animations come as such", kinds_of_their_own, m, files)
		for platform in ("whatsapp", "telegram"):
			tap.run("%s: all come, are shown as what they are, and open" % platform, from_customers, m, files, platform)
			tap.run("%s: all go out as their native kind, and open" % platform, to_customers, m, files, platform)
		stack.check_logs(tap)


sys.exit(program(run))
