#!/usr/bin/python3
"""A test whose database or server dies ends at once, with its name, however it waits; one that ends a server itself
goes on.
"""

import os
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
LIB = os.path.join(HERE, "..", "lib")
sys.path.insert(0, LIB)

from deskbell import processes
from deskbell.tap import program

# A test program in small: a server that is vital, and then `wait`.
VICTIM = """
import os, sys, time
sys.dont_write_bytecode = True
sys.path.insert(0, %(lib)r)
from deskbell import processes
from deskbell.tap import program

def run(tap):
	server = processes.Process(["/bin/sleep", "1000"], %(log)r, vital=True)
	print("pid", server.pid, flush=True)
	%(wait)s
	tap.ok(True, "went on")

sys.exit(program(run))
"""

WAITS = {
	"for a condition": "processes.wait_until(lambda: False, 'what never comes', timeout=1000)",
	"for a socket": "import socket; a, b = socket.socketpair(); a.recv(1)",
	"for a program": "processes.run(['/bin/sleep', '1000'], timeout=1000)",
	"asleep": "time.sleep(1000)",
}


def victim(folder, wait):
	text = VICTIM % {"lib": LIB, "log": os.path.join(folder, "log"), "wait": wait}
	return subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)


def ends_when_its_server_dies(folder, wait):
	test = victim(folder, wait)
	try:
		pid = int(test.stdout.readline().split()[1])
		os.kill(pid, signal.SIGKILL)
		out, _ = test.communicate(timeout=processes.patience(20))
	finally:
		test.kill()
	assert "Bail out! sleep ended in the middle of the test, with status -9" in out and "went on" not in out, out
	assert test.returncode != 0, out


def goes_on_when_it_ends_it_itself(folder):
	test = victim(folder, "server.kill(); server.popen.wait(); time.sleep(1); server.stop()")
	out, _ = test.communicate(timeout=processes.patience(20))
	assert "ok 1 - went on" in out and "Bail out" not in out and test.returncode == 0, (test.returncode, out)


def run(tap):
	with tempfile.TemporaryDirectory(prefix="deskbell-") as folder:
		os.chmod(folder, 0o777)
		for name, wait in WAITS.items():
			tap.run("a test that waits %s ends when its server dies" % name, ends_when_its_server_dies, folder, wait)
		tap.run("a test that ends its server itself goes on", goes_on_when_it_ends_it_itself, folder)


sys.exit(program(run))
