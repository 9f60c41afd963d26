/*
 * fusion.c - words and embeddings as one score.
 *
 * Pure. The similarity of a passage is its cosine on the organisation's own scale, 0 to 1, and speaks for the passage
 * independently of its words: score = 1 - (1 - words) (1 - SIMILARITY_MAX similarity). So off_topic that the words find
 * is lost, similarity alone can reach a threshold of up to SIMILARITY_MAX, and below the low end of the scale, where
 * most passages are, the score is that of the words. A mean of both would need scales that are alike, and would take an
 * answer from those who share every word with it but have a weak model.
 */
#include "answer/embeddings/fusion.h"

#include <math.h>
#include <stdlib.h>

#define SIMILARITY_MAX 0.5
#define NOTHING_BELOW 0.9 /* of the messages that are off-topic: below the low end of the scale, */
#define OTHERS_BELOW 0.75 /* and of what is about the same business */
#define SCALE_LEAST 0.05  /* a shorter scale tells nothing, */
#define SPREAD_LEAST 0.5  /* unless the cosines of what is another matter lie close together: of their spread */
#define SPREAD_OUTSIDE 0.1
#define SCALE_FINEST 0.005

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double cosines_below(struct cosines c, double share)
{
	if (c.n == 0)
		return 0;
	qsort(c.all, (size_t)c.n, sizeof(*c.all), compare_doubles);
	return c.all[(int)(share * (c.n - 1) + 0.5)];
}

double cosines_middle(struct cosines c)
{
	double highest = cosines_below(c, 1);
	return c.n > 1 ? c.all[(c.n - 1) / 2] : highest;
}

/* Where most of them lie: models differ by an order in how far apart their cosines are. */
static double fusion_spread(struct cosines c)
{
	return cosines_below(c, 1 - SPREAD_OUTSIDE) - cosines_below(c, SPREAD_OUTSIDE);
}

bool similarity_scale_from(struct cosines own, double own_below, struct cosines others, struct cosines off_topic,
	struct similarity_scale *out)
{
	out->low = fmax(cosines_below(off_topic, NOTHING_BELOW), cosines_below(others, OTHERS_BELOW));
	out->high = cosines_below(own, own_below);
	double spread = fmax(fusion_spread(off_topic), fusion_spread(others));
	double least = fmin(SCALE_LEAST, fmax(SCALE_FINEST, SPREAD_LEAST * spread));
	return own.n > 0 && others.n + off_topic.n > 0 && out->high - out->low >= least;
}

double scale_similarity(const struct similarity_scale *scale, double cosine)
{
	double length = scale->high - scale->low;
	double similarity = length > 0 ? (cosine - scale->low) / length : 0;
	return similarity > 0 ? fmin(similarity, 1) : 0;
}

double fusion_score(double words, double cosine, const struct similarity_scale *scale)
{
	double similarity = scale_similarity(scale, cosine);
	return similarity > 0 ? 1 - (1 - words) * (1 - SIMILARITY_MAX * similarity) : words;
}

double fusion_most(double words)
{
	return 1 - (1 - words) * (1 - SIMILARITY_MAX);
}

static const struct tallied *fusion_find(const struct tallied *all, int n, int passage)
{
	for (int i = 0; i < n; i++)
		if (all[i].passage == passage)
			return &all[i];
	return NULL;
}

double ranked_cosine(const struct ranked *r, int passage)
{
	const struct tallied *found = fusion_find(r->similar, r->n_similar, passage);
	return found ? found->score : -1;
}

double ranked_words(const struct ranked *r, int passage)
{
	const struct tallied *found = fusion_find(r->words, r->n_words, passage);
	return found ? found->score : 0;
}

int fusion_best(const struct ranked *r, const struct similarity_scale *scale, struct tallied *out, int most)
{
	int n = 0;
	for (int i = 0; i < r->n_words; i++) {
		struct tallied one = r->words[i];
		one.score = fusion_score(one.score, ranked_cosine(r, one.passage), scale);
		n = tallied_keep(out, n, most, one);
	}
	for (int i = 0; i < r->n_similar; i++) {
		struct tallied one = r->similar[i];
		one.score = fusion_score(0, one.score, scale);
		if (one.score > 0 && !fusion_find(r->words, r->n_words, one.passage))
			n = tallied_keep(out, n, most, one);
	}
	return n;
}
