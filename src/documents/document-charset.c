/*
 * document-charset.c - the bytes of a text as UTF-8.
 *
 * What the bytes are beats what their sender says they are: text that is valid UTF-8 beyond ASCII is never anything
 * else, while headers and pages often name a charset that the file does not have. Only names in the table reach iconv.
 * Owns nothing after it returns. Never fails: what cannot be decoded becomes U+FFFD.
 */
#include "documents/document.h"

#include "core/buf.h"

#include <errno.h>
#include <iconv.h>

/* Labels in use (WHATWG Encoding Standard), and what libc calls them. Latin-1 means Windows-1252 to everybody. */
static const struct {
	const char *label, *name;
} charsets[] = {
	{ "utf-8", "UTF-8" },
	{ "utf8", "UTF-8" },
	{ "utf-16", "UTF-16LE" },
	{ "utf-16le", "UTF-16LE" },
	{ "utf-16be", "UTF-16BE" },
	{ "us-ascii", "WINDOWS-1252" },
	{ "ascii", "WINDOWS-1252" },
	{ "latin1", "WINDOWS-1252" },
	{ "iso-8859-1", "WINDOWS-1252" },
	{ "iso8859-1", "WINDOWS-1252" },
	{ "windows-1252", "WINDOWS-1252" },
	{ "cp1252", "WINDOWS-1252" },
	{ "iso-8859-9", "WINDOWS-1254" },
	{ "iso8859-9", "WINDOWS-1254" },
	{ "latin5", "WINDOWS-1254" },
	{ "windows-1254", "WINDOWS-1254" },
	{ "iso-8859-2", "ISO-8859-2" },
	{ "iso-8859-5", "ISO-8859-5" },
	{ "iso-8859-6", "ISO-8859-6" },
	{ "iso-8859-7", "ISO-8859-7" },
	{ "iso-8859-8", "ISO-8859-8" },
	{ "iso-8859-13", "ISO-8859-13" },
	{ "iso-8859-15", "ISO-8859-15" },
	{ "windows-874", "CP874" },
	{ "windows-1250", "WINDOWS-1250" },
	{ "windows-1251", "WINDOWS-1251" },
	{ "windows-1253", "WINDOWS-1253" },
	{ "windows-1255", "WINDOWS-1255" },
	{ "windows-1256", "WINDOWS-1256" },
	{ "windows-1257", "WINDOWS-1257" },
	{ "windows-1258", "WINDOWS-1258" },
	{ "koi8-r", "KOI8-R" },
	{ "koi8-u", "KOI8-U" },
	{ "gb2312", "GB18030" },
	{ "gbk", "GB18030" },
	{ "gb18030", "GB18030" },
	{ "big5", "BIG5-HKSCS" },
	{ "euc-jp", "EUC-JP" },
	{ "shift_jis", "CP932" },
	{ "euc-kr", "CP949" },
};

static const char *find_charset(struct str label)
{
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (str_equal_nocase(str_trim(label), str_of(charsets[i].label)))
			return charsets[i].name;
	return NULL;
}

/* The letters in which Turkish differs from Western European: more likely than Icelandic here. */
static const char *guess_charset(struct str bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		if (bytes.p[i] && strchr("\xD0\xDD\xDE\xF0\xFD\xFE", bytes.p[i]))
			return "WINDOWS-1254";
	return "WINDOWS-1252";
}

/* Counts what is UTF-8 beyond ASCII and what is not UTF-8. */
static void count_utf8(struct str bytes, size_t *good, size_t *bad)
{
	*good = *bad = 0;
	while (bytes.n > 0) {
		uint32_t c;
		size_t n = str_utf8_next(bytes, &c);

		*good += n > 1;
		*bad += n == 0;
		bytes.p += n ? n : 1;
		bytes.n -= n ? n : 1;
	}
}

static void document_charset_convert(struct buf *out, iconv_t cd, struct str bytes)
{
	char chunk[16384], *in = (char *)(uintptr_t)bytes.p;
	size_t left = bytes.n;

	while (left > 0) {
		char *to = chunk;
		size_t room = sizeof(chunk);
		bool failed = iconv(cd, &in, &left, &to, &room) == (size_t)-1;

		buf_add(out, chunk, sizeof(chunk) - room);
		if (failed && errno != E2BIG && left > 0) {
			buf_add_utf8(out, 0xFFFD);
			in++;
			left--;
		}
	}
}

/* Without what is not UTF-8; readers need not think of it, nor of a NUL. */
static struct str document_charset_cleaned(struct pool *pool, struct str text)
{
	struct buf out;

	if (str_is_utf8(text) && str_find_char(text, '\0') < 0)
		return text;
	buf_init(&out, text.n * 3);
	buf_add_utf8_clean(&out, text);
	return pool_take(pool, &out);
}

static struct str decode_as(struct pool *pool, struct str bytes, const char *charset)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	struct buf out;

	if (cd == (iconv_t)-1) /* this libc lacks it */
		return bytes;
	buf_init(&out, bytes.n * 4 + 4);
	document_charset_convert(&out, cd, bytes);
	iconv_close(cd);
	return pool_take(pool, &out);
}

/* By its mark, which is taken off; NULL when there is none. */
static const char *take_mark(struct str *bytes)
{
	static const struct {
		struct str mark;
		const char *charset;
	} marks[] = { { { "\xEF\xBB\xBF", 3 }, "UTF-8" }, { { "\xFF\xFE", 2 }, "UTF-16LE" },
		{ { "\xFE\xFF", 2 }, "UTF-16BE" } };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (str_has_prefix(*bytes, marks[i].mark)) {
			*bytes = (struct str){ bytes->p + marks[i].mark.n, bytes->n - marks[i].mark.n };
			return marks[i].charset;
		}
	}
	return NULL;
}

static bool is_utf16(const char *charset)
{
	return strncmp(charset, "UTF-16", 6) == 0;
}

/* By the bytes, then by the name that was given. */
static const char *document_charset_recognise(struct str bytes, const char *named)
{
	size_t good, bad;

	if (named && is_utf16(named) && str_find_char(bytes, '\0') >= 0)
		return named;
	count_utf8(bytes, &good, &bad);
	if (bad == 0 || good > bad || (named && strcmp(named, "UTF-8") == 0 && good > 0))
		return "UTF-8";
	return named && !is_utf16(named) && strcmp(named, "UTF-8") != 0 ? named : guess_charset(bytes);
}

struct str document_decode(struct pool *pool, struct str bytes, struct str charset)
{
	const char *is = take_mark(&bytes);

	if (!is)
		is = document_charset_recognise(bytes, find_charset(charset));
	return document_charset_cleaned(pool, strcmp(is, "UTF-8") == 0 ? bytes : decode_as(pool, bytes, is));
}
