/*
 * confidence.h - from what the match found to one probability.
 */
#ifndef DESKBELL_ANSWER_SKILLS_CONFIDENCE_H
#define DESKBELL_ANSWER_SKILLS_CONFIDENCE_H

#include <stdbool.h>

/* What speaks for a skill. */
struct evidence {
	double log_odds; /* of the classifier */
	double centre;   /* cosine to the middle of the skill's phrases */
	double nearest;  /* cosine to the nearest of them */
};

/* A score by which skills are ranked. */
double confidence_score(const struct evidence *e, bool has_model);
/* The score as a probability. */
double confidence_of_score(double score, bool has_model);

#endif
