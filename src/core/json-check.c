/*
 * json-check.c - what must be looked at, and sometimes changed, before json-c reads a document.
 *
 * A pass that knows strings, numbers and depth, nothing else of the grammar. It owns no memory. It refuses with a
 * position what json-c would take for something else, and rewrites the two things that json-c would lose: integers
 * beyond 64 bits (it gives the nearest one it has) and \u0000 in a member's name (it ends the name there, so that a
 * name could pose as another; written as U+FFFD instead).
 */
#include "core/json-parts.h"

#include <errno.h>
#include <stdlib.h>

struct check {
	struct str text;
	size_t at;     /* next byte to look at */
	size_t copied; /* what is in `corrected` already; 0 until the first change */
	unsigned depth;
	struct buf *corrected;
};

/* Takes over everything before `from`, then `words` in place of the bytes up to `to`. */
static void replace(struct check *c, size_t from, size_t to, struct str words)
{
	buf_add(c->corrected, c->text.p + c->copied, from - c->copied);
	buf_add_str(c->corrected, words);
	c->copied = to;
}

static bool is_at(const struct check *c, size_t at, char byte)
{
	return at < c->text.n && c->text.p[at] == byte;
}

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool skip_digits(struct check *c)
{
	size_t start = c->at;

	while (c->at < c->text.n && c->text.p[c->at] >= '0' && c->text.p[c->at] <= '9')
		c->at++;
	return c->at > start;
}

static bool integer_fits(struct str digits)
{
	char word[32];

	if (digits.n < 19)
		return true;
	if (digits.n >= sizeof(word))
		return false;
	memcpy(word, digits.p, digits.n);
	word[digits.n] = '\0';
	errno = 0;
	if (word[0] == '-')
		(void)strtoll(word, NULL, 10);
	else
		(void)strtoull(word, NULL, 10);
	return errno == 0;
}

/* number = [ "-" ] int [ frac ] [ exp ], RFC 8259 section 6. */
static bool check_number(struct check *c)
{
	size_t start = c->at, digits;
	bool whole = true;

	c->at += is_at(c, c->at, '-');
	digits = c->at;
	if (!skip_digits(c) || (c->text.p[digits] == '0' && c->at > digits + 1))
		return false;
	if (is_at(c, c->at, '.')) {
		c->at++;
		whole = false;
		if (!skip_digits(c))
			return false;
	}
	if (is_at(c, c->at, 'e') || is_at(c, c->at, 'E')) {
		c->at++;
		whole = false;
		c->at += is_at(c, c->at, '+') || is_at(c, c->at, '-');
		if (!skip_digits(c))
			return false;
	}
	if (whole && !integer_fits((struct str){ c->text.p + start, c->at - start }))
		replace(c, c->at, c->at, STR(JSON_MARK));
	return true;
}

static bool is_member_name(const struct check *c)
{
	size_t at = c->at;

	while (at < c->text.n && is_space(c->text.p[at]))
		at++;
	return is_at(c, at, ':');
}

/* The string's content is [start, end). */
static void name_without_nul(struct check *c, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++) {
		if (c->text.p[i] != '\\')
			continue;
		if (end - i >= 6 && memcmp(c->text.p + i, "\\u0000", 6) == 0)
			replace(c, i, i + 6, STR("\\ufffd"));
		i++; /* what an escape escapes is no backslash of its own */
	}
}

static bool check_string(struct check *c)
{
	size_t start = ++c->at;
	bool escapes = false;

	for (; !is_at(c, c->at, '"'); c->at++) {
		if (c->at >= c->text.n)
			return true; /* json-c says what is missing */
		if (c->text.p[c->at] == '\0')
			return false;
		if (c->text.p[c->at] == '\\') {
			escapes = true;
			c->at++;
			if (is_at(c, c->at, '\0'))
				return false;
		}
	}
	c->at++;
	if (escapes && is_member_name(c))
		name_without_nul(c, start, c->at - 1);
	return true;
}

static bool check_next(struct check *c)
{
	char byte = c->text.p[c->at];

	if (byte == '"')
		return check_string(c);
	if (byte == '-' || (byte >= '0' && byte <= '9'))
		return check_number(c);
	c->at++;
	if (byte == '[' || byte == '{')
		return ++c->depth <= JSON_DEPTH_MAX;
	if ((byte == ']' || byte == '}') && c->depth > 0)
		c->depth--;
	return byte != '\0' && byte != 'N' && byte != 'I'; /* NaN, Infinity */
}

enum err json_check(struct str text, struct buf *corrected, struct explain *why)
{
	struct check c = { .text = text, .corrected = corrected };

	while (c.at < text.n) {
		size_t start = c.at;

		if (check_next(&c))
			continue;
		if (c.depth > JSON_DEPTH_MAX)
			return explain(why, ERR_INVALID, T("not valid JSON at byte %zu: more than %d levels"),
				start + 1, JSON_DEPTH_MAX);
		return explain(why, ERR_INVALID, T("not valid JSON at byte %zu: a malformed number, word or NUL byte"),
			start + 1);
	}
	if (c.copied > 0)
		replace(&c, text.n, text.n, STR(""));
	return corrected->err == ERR_OK ? ERR_OK : explain(why, ERR_INVALID, "the JSON document is too large");
}
