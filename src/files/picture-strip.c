/*
 * picture-strip.c - a picture without what a camera wrote into it, and not decoded: where no program reads pictures, or
 * it fails, their notes must not go out all the same.
 *
 * Pure. Reads what a stranger made: every length is checked against what is left. What is a note is told by
 * picture-head.c's rule for JPEG and PNG. Sources: ITU T.81, B.1 (JPEG), W3C "PNG", Google "WebP Container", CIPA
 * DC-008 (EXIF).
 */
#include "files/picture-strip.h"

#include "files/picture-head.h"

#include <string.h>

#define PNG_SIGNATURE "\x89PNG\r\n\x1a\n"
#define WEBP_NOTED 0x0c /* in VP8X: there is EXIF, there is XMP */

struct picture_sink {
	bool (*put)(void *arg, struct str piece);
	void *arg;
};

static bool picture_strip_put(const struct picture_sink *to, const void *bytes, size_t n)
{
	return n == 0 || to->put(to->arg, (struct str){ bytes, n });
}

static size_t picture_strip_be(struct str s, size_t at, int bytes)
{
	size_t value = 0;
	for (int i = 0; i < bytes; i++)
		value = value << 8 | (unsigned char)s.p[at + (size_t)i];
	return value;
}

static size_t picture_strip_le(struct str s, size_t at)
{
	return (size_t)(unsigned char)s.p[at] | (size_t)(unsigned char)s.p[at + 1] << 8
	       | (size_t)(unsigned char)s.p[at + 2] << 16 | (size_t)(unsigned char)s.p[at + 3] << 24;
}

/* ---- JPEG ---- */

/* EXIF that says the orientation and nothing else. */
static bool picture_strip_orientation(const struct picture_sink *to, int orientation)
{
	char block[] = "\xff\xe1\x00\x22"
		       "Exif\0\0"
		       "MM\0\x2a\0\0\0\x08"
		       "\0\x01"
		       "\x01\x12\0\x03\0\0\0\x01\0\0\0\0"
		       "\0\0\0\0";
	block[29] = (char)orientation;
	return orientation == 1 || picture_strip_put(to, block, sizeof(block) - 1);
}

/* Where the next marker stands after the bytes of a scan; the end when there is none. */
static size_t picture_strip_scan(struct str s, size_t at)
{
	while (at + 1 < s.n) {
		unsigned char next = (unsigned char)s.p[at + 1];
		if ((unsigned char)s.p[at] == 0xff && next != 0 && (next < 0xd0 || next > 0xd7) && next != 0xff)
			return at;
		at++;
	}
	return s.n;
}

static bool picture_strip_jpeg(const struct picture_sink *to, struct str s)
{
	struct picture_head head;
	size_t at = 2;
	if (!picture_head_read(s, &head) || !picture_strip_put(to, s.p, 2)
		|| !picture_strip_orientation(to, head.orientation))
		return false;
	for (bool begun = false;;) {
		if (begun && at == s.n) /* cut off: what there is can be seen */
			return true;
		if (at + 2 > s.n || (unsigned char)s.p[at] != 0xff)
			return false;
		unsigned char marker = (unsigned char)s.p[at + 1];
		if (marker == 0xff) { /* filling */
			at++;
			continue;
		}
		if (marker == 0xd9)
			return picture_strip_put(to, s.p + at, 2);
		size_t length = at + 4 <= s.n ? picture_strip_be(s, at + 2, 2) : 0;
		if (length < 2 || length > s.n - at - 2)
			return begun;
		size_t end = at + 2 + length;
		if (marker == 0xda) {
			begun = true;
			end = picture_strip_scan(s, end);
		}
		if (!picture_jpeg_is_note(marker) && !picture_strip_put(to, s.p + at, end - at))
			return false;
		at = end;
	}
}

/* ---- PNG ---- */

static bool picture_strip_png(const struct picture_sink *to, struct str s)
{
	if (!picture_strip_put(to, s.p, 8))
		return false;
	for (size_t at = 8; s.n - at >= 12;) {
		size_t length = picture_strip_be(s, at, 4);
		if (length > s.n - at - 12)
			return false;
		if (!picture_png_is_note(s.p + at + 4) && !picture_strip_put(to, s.p + at, length + 12))
			return false;
		if (!memcmp(s.p + at + 4, "IEND", 4))
			return true;
		at += length + 12;
	}
	return false;
}

/* ---- WebP ---- */

/* The length of a chunk with its head and its filling byte; 0 when it is not whole. */
static size_t picture_strip_chunk(struct str s, size_t at)
{
	if (at > s.n || s.n - at < 8)
		return 0;
	size_t length = picture_strip_le(s, at + 4);
	size_t whole = length + (length & 1);
	return whole >= length && whole <= s.n - at - 8 ? whole + 8 : 0;
}

static bool picture_webp_is_note(struct str s, size_t at)
{
	return !memcmp(s.p + at, "EXIF", 4) || !memcmp(s.p + at, "XMP ", 4);
}

/* The head of an extended picture says which notes there are. */
static bool picture_strip_webp_head(const struct picture_sink *to, struct str s, size_t at, size_t n)
{
	char flags = (char)(s.p[at + 8] & ~WEBP_NOTED);
	return picture_strip_put(to, s.p + at, 8) && picture_strip_put(to, &flags, 1)
	       && picture_strip_put(to, s.p + at + 9, n - 9);
}

static bool picture_strip_webp(const struct picture_sink *to, struct str s)
{
	size_t n, kept = 4, declared = picture_strip_le(s, 4);
	if (declared < 4 || declared > s.n - 8)
		return false;
	s.n = declared + 8;
	for (size_t at = 12; at < s.n; at += n) {
		if (!(n = picture_strip_chunk(s, at)))
			return false;
		kept += picture_webp_is_note(s, at) ? 0 : n;
	}
	const char size[4] = { (char)kept, (char)(kept >> 8), (char)(kept >> 16), (char)(kept >> 24) };
	bool good =
		picture_strip_put(to, s.p, 4) && picture_strip_put(to, size, 4) && picture_strip_put(to, s.p + 8, 4);
	for (size_t at = 12; at < s.n && good; at += n) {
		n = picture_strip_chunk(s, at);
		if (n > 8 && !memcmp(s.p + at, "VP8X", 4))
			good = picture_strip_webp_head(to, s, at, n);
		else if (!picture_webp_is_note(s, at))
			good = picture_strip_put(to, s.p + at, n);
	}
	return good;
}

bool picture_strip(struct str picture, bool (*put)(void *arg, struct str piece), void *arg)
{
	const struct picture_sink to = { put, arg };
	if (picture.n > 4 && !memcmp(picture.p, "\xff\xd8", 2))
		return picture_strip_jpeg(&to, picture);
	if (picture.n > 8 && !memcmp(picture.p, PNG_SIGNATURE, 8))
		return picture_strip_png(&to, picture);
	return picture.n > 12 && !memcmp(picture.p, "RIFF", 4) && !memcmp(picture.p + 8, "WEBP", 4)
	       && picture_strip_webp(&to, picture);
}
