/*
 * trial-parts.h - what the trials of the kinds share; for *-trial.c only.
 */
#ifndef DESKBELL_ANSWER_EMBEDDINGS_TRIAL_PARTS_H
#define DESKBELL_ANSWER_EMBEDDINGS_TRIAL_PARTS_H

#include "answer/embeddings/parallel-questions.h"
#include "answer/embeddings/trial.h"

#define PARALLEL_TEXTS (LANGUAGES * PARALLEL_QUESTIONS)

/* Begins what a kind has of its own. */
struct embedding_trial {
	struct pool *pool;
	struct db *db;
	struct embedding_cache *embeddings; /* of passages, while it runs */
	int64_t org_id;
	struct embedding_state state;
	struct str texts[TRIAL_TEXTS_MAX + PARALLEL_TEXTS];
	int n_texts;
	int off_topic, parallel; /* where messages that are off-topic begin, and the questions of all languages */
	const float *values;     /* of the texts */
	int n_probes;            /* all that is tried, one a step */
	enum err (*step)(struct embedding_trial *trial, int nth);
	void (*judge)(struct embedding_trial *trial, struct trial_result *out);
};

/* As embedding_trial_new; `begun` has what does not depend on the kind. */
enum err passage_trial_new(const struct embedding_trial *begun, struct embedding_trial **out) MUST_CHECK;
enum err phrase_trial_new(const struct embedding_trial *begun, struct embedding_trial **out) MUST_CHECK;

void trial_add_text(struct embedding_trial *trial, struct str text);
/* Fills the rest of the texts with messages that are off-topic, of all languages. */
void trial_add_off_topic(struct embedding_trial *trial);
/* Adds the questions of all languages behind all other texts, and says what they came to. */
void trial_add_parallel_questions(struct embedding_trial *trial);
void language_trial_judge(const struct embedding_trial *trial, struct trial_result *out);
/* The embedding of a text. */
const float *trial_embedding(const struct embedding_trial *trial, int text);

#endif
