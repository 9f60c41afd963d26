"""A private PostgreSQL: a fresh cluster in a folder of its own, reachable by a unix socket only.

Two roles matter: the superuser `postgres`, for making the database, and `deskbell`, which owns it and is what the programs and the
tests use. It must not be a superuser: superusers pass row-level security, and then no test would show a leak.
"""

import os
import shutil
import signal

from . import paths, processes
from .sql import Sql

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '%(folder)s'
max_connections = 120
shared_buffers = 64MB
fsync = on
log_statement = none
log_parameter_max_length_on_error = 0
log_min_messages = warning
log_line_prefix = '%%m [%%p] %%u@%%d '
autovacuum_naptime = 10s
"""


class Postgres:
	"""A context manager. `folder` must be short (a socket path holds 107 bytes) and belong to the account of the stack."""

	def __init__(self, folder):
		self.bin = paths.postgres_bin()
		self.folder = folder
		self.data = os.path.join(folder, "data")
		self.log = os.path.join(folder, "postgresql.log")
		self.port = 5432
		self.process = None

	def url(self, role="deskbell", database="deskbell"):
		return "host=%s dbname=%s user=%s" % (self.folder, database, role)

	def _initdb(self):
		processes.run([self.bin + "/initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
		with open(os.path.join(self.data, "postgresql.conf"), "a") as f:
			f.write(SETTINGS % {"folder": self.folder})

	def start(self):
		self.process = processes.Process([self.bin + "/postgres", "-D", self.data, "-c", "port=%d" % self.port], self.log, stop_signal=signal.SIGINT, grace=30, vital=True)
		processes.wait_until(self._answers, "PostgreSQL", timeout=60, process=self.process)

	def _answers(self):
		if not os.path.exists(os.path.join(self.folder, ".s.PGSQL.%d" % self.port)):
			return False
		done = processes.run([self.bin + "/psql", "-XAtqc", "select 1", self.url("postgres", "postgres") + " port=%d" % self.port], check=False)
		return done.returncode == 0

	def admin(self, text):
		"""Statements as the superuser, in the maintenance database."""
		for statement in text.split(";"):
			if statement.strip():
				processes.run([self.bin + "/psql", "-XAtqv", "ON_ERROR_STOP=1", "-c", statement, self.url("postgres", "postgres")])

	def create(self, database="deskbell", encoding="UTF8"):
		locale = "" if encoding == "UTF8" else "locale 'C'"
		self.admin("create database %s owner deskbell encoding '%s' %s template template0" % (database, encoding, locale))

	def sql(self, database="deskbell"):
		return Sql(self.bin + "/psql", self.url("deskbell", database))

	def start_standby(self):
		"""A second server that follows this one; a commit waits until it has it. Returned running, in the same folder, on the next port."""
		standby = Postgres(self.folder)
		standby.data, standby.port = os.path.join(self.folder, "standby"), self.port + 1
		standby.log = os.path.join(self.folder, "standby.log")
		processes.run([self.bin + "/pg_basebackup", "-D", standby.data, "-R", "-X", "stream", "-c", "fast", "-h", self.folder, "-p", str(self.port), "-U", "postgres"])
		standby.start()
		self.admin("alter system set synchronous_standby_names = '*'; select pg_reload_conf()")
		processes.wait_until(lambda: self.ask("select count(*) from pg_stat_replication where sync_state = 'sync'") == "1", "the standby to follow")
		return standby

	def take_over_from(self, dead):
		"""Promotes this standby and puts it at the address of the server that died."""
		self.ask("alter system reset synchronous_standby_names")
		processes.run([self.bin + "/pg_ctl", "promote", "-w", "-D", self.data])
		address = os.path.join(self.folder, ".s.PGSQL.%d" % dead.port)
		if os.path.lexists(address):
			os.unlink(address)
		os.symlink(".s.PGSQL.%d" % self.port, address)

	def ask(self, statement):
		return processes.run([self.bin + "/psql", "-XAtqc", statement, self.url("postgres", "postgres") + " port=%d" % self.port]).stdout.decode().strip()

	def stop(self, kill=False):
		if self.process:
			if kill:
				self.process.kill()
			self.process.stop()
			self.process = None

	def __enter__(self):
		os.makedirs(self.folder, exist_ok=True)
		processes.give(self.folder)
		self._initdb()
		self.start()
		self.admin("create role deskbell login nosuperuser nocreatedb nocreaterole nobypassrls")
		self.create()
		return self

	def __exit__(self, *exc):
		self.stop()
		shutil.rmtree(self.data, ignore_errors=True)
