/*
 * lead-rules-money.c - what the customer wants to spend. Pure.
 *
 * A number is a budget only beside a currency and words of spending ("up to 500 euros", "2000 TL'ye kadar"), beside the
 * word budget itself, or when the message is nothing but an amount. "Order 15000 pieces" and "the 50 € package" are
 * none. "$" is written USD.
 */
#include "domain/leads/lead-rules.h"

#include <ctype.h>

static const struct {
	const char *words; /* as a folded word */
	const char *sign;  /* or as it stands in the text; NULL for none */
	const char *code;
} currencies[] = { { "eur|euro|euros|avro", "\u20ac", "EUR" }, { "usd|dollar|dollars|dolar|dolares|bucks", "$", "USD" },
	{ "gbp|pounds|sterlin|libras", "\u00a3", "GBP" }, { "tl|lira|liraya|lirasi", "\u20ba", "TRY" },
	{ "chf", NULL, "CHF" }, { "mxn", NULL, "MXN" }, { "brl|reais", NULL, "BRL" }, { "inr|rupees", "\u20b9", "INR" },
	{ "aed|dirham|dirhams", NULL, "AED" }, { "sar", NULL, "SAR" }, { "rub", "\u20bd", "RUB" },
	{ "jpy|yen", "\u00a5", "JPY" }, { "pln", NULL, "PLN" }, { "cad", NULL, "CAD" }, { "aud", NULL, "AUD" } };

static const char budget_words[] = "budget|budgets|butce*|presupuesto|orcamento";
/* Words of spending; they need a currency. */
static const char *const spending[] = { "up to", "no more than", "not more than", "at most", "spend",
	"can|could|ll pay|afford", "afford", "willing to pay", "maximum|max", "max", "en fazla", "harcayabilir*",
	"odeyebilir*", "param|paramiz var", "hasta", "como maximo", "maximo", "gastar*", "puedo|podemos|podria pagar",
	"dispongo de" };
/* Directly before the amount only. */
static const char *const owning[] = { "i|we have ?about|around|only|just|got", "tengo|tenemos ?solo|unos" };
/* What is counted, where it is no money. */
static const char units[] =
	"people|persons|guests|pieces|pcs|adet|tane|kisi|kisilik|personas|piezas|unidades|invitados|days|"
	"gun|dias|weeks|hafta|hours|saat|horas|km|kg|m|m2|metre|metros|years|yil|anos|months|ay|"
	"rooms|oda|percent|yuzde|minutes|dakika|am|pm|st|nd|rd|th|ml|cm|stars|nights|gece|noches";

struct amount {
	size_t begin, end; /* with the currency */
	double low, value; /* low is 0 without a range */
	const char *code;  /* NULL: without a currency */
};

/* ---- numbers ---- */

/* "1.500", "1,500.50", "1 500", "15k". Groups of three are thousands; a last group of one or two is what follows the
 * point. Returns the length, 0 for none. */
static size_t lead_rules_money_read_number(struct str s, double *value)
{
	double whole = 0, fraction = 0, scale = 1;
	size_t i = 0, group = 0, groups = 0;
	while (i < s.n && i < 16) {
		unsigned char c = (unsigned char)s.p[i];
		if (isdigit(c)) {
			whole = whole * 10 + (c - '0');
			group++;
			i++;
			continue;
		}
		bool separates = (c == '.' || c == ',' || c == '\'' || c == ' ') && i + 1 < s.n
				 && isdigit((unsigned char)s.p[i + 1]);
		size_t next = 0;
		while (separates && i + 1 + next < s.n && isdigit((unsigned char)s.p[i + 1 + next]))
			next++;
		if (!separates || (groups ? group != 3 : group > 3) || (next != 3 && (c == ' ' || c == '\'')))
			break;
		groups++;
		group = 0;
		i++;
		if (next == 3)
			continue;
		if (next > 2)
			return 0;
		for (size_t k = 0; k < next; k++, i++)
			fraction += (s.p[i] - '0') * (scale /= 10);
		break;
	}
	*value = whole + fraction;
	return i && i < 16 ? i : 0;
}

static bool at_word_end(struct str text, size_t at)
{
	return at >= text.n || !isalnum((unsigned char)text.p[at]);
}

/* "k", "bin", "mil" behind a number. */
static size_t read_factor(struct str text, size_t at, double *factor)
{
	static const struct {
		const char *word;
		double factor;
	} factors[] = { { "k", 1e3 }, { "K", 1e3 }, { " k", 1e3 }, { " bin", 1e3 }, { "bin", 1e3 }, { " mil", 1e3 },
		{ " thousand", 1e3 }, { " million", 1e6 }, { " milyon", 1e6 } };
	struct str rest = { text.p + at, text.n - at };
	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
		size_t n = strlen(factors[i].word);
		if (str_has_prefix(rest, str_of(factors[i].word)) && at_word_end(text, at + n)) {
			*factor = factors[i].factor;
			return n;
		}
	}
	*factor = 1;
	return 0;
}

/* ---- currency ---- */

static const char *lead_rules_money_code_of(const struct pattern_word *w)
{
	for (size_t i = 0; i < sizeof(currencies) / sizeof(currencies[0]); i++)
		if (pattern_is(w, currencies[i].words))
			return currencies[i].code;
	return str_equal(w->raw, STR("TRY")) ? "TRY" : NULL; /* in small letters it is a verb */
}

static const char *sign_at(struct str text, size_t at, size_t *length)
{
	struct str rest = { text.p + at, text.n - at };
	for (size_t i = 0; i < sizeof(currencies) / sizeof(currencies[0]); i++)
		if (currencies[i].sign && str_has_prefix(rest, str_of(currencies[i].sign))) {
			*length = strlen(currencies[i].sign);
			return currencies[i].code;
		}
	return NULL;
}

/* The currency behind the amount: a sign, or the word `next` if it is the next thing. */
static void read_currency_behind(const struct pattern_text *t, int next, struct amount *a)
{
	size_t length, at = a->end;
	if (at < t->text.n && t->text.p[at] == ' ')
		at++;
	const char *code = at < t->text.n ? sign_at(t->text, at, &length) : NULL;
	if (code) {
		a->code = code;
		a->end = at + length;
		return;
	}
	if (next < t->n && t->words[next].raw.p <= t->text.p + at
		&& (code = lead_rules_money_code_of(&t->words[next])) != NULL) {
		a->code = code;
		a->end = (size_t)(t->words[next].raw.p + t->words[next].raw.n - t->text.p);
	}
}

static void read_currency_before(const struct pattern_text *t, int word, struct amount *a)
{
	size_t at = a->begin, length;
	if (at > 0 && t->text.p[at - 1] == ' ')
		at--;
	for (size_t back = 1; back <= 3 && back <= at; back++) {
		const char *code = sign_at(t->text, at - back, &length);
		if (code && length == back) {
			a->code = code;
			a->begin = at - back;
			return;
		}
	}
	if (word > 0 && t->words[word - 1].raw.p + t->words[word - 1].raw.n == t->text.p + at)
		a->code = lead_rules_money_code_of(&t->words[word - 1]);
}

/* ---- amounts ---- */

static int word_at(const struct pattern_text *t, int from, size_t byte)
{
	while (from < t->n && t->words[from].raw.p < t->text.p + byte)
		from++;
	return from;
}

/* The amount that begins in word `word`; false when there is none. */
static bool read_amount(const struct pattern_text *t, int word, struct amount *a)
{
	struct str text = t->text;
	double factor, high;
	size_t at = (size_t)(t->words[word].raw.p - text.p), n;
	*a = (struct amount){ .begin = at, .end = at };
	if (!isdigit((unsigned char)text.p[at]) || (at > 0 && strchr("+.,:/-_#@", text.p[at - 1])))
		return false;
	if (!(n = lead_rules_money_read_number((struct str){ text.p + at, text.n - at }, &a->value)))
		return false;
	a->end = at + n;
	a->end += read_factor(text, a->end, &factor);
	a->value *= factor;
	if (a->end + 1 < text.n && text.p[a->end] == '-' && isdigit((unsigned char)text.p[a->end + 1])) {
		n = lead_rules_money_read_number((struct str){ text.p + a->end + 1, text.n - a->end - 1 }, &high);
		a->low = a->value;
		a->value = high;
		a->end += 1 + n;
		a->end += read_factor(text, a->end, &factor);
		a->value *= factor;
		if (!n || a->value <= a->low)
			return false;
	}
	if (!at_word_end(text, a->end) || (a->end < text.n && strchr("%:/", text.p[a->end])))
		return false;
	int next = word_at(t, word, a->end);
	read_currency_behind(t, next, a);
	if (!a->code)
		read_currency_before(t, word, a);
	return a->value > 0 && a->value < 1e10 && (a->code || next >= t->n || !pattern_is(&t->words[next], units));
}

static bool is_spending(const struct pattern_text *t, int from, int to)
{
	for (int at = from; at < to; at++)
		for (size_t i = 0; i < sizeof(spending) / sizeof(spending[0]); i++)
			if (pattern_match(t, at, spending[i]))
				return true;
	return false;
}

/* "I have 500 euros", but not "I have 2 dogs, 30 euros per dog". */
static bool is_owned(const struct pattern_text *t, int from, int word)
{
	for (int at = from; at < word; at++)
		for (size_t i = 0; i < sizeof(owning) / sizeof(owning[0]); i++)
			if (pattern_match(t, at, owning[i]) == word - at)
				return true;
	return false;
}

static bool has_budget_word(const struct pattern_text *t, int from, int to)
{
	for (int at = from; at < to; at++)
		if (pattern_is(&t->words[at], budget_words))
			return true;
	return false;
}

/* "My budget is around 1500": without a currency the word must stand near before, and not for something else ("a quote
 * for 30 doors" is the same word in Spanish). */
static bool is_plain_budget(const struct pattern_text *t, int word, const struct amount *a)
{
	for (int at = word; at > 0 && word - at < 4 && t->words[at].before != GAP_STOP; at--) {
		if (pattern_is(&t->words[at - 1], "para|for|icin|de"))
			return false;
		if (pattern_is(&t->words[at - 1], budget_words))
			return a->value >= 20;
	}
	return false;
}

/* Whether the words around say that it is to be spent: those of the same sentence, eight before and four behind. */
static bool is_to_be_spent(const struct pattern_text *t, int word, const struct amount *a)
{
	int from = word, behind = word_at(t, word, a->end), to = behind;
	while (from > 0 && word - from < 8 && t->words[from].before != GAP_STOP)
		from--;
	while (to < t->n && to - behind < 4 && t->words[to].before != GAP_STOP)
		to++;
	if (!a->code)
		return is_plain_budget(t, word, a);
	bool up_to = behind < t->n && pattern_match(t, behind, "_1 kadar|butce*|param") > 0;
	bool alone = t->n <= 3 && behind >= t->n;
	if (behind < t->n && pattern_is(&t->words[behind], "per|each|por|cada"))
		return false;
	return up_to || alone || is_owned(t, from, word) || has_budget_word(t, from, to) || is_spending(t, from, word)
	       || is_spending(t, behind, to);
}

static struct str lead_rules_money_write_number(struct pool *pool, double v)
{
	bool whole = v == (double)(int64_t)v;
	return pool_printf(pool, "%.*f", whole ? 0 : 2, v);
}

bool lead_find_budget(struct pool *pool, const struct pattern_text *t, struct str *budget)
{
	struct amount a;
	for (int word = 0; word < t->n; word++) {
		if (!read_amount(t, word, &a))
			continue;
		if (is_to_be_spent(t, word, &a)) {
			struct str low = a.low > 0 ? lead_rules_money_write_number(pool, a.low) : STR(""),
				   high = lead_rules_money_write_number(pool, a.value);
			*budget = pool_printf(pool, "%s%s%s%s%s", low.p, low.n ? "-" : "", high.p, a.code ? " " : "",
				a.code ? a.code : "");
			return true;
		}
		while (word + 1 < t->n && t->words[word + 1].raw.p < t->text.p + a.end)
			word++;
	}
	return false;
}
