#!/usr/bin/python3
# What people and programs without any right meet at the door: other accounts' programs on the host, floods of refused deliveries, false lengths, names, addresses.
import http.client
import os
import ssl
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


def sign_in_page(server, headers=None):
	"""The cookies that the page for signing in sets."""
	if server.tls:
		connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=30, context=ssl._create_unverified_context())
	else:
		connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
	try:
		connection.request("GET", "/sign-in", headers=dict(headers or {}, Accept="application/json"))
		response = connection.getresponse()
		assert response.status == 200, (response.status, response.read())
		return response.headers.get_all("Set-Cookie")
	finally:
		connection.close()


def is_secure(cookies):
	assert len(cookies) == 1, cookies
	secure = "; Secure" in cookies[0]
	assert secure == cookies[0].startswith("__Host-"), cookies
	return secure


FORGED = {"X-Forwarded-Proto": "https", "HTTPS": "on", "X-Forwarded-Ssl": "on", "Forwarded": "proto=https"}


def cookies_over_tls(stack, flavour):
	"""Whatever public.base_url says, a cookie that was given over TLS never travels without it."""
	server = stack.server(flavour)
	server.tls = True
	with server:
		assert is_secure(sign_in_page(server)) and is_secure(sign_in_page(server, {"X-Forwarded-Proto": "http"}))


def cookies_without_tls(stack, flavour):
	with stack.server(flavour) as server:
		assert not is_secure(sign_in_page(server)) and not is_secure(sign_in_page(server, FORGED))


def cookies_behind_a_proxy(stack):
	"""The proxy that speaks TLS with the browsers is trusted by configuration only."""
	stack.write_conf(**{"desk.forwarded_proto": "trust"})
	try:
		with stack.server("lighttpd-fastcgi") as server:
			for value, wanted in (("https", True), ("HTTPS", True), ("http", False), ("", False), ("httpsx", False)):
				assert is_secure(sign_in_page(server, {"X-Forwarded-Proto": value})) == wanted, value
			assert not is_secure(sign_in_page(server))
	finally:
		stack.write_conf(**{"desk.forwarded_proto": "ignore"})


def run(tap):
	with Stack() as stack:
		tap.run("no program of the same account reads memory, environment or descriptors", memory_is_closed, stack)
		stack.write_conf(**{"public.base_url": "http://desk.example.com"})
		for flavour in ("apache-cgi", "apache-mod-cgi", "apache-fcgid", "apache-proxy-fcgi", "apache-htaccess"):
			tap.run("%s: cookies given over TLS are secure" % flavour, cookies_over_tls, stack, flavour)
		for flavour in ("lighttpd-fastcgi", "lighttpd-cgi", "apache-fcgid", "apache-cgi"):
			tap.run("%s: a client does not make cookies secure" % flavour, cookies_without_tls, stack, flavour)
		tap.run("a proxy says that the browser speaks TLS, where it is trusted", cookies_behind_a_proxy, stack)
		stack.check_logs(tap)


sys.exit(program(run))
