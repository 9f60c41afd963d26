#!/usr/bin/python3
# The life of a message through PgBouncer in transaction mode: no statement may count on the session of the one before, and no
# scope may stay behind in a session that another client gets next.
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "flow"))
import run
from deskbell import processes


def scopes_left_behind(stack):
	"""What a client sees that never set a scope: the settings, and how many rows of a guarded table."""
	query = "select coalesce(current_setting('deskbell.scope', true), '') || coalesce(current_setting('deskbell.org', true), ''), (select count(*) from messages)"
	psql = stack.postgres.bin + "/psql"
	return {processes.run([psql, "-XAtqc", query, stack.pooler.url()]).stdout.decode().strip() for _ in range(20)}


def no_scope_left(tap, stack):
	tap.equal(scopes_left_behind(stack), {"|0"}, "no scope stays in a pooled session")


CASES = ["answer", "duplicate", "status", "signature-ok", "signature-wrong", "person", "bad-item", "batch", "route-health", "verification-ok"]
sys.exit(run.main("lighttpd-fastcgi", CASES, pooler=True, also=no_scope_left))
