/*
 * understand.h - what a customer does with a message: greet, thank, complain, ask for a person, or ask a question.
 */
#ifndef DESKBELL_ANSWER_UNDERSTANDING_UNDERSTAND_H
#define DESKBELL_ANSWER_UNDERSTANDING_UNDERSTAND_H

#include "answer/understanding/language.h"
#include "core/pool.h"

enum act {
	ACT_QUESTION,
	ACT_GREETING,
	ACT_ACKNOWLEDGEMENT, /* thanks, "ok", goodbye, an emoji */
	ACT_IDENTITY,        /* "are you a bot" */
	ACT_COMPLAINT,
	ACT_PERSON, /* asks for a person, or to be called, or is in danger */
	ACT_DETAIL, /* a bare number, an address: belongs to what was asked before */
	ACT_UNCLEAR /* "??" */
};

/* "question", "greet", "acknowledge", "identity", "complaint", "person", "detail", "unclear". */
const char *act_name(enum act act);

#define PARTS_MAX 3

struct understood {
	enum act act;
	const struct language *language;
	bool language_sure;
	bool social; /* it also greets or thanks; */
	bool thanks; /* it thanks, agrees or says goodbye */
	bool emergency, callback;
	bool follow_up;  /* it leans on what was asked before: "and on Sunday?" */
	bool asks;       /* it has a question mark, or the words of a question */
	struct str text; /* what is left of it without greetings and thanks; a slice, or of several lines in the pool */
	struct str parts[PARTS_MAX]; /* its questions, one a sentence; one when they cannot be told apart */
	int n_parts;
	struct str referral; /* behind "/start"; absent */
};

/* `expected` and `organization` are language tags, as for language_guess. Everything lives in `pool` or in `text`. */
struct understood understand(struct pool *pool, struct str text, struct str expected, struct str organization);

#endif
