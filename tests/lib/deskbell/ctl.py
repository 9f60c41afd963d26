"""deskbellctl in a stack, as its tests use it: runs, refusals, and what they need to be there."""

import json

from . import planted, processes

USAGE, DATA, NO_INPUT, UNAVAILABLE, TEMPORARY, CONFIG = 64, 65, 66, 69, 75, 78


class Ctl:
	"""deskbellctl in a stack; remembers everything it printed, for the search for secrets at the end."""

	def __init__(self, stack):
		self.stack = stack
		self.printed = []

	def run(self, *args, input=None, conf=None, env=None):
		data = input.encode() if isinstance(input, str) else input
		argv = [self.stack.program("deskbellctl"), "--config", conf or self.stack.conf] + [str(a) for a in args]
		done = processes.run(argv, input=data, check=False, env=env)
		done.out, done.err = done.stdout.decode(), done.stderr.decode()
		self.printed.append(done.out + done.err)
		return done

	def good(self, *args, **more):
		done = self.run(*args, **more)
		assert done.returncode == 0, "%s: status %d: %s" % (" ".join(map(str, args)), done.returncode, done.err)
		return done.out

	def json(self, *args, **more):
		return json.loads(self.good(*args, "--json", **more))

	def refused(self, status, *words, args, **more):
		"""The command fails with this status, and its words hold each of these."""
		done = self.run(*args, **more)
		told = "%s: status %d, want %d: %s" % (" ".join(map(str, args)), done.returncode, status, done.err)
		assert done.returncode == status, told
		for word in words:
			assert word in done.err, "%r is not in: %s" % (word, told)
		assert done.err.startswith("deskbellctl: ") and done.err.count("\n") == 1, repr(done.err)
		return done


def channel_form(n=1, **changes):
	form = {
		"phone_number_id": str(106540352242900 + n),
		"business_account_id": str(102290129340300 + n),
		"permanent_access_token": planted.ACCESS_TOKEN,
		"app_secret": planted.APP_SECRET,
		"verify_token": planted.VERIFY_TOKEN + str(n),
		"display_phone_number": "+1 555 078 3881",
	}
	form.update(changes)
	return json.dumps({k: v for k, v in form.items() if v is not None})


def audit(ctl, org):
	return [
		r["action"]
		for r in ctl.stack.sql.rows(
			"select action from audit_log where org_id = %d and actor = 'deskbellctl' order by id" % org
		)
	]


def conversation_of(ctl, org, channel, body):
	"""A customer who wrote `body`, and a reply that waits."""
	return int(
		ctl.stack.sql.script(
			"""
		with c as (insert into contacts (org_id, name) values (%(org)d, E'Eve \\x1b[2J') returning id),
		v as (insert into conversations (org_id, channel_id, contact_id, platform, contact_phone, last_inbound_at)
			select %(org)d, %(channel)d, c.id, 'whatsapp', '+15551234567', now() from c returning id),
		i as (insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, provider_time, status)
			select %(org)d, v.id, %(channel)d, 'inbound', 'contact', 'text', E'%(body)s \\x1b]0;owned\\x07', now(), 'received'
				from v returning id),
		o as (insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status)
			select %(org)d, v.id, %(channel)d, 'outbound', 'bot', 'text', 'We are open.', 'queued'
				from v, (select count(*) from i) first returning id, conversation_id),
		q as (insert into outbox (org_id, message_id, channel_id, conversation_id, tag, created_at, error_class, error_code,
			error)
			select %(org)d, o.id, %(channel)d, o.conversation_id, 'tag' || o.id, now() - interval '10 minutes', 'channel-broken',
				'190', '{"reason": {"code": "whatsapp_token_expired"}}' from o),
		j as (insert into answer_jobs (org_id, conversation_id, first_due_at, due_at) select %(org)d, v.id, now(), now()
			from v)
		select id from v;"""
			% {"org": org, "channel": channel, "body": body}
		).split()[0]
	)
