/*
 * sentences.c - a text as sentences. Pure; slices of the text.
 *
 * A full stop ends a sentence when white space follows and nothing says otherwise: an abbreviation or a single letter
 * before it, a number at the beginning of a line ("2. Open the lid"), a small letter behind it. Marks of Chinese and
 * Japanese need no space.
 */
#include "answer/retrieval/sentences.h"

#include "answer/understanding/language.h"

#include <strings.h>

#define WORD_RUN_MAX 32 /* characters; more count as another word */

enum end_kind { END_NONE, END_STOP, END_SPACED, END_WIDE };

static size_t next_char(struct str s, size_t pos, uint32_t *c)
{
	*c = 0;
	size_t n = pos < s.n ? str_utf8_next((struct str){ s.p + pos, s.n - pos }, c) : 0;
	return n ? n : 1;
}

static enum end_kind end_kind(uint32_t c)
{
	switch (c) {
	case '.': return END_STOP;
	case '!':
	case '?':
	case 0x2026: /* ellipsis */
	case 0x203c:
	case 0x2047:
	case 0x2048:
	case 0x2049:
	case 0x061f: /* Arabic question mark */
	case 0x06d4: /* Urdu full stop */
	case 0x0964: /* danda */
	case 0x0965:
	case 0x0589: /* Armenian */
	case 0x1362: /* Ethiopic */
	case 0x1367:
	case 0x104a: /* Burmese */
	case 0x104b:
	case 0x17d4: /* Khmer */ return END_SPACED;
	case 0x3002:
	case 0xff01:
	case 0xff0e:
	case 0xff1f:
	case 0xff61: return END_WIDE;
	default: return END_NONE;
	}
}

static bool is_closer(uint32_t c)
{
	return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0xbb || c == 0x2019 || c == 0x201d || c == 0x203a
	       || c == 0x300d || c == 0x300f || c == 0xff09;
}

static bool sentences_is_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xa0 || c == 0x3000 || c == 0x202f
	       || (c >= 0x2000 && c <= 0x200a);
}

/* Of the scripts in which a sentence begins with a capital. */
static bool is_small(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 0xdf && c <= 0xff && c != 0xf7) || (c >= 0x3b1 && c <= 0x3c9)
	       || (c >= 0x430 && c <= 0x45f);
}

static bool sentences_is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* What stands before a full stop that ends nothing; `numbers`: only when a number follows. */
static bool is_abbreviation(struct str word, bool number_follows)
{
	static const struct {
		const char *word;
		bool numbers;
	} table[] = { { "mr", false }, { "mrs", false }, { "ms", false }, { "dr", false }, { "prof", false },
		{ "st", false }, { "sr", false }, { "sra", false }, { "srta", false }, { "dra", false },
		{ "vs", false }, { "bzw", false }, { "vgl", false }, { "av", false }, { "avda", false },
		{ "ca", false }, { "approx", false }, { "mme", false }, { "mlle", false }, { "no", true },
		{ "nr", true }, { "art", true }, { "pp", true }, { "fig", true }, { "tel", true }, { "vol", true },
		{ "cap", true }, { "abs", true }, { "str", true } };
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_equal_nocase(word, str_of(table[i].word)))
			return !table[i].numbers || number_follows;
	return false;
}

/* The word that ends at `end`. */
static struct str word_before(struct str text, size_t end)
{
	size_t start = end;
	while (start > 0 && !strchr(" \t\n\r(\"'", text.p[start - 1]))
		start--;
	return (struct str){ text.p + start, end - start };
}

static bool sentences_is_number(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (!sentences_is_digit((unsigned char)word.p[i]))
			return false;
	return word.n > 0;
}

/* Whether what follows a number and a full stop is a month: "3. Januar", "8. Mart". */
static bool is_month_behind(struct str text, size_t at)
{
	struct str rest = str_trim((struct str){ text.p + at + 1, text.n - at - 1 });
	size_t n = 0;
	while (n < rest.n && !strchr(" \t\n.,;:!?)", rest.p[n]))
		n++;
	return n > 2 && language_is_month((struct str){ rest.p, n });
}

/* Whether the full stop at `at` ends a sentence; `next` is the first visible character behind it. */
static bool stop_ends(struct str text, size_t at, uint32_t next)
{
	struct str word = word_before(text, at);
	uint32_t first;
	if (is_small(next))
		return false;
	if (is_abbreviation(word, sentences_is_digit(next)))
		return false;
	if (sentences_is_number(word) && word.n <= 2 && (word.p == text.p || is_month_behind(text, at)))
		return false;
	if (str_find_char(word, '.') >= 0 && sentences_is_digit(next))
		return false;
	return !(word.n && next_char(word, 0, &first) == word.n && !sentences_is_digit(first)) || !next;
}

/* Behind marks and closing quotes that follow one another. */
static size_t behind_closers(struct str text, size_t pos)
{
	uint32_t c;
	while (pos < text.n) {
		size_t n = next_char(text, pos, &c);
		if (!is_closer(c) && end_kind(c) == END_NONE)
			break;
		pos += n;
	}
	return pos;
}

/* Whether a mark at `at` ends a sentence there, when marks and closers reach to `end`. */
static bool mark_ends(struct str text, size_t at, enum end_kind kind, size_t end)
{
	uint32_t c = ' ', next = 0;
	if (end < text.n)
		next_char(text, end, &c);
	if (kind != END_WIDE && !sentences_is_space(c))
		return false;
	for (size_t pos = end; pos < text.n && c != '\n' && !next;) {
		pos += next_char(text, pos, &c);
		next = sentences_is_space(c) ? 0 : c;
	}
	return kind != END_STOP || stop_ends(text, at, next);
}

static size_t find_end(struct str text)
{
	for (size_t pos = 0; pos < text.n;) {
		uint32_t c;
		size_t n = next_char(text, pos, &c);
		enum end_kind kind = end_kind(c);
		size_t behind = kind == END_NONE ? pos + n : behind_closers(text, pos + n);
		if (c == '\n')
			return pos;
		if (kind != END_NONE && mark_ends(text, pos, kind, behind))
			return behind;
		pos = behind;
	}
	return text.n;
}

struct str sentence_next(struct str *rest)
{
	struct str text = str_trim(*rest);
	if (!text.n) {
		*rest = STR_NONE;
		return STR_NONE;
	}
	size_t end = find_end(text);
	*rest = (struct str){ text.p + end, text.n - end };
	return str_trim((struct str){ text.p, end });
}

bool sentence_is_question(struct str sentence)
{
	static const char *const marks[] = { "?", "\xd8\x9f", "\xef\xbc\x9f",
		"\xcd\xbe" }; /* also Arabic, wide, Greek */
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_has_suffix(sentence, str_of(marks[i])))
			return true;
	return false;
}

/* Tenths of a word that one more character is; `run` counts the characters since the last space. */
static int tenths_of(uint32_t c, int *run)
{
	if (sentences_is_space(c)) {
		*run = 0;
		return 0;
	}
	if ((c >= 0x0e00 && c <= 0x0eff) || (c >= 0x1000 && c <= 0x109f) || (c >= 0x1780 && c <= 0x17ff))
		return 2;
	if ((c >= 0x3040 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff))
		return 5;
	return (*run)++ % WORD_RUN_MAX == 0 ? 10 : 0;
}

int sentence_words(struct str text)
{
	int tenths = 0, run = 0;
	for (size_t pos = 0; pos < text.n;) {
		uint32_t c;
		pos += next_char(text, pos, &c);
		tenths += tenths_of(c, &run);
	}
	return (tenths + 9) / 10;
}

struct str sentence_first_words(struct str text, int words)
{
	int tenths = 0, run = 0;
	size_t pos = 0, space = 0;
	while (pos < text.n) {
		uint32_t c;
		size_t n = next_char(text, pos, &c);
		tenths += tenths_of(c, &run);
		if (tenths > 10 * words)
			break;
		pos += n;
		if (sentences_is_space(c))
			space = pos;
	}
	return (struct str){ text.p, pos == text.n || !space ? pos : space };
}
