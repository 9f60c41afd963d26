/*
 * link-number.c - numbers that a contact might call or pay to, as opposed to dates, times and amounts. Pure.
 */
#include "answer/llm/link-parts.h"
#include "answer/llm/links.h"

#include "core/buf.h"

#define DIGITS_MIN 7
#define GROUPS_MAX 16
#define GAP_MAX 3 /* separators in a row */

/* The digits between separators. */
struct number {
	size_t from[GROUPS_MAX], to[GROUPS_MAX];
	char gap[GROUPS_MAX]; /* what stands before the group: one of " .-/", '(' counting as a space */
	int groups;
	size_t digits;
	bool plus;
};

static char link_number_separator(uint32_t c)
{
	if (c == '.' || c == '/' || c == '-')
		return (char)c;
	return c != '\n' && (codepoint_is_space(c) || c == '(' || c == ')') ? ' ' : '\0';
}

/* Past the separators at `at`; `*gap` is the most telling of them. */
static size_t skip_gap(const struct skeleton *g, size_t at, char *gap)
{
	size_t end = at;

	*gap = ' ';
	for (; end < g->n && end < at + GAP_MAX && link_number_separator(g->c[end]); end++)
		if (link_number_separator(g->c[end]) != ' ')
			*gap = link_number_separator(g->c[end]);
	return end;
}

static void link_number_read_number(const struct skeleton *g, size_t at, struct number *n)
{
	char gap = '\0';

	*n = (struct number){ .plus = g->c[at] == '+' };
	at += n->plus;
	while (n->groups < GROUPS_MAX && at < g->n && codepoint_is_digit(g->c[at])) {
		int i = n->groups++;
		n->gap[i] = gap;
		n->from[i] = at;
		while (at < g->n && codepoint_is_digit(g->c[at]))
			at++;
		n->to[i] = at;
		n->digits += at - n->from[i];
		at = skip_gap(g, at, &gap);
	}
}

static size_t link_number_length(const struct number *n, int i)
{
	return n->to[i] - n->from[i];
}

static uint64_t link_number_value(const struct skeleton *g, const struct number *n, int i)
{
	uint64_t v = 0;

	for (size_t at = n->from[i]; at < n->to[i] && v < 1000000000; at++)
		v = v * 10 + (g->c[at] - '0');
	return v;
}

/* What a letter of a pattern stands for. */
static const struct part {
	char letter;
	size_t min_length, max_length;
	uint64_t min, max;
} parts[] = { { 'D', 1, 2, 1, 31 }, { 'M', 1, 2, 1, 12 }, { 'Y', 4, 4, 1900, 2199 }, { 'h', 1, 2, 0, 24 },
	{ 'm', 2, 2, 0, 59 } };

static bool is_part(const struct skeleton *g, const struct number *n, int i, char letter)
{
	const struct part *part = parts;

	while (part->letter != letter)
		part++;
	return link_number_length(n, i) >= part->min_length && link_number_length(n, i) <= part->max_length
	       && link_number_value(g, n, i) >= part->min && link_number_value(g, n, i) <= part->max;
}

/* A stop in the pattern stands for a stop, a slash or a hyphen. */
static bool is_gap(char gap, char pattern)
{
	return gap == pattern || (pattern == '.' && (gap == '/' || gap == '-'));
}

/* How many groups the pattern takes, 0 when the number does not begin so. */
static int link_number_matches(const struct skeleton *g, const struct number *n, const char *pattern)
{
	int groups = (int)(strlen(pattern) + 1) / 2;

	for (int i = 0; i < groups; i++) {
		if (i >= n->groups || !is_part(g, n, i, pattern[2 * i]))
			return 0;
		if (i > 0 && !is_gap(n->gap[i], pattern[2 * i - 1]))
			return 0;
	}
	return groups;
}

/* Days and hours, and from one to another. Whatever follows is another number. */
static int time_groups(const struct skeleton *g, const struct number *n)
{
	static const char *const patterns[] = { "D.M-D.M.Y", "D-D.M.Y", "D.M.Y", "M.D.Y", "Y.M.D", "h.m-h.m", "Y-Y" };
	int groups = 0;

	for (size_t i = 0; groups == 0 && !n->plus && i < sizeof(patterns) / sizeof(patterns[0]); i++)
		groups = link_number_matches(g, n, patterns[i]);
	return groups;
}

/* From one amount to another: 2500-3500. */
static bool is_range(const struct skeleton *g, const struct number *n, bool money)
{
	if (n->groups != 2 || n->plus || n->gap[1] != '-' || link_number_length(n, 0) > 6
		|| link_number_length(n, 1) > 6)
		return false;
	if (g->c[n->from[0]] == '0' || link_number_value(g, n, 0) >= link_number_value(g, n, 1))
		return false;
	return money || (link_number_value(g, n, 0) % 10 == 0 && link_number_value(g, n, 1) % 10 == 0);
}

/* 1.250.000, and with spaces when `money` stands next to it. */
static bool is_grouped(const struct skeleton *g, const struct number *n, bool money)
{
	for (int i = 1; i < n->groups; i++)
		if (link_number_length(n, i) != 3 || n->gap[i] != n->gap[1]
			|| (!money && (n->gap[i] != '.' || n->digits > 8)))
			return false;
	return !n->plus && g->c[n->from[0]] != '0' && (n->groups > 1 || money)
	       && link_number_length(n, 0) <= (n->groups > 1 ? 3 : 9);
}

static bool is_currency_sign(uint32_t c)
{
	return c == '$' || c == 0xA3 || c == 0xA5 || (c >= 0x20A0 && c <= 0x20CF);
}

static bool has_money_next_to(const struct skeleton *g, size_t from, size_t to)
{
	static const char *const words[] = { "TL", "TRY", "USD", "EUR", "GBP", "Euro", "euro", "lira", "dolar" };

	if (from > 0
		&& (is_currency_sign(g->c[from - 1])
			|| (g->c[from - 1] == ' ' && from > 1 && is_currency_sign(g->c[from - 2]))))
		return true;
	to += g->c[to] == ' ';
	if (is_currency_sign(g->c[to]))
		return true;
	struct str after = skeleton_source(g, to, g->n);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_prefix(after, str_of(words[i])))
			return true;
	return false;
}

bool link_scan_number(const struct skeleton *g, size_t at, struct link_span *out)
{
	struct number n;

	link_number_read_number(g, at, &n);
	int times = time_groups(g, &n);
	*out = (struct link_span){ LINK_NUMBER, at, n.to[(times ? times : n.groups) - 1] };
	bool money = has_money_next_to(g, at, out->to);
	if (times > 0 || n.digits < DIGITS_MIN || is_range(g, &n, money) || is_grouped(g, &n, money))
		return false;
	/* "(0212) 555": the first parenthesis belongs to it when the second does. */
	out->from -= at > 0 && g->c[at - 1] == '(' && g->c[n.to[0]] == ')';
	return true;
}

static bool link_number_contains(struct str digits, struct str number)
{
	return digits.n >= number.n && memmem(digits.p, digits.n, number.p, number.n);
}

/* Without the zeros at its start; a country's code before it, of up to three digits, may be missing in the source. */
static bool knows_digits(struct str known, struct str number, bool international)
{
	bool found = false;

	international |= str_has_prefix(number, STR("00"));
	while (number.n > 0 && number.p[0] == '0')
		number = (struct str){ number.p + 1, number.n - 1 };
	size_t least = DIGITS_MIN + str_has_suffix(number, STR(" "));
	for (size_t skip = 0; !found && skip <= (international ? 3 : 0) && number.n >= skip + least; skip++)
		found = link_number_contains(known, (struct str){ number.p + skip, number.n - skip });
	return found;
}

/* Another number may follow with nothing but a space between; then the first counts alone, if it stands in the source
 * as a whole. */
size_t links_known_number_end(const struct links_known *known, const struct skeleton *g, const struct link_span *span)
{
	bool international = g->c[span->from] == '+';
	size_t end = span->from;
	struct buf digits;

	buf_init(&digits, SIZE_MAX);
	for (size_t i = span->from; i < span->to; i++) {
		if (!codepoint_is_digit(g->c[i]))
			continue;
		buf_add_char(&digits, (char)g->c[i]);
		if (i + 1 < span->to && codepoint_is_digit(g->c[i + 1]))
			continue;
		size_t n = digits.len;
		if (i + 1 < span->to)
			buf_add_char(&digits, ' ');
		if (knows_digits(known->digits, buf_str(&digits), international))
			end = i + 1;
		buf_truncate(&digits, n);
	}
	buf_fini(&digits);
	return end;
}

bool links_number_occurs(struct pool *pool, struct str number, struct str text)
{
	struct links_known known = links_known_of(pool, &text, 1);
	struct skeleton g = skeleton_of(pool, str_trim(number));
	struct link_span all = { LINK_NUMBER, 0, g.n };

	while (all.to > 0 && !codepoint_is_digit(g.c[all.to - 1]))
		all.to--;
	return all.to > 0 && links_known_number_end(&known, &g, &all) == all.to;
}
