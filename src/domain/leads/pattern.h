/*
 * pattern.h - words of a message, and short patterns over them: what the rules for leads and handoff requests are
 * written in.
 *
 * A pattern is a line of elements between single spaces. Its words are written as text_fold leaves them (small letters,
 * no accents, no apostrophes: "don t", "musteri"); a comparison folds the message's words likewise.
 *
 *   word        this word              a|b    either
 *   wor*        begins with "wor"      ~word  this word, or with one letter wrong (from five letters on)
 *   ?a|b        may be missing         _3     up to three words, whatever they are
 *   ^           begin of a sentence    $      its end, polite words behind it aside
 */
#ifndef DESKBELL_DOMAIN_LEADS_PATTERN_H
#define DESKBELL_DOMAIN_LEADS_PATTERN_H

#include "core/pool.h"
#include "core/str.h"

/* What stands between a word and the one before it; the strongest counts. */
enum pattern_gap {
	GAP_JOINT, /* an apostrophe, a hyphen, a dot inside a number: "Ankara'da" is two words */
	GAP_BLANK,
	GAP_COMMA, /* commas, brackets, quotes, colons */
	GAP_STOP   /* the end of a sentence or line; the first word has it too */
};

struct pattern_word {
	struct str raw;    /* a slice of the text */
	struct str folded; /* never empty */
	enum pattern_gap before;
};

struct pattern_text {
	struct str text; /* as far as it was read */
	const struct pattern_word *words;
	int n;
};

/* More of one message is not looked at: 4096 characters are what platforms carry. */
#define PATTERN_TEXT_MAX 16384

/* The words of `text`, which is borrowed; emoji are no words, invalid bytes separate. Linear in its length. */
struct pattern_text pattern_read(struct pool *pool, struct str text);
/* How many words from `at` on the pattern takes, 0 when it does not match there. It does not cross the end of a
 * sentence. */
int pattern_match(const struct pattern_text *t, int at, const char *pattern);
/* The first place from `from` on where the pattern matches, -1 without one; `*taken` (may be NULL) gets its words. */
int pattern_find(const struct pattern_text *t, int from, const char *pattern, int *taken);
/* Whether the word is one of the alternatives of a pattern's element. */
bool pattern_is(const struct pattern_word *word, const char *alternatives);
/* The text from the first byte of word `from` to the last of word `to`. */
struct str pattern_slice(const struct pattern_text *t, int from, int to);
/* Whether `at` is behind the last word of a sentence. */
bool pattern_at_end(const struct pattern_text *t, int at);

#endif
