"""Runs every case of cases/ against the real stack behind one web server.

    run.py FLAVOUR [NAME...]     NAME: only cases whose file name holds this word

DESKBELL_BUILD names the build folder (default: the current one); DESKBELL_KEEP=1 keeps the stack's folder.
"""

import glob
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import casefile
import platforms
import steps
from deskbell import reasons
from deskbell.stack import Stack
from deskbell.tap import program
from deskbell.webserver import FLAVOURS

# What depends on the web server and on the life of a process: its requests and answers, many at once, one whole way
# through. All the rest runs behind lighttpd as FastCGI, and, where DESKBELL_ALL is set, which `./check --all` does,
# behind all of them.
OF_THE_SERVER = (
	"signature",
	"verification",
	"body",
	"broken",
	"route",
	"duplicate",
	"person-parallel",
	"batch",
	"answer-skill",
	"telegram-address",
)

REASONS_MIN = 100  # that all cases leave, at least


def platforms_of(case_steps):
	"""Those that the first step names; without such a step WhatsApp."""
	return case_steps[0].args.split() if case_steps[0].verb == "platforms" else ["whatsapp"]


def run_case(stack, server, case_steps, token, platform, behaviour):
	"""`behaviour`: the simulator's ordinary one, because a case that failed may have left another."""
	stack.simulator.control("POST", "behaviour", behaviour)
	steps.Case(stack, server, token, platforms.PLATFORMS[platform]).run(
		[s for s in case_steps if s.verb != "platforms"]
	)


def run_cases(tap, stack, flavour, selection):
	behaviour = stack.simulator.control("GET", "behaviour")
	with stack.server(flavour) as server:
		for number, path in enumerate(sorted(glob.glob(os.path.join(HERE, "cases", "*.case"))), 1):
			name = os.path.basename(path)[:-5]
			if selection and not any(word in name for word in selection):
				continue
			_, case_steps = casefile.parse(path)
			for platform in platforms_of(case_steps):
				label = "%s: %s%s" % (flavour, name, "" if platform == "whatsapp" else ", " + platform)
				tap.run(label, run_case, stack, server, case_steps, "c%d" % number, platform, behaviour)
			if server.process and not server.process.alive():
				raise RuntimeError("the web server ended:\n" + server.process.tail())
	stack.check_logs(tap)


def main(flavour, selection=(), pooler=False, also=None):
	"""`also` is a function of tap and stack with tests of its own, run last."""

	def run(tap):
		assert flavour in FLAVOURS, flavour
		with Stack(pooler=pooler) as stack:
			chosen = () if "DESKBELL_ALL" in os.environ and not pooler else selection
			run_cases(tap, stack, flavour, chosen)
			reasons.check(tap, stack.sql, 0 if chosen else REASONS_MIN)
			if also:
				also(tap, stack)

	return program(run)


if __name__ == "__main__":
	if len(sys.argv) < 2:
		sys.exit(__doc__)
	sys.exit(main(sys.argv[1], sys.argv[2:]))
