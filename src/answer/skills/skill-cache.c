/*
 * skill-cache.c - the prepared skills of organisations.
 *
 * Owns a fixed number of slots by organisation; a slot whose revision is not the asked one is loaded anew, so a change
 * is live with the next message. A stored model that does not belong to the loaded skills, or is damaged, is ignored
 * with its reason in the log, and trained anew. One organisation is trained at a time.
 */
#include "answer/skills/skill-cache.h"

#include "answer/skills/skill-model.h"
#include "answer/skills/skill-store.h"
#include "answer/skills/skill-trainer.h"
#include "core/log.h"

#include <stdlib.h>

#define SLOTS 64
#define PATIENCE_MS 300 /* how long the answers of others may wait for a small organisation's training */

struct slot {
	int64_t org_id, revision;
	struct pool *pool; /* NULL: empty */
	struct skill_set skills;
	struct skill_index *index;
	bool hopeless;             /* training found nothing to learn */
	struct pool *vectors_pool; /* NULL: no vectors */
	const struct skill_vectors *vectors;
	struct str vectors_model; /* and how many numbers they have */
	int vectors_dims;
};

struct skill_cache {
	struct db *db;
	struct skill_trainer *trainer;
	bool stores, trains;
	struct slot slots[SLOTS];
};

struct skill_cache *skill_cache_new(struct db *db)
{
	struct skill_cache *cache = calloc(1, sizeof(*cache));
	if (!cache)
		fatal(ERR_INTERNAL, "out of memory");
	cache->db = db;
	cache->stores = cache->trains = true;
	cache->trainer = skill_trainer_new();
	return cache;
}

void skill_cache_never_train(struct skill_cache *cache)
{
	cache->trains = false;
}

static void empty(struct slot *slot)
{
	pool_free(slot->vectors_pool);
	pool_free(slot->pool);
	*slot = (struct slot){ .pool = NULL };
}

void skill_cache_free(struct skill_cache *cache)
{
	if (!cache)
		return;
	skill_trainer_free(cache->trainer);
	for (int i = 0; i < SLOTS; i++)
		empty(&cache->slots[i]);
	free(cache);
}

static struct slot *slot_of(struct skill_cache *cache, int64_t org_id)
{
	return &cache->slots[(uint64_t)org_id % SLOTS];
}

/* Gives the model to the skills from which it was trained; others refuse it. */
static bool use_model(struct slot *slot, struct str bytes, struct explain *why)
{
	struct skill_model *model;
	if (skill_model_read(slot->pool, skill_index_phrases(slot->index), bytes, &model, why) != ERR_OK)
		return false;
	skill_index_set_model(slot->index, model);
	return true;
}

static void use_stored_model(struct skill_cache *cache, struct slot *slot)
{
	struct pool *pool = pool_new();
	struct explain why;
	struct str bytes;
	if (slot->skills.n && skill_store_load_model(cache->db, pool, slot->org_id, &bytes) == ERR_OK && bytes.p
		&& !use_model(slot, bytes, &why))
		LOG_WARN("skills.model_ignored", F_INT("org", slot->org_id), F_INT("revision", slot->revision),
			F_CSTR("reason", why.text));
	pool_free(pool);
}

static enum err load(struct skill_cache *cache, int64_t org_id, int64_t revision)
{
	struct slot *slot = slot_of(cache, org_id);
	empty(slot);
	*slot = (struct slot){ .org_id = org_id, .revision = revision, .pool = pool_new() };
	enum err e = skill_store_load(cache->db, slot->pool, org_id, &slot->skills);
	if (e != ERR_OK) {
		empty(slot);
		return e;
	}
	if (slot->skills.n)
		slot->revision = slot->skills.revision; /* it may have moved on since the caller read it */
	slot->index = skill_index_new(slot->pool, slot->skills.all, slot->skills.n);
	use_stored_model(cache, slot);
	return ERR_OK;
}

static void store(struct skill_cache *cache, const struct trained *t)
{
	bool stored = false;
	if (cache->stores && t->bytes.n
		&& skill_store_save_model(cache->db, t->org_id, t->revision, t->bytes, t->took_ms, &stored) != ERR_OK)
		LOG_WARN("skills.model_not_stored", F_INT("org", t->org_id), F_INT("revision", t->revision));
	LOG_INFO("skills.trained", F_INT("org", t->org_id), F_INT("revision", t->revision),
		F_INT("took_ms", t->took_ms), F_INT("bytes", t->bytes.n), F_INT("stored", stored));
}

/* Takes what has been trained, if it has ended or ends soon. */
static void take_trained(struct skill_cache *cache, int64_t wait_ms)
{
	struct trained t;
	if (!skill_trainer_take(cache->trainer, wait_ms, &t))
		return;
	struct slot *slot = slot_of(cache, t.org_id);
	if (slot->pool && slot->org_id == t.org_id && slot->revision == t.revision)
		slot->hopeless = !use_model(slot, t.bytes, NULL);
	store(cache, &t);
}

static bool wants_training(const struct slot *slot)
{
	return slot->skills.n > 0 && !slot->hopeless && !skill_index_has_model(slot->index);
}

static enum err get(
	struct skill_cache *cache, int64_t org_id, int64_t revision, int64_t wait_ms, const struct skill_index **out)
{
	struct slot *slot = slot_of(cache, org_id);
	take_trained(cache, 0);
	if (!slot->pool || slot->org_id != org_id || slot->revision != revision) {
		enum err e = load(cache, org_id, revision);
		if (e != ERR_OK)
			return e;
	}
	if (cache->trains && wants_training(slot) && skill_trainer_is_idle(cache->trainer)) {
		skill_trainer_start(cache->trainer, org_id, &slot->skills);
		take_trained(cache, wait_ms);
	}
	*out = slot->index;
	return ERR_OK;
}

enum err skill_cache_get(struct skill_cache *cache, int64_t org_id, int64_t revision, const struct skill_index **out)
{
	return get(cache, org_id, revision, PATIENCE_MS, out);
}

enum err skill_cache_get_patiently(
	struct skill_cache *cache, int64_t org_id, int64_t revision, const struct skill_index **out)
{
	cache->stores = false;
	return get(cache, org_id, revision, -1, out);
}

static bool has_vectors(const struct slot *slot, const struct vectors_state *state)
{
	return slot->vectors && slot->vectors_dims == state->dims && str_equal(slot->vectors_model, state->model);
}

enum err skill_cache_vectors(
	struct skill_cache *cache, int64_t org_id, const struct vectors_state *state, const struct skill_vectors **out)
{
	struct slot *slot = slot_of(cache, org_id);
	enum err e = ERR_OK;
	*out = NULL;
	if (!slot->pool || slot->org_id != org_id)
		return ERR_OK;
	if (!has_vectors(slot, state)) {
		pool_free(slot->vectors_pool);
		slot->vectors_pool = pool_new();
		slot->vectors_model = pool_str(slot->vectors_pool, state->model);
		slot->vectors_dims = state->dims;
		e = skill_vectors_load(
			cache->db, slot->vectors_pool, org_id, state, skill_index_phrases(slot->index), &slot->vectors);
	}
	*out = slot->vectors;
	return e;
}

bool skill_cache_tend(struct skill_cache *cache)
{
	take_trained(cache, 0);
	return !skill_trainer_is_idle(cache->trainer);
}
