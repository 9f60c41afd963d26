#!/usr/bin/python3
# The organisation's own name and language.
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import struct
import zlib

from answering import upload
from work import HOSTILE, Browser, bearer, escaped, location, main, status, test

PAGE = "/settings/organisation"


def stored(w, org):
	return w.sql.row("select name, language from organizations where id = %d" % org)


def picture(width, height, secret=b"zqsecretplace"):
	"""A PNG file of one colour, with a note of the camera."""
	chunk = lambda kind, held: struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))
	head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
	return (
		b"\x89PNG\r\n\x1a\n"
		+ chunk(b"IHDR", head)
		+ chunk(b"tEXt", b"Comment\0" + secret)
		+ chunk(b"IDAT", zlib.compress((b"\0" + b"\xd8\x5a\x7a" * width) * height))
		+ chunk(b"IEND", b"")
	)


def size(png):
	return struct.unpack(">II", png[16:24])


@test
def the_logo_is_encoded_again_and_stands_where_people_are(w):
	b = w.signed_in()
	visitor = w.browser()
	assert visitor.get("/sign-in").json["visited"]["logo"] is False, "one organisation alone"
	status(b.get("/logo"), 404)
	location(upload(b, PAGE + "/logo", {"do": "set"}, ("logo", "shop.png", "image/png", picture(800, 400))), PAGE)
	href = b.get(PAGE).json["logo"]["href"]
	page = w.signed_in("operator", b.org).request("GET", href)
	assert (
		page.status == 200
		and page.header("Content-Type") == "image/png"
		and size(page.body) == (160, 80)
		and b"zqsecretplace" not in page.body
	), page.headers
	assert "immutable" in page.header("Cache-Control") and href in b.html("/inbox").text, "it stands in the rail"
	shown = visitor.get("/sign-in").json["visited"]
	assert (
		shown["logo"].startswith("data:image/png;base64,") and shown["name"] == b.get("/account").json["org"]["name"]
	), shown
	assert shown["logo"] in visitor.html("/sign-in").text
	other = w.signed_in("admin")
	assert visitor.get("/sign-in").json["visited"] is False, "of several organisations none is shown to strangers"
	link = status(b.post("/settings/people/invite", {"email": "logo@example.com", "role": "operator"}), 200).json[
		"invitation"
	]["link"]
	path = "/" + link.split("/", 3)[3]
	Browser.seen.add(path.split("/")[-1])
	assert visitor.get(path).json["visited"]["logo"] == shown["logo"]
	status(other.request("GET", href), 404)
	for content in (b"GIF89a no picture", b"%PDF-1.4 no picture either"):
		page = upload(b, PAGE + "/logo", {"do": "set"}, ("logo", "shop.png", "image/png", content))
		assert page.status == 400 and page.json["logo"]["error"] and page.json["form"]["name"]["value"], page.json
	assert upload(b, PAGE + "/logo", {"do": "set"}).json["logo"]["error"] == "Choose a picture."
	assert b.get(PAGE).json["logo"]["href"] == href, "what is wrong changes nothing"
	location(upload(b, PAGE + "/logo", {"do": "remove"}), PAGE)
	status(b.get("/logo"), 404)
	assert b.get(PAGE).json["logo"] == {"href": False, "error": False}
	audit = [
		r["detail"]
		for r in w.sql.rows(
			"select detail from audit_log where org_id = %d and action = 'organization.edit' order by id" % b.org
		)
	]
	assert [str(a) for a in audit] == ["{'logo': 'set'}", "{'logo': 'removed'}"], audit


@test
def the_trade_is_changed(w):
	b = w.signed_in("admin")
	assert [t["name"] for t in b.get(PAGE).json["trades"] if t["here"]] == ["other"]
	location(b.post(PAGE, {"name": "X", "language": "en", "trade": "hotel"}), PAGE)
	assert [t["name"] for t in b.get(PAGE).json["trades"] if t["here"]] == ["hotel"] and b.get("/start/skills").json[
		"trade"
	] == "hotel"
	status(b.post(PAGE, {"name": "X", "language": "en", "trade": "bank"}), 400)


@test
def what_it_is_and_will_be(w):
	b = w.signed_in("admin")
	before = stored(w, b.org)
	model = status(b.get(PAGE), 200).json
	assert model["form"]["name"]["value"] == before["name"] and [
		l["code"] for l in model["languages"] if l["here"]
	] == ["en"], model
	assert all(l["code"] for l in model["languages"]), "no organisation is without a language"
	location(b.post(PAGE, {"name": "  Çiçekçi Öz  ", "language": "tr"}), PAGE)
	assert stored(w, b.org) == {"name": "Çiçekçi Öz", "language": "tr"}, stored(w, b.org)
	assert b.get("/account").json["org"]["name"] == "Çiçekçi Öz"
	location(b.post(PAGE, {"name": "Çiçekçi Öz", "language": "tr"}), PAGE)
	audit = [
		r["detail"]
		for r in w.sql.rows("select detail from audit_log where org_id = %d and action = 'organization.edit'" % b.org)
	]
	assert len(audit) == 1 and "tr" in str(audit[0]), "only what changed is written down: %s" % audit
	assert status(b.get("/knowledge/new"), 200).json["languages"] and [
		l["code"] for l in b.get("/knowledge/new").json["languages"] if l["here"]
	] == ["tr"]


@test
def a_tag_that_is_not_offered_stays(w):
	b = w.signed_in()
	w.sql.script("update organizations set language = 'pt-BR' where id = %d;" % b.org)
	assert [l["code"] for l in b.get(PAGE).json["languages"] if l["here"]] == ["pt-BR"]
	location(b.post(PAGE, {"name": "X", "language": "pt-BR"}), PAGE)
	assert stored(w, b.org)["language"] == "pt-BR"


@test
def what_is_wrong_is_told_and_kept(w):
	b = w.signed_in()
	before = stored(w, b.org)
	for name, language, wrong in (
		("", "tr", "name"),
		("x" * 201, "tr", "name"),
		("a\nb", "tr", "name"),
		("Ok", "", "language"),
		("Ok", "x", "language"),
		("Ok", "not a tag", "language"),
	):
		form = status(b.post(PAGE, {"name": name, "language": language}), 400).json["form"]
		assert form[wrong]["error"] and form["language"]["value"] == language, (name, language, form)
	assert stored(w, b.org) == before
	location(b.post(PAGE, {"name": HOSTILE, "language": "en"}), PAGE)
	escaped(b.html(PAGE))


@test
def who_may(w):
	owner = w.signed_in()
	operator = w.signed_in("operator", owner.org)
	status(operator.get(PAGE), 403)
	status(operator.post(PAGE, {"name": "Mine", "language": "en"}), 403)
	headers = bearer(w, owner.org, "admin")
	status(owner.request("GET", PAGE, headers=headers), 200)


sys.exit(main())
