/*
 * choice.h - what stage-choose.c has weighed and stage-reply.c says; for these two only.
 */
#ifndef DESKBELL_ANSWER_CHOICE_H
#define DESKBELL_ANSWER_CHOICE_H

#include "answer/evidence/candidates.h"
#include "answer/stages/stage.h"

#define ANSWERS_MAX 3
#define UNITS_COMPARED 64 /* pieces whose embeddings are asked for; one request */

enum choice_kind { CHOICE_NONE, CHOICE_CLOCK, CHOICE_SKILL, CHOICE_UNIT };

/* One answer, ready to be said. */
struct chosen {
	enum choice_kind kind;
	double score;
	struct str reply, name;
	struct str title, url; /* of the document, where it may be named */
	const struct skill *skill;
	int64_t skill_id; /* 0: none */
	int hit;
	bool exact, leaned, row, meant;
	bool adds_nothing; /* all that the question says was asked before */
	double shared;     /* of the words that the question is about, the share that is said */
	double margin;     /* how much less sure the next one is that is another */
};

/* What is weighed; kept for stage_quote while a model is asked. */
struct choice {
	struct units units;
	bool large;
	int compared[UNITS_COMPARED];         /* units of which embeddings were asked for */
	double *unit_meaning, *skill_meaning; /* how near they are to a message in another language (evidence); NULL:
						 not known */
	const struct skill *skills;
	int n_skills;
	struct skill_words_of *words;
	struct skill_match match;
	struct chosen answers[ANSWERS_MAX];
	int n;
	struct chosen likely; /* the best that is not sure enough to answer */
	struct str options[OPTIONS_MAX];
	int n_options;
	struct str asked; /* the question, so that it stands alone */
};

/* Says the answers that were chosen, one below the other. */
enum stage_verdict reply_say(struct run *run);

#endif
