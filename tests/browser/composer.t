#!/usr/bin/python3
"""Files in the composer: several at once by button, drag and paste, limits before and in errors, progress, cancel and
retry; on both platforms, as wide as a screen and as a phone. composer.mjs is what the browser does.
"""

import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "flow")]

import node
from deskbell import planted
from deskbell.desk import check_logs
from deskbell.stack import Stack
from deskbell.tap import program

from media_case import PHONE, Media

MOST_S = 90


def conversations(m):
	"""The limits of pictures and of videos, and what a document and a picture are there."""
	whatsapp = m.page_of(m.whatsapp_text("hello"))
	yield {
		"name": "WhatsApp",
		"width": 1280,
		"href": "/inbox/%d" % whatsapp,
		"most": ["5 MB", "16 MB", "100 MB"],
		"kinds": ["document", "image"],
		"chat": "phone_number_id=%s&from=%s" % (m.channel.phone_number_id, (PHONE % m.n).lstrip("+")),
	}
	telegram = m.page_of(m.telegram(text="hello"))
	yield {
		"name": "Telegram",
		"width": 390,
		"href": "/inbox/%d" % telegram,
		"most": ["10 MB", "50 MB"],
		"kinds": ["document", "photo"],
		"chat": "phone_number_id=%s&from=%d" % (m.bot.bot_id, 7000 + m.n),
	}


def run(tap):
	command = node.command("composer.mjs")
	with Stack() as stack, stack.server("lighttpd-fastcgi") as server, stack.sender():
		m = Media(tap, stack, server)
		m.sql.script("update organizations set bot_mode = 'off' where id = %d;" % m.org)
		given = {
			"origin": "http://127.0.0.1:%d" % server.port,
			"control": stack.simulator.url,
			"email": "owner@florist.example",
			"password": planted.PASSWORD,
			"mark": planted.BODY_MARKER,
			"conversations": list(conversations(m)),
		}
		walk = node.Walk(command, given, MOST_S)
		names = walk.tell(tap)
		tap.ok(walk.ended and len(names) == 14, "both came to their end", walk.errors)
		check_logs(stack, tap)


sys.exit(program(run))
