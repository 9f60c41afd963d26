"""Programs that tests start: run without root's rights, ended by their process id whatever happens to the test."""

import atexit
import os
import pwd
import signal
import subprocess
import sys
import threading
import time

from . import paths

_running = []


def plain_user():
	"""The account under which a stack runs when tests are started by root (PostgreSQL refuses root), else None."""
	if os.geteuid() != 0:
		return None
	for name in ("postgres", "nobody"):
		try:
			return pwd.getpwnam(name)
		except KeyError:
			continue
	raise paths.Missing("no account 'postgres' or 'nobody' to drop root's rights to")


def give(path):
	"""Hands a file or folder to the account of the stack."""
	user = plain_user()
	if user:
		os.chown(path, user.pw_uid, user.pw_gid)


def unprivileged(argv, dies_by=None):
	"""`argv` as a command that runs without root's rights; with a signal that ends it even when the test is killed
	outright.
	"""
	options = ["--pdeathsig", dies_by.name[3:]] if dies_by else []
	user = plain_user()
	if user:
		options += ["--reuid=%d" % user.pw_uid, "--regid=%d" % user.pw_gid, "--clear-groups"]
	return [paths.system_program("setpriv")] + options + ["--"] + list(argv) if options else list(argv)


def environment(extra=None):
	"""The environment for a program of the stack: nothing of the caller's Deskbell or PostgreSQL settings leaks in."""
	env = {k: v for k, v in os.environ.items() if not k.startswith(("DESKBELL_", "PG"))}
	env["LC_ALL"] = "C.UTF-8"
	if plain_user():
		env["HOME"] = "/tmp"
	else:
		env["DESKBELL_DUMPABLE"] = "yes"  # else only root may see how much memory they take
	env.update(extra or {})
	return env


def run(argv, input=None, env=None, check=True, timeout=120, root=False):
	"""Runs a program to its end; `input` and the result's output are bytes. With `check` a failure shows what it
	wrote to stderr.
	"""
	command = list(argv) if root else unprivileged(argv)
	done = subprocess.run(
		command,
		input=input if input is not None else b"",
		stdout=subprocess.PIPE,
		stderr=subprocess.PIPE,
		env=environment(env),
		timeout=timeout,
		cwd="/",
	)
	if check and done.returncode != 0:
		raise RuntimeError(
			"%s exited with status %d: %s"
			% (" ".join(argv[:4]), done.returncode, done.stderr.decode("utf-8", "replace")[-2000:])
		)
	return done


class Process:
	"""A program that runs next to the test, its output in a log file. A context manager; also ended when the test is.

	A `vital` one is a server without which nothing can pass: when it ends and the test did not end it, the whole test
	ends at once with its name, instead of waiting in vain in each case to come. One that begins as `root` gives its
	rights up by itself.
	"""

	def __init__(
		self,
		argv,
		log,
		env=None,
		stop_signal=signal.SIGTERM,
		stdin=subprocess.DEVNULL,
		stdout=None,
		grace=10,
		vital=False,
		root=False,
	):
		self.name = os.path.basename(argv[0])
		self.stop_signal = stop_signal
		self.grace = grace
		self.log = log
		with open(log, "ab") as out:
			give(log)
			command = (
				[paths.system_program("setpriv"), "--pdeathsig", stop_signal.name[3:], "--"] + list(argv)
				if root
				else unprivileged(argv, dies_by=stop_signal)
			)
			self.popen = subprocess.Popen(
				command,
				stdin=stdin,
				stdout=stdout if stdout is not None else out,
				stderr=out,
				env=environment(env),
				cwd="/",
				start_new_session=True,
			)
		self.pid = self.popen.pid
		self.ended_by_test = False
		_running.append(self)
		if vital:
			threading.Thread(target=self._watch, daemon=True).start()

	def _watch(self):
		while self.alive() and not self.ended_by_test:
			time.sleep(0.2)
		if self.ended_by_test or self not in _running:
			return
		sys.stdout.write("".join("# %s\n" % line for line in self.tail().splitlines()))
		sys.stdout.write(
			"Bail out! %s ended in the middle of the test, with status %s\n" % (self.name, self.popen.returncode)
		)
		sys.stdout.flush()
		os.kill(os.getpid(), signal.SIGTERM)
		time.sleep(patience(15))
		os._exit(1)  # something waits and does not hear

	def alive(self):
		return self.popen.poll() is None

	def kill(self, signal_number=signal.SIGKILL):
		"""A signal to the program and to what it started in its session."""
		self.ended_by_test = True
		try:
			os.killpg(self.pid, signal_number)
		except ProcessLookupError:
			pass

	def stop(self):
		"""Asks it to end, insists after the grace period, and returns its exit status."""
		self.ended_by_test = True
		if self in _running:
			_running.remove(self)
		if self.alive():
			self.popen.send_signal(self.stop_signal)
			try:
				self.popen.wait(self.grace)
			except subprocess.TimeoutExpired:
				self.kill()
		status = self.popen.wait()
		self.kill()  # children that it left behind: same session, so nobody else's
		return status

	def __enter__(self):
		return self

	def __exit__(self, *exc):
		self.stop()

	def tail(self, lines=20):
		try:
			with open(self.log, "rb") as f:
				return b"\n".join(f.read()[-8000:].splitlines()[-lines:]).decode("utf-8", "replace")
		except OSError:
			return ""


def stop_all():
	while _running:
		_running[-1].stop()


def _on_signal(number, frame):
	sys.exit(128 + number)


def install_handlers():
	"""Call once in a test's main: SIGTERM, SIGINT and SIGHUP end the test in order, and with it everything it started."""
	for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
		signal.signal(number, _on_signal)


atexit.register(stop_all)


def patience(seconds):
	"""What takes so long on an idle machine may take this long now: others may be at work on the same processors."""
	return seconds * max(2.0, 2.0 * os.getloadavg()[0] / (os.cpu_count() or 1))


def wait_until(condition, what, timeout=15.0, pause=0.02, process=None):
	"""Calls `condition` until it is true and returns its value. A `process` that ends meanwhile is told at once,
	with the end of its log.
	"""
	timeout = patience(timeout)
	end = time.monotonic() + timeout
	while True:
		value = condition()
		if value:
			return value
		if process is not None and not process.alive():
			raise RuntimeError("%s ended while waiting for %s:\n%s" % (process.name, what, process.tail()))
		if time.monotonic() > end:
			tail = "\n" + process.tail() if process is not None else ""
			raise RuntimeError("waited %.0f s in vain for %s%s" % (timeout, what, tail))
		time.sleep(pause)
