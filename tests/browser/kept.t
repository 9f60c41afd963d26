#!/usr/bin/python3
"""What was typed into any form of any page is kept when it cannot be taken: offline, after an error of the server,
signed out; with scripts and without; and it can be sent again.

kept.t [WORD...]      only pages whose name holds one of the words; kept.mjs is what the browsers do
"""

import html.parser
import importlib.machinery
import importlib.util
import os
import sys
import urllib.parse

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import node
from deskbell import net, planted
from deskbell.desk import Browser, check_logs, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program
from furnish import Furnished

MOST_S = 240
SECRET = ("password", "secret", "token", "_key", "code")


def load_pages():
	loader = importlib.machinery.SourceFileLoader("pages", os.path.join(HERE, "pages.t"))
	spec = importlib.util.spec_from_loader("pages", loader)
	module = importlib.util.module_from_spec(spec)
	loader.exec_module(module)
	return module


class Kept(html.parser.HTMLParser):
	"""The fields of the form #kept."""

	def __init__(self, text):
		super().__init__()
		self.inside, self.area, self.fields = False, None, []
		self.feed(text)

	def handle_starttag(self, tag, attrs):
		attrs = dict(attrs)
		self.inside |= attrs.get("id") == "kept"
		if self.inside and tag == "input":
			self.fields.append([attrs.get("name"), attrs.get("value", "")])
		if self.inside and tag == "textarea":
			self.area = [attrs.get("name"), ""]

	def handle_endtag(self, tag):
		if tag == "form":
			self.inside = False
		if tag == "textarea" and self.area:
			self.fields.append([self.area[0], self.area[1][1:]])
			self.area = None

	def handle_data(self, data):
		if self.area:
			self.area[1] += data


def multipart(fields):
	parts = ["--zq\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n" % (n, v) for n, v in fields]
	return ("".join(parts) + "--zq--\r\n").encode(), "multipart/form-data; boundary=zq"


def post(browser, form, origin):
	body, kind = (
		multipart(form["fields"])
		if form["type"].startswith("multipart")
		else (urllib.parse.urlencode([tuple(f) for f in form["fields"]]), form["type"])
	)
	return browser.request(
		"POST", form["action"], body, {"Content-Type": kind, "Accept": "text/html", "Origin": origin}
	)


def lost(form, page):
	kept = Kept(page.text).fields
	return [
		n
		for n, v in form["fields"]
		if not any(s in n for s in SECRET) and [n, v] not in kept and [n, v.replace("\r\n", "\n")] not in kept
	]


def unreachable(tap, stack, port, forms):
	"""The database goes away while forms are open."""
	origin, browsers = "http://127.0.0.1:%d" % port, {}
	for who in {f["who"] for f in forms}:
		browsers[who] = Browser(port)
		browsers[who].sign_in(who)
	stranger = post(browsers[forms[0]["who"]], forms[0], "http://elsewhere.example")
	tap.ok(
		stranger.status == 403 and not Kept(stranger.text).fields,
		"what another site sends stands on no page",
		stranger.text[-500:],
	)
	stack.postgres.stop()
	wrong = [
		"%s: %d, %s" % (f["name"], page.status, lost(f, page))
		for f in forms
		for page in [post(browsers[f["who"]], f, origin)]
		if page.status != 503 or lost(f, page)
	]
	tap.ok(
		not wrong, "what %d forms held is kept while the database is unreachable" % len(forms), "\n".join(wrong[:10])
	)
	stack.postgres.start()


def run(tap):
	pages, command, port = load_pages(), node.command("kept.mjs"), net.free_port()
	origin = "http://127.0.0.1:%d" % port
	with Stack(
		settings={
			"public.base_url": origin,
			"answer.typing": "off",
			"mail.from": "desk@flowers.example",
			"mail.smtp_url": "smtp://127.0.0.1:9",
		}
	) as stack:
		use_desk_role(stack)
		stack.simulator.behave(ladder=["sent", "delivered"])
		with stack.server("lighttpd-fastcgi", port), stack.sender():
			furnished = Furnished(stack, port)
			furnished.talk()
			cases = [
				{"who": c[0], "name": c[1], "path": c[2]}
				for c in pages.cases(furnished)
				if len(c) == 3 and c[0] != pages.LONELY
			]
			cases = [c for c in cases if len(sys.argv) == 1 or any(w in c["name"] for w in sys.argv[1:])]
			talk = "/inbox/%d" % furnished.talks["marta"]
			again = [
				{"who": pages.OWNER, "path": talk, "form": "#composer", "shows": "text"},
				{"who": pages.OWNER, "path": talk, "form": "form[action$='/note']", "shows": "note"},
				{
					"who": pages.OWNER,
					"path": "/settings/organisation",
					"form": "form[action$='/organisation']",
					"shows": "name",
				},
			]
			given = {
				"origin": origin,
				"password": planted.PASSWORD,
				"cases": cases,
				"again": again,
			}
			walk = node.Walk(command, given, MOST_S)
			names = walk.tell(tap)
			forms = [line["form"] for line in walk.lines if "form" in line]
			tap.ok(
				walk.ended and names[-1:] == ["the end"] and len(forms) > (30 if len(sys.argv) == 1 else 0),
				"%d forms were filled in" % len(forms),
				walk.errors,
			)
			unreachable(tap, stack, port, forms)
		check_logs(stack, tap)


sys.exit(program(run))
