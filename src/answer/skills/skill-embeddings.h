/*
 * skill-embeddings.h - the embeddings of an organisation's phrases, and how similar they are to a message's.
 */
#ifndef DESKBELL_ANSWER_SKILLS_SKILL_EMBEDDINGS_H
#define DESKBELL_ANSWER_SKILLS_SKILL_EMBEDDINGS_H

#include "answer/skills/training/training-phrases.h"
#include "answer/embeddings/embedding-state.h"

struct skill_embeddings;

/* Into `pool`; the phrases are borrowed. `*out` is NULL unless each of them has a embedding and they fit into the
 * memory that there is for an organisation's. */
enum err skill_embeddings_load(struct db *db, struct pool *pool, int64_t org_id, const struct embedding_state *state,
	const struct phrases *phrases, const struct skill_embeddings **out) MUST_CHECK;
/* The cosine of each phrase of a skill to a embedding of length 1; `out` has room for n_of_skills. */
void skill_embeddings_cosines(const struct skill_embeddings *v, const float *asked, float *out);
/* The same by skill: of its nearest phrase; -1 for a skill without phrases. `out` has room for all skills. */
void skill_embeddings_nearest(const struct skill_embeddings *v, struct pool *scratch, const float *asked, double *out);
/* A phrase's own embedding, of length 1. */
void skill_embeddings_of_phrase(const struct skill_embeddings *v, int phrase, float *out);

#endif
