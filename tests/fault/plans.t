#!/usr/bin/python3
# How the database goes about what the programs ask, in an empty organization and in a large one: no statement walks
# through a table that grows, whether the server knows the tables' sizes or, as after a restore, does not. PostgreSQL
# itself reports each plan (auto_explain), those inside functions too.
#
# DESKBELL_PLANS_ROWS=1000000 for a large one of that many messages (make check-plans); 100,000 without.
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
sys.dont_write_bytecode = True
from deskbell import processes
from deskbell.desk import Browser, person, status
from deskbell.stack import Stack
from deskbell.tap import program

ROWS = int(os.environ.get("DESKBELL_PLANS_ROWS", "100000"))
# So many rows of one table may a statement look at: deskbell_metrics counts up to 4,000, deskbell_overdue looks at
# 2,000 deliveries of a channel. Pages of figures say themselves that they look at the newest 20,000, the queue's at
# 10,000.
MOST = 5000
BOUND = re.compile(r"LIMIT (10000|20000)\b")
# What grows with an organization's customers and its days.
GROWING = {
	"contacts",
	"contact_identities",
	"conversations",
	"conversation_events",
	"conversation_reads",
	"conversation_tags",
	"messages",
	"outbox",
	"answer_jobs",
	"decisions",
	"leads",
	"lead_jobs",
	"search_words",
	"search_queue",
	"attachments",
	"documents",
	"passages",
	"passage_terms",
	"passage_embeddings",
	"training_phrase_embeddings",
	"audit_log",
}
SETTINGS = {
	"log_min_duration": "0",
	"log_nested_statements": "on",
	"log_analyze": "on",
	"log_timing": "off",
	"log_format": "json",
}
SKILLS = [
	{
		"title": "Opening hours",
		"triggers": ["when are you open", "opening hours"],
		"response": "From 9 to 19.",
		"enabled": True,
		"requires_human_handover": False,
	}
]

FILL = """
set session_replication_role = replica;
create temporary table n as select %(rows)d as messages, %(rows)d / 10 as talks, 1000000 as base,
	'2026-01-01'::timestamptz as day;
insert into channels (org_id, platform, external_id, config, status, paused_until)
	values (%(org)d, 'telegram', 'broken', '{}', 'error', now() + interval '1 day');
create temporary table broken as select id from channels where org_id = %(org)d and external_id = 'broken';
insert into contacts (org_id, id, name) overriding system value select %(org)d, base + i, 'Name ' || i
	from n, generate_series(1, talks) i;
insert into contact_identities (org_id, channel_id, kind, value, contact_id)
	select %(org)d, %(channel)d, 'wa_id', (49170000000000 + i)::text, base + i from n, generate_series(1, talks) i;
insert into conversations (org_id, id, channel_id, contact_id, platform, contact_phone, is_open, assignee_id,
	waiting_since, last_message_at,
		last_inbound_at, may_have_tags) overriding system value
	select %(org)d, base + i, %(channel)d, base + i, 'whatsapp', '+' || (49170000000000 + i), i %% 3 = 0, case
		when i %% 7 = 0 then %(user)d end,
		case when i %% 50 = 0 then day + i * interval '1 minute' end, day + i * interval '1 minute',
			day + i * interval '1 minute', i %% 20 = 0
	from n, generate_series(1, talks) i;
insert into conversation_tags (org_id, tag, conversation_id, platform, is_open, assignee_id, waiting_since,
	last_message_at)
	select org_id, 'order', id, platform, is_open, assignee_id, waiting_since, last_message_at from conversations
	where org_id = %(org)d and id > 1000000 and may_have_tags;
insert into messages (org_id, id, conversation_id, channel_id, direction, sender, kind, body, text_like, provider_id,
	provider_time, status, created_at)
		overriding system value
	select %(org)d, base + i, base + 1 + i %% talks, %(channel)d, case i %% 2 when 0 then 'inbound' else 'outbound' end,
		case i %% 2 when 0 then 'contact' else 'bot' end, 'text', 'word' || i %% 1000 || ' when are you open', true, 'plan.'
			|| i,
		day + i * interval '6 seconds', case i %% 2 when 0 then 'received'
			else 'delivered' end, day + i * interval '6 seconds'
	from n, generate_series(1, messages) i;
insert into decisions (org_id, conversation_id, message_id, outcome, stage, reason, created_at)
	select %(org)d, base + i, base + i, 'replied', case i %% 10 when 0 then 'fallback'
		else 'skill' end, 'plan', day + i * interval '1 minute'
	from n, generate_series(1, talks) i;
insert into outbox (org_id, message_id, channel_id, conversation_id, state, tag, next_attempt_at, created_at)
	select %(org)d, base + i, b.id, base + 1 + i %% talks, 'queued', 'plan' || i, now() - interval '1 hour', now()
		from n, broken b, generate_series(1, talks) i;
insert into answer_jobs (org_id, conversation_id, first_due_at, due_at)
	select %(org)d, base + i, now() + interval '1 day', now() + interval '1 day'
	from n, generate_series(1, talks) i;
insert into lead_jobs (org_id, conversation_id, due_at) select %(org)d, base + i, now() + interval '1 day'
	from n, generate_series(1, talks) i;
insert into leads (org_id, conversation_id, score, class)
	select %(org)d, base + i, i %% 11, (array['cold', 'warm', 'hot'])[1 + i %% 3]
	from n, generate_series(1, talks) i;
insert into search_words (org_id, word, conversation_id, of_contact)
	select %(org)d, w, base + i, false from n, generate_series(1, talks) i, unnest(array['open', 'word' || i %% 1000]) w;
insert into attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id, state,
	due_at)
	select %(org)d, base + i, 1, base + 1 + i %% talks, %(channel)d, 'image', 'f' || i, 'lost', now()
		from n, generate_series(1, talks) i;
insert into attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id, state,
	file_name, sent_at, sha256)
	select %(org)d, base + i, 2, base + 1 + i %% talks, %(channel)d, 'image', 'g' || i, 'stored', 'word7.jpg',
		day + i * interval '1 minute', '\\x01' from n, generate_series(1, talks) i;
insert into documents (org_id, id, title, source, language, text) overriding system value
	select %(org)d, base + i, 'Document ' || i, 'paste', 'en', 'x' from n, generate_series(1, talks / 10) i;
insert into passages (org_id, id, document_id, position, heading, text, words, ngrams)
	select %(org)d, base + i, base + 1 + i / 10, i, '', 'Passage ' || i, 2, 9 from n, generate_series(1, talks - 10) i;
update knowledge_indexes k set passages = n.talks, words = 2 * n.talks, ngrams = 9 * n.talks, next_passage = 2000000
	from n where org_id = %(org)d;
insert into passage_terms (org_id, term, block, n, entries) select %(org)d, i, 0, 1, '\\x000000'
	from n, generate_series(1, talks) i;
insert into passage_embeddings (org_id, passage_id, embedding) select %(org)d, base + i, '\\x01'
	from n, generate_series(1, talks - 10) i;
insert into training_phrase_embeddings (org_id, digest, embedding) select %(org)d, sha256(i::text::bytea), '\\x01'
	from n, generate_series(1, talks) i;
insert into audit_log (org_id, actor, action, at) select %(org)d, 'plan', 'signed_in', day + i * interval '1 minute'
	from n, generate_series(1, talks) i;
insert into conversation_events (org_id, conversation_id, kind, at) select %(org)d, base + i, 'closed', day
	from n, generate_series(1, talks) i;
insert into conversation_reads (org_id, conversation_id, user_id, message_id)
	select %(org)d, base + i, %(user)d, base + i
	from n, generate_series(1, talks) i;
"""
# What no program here would come to ask: an organization without embeddings, a purge that looks without taking.
DIRECT = """select deskbell_purge_window('messages', 'created_at', %(org)d, 0, '2026-02-01');
begin; select set_config('deskbell.org', '%(org)d', true), set_config('deskbell.scope', '', true);
select count(*) from deskbell_search(%(org)d, array['word7', 'open'], 50);
select count(*) from deskbell_embedding_batch(%(org)d, 'phrases', 100);
select count(*) from deskbell_embedding_batch(%(org)d, 'passages', 100);
select count(*) from deskbell_load_passage_embeddings(%(org)d, 1000, 100, null);
select count(*) from deskbell_load_passage_embeddings(%(org)d, 0, 100, array[1000001, 1000007]);
select count(*) from deskbell_knowledge_passages(%(org)d, array[1000001, 1000007], array[1, 2], 2, 10);
commit;
select count(*) from deskbell_metrics(false);"""

PAGES = (
	"/start",
	"/inbox",
	"/inbox/{talk}",
	"/inbox?view=all&tag=order",
	"/inbox/{talk}/updates",
	"/inbox/updates",
	"/updates",
	"/inbox?q=word7",
	"/inbox?q=Ana",
	"/inbox?has=image",
	"/inbox?has=image&from=2026-01-02&to=2026-01-03",
	"/inbox?has=image&q=word7",
	"/inbox?has=voice",
	"/leads",
	"/leads/{talk}",
	"/queue",
	"/status",
	"/audit",
	"/skills",
	"/skills/unanswered",
	"/skills/proposals",
	"/knowledge",
	"/settings/people",
	"/settings/channels",
	"/settings/channels/whatsapp",
	"/settings/bot",
	"/settings/organisation",
	"/settings/replies",
	"/account",
)
VIEWS = ("mine", "unassigned", "all", "closed", "snoozed", "waiting")


def superuser(stack, text):
	processes.run(
		[stack.postgres.bin + "/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-", stack.postgres.url("postgres")],
		input=text.encode(),
		timeout=3600,
	)


def explain(stack):
	"""From now on the server writes down each plan."""
	superuser(
		stack,
		"alter role deskbell set session_preload_libraries = 'auto_explain';"
		+ "".join("alter role deskbell set auto_explain.%s = '%s';" % setting for setting in SETTINGS.items()),
	)
	stack.postgres.admin(
		"alter system set log_destination = 'jsonlog'; alter system set logging_collector = on; "
		"alter system set log_directory = 'plans'; alter system set log_filename = 'plans.log';"
		" alter system set log_rotation_size = 0; "
		"alter system set autovacuum = off"
	)
	stack.postgres.restart(kill=False)


class World:
	def __init__(self, stack, server):
		self.stack, self.server = stack, server
		self.org = stack.organisation("Salon")
		self.channel = stack.connect(self.org, server.port)
		stack.skills(self.org, SKILLS)
		stack.ctl(
			"knowledge",
			"import",
			"--org",
			self.org,
			"-",
			"--title",
			"Parking",
			input="# Parking\n\nYou can park behind the house.\n",
		)
		self.user = person(stack, self.org, "plans@example.com", "owner")
		self.browser = Browser(server.port)
		status(self.browser.sign_in("plans@example.com"), 200)
		self.read = 0

	def fill(self):
		superuser(self.stack, FILL % {"rows": ROWS, "org": self.org, "channel": self.channel.id, "user": self.user})

	def customer(self, n, text=None, **message):
		phone = "3460000%04d" % n
		self.stack.simulator.control(
			"POST",
			"inbound",
			{
				"phone_number_id": self.channel.phone_number_id,
				"from": phone,
				"name": "Ana %d" % n,
				**({"text": text} if text else {"message": message}),
			},
		)
		return self.stack.sql.value(
			"select id from conversations where org_id = %d and contact_phone = '+%s'" % (self.org, phone)
		)

	def day(self, n):
		"""What customers, the bot, an operator and the clock do."""
		talk = self.customer(n, "when are you open")
		self.customer(n, "where can I park?")
		self.customer(n + 1, "I would like a haircut on friday, my number is 600 100 200")
		self.customer(
			n, type="image", image={"id": "%d" % n, "mime_type": "image/jpeg", "sha256": "AAAA", "caption": "this one"}
		)
		for _ in range(3):
			self.stack.send_once()
			self.stack.sql.script(
				"update answer_jobs set due_at = now() where conversation_id < 1000000; update lead_jobs set due_at = now() where "
				"conversation_id < 1000000; select deskbell_due(%(org)d, 'answer', now()), deskbell_due(%(org)d, 'lead', now()), "
				"deskbell_due(%(org)d, 'delivery', now());" % {"org": self.org}
			)
		for path in PAGES + tuple("/inbox?view=" + view for view in VIEWS):
			page = self.browser.html(path.replace("{talk}", str(talk)))
			assert page.status == 200, (path, page.status, page.text[:300])
		status(
			self.browser.post("/inbox/%d/messages" % talk, {"text": "See you", "key": "plans-%d" % n, "do": "send"}),
			200,
		)
		status(self.browser.post("/inbox/%d/close" % talk), 200)
		self.stack.send_once()
		self.stack.ctl("purge", "--older-than", "3650d", "--dry-run")
		self.stack.sql.script(DIRECT % {"org": self.org})

	def plans(self):
		"""(the functions it stands in, its text, the plan) of what was run since the last call."""
		path = os.path.join(self.stack.postgres.data, "plans", "plans.json")
		found = []
		text = processes.run(["cat", path], root=True).stdout.decode("utf-8", "replace")
		for line in text[self.read :].splitlines():
			entry = json.loads(line)
			if entry["message"].startswith("duration: ") and "plan:" in entry["message"]:
				plan = json.loads(entry["message"].split("plan:", 1)[1])
				functions = re.findall(r'(?:PL/pgSQL|SQL) function "?([a-z_]+)', entry.get("context", ""))
				found.append((functions, plan["Query Text"], plan["Plan"]))
		self.read = len(text)
		return found


def nodes(plan):
	yield plan
	for below in plan.get("Plans", []):
		yield from nodes(below)


def looked_at(node):
	"""How many rows a scan has looked at, those that it threw away among them."""
	rows = sum(node.get(k, 0) for k in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"))
	return rows * node.get("Actual Loops", 1)


def walks(plans, least):
	"""Statements that look at more rows of a table that grows than a caller waits for."""
	found = set()
	for functions, text, plan in plans:
		most = max([least] + [int(n) for n in BOUND.findall(text)])
		for node in nodes(plan):
			# Two thousand keys may be looked up by reading the table once, where that is cheaper.
			once = "= ANY (" in node.get("Filter", "") and node["Actual Loops"] == 1
			if node.get("Relation Name") in GROWING and looked_at(node) > most and not once:
				found.add(
					"%s: %s on %s looks at %d rows: %s"
					% (
						functions[:1] or "statement",
						node["Node Type"],
						node["Relation Name"],
						looked_at(node),
						" ".join(text.split())[:300],
					)
				)
	return sorted(found)


def whole(plans, pinned):
	"""Statements of functions that pin the planner and yet read a whole table."""
	return sorted(
		{
			"%s: %s: %s" % (functions[0], node["Relation Name"], " ".join(text.split())[:300])
			for functions, text, plan in plans
			if functions and functions[0] in pinned
			for node in nodes(plan)
			if node["Node Type"] == "Seq Scan" and node["Actual Loops"] and node["Relation Name"] in GROWING
		}
	)


def look(tap, w):
	pinned = {
		r["name"]
		for r in w.stack.sql.rows(
			"select proname as name from pg_proc where proconfig::text ~ 'enable_' and proname ~ '^deskbell_'"
		)
	}
	seen = set()
	for n, (title, before, most) in enumerate(
		(
			("an empty organization", lambda: None, MOST),
			("%d messages and no statistics" % ROWS, w.fill, 2 * ROWS),
			("%d messages and statistics" % ROWS, lambda: superuser(w.stack, "analyze"), MOST),
		)
	):
		before()
		w.plans()
		w.day(100 * n)
		plans = [p for p in w.plans() if not p[1].startswith("select coalesce(json_agg")]  # the test's own
		seen |= {f for functions, _, _ in plans for f in functions}
		if most > ROWS:  # without statistics only what pins the planner can be right, and may read a table once
			plans = [p for p in plans if p[0] and p[0][0] in pinned]
		found = walks(plans, most)
		tap.ok(
			len(plans) > 100 and not found,
			"%s: %d statements, none of which looks at more rows than its share" % (title, len(plans)),
			"\n".join(found[:30]),
		)
		found = whole(plans, pinned)
		tap.ok(not found, "%s: functions that pin the planner read no whole table" % title, "\n".join(found[:30]))
	tap.ok(
		not pinned - seen,
		"all %d functions that pin the planner were run" % len(pinned),
		", ".join(sorted(pinned - seen)),
	)


def run(tap):
	with Stack() as stack:
		explain(stack)
		with stack.server("lighttpd-fastcgi") as server:
			look(tap, World(stack, server))


sys.exit(program(run))
