/*
 * candidates.h - everything that may answer a question, on one scale: skills, what skills say, and pieces of documents.
 */
#ifndef DESKBELL_ANSWER_EVIDENCE_CANDIDATES_H
#define DESKBELL_ANSWER_EVIDENCE_CANDIDATES_H

#include "answer/evidence/skill-words.h"
#include "answer/evidence/support.h"
#include "answer/skills/counter-examples.h"
#include "domain/leads/pattern.h"

enum candidate_kind { CANDIDATE_SKILL, CANDIDATE_UNIT };

struct candidate {
	enum candidate_kind kind;
	double score;     /* 0 to 1: how sure it is that this answers */
	double new_words; /* of the words that are new in a question that leans on an earlier one, the share it says */
	const struct skill *skill;
	int unit;           /* place among the units */
	struct str name;    /* what it is about, in a few words; empty: nothing says so */
	double plain_share; /* of the words that are new and no asking, how many it says */
	double words;       /* of a skill: the same by words alone, without the classifier */
	bool meant;         /* found by embeddings, in another language than the message's */
	bool exact;         /* the message is a training phrase */
	bool fulfils;       /* it holds the kind of answer that the question's new words want: an amount, a time */
};

#define CANDIDATES_KEPT 6
/* From here on a candidate answers, at the default thresholds. */
#define EVIDENCE_ANSWERS 0.5

/* A probability or score that answers from `threshold` on, on the common scale, on which EVIDENCE_ANSWERS does. */
double evidence_scale(double score, double threshold);

/* What is compared. All borrowed. */
struct evidence {
	struct pool *pool;
	const struct content *content;
	const struct pattern_word *words; /* all of the message */
	int n_words;
	struct content_languages languages; /* of the message, and of the business */
	struct str own;                     /* the language of the business, a tag */
	const struct skill *skills;
	int n_skills;
	struct skill_words_of *skill_words; /* of the same skills */
	const struct skill_match *match;    /* what the classifier says of the message as a whole; NULL: not asked */
	const struct units *units;
	const struct passage_hit *hits; /* of which the units are */
	const struct refused *refused;  /* what must not answer; documents are left out of the units already */
	const double *unit_meaning;  /* how near each unit is to the message as a whole by embeddings, 0 to 1; NULL: not
					known */
	const double *skill_meaning; /* the same of the skills */
	bool large; /* of many passages only the best were found: their scores are calibrated for that */
};

struct candidates {
	struct candidate all[CANDIDATES_KEPT]; /* the best first */
	int n;
	double *similarity; /* of the units: content->n numbers each */
};

/* Whether a piece holds every kind of answer that the question wants: an amount, a time. */
bool candidates_may_answer(const struct content *content, const struct unit *unit);
struct candidates candidates_of(const struct evidence *evidence);

#endif
