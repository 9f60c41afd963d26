#!/usr/bin/python3
"""A database on another host, over TLS: database.url with sslmode=verify-full, against a server with a certificate
of a CA that is made here.
"""

import os
import re
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))

from deskbell import net, paths, processes
from deskbell.authority import Authority
from deskbell.postgres import Postgres
from deskbell.tap import program

AWAY = 75


class World:
	"""A server that only lets TLS in, on a port of the loopback address, as `localhost`."""

	def __init__(self, folder, server):
		self.folder, self.server, self.port = folder, server, net.free_port()
		self.ours, self.other = Authority(folder, "ours"), Authority(folder, "other")
		key, certificate = self.ours.certify("localhost")
		server.admin(
			"alter system set ssl = on; alter system set ssl_key_file = '%s'; alter system set ssl_cert_file = '%s';"
			"alter system set listen_addresses = '127.0.0.1'" % (key, certificate)
		)
		with open(os.path.join(server.data, "pg_hba.conf"), "w") as f:
			f.write("local all all trust\nhostssl all all 127.0.0.1/32 trust\n")
		server.stop()
		server.port = self.port
		server.start()

	def url(self, host="localhost", ca="ours", mode="verify-full"):
		root = os.path.join(self.folder, ca + ".crt")
		return "host=%s port=%d dbname=deskbell user=deskbell sslmode=%s sslrootcert=%s" % (host, self.port, mode, root)

	def run(self, url, *arguments):
		conf = os.path.join(self.folder, "deskbell.conf")
		with open(conf, "w") as f:
			f.write("database.url = %s\n" % url)
		processes.give(conf)
		done = processes.run([paths.built("deskbellctl"), "--config", conf] + list(arguments), check=False)
		return done.returncode, (done.stdout + done.stderr).decode()

	def refused(self, words, **how):
		for command in (["migrate"], ["org", "list"]):
			status, said = self.run(self.url(**how), *command)
			assert status == AWAY and re.search(words, said), (status, said)
		status, said = self.run(self.url(**how), "doctor")
		line = [l for l in said.splitlines() if re.match(r"FAIL +database ", l)]
		assert status == 1 and len(line) == 1 and re.search(words, line[0]), said
		assert "sslrootcert names" in line[0] or how.get("mode") == "disable", said


def right(world):
	status, said = world.run(world.url(), "migrate")
	assert status == 0, said
	status, said = world.run(world.url(), "org", "add", "Over TLS")
	assert status == 0, said
	status, said = world.run(world.url(), "doctor")
	assert re.search(r"(?m)^ok +database ", said) and re.search(r"(?m)^ok +schema ", said), said
	used = processes.run(
		[world.server.bin + "/psql", "-XAtqc", "select ssl from pg_stat_ssl where pid = pg_backend_pid()", world.url()]
	)
	assert used.stdout.strip() == b"t", used


def run(tap):
	paths.system_program("openssl")
	folder = tempfile.mkdtemp(prefix="deskbell-", dir="/tmp")
	try:
		processes.give(folder)
		with Postgres(os.path.join(folder, "pg")) as server:
			world = World(folder, server)
			tap.run("the right CA and name: everything works, over TLS", right, world)
			tap.run(
				"a certificate of another CA is refused", lambda: world.refused("certificate verify failed", ca="other")
			)
			tap.run(
				"a certificate for another name is refused",
				lambda: world.refused("does not match host name", host="127.0.0.1"),
			)
			tap.run(
				"a CA that is not there is refused",
				lambda: world.refused("root certificate file .* does not exist", ca="gone"),
			)
			tap.run(
				"a connection without TLS is refused by the server",
				lambda: world.refused("no pg_hba.conf entry", mode="disable"),
			)
	finally:
		shutil.rmtree(folder, ignore_errors=True)


sys.exit(program(run))
