"""Several databases: a coordinator and workers of a PostgreSQL with the Citus extension, which
DESKBELL_CITUS_PG_CONFIG names.
"""

import os

from deskbell import paths, postgres, processes
from deskbell.sql import Sql

SETTINGS = """
shared_preload_libraries = 'citus'
citus.local_hostname = '%s'
citus.enable_statistics_collection = off
wal_level = logical
max_worker_processes = 20
"""


def programs():
	"""The folder of the programs of that PostgreSQL; skips the test where there is none."""
	pg_config = os.environ.get("DESKBELL_CITUS_PG_CONFIG")
	if not pg_config:
		raise paths.Missing("DESKBELL_CITUS_PG_CONFIG names no pg_config of a PostgreSQL with Citus")
	said = processes.run([pg_config, "--bindir", "--sharedir"], root=True).stdout.decode().split("\n")
	if not os.path.exists(os.path.join(said[1], "extension", "citus.control")):
		raise paths.Missing("the PostgreSQL of %s has no Citus" % pg_config)
	return said[0]


class Node(postgres.Postgres):
	def __init__(self, folder, number):
		super().__init__(folder)
		self.bin = programs()
		self.port += number
		self.log = os.path.join(folder, "node%d.log" % number)

	def make_data(self):
		self.data = os.path.join(self.folder, "node%d" % self.port)
		postgres.initdb(self.bin, self.data, SETTINGS % self.folder)

	def superuser(self, statement):
		return (
			processes.run([self.bin + "/psql", "-XAtqv", "ON_ERROR_STOP=1", "-c", statement, self.url("postgres")])
			.stdout.decode()
			.strip()
		)


class Nodes:
	"""A context manager: all of them with the extension and an empty database of the role deskbell; the coordinator
	comes first, and knows no worker before `join`.
	"""

	def __init__(self, folder, workers=2):
		self.nodes = [Node(folder, n) for n in range(1 + workers)]
		self.coordinator, self.workers = self.nodes[0], self.nodes[1:]

	def __enter__(self):
		for node in self.nodes:
			node.__enter__()
			node.superuser("create extension citus")
		self.sql = Sql(self.coordinator.bin + "/psql", self.coordinator.url())
		return self

	def __exit__(self, *exc):
		if hasattr(self, "sql"):
			self.sql.close()
		for node in self.nodes:
			if node.process:
				node.__exit__(*exc)

	def join(self):
		self.coordinator.superuser(
			"select citus_set_coordinator_host('%s', %d)" % (self.coordinator.folder, self.coordinator.port)
		)
		for worker in self.workers:
			self.coordinator.superuser("select citus_add_node('%s', %d)" % (worker.folder, worker.port))

	def of(self, org):
		"""The worker that has this organization."""
		port = self.sql.value(
			"select nodeport from pg_dist_shard_placement where shardid = get_shard_id_for_distribution_column('due_work', %d)"
			% org
		)
		return next(w for w in self.workers if w.port == port)
