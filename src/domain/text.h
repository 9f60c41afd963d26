/*
 * text.h - people's text: folding for comparison, words, splitting for platforms that count UTF-16 units.
 */
#ifndef DESKBELL_DOMAIN_TEXT_H
#define DESKBELL_DOMAIN_TEXT_H

#include "core/buf.h"
#include "core/pool.h"
#include "core/str.h"

/* How much longer a text may become when it is folded. A Hangul syllable of three bytes becomes up to nine; only a few
 * characters that are never written in numbers become more (U+FDFA: 33), and a text of those is cut. */
#define TEXT_FOLD_GROWTH 3
#define TEXT_FOLDED_MAX(n) (TEXT_FOLD_GROWTH * (n) + 33)

/* The text with everything gone that two spellings of the same words may differ in: compatibility forms (NFKC), case,
 * accents and other marks, and the Turkish dotted and dotless i; runs of anything that is no letter, digit or mark
 * become one space; none at the ends. One folding for every language and for both sides of a comparison. Emoji are
 * kept: a message may consist of one. Invalid bytes count as separators. Never longer than TEXT_FOLDED_MAX(text.n). */
struct str text_fold(struct pool *pool, struct str text);
/* Appends a name or title from outside as one line that a page can show: at most `max_characters` code points, cut
 * where a character as people see it ends; control characters and white space become one space, none at the ends; marks
 * that change the direction of the text around them (UAX 9, 2.1 to 2.4) are left out. Nothing when nothing visible is
 * left.
 */
void text_add_label(struct buf *out, struct str text, size_t max_characters);
/* The same in `pool`; absent stays absent. */
struct str text_label(struct pool *pool, struct str text, size_t max_characters);
/* The text without those marks; the text itself when it has none. */
struct str text_without_direction(struct pool *pool, struct str text);
/* The words of a folded text. Returns how many; at most `max` are stored. */
int text_words(struct str folded, struct str *words, int max);
/* A small letter, in a script that has two cases. */
bool text_is_lower(uint32_t code_point);
/* The letter as a sentence begins with it; itself where there is no other. Turkish has rules of its own for i. */
uint32_t text_capital(uint32_t code_point);
/* The shape of a language tag (RFC 5646): two or three lower-case letters, then subtags of two to eight letters or
 * digits. */
bool text_is_language_tag(struct str tag);
/* Length in UTF-16 code units, by which platforms count. */
size_t text_utf16_length(struct str text);

struct text_parts {
	struct str *parts; /* slices of the text, trimmed at the cuts */
	int n;
};

/* Cuts a text into parts of at most `max_units` UTF-16 units: at the end of a paragraph, else of a line, a sentence, a
 * word, else between characters (never inside one, nor between a base and its combining marks or joiners). A text
 * without anything visible has no parts. */
struct text_parts text_split(struct pool *pool, struct str text, size_t max_units);

#endif
