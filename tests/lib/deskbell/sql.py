"""Questions to the database, through psql, in the system scope: rows are guarded by row-level security, and without
a scope there are none.
"""

import json
import re
import secrets
import select
import subprocess
import tempfile
import threading
import time

from . import processes

SCOPE = "select set_config('deskbell.scope', 'system', false) is null as unused \\gset\n"


def literal(value):
	"""A value as an SQL literal."""
	if value is None:
		return "null"
	if isinstance(value, bool):
		return "true" if value else "false"
	if isinstance(value, (int, float)):
		return str(value)
	return "'" + str(value).replace("'", "''") + "'"


class Session:
	"""One connection that stays, for what must happen inside an open transaction. Leaving it ends the connection."""

	def __init__(self, psql, url):
		self.popen = subprocess.Popen(
			[psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-", url],
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
		)
		self.run(SCOPE)

	def __enter__(self):
		return self

	def __exit__(self, *ignored):
		self.popen.stdin.close()
		self.popen.stdout.close()
		self.popen.wait(10)

	def run(self, text):
		"""Runs statements to their end; returns what they print."""
		self.popen.stdin.write(text + "\n\\echo done\n")
		self.popen.stdin.flush()
		lines = []
		while (line := self.popen.stdout.readline().rstrip("\n")) != "done":
			if self.popen.poll() is not None:
				raise AssertionError("psql ended: %s" % lines)
			lines.append(line)
		return lines


class Gone(Exception):
	"""A connection that has ended before the script began: nothing of it was run."""


class Psql:
	"""A psql that runs one script after the other, each as if it were in a connection of its own: starting one costs
	more than most questions.
	"""

	def __init__(self, psql, url):
		self.errors = tempfile.TemporaryFile()
		self.popen = subprocess.Popen(
			processes.unprivileged([psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-", url]),
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			stderr=self.errors,
			env=processes.environment(),
			cwd="/",
			bufsize=0,
		)

	def run(self, text, timeout):
		"""What the script prints. It begins behind a mark, so that a connection that the server has cut meanwhile
		can be told from one that broke within.
		"""
		began, done = (secrets.token_hex(12) + "\n" for _ in range(2))
		whole = "%s\\echo %s%s\n;\nset client_min_messages = error; rollback; discard all;\n\\echo %s" % (
			SCOPE,
			began,
			text,
			done,
		)
		writer = threading.Thread(target=self._write, args=(whole.encode(),), daemon=True)
		if len(whole) < 32000:
			writer.run()
		else:
			writer.start()  # it may have answers to give before it has read everything
		output = self._read(done.encode(), timeout).decode()
		if not output.startswith(began):
			self.popen.wait(10)
			raise Gone(self._said())
		if not output.endswith(done):
			raise RuntimeError("psql exited with status %s: %s" % (self.popen.wait(10), self._said()))
		return output[len(began) : -len(done)]

	def _write(self, data):
		try:
			while data:
				data = data[self.popen.stdin.write(data) :]
		except OSError:
			pass  # it has ended, and the reader knows that

	def _read(self, mark, timeout):
		output, end = bytearray(), time.monotonic() + timeout
		while not output.endswith(mark):
			if not select.select([self.popen.stdout], [], [], max(0, end - time.monotonic()))[0]:
				self.popen.kill()
				raise RuntimeError("psql did not end within %.0f s" % timeout)
			chunk = self.popen.stdout.read(65536)
			if not chunk:
				break
			output += chunk
		return bytes(output)

	def _said(self):
		self.errors.seek(0)
		return self.errors.read().decode("utf-8", "replace")[-2000:]

	def close(self):
		for file in (self.popen.stdin, self.popen.stdout, self.errors):
			file.close()
		self.popen.wait(10)


class Sql:
	def __init__(self, psql, url):
		self.psql, self.url = psql, url
		self.idle = []  # threads may ask at the same time

	def session(self):
		return Session(self.psql, self.url)

	def script(self, text):
		"""Runs statements and returns what they print."""
		while True:
			try:
				psql, is_new = self.idle.pop(), False
			except IndexError:
				psql, is_new = Psql(self.psql, self.url), True
			try:
				printed = psql.run(text, processes.patience(60))
				self.idle.append(psql)
				return printed
			except Gone as e:
				if is_new:
					raise RuntimeError("psql has no connection: %s" % e) from e

	def rename(self, user, name):
		"""As if the user had done it: the name stands in the account, and in the organizations that know it."""
		self.script(
			"update users set name = %s where id = %d; select deskbell_member_named(org_id,"
			" user_id) from member_names where user_id = %d and left_at is null;" % (literal(name), user, user)
		)

	def close(self):
		while self.idle:
			self.idle.pop().close()

	def rows(self, query):
		"""The rows as a list of dicts, in the query's order."""
		query = query.strip().rstrip(";")
		return json.loads(self.script("select coalesce(json_agg(row_to_json(q)), '[]'::json) from (%s) q;" % query))

	def row(self, query):
		rows = self.rows(query)
		if len(rows) != 1:
			raise AssertionError("%d rows where one was expected: %s" % (len(rows), query))
		return rows[0]

	def value(self, query):
		"""The only column of the only row."""
		values = list(self.row(query).values())
		if len(values) != 1:
			raise AssertionError("more than one column: %s" % query)
		return values[0]

	def tables(self):
		return [
			r["relname"]
			for r in self.rows(
				"select relname from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = "
				"'public'::regnamespace order by 1"
			)
		]

	def counts(self, leave_out=("webhook_log", "heartbeats", "search_words", "search_queue")):
		"""How many rows each table has, but for those that a sender writes in the background."""
		parts = [
			"select %s as t, count(*) as n from %s" % (literal(t), t)
			for t in self.tables()
			if t not in leave_out and re.fullmatch(r"\w+", t)
		]
		return {r["t"]: r["n"] for r in self.rows(" union all ".join(parts))}

	def commits(self):
		"""Transactions that wrote something and were committed or rolled back so far (their numbers are given out
		one by one).
		"""
		return int(self.value("select pg_snapshot_xmax(pg_current_snapshot())::text as x"))
