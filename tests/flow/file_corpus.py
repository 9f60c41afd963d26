"""Sixty files of every kind that customers and shops send, made on the spot by several producers: libgd, ffmpeg,
poppler's cairo, the text itself of small formats, and archives as office programs write them. Each with what the
platforms make of it.
"""

import ctypes
import ctypes.util
import io
import os
import struct
import subprocess
import wave
import zipfile

WIDTH, HEIGHT, WAIT_S = 320, 240, 60
OFFICE = "application/vnd.openxmlformats-officedocument."


class File:
	"""`whatsapp`, `telegram`: the kind as which it goes out there; None where it is refused before it is sent. `shape`:
	how the desk shows it. `opens` is called with what came, and its name.
	"""

	def __init__(self, name, content, whatsapp, telegram, shape, opens):
		self.name, self.content, self.opens = name, content, opens
		self.out = {"whatsapp": whatsapp, "telegram": telegram}
		self.shape = shape


# ---- libgd ----


class Gd:
	def __init__(self):
		self.gd = ctypes.CDLL(ctypes.util.find_library("gd"))
		self.gd.gdImageCreateTrueColor.restype = ctypes.c_void_p
		self.image = ctypes.c_void_p(self.gd.gdImageCreateTrueColor(WIDTH, HEIGHT))
		for x in range(0, WIDTH, 4):
			colour = (x * 255 // WIDTH) << 16 | (255 - x * 255 // WIDTH) << 8 | 90
			self.gd.gdImageFilledRectangle(self.image, x, 0, x + 3, HEIGHT - 1, colour)

	def made(self, function, *more):
		size, make = ctypes.c_int(), getattr(self.gd, function)
		make.restype = ctypes.c_void_p
		return ctypes.string_at(make(self.image, ctypes.byref(size), *more), size.value)

	def interlaced(self, function, *more):
		self.gd.gdImageInterlace(self.image, 1)
		content = self.made(function, *more)
		self.gd.gdImageInterlace(self.image, 0)
		return content


def with_exif(jpeg, orientation):
	"""As a camera writes it: which way round, and a place."""
	entries = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(">HHII", 0x8825, 4, 1, 38)
	place = struct.pack(">H", 1) + struct.pack(">HHI4s", 1, 2, 2, b"N\0\0\0") + bytes(4)
	tiff = b"MM\0*\0\0\0\x08" + struct.pack(">H", 2) + entries + bytes(4) + place
	block = b"Exif\0\0" + tiff
	return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def pictures():
	gd, quality = Gd(), 80
	jpeg, webp = gd.made("gdImageJpegPtr", quality), gd.made("gdImageWebpPtr")
	for name, content in (
		("baseline.jpg", jpeg),
		("best.jpeg", gd.made("gdImageJpegPtr", 100)),
		("progressive.jpg", gd.interlaced("gdImageJpegPtr", quality)),
		("sideways.jpg", with_exif(jpeg, 6)),
		("upside down.JPG", with_exif(jpeg, 3)),
		("colours.png", gd.made("gdImagePngPtr")),
		("interlaced.png", gd.interlaced("gdImagePngPtr")),
		("sharp.webp", gd.made("gdImageWebpPtrEx", 100)),
		("small.webp", webp),
		("phone.heic", gd.made("gdImageHeifPtr")),
	):
		yield File(name, content, "image", "photo", "image", picture_opens)
	gd.gd.gdImageTrueColorToPalette(gd.image, 1, 64)
	yield File("palette.png", gd.made("gdImagePngPtr"), "image", "photo", "image", picture_opens)
	yield File("still.gif", gd.made("gdImageGifPtr"), None, "animation", "image", picture_opens)
	yield File("paint.bmp", gd.made("gdImageBmpPtr", 0), None, "document", "document", ffmpeg_opens)


# ---- ffmpeg ----

PICTURE = ["-f", "lavfi", "-i", "testsrc=size=%dx%d:rate=10:duration=1" % (WIDTH, HEIGHT)]
SOUND = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"]
ONE = ["-frames:v", "1"]
# name, what goes in, how, and then as in File
CONVERTED = (
	("yuv444.jpg", PICTURE, [*ONE, "-pix_fmt", "yuvj444p"], "image", "photo", "image"),
	("yuv420.jpg", PICTURE, [*ONE, "-pix_fmt", "yuvj420p"], "image", "photo", "image"),
	("grey.png", PICTURE, [*ONE, "-pix_fmt", "gray"], "image", "photo", "image"),
	("deep.png", PICTURE, [*ONE, "-pix_fmt", "rgb48be"], "image", "photo", "image"),
	("clear.png", PICTURE, [*ONE, "-pix_fmt", "rgba"], "image", "photo", "image"),
	("large.jpg", PICTURE, [*ONE, "-vf", "scale=4000:3000"], "image", "photo", "image"),
	("lossless.webp", PICTURE, [*ONE, "-lossless", "1"], "image", "photo", "image"),
	("scan.tiff", PICTURE, ONE, None, "document", "document"),
	("moving.gif", PICTURE, [], None, "animation", "image"),
	("baseline.mp4", PICTURE, ["-pix_fmt", "yuv420p", "-profile:v", "baseline", "-bf", "0"], "video", "video", "video"),
	(
		"sound.mp4",
		PICTURE + SOUND,
		["-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"],
		"video",
		"video",
		"video",
	),
	(
		"hevc.mp4",
		PICTURE,
		["-c:v", "libx265", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p", "-tag:v", "hvc1"],
		"video",
		"video",
		"video",
	),
	("old.mp4", PICTURE, ["-c:v", "mpeg4"], "video", "video", "video"),
	("phone.3gp", PICTURE, ["-c:v", "h263", "-s", "176x144"], "video", "document", "video"),
	("phone.mov", PICTURE + SOUND, ["-pix_fmt", "yuv420p", "-c:a", "aac"], None, "document", "video"),
	("browser.webm", PICTURE, ["-c:v", "libvpx"], None, "document", "video"),
	("note.ogg", SOUND, ["-c:a", "libopus", "-ac", "1"], "audio", "document", "audio"),
	("forwarded.opus", SOUND, ["-c:a", "libopus", "-ac", "1", "-b:a", "16k"], "audio", "document", "audio"),
	("song.ogg", SOUND, ["-c:a", "libvorbis", "-ac", "2"], None, "document", "audio"),
	("tagged.mp3", SOUND, ["-metadata", "title=zq"], "audio", "audio", "audio"),
	("bare.mp3", SOUND, ["-id3v2_version", "0", "-write_xing", "0"], "audio", "audio", "audio"),
	("slow.mp3", SOUND, ["-id3v2_version", "0", "-ar", "16000", "-write_xing", "0"], "audio", "audio", "audio"),
	("memo.m4a", SOUND, ["-c:a", "aac"], "audio", "audio", "audio"),
	("recorder.m4a", SOUND, ["-c:a", "aac", "-f", "mp4"], "audio", "audio", "audio"),
	("stream.aac", SOUND, ["-c:a", "aac"], "audio", "document", "audio"),
	("tape.flac", SOUND, [], None, "document", "audio"),
)


def converted(folder):
	for name, given, how, *rest in CONVERTED:
		path = os.path.join(folder, name)
		run(["ffmpeg", "-v", "error", "-nostdin", "-y", *given, "-shortest", *how, path])
		with open(path, "rb") as f:
			yield File(name, f.read(), *rest, picture_opens if rest[-1] == "image" else ffmpeg_opens)
	out = io.BytesIO()
	with wave.open(out, "wb") as w:
		w.setparams((1, 2, 8000, 8000, "NONE", ""))
		w.writeframes(bytes(16000))
	silence = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50
	yield File("call.amr", silence, "audio", "document", "audio", ffmpeg_opens)
	yield File("beep.wav", out.getvalue(), None, "document", "audio", ffmpeg_opens)


# ---- documents ----

LINES = ("Rosen 3,50", "Tulpen 2,00", "Dekoration nach Absprache")


def written_pdf(version, pages=1):
	kids = b" ".join(b"%d 0 R" % (4 + n) for n in range(pages))
	objects = [
		b"<</Type/Catalog/Pages 2 0 R>>",
		b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % pages,
		b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	] + [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Resources<</Font<</F 3 0 R>>>>>>"] * pages
	out, places = b"%%PDF-%s\n" % version, []
	for n, held in enumerate(objects, 1):
		places.append(len(out))
		out += b"%d 0 obj%sendobj\n" % (n, held)
	table = b"".join(b"%010d 00000 n \n" % p for p in places)
	return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (
		len(objects) + 1,
		table,
		len(objects) + 1,
		len(out),
	)


def office(main, content):
	"""As Word, Excel and PowerPoint pack it: the list of types first."""
	out = io.BytesIO()
	with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
		z.writestr(
			"[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
		)
		z.writestr(
			"_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
		)
		z.writestr(main, content)
	return out.getvalue()


def stored(*members):
	"""As a small tool packs it: not compressed."""
	out = io.BytesIO()
	with zipfile.ZipFile(out, "w") as z:
		for name, content in members:
			z.writestr(name, content)
	return out.getvalue()


def compound():
	"""The head of an old office document (MS-CFB) and its first sectors."""
	head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
	return head.ljust(512, b"\xff") + bytes(1536)


def documents(folder):
	text = "\n".join(LINES)
	plain = os.path.join(folder, "one.pdf")
	with open(plain, "wb") as f:
		f.write(written_pdf(b"1.4"))
	cairo, united = os.path.join(folder, "cairo.pdf"), os.path.join(folder, "united.pdf")
	run(["pdftocairo", "-pdf", plain, cairo])
	run(["pdfunite", plain, cairo, united])
	for path, name in ((plain, "Preise.pdf"), (cairo, "cairo.pdf"), (united, "united.PDF")):
		with open(path, "rb") as f:
			yield File(name, f.read(), "document", "document", "document", pdf_opens)
	yield File("many pages.pdf", written_pdf(b"1.7", 30), "document", "document", "document", pdf_opens)
	for name, content, opens in (
		("letter.docx", office("word/document.xml", "<document>%s</document>" % text), zip_opens),
		("prices.xlsx", office("xl/workbook.xml", "<workbook/>"), zip_opens),
		("slides.pptx", office("ppt/presentation.xml", "<presentation/>"), zip_opens),
		("plain.docx", stored(("word/document.xml", text)), zip_opens),
		("old letter.doc", compound(), same),
		("old prices.xls", compound(), same),
		("old slides.ppt", compound(), same),
		("hours.txt", text.encode(), same),
		("windows.txt", b"\xef\xbb\xbf" + "Öffnungszeiten\r\n".encode(), same),
		("latin.txt", "Öffnungszeiten\n".encode("latin-1"), same),
	):
		yield File(name, content, "document", "document", "document", opens)
	for name, content, opens in (
		("all.zip", stored(("a.txt", text)), zip_opens),
		("list.csv", b"a;b\n1;2\n", same),
		("visit.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\r\nEND:VCARD\r\n", same),
		("day.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", same),
		(
			"letter.odt",
			stored(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", text)),
			zip_opens,
		),
	):
		yield File(name, content, None, "document", "document", opens)


# ---- opening ----


def run(command, content=None):
	done = subprocess.run(command, input=content, capture_output=True, timeout=WAIT_S, check=False)
	assert done.returncode == 0 and not done.stderr.strip(), (command, done.stderr[-500:])
	return done.stdout


def picture_opens(content, name):
	"""It has as many pixels as were put in, or the most that are sent, and is the right way round."""
	sizes = run(["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", "-"], content)
	size = tuple(int(n) for n in sizes.split()[0].split(b",")[:2])
	sizes = {"sideways.jpg": (HEIGHT, WIDTH), "large.jpg": (2560, 1920)}
	assert size == sizes.get(name, (WIDTH, HEIGHT)), size
	assert b"Exif" not in content


def ffmpeg_opens(content, name):
	"""Its frames can be decoded."""
	where = os.path.join("/tmp", "deskbell-corpus-%d-%s" % (os.getpid(), name))
	with open(where, "wb") as f:
		f.write(content)
	try:
		run(["ffmpeg", "-v", "error", "-nostdin", "-i", where, "-f", "null", "-"])
	finally:
		os.unlink(where)


def pdf_opens(content, _):
	assert run(["pdftoppm", "-jpeg", "-singlefile", "-r", "20", "-"], content)[:2] == b"\xff\xd8"


def zip_opens(content, _):
	with zipfile.ZipFile(io.BytesIO(content)) as z:
		assert z.testzip() is None and z.namelist()


def same(content, _):
	assert content


def all_files(folder):
	return [*pictures(), *converted(folder), *documents(folder)]
