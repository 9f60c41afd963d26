#!/usr/bin/python3
"""The desk as an application of a telephone or computer: manifest, icons, colours, service worker and the page without
a network, as the server sends them in each language, and in Chromium. app.mjs is what the browser does.
"""

import os
import re
import struct
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import node
from deskbell import desk, net, planted
from deskbell.desk import Browser, check_logs, status, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

MOST_S = 120
OFFLINE = {"en": "No connection", "es": "Sin conexión", "tr": "Bağlantı yok"}
PNG = b"\x89PNG\r\n\x1a\n"


def png_size(page):
	"""What the file itself says."""
	assert page.header("Content-Type") == "image/png" and page.body.startswith(PNG), page.headers
	return "%dx%d" % struct.unpack(">II", page.body[16:24])


def manifest(b, language):
	page = status(b.get("/manifest.webmanifest", **{"Accept-Language": language}), 200)
	assert page.header("Content-Type") == "application/manifest+json", page.headers
	assert "Accept-Language" in page.header("Vary"), "a cache may keep it for another language"
	return page.json


def names(b):
	said = {}
	for language in OFFLINE:
		m = manifest(b, language)
		assert m["name"] == m["short_name"] == "Deskbell" and m["lang"] == language, m
		assert (m["id"], m["scope"], m["display"]) == ("/", "/", "standalone"), m
		said[m["description"]] = language
	assert len(said) == len(OFFLINE), "it says the same in all languages: %s" % said


def start(b):
	m = manifest(b, "en")
	assert m["start_url"].startswith(m["scope"]), m
	page = status(b.html(m["start_url"]), 200)
	assert "aria-current=\"page\"" in page.text and "id=\"rows\"" in page.text
	assert status(Browser(b.port).html(m["start_url"]), 303).header("Location").startswith("/sign-in")


def icons(b):
	found = set()
	for icon in manifest(b, "en")["icons"]:
		page = status(b.get(icon["src"]), 200)
		if icon["type"] == "image/svg+xml":
			assert page.header("Content-Type") == icon["type"] and b"<svg" in page.body and icon["sizes"] == "any", icon
		else:
			assert png_size(page) == icon["sizes"], (icon, png_size(page))
		found.add((icon["purpose"], icon["sizes"]))
	assert found >= {("any", "192x192"), ("any", "512x512"), ("maskable", "512x512")}, found
	touch = re.search(r'<link rel="apple-touch-icon" href="([^"]+)">', b.html("/account").text)
	assert png_size(status(b.get(touch.group(1)), 200)) == "180x180"


def colours(b):
	"""The window of the app has the colours of the desk, in both schemes."""
	page = b.html("/account").text
	css = status(b.get(re.search(r'<link rel="stylesheet" href="([^"]+)">', page).group(1)), 200).text
	token = lambda name, text: re.search(r"--%s: (#[0-9a-f]+);" % name, text).group(1)
	dark = css[css.index("prefers-color-scheme: dark") :]
	m = manifest(b, "en")
	assert (m["background_color"], m["theme_color"]) == (token("paper", css), token("rail", css)), m
	theme = dict(re.findall(r'<meta name="theme-color" media="\(prefers-color-scheme: (\w+)\)" content="([^"]+)">', page))
	assert theme == {"light": token("paper", css), "dark": token("paper", dark)}, theme
	assert page.count("<link rel=\"manifest\" href=\"/manifest.webmanifest\">") == 1


def worker(b):
	page = status(b.get("/sw.js"), 200)
	assert page.header("Content-Type").startswith("text/javascript"), page.headers
	assert "max-age=31536000" not in page.header("Cache-Control"), "an update would not arrive"


def offline(b):
	for language, words in OFFLINE.items():
		page = status(Browser(b.port).get("/offline", Accept="text/html", **{"Accept-Language": language}), 200)
		assert "<h1>%s</h1>" % words in page.text and "<html lang=\"%s\"" % language in page.text, page.text


def run(tap):
	command, port = node.command("app.mjs"), net.free_port()
	origin = "http://127.0.0.1:%d" % port
	with Stack(settings={"public.base_url": origin}) as stack:
		use_desk_role(stack)
		with stack.server("lighttpd-fastcgi", port):
			org = stack.organisation("Corner Flowers", "off")
			users = []
			for language, words in OFFLINE.items():
				email = "%s@flowers.example" % language
				number = desk.person(stack, org, email, "owner")
				stack.sql.script("update users set language = '%s' where id = %d;" % (language, number))
				users.append({"email": email, "language": language, "offline": words})
			b = Browser(port)
			status(b.sign_in(users[0]["email"]), 200)
			for name, check in (
				("it has a name, and says what it is in each language", names),
				("it begins where customers wait, within its scope", start),
				("each icon is there and as large as it says", icons),
				("its colours are those of the style sheet", colours),
				("its service worker is asked for again", worker),
				("the page without a network is there in each language", offline),
			):
				tap.run(name, check, b)
			walk = node.Walk(command, {"origin": origin, "password": planted.PASSWORD, "users": users}, MOST_S, wait_s=8)
			steps = walk.tell(tap)
			tap.ok(walk.ended and len(steps) == 3 * len(users), "all users went to the end", walk.errors)
		check_logs(stack, tap)


sys.exit(program(run))
