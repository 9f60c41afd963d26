/*
 * picture-head.c - how large a picture says it is, and which way round it was taken.
 *
 * Pure. Reads what a stranger made: every place is checked before it is looked at, and no length is believed. A picture
 * of 50,000 by 50,000 pixels may be a file of a few kilobytes; by this it is refused before it is unpacked. Sources:
 * ITU T.81 (JPEG), W3C "PNG", "GIF89a", Google "WebP Container", CIPA DC-008 (EXIF: tag 0x0112).
 */
#include "files/picture-head.h"

#include <string.h>

#define ORIENTATION 0x0112
#define EXIF_ENTRIES_MAX 200
#define FRAME_LEAST_BYTES 8 /* its length, depth, height, width and components */

static int64_t picture_number(struct str s, size_t at, int bytes, bool little)
{
	int64_t value = 0;
	if (at > s.n || s.n - at < (size_t)bytes)
		return -1;
	for (int i = 0; i < bytes; i++)
		value = value << 8 | (unsigned char)s.p[at + (size_t)(little ? bytes - 1 - i : i)];
	return value;
}

static bool picture_has(struct str s, size_t at, const char *what, size_t n)
{
	return at <= s.n && s.n - at >= n && !memcmp(s.p + at, what, n);
}

/* The orientation of an EXIF block, which is a TIFF file; 1 when it says none. */
static int picture_orientation(struct str tiff)
{
	bool little = picture_has(tiff, 0, "II", 2);
	int64_t at = picture_number(tiff, 4, 4, little);
	int64_t n = at < 0 ? -1 : picture_number(tiff, (size_t)at, 2, little);
	for (int64_t i = 0; i < n && i < EXIF_ENTRIES_MAX; i++) {
		size_t entry = (size_t)(at + 2 + 12 * i);
		int64_t value = picture_number(tiff, entry + 8, 2, little);
		if (picture_number(tiff, entry, 2, little) == ORIENTATION)
			return value >= 1 && value <= 8 ? (int)value : 1;
	}
	return 1;
}

/* Segments until the frame: SOF0 to SOF15 but for DHT, JPG and DAC. */
static bool picture_jpeg(struct str s, struct picture_head *out)
{
	for (size_t at = 2; at + 4 <= s.n;) {
		int marker = (unsigned char)s.p[at + 1];
		if ((unsigned char)s.p[at] != 0xff)
			return false;
		if (marker == 0xff) { /* filling */
			at++;
			continue;
		}
		int64_t length = picture_number(s, at + 2, 2, false);
		if (marker == 0xe1 && picture_has(s, at + 4, "Exif\0\0", 6) && length > 8
			&& at + 2 + (size_t)length <= s.n)
			out->orientation = picture_orientation((struct str){ s.p + at + 10, (size_t)length - 8 });
		bool is_frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
		if (is_frame && length >= FRAME_LEAST_BYTES) {
			out->height = picture_number(s, at + 5, 2, false);
			out->width = picture_number(s, at + 7, 2, false);
			return true;
		}
		if (length < 2 || is_frame || marker == 0xda || marker == 0xd9)
			return false;
		at += 2 + (size_t)length;
	}
	return false;
}

static bool picture_webp(struct str s, struct picture_head *out)
{
	if (picture_has(s, 12, "VP8 ", 4) && picture_has(s, 23, "\x9d\x01\x2a", 3)) {
		out->width = picture_number(s, 26, 2, true) & 0x3fff;
		out->height = picture_number(s, 28, 2, true) & 0x3fff;
	} else if (picture_has(s, 12, "VP8L", 4)) {
		int64_t bits = picture_number(s, 21, 4, true);
		out->width = bits < 0 ? 0 : 1 + (bits & 0x3fff);
		out->height = bits < 0 ? 0 : 1 + (bits >> 14 & 0x3fff);
	} else if (picture_has(s, 12, "VP8X", 4)) {
		out->width = 1 + picture_number(s, 24, 3, true);
		out->height = 1 + picture_number(s, 27, 3, true);
	}
	return true;
}

bool picture_head_read(struct str s, struct picture_head *out)
{
	bool found = false;
	*out = (struct picture_head){ .orientation = 1 };
	if (picture_has(s, 0, "\xff\xd8", 2)) {
		found = picture_jpeg(s, out);
	} else if (picture_has(s, 0, "\x89PNG\r\n\x1a\n", 8)) {
		found = picture_has(s, 12, "IHDR", 4);
		out->width = picture_number(s, 16, 4, false);
		out->height = picture_number(s, 20, 4, false);
	} else if (picture_has(s, 0, "GIF8", 4)) {
		found = true;
		out->width = picture_number(s, 6, 2, true);
		out->height = picture_number(s, 8, 2, true);
	} else if (picture_has(s, 0, "RIFF", 4) && picture_has(s, 8, "WEBP", 4)) {
		found = picture_webp(s, out);
	}
	return found && out->width > 0 && out->height > 0;
}

/* APP0 (JFIF), APP14 (Adobe: colours) and what the picture is made of are none; APP1 (EXIF, XMP), APP2 (profiles, other
 * pictures), APP13 (IPTC) or COM are. */
bool picture_jpeg_is_note(unsigned char marker)
{
	return (marker >= 0xe1 && marker <= 0xef && marker != 0xee) || marker == 0xfe;
}

bool picture_png_is_note(const char *type)
{
	static const char *const notes[] = { "tEXt", "zTXt", "iTXt", "eXIf", "tIME" };
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (!memcmp(type, notes[i], 4))
			return true;
	return false;
}

static bool picture_jpeg_is_plain(struct str s)
{
	for (size_t at = 2; at + 4 <= s.n;) {
		unsigned char marker = (unsigned char)s.p[at + 1];
		int64_t length = picture_number(s, at + 2, 2, false);
		if ((unsigned char)s.p[at] != 0xff || length < 2 || picture_jpeg_is_note(marker))
			return false;
		if (marker == 0xda) /* the picture itself begins */
			return true;
		at += 2 + (size_t)length;
	}
	return false;
}

static bool picture_png_is_plain(struct str s)
{
	for (size_t at = 8; at + 8 <= s.n;) {
		int64_t length = picture_number(s, at, 4, false);
		if (picture_has(s, at + 4, "IDAT", 4))
			return true;
		if (picture_png_is_note(s.p + at + 4))
			return false;
		at += 12 + (size_t)length;
	}
	return false;
}

bool picture_is_plain(struct str s)
{
	if (picture_has(s, 0, "\xff\xd8", 2))
		return picture_jpeg_is_plain(s);
	return picture_has(s, 0, "\x89PNG\r\n\x1a\n", 8) && picture_png_is_plain(s);
}
