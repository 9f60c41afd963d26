#!/usr/bin/python3
"""A person with nothing but a file upload, a form for databases and a browser: from nothing to the first answered
message, in the eight steps of doc/install-panel.md, at the width of a phone and of a desk. install.mjs is the person in
the browser; the rest is what the host's panel does.

`make check-portable` runs it with the portable release, in a system without a compiler (DESKBELL_PORTABLE,
DESKBELL_HOST_ROOT). DESKBELL_PICTURES names a folder for pictures of each page."""

import json
import os
import re
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import node
from deskbell import hosting, planted, processes
from deskbell.desk import Browser, check_logs
from deskbell.stack import Stack
from deskbell.tap import program

WIDTHS = (390, 1440)
STEPS_MAX, MINUTES_MAX = 8, 10
DATABASE_PASSWORD = "zqsecret0database"


class Person:
	"""What is given to the browser, and the lines that come back."""

	def __init__(self, command, given):
		self.process = subprocess.Popen(
			command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
		)
		self.watch = threading.Timer(processes.patience(150), self.process.kill)
		self.watch.start()
		self.say(json.dumps(given))

	def say(self, line):
		self.process.stdin.write(line + "\n")
		self.process.stdin.flush()

	def lines(self):
		for line in self.process.stdout:
			yield json.loads(line)

	def end(self):
		errors = self.process.stderr.read()
		self.watch.cancel()
		return self.process.wait(), errors


class Cron:
	"""The host's cron: starts the line that was entered, as the user, every minute; sooner here, for a minute is
	long in a test.
	"""

	def __init__(self, stack, line):
		assert line.startswith("* * * * * "), line
		self.stack, self.command = stack, line[len("* * * * * ") :]
		self.process = None

	def start(self):
		self.process = hosting.start(
			self.stack, ["/bin/sh", "-c", self.command], os.path.join(self.stack.folder, "cron.log")
		)

	def stop(self):
		if self.process:
			self.process.stop()


def panel(stack, name):
	"""Steps 1 to 5: the address is there, the database is made in the form, the files are uploaded, and so is the word."""
	stack.postgres.admin(
		"create role shop login nosuperuser nocreatedb nocreaterole nobypassrls password '%s';"
		" create database %s owner shop encoding 'UTF8' template template0" % (DATABASE_PASSWORD, name)
	)
	home = hosting.install_folder(stack)
	hosting.upload(home, "install-word.txt", hosting.WORD + "\n")
	return home


def walk(tap, width, command):
	with Stack() as stack:
		began = time.monotonic()
		home = panel(stack, "shop")
		with hosting.Hosting(stack) as server:
			fields = {
				"phone_number_id": "106540000009999",
				"business_account_id": "102290000009999",
				"permanent_access_token": planted.ACCESS_TOKEN + "9",
				"app_secret": planted.APP_SECRET,
				"verify_token": planted.VERIFY_TOKEN + "9",
			}
			stack.simulator.add({**fields, "display_phone_number": "+15550009999"}, server.port)
			origin = "http://127.0.0.1:%d" % server.port
			person = Person(
				command,
				{
					"origin": origin,
					"wait_ms": processes.patience(15) * 1000,
					"width": width,
					"word": hosting.WORD,
					"control": stack.simulator.url,
					"database": {
						"host": stack.postgres.folder,
						"name": "shop",
						"user": "shop",
						"password": DATABASE_PASSWORD,
					},
					"email": "owner@example.com",
					"password": planted.PASSWORD,
					"platform": {"id": fields["phone_number_id"], "fields": fields},
					"answer": planted.BODY_MARKER + "open from 9 to 19",
					"pictures": os.environ.get("DESKBELL_PICTURES"),
				},
			)
			names, cron = {"%d." % n for n in range(1, 6)}, None
			try:
				for line in person.lines():
					Browser.seen.update(line.get("cookies", ()))
					if "cron" in line:
						point_at_simulator(stack)
						cron = Cron(stack, line["cron"])
						cron.start()
						person.say("entered")
					if "name" in line:
						why = re.sub(r"\S*zqsecret\S*", "(secret)", line["why"]).replace(planted.PASSWORD, "(secret)")
						tap.ok(not why, "%d px: %s (%d ms)" % (width, line["name"], line["ms"]), why)
						names.add(line["name"].split()[0])
				status, errors = person.end()
			finally:
				if cron:
					cron.stop()
			steps, seconds = len([n for n in names if n[0].isdigit()]), time.monotonic() - began
			tap.ok(
				status == 0 and steps <= STEPS_MAX and seconds < MINUTES_MAX * 60,
				"%d px: the first message was answered after %d steps and %.0f s" % (width, steps, seconds),
				re.sub(r"\S*zqsecret\S*", "(secret)", errors[-1500:]),
			)
			left = [n for n in os.listdir(os.path.join(home, "etc")) if n.startswith("install-word")]
			tap.ok(not left, "%d px: the word is gone" % width)
		check_logs(stack, tap)


def point_at_simulator(stack):
	"""The one thing that a person does not do: Meta is played."""
	with open(stack.conf, "a", encoding="utf-8") as f:
		f.write("graph.base_url = %s\nanswer.debounce_ms = 0\n" % stack.simulator.url)


def run(tap):
	command = node.command("install.mjs")
	for width in WIDTHS:
		walk(tap, width, command)


sys.exit(program(run))
