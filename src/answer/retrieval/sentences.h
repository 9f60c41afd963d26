/*
 * sentences.h - a text as sentences, and how long it is.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_SENTENCES_H
#define DESKBELL_ANSWER_RETRIEVAL_SENTENCES_H

#include "core/str.h"

/* Takes the next sentence off `*rest`, without white space around it; absent at the end. A line end ends a sentence.
 * Any script's full stops and question marks are known; abbreviations, initials, decimals, dates and addresses are not
 * ends. */
struct str sentence_next(struct str *rest);
/* True for a sentence that ends as a question does. */
bool sentence_is_question(struct str sentence);
/* How many words a text has, about: of a script without spaces two characters (Chinese, Japanese) or five (Thai, Lao,
 * Burmese, Khmer) count as one, and so does every 32 characters of something longer than any word. */
int sentence_words(struct str text);
/* The first `words` words, about, cut behind a space where there is one. */
struct str sentence_first_words(struct str text, int words);

#endif
