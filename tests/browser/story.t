#!/usr/bin/python3
"""One walk through the real desk in Chromium: set-up, each channel, a skill, the bot, an operator, suggestions,
leads; under lighttpd, then under Apache.

    story.t [FLAVOUR...]     `npm run tools` next to this file fetches what it needs; story.mjs is the walk

DESKBELL_PICTURES names a folder for pictures of what files.mjs opens. Files go both ways on both platforms with each
server, on one of them on a desk as narrow as a phone.
"""

import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import node
from deskbell import net, planted
from deskbell.desk import Browser, check_logs, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

FLAVOURS = ("lighttpd-fastcgi", "apache-proxy-fcgi")
MOST_S = 180
MAIL = planted.BODY_MARKER + "marta@example.com"


def whatsapp(stack, n, port):
	fields = {
		"phone_number_id": str(106540002000000 + n),
		"business_account_id": str(102290002000000 + n),
		"permanent_access_token": planted.ACCESS_TOKEN + str(n),
		"app_secret": planted.APP_SECRET,
		"verify_token": planted.VERIFY_TOKEN + str(n),
		"display_phone_number": "+1 650 555 %04d" % n,
	}
	stack.simulator.add(fields, port)
	return {"platform": "whatsapp", "id": fields["phone_number_id"], "fields": fields}


def telegram(stack, n, port):
	bot = str(7000002000000 + n)
	token = "%s:%s%d" % (bot, planted.BOT_TOKEN, n)
	stack.simulator.add_bot(token, "zq_story%d_bot" % n)
	return {"platform": "telegram", "id": bot, "fields": {"bot_token": token}}


PLATFORMS = (whatsapp, telegram)


def walk(tap, stack, flavour, command, n, port):
	code = stack.ctl("setup-code").split()[-1]
	Browser.seen.add(code)
	given = {
		"origin": "http://127.0.0.1:%d" % port,
		"control": stack.simulator.url,
		"code": code,
		"email": "owner%d@example.com" % n,
		"password": planted.PASSWORD,
		"mark": planted.BODY_MARKER,
		"answer": planted.BODY_MARKER + "open from 9 to 19",
		"wish": "I want to book flowers for a wedding on 14 December, my mail is " + MAIL,
		"wish_shown": MAIL,
		"platforms": [make(stack, n, port) for make in PLATFORMS],
		"files": PLATFORMS[(n - 1) % len(PLATFORMS)].__name__,
		"pictures": os.environ.get("DESKBELL_PICTURES"),
	}
	secrets = [code, planted.PASSWORD] + [
		v for p in given["platforms"] for k, v in p["fields"].items() if "token" in k or "secret" in k
	]
	walk = node.Walk(command, given, MOST_S)
	for line in walk.lines:
		for secret in secrets:
			line["why"] = line.get("why", "").replace(secret, "(secret)")
	steps = len(walk.tell(tap, flavour + ": "))
	tap.ok(walk.ended and steps > len(PLATFORMS) * 8, "%s: the walk came to its end" % flavour, walk.errors)


def run(tap):
	command = node.command("story.mjs")
	port = net.free_port()
	settings = {
		"public.base_url": "http://127.0.0.1:%d" % port,
		"answer.typing": "off",
		"net.private_addresses": "allow",
	}
	with Stack(settings=settings) as stack:
		stack.program("desk.fcgi")
		use_desk_role(stack)
		stack.simulator.behave(ladder=["sent", "delivered"], telegram_http=True)
		with stack.sender():
			for n, flavour in enumerate(sys.argv[1:] or FLAVOURS, 1):
				with stack.server(flavour, port):
					walk(tap, stack, flavour, command, n, port)
		check_logs(stack, tap)


sys.exit(program(run))
