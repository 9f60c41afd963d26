#!/usr/bin/python3
"""How much an organisation may have: the same limits for the desk, its API and deskbellctl, with words that say what
the limit is and what to do.
"""

import concurrent.futures
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import answering
from answering import location, status

LIMITS = {
	"quota.skills": "3",
	"quota.training_phrases": "12",
	"quota.training_bytes": "1000",
	"quota.documents": "2",
	"quota.people": "2",
	"quota.tags": "2",
}


def skill(desk, title, triggers="one", path="/skills/new", **more):
	return desk.post(path, dict({"title": title, "triggers": triggers, "response": "Yes.", "enabled": "on"}, **more))


def document(desk, title):
	while (
		page := desk.post(
			"/knowledge/new", {"kind": "text", "title": title, "body": "Peonies last eight days.", "language": "en"}
		)
	).status == 503:
		pass
	return page


def refused(page, words):
	error = status(page, 403).json["form"]["error"]
	assert words.lower() in error.lower() and error.endswith("."), error
	return page


def skills(w):
	b, desk = w.business([])
	first = location(skill(desk, "One"))
	for title in ("Two", "Three"):
		location(skill(desk, title))
	page = refused(skill(desk, "Four", "kept"), "there would be 4 skills, and this organisation may have 3")
	assert page.json["form"]["title"]["value"] == "Four" and "kept" in page.json["form"]["triggers"]["value"], (
		page.json["form"]
	)
	location(skill(desk, "One", "another", path=first))  # as many as before
	refused(skill(desk, "One", "\n".join("t%d" % n for n in range(20)), path=first), "titles and triggers")
	refused(skill(desk, "One", "x" * 1200, path=first), "bytes together")
	assert len(desk.get("/skills").json["skills"]) == 3


def imports(w):
	b, desk = w.business([])
	many = json.dumps([{"title": "T%d" % n, "triggers": ["t"], "response": "r"} for n in range(4)])
	page = status(desk.post("/skills/import", {"pasted": many}), 400)
	assert "there would be 4 skills" in page.json["problems"][0]["words"], page.json["problems"]
	done = w.stack.ctl("skill", "import", "--org", b.org, input=many, check=False)
	assert done.returncode == 65 and b"there would be 4 skills" in done.stderr, done.stderr
	w.stack.ctl("setting", "set", "--org", b.org, "quota_skills", "4")
	location(desk.post("/skills/import", {"pasted": many}), "/skills")
	w.stack.ctl("setting", "unset", "--org", b.org, "quota_skills")
	w.stack.ctl("skill", "import", "--org", b.org, input=many)  # too many already, but not more than before


def at_the_same_time(w):
	_, desk = w.business([])
	for title in ("One", "Two"):
		location(skill(desk, title))
	with concurrent.futures.ThreadPoolExecutor(6) as threads:
		seen = sorted(p.status for p in threads.map(lambda n: skill(desk, "More %d" % n), range(6)))
	assert seen == [200] + [403] * 5, seen


def documents(w):
	_, desk = w.business()
	for title in ("One", "Two"):
		location(document(desk, title))
	page = refused(document(desk, "Three"), "there would be 3 documents, and this organisation may have 2")
	assert page.json["form"]["body"]["value"] == "Peonies last eight days."
	other, _ = w.business()
	w.stack.ctl(
		"knowledge",
		"import",
		"--org",
		other.org,
		"--jsonl",
		"-",
		input=json.dumps({"title": "Theirs", "text": "Text.", "language": "en"}) + "\n",
	)


def people(w):
	b, _ = w.business()
	owner = w.signed_in(b.org, "owner")
	refused(
		owner.post("/settings/people/invite", {"email": "zq9@example.com", "role": "operator"}),
		"there would be 3 people and open invitations, and this organisation may have 2",
	)
	done = w.stack.ctl("user", "add", "--org", b.org, "--email", "zq8@example.com", "--role", "operator", check=False)
	assert done.returncode == 65 and b"may have 2" in done.stderr, done.stderr


def tags(w):
	"""Different ones count, not the conversations that have them."""
	b, desk = w.business()
	w.sql.script(
		"""with p as (insert into contacts (org_id, name) select %d, 'Ana' from generate_series(1, 2) returning org_id, id)
		insert into conversations (org_id, channel_id, contact_id, platform) select org_id, %d, id, 'whatsapp' from p;"""
		% (b.org, b.channel.id)
	)
	first, second = [r["id"] for r in w.sql.rows("select id from conversations where org_id = %d order by id" % b.org)]
	add = lambda talk, tag: desk.post("/inbox/%d/tags" % talk, {"add": tag})
	for talk, tag in ((first, "one"), (first, "two"), (second, "one"), (second, "two")):
		status(add(talk, tag), 200)
	page = status(add(second, "three"), 403)
	assert "there would be 3 different tags, and this organisation may have 2" in page.body.decode().lower(), page.body[
		:500
	]
	status(desk.post("/inbox/%d/tags" % first, {"remove": "two"}), 200)
	status(add(second, "three"), 403)  # the other conversation has it still
	status(desk.post("/inbox/%d/tags" % second, {"remove": "two"}), 200)
	status(add(second, "three"), 200)
	assert w.sql.value("select count(distinct tag) from conversation_tags where org_id = %d" % b.org) == 2


TESTS = (skills, imports, at_the_same_time, documents, people, tags)

if __name__ == "__main__":
	sys.exit(answering.main(TESTS, **LIMITS))
