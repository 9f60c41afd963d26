#!/usr/bin/python3
# Files that are made to harm: given to the process that reads pictures. It answers with a picture of its own making,
# or says that there is none; it never crashes, hangs, or takes more than its limits. The files are made here, none is
# stored.
import os
import random
import resource
import struct
import subprocess
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
sys.dont_write_bytecode = True
from deskbell import paths
from deskbell.tap import program

NONE, TOO_LARGE = 3, 4
LIMIT_S = 20
MEMORY = 768 << 20


def chunk(kind, data, crc=None, length=None):
	return (
		struct.pack(">I", len(data) if length is None else length)
		+ kind
		+ data
		+ struct.pack(">I", zlib.crc32(kind + data) if crc is None else crc)
	)


def png(width, height, depth=8, colour=2, rows=None, extra=b"", claim=None):
	"""A picture of `height` rows; `claim`: the size that its head names."""
	channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
	line = (
		b"\0"
		+ bytes(range(1, 1 + (width * channels * depth + 7) // 8 % 200)).ljust(
			(width * channels * depth + 7) // 8, b"\x80"
		)[: (width * channels * depth + 7) // 8]
	)
	data = zlib.compress(line * (height if rows is None else rows), 9)
	w, h = claim or (width, height)
	return (
		b"\x89PNG\r\n\x1a\n"
		+ chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, colour, 0, 0, 0))
		+ extra
		+ chunk(b"IDAT", data)
		+ chunk(b"IEND", b"")
	)


def jpeg_head(width, height, segments=b""):
	return (
		b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
		+ segments
		+ b"\xff\xc0\x00\x11\x08"
		+ struct.pack(">HH", height, width)
		+ b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
		+ b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
	)


def exif(orientation, offset=8, count=1, order=b"MM"):
	little = order == b"II"
	pack = lambda f, *v: struct.pack(("<" if little else ">") + f, *v)
	tiff = (
		order
		+ pack("HI", 42, offset)
		+ pack("H", count)
		+ pack("HHIHH", 0x0112, 3, 1, orientation, 0) * min(count, 300)
		+ pack("I", 0)
	)
	body = b"Exif\0\0" + tiff
	return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def gif(width, height, frames=1):
	return (
		b"GIF89a"
		+ struct.pack("<HH", width, height)
		+ b"\x80\0\0"
		+ b"\0\0\0\xff\xff\xff"
		+ (b"\x2c\0\0\0\0" + struct.pack("<HH", width, height) + b"\0\x02\x02\x4c\x01\0") * frames
		+ b";"
	)


def webp(kind, data):
	body = b"WEBP" + kind + struct.pack("<I", len(data)) + data
	return b"RIFF" + struct.pack("<I", len(body)) + body


def hostile(good):
	"""(name, bytes, the exit statuses that are right)."""
	none, any_end = (NONE,), (0, NONE, TOO_LARGE)
	yield "nothing", b"", none
	for name, content in (
		("HTML called a picture", b"<html><script>alert(1)</script>"),
		("SVG with a script", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
		(
			"XML with entities",
			b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>",
		),
		("a shell script", b"#!/bin/sh\nid\n"),
		("an ELF program", b"\x7fELF\x02\x01\x01" + bytes(100)),
		("MVG", b"push graphic-context\nimage over 0,0 0,0 'https://x.example/'\npop graphic-context"),
		("EPS", b"%!PS-Adobe-3.0 EPSF-3.0\n(id) (w) file"),
		("a zip", b"PK\x03\x04" + bytes(200)),
		("a TIFF", b"II*\0\x08\0\0\0" + bytes(200)),
		("an XPM", b"/* XPM */\nstatic char *x[] = {\"1 1 1 1\"};"),
		("a PDF", b"%PDF-1.7\n"),
		("zeros", bytes(5000)),
		("ones", b"\xff" * 5000),
		("text", b"x" * 100000),
	):
		yield name, content, none
	for side in (10001, 30000, 50000, 65535, 2**31 - 1):
		yield "PNG of %d by %d" % (side, side), png(1, 1, claim=(side, side)), (NONE, TOO_LARGE)
		if side < 65536:
			yield "JPEG of %d by %d" % (side, side), jpeg_head(side, side), (NONE, TOO_LARGE)
			yield "GIF of %d by %d" % (side, side), gif(side, side), (NONE, TOO_LARGE)
	for colour in (0, 2, 4, 6):
		yield "PNG bomb, colour %d" % colour, png(40000, 1200, colour=colour), any_end
		yield "PNG whose rows are missing, colour %d" % colour, png(500, 500, colour=colour, rows=3), any_end
	yield "PNG with 0 by 0", png(1, 1, claim=(0, 0)), none
	yield "PNG with a wide line", png(49000000, 1, depth=1, colour=0), any_end
	yield "PNG with a long chunk", good[:33] + chunk(b"tEXt", b"x", length=2**31 - 1), any_end
	yield "PNG with a wrong sum", good.replace(b"IDAT", b"IDAS", 1), any_end
	yield (
		"PNG with a compressed text bomb",
		png(2, 2, extra=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50 << 20), 9))),
		any_end,
	)
	yield (
		"PNG with a colour profile bomb",
		png(2, 2, extra=chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(50 << 20), 9))),
		any_end,
	)
	yield "PNG with a palette index outside", png(9, 9, colour=3, extra=chunk(b"PLTE", b"\0\0\0")), any_end
	for value in (0, 1, 6, 8, 9, 65535):
		yield "JPEG, orientation %d, no picture" % value, jpeg_head(10, 10, exif(value)), any_end
	for offset in (0, 7, 0xFFFF, 0xFFFFFFF0, 0xFFFFFFFF):
		yield "JPEG, EXIF at %d" % offset, jpeg_head(10, 10, exif(6, offset)), any_end
		yield "JPEG, EXIF at %d, other order" % offset, jpeg_head(10, 10, exif(6, offset, order=b"II")), any_end
	yield "JPEG, 65535 EXIF entries", jpeg_head(10, 10, exif(6, count=65535)), any_end
	yield "JPEG, segment of length 0", b"\xff\xd8\xff\xe1\0\0" + bytes(50), any_end
	yield "JPEG, segments without an end", b"\xff\xd8" + b"\xff\xfe\x00\x02" * 20000, any_end
	yield "JPEG, filling only", b"\xff\xd8" + b"\xff" * 60000, any_end
	yield "GIF with 500 frames", gif(100, 100, 500), any_end
	yield "GIF without an end", gif(100, 100)[:-9], any_end
	for kind, data in (
		(b"VP8 ", b"\0\0\0\x9d\x01\x2a\xff\x3f\xff\x3f" + bytes(50)),
		(b"VP8L", b"\x2f\xff\xff\xff\xff" + bytes(50)),
		(b"VP8X", b"\x10\0\0\0" + b"\xff" * 6),
		(b"ANIM", bytes(50)),
	):
		yield "WebP %s" % kind.decode(), webp(kind, data), any_end
	for brand in (b"heic", b"heix", b"mif1", b"hevc"):
		yield (
			"HEIC %s" % brand.decode(),
			struct.pack(">I", 24) + b"ftyp" + brand + bytes(12) + struct.pack(">I", 0xFFFFFFFF) + b"meta" + bytes(100),
			none,
		)
	yield "a polyglot of GIF and script", b"GIF89a/*" + b"\0" * 10 + b"*/=1;alert(1)//", any_end
	yield (
		"a polyglot of JPEG and HTML",
		b"\xff\xd8\xff\xfe\x00\x30<script>alert(document.cookie)</script>" + bytes(100),
		any_end,
	)
	yield "a picture with a zip after it", good + b"PK\x03\x04" + bytes(1000), (0,)
	draw = random.Random(7)
	for n in range(30):
		changed = bytearray(good)
		for _ in range(1 + n):
			changed[draw.randrange(len(changed))] = draw.randrange(256)
		yield "a picture with %d bytes changed" % (n + 1), bytes(changed), any_end
	for n in range(20):
		yield "a picture cut at %d of 20" % n, good[: len(good) * n // 20], any_end


def limits():
	resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
	resource.setrlimit(resource.RLIMIT_CPU, (15, 15))
	resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
	resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(reader, use, content):
	began = time.monotonic()
	done = subprocess.run(
		[reader, use],
		input=content,
		stdout=subprocess.PIPE,
		stderr=subprocess.PIPE,
		preexec_fn=limits,
		timeout=LIMIT_S,
		check=False,
	)
	return done.returncode, done.stdout, time.monotonic() - began


def check(reader, name, content, right):
	status, answer, took = read(reader, "preview", content)
	assert status in right, "%s: ended with %d after %.1f s" % (name, status, took)
	if status == 0:
		kind, width, height = answer.split(b"\n", 1)[0].split()
		assert (
			kind == b"image/jpeg"
			and int(width) <= 640
			and int(height) <= 640
			and answer.split(b"\n", 1)[1][:2] == b"\xff\xd8"
		), name
		assert b"<script" not in answer and b"PK\x03\x04" not in answer, name


def all_of_them(reader):
	files = list(hostile(png(64, 48)))
	assert len(files) >= 100, len(files)
	for name, content, right in files:
		check(reader, name, content, right)


def good_ones(reader):
	"""What is read keeps its shape, loses its notes, and is turned the right way round."""
	status, answer, _ = read(reader, "preview", png(1280, 320))
	assert status == 0 and answer.startswith(b"image/jpeg 640 160\n"), answer[:40]
	plain = answer.split(b"\n", 1)[1]
	for orientation, size in ((1, b"640 160"), (3, b"640 160"), (6, b"160 640"), (8, b"160 640")):
		noted = plain[:2] + exif(orientation) + b"\xff\xfe\x00\x0aPLACE:17" + plain[2:]
		status, answer, _ = read(reader, "send", noted)
		assert status == 0 and answer.startswith(b"image/jpeg " + size), (orientation, answer[:40])
		assert b"Exif" not in answer and b"PLACE:17" not in answer, orientation
	status, answer, _ = read(reader, "send", png(3000, 30, extra=chunk(b"tEXt", b"GPS\0PLACE:17")))
	assert status == 0 and answer.startswith(b"image/png 2560 25\n") and b"PLACE:17" not in answer, answer[:40]


def run(tap):
	reader = os.path.join(paths.BUILD, "deskbell-picture")
	if not os.access(reader, os.X_OK):
		raise paths.Missing("this build reads no pictures")
	tap.run("good pictures", good_ones, reader)
	tap.run("hostile files", all_of_them, reader)


if __name__ == "__main__":
	sys.exit(program(run))
