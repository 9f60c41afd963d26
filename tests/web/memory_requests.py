"""Requests that try to make a program take memory: bodies of the largest size that a route takes, in every shape
that some reader of it may enlarge.

Texts have a title of their own, so that they are indexed; of the other documents only the first is.
"""

import gzip
import time
import urllib.parse

from deskbell import net

KB, MB = 1024, 1024 * 1024
WEBHOOK_MAX = 4 * MB


class Case:
	def __init__(self, name, send):
		self.name, self.send = name, send


def fill(head, unit, tail, size):
	"""`head`, as many times `unit` as there is room for, `tail`."""
	return head + unit * ((size - len(head) - len(tail)) // len(unit)) + tail


# ---- deliveries ----


def numbered(unit, size):
	"""`unit` with growing numbers in it, separated by commas."""
	parts, length, n = [], 0, 0
	while length + len(unit) + 10 < size:
		parts.append(unit % n)
		length += len(parts[-1]) + 1
		n += 1
	return b",".join(parts)


def envelope(channel, value):
	return (
		b'{"object":"whatsapp_business_account","entry":[{"id":"%s","changes":[{"field":"messages",'
		b'"value":{"metadata":{"phone_number_id":"%s"},'
		% (channel.account_id.encode(), channel.phone_number_id.encode()),
		value,
		b"}}]}]}",
	)


def in_value(channel, head, unit, tail, size=WEBHOOK_MAX):
	start, _, end = envelope(channel, b"")
	return fill(start + head, unit, tail + end, size)


MESSAGE = b'{"from":"491510000001","id":"wamid.%s.%%d","timestamp":"1790000000","type":"text","text":{"body":"x"}}'
TEXT = b'"messages":[{"from":"491510000001","id":"wamid.%s","timestamp":"1790000000","type":"text","text":{"body":"'


def whatsapp_bodies(channel, tag):
	"""Bodies in the shape of a delivery of this channel; they are sent with a good and with a bad signature."""
	start, _, end = envelope(channel, b"")
	text = TEXT % tag
	yield "empty objects", in_value(channel, b'"x":[', b"{},", b"{}]")
	yield "empty objects of 250 kB", in_value(channel, b'"x":[', b"{},", b"{}]", 250 * KB)
	yield "empty arrays", in_value(channel, b'"x":[', b"[],", b"[]]")
	yield "objects that stay within the bound of values", in_value(channel, b'"x":[' + b"{}," * 24000, b" ", b"{}]")
	yield "messages that are numbers", in_value(channel, b'"messages":[', b"1,", b"1]")
	yield "messages that are objects", in_value(channel, b'"messages":[', b"{},", b"{}]")
	yield "messages that name a sender only", in_value(channel, b'"messages":[', b'{"from":"1"},', b"{}]")
	yield "levels without end", in_value(channel, b'"x":', b"[", b"")
	yield "members of one object", start + b'"x":{' + numbered(b'"%x":1', 3900 * KB) + b"}" + end
	yield "a long text", in_value(channel, text, b"x", b'"}}]')
	yield "a long text of escapes", in_value(channel, text, b'\\"', b'"}}]')
	yield "a long text of controls", in_value(channel, text, b"\\u0001", b'"}}]')
	yield "a long text that grows when folded", in_value(channel, text, "\ufdfa".encode(), b'"}}]')
	history = start.replace(b'"field":"messages"', b'"field":"history"') + b'"history":[{"threads":['
	yield (
		"a history of messages that are objects",
		fill(history + b'{"id":"491510000001","messages":[', b"{},", b"{}]}]}]" + end, WEBHOOK_MAX),
	)
	yield (
		"a history of threads without end",
		fill(history, b'{"id":"1","messages":[{}]},', b"{}]}]" + end, WEBHOOK_MAX),
	)
	yield (
		"a history as large as one is read",
		history
		+ b",".join(
			b'{"id":"4915%08d","messages":[' % n
			+ b",".join([MESSAGE % (tag + b"h%d" % n) % k for k in range(40)])
			+ b"]}"
			for n in range(390)
		)
		+ b"]}]"
		+ end,
	)
	yield "a message that is put aside", in_value(channel, b'"messages":["', b'\\"', b'"]')
	yield (
		"a message with much next to",
		in_value(
			channel, b'"messages":[{"from":"491510000001","id":"wamid.%s","type":"x","more":["' % tag, b'\\"', b'"]}]'
		),
	)
	yield (
		"a long name with many messages",
		start
		+ b'"contacts":[{"wa_id":"491510000001","profile":{"name":"'
		+ b"n" * (3 * MB)
		+ b'"}}],"messages":['
		+ numbered(MESSAGE % tag, 800 * KB)
		+ b"]"
		+ end,
	)
	yield (
		"many contacts with many messages",
		start
		+ b'"contacts":['
		+ numbered(b'{"wa_id":%d}', 60 * KB)
		+ b'],"messages":['
		+ numbered(MESSAGE % tag, 800 * KB)
		+ b"]"
		+ end,
	)
	yield "statuses", start + b'"statuses":[' + numbered(b'{"id":"s%d","status":"read"}', 3900 * KB) + b"]" + end
	yield (
		"failed statuses with details",
		start
		+ b'"statuses":['
		+ b",".join(
			b'{"id":"f%d","status":"failed","errors":[{"code":1,"message":"%s"}]}' % (n, b"d" * 3000)
			for n in range(1200)
		)
		+ b"]"
		+ end,
	)
	yield (
		"many channels",
		b'{"entry":['
		+ numbered(
			b'{"id":"9%d","changes":[{"value":{"metadata":{"phone_number_id":"8%d"}}}]}'.replace(b"8%d", b"8"),
			3900 * KB,
		)
		+ b"]}",
	)
	yield "not JSON at all", fill(start, b"\xff\x00", b"", WEBHOOK_MAX)
	yield "compressed", gzip.compress(in_value(channel, text, b"x", b'"}}]', 64 * MB))
	yield "over the limit", b" " * (WEBHOOK_MAX + 1)


def telegram_bodies():
	update = (
		b'{"update_id":%d,"message":{"message_id":%d,"date":1790000000,"chat":{"id":5,"type":"private","first_name":"'
	)
	yield "a long name", fill(update % (1, 1), b"n", b'"},"text":"t"}}', WEBHOOK_MAX)
	yield "a long text", fill(update % (2, 2) + b'n"},"text":"', "\ufdfa".encode(), b'"}}', WEBHOOK_MAX)
	yield (
		"many entities",
		fill(update % (3, 3) + b'n"},"text":"t","entities":[', b'{"type":"bold"},', b"{}]}}", WEBHOOK_MAX),
	)
	yield "many numbers", fill(update % (4, 4) + b'n"},"text":"t","entities":[', b"1,", b"1]}}", WEBHOOK_MAX)
	yield "no object", fill(b"[", b"[],", b"[]]", WEBHOOK_MAX)


def poster(port, path, body, headers):
	all_headers = dict({"Content-Type": "application/json"}, **headers)
	return lambda: net.request(port, "POST", path, body, all_headers, timeout=120).status


def webhook_cases(stack, server):
	org = stack.organisation("Memory")
	channel, bot = stack.connect(org), stack.connect_bot(org)
	cases = []
	for n, (name, body) in enumerate(whatsapp_bodies(channel, b"%d" % int(time.time()))):
		good = {"X-Hub-Signature-256": net.signature(channel.app_secret, body)}
		bad = {"X-Hub-Signature-256": "sha256=" + "0" * 64}
		if name == "compressed":
			good["Content-Encoding"] = bad["Content-Encoding"] = "gzip"
		for signed, headers in (("signed", good), ("badly signed", bad)):
			cases.append(
				Case("WhatsApp, %s, %s" % (signed, name), poster(server.port, "/api/webhooks/whatsapp", body, headers))
			)
	for name, body in telegram_bodies():
		for signed, secret in (("signed", bot.secret), ("badly signed", "x" * 40)):
			cases.append(
				Case(
					"Telegram, %s, %s" % (signed, name),
					poster(server.port, bot.path, body, {"X-Telegram-Bot-Api-Secret-Token": secret}),
				)
			)
	long = "a" * 7900
	cases.append(
		Case(
			"a long query",
			lambda: (
				net.request(
					server.port, "GET", "/api/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=" + long
				).status
			),
		)
	)
	cases.append(
		Case(
			"a query of many parts",
			lambda: net.request(server.port, "GET", "/api/webhooks/whatsapp?" + "&" * 7900).status,
		)
	)
	cases.append(
		Case(
			"many headers",
			lambda: (
				net.request(server.port, "GET", "/readyz", headers={"X-H%d" % n: "v" * 100 for n in range(100)}).status
			),
		)
	)
	return cases


# ---- the desk ----

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def multipart(fields, unit, size):
	"""A form of many parts."""
	head = b"".join(b"--zqb\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n" % pair for pair in fields)
	return fill(head, unit, b"--zqb--\r\n", size)


def document(csrf, title, name, kind, content):
	fields = ((b"csrf", csrf.encode()), (b"kind", b"file"), (b"language", b"en"), (b"title", title.encode()))
	head = b"".join(b"--zqb\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n" % pair for pair in fields)
	return (
		head + b"--zqb\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: "
		b"%s\r\n\r\n%s\r\n--zqb--\r\n" % (name, kind, content)
	)


def documents():
	size = 20 * MB - 4 * KB
	for name, unit in (
		("elements that open", b"<b>"),
		("elements side by side", b"<p>a</p>"),
		("links", b"<a href=x>a</a>"),
		("empty elements", b"<br>"),
		("entities", b"&lt;"),
		("comments", b"<!---->"),
		("tables", b"<table><tr><td>a"),
		("attributes", b"<i a=1 b=2 c=3 d=4>"),
		("text", b"word "),
		("open angles", b"<"),
		("half tags", b"<a "),
		("headings", b"<h1>a</h1>"),
		("hrefs", b"<a href='" + b"h" * 1000 + b"'>"),
	):
		yield "HTML of " + name, b"x.html", b"text/html", fill(b"<html><body>", unit, b"", size)
	for name, unit in (
		("brackets", b"["),
		("stars", b"*a"),
		("backticks", b"`a"),
		("quotes", b"> "),
		("lists", b"- a\n"),
		("nested lists", b"- "),
		("links", b"[a](b)"),
		("headings", b"# a\n"),
		("images", b"![a]("),
		("angles", b"<"),
		("underscores", b"_a_"),
		("definitions", b"[a]: b\n"),
		("tables", b"|a"),
		("emphasis", b"**a *b "),
	):
		yield "Markdown of " + name, b"x.md", b"text/markdown", fill(b"", unit, b"\n", size)
		yield (
			"paragraphs of " + name,
			b"x.md",
			b"text/markdown",
			fill(b"", unit * (400000 // len(unit)) + b"\n\n", b"\n", 5 * MB - KB),
		)
		yield "short paragraphs of " + name, b"x.md", b"text/markdown", fill(b"", unit + b"\n\n", b"\n", 5 * MB - KB)
	yield (
		"a Markdown table",
		b"x.md",
		b"text/markdown",
		fill(b"|" * 2000 + b"\n" + b"|-" * 2000 + b"|\n", b"|\n", b"", 40 * KB),
	)
	yield "text of words", b"x.txt", b"text/plain", fill(b"", b"word ", b"", size)
	yield "text of short lines", b"x.txt", b"text/plain", fill(b"", b"a\n", b"", size)
	yield "text of single bytes", b"x.txt", b"text/plain", fill(b"", b"\xe9 ", b"", size)
	yield "text of 16 bits", b"x.txt", b"text/plain", fill(b"\xff\xfe", "\uffff".encode("utf-16-le"), b"", size)
	yield "text that grows when folded", b"x.txt", b"text/plain", fill(b"", "\ufdfa ".encode(), b"", 5 * MB - KB)
	yield "text of different words", b"x.txt", b"text/plain", b" ".join(b"%x" % n for n in range(700000))[: 5 * MB - KB]
	yield (
		"a PDF of objects",
		b"x.pdf",
		b"application/pdf",
		fill(b"%PDF-1.4\n", b"1 0 obj<</a 1>>endobj\n", b"trailer<</Root 1 0 R>>", size),
	)
	yield "a picture", b"x.png", b"image/png", fill(b"\x89PNG\r\n\x1a\n", b"\0", b"", size)


def fill_tenant(w, org):
	"""Much of everything that pages show, each as long as it may be; returns the path of a conversation."""
	w.sql.script(
		"""
		insert into skills (org_id, title, response) select %(org)d, 'Large ' || n, repeat('"', 60000)
			from generate_series(1, 300) n;
		insert into channels (org_id, platform, external_id, config, status)
			values (%(org)d, 'whatsapp', 'm%(org)d', '{}', 'verified');
		insert into contacts (org_id, name, username) select %(org)d, repeat('"', 200), repeat('u', 64)
			from generate_series(1, 300) n;
		insert into conversations (org_id, channel_id, contact_id, platform) select %(org)d, ch.id, c.id, 'whatsapp'
			from channels ch join contacts c on c.org_id = ch.org_id where ch.org_id = %(org)d;
		insert into notes (org_id, conversation_id, body) select org_id, id, repeat('"', 16000) from conversations
			where org_id = %(org)d;
		insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, provider_id,
			status, status_at, metadata)
			select %(org)d, v.id, v.channel_id, 'inbound', 'contact', 'text', repeat('"', 32000), true, 'm' || n, 'received',
				now(),
				jsonb_build_object('x', repeat('"', 100000))
			from (select min(id) as id, min(channel_id) as channel_id from conversations where org_id = %(org)d) v,
				generate_series(1, 300) n;
		"""
		% {"org": org}
	)
	return "/inbox/%d" % w.sql.value("select min(id) as n from conversations where org_id = %d" % org)


def desk_cases(w):
	b = w.signed_in("owner")
	conversation = fill_tenant(w, b.org)
	b.get("/account")
	csrf = b.csrf.encode()
	form = b"csrf=" + csrf + b"&"

	def send(method, path, body=None, kind=None, **headers):
		all_headers = dict({"Accept": "text/html"}, **headers)
		if kind:
			all_headers["Content-Type"] = kind
		return lambda: request(b, method, path, body, all_headers)

	def post(path, body, kind=FORM, **headers):
		return send("POST", path, body, kind, **headers)

	cases = [
		Case("a form of %s for %s" % (name, path), post(path, fill(form, unit, b"", size)))
		for path, size in (
			("/skills/new", 3 * MB),
			("/skills/import", 5 * MB),
			("/knowledge/new", 20 * MB),
			("/inbox/1/messages", 64 * KB),
			("/settings/bot", 64 * KB),
		)
		for name, unit in (
			("empty pairs", b"&"),
			("short pairs", b"a=1&"),
			("one name", b"triggers=" + b"%E9" * 300 + b"&"),
			("percent signs", b"%41"),
			("one value", b"x"),
		)
	]
	triggers = b"title=Zq&response=Zq&enabled=on&triggers="
	cases += [
		Case("phrases of %s" % name, post("/skills/new", fill(form + triggers, unit, b"", 3 * MB)))
		for name, unit in (
			("one letter", b"a%0A"),
			("what grows when folded", b"%EF%B7%BA"),
			("escapes", b"%22"),
			("lines of what grows", b"%EF%B7%BA%0A"),
		)
	]
	skills = b'[{"title":"Zq","triggers":["a"],"response":"r"}]'
	cases += [
		Case(
			"skills of %s" % name,
			post("/skills/import", b"csrf=" + csrf + b"&pasted=" + urllib.parse.quote_plus(text).encode()),
		)
		for name, text in (
			("empty objects", fill(b"[", b"{},", b"{}]", MB)),
			("one skill again and again", fill(b"[", skills[1:-1] + b",", skills[1:], 2 * MB)),
			("many phrases", b'[{"title":"Zq","response":"r","triggers":[' + numbered(b'"p%d"', MB) + b"]}]"),
			("different skills", b"[" + numbered(b'{"title":"Zq %d","triggers":["a"],"response":"r"}', 2 * MB) + b"]"),
		)
	]
	cases += [
		Case("JSON of %s for %s" % (name, path), post(path, body, JSON, **{"X-CSRF-Token": b.csrf}))
		for path, size in (("/skills/import", 5 * MB), ("/knowledge/new", 20 * MB))
		for name, body in (
			("empty objects", fill(b"[", b"{},", b"{}]", size)),
			("members", b"{" + numbered(b'"%x":1', size - KB) + b"}"),
			("one text", fill(b'{"body":"', b"x", b'"}', size)),
			("escapes", fill(b'{"body":"', b"\\u0001", b'"}', size)),
			("levels", b"[" * (size - KB)),
		)
	]
	cases += [
		Case(
			"a form of %s parts" % name,
			post("/knowledge/new", multipart(((b"csrf", csrf),), unit, 20 * MB), "multipart/form-data; boundary=zqb"),
		)
		for name, unit in (
			("small", b"--zqb\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"),
			("headless", b"--zqb\r\n\r\n\r\n"),
			("unfinished", b"--zqb\r\nContent-Disposition: form-data"),
		)
	]
	cases += [
		Case(
			name,
			post(
				"/knowledge/new",
				document(b.csrf, name if name.startswith("text") else "Zq", file_name, kind, content),
				"multipart/form-data; boundary=zqb",
			),
		)
		for name, file_name, kind, content in documents()
	]
	cases.append(
		Case(
			"compressed",
			post(
				"/skills/new",
				gzip.compress(fill(form + triggers, b"a", b"", 64 * MB)),
				FORM,
				**{"Content-Encoding": "gzip"},
			),
		)
	)
	cases.append(
		Case("canned replies", post("/settings/replies", fill(form + b"title=Zq&body=", b"%EF%B7%BA", b"", 64 * KB)))
	)
	cases += [
		Case("a page of much, %s as %s" % (path.rstrip("0123456789"), kind), send("GET", path, Accept=kind))
		for path in (
			conversation,
			"/inbox",
			"/skills",
			"/skills/export",
			"/leads",
			"/leads/export.csv",
			"/knowledge",
			"/queue",
			"/status",
			"/audit",
			"/settings/people",
		)
		for kind in ("text/html", "application/json")
	]
	cases.append(Case("a long query", send("GET", "/inbox?q=" + "%EF%B7%BA" * 800)))
	cases.append(Case("a query of many parts", send("GET", "/inbox?" + "&" * 7900)))
	cases.append(Case("many cookies", send("GET", "/inbox", Cookie=";" * 7000)))
	cases.append(Case("a long cookie", send("GET", "/inbox", Cookie="__Host-deskbell=" + "x" * 7000)))
	cases.append(
		Case(
			"many languages",
			send("GET", "/sign-in", **{"Accept-Language": ",".join("x%d;q=0.%d" % (n, n) for n in range(700))}),
		)
	)
	return cases


def request(browser, method, path, body, headers):
	all_headers = dict({"Cookie": "; ".join("%s=%s" % pair for pair in browser.cookies.items())}, **headers)
	return net.request(browser.port, method, path, body, all_headers, timeout=120).status
