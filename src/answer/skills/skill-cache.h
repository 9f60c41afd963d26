/*
 * skill-cache.h - the prepared skills of organisations, kept by a process as long as they are current, their
 * embeddings, and the training of their models.
 */
#ifndef DESKBELL_ANSWER_SKILLS_SKILL_CACHE_H
#define DESKBELL_ANSWER_SKILLS_SKILL_CACHE_H

#include "answer/skills/skill-embeddings.h"

struct skill_cache;

struct skill_cache *skill_cache_new(struct db *db);
/* For a loop: nothing takes long from here on, `program` trains ("PROGRAM --train"). `conf` for connections of threads.
 * Both borrowed. */
void skill_cache_in_background(struct skill_cache *cache, const struct conf *conf, const char *program);
/* Becomes readable when something has ended in the background: skill_cache_poll. -1: nothing is done there. */
int skill_cache_socket(const struct skill_cache *cache);
/* For one that only looks: nothing is trained from here on, skills without a stored model go by similarity. */
void skill_cache_never_train(struct skill_cache *cache);
/* For one that only looks: loads the skills with this one (borrowed; skill_load). */
void skill_cache_set_draft(struct skill_cache *cache, const struct skill *draft);
/* Stops a training that is under way; the next message starts it again. */
void skill_cache_free(struct skill_cache *cache);
/* The index of an organisation at this revision or a later one, loaded if need be; borrowed until the next call. When
 * there is no model for these skills one is trained, and they go by similarity until it is there. ERR_NOT_FOUND: in the
 * background, and not loaded yet. */
enum err skill_cache_get(
	struct skill_cache *cache, int64_t org_id, int64_t revision, const struct skill_index **out) MUST_CHECK;
/* The same for one that has time and must not store anything: waits for the model however long it takes. */
enum err skill_cache_get_patiently(
	struct skill_cache *cache, int64_t org_id, int64_t revision, const struct skill_index **out) MUST_CHECK;
/* The embeddings of the index that was got last for the organisation, of this state, loaded if need be; borrowed as the
 * index is. NULL when they cannot be used: skill_embeddings_load. */
enum err skill_cache_embeddings(struct skill_cache *cache, int64_t org_id, const struct embedding_state *state,
	const struct skill_embeddings **out) MUST_CHECK;
/* An answer that waits. */
struct skill_waiter {
	struct skill_waiter *next;
	int64_t org_id, revision, until_us;
	bool for_skills; /* they are loaded; else a model is trained */
	void (*go_on)(void *arg);
	void *arg;
};

/* In the background: true when skills of the organisation are being loaded, or a model of few is being trained, that an
 * answer had better wait for. Then `go_on` is called once, from skill_cache_poll: when that has ended, or took too
 * long. `waiter` must live until then. */
bool skill_cache_wait(struct skill_cache *cache, int64_t org_id, int64_t revision, struct skill_waiter *waiter,
	void (*go_on)(void *arg), void *arg);
/* Takes what has ended and lets answers go on; true while something is under way, `*again` when it is to be called
 * again at once. To be called now and then, and before the process leaves. */
bool skill_cache_poll(struct skill_cache *cache, bool *again);

#endif
