/*
 * support.c - how much of a question a text says. Pure.
 *
 * Two words are alike when they are the same, have the same stem, mean the same concept, begin or hold one another
 * (endings, compounds), or differ by a typing error. The numbers were set with made-up businesses in four languages.
 */
#include "answer/evidence/support.h"

#include "answer/terms/stems.h"

#include <math.h>
#include <stdlib.h>

#define LANGUAGES_KEPT 4
#define SAME_STEM 0.97
#define SAME_CONCEPT 0.95
#define SAME_MATTER 0.8 /* when it closes is said by when it is open */
#define BEGINS 0.88
#define BEGINS_LONG 0.55 /* of a compound that is so many times as long: "foot" is not all that it is about */
#define LONG_COMPOUND 3
#define LONG_QUESTION 2 /* "automatic" asks for more than "auto" says */
#define HOLDS 0.75
#define MISTYPED 0.85
#define SPAN_WORDS 5 /* "from October to April", and what a hyphen joins */
#define COMMON 0.72  /* rarity of a word that half of all pieces have: nothing needs to say it again */
#define SAID 0.6     /* a word that is at least so alike is said */

struct stemmed {
	struct str language;
	struct str stems[CONTENT_MAX];
};

struct asked_words {
	struct pool *pool;
	const struct content *content;
	struct stemmed stemmed[LANGUAGES_KEPT];
	int n;
};

struct asked_words *asked_words_new(struct pool *pool, const struct content *content)
{
	struct asked_words *asked = pool_new_of(pool, struct asked_words);
	asked->pool = pool;
	asked->content = content;
	return asked;
}

static const struct stemmed *stems_in(struct asked_words *a, struct str language)
{
	for (int i = 0; i < a->n; i++)
		if (str_equal(a->stemmed[i].language, language))
			return &a->stemmed[i];
	struct stemmed *s = &a->stemmed[a->n < LANGUAGES_KEPT ? a->n++ : LANGUAGES_KEPT - 1];
	struct stemmer *stemmer = stems_for(a->pool, language);
	s->language = language;
	for (int i = 0; i < a->content->n; i++)
		s->stems[i] = pool_str(a->pool, stems_of_word(stemmer, a->content->words[i].folded));
	return s;
}

static size_t common_prefix(struct str a, struct str b)
{
	size_t n = 0;
	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	return n;
}

/* At most one letter wrong, missing, too many or exchanged with its neighbour. */
static bool is_mistyped(struct str a, struct str b)
{
	struct str longer = a.n >= b.n ? a : b, shorter = a.n >= b.n ? b : a;
	if (shorter.n < 5 || longer.n - shorter.n > 1)
		return false;
	size_t i = common_prefix(a, b), rest = shorter.n - i;
	if (longer.n > shorter.n)
		return memcmp(longer.p + i + 1, shorter.p + i, rest) == 0;
	if (rest <= 1 || memcmp(longer.p + i + 1, shorter.p + i + 1, rest - 1) == 0)
		return true;
	return longer.p[i] == shorter.p[i + 1] && longer.p[i + 1] == shorter.p[i]
	       && memcmp(longer.p + i + 2, shorter.p + i + 2, rest - 2) == 0;
}

static double similarity_of(const struct content_word *w, struct str stem, const struct unit_word *u)
{
	struct str a = w->folded, b = u->folded;
	if (w->concept && w->concept == u->concept)
		return str_equal(a, b) ? 1 : SAME_CONCEPT;
	if (language_is_about_hours(w->concept) && language_is_about_hours(u->concept))
		return SAME_MATTER;
	if (!a.n || !b.n || u->function_word)
		return a.n && str_equal(a, b) ? 1 : 0;
	if (str_equal(a, b))
		return 1;
	if (content_is_number(a) || content_is_number(b))
		return 0;
	if (stem.n >= 3 && str_equal(stem, u->stem))
		return SAME_STEM;
	struct str shorter = a.n < b.n ? a : b, longer = a.n < b.n ? b : a;
	size_t common = common_prefix(a, b);
	if (common == shorter.n && shorter.n >= 4)
		return longer.n > (a.n > b.n ? LONG_QUESTION : LONG_COMPOUND) * shorter.n ? BEGINS_LONG : BEGINS;
	if (is_mistyped(a, b))
		return MISTYPED;
	if (shorter.n >= 5 && memmem(longer.p, longer.n, shorter.p, shorter.n))
		return HOLDS;
	if (common >= 5 && common * 10 >= longer.n * 6)
		return HOLDS;
	return 0;
}

void support_add(struct asked_words *a, const struct unit_words *words, struct str language, double factor, double *out)
{
	const struct content *c = a->content;
	const struct stemmed *s = stems_in(a, language);
	for (int i = 0; i < c->n; i++)
		for (int k = 0; k < words->n && out[i] < factor; k++)
			out[i] = fmax(out[i], factor * similarity_of(&c->words[i], s->stems[i], &words->all[k]));
}

/* Whether a place of a circle, from 1, lies between two of it; 0 is none. */
static bool is_between(int place, int from, int to)
{
	if (!place || !from || !to)
		return false;
	return from <= to ? place >= from && place <= to : place >= from || place <= to;
}

void support_add_span(
	const struct content *c, const struct unit_words *words, struct str language, double factor, double *out)
{
	const struct language *spoken = language_or_english(language);
	int months[2] = { 0 }, weekdays[2] = { 0 }, n_months = 0, n_weekdays = 0;
	for (int k = 0; k < words->n && words->n <= SPAN_WORDS; k++) {
		int month = language_month_named(spoken, words->all[k].folded),
		    day = language_weekday_of(words->all[k].concept);
		if (month && n_months < 2)
			months[n_months++] = month;
		if (day && n_weekdays < 2)
			weekdays[n_weekdays++] = day;
	}
	for (int i = 0; i < c->n; i++) {
		enum concept concept = c->words[i].concept;
		if (is_between(language_month_of(concept), months[0], months[1])
			|| is_between(language_weekday_of(concept), weekdays[0], weekdays[1]))
			out[i] = fmax(out[i], factor);
	}
}

/* Words of the calendar and of times of the day: too many texts have them. */
static bool support_is_time(enum concept c)
{
	return language_month_of(c) || language_weekday_of(c) || c == CONCEPT_DAY || c == CONCEPT_WEEK
	       || c == CONCEPT_NIGHT || c == CONCEPT_MORNING || c == CONCEPT_EVENING || c == CONCEPT_WEEKEND
	       || c == CONCEPT_HOUR || c == CONCEPT_MONTH || c == CONCEPT_YEAR;
}

struct support support_sum(const struct content *c, const double *similarity, const double *rarity)
{
	double all = 0, said = 0, new_all = 0, new_said = 0;
	struct support s = { .plain = 0 };
	int plain = 0;
	for (int i = 0; i < c->n; i++) {
		double weight = c->words[i].weight * rarity[i];
		all += weight;
		said += weight * similarity[i];
		if (!c->words[i].earlier && !c->words[i].asks && rarity[i] > COMMON
			&& !content_is_number(c->words[i].folded)) {
			new_all += weight;
			new_said += weight * similarity[i];
		}
		bool plain_new = !c->words[i].asks && !c->words[i].earlier && !support_is_time(c->words[i].concept);
		plain += plain_new;
		s.plain_share += plain_new && similarity[i] >= SAID;
		s.plain += !c->words[i].asks && similarity[i] >= SAID && !content_is_number(c->words[i].folded);
	}
	s.covered = all > 0 ? said / all : 0;
	s.plain_share = plain > 0 ? s.plain_share / plain : 1;
	s.new_words = new_all > 0 ? new_said / new_all : 1;
	return s;
}

double support_precision(struct asked_words *a, const struct unit_words *label, struct str language)
{
	const struct content *c = a->content;
	const struct stemmed *s = stems_in(a, language);
	double all = 0, said = 0, parts = 0;
	for (int k = 0; k < label->n; k++) {
		const struct unit_word *u = &label->all[k];
		double best = 0;
		for (int i = 0; i < c->n; i++)
			best = fmax(best, similarity_of(&c->words[i], s->stems[i], u));
		parts = u->part ? parts + best / 2 : parts;
		if (u->part || (u->function_word && !u->concept))
			continue;
		best = fmax(best, parts);
		parts = 0;
		all++;
		said += best;
	}
	return all > 0 ? said / all : 0;
}
