#!/usr/bin/python3
# The organisation's own name and language.
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, bearer, escaped, location, main, status, test

PAGE = "/settings/organisation"


def stored(w, org):
	return w.sql.row("select name, language from organizations where id = %d" % org)


@test
def what_it_is_and_will_be(w):
	b = w.signed_in("admin")
	before = stored(w, b.org)
	model = status(b.get(PAGE), 200).json
	assert model["form"]["name"]["value"] == before["name"] and [l["code"] for l in model["languages"] if l["here"]] == ["en"], model
	assert all(l["code"] for l in model["languages"]), "no organisation is without a language"
	location(b.post(PAGE, {"name": "  Çiçekçi Öz  ", "language": "tr"}), PAGE)
	assert stored(w, b.org) == {"name": "Çiçekçi Öz", "language": "tr"}, stored(w, b.org)
	assert b.get("/account").json["org"]["name"] == "Çiçekçi Öz"
	location(b.post(PAGE, {"name": "Çiçekçi Öz", "language": "tr"}), PAGE)
	audit = [r["detail"] for r in w.sql.rows("select detail from audit_log where org_id = %d and action = 'organization.edit'" % b.org)]
	assert len(audit) == 1 and "tr" in str(audit[0]), "only what changed is written down: %s" % audit
	assert status(b.get("/knowledge/new"), 200).json["languages"] and [l["code"] for l in b.get("/knowledge/new").json["languages"] if l["here"]] == ["tr"]


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
	for name, language, wrong in (("", "tr", "name"), ("x" * 201, "tr", "name"), ("a\nb", "tr", "name"), ("Ok", "", "language"), ("Ok", "x", "language"), ("Ok", "not a tag", "language")):
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
