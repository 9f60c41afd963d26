#!/usr/bin/python3
"""A program is killed (SIGKILL) between any two steps, at its first and at its third passage, and started again:
nothing is lost, nothing comes twice, order is kept.

Needs programs that were configured with --enable-crash-points; with others it is skipped.
"""

import os
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import faults
from deskbell import paths, processes
from deskbell.tap import Tap

WEBHOOK = ("webhook-before-store", "webhook-after-commit")
SENDER = (
	"search-after-claim",
	"answer-after-claim",
	"answer-before-commit",
	"answer-after-commit",
	"delivery-after-claim",
	"delivery-after-response",
	"delivery-before-settle",
	"delivery-after-settle",
	"lead-before-commit",
	"lead-after-commit",
)
# What a program does not see of a platform is tried on one.
TELEGRAM = (
	"webhook-after-commit",
	"answer-after-commit",
	"delivery-after-claim",
	"delivery-after-response",
	"delivery-before-settle",
	"delivery-after-settle",
)
CUSTOMERS = 5


def letters(channel):
	"""Each of the customers asks twice, and one wants the long answer, whose parts must stay in order."""
	asked = [(channel, faults.phone(n), "question number%d" % (n + 1)) for n in range(CUSTOMERS)]
	return (
		asked
		+ [(channel, faults.phone(1), "tell me everything")]
		+ [(channel, faults.phone(n), "question number%d" % (n + 2)) for n in range(CUSTOMERS)]
	)


def recover(world, channel):
	"""Started again without the point. First what the dead one left becomes unknown; what the platform has delivered
	is proved by statuses; what it has not is sent.
	"""
	if faults.LONG:
		time.sleep(6)
	else:
		world.dead_leases_pass()
	world.stack.send_once()
	world.wait_idle()
	world.unproved_pass()
	with world.stack.sender() as sender:
		world.wait_done(process=sender)
	world.wait_idle()
	numbers = world.assert_proof(channel)
	assert numbers["inbound"] == 2 * CUSTOMERS + 1 and numbers["outbound"] >= CUSTOMERS, (
		"too little happened: %s" % numbers
	)
	leads = world.sql.value("select count(*) as n from leads where org_id = %d" % channel.org)
	assert leads == CUSTOMERS, "%d leads" % leads
	assert world.unanswered(channel) == 0, "%d conversations have no answer to their last message" % world.unanswered(
		channel
	)


def come_to_rest(world, channel, sender):
	"""Each of the first letters is a passage of its own: a busy host would otherwise do several at once."""
	end = time.monotonic() + processes.patience(3)
	while sender.alive() and world.open_count(channel.org) and time.monotonic() < end:
		time.sleep(0.02)
	time.sleep(0.1)


def sender_dies(world, point, passage, platform="whatsapp"):
	channel = world.channel("%s %d, %s" % (point, passage, platform), platform)
	sender = world.stack.sender(env={"DESKBELL_CRASH_AT": "%s:%d" % (point, passage)})
	for n, (channel, who, text) in enumerate(letters(channel)):
		world.write(channel, who, text)
		if n < passage:
			come_to_rest(world, channel, sender)
	end = time.monotonic() + processes.patience(5)
	while sender.alive() and time.monotonic() < end:
		time.sleep(0.02)
	alive = sender.alive()
	sender.stop()
	assert not alive and sender.popen.returncode == -signal.SIGKILL, (
		"the point was not reached (status %s)" % sender.popen.returncode
	)
	recover(world, channel)


def webhook_dies(world, point, passage, platform="whatsapp"):
	channel = world.channel("%s %d, %s" % (point, passage, platform), platform)
	world.serve({"DESKBELL_CRASH_AT": "%s:%d" % (point, passage)})
	world.refused.clear()
	asked = letters(channel)

	def customers():
		for letter in asked:
			world.write(*letter)

	writing = threading.Thread(target=customers, daemon=True)
	with world.stack.sender():
		writing.start()
		processes.wait_until(lambda: world.refused, "the death of the webhook program")
		world.serve()
		writing.join(40)
		assert not writing.is_alive(), "customers are still waiting for an acknowledgement"
		world.wait_done()
	recover(world, channel)


def body(tap, world):
	for point in WEBHOOK:
		for passage in (1, 3):
			tap.run("killed at %s, passage %d" % (point, passage), webhook_dies, world, point, passage)
	world.serve()
	for point in SENDER:
		for passage in (1, 3):
			tap.run("killed at %s, passage %d" % (point, passage), sender_dies, world, point, passage)
	for point in TELEGRAM:
		dies = webhook_dies if point in WEBHOOK else sender_dies
		tap.run("telegram: killed at %s" % point, dies, world, point, 1, "telegram")
		world.serve()
	tap.run("all of it together", world.assert_proof)


def main():
	tap = Tap()
	try:
		version = processes.run([paths.built("deskbell-outbox"), "--version"], root=True).stdout
	except paths.Missing as e:
		return tap.skip_all(str(e))
	if b"crash points" not in version:
		return tap.skip_all("the programs were configured without --enable-crash-points")
	return faults.run(tap, body)


sys.exit(main())
