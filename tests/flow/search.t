#!/usr/bin/python3
"""Search from the webhook to the found conversation: a running sender indexes what arrives; names, numbers and messages
are found with and without accents and typed in part; two customers who turn out to be one are found by the words of
both; what waits while no sender runs is not lost."""

import json
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), HERE]

import platforms
from deskbell import net, planted, processes
from deskbell.stack import Stack
from deskbell.tap import program

FOUND_S = 8


class Business:
	count = 0

	def __init__(self, world, name):
		self.world, self.stack = world, world.stack
		self.org = self.stack.organisation(name, bot_mode="off")
		self.channel = self.stack.connect(self.org, port=world.server.port)

	def write(self, name, text, **identity):
		"""A customer writes; `identity` is from, from_user_id, or both."""
		Business.count += 1
		contact = {"profile": {"name": name}}
		contact.update({k: identity[f] for k, f in (("wa_id", "from"), ("user_id", "from_user_id")) if f in identity})
		line = {
			"id": "wamid.SEARCH%d" % Business.count,
			"text": {"body": planted.BODY_MARKER + " " + text},
			"contact": contact,
			**identity,
		}
		body = json.dumps(
			platforms.envelope(self.channel, platforms.messages_value(json.dumps(line).encode()))
		).encode()
		headers = {
			"Content-Type": "application/json",
			"X-Hub-Signature-256": net.signature(self.channel.app_secret, body),
		}
		status = net.request(self.world.server.port, "POST", "/api/webhooks/whatsapp", body, headers).status
		assert status == 200, status

	def found(self, typed):
		return [
			c["name"]
			for c in json.loads(self.stack.ctl("conversation", "list", "--org", self.org, "--search", typed, "--json"))
		]

	def wait_found(self, typed, names):
		try:
			processes.wait_until(lambda: self.found(typed) == names, typed, timeout=FOUND_S, pause=0.1)
		except RuntimeError as e:
			raise AssertionError("%r finds %r" % (typed, self.found(typed))) from e


class World:
	def __init__(self, stack, server):
		self.stack, self.sql, self.server = stack, stack.sql, server


def what_arrives_is_found(world):
	b, other = Business(world, "Shop"), Business(world, "Other shop")
	b.write("Zq Zoë Çelik", "Ödeme için IBAN lâzım, order 4711", **{"from": "491510000001"})
	other.write("Zq Zara", "Ödeme", **{"from": "491510000001"})
	b.wait_found("odeme", ["Zq Zoë Çelik"])
	for typed in (
		"ÖDEME",
		"ödem",
		"lazım ode",
		"4711",
		"471",
		"zoe",
		"Zoë çel",
		"CELIK odeme",
		"+49 151 00000",
		"491510000001",
		"zoe 4711",
	):
		assert b.found(typed) == ["Zq Zoë Çelik"], (typed, b.found(typed))
	for typed in ("ode lazim", "deme", "zara", "odeme xyz", "'; drop table search_words; --"):
		assert b.found(typed) == [], (typed, b.found(typed))
	assert b.found(" ?! ") == ["Zq Zoë Çelik"]  # nothing that is a word: nothing to narrow by
	other.wait_found("zara odeme", ["Zq Zara"])


def a_new_name_takes_the_place_of_the_old(world):
	b = Business(world, "Names")
	b.write("Zq Before", "first", **{"from": "491510000002"})
	b.wait_found("before", ["Zq Before"])
	b.write("Zq After", "second", **{"from": "491510000002"})
	b.wait_found("after first", ["Zq After"])
	assert b.found("before") == []


def two_who_are_one(world):
	b = Business(world, "Merge")
	b.write("Zq Phone", "apples", **{"from": "491510000003"})
	b.write("Zq Scoped", "pears", **{"from_user_id": "DE.3abc"})
	b.wait_found("apples", ["Zq Phone"])
	b.wait_found("pears", ["Zq Scoped"])
	assert b.found("apples pears") == []
	b.write("Zq Both", "plums", **{"from": "491510000003", "from_user_id": "DE.3abc"})
	b.wait_found("both plums apples pears", ["Zq Both"])
	b.wait_found("4915100000 pears", [])
	b.wait_found("pears 4915100000", ["Zq Both"])
	assert b.found("scoped") == [] and b.found("phone") == []


def what_waits_for_a_sender(world):
	b = Business(world, "Late")
	world.sender.kill()
	b.write("Zq Late", "kumquats", **{"from": "491510000004"})
	assert b.found("kumquats") == []
	world.stack.send_once()
	assert b.found("kumquats late") == ["Zq Late"]
	assert world.sql.value("select count(*) as n from search_queue") == 0


TESTS = [
	(
		"what arrives is found, with and without accents, typed in part, by its own organisation only",
		what_arrives_is_found,
	),
	("a new name takes the place of the old one", a_new_name_takes_the_place_of_the_old),
	("two customers who are one are found by the words of both", two_who_are_one),
	(
		"what arrives while no sender runs is indexed by the next one, which leaves when it is done",
		what_waits_for_a_sender,
	),
]


def run(tap):
	with Stack(settings={"outbox.kick": "off"}) as stack, stack.server("lighttpd-fastcgi") as server:
		world = World(stack, server)
		with stack.sender() as world.sender:
			for name, test in TESTS:
				tap.run(name, test, world)
		stack.check_logs(tap)


sys.exit(program(run))
