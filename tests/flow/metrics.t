#!/usr/bin/python3
# GET /metrics: who may see it, behind every web server; what it says; that it says nothing of anybody; that it is
# fast on a large database.
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, processes
from deskbell.stack import Stack
from deskbell.tap import program

TOKEN = "zqsecret0metrics0Ru5tyNa1l"
LATE_MS, ASKED = 40, 40
HISTOGRAMS = ("deskbell_answer_seconds", "deskbell_delivery_seconds")


def ask(server, token=TOKEN, scheme="Bearer "):
	return net.request(
		server.port, "GET", "/metrics", headers={"Authorization": scheme + token} if token is not None else {}
	)


def samples(server):
	"""The samples by name and labels; every line is in the form that Prometheus reads."""
	answer = ask(server)
	assert answer.status == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4"), (
		answer.status,
		answer.headers,
	)
	found, family = {}, None
	for line in answer.body.decode().splitlines():
		if line.startswith("# "):
			family = line.split()[2]
			if line.split()[1] == "TYPE":
				kind = line.split()[3]
				assert kind == (
					"counter" if family.endswith("_total") else "histogram" if family in HISTOGRAMS else "gauge"
				), line
			continue
		m = re.fullmatch(r'(deskbell_[a-z_]+)(?:\{((?:[a-z]+="[^"\\\n]*",?)+)\})? (-?[0-9.e+]+)', line)
		assert m and (
			m.group(1) == family
			or kind == "histogram"
			and m.group(1) in [family + part for part in ("_bucket", "_sum", "_count")]
		), line
		key = (m.group(1)[len("deskbell_") :],) + tuple(sorted(re.findall(r'([a-z]+)="([^"]*)"', m.group(2) or "")))
		assert key not in found, "twice: %s" % line
		found[key] = float(m.group(3))
	return found


def sample(server, name, **labels):
	return samples(server).get((name,) + tuple(sorted(labels.items())))


def write_token(stack, text, mode=0o600):
	path = os.path.join(stack.folder, "metrics.token")
	with open(path, "w", encoding="utf-8") as f:
		f.write(text + "\n")
	os.chmod(path, mode)
	processes.give(path)


def who_may(stack, flavour):
	with stack.server(flavour) as server:
		assert ask(server).status == 200
		for token, scheme in (
			(None, ""),
			("", "Bearer "),
			(TOKEN + "x", "Bearer "),
			(TOKEN[:-1], "Bearer "),
			(TOKEN, "Basic "),
			(TOKEN, ""),
		):
			answer = ask(server, token, scheme)
			assert answer.status == 401 and b"deskbell" not in answer.body, (token, scheme, answer)
		assert ask(server, scheme="bearer ").status == 200
		assert net.request(server.port, "POST", "/metrics", b"x", {"Authorization": "Bearer " + TOKEN}).status == 405


def token_file(stack):
	with stack.server("lighttpd-fastcgi") as server:
		write_token(stack, "short")
		assert ask(server, "short").status == 500
		os.unlink(os.path.join(stack.folder, "metrics.token"))
		assert ask(server).status == 500
		write_token(stack, TOKEN)
		assert ask(server).status == 200, "a new token needs no restart"
	stack.write_conf(**{"metrics.token_file": ""})
	with stack.server("lighttpd-fastcgi") as server:
		assert ask(server).status == 404
	stack.write_conf(**{"metrics.token_file": os.path.join(stack.folder, "metrics.token")})


def what_it_says(stack):
	org = stack.organisation("Zebra Salon")
	channel = stack.connect(org).id
	with stack.server("lighttpd-fastcgi") as server:
		before = samples(server)
		assert (
			before[("senders",)] == 0
			and before[("outbox_messages", ("state", "queued"))] == 0
			and before[("outbox_oldest_seconds",)] == 0
		), before
		stack.sql.script(
			"""
			with c as (insert into contacts (org_id, name) values (%(org)d, 'Yolanda') returning id),
			v as (insert into conversations (org_id, channel_id, contact_id, platform, contact_phone)
				select %(org)d, %(channel)d, id, 'whatsapp', '+15557654321' from c returning id),
			m as (insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status)
				select %(org)d, v.id, %(channel)d, x.d, 'bot', 'text', 'zq-body-secret', x.s
					from v, (values ('inbound', 'received'), ('outbound', 'queued'), ('outbound', 'read')) x(d, s)
				returning id, conversation_id, status),
			o as (insert into outbox (org_id, message_id, channel_id, conversation_id, tag, created_at)
				select %(org)d, id, %(channel)d, conversation_id, 't', now() - interval '10 minutes' from m
					where status = 'queued'),
			j as (insert into answer_jobs (org_id, conversation_id, first_due_at, due_at)
				select %(org)d, id, now(), now() - interval '5 minutes' from v),
			l as (insert into lead_jobs (org_id, conversation_id, due_at) select %(org)d, id, now() + interval '1 hour' from v)
			insert into decisions (org_id, conversation_id, outcome, stage, reason)
				select %(org)d, id, 'replied', 'skill', 'zq_body_why' from v;
			insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, status, created_at)
				select org_id, id, channel_id, 'inbound', 'contact', 'text', 'received', now() - interval '2 hours'
					from conversations;
			insert into heartbeats (shard, host, pid, mode, version) values ('main', 'zebra-host', 1, 'linger', '1');
			insert into quarantine (org_id, channel_id, kind, reason, payload, digest)
				values (%(org)d, %(channel)d, 'message', as_reason('odd'), 'zq-body-x', 'd');
			insert into unknown_deliveries (platform, kind, reason) values ('whatsapp', 'delivery', as_reason('no'));
			insert into circuit_breakers (org_id, kind, endpoint, open_until)
				values (0, 'chat', 'http://zebra-host/v1', now()), (%(org)d, 'chat', 'zebra-host', null);
			"""
			% {"org": org, "channel": channel}
		)
		now = samples(server)
		for key, want in {
			("messages_last_hour", ("direction", "inbound"), ("platform", "whatsapp"), ("status", "received")): 1,
			("messages_last_hour", ("direction", "outbound"), ("platform", "whatsapp"), ("status", "read")): 1,
			("outbox_messages", ("state", "queued")): 1,
			("answer_jobs_due",): 1,
			("lead_jobs_due",): 0,
			("senders",): 1,
			("decisions_last_hour", ("outcome", "replied"), ("stage", "skill")): 1,
			("quarantine_items",): 1,
			("webhooks_refused_last_hour",): 1,
			("channels", ("platform", "whatsapp"), ("status", "pending")): 1,
			("channels_paused", ("platform", "whatsapp")): 0,
			("model_breakers_open", ("endpoint", "chat")): 1,
			("model_breakers_open", ("endpoint", "embeddings")): 0,
		}.items():
			assert now.get(key) == want, (key, want, now.get(key), now)
		assert 600 <= now[("outbox_oldest_seconds",)] < 660 and 300 <= now[("answer_jobs_oldest_seconds",)] < 360, now
		for name, more in {
			"messages_total": 4,
			"decisions_total": 1,
			"quarantine_items_total": 1,
			"webhooks_unknown_total": 1,
			"mails_total": 0,
		}.items():
			assert now[(name,)] - before[(name,)] == more, (name, before[(name,)], now[(name,)])
		text = ask(server).body.decode()
		for word in ("Zebra", "Yolanda", "555", "zq-body", "zq_body", "zebra-host", "org="):
			assert word not in text, word
	with_ids = {"metrics.organizations": "on"}
	stack.write_conf(**with_ids)
	with stack.server("lighttpd-fastcgi") as server:
		assert (
			sample(
				server, "messages_last_hour", direction="inbound", platform="whatsapp", status="received", org=str(org)
			)
			== 1
		)
		assert (
			sample(server, "outbox_messages", state="queued", org=str(org)) == 1
			and sample(server, "outbox_messages", state="unknown") == 0
		)
		assert "Zebra" not in ask(server).body.decode()
	stack.write_conf(**{"metrics.organizations": "off"})


def histograms(stack):
	"""They grow with what senders add, bound by bound, and the last has all: the rules of the format."""

	def buckets(found, name):
		return [
			found[(name + "_bucket", ("le", le))]
			for le in ("0.01", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "+Inf")
		]

	with stack.server("lighttpd-fastcgi") as server:
		before = samples(server)
		assert buckets(before, "answer_seconds")[-1] == before[("answer_seconds_count",)], before
		for _ in range(2):
			stack.sql.script("select deskbell_observe('answer_time', '{1,0,2,0,0,0,0,0,0,0,0,4}', 300.25);")
		now = samples(server)
		grown = [b - a for a, b in zip(buckets(before, "answer_seconds"), buckets(now, "answer_seconds"))]
		assert grown == [2, 2, 6, 6, 6, 6, 6, 6, 6, 6, 6, 14], grown
		assert (
			now[("answer_seconds_count",)] - before[("answer_seconds_count",)] == 14
			and now[("answer_seconds_sum",)] - before[("answer_seconds_sum",)] == 600.5
		), now
		assert buckets(now, "delivery_seconds") == buckets(before, "delivery_seconds")


def worked_ms(stack):
	"""What the receiver's connections have worked in all; a machine that is busy with other things does not count."""
	pids = [
		r["pid"] for r in stack.sql.rows("select pid from pg_stat_activity where application_name = 'deskbell-webhook'")
	]
	assert pids
	ticks = 0
	for pid in pids:
		with open("/proc/%d/stat" % pid, encoding="ascii") as f:
			fields = f.read().rsplit(")", 1)[1].split()
		ticks += int(fields[11]) + int(fields[12])
	return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def large(stack):
	"""Hundreds of thousands of messages in this hour, and a long queue: as fast as with few."""
	org = stack.organisation("Large")
	channel = stack.connect(org).id
	stack.sql.script(
		"""
		insert into contacts (org_id) values (%(org)d);
		insert into conversations (org_id, channel_id, contact_id, platform) select org_id, %(channel)d, id, 'whatsapp'
			from contacts where org_id = %(org)d;
		insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, status, created_at)
			select %(org)d, v.id, %(channel)d, 'inbound', 'contact', 'text', 'received', now() - n * interval '1 second' / 100
			from conversations v, generate_series(0, %(n)d) n where v.org_id = %(org)d;
		insert into outbox (org_id, message_id, channel_id, conversation_id, tag, created_at)
			select m.org_id, m.id, m.channel_id, m.conversation_id, 'large' || m.id, m.created_at from messages m
				where m.org_id = %(org)d and m.id %% 20 = 0;
		"""
		% {"org": org, "channel": channel, "n": 600000}
	)
	with stack.server("lighttpd-fastcgi") as server:
		# 360,000 would be right; nothing has come for as long as the rows took to be made.
		counted = sample(server, "messages_last_hour", direction="inbound", platform="whatsapp", status="received")
		assert 30000 < counted < 370000, counted
		assert sample(server, "outbox_messages", state="queued") <= 4000
		before = worked_ms(stack)
		for _ in range(ASKED):
			assert ask(server).status == 200
		each = (worked_ms(stack) - before) / ASKED
		print("# the database works %.1f ms for each" % each)
		assert each < LATE_MS, "%.1f ms" % each


def run(tap):
	with Stack(with_simulator=False) as stack:
		write_token(stack, TOKEN)
		stack.write_conf(**{"metrics.token_file": os.path.join(stack.folder, "metrics.token")})
		for flavour in (
			"lighttpd-fastcgi",
			"lighttpd-cgi",
			"apache-fcgid",
			"apache-proxy-fcgi",
			"apache-cgi",
			"apache-htaccess",
		):
			tap.run("who may, " + flavour, who_may, stack, flavour)
		for test in (token_file, what_it_says, histograms, large):
			tap.run(test.__name__.replace("_", " "), test, stack)
		stack.check_logs(tap)


sys.exit(program(run))
