#!/usr/bin/python3
"""How much memory a request can take: each of many hostile ones alone, then 32 of the worst at the same time, and
what stays afterwards.

    memory.t [--report] [WORD...]     WORD: only requests whose name holds it; --report: print all
    figures, fail for none

The peak is the kernel's own (VmHWM, reset before each request), so it cannot be missed between two looks.
"""

import concurrent.futures
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "bench")]

import memory_requests
import usage
from desk import World
from deskbell import net, processes
from deskbell.desk import use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

MB = 1024  # all figures are in kB
GOALS = {"webhook.fcgi": 48 * MB, "desk.fcgi": 160 * MB}
TOGETHER, TOGETHER_FACTOR, WORST = 32, 4, 2
KEPT = 8 * MB
SETTLE_S = 30


class Meter:
	"""The memory of one program."""

	def __init__(self, stack, name):
		self.name = name
		self.pids = processes.wait_until(lambda: usage.running(stack.program(name)), name)
		assert len(self.pids) == 1, self.pids

	def _status(self, key):
		with open("/proc/%d/status" % self.pids[0]) as f:
			return next(int(line.split()[1]) for line in f if line.startswith(key + ":"))

	def pss(self):
		return usage.pss_kb(self.pids)

	def raised_by(self, work):
		"""The kB by which the resident memory was higher at most while `work` ran, and what it returned."""
		with open("/proc/%d/clear_refs" % self.pids[0], "w") as f:
			f.write("5")
		before = self._status("VmRSS")
		result = work()
		return self._status("VmHWM") - before, result

	def settled(self, limit):
		"""The PSS once it is at most `limit`, or what it is after SETTLE_S."""
		end = time.monotonic() + SETTLE_S
		while self.pss() > limit and time.monotonic() < end:
			time.sleep(0.05)
		return self.pss()


class Measurement:
	def __init__(self, tap, meter, options):
		self.tap, self.meter, self.options = tap, meter, options
		self.worst = []

	def check(self, name, limit, raised, before, statuses, seconds):
		after = self.meter.settled(before + KEPT)
		figures = "%s: %.1f MB of %d, kept %.1f of %d, %.1f s, answered %s" % (
			name,
			raised / MB,
			limit / MB,
			(after - before) / MB,
			KEPT / MB,
			seconds,
			" ".join(str(s) for s in sorted(set(statuses))),
		)
		alive = (
			self.meter.pids == usage.running(os.readlink("/proc/%d/exe" % self.meter.pids[0]))
			if os.path.exists("/proc/%d" % self.meter.pids[0])
			else False
		)
		good = raised <= limit and after - before <= KEPT and alive and not any(s in (0, 500) for s in statuses)
		self.tap.ok(good or self.options.report, figures)

	def alone(self, case):
		before, began = self.meter.pss(), time.monotonic()
		raised, answered = self.meter.raised_by(case.send)
		self.worst.append((raised, case))
		self.check(
			"%s, %s" % (self.meter.name, case.name),
			GOALS[self.meter.name],
			raised,
			before,
			[answered],
			time.monotonic() - began,
		)

	def together(self, case):
		before, began = self.meter.pss(), time.monotonic()
		with concurrent.futures.ThreadPoolExecutor(TOGETHER) as threads:
			raised, answered = self.meter.raised_by(lambda: list(threads.map(lambda n: case.send(), range(TOGETHER))))
		self.check(
			"%s, %d at the same time, %s" % (self.meter.name, TOGETHER, case.name),
			TOGETHER_FACTOR * GOALS[self.meter.name],
			raised,
			before,
			answered,
			time.monotonic() - began,
		)

	def run(self, cases):
		for case in cases:
			self.alone(case)
		self.worst.sort(key=lambda pair: -pair[0])
		for _, case in self.worst[:WORST]:
			self.together(case)


class Options:
	def __init__(self, argv):
		self.report = "--report" in argv
		self.words = [a for a in argv if not a.startswith("--")]

	def wants(self, case):
		return not self.words or any(word in case.name for word in self.words)


def warm(port, path):
	"""Threads, connections and plans are there before anything is measured."""
	with concurrent.futures.ThreadPoolExecutor(TOGETHER) as threads:
		for _ in range(4):
			list(threads.map(lambda n: net.request(port, "GET", path), range(TOGETHER)))


def run(tap):
	options = Options(sys.argv[1:])
	with Stack(with_simulator=True, settings={"webhook.threads": str(TOGETHER)}) as stack:
		use_desk_role(stack)
		with stack.server("lighttpd-fastcgi") as server:
			for name, path, cases in (
				("webhook.fcgi", "/readyz", memory_requests.webhook_cases(stack, server)),
				("desk.fcgi", "/sign-in", memory_requests.desk_cases(World(stack, server))),
			):
				chosen = [c for c in cases if options.wants(c)]
				if not chosen:
					continue
				warm(server.port, path)
				Measurement(tap, Meter(stack, name), options).run(chosen)
			stack.check_logs(tap)


sys.exit(program(run))
