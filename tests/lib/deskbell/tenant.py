"""An organisation that has something of everything, for what must treat all of it: export, import, backup, removal."""

import json
import os
import re

from . import planted
from .ctl import channel_form, conversation_of
from .sql import literal


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
		insert into conversation_tags (org_id, tag, conversation_id) values (%(org)d, 'vip', %(talk)d);
		insert into conversation_events (org_id, conversation_id, kind) values (%(org)d, %(talk)d, 'closed');
		insert into decisions (org_id, conversation_id, outcome, reason, detail) values (%(org)d, %(talk)d, 'silent', 'because', '{"a": [1]}');
		insert into leads (org_id, conversation_id, facts, manual, score, class) values (%(org)d, %(talk)d, '{"service": "cake"}', '{"budget": null}', 7, 'hot');
		insert into canned_replies (org_id, shortcut, title, body) values (%(org)d, 'hi', 'Hi', 'Hello!');
		insert into quarantine (org_id, channel_id, kind, reason, payload, digest) values (%(org)d, %(channel)d, 'message', as_reason('odd'), '{"x":1}', 'd');
		insert into webhook_log (org_id, channel_id, platform, kind, accepted, reason) values (%(org)d, %(channel)d, 'whatsapp', 'delivery', false, as_reason('no'));
		insert into llm_usage (org_id, day, purpose, calls) values (%(org)d, current_date, 'answer', 3), (%(org)d, current_date, 'lead', 2);
		""" % {"org": org, "channel": channel, "talk": talk})
	return org, talk


def leftovers(stack, words):
	"""Where any of the words stands: in any column of any table of the database, as text and in what bytes spell, or in a file that the programs write. Case does not matter."""
	pattern = "|".join([re.escape(w) for w in words] + [w.encode().hex() for w in words])
	found = []
	for table in stack.sql.tables():
		rows = stack.sql.rows("select t::text as row from %s t where t::text ~* %s" % (table, literal(pattern)))
		found += ["%s: %s" % (table, r["row"][:200]) for r in rows]
	in_bytes = re.compile(pattern.encode(), re.IGNORECASE)
	for folder in (stack.folder, stack.run_dir):
		for name in sorted(os.listdir(folder)):
			path = os.path.join(folder, name)
			if name != "simulator.log" and os.path.isfile(path) and not os.access(path, os.X_OK):
				with open(path, "rb") as f:
					found += ["%s: %s" % (name, m.group().decode("utf-8", "replace")) for m in in_bytes.finditer(f.read())][:5]
	return found
