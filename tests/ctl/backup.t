#!/usr/bin/python3
# A backup that restores: made next to running programs by the owner of the tables, brought to an empty machine, equal
# there in every table, and the bot answers from it.
import hashlib
import json
import os
import random
import re
import signal
import stat
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "fault")]
import faults
from deskbell import planted, processes
from deskbell.ctl import CONFIG, DATA, NO_INPUT, USAGE, Ctl, audit
from deskbell.stack import Stack
from deskbell.tap import program
from deskbell.tenant import fill

BACKUP_HEADER = 512
SETTINGS = {**faults.SETTINGS, "answer.debounce_ms": "0"}


class Machines:
	"""The one that is backed up, and an empty one: another cluster, other roles, another key file."""

	def __init__(self, home, away):
		self.home, self.away = Ctl(home), Ctl(away)
		self.file = os.path.join(home.folder, "deskbell.backup")
		self.key = os.path.join(home.folder, "copy.key")
		self.channel = None
		self.world = None

	def empty(self):
		"""Makes the other machine empty again."""
		self.away.stack.postgres.admin("drop database if exists deskbell with (force)")
		self.away.stack.postgres.create()

	def take_key(self):
		with open(self.home.stack.key_file, "rb") as f:
			key = f.read()
		with open(self.away.stack.key_file, "wb") as f:
			f.write(key)


def content(stack):
	"""Every table's rows as text. What a backup and a restore add themselves is left out."""
	left_out = {"audit_log": "where action <> 'backup.made'", "schema_migrations": "where name <> 'functions'"}
	return {
		t: stack.sql.rows("select t::text as row from %s t %s order by 1" % (t, left_out.get(t, "")))
		for t in stack.sql.tables()
	}


def relations(stack):
	"""What guards and speeds up the rows: policies, triggers, indexes, constraints, rights to functions."""
	return stack.sql.rows("""
		select 'policy' as kind, tablename || ' ' || policyname || ' ' || permissive || ' ' || coalesce(qual, '') as what
			from pg_policies where schemaname = 'public' and roles = '{public}'
		union all select 'forced', relname || relrowsecurity || relforcerowsecurity from pg_class
			where relnamespace = 'public'::regnamespace and relkind = 'r'
		union all select 'trigger', translate(pg_get_triggerdef(t.oid), '()', '') from pg_trigger t where not tgisinternal
		union all select 'index', indexdef from pg_indexes where schemaname = 'public'
		union all select 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(c.oid) from pg_constraint c
			where connamespace = 'public'::regnamespace
		union all select 'function', oid::regprocedure || ' ' || prosecdef || ' ' || md5(prosrc) || ' '
			|| coalesce(array_to_string(proconfig, ','), '')
			|| has_function_privilege('nobody_here', oid, 'execute') from pg_proc
				where pronamespace = 'public'::regnamespace order by 1, 2""")


def plant_files(m):
	"""Two files in the store, one of them of several pieces, and one that the database names alone."""
	for content_of in (b"%PDF-1.4 small", bytes(range(256)) * 70000):
		digest = hashlib.sha256(content_of).hexdigest()
		path = os.path.join(m.home.stack.values["files.dir"], str(m.channel.org), digest[:2], digest)
		processes.run(["/bin/sh", "-c", "mkdir -p \"$(dirname \"$0\")\" && cat >\"$0\"", path], input=content_of)
		m.home.stack.sql.script(
			"insert into files (org_id, sha256, bytes) values (%d, '\\x%s', %d);"
			% (m.channel.org, digest, len(content_of))
		)
	m.home.stack.sql.script(
		"""insert into files (org_id, sha256, bytes) values (%(o)d, sha256('gone'), 4);
		insert into reply_contents (org_id, owner, owner_id, sha256, bytes, media_type, file_name)
			select org_id, 'skill', (select min(id) from skills where org_id = %(o)d), sha256, bytes, 'x', 'y'
			from files where org_id = %(o)d limit 1;"""
		% {"o": m.channel.org}
	)


def stored(stack):
	"""Every file of a store by its path."""
	found = {}
	for folder, _, names in os.walk(stack.values["files.dir"]):
		for name in names:
			with open(os.path.join(folder, name), "rb") as f:
				found[os.path.relpath(f.name, stack.values["files.dir"])] = f.read()
	return found


def make(m):
	"""A backup of yesterday: rows of every kind, some that came through the programs, a role of the desk."""
	fill(m.home, "First", 50)
	fill(m.home, "Second", 51)
	for machine in (m.home, m.away):
		machine.stack.postgres.admin("create role nobody_here")
	m.home.stack.postgres.admin("create role deskbell_desk login")
	m.home.stack.sql.script("select deskbell_allow_desk('deskbell_desk');")
	m.channel = m.world.channel("Drill")
	m.world.serve()
	with m.home.stack.sender() as sender:
		m.world.write(m.channel, faults.phone(1), "question number3")
		m.world.wait_done(org=m.channel.org, process=sender)
		m.home.stack.sql.script(
			"insert into search_queue (org_id, kind, subject) values (%d, 'message', 1);" % m.channel.org
		)
		processes.wait_until(
			lambda: m.home.stack.sql.value("select count(*) from search_words where org_id = %d" % m.channel.org) > 0,
			"the search",
			process=sender,
		)
		assert sender.stop() == 0
	plant_files(m)
	m.home.stack.sql.script("""insert into notes (org_id, conversation_id, body) select org_id, id, 'n' from conversations;
		insert into contact_fields (org_id, name) select id, 'Address' from organizations;
		insert into contact_values (org_id, contact_id, field_id, value) select c.org_id, c.id, f.id, 'v' from contacts c
			join contact_fields f on f.org_id = c.org_id;
		insert into saved_filters (org_id, user_id, name, query) select org_id, user_id, 'f', '?tag=a' from memberships;
		insert into absences (org_id, user_id) select org_id, user_id from memberships;""")
	before = content(m.home.stack)
	done = m.home.run("backup", m.file, "--key-to", m.key)
	assert done.returncode == 0 and done.out == "", done.err
	assert re.search(r"%d tables, %d rows" % (len(before), sum(map(len, before.values())) + 1), done.err), done.err
	assert [stat.S_IMODE(os.stat(p).st_mode) for p in (m.file, m.key)] == [0o600, 0o600]
	with open(m.key, "rb") as copy, open(m.home.stack.key_file, "rb") as key:
		assert copy.read() == key.read()
	with open(m.file, "rb") as f:
		assert not [w for w in planted.key_file_words(m.key) if w in f.read()], "the key is part of the backup"
	assert "It holds 2 files" in done.err and "1 files are no longer in" in done.err, done.err
	assert content(m.home.stack) == before, "a backup has changed something"
	assert all(audit(m.home, org)[-1] == "backup.made" for org in (1, 2, m.channel.org)), audit(m.home, 1)
	assert not [n for n in os.listdir(m.home.stack.folder) if n.startswith("deskbell.backup.")], (
		"a temporary file was left"
	)


def refuse_altered(m):
	"""One byte that differs anywhere, a file that ends early, one that goes on, something else: refused, and the
	database is as empty as before.
	"""
	m.empty()
	m.take_key()
	with open(m.file, "rb") as f:
		whole = f.read()
	bad = os.path.join(m.away.stack.folder, "bad.backup")

	def refused(data, *words):
		with open(bad, "wb") as f:
			f.write(data)
		os.chmod(bad, 0o644)
		m.away.refused(DATA, *words, args=["restore", bad])

	dice = random.Random(20)
	headers = [i for i in range(0, len(whole), BACKUP_HEADER) if whole[i + 257 : i + 262] == b"ustar"]
	places = (
		[h + dice.randrange(BACKUP_HEADER) for h in headers]
		+ [dice.randrange(len(whole)) for _ in range(20)]
		+ [len(whole) - 1]
	)
	for place in places:
		altered = bytearray(whole)
		altered[place] ^= 1 << dice.randrange(8)
		refused(bytes(altered), "Deskbell" if place < BACKUP_HEADER else "damaged or was altered")
	for length in (0, 1, 511, 512, 513, 100000, len(whole) - 1024, len(whole) - 1):
		refused(whole[:length], "is no backup of Deskbell" if length < BACKUP_HEADER else "is not whole")
	refused(whole + b"\0", "damaged or was altered")
	refused(b"PGDMP" + os.urandom(5000), "no backup of Deskbell")
	m.away.refused(NO_INPUT, "cannot be opened", args=["restore", bad + ".none"])
	assert m.away.stack.sql.tables() == []
	assert "is whole" in m.away.good("restore", "--check", m.file)


def refuse_what_does_not_fit(m):
	"""A key that is not here, a database that is not empty, a newer Deskbell's backup."""
	os.unlink(m.away.stack.key_file)
	m.away.refused(CONFIG, "needs key", "--without-key", args=["restore", m.file])
	m.away.stack.ctl("key", "new")
	m.away.refused(CONFIG, "needs key", "not in " + m.away.stack.key_file, args=["restore", m.file])
	m.take_key()
	m.away.stack.sql.script("create table something (x int);")
	m.away.refused(DATA, "not empty", args=["restore", m.file])
	m.away.stack.sql.script("drop table something; create function something() returns int language sql as 'select 1';")
	m.away.refused(DATA, "not empty", args=["restore", m.file])
	m.away.stack.sql.script("drop function something();")
	newer = os.path.join(m.home.stack.folder, "newer.backup")
	m.home.stack.sql.script("insert into schema_migrations (name, checksum) values ('9999_future', 'x');")
	m.home.refused(CONFIG, "newer than this program", args=["backup", newer])
	m.home.stack.sql.script("delete from schema_migrations where name = '9999_future';")
	patched = alter_manifest(
		m, lambda manifest: manifest["migrations"].append({"name": "9999_future", "checksum": "x"})
	)
	m.away.refused(DATA, "9999_future", "newer", args=["restore", patched])
	patched = alter_manifest(m, lambda manifest: manifest.update(version=2))
	m.away.refused(DATA, "newer Deskbell", args=["restore", patched])
	patched = alter_manifest(m, lambda manifest: manifest["tables"][3].update(digest="1"))
	m.away.refused(DATA, "is not as it was", args=["restore", patched])
	m.away.refused(USAGE, "FILE is missing", args=["restore"])


def alter_manifest(m, change):
	"""The backup as another program would have made it: with `change` in its manifest, and digests that fit."""
	import hashlib
	import io
	import tarfile

	path = os.path.join(m.away.stack.folder, "patched.backup")
	sums = b""
	with tarfile.open(m.file) as old, open(path, "wb") as out:
		for entry in old.getmembers():
			data = old.extractfile(entry).read()
			if entry.name == "manifest.json":
				manifest = json.loads(data)
				change(manifest)
				data = json.dumps(manifest).encode()
			if entry.name == "SHA256SUMS":
				data = sums
			sums += ("%s  %s\n" % (hashlib.sha256(data).hexdigest(), entry.name)).encode()
			header = io.BytesIO()
			entry.size = len(data)
			header.write(ustar(entry.name, len(data), entry.mtime))
			out.write(header.getvalue() + data + b"\0" * (-len(data) % 512))
		out.write(b"\0" * 1024)
	os.chmod(path, 0o644)
	return path


def ustar(name, size, mtime):
	"""A header as core/formats/ustar.c writes it."""
	block = bytearray(512)
	block[0 : len(name)] = name.encode()
	for at, text in (
		(100, "0000600"),
		(108, "0000000"),
		(116, "0000000"),
		(124, "%011o" % size),
		(136, "%011o" % mtime),
		(148, " " * 8),
	):
		block[at : at + len(text)] = text.encode()
	block[156:157] = b"0"
	block[257:265] = b"ustar\0" + b"00"
	block[148:155] = ("%06o" % sum(block)).encode() + b"\0"
	return bytes(block)


def restore_again(m):
	"""The restore that found a difference is run again with a good backup: what it has left goes. So with one that
	was killed half-way.
	"""
	assert m.away.stack.sql.tables(), "the difference was found before the tables were there"
	argv = [m.away.stack.program("deskbellctl"), "--config", m.away.stack.conf, "restore", m.file]
	for n in range(3):
		child = subprocess.Popen(
			processes.unprivileged(argv),
			env=processes.environment(),
			cwd="/",
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
			start_new_session=True,
		)
		processes.wait_until(
			lambda: (
				child.poll() is not None
				or m.away.stack.sql.value("select count(*) from pg_stat_activity where application_name = 'pg_restore'")
				> 0
				or n == 0
			),
			"the restore to begin",
			pause=0.001,
		)
		os.killpg(child.pid, signal.SIGKILL)
		child.wait()
		processes.wait_until(
			lambda: (
				m.away.stack.sql.value(
					"select count(*) from pg_stat_activity where application_name in ('pg_restore', 'deskbellctl')"
				)
				== 0
			),
			"its connections to end",
		)


def drill(m):
	"""The restore on an empty machine: every table, policy, trigger, index and function as it was, and only the
	owner's rights used.
	"""
	out = m.away.good("restore", m.file)
	assert "each table as it was" in out and "lacks the role deskbell_desk" in out, out
	assert "2 files (" in out and stored(m.away.stack) == stored(m.home.stack) and len(stored(m.home.stack)) == 2, (
		out,
		stored(m.away.stack).keys(),
	)
	there, here = content(m.away.stack), content(m.home.stack)
	assert there.keys() == here.keys(), there.keys() ^ here.keys()
	differ = [t for t in here if there[t] != here[t]]
	assert not differ, differ
	empty = [t for t in here if not here[t]]
	assert set(empty) <= EMPTY, "the drill says nothing of: %s" % (set(empty) - EMPTY)
	a, b = relations(m.home.stack), relations(m.away.stack)
	assert a == b, [x for x in a if x not in b][:5] + [x for x in b if x not in a][:5]
	assert (
		m.away.stack.sql.value(
			"select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = 'deskbell'"
		)
		is False
	)
	assert "restore_unfinished" not in there
	m.away.refused(DATA, "not empty", args=["restore", m.file])
	assert m.away.run("migrate", "--check").returncode == 0


# Tables that hold nothing in this drill.
EMPTY = {
	"contact_merges",
	"account_resets",
	"mail_queue",
	"reset_requests",
	"answer_jobs",
	"attachments",
	"uploads",
	"circuit_breakers",
	"lead_jobs",
	"parked_statuses",
	"conversation_viewers",
	"embedding_states",
	"passage_embeddings",
	"training_phrase_embeddings",
	"heartbeats",
	"invitations",
	"api_tokens",
	"forgotten",
	"password_resets",
	"recovery_codes",
	"retention_jobs",
	"second_factors",
	"sessions",
	"setup_codes",
	"conversation_reads",
	"sign_in_attempts",
	"sign_in_unknown",
	"unknown_deliveries",
	"search_backlog",
	"search_queue",
}
EMPTY |= {"push_keys", "push_queue", "push_subscriptions", "ring_choices", "rings"}


def answers(m):
	"""A customer writes to the restored installation, with the credentials that were restored, and is answered from
	the restored skills.
	"""
	config = m.channel.config
	world = faults.World(m.away.stack)
	world.count = 100  # ids of messages that were not stored before
	m.away.stack.simulator.add(config, world.port)
	world.serve()
	try:
		with m.away.stack.sender() as sender:
			world.write(m.channel, faults.phone(1), "question number5")
			world.wait_done(org=m.channel.org, process=sender)
			assert sender.stop() == 0
		texts = m.away.stack.sql.rows(
			"select m.body, o.state from messages m join outbox o on o.org_id = m.org_id and o.message_id = m.id where "
			"m.org_id = %d order by m.id" % m.channel.org
		)
		assert [(t["body"].splitlines()[0].split("-")[-1], t["state"]) for t in texts] == [
			("answer number3", "accepted"),
			("answer number5", "accepted"),
		], texts
		assert m.away.stack.sql.value("select count(*) from conversations where org_id = %d" % m.channel.org) == 1, (
			"the customer is not known any more"
		)
	finally:
		world.unserve()


def streams(m):
	"""From standard output into standard input, and by hand: tar and pg_restore read it without Deskbell."""
	m.empty()
	argv = [
		"/bin/sh",
		"-c",
		'"$0" --config "$1" backup - | "$0" --config "$2" restore -',
		m.home.stack.program("deskbellctl"),
		m.home.stack.conf,
		m.away.stack.conf,
	]
	done = processes.run(argv)
	assert b"each table as it was" in done.stdout, done
	listed = processes.run(
		["/bin/sh", "-c", "tar -xOf \"$0\" database | %s/pg_restore --list" % m.home.stack.postgres.bin, m.file]
	)
	assert b"TABLE DATA public messages" in listed.stdout, listed.stdout[-500:]
	sums = processes.run(
		[
			"/bin/sh",
			"-c",
			"d=$(mktemp -d) && cd $d && tar -xf \"$0\" && sha256sum -c SHA256SUMS; s=$?; rm -rf $d; exit $s",
			m.file,
		]
	)
	assert sums.returncode == 0


def without_deskbell(m):
	"""The line of the documentation: a plain pg_dump in the system scope, and a plain pg_restore."""
	m.empty()
	with open(os.path.join(HERE, "..", "..", "doc", "installing.md"), encoding="utf-8") as f:
		line = re.search(r"^ *(PGOPTIONS=.*pg_dump .*)$", f.read(), re.M).group(1)
	plain = os.path.join(m.home.stack.folder, "plain.dump")
	processes.run(
		["/bin/sh", "-c", line.replace("FILE", plain).replace("ADDRESS", "'%s'" % m.home.stack.postgres.url())]
	)
	m.away.stack.postgres.admin("create role deskbell_desk login")
	processes.run(
		[
			m.home.stack.postgres.bin + "/pg_restore",
			"--no-owner",
			"--single-transaction",
			"--exit-on-error",
			"-d",
			m.away.stack.postgres.url(),
			plain,
		]
	)
	assert content(m.away.stack) == content(m.home.stack)
	assert relations(m.away.stack) == relations(m.home.stack)
	m.away.good("migrate", "--check")


def beside_programs(m):
	"""Messages are stored and answered while a backup is made again and again: none is refused, none waits for it,
	each backup restores.
	"""
	backup = os.path.join(m.home.stack.folder, "busy.backup")
	with m.home.stack.sender() as sender:
		stop = threading.Event()
		made = []

		def backups():
			while not stop.is_set():
				m.home.good("backup", backup)
				made.append(1)

		thread = threading.Thread(target=backups)
		thread.start()
		try:
			for n in range(200):
				assert m.world.write(m.channel, faults.phone(n % 20), "question number%d" % (1 + n % 8))
		finally:
			processes.wait_until(lambda: made or not thread.is_alive(), "a backup", timeout=60)
			stop.set()
			thread.join()
		m.world.wait_done(org=m.channel.org, timeout=60, process=sender)
		assert sender.stop() == 0
	assert made and not m.world.refused, (made, m.world.refused[:5])
	m.empty()
	assert "each table as it was" in m.away.good("restore", backup)
	rights = (
		"select has_table_privilege('deskbell_desk', 'messages', 'select') and not has_table_privilege('deskbell_desk',"
		" 'sessions', 'select') as may"
	)
	assert m.away.stack.sql.value(rights) is True, "the desk's role, which this cluster has, was not allowed"


def ended_by_a_signal(m):
	"""A backup that is stopped leaves the older one as it was, and nothing next to it."""
	with open(m.file, "rb") as f:
		before = f.read()
	argv = [m.home.stack.program("deskbellctl"), "--config", m.home.stack.conf, "backup", m.file]
	child = subprocess.Popen(
		processes.unprivileged(argv),
		env=processes.environment(),
		cwd="/",
		stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL,
	)
	processes.wait_until(
		lambda: (
			[n for n in os.listdir(m.home.stack.folder) if n.startswith("deskbell.backup.")] or child.poll() is not None
		),
		"the backup to begin",
		pause=0.001,
	)
	child.send_signal(signal.SIGTERM)
	child.wait()
	assert not [n for n in os.listdir(m.home.stack.folder) if n.startswith("deskbell.backup.")], (
		"a temporary file was left"
	)
	with open(m.file, "rb") as f:
		assert f.read() == before or child.returncode == 0


def no_secret_printed(m):
	found = [x for ctl in (m.home, m.away) for text in ctl.printed for x in re.findall(r".{0,30}zqsecret.{0,10}", text)]
	assert not found, "%d finds" % len(found)


TESTS = (
	make,
	refuse_altered,
	refuse_what_does_not_fit,
	restore_again,
	drill,
	answers,
	streams,
	without_deskbell,
	beside_programs,
	ended_by_a_signal,
	no_secret_printed,
)


def run(tap):
	with Stack(settings=SETTINGS) as home, Stack(settings=SETTINGS) as away:
		machines = Machines(home, away)
		machines.world = faults.World(home)
		try:
			for test in TESTS:
				tap.run(test.__name__.replace("_", " "), test, machines)
		finally:
			machines.world.unserve()
		home.check_logs(tap)
		away.check_logs(tap)


sys.exit(program(run))
