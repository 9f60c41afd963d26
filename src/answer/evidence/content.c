/*
 * content.c - the words of a question that say what it is about. Pure.
 *
 * Function words are no evidence; "how much" and the like are little, and say which kind of answer is wanted. What
 * was asked before says less than what is asked now, and nothing about the kind where the new message names one.
 */
#include "answer/evidence/content.h"

#include "answer/understanding/holidays.h"
#include "core/buf.h"
#include "domain/leads/pattern.h"

#define ASKING_WEIGHT 0.5 /* of an ordinary word */
#define NUMBER_WEIGHT 0.7
#define PART_LEAST 4 /* bytes of a part of a compound */

static bool content_is_known(const struct content *c, struct str folded, enum concept concept)
{
	for (int i = 0; i < c->n; i++)
		if (str_equal(c->words[i].folded, folded) || (concept && c->words[i].concept == concept))
			return true;
	return false;
}

static void content_add_word(struct content *c, struct content_word word)
{
	if (c->n == CONTENT_MAX || content_is_known(c, word.folded, word.concept))
		return;
	c->words[c->n++] = word;
	c->n_new += !word.earlier && !word.asks;
}

bool content_asks(const struct content *c, enum concept concept)
{
	for (int i = 0; i < c->n; i++)
		if (c->words[i].asks && c->words[i].concept == concept)
			return true;
	return false;
}

/* How many words say, from a place on, which answer is wanted. */
static int asking_at(const struct pattern_text *t, int at, const struct language *l, enum concept *concept)
{
	int most = 0;
	for (const struct ask_phrase *a = l->asking; a->pattern; a++) {
		int n = a->concept ? pattern_match(t, at, a->pattern) : 0;
		if (n > most) {
			most = n;
			*concept = a->concept;
		}
	}
	return most;
}

static enum concept concept_of(struct str folded, const struct content_languages *l)
{
	enum concept concept = language_concept(l->message, folded);
	return concept ? concept : language_concept(l->own, folded);
}

/* Cyrillic in Latin letters, so that a loan word is found where it came from: "массаж". Other words stay as they are.
 */
static struct str content_latin(struct pool *pool, struct str word)
{
	static const char *const letters[] = { "a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n",
		"o", "p", "r", "s", "t", "u", "f", "h", "c", "ch", "sh", "sh", "", "y", "", "e", "yu", "ya" };
	struct buf out;
	buf_init(&out, 4 * word.n + 8);
	bool all = word.n > 0;
	for (struct str rest = word; rest.n && all;) {
		uint32_t c = 0;
		size_t n = str_utf8_next(rest, &c);
		all = n > 0 && c >= 0x430 && c <= 0x44f;
		if (all)
			buf_add_cstr(&out, letters[c - 0x430]);
		rest = (struct str){ rest.p + (n ? n : 1), rest.n - (n ? n : 1) };
	}
	struct str s = all ? pool_str(pool, buf_str(&out)) : word;
	buf_fini(&out);
	return s;
}

bool content_is_number(struct str word)
{
	return word.n && word.p[0] >= '0' && word.p[0] <= '9';
}

/* "29th", "1er", "200luk": the number. */
static struct str without_ordinal(struct str word)
{
	size_t n = 0;
	while (n < word.n && word.p[n] >= '0' && word.p[n] <= '9')
		n++;
	size_t ending = word.n - n;
	return n > 0 && (ending == 2 || ending == 3) && (word.p[n] | 0x20) >= 'a' ? (struct str){ word.p, n } : word;
}

/* "today", "now": when it is asked says nothing of what is. */
static bool is_present(const struct pattern_text *t, int at, const struct content_languages *l)
{
	const struct clock_words *c = &l->message->clock;
	return pattern_match(t, at, c->today) || pattern_match(t, at, c->tomorrow) || pattern_match(t, at, c->now);
}

/* "New Year's Eve" is 31 December, as documents write it. Returns the words that are taken. */
static int content_add_holiday(struct content *c, struct pool *pool, const struct pattern_text *t, int at,
	const struct content_languages *l, double weight, bool earlier)
{
	enum holiday holiday = 0;
	int month, day, taken = holiday_at(t, at, l->message, &holiday);
	if (!taken)
		taken = holiday_at(t, at, l->own, &holiday);
	if (!taken || !holiday_has_date(holiday, &month, &day))
		return 0;
	struct str number = pool_printf(pool, "%d", day);
	content_add_word(c, (struct content_word){
				    number, language_concept(l->own, number), NUMBER_WEIGHT * weight, false, earlier });
	content_add_word(c, (struct content_word){ STR_NONE, language_month(month), weight, false, earlier });
	return taken;
}

/* Else the words are one for a matter: "money back" is a refund. */
static bool is_kind_of_answer(enum concept c)
{
	return c == CONCEPT_PRICE || c == CONCEPT_WHEN || c == CONCEPT_DURATION || c == CONCEPT_HOW_MANY
	       || c == CONCEPT_HOW_OFTEN || c == CONCEPT_WHO;
}

static bool asks_already(const struct content *c)
{
	for (int i = 0; i < c->n; i++)
		if (c->words[i].asks && !c->words[i].earlier)
			return true;
	return false;
}

/* "Fruehstueckspreis": the concepts of both nouns of a compound, where the language writes them as one word. */
static bool content_compound(const struct language *l, struct str word, enum concept parts[2])
{
	for (size_t cut = PART_LEAST; l->compounds && cut + PART_LEAST <= word.n; cut++) {
		struct str head = { word.p, cut }, tail = { word.p + cut, word.n - cut };
		parts[1] = language_concept(l, tail);
		if (!parts[1])
			continue;
		parts[0] = language_concept(l, head);
		if (!parts[0] && (head.p[cut - 1] == 's' || head.p[cut - 1] == 'n'))
			parts[0] = language_concept(l, (struct str){ head.p, cut - 1 });
		if (parts[0] && parts[0] != parts[1])
			return true;
	}
	return false;
}

/* The parts of a compound count as the words that they are. */
static bool content_add_compound(
	struct content *c, const struct content_languages *l, struct str word, double weight, bool earlier)
{
	enum concept parts[2];
	if (!content_compound(l->message, word, parts))
		return false;
	for (int i = 0; i < 2; i++) {
		bool asks = parts[i] == CONCEPT_PRICE;
		content_add_word(c, (struct content_word){ i == 0 ? word : STR_NONE, parts[i],
					    asks ? ASKING_WEIGHT * weight : weight, asks, earlier });
	}
	return true;
}

void content_add(struct content *c, struct pool *pool, struct str text, const struct content_languages *l,
	double weight, bool earlier)
{
	struct pattern_text t = pattern_read(pool, text);
	bool kind_known = earlier && asks_already(c);
	for (int at = 0; at < t.n;) {
		struct str word = t.words[at].folded;
		enum concept concept = CONCEPT_NONE;
		int asking = asking_at(&t, at, l->message, &concept);
		if (!asking && l->own != l->message)
			asking = asking_at(&t, at, l->own, &concept);
		if (concept == CONCEPT_CHEAPEST) {
			c->cheapest |= !earlier;
			concept = CONCEPT_PRICE;
		}
		if (asking) {
			if (!kind_known)
				content_add_word(
					c, is_kind_of_answer(concept)
						   ? (struct content_word){ STR_NONE, concept, ASKING_WEIGHT * weight,
							   true, earlier }
						   : (struct content_word){ STR_NONE, concept,
							   concept == CONCEPT_WHERE ? ASKING_WEIGHT * weight : weight,
							   false, earlier });
			at += asking;
			continue;
		}
		int holiday = content_add_holiday(c, pool, &t, at, l, weight, earlier);
		if (holiday) {
			at += holiday;
			continue;
		}
		if (content_add_compound(c, l, word, weight, earlier)) {
			at++;
			continue;
		}
		concept = concept_of(word, l);
		word = without_ordinal(word);
		at++;
		/* "Both together?" asks for a price. */
		if ((concept == CONCEPT_PRICE || concept == CONCEPT_TOTAL) && !kind_known)
			content_add_word(
				c, (struct content_word){ word, CONCEPT_PRICE, ASKING_WEIGHT * weight, true, earlier });
		else if (is_present(&t, at - 1, l))
			continue;
		else if (concept
			 || !(language_is_function_word(l->message, word) || language_is_function_word(l->own, word)))
			content_add_word(
				c, (struct content_word){ content_latin(pool, word), concept,
					   content_is_number(word) ? NUMBER_WEIGHT * weight : weight, false, earlier });
	}
}
