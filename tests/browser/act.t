#!/usr/bin/python3
"""What an operator does all day in one window, at the width of a desk and of a phone: everything happens in place, can
be taken back, keeps view, place and focus, and nothing that was typed is lost.

    act.t [WORD...]      only steps whose name holds one of the words; act.mjs is what the browsers do
"""

import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import node
from deskbell import desk, net, planted, processes
from deskbell.desk import Browser, check_logs, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

MOST_S = 240
CUSTOMERS = 14
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
				"wait_ms": processes.patience(6) * 1000,
				"only": sys.argv[1:],
			}
			done = subprocess.run(
				command,
				input=json.dumps(given).encode(),
				stdout=subprocess.PIPE,
				stderr=subprocess.PIPE,
				timeout=processes.patience(MOST_S),
				check=False,
			)
			lines = [json.loads(line) for line in done.stdout.decode().split("\n") if line]
			for line in lines:
				Browser.seen.update(c for c in line.get("cookies", ()) if len(c) > 40)
				if "name" in line:
					tap.ok(not line["why"], "%s (%d ms)" % (line["name"], line["ms"]), line["why"])
			tap.ok(
				done.returncode == 0 and any("cookies" in line for line in lines),
				"the operators went to the end",
				done.stderr.decode()[-1000:],
			)
		check_logs(stack, tap)


sys.exit(program(run))
