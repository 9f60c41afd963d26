/*
 * leave-one-out.c - each phrase left out in turn. Pure.
 */
#include "answer/skills/training/leave-one-out.h"

#include <math.h>

void leave_one_out_evidence(const struct phrases *p, int phrase, float *cosines, struct evidence *evidence)
{
	const struct phrase *one = &p->all[phrase];
	double square = 0;
	memset(evidence, 0, (size_t)p->n_skills * sizeof(*evidence));
	phrases_cosines(p, &one->vector, cosines);
	for (int i = 0; i < p->n_of_skills; i++) {
		struct evidence *e = &evidence[p->all[i].skill];
		if (i == phrase)
			square = (double)cosines[i];
		else {
			e->centre += (double)cosines[i];
			e->nearest = fmax(e->nearest, (double)cosines[i]);
		}
	}
	for (int s = 0; s < p->n_skills; s++) {
		double length = (double)p->centre_length[s];
		if (s == one->skill) /* |sum - x|, from |sum|, sum.x and |x| */
			length = sqrt(fmax(0, length * length - 2 * evidence[s].centre - square));
		evidence[s].centre = length > 1e-6 ? evidence[s].centre / length : 0;
	}
}
