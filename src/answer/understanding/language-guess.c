/*
 * language-guess.c - in which language is a short message written? Pure.
 *
 * Messages of two words have no statistics; they have words that only one language uses. Each word that a language
 * lists speaks for it, the less the more languages list it; so do letters that hardly another has. The script decides
 * alone. What was spoken so far is worth almost one word.
 */
#include "answer/understanding/language-guess.h"

#define EXPECTED_COUNTS 0.5
#define ORGANIZATION_COUNTS 0.3
#define LETTER_COUNTS 0.6
#define SURE 0.4 /* what the message itself says at least */

enum script { SCRIPT_OTHER, SCRIPT_ARABIC, SCRIPT_CYRILLIC };

static enum script language_guess_script_of(uint32_t c)
{
	if ((c >= 0x600 && c <= 0x6ff) || (c >= 0x750 && c <= 0x77f) || (c >= 0xfb50 && c <= 0xfeff))
		return SCRIPT_ARABIC;
	return c >= 0x400 && c <= 0x4ff ? SCRIPT_CYRILLIC : SCRIPT_OTHER;
}

static bool has_letter(const struct language *l, struct str character)
{
	for (struct str rest = str_of(l->letters); rest.n;) {
		uint32_t c;
		size_t n = str_utf8_next(rest, &c);
		if (str_equal((struct str){ rest.p, n }, character))
			return true;
		rest = (struct str){ rest.p + n, rest.n - n };
	}
	return false;
}

/* Letters of the raw text. Counts those of each script. */
static void count_letters(struct str text, double *scores, int *scripts)
{
	while (text.n) {
		uint32_t c = 0;
		size_t n = str_utf8_next(text, &c);
		n = n ? n : 1;
		if (c >= 0x80 || (c | 0x20) >= 'a')
			scripts[language_guess_script_of(c)] += c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		for (int i = 0; c >= 0x80 && i < LANGUAGES; i++)
			if (has_letter(languages[i], (struct str){ text.p, n }))
				scores[i] += LETTER_COUNTS;
		text = (struct str){ text.p + n, text.n - n };
	}
}

static void count_word(struct str folded, double *scores)
{
	bool knows[LANGUAGES];
	int n = 0;
	for (int i = 0; i < LANGUAGES; i++)
		n += knows[i] = language_knows(languages[i], folded);
	for (int i = 0; i < LANGUAGES; i++)
		scores[i] += knows[i] ? 1.0 / n : 0;
}

struct language_guess language_guess(const struct pattern_text *t, struct str expected, struct str organization)
{
	const struct language *prior = language_find(expected), *own = language_find(organization);
	double scores[LANGUAGES] = { 0 };
	int scripts[3] = { 0 };
	if (!prior)
		prior = own ? own : languages[0];
	count_letters(t->text, scores, scripts);
	if (scripts[SCRIPT_ARABIC] > scripts[SCRIPT_OTHER])
		return (struct language_guess){ &language_ar, true };
	if (scripts[SCRIPT_CYRILLIC] > scripts[SCRIPT_OTHER])
		return (struct language_guess){ &language_ru, true };
	for (int i = 0; i < t->n; i++)
		count_word(t->words[i].folded, scores);
	double before = scores[language_index(prior)];
	scores[language_index(prior)] += EXPECTED_COUNTS;
	if (own)
		scores[language_index(own)] += ORGANIZATION_COUNTS;
	int best = language_index(prior);
	for (int i = 0; i < LANGUAGES; i++)
		if (scores[i] > scores[best])
			best = i;
	return (struct language_guess){ languages[best], languages[best] != prior ? true : before >= SURE };
}
