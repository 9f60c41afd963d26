/*
 * content.h - the words of a question that say what it is about, without those that every question has.
 */
#ifndef DESKBELL_ANSWER_EVIDENCE_CONTENT_H
#define DESKBELL_ANSWER_EVIDENCE_CONTENT_H

#include "answer/understanding/language.h"
#include "core/pool.h"

#define CONTENT_MAX 32

struct content_word {
	struct str folded;
	enum concept concept; /* CONCEPT_NONE: a word like any other */
	double weight;
	bool asks;    /* says what kind of answer is wanted: "how much"; any amount fulfils it */
	bool earlier; /* of what was asked before */
};

struct content {
	struct content_word words[CONTENT_MAX];
	int n;
	int n_new;     /* not earlier, and not asking */
	bool cheapest; /* the cheapest of its kind is asked for */
};

/* Whose words are looked up: the message's language, and that of the business. */
struct content_languages {
	const struct language *message, *own;
};

/* Adds the words of a text, each once; those of an earlier question last. `weight` is that of an ordinary word. */
void content_add(struct content *content, struct pool *pool, struct str text, const struct content_languages *languages,
	double weight, bool earlier);
/* Whether a word is written in digits. */
bool content_is_number(struct str word);
/* Whether it wants an answer of that kind. */
bool content_asks(const struct content *content, enum concept concept);

#endif
