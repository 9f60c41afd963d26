/*
 * language.c - the table of languages, and their words found fast.
 *
 * The lists of each language become one sorted table, made once in a process and only read afterwards. A word that is
 * in several lists has them all. Knows no text; the words are folded before they are asked for.
 */
#include "answer/understanding/language.h"

#include "core/err.h"
#include "core/pool.h"
#include "domain/text.h"

#include <pthread.h>
#include <stdlib.h>

#define SHORT_FORM_TELLS 2 /* bytes of a short form that tells of its language */
#define PREFIX_LEAST 2     /* bytes of a word that stands for all that begin so */

/* What a word is: a concept, or: */
#define WEEKDAY CONCEPTS    /* and six more */
#define MONTH (WEEKDAY + 7) /* and eleven more */
#define NUMBER (MONTH + 12) /* and ten more */
#define LAST_CONCEPT (NUMBER + NUMBERS - 1)
#define FUNCTION_WORD (LAST_CONCEPT + 1)
#define OTHER_WORD (FUNCTION_WORD + 1) /* of an act */

const struct language *const languages[LANGUAGES] = { &language_en, &language_tr, &language_es, &language_de,
	&language_fr, &language_pt, &language_it, &language_ar, &language_ru, &language_id };

struct entry {
	struct str word;
	int kind;
	bool is_prefix;
};

struct table {
	struct entry *all;
	size_t n, room;
};

static struct table tables[LANGUAGES];
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void language_add(struct table *t, struct str word, int kind)
{
	if (word.n && (word.p[0] == '~' || word.p[0] == '?'))
		word = (struct str){ word.p + 1, word.n - 1 };
	bool is_prefix = word.n && word.p[word.n - 1] == '*';
	word.n -= is_prefix;
	if (word.n < PREFIX_LEAST && is_prefix)
		bug("a word that is too short to stand for others");
	if (word.n == 0 || word.p[0] == '$' || word.p[0] == '^' || word.p[0] == '_')
		return;
	if (t->n == t->room) {
		t->room = 2 * t->room + 256;
		t->all = realloc(t->all, t->room * sizeof(*t->all));
		if (!t->all)
			fatal(ERR_INTERNAL, "out of memory");
	}
	t->all[t->n++] = (struct entry){ word, kind, is_prefix };
}

/* The words of a pattern, or of a list. */
static void add_list(struct table *t, const char *list, char separator, int kind)
{
	for (struct str rest = str_of(list); rest.p;) {
		struct str element = str_take_until(&rest, separator);
		while (element.p)
			language_add(t, str_take_until(&element, '|'), kind);
	}
}

static void add_patterns(struct table *t, const char *const *patterns)
{
	for (; *patterns; patterns++)
		add_list(t, *patterns, ' ', OTHER_WORD);
}

static int compare_words(struct str a, struct str b)
{
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = compare_words(x->word, y->word);
	return order ? order : x->kind - y->kind;
}

static void make_one(struct table *t, const struct language *l)
{
	for (int c = 1; c < CONCEPTS; c++)
		if (l->concepts[c])
			add_list(t, l->concepts[c], '|', c);
	add_list(t, l->function_words, ' ', FUNCTION_WORD);
	for (int i = 0; i < 7; i++)
		add_list(t, l->clock.weekdays[i], '|', WEEKDAY + i);
	for (int i = 0; i < 12; i++)
		add_list(t, l->clock.months[i], '|', MONTH + i);
	for (int i = 0; i < NUMBERS; i++)
		if (l->numbers[i])
			add_list(t, l->numbers[i], '|', NUMBER + i);
	for (struct str rest = str_of(l->short_forms); rest.p;) {
		struct str words = str_take_until(&rest, '|'), form = str_take_until(&words, ' ');
		if (form.n >= SHORT_FORM_TELLS)
			language_add(t, form, OTHER_WORD);
	}
	add_list(t, l->clock.today, ' ', OTHER_WORD);
	add_list(t, l->clock.tomorrow, ' ', OTHER_WORD);
	add_patterns(t, l->acts.greeting);
	add_patterns(t, l->acts.thanks);
	add_patterns(t, l->acts.farewell);
	add_patterns(t, l->acts.identity);
	qsort(t->all, t->n, sizeof(*t->all), compare_entries);
}

static void language_make(void)
{
	for (int i = 0; i < LANGUAGES; i++)
		make_one(&tables[i], languages[i]);
}

const struct language *language_find(struct str tag)
{
	struct str first = str_take_until(&tag, '-');
	for (int i = 0; i < LANGUAGES; i++)
		if (str_equal_nocase(first, str_of(languages[i]->tag)))
			return languages[i];
	return NULL;
}

const struct language *language_or_english(struct str tag)
{
	const struct language *found = language_find(tag);
	return found ? found : languages[0];
}

int language_index(const struct language *language)
{
	int i = 0;
	while (i < LANGUAGES && languages[i] != language)
		i++;
	return i;
}

/* Behind the last entry that does not come after the word. */
static size_t upper_bound(const struct table *t, struct str word)
{
	size_t low = 0, high = t->n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (compare_words(t->all[middle].word, word) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of the word, or of its longest beginning that is listed, the lowest kind between two; -1 without one. Beginnings sort
 * right before the words that begin so. */
static int language_kind_of(const struct language *language, struct str word, int from, int to)
{
	pthread_once(&made, language_make);
	const struct table *t = &tables[language_index(language)];
	struct str found = STR_NONE;
	int kind = -1;
	for (size_t i = upper_bound(t, word); i-- > 0;) {
		const struct entry *e = &t->all[i];
		if (word.n < 1 || e->word.p[0] != word.p[0] || (found.p && !str_equal(e->word, found)))
			break;
		bool fits = e->is_prefix ? str_has_prefix(word, e->word) : str_equal(word, e->word);
		if (!fits || e->kind < from || e->kind > to)
			continue;
		found = e->word;
		kind = e->kind;
	}
	return kind;
}

bool language_is_function_word(const struct language *language, struct str folded)
{
	return language_kind_of(language, folded, FUNCTION_WORD, FUNCTION_WORD) >= 0;
}

enum concept language_concept(const struct language *language, struct str folded)
{
	int64_t number;
	if (folded.n <= 2 && str_to_i64(folded, &number))
		return number >= FIRST_NUMBER && number < FIRST_NUMBER + NUMBERS
			       ? (enum concept)(NUMBER + number - FIRST_NUMBER)
			       : CONCEPT_NONE;
	int kind = language_kind_of(language, folded, 1, LAST_CONCEPT);
	/* "may", "so", "mar" */
	if (kind < 0 || (kind >= CONCEPTS && language_is_function_word(language, folded)))
		return CONCEPT_NONE;
	return (enum concept)kind;
}

bool language_knows(const struct language *language, struct str folded)
{
	return language_kind_of(language, folded, 1, OTHER_WORD) >= 0;
}

bool language_is_month(struct str word)
{
	struct pool *pool = pool_new();
	struct str folded = text_fold(pool, word);
	bool is = false;
	for (int i = 0; i < LANGUAGES && !is; i++)
		is = language_kind_of(languages[i], folded, MONTH, NUMBER - 1) >= 0;
	pool_free(pool);
	return is;
}

int language_month_of(enum concept concept)
{
	return (int)concept >= MONTH && (int)concept < NUMBER ? (int)concept - MONTH + 1 : 0;
}

bool language_is_about_hours(enum concept concept)
{
	return concept == CONCEPT_OPEN || concept == CONCEPT_CLOSED || concept == CONCEPT_HOURS;
}

int language_month_named(const struct language *language, struct str folded)
{
	int kind = language_kind_of(language, folded, MONTH, NUMBER - 1);
	return kind < 0 ? 0 : kind - MONTH + 1;
}

enum concept language_month(int month)
{
	return (enum concept)(MONTH + month - 1);
}

int language_weekday_of(enum concept concept)
{
	return (int)concept >= WEEKDAY && (int)concept < MONTH ? (int)concept - WEEKDAY + 1 : 0;
}
