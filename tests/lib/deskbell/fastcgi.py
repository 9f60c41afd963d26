"""One FastCGI request at a time, without a web server: for what a web server would smooth out."""

import socket
import struct


class FastcgiRequest:
	"""A web server's side of one FastCGI request (FastCGI specification 1.0), record by record."""

	def __init__(self, path, params):
		self.socket = socket.socket(socket.AF_UNIX)
		self.socket.settimeout(60)
		self.socket.connect(path)
		if params:
			self.begin(params)

	def begin(self, params, body=()):
		"""The head, and parts of the body, in one write."""
		pairs = b"".join(
			struct.pack(">II", len(k) | 1 << 31, len(v) | 1 << 31) + k.encode() + v.encode() for k, v in params.items()
		)
		records = [(1, struct.pack(">HB5x", 1, 0)), (4, pairs), (4, b"")] + [(5, part) for part in body]
		self.socket.sendall(b"".join(self.framed(*r) for r in records))

	@staticmethod
	def framed(kind, content):
		return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content

	def record(self, kind, content):
		self.socket.sendall(self.framed(kind, content))

	def answer(self):
		"""Everything the program wrote to the end of the request."""
		data, out = b"", b""
		while True:
			chunk = self.socket.recv(65536)
			if not chunk:
				break
			data += chunk
		while len(data) >= 8:
			_, kind, _, length, padding = struct.unpack(">BBHHBx", data[:8])
			out += data[8 : 8 + length] if kind == 6 else b""
			data = data[8 + length + padding :]
		return out

	def __enter__(self):
		return self

	def __exit__(self, *exc):
		self.socket.close()


def params(path, length, **more):
	return dict(
		{
			"REQUEST_METHOD": "POST",
			"REQUEST_URI": path,
			"SCRIPT_NAME": path,
			"QUERY_STRING": "",
			"CONTENT_LENGTH": str(length),
			"SERVER_PROTOCOL": "HTTP/1.1",
			"CONTENT_TYPE": "application/x-www-form-urlencoded",
			"GATEWAY_INTERFACE": "CGI/1.1",
			"REMOTE_ADDR": "192.0.2.1",
			"HTTP_ACCEPT": "application/json",
		},
		**more,
	)
