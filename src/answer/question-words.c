/*
 * question-words.c - the words by which two questions are compared. Pure.
 */
#include "answer/question-words.h"

#include "answer/evidence/content.h"
#include "answer/terms/stems.h"
#include "domain/text.h"

static bool question_words_has(const struct question_words *set, uint64_t word)
{
	for (int i = 0; i < set->n; i++)
		if (set->all[i] == word)
			return true;
	return false;
}

struct question_words question_words_of(struct pool *pool, struct str language, struct str text)
{
	uint64_t words[QUESTION_WORDS_MAX];
	struct question_words set = { .all = words };
	struct content content = { .n = 0 };
	const struct language *own = language_or_english(language);
	struct content_languages spoken = { own, own };
	struct stemmer *stemmer = stems_for(pool, language);
	content_add(&content, pool, text, &spoken, 1, false);
	for (int i = 0; i < content.n && set.n < QUESTION_WORDS_MAX; i++) {
		const struct content_word *w = &content.words[i];
		struct str word =
			w->concept ? pool_printf(pool, "#%d", (int)w->concept) : stems_of_word(stemmer, w->folded);
		uint64_t hash = str_hash64(STR_HASH64, word);
		if (word.n && !question_words_has(&set, hash))
			set.all[set.n++] = hash;
	}
	if (set.n == 0)
		set.all[set.n++] = str_hash64(STR_HASH64, text_fold(pool, text));
	set.all = pool_new_array(pool, (size_t)set.n, uint64_t);
	memcpy(set.all, words, (size_t)set.n * sizeof(*words));
	return set;
}

double question_words_shared(const struct question_words *a, const struct question_words *b)
{
	int shared = 0;
	for (int i = 0; i < a->n; i++)
		shared += question_words_has(b, a->all[i]);
	int all = a->n + b->n - shared;
	return all > 0 ? (double)shared / all : 0;
}
