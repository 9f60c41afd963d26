/*
 * fusion.c - words and vectors as one score.
 *
 * Pure. The likeness of a passage is its cosine on the organisation's own scale, 0 to 1, and speaks for the passage
 * independently of its words: score = 1 - (1 - words) (1 - LIKENESS_MOST likeness). So nothing that the words find is
 * lost, likeness alone can reach a threshold of up to LIKENESS_MOST, and below the low end of the scale, where most
 * passages are, the score is that of the words. A mean of both would need scales that are alike, and would take an
 * answer from those who share every word with it but have a weak model.
 */
#include "answer/fusion.h"

#include <stdlib.h>

#define LIKENESS_MOST 0.5
#define OTHERS_BELOW 0.9 /* of what is not about a text: the low end of the scale */
#define SCALE_LEAST 0.05 /* a shorter scale tells nothing */

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double share_of(double *sorted, int n, double share)
{
	return sorted[(int)(share * (n - 1) + 0.5)];
}

bool likeness_scale_from(double *own, int n_own, double *other, int n_other, struct likeness_scale *out)
{
	*out = (struct likeness_scale){ 0, 0 };
	if (n_own == 0 || n_other == 0)
		return false;
	qsort(own, (size_t)n_own, sizeof(*own), compare_doubles);
	qsort(other, (size_t)n_other, sizeof(*other), compare_doubles);
	out->low = share_of(other, n_other, OTHERS_BELOW);
	out->high = share_of(own, n_own, 0.5);
	return out->high - out->low >= SCALE_LEAST;
}

double fusion_score(double words, double cosine, const struct likeness_scale *scale)
{
	double length = scale->high - scale->low;
	double likeness = length > 0 ? (cosine - scale->low) / length : 0;
	if (!(likeness > 0))
		return words;
	return 1 - (1 - words) * (1 - LIKENESS_MOST * (likeness < 1 ? likeness : 1));
}

static const struct tallied *find(const struct tallied *all, int n, int passage)
{
	for (int i = 0; i < n; i++)
		if (all[i].passage == passage)
			return &all[i];
	return NULL;
}

double ranked_cosine(const struct ranked *r, int passage)
{
	const struct tallied *found = find(r->alike, r->n_alike, passage);
	return found ? found->score : -1;
}

double ranked_words(const struct ranked *r, int passage)
{
	const struct tallied *found = find(r->words, r->n_words, passage);
	return found ? found->score : 0;
}

int fusion_best(const struct ranked *r, const struct likeness_scale *scale, struct tallied *out, int most)
{
	int n = 0;
	for (int i = 0; i < r->n_words; i++) {
		struct tallied one = r->words[i];
		one.score = fusion_score(one.score, ranked_cosine(r, one.passage), scale);
		n = tallied_keep(out, n, most, one);
	}
	for (int i = 0; i < r->n_alike; i++) {
		struct tallied one = r->alike[i];
		one.score = fusion_score(0, one.score, scale);
		if (one.score > 0 && !find(r->words, r->n_words, one.passage))
			n = tallied_keep(out, n, most, one);
	}
	return n;
}
