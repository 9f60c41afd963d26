#!/usr/bin/python3
# E-mails: forgotten passwords and invitations through a real SMTP server on loopback and through a program; what
# never gets into them.
import os
import re
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import TESTS, Browser, World, location, processes, status, test
from deskbell import smtp
from deskbell.authority import Authority
from deskbell.desk import check_logs, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

BASE = "https://desk.example.com"
SETTINGS = {"mail.from": "Déskbell Störe <desk@shop.example>", "public.base_url": BASE}
SAME = "has an account, an e-mail with a link is on its way"


def asks(w, email):
	b = w.browser()
	b.get("/sign-in/forgotten")
	return b.post("/sign-in/forgotten", {"email": email})


def send(w):
	"""One run of the program that a sender starts."""
	return processes.run([w.stack.program("deskbell-outbox"), "--mail", "--config", w.stack.conf], check=False)


def mailed(w, n=1):
	before = len(w.smtp.mails)
	answer = send(w)
	assert answer.returncode == 0 and len(w.smtp.mails) == before + n, (answer, [m.text for m in w.smtp.mails[before:]])
	return w.smtp.mails[-1]


def link_in(mail):
	links = re.findall(r"https?://\S+", mail.text)
	assert len(links) == 1 and links[0].startswith(BASE + "/"), mail.text
	Browser.seen.add(links[0].split("/")[-1])
	return links[0][len(BASE) :]


def forget_requests(w):
	w.sql.script("delete from reset_requests; delete from mail_queue; delete from account_resets;")


def use(w, path, password):
	b = w.browser()
	b.get(path)
	return b.post(path, {"new_password": password})


@test
def a_forgotten_password(w):
	b = w.signed_in("operator", w.signed_in().org)
	page = status(w.browser().html("/sign-in"), 200)
	assert "href=\"/sign-in/forgotten\"" in page.text
	page = status(asks(w, "  " + b.email.upper() + " "), 200)
	assert page.json["sent"] and page.json["by_mail"]
	mail = mailed(w)
	assert mail.sender.startswith("MAIL FROM:<desk@shop.example>") and mail.recipients == ["RCPT TO:<%s>" % b.email], (
		mail.sender,
		mail.recipients,
	)
	m = mail.message
	assert m["Subject"] == "New password for Deskbell" and m["To"] == "<%s>" % b.email or m["To"] == b.email, m.items()
	assert (
		m["From"].addresses[0].display_name == "Déskbell Störe"
		and m["From"].addresses[0].addr_spec == "desk@shop.example"
	), m["From"]
	assert (
		m["Date"].datetime
		and re.fullmatch(r"<[\w-]{20,}@shop\.example>", m["Message-ID"])
		and m["Auto-Submitted"] == "auto-generated"
	)
	assert (
		max(len(line) for line in mail.raw.split(b"\r\n")) <= 78
		and mail.raw.isascii()
		and b"\n" not in mail.raw.replace(b"\r\n", b"")
	)
	path = link_in(mail)
	assert path.startswith("/reset/") and path.split("/")[-1] not in w.sql.script(
		"select * from account_resets; select * from mail_queue; select * from audit_log;"
	)
	status(b.get("/inbox"), 200)
	page = status(w.browser().html(path), 200)
	assert b.email in page.text
	location(use(w, path, "zqsecret0by0e0mail0"), "/sign-in")
	status(b.get("/inbox"), 401)  # every session has ended
	status(use(w, path, "zqsecret0once0more0"), 404)
	assert (
		w.browser().sign_in(b.email).status == 401 and w.browser().sign_in(b.email, "zqsecret0by0e0mail0").status == 200
	)
	assert (
		w.sql.value("select detail->>'by' from audit_log where action = 'user.reset' and org_id = %d" % b.org)
		== "e-mail"
	)


@test
def an_address_without_an_account_is_told_the_same(w):
	known, unknown = w.signed_in(), "nobody@zqunknown.example"
	forget_requests(w)
	off = w.signed_in("operator", known.org)
	w.stack.ctl("user", "disable", "--email", off.email)
	pages = [status(asks(w, email), 200) for email in (known.email, unknown, off.email)]
	texts = [
		re.sub(r'"csrf":"[^"]*"', "", p.text.replace(e, "X")) for p, e in zip(pages, (known.email, unknown, off.email))
	]
	assert texts[0] == texts[1] == texts[2], texts
	assert SAME in status(post_html(w, unknown), 200).text
	assert w.sql.value("select count(*) from mail_queue") == 4
	mailed(w)
	assert (
		w.sql.value("select count(*) from mail_queue") == 0 and w.sql.value("select count(*) from account_resets") == 1
	)


def post_html(w, email):
	b = w.browser()
	b.get("/sign-in/forgotten")
	return b.post("/sign-in/forgotten", {"email": email}, headers={"Accept": "text/html"})


@test
def requests_are_slowed_down(w):
	b = w.signed_in()
	forget_requests(w)
	for _ in range(5):
		assert status(asks(w, b.email), 200).json["sent"]
	assert w.sql.value("select count(*) from mail_queue where email = '%s'" % b.email) == 3
	for n in range(9):
		status(asks(w, "n%d@zqunknown.example" % n), 200)
	assert w.sql.value("select count(*) from mail_queue") == 10
	w.sql.script("update reset_requests set at = now() - interval '61 minutes';")
	status(asks(w, b.email), 200)
	assert w.sql.value("select count(*) from mail_queue") == 11
	mailed(w, 4)


@test
def a_link_by_mail_ends(w):
	b = w.signed_in()
	forget_requests(w)
	asks(w, b.email)
	first = link_in(mailed(w))
	asks(w, b.email)
	second = link_in(mailed(w))
	status(w.browser().get(first), 404)  # a new one takes its place
	w.sql.script("update account_resets set expires_at = now() - interval '1 second';")
	status(w.browser().get(second), 404)
	status(use(w, second, "zqsecret0too0late0"), 404)
	asks(w, b.email)
	third = link_in(mailed(w))
	w.stack.ctl("user", "password", "--email", b.email, input="zqsecret0from0ctl0\n")
	status(w.browser().get(third), 404)


@test
def the_host_header_makes_no_link(w):
	b = w.signed_in()
	forget_requests(w)
	p = w.browser()
	p.get("/sign-in/forgotten")
	answer = p.post(
		"/sign-in/forgotten", {"email": b.email}, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
	)
	if answer.status == 200:
		assert "evil" not in mailed(w).text
	else:
		assert w.sql.value("select count(*) from mail_queue") == 0


@test
def nothing_that_was_typed_adds_a_header(w):
	forget_requests(w)
	owner = w.signed_in()
	w.sql.script(
		"update organizations set name = E'Evil\\r\\nBcc: x@evil.example\\r\\n\\r\\nbody ünd' where id = %d;"
		% owner.org
	)
	status(owner.post("/settings/people/invite", {"email": "new@zq.example", "role": "operator"}), 200)
	mail = mailed(w)
	assert (
		"Bcc" not in mail.message
		and mail.message["Subject"].startswith("Invitation to Evil  Bcc")
		and len(mail.recipients) == 1
	), mail.raw
	assert {k.lower() for k in mail.message.keys()} == {
		"from",
		"to",
		"subject",
		"date",
		"message-id",
		"mime-version",
		"content-type",
		"content-transfer-encoding",
		"auto-submitted",
	}
	for bad in (
		"a,b@evil.example",
		"<x@evil.example>",
		"-oQ/tmp@evil.example",
		"\"a b\"@evil.example",
		"ü@evil.example",
	):
		owner.post("/settings/people/invite", {"email": bad, "role": "operator"})
	mailed(w, 0)
	reasons = {
		r["reason"]
		for r in w.sql.rows("select reason->>'code' as reason from mail_queue where org_id = %d" % owner.org)
	}
	assert reasons == {"mail_address"}, reasons
	assert (
		"The e-mail was not sent: The address cannot be written to" in owner.html("/settings/people").text
		or "cannot be written to" in owner.html("/settings/people").text
	)


@test
def an_invitation(w):
	forget_requests(w)
	owner = w.signed_in()
	owner.post("/account", {"name": "Ana Ruiz", "language": "es", "time_zone": "UTC"})
	page = status(owner.post("/settings/people/invite", {"email": "maria@zq.example", "role": "admin"}), 200)
	assert page.json["invitation"]["by_mail"]
	by_hand = page.json["invitation"]["link"][len(BASE) :]
	Browser.seen.add(by_hand.split("/")[-1])
	mail = mailed(w)
	assert mail.message["Subject"].startswith("Invitación a ") and "Ana Ruiz te invita" in mail.text, mail.text
	path = link_in(mail)
	assert path.startswith("/invitations/") and path != by_hand
	status(w.browser().get(by_hand), 200)
	b = w.browser()
	b.get(path)
	assert b.post(path, {"name": "Maria", "new_password": "zqsecret0maria0joins"}).status in (200, 303)
	status(w.browser().get(by_hand), 404)
	status(w.browser().get(path), 404)
	# one that was withdrawn is not sent
	status(owner.post("/settings/people/invite", {"email": "late@zq.example", "role": "admin"}), 200)
	number = w.sql.value("select id from invitations where email = 'late@zq.example'")
	owner.post("/settings/people/invitations/%d/remove" % number)
	mailed(w, 0)
	assert w.sql.value("select count(*) from mail_queue") == 0


@test
def what_may_pass_is_tried_again(w):
	forget_requests(w)
	owner = w.signed_in()
	asks(w, owner.email)
	w.smtp.after_data = "451 later"
	mailed(w, 0)
	row = w.sql.row("select attempts, reason, failed_at is null as waits, due_at > now() as later from mail_queue")
	assert row == {
		"attempts": 1,
		"reason": {"code": "mail_not_now", "args": {"status": 451}},
		"waits": True,
		"later": True,
	}, row
	w.smtp.after_data = None
	mailed(w, 0)  # not due yet
	w.sql.script("update mail_queue set due_at = now();")
	status(w.browser().get(link_in(mailed(w))), 200)
	# expired with its link
	asks(w, owner.email)
	w.sql.script("update mail_queue set expires_at = now() - interval '1 second';")
	mailed(w, 0)
	assert w.sql.value("select count(*) from mail_queue") == 0
	# refused for good
	status(owner.post("/settings/people/invite", {"email": "full@zq.example", "role": "operator"}), 200)
	w.smtp.at_recipient = "550 no such user"
	mailed(w, 0)
	w.smtp.at_recipient = None
	assert w.sql.value("select reason from mail_queue where failed_at is not null") == {
		"code": "mail_refused",
		"args": {"status": 550},
	}
	mailed(w, 0)


@test
def a_server_elsewhere_needs_starttls(w):
	forget_requests(w)
	name = socket.gethostname()
	with smtp.Server("0.0.0.0") as away:
		w.configure(
			**{
				"mail.smtp_url": "smtp://%s:%d" % (name, away.port),
				"mail.smtp_user": "desk",
				"mail.smtp_password_file": w.password_file,
			}
		)
		asks(w, w.signed_in().email)
		assert send(w).returncode == 0
		assert (
			not away.mails and away.connections > 0 and not [c for c in away.commands if c.startswith(("AUTH", "MAIL"))]
		), away.commands
		assert w.sql.value("select reason from mail_queue") == {"code": "mail_no_starttls"}
	# this host may do without
	w.smtp.offers = ["AUTH PLAIN"]
	w.configure(**{"mail.smtp_user": "desk", "mail.smtp_password_file": w.password_file})
	w.sql.script("update mail_queue set due_at = now();")
	mailed(w)
	assert [c for c in w.smtp.commands if c.startswith("AUTH PLAIN")], w.smtp.commands
	w.smtp.offers = []
	w.configure()


@test
def a_certificate_is_checked(w):
	"""STARTTLS and TLS from the first byte: an e-mail leaves for a server whose certificate is ours and names it;
	for another neither a password nor an address does.
	"""
	name, folder = socket.gethostname(), w.stack.folder
	ours, other = Authority(folder, "mail-ours"), Authority(folder, "mail-other")
	unknown, of_another_name = other.certify(name), ours.certify("mail.example")
	for implicit in (False, True):
		for certificate, is_good in ((unknown, False), (of_another_name, False), (ours.certify(name), True)):
			forget_requests(w)
			with smtp.Server("0.0.0.0", certificate, implicit) as away:
				away.offers.append("AUTH PLAIN")
				w.configure(
					**{
						"mail.smtp_url": "%s://%s:%d" % ("smtps" if implicit else "smtp", name, away.port),
						"tls.ca_file": ours.path("crt"),
						"mail.smtp_user": "desk",
						"mail.smtp_password_file": w.password_file,
					}
				)
				asks(w, w.signed_in().email)
				assert send(w).returncode == 0
				said, at = (away.commands, len(away.mails), away.refusals), "implicit %s, good %s" % (implicit, is_good)
				private = [c for c in away.commands if c.startswith(("AUTH", "MAIL", "RCPT"))]
				if not is_good:
					assert away.connections > 0 and not away.mails and not private, (at, said)
					assert "certificate" in w.sql.value("select reason from mail_queue")["args"]["error"], w.sql.rows(
						"select * from mail_queue"
					)
					continue
				assert len(away.mails) == 1 and private[0].startswith("AUTH PLAIN"), (at, said)
				assert implicit or away.commands.index("(secured)") < away.commands.index(private[0]), said
				assert w.sql.value("select count(*) from mail_queue") == 0, w.sql.rows("select * from mail_queue")
	w.configure(**{"tls.ca_file": ""})


@test
def a_program_takes_it(w):
	forget_requests(w)
	path, got = smtp.sendmail_at(w.stack.folder)
	w.configure(**{"mail.smtp_url": "", "mail.sendmail": path})
	b = w.signed_in()
	asks(w, b.email)
	open(os.path.join(w.stack.folder, "sendmail.fails"), "w").close()
	assert send(w).returncode == 0 and not os.path.exists(got)
	reason = w.sql.value("select reason from mail_queue")
	assert reason["code"] == "program_failed" and "queue is full" in reason["args"]["said"], reason
	os.unlink(os.path.join(w.stack.folder, "sendmail.fails"))
	w.sql.script("update mail_queue set due_at = now();")
	assert send(w).returncode == 0
	with open(got, "rb") as f:
		arguments, _, message = f.read().partition(b"----\n")
	assert arguments.decode().split() == ["-i", "-f", "desk@shop.example", "--", b.email], arguments
	mail = smtp.Mail(None, None, message)
	assert b"\r" not in message and link_in(mail).startswith("/reset/")
	w.configure()


@test
def a_sender_sends_it(w):
	"""No request waits for the mail server, and nothing but a running sender is needed."""
	forget_requests(w)
	b = w.signed_in()
	before = len(w.smtp.mails)
	with w.stack.sender("--foreground"):
		asks(w, b.email)
		processes.wait_until(
			lambda: len(w.smtp.mails) > before and w.sql.value("select count(*) from mail_queue") == 0,
			"the e-mail",
			timeout=20,
		)
	link_in(w.smtp.mails[-1])


@test
def without_mail_the_page_names_who_can_help(w):
	forget_requests(w)
	w.configure(**{"mail.from": ""})
	page = status(w.browser().html("/sign-in/forgotten"), 200)
	assert "An owner of your organisation can make a link" in page.text, page.text
	assert "deskbellctl user password" in page.text and "name=\"email\"" not in page.text
	b = w.browser()
	b.get("/sign-in/forgotten")
	assert not status(b.post("/sign-in/forgotten", {"email": "x@example.com"}), 200).json["sent"]
	assert w.sql.value("select count(*) from reset_requests") == 0
	assert send(w).returncode == 78
	w.configure()


def run(tap):
	selection = sys.argv[1:]
	with smtp.Server() as server, Stack(with_simulator=False) as stack:
		stack.program("desk.fcgi")
		use_desk_role(stack)
		password_file = os.path.join(stack.folder, "smtp.password")
		with open(password_file, "w", encoding="ascii") as f:
			f.write("zqsecret0smtp0password\n")
		os.chmod(password_file, 0o600)
		processes.give(password_file)
		mail = {**SETTINGS, "mail.smtp_url": "smtp://127.0.0.1:%d" % server.port}
		stack.write_conf(**mail)
		with stack.server("lighttpd-fastcgi") as web:
			world = World(stack, web)
			world.smtp, world.password_file = server, password_file

			def configure(**changed):
				stack.write_conf(
					**{"mail.smtp_user": "", "mail.smtp_password_file": "", "mail.sendmail": "", **mail, **changed}
				)
				web.stop()
				web.start()

			world.configure = configure
			for function in TESTS:
				if not selection or any(word in function.__name__ for word in selection):
					tap.run(function.__name__.replace("_", " "), function, world)
			check_logs(stack, tap)


if __name__ == "__main__":
	sys.exit(program(run))
