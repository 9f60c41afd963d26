"""What the tests of embeddings share: a model that knows the synonyms of a test, and how far the vectors of an
organisation are.
"""

import sys

import faults
from business import World
from deskbell import processes
from deskbell.stack import Stack
from deskbell.tap import program

known = []  # synonyms of the test under way


def model_is(world, **changes):
	world.simulator.llm(**{"rules": [], "fault_every": 0, "latency_ms": 0, "synonyms": known, **changes})


def state(b, kind="passages"):
	rows = b.sql.rows("select * from embedding_states where org_id = %d and kind = '%s'" % (b.org, kind))
	return rows[0] if rows else None


def is_done(b, kind="passages"):
	revision = (
		"skills_revision from organizations where id"
		if kind == "phrases"
		else "revision from knowledge_indexes where org_id"
	)
	return (
		b.sql.value(
			"select count(*) as n from embedding_states s where org_id = %d and kind = '%s' and s.revision = (select %s = %d)"
			% (b.org, kind, revision, b.org)
		)
		== 1
	)


def wait_done(b, kind="passages", timeout=15):
	processes.wait_until(lambda: is_done(b, kind), "the vectors of " + kind, timeout=timeout)


def asked_texts(world, since=0):
	texts = []
	for r in world.simulator.llm_requests()[since:]:
		if r["path"].endswith("/embeddings"):
			given = (r["body"] or {}).get("input", [])
			texts += given if isinstance(given, list) else [given]
	return texts


def stages(b, who):
	return b.wait_decision(who)["detail"]["stages"]


def main(tests, synonyms):
	def run(tap):
		known[:] = synonyms
		wanted = sys.argv[1:]
		with Stack(
			embeddings=True, settings={**faults.SETTINGS, "net.private_addresses": "allow", "answer.debounce_ms": "0"}
		) as stack:
			stack.write_conf(**{"embeddings.api_key_file": stack.values["llm.api_key_file"]})
			world = World(stack)
			with world.serve():
				world.restart_sender()
				for test in tests:
					if not wanted or test.__name__ in wanted:
						model_is(world)
						tap.run(test.__name__.replace("_", " "), test, world)
				world.stop_sender()
			world.unserve()
			stack.check_logs(tap)

	return program(run)
