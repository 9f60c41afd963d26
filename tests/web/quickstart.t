#!/usr/bin/python3
# quickstart's own steps, without building: where its data lies when the plain account cannot enter the tree, and that
# it obeys INT in the background.
import os
import shutil
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import paths, processes
from deskbell.tap import program

PROGRAMS = ("webhook.fcgi", "desk.fcgi", "deskbell-outbox", "deskbellctl", "deskbell-simulator")
# The script without its last line, which begins everything.
FUNCTIONS = "source <(sed '$d' \"$0\"); "


class Tree:
	"""A folder that only root may enter, with the script and programs that do nothing."""

	def __init__(self):
		self.folder = tempfile.mkdtemp(prefix="deskbell-")
		self.script = shutil.copy(os.path.join(paths.SOURCE, "quickstart"), self.folder)
		os.mkdir(os.path.join(self.folder, "build"))
		for name in PROGRAMS:
			with open(os.path.join(self.folder, "build", name), "w", encoding="utf-8"):
				pass
		self.states = set()

	def state(self):
		"""Where a start puts its data."""
		done = subprocess.run(
			["bash", "-c", FUNCTIONS + "choose_account; prepare_state; printf '%s\\n' \"$state\"", self.script],
			stdout=subprocess.PIPE,
			stderr=subprocess.PIPE,
			encoding="utf-8",
			check=False,
		)
		assert done.returncode == 0, done.stderr
		state = done.stdout.splitlines()[-1]
		self.states.add(state)
		return state

	def __enter__(self):
		return self

	def __exit__(self, *exc):
		for folder in self.states | {self.folder}:
			if os.path.islink(folder):
				os.unlink(folder)
			shutil.rmtree(folder, ignore_errors=True)


def data_lies_where_nobody_foresees():
	with Tree() as tree, Tree() as other:
		first = tree.state()
		assert first.startswith("/var/tmp/deskbell-") and len(first) == len("/var/tmp/deskbell-") + 10, first
		assert os.stat(first).st_uid == processes.plain_user().pw_uid and tree.state() == first
		assert other.state() != first
		# Another user of the machine has made a folder, or a link, under the name of the last start.
		shutil.rmtree(first)
		os.mkdir(first)
		second = tree.state()
		assert second != first, "a folder of another user was taken"
		os.rename(second, second + ".kept")
		tree.states.add(second + ".kept")
		os.symlink(second + ".kept", second)
		assert tree.state() not in (first, second), "a link was followed"


def it_obeys_int_in_the_background():
	"""Where SIGINT is ignored at the start, as shells do it for background jobs."""
	with Tree() as tree:
		with open(tree.script, encoding="utf-8") as f:
			text = f.read()
		wait = "install_packages() { echo ready; patiently sleep 300; }\n"
		with open(tree.script, "w", encoding="utf-8") as f:
			f.write(text.replace("main \"$@\"\n", wait + "main \"$@\"\n"))
		shutil.copytree(os.path.join(paths.SOURCE, "build-aux"), os.path.join(tree.folder, "build-aux"))
		for number in (signal.SIGINT, signal.SIGTERM):
			with subprocess.Popen(
				["bash", tree.script, "--check"],
				stdin=subprocess.DEVNULL,
				stdout=subprocess.PIPE,
				stderr=subprocess.DEVNULL,
				encoding="utf-8",
				preexec_fn=lambda: [signal.signal(s, signal.SIG_IGN) for s in (signal.SIGINT, signal.SIGTERM)],
			) as script:
				try:
					assert script.stdout.readline() == "ready\n"
					script.send_signal(number)
					assert script.wait(30) == 128 + number
				finally:
					script.kill()


def run(tap):
	tap.run("it obeys INT and TERM in the background, also while a command runs", it_obeys_int_in_the_background)
	if processes.plain_user():
		tap.run("data lies under a name that nobody foresees", data_lies_where_nobody_foresees)
	else:
		tap.skip("data lies under a name that nobody foresees", "only root starts it under another account")


sys.exit(program(run))
