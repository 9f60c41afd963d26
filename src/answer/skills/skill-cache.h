/*
 * skill-cache.h - the prepared skills of organisations, kept by a process as long as they are current, their vectors,
 * and the training of their models.
 */
#ifndef DESKBELL_ANSWER_SKILLS_SKILL_CACHE_H
#define DESKBELL_ANSWER_SKILLS_SKILL_CACHE_H

#include "answer/skills/skill-embeddings.h"

struct skill_cache;

struct skill_cache *skill_cache_new(struct db *db);
/* For one that only looks: nothing is trained from here on, skills without a stored model go by likeness. */
void skill_cache_never_train(struct skill_cache *cache);
/* Stops a training that is under way; whoever comes next starts it again. */
void skill_cache_free(struct skill_cache *cache);
/* The index of an organisation at this revision, loaded if need be; borrowed until the next call. When there is no
 * model for these skills one is trained beside the work: a small organisation's is waited for, a large one is answered
 * by likeness until it is there. */
enum err skill_cache_get(
	struct skill_cache *cache, int64_t org_id, int64_t revision, const struct skill_index **out) MUST_CHECK;
/* The same for one that has time and must not store anything: waits for the model however long it takes. */
enum err skill_cache_get_patiently(
	struct skill_cache *cache, int64_t org_id, int64_t revision, const struct skill_index **out) MUST_CHECK;
/* The vectors of the index that was got last for the organisation, of this state, loaded if need be; borrowed as the
 * index is. NULL when they cannot be used: skill_vectors_load. */
enum err skill_cache_vectors(struct skill_cache *cache, int64_t org_id, const struct vectors_state *state,
	const struct skill_vectors **out) MUST_CHECK;
/* Takes and stores what has been trained; true while something is under way. To be called now and then, and before the
 * process leaves. */
bool skill_cache_tend(struct skill_cache *cache);

#endif
