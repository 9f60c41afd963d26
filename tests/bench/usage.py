"""What programs of a stack take: processor time and memory, read from /proc while they run."""

import os
import threading

TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")


def _stat(pid):
	with open("/proc/%d/stat" % pid) as f:
		return f.read().rsplit(")", 1)[1].split()


def _pids():
	return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def family(root):
	"""The process and everything that descends from it."""
	children = {}
	for pid in _pids():
		try:
			children.setdefault(int(_stat(pid)[1]), []).append(pid)
		except OSError:
			continue
	found, new = [], [root]
	while new:
		found += new
		new = [child for pid in new for child in children.get(pid, [])]
	return found


def running(program):
	"""The processes that were started by this path."""
	found = []
	for pid in _pids():
		try:
			with open("/proc/%d/cmdline" % pid) as f:
				if f.read().split("\0")[0] == program:
					found.append(pid)
		except OSError:
			continue
	return found


def cpu_s(pids):
	"""Processor time of the processes, and of their children that have ended."""
	total = 0
	for pid in pids:
		try:
			total += sum(int(n) for n in _stat(pid)[11:15])
		except OSError:
			continue
	return total * TICK_S


def pss_kb(pids):
	"""Proportional memory of the processes together: private pages, and their share of what is mapped by several."""
	total = 0
	for pid in pids:
		try:
			with open("/proc/%d/smaps_rollup" % pid) as f:
				total += sum(int(line.split()[1]) for line in f if line.startswith("Pss:"))
		except OSError:
			continue
	return total


class PeakMemory:
	"""Around a block: the most memory that `find()`'s processes had meanwhile, in kB. It looks seldom, for it shares
	the processor with them.
	"""

	def __init__(self, find, pause_s=1.0):
		self.find, self.pause_s = find, pause_s
		self.kb, self.processes = 0, 0
		self._end = threading.Event()
		self._thread = threading.Thread(target=self._watch, daemon=True)

	def _watch(self):
		while not self._end.wait(self.pause_s):
			pids = self.find()
			self.kb = max(self.kb, pss_kb(pids))
			self.processes = max(self.processes, len(pids))

	def __enter__(self):
		self._thread.start()
		return self

	def __exit__(self, *exc):
		self._end.set()
		self._thread.join()
