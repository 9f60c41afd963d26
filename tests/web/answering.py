"""What the tests of the pages about skills and knowledge share: one stack with a channel, a sender and signed-in
people.
"""

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "answer"), os.path.join(HERE, "..", "fault"), os.path.join(HERE, "..", "lib")]

import faults
from business import Business, World
from deskbell.desk import Browser, check_logs, person, status, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program


class Desk(World):
	n = 0

	def signed_in(self, org, role="admin"):
		Desk.n += 1
		email = "p%d@example.com" % Desk.n
		person(self.stack, org, email, role)
		b = Browser(self.port)
		status(b.sign_in(email), 200)
		return b

	def business(self, *args, **settings):
		"""An organisation with a channel, and an admin of it."""
		b = Business(self, *args, **settings)
		return b, self.signed_in(b.org)

	def audit(self, org):
		return [
			r["action"]
			for r in self.sql.rows(
				"select action from audit_log where org_id = %d and actor like 'user:%%' and action not like 'sign_in.%%' "
				"order by id" % org
			)
		]


def upload(browser, path, fields, file=None, headers=None):
	"""A multipart form; `file` is (field, name, type, bytes)."""
	parts = []
	for name, value in dict(fields, csrf=browser.csrf).items():
		parts.append(
			b"--zqb\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n" % (name.encode(), value.encode())
		)
	if file:
		field, name, kind, content = file
		parts.append(
			b"--zqb\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n%s\r\n"
			% (field.encode(), name.encode(), kind.encode(), content)
		)
	return browser.request(
		"POST",
		path,
		b"".join(parts) + b"--zqb--\r\n",
		dict({"Content-Type": "multipart/form-data; boundary=zqb"}, **(headers or {})),
	)


def location(page, wanted=None):
	status(page, 200)
	found = page.json.get("location")
	assert found and (wanted is None or found == wanted), page.body[:600]
	return found


def main(tests, **settings):
	def run(tap):
		wanted = sys.argv[1:]
		with Stack(settings={**faults.SETTINGS, "answer.debounce_ms": "0", **settings}) as stack:
			stack.program("desk.fcgi")
			use_desk_role(stack)
			world = Desk(stack)
			with world.serve():
				world.restart_sender()
				for test in tests:
					if not wanted or test.__name__ in wanted:
						tap.run(test.__name__.replace("_", " "), test, world)
				world.stop_sender()
			world.unserve()
			check_logs(stack, tap)

	return program(run)
