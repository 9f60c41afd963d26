"""Questions to the database, through psql, in the system scope: rows are guarded by row-level security, and without a scope there are none."""

import json
import re
import subprocess

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
		self.popen = subprocess.Popen([psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
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


class Sql:
	def __init__(self, psql, url):
		self.psql, self.url = psql, url

	def session(self):
		return Session(self.psql, self.url)

	def script(self, text):
		"""Runs statements and returns what they print."""
		done = processes.run([self.psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-", self.url], input=(SCOPE + text).encode())
		return done.stdout.decode()

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
		return [r["relname"] for r in self.rows(
			"select relname from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace order by 1")]

	def counts(self, leave_out=("webhook_attempts", "heartbeats", "search_words", "search_queue")):
		"""How many rows each table has, but for those that a sender writes in the background."""
		parts = ["select %s as t, count(*) as n from %s" % (literal(t), t) for t in self.tables() if t not in leave_out and re.fullmatch(r"\w+", t)]
		return {r["t"]: r["n"] for r in self.rows(" union all ".join(parts))}

	def commits(self):
		"""Transactions that wrote something and were committed or rolled back so far (their numbers are given out one by one)."""
		return int(self.value("select pg_snapshot_xmax(pg_current_snapshot())::text as x"))
