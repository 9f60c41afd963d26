/*
 * together.c - several things of price lists that a question names together. Pure.
 *
 * A thing is named when words of its label are said that no other thing claims; the one of which most is said goes
 * first, and its words are taken. Where two are named equally well nothing is said. Prices are added when each thing
 * has one price that was asked for, all in the same currency.
 */
#include "answer/evidence/together.h"

#include "answer/evidence/speak.h"
#include "answer/wording.h"
#include "core/buf.h"

#define TOGETHER_MAX 3
#define NAMED 0.84       /* how alike a word must be */
#define NAMED_LEAST 0.45 /* of a label's words */
#define NAMED_ABOVE 0.7
#define SHORT_WORDS 9 /* a sentence with a price that is no longer is like a row */
#define SPOKEN_MAX_BYTES 4096

struct named {
	const struct unit *unit;
	int place;
	uint32_t words; /* of the question, a bit each */
	int numbers;
	double precision;
};

/* The words of a label that are no numbers. */
static struct unit_words label_of(struct pool *pool, const struct unit *u)
{
	const struct unit_words *all = u->kind == UNIT_ROW ? &u->label_words : &u->text_words;
	struct unit_words words = { pool_new_array(pool, (size_t)all->n + 1, struct unit_word), 0 };
	for (int i = 0; i < all->n; i++)
		if (!content_is_number(all->all[i].folded))
			words.all[words.n++] = all->all[i];
	return words;
}

/* "2 persons", "small": words of many labels and columns, which name no thing. */
static bool is_measure(const struct content_word *w)
{
	switch (w->concept) {
	case CONCEPT_PERSON:
	case CONCEPT_DAY:
	case CONCEPT_WEEK:
	case CONCEPT_MONTH:
	case CONCEPT_YEAR:
	case CONCEPT_HOUR:
	case CONCEPT_MINUTE:
	case CONCEPT_NIGHT:
	case CONCEPT_HALF:
	case CONCEPT_NEW:
	case CONCEPT_SMALL:
	case CONCEPT_MEDIUM:
	case CONCEPT_LARGE: return true;
	default: return content_is_number(w->folded);
	}
}

static struct named name_of(struct asked_words *asked, const struct evidence *e, int place)
{
	const struct unit *u = &e->units->all[place];
	struct named named = { .unit = u, .place = place };
	struct unit_words label = label_of(e->pool, u);
	struct str language = e->hits[u->hit].language;
	double similarity[CONTENT_MAX] = { 0 }, text[CONTENT_MAX] = { 0 };
	support_add(asked, &label, language, 1, similarity);
	support_add(asked, &u->text_words, language, 1, text);
	for (int i = 0; i < e->content->n; i++) {
		const struct content_word *w = &e->content->words[i];
		named.numbers += content_is_number(w->folded) && text[i] >= NAMED;
		if (w->asks || w->earlier || is_measure(w) || similarity[i] < NAMED)
			continue;
		named.words |= (uint32_t)1 << i;
	}
	named.precision = support_precision(asked, &label, language);
	return named;
}

static bool has_price(const struct unit *u)
{
	return u->has_money && (u->kind == UNIT_ROW || (u->kind == UNIT_SENTENCE && u->text_words.n <= SHORT_WORDS));
}

static int count_bits(uint32_t bits)
{
	int n = 0;
	for (; bits; bits &= bits - 1)
		n++;
	return n;
}

static bool is_better(const struct named *a, const struct named *b, uint32_t taken)
{
	int a_said = count_bits(a->words & ~taken), b_said = count_bits(b->words & ~taken);
	if (a_said != b_said)
		return a_said > b_said;
	if (a->precision != b->precision)
		return a->precision > b->precision;
	return a->numbers > b->numbers;
}

/* Whether a thing says more than what is taken; with a word of another it must be named in full: "lamp". */
static bool is_free(const struct named *one, uint32_t taken)
{
	if (!(one->words & ~taken) || one->precision < NAMED_LEAST)
		return false;
	return !(one->words & taken) || one->precision >= NAMED;
}

/* Whether two are named by the same words; the same row may have come with two passages. */
static bool is_doubtful(const struct named *a, const struct named *b, uint32_t taken)
{
	return (a->words & b->words & ~taken) && !str_equal(a->unit->text, b->unit->text)
	       && ((a->words | b->words) & ~taken) == (a->words & ~taken);
}

/* The best of those that are free; `*equal`: another is as good. */
static const struct named *next_named(const struct named *all, int n, uint32_t taken, bool *equal)
{
	const struct named *best = NULL;
	*equal = false;
	for (int i = 0; i < n; i++) {
		if (!is_free(&all[i], taken))
			continue;
		if (!best || is_better(&all[i], best, taken)) {
			best = &all[i];
			*equal = false;
		} else if (!is_better(best, &all[i], taken) && is_doubtful(best, &all[i], taken)) {
			*equal = true;
		}
	}
	return best;
}

/* ---- the sum ---- */

/* The only amount of a text: what stands before it, its hundredths, what stands behind it. */
struct amount {
	struct str before, behind;
	int64_t hundredths;
	bool fraction;
	char mark; /* of its fraction */
};

static bool is_part_of_number(struct str s, size_t i)
{
	bool mark = s.p[i] == '.' || s.p[i] == ',';
	return content_is_number((struct str){ s.p + i, 1 })
	       || (mark && i + 1 < s.n && content_is_number((struct str){ s.p + i + 1, 1 }));
}

/* "1.250,50" in hundredths: the last mark with one or two digits behind it parts a fraction. */
static int64_t hundredths_of(struct str number, struct amount *out)
{
	int64_t value = 0;
	size_t fraction = 0, digits = 0;
	for (size_t i = 0; i < number.n; i++)
		if (!content_is_number((struct str){ number.p + i, 1 }) && number.n - i - 1 <= 2) {
			fraction = number.n - i - 1;
			out->mark = number.p[i];
		}
	for (size_t i = 0; i < number.n; i++) {
		if (!content_is_number((struct str){ number.p + i, 1 }))
			continue;
		if (++digits > 9)
			return -1;
		value = 10 * value + (number.p[i] - '0');
	}
	out->fraction = fraction > 0;
	return fraction == 0 ? value * 100 : fraction == 1 ? value * 10 : value;
}

/* The cell's text holds one number and a currency; false: it does not. */
static bool together_read_amount(struct pool *pool, struct str text, struct amount *out)
{
	size_t at = 0, end;
	text = str_trim(text);
	while (at < text.n && !content_is_number((struct str){ text.p + at, 1 }))
		at++;
	for (end = at; end < text.n && is_part_of_number(text, end);)
		end++;
	for (size_t i = end; i < text.n; i++)
		if (content_is_number((struct str){ text.p + i, 1 }))
			return false;
	if (at == end || !unit_has_money(pool, text))
		return false;
	*out = (struct amount){ .before = { text.p, at }, .behind = { text.p + end, text.n - end } };
	out->hundredths = hundredths_of((struct str){ text.p + at, end - at }, out);
	return out->hundredths >= 0;
}

static bool amount_of(const struct evidence *e, const struct unit *u, struct amount *out)
{
	bool chosen[CELLS_MAX] = { false };
	int n = 0;
	if (u->kind != UNIT_ROW) { /* "Delivery: 5 EUR extra." */
		int64_t colon = str_find_char(u->text, ':');
		struct str price =
			colon < 0 ? u->text : (struct str){ u->text.p + colon + 1, u->text.n - (size_t)colon - 1 };
		return together_read_amount(e->pool, price, out);
	}
	speak_choose_cells(e, u, chosen);
	for (int i = 1; i < u->n_cells; i++)
		n += chosen[i] && unit_has_money(e->pool, u->cells[i])
		     && together_read_amount(e->pool, u->cells[i], out);
	return n == 1;
}

static void write_sum(
	const struct evidence *e, const struct named *const *named, int n, const char *total, struct buf *out)
{
	struct amount first, next;
	if (!amount_of(e, named[0]->unit, &first))
		return;
	int64_t sum = first.hundredths;
	for (int i = 1; i < n; i++) {
		bool row = named[i]->unit->kind == UNIT_ROW;
		if (!amount_of(e, named[i]->unit, &next)
			|| (row && !(str_equal(first.before, next.before) && str_equal(first.behind, next.behind))))
			return;
		first.fraction |= next.fraction;
		first.mark = next.fraction ? next.mark : first.mark;
		sum += next.hundredths;
	}
	struct str number = first.fraction ? pool_printf(
				    e->pool, "%lld%c%02lld", (long long)(sum / 100), first.mark, (long long)(sum % 100))
					   : pool_printf(e->pool, "%lld", (long long)(sum / 100));
	struct str text = pool_printf(e->pool, "%.*s%.*s%.*s", (int)first.before.n, first.before.p, (int)number.n,
		number.p, (int)first.behind.n, first.behind.p);
	buf_add_char(out, '\n');
	buf_add_str(out, wording_fill(e->pool, str_of(total), &(struct filling){ "sum", text }, 1));
}

struct str speak_together(const struct evidence *e, bool listed, const char *total, int *first)
{
	const struct named *named[TOGETHER_MAX];
	struct named *all = pool_new_array(e->pool, (size_t)e->units->n + 1, struct named);
	struct asked_words *asked = asked_words_new(e->pool, e->content);
	int n_all = 0, n = 0;
	bool equal = false;
	uint32_t taken = 0;
	if (!content_asks(e->content, CONCEPT_PRICE) && !listed)
		return STR_NONE;
	for (int i = 0; i < e->units->n; i++)
		if (has_price(&e->units->all[i]))
			all[n_all++] = name_of(asked, e, i);
	while (n < TOGETHER_MAX && (named[n] = next_named(all, n_all, taken, &equal)) && !equal)
		taken |= named[n++]->words;
	if (n < 2 || equal || named[0]->unit->kind != UNIT_ROW)
		return STR_NONE;
	struct buf out;
	buf_init(&out, SPOKEN_MAX_BYTES);
	for (int i = 0; i < n; i++) {
		buf_add_cstr(&out, i ? "\n" : "");
		speak_row(e, named[i]->unit, &out);
	}
	write_sum(e, named, n, total, &out);
	*first = named[0]->place;
	return pool_take(e->pool, &out);
}

/* ---- the cheapest ---- */

/* The first price of a row, which is what a thing costs; -1 without. */
static int64_t row_price(const struct evidence *e, const struct unit *u)
{
	struct amount amount;
	for (int i = 1; i < u->n_cells; i++)
		if (together_read_amount(e->pool, u->cells[i], &amount))
			return amount.hundredths;
	return -1;
}

/* Whether the row, or what stands above it, says all words that the question is about. */
static bool row_is_asked(struct asked_words *asked, const struct evidence *e, const struct unit *u)
{
	double similarity[CONTENT_MAX] = { 0 };
	struct str language = e->hits[u->hit].language;
	support_add(asked, &u->text_words, language, 1, similarity);
	support_add(asked, &u->context_words, language, 1, similarity);
	support_add(asked, &u->column_words[0], language, 1, similarity);
	int said = 0;
	for (int i = 0; i < e->content->n; i++) {
		if (e->content->words[i].asks)
			continue;
		said++;
		if (similarity[i] < NAMED_ABOVE)
			return false;
	}
	return said > 0;
}

struct str speak_cheapest(const struct evidence *e, int *first)
{
	struct asked_words *asked = asked_words_new(e->pool, e->content);
	int64_t least = -1;
	int table = 0, rows = 0;
	for (int i = 0; i < e->units->n; i++) {
		const struct unit *u = &e->units->all[i];
		int64_t price = u->kind == UNIT_ROW && (!table || u->table == table) ? row_price(e, u) : -1;
		if (price <= 0 || !row_is_asked(asked, e, u))
			continue;
		table = u->table;
		rows++;
		if (least < 0 || price < least) {
			least = price;
			*first = i;
		}
	}
	if (rows < 2)
		return STR_NONE;
	struct buf out;
	buf_init(&out, SPOKEN_MAX_BYTES);
	speak_row(e, &e->units->all[*first], &out);
	return pool_take(e->pool, &out);
}
