#!/usr/bin/python3
# What people and programs without any right meet at the door: other accounts' programs on the host, floods of refused deliveries, false lengths, names, addresses.
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, processes
from deskbell.stack import Stack
from deskbell.tap import program

SPY = """
import os, sys
for pid in sys.argv[1:]:
	for name in ("mem", "environ", "maps", "fd", "exe"):
		path = "/proc/%s/%s" % (pid, name)
		try:
			if name == "fd":
				os.listdir(path)
			elif name == "exe":
				os.readlink(path)
			else:
				open(path, "rb").close()
			sys.exit(path + " is open")
		except PermissionError:
			pass
"""


def pids(program):
	"""Processes that were started by this path."""
	found = []
	for pid in filter(str.isdigit, os.listdir("/proc")):
		try:
			with open("/proc/%s/cmdline" % pid, encoding="utf-8", errors="replace") as f:
				if f.read().split("\0")[0] == program:
					found.append(pid)
		except OSError:
			continue
	return found


def memory_is_closed(stack):
	"""Another program of the same account, such as a script of another site on a shared host, reads nothing of ours."""
	closed = {"DESKBELL_DUMPABLE": ""}
	with processes.Process([stack.program("deskbell-outbox"), "--foreground", "--config", stack.conf], os.path.join(stack.folder, "spied.log"), env=closed) as sender:
		processes.wait_until(lambda: stack.sql.value("select count(*) from heartbeats"), "the sender's first sign", process=sender)
		server = stack.server("lighttpd-fastcgi")
		server.env = closed
		with server:
			assert net.request(server.port, "GET", "/healthz").status == net.request(server.port, "GET", "/sign-in").status == 200
			running = [str(sender.pid)] + pids(stack.program("webhook.fcgi")) + pids(stack.program("desk.fcgi"))
			assert len(running) == 3, running
			done = processes.run([sys.executable, "-c", SPY] + running, check=False)
			assert done.returncode == 0, done.stderr.decode()


def run(tap):
	with Stack() as stack:
		tap.run("no program of the same account reads memory, environment or descriptors", memory_is_closed, stack)
		stack.check_logs(tap)


sys.exit(program(run))
