#!/usr/bin/python3
# The life of a message through PgBouncer in transaction mode: no statement may count on the session of the one
# before, and no scope may stay behind in a session that another client gets next.
import copy
import os
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "flow"))
import faults
import run
from deskbell import processes


def scopes_left_behind(stack):
	"""What a client sees that never set a scope: the settings, and how many rows of a guarded table."""
	query = (
		"select coalesce(current_setting('deskbell.scope', true), '') || coalesce(current_setting('deskbell.org', true),"
		" ''), (select count(*) from messages)"
	)
	psql = stack.postgres.bin + "/psql"
	return {processes.run([psql, "-XAtqc", query, stack.pooler.url()]).stdout.decode().strip() for _ in range(20)}


def no_scope_left(tap, stack):
	tap.equal(scopes_left_behind(stack), {"|0"}, "no scope stays in a pooled session")


def another_host(stack):
	"""A host next to the stack's: its own folder, run.dir and log, the same key, programs, platform and database."""
	host = copy.copy(stack)
	host.folder = os.path.join(stack.folder, "b")
	host.run_dir, host.conf, host.log = (os.path.join(host.folder, n) for n in ("run", "deskbell.conf", "deskbell.log"))
	for folder in (host.folder, host.run_dir):
		os.mkdir(folder)
		processes.give(folder)
	host.values = dict(stack.values)
	host.write_conf(**{"run.dir": host.run_dir, "log.file": host.log})
	return host


def two_hosts(stack):
	"""Customers write to two receivers, some messages to both, and two senders answer: what both were given is
	stored once, and every answer arrives once.
	"""
	worlds = [faults.World(stack), faults.World(another_host(stack))]
	worlds[1].acknowledged = worlds[0].acknowledged
	try:
		for world in worlds:
			world.serve()
		channel = worlds[0].channel("two hosts")
		with (
			worlds[0].stack.sender("--foreground", "--shard", "one"),
			worlds[1].stack.sender("--foreground", "--shard", "two"),
		):
			processes.wait_until(lambda: stack.sql.value("select count(*) as n from heartbeats") == 2, "two senders")
			letters = [
				[(channel, faults.phone(100 * host + n), "question number%d" % (1 + n % 8)) for n in range(24)]
				for host in range(2)
			]
			threads = [t for world, mine in zip(worlds, letters) for t in world.write_many(mine, threads=3)]
			threads += [
				threading.Thread(
					target=worlds[n % 2].write,
					args=(channel, faults.phone(300 + n // 2), "question number1"),
					kwargs={"wamid": "wamid.BOTH.%d" % (n // 2)},
				)
				for n in range(8)
			]
			for t in threads[-8:]:
				t.start()
			for t in threads:
				t.join()
			worlds[0].wait_done()
			worlds[0].wait_idle()
			worlds[0].assert_proof(channel, answers=52)
	finally:
		for world in worlds:
			world.unserve()


def also(tap, stack):
	no_scope_left(tap, stack)
	tap.run("two receivers and two senders on one database", two_hosts, stack)


CASES = [
	"answer",
	"duplicate",
	"status",
	"signature-ok",
	"signature-wrong",
	"person",
	"bad-item",
	"batch",
	"route-health",
	"verification-ok",
]
sys.exit(run.main("lighttpd-fastcgi", CASES, pooler=True, also=also))
