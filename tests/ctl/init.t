#!/usr/bin/python3
"""`deskbellctl init`: everything of a server in one command, under peer authentication as Debian has it, and again
after a failure.
"""

import os
import shutil
import stat
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, paths, planted, postgres, processes
from deskbell.tap import program

ACCOUNT = "nobody"
HBA = "local all all peer\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n"


class World:
	def __init__(self, folder, server, etc=None):
		self.folder, self.server = folder, server
		self.conf = os.path.join(etc or os.path.join(folder, "etc"), "deskbell.conf")
		self.ctl = shutil.copy(paths.built("deskbellctl"), folder)
		self.env = {"PGHOST": server.folder, "PGPORT": str(server.port), "HOME": "/nonexistent"}

	def run(self, *args, root=True):
		argv = [self.ctl, "--config", self.conf] + list(args)
		if not root:
			argv = [
				paths.system_program("setpriv"),
				"--reuid=" + ACCOUNT,
				"--regid=65534",
				"--clear-groups",
				"--",
			] + argv
		return processes.run(argv, env=self.env, check=False, root=True)

	def init(self, *args):
		return self.run("init", "--account", ACCOUNT, "--database", "salon", *args)

	def ask(self, statement, database="salon"):
		argv = [
			paths.system_program("setpriv"),
			"--reuid=postgres",
			"--regid=postgres",
			"--clear-groups",
			"--",
			self.server.bin + "/psql",
			"-XAtqc",
			statement,
			"-U",
			"postgres",
			database,
		]
		return processes.run(argv, env=self.env, root=True).stdout.decode().strip()

	def mode(self, name):
		st = os.stat(os.path.join(os.path.dirname(self.conf), name))
		return stat.S_IMODE(st.st_mode), st.st_uid


def the_address_is_needed_first(w):
	done = w.init()
	assert done.returncode == 64 and b"public address" in done.stderr, done
	done = w.init("--address", "chat.example.com")
	assert done.returncode == 64 and b"no http or https address" in done.stderr, done
	assert w.run("init", "--account", "a-b;c", "--address", "https://chat.example.com").returncode == 64
	assert (
		not os.path.exists(w.conf)
		and w.ask("select count(*) from pg_database where datname = 'salon'", "postgres") == "0"
	)


def a_database_of_somebody_else_is_refused(w):
	w.ask("create database salon", "postgres")
	done = w.init("--address", "https://chat.example.com")
	assert done.returncode != 0 and b"belongs to postgres" in done.stderr and not os.path.exists(w.conf), done
	w.ask("drop database salon", "postgres")


def one_command_does_it(w):
	done = w.init("--address", "https://chat.example.com")
	text = done.stdout.decode()
	assert done.returncode == 0, done
	assert "https://chat.example.com/setup" in text and "systemctl" in text, text
	assert (
		w.mode("deskbell.conf") == (0o640, 0)
		and w.mode("key") == (0o600, 65534)
		and w.mode("desk.pgpass") == (0o600, 65534)
	)
	with open(os.path.join(os.path.dirname(w.conf), "desk.pgpass"), encoding="utf-8") as f:
		assert f.read().split(":")[-1].strip() not in text
	assert (
		w.ask(
			"select datcollate is not null, pg_encoding_to_char(encoding),"
			" pg_get_userbyid(datdba) from pg_database where datname = 'salon'"
		)
		== "t|UTF8|" + ACCOUNT
	)
	assert w.ask("select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolname = 'salon_desk'") == "t"
	assert (
		w.ask(
			"select has_table_privilege('salon_desk', 'conversations', 'SELECT'), has_schema_privilege('salon_desk',"
			" 'public', 'CREATE')"
		)
		== "t|f"
	)


def the_doctor_has_little_to_say(w, desk="salon_desk"):
	done = w.run("doctor", root=False)
	lines = [line for line in done.stdout.decode().splitlines() if line.startswith("FAIL")]
	assert all(line.split()[1] in ("address", "sender", "channels") for line in lines), done.stdout.decode()
	assert "the desk is " + desk in done.stdout.decode(), done.stdout.decode()


def a_second_run_changes_nothing(w):
	def contents():
		found = {}
		for name in sorted(os.listdir(os.path.dirname(w.conf))):
			with open(os.path.join(os.path.dirname(w.conf), name), "rb") as f:
				found[name] = f.read()
		return found

	before, password = contents(), w.ask("select rolpassword from pg_authid where rolname = 'salon_desk'")
	done = w.init()
	assert done.returncode == 0 and b"was made" not in done.stdout, done
	assert contents() == before and w.ask("select rolpassword from pg_authid where rolname = 'salon_desk'") == password


def what_is_missing_comes_back(w):
	os.unlink(os.path.join(os.path.dirname(w.conf), "desk.pgpass"))
	os.unlink(w.conf)
	done = w.init("--address", "https://chat.example.com")
	assert done.returncode == 0 and w.mode("desk.pgpass") == (0o600, 65534) and w.mode("deskbell.conf") == (0o640, 0), (
		done
	)
	the_doctor_has_little_to_say(w)


def a_server_elsewhere_is_asked_by_an_ordinary_user(w):
	"""No socket says who comes: both roles get in by passwords that only their files know. A second run leaves them
	alone.
	"""
	password = os.path.join(w.folder, "boss.pgpass")
	with open(os.open(password, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as f:
		f.write("*:*:*:boss:%s\n" % planted.PASSWORD)
	os.chown(password, 65534, 65534)
	w.ask("create role boss login createrole superuser password '%s'" % planted.PASSWORD, "postgres")
	away = World(w.folder, w.server, os.path.join(w.folder, "away"))
	os.mkdir(os.path.dirname(away.conf))
	os.chown(os.path.dirname(away.conf), 65534, 65534)
	server = "host=127.0.0.1 port=%d" % w.server.port
	command = (
		"init",
		"--account",
		"branch",
		"--database",
		"branch",
		"--superuser",
		server + " user=boss passfile=" + password,
	)
	assert away.run(
		"init", "--address", "https://branch.example.com", root=False
	).returncode != 0 and not os.path.exists(away.conf)
	done = away.run(*command, "--address", "https://branch.example.com", root=False)
	assert done.returncode == 0 and planted.PASSWORD.encode() not in done.stdout + done.stderr, done
	with open(away.conf, encoding="utf-8") as f:
		text = f.read()
	assert (
		"\ndatabase.url = %s dbname=branch user=branch passfile=" % server in text
		and "\ndesk.database_url = %s dbname=branch user=branch_desk " % server in text
	), text
	names = {n: away.mode(n) for n in ("deskbell.conf", "key", "database.pgpass", "desk.pgpass")}
	assert names == {
		"deskbell.conf": (0o640, 65534),
		"key": (0o600, 65534),
		"database.pgpass": (0o600, 65534),
		"desk.pgpass": (0o600, 65534),
	}, names
	assert (
		w.ask("select rolsuper, rolpassword like 'SCRAM%' from pg_authid where rolname = 'branch'", "postgres") == "f|t"
	)
	the_doctor_has_little_to_say(away, "branch_desk")
	os.unlink(os.path.join(os.path.dirname(away.conf), "database.pgpass"))
	before = w.ask("select rolpassword from pg_authid where rolname = 'branch'", "postgres")
	away.run(*command, root=False)
	assert w.ask("select rolpassword from pg_authid where rolname = 'branch'", "postgres") == before, (
		"a configuration is there, and may hold the password itself"
	)


def main(tap):
	if os.geteuid() != 0:
		raise paths.Missing("only root may act as other accounts")
	folder = tempfile.mkdtemp(prefix="deskbell-", dir="/tmp")
	os.chmod(folder, 0o755)
	server = postgres.Postgres(os.path.join(folder, "pg"))
	server.port = net.free_port()
	try:
		os.makedirs(server.folder)
		processes.give(server.folder)
		server.make_data()
		with open(os.path.join(server.data, "pg_hba.conf"), "w", encoding="utf-8") as f:
			f.write(HBA)
		with open(os.path.join(server.data, "postgresql.conf"), "a", encoding="utf-8") as f:
			f.write("listen_addresses = '127.0.0.1'\n")
		server.start()
		os.chmod(server.folder, 0o755)
		w = World(folder, server)
		for case in (
			the_address_is_needed_first,
			a_database_of_somebody_else_is_refused,
			one_command_does_it,
			the_doctor_has_little_to_say,
			a_second_run_changes_nothing,
			what_is_missing_comes_back,
			a_server_elsewhere_is_asked_by_an_ordinary_user,
		):
			tap.run(case.__name__.replace("_", " "), case, w)
	finally:
		server.stop()
		server.remove()
		shutil.rmtree(folder, ignore_errors=True)


sys.exit(program(main))
