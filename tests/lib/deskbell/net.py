"""Requests to the stack: well-formed ones, signed ones, and raw bytes for the ill-formed."""

import hashlib
import hmac
import http.client
import socket


def free_port():
	"""A TCP port of the loopback address that nobody listens on at the moment."""
	with socket.socket() as s:
		s.bind(("127.0.0.1", 0))
		return s.getsockname()[1]


def port_answers(port):
	try:
		socket.create_connection(("127.0.0.1", port), timeout=1).close()
		return True
	except OSError:
		return False


def signature(secret, body):
	"""The value of X-Hub-Signature-256 for the raw bytes."""
	return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Answer:
	def __init__(self, status, headers, body):
		self.status, self.headers, self.body = status, headers, body


def request(port, method, path, body=None, headers=None, timeout=30):
	"""One request on its own connection. A server may answer and close before it has read a large body; then the
	answer counts.
	"""
	connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
	try:
		try:
			connection.request(method, path, body, headers or {})
		except (BrokenPipeError, ConnectionResetError):
			pass
		response = connection.getresponse()
		return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
	finally:
		connection.close()


def raw(port, parts, timeout=10, shutdown=False):
	"""Sends the byte strings one after the other and returns everything that comes back; b"" when the server just
	closes or says nothing in time.
	"""
	with socket.create_connection(("127.0.0.1", port), timeout=timeout) as s:
		try:
			for part in parts:
				s.sendall(part)
			if shutdown:
				s.shutdown(socket.SHUT_WR)
		except OSError:
			pass
		chunks = []
		try:
			while True:
				chunk = s.recv(65536)
				if not chunk:
					break
				chunks.append(chunk)
		except OSError:
			pass
		return b"".join(chunks)


def raw_status(answer):
	"""The status code of a raw answer, 0 without one."""
	words = answer.split(None, 2)  # nginx leaves the blank before a reason out that is empty
	return int(words[1]) if len(words) > 1 and words[0].startswith(b"HTTP/") and words[1].isdigit() else 0
