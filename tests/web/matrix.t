#!/usr/bin/python3
# Every route that desk.fcgi knows, called by everybody who could: signed out, each role, another tenant's owner, API tokens, a person without an
# organisation. The table comes from the program itself, so a new route is in it. Also the walls in the database that the desk's own role meets.
import base64
import hashlib
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import processes
from deskbell.desk import Browser, person, routes, use_desk_role
from deskbell.sql import Sql
from deskbell.stack import Stack
from deskbell.tap import program

RANK = {"public": 0, "signed-out-form": 0, "person": 1, "operator": 2, "admin": 3, "owner": 4}
CALLERS = ("nobody", "person", "operator", "admin", "owner", "token-operator", "token-admin", "token-admin-read")
SESSION = "__Host-deskbell"


class Tenant:
	def __init__(self, stack, name):
		self.sql = stack.sql
		self.org = stack.organisation(name)
		self.users = {role: person(stack, self.org, "%s@%s.example" % (role, name), role, "zqsecret0matrix") for role in ("operator", "admin", "owner")}
		self.tokens = {"token-" + role: stack.ctl("token", "add", "--org", self.org, role, "--role", role) for role in ("operator", "admin")}
		self.tokens["token-admin-read"] = stack.ctl("token", "add", "--org", self.org, "reader", "--role", "admin", "--scope", "read")
		self.may = {"token-operator": ("read", "write"), "token-admin": ("read", "write"), "token-admin-read": ("read",)}
		self.invitation = self._invite(name)

	def _invite(self, name):
		self.sql.script("insert into invitations (org_id, token_hash, email, role, expires_at) values (%d, sha256('%s'), 'i@%s.example', 'operator', "
			"now() + interval '1 day');" % (self.org, name, name))
		return self.sql.value("select id from invitations where org_id = %d" % self.org)

	def rows(self):
		"""Everything of this tenant that a route could change."""
		return self.sql.script("select * from memberships where org_id = %d order by 2; select * from invitations where org_id = %d order by 2; "
			"select id, user_id, org_id, token_hash from sessions where user_id in (%s) order by 1; select id, name, password_hash from users where id in (%s) order by 1; "
			"select count(*) from audit_log where org_id = %d; select id, name, revoked_at from api_tokens where org_id = %d order by 1;"
			% ((self.org, self.org) + (", ".join(map(str, self.users.values())),) * 2 + (self.org,) * 2))


class Matrix:
	def __init__(self, stack, server):
		self.stack, self.port, self.sql = stack, server.port, stack.sql
		self.own, self.other = Tenant(stack, "own"), Tenant(stack, "other")
		self.lonely = person(stack, self.own.org, "lonely@own.example", "operator", "zqsecret0matrix")
		self.sql.script("delete from memberships where user_id = %d;" % self.lonely)
		self.n = 0
		self.session(self.other.users["owner"])
		self.other_session = self.sql.value("select max(id) as n from sessions")

	def session(self, user):
		"""A session straight into the table: the browser and its cookie."""
		self.n += 1
		token = hashlib.sha256(b"session %d" % self.n).digest()
		text = base64.urlsafe_b64encode(token).decode().rstrip("=")
		self.sql.script("insert into sessions (user_id, token_hash, expires_at) values (%d, sha256('%s'), now() + interval '1 day');" % (user, text))
		b = Browser(self.port)
		b.cookies[SESSION] = text
		return b

	def call(self, caller, route, path, accept="application/json", csrf=True):
		headers = {"Accept": accept}
		if caller.startswith("token-"):
			b = Browser(self.port)
			headers["Authorization"] = "Bearer " + self.own.tokens[caller]
		elif caller == "nobody":
			b = Browser(self.port)
		else:
			b = self.session(self.lonely if caller == "person" else self.own.users[caller])
			b.get("/account")
		if route["authority"] == "signed-out-form":
			b.get("/sign-in")
		if route["method"] == "GET":
			return b.request("GET", path, headers=headers)
		return b.post(path, {"role": "operator", "email": "x@example.com"}, headers=headers, csrf=csrf)

	def paths_of(self, route):
		"""The path with another tenant's ids in it."""
		path = route["path"].replace("{token}", "A" * 43).replace("{file}", "nothing.css").replace("{platform}", "whatsapp")
		if "{id}" not in path:
			return [path]
		ids = {self.other.users["owner"], self.other.invitation, self.other_session, self.other.org, 999999999}
		return [re.sub(r"\{id\}", str(n), path) for n in sorted(ids)]

	def expected(self, route, caller):
		"""The status that refuses, or None where the caller may."""
		need = RANK[route["authority"]]
		if need == 0:
			return None
		if caller == "nobody":
			return 401
		if caller.startswith("token-"):
			return None if route["api"] in self.own.may[caller] and RANK[caller.split("-")[1]] >= need else 403
		return None if RANK[caller] >= need else 403

	def check(self, route, caller):
		before = self.other.rows()
		for path in self.paths_of(route):
			page = self.call(caller, route, path)
			wanted = self.expected(route, caller)
			told = "%s %s by %s: %d, want %s: %s" % (route["method"], path, caller, page.status, wanted, page.body[:200])
			if wanted:
				assert page.status == wanted, told
			else:
				assert page.status not in (401, 403, 500, 503), told
			if "{id}" in route["path"] and wanted is None:
				assert page.status in (200, 400, 404, 409), told
		assert self.other.rows() == before, "%s %s by %s changed another tenant's rows" % (route["method"], route["path"], caller)

	def check_csrf(self, route):
		caller = {"signed-out-form": "nobody", "person": "owner"}.get(route["authority"], "owner")
		page = self.call(caller, route, self.paths_of(route)[0], csrf=False)
		assert page.status == 403, "%s without a token: %d" % (route["path"], page.status)

	def check_html(self, route):
		page = self.call("nobody", route, self.paths_of(route)[0], accept="text/html")
		if RANK[route["authority"]] == 0:
			# The second step of a sign-in leads to the first without a cookie.
			assert page.status in (200, 404) or (route["path"], page.header("Location")) == ("/sign-in/second", "/sign-in"), page.status
		else:
			assert page.status == 303 and page.header("Location").startswith("/sign-in"), (page.status, page.headers)

	def restore(self):
		"""What a permitted call may have changed at home."""
		self.sql.script("delete from memberships where org_id = %d; update api_tokens set revoked_at = null where org_id = %d;" % (self.own.org, self.own.org) + "".join(
			"insert into memberships values (%d, %d, '%s');" % (self.own.org, user, role) for role, user in self.own.users.items()))


def database_walls(stack, matrix):
	psql = stack.postgres.bin + "/psql"
	desk = Sql(psql, stack.postgres.url("deskbell_desk"))  # sets the system scope, which must open nothing; more in desk-role.t
	for table in ("memberships", "invitations", "conversations", "messages", "channels", "outbox", "skills", "audit_log"):
		assert desk.rows("select 1 from %s" % table) == [], "the desk's role sees %s of all tenants" % table
	for query in ("select password_hash from users", "select * from sessions", "select * from api_tokens", "select * from setup_codes", "select * from sign_in_attempts",
			"update users set email = 'x@example.com'", "delete from users", "insert into organizations (name) values ('x')", "create table x (y int)"):
		done = processes.run([psql, "-XAtqc", query, stack.postgres.url("deskbell_desk")], check=False)
		assert done.returncode != 0 and b"permission denied" in done.stderr, (query, done.stdout[:200], done.stderr)
	stack.postgres.admin("create role zq_other login; create role deskbell_second login")
	stack.sql.script("select deskbell_allow_desk('deskbell_second') is null as unused \\gset\n")
	for role in ("deskbell_desk", "deskbell_second"):  # whoever was allowed first stays behind the wall
		seen = Sql(psql, stack.postgres.url(role)).rows("select 1 from memberships")
		assert seen == [], "%s sees memberships of all tenants once another role is allowed" % role
	done = processes.run([psql, "-XAtqc", "select deskbell_session_end('x')", stack.postgres.url("zq_other")], check=False)
	assert b"permission denied" in done.stderr, done.stderr


def again_after_an_update(stack):
	"""Functions are new after a migration that replaces them; the desk's role may still call them."""
	stack.sql.script("update schema_migrations set checksum = 'old' where name = 'functions';")
	stack.ctl("migrate")
	done = processes.run([stack.postgres.bin + "/psql", "-XAtqc", "select count(*) from deskbell_session_find('x', 1)", stack.postgres.url("deskbell_desk")])
	assert done.stdout.strip() == b"0", done
	refused = processes.run([stack.postgres.bin + "/psql", "-XAtqc", "select deskbell_allow_desk('deskbell')", stack.postgres.url()], check=False)
	assert refused.returncode != 0 and b"ordinary role" in refused.stderr, refused.stderr


def run(tap):
	with Stack(with_simulator=False) as stack:
		stack.program("desk.fcgi")
		use_desk_role(stack)
		table = routes(stack)
		tap.ok(len(table) > 15 and all(r["authority"] in RANK for r in table), "the program tells its routes")
		tap.ok(all(r["body_max"] != 0 for r in table if r["method"] == "POST"), "every POST says how much it takes")  # -1: streamed
		tap.ok(all(r["authority"] != "public" for r in table if r["method"] == "POST"), "no POST is public")
		with stack.server("lighttpd-fastcgi") as server:
			matrix = Matrix(stack, server)
			for route in table:
				name = "%s %s" % (route["method"], route["path"])
				for caller in CALLERS:
					tap.run("%s by %s" % (name, caller), matrix.check, route, caller)
					matrix.restore()
				if route["method"] == "POST":
					tap.run("%s without a token" % name, matrix.check_csrf, route)
				else:
					tap.run("%s as a page, signed out" % name, matrix.check_html, route)
			tap.run("the desk's role meets walls", database_walls, stack, matrix)
			tap.run("and may go on after an update", again_after_an_update, stack)
		stack.check_logs(tap)


sys.exit(program(run))
