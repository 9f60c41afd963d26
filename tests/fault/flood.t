#!/usr/bin/python3
"""An organization that floods the receiver: it is held back, and some of its deliveries are answered with 503, while
another one writes. What is refused comes again: nothing is lost, nothing is answered twice, and the other one is
refused nothing.
"""

import os
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import faults
from deskbell import net
from deskbell.tap import Tap

FLOOD, QUIET, PROBES = 80, 20, 8
# Half of the threads and one are the flood's, which has more connections than that.
SETTINGS = {"webhook.threads": "8", "webhook.share_percent": "2"}
ENOUGH = 12


def letters(channel, first, n):
	return [(channel, faults.phone(first + i), "question number%d" % (i % 8 + 1)) for i in range(n)]


def headers_of_refusal(world, channel):
	"""Those of a delivery that is answered with 503: the same one comes again and again, from many connections."""
	line = b'{"from": "491519999999", "id": "wamid.REFUSED.%d", "text": {"body": "question number1"}}' % world.port
	body = channel.platform.payloads(["messages"], channel, line)[0]
	headers = {"Content-Type": "application/json", **channel.platform.sign("ok", channel, body)}
	refused = []

	def probe():
		while not refused:
			answer = net.request(world.port, "POST", channel.platform.path(channel), body, headers)
			if answer.status == 503:
				refused.append(answer.headers)

	threads = [threading.Thread(target=probe, daemon=True) for _ in range(PROBES)]
	for t in threads:
		t.start()
	for t in threads:
		t.join(30)
	return refused[0] if refused else {}


def body(tap, world):
	flood, quiet = world.channel("Flood"), world.channel("Quiet")
	world.serve()
	world.simulator.behave(ladder=[])  # no statuses: the other one has one delivery at a time
	world.write(quiet, faults.phone(0), "question number1")
	with world.stack.sender():
		flooding = world.write_many(letters(flood, 1000, FLOOD), threads=ENOUGH)
		before = len(world.refused)
		headers = headers_of_refusal(world, flood)
		tap.equal(headers.get("retry-after"), "1", "what is refused is to come again after a second")
		for who in range(QUIET):
			world.write(quiet, faults.phone(1 + who), "question number%d" % (who % 8 + 1))
		for t in flooding:
			t.join()
		tap.ok(len(world.refused) > before, "deliveries of the one that floods were refused")
		tap.equal(set(world.refused), {503}, "with 503 each")
		tries = [n for (phone, _), n in world.acknowledged.items() if phone == quiet.phone_number_id]
		tap.equal((len(tries), max(tries)), (1 + QUIET, 1), "the other one is refused nothing")
		world.wait_done(timeout=60)
		world.wait_idle()
	tap.run("the other one is answered, once", world.assert_proof, quiet, 1 + QUIET)
	tap.run("nothing that was refused is lost, and nothing answered twice", world.assert_proof, flood)
	stored = world.sql.value(
		"select count(*) as n from messages where org_id = %d and provider_id like '%%FAULT%%'" % flood.org
	)
	tap.equal(stored, FLOOD, "every message that was refused is there in the end")
	refused = world.sql.value(
		"select count(*) as n from webhook_log where channel_id = %d and not accepted and"
		" reason->>'code' = 'webhook_over_share'" % flood.id
	)
	tap.ok(refused > 0, "the channel's page shows why")


tap = Tap()
sys.exit(faults.run(tap, body, settings=SETTINGS))
