#!/usr/bin/python3
"""How many wait: the same number in the views, the menu, the title, on the icon of the installed desk and in what
browsers are called with, for three operators of whom each has something else, while customers write and operators
assign, reply, close and snooze. counts.mjs is what the browsers do.
"""

import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import node
from deskbell import desk, net, planted
from deskbell.desk import check_logs, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

MOST_S = 240
STEPS = 14
MANY = 100
EMAILS = ["%s@flowers.example" % name for name in ("ana", "ben", "carla")]
SKILL = {
	"title": "Opening hours",
	"triggers": ["when are you open", "opening hours"],
	"response": "We are open from 9 to 19.",
	"enabled": True,
	"requires_human_handover": False,
}


def run(tap):
	command, port = node.command("counts.mjs"), net.free_port()
	origin = "http://127.0.0.1:%d" % port
	settings = {
		"public.base_url": origin,
		"answer.typing": "off",
		"answer.debounce_ms": "0",
		"net.private_addresses": "allow",
	}
	with Stack(settings=settings) as stack:
		use_desk_role(stack)
		with stack.server("lighttpd-fastcgi", port), stack.sender():
			org = stack.organisation("Corner Flowers", "active")
			for email in EMAILS:
				desk.person(stack, org, email, "operator")
			channel = stack.connect(org, port)
			stack.skills(org, [SKILL])
			given = {
				"origin": origin,
				"control": stack.simulator.url,
				"number": channel.phone_number_id,
				"password": planted.PASSWORD,
				"operators": EMAILS,
				"many": MANY,
			}
			walk = node.Walk(command, given, MOST_S, wait_s=8)
			steps = walk.tell(tap)
			tap.ok(walk.ended and len(steps) == STEPS, "the operators went to the end", walk.errors)
		check_logs(stack, tap)


sys.exit(program(run))
