#!/usr/bin/python3
"""The knowledge base by its commands: importing files and lines, what is refused and how, listing, showing,
deleting, searching; imports at once, and one that is killed.
"""

import concurrent.futures
import http.server
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import processes
from deskbell.samples import PDF
from deskbell.stack import Stack
from deskbell.tap import program

USAGE, DATA, NO_INPUT = 64, 65, 66

DELIVERY = """# Delivery

We deliver to every country of the European Union.

## Costs

Shipping costs nine euros. Above one hundred euros it is free.

Can I collect my order?
Yes, from Monday to Friday.
"""


def line(title, text="Some text.", **more):
	return json.dumps(dict({"title": title, "text": text}, **more), ensure_ascii=False) + "\n"


class World:
	def __init__(self, stack):
		self.stack, self.sql = stack, stack.sql
		self.org = stack.organisation("Shop", language="en")

	def file(self, name, content):
		path = os.path.join(self.stack.folder, name)
		with open(path, "wb") as f:
			f.write(content if isinstance(content, bytes) else content.encode())
		os.chmod(path, 0o644)
		return path

	def run(self, *args, org=None, input=None):
		data = input.encode() if isinstance(input, str) else input
		argv = [
			self.stack.program("deskbellctl"),
			"--config",
			self.stack.conf,
			"knowledge",
			args[0],
			"--org",
			str(org or self.org),
		] + [str(a) for a in args[1:]]
		done = processes.run(argv, input=data, check=False)
		done.out, done.err = done.stdout.decode(), done.stderr.decode()
		return done

	def good(self, *args, **more):
		done = self.run(*args, **more)
		assert done.returncode == 0, done.err
		return done.out

	def refused(self, status, words, *args, **more):
		done = self.run(*args, **more)
		assert done.returncode == status and words in done.err and done.err.count("\n") == 1, (
			done.returncode,
			done.err,
		)

	def listed(self, org=None):
		return json.loads(self.good("list", "--json", org=org))

	def search(self, text, org=None):
		return json.loads(self.good("search", org=org, input=text + "\n"))

	def sums_are_true(self, org):
		return self.sql.value(
			"""select (k.passages, k.words, k.ngrams) = (select count(*), coalesce(sum(p.words), 0), coalesce(sum(p.ngrams), 0)
			from passages p where p.org_id = k.org_id) from knowledge_indexes k where org_id = %d"""
			% org
		)


def files(world):
	path = world.file("delivery.md", DELIVERY)
	assert "1 document: 1 added, 0 replaced, 0 unchanged; 3 new passages" in world.good("import", path)
	assert "0 added, 0 replaced, 1 unchanged" in world.good("import", path)
	world.file("delivery.md", DELIVERY.replace("nine", "ten"))
	assert json.loads(world.good("import", path, "--json")) == {
		"file": path,
		"added": 0,
		"replaced": 1,
		"unchanged": 0,
		"passages": 3,
	}
	plain = world.file("opening-hours.txt", "We are open from nine to five.")
	world.good("import", plain, world.file("b.txt", "Beta."), "--language", "de")
	world.good("import", plain, "--title", "When we are open")
	assert [(d["title"], d["language"], d["source"], d["state"]) for d in world.listed()] == [
		("Delivery", "en", "file", "ready"),
		("opening-hours", "de", "file", "ready"),
		("b", "de", "file", "ready"),
		("When we are open", "en", "file", "ready"),
	]
	assert (
		world.sql.value("select count(*) from audit_log where org_id = %d and action = 'knowledge.import'" % world.org)
		== 6
	)
	assert "TITLE" in world.good("list") and "Delivery" in world.good("list")


HTML = """<html><head><title>Parking</title><script>alert('hours')</script></head>
<body><nav>Home</nav><h1>Parking</h1><p>Guests park free of charge behind the house.</p></body></html>"""


def formats(world):
	org = world.stack.organisation("Formats")
	world.good("import", world.file("guarantee.pdf", PDF), world.file("parking.html", HTML), org=org)
	world.good("import", "-", "--title", "Pasted", input="Dogs are welcome on a leash.", org=org)
	assert [(d["title"], d["source"]) for d in world.listed(org)] == [
		("guarantee", "file"),
		("Parking", "file"),
		("Pasted", "paste"),
	], world.listed(org)
	assert "three years" in world.search("how long does the guarantee last", org=org)["reply"]
	assert "free of charge" in world.search("where can guests park", org=org)["reply"]
	assert "leash" in world.search("are dogs welcome", org=org)["reply"]
	for name, content, words in (
		("a.pdf", b"%PDF-1.4 broken", "PDF"),
		("a.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "picture"),
		("a.docx", b"PK\x03\x04" + bytes(40), "can be read"),
		("a.txt", b" ", ""),
	):
		done = world.run("import", world.file(name, content), org=org)
		assert done.returncode == DATA and words in done.err, (name, done.err)


def from_the_web(world):
	org = world.stack.organisation("Web")
	handler = type(
		"Pages",
		(http.server.SimpleHTTPRequestHandler,),
		{
			"log_message": lambda *a: None,
			"__init__": lambda self, *a: http.server.SimpleHTTPRequestHandler.__init__(
				self, *a, directory=world.stack.folder
			),
		},
	)
	server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	try:
		world.file("page.html", HTML)
		url = "http://127.0.0.1:%d/page.html" % server.server_port
		done = world.run("import", "--url", url, org=org)
		assert done.returncode == 69 and "this machine" in done.err, done.err
		done = world.run("import", "--site", url, org=org)
		assert done.returncode == 69 and "this machine" in done.err, done.err
		world.stack.write_conf(**{"net.private_addresses": "allow"})
		world.good("import", "--url", url, org=org)
		assert [(d["title"], d["source"], d["url"]) for d in world.listed(org)] == [("Parking", "url", url)], (
			world.listed(org)
		)
		assert world.search("where can guests park", org=org)["reply"].endswith("— Parking\n" + url), world.search(
			"where can guests park", org=org
		)
		assert world.run("import", "--url", url + ".no", org=org).returncode == NO_INPUT
		done = world.run("import", "--site", url, org=org)
		assert done.returncode == NO_INPUT and "no sitemap" in done.err, done.err
		world.file("dogs.html", b"<title>Dogs</title><p>Dogs are welcome on a leash.</p>")
		world.file(
			"sitemap.xml",
			b"<urlset>%s</urlset>"
			% b"".join(b"<url><loc>/%s</loc></url>" % page for page in (b"page.html", b"dogs.html", b"gone.html")),
		)
		done = world.run("import", "--site", url, org=org)
		assert (
			done.returncode == 0
			and "/gone.html: " in done.err
			and "404" in done.err
			and "0 added, 0 replaced, 1 unchanged" in done.out
			and "1 added" in done.out
		), (done.out, done.err)
		assert sorted(d["title"] for d in world.listed(org)) == ["Dogs", "Parking"], world.listed(org)
		done = world.run("import", "--url", url.replace("page.html", "sitemap.xml"), org=org)
		assert done.returncode == DATA and "this is a sitemap" in done.err, done.err
	finally:
		server.shutdown()
		server.server_close()
		world.stack.write_conf(**{"net.private_addresses": "deny"})


def found_and_quoted(world):
	found = world.search("What are the shipping costs?")
	assert found["stage"] == "knowledge" and found["passages"][0]["document"] == "Delivery", found
	assert found["reply"].startswith("Shipping costs ten euros.") and "\u2014" not in found["reply"], found
	assert world.search("can i colect my order")["reply"].startswith("Yes, from Monday to Friday."), world.search(
		"can i colect my order"
	)
	for text in ("who won the match last night", "", "???", "\u00ff\u00fe"):
		found = world.search(text)
		assert found["stage"] == "fallback" and found["reply"] is None, found
	other = world.stack.organisation("Other")
	assert world.search("How much does shipping cost?", org=other)["passages"] == []


def named_by_people(world):
	"""A file's name is shown to nobody; the title that its owner has given it is."""
	org = world.stack.organisation("Named", language="en")
	path = world.file("parking-2026_v3.txt", "Guests park free of charge behind the house.")
	world.good("import", path, org=org)
	reply = world.search("where do guests park", org=org)["reply"]
	assert reply == "Guests park free of charge behind the house.", reply
	told = world.stack.ctl("ask", "--org", org, "--turns", input="where do guests park\n")
	assert reply in json.loads(told)["reply"] and "parking-2026" not in json.loads(told)["reply"], told
	world.good("import", "-", "--title", "Dogs in the garden", org=org, input="Dogs play in the garden on a leash.")
	reply = world.search("may dogs play in the garden", org=org)["reply"]
	assert reply.endswith("\n\n— Dogs in the garden"), reply


def shown(world):
	document = world.listed()[0]["id"]
	told = json.loads(world.good("show", document, "--json"))
	assert [p["heading"] for p in told["passages"]] == [
		"Delivery",
		"Delivery > Costs",
		"Delivery > Costs > Can I collect my order?",
	], told
	text = world.good("show", document)
	assert "Delivery > Costs" in text and "ten euros" in text, text
	world.refused(NO_INPUT, "no document 99999", "show", 99999)
	other = world.stack.organisation("Nosy")
	world.refused(NO_INPUT, "no document", "show", document, org=other)
	world.refused(NO_INPUT, "no document", "delete", document, org=other)


def lines(world):
	org = world.stack.organisation("Lines", language="tr")
	text = (
		line("One", "Teslimat üç gün sürer.")
		+ "\n"
		+ line("Two", "Livraison en six jours.", language="fr", url="https://shop.example/two")
		+ line("Drei\u0000", "x\u0000y")
	)
	assert "3 documents: 3 added" in world.good("import", "--jsonl", "-", org=org, input=text)
	path = world.file("lines.jsonl", line("ONE", "Teslimat iki gün sürer."))
	assert "1 replaced" in world.good("import", "--jsonl", path, org=org)
	assert [(d["title"], d["language"], d["url"]) for d in world.listed(org)][:2] == [
		("ONE", "tr", None),
		("Two", "fr", "https://shop.example/two"),
	]
	world.good("import", "--jsonl", "-", org=org, input=line("Z" * 301, "Çok uzun."))
	assert "Z" * 300 in [d["title"] for d in world.listed(org)], "a title that is too long is cut"
	assert world.search("livraison en jours", org=org)["reply"].endswith("\u2014 Two\nhttps://shop.example/two")


def bad_lines(world):
	org, good = world.stack.organisation("Bad lines"), line("Good")
	for words, text in (
		("line 2: it is no JSON", good + "{\n"),
		("line 3: it must be a JSON object", good + "\n[1]\n"),
		("line 2: the title is empty", good + line(" ")),
		("line 2: there is no text", good + line("x", " \n ")),
		("line 2: title, text, language and url must be strings", good + '{"title": 1, "text": "x"}\n'),
		("line 2: language must be a tag", good + line("x", language="en; drop")),
		("line 3: line 1 has the same title", good + line("B") + line("GOOD")),
		("it is empty", "\n \n"),
		("line 1: it is no JSON", "\xff\xfe\n"),
	):
		world.refused(DATA, words, "import", "--jsonl", "-", org=org, input=text)
	assert world.listed(org) == []


def bad_arguments(world):
	world.refused(USAGE, "name either FILEs, or --jsonl", "import")
	world.refused(USAGE, "name either FILEs, or --jsonl", "import", "a.txt", "--jsonl", "b")
	world.refused(USAGE, "name either FILEs, or --jsonl", "import", "--url", "http://a.example", "--jsonl", "b")
	world.refused(USAGE, "--title is for one document", "import", "a.txt", "b.txt", "--title", "x")
	world.refused(USAGE, "--language must be", "import", "a.txt", "--language", "x y")
	world.refused(NO_INPUT, "cannot be opened", "import", "/nowhere/a.txt")
	world.refused(DATA, "the text is empty", "import", world.file("empty.txt", " \n"))
	world.refused(USAGE, "DOCUMENT must be a whole number", "delete", "x")
	world.refused(USAGE, "DOCUMENT is missing", "delete")
	world.refused(NO_INPUT, "no organisation", "import", world.file("a.txt", "x"), org=999999)
	world.good("import", world.file("bytes.txt", b"caf\xe9 \xff"))


def deleted(world):
	org = world.stack.organisation("Deleted")
	world.good(
		"import",
		"--jsonl",
		"-",
		org=org,
		input="".join(line("Document %d" % i, "Number %d is about apples." % i) for i in range(5)),
	)
	ids = [d["id"] for d in world.listed(org)]
	world.refused(NO_INPUT, "Nothing was deleted", "delete", ids[0], 999999, org=org)
	assert len(world.listed(org)) == 5
	assert "4 documents deleted" in world.good("delete", *ids[:4], org=org)
	assert [p["document"] for p in world.search("apples", org=org)["passages"]] == ["Document 4"]
	world.good("delete", ids[4], org=org)
	assert (
		world.search("apples", org=org)["passages"] == []
		and world.sql.value("select count(*) from passage_terms where org_id = %d" % org) == 0
	)
	assert world.sums_are_true(org)


def imports_at_once(world):
	org = world.stack.organisation("At once")

	def batch(n):
		return world.good(
			"import",
			"--jsonl",
			"-",
			org=org,
			input="".join(line("Document %d" % (i + 10 * n), "Version %d of %d." % (n, i)) for i in range(30)),
		)

	with concurrent.futures.ThreadPoolExecutor(4) as threads:
		list(threads.map(batch, range(4)))
	assert len(world.listed(org)) == 60 and world.sums_are_true(org)


def killed(world):
	"""In the middle of an import: nothing of it is there, and the next one is not hindered."""
	org = world.stack.organisation("Killed")
	world.good("import", "--jsonl", "-", org=org, input=line("First", "This stays."))
	text = "".join(line("Document %d" % i, "Sentence about %d and more. " % i * 60) for i in range(3000)).encode()
	path = world.file("many.jsonl", text)
	argv = [
		world.stack.program("deskbellctl"),
		"--config",
		world.stack.conf,
		"knowledge",
		"import",
		"--org",
		str(org),
		"--jsonl",
		path,
	]
	program = subprocess.Popen(
		processes.unprivileged(argv), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=processes.environment()
	)
	try:
		processes.wait_until(
			lambda: (
				world.sql.value(
					"select count(*) from pg_stat_activity where query like '%%passages%%' and application_name = 'deskbellctl'"
				)
				> 0
			),
			"work",
			timeout=20,
		)
	finally:
		program.send_signal(signal.SIGKILL)
		program.wait()
	time.sleep(0.1)
	world.good("import", "--jsonl", "-", org=org, input=line("Last", "This too."))
	assert [d["title"] for d in world.listed(org)] == ["First", "Last"] and world.sums_are_true(org)


def zipped(**parts):
	"""A zip file whose members are named with __ for a slash and _0_ for a dot."""
	out = io.BytesIO()
	with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
		for name, text in parts.items():
			z.writestr(name.replace("__", "/").replace("_0_", "."), text)
	return out.getvalue()


def spreadsheet(rows, **more):
	sheets = '<sheet name="Prices" r:id="rId1"/><sheet name="Hidden" state="hidden" r:id="rId2"/>'
	relation = '<Relationship Id="rId%d" Target="worksheets/sheet%d.xml"/>'
	texts = "<si><t>Massage</t></si><si><r><t>Hot </t></r><r><t>stones</t></r></si><si><t>Price</t></si>"
	formats = '<numFmt numFmtId="164" formatCode="#,##0.00 [$€-407]"/>'
	styles = "".join('<xf numFmtId="%d"/>' % n for n in (0, 164, 14, 20))
	hidden = '<row><c t="inlineStr"><is><t>secret</t></is></c></row>'
	sheet = "<worksheet><sheetData>%s</sheetData></worksheet>"
	parts = {
		"xl__workbook_0_xml": '<workbook xmlns:r="r"><sheets>%s</sheets></workbook>' % sheets,
		"xl___rels__workbook_0_xml_0_rels": "<Relationships>%s</Relationships>"
		% "".join(relation % (n, n) for n in (1, 2)),
		"xl__sharedStrings_0_xml": "<sst>%s</sst>" % texts,
		"xl__styles_0_xml": "<styleSheet><numFmts>%s</numFmts><cellXfs>%s</cellXfs></styleSheet>" % (formats, styles),
		"xl__worksheets__sheet1_0_xml": sheet % rows,
		"xl__worksheets__sheet2_0_xml": sheet % hidden,
		**more,
	}
	return zipped(**parts)


def office(world):
	org = world.stack.organisation("Office", language="en")
	rows = (
		'<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>2</v></c></row><row><c r="A2" t="s"><v>1</v></c><c r="B2" '
		's="1"><v>89.5</v></c></row>'
		'<row><c r="A3" t="inlineStr"><is><t>Until</t></is></c><c r="B3" s="2"><v>46387</v></c><c r="D3" '
		's="3"><v>0.75</v></c></row>'
	)
	world.good("import", world.file("prices.xlsx", spreadsheet(rows)), org=org)
	text = world.good("show", world.listed(org)[0]["id"], org=org)
	assert (
		"Massage | Price Hot stones | 89.50 € Until | 2026-12-31 | | 18:00" in " ".join(text.split())
		and "secret" not in text
	), text
	body = (
		'<w:document '
		'xmlns:w="w"><w:body><w:p><w:pPr><w:pStyle '
		'w:val="berschrift1"/></w:pPr><w:r><w:t>Sauna</w:t></w:r></w:p><w:p><w:r><w:t>Open on '
		'Sun</w:t></w:r><w:r><w:t>days.</w:t></w:r></w:p>'
		'<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Bring '
		'a towel</w:t></w:r></w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>'
		'<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Two hours</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>16 '
		'Euro</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>'
	)
	styles = '<w:styles xmlns:w="w"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>'
	world.good(
		"import", world.file("sauna.docx", zipped(word__document_0_xml=body, word__styles_0_xml=styles)), org=org
	)
	text = world.good(
		"show", [d["id"] for d in world.listed(org) if d["title"] == "Sauna" or d["title"] == "sauna"][0], org=org
	)
	for wanted in ("Open on Sundays.", "Bring a towel", "Two hours | 16 Euro"):
		assert wanted in text, (wanted, text)
	assert "gone" not in text
	world.good("import", world.file("list.csv", 'Cut;Price\n"Short; wet";"30,50 €"\n"Say ""when""";5 €\n'), org=org)
	text = " ".join(
		world.good("show", [d["id"] for d in world.listed(org) if d["title"] == "list"][0], org=org).split()
	)
	assert 'Short; wet | 30,50 € Say "when" | 5 €' in text, text


def hostile_office(world):
	bomb = zipped(word__document_0_xml='<w:document xmlns:w="w"><w:t>' + "a" * (40 << 20))
	world.refused(DATA, "divide it", "import", world.file("bomb.docx", bomb))
	world.refused(DATA, "no values", "import", world.file("empty.xlsx", zipped(xl__workbook_0_xml="<workbook/>")))
	world.refused(DATA, "a zipped file", "import", world.file("photos.zip", zipped(photo_0_jpg="x")))
	whole = spreadsheet("<row/>")
	for n in (40, len(whole) // 2, len(whole) - 10):
		assert world.run("import", world.file("cut.xlsx", whole[:n])).returncode == DATA
	entities = (
		'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM '
		'"file:///etc/passwd">]><w:document xmlns:w="w"><w:p><w:r><w:t>Hello &b;&c;</w:t></w:r></w:p></w:document>'
	)
	org = world.stack.organisation("Entities", language="en")
	world.good("import", world.file("entities.docx", zipped(word__document_0_xml=entities)), org=org)
	assert "root:" not in world.good("show", world.listed(org)[0]["id"], org=org)


TESTS = [
	("Word, Excel and CSV files are read", office),
	("hostile files of Word and Excel are refused", hostile_office),
	("files are added, replaced, left alone", files),
	("what they say is found and quoted", found_and_quoted),
	("a file's name is not shown", named_by_people),
	("documents are shown, to their own organisation", shown),
	("files of other formats", formats),
	("from the web", from_the_web),
	("lines of JSON", lines),
	("a bad line is named and nothing is imported", bad_lines),
	("bad arguments", bad_arguments),
	("deleted, all or none", deleted),
	("imports at once", imports_at_once),
	("an import that is killed", killed),
]


def run(tap):
	with Stack(with_simulator=False) as stack:
		world = World(stack)
		for name, test in TESTS:
			tap.run(name, test, world)
		stack.check_logs(tap)


if __name__ == "__main__":
	sys.exit(program(run))
