/*
 * confidence.c - from what the match found to one probability. Pure.
 *
 * Few numbers, so that they hold for organisations that no test has seen. The score is the classifier's log-odds plus
 * two cosines; it ranks, and one logistic makes a probability of it, for a stream of messages of which half are about a
 * skill. Tried and left out, because they did not hold on data that had no part in the fit: the distance to the second
 * skill, the share of known words, the number of skills and of their triggers.
 *
 * The numbers were fitted by tests/quality/calibrate on HINT3 (SOF Mattress, Powerplay11), CLINC150 and xSID (Turkish),
 * each as it is and with fewer skills and triggers. With each family left out in turn the factor was 0.64 to 0.77 and
 * the constant 1.07 to 1.50, and the family that was left out fared as well as with its own. doc/answers.md has the
 * figures. Fit again when ngrams.c, training-phrases.c or off-topic.c change what a vector or the classifier is.
 */
#include "answer/skills/training/confidence.h"

#include "answer/skills/skills.h"
#include "domain/settings.h"

#include <math.h>

#define CENTRE_FACTOR 3.0
#define NEAREST_FACTOR 2.0
#define CONSTANT 1.249
#define FACTOR 0.709

/* Without a model: the cosines alone. */
#define SIMILARITY_NEAREST_FACTOR 0.5
#define SIMILARITY_CONSTANT -3.033
#define SIMILARITY_FACTOR 7.198

/* About where the Matthews correlation of the sets above, taken together, is best: a wrong answer and a missing one
 * weigh about the same. Their own best ones lie from 0.30 to 0.46. */
const double skill_threshold_default = SKILL_THRESHOLD_DEFAULT;

double confidence_score(const struct evidence *e, bool has_model)
{
	if (!has_model)
		return e->centre + SIMILARITY_NEAREST_FACTOR * e->nearest;
	return e->log_odds + CENTRE_FACTOR * e->centre + NEAREST_FACTOR * e->nearest;
}

double confidence_of_score(double score, bool has_model)
{
	double x = has_model ? CONSTANT + FACTOR * score : SIMILARITY_CONSTANT + SIMILARITY_FACTOR * score;
	return 1 / (1 + exp(-x));
}
