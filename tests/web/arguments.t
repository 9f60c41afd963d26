#!/usr/bin/python3
# Nobody who sends a request writes the command line or the configuration of the program that serves it: web servers
# put a query without "=" there (RFC 3875, 4.4). Behind every web server, through wrapper scripts, and for the tools
# that lie in a folder for CGI by mistake.
import json
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, planted, processes
from deskbell.stack import Stack
from deskbell.tap import program

FLAVOURS = (
	"lighttpd-cgi",
	"lighttpd-fastcgi",
	"apache-cgi",
	"apache-mod-cgi",
	"apache-htaccess-cgi",
	"apache-htaccess",
	"apache-fcgid",
	"apache-proxy-fcgi",
)
ARGUMENTS = (
	"--help",
	"--version",
	"--routes",
	"-h",
	"-c+%s",
	"--config+%s",
	"--config%%20%s",
	"%%2d%%2dconfig+%s",
	"%%2D%%2Dconf+%s",
	"--+--config+%s",
	"x+--config+%s",
	"--config+/dev/stdin",
	"--config+/dev/fd/0",
	"--config",
	"--nothing",
	"+",
	"--once+--config+%s",
	"--listen+127.0.0.1:0",
)
# What a program prints about itself, and what no page holds.
WORDS = (b"sage:", b"(Deskbell)", b"database.url", b"cannot read the configuration", b"authority")


class Trap:
	"""A configuration that makes any program that reads it leave a file behind."""

	def __init__(self, stack):
		self.file = os.path.join(stack.folder, "trap.conf")
		self.planted = os.path.join(stack.run_dir, "planted.php")
		self.text = (
			"log.file = %s\nlog.level = debug\ndatabase.url = host=/nowhere connect_timeout=1\nkey.file = %s\n"
			% (self.planted, stack.key_file)
		)
		with open(self.file, "w", encoding="utf-8") as f:
			f.write(self.text)
		os.chmod(self.file, 0o644)

	def check(self, where):
		if os.path.exists(self.planted):
			os.unlink(self.planted)
			raise AssertionError("%s: another configuration was read" % where)


def it_is_one(stack, trap):
	"""The trap works: a tool that is told of the file leaves its mark."""
	processes.run([stack.program("deskbell-outbox"), "--once", "--config", trap.file], check=False)
	assert os.path.exists(trap.planted), "no file was left behind"
	os.unlink(trap.planted)


def queries(trap):
	return [a % trap.file if "%s" in a else a.replace("%%", "%") for a in ARGUMENTS]


def ask(server, trap, method, path, wanted, headers=None):
	answer = net.request(
		server.port,
		method,
		path,
		trap.text.encode() if method == "POST" else None,
		dict(headers or {}, Accept="application/json"),
	)
	assert answer.status in wanted, (method, path, answer.status, answer.body[:300])
	assert not any(word in answer.body for word in WORDS), (method, path, answer.body[:300])
	trap.check(method + " " + path)
	return answer


def programs_read_no_argument(server, trap):
	plain = net.request(server.port, "GET", "/healthz").body
	for query in queries(trap):
		assert ask(server, trap, "GET", "/healthz?" + query, [200]).body == plain
		ask(server, trap, "GET", "/sign-in?" + query, [200])
		ask(server, trap, "POST", "/sign-in?" + query, [400, 403, 415])
		ask(server, trap, "POST", "/api/webhooks/whatsapp?" + query, [401])


def headers_are_no_configuration(server, trap):
	for name in (
		"DESKBELL_CONF",
		"Deskbell-Conf",
		"DESKBELL_LOG_FILE",
		"Proxy",
		"Https-Proxy",
		"LD_PRELOAD",
		"PGSERVICEFILE",
		"Redirect-Deskbell-Conf",
	):
		ask(server, trap, "GET", "/healthz", [200, 400], {name: trap.file})
		ask(server, trap, "GET", "/sign-in", [200, 400], {name: trap.file})


def tools_do_nothing_as_cgi(server, trap):
	for tool in ("deskbell-outbox", "deskbellctl", "deskbell-simulator"):
		for query in queries(trap) + ["conf+--sample", "user+list", "export+--org+1", ""]:
			assert ask(server, trap, "GET", "/tools/%s?%s" % (tool, query), [403]).body == b"Forbidden\n"
	for name in ("webhook.fcgi", "desk.fcgi"):
		for query in queries(trap):
			ask(server, trap, "GET", "/tools/%s?%s" % (name, query), [503])


def a_started_sender_knows_no_request(stack, server, trap):
	"""The sender that a delivery starts lives on: neither the headers of that request nor what describes it is in
	its environment.
	"""
	seen = os.path.join(stack.run_dir, "environment")
	spy = os.path.join(stack.folder, "spy")
	with open(spy, "w", encoding="utf-8") as f:
		f.write("#!/bin/sh\nenv >%s.new && mv %s.new %s\n" % (seen, seen, seen))
	os.chmod(spy, 0o755)
	stack.write_conf(**{"outbox.kick": "auto", "outbox.program": spy})
	channel = stack.connect(stack.organisation("Kick"))
	body = json.dumps(
		{
			"object": "whatsapp_business_account",
			"entry": [
				{
					"id": channel.account_id,
					"changes": [
						{
							"field": "messages",
							"value": {
								"messaging_product": "whatsapp",
								"metadata": {"phone_number_id": channel.phone_number_id},
								"messages": [
									{
										"from": "16505551234",
										"id": "wamid.kick",
										"timestamp": str(int(time.time())),
										"type": "text",
										"text": {"body": planted.BODY_MARKER + "kick"},
									}
								],
							},
						}
					],
				}
			],
		}
	).encode()
	answer = net.request(
		server.port,
		"POST",
		"/api/webhooks/whatsapp",
		body,
		{
			"Content-Type": "application/json",
			"Authorization": "Bearer zqsecret0header",
			"Proxy": "http://127.0.0.1:9",
			"X-Hub-Signature-256": net.signature(channel.app_secret, body),
		},
	)
	assert answer.status == 200, (answer.status, answer.body)
	processes.wait_until(lambda: os.path.exists(seen), "a sender to be started")
	with open(seen, encoding="utf-8") as f:
		text = f.read()
	stack.write_conf(**{"outbox.kick": "off"})
	assert "DESKBELL_CONF=" in text or "PATH=" in text, text
	for word in ("HTTP_", "REQUEST_", "GATEWAY_INTERFACE", "QUERY_STRING", "REMOTE_ADDR", "zqsecret0header"):
		assert word not in text, text


def an_operator_asks(stack, name):
	"""Whoever starts it in a shell is told about it, and cannot name a configuration either."""

	def run(*arguments):
		return processes.run([stack.program(name)] + list(arguments), check=False)

	assert run("--help").stdout.startswith(b"usage: " + name.encode()) and run("--help").returncode == 0
	assert run("--version").stdout.startswith(name.encode())
	for arguments in ((), ("--config", stack.conf), ("x",)):
		done = run(*arguments)
		assert done.returncode == 64 and b"usage: " in done.stderr and not done.stdout, done


def run(tap):
	with Stack() as stack:
		trap = Trap(stack)
		tap.run("the trap leaves a mark", it_is_one, stack, trap)
		for name in ("webhook.fcgi", "desk.fcgi"):
			tap.run("%s in a shell" % name, an_operator_asks, stack, name)
		for flavour in FLAVOURS:
			with stack.server(flavour) as server:
				tap.run("%s: programs read no argument of a query" % flavour, programs_read_no_argument, server, trap)
				tap.run("%s: headers are no configuration" % flavour, headers_are_no_configuration, server, trap)
				if flavour == "apache-cgi":
					tap.run(
						"%s: a sender that is started knows nothing of the request" % flavour,
						a_started_sender_knows_no_request,
						stack,
						server,
						trap,
					)
				if flavour == "apache-htaccess-cgi":
					tap.run("%s: tools do nothing as CGI" % flavour, tools_do_nothing_as_cgi, server, trap)
		stack.check_logs(tap)


sys.exit(program(run))
