#!/usr/bin/python3
# Every route of both programs, called by everybody who could: signed out, each role, another tenant's owner, API
# tokens, a person without an organisation. The tables come from the programs themselves and must be as routes.py
# says, so a new route is decided there first. Each {id} is a row of another tenant that is really there: its owner
# has it in the last part, nobody else. Also the walls in the database that the desk's own role meets.
import base64
import hashlib
import json
import os
import re
import sys
import urllib.parse

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), HERE]
from deskbell import net, processes
from deskbell.desk import Browser, person, routes, use_desk_role
from deskbell.sql import Sql
from deskbell.stack import Stack
from deskbell.tap import program
from deskbell.tenant import PlantedTenant
from routes import DESK, WEBHOOK, classified

RANK = {"public": 0, "signed-out-form": 0, "person": 1, "operator": 2, "admin": 3, "owner": 4}
CALLERS = ("nobody", "person", "operator", "admin", "owner", "token-operator", "token-admin", "token-admin-read")
SESSION = "__Host-deskbell"
MARK = "zqother"
# Last for the owner of the rows: what is gone afterwards, and what needs a state that is not planted.
DESTROYS = ("/erase", "/remove", "/delete", "/revoke", "/merge", "/end")
CONFLICTS = {
	"/inbox/{id}/messages",
	"/inbox/{id}/undo",
	"/inbox/{id}/contact/separate",
	"/inbox/{id}/contact/merge",
	"/inbox/{id}/send-draft",
	"/files/{id}/{id}/retry",
	"/inbox/{id}/wrong-answer",
	"/skills/{id}/content",
	"/settings/replies/{id}/content",
}


class Matrix:
	def __init__(self, stack, server):
		self.stack, self.port, self.sql = stack, server.port, stack.sql
		self.own, self.other = PlantedTenant(stack, "zqown"), PlantedTenant(stack, MARK)
		self.tokens = {
			"token-" + role: stack.ctl("token", "add", "--org", self.own.org, role, "--role", role)
			for role in ("operator", "admin")
		}
		self.tokens["token-admin-read"] = stack.ctl(
			"token", "add", "--org", self.own.org, "reader", "--role", "admin", "--scope", "read"
		)
		self.may = {
			"token-operator": ("read", "write"),
			"token-admin": ("read", "write"),
			"token-admin-read": ("read",),
		}
		self.lonely = person(stack, self.own.org, "lonely@zqown.example", "operator")
		self.sql.script("delete from memberships where user_id = %d;" % self.lonely)
		self.n = 0
		for tenant in (self.own, self.other):
			tenant.keep_file(b"\x89PNG\r\n\x1a\n of " + tenant.name.encode(), "image/png")
		self.before = self.other.state()

	def session(self, user):
		"""A session straight into the table: the browser and its cookie."""
		self.n += 1
		token = hashlib.sha256(b"session %d" % self.n).digest()
		text = base64.urlsafe_b64encode(token).decode().rstrip("=")
		self.sql.script(
			"insert into sessions (user_id, token_hash, expires_at) values (%d, sha256('%s'), now() + interval '1 day');"
			% (user, text)
		)
		b = Browser(self.port)
		b.cookies[SESSION] = text
		return b

	def id_of(self, tenant, name):
		if name == "position":
			return 1
		if name == "user":
			return tenant.users["operator"]
		if name == "organizations":
			return tenant.org
		return tenant.id(name) or 1

	def path_of(self, route, tenant):
		path = (
			route.path.replace("{token}", "A" * 43).replace("{file}", "nothing.css").replace("{platform}", "whatsapp")
		)
		for name in route.names:
			path = path.replace("{id}", str(self.id_of(tenant, name)), 1)
		return path

	def form_of(self, route, tenant):
		body = re.sub(r"{(\w+)}", lambda m: str(self.id_of(tenant, m.group(1))), route.body)
		form = {
			"role": "operator",
			"email": "x@example.com",
			"confirmed": "yes",
			"typed": str(self.id_of(tenant, "contacts")),
		}
		return {**form, **dict(urllib.parse.parse_qsl(body))}

	def call(self, caller, route, path, form, accept="application/json", csrf=True):
		headers = {"Accept": accept}
		if caller.startswith("token-"):
			b = Browser(self.port)
			headers["Authorization"] = "Bearer " + self.tokens[caller]
		elif caller == "nobody":
			b = Browser(self.port)
		else:
			user = (
				self.lonely
				if caller == "person"
				else self.other.users["owner"]
				if caller == "other"
				else self.own.users[caller]
			)
			b = self.session(user)
			b.get("/account")
		if route.authority == "signed-out-form":
			b.get("/sign-in")
		if route.method == "GET":
			return b.request("GET", path, headers=headers)
		return b.post(path, form, headers=headers, csrf=csrf)

	def expected(self, route, caller):
		"""The status that refuses, or None where the caller may."""
		need = RANK[route.authority]
		if need == 0:
			return None
		if caller == "nobody":
			return 401
		if caller.startswith("token-"):
			return None if route.api in self.may[caller] and RANK[caller.split("-")[1]] >= need else 403
		return None if RANK[caller] >= need else 403

	def check(self, route, caller):
		page = self.call(caller, route, self.path_of(route, self.other), self.form_of(route, self.other))
		wanted = self.expected(route, caller)
		told = "%s %s by %s: %d, want %s: %s" % (route.method, route.path, caller, page.status, wanted, page.body[:200])
		if wanted:
			assert page.status == wanted, told
		elif "{id}" in route.path:
			assert page.status == 404, told
		else:
			assert page.status not in (401, 403, 500, 503), told
		assert MARK.encode() not in page.body, told

	def check_fields(self, route):
		"""Another tenant's ids in the body, under a path of one's own."""
		page = self.call("owner", route, self.path_of(route, self.own), self.form_of(route, self.other))
		assert MARK.encode() not in page.body and page.status < 500, (page.status, page.body[:300])

	def check_unknown(self, route):
		path = self.path_of(route, self.own)
		path = re.sub(r"/\d+", "/999999999", path)
		page = self.call("owner", route, path, self.form_of(route, self.own))
		assert page.status == 404, (path, page.status)

	def check_unchanged(self):
		now = self.other.state()
		changed = [t for t in now if now[t] != self.before[t]]
		assert not changed, "another tenant's rows changed: %s" % changed

	def check_csrf(self, route):
		caller = {"signed-out-form": "nobody"}.get(route.authority, "owner")
		page = self.call(caller, route, self.path_of(route, self.own), self.form_of(route, self.own), csrf=False)
		assert page.status == 403, "%s without a token: %d" % (route.path, page.status)

	def check_html(self, route):
		page = self.call("nobody", route, self.path_of(route, self.other), {}, accept="text/html")
		if RANK[route.authority] == 0:
			# The second step of a sign-in leads to the first without a cookie.
			assert page.status in (200, 404) or (route.path, page.header("Location")) == (
				"/sign-in/second",
				"/sign-in",
			), page.status
		else:
			assert page.status == 303 and page.header("Location").startswith("/sign-in"), (page.status, page.headers)

	def check_owner(self, route):
		"""The owner of the row has it: the refusals above are for the tenant, not for a row that is not there."""
		page = self.call("other", route, self.path_of(route, self.other), self.form_of(route, self.other))
		told = "%s %s: %d: %s" % (route.method, route.path, page.status, page.body[:300])
		assert (
			page.status == 200
			or route.method == "POST"
			and page.status in (303, 400)
			or route.path in CONFLICTS
			and page.status in (404, 409)
		), told

	def restore(self):
		"""What a permitted call may have changed at home."""
		self.sql.script(
			"delete from memberships where org_id = %d; update api_tokens set revoked_at = null where org_id = %d;"
			% (self.own.org, self.own.org)
			+ "".join(
				"insert into memberships values (%d, %d, '%s');" % (self.own.org, user, role)
				for role, user in self.own.users.items()
			)
		)


def as_listed(stack):
	"""The programs' tables are those of routes.py."""
	listed = classified(DESK)
	printed = {(r["method"], r["path"]): r for r in routes(stack)}
	assert set(printed) == set(listed), "not classified in routes.py, or gone: %s" % sorted(set(printed) ^ set(listed))
	for key, route in printed.items():
		assert (route["authority"], route["api"]) == (listed[key].authority, listed[key].api), (
			"%s %s is open to others than routes.py says: %s" % (*key, route)
		)
		assert listed[key].path.count("{id}") == len(listed[key].names), key
		if route["method"] == "POST":
			assert route["body_max"] != 0 and route["authority"] != "public", key  # -1: streamed
	listed = classified(WEBHOOK)
	printed = {
		(r["method"], r["path"]): r["authority"]
		for r in json.loads(processes.run([stack.program("webhook.fcgi"), "--routes"]).stdout)
	}
	assert printed == {key: route.authority for key, route in listed.items()}, "not as in routes.py: %s" % sorted(
		set(printed.items()) ^ {(k, r.authority) for k, r in listed.items()}
	)


def without_a_signature(stack, server):
	"""Routes of the receiver by an unknown sender: nothing is said and nothing stored."""
	count = lambda: stack.sql.value(
		"select (select count(*) from messages) + (select count(*) from quarantine) + (select count(*) from due_work) as n"
	)
	before = count()
	for route in classified(WEBHOOK).values():
		path = route.path.replace("*", "A" * 43)
		for headers in (
			{},
			{
				"X-Hub-Signature-256": "sha256=" + "0" * 64,
				"X-Telegram-Bot-Api-Secret-Token": "x",
				"Authorization": "Bearer x",
			},
		):
			body = b'{"object":"whatsapp_business_account","entry":[]}' if route.method == "POST" else None
			status = net.request(
				server.port,
				route.method,
				path
				+ ("?key=x&hub.mode=subscribe&hub.verify_token=x&hub.challenge=1" if route.method == "GET" else ""),
				body,
				{"Content-Type": "application/json", **headers},
			).status
			assert (status == 200) == (route.authority == "public") and status < 500, (route.key, status)
	assert count() == before


def database_walls(stack, matrix):
	psql = stack.postgres.bin + "/psql"
	desk = Sql(
		psql, stack.postgres.url("deskbell_desk")
	)  # sets the system scope, which must open nothing; more in desk-role.t
	for table in (
		"memberships",
		"invitations",
		"conversations",
		"messages",
		"channels",
		"outbox",
		"skills",
		"audit_log",
	):
		assert desk.rows("select 1 from %s" % table) == [], "the desk's role sees %s of all tenants" % table
	for query in (
		"select password_hash from users",
		"select * from sessions",
		"select * from api_tokens",
		"select * from setup_codes",
		"select * from sign_in_attempts",
		"update users set email = 'x@example.com'",
		"delete from users",
		"insert into organizations (name) values ('x')",
		"create table x (y int)",
	):
		done = processes.run([psql, "-XAtqc", query, stack.postgres.url("deskbell_desk")], check=False)
		assert done.returncode != 0 and b"permission denied" in done.stderr, (query, done.stdout[:200], done.stderr)
	stack.postgres.admin("create role zq_other login; create role deskbell_second login")
	stack.sql.script("select deskbell_allow_desk('deskbell_second') is null as unused \\gset\n")
	for role in ("deskbell_desk", "deskbell_second"):  # whoever was allowed first stays behind the wall
		seen = Sql(psql, stack.postgres.url(role)).rows("select 1 from memberships")
		assert seen == [], "%s sees memberships of all tenants once another role is allowed" % role
	done = processes.run(
		[psql, "-XAtqc", "select deskbell_session_end('x')", stack.postgres.url("zq_other")], check=False
	)
	assert b"permission denied" in done.stderr, done.stderr


def again_after_an_update(stack):
	"""Functions are new after a migration that replaces them; the desk's role may still call them."""
	stack.sql.script("update schema_migrations set checksum = 'old' where name = 'functions';")
	stack.ctl("migrate")
	done = processes.run(
		[
			stack.postgres.bin + "/psql",
			"-XAtqc",
			"select count(*) from deskbell_session_find('x', 1)",
			stack.postgres.url("deskbell_desk"),
		]
	)
	assert done.stdout.strip() == b"0", done
	refused = processes.run(
		[stack.postgres.bin + "/psql", "-XAtqc", "select deskbell_allow_desk('deskbell')", stack.postgres.url()],
		check=False,
	)
	assert refused.returncode != 0 and b"ordinary role" in refused.stderr, refused.stderr


def walk(tap, matrix):
	listed = classified(DESK).values()
	for route in listed:
		name = "%s %s" % route.key
		for caller in CALLERS:
			tap.run("%s by %s" % (name, caller), matrix.check, route, caller)
			matrix.restore()
		if "{id}" in route.path and RANK[route.authority] > 1:
			tap.run("%s of no row" % name, matrix.check_unknown, route)
		if "{" in route.body:
			tap.run("%s with another tenant's ids" % name, matrix.check_fields, route)
			matrix.restore()
		if route.method == "POST":
			tap.run("%s without a token" % name, matrix.check_csrf, route)
		else:
			tap.run("%s as a page, signed out" % name, matrix.check_html, route)
		tap.run("%s changed nothing of another tenant" % name, matrix.check_unchanged)
	with_ids = [r for r in listed if "{id}" in r.path]
	for route in sorted(with_ids, key=lambda r: (r.method, r.path.endswith(DESTROYS), r.path.endswith("/erase"))):
		tap.run("%s %s by the other tenant's owner" % route.key, matrix.check_owner, route)


def run(tap):
	with Stack(with_simulator=False) as stack:
		stack.program("desk.fcgi")
		use_desk_role(stack)
		tap.run("every route is classified", as_listed, stack)
		with stack.server("lighttpd-fastcgi") as server:
			tap.run("the receiver says and stores nothing without a signature", without_a_signature, stack, server)
			matrix = Matrix(stack, server)
			walk(tap, matrix)
			tap.run("the desk's role meets walls", database_walls, stack, matrix)
			tap.run("and may go on after an update", again_after_an_update, stack)
		stack.check_logs(tap)


sys.exit(program(run))
