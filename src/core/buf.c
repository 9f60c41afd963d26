/*
 * buf.c - the growing buffer.
 *
 * Owns one heap block, always with room for a NUL behind the content. Grows by doubling up to the maximum given at
 * birth. An addition goes in whole or not at all: the first that would pass the maximum sets the error and from then on
 * nothing is added, so that a result never has a hole. Never wipes (a secret has its own type) and never gives memory
 * back before buf_fini. Out of memory is fatal. Replacement of invalid UTF-8 follows the Unicode standard, section 3.9,
 * "substitution of maximal subparts", as browsers do.
 */
#include "core/buf.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_BYTES 64
#define REPLACEMENT 0xFFFD

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max < SIZE_MAX ? max : SIZE_MAX - 1 };
}

void buf_fini(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->err = ERR_OK;
	if (b->data)
		b->data[0] = '\0';
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

/* Doubling keeps the cost of many small additions linear; the maximum bounds the waste. */
static void buf_grow(struct buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : FIRST_BYTES;

	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	if (cap > b->max + 1)
		cap = b->max + 1;
	char *data = realloc(b->data, cap);
	if (!data)
		fatal(ERR_INTERNAL, "out of memory: a buffer could not grow to %zu bytes", cap);
	b->data = data;
	b->cap = cap;
	b->data[b->len] = '\0';
}

char *buf_reserve(struct buf *b, size_t n)
{
	if (b->err == ERR_OK && n > b->max - b->len)
		b->err = ERR_TOO_LARGE;
	if (b->err != ERR_OK)
		return NULL;
	if (!b->data || n > b->cap - b->len - 1)
		buf_grow(b, b->len + n + 1);
	return b->data + b->len;
}

void buf_commit(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	if (b->cap == 0 || n > b->cap - b->len - 1)
		bug("%zu bytes committed that were not reserved", n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	char *room = n > 0 ? buf_reserve(b, n) : NULL;

	if (!room)
		return;
	memcpy(room, bytes, n);
	buf_commit(b, n);
}

void buf_add_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

void buf_add_cstr(struct buf *b, const char *s)
{
	buf_add_str(b, str_of(s));
}

void buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addv(b, fmt, ap);
	va_end(ap);
}

void buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		bug("a format failed: %s", fmt);
	char *room = buf_reserve(b, (size_t)n);
	if (!room)
		return;
	vsnprintf(room, (size_t)n + 1, fmt, ap);
	buf_commit(b, (size_t)n);
}

/* How many bytes at `s`, which do not start a character, one replacement stands for: those that a character could have
 * begun with. Found by completing the first three, then two, with continuation bytes. */
static size_t broken_length(struct str s)
{
	uint32_t c;

	for (size_t k = s.n < 3 ? s.n : 3; k > 1; k--) {
		char probe[4] = { '\x80', '\x80', '\x80', '\x80' };
		memcpy(probe, s.p, k);
		if (str_utf8_next((struct str){ probe, sizeof(probe) }, &c) > k)
			return k;
	}
	return 1;
}

void buf_add_utf8_clean(struct buf *b, struct str s)
{
	while (s.n > 0) {
		struct str good = { s.p, 0 };
		uint32_t c = 0;
		while (good.n < s.n) {
			size_t n = str_utf8_next((struct str){ s.p + good.n, s.n - good.n }, &c);
			if (n == 0 || c == 0)
				break;
			good.n += n;
		}
		buf_add_str(b, good);
		s.p += good.n;
		s.n -= good.n;
		if (s.n == 0)
			break;
		size_t skip = broken_length(s);
		buf_add_utf8(b, REPLACEMENT);
		s.p += skip;
		s.n -= skip;
	}
}

void buf_add_utf8(struct buf *b, uint32_t c)
{
	char out[4];
	size_t n;

	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = REPLACEMENT;
	if (c < 0x80) {
		buf_add_char(b, (char)c);
		return;
	}
	n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (c & 0x3F));
		c >>= 6;
	}
	static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	out[0] = (char)(lead[n] | c);
	buf_add(b, out, n);
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ buf_cstr(b), b->len };
}

const char *buf_cstr(const struct buf *b)
{
	return b->data ? b->data : "";
}
