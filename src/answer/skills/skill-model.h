/*
 * skill-model.h - what is trained from an organisation's phrases: a row of weights for each skill.
 *
 * A model belongs to exactly the phrases from which it was trained, and knows them by a digest: it never answers for
 * others.
 */
#ifndef DESKBELL_ANSWER_SKILLS_SKILL_MODEL_H
#define DESKBELL_ANSWER_SKILLS_SKILL_MODEL_H

#include "answer/skills/training/training-phrases.h"
#include "core/buf.h"

#include <stdatomic.h>

struct skill_model;

/* Trains. `stop`, looked at between two skills, ends it early: then, and when there is nothing to train, or far too
 * much, NULL. In `pool`; the phrases may go afterwards. */
struct skill_model *skill_model_train(struct pool *pool, const struct phrases *phrases, const atomic_bool *stop);
/* The score of each skill, as log-odds; `out` has room for all skills of the phrases. */
void skill_model_scores(const struct skill_model *model, const struct tf_idf_vector *v, float *out);

void skill_model_write(const struct skill_model *model, struct buf *out);
/* ERR_INVALID with words when the bytes are damaged, of another version, or of other phrases. What it needs is copied
 * into `pool`. */
enum err skill_model_read(struct pool *pool, const struct phrases *phrases, struct str bytes, struct skill_model **out,
	struct explain *why) MUST_CHECK;

/* For the one who wants to know: memory of the weights, and their number. */
size_t skill_model_weights(const struct skill_model *model);

#endif
