/*
 * skill-embeddings.h - the vectors of an organisation's phrases, and how alike they are to a message's.
 */
#ifndef DESKBELL_ANSWER_SKILLS_SKILL_EMBEDDINGS_H
#define DESKBELL_ANSWER_SKILLS_SKILL_EMBEDDINGS_H

#include "answer/skills/training-phrases.h"
#include "answer/embeddings/embedding-state.h"

struct skill_vectors;

/* Into `pool`; the phrases are borrowed. `*out` is NULL unless each of them has a vector and they fit into the memory
 * that there is for an organisation's. */
enum err skill_vectors_load(struct db *db, struct pool *pool, int64_t org_id, const struct vectors_state *state,
	const struct phrases *phrases, const struct skill_vectors **out) MUST_CHECK;
/* The cosine of each phrase of a skill to a vector of length 1; `out` has room for n_of_skills. */
void skill_vectors_cosines(const struct skill_vectors *v, const float *asked, float *out);
/* The same by skill: of its nearest phrase; -1 for a skill without phrases. `out` has room for all skills. */
void skill_vectors_nearest(const struct skill_vectors *v, struct pool *scratch, const float *asked, double *out);
/* A phrase's own vector, of length 1. */
void skill_vectors_of_phrase(const struct skill_vectors *v, int phrase, float *out);

#endif
