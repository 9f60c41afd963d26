#!/usr/bin/python3
"""The pages about documents request by request, with a sender that answers from what they store."""

import concurrent.futures
import contextlib
import http.server
import os
import sys
import threading
import time
import urllib.parse
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import answering
from answering import location, status, upload
from deskbell import processes
from deskbell.samples import PDF

RETURNS = (
	"Returned parcels are refunded within fourteen days. The refund goes to the card that was used. Keep the receipt "
	"until the money has arrived."
)
QUESTION = "within how many days are returned parcels refunded?"
HOSTILE = "<script>alert(1)</script> \"'&{{csrf}}"


def paste(desk, title="Returns", body=RETURNS, **more):
	return location(
		desk.post("/knowledge/new", dict({"kind": "text", "title": title, "body": body, "language": "en"}, **more))
	)


def send(desk, name, kind, content, **fields):
	return upload(
		desk, "/knowledge/new", dict({"kind": "file", "language": "en"}, **fields), ("file", name, kind, content)
	)


def slow_pdf(levels=2, fan=24):
	"""A PDF of little more than a kilobyte whose text takes pdftotext many seconds: forms that draw forms that draw
	the same words at the same place.
	"""

	def stream(entries, data):
		packed = zlib.compress(data, 9)
		return b"<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream" % (entries, len(packed), packed)

	form = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources <<%s>>"
	objects = [
		b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
		stream(form % b"/Font <</F 1 0 R>>", b"BT /F 9 Tf 1 0 0 1 9 9 Tm (peonies last eight days) Tj ET " * fan),
	]
	for _ in range(levels):
		objects.append(stream(form % (b"/XObject <</X %d 0 R>>" % len(objects)), b"q 1 0 0 1 0 1 cm /X Do Q " * fan))
	n = len(objects)
	objects += [
		stream(b"", b"/X Do "),
		b"<</Type /Page /Parent %d 0 R /MediaBox [0 0 600 800] /Contents %d 0 R /Resources <</XObject <</X %d 0 R>>>>>>"
		% (n + 3, n + 1, n),
		b"<</Type /Pages /Kids [%d 0 R] /Count 1>>" % (n + 2),
		b"<</Type /Catalog /Pages %d 0 R>>" % (n + 3),
	]
	body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (i + 1, o) for i, o in enumerate(objects))
	return b"%PDF-1.4\n" + body + b"trailer <</Root %d 0 R>>\n" % (n + 4)


def patiently(request):
	"""Again while others' documents are being read, as the answer says."""
	while (page := request()).status == 503:
		assert page.header("Retry-After") == "5", page.headers
		time.sleep(0.1)
	return page


def empty_at_first(w):
	_, desk = w.business()
	model = status(desk.get("/knowledge"), 200).json
	assert not model["has_documents"] and model["pager"] is False, model
	assert "No document yet" in desk.html("/knowledge").text
	model = status(desk.get("/knowledge/new"), 200).json
	assert [l["code"] for l in model["languages"] if l["here"]] == ["en"] and model["form"][
		"action"
	] == "/knowledge/new", model
	assert "type=\"file\"" in status(desk.html("/knowledge/new"), 200).text


def pasted_text_answers(w):
	b, desk = w.business()
	path = paste(desk)
	assert "fourteen days" in b.asked(QUESTION)
	model = desk.get(path).json
	assert (
		model["document"]["source"] == "pasted"
		and model["document"]["editable"]
		and model["document"]["passages"] == "1"
		and model["document"]["language"] == "English"
	), model["document"]
	assert "fourteen days" in model["passages"][0]["text"] and model["form"]["body"]["value"].startswith(
		"Returned parcels"
	)
	listed = desk.get("/knowledge").json["documents"]
	assert [(d["title"], d["ready"], d["failed"], d["passages"]) for d in listed] == [("Returns", True, False, "1")], (
		listed
	)
	location(
		desk.post(
			path,
			{
				"title": "Returns",
				"language": "en",
				"body": RETURNS.replace("fourteen", "thirty"),
				"version": model["form"]["version"]["value"],
			},
		),
		path,
	)
	assert "thirty days" in b.asked(QUESTION)
	assert w.audit(b.org) == ["knowledge.add", "knowledge.change"], w.audit(b.org)


def uploads(w):
	b, desk = w.business()
	html = (
		b"<html><head><title>Parking</title><script>alert('x')</script></head><body><h1>Parking</h1><p>Guests park free "
		b"of charge behind the house.</p></body></html>"
	)
	location(send(desk, "guarantee.pdf", "application/pdf", PDF))
	location(send(desk, "x.html", "text/html", html))
	location(
		send(
			desk,
			"C:\\notes\\../../dogs.md",
			"application/octet-stream",
			"# Dogs\n\nDogs are welcome on a leash. Café.".encode(),
		)
	)
	location(
		send(
			desk,
			"plain.txt",
			"text/plain",
			"Umbrellas are lent at the desk, déposit ten.".encode("cp1252"),
			title="Lending",
		)
	)
	titles = [d["title"] for d in desk.get("/knowledge").json["documents"]]
	assert titles[0] == "Lending" and titles[2:] == ["Parking", "guarantee"] and "Dogs" in titles[1], titles
	for question, words in (
		("how long does the guarantee last", "three years"),
		("where can guests park", "free of charge"),
		("are dogs welcome", "on a leash"),
		("are umbrellas lent", "déposit"),
	):
		assert words in b.asked(question), question
	assert w.audit(b.org) == ["knowledge.add"] * 4


def questions_to_try(w):
	"""After an upload: questions of the document itself, asked; for one that fails, by how much and what to change."""
	_, desk = w.business()
	path = paste(
		desk,
		"Tools",
		"# Tools\n\n| Tool | Weight | Price |\n|---|---|---|\n| Hedge trimmer | 3 kg | 80 euro |\n| Lawn mower | 20 kg | "
		"150 euro |\n\nQ: May I bring my dog?\nA: Yes, on a lead.\n\n"
		"# Returns\n\nReturned tools are refunded within fourteen days.\n",
	)
	tries = desk.get(path).json["try"]
	texts = {q["text"]: q for q in tries["questions"]}
	assert "May I bring my dog?" in texts and "Hedge trimmer: Price" in texts and len(texts) <= 6, texts
	assert texts["May I bring my dog?"]["here"] and texts["Hedge trimmer: Price"]["here"], texts
	assert "Questions to try" in desk.html(path).text and "Answered from this document" in desk.html(path).text
	one = desk.get(path + "?try=how%20heavy%20is%20the%20pink%20lawn%20roller").json["try"]
	assert one["typed"] == "how heavy is the pink lawn roller" and one["questions"][0]["text"] == one["typed"], one
	found = one["questions"][0]
	assert (
		not found["here"]
		and found["nowhere"]
		and found["near"]
		and "roller" in found["missing"]
		and "pink" in found["missing"]
		and "lawn" not in found["missing"]
	), found
	assert 0 < float(found["score"]) < float(found["needed"]), found
	assert "lacks these words" in desk.html(path + "?try=how%20heavy%20is%20the%20pink%20lawn%20roller").text
	far = desk.get(path + "?try=who%20won%20the%20election").json["try"]["questions"][0]
	assert far["far"] and not far["near"] and not far["here"], far
	location(
		desk.post(
			"/skills/new", {"title": "Dogs", "triggers": "may I bring my dog", "response": "No dogs.", "enabled": "on"}
		)
	)
	found = {q["text"]: q for q in desk.get(path).json["try"]["questions"]}["May I bring my dog?"]
	assert found["skill"] == "Dogs" and not found["here"] and not found["nowhere"], found
	assert "answers it instead" in desk.html(path).text
	hostile = desk.html(path + "?try=%3Cscript%3Ealert(1)").text
	assert "<script>alert" not in hostile


def same_title(w):
	_, desk = w.business()
	first = paste(desk)
	page = status(
		desk.post("/knowledge/new", {"kind": "text", "title": "RETURNS", "body": "Other.", "language": "en"}), 409
	)
	assert page.json["form"]["title"]["error"] and page.json["form"]["body"]["value"] == "Other."
	status(send(desk, "returns.txt", "text/plain", b"New rules."), 409)
	assert location(send(desk, "returns.txt", "text/plain", b"New rules.", replace="on")) == first
	assert desk.get(first).json["passages"][0]["text"] == "New rules."
	second = paste(desk, "Second")
	page = status(desk.post(second, {"title": "returns", "language": "en"}), 409)
	assert page.json["form"]["title"]["error"]


def what_is_refused(w):
	b, desk = w.business()
	for name, kind, content, words in (
		("a.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(40), "picture"),
		("a.docx", "application/zip", b"PK\x03\x04" + bytes(40), "can be read"),
		("a.pdf", "application/pdf", b"%PDF-1.4 broken", "PDF"),
		("a.txt", "text/plain", b"  \n", "text is empty"),
		("a.txt", "text/plain", b"", "Choose a file"),
		("a.txt", "text/plain", b"a\0b" * 50, "no text"),
		("a.exe", "application/x-msdownload", b"MZ" + bytes(9), "program"),
	):
		page = status(send(desk, name, kind, content), 400)
		assert words in page.json["form"]["file"]["error"], (name, page.json["form"]["file"])
	for form, field in (
		({"kind": "text", "title": "", "body": "x"}, "title"),
		({"kind": "text", "title": "T", "body": " "}, "body"),
		({"kind": "url", "url": ""}, "url"),
		({"kind": "text", "title": "T", "body": "x\0"}, "body"),
		({"kind": "file"}, "file"),
		({"kind": "text", "title": "T", "body": "x", "language": "no language"}, "language"),
		({}, "kind"),
		({"kind": "stone"}, "kind"),
		({"kind": "text", "title": "T", "body": "x" * (600 * 1024)}, "body"),
	):
		page = status(desk.post("/knowledge/new", form), 400)
		assert page.json["form"][field]["error"], (field, page.body[:300])
		assert len(page.body) < 100000
	assert not desk.get("/knowledge").json["has_documents"] and w.audit(b.org) == []


def titles_are_cut(w):
	"""A title is there to tell documents apart: one that is too long is cut, wherever it comes from."""
	_, desk = w.business()
	long, cut = "Zimmerpreise und Zeiten " * 20, ("Zimmerpreise und Zeiten " * 20)[:300].strip()
	title = lambda path: status(desk.get(path), 200).json["form"]["title"]["value"]
	path = paste(desk, long)
	assert title(path) == cut, title(path)
	html = "<html><head><title>%s</title></head><body><p>Words.</p></body></html>" % ("ü" * 400)
	assert title(location(send(desk, "page.html", "text/html", html.encode()))) == "ü" * 150
	assert title(location(send(desk, "x" * 400 + ".txt", "text/plain", b"Words."))) == "x" * 300
	model = status(desk.get(path), 200).json["form"]
	form = {n: model[n]["value"] for n in ("language", "body", "version")}
	location(desk.post(path, {**form, "title": "y" * 1000, "do": "save"}))
	assert title(path) == "y" * 300


def too_large(w):
	_, desk = w.business()
	status(send(desk, "a.txt", "text/plain", b"word " * (21 * 1024 * 1024 // 5)), 413)
	page = status(send(desk, "a.txt", "text/plain", b"Words of a long document.\n\n" * (18 * 1024 * 1024 // 27)), 400)
	assert "MB of text" in page.json["form"]["file"]["error"], page.json["form"]["file"]
	assert not desk.get("/knowledge").json["has_documents"]


def texts_are_never_something_else(w):
	_, desk = w.business()
	for n, text in enumerate(
		("MZ Hotel has rooms.", "GIF89 is a film.", "%PDF-1.4 is a format.", "<html><body>Markup stays.</body></html>")
	):
		path = paste(desk, "T%d" % n, text)
		assert text.split(" ")[-1] in desk.get(path).json["passages"][0]["text"], text


def editing(w):
	b, desk = w.business()
	other = w.signed_in(b.org)
	path = paste(desk)
	version = desk.get(path).json["form"]["version"]["value"]
	location(other.post(path, {"title": "Refunds", "language": "en", "version": version}), path)
	page = status(desk.post(path, {"title": "Mine", "language": "tr", "version": version}), 409)
	form = page.json["form"]
	assert (
		form["error"]
		and form["title"]["value"] == "Mine"
		and form["version"]["value"] != version
		and page.json["document"]["title"] == "Refunds"
	)
	location(desk.post(path, {"title": "Mine", "language": "tr", "version": form["version"]["value"]}), path)
	model = desk.get(path).json
	assert model["document"]["language"] == "Türkçe" and model["passages"] and model["document"]["title"] == "Mine"
	version = model["form"]["version"]["value"]
	with concurrent.futures.ThreadPoolExecutor(6) as threads:
		seen = sorted(
			p.status
			for p in threads.map(
				lambda n: patiently(
					lambda: desk.post(path, {"title": "T%d" % n, "language": "en", "version": version})
				),
				range(6),
			)
		)
	assert seen == [200] + [409] * 5, seen
	for bad in (
		{"title": ""},
		{"title": "T", "language": "<b>"},
		{"title": "T", "body": "x" * (600 * 1024)},
	):
		status(desk.post(path, bad), 400)
	assert "fourteen days" in b.asked(QUESTION)


def many_passages(w):
	_, desk = w.business()
	path = location(
		send(
			desk,
			"long.md",
			"text/markdown",
			"".join("# Part %d\n\n%s\n\n" % (n, ("Words about part %d. " % n) * 20) for n in range(70)).encode(),
		)
	)
	seen, next_path = [], path
	while next_path:
		page = status(desk.get(next_path), 200)
		assert len(page.body) < 100000 and len(status(desk.html(next_path), 200).body) < 100000
		seen += [p["n"] for p in page.json["passages"]]
		next_path = page.json["pager"]["older"]
	assert seen == [str(n + 1) for n in range(len(seen))] and len(seen) >= 70, seen
	assert not desk.get(path).json["document"]["editable"]


def many_documents(w):
	b, desk = w.business()
	import json

	lines = "".join(
		json.dumps({"title": "Document %d" % n, "text": "Text %d." % n, "language": "en"}) + "\n" for n in range(120)
	)
	w.stack.ctl("knowledge", "import", "--org", b.org, "--jsonl", "-", input=lines)
	seen, path = [], "/knowledge"
	while path:
		page = status(desk.get(path), 200)
		assert len(page.body) < 100000 and len(status(desk.html(path), 200).body) < 100000
		seen += [d["title"] for d in page.json["documents"]]
		path = page.json["pager"]["older"]
	assert len(seen) == 120 == len(set(seen)) and seen[0] == "Document 119"


def hostile_titles(w):
	_, desk = w.business()
	path = paste(desk, HOSTILE, HOSTILE + " is what it says.")
	location(
		upload(
			desk,
			"/knowledge/new",
			{"kind": "file", "language": "en"},
			("file", "<img src=x onerror=alert(1)>.txt", "text/plain", b"# <b>bold</b>\n\nText."),
		)
	)
	page = desk.post(
		"/knowledge/new", {"kind": "text", "title": HOSTILE, "body": HOSTILE}, headers={"Accept": "text/html"}
	)
	for page in (
		status(page, 409),
		desk.html("/knowledge"),
		desk.html(path),
		desk.post(path + "/delete", headers={"Accept": "text/html"}),
	):
		assert "<script>alert" not in page.text and "<img src=x" not in page.text and "&lt;script&gt;" in page.text
		assert "{{csrf}}" in page.text


def deleting(w):
	b, desk = w.business()
	path = paste(desk)
	page = status(desk.post(path + "/delete"), 200)
	assert page.json["confirm"]["title"].endswith("Returns") and page.json["page"]["name"] == "confirm"
	status(desk.get(path), 200)
	location(desk.post(path + "/delete", {"confirmed": "yes"}), "/knowledge")
	status(desk.get(path), 404)
	status(desk.post(path + "/delete", {"confirmed": "yes"}), 404)
	assert "fourteen" not in b.asked(QUESTION)
	assert w.sql.value("select count(*) as n from passages where org_id = %d" % b.org) == 0
	assert w.audit(b.org) == ["knowledge.add", "knowledge.delete"]


def other_organisations(w):
	_, theirs = w.business()
	path = paste(theirs)
	_, desk = w.business()
	desk.get("/knowledge")
	for page in (
		desk.get(path),
		desk.post(path, {"title": "X", "language": "en"}),
		desk.post(path, {"do": "fetch"}),
		desk.post(path + "/delete"),
		desk.post(path + "/delete", {"confirmed": "yes"}),
		desk.get("/knowledge/999999999"),
	):
		status(page, 404)
	assert theirs.get(path).json["document"]["title"] == "Returns"
	paste(desk)


@contextlib.contextmanager
def serving(pages):
	"""A site on loopback: {path: (status, body)}; /slow never answers. Gives its address and the paths that were
	asked for.
	"""
	asked, gate = [], threading.Event()

	class Pages(http.server.BaseHTTPRequestHandler):
		def do_GET(self):
			asked.append(self.path)
			code, body = pages.get(self.path, ("404", b"no"))
			if self.path == "/slow":
				gate.wait(8)
				return  # whoever asked has gone
			self.send_response(int(code))
			self.send_header(
				"Content-Type",
				"application/xml"
				if self.path.endswith(".xml")
				else "text/plain"
				if self.path.endswith(".txt")
				else "text/html",
			)
			self.send_header("Content-Length", str(len(body)))
			self.end_headers()
			self.wfile.write(body)

		def log_message(self, *_):
			pass

	server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	try:
		yield "http://127.0.0.1:%d" % server.server_port, asked
	finally:
		gate.set()
		server.shutdown()
		server.server_close()


def from_the_web(w):
	b, desk = w.business()
	pages = {
		"/page": (
			"200",
			b"<html><head><title>Parking</title></head><body><p>Guests park free of charge.</p></body></html>",
		)
	}
	with serving(pages) as (base, _):
		path = location(desk.post("/knowledge/new", {"kind": "url", "url": base + "/page", "language": "en"}))
		model = desk.get(path).json
		assert (
			model["document"]["title"] == "Parking"
			and model["document"]["url"] == base + "/page"
			and model["document"]["source"].startswith("127.0.0.1")
		), model["document"]
		assert "free of charge" in b.asked("where can guests park")
		pages["/page"] = ("200", pages["/page"][1].replace(b"free of charge", b"for ten euros"))
		location(desk.post(path, {"do": "fetch"}), path)
		assert "ten euros" in b.asked("where can guests park")
		pages["/page"] = ("404", b"gone")
		page = status(desk.post(path, {"do": "fetch"}), 400)
		assert (
			"404" in page.json["document"]["failed"] and page.json["document"]["next_step"] and page.json["passages"]
		), page.json["document"]
		for url in (base + "/none", "ftp://x/y", "no address at all", "http://127.0.0.1:1/"):
			assert status(desk.post("/knowledge/new", {"kind": "url", "url": url}), 400).json["form"]["url"]["error"], (
				url
			)
		page = status(desk.post("/knowledge/new", {"kind": "url", "url": base + "/slow"}), 400)
		assert page.json["form"]["url"]["error"] and page.json["form"]["url"]["value"] == base + "/slow"
		status(desk.post(paste(desk), {"do": "fetch"}), 400)
		assert w.audit(b.org)[:2] == ["knowledge.add", "knowledge.fetch"]


def html_page(title, text):
	return (
		"200",
		(
			"<html><head><title>%s</title></head><body><nav><a href='/'>Home</a> <a "
			"href='/x'>Contact</a></nav><main><p>%s</p></main></body></html>" % (title, text)
		).encode(),
	)


def sitemap_of(*addresses):
	return (
		"200",
		(
			"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>%s</urlset>"
			% "".join("<url><loc>%s</loc></url>" % a for a in addresses)
		).encode(),
	)


def chosen(desk, model, *paths):
	"""Fetches the pages of these paths from an offer, as the form of the page does."""
	form = [
		("csrf", desk.csrf),
		("site", model["form"]["site"]["value"]),
		("list", model["form"]["list"]["value"]),
		("language", "en"),
	]
	return desk.request(
		"POST",
		"/knowledge/site",
		urllib.parse.urlencode(form + [("page", p["url"]) for p in model["pages"] if p["path"] in paths]),
		{"Content-Type": "application/x-www-form-urlencoded"},
	)


def the_pages_of_a_site(w):
	b, desk = w.business()
	pages = {
		"/": html_page("Shop", "Welcome to the shop of umbrellas."),
		"/prices": html_page("Shop", "A large umbrella is thirty euros."),
		"/returns": html_page("Returns", RETURNS),
	}
	with serving(pages) as (base, asked):
		find = lambda path="/", kind="site": desk.post(
			"/knowledge/new", {"kind": kind, "url": base + path, "language": "en"}
		)
		page = status(find(), 400)
		assert (
			"has no sitemap" in page.json["form"]["url"]["error"] and page.json["form"]["url"]["value"] == base + "/"
		), page.json["form"]
		pages["/sitemap.xml"] = sitemap_of(
			base + "/",
			base + "/prices",
			base + "/returns",
			base + "/gone",
			"http://elsewhere.example/",
			"http://127.0.0.1:1/inside",
		)
		model = status(find(), 200).json
		assert model["page"]["name"] == "knowledge-site" and [p["path"] for p in model["pages"]] == [
			"/",
			"/prices",
			"/returns",
			"/gone",
		], model["pages"]
		assert (
			all(p["ticked"] and not p["known"] for p in model["pages"])
			and model["form"]["foreign"]["checked"]
			and not model["form"]["more"]["checked"]
		)
		assert (
			"/prices"
			in desk.post(
				"/knowledge/new", {"kind": "url", "url": base + "/sitemap.xml"}, headers={"Accept": "text/html"}
			).text
		), "an address that is a sitemap offers its pages"
		assert not desk.get("/knowledge").json["has_documents"] and "/prices" not in asked, (
			"nothing is fetched before it was chosen"
		)
		model = status(chosen(desk, model, "/", "/prices", "/gone"), 200).json
		state = {p["path"]: (p["stored"], bool(p["failed"]), p["ticked"]) for p in model["pages"]}
		assert state == {
			"/": (True, False, False),
			"/prices": (True, False, False),
			"/returns": (False, False, False),
			"/gone": (False, True, False),
		}, state
		assert (
			"404" in [p for p in model["pages"] if p["path"] == "/gone"][0]["failed"]
			and model["stored"] == "2"
			and not model["some_left"]
		)
		assert [d["title"] for d in desk.get("/knowledge").json["documents"]] == [
			"Shop - %s/prices" % base[7:],
			"Shop",
		], "two pages of one title are two documents"
		assert "thirty euros" in b.asked("how much is a large umbrella"), "and answer"
		pages["/prices"] = html_page("Umbrellas", "A large umbrella is forty euros.")
		model = status(find(), 200).json
		assert [(p["path"], p["ticked"], p["known"]) for p in model["pages"]] == [
			("/", False, True),
			("/prices", False, True),
			("/returns", True, False),
			("/gone", True, False),
		], model["pages"]
		status(chosen(desk, model, "/prices"), 200)
		assert (
			"forty euros" in b.asked("how much is a large umbrella")
			and len(desk.get("/knowledge").json["documents"]) == 2
		), "what is fetched again is replaced"
		assert w.audit(b.org) == ["knowledge.add", "knowledge.add", "knowledge.replace"]
		pages["/robots.txt"] = ("200", ("User-agent: *\nSitemap: %s/index.xml\n" % base).encode())
		pages["/index.xml"] = (
			"200",
			(
				"<sitemapindex>%s</sitemapindex>"
				% "".join(
					"<sitemap><loc>%s/%s.xml</loc></sitemap>" % (base, part) for part in ("part", "index", "packed")
				)
			).encode(),
		)
		pages["/part.xml"] = sitemap_of(base + "/returns")
		pages["/packed.xml"] = ("200", b"\x1f\x8b\x08" + bytes(20))
		assert [p["path"] for p in status(find("/prices"), 200).json["pages"]] == ["/returns"], (
			"what robots.txt names, an index with its parts"
		)
		assert status(find("/part.xml"), 200).json["pages"][0]["path"] == "/returns"
		assert "compressed" in status(find("/packed.xml", "url"), 400).json["form"]["url"]["error"]
		del asked[:]
		status(find("/index.xml"), 200)
		assert len(asked) <= 10, "an index that names itself ends: %s" % asked


def hostile_sites(w):
	b, desk = w.business()
	bomb = "<!DOCTYPE urlset [<!ENTITY a '%s'>%s]><urlset><url><loc>&z;</loc></url></urlset>" % (
		"x" * 100,
		"".join("<!ENTITY %s '%s'>" % (chr(98 + i), ("&%s;" % chr(97 + i)) * 60) for i in range(25)),
	)
	with serving({"/": html_page("Shop", "Welcome.")}) as (base, _), serving({}) as (other, asked):
		pages = {
			"/bomb.xml": ("200", bomb.encode()),
			"/foreign.xml": sitemap_of(*[other + "/%d" % n for n in range(50)]),
			"/empty.xml": ("200", b"<urlset/>"),
			"/torn.xml": ("200", b"<urlset><url><loc>"),
			"/huge.xml": ("200", b"<urlset>" + b" " * (11 << 20) + b"</urlset>"),
			"/loop.xml": (
				"200",
				b"<sitemapindex>"
				+ b"".join(b"<sitemap><loc>/loop.xml?%d</loc></sitemap>" % n for n in range(5000))
				+ b"</sitemapindex>",
			),
			"/many.xml": sitemap_of(*["/p/%d" % n for n in range(3000)]),
		}
		with serving(pages) as (site, fetched):
			for path in ("/bomb.xml", "/foreign.xml", "/empty.xml", "/torn.xml", "/huge.xml", "/loop.xml", "/slow"):
				start = time.monotonic()
				page = status(patiently(lambda: desk.post("/knowledge/new", {"kind": "site", "url": site + path})), 400)
				assert page.json["form"]["url"]["error"] and time.monotonic() - start < 12, (
					path,
					page.json["form"]["url"],
					time.monotonic() - start,
				)
			assert asked == [], "no other host is asked"
			assert len([p for p in fetched if p.startswith("/loop.xml")]) < 20
			model = status(desk.post("/knowledge/new", {"kind": "site", "url": site + "/many.xml"}), 200).json
			assert (
				len(model["pages"]) == 200
				and model["form"]["more"]["checked"]
				and sum(p["ticked"] for p in model["pages"]) == 20
			)
			for n in range(40):
				pages["/p/%d" % n] = html_page("Page <%d>" % n, "Words of page %d." % n)
			model = status(chosen(desk, model, *["/p/%d" % n for n in range(30)]), 200).json
			assert model["stored"] == "20" and model["left"] == "10" and model["some_left"], (
				model["stored"],
				model["left"],
			)
			assert (
				"<script>"
				not in status(
					desk.post(
						"/knowledge/new", {"kind": "site", "url": site + "/many.xml"}, headers={"Accept": "text/html"}
					),
					200,
				)
				.text.split("<main", 1)[1]
				.split("</main>")[0]
			)
			assert status(chosen(desk, model), 400).json["form"]["error"], "nothing was ticked"
			status(desk.post("/knowledge/site", {"site": site, "list": ""}), 400)
	low = w.signed_in(b.org, "operator")
	low.get("/account")
	status(low.post("/knowledge/site", {"site": "http://127.0.0.1/", "list": "http://127.0.0.1/"}), 403)


def many_at_once(w):
	_, desk = w.business()
	with concurrent.futures.ThreadPoolExecutor(4) as threads:
		seen = sorted(
			p.status
			for p in threads.map(
				lambda n: patiently(lambda: send(desk, "g%d.pdf" % n, "application/pdf", PDF)), range(4)
			)
		)
	assert seen == [200] * 4, seen
	with concurrent.futures.ThreadPoolExecutor(4) as threads:
		seen = sorted(
			p.status
			for p in threads.map(
				lambda n: patiently(lambda: send(desk, "same.txt", "text/plain", b"Text %d." % n)), range(4)
			)
		)
	assert seen == [200] + [409] * 3, seen


def pages_stay_fast_during_hostile_uploads(w):
	"""Sixteen uploads of a small PDF that takes seconds: one is read, the others are refused at once with what was
	typed, and pages of everybody are as fast as before.
	"""
	b, desk = w.business()
	_, other = w.business()
	path = paste(desk)
	pdf = slow_pdf()

	def pages(n):
		times = []
		for _ in range(n):
			start = time.monotonic()
			status(other.get("/inbox"), 200)
			times.append(1000 * (time.monotonic() - start))
		return sorted(times)

	before = pages(40)
	with concurrent.futures.ThreadPoolExecutor(16) as threads:
		started = time.monotonic()
		answers = [
			threads.submit(
				lambda n=n: (
					send(desk, "g%d.pdf" % n, "application/pdf", pdf, title="Typed %d" % n),
					time.monotonic() - started,
				)
			)
			for n in range(16)
		]
		meanwhile = []
		# The first refusal tells that the PDF is being read; what must be refused meanwhile is tried before
		# anything else, for a busy machine may be slow with the rest.
		processes.wait_until(lambda: any(a.done() for a in answers), "the first refusal")
		busy = status(
			desk.post("/knowledge/new", {"kind": "text", "title": "Meanwhile", "body": "What was typed."}), 503
		)
		reading = not all(a.done() for a in answers)
		status(desk.post(path, {"title": "Returns", "language": "en", "body": RETURNS}), 503)
		status(desk.post(path + "/delete", {"confirmed": "yes"}), 503)
		location(paste_as(other, "Of another"))
		while not all(a.done() for a in answers) or len(meanwhile) < 20:
			meanwhile += pages(5)
		meanwhile.sort()
	assert reading, "the PDF was read too fast for this test: %.1f s" % (time.monotonic() - started)
	refused = [a.result() for a in answers if a.result()[0].status == 503]
	assert len(refused) == 15, sorted(a.result()[0].status for a in answers)
	for page, _ in refused:
		assert (
			page.header("Retry-After") == "5"
			and page.json["form"]["title"]["value"].startswith("Typed ")
			and "Try again" in page.json["form"]["error"]
		), page.body[:400]
	assert busy.json["form"]["body"]["value"] == "What was typed."
	print(
		"# pages of another organisation, in ms: before p50 %.1f, max %.1f;"
		" during %d of them p50 %.1f, max %.1f (goal: max below 1000); refusals took %.0f ms at most"
		% (
			before[len(before) // 2],
			before[-1],
			len(meanwhile),
			meanwhile[len(meanwhile) // 2],
			meanwhile[-1],
			1000 * max(t for _, t in refused),
		)
	)
	assert meanwhile[-1] < 1000, "a page took %.0f ms" % meanwhile[-1]


def paste_as(desk, title):
	return patiently(
		lambda: desk.post("/knowledge/new", {"kind": "text", "title": title, "body": RETURNS, "language": "en"})
	)


def programs(w):
	b, desk = w.business()
	token = w.stack.ctl("token", "add", "--org", b.org, "Importer", "--role", "admin")
	bearer = {"Authorization": "Bearer " + token}
	path = location(upload(desk, "/knowledge/new", {"kind": "file"}, ("file", "a.txt", "text/plain", b"Text."), bearer))
	assert status(desk.request("GET", path, headers=bearer), 200).json["passages"][0]["text"] == "Text."
	assert w.sql.value("select actor from audit_log where org_id = %d and action = 'knowledge.add'" % b.org).startswith(
		"token:"
	)


def operators_stay_out(w):
	b, desk = w.business()
	path = paste(desk)
	low = w.signed_in(b.org, "operator")
	for page in ("/knowledge", "/knowledge/new", path):
		status(low.get(page), 403)
	low.get("/account")
	status(low.post(path + "/delete", {"confirmed": "yes"}), 403)


TESTS = (
	empty_at_first,
	pasted_text_answers,
	uploads,
	questions_to_try,
	same_title,
	what_is_refused,
	titles_are_cut,
	too_large,
	texts_are_never_something_else,
	editing,
	many_passages,
	many_documents,
	hostile_titles,
	deleting,
	other_organisations,
	from_the_web,
	the_pages_of_a_site,
	hostile_sites,
	many_at_once,
	pages_stay_fast_during_hostile_uploads,
	programs,
	operators_stay_out,
)

if __name__ == "__main__":
	sys.exit(answering.main(TESTS, **{"net.private_addresses": "allow"}))
