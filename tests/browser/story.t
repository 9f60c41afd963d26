#!/usr/bin/python3
"""One walk through the real desk in Chromium: set-up, each channel, a skill, the bot, an operator, suggestions,
leads; under lighttpd, then under Apache.

    story.t [FLAVOUR...]     `npm run tools` next to this file fetches what it needs; story.mjs is the walk

DESKBELL_PICTURES names a folder for pictures of what files.mjs opens. Files go both ways on both platforms with each
server, on one of them on a desk as narrow as a phone.
"""

import json
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import node
from deskbell import net, planted, processes
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
	steps = 0
	limit = processes.patience(MOST_S)
	try:
		done = subprocess.run(
			command,
			input=json.dumps(dict(given, wait_ms=processes.patience(5) * 1000)).encode(),
			stdout=subprocess.PIPE,
			stderr=subprocess.PIPE,
			timeout=limit,
			check=False,
		)
		output, errors, status = done.stdout, done.stderr, done.returncode
	except subprocess.TimeoutExpired as e:
		output, errors, status = e.stdout or b"", b"it took more than %d s" % limit, -1
	for line in map(json.loads, filter(None, output.decode().split("\n"))):
		Browser.seen.update(line.get("cookies", ()))
		if "name" in line:
			why = line["why"]
			for secret in secrets:
				why = why.replace(secret, "(secret)")
			tap.ok(not why, "%s: %s (%d ms)" % (flavour, line["name"], line["ms"]), why)
			steps += 1
	tap.ok(
		status == 0 and steps > len(PLATFORMS) * 8,
		"%s: the walk came to its end" % flavour,
		re.sub(r"\S*zqsecret\S*", "(secret)", errors.decode("utf-8", "replace")[-2000:]),
	)


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
