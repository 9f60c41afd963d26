/*
 * json-check.c - whether a text is JSON, before json-c sees it.
 *
 * The whole grammar of RFC 8259, so that no version of json-c changes what is accepted: under JSON_TOKENER_STRICT 0.18
 * refuses every byte above 0x7f and 0.16 accepts raw control characters, and without that flag both accept comments,
 * NaN and anything after the value. It owns no memory and refuses with a position and a reason. It rewrites the two
 * things that json-c would lose: integers beyond 64 bits (it gives the nearest one it has) and \u0000 in a member's
 * name (it ends the name there, so that a name could pose as another; written as U+FFFD instead). Bytes that are not
 * UTF-8 pass. It also counts the memory that the values would take: an empty object has two bytes here and 800 there.
 */
#include "core/json/json-parts.h"

#include "core/text/reason.h"

#include <errno.h>
#include <stdlib.h>

/* What json-c (0.16, 64 bits) takes for each value next to the bytes of its text, measured with mallinfo2(): the value
 * with its place in an array; of a member also its name, and its share of the object's table once that has grown. */
enum {
	OBJECT_BYTES = 816,
	ARRAY_BYTES = 176,
	SCALAR_BYTES = 112,
	MEMBER_BYTES = 48,
	GROWN_MEMBER_BYTES = 240,
	MEMBERS_AT_FIRST = 10
};

/* What may come next, after white space. */
enum place {
	PLACE_VALUE,
	PLACE_FIRST_VALUE, /* or the end of the array */
	PLACE_NAME,
	PLACE_FIRST_NAME, /* or the end of the object */
	PLACE_AFTER       /* a comma, or the end of the array, object or text */
};

struct check {
	struct str text;
	size_t at;     /* next byte to look at */
	size_t copied; /* what is in `corrected` already; 0 until the first change */
	unsigned depth;
	bool in_object[JSON_DEPTH_MAX];   /* by level; false: in an array */
	unsigned members[JSON_DEPTH_MAX]; /* by level, so far */
	size_t values_bytes, values_max;
	enum place place;
	const char *reason;    /* why the text is refused at `at`; NULL while it is not */
	struct buf *corrected; /* NULL: nothing is rewritten */
};

static void json_check_refuse(struct check *c, const char *reason)
{
	c->reason = reason;
}

/* Takes over everything before `from`, then `words` in place of the bytes up to `to`. */
static void json_check_replace(struct check *c, size_t from, size_t to, struct str words)
{
	if (!c->corrected)
		return;
	buf_add(c->corrected, c->text.p + c->copied, from - c->copied);
	buf_add_str(c->corrected, words);
	c->copied = to;
}

static void json_check_count(struct check *c, size_t bytes)
{
	c->values_bytes += bytes;
	if (c->values_bytes > c->values_max)
		json_check_refuse(c, CODE(json_values));
}

static bool is_at(const struct check *c, size_t at, char byte)
{
	return at < c->text.n && c->text.p[at] == byte;
}

static bool json_check_is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static void skip_space(struct check *c)
{
	while (c->at < c->text.n && json_check_is_space(c->text.p[c->at]))
		c->at++;
}

static bool json_check_is_digit(const struct check *c, size_t at)
{
	return at < c->text.n && c->text.p[at] >= '0' && c->text.p[at] <= '9';
}

static bool skip_digits(struct check *c)
{
	size_t start = c->at;

	while (json_check_is_digit(c, c->at))
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

/* number = [ "-" ] int [ frac ] [ exp ], RFC 8259 section 6. False where it is malformed. */
static bool skip_number(struct check *c, bool *whole)
{
	size_t digits;

	*whole = true;
	c->at += is_at(c, c->at, '-');
	digits = c->at;
	if (!skip_digits(c) || (c->text.p[digits] == '0' && c->at > digits + 1))
		return false;
	if (is_at(c, c->at, '.')) {
		c->at++;
		*whole = false;
		if (!skip_digits(c))
			return false;
	}
	if (is_at(c, c->at, 'e') || is_at(c, c->at, 'E')) {
		c->at++;
		*whole = false;
		c->at += is_at(c, c->at, '+') || is_at(c, c->at, '-');
		if (!skip_digits(c))
			return false;
	}
	return true;
}

static bool json_check_number(struct check *c)
{
	size_t start = c->at;
	bool whole;

	if (!skip_number(c, &whole)) {
		c->at = start;
		json_check_refuse(c, CODE(json_number));
		return false;
	}
	if (whole && !integer_fits((struct str){ c->text.p + start, c->at - start }))
		json_check_replace(c, c->at, c->at, STR(JSON_MARK));
	return true;
}

static bool is_hex(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

/* What follows a backslash, RFC 8259 section 7. */
static void check_escape(struct check *c)
{
	static const char single[] = { '"', '\\', '/', 'b', 'f', 'n', 'r', 't' };
	size_t end = c->at + 5;

	if (!is_at(c, c->at, 'u')) {
		if (c->at < c->text.n && memchr(single, c->text.p[c->at], sizeof(single)))
			c->at++;
		else
			json_check_refuse(c, CODE(json_escape));
		return;
	}
	for (c->at++; c->at < end; c->at++)
		if (c->at >= c->text.n || !is_hex(c->text.p[c->at])) {
			json_check_refuse(c, CODE(json_u_escape));
			return;
		}
}

static void check_character(struct check *c)
{
	char byte = c->text.p[c->at];

	if ((unsigned char)byte < 0x20) {
		json_check_refuse(c, CODE(json_control));
		return;
	}
	c->at++;
	if (byte == '\\')
		check_escape(c);
}

/* The string's content is [start, end). */
static void name_without_nul(struct check *c, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++) {
		if (c->text.p[i] != '\\')
			continue;
		if (end - i >= 6 && memcmp(c->text.p + i, "\\u0000", 6) == 0)
			json_check_replace(c, i, i + 6, STR("\\ufffd"));
		i++; /* what an escape escapes is no backslash of its own */
	}
}

/* From one quotation mark past the other; false where that one is missing or what is between is refused. */
static bool check_string(struct check *c, bool is_name)
{
	size_t start = ++c->at;
	bool escapes = false;

	while (c->at < c->text.n && !is_at(c, c->at, '"') && !c->reason) {
		escapes |= is_at(c, c->at, '\\');
		check_character(c);
	}
	if (c->at >= c->text.n || c->reason)
		return false;
	c->at++;
	if (escapes && is_name)
		name_without_nul(c, start, c->at - 1);
	return true;
}

static void check_name(struct check *c)
{
	if (!is_at(c, c->at, '"')) {
		json_check_refuse(c, CODE(json_name));
		return;
	}
	if (!check_string(c, true))
		return;
	json_check_count(c, c->members[c->depth - 1]++ < MEMBERS_AT_FIRST ? MEMBER_BYTES : GROWN_MEMBER_BYTES);
	skip_space(c);
	if (is_at(c, c->at, ':')) {
		c->at++;
		c->place = PLACE_VALUE;
	} else if (c->at < c->text.n) {
		json_check_refuse(c, CODE(json_colon));
	}
}

_Static_assert(JSON_DEPTH_MAX == 256, "the reason names the number");

static void open_level(struct check *c, bool object)
{
	if (c->depth == JSON_DEPTH_MAX) {
		json_check_refuse(c, CODE(json_levels));
		return;
	}
	json_check_count(c, object ? OBJECT_BYTES : ARRAY_BYTES);
	c->members[c->depth] = 0;
	c->in_object[c->depth++] = object;
	c->place = object ? PLACE_FIRST_NAME : PLACE_FIRST_VALUE;
	c->at++;
}

static void close_level(struct check *c)
{
	c->depth--;
	c->place = PLACE_AFTER;
	c->at++;
}

static bool skip_word(struct check *c, const char *word)
{
	size_t n = strlen(word);

	if (c->text.n - c->at < n || memcmp(c->text.p + c->at, word, n) != 0)
		return false;
	c->at += n;
	return true;
}

static bool check_scalar(struct check *c)
{
	if (is_at(c, c->at, '"'))
		return check_string(c, false);
	if (is_at(c, c->at, '-') || json_check_is_digit(c, c->at))
		return json_check_number(c);
	if (skip_word(c, "true") || skip_word(c, "false") || skip_word(c, "null"))
		return true;
	json_check_refuse(c, CODE(json_value));
	return false;
}

static void json_check_value(struct check *c)
{
	if (is_at(c, c->at, '{') || is_at(c, c->at, '[')) {
		open_level(c, is_at(c, c->at, '{'));
	} else if (check_scalar(c)) {
		json_check_count(c, SCALAR_BYTES);
		c->place = PLACE_AFTER;
	}
}

static void check_after(struct check *c)
{
	bool object = c->depth > 0 && c->in_object[c->depth - 1];

	if (c->depth == 0) {
		json_check_refuse(c, CODE(json_more));
	} else if (is_at(c, c->at, object ? '}' : ']')) {
		close_level(c);
	} else if (is_at(c, c->at, ',')) {
		c->at++;
		c->place = object ? PLACE_NAME : PLACE_VALUE;
	} else {
		json_check_refuse(c, CODE(json_comma));
	}
}

static void check_next(struct check *c)
{
	if (c->place == PLACE_AFTER)
		check_after(c);
	else if ((c->place == PLACE_FIRST_NAME && is_at(c, c->at, '}'))
		 || (c->place == PLACE_FIRST_VALUE && is_at(c, c->at, ']')))
		close_level(c);
	else if (c->place == PLACE_NAME || c->place == PLACE_FIRST_NAME)
		check_name(c);
	else
		json_check_value(c);
}

/* To the end, or to where the text is refused. */
static void json_check_text(struct check *c)
{
	skip_space(c);
	while (c->at < c->text.n && !c->reason) {
		check_next(c);
		if (!c->reason)
			skip_space(c);
	}
}

enum err json_check(struct str text, size_t values_max, struct buf *corrected, struct explain *why)
{
	struct check c = { .text = text, .values_max = values_max, .corrected = corrected, .place = PLACE_VALUE };

	json_check_text(&c);
	if (c.reason)
		return EXPLAIN(why, c.values_bytes > values_max ? ERR_TOO_LARGE : ERR_INVALID, json_invalid,
			F_INT("byte", c.at + 1), F_REASON("reason", str_of(c.reason)));
	if (c.depth > 0 || c.place != PLACE_AFTER)
		return explain_code(why, ERR_INVALID, CODE(json_early_end));
	if (c.copied > 0)
		json_check_replace(&c, text.n, text.n, STR(""));
	return corrected->err == ERR_OK ? ERR_OK : EXPLAIN(why, ERR_INVALID, json_too_large, F_INT("bytes", text.n));
}

size_t json_values_bytes(struct str text, size_t limit)
{
	struct check c = { .text = text, .values_max = limit, .place = PLACE_VALUE };

	json_check_text(&c);
	return c.values_bytes < limit ? c.values_bytes : limit;
}
