#!/usr/bin/python3
# What the files of messages may cost the desk: pictures that are made smaller take few threads and few of one
# organisation's, a file that is read byte by byte holds none.
import fcntl
import os
import struct
import sys
import time
import zlib

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), HERE]
from answering import upload
from deskbell.desk import Browser, status, use_desk_role
from deskbell.fastcgi import FastcgiRequest, params
from deskbell.stack import Stack
from deskbell.tap import program
from deskbell.tenant import PlantedTenant

F_OFD_SETLK = 37
PICTURES, PLACES_MAX, OF_ONE, ALL = 3, 64, 3, 4  # src/desk/access/gate.c
LARGE = 20 << 20


def picture(shade):
	"""A PNG file of one colour."""
	chunk = lambda kind, held: struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))
	rows = (b"\0" + bytes([shade, 90, 122]) * 90) * 60
	head = struct.pack(">IIBBBBB", 90, 60, 8, 2, 0, 0, 0)
	return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class World:
	def __init__(self, stack, port):
		self.stack, self.sql = stack, stack.sql
		self.one, self.other = PlantedTenant(stack, "zqone"), PlantedTenant(stack, "zqother")
		self.browsers = {}
		for n, tenant in enumerate((self.one, self.other)):
			tenant.keep_file(picture(n), "image/png")
			browser = self.browsers[tenant.name] = Browser(port)
			status(browser.sign_in("owner@%s.example" % tenant.name), 200)

	def href(self, tenant):
		return "/files/%d/1" % tenant.id("messages")

	def preview(self, tenant):
		return self.browsers[tenant.name].request("GET", self.href(tenant) + "?size=small")

	def send(self, tenant):
		browser = self.browsers[tenant.name]
		browser.get("/account")
		return upload(
			browser,
			"/inbox/%d/messages" % tenant.id("conversations"),
			{"csrf": browser.csrf, "key": "k", "text": ""},
			("file", "a.png", "image/png", picture(7)),
		)


class Taken:
	"""Places of the gate, taken as another process of the desk would."""

	def __init__(self, w, first, n):
		self.w, self.first, self.n = w, first, n

	def __enter__(self):
		self.fd = os.open(os.path.join(self.w.stack.run_dir, "desk.lock"), os.O_RDWR)
		fcntl.fcntl(
			self.fd,
			F_OFD_SETLK,
			struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, (PICTURES << 56) + self.first, self.n, 0),
		)

	def __exit__(self, *exc):
		os.close(self.fd)


def pictures_of_one_organisation_leave_others_their_places(w):
	with Taken(w, PLACES_MAX + w.one.org * OF_ONE, OF_ONE):
		page = status(w.preview(w.one), 503)
		assert page.header("Retry-After") == "5", page.headers
		page = status(w.send(w.one), 503)
		assert page.header("Retry-After") == "5" and "pictures" in page.json["form"]["error"], page.body[:300]
		assert status(w.preview(w.other), 200).header("Content-Type") == "image/jpeg"
	status(w.preview(w.one), 200)
	assert status(w.send(w.one), 409, 303, 200).status != 503


def a_request_that_finds_no_place_does_not_wait(w):
	w.sql.script("update files set preview = null, looked_at = null where org_id = %d;" % w.one.org)
	with Taken(w, 0, ALL):
		began = time.monotonic()
		status(w.preview(w.one), 503)
		assert time.monotonic() - began < 5, "it waited"
	status(w.preview(w.one), 200)


def a_reader_who_takes_byte_by_byte_is_given_up(w):
	"""The file is larger than what the kernel holds for a reader; at a pace that is no pace the thread is free after
	the time that it has.
	"""
	w.one.keep_file(os.urandom(LARGE), "video/mp4")
	cookie = "; ".join("%s=%s" % c for c in w.browsers["zqone"].cookies.items())
	asked = dict(params(w.href(w.one), 0), REQUEST_METHOD="GET", HTTP_COOKIE=cookie)
	with FastcgiRequest(os.path.join(w.stack.run_dir, "desk.sock"), asked) as request:
		began, taken = time.monotonic(), 0
		while time.monotonic() - began < 60:
			piece = request.socket.recv(300)
			if not piece:
				break
			taken += len(piece)
			time.sleep(0.05 if time.monotonic() - began < 22 else 0)
		took = time.monotonic() - began
	assert taken < LARGE / 2, "%d bytes were given in %.1f s" % (taken, took)


def a_steady_reader_gets_all(w):
	page = status(w.browsers["zqone"].request("GET", w.href(w.one)), 200)
	assert len(page.body) == LARGE, len(page.body)


def run(tap):
	with Stack(with_simulator=False) as stack:
		use_desk_role(stack)
		stack.write_conf(**{"desk.read_timeout_s": 2})
		with stack.server("apache-proxy-fcgi") as server:
			w = World(stack, server.port)
			for case in (
				pictures_of_one_organisation_leave_others_their_places,
				a_request_that_finds_no_place_does_not_wait,
				a_reader_who_takes_byte_by_byte_is_given_up,
				a_steady_reader_gets_all,
			):
				tap.run(case.__name__.replace("_", " "), case, w)
		stack.check_logs(tap)


sys.exit(program(run))
