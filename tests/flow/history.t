#!/usr/bin/python3
# The history of a phone as large as Meta delivers it: all of it is stored, once, in bounded memory, while customers
# write; and people without end in one delivery. How fast, with figures: make bench-history.
import concurrent.futures
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "bench")]

import history_import as imports
import usage
from deskbell import processes
from deskbell.stack import Stack
from deskbell.tap import program

MEMORY_KB = 48 * 1024
LARGEST = 10000  # messages of the usual kind in the 3 MB that Meta puts into a delivery at most
PEOPLE = 4000  # updates that are taken of one delivery


def shop(stack, name):
	return stack.connect(stack.organisation(name, bot_mode="off"))


def imported(stack, channel):
	return stack.sql.value("select count(*) from messages where org_id = %d and metadata ? 'imported'" % channel.org)


def put_aside(stack, channel):
	return stack.sql.rows(
		"select kind, reason->>'code' as code, count(*) as n from quarantine where org_id = %d group by 1, 2"
		% channel.org
	)


class Meter:
	"""The most memory that the receiver has had since it was made, above what it had then."""

	def __init__(self, stack):
		self.pid = processes.wait_until(lambda: usage.running(stack.program("webhook.fcgi")), "webhook.fcgi")[0]
		with open("/proc/%d/clear_refs" % self.pid, "w") as f:
			f.write("5")
		self.before = self._status("VmRSS")

	def _status(self, key):
		with open("/proc/%d/status" % self.pid) as f:
			return next(int(line.split()[1]) for line in f if line.startswith(key + ":"))

	def raised_kb(self):
		return self._status("VmHWM") - self.before


def largest(tap, stack, port, threads):
	"""A delivery of Meta's size, with customers next to it; then twice again at the same time."""
	name = "%d messages in %d threads" % (LARGEST, threads)
	channel = shop(stack, name)
	history = imports.History(channel, LARGEST, threads, LARGEST)
	meter = Meter(stack)
	with imports.Customers(stack, port, channel, 10) as customers:
		seconds = imports.deliver(port, history, 1)[0]
	waits = list(customers.acknowledged.values())
	tap.equal(imported(stack, channel), LARGEST, name + ": all stored")
	tap.equal(put_aside(stack, channel), [], name + ": nothing put aside")
	tap.ok(
		meter.raised_kb() <= MEMORY_KB,
		name + ": webhook.fcgi takes at most %d MB" % (MEMORY_KB / 1024),
		"%d kB" % meter.raised_kb(),
	)
	tap.ok(
		not customers.errors and waits and max(waits) < 1000 * max(seconds / 2, 1),
		name + ": nobody who writes meanwhile waits for all of it",
		"%s; %d waited %.0f ms at most, the import took %.1f s"
		% (customers.errors, len(waits), max(waits, default=0), seconds),
	)
	imports.deliver_copies(port, history, 3)
	tap.equal(imported(stack, channel), LARGEST, name + ": three copies at the same time change nothing")
	tap.equal(
		stack.sql.row(
			"select (fields#>>'{history,n}')::integer as n, (select count(*) from conversations where org_id = %(o)d "
			"and not exists (select 1 from messages m where m.org_id = %(o)d and m.conversation_id = conversations.id)) "
			"as ghosts from channels where org_id = %(o)d" % {"o": channel.org}
		),
		{"n": 4, "ghosts": 0},
		name + ": each delivery counts once, and no conversation is without a message",
	)
	print("# %s: %.1f s, %d kB; customers %s" % (name, seconds, meter.raised_kb(), imports.figures(waits)))


def too_large(tap, stack, port):
	"""What cannot be read even in parts is put aside as a whole and told."""
	channel = shop(stack, "too large")
	history = imports.History(channel, 3000, 10, 3000)
	body = next(history.deliveries())
	nested = b'"history_context":{"x":[' + b"{}," * 40000 + b"{}],"
	body = body.replace(b'"history_context": {', nested, 1)
	tap.equal(imports.post(port, channel, body)[0], 200, "one message that is too large: taken")
	tap.equal(
		put_aside(stack, channel),
		[{"kind": "payload", "code": "json_invalid", "n": 1}],
		"one message that is too large: the delivery is put aside",
	)


def people(tap, stack, port):
	"""A delivery of as many people as updates are taken, each with three ids, and another organisation's next to it."""
	hostile, other = shop(stack, "hostile"), shop(stack, "other")

	def delivery(channel, first, n):
		value = {
			"messaging_product": "whatsapp",
			"metadata": {"phone_number_id": channel.phone_number_id},
			"messages": [
				{
					"from": imports.customer(k),
					"from_user_id": "DE.%d" % k,
					"from_parent_user_id": "DE.ENT.%d" % k,
					"id": "wamid.people.%d.%d" % (channel.id, k),
					"timestamp": str(int(time.time())),
					"type": "text",
					"text": {"body": "zq"},
				}
				for k in range(first, first + n)
			],
		}
		return imports.envelope(channel, "messages", value)

	with concurrent.futures.ThreadPoolExecutor(12) as threads:
		many = [threads.submit(imports.post, port, hostile, delivery(hostile, k * PEOPLE, PEOPLE)) for k in range(2)]
		few = [threads.submit(imports.post, port, other, delivery(other, k, 1)) for k in range(40)]
		statuses = [f.result()[0] for f in many + few]
	tap.equal(set(statuses), {200}, "%d people in a delivery: stored, and so is what others get" % PEOPLE)
	for channel, n in ((hostile, 2 * PEOPLE), (other, 40)):
		tap.equal(
			stack.sql.row(
				"select count(*) as messages, count(distinct conversation_id) as people from messages where org_id = %d"
				% channel.org
			),
			{"messages": n, "people": n},
			"%d people in a delivery: each has a conversation of %d" % (PEOPLE, n),
		)


def run(tap):
	settings = {"webhook.statement_timeout_s": 120}  # where the machine has other work, too
	with (
		Stack(with_simulator=False, log_level="warn", settings=settings) as stack,
		stack.server("lighttpd-fastcgi") as server,
	):
		imports.post(server.port, shop(stack, "warm"), b"{}")
		largest(tap, stack, server.port, 200)
		largest(tap, stack, server.port, 1)
		too_large(tap, stack, server.port)
		people(tap, stack, server.port)
		stack.check_logs(tap)


sys.exit(program(run))
