/*
 * str.c - looking into slices: comparing, cutting, reading numbers and UTF-8.
 *
 * Owns nothing and allocates nothing: every result is a slice of its argument or a plain value. Never reads behind the
 * slice's end and never expects a NUL. Locale plays no part; white space, digits and case are ASCII's. Failure is a
 * false or a 0.
 */
#include "core/str.h"

static const char white_space[] = " \t\r\n\v\f";

static bool str_is_space(char c)
{
	return c != '\0' && strchr(white_space, c) != NULL;
}

static char str_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* memcmp must not be given NULL, not even for no bytes. */
static bool same_bytes(const char *a, const char *b, size_t n)
{
	return n == 0 || memcmp(a, b, n) == 0;
}

bool str_equal(struct str a, struct str b)
{
	return a.n == b.n && same_bytes(a.p, b.p, a.n);
}

bool str_equal_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (str_lower(a.p[i]) != str_lower(b.p[i]))
			return false;
	return true;
}

bool str_has_prefix(struct str s, struct str prefix)
{
	return s.n >= prefix.n && same_bytes(s.p, prefix.p, prefix.n);
}

bool str_has_suffix(struct str s, struct str suffix)
{
	if (suffix.n == 0)
		return true;
	return s.n >= suffix.n && same_bytes(s.p + (s.n - suffix.n), suffix.p, suffix.n);
}

struct str str_trim(struct str s)
{
	while (s.n > 0 && str_is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && str_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str str_take_until(struct str *rest, char sep)
{
	struct str head = *rest;
	ptrdiff_t at = str_find_char(head, sep);

	if (at < 0) {
		*rest = STR_NONE;
		return head;
	}
	head.n = (size_t)at;
	rest->p += head.n + 1;
	rest->n -= head.n + 1;
	return head;
}

ptrdiff_t str_find_char(struct str s, char c)
{
	const char *found = s.n > 0 ? memchr(s.p, c, s.n) : NULL;

	return found ? found - s.p : -1;
}

/* Gathers below zero, where there is room for the smallest number too. */
bool str_to_i64(struct str s, int64_t *out)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	int64_t value = 0;
	size_t i = negative ? 1 : 0;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(value, (int64_t)10, &value)
			|| __builtin_sub_overflow(value, (int64_t)(s.p[i] - '0'), &value))
			return false;
	}
	if (!negative && value == INT64_MIN)
		return false;
	*out = negative ? value : -value;
	return true;
}

/* Bytes that a character with this first byte has, 0 when none starts so (a continuation, or C0, C1 and F5 to FF). */
static size_t utf8_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xC2 || lead > 0xF4)
		return 0;
	return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

size_t str_utf8_next(struct str s, uint32_t *out)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	static const unsigned char lead_bits[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	size_t n = s.n > 0 ? utf8_length((unsigned char)s.p[0]) : 0;

	if (n == 0 || n > s.n)
		return 0;
	uint32_t c = (unsigned char)s.p[0] & lead_bits[n];
	for (size_t i = 1; i < n; i++) {
		unsigned char next = (unsigned char)s.p[i];
		if ((next & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (next & 0x3F);
	}
	if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*out = c;
	return n;
}

bool str_is_utf8(struct str s)
{
	uint32_t c;

	while (s.n > 0) {
		size_t n = str_utf8_next(s, &c);
		if (n == 0)
			return false;
		s.p += n;
		s.n -= n;
	}
	return true;
}

struct str str_cut(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xC0) == 0x80)
		max--;
	return (struct str){ s.p, max };
}

size_t str_characters(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}
