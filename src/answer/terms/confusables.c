/*
 * confusables.c - a text as characters, as a reader takes them. Pure.
 *
 * Owns the table of what passes for ASCII: what compatibility normalisation (UTS 46, which browsers apply to a host's
 * name) turns into a letter, a digit, a stop or a slash. Letters of other alphabets that only look alike stay what they
 * are: a name with one of them is another name.
 */
#include "answer/llm/link-parts.h"

struct confusable {
	uint32_t from, to, cycle; /* repeats after `cycle` */
	const char *as;           /* character by character */
};

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static const struct confusable similarities[] = {
	{ 0x0660, 0x0669, 10, "0123456789" },
	{ 0x06F0, 0x06F9, 10, "0123456789" },
	{ 0x0966, 0x096F, 10, "0123456789" },
	{ 0x2010, 0x2013, 1, "-" },
	{ 0x2212, 0x2212, 1, "-" },
	{ 0x2024, 0x2024, 1, "." },
	{ 0x2044, 0x2044, 1, "/" },
	{ 0x2215, 0x2215, 1, "/" },
	{ 0x24B6, 0x24E9, 52, ALPHABET },
	{ 0x29F8, 0x29F8, 1, "/" },
	{ 0xFE52, 0xFE52, 1, "." },
	{ 0xFE6B, 0xFE6B, 1, "@" },
	{ 0xFF01, 0xFF5E, 94,
		"!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~" },
	{ 0x1D400, 0x1D6A3, 52, ALPHABET },
	{ 0x1D7CE, 0x1D7FF, 10, "0123456789" },
};

static uint32_t confusables_taken_for(uint32_t c)
{
	for (size_t i = 0; c >= 0x660 && i < sizeof(similarities) / sizeof(similarities[0]); i++)
		if (c >= similarities[i].from && c <= similarities[i].to)
			return (unsigned char)similarities[i].as[(c - similarities[i].from) % similarities[i].cycle];
	return c;
}

static bool is_ascii_word(uint32_t c)
{
	return c < 0x80 && (codepoint_is_letter(c) || codepoint_is_digit(c));
}

/* The full stop of Chinese and Japanese is one in a host's name too, but only there. */
static void name_ideographic_stops(uint32_t *c, size_t n)
{
	for (size_t i = 1; i + 1 < n; i++)
		if ((c[i] == 0x3002 || c[i] == 0xFF61) && is_ascii_word(c[i - 1]) && is_ascii_word(c[i + 1]))
			c[i] = '.';
}

struct skeleton skeleton_of(struct pool *pool, struct str text)
{
	uint32_t *c = pool_new_array(pool, text.n + 1, uint32_t);
	size_t *at = pool_new_array(pool, text.n + 1, size_t), n = 0;

	for (size_t i = 0; i < text.n; n++) {
		size_t length = str_utf8_next((struct str){ text.p + i, text.n - i }, &c[n]);
		c[n] = length ? confusables_taken_for(c[n]) : 0xFFFD;
		at[n] = i;
		i += length ? length : 1;
	}
	c[n] = 0;
	at[n] = text.n;
	name_ideographic_stops(c, n);
	return (struct skeleton){ text, c, at, n };
}

struct str skeleton_source(const struct skeleton *g, size_t from, size_t to)
{
	return (struct str){ g->text.p + g->at[from], g->at[to] - g->at[from] };
}

bool codepoint_is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

bool codepoint_is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A)
	       || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Beyond ASCII everything is a letter but signs, and but the scripts that put no space between words: there a name
 * begins and ends in the middle of the text. */
bool codepoint_is_letter(uint32_t c)
{
	static const uint32_t others[][2] = { { 0x80, 0xBF }, { 0xD7, 0xD7 }, { 0xF7, 0xF7 }, { 0x0E00, 0x0EFF },
		{ 0x1000, 0x109F }, { 0x1780, 0x17FF }, { 0x2000, 0x2BFF }, { 0x2E00, 0x9FFF }, { 0xAC00, 0xD7AF },
		{ 0xE000, 0xFB00 }, { 0xFE00, 0xFE6F }, { 0xFF00, 0x1D3FF }, { 0x1F000, 0x10FFFF } };

	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (c >= others[i][0] && c <= others[i][1])
			return false;
	return true;
}
