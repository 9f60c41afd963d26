"""The Test Anything Protocol: one `ok` or `not ok` line a test, explanations as comments, the plan at the end."""

import sys
import time
import traceback

from . import paths, processes


class Tap:
	def __init__(self):
		self.count = 0
		self.failed = 0

	def _line(self, text):
		sys.stdout.write(text + "\n")
		sys.stdout.flush()

	def note(self, text):
		for line in str(text).splitlines() or [""]:
			self._line("# " + line)

	def ok(self, passed, name, why=""):
		self.count += 1
		name = name.replace("#", "(hash)")
		if passed:
			self._line("ok %d - %s" % (self.count, name))
		else:
			self.failed += 1
			self._line("not ok %d - %s" % (self.count, name))
			if why:
				self.note(why)
		return passed

	def equal(self, got, want, name):
		return self.ok(got == want, name, "got:  %r\nwant: %r" % (got, want) if got != want else "")

	def skip(self, name, why):
		self.count += 1
		self._line("ok %d - %s # SKIP %s" % (self.count, name, why))

	def run(self, name, function, *args):
		"""A test that is a function: passed when it returns, failed with its words when it raises."""
		start = time.monotonic()
		try:
			function(*args)
		except (AssertionError, RuntimeError) as e:
			return self.ok(False, name, str(e))
		except Exception:
			return self.ok(False, name, traceback.format_exc())
		return self.ok(True, "%s (%d ms)" % (name, (time.monotonic() - start) * 1000))

	def done(self):
		self._line("1..%d" % self.count)
		return 1 if self.failed else 0

	def skip_all(self, why):
		self._line("1..0 # SKIP " + why.replace("\n", " "))
		return 0

	def bail_out(self, why):
		self.note(why)
		self._line("Bail out! " + str(why).splitlines()[0])
		return 1


def program(run):
	"""A test program: `run` gets a Tap and makes the tests; what is missing skips all of them, what breaks down ends
	them. Returns the exit status.
	"""
	processes.install_handlers()
	tap = Tap()
	try:
		run(tap)
	except paths.Missing as e:
		return tap.skip_all(str(e))
	except Exception as e:
		return tap.bail_out("%s: %s" % (type(e).__name__, e))
	return tap.done()
