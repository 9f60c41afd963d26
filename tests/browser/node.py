"""Scripts next to this file that drive Chromium."""

import os

from deskbell import paths

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
