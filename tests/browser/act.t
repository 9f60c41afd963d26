#!/usr/bin/python3
"""What an operator does all day in one window, at the width of a desk and of a phone: everything happens in place, can
be taken back, keeps view, place and focus, and nothing that was typed is lost.

    act.t [WORD...]      only steps whose name holds one of the words; act.mjs is what the browsers do
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
CUSTOMERS = 16
EMAILS = ("ana@flowers.example", "ben@flowers.example")


def run(tap):
	command, port = node.command("act.mjs"), net.free_port()
	origin = "http://127.0.0.1:%d" % port
	with Stack(settings={"public.base_url": origin, "answer.typing": "off"}) as stack:
		use_desk_role(stack)
		with stack.server("lighttpd-fastcgi", port), stack.sender():
			org = stack.organisation("Corner Flowers", "off")
			for email in EMAILS:
				desk.person(stack, org, email, "operator")
			channel = stack.connect(org, port)
			write = lambda n: stack.simulator.control(
				"POST",
				"inbound",
				{
					"phone_number_id": channel.phone_number_id,
					"from": "3461155%04d" % (4100 + n),
					"name": "Customer %02d" % n,
					"text": "zqbody is number %d ready, and can you deliver it on Saturday before noon?" % n,
				},
			)
			for n in range(CUSTOMERS):
				write(n)
			given = {
				"origin": origin,
				"control": stack.simulator.url,
				"number": channel.phone_number_id,
				"password": planted.PASSWORD,
				"emails": EMAILS,
				"only": sys.argv[1:],
			}
			walk = node.Walk(command, given, MOST_S, wait_s=6)
			walk.tell(tap)
			ended = walk.ended and any("cookies" in line for line in walk.lines)
			tap.ok(ended, "the operators went to the end", walk.errors)
		check_logs(stack, tap)


sys.exit(program(run))
