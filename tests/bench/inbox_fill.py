"""Organisations with very many conversations, made inside PostgreSQL: triggers off, indexes built behind the rows,
the search's words made in one go.

The messages of a conversation are scattered over the table as time scatters them. Numbers look drawn and are the
same in every run.
"""

import time

from deskbell import processes
from deskbell.desk import person

MESSAGES = 10  # of a conversation
LONG = 100  # so many conversations have a hundred messages more
OPERATORS = 9

# What part of an organisation's conversations is what. Of a thousand it is more than of a million, so that each list
# has a page of fifty there too: what is compared is the same work.
SHARES = {1000: {"mine": 0.45, "waiting": 0.25, "telegram_part": 0.25, "order": 0.3, "vip": 0.2}}
USUAL = {"mine": 0.12, "waiting": 0.02, "telegram_part": 0.1, "order": 0.1, "vip": 0.005}

# A fraction between 0 and 1 from a number and a salt.
FRACTION = (
	"create or replace function pg_temp.u(n bigint, salt bigint) returns float language sql immutable as $$ select "
	"(hashint8extended(n, salt) & 2147483647) / 2147483648.0 $$;"
)

FILL = (
	FRACTION
	+ """
set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '1GB';
	set work_mem = '256MB';
insert into contacts (org_id, id, name) overriding system value
	select %(org)d, %(base)d + c, initcap('n' || to_hex((500 * pg_temp.u(c, 1))::int)) || ' S'
		|| to_hex((5000 * pg_temp.u(c, 2))::int) from generate_series(1, %(n)d) c;
insert into contact_identities (org_id, channel_id, kind, value, contact_id)
	select %(org)d, case when telegram then %(telegram)d else %(whatsapp)d end, case when telegram then 'telegram'
		else 'wa_id' end,
		(49170000000000 + %(base)d + c)::text, %(base)d + c
			from (select c, pg_temp.u(c, 3) < %(telegram_part)f as telegram from generate_series(1, %(n)d) c offset 0) x;
-- A third is open; of these half are somebody's.
insert into conversations (org_id, id, channel_id, contact_id, platform, contact_phone, is_open, assignee_id,
	waiting_since, unread, last_message_at, last_inbound_at, may_have_tags)
	overriding system value
	select %(org)d, %(base)d + c, case when telegram then %(telegram)d else %(whatsapp)d end, %(base)d + c, case
		when telegram then 'telegram' else 'whatsapp' end,
		'+' || (49170000000000 + %(base)d + c), is_open,
		case when is_open and pg_temp.u(c, 5) < 0.5 then %(user)d + case when pg_temp.u(c, 6) < %(mine)f then 0
			else 1 + (%(others)d * pg_temp.u(c, 12))::int end end,
		case when is_open and pg_temp.u(c, 7) < %(waiting)f then at end, case when is_open and pg_temp.u(c, 8) < 0.1 then 1
			else 0 end, at, at, pg_temp.u(c, 10) < %(order)f or pg_temp.u(c, 11) < %(vip)f
	from (select c, pg_temp.u(c, 3) < %(telegram_part)f as telegram, pg_temp.u(c, 4) < 0.33 as is_open,
		now() - pg_temp.u(c, 9) * interval '365 days' as at
		from generate_series(1, %(n)d) c offset 0) x;
insert into conversation_tags (org_id, tag, conversation_id, platform, is_open, waiting_since, assignee_id,
	last_message_at)
	select org_id, t.tag, id, platform, is_open, waiting_since, assignee_id, last_message_at
		from conversations, (values ('order', 10, %(order)f), ('vip', 11, %(vip)f)) t(tag, salt, part)
	where org_id = %(org)d and pg_temp.u(id - %(base)d, salt) < part;
-- Seven words of 20,000, the first of them by far the most common.
insert into messages (org_id, id, conversation_id, channel_id, direction, sender, kind, body, text_like, provider_id,
	provider_time, status, created_at) overriding system value
	select %(org)d, %(first)d + k, %(base)d + case when k <= %(scattered)d then 1 + (k - 1) %% %(n)d
		else 1 + (k - 1) %% %(long)d end, %(whatsapp)d,
		case k / %(n)d %% 2 when 0 then 'inbound' else 'outbound' end, case k / %(n)d %% 2 when 0 then 'contact'
			else 'operator' end, 'text',
		'w' || to_hex((20000 * pow(pg_temp.u(k, 21), 3))::int) || ' w' || to_hex((20000 * pow(pg_temp.u(k, 22), 3))::int)
			|| ' w' || to_hex((20000 * pow(pg_temp.u(k, 23), 3))::int) || ' w' || to_hex((20000 * pow(pg_temp.u(k, 24), 3))::int)
			|| ' w' || to_hex((20000 * pow(pg_temp.u(k, 25), 3))::int) || ' w' || to_hex((20000 * pow(pg_temp.u(k, 26), 3))::int)
			|| ' w' || to_hex((20000 * pow(pg_temp.u(k, 27), 3))::int),
		true, 'bench.' || (%(first)d + k), now(), 'received', now() from generate_series(1, %(scattered)d + %(long)d * 100) k;
insert into decisions (org_id, conversation_id, message_id, outcome, reason)
	select %(org)d, %(base)d + c, %(first)d + c, 'silent', 'bench' from generate_series(1, %(n)d) c;
"""
)
WORDS = """
set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '1GB';
	set enable_seqscan = off;
insert into search_words (org_id, word, conversation_id, of_contact)
	select v.org_id, w.word, v.id, false from conversations v, lateral (
		select distinct unnest(string_to_array(string_agg(m.body, ' '), ' ')) as word from messages m
			where m.org_id = v.org_id and m.conversation_id = v.id) w
	where v.org_id = %(org)d
	union all select v.org_id, lower(w.word), v.id, true from conversations v join contacts c on c.org_id = v.org_id
		and c.id = v.contact_id,
		unnest(string_to_array(c.name, ' ') || substr(v.contact_phone, 2)) w(word) where v.org_id = %(org)d;
"""
# Indexes that are built faster behind the rows: those that serve no key.
SLOW = """select c.relname as name, pg_get_indexdef(c.oid) as create from pg_index i
	join pg_class c on c.oid = i.indexrelid
	where i.indrelid in ('messages'::regclass, 'conversations'::regclass, 'conversation_tags'::regclass)
		and not i.indisunique"""
TABLES = (
	"contacts",
	"contact_identities",
	"conversations",
	"conversation_tags",
	"decisions",
	"messages",
	"search_words",
)


class Fill:
	def __init__(self, stack, with_words):
		self.stack, self.with_words = stack, with_words
		self.indexing = None

	def superuser(self, text):
		"""As the superuser, who may switch triggers off."""
		done = processes.run(
			[
				self.stack.postgres.bin + "/psql",
				"-XAtq",
				"-v",
				"ON_ERROR_STOP=1",
				"-f",
				"-",
				self.stack.postgres.url("postgres"),
			],
			input=text.encode(),
			timeout=7200,
		)
		return done.stdout.decode()

	def organisation(self, name, n, base):
		org = self.stack.organisation(name, bot_mode="off")
		channel = self.stack.connect(org)
		telegram = int(
			self.superuser(
				"insert into channels (org_id, platform, external_id, config) values (%d, 'telegram', '%d', '{}') returning id;"
				% (org, org)
			)
		)
		email = "bench%d@example.com" % org
		user = person(self.stack, org, email, "operator")
		self.superuser(
			"with u as (insert into users (email, password_hash) select 'bench%d-' || i || '@example.com',"
			" 'x' from generate_series(2, %d) i returning id) "
			"insert into memberships (org_id, user_id, role) select %d, id, 'operator' from u;"
			" select deskbell_member_named(org_id, user_id) from memberships where org_id = %d;"
			% (org, OPERATORS, org, org)
		)
		return {
			"org": org,
			"n": n,
			"base": base,
			"first": base * MESSAGES * 2,
			"whatsapp": channel.id,
			"telegram": telegram,
			"user": user,
			"email": email,
			"scattered": n * MESSAGES,
			"long": LONG,
			"phone": 49170000000000 + base + n // 2,
			"others": OPERATORS - 2,
			**SHARES.get(n, USUAL),
		}

	def timed(self, what, text):
		start = time.monotonic()
		self.superuser(text)
		print("  %-45s %6.1f s" % (what, time.monotonic() - start), flush=True)

	def make(self, small, large):
		self.small, self.large = self.organisation("Small", small, 0), self.organisation("Large", large, 100000)
		self.stack.postgres.admin(
			"alter system set fsync = off; alter system set max_wal_size = '8GB'; select pg_reload_conf()"
		)
		slow = self.stack.sql.rows(SLOW)
		for index in slow:
			self.superuser("drop index %(name)s;" % index)
		self.timed("the small organisation", FILL % self.small)
		self.timed("the large one: %(n)d conversations" % self.large, FILL % self.large)
		for index in slow:
			self.timed("index %(name)s" % index, "set maintenance_work_mem = '1GB'; %(create)s;" % index)
		self.timed("statistics", "".join("vacuum analyze %s;" % t for t in TABLES))
		if self.with_words:
			self.indexing = self.index_with_the_sender()
			self.fill_words()
		self.superuser(
			"do $$ declare s record; begin for s in select t from unnest(array['contacts', 'conversations', 'messages']) t loop "
			"execute format('select setval(pg_get_serial_sequence(%L, ''id''), (select max(id) from %I))', s.t, s.t);"
			" end loop; end $$;"
		)
		self.stack.postgres.admin(
			"alter system reset fsync; alter system reset max_wal_size; select pg_reload_conf(); checkpoint"
		)

	def index_with_the_sender(self):
		"""The small organisation as a backlog: how many messages a second a sender indexes that has nothing else to do."""
		o = self.small
		self.superuser(
			"insert into search_backlog values (%d, %d, %d);" % (o["org"], o["first"] + 10**8, o["base"] + o["n"] + 1)
		)
		start = time.monotonic()
		self.stack.send_once()
		seconds = time.monotonic() - start
		n = o["scattered"] + LONG * 100
		print(
			"  the sender has indexed %d messages and %d customers in %.1f s: %.0f messages a second"
			% (n, o["n"], seconds, n / seconds),
			flush=True,
		)
		return {"messages": n, "seconds": seconds}

	def fill_words(self):
		self.superuser(
			"alter table search_words drop constraint search_words_pkey; drop index search_words_conversation;"
		)
		self.timed("the large one's words", WORDS % self.large)
		self.timed(
			"index of words",
			"set maintenance_work_mem = '1GB'; alter table search_words add primary key (org_id, word, conversation_id,"
			" of_contact);",
		)
		self.timed(
			"index of conversations' words",
			"set maintenance_work_mem = '1GB'; create index search_words_conversation on search_words (org_id,"
			" conversation_id, word);",
		)
		self.timed("statistics of words", "vacuum analyze search_words;")

	def sizes(self):
		return self.stack.sql.rows(
			"""select relname as table, pg_table_size(oid) / 1000000 as mb, pg_indexes_size(oid) / 1000000 as indexes_mb,
				reltuples::bigint as rows
			from pg_class where relname in (%s) and relkind = 'r' order by 1"""
			% ", ".join("'%s'" % t for t in TABLES)
		)
