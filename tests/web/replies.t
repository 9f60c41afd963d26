#!/usr/bin/python3
# Canned replies: added, edited, deleted after a question; of one organisation only.
import os
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import processes
from deskbell.desk import Browser, check_logs, person, status, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

PAGE = "/settings/replies"
MOST = 100


class World:
	def __init__(self, stack, server):
		self.stack, self.server, self.sql, self.n = stack, server, stack.sql, 0

	def signed_in(self, role="admin", org=None):
		self.n += 1
		org = org or self.stack.organisation("Org %d" % self.n)
		email = "r%d@example.com" % self.n
		person(self.stack, org, email, role)
		b = Browser(self.server.port)
		assert b.sign_in(email).status == 200
		b.org = org
		return b


def reply(**changes):
	return dict({"shortcut": "thanks", "title": "Thanks", "text": "Thank you!\r\nBye."}, **changes)


def add(b, **changes):
	assert status(b.post(PAGE, reply(**changes)), 200).json["location"] == PAGE


def listed(b):
	return status(b.get(PAGE), 200).json["replies"]


def one_is_added_edited_and_deleted(w):
	b = w.signed_in()
	assert listed(b) == [] and "No canned reply yet" in b.html(PAGE).text
	add(b)
	add(b, shortcut="Ärger-2", title="Second")
	first = [r for r in listed(b) if r["shortcut"] == "thanks"][0]
	assert first["text"] == "Thank you!\nBye." and len(listed(b)) == 2
	model = status(b.get(first["href"]), 200).json
	assert model["editing"] and model["form"]["title"]["value"] == "Thanks" and model["form"]["action"] == first["href"]
	assert status(b.post(model["form"]["action"], reply(shortcut="bye", title="Goodbye")), 200).json["location"] == PAGE
	assert {r["id"]: r["shortcut"] for r in listed(b)}[first["id"]] == "bye" and len(listed(b)) == 2
	page = status(b.post(PAGE + "/%s/delete" % first["id"]), 200)
	assert page.json["confirm"]["words"] == "Goodbye" and len(listed(b)) == 2
	assert b"confirmed" in status(b.post(PAGE + "/%s/delete" % first["id"], headers={"Accept": "text/html"}), 200).body
	assert status(b.post(page.json["form"]["action"], {"confirmed": "yes"}), 200).json["location"] == PAGE
	assert [r["shortcut"] for r in listed(b)] == ["Ärger-2"]
	status(b.post(page.json["form"]["action"], {"confirmed": "yes"}), 404)
	actions = [
		a["action"]
		for a in w.sql.rows(
			"select action from audit_log where org_id = %d and action like 'reply.%%' order by id" % b.org
		)
	]
	assert actions == ["reply.add", "reply.add", "reply.edit", "reply.delete"], actions


def they_lie_in_folders(w):
	b = w.signed_in()
	for shortcut, folder in (("iban", "Money"), ("hi", ""), ("price", "Money"), ("thanks", "Time")):
		add(b, shortcut=shortcut, folder=folder)
	assert [(r["folder"], r["begins"], r["shortcut"]) for r in listed(b)] == [
		("", False, "hi"),
		("Money", "Money", "iban"),
		("Money", False, "price"),
		("Time", "Time", "thanks"),
	], listed(b)
	assert [r["shortcut"] for r in listed(b) if r["begins"] == "Money"] == ["iban"]
	edited = next(r for r in listed(b) if r["shortcut"] == "price")
	assert status(b.get(edited["href"]), 200).json["form"]["folder"]["value"] == "Money"
	assert status(b.post(edited["href"], reply(shortcut="price", folder="")), 200).json["location"] == PAGE
	assert next(r for r in listed(b) if r["shortcut"] == "price")["folder"] == ""
	assert status(b.post(PAGE, reply(shortcut="long", folder="x" * 41)), 400).json["form"]["folder"]["error"]


def what_is_wrong_is_told_at_its_field(w):
	b = w.signed_in()
	for shortcut in ("two words", "", "x" * 31, "a/b", "a\0b", b"\xff", "/x", "\u2014", "a.b"):
		form = status(b.post(PAGE, reply(shortcut=shortcut)), 400).json["form"]
		assert form["shortcut"]["error"] and form["title"]["value"] == "Thanks", shortcut
	form = status(b.post(PAGE, reply(title="", text="x" * 4097)), 400).json["form"]
	assert form["title"]["error"] and form["text"]["error"]
	add(b)
	assert status(b.post(PAGE, reply(shortcut="THANKS")), 409).json["form"]["shortcut"]["error"]
	add(b, shortcut="x" * 30, title="y" * 80, text="\U0001f33c" * 4096)
	html = b.post(PAGE, reply(title="<b>", shortcut="a b"), headers={"Accept": "text/html"})
	assert html.status == 400 and b"<b>\"" not in html.body and b"&lt;b&gt;" in html.body
	assert len(listed(b)) == 2


def those_of_others_are_not_there(w):
	b, other = w.signed_in(), w.signed_in("owner")
	add(other, shortcut="theirs")
	number = listed(other)[0]["id"]
	for n in (number, "999999999"):
		status(b.get(PAGE + "?edit=" + n), 404)
		status(b.post(PAGE + "?edit=" + n, reply()), 404)
		status(b.post(PAGE + "/%s/delete" % n), 404)
		status(b.post(PAGE + "/%s/delete" % n, {"confirmed": "yes"}), 404)
	for n in ("0", "-1", "x", "", "99999999999999999999"):
		status(b.get(PAGE + "?edit=" + n), 404)
	assert listed(b) == [] and listed(other)[0]["shortcut"] == "theirs"
	operator = w.signed_in("operator", b.org)
	status(operator.get(PAGE), 403)
	status(operator.post(PAGE, reply()), 403)


def there_is_a_most(w):
	b = w.signed_in()
	w.sql.script(
		"insert into canned_replies (org_id, shortcut, title, body) select %d, 's' || n, 't', 'b' from generate_series(1,"
		" %d) n;" % (b.org, MOST)
	)
	assert len(listed(b)) == MOST
	assert "this organisation may have 100" in status(b.post(PAGE, reply()), 403).json["form"]["error"]
	assert status(b.post(listed(b)[0]["href"], reply()), 200)
	assert len(b.html(PAGE).body) < 100000


def two_at_once_do_not_add_one_too_many(w):
	"""Another person adds the last one that fits and has not committed yet: this one waits for that."""
	b = w.signed_in()
	w.sql.script(
		"insert into canned_replies (org_id, shortcut, title, body) select %d, 's' || n, 't', 'b' from generate_series(1,"
		" %d) n;" % (b.org, MOST - 1)
	)
	with w.sql.session() as other:
		other.run(
			"begin; select pg_advisory_xact_lock(hashtextextended('deskbell quota canned_replies', %d));"
			" insert into canned_replies (org_id, shortcut, title, body) values (%d, 'last', 't', 'b');"
			% (b.org, b.org)
		)
		answers = []
		thread = threading.Thread(target=lambda: answers.append(b.post(PAGE, reply())))
		thread.start()
		processes.wait_until(
			lambda: answers or w.sql.value("select count(*) from pg_locks where not granted"),
			"the second one to wait or to end",
		)
		assert not answers, "it did not wait: %d" % answers[0].status
		other.run("commit;")
		thread.join()
	assert status(answers[0], 403).json["form"]["error"] and len(listed(b)) == MOST


TESTS = [
	one_is_added_edited_and_deleted,
	they_lie_in_folders,
	what_is_wrong_is_told_at_its_field,
	those_of_others_are_not_there,
	there_is_a_most,
	two_at_once_do_not_add_one_too_many,
]


def run(tap):
	with Stack(with_simulator=False) as stack:
		stack.program("desk.fcgi")
		use_desk_role(stack)
		with stack.server("lighttpd-fastcgi") as server:
			world = World(stack, server)
			for function in TESTS:
				tap.run(function.__name__.replace("_", " "), function, world)
		check_logs(stack, tap)


sys.exit(program(run))
