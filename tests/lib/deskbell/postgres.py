"""A private PostgreSQL: a fresh cluster in a folder of its own, reachable by a unix socket only.

Two roles matter: the superuser `postgres`, for making the database, and `deskbell`, which owns it and is what the
programs and the tests use. It must not be a superuser: superusers pass row-level security, and then no test would show
a leak.
"""

import os
import shutil
import signal
import tempfile
import time

from . import paths, processes
from .sql import Sql

SETTINGS = """
listen_addresses = ''
max_connections = 120
shared_buffers = 64MB
log_statement = none
log_parameter_max_length_on_error = 0
log_min_messages = warning
log_line_prefix = '%m [%p] %u@%d '
autovacuum_naptime = 10s
"""


MEMORY = "/dev/shm"


def data_folder(folder):
	"""Where a cluster's files go: into memory where there is plenty, for its 1,600 files cost a disk more than the
	rest of a short test.
	"""
	try:
		free = os.statvfs(MEMORY)
		if free.f_bavail * free.f_frsize > 2 << 30:
			folder = tempfile.mkdtemp(prefix="deskbell-", dir=MEMORY)
			processes.give(folder)
	except OSError:
		pass
	return folder


def initdb(programs, data, settings=""):
	"""Makes an empty cluster by the programs of a folder; `settings` come after those of all tests."""
	options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--wal-segsize=1"]
	processes.run([programs + "/initdb", "-D", data] + options)
	with open(os.path.join(data, "postgresql.conf"), "a", encoding="utf-8") as f:
		f.write(SETTINGS + settings)


class Postgres:
	"""A context manager. `folder` must be short (a socket path holds 107 bytes) and belong to the account of the stack.

	`fill` puts a cluster with the role and the database into the folder that it is given, else a new one is made. What
	is `durable` waits for the disk: only a measurement needs that, for a program that is killed loses nothing of what
	the system has taken from it.
	"""

	def __init__(self, folder, fill=None, durable=False):
		self.bin = paths.postgres_bin()
		self.server_bin = paths.postgres_server()
		self.folder = folder
		self.data = None
		self.log = os.path.join(folder, "postgresql.log")
		self.port = 5432
		self.fill, self.durable = fill, durable
		self.process = None

	def url(self, role="deskbell", database="deskbell"):
		return "host=%s port=%d dbname=%s user=%s" % (self.folder, self.port, database, role)

	def make_data(self):
		"""The cluster, without a server."""
		self.data = os.path.join(self.folder if self.durable else data_folder(self.folder), "data")
		if self.fill:
			self.fill(self.data)
			return
		initdb(self.server_bin, self.data)

	def start(self):
		options = [
			"port=%d" % self.port,
			"unix_socket_directories=" + self.folder,
			"fsync=" + ("on" if self.durable else "off"),
		]
		argv = [self.server_bin + "/postgres", "-D", self.data] + [
			word for option in options for word in ("-c", option)
		]
		self.process = processes.Process(argv, self.log, stop_signal=signal.SIGINT, grace=30, vital=True)
		processes.wait_until(self._answers, "PostgreSQL", timeout=60, process=self.process)

	def _answers(self):
		if not os.path.exists(os.path.join(self.folder, ".s.PGSQL.%d" % self.port)):
			return False
		done = processes.run([self.bin + "/psql", "-XAtqc", "select 1", self.url("postgres", "postgres")], check=False)
		return done.returncode == 0

	def admin(self, text):
		"""Statements as the superuser, in the maintenance database."""
		for statement in text.split(";"):
			if statement.strip():
				processes.run(
					[self.bin + "/psql", "-XAtqv", "ON_ERROR_STOP=1", "-c", statement, self.url("postgres", "postgres")]
				)

	def create(self, database="deskbell", encoding="UTF8"):
		locale = "" if encoding == "UTF8" else "locale 'C'"
		self.admin(
			"create database %s owner deskbell encoding '%s' %s template template0" % (database, encoding, locale)
		)

	def sql(self, database="deskbell"):
		return Sql(self.bin + "/psql", self.url("deskbell", database))

	def start_standby(self):
		"""A second server that follows this one; a commit waits until it has it. Returned running, in the same
		folder, on the next port.
		"""
		standby = Postgres(self.folder)
		standby.port = self.port + 1
		standby.data = os.path.join(self.folder, "standby%d" % standby.port)
		standby.log = standby.data + ".log"
		processes.run(
			[
				self.bin + "/pg_basebackup",
				"-D",
				standby.data,
				"-R",
				"-X",
				"stream",
				"-c",
				"fast",
				"-h",
				self.folder,
				"-p",
				str(self.port),
				"-U",
				"postgres",
			]
		)
		standby.start()
		self.admin("alter system set synchronous_standby_names = '*'; select pg_reload_conf()")
		processes.wait_until(
			lambda: self.ask("select count(*) from pg_stat_replication where sync_state = 'sync'") == "1",
			"the standby to follow",
		)
		return standby

	def promote(self):
		"""This standby is the primary from now on, and waits for no other."""
		self.ask("alter system reset synchronous_standby_names")
		processes.run([self.server_bin + "/pg_ctl", "promote", "-w", "-D", self.data])

	def take_over_from(self, dead):
		"""Promotes this standby and puts it at the address of the server that died."""
		self.promote()
		address = os.path.join(self.folder, ".s.PGSQL.%d" % dead.port)
		if os.path.lexists(address):
			os.unlink(address)
		os.symlink(".s.PGSQL.%d" % self.port, address)
		dead.remove()

	def ask(self, statement):
		return (
			processes.run([self.bin + "/psql", "-XAtqc", statement, self.url("postgres", "postgres")])
			.stdout.decode()
			.strip()
		)

	def stop(self, kill=False):
		if self.process:
			if kill:
				self.process.kill()
			self.process.stop()
			self.process = None

	def restart(self, kill):
		"""Away for a moment: killed, or stopped in order."""
		if kill:
			self.die(signal.SIGQUIT)
		else:
			self.stop()
		time.sleep(0.3)
		self.start()

	def die(self, signal_number):
		"""Ends it in one of its ways, and waits until it has."""
		self.process.ended_by_test = True
		self.process.popen.send_signal(signal_number)
		self.process.popen.wait(30)
		self.stop()

	def __enter__(self):
		os.makedirs(self.folder, exist_ok=True)
		processes.give(self.folder)
		self.make_data()
		self.start()
		if not self.fill:
			self.admin("create role deskbell login nosuperuser nocreatedb nocreaterole nobypassrls")
			self.create()
		return self

	def __exit__(self, *exc):
		"""Nobody needs the data any more: no last checkpoint."""
		if self.process:
			self.process.stop_signal = signal.SIGQUIT
		self.stop()
		self.remove()

	def remove(self):
		"""The data of a server that has ended."""
		if self.data:
			shutil.rmtree(
				self.data if self.data.startswith(self.folder) else os.path.dirname(self.data), ignore_errors=True
			)
