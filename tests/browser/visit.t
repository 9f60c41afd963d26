#!/usr/bin/python3
"""A whole visit on the phone page in Chromium, in each language of the product: from "hi" to "thanks, bye", with two
follow-ups and a holiday, through receiver, sender and platform. Every message gets one reply, which holds what was
asked for and nothing of how it is stored.

    visit.t        DESKBELL_PICTURES names a folder for pictures of the conversations; visit.mjs is the visit
"""

import datetime
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "answer")]

import node
from deskbell import net
from deskbell.stack import Stack
from deskbell.tap import program
from visits import VISITS, business

MOST_S = 90
SIGNS = ("|", ";", "list_v2", "faq (3)", "•", "**")


def next_such_day(closed):
	"""The closed day of a visit, "2026-12-25 Christmas", in the next year in which it is still to come."""
	day, name = closed.split(" ", 1)
	today, day = datetime.date.today(), datetime.date.fromisoformat(day)
	day = day.replace(year=today.year)
	return "%s %s" % (day if day >= today else day.replace(year=today.year + 1), name)


def connect(stack, org, port, platform):
	"""The number or bot of a business, as the phone page names it."""
	return (stack.connect_bot(org) if platform == "telegram" else stack.connect(org, port)).phone_number_id


def wanted(turns, closed):
	"""Which weekday a date has depends on the year in which the test runs: of the closed day its name is enough."""
	name = closed.split(" ", 1)[1]
	return [(say, "(%s)" % name if held and "(%s)" % name in held else held) for say, held in turns]


def visit(tap, stack, visits):
	given = {
		"phone": stack.simulator.url,
		"pictures": os.environ.get("DESKBELL_PICTURES"),
		"visits": visits,
	}
	walk = node.Walk(node.command("visit.mjs"), given, MOST_S, wait_s=10)
	said = walk.lines
	for turn in said:
		shown = [sign for sign in SIGNS if sign in turn["reply"]]
		why = turn["why"] or (shown and "it shows %s" % shown)
		tap.ok(not why, "%s: %s" % (turn["name"], turn["said"]), "%s\n%s" % (why, turn["reply"]))
	complete = walk.ended and len(said) == sum(len(v["turns"]) for v in visits)
	tap.ok(complete, "each message had one reply", walk.errors)


def run(tap):
	node.command("visit.mjs")
	port = net.free_port()
	settings = {
		"answer.debounce_ms": "0",
		"answer.typing": "off",
		"public.base_url": "http://127.0.0.1:%d" % port,
		"net.private_addresses": "allow",
	}
	with Stack(settings=settings) as stack:
		stack.simulator.behave(ladder=["sent", "delivered", "read"], enforce_pair_rate=True, telegram_http=True)
		with stack.server("lighttpd-fastcgi", port), stack.sender():
			visits = []
			for language, platform, name, skills, prices, faq, closed, turns in VISITS:
				org = business(stack, language, name, skills, prices, faq, next_such_day(closed))
				number = connect(stack, org, port, platform)
				visits.append({"name": language, "number": number, "turns": wanted(turns, closed)})
			visit(tap, stack, visits)


sys.exit(program(run))
