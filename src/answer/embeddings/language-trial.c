/*
 * language-trial.c - tries whether a model knows that texts of two languages say the same.
 *
 * An organisation's own texts are of one language and cannot show it, and what customers ask in another one shares no
 * words with them. So the same questions, written in each language, stand for both: a language is known when most of
 * its questions are nearest to those of the organisation's language that say the same. How much nearer than the middle
 * of the others they are, against messages that are off-topic, is the scale.
 */
#include "answer/embeddings/trial-parts.h"

#include "answer/embeddings/parallel-questions.h"
#include "core/buf.h"

#include <math.h>
#include <stdlib.h>

#define KNOWN_LEAST 0.7     /* of a language's questions */
#define OFF_TOPIC_BELOW 0.9 /* of messages that are off-topic, below the low end of the scale; */
#define SAME_BELOW 0.5      /* of questions that say the same, below its high end */

void trial_add_parallel_questions(struct embedding_trial *t)
{
	t->parallel = t->n_texts;
	for (int l = 0; l < LANGUAGES; l++)
		for (int i = 0; i < PARALLEL_QUESTIONS; i++)
			trial_add_text(t, str_of(parallel_questions[l][i]));
}

static const float *parallel_embedding(const struct embedding_trial *t, int language, int question)
{
	return trial_embedding(t, t->parallel + language * PARALLEL_QUESTIONS + question);
}

static double language_trial_cosine(const struct embedding_trial *t, const float *a, const float *b)
{
	double sum = 0;
	for (int i = 0; i < t->state.dims; i++)
		sum += (double)a[i] * (double)b[i];
	return sum;
}

/* How much nearer than the middle one the nearest question of a language is to a text, or the one that is given;
 * `*nearest` is which. */
static double nearer_than_others(
	const struct embedding_trial *t, const float *text, int language, int given, int *nearest)
{
	double cosines[PARALLEL_QUESTIONS], sorted[PARALLEL_QUESTIONS];
	*nearest = 0;
	for (int i = 0; i < PARALLEL_QUESTIONS; i++) {
		sorted[i] = cosines[i] = language_trial_cosine(t, text, parallel_embedding(t, language, i));
		if (cosines[i] > cosines[*nearest])
			*nearest = i;
	}
	struct cosines all = { sorted, PARALLEL_QUESTIONS };
	return cosines[given < 0 ? *nearest : given] - cosines_middle(all);
}

/* Whether the model knows that a language says the same as the organisation's; adds how much nearer that is. */
static bool language_is_known(const struct embedding_trial *t, int language, int own, struct cosines *same)
{
	int right = 0, nearest;
	double nearer[PARALLEL_QUESTIONS];
	for (int i = 0; i < PARALLEL_QUESTIONS; i++) {
		nearer[i] = nearer_than_others(t, parallel_embedding(t, language, i), own, i, &nearest);
		right += nearest == i;
	}
	if (right < KNOWN_LEAST * PARALLEL_QUESTIONS)
		return false;
	memcpy(same->all + same->n, nearer, sizeof(nearer));
	same->n += PARALLEL_QUESTIONS;
	return true;
}

void language_trial_judge(const struct embedding_trial *t, struct trial_result *result)
{
	double of_same[LANGUAGES * PARALLEL_QUESTIONS], of_nothing[TRIAL_TEXTS_MAX];
	struct cosines same = { of_same, 0 }, nothing = { of_nothing, 0 };
	const struct language *spoken = language_find(t->state.language);
	int own = spoken ? language_index(spoken) : LANGUAGES, nearest;
	struct str known = STR("");
	for (int l = 0; l < LANGUAGES && own < LANGUAGES; l++)
		if (l != own && language_is_known(t, l, own, &same))
			known = pool_printf(
				t->pool, "%.*s%s%s", (int)known.n, known.p, known.n ? " " : "", languages[l]->tag);
	for (int i = t->off_topic; i < t->parallel && own < LANGUAGES; i++)
		nothing.all[nothing.n++] = nearer_than_others(t, trial_embedding(t, i), own, -1, &nearest);
	result->across.low = cosines_below(nothing, OFF_TOPIC_BELOW);
	result->across.high = cosines_below(same, SAME_BELOW);
	result->languages = result->across.high > result->across.low ? known : STR("");
}
