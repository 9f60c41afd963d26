/*
 * portable-iconv.h - stands in for musl's locale_impl.h when its iconv.c is built for a program with another libc
 * (build-aux/portable): UTF-8 of its own in place of the locale's, so that no locale and no thread state is touched.
 */
#ifndef PORTABLE_ICONV_H
#define PORTABLE_ICONV_H

#include <stddef.h>
#include <wchar.h>

typedef const void *portable_locale;
static portable_locale portable_current;
#define locale_t portable_locale
#define CURRENT_LOCALE (*(portable_locale[]){ portable_current })
#define UTF8_LOCALE NULL
#define mbrtowc portable_mbrtowc
#define wctomb portable_wctomb

/* As mbrtowc(3) in a locale with UTF-8: (size_t)-2 for an incomplete character, (size_t)-1 for none. */
static size_t portable_mbrtowc(wchar_t *to, const char *from, size_t n, mbstate_t *state)
{
	static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)from;
	(void)state;
	if (n == 0)
		return (size_t)-2;
	size_t length = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;
	if (length == 0)
		return (size_t)-1;
	unsigned c = length == 1 ? s[0] : s[0] & (0x7Fu >> length);
	for (size_t i = 1; i < length; i++) {
		if (i >= n)
			return (size_t)-2;
		if ((s[i] & 0xC0) != 0x80)
			return (size_t)-1;
		c = c << 6 | (s[i] & 0x3Fu);
	}
	if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
		return (size_t)-1;
	*to = (wchar_t)c;
	return c ? length : 0;
}

/* As wctomb(3) in a locale with UTF-8. */
static int portable_wctomb(char *to, wchar_t from)
{
	unsigned c = (unsigned)from;
	if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
		return -1;
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	int length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (int i = length - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3F));
	to[0] = (char)((0xF00 >> length & 0xFF) | c);
	return length;
}

#endif
