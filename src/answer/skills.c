/*
 * skills.c - which skill a message asks for: exact trigger first, else the overlap of words weighted by how rare they are.
 *
 * Pure. Both sides are folded alike (domain/text.h). The score is the cosine between the two sets of words with inverse document frequency as weight; a word that no
 * trigger knows weighs as the rarest, so that a long message about something else scores low. The title counts as a trigger.
 */
#include "answer/skills.h"

#include "domain/text.h"

#include <math.h>
#include <stdlib.h>

#define WORDS_MAX 256
#define ANSWER_SCORE 0.6

struct phrase {
	int skill;
	struct str folded;
	int *words; /* positions in the vocabulary, each once */
	int n_words;
	double norm;
};

struct word {
	struct str text;
	int phrases; /* in how many it occurs */
	double weight;
};

struct skill_index {
	const struct skill *skills;
	int n_skills;
	struct phrase *phrases;
	int n_phrases;
	struct word *words; /* sorted by text */
	int n_words;
	double unknown_weight;
};

static int compare_str(struct str a, struct str b)
{
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_words(const void *a, const void *b)
{
	return compare_str(((const struct word *)a)->text, ((const struct word *)b)->text);
}

static int find_word(const struct skill_index *index, struct str text)
{
	struct word key = { .text = text };
	const struct word *found = index->n_words ? bsearch(&key, index->words, (size_t)index->n_words, sizeof(key), compare_words) : NULL;
	return found ? (int)(found - index->words) : -1;
}

static int compare_text(const void *a, const void *b)
{
	return compare_str(*(const struct str *)a, *(const struct str *)b);
}

/* The different words of a folded text, sorted. */
static int distinct_words(struct str folded, struct str *words)
{
	int n = text_words(folded, words, WORDS_MAX), kept = 0;
	qsort(words, (size_t)n, sizeof(*words), compare_text);
	for (int i = 0; i < n; i++)
		if (kept == 0 || !str_equal(words[kept - 1], words[i]))
			words[kept++] = words[i];
	return kept;
}

static void fold_phrases(struct skill_index *index, struct pool *pool)
{
	for (int s = 0; s < index->n_skills; s++)
		for (int t = -1; t < index->skills[s].n_triggers; t++) {
			struct str folded = text_fold(pool, t < 0 ? index->skills[s].title : index->skills[s].triggers[t]);
			if (!str_is_empty(folded))
				index->phrases[index->n_phrases++] = (struct phrase){ .skill = s, .folded = folded };
		}
}

/* The vocabulary with counts: all words of all phrases, sorted, equal ones folded into one. */
static void build_vocabulary(struct skill_index *index, struct pool *pool)
{
	struct str words[WORDS_MAX];
	size_t room = 0, n = 0;
	for (int p = 0; p < index->n_phrases; p++)
		room += (size_t)distinct_words(index->phrases[p].folded, words);
	index->words = pool_new_array(pool, room + 1, struct word);
	for (int p = 0; p < index->n_phrases; p++) {
		int k = distinct_words(index->phrases[p].folded, words);
		for (int i = 0; i < k; i++)
			index->words[n++] = (struct word){ .text = words[i], .phrases = 1 };
	}
	qsort(index->words, n, sizeof(*index->words), compare_words);
	for (size_t i = 0; i < n; i++) {
		struct word *last = index->n_words ? &index->words[index->n_words - 1] : NULL;
		if (last && str_equal(last->text, index->words[i].text))
			last->phrases++;
		else
			index->words[index->n_words++] = index->words[i];
	}
}

static void weigh(struct skill_index *index, struct pool *pool)
{
	struct str words[WORDS_MAX];
	index->unknown_weight = log(1.0 + index->n_phrases) + 1;
	for (int i = 0; i < index->n_words; i++)
		index->words[i].weight = log((1.0 + index->n_phrases) / (1.0 + index->words[i].phrases)) + 1;
	for (int p = 0; p < index->n_phrases; p++) {
		struct phrase *phrase = &index->phrases[p];
		phrase->n_words = distinct_words(phrase->folded, words);
		phrase->words = pool_new_array(pool, (size_t)phrase->n_words + 1, int);
		for (int i = 0; i < phrase->n_words; i++) {
			phrase->words[i] = find_word(index, words[i]);
			phrase->norm += index->words[phrase->words[i]].weight * index->words[phrase->words[i]].weight;
		}
		phrase->norm = sqrt(phrase->norm);
	}
}

struct skill_index *skill_index_new(struct pool *pool, const struct skill *skills, int n)
{
	struct skill_index *index = pool_new_of(pool, struct skill_index);
	size_t phrases = 0;
	index->skills = skills;
	index->n_skills = n;
	for (int s = 0; s < n; s++)
		phrases += (size_t)skills[s].n_triggers + 1;
	index->phrases = pool_new_array(pool, phrases + 1, struct phrase);
	fold_phrases(index, pool);
	build_vocabulary(index, pool);
	weigh(index, pool);
	return index;
}

static double overlap(const struct skill_index *index, const struct phrase *phrase, const bool *asked, double norm)
{
	double dot = 0;
	for (int i = 0; i < phrase->n_words; i++)
		if (asked[phrase->words[i]])
			dot += index->words[phrase->words[i]].weight * index->words[phrase->words[i]].weight;
	return norm > 0 && phrase->norm > 0 ? dot / (norm * phrase->norm) : 0;
}

struct skill_match skill_index_match(const struct skill_index *index, struct pool *pool, struct str text)
{
	struct skill_match best = { .skill = NULL };
	struct str words[WORDS_MAX], folded = text_fold(pool, text);
	bool *asked = pool_new_array(pool, (size_t)index->n_words + 1, bool);
	double norm = 0;
	int n = distinct_words(folded, words);
	for (int i = 0; i < n; i++) {
		int w = find_word(index, words[i]);
		double weight = w < 0 ? index->unknown_weight : index->words[w].weight;
		norm += weight * weight;
		if (w >= 0)
			asked[w] = true;
	}
	for (int p = 0; p < index->n_phrases && !best.exact; p++) {
		const struct phrase *phrase = &index->phrases[p];
		bool exact = str_equal(phrase->folded, folded);
		double score = exact ? 1 : overlap(index, phrase, asked, sqrt(norm));
		if (exact || score > best.score)
			best = (struct skill_match){ .skill = &index->skills[phrase->skill], .score = score, .exact = exact, .answers = exact || score >= ANSWER_SCORE };
	}
	return best;
}

const struct skill *skill_index_skills(const struct skill_index *index, int *n)
{
	*n = index->n_skills;
	return index->skills;
}
