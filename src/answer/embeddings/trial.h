/*
 * trial.h - whether embeddings help an organisation, tried with what it has written itself.
 *
 * Its own texts stand for messages of customers. Headings for questions: what stands under one answers it, and
 * everything else does not. Triggers for messages: each is left out in turn, and belongs to its skill and to no other;
 * were its skill not there, it would belong to none. Messages that are off-topic (off-topic.h) stand for those that
 * nothing answers. From their cosines comes the scale (fusion.h); embeddings help when the scale is long enough and
 * words and embeddings together do no worse than words alone. Whether they help customers who write in another language
 * than the organisation is tried apart, with the same questions in all languages (language-trial.c).
 */
#ifndef DESKBELL_ANSWER_EMBEDDINGS_TRIAL_H
#define DESKBELL_ANSWER_EMBEDDINGS_TRIAL_H

#include "answer/embeddings/embedding-cache.h"

#include <stdatomic.h>

#define TRIAL_TEXTS_MAX 64 /* without the questions of all languages */

struct embedding_trial;

struct trial_result {
	bool helps;
	struct similarity_scale scale;
	/* How well it went. Passages: the mean reciprocal rank of the headings' own ones. Phrases: the share of
	 * triggers that find their skill, less that of wrong answers, to other triggers and to what no skill is about.
	 */
	double words, both;
	int probes; /* headings, or triggers */
	/* Across languages: the tags, between spaces, of those that the model knows next to the organisation's, and how
	 * much nearer than the middle of everything is what says the same. */
	struct str languages;
	struct similarity_scale across;
};

/* Reads what it is made of, which takes as long as there is much of it. The trial lives in `pool`. */
enum err embedding_trial_new(struct pool *pool, struct db *db, int64_t org_id, enum embedding_kind kind,
	struct embedding_trial **out) MUST_CHECK;
/* The texts of which it needs the embeddings, in this order; none when there is nothing to be tried. */
const struct str *embedding_trial_texts(const struct embedding_trial *trial, int *n);
/* Their embeddings, which must live as long as the trial. False when the stored ones have another length: nothing can
 * be compared, and new ones are needed. */
bool embedding_trial_begin(struct embedding_trial *trial, const float *values, int dims) MUST_CHECK;
/* Tries all of it, which takes up to some seconds; the embeddings of passages are loaded and forgotten again, at most
 * `max_bytes` of them. ERR_TIMEOUT when `*stop` has become true. */
enum err embedding_trial_run(struct embedding_trial *trial, struct db *db, size_t max_bytes, const atomic_bool *stop,
	struct trial_result *out) MUST_CHECK;

#endif
