"""An organisation that has something of everything, for what must treat all of it: export, import, backup, removal."""

import json
import os

from . import planted
from .ctl import channel_form, conversation_of


def fill(ctl, name, n):
	"""An organisation with one row, at least, in every table that an export prints; returns it and a conversation."""
	org = int(ctl.good("org", "add", name))
	channel = ctl.json("channel", "connect", "whatsapp", "--org", org, input=channel_form(n))["id"]
	ctl.good("user", "add", "--org", org, "--role", "owner", "--email", "export%d@example.com" % n, input=planted.PASSWORD + "\n")
	ctl.good("setting", "set", "--org", org, "llm_api_key", input=planted.LLM_KEY + "\n")
	ctl.good("setting", "set", "--org", org, "handover_text", "Soon «ş»")
	ctl.good("skill", "import", "--org", org, input=json.dumps([{"title": "Hours", "triggers": ["when", "how long"], "response": "Nine.\nTo five."}]))
	path = os.path.join(ctl.stack.folder, "export.md")
	with open(path, "w", encoding="utf-8") as f:
		f.write("# Delivery\n\nWe deliver within three days.\n")
	os.chmod(path, 0o644)
	ctl.good("knowledge", "import", "--org", org, path)
	talk = conversation_of(ctl, org, channel, "hello")
	ctl.stack.sql.script("""
		insert into contact_identities (org_id, channel_id, kind, value, contact_id) select %(org)d, %(channel)d, 'wa_id', '1555', id from contacts where org_id = %(org)d;
		insert into conversation_tags values (%(org)d, 'vip', %(talk)d);
		insert into conversation_events (org_id, conversation_id, kind) values (%(org)d, %(talk)d, 'closed');
		insert into decisions (org_id, conversation_id, outcome, reason, detail) values (%(org)d, %(talk)d, 'silent', 'because', '{"a": [1]}');
		insert into leads (org_id, conversation_id, facts, manual, score, class) values (%(org)d, %(talk)d, '{"service": "cake"}', '{"budget": null}', 7, 'hot');
		insert into canned_replies (org_id, shortcut, title, body) values (%(org)d, 'hi', 'Hi', 'Hello!');
		insert into quarantine (org_id, channel_id, kind, reason, payload, digest) values (%(org)d, %(channel)d, 'message', 'odd', '{"x":1}', 'd');
		insert into webhook_attempts (org_id, channel_id, platform, kind, accepted, reason) values (%(org)d, %(channel)d, 'whatsapp', 'delivery', false, 'no');
		insert into llm_usage (org_id, day, purpose, calls) values (%(org)d, current_date, 'answer', 3), (%(org)d, current_date, 'lead', 2);
		""" % {"org": org, "channel": channel, "talk": talk})
	return org, talk
