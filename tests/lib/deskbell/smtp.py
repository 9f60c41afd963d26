"""A small SMTP server on loopback that keeps what it is given, and can refuse, hang up or offer STARTTLS; and a
stand-in for sendmail.
"""

import email
import email.policy
import os
import socketserver
import ssl
import sys
import threading

from . import processes


class _Session(socketserver.StreamRequestHandler):
	def say(self, line):
		self.wfile.write(line.encode() + b"\r\n")

	def data(self, server):
		self.say("354 go on")
		lines = []
		while True:
			line = self.rfile.readline()
			if line in (b".\r\n", b""):
				break
			lines.append(line[1:] if line.startswith(b"..") else line)
		if server.after_data:
			self.say(server.after_data)
			return
		server.keep(self.sender, self.recipients, b"".join(lines))
		self.say("250 kept")

	def secured(self):
		"""The rest of the connection in TLS; not when the client does not like the certificate."""
		try:
			self.request = self.server.tls.wrap_socket(self.request, server_side=True)
		except OSError as e:
			self.server.refusals.append(str(e))
			return False
		self.rfile, self.wfile = self.request.makefile("rb", -1), self.request.makefile("wb", 0)
		return True

	def handle(self):
		server = self.server
		server.connections += 1
		if server.tls and server.implicit:
			if not self.secured():
				return
		self.sender, self.recipients = None, []
		self.say("220 test ESMTP")
		while True:
			line = self.rfile.readline().decode("latin-1").rstrip("\r\n")
			verb = line.split(" ")[0].upper()
			if not line or verb == "QUIT":
				return
			server.commands.append(line)
			if verb == "EHLO":
				for extra in server.offers:
					self.say("250-" + extra)
				self.say("250 8BITMIME")
			elif verb == "STARTTLS" and server.tls:
				self.say("220 go on")
				if not self.secured():
					return
				server.commands.append("(secured)")
			elif verb == "AUTH":
				if len(line.split(" ")) < 3:
					self.say("334 ")
					self.rfile.readline()
				self.say("235 welcome")
			elif verb == "MAIL":
				self.sender = line
				self.say("250 ok")
			elif verb == "RCPT":
				self.recipients.append(line)
				self.say(server.at_recipient or "250 ok")
			elif verb == "DATA":
				self.data(server)
			else:
				self.say("250 ok")


class Server(socketserver.ThreadingTCPServer):
	"""mails: what was accepted, each with .sender, .recipients, .message (parsed) and .raw."""

	allow_reuse_address, daemon_threads = True, True

	def __init__(self, host="127.0.0.1", certificate=None, implicit=False):
		"""With a certificate, (key file, certificate file), it takes TLS: after STARTTLS, or `implicit` from the
		first byte.
		"""
		super().__init__((host, 0), _Session)
		self.tls, self.implicit, self.refusals = None, implicit, []
		if certificate:
			self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
			self.tls.load_cert_chain(certificate[1], certificate[0])
		self.port, self.mails, self.commands, self.offers, self.connections = self.server_address[1], [], [], [], 0
		if certificate and not implicit:
			self.offers.append("STARTTLS")
		self.at_recipient = self.after_data = None
		threading.Thread(target=self.serve_forever, daemon=True).start()

	def handle_error(self, request, client_address):
		self.refusals.append(str(sys.exc_info()[1]))  # a client that hangs up when it has seen the certificate

	def keep(self, sender, recipients, raw):
		self.mails.append(Mail(sender, recipients, raw))

	def __enter__(self):
		return self

	def __exit__(self, *exc):
		self.shutdown()
		self.server_close()


class Mail:
	def __init__(self, sender, recipients, raw):
		self.sender, self.recipients, self.raw = sender, recipients, raw
		self.message = email.message_from_bytes(raw, policy=email.policy.default)
		self.text = self.message.get_content()


def sendmail_at(folder):
	"""A program that takes what sendmail takes; what it got is in the folder: arguments and message."""
	path = os.path.join(folder, "sendmail")
	out = os.path.join(folder, "sendmail.got")
	with open(path, "w", encoding="ascii") as f:
		f.write(
			"#!/bin/sh\n[ ! -e '%s/sendmail.fails' ] || { echo 'queue is full' >&2; exit 75; }\n(printf '%%s\\n' \"$@\";"
			" echo ----; cat) >'%s.new' && mv '%s.new' '%s'\n" % (folder, out, out, out)
		)
	os.chmod(path, 0o755)
	processes.give(path)
	return path, out
