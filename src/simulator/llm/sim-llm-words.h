/*
 * sim-llm-words.h - texts as the simulated model sees them: folded words, and which words mean the same.
 */
#ifndef DESKBELL_SIMULATOR_LLM_SIM_LLM_WORDS_H
#define DESKBELL_SIMULATOR_LLM_SIM_LLM_WORDS_H

#include "core/json/json.h"
#include "core/pool.h"

struct llm_synonym {
	struct str word, first; /* folded; the first word of its group */
};

struct llm_synonyms {
	struct llm_synonym *list; /* sorted by word */
	size_t n;
};

struct llm_word {
	struct str text;
	bool content; /* it says what the text is about */
};

struct llm_words {
	struct llm_word *list;
	size_t n;
};

/* Words in order: ASCII letters folded, common endings cut, a synonym replaced by the first of its group. All in
 * `pool`.
 */
struct llm_words llm_words(struct pool *pool, const struct llm_synonyms *synonyms, struct str text);
/* Sorted by bytes, each once. */
void llm_words_sort(struct llm_words *words);
/* The index of a word in a sorted list, -1 when it is not there. */
ptrdiff_t llm_words_find(const struct llm_words *sorted, struct str word);

/* [["car","automobile"],..] of single words. ERR_INVALID with words. */
enum err llm_synonyms_parse(
	struct pool *pool, const struct json *v, struct llm_synonyms *out, struct explain *why) MUST_CHECK;

int llm_str_order(struct str a, struct str b);
static inline char llm_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Where `needle` begins in `s`, ASCII letters without case; -1: nowhere. */
ptrdiff_t llm_find_nocase(struct str s, struct str needle);

#endif
