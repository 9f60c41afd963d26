"""What the tests of the desk's single pages share: a stack without a web server's flavours, and people who sign in."""

import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

from desk import World, location, status
from deskbell import processes
from deskbell.desk import Browser, check_logs, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

__all__ = [
	"Browser",
	"World",
	"bearer",
	"conversation",
	"escaped",
	"location",
	"main",
	"processes",
	"status",
	"test",
	"HOSTILE",
]
HOSTILE = "<script>alert(1)</script>\"'&{{csrf}}"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;{{csrf}}"
TESTS = []


def test(function):
	TESTS.append(function)
	return function


def escaped(page):
	"""A page that shows HOSTILE, and nothing of it as markup."""
	status(page, 200)
	assert ESCAPED in page.text and "<script>alert" not in page.text, page.text
	assert len(page.body) < 100000, len(page.body)
	return page


def bearer(w, org, role):
	token = w.stack.ctl("token", "add", "--org", org, role, "--role", role)
	Browser.seen.add(token)
	return {"Authorization": "Bearer " + token, "Accept": "application/json"}


def conversation(w, org, name="Marta Ruiz", phone="+34611555014"):
	"""A channel where there is none yet, a contact, and a conversation without messages; its id."""
	w.sql.script(
		"insert into channels (org_id, platform, external_id, config, status) values (%(org)d, 'whatsapp', 'x%(org)d',"
		" '{}', 'verified') "
		"on conflict (org_id, platform) do nothing; insert into contacts (org_id, name) values (%(org)d, '%(name)s'); "
		"insert into conversations (org_id, channel_id, contact_id, platform, contact_phone) select %(org)d, ch.id,"
		" (select max(id) from contacts where org_id = %(org)d), "
		"'whatsapp', '%(phone)s' from channels ch where ch.org_id = %(org)d;"
		% {"org": org, "name": name.replace("'", "''"), "phone": phone}
	)
	return w.sql.value("select max(id) as n from conversations where org_id = %d" % org)


def main(with_simulator=False):
	def run(tap):
		selection = sys.argv[1:]
		with Stack(with_simulator=with_simulator) as stack:
			stack.program("desk.fcgi")
			use_desk_role(stack)
			with stack.server("lighttpd-fastcgi") as server:
				world = World(stack, server)
				for function in TESTS:
					if not selection or any(word in function.__name__ for word in selection):
						tap.run(function.__name__.replace("_", " "), function, world)
				check_logs(stack, tap)

	return program(run)
