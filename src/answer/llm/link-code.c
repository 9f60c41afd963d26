/*
 * link-code.c - names and codes that an app acts on although they are no links: @handles, accounts (IBAN), addresses of
 * coins, keys. Pure.
 *
 * Owns their shapes. A code is a run of letters and digits that no language has: what a contact would pay to, or paste.
 * No checksum is asked: an invented account with a right checksum is the worse one.
 */
#include "answer/llm/link-parts.h"

#define HANDLE_MIN 3   /* code points after the at sign: WhatsApp 3, Telegram 4 */
#define PART_MIN 24    /* of letters and digits in one piece: the shortest address of a coin has 25 */
#define ACCOUNT_MIN 15 /* the shortest IBAN, of Norway */
#define ACCOUNT_MAX 34
#define ACCOUNT_DIGITS \
	8 /* the fewest in an IBAN (Malta: 15 and two check digits; Saint Lucia: 26) and not in words \
	   */
#define ACCOUNT_GROUP 4
#define LONG_MIN 32 /* with hyphens and underscores: TON 48, UUID (a key of Pix) 36 */
#define MIXED_MIN 8

static bool code_is_letter(uint32_t c)
{
	return c < 0x80 && codepoint_is_letter(c);
}

static bool code_is_alnum(uint32_t c)
{
	return code_is_letter(c) || codepoint_is_digit(c);
}

static bool code_has_codepoint(uint32_t c)
{
	return code_is_alnum(c) || c == '-' || c == '_';
}

static bool handle_has_codepoint(uint32_t c)
{
	return codepoint_is_letter(c) || codepoint_is_digit(c) || c == '_' || c == '.';
}

/* ---- handles ---- */

static size_t handle_run(const struct skeleton *g, size_t to)
{
	while (to < g->n && (handle_has_codepoint(g->c[to]) || g->c[to] == '-'))
		to++;
	return to;
}

/* "@name@host", as in the fediverse, is one. */
static size_t handle_end(const struct skeleton *g, size_t from)
{
	size_t to = handle_run(g, from);
	if (to > from && g->c[to] == '@' && handle_has_codepoint(g->c[to + 1]))
		to = handle_run(g, to + 1);
	while (to > from && (g->c[to - 1] == '.' || g->c[to - 1] == '-'))
		to--;
	return to;
}

bool link_scan_handle(const struct skeleton *g, size_t start, size_t at, struct link_span *out)
{
	size_t to = handle_end(g, at + 1);
	bool letters = false;
	if (g->c[at] != '@' || to < at + 1 + HANDLE_MIN)
		return false;
	if (at > start && (code_is_alnum(g->c[at - 1]) || g->c[at - 1] == '_'))
		return false;
	for (size_t i = at + 1; i < to && !letters; i++)
		letters = code_is_letter(g->c[i]);
	*out = (struct link_span){ LINK_HANDLE, at, to };
	return letters;
}

/* ---- codes ---- */

/* What a stretch of letters and digits holds. */
struct code_part {
	size_t length, digits, letters;
	size_t turns; /* from a small letter to a capital one */
};

static struct code_part code_part_of(const struct skeleton *g, size_t from)
{
	struct code_part p = { .length = 0 };
	for (size_t i = from; i < g->n && code_is_alnum(g->c[i]); i++, p.length++) {
		bool digit = codepoint_is_digit(g->c[i]), capital = g->c[i] >= 'A' && g->c[i] <= 'Z';
		p.digits += digit;
		p.letters += !digit;
		p.turns += capital && i > from && g->c[i - 1] >= 'a' && g->c[i - 1] <= 'z';
	}
	return p;
}

static bool code_is_whole(const struct code_part *p)
{
	if (p->length >= PART_MIN && p->letters > 0 && (p->digits > 0 || p->turns >= 3))
		return true;
	return p->length >= ACCOUNT_MIN && p->digits >= ACCOUNT_DIGITS && p->letters >= 2;
}

/* Letters, digits, hyphens and underscores in one run. */
static bool code_scan_run(const struct skeleton *g, size_t at, struct link_span *out)
{
	size_t to = at;
	bool whole = false, mixed = false;
	while (to < g->n && code_has_codepoint(g->c[to])) {
		struct code_part p = code_part_of(g, to);
		whole |= code_is_whole(&p);
		mixed |= p.length >= MIXED_MIN && p.digits > 0 && p.letters > 0;
		to += p.length ? p.length : 1;
	}
	while (to > at && !code_is_alnum(g->c[to - 1]))
		to--;
	while (at < to && !code_is_alnum(g->c[at]))
		at++;
	*out = (struct link_span){ LINK_CODE, at, to };
	return whole || (mixed && to - at >= LONG_MIN);
}

static size_t account_group(const struct skeleton *g, size_t at, size_t *digits)
{
	size_t n = 0;
	while (n <= ACCOUNT_GROUP && at + n < g->n && code_is_alnum(g->c[at + n])) {
		*digits += codepoint_is_digit(g->c[at + n]);
		n++;
	}
	return n;
}

/* An IBAN in groups of four: "GB29 NWBK 6016 1331 9268 19". Words may follow; the last group may be shorter. */
static bool code_scan_account(const struct skeleton *g, size_t at, struct link_span *out)
{
	size_t n = ACCOUNT_GROUP, digits = 0, to = at, length = 0;
	if (!code_is_letter(g->c[at]) || !code_is_letter(g->c[at + 1]) || !codepoint_is_digit(g->c[at + 2])
		|| !codepoint_is_digit(g->c[at + 3]))
		return false;
	for (size_t next = at; n == ACCOUNT_GROUP && length < ACCOUNT_MAX; next = to + 1) {
		size_t before = digits;
		n = account_group(g, next, &digits);
		if (n == 0 || n > ACCOUNT_GROUP || (n < ACCOUNT_GROUP && digits == before))
			break;
		to = next + n;
		length += n;
		if (!codepoint_is_space(g->c[to]) && g->c[to] != '-')
			break;
	}
	*out = (struct link_span){ LINK_CODE, at, to };
	return length >= ACCOUNT_MIN && digits >= ACCOUNT_DIGITS;
}

bool link_scan_code(const struct skeleton *g, size_t start, size_t at, struct link_span *out)
{
	if (!code_has_codepoint(g->c[at]))
		return false;
	if ((at == start || !code_is_alnum(g->c[at - 1])) && code_scan_account(g, at, out))
		return true;
	return (at == start || !code_has_codepoint(g->c[at - 1])) && code_scan_run(g, at, out);
}
