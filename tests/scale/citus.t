#!/usr/bin/python3
"""Several databases: a coordinator and two workers of PostgreSQL with the Citus extension. The tables of a database
that holds organizations are distributed with their rows, each organization lies on one worker, its functions run there,
and it moves to another one while rows are written."""

import json
import os
import sys
import threading

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import nodes
from deskbell import processes
from deskbell.ctl import UNAVAILABLE, Ctl
from deskbell.stack import Stack
from deskbell.tap import program

NAMES = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
CALLED = "pushing down the function call"


class World:
	def __init__(self, stack, cluster):
		self.stack, self.cluster, self.sql, self.ctl = stack, cluster, cluster.sql, Ctl(stack)
		self.env = {"DESKBELL_DATABASE_URL": cluster.coordinator.url()}
		self.orgs = []

	def good(self, *args, **more):
		return self.ctl.good(*args, env=self.env, **more)

	def psql(self, script, node=None):
		"""As the owner of the tables, with what the server reports; the answer, and the reports."""
		node = node or self.cluster.coordinator
		done = processes.run(
			[node.bin + "/psql", "-XAtqv", "ON_ERROR_STOP=1", "-f", "-", node.url()], input=script.encode(), timeout=300
		)
		return done.stdout.decode().strip(), done.stderr.decode()

	def skills(self, org):
		return [s["title"] for s in json.loads(self.good("skill", "list", "--org", org, "--json"))]


def refused_without_nodes(w):
	told = w.ctl.run("migrate", "--distribute")
	assert (
		told.returncode not in (0, UNAVAILABLE)
		and "has no Citus extension" in told.err
		and "CREATE EXTENSION citus" in told.err
	), told.err
	w.good("migrate")
	told = w.ctl.run("migrate", "--distribute", env=w.env)
	assert told.returncode != 0 and "knows of no node" in told.err, told.err


def refused_with_a_role_of_the_desk(w):
	w.cluster.coordinator.superuser("create role deskbell_desk login")
	w.psql("select deskbell_allow_desk('deskbell_desk');")
	told = w.ctl.run("migrate", "--distribute", env=w.env)
	assert told.returncode != 0 and "database role of its own" in told.err, told.err
	w.cluster.coordinator.superuser("drop owned by deskbell_desk")
	w.cluster.coordinator.superuser("drop role deskbell_desk")


def rows_come_along(w):
	for name in NAMES:
		org = w.good("org", "add", name).strip()
		w.good("user", "add", "--org", org, "--email", name.lower() + "@example.com", "--role", "owner")
		w.good(
			"skill",
			"import",
			"--org",
			org,
			input=json.dumps([{"title": "Of " + name, "triggers": ["when"], "response": "Now."}]),
		)
		w.orgs.append(int(org))
	told = w.good("migrate", "--distribute")
	assert "over 2 nodes" in told, told
	assert [w.skills(org) for org in w.orgs] == [["Of " + name] for name in NAMES]
	listed = json.loads(w.good("org", "list", "--json"))
	assert [(o["name"], o["skills"], o["users"]) for o in listed] == [(name, 1, 1) for name in NAMES], listed
	local = w.sql.rows(
		"select relname::text as t from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace and "
		"exists (select from pg_attribute a where a.attrelid = c.oid "
		"and a.attname = 'org_id') and not exists (select from pg_dist_partition p where p.logicalrelid = c.oid)"
	)
	assert not local, "tables with org_id that stayed behind: %s" % local
	groups = w.sql.value("select count(distinct colocationid) from pg_dist_partition p where p.partmethod = 'h'")
	assert groups == 1, "tenants' tables lie in %d ways" % groups
	assert len({w.cluster.of(org).port for org in w.orgs}) == 2, "all organizations lie on one node"


def keys_and_guards_are_as_before(w):
	"""On every node: what a plain database has, each shard of it has."""
	for node in [w.cluster.coordinator] + w.cluster.workers:
		open_tables, _ = w.psql(
			"select string_agg(relname, ' ') from pg_class c where relkind = 'r' and relnamespace = "
			"'public'::regnamespace and not (relrowsecurity and relforcerowsecurity) "
			"and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id');",
			node,
		)
		assert not open_tables, (node.port, open_tables)
	kinds = (
		"select count(*) from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conrelid "
		"in (select logicalrelid from pg_dist_partition);"
	)
	there = w.psql(kinds)[0]
	plain = w.stack.sql.value(
		"select count(*) as n from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace"
	)
	assert int(there) == plain, "%s foreign keys of %d" % (there, plain)


def an_organization_sees_itself(w):
	for org, name in zip(w.orgs, NAMES):
		seen, _ = w.psql(
			"begin; set local deskbell.org = '%d'; select string_agg(title, ' ') from skills; commit;" % org
		)
		assert seen == "Of " + name, (org, seen)
		seen, _ = w.psql(
			"begin; set local deskbell.org = '%d'; select count(*) from skills where org_id <> %d; commit;" % (org, org)
		)
		assert seen == "0", seen
	assert w.psql("select count(*) from skills;")[0] == "0", "rows without a scope"
	told = processes.run(
		[
			w.cluster.coordinator.bin + "/psql",
			"-XAtqc",
			"begin; set local deskbell.org = '%d'; insert into skills (org_id, title, response) values (%d, 'x', 'x'); commit"
			% tuple(w.orgs[:2]),
			w.cluster.coordinator.url(),
		],
		check=False,
	)
	assert b"row-level security" in told.stderr, told.stderr


def functions_run_where_their_organization_lies(w):
	for org, name in zip(w.orgs, NAMES):
		found, told = w.psql("set client_min_messages = debug1; select title from deskbell_skills(%d);" % org)
		assert found == "Of " + name and CALLED in told, (found, told)


def functions_that_are_replaced_are_declared_again(w):
	declared = lambda: int(
		w.cluster.coordinator.superuser(
			"select count(*) from pg_catalog.pg_dist_object where distribution_argument_index is not null"
		)
	)
	before = declared()
	assert before > 40, before
	w.psql("delete from schema_migrations where name = 'functions';")
	assert "functions replaced" in w.good("migrate")
	assert declared() == before, (declared(), before)
	assert "0 tables" in w.good("migrate", "--distribute")
	functions_run_where_their_organization_lies(w)


def an_organization_moves(w):
	"""While its rows are written: writers wait, and what was stored is there, on the other node."""
	org = w.orgs[0]
	here = w.cluster.of(org)
	there = next(x for x in w.cluster.workers if x is not here)
	stop, stored = threading.Event(), []

	def write():
		while not stop.is_set():
			w.psql(
				"begin; set local deskbell.org = '%d'; insert into canned_replies (org_id, shortcut, title,"
				" body) values (%d, 'n%d', 'x', 'x'); commit;" % (org, org, len(stored))
			)
			stored.append(org)

	writer = threading.Thread(target=write)
	writer.start()
	try:
		processes.wait_until(lambda: len(stored) > 3, "some rows before the move")
		# As a superuser: the owner of the tables sees no rows without a scope, and would copy none.
		w.cluster.coordinator.superuser(
			"select citus_move_shard_placement(get_shard_id_for_distribution_column('due_work', %d), '%s', %d, '%s', %d,"
			" shard_transfer_mode := 'block_writes')" % (org, here.folder, here.port, there.folder, there.port)
		)
		n = len(stored)
		processes.wait_until(lambda: len(stored) > n + 3 or not writer.is_alive(), "some rows after the move")
	finally:
		stop.set()
		writer.join()
	assert w.cluster.of(org) is there
	found, _ = w.psql(
		"begin; set local deskbell.org = '%d'; select count(*) from canned_replies where org_id = %d; commit;"
		% (org, org)
	)
	assert int(found) == len(stored), "%d rows were stored, and %s are there" % (len(stored), found)
	assert w.skills(org) == ["Of First"]
	keys_and_guards_are_as_before(w)
	functions_run_where_their_organization_lies(w)


TESTS = (
	refused_without_nodes,
	refused_with_a_role_of_the_desk,
	rows_come_along,
	keys_and_guards_are_as_before,
	an_organization_sees_itself,
	functions_run_where_their_organization_lies,
	functions_that_are_replaced_are_declared_again,
	an_organization_moves,
)


def run(tap):
	nodes.programs()
	with Stack(with_simulator=False) as stack, nodes.Nodes(os.path.join(stack.folder, "nodes")) as cluster:
		w = World(stack, cluster)
		for test in TESTS:
			if test is refused_with_a_role_of_the_desk:
				cluster.join()
			tap.run(test.__name__.replace("_", " "), test, w)
		stack.check_logs(tap)


sys.exit(program(run))
