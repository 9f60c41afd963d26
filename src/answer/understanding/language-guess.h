/*
 * language-guess.h - in which language is a short message written?
 */
#ifndef DESKBELL_ANSWER_UNDERSTANDING_LANGUAGE_GUESS_H
#define DESKBELL_ANSWER_UNDERSTANDING_LANGUAGE_GUESS_H

#include "answer/understanding/language.h"
#include "domain/leads/pattern.h"

struct language_guess {
	const struct language *language; /* never NULL */
	bool sure;                       /* the message itself says so */
};

/* `expected` is the language of the conversation so far, `organization` that of the business (tags, may be absent or of
 * a language that the bot does not speak): of words that several languages have, they decide. */
struct language_guess language_guess(const struct pattern_text *t, struct str expected, struct str organization);

#endif
