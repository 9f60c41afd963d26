#!/usr/bin/python3
# Files in an S3-compatible service: in and out, moved there and back, removed, and what is said when it fails. The
# service is a real one; signatures are compared with published ones in tests/unit/files.c.
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from deskbell import net, paths, processes
from deskbell.ctl import Ctl
from deskbell.stack import Stack
from deskbell.tap import program

from media_case import Media
from media_out import JPEG, PDF, arrived, bytes_of, customer, send

HERE = os.path.dirname(os.path.realpath(__file__))
MODULES = os.environ.get("DESKBELL_S3_TOOLS", os.path.join(HERE, "..", "browser", "node_modules"))
SECRET = "S3RVER"


class Service:
	def __init__(self, folder):
		if not os.path.isdir(os.path.join(MODULES, "s3rver")):
			raise paths.Missing("needs s3rver: cd tests/browser && npm run tools")
		self.node, self.folder, self.port = paths.system_program("node"), folder, net.free_port()
		self.child = None
		self.start()

	def start(self):
		os.makedirs(self.folder, exist_ok=True)
		self.child = subprocess.Popen(
			[self.node, os.path.join(HERE, "s3-server.cjs"), MODULES, str(self.port), self.folder],
			env={"PATH": os.environ["PATH"], "HOME": self.folder},
		)
		processes.wait_until(lambda: net.port_answers(self.port), "the service")

	def stop(self):
		self.child.terminate()
		self.child.wait()

	def objects(self):
		"""The names of what it holds: ORG/SHA256."""
		found = []
		for folder, _, names in os.walk(os.path.join(self.folder, "deskbell")):
			found += [
				os.path.relpath(os.path.join(folder, n), os.path.join(self.folder, "deskbell")).split("._S3rver")[0]
				for n in names
				if n.endswith("_object")
			]
		return sorted(found)


def forget_copies(m):
	"""As after seven days."""
	shutil.rmtree(os.path.join(m.stack.values["files.dir"], str(m.org)))


def photo(m, content):
	message = m.whatsapp("image", {"id": m.file(content, "image/jpeg"), "mime_type": "image/jpeg"})
	return message


def the_doctor_tries_it(m):
	out = m.ctl.run("doctor").out
	assert "files.s3" in out and "takes files and hands them out" in out, out
	assert m.service.objects() == [], "the doctor leaves nothing"
	m.stack.write_conf(**{"files.s3.access_key": "STRANGER"})
	out = m.ctl.run("doctor").out
	assert "FAIL  files.s3" in out and "refuses the key" in out, out
	m.stack.write_conf(**{"files.s3.access_key": "S3RVER", "files.s3.secret_key_file": m.secret + ".none"})
	assert "files.s3.secret_key_file" in m.ctl.run("doctor").out
	m.stack.write_conf(**{"files.s3.secret_key_file": m.secret})


def in_and_shown(m):
	"""What comes is in the service, and shown from it when the folder has no copy any more."""
	message = photo(m, JPEG + b"in")
	digest = m.until(message, "stored")["sha256"]
	assert m.service.objects() == ["%d/%s" % (m.org, digest)], m.service.objects()
	href = m.page(message)[1][0]["href"]
	for _ in range(2):
		forget_copies(m)
		assert m.browser.get(href).body == JPEG + b"in"
	path = os.path.join(m.stack.values["files.dir"], str(m.org), digest[:2], digest)
	assert os.path.getsize(path) == len(JPEG) + 2, "a copy is kept again"


def out_of_it(m):
	"""An operator's file is sent from the service, too: without a copy the sender fetches it next to its loop."""
	for platform in ("whatsapp", "telegram"):
		first, second = customer(m, platform), customer(m, platform)
		content = PDF + platform.encode()
		send(m, first, "", [("a.pdf", content)])
		assert bytes_of(m, arrived(m, first, 1)[0]) == content
		m.sql.script("delete from uploads;")
		m.sender.stop()
		send(m, second, "", [("a.pdf", content)])
		forget_copies(m)
		m.sender = m.stack.sender()
		assert bytes_of(m, arrived(m, second, 1)[0]) == content


def while_it_is_down(m):
	"""A file that cannot be put there is fetched again from the platform; one that cannot be had is not found."""
	m.service.stop()
	message = photo(m, JPEG + b"down")
	processes.wait_until(lambda: m.attachment(message)["attempts"] > 0, "the first attempt")
	assert m.attachment(message)["reason"] == "no_store", m.attachment(message)
	m.service.start()
	m.hurry()
	assert m.until(message, "stored")["bytes"] == len(JPEG) + 4


def there_and_back(m):
	"""Everything into the service, and everything into the folder; without the service nothing is missing then."""
	before = m.service.objects()
	m.ctl.good("files", "move", "--to", "folder")
	kept = os.path.join(m.stack.values["files.dir"], str(m.org))
	here = sorted("%d/%s" % (m.org, n) for _, _, names in os.walk(kept) for n in names)
	assert here == before, (here, before)
	m.service.stop()
	shutil.rmtree(m.service.folder)
	m.service.start()
	assert (
		"%d files are in" % len(before) in m.ctl.good("files", "move", "--to", "s3") and m.service.objects() == before
	)


def what_nothing_names_goes(m):
	assert m.service.objects()
	m.sql.script("delete from messages where org_id = %d;" % m.org)
	m.ctl.good("purge", "--older-than", "3650d")
	assert m.service.objects() == [], m.service.objects()


CASES = (the_doctor_tries_it, in_and_shown, out_of_it, while_it_is_down, there_and_back, what_nothing_names_goes)


def run(tap):
	with Stack() as stack:
		service = Service(os.path.join(stack.folder, "s3"))
		secret = os.path.join(stack.folder, "s3.secret")
		with open(secret, "w", encoding="ascii") as f:
			f.write(SECRET)
		processes.give(secret)
		stack.write_conf(
			**{
				"files.s3.url": "http://127.0.0.1:%d/deskbell" % service.port,
				"files.s3.access_key": "S3RVER",
				"files.s3.secret_key_file": secret,
			}
		)
		try:
			with stack.server("lighttpd-fastcgi") as server:
				m = Media(tap, stack, server)
				m.service, m.secret, m.ctl = service, secret, Ctl(stack)
				m.sql.script("update organizations set bot_mode = 'off' where id = %d;" % m.org)
				m.sender = stack.sender()
				for case in CASES:
					tap.run(case.__name__.replace("_", " "), case, m)
				m.sender.stop()
		finally:
			service.stop()
		stack.check_logs(tap)


sys.exit(program(run))
