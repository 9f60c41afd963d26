/*
 * vector-trial.h - whether vectors help an organisation, tried with what it has written itself.
 *
 * Headings stand for questions: what stands under one answers it, and everything else does not. Messages about nothing
 * (negatives.h) stand for those that nothing answers. From their cosines comes the scale (fusion.h); vectors help when
 * the scale is long enough and words and vectors together find the headings' own passages no worse than words alone.
 */
#ifndef DESKBELL_ANSWER_VECTOR_TRIAL_H
#define DESKBELL_ANSWER_VECTOR_TRIAL_H

#include "answer/vectors.h"

#define TRIAL_TEXTS_MAX 64

struct vector_trial;

struct trial_result {
	bool helps;
	struct likeness_scale scale;
	double rank_words, rank_both; /* mean reciprocal ranks of the headings' own passages */
	int headings;
};

/* Reads the headings; one round trip. The trial lives in `pool`. */
enum err vector_trial_new(struct pool *pool, struct db *db, struct vectors *vectors, int64_t org_id,
	struct vector_trial **out) MUST_CHECK;
/* The texts of which it needs the vectors, in this order; none for an organisation without passages. */
const struct str *vector_trial_texts(const struct vector_trial *trial, int *n);
/* Their vectors, which must live as long as the trial. False when the passages' have another length: nothing can be
 * compared, and the passages need new ones. */
bool vector_trial_begin(struct vector_trial *trial, const float *values, int dims) MUST_CHECK;
/* Tries one text, which takes some milliseconds; `*done` when it was the last. */
enum err vector_trial_step(struct vector_trial *trial, bool *done) MUST_CHECK;
/* After the last one. */
struct trial_result vector_trial_result(struct vector_trial *trial);

#endif
