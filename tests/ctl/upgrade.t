#!/usr/bin/python3
"""A database of any version in between is brought to this program's: with the schema of a new one, to the last index,
policy and function, and with all its rows. Each of the earlier schemas is made of the migrations that it had; its
functions were others."""

import hashlib
import os
import re
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from deskbell import processes
from deskbell.ctl import Ctl
from deskbell.stack import Stack
from deskbell.tap import program

SQL = os.path.join(HERE, "..", "..", "sql")

# Functions of before: one that is gone, one that returned something else, one that took something else.
OLD_FUNCTIONS = """
create function deskbell_of_before(org bigint) returns bigint language sql as $$ select org $$;
create function deskbell_index(org bigint, kind text, id bigint) returns text language sql as $$ select kind $$;
create function deskbell_due(org bigint, kind text, at timestamptz) returns text language sql as $$ select kind $$;
create function deskbell_rest() returns text language sql as $$ select 'other' $$;
create function deskbell_is_last_owner(a text, b text, c text) returns text language sql as $$ select a || b || c $$;
"""

ROWS = """
begin;
select set_config('deskbell.scope', 'system', true);
insert into organizations (name) values ('Of before');
insert into users (email, name, password_hash) values ('ana@example.com', 'Ana', 'x');
insert into memberships (org_id, user_id, role) select o.id, u.id, 'owner' from organizations o, users u;
insert into channels (org_id, platform, external_id, config) select id, 'telegram', '7', '{}' from organizations;
insert into contacts (org_id, name) select id, 'Marta' from organizations;
insert into conversations (org_id, channel_id, contact_id, platform) select c.org_id, h.id, c.id, 'telegram'
	from contacts c join channels h using (org_id);
insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, status, body)
	select v.org_id, v.id, v.channel_id, 'inbound', 'contact', 'text', 'received', 'message ' || n
		from conversations v, generate_series(1, 30) n;
insert into attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id)
	select org_id, min(id), 1, conversation_id, channel_id, 'image', 'f' from messages
		group by org_id, conversation_id, channel_id;
insert into canned_replies (org_id, shortcut, title, body) select id, 'hi', 'Hi', 'Hello!' from organizations;
commit;
"""

# Everything that a schema consists of, as text; columns by name, because an earlier table has later ones at its end.
SCHEMA = """
select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
	|| coalesce(column_default, '') from information_schema.columns where table_schema = 'public'
union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
	from pg_constraint where connamespace = 'public'::regnamespace
union all select 'policy ' || tablename || ' ' || policyname || ' ' || permissive || ' ' || coalesce(qual, '')
	|| coalesce(with_check, '') from pg_policies where schemaname = 'public'
union all select 'row security ' || relname || ' ' || relrowsecurity || ' ' || relforcerowsecurity from pg_class
	where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
union all select 'function ' || pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
	and prokind = 'f'
"""

COUNTS = (
	"select (select count(*) from messages) || ' ' || (select count(*) from attachments) || ' ' || (select count(*) "
	"from canned_replies) || ' ' || (select count(*) from memberships) || ' ' "
	"|| (select string_agg(body, '' order by id) from messages)"
)


def migrations():
	"""In the order in which the program has them."""
	with open(os.path.join(SQL, "local.mk"), encoding="utf-8") as f:
		return re.findall(r"sql/migrations/(\w+)\.sql", f.read())


class World:
	def __init__(self, stack):
		self.stack, self.ctl = stack, Ctl(stack)
		self.all = migrations()
		self.fresh = self.schema(self.database("fresh"))
		assert len(self.fresh) > 500, len(self.fresh)

	def url(self, name):
		return self.stack.postgres.url(database=name)

	def migrate(self, name):
		return self.ctl.good("migrate", env={"DESKBELL_DATABASE_URL": self.url(name)})

	def database(self, name):
		self.stack.postgres.create(name)
		self.migrate(name)
		return name

	def psql(self, name, script):
		done = processes.run(
			[self.stack.postgres.bin + "/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-", self.url(name)],
			input=script.encode(),
		)
		return done.stdout.decode()

	def schema(self, name):
		return set(
			filter(
				None,
				self.psql(name, "select 'x' || chr(1) || s || chr(2) from (%s) x(s) order by 1;" % SCHEMA)
				.replace("\n", " ")
				.split("\x02 "),
			)
		)

	def earlier(self, name, n):
		"""A database of the first n migrations, as the program of then left it."""
		self.stack.postgres.create(name)
		script = [
			"begin; create table schema_migrations (name text primary key, checksum text not null,"
			" applied_at timestamptz not null default now());\n"
		]
		for migration in self.all[:n]:
			with open(os.path.join(SQL, "migrations", migration + ".sql"), encoding="utf-8") as f:
				text = f.read()
			script.append(
				text
				+ "\ninsert into schema_migrations (name, checksum) values ('%s', '%s');\n"
				% (migration, hashlib.sha256(text.encode()).hexdigest())
			)
		script.append(
			"insert into schema_migrations (name, checksum) values ('functions', 'of before');\n"
			+ OLD_FUNCTIONS
			+ "commit;\n"
			+ ROWS
		)
		self.psql(name, "".join(script))


def brought_up(w, n):
	name = "after_%d" % n
	w.earlier(name, n)
	counted = w.psql(name, "select set_config('deskbell.scope', 'system', false); " + COUNTS + ";")
	env = {"DESKBELL_DATABASE_URL": w.url(name)}
	assert w.ctl.run("migrate", "--check", env=env).returncode != 0, "it is said to be current"
	assert w.schema(name) != w.fresh
	w.migrate(name)
	assert w.ctl.run("migrate", "--check", env=env).returncode == 0
	now = w.schema(name)
	assert now == w.fresh, "%s\n%s" % (sorted(now - w.fresh)[:5], sorted(w.fresh - now)[:5])
	assert w.psql(name, "select set_config('deskbell.scope', 'system', false); " + COUNTS + ";") == counted, counted
	exported = w.ctl.good("export", "--org", w.psql(name, "select id from organizations;").strip() or "1", env=env)
	assert exported.count("message ") >= 30, exported[:300]


def run(tap):
	with Stack(with_simulator=False) as stack:
		w = World(stack)
		base = [i for i, name in enumerate(w.all) if name < "0100"][-1] + 1
		for n in sorted({base, (base + len(w.all)) // 2, len(w.all) - 1, len(w.all)}):
			tap.run("a database of %s and its functions" % w.all[n - 1], brought_up, w, n)
		stack.check_logs(tap)


sys.exit(program(run))
