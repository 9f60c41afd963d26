/*
 * sim-llm-words.c - folding, stemming of the crudest kind, and synonyms.
 *
 * Pure functions. Knows ASCII only: other letters are parts of words as they are. What it takes for the same word is
 * meant to be guessed by the author of a test, not to be right about a language.
 */
#include "simulator/llm/sim-llm-words.h"

#include <stdlib.h>

#define SYNONYMS_MAX 10000

/* Too common to say what a text is about; sorted. */
static const char *const stop_words[] = { "a", "about", "all", "am", "an", "and", "any", "are", "at", "be", "but", "by",
	"can", "could", "did", "do", "doe", "for", "from", "had", "has", "hav", "how", "i", "if", "in", "is", "it",
	"its", "m", "me", "much", "my", "no", "not", "of", "on", "or", "our", "pleas", "s", "so", "tell", "that", "the",
	"ther", "they", "thi", "to", "up", "was", "we", "what", "when", "wher", "which", "who", "will", "with", "would",
	"you", "your" };

int llm_str_order(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int order_stop_word(const void *key, const void *element)
{
	return llm_str_order(*(const struct str *)key, str_of(*(const char *const *)element));
}

static int order_synonym(const void *a, const void *b)
{
	return llm_str_order(((const struct llm_synonym *)a)->word, ((const struct llm_synonym *)b)->word);
}

static int order_word(const void *a, const void *b)
{
	return llm_str_order(((const struct llm_word *)a)->text, ((const struct llm_word *)b)->text);
}

static bool is_word_byte(char c)
{
	c = llm_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* "opening", "opened", "opens" become "open"; "closes" and "close" become "clos". */
static struct str cut_ending(struct str word)
{
	static const char *const endings[] = { "ing", "ed", "s", "e" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		struct str ending = str_of(endings[i]);

		if (word.n >= ending.n + 3 && word.p[0] >= 'a' && str_has_suffix(word, ending))
			word.n -= ending.n;
	}
	return word;
}

static struct str sim_llm_words_fold(struct pool *pool, struct str word)
{
	char *p = pool_alloc(pool, word.n + 1);

	for (size_t i = 0; i < word.n; i++)
		p[i] = llm_lower(word.p[i]);
	return cut_ending((struct str){ p, word.n });
}

static struct str sim_llm_words_canonical(const struct llm_synonyms *synonyms, struct str word)
{
	struct llm_synonym key = { .word = word };
	const struct llm_synonym *found =
		synonyms->n ? bsearch(&key, synonyms->list, synonyms->n, sizeof(key), order_synonym) : NULL;

	return found ? found->first : word;
}

static bool is_stop_word(struct str word)
{
	return bsearch(
		&word, stop_words, sizeof(stop_words) / sizeof(*stop_words), sizeof(*stop_words), order_stop_word);
}

/* The next word of the text, absent at its end. */
static struct str sim_llm_words_take_word(struct str *text)
{
	size_t n = 0;

	while (text->n && !is_word_byte(*text->p)) {
		text->p++;
		text->n--;
	}
	if (!text->n)
		return STR_NONE;
	while (n < text->n && is_word_byte(text->p[n]))
		n++;
	text->p += n;
	text->n -= n;
	return (struct str){ text->p - n, n };
}

static size_t count_words(struct str text)
{
	size_t n = 0;

	while (sim_llm_words_take_word(&text).n)
		n++;
	return n;
}

struct llm_words llm_words(struct pool *pool, const struct llm_synonyms *synonyms, struct str text)
{
	struct llm_words words = { .n = count_words(text) };

	words.list = pool_new_array(pool, words.n, struct llm_word);
	for (size_t i = 0; i < words.n; i++) {
		struct str word =
			sim_llm_words_canonical(synonyms, sim_llm_words_fold(pool, sim_llm_words_take_word(&text)));

		words.list[i] = (struct llm_word){ word, !is_stop_word(word) };
	}
	return words;
}

void llm_words_sort(struct llm_words *words)
{
	size_t n = 0;

	if (words->n)
		qsort(words->list, words->n, sizeof(*words->list), order_word);
	for (size_t i = 0; i < words->n; i++)
		if (!n || !str_equal(words->list[i].text, words->list[n - 1].text))
			words->list[n++] = words->list[i];
	words->n = n;
}

ptrdiff_t llm_words_find(const struct llm_words *sorted, struct str word)
{
	struct llm_word key = { .text = word };
	const struct llm_word *found =
		sorted->n ? bsearch(&key, sorted->list, sorted->n, sizeof(key), order_word) : NULL;

	return found ? found - sorted->list : -1;
}

static size_t count_synonyms(const struct json *groups)
{
	size_t n = 0;

	for (size_t i = 0; i < json_length(groups); i++)
		n += json_length(json_at(groups, i));
	return n;
}

enum err llm_synonyms_parse(struct pool *pool, const struct json *v, struct llm_synonyms *out, struct explain *why)
{
	static const struct llm_synonyms none = { NULL, 0 };
	size_t n = count_synonyms(v);

	if (json_kind(v) != JSON_ARRAY || n > SYNONYMS_MAX)
		return explain(why, ERR_INVALID, "synonyms is an array of groups, at most %d words", SYNONYMS_MAX);
	*out = (struct llm_synonyms){ pool_new_array(pool, n, struct llm_synonym), 0 };
	for (size_t i = 0; i < json_length(v); i++) {
		struct str first = STR_NONE;

		for (size_t k = 0; k < json_length(json_at(v, i)); k++) {
			struct llm_words words = llm_words(pool, &none, json_str(json_at(json_at(v, i), k)));

			if (words.n != 1)
				return explain(why, ERR_INVALID, "synonyms[%zu][%zu] is not one word", i, k);
			if (!first.p)
				first = words.list[0].text;
			out->list[out->n++] = (struct llm_synonym){ words.list[0].text, first };
		}
	}
	if (out->n)
		qsort(out->list, out->n, sizeof(*out->list), order_synonym);
	return ERR_OK;
}

ptrdiff_t llm_find_nocase(struct str s, struct str needle)
{
	for (size_t i = 0; i + needle.n <= s.n; i++)
		if (str_equal_nocase((struct str){ s.p + i, needle.n }, needle))
			return (ptrdiff_t)i;
	return -1;
}
