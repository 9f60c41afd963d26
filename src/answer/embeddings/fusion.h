/*
 * fusion.h - how well a passage or a skill fits by its words, and how similar it is by its embeddings, as one score.
 */
#ifndef DESKBELL_ANSWER_EMBEDDINGS_FUSION_H
#define DESKBELL_ANSWER_EMBEDDINGS_FUSION_H

#include "answer/retrieval/postings.h"

/* Where the cosines of an organisation's model lie: they mean something else with every model. */
struct similarity_scale {
	double low;  /* what has nothing to do with each other is seldom more alike */
	double high; /* as alike as what belongs to each other mostly is */
};

/* Cosines of texts to the best passage of some kind; they are put in order. */
struct cosines {
	double *all;
	int n;
};

/* The value below which this share of them is, and the middle one of all but the highest; 0 of none. */
double cosines_below(struct cosines cosines, double share);
double cosines_middle(struct cosines cosines);

/* The scale, from the cosines of texts to the best of what they belong to, of the same to the best of everything else,
 * and of messages that are off-topic to the best of all. `own_below` of the first are below its high end. False when
 * the model does not tell them apart. */
bool similarity_scale_from(struct cosines own, double own_below, struct cosines others, struct cosines off_topic,
	struct similarity_scale *out);

/* Never less than `words`, a score of 0 to 1, and below 1 unless that is. */
double fusion_score(double words, double cosine, const struct similarity_scale *scale);
/* A cosine on a scale, 0 to 1. */
double scale_similarity(const struct similarity_scale *scale, double cosine);
/* The highest that it can become. */
double fusion_most(double words);

/* What one question found, or nothing: the best by words, and cosines, those of the best by words among them. */
struct ranked {
	struct tallied *words, *similar;
	int n_words, n_similar;
};

/* The cosine of a passage, -1 where it is not known. */
double ranked_cosine(const struct ranked *r, int passage);
/* The score by words, 0 where it is not among the best. */
double ranked_words(const struct ranked *r, int passage);
/* The best by both, the best first; returns how many. */
int fusion_best(const struct ranked *r, const struct similarity_scale *scale, struct tallied *out, int most);

#endif
