#!/usr/bin/python3
# Files that mean harm, from a customer into the store and onto the desk: none is run or taken for a page, none stops
# a program, and what it is called is only text.
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from deskbell import processes
from deskbell.stack import Stack
from deskbell.tap import program

from hostile_files import all_files
from media_case import Media

# A browser may run nothing of these types, whatever is in the file.
SHOWN = (
	"image/jpeg",
	"image/png",
	"image/gif",
	"image/webp",
	"image/avif",
	"audio/ogg",
	"audio/ogg; codecs=vorbis",
	"audio/flac",
	"audio/mpeg",
	"audio/mp4",
	"audio/aac",
	"audio/amr",
	"audio/wav",
	"video/mp4",
	"video/3gpp",
	"video/webm",
	"video/quicktime",
)
MOST_S = 20


def arrive(m, files):
	"""Each as a document of its own, all at once; returns (group, name, content, message)."""
	found = []
	for group, name, content in files:
		message = m.whatsapp(
			"document", {"id": m.file(content, "image/png"), "mime_type": "image/png", "filename": name}
		)
		found.append((group, name, content, message))
	processes.wait_until(
		lambda: not m.sql.value("select count(*) as n from attachments where state = 'waiting'"),
		"all files",
		timeout=120,
	)
	return found


def is_served_safely(m, name, content, message):
	href = "/files/%d/1" % message
	for query in ("", "?download=1"):
		answer = m.browser.get(href + query)
		assert answer.status == 200 and answer.body == content, (answer.status, len(answer.body))
		kind, disposition = answer.header("Content-Type"), answer.header("Content-Disposition")
		assert (
			kind in SHOWN and not query or kind == "application/octet-stream" and disposition.startswith("attachment;")
		), (kind, disposition)
		assert answer.header("X-Content-Type-Options") == "nosniff" and "sandbox" in " ".join(
			answer.all("Content-Security-Policy")
		)
		assert not answer.all("Set-Cookie") and not answer.header("X-Evil")
		written = disposition.split("''")[1]
		assert written.isascii() and not set(written) & set("/\\\"<>\r\n\0 "), disposition


def has_a_preview_or_none(m, message):
	began = time.monotonic()
	answer = m.browser.get("/files/%d/1?size=small" % message)
	assert answer.status in (200, 404), answer.status
	assert answer.status == 404 or answer.header("Content-Type") == "image/jpeg" and answer.body[:2] == b"\xff\xd8"
	assert time.monotonic() - began < processes.patience(MOST_S)


def stands_on_the_page_as_text(m, message):
	conversation = m.sql.value("select conversation_id as n from messages where id = %d" % message)
	page = m.browser.html("/inbox/%d" % conversation)
	assert page.status == 200 and "onerror=document" not in page.text.replace("&lt;img src=x onerror=document", ""), (
		page.text[:300]
	)


def everything_still_works(m):
	message = m.whatsapp(
		"image", {"id": m.file(b"\xff\xd8\xff\xe0\x00\x10JFIF after", "image/jpeg"), "mime_type": "image/jpeg"}
	)
	m.until(message, "stored")
	assert m.browser.get("/readyz").status == 200
	kept = m.stack.values["files.dir"]
	assert not os.listdir(os.path.join(kept, "new")), "temporary files are left"
	assert sorted(os.listdir(kept)) == sorted(["new", str(m.org)]), os.listdir(kept)


def run(tap):
	with Stack() as stack, stack.server("lighttpd-fastcgi") as server, stack.sender() as sender:
		m = Media(tap, stack, server)
		files = arrive(m, list(all_files()))
		tap.ok(len(files) >= 100, "%d files that mean harm" % len(files))
		for group in sorted({f[0] for f in files}):
			own = [f for f in files if f[0] == group]
			for what in ("is_served_safely", "has_a_preview_or_none", "stands_on_the_page_as_text"):

				def each(own=own, what=what):
					for _, name, content, message in own:
						try:
							globals()[what](
								m, *((name, content, message) if what == "is_served_safely" else (message,))
							)
						except AssertionError as e:
							raise AssertionError("%r: %s" % (name[:60], e)) from e

				tap.run("%s: %d, each %s" % (group, len(own), what.replace("_", " ")), each)
		tap.run("everything still works", everything_still_works, m)
		assert sender.popen.poll() is None
		stack.check_logs(tap)


if __name__ == "__main__":
	sys.exit(program(run))
