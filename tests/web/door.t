#!/usr/bin/python3
# What people and programs without any right meet at the door: other accounts' programs on the host, floods of refused
# deliveries, false lengths, names, addresses.
import http.client
import json
import os
import re
import select
import ssl
import subprocess
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, processes
from deskbell.fastcgi import FastcgiRequest, params
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
	with processes.Process(
		[stack.program("deskbell-outbox"), "--foreground", "--config", stack.conf],
		os.path.join(stack.folder, "spied.log"),
		env=closed,
	) as sender:
		processes.wait_until(
			lambda: stack.sql.value("select count(*) from heartbeats"), "the sender's first sign", process=sender
		)
		server = stack.server("lighttpd-fastcgi")
		server.env = closed
		with server:
			assert (
				net.request(server.port, "GET", "/healthz").status
				== net.request(server.port, "GET", "/sign-in").status
				== 200
			)
			running = [str(sender.pid)] + pids(stack.program("webhook.fcgi")) + pids(stack.program("desk.fcgi"))
			assert len(running) == 3, running
			done = processes.run([sys.executable, "-c", SPY] + running, check=False)
			assert done.returncode == 0, done.stderr.decode()


def sign_in_page(server, headers=None):
	"""The cookies that the page for signing in sets."""
	if server.tls:
		connection = http.client.HTTPSConnection(
			"127.0.0.1", server.port, timeout=30, context=ssl._create_unverified_context()
		)
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


def trickle(send, ended):
	"""A byte now and then, never a pause that is long, until the other side has had enough."""
	for _ in range(1200):
		if ended():
			return
		try:
			send(b"x")
		except OSError:
			return
		time.sleep(0.05)
	raise AssertionError("it still waits after 60 seconds")


ADDRESSES = (("webhook", "/api/webhooks/whatsapp"), ("desk", "/sign-in"))


def a_trickled_body_is_given_up(stack):
	"""One byte at a time, each well within the time for the whole."""
	for name, path in ADDRESSES:
		with FastcgiRequest(os.path.join(stack.run_dir, name + ".sock"), params(path, 2000)) as request:
			trickle(lambda data: request.record(5, data), lambda: select.select([request.socket], [], [], 0)[0])
			answer = request.answer()
		assert answer.startswith(b"Status: 408"), (name, answer[:200])


def a_trickled_body_is_given_up_as_cgi(stack):
	for name, path in ADDRESSES:
		command = processes.unprivileged([stack.program(name + ".fcgi")])
		with subprocess.Popen(
			command,
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			stderr=subprocess.DEVNULL,
			bufsize=0,
			env=processes.environment(dict(params(path, 2000), DESKBELL_CONF=stack.conf)),
		) as child:
			trickle(child.stdin.write, lambda: select.select([child.stdout], [], [], 0)[0])
			answer = child.stdout.read()
		assert answer.startswith(b"Status: 408"), (name, answer[:200])


def a_steady_body_is_taken(stack):
	"""What comes at a steady pace has more time than the first seconds: where one second is free, 200 kB give ten more."""
	body = b"x" * 200000
	with FastcgiRequest(
		os.path.join(stack.run_dir, "webhook.sock"), params("/api/webhooks/whatsapp", len(body))
	) as request:
		for i in range(0, len(body) - 10, 50000):
			request.record(5, body[i : min(i + 50000, len(body) - 10)])
		time.sleep(2.5)
		request.record(5, body[-10:])
		request.record(5, b"")
		answer = request.answer()
	assert answer.startswith(b"Status: 401"), answer[:200]


def a_body_in_one_write_is_taken(stack):
	"""A web server may send the head and the whole body at once: libfcgi then holds bytes that the socket no longer
	has.
	"""
	body = b"x" * 3000
	with FastcgiRequest(os.path.join(stack.run_dir, "desk.sock"), None) as request:
		request.begin(params("/sign-in", len(body)), [body[:1000], body[1000:], b""])
		answer = request.answer()
	assert answer.startswith(b"Status: 4") and not answer.startswith(b"Status: 408"), answer[:200]


def the_desk_has_a_time_of_its_own(stack):
	with FastcgiRequest(os.path.join(stack.run_dir, "desk.sock"), params("/sign-in", 10)) as request:
		time.sleep(2.5)
		request.record(5, b"csrf=12345")
		request.record(5, b"")
		answer = request.answer()
	assert answer.startswith(b"Status: 403"), answer[:200]


def one_visitor_does_not_slow_all(stack):
	"""A server that listens for IPv4 and IPv6 on one socket names IPv4 visitors ::ffff:a.b.c.d: all of them in one
	network of IPv6.
	"""

	def attempt(address):
		with FastcgiRequest(
			os.path.join(stack.run_dir, "desk.sock"), params("/sign-in", 0, REQUEST_METHOD="GET", REMOTE_ADDR=address)
		) as request:
			request.record(5, b"")
			head, page = request.answer().split(b"\r\n\r\n", 1)
		cookie = re.search(rb"Set-Cookie: ([^;]*)", head).group(1).decode()
		body = urllib.parse.urlencode(
			{"csrf": json.loads(page)["csrf"], "email": "nobody@example.com", "password": "zqsecret0wrong"}
		).encode()
		with FastcgiRequest(
			os.path.join(stack.run_dir, "desk.sock"),
			params("/sign-in", len(body), REMOTE_ADDR=address, HTTP_COOKIE=cookie),
		) as request:
			request.record(5, body)
			request.record(5, b"")
			return int(request.answer()[8:11])

	stack.sql.script("delete from sign_in_attempts;")
	statuses = [attempt("::ffff:192.0.2.66") for _ in range(8)]
	assert statuses[0] == 401 and 429 in statuses, statuses
	assert attempt("::ffff:192.0.2.67") == 401 and attempt("192.0.2.68") == 401
	assert attempt("192.0.2.66") == 429, "the same visitor under another name"


def slow_bodies(tap, stack):
	stack.write_conf(**{"webhook.read_timeout_s": "1", "desk.read_timeout_s": "1"})
	with stack.server("apache-proxy-fcgi"):
		tap.run("FastCGI: a body that comes byte by byte is given up", a_trickled_body_is_given_up, stack)
		tap.run("FastCGI: a body that comes with the head is taken", a_body_in_one_write_is_taken, stack)
		tap.run("FastCGI: a body that comes steadily is taken", a_steady_body_is_taken, stack)
	tap.run("plain CGI: a body that comes byte by byte is given up", a_trickled_body_is_given_up_as_cgi, stack)
	stack.write_conf(**{"desk.read_timeout_s": "300"})
	with stack.server("apache-proxy-fcgi"):
		tap.run("an IPv4 visitor is one, also through a socket for IPv6", one_visitor_does_not_slow_all, stack)
		tap.run("the desk's time for a body is its own", the_desk_has_a_time_of_its_own, stack)


def log_lines(stack, event):
	with open(stack.log, encoding="utf-8") as f:
		return [line for line in f if " event=%s " % event in line]


def left_out(stack, event):
	return sum(
		int(line.rsplit("lines=", 1)[1]) for line in log_lines(stack, "log.left_out") if " of=%s " % event in line
	)


# event: a request that nobody needs a right for.
FLOODS = {
	"webhook.refused": ("POST", "/api/webhooks/whatsapp", b"{}", {"X-Hub-Signature-256": "sha256=" + "0" * 64}),
	"web.csrf": (
		"POST",
		"/sign-in",
		b"email=a%40example.com&password=x",
		{"Content-Type": "application/x-www-form-urlencoded"},
	),
	"web.body": ("POST", "/sign-in", b"\xff", {"Content-Type": "text/plain"}),
	"webcron.refused": ("GET", "/api/webhooks/cron?key=zq-wrong", None, {}),
}
FLOOD = 70


def a_flood_is_counted(stack, flavour):
	"""Of each event some lines a minute are written, and the rest is counted: no line is lost without a number."""
	before = {event: len(log_lines(stack, event)) + left_out(stack, event) for event in FLOODS}
	lines = {event: len(log_lines(stack, event)) for event in FLOODS}
	began = time.monotonic()
	with stack.server(flavour) as server:
		for event, (method, path, body, headers) in FLOODS.items():
			for _ in range(FLOOD):
				answer = net.request(server.port, method, path, body, headers)
				assert answer.status in (400, 401, 403), (path, answer.status)
	windows = int((time.monotonic() - began) / 60) + 2

	def counted():
		return {event: len(log_lines(stack, event)) + left_out(stack, event) - before[event] for event in FLOODS}

	with stack.sender() as sender:  # reports what CGI programs, which end at once, have left out
		processes.wait_until(
			lambda: sum(counted().values()) >= FLOOD * len(FLOODS), "all refused requests to be counted", process=sender
		)
	assert counted() == dict.fromkeys(FLOODS, FLOOD), counted()
	for event in FLOODS:
		written = len(log_lines(stack, event)) - lines[event]
		assert written <= 20 * windows, (event, written)


def refused_deliveries_are_few_rows(stack):
	"""The table of refused deliveries keeps the newest of each channel and of those that name none."""
	channel = stack.connect(stack.organisation("Bounded"))
	other = stack.connect(stack.organisation("Other"))
	for org, number, times in (("null", "null", 700), (channel.org, channel.id, 120), (other.org, other.id, 3)):
		stack.sql.script(
			"".join(
				"select deskbell_log_webhook(%s, %s, 'whatsapp', 'delivery', false, 'flood', '192.0.2.1') is null as x \\gset\n"
				% (org, number)
				for _ in range(times)
			)
		)
	counts = [stack.sql.value("select count(*) from unknown_deliveries")] + [
		stack.sql.value("select count(*) from webhook_log where org_id = %d" % org) for org in (channel.org, other.org)
	]
	assert counts == [500, 50, 3], counts


def floods(tap, stack):
	key = os.path.join(stack.folder, "webcron.key")
	with open(os.open(key, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as f:
		f.write("zqsecret0webcron0key\n")
	processes.give(key)
	stack.write_conf(**{"webcron.key_file": key})
	for flavour in ("lighttpd-fastcgi", "apache-fcgid", "apache-cgi"):
		tap.run(
			"%s: a flood of refused requests writes few lines and is counted" % flavour,
			a_flood_is_counted,
			stack,
			flavour,
		)
	tap.run("refused deliveries are few rows", refused_deliveries_are_few_rows, stack)


def run(tap):
	with Stack() as stack:
		tap.run("no program of the same account reads memory, environment or descriptors", memory_is_closed, stack)
		stack.write_conf(**{"public.base_url": "http://desk.example.com"})
		for flavour in ("apache-cgi", "apache-mod-cgi", "apache-fcgid", "apache-proxy-fcgi", "apache-htaccess"):
			tap.run("%s: cookies given over TLS are secure" % flavour, cookies_over_tls, stack, flavour)
		for flavour in ("lighttpd-fastcgi", "lighttpd-cgi", "apache-fcgid", "apache-cgi"):
			tap.run("%s: a client does not make cookies secure" % flavour, cookies_without_tls, stack, flavour)
		tap.run("a proxy says that the browser speaks TLS, where it is trusted", cookies_behind_a_proxy, stack)
		slow_bodies(tap, stack)
		floods(tap, stack)
		stack.check_logs(tap)


sys.exit(program(run))
