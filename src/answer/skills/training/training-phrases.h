/*
 * training-phrases.h - an organisation's triggers and titles as vectors: TF-IDF over n-grams, and how near a message is
 * to each of them.
 */
#ifndef DESKBELL_ANSWER_SKILLS_TRAINING_PHRASES_H
#define DESKBELL_ANSWER_SKILLS_TRAINING_PHRASES_H

#include "answer/terms/ngrams.h"
#include "answer/skills/skills.h"

/* One text as a vector of length at most 1: n-grams that no phrase knows count in the length but have no entry. */
struct tf_idf_vector {
	int *features; /* ascending */
	float *values;
	int n;
	double known_share; /* of the words' weight, how much phrases know */
};

struct phrase {
	int skill;       /* NO_SKILL: one of the built-in examples of what no skill is about */
	struct str text; /* as it was written */
	struct str folded;
	struct tf_idf_vector vector;
};

#define NO_SKILL (-1)

struct phrases {
	const struct skill *skills;
	int n_skills;
	struct phrase *all; /* those of skills first, in their order */
	int n, n_of_skills;
	size_t n_entries; /* of all vectors */
	/* The n-grams, by hash. */
	uint32_t *hashes;
	float *idf;
	int n_features;
	double unknown_idf;
	/* By feature: which phrases of skills have it. */
	int *first; /* n_features + 1 */
	int *phrase_of;
	float *value_of;
	float *centre_length; /* by skill: length of the sum of its vectors */
	int *phrases_of;      /* by skill: how many */
};

/* Everything `skills` points to is borrowed. The built-in examples of what no skill is about are added, but for those
 * that are like a phrase of a skill. */
struct phrases *phrases_new(struct pool *pool, const struct skill *skills, int n);
struct tf_idf_vector phrases_tf_idf_vector(const struct phrases *p, struct pool *pool, struct str folded);
/* The cosine of the vector to each phrase of a skill; `out` has room for n_of_skills. */
void phrases_cosines(const struct phrases *p, const struct tf_idf_vector *v, float *out);

#endif
