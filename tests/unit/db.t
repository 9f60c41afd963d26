#!/usr/bin/python3
# The unit tests that need a database: starts a private PostgreSQL and runs each program against a database of its
# own, as a role that is no superuser.
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import paths, processes
from deskbell.postgres import Postgres
from deskbell.tap import Tap

PROGRAMS = ("test-db", "test-intake", "test-channel-cache", "test-knowledge")
LIMIT_S = 300


def lines_of(name, url):
	"""What the program writes, line by line, and its exit status in the end."""
	env = processes.environment({"DESKBELL_TEST_DB_URL": url})
	program = subprocess.Popen(
		[paths.built("tests/unit/" + name)],
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		stdin=subprocess.DEVNULL,
		env=env,
	)
	try:
		out, _ = program.communicate(timeout=LIMIT_S)
		status = program.returncode
	except subprocess.TimeoutExpired:
		program.kill()
		out, _ = program.communicate()
		status = "none: it was ended after %d s" % LIMIT_S
	return out.decode("utf-8", "replace").splitlines(), status


def pass_through(tap, name, url):
	"""The program's tests under numbers of ours; a program that died half-way is a failed test."""
	seen, plan = 0, None
	lines, status = lines_of(name, url)
	for line in lines:
		test = re.match(r"(not )?ok \d+ - (.*)", line)
		if test:
			seen += 1
			tap.ok(not test.group(1), "%s: %s" % (name, test.group(2)))
		elif re.match(r"1\.\.\d+$", line):
			plan = int(line[3:])
		elif line:
			tap.note(line.lstrip("# "))
	tap.ok(
		status == 0 and plan == seen,
		"%s: ran to its end" % name,
		"exit status %s, %d tests, plan %s" % (status, seen, plan),
	)


def main():
	processes.install_handlers()
	tap = Tap()
	folder = tempfile.mkdtemp(prefix="deskbell-", dir="/tmp")
	try:
		os.chmod(folder, 0o711)
		with Postgres(os.path.join(folder, "pg")) as server:
			server.create("latin", encoding="LATIN1")
			for n, name in enumerate(sys.argv[1:] or PROGRAMS):
				server.create("unit%d" % n)
				# The programs drop the schema and make it again; until PostgreSQL 14 it is the superuser's.
				processes.run(
					[
						server.bin + "/psql",
						"-XAtqc",
						"alter schema public owner to deskbell",
						server.url("postgres", "unit%d" % n),
					]
				)
				pass_through(tap, name, server.url(database="unit%d" % n))
	except paths.Missing as e:
		return tap.skip_all(str(e)) if tap.count == 0 else tap.bail_out(str(e))
	except Exception as e:
		return tap.bail_out("%s: %s" % (type(e).__name__, e))
	finally:
		shutil.rmtree(folder, ignore_errors=True)
	return tap.done()


sys.exit(main())
