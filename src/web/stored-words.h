/*
 * stored-words.h - sentences that the programs store in English, in the language of who reads them.
 */
#ifndef DESKBELL_WEB_STORED_WORDS_H
#define DESKBELL_WEB_STORED_WORDS_H

#include "core/str.h"
#include "web/translation.h"

/* Why nobody but a person can answer, why the bot was silent, what a decision rests on. What is not known is shown as
 * it was stored. */
struct str stored_words(const struct translation *translation, struct str stored);

#endif
