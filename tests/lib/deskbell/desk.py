"""A browser for the desk that has no screen: it keeps cookies, takes the CSRF token from the page that it looks at,
and asks for HTML or JSON.
"""

import http.client
import json
import urllib.parse

from . import planted, processes


class Page:
	def __init__(self, status, headers, body):
		self.status, self.headers, self.body = status, headers, body

	def header(self, name):
		values = [v for k, v in self.headers if k.lower() == name.lower()]
		return values[0] if values else None

	def all(self, name):
		return [v for k, v in self.headers if k.lower() == name.lower()]

	@property
	def text(self):
		return self.body.decode("utf-8")

	@property
	def json(self):
		return json.loads(self.body)


class Browser:
	seen = set()  # secrets that any browser was given: none of them may be in a log

	def __init__(self, port, address=None):
		self.port = port
		self.cookies = {}
		self.set = {}  # name: the whole line with which it was set last
		self.csrf = None

	def request(self, method, path, body=None, headers=None):
		connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
		all_headers = {"Accept": "application/json"}
		if self.cookies:
			all_headers["Cookie"] = "; ".join("%s=%s" % c for c in self.cookies.items())
		all_headers.update(headers or {})
		try:
			try:
				connection.request(method, path, body, {k: v for k, v in all_headers.items() if v is not None})
			except (BrokenPipeError, ConnectionResetError):
				pass
			response = connection.getresponse()
			page = Page(response.status, response.getheaders(), response.read())
		finally:
			connection.close()
		for line in page.all("Set-Cookie"):
			name, value = line.split(";")[0].split("=", 1)
			self.set[name] = line
			if "Max-Age=0" in line:
				self.cookies.pop(name, None)
			else:
				self.cookies[name] = value
				Browser.seen.update([value] if len(value) > 40 else [])
		return page

	def get(self, path, **headers):
		"""A page's model; its CSRF token is remembered."""
		page = self.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
		if (page.header("Content-Type") or "").startswith("application/json"):
			self.csrf = page.json.get("csrf", self.csrf)
			Browser.seen.update([self.csrf] if self.csrf else [])
		return page

	def html(self, path):
		return self.request("GET", path, headers={"Accept": "text/html"})

	def post(self, path, form=None, headers=None, csrf=True):
		fields = dict(form or {})
		if csrf:
			fields["csrf"] = self.csrf
		more = {"Content-Type": "application/x-www-form-urlencoded"}
		more.update(headers or {})
		return self.request("POST", path, urllib.parse.urlencode(fields), more)

	def sign_in(self, email, password=planted.PASSWORD):
		self.get("/sign-in")
		page = self.post("/sign-in", {"email": email, "password": password})
		if page.status == 200:
			self.get("/account")
		return page


def status(page, *wanted):
	"""The page, which has one of these statuses."""
	assert page.status in wanted, "status %d, want %s: %s" % (page.status, wanted, page.body[:900])
	return page


def person(stack, org, email, role, password=planted.PASSWORD):
	stack.ctl("user", "add", "--org", org, "--email", email, "--role", role, input=password + "\n")
	return stack.sql.value("select id from users where email = '%s'" % email)


def use_desk_role(stack):
	"""Lets desk.fcgi log in as a role of its own, as doc/installing.md says; before its web server is started."""
	stack.postgres.admin("create role deskbell_desk login nosuperuser nocreatedb nocreaterole nobypassrls")
	stack.sql.script("select deskbell_allow_desk('deskbell_desk') is null as unused \\gset\n")
	stack.write_conf(**{"desk.database_url": stack.postgres.url("deskbell_desk")})


def check_logs(stack, tap):
	"""The search through the logs, also for what browsers were given."""
	stack.check_logs(tap)
	found = []
	for path in stack.logs():
		with open(path, encoding="utf-8", errors="replace") as f:
			text = f.read()
		found += ["%s: a secret of %d characters" % (path, len(s)) for s in Browser.seen if s in text]
	tap.ok(
		Browser.seen and not found,
		"none of %d cookies, tokens and links in the logs" % len(Browser.seen),
		"\n".join(found[:10]),
	)


def routes(stack):
	return json.loads(processes.run([stack.program("desk.fcgi"), "--routes"]).stdout)
