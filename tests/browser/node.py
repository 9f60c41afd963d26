"""Scripts next to this file that drive Chromium. They read what they are given as JSON, and print a line of JSON for
each step: its name, why it failed (empty: it did not), milliseconds; or the cookies that a browser had.
"""

import json
import os
import re
import subprocess

from deskbell import paths, processes
from deskbell.desk import Browser

CHROMIUM = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
HERE = os.path.dirname(os.path.realpath(__file__))


def command(script):
	"""What runs the script; Missing where Node.js, Chromium or the tools are."""
	node = paths.system_program("node")
	if not any(
		os.access(name, os.X_OK) for name in ([os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else CHROMIUM)
	):
		raise paths.Missing("needs chromium")
	if not os.path.isdir(os.path.join(HERE, "node_modules", "playwright-core")):
		raise paths.Missing("needs its tools: cd tests/browser && npm run tools")
	return [node, os.path.join(HERE, script)]


class Walk:
	"""One run of a script, of at most `most_s` seconds: its lines, what it complained of, whether it came to its end."""

	def __init__(self, command, given, most_s, wait_s=5):
		limit = processes.patience(most_s)
		given = {"wait_ms": processes.patience(wait_s) * 1000, **given}
		try:
			done = subprocess.run(
				command, input=json.dumps(given).encode(), capture_output=True, timeout=limit, check=False
			)
			output, errors, self.ended = done.stdout, done.stderr, done.returncode == 0
		except subprocess.TimeoutExpired as e:
			output, errors, self.ended = e.stdout or b"", b"it took more than %d s" % limit, False
		self.lines = [json.loads(line) for line in output.decode().split("\n") if line]
		self.errors = re.sub(r"\S*zqsecret\S*", "(secret)", errors.decode("utf-8", "replace")[-2000:])
		for line in self.lines:
			Browser.seen.update(c for c in line.get("cookies", ()) if len(c) > 40)

	def tell(self, tap, before=""):
		"""A test for each step; returns their names."""
		steps = [line for line in self.lines if "name" in line]
		for line in steps:
			tap.ok(not line["why"], "%s%s (%d ms)" % (before, line["name"], line.get("ms", 0)), line["why"])
		return [line["name"] for line in steps]
