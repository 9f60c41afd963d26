/*
 * pattern.c - words of a message, and short patterns over them. Pure.
 *
 * Owns the notation (pattern.h). Never looks across the end of a sentence and never goes back over more than the few
 * words that a pattern leaves open, so that its cost is bounded by words times elements. There is no failure: a text
 * without words matches nothing.
 */
#include "domain/leads/pattern.h"

#include "domain/text.h"

#define OPEN_MAX 9 /* words that _N stands for */

/* ---- reading ---- */

static const struct {
	uint32_t first, last;
	enum pattern_gap gap;
} marks[] = { { 0x00, 0x09, GAP_BLANK }, { 0x0a, 0x0d, GAP_STOP }, { 0x0e, 0x20, GAP_BLANK }, { '!', '!', GAP_STOP },
	{ '"', '"', GAP_COMMA }, { '#', '\'', GAP_JOINT }, { '(', ')', GAP_COMMA }, { '*', '+', GAP_JOINT },
	{ ',', ',', GAP_COMMA }, { '-', '/', GAP_JOINT }, { ':', ':', GAP_COMMA }, { ';', ';', GAP_STOP },
	{ '<', '>', GAP_COMMA }, { '?', '?', GAP_STOP }, { '@', '@', GAP_JOINT }, { '[', ']', GAP_COMMA },
	{ '^', '`', GAP_JOINT }, { '{', '~', GAP_COMMA }, { 0x7f, 0xa0, GAP_BLANK }, { 0xa1, 0xa1, GAP_STOP },
	{ 0xa2, 0xa9, GAP_JOINT }, { 0xab, 0xab, GAP_COMMA }, { 0xac, 0xb1, GAP_JOINT }, { 0xb4, 0xb4, GAP_JOINT },
	{ 0xb7, 0xb8, GAP_JOINT }, { 0xbb, 0xbb, GAP_COMMA }, { 0xbf, 0xbf, GAP_STOP }, { 0x60c, 0x60c, GAP_COMMA },
	{ 0x61b, 0x61b, GAP_STOP }, { 0x61f, 0x61f, GAP_STOP }, { 0x2000, 0x200a, GAP_BLANK },
	{ 0x2010, 0x2015, GAP_COMMA }, { 0x2018, 0x201b, GAP_JOINT }, { 0x201c, 0x2025, GAP_COMMA },
	{ 0x2026, 0x2029, GAP_STOP }, { 0x202f, 0x205f, GAP_BLANK }, { 0x20a0, 0x20cf, GAP_JOINT },
	{ 0x2190, 0x2bff, GAP_COMMA }, { 0x3000, 0x303f, GAP_COMMA }, { 0xff01, 0xff0f, GAP_COMMA },
	{ 0xff1a, 0xff20, GAP_COMMA }, { 0x1f000, 0x1faff, GAP_COMMA } };

static bool pattern_is_mark(uint32_t c, enum pattern_gap *gap)
{
	size_t low = 0, high = sizeof(marks) / sizeof(marks[0]);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (c > marks[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == sizeof(marks) / sizeof(marks[0]) || c < marks[low].first)
		return false;
	*gap = marks[low].gap;
	return true;
}

/* One character at `pos`: its length, and whether it separates words. */
static size_t read_char(struct str text, size_t pos, bool *separates, enum pattern_gap *gap)
{
	uint32_t c;
	size_t n = str_utf8_next((struct str){ text.p + pos, text.n - pos }, &c);
	*gap = GAP_BLANK;
	*separates = n == 0 || pattern_is_mark(c, gap);
	n = n ? n : 1;
	/* A dot ends a sentence and a comma separates, unless they stand inside a word: 1.500, a.m, ana@example.com. */
	bool inside = pos + n < text.n && strchr(" \t\r\n", text.p[pos + n]) == NULL;
	if (c == '.' && !inside)
		*gap = GAP_STOP;
	if (c == ',' && inside && text.p[pos + n] >= '0' && text.p[pos + n] <= '9')
		*gap = GAP_JOINT;
	return n;
}

struct pattern_text pattern_read(struct pool *pool, struct str text)
{
	struct pattern_text t = { { text.p, text.n < PATTERN_TEXT_MAX ? text.n : PATTERN_TEXT_MAX }, NULL, 0 };
	struct pattern_word *words = pool_new_array(pool, t.text.n / 2 + 1, struct pattern_word);
	enum pattern_gap before = GAP_STOP, gap;
	bool separates;
	for (size_t pos = 0; pos < t.text.n;) {
		size_t begin = pos;
		size_t n = read_char(t.text, pos, &separates, &gap);
		if (separates) {
			before = gap > before ? gap : before;
			pos += n;
			continue;
		}
		while (pos < t.text.n && (n = read_char(t.text, pos, &separates, &gap)) && !separates)
			pos += n;
		struct str raw = { t.text.p + begin, pos - begin }, folded = text_fold(pool, raw);
		folded = str_take_until(&folded, ' ');
		if (!folded.n)
			continue;
		words[t.n++] = (struct pattern_word){ raw, folded, before };
		before = GAP_JOINT;
	}
	t.words = words;
	return t;
}

struct str pattern_slice(const struct pattern_text *t, int from, int to)
{
	const char *begin = t->words[from].raw.p, *end = t->words[to].raw.p + t->words[to].raw.n;
	return (struct str){ begin, (size_t)(end - begin) };
}

bool pattern_at_end(const struct pattern_text *t, int at)
{
	return at >= t->n || t->words[at].before == GAP_STOP;
}

/* ---- matching ---- */

/* At most one letter wrong, missing, too many, or two exchanged; the first must be right. */
static bool is_almost(struct str a, struct str b)
{
	struct str longer = a.n >= b.n ? a : b, shorter = a.n >= b.n ? b : a;
	size_t i = 0, rest;
	if (shorter.n < 5 || longer.n - shorter.n > 1 || a.p[0] != b.p[0])
		return false;
	while (i < shorter.n && longer.p[i] == shorter.p[i])
		i++;
	rest = shorter.n - i;
	if (longer.n > shorter.n)
		return memcmp(longer.p + i + 1, shorter.p + i, rest) == 0;
	if (rest <= 1 || memcmp(longer.p + i + 1, shorter.p + i + 1, rest - 1) == 0)
		return true;
	return longer.p[i] == shorter.p[i + 1] && longer.p[i + 1] == shorter.p[i]
	       && memcmp(longer.p + i + 2, shorter.p + i + 2, rest - 2) == 0;
}

static bool is_one(struct str word, struct str alternative)
{
	if (alternative.n && alternative.p[0] == '~') {
		alternative = (struct str){ alternative.p + 1, alternative.n - 1 };
		return str_equal(word, alternative) || is_almost(word, alternative);
	}
	if (alternative.n && alternative.p[alternative.n - 1] == '*')
		return str_has_prefix(word, (struct str){ alternative.p, alternative.n - 1 });
	return str_equal(word, alternative);
}

static bool is_any(struct str word, struct str alternatives)
{
	while (alternatives.p)
		if (is_one(word, str_take_until(&alternatives, '|')))
			return true;
	return false;
}

bool pattern_is(const struct pattern_word *word, const char *alternatives)
{
	return is_any(word->folded, str_of(alternatives));
}

/* What may stand behind the end of what a contact wants. */
static const char polite[] =
	"please|pls|plz|now|asap|thanks|thank|you|urgently|immediately|"
	"instead|today|here|lutfen|"
	"hemen|acil|tesekkurler|simdi|por|favor|gracias|ya|ahora|porfa|porfavor|urgente|bitte|"
	"danke|jetzt|sofort|hier|s|il|te|vous|plait|svp|stp|merci|maintenant|obrigado|obrigada|agora|"
	"grazie|adesso|subito|favore|per|пожалуиста|срочно|"
	"спасибо|сеичас|فضلك|لو|سمحت|من|شكرا|"
	"الان";

static bool is_end(const struct pattern_text *t, int at)
{
	while (!pattern_at_end(t, at) && pattern_is(&t->words[at], polite))
		at++;
	return pattern_at_end(t, at);
}

/* Words from `first`, where the pattern began, to the place `at` that `rest` of it is to match; 0 for no match. */
static int match_from(const struct pattern_text *t, int first, int at, struct str rest)
{
	if (!rest.p)
		return at - first;
	struct str element = str_take_until(&rest, ' ');
	bool ended = at > first ? pattern_at_end(t, at) : at >= t->n;
	if (str_equal(element, STR("^")))
		return !ended && t->words[at].before == GAP_STOP ? match_from(t, first, at, rest) : 0;
	if (str_equal(element, STR("$")))
		return is_end(t, at) ? match_from(t, first, at, rest) : 0;
	if (element.p[0] == '_') {
		for (int n = 0, most = element.p[1] - '0'; n <= most && n <= OPEN_MAX; n++) {
			int taken = match_from(t, first, at + n, rest);
			if (taken || pattern_at_end(t, at + n))
				return taken;
		}
		return 0;
	}
	if (element.p[0] == '?') {
		element = (struct str){ element.p + 1, element.n - 1 };
		int taken = !ended && is_any(t->words[at].folded, element) ? match_from(t, first, at + 1, rest) : 0;
		return taken ? taken : match_from(t, first, at, rest);
	}
	return !ended && is_any(t->words[at].folded, element) ? match_from(t, first, at + 1, rest) : 0;
}

int pattern_match(const struct pattern_text *t, int at, const char *pattern)
{
	return match_from(t, at, at, str_of(pattern));
}

int pattern_find(const struct pattern_text *t, int from, const char *pattern, int *taken)
{
	for (int at = from; at < t->n; at++) {
		int n = pattern_match(t, at, pattern);
		if (n) {
			if (taken)
				*taken = n;
			return at;
		}
	}
	return -1;
}
