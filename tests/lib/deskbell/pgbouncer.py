"""PgBouncer in transaction mode before the private PostgreSQL, as large hosts have it: a session belongs to nobody
for longer than a transaction.
"""

import os

from . import paths, processes

CONF = """[databases]
deskbell = host=%(pg)s dbname=deskbell
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = %(folder)s
auth_type = trust
auth_file = %(folder)s/users
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
logfile =
pidfile =
log_connections = 0
log_disconnections = 0
ignore_startup_parameters = extra_float_digits
"""


class PgBouncer:
	def __init__(self, folder, postgres):
		self.folder, self.postgres = folder, postgres
		self.log = os.path.join(os.path.dirname(folder), "pgbouncer.log")
		self.process = None

	def url(self):
		return "host=%s port=6432 dbname=deskbell user=deskbell" % self.folder

	def start(self):
		program = paths.system_program("pgbouncer")
		os.makedirs(self.folder, exist_ok=True)
		processes.give(self.folder)
		for name, text in (
			("users", '"deskbell" ""\n'),
			("pgbouncer.ini", CONF % {"pg": self.postgres.folder, "folder": self.folder}),
		):
			with open(os.path.join(self.folder, name), "w") as f:
				f.write(text)
		self.process = processes.Process([program, os.path.join(self.folder, "pgbouncer.ini")], self.log, vital=True)
		socket = os.path.join(self.folder, ".s.PGSQL.6432")
		processes.wait_until(lambda: os.path.exists(socket), "PgBouncer", process=self.process)

	def stop(self):
		if self.process:
			self.process.stop()
			self.process = None
