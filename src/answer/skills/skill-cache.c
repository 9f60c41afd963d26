/*
 * skill-cache.c - the prepared skills of organisations.
 *
 * Owns slots by organisation, bounded in number and in bytes: the one that was asked for longest ago goes. A slot whose
 * revision is older than the asked one is loaded again, so a change is live with the next message. A stored model that
 * does not belong to the loaded skills, or is damaged, is ignored with its reason in the log, and trained again.
 *
 * In the background of a loop (skill_cache_in_background) nothing here takes long: few skills are loaded at once, many
 * by a thread; models are trained by a child of a thread (skill-trainer.h). Two trainings go on at a time, a third one
 * of few skills, and one load, each for another organisation, in the order in which they are asked for. An answer that
 * needs what is being prepared waits for it, but not for long; the loop and other organisations never do.
 */
#include "answer/skills/skill-cache.h"

#include "answer/skills/skill-model.h"
#include "answer/skills/skill-store.h"
#include "answer/skills/training/skill-trainer.h"
#include "core/clock.h"
#include "core/log.h"
#include "db/statements.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SLOTS 64
#define MAX_BYTES ((size_t)128 << 20)
#define FEW_PHRASES 500 /* so many are loaded within some milliseconds, */
#define FEW_BYTES 32768 /* if they are not longer than this together */
#define TRAINING_PATIENCE_US 1500000
#define LOADING_PATIENCE_US 20000000
#define GO_ON_US 20000 /* answers that go on in one turn of the loop */

enum { TRAINERS = 4, TRAINER_OF_FEW = 2, TRAINER_LOADS = 3 }; /* the others train what they are asked to */

struct slot {
	int64_t org_id, revision;
	uint64_t used;     /* the higher, the later */
	struct pool *pool; /* NULL: empty */
	struct skill_set skills;
	struct skill_index *index;
	bool few;                     /* skills; loaded and trained within a moment */
	bool hopeless;                /* training found nothing to train, or failed */
	int64_t patience_us;          /* until then answers wait for the training */
	struct pool *embeddings_pool; /* NULL: no embeddings */
	const struct skill_embeddings *embeddings;
	struct str embeddings_model; /* and how many numbers they have */
	int embeddings_dims;
};

struct skill_cache {
	struct db *db;
	const struct conf *conf; /* NULL: nothing is done in the background */
	struct skill_trainer *trainers[TRAINERS];
	int ended_fd;
	bool stores, trains;
	const struct skill *draft; /* NULL: none */
	uint64_t uses;
	struct skill_waiter *first, **last;
	struct slot slots[SLOTS];
};

struct skill_cache *skill_cache_new(struct db *db)
{
	struct skill_cache *cache = calloc(1, sizeof(*cache));
	if (!cache)
		fatal(ERR_INTERNAL, "out of memory");
	cache->db = db;
	cache->stores = cache->trains = true;
	cache->ended_fd = -1;
	cache->last = &cache->first;
	cache->trainers[0] = skill_trainer_new(NULL, NULL, -1);
	return cache;
}

void skill_cache_in_background(struct skill_cache *cache, const struct conf *conf, const char *program)
{
	cache->conf = conf;
	cache->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (cache->ended_fd < 0)
		fatal(ERR_INTERNAL, "an eventfd cannot be made");
	skill_trainer_free(cache->trainers[0]);
	for (int i = 0; i < TRAINERS; i++)
		cache->trainers[i] = skill_trainer_new(conf, program, cache->ended_fd);
}

int skill_cache_socket(const struct skill_cache *cache)
{
	return cache->ended_fd;
}

void skill_cache_never_train(struct skill_cache *cache)
{
	cache->trains = false;
}

void skill_cache_set_draft(struct skill_cache *cache, const struct skill *draft)
{
	cache->draft = draft;
}

static void skill_cache_empty(struct slot *slot)
{
	pool_free(slot->embeddings_pool);
	pool_free(slot->pool);
	*slot = (struct slot){ .pool = NULL };
}

void skill_cache_free(struct skill_cache *cache)
{
	if (!cache)
		return;
	for (int i = 0; i < TRAINERS; i++)
		skill_trainer_free(cache->trainers[i]);
	for (int i = 0; i < SLOTS; i++)
		skill_cache_empty(&cache->slots[i]);
	if (cache->ended_fd >= 0)
		close(cache->ended_fd);
	free(cache);
}

/* ---- slots ---- */

static struct slot *skill_cache_slot_of(struct skill_cache *cache, int64_t org_id)
{
	for (int i = 0; i < SLOTS; i++)
		if (cache->slots[i].pool && cache->slots[i].org_id == org_id)
			return &cache->slots[i];
	return NULL;
}

/* The slot that is empty or was used longest ago, but not `except`; NULL when there is none. */
static struct slot *oldest_slot(struct skill_cache *cache, const struct slot *except)
{
	struct slot *oldest = NULL;
	for (int i = 0; i < SLOTS; i++) {
		struct slot *one = &cache->slots[i];
		if (one != except && (!oldest || one->used < oldest->used))
			oldest = one;
	}
	return oldest;
}

static size_t slot_bytes(const struct slot *slot)
{
	return (slot->pool ? pool_bytes(slot->pool) : 0)
	       + (slot->embeddings_pool ? pool_bytes(slot->embeddings_pool) : 0);
}

/* Others go, those used longest ago first, until all together fit. */
static void skill_cache_trim(struct skill_cache *cache, const struct slot *kept)
{
	size_t bytes = 0;
	for (int i = 0; i < SLOTS; i++)
		bytes += slot_bytes(&cache->slots[i]);
	while (bytes > MAX_BYTES) {
		struct slot *oldest = NULL;
		for (int i = 0; i < SLOTS; i++) {
			struct slot *one = &cache->slots[i];
			if (one != kept && one->pool && (!oldest || one->used < oldest->used))
				oldest = one;
		}
		if (!oldest)
			return;
		bytes -= slot_bytes(oldest);
		skill_cache_empty(oldest);
	}
}

/* Takes what was loaded over. */
static struct slot *skill_cache_fill(struct skill_cache *cache, const struct loaded *l, bool few)
{
	struct slot *slot = skill_cache_slot_of(cache, l->org_id);
	if (!slot)
		slot = oldest_slot(cache, NULL);
	skill_cache_empty(slot);
	*slot = (struct slot){ .org_id = l->org_id,
		.revision = l->revision, /* it may have moved on since the caller read it */
		.used = ++cache->uses,
		.pool = l->pool,
		.skills = l->skills,
		.index = l->index,
		.few = few };
	skill_cache_trim(cache, slot);
	return slot;
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

/* ---- what has ended ---- */

static void log_trained(const struct trained *t)
{
	if (t->reason)
		LOG_WARN("skills.training_failed", F_INT("org", t->org_id), F_INT("revision", t->revision),
			F_CSTR("reason", t->reason), F_INT("took_ms", t->took_ms));
	else
		LOG_INFO("skills.trained", F_INT("org", t->org_id), F_INT("revision", t->revision),
			F_INT("took_ms", t->took_ms), F_INT("bytes", t->bytes.n), F_INT("stored", t->stored));
}

/* A model of many skills is stored already, and comes with the skills when they are loaded once more. */
static void use_trained(struct skill_cache *cache, struct trained *t)
{
	struct slot *slot = skill_cache_slot_of(cache, t->org_id);
	if (!cache->conf && cache->stores && t->bytes.n
		&& skill_store_save_model(cache->db, t->org_id, t->revision, t->bytes, t->took_ms, &t->stored)
			   != ERR_OK)
		LOG_WARN("skills.model_not_stored", F_INT("org", t->org_id), F_INT("revision", t->revision));
	log_trained(t);
	if (!slot || slot->revision != t->revision)
		return;
	if (!t->bytes.n)
		slot->hopeless = true;
	else if (slot->few || !cache->conf || !t->stored)
		slot->hopeless = !use_model(slot, t->bytes, NULL);
	else
		skill_cache_empty(slot);
	skill_cache_trim(cache, slot);
}

/* Takes what has been trained or loaded, if it has ended or ends soon. */
static void take_ended(struct skill_cache *cache, int64_t wait_ms)
{
	struct trained t;
	struct loaded l;
	uint64_t count;
	if (cache->ended_fd >= 0 && read(cache->ended_fd, &count, sizeof(count)) < 0)
		count = 0; /* nothing has ended since the last look */
	for (int i = 0; i < TRAINERS && cache->trainers[i]; i++) {
		if (!skill_trainer_loads(cache->trainers[i])) {
			if (skill_trainer_take(cache->trainers[i], wait_ms, &t))
				use_trained(cache, &t);
		} else if (skill_trainer_take_loaded(cache->trainers[i], &l) && l.err == ERR_OK)
			skill_cache_fill(cache, &l, false);
	}
}

/* ---- what is begun ---- */

static bool is_at_work_for(const struct skill_cache *cache, int64_t org_id)
{
	for (int i = 0; i < TRAINERS && cache->trainers[i]; i++)
		if (skill_trainer_org(cache->trainers[i]) == org_id)
			return true;
	return false;
}

static void skill_cache_train(struct skill_cache *cache, struct slot *slot)
{
	int most = cache->conf ? slot->few ? TRAINER_OF_FEW + 1 : TRAINER_OF_FEW : 1;
	if (!cache->trains || !slot->skills.n || slot->hopeless || skill_index_has_model(slot->index)
		|| is_at_work_for(cache, slot->org_id))
		return;
	for (int i = 0; i < most; i++)
		if (skill_trainer_is_idle(cache->trainers[i])) {
			skill_trainer_start(cache->trainers[i], slot->org_id, &slot->skills);
			slot->patience_us = slot->few ? clock_mono_us() + TRAINING_PATIENCE_US : 0;
			return;
		}
}

static enum err skill_cache_are_few(struct skill_cache *cache, int64_t org_id, bool *few)
{
	struct pool *pool = pool_new();
	struct sql_skills_are_few_rows r;
	enum err e = sql_skills_are_few(cache->db, pool, org_id, FEW_PHRASES, FEW_BYTES, &r);
	if (e == ERR_OK)
		*few = sql_skills_are_few_row(&r, 0).are_few;
	pool_free(pool);
	return e;
}

/* Loads here and now, unless there are too many for that: then a thread does, and ERR_NOT_FOUND tells it. */
static enum err skill_cache_load(struct skill_cache *cache, int64_t org_id, int64_t revision, struct slot **out)
{
	bool few = true;
	struct loaded l;
	enum err e = cache->conf ? skill_cache_are_few(cache, org_id, &few) : ERR_OK;
	if (e != ERR_OK)
		return e;
	if (!few) {
		if (skill_trainer_is_idle(cache->trainers[TRAINER_LOADS]))
			skill_trainer_load(cache->trainers[TRAINER_LOADS], org_id, revision);
		return ERR_NOT_FOUND;
	}
	skill_load(cache->db, org_id, revision, cache->draft, &l);
	if (l.err == ERR_OK)
		*out = skill_cache_fill(cache, &l, true);
	return l.err;
}

/* ERR_NOT_FOUND: not yet. */
static enum err skill_cache_find(struct skill_cache *cache, int64_t org_id, int64_t revision, struct slot **out)
{
	take_ended(cache, 0);
	struct slot *slot = skill_cache_slot_of(cache, org_id);
	if (!slot || slot->revision < revision) {
		enum err e = cache->conf && skill_trainer_org(cache->trainers[TRAINER_LOADS]) == org_id
				     ? ERR_NOT_FOUND
				     : skill_cache_load(cache, org_id, revision, &slot);
		if (e != ERR_OK)
			return e;
	}
	slot->used = ++cache->uses;
	skill_cache_train(cache, slot);
	*out = slot;
	return ERR_OK;
}

enum err skill_cache_get(struct skill_cache *cache, int64_t org_id, int64_t revision, const struct skill_index **out)
{
	struct slot *slot;
	enum err e = skill_cache_find(cache, org_id, revision, &slot);
	if (e == ERR_OK)
		*out = slot->index;
	return e;
}

enum err skill_cache_get_patiently(
	struct skill_cache *cache, int64_t org_id, int64_t revision, const struct skill_index **out)
{
	struct slot *slot;
	cache->stores = false;
	enum err e = skill_cache_find(cache, org_id, revision, &slot);
	if (e != ERR_OK)
		return e;
	take_ended(cache, -1);
	*out = slot->index;
	return ERR_OK;
}

/* ---- answers that wait ---- */

/* Whether it pays to wait, what for, and until when at most. */
static bool is_to_wait(struct skill_cache *cache, struct skill_waiter *w)
{
	struct slot *slot;
	enum err e = skill_cache_find(cache, w->org_id, w->revision, &slot);
	w->for_skills = e == ERR_NOT_FOUND;
	if (w->for_skills) {
		w->until_us = w->until_us ? w->until_us : clock_mono_us() + LOADING_PATIENCE_US;
		return true;
	}
	if (e != ERR_OK || skill_index_has_model(slot->index) || !is_at_work_for(cache, w->org_id))
		return false;
	w->until_us = slot->patience_us;
	return clock_mono_us() < slot->patience_us;
}

bool skill_cache_wait(struct skill_cache *cache, int64_t org_id, int64_t revision, struct skill_waiter *waiter,
	void (*go_on)(void *arg), void *arg)
{
	*waiter = (struct skill_waiter){ .org_id = org_id, .revision = revision, .go_on = go_on, .arg = arg };
	if (!cache->conf || !is_to_wait(cache, waiter))
		return false;
	*cache->last = waiter;
	cache->last = &waiter->next;
	return true;
}

/* Whether it has nothing to wait for any more. Skills that wait for the load of others are not looked for meanwhile. */
static bool skill_cache_is_ready(struct skill_cache *cache, struct skill_waiter *w)
{
	if (clock_mono_us() >= w->until_us)
		return true;
	if (w->for_skills && !skill_cache_slot_of(cache, w->org_id)
		&& !skill_trainer_is_idle(cache->trainers[TRAINER_LOADS]))
		return false;
	return !is_to_wait(cache, w);
}

/* Lets those go on that need not wait any more, as many as a turn of the loop bears; true when there are others. */
static bool release_waiters(struct skill_cache *cache)
{
	int64_t began_us = clock_mono_us();
	struct skill_waiter *rest = cache->first, *next;
	bool left = false;
	cache->first = NULL;
	cache->last = &cache->first;
	for (; rest; rest = next) {
		next = rest->next;
		rest->next = NULL;
		bool ready = skill_cache_is_ready(cache, rest);
		if (ready && clock_mono_us() - began_us < GO_ON_US) {
			rest->go_on(rest->arg);
			continue;
		}
		left |= ready;
		*cache->last = rest;
		cache->last = &rest->next;
	}
	return left;
}

/* ---- embeddings ---- */

static bool skill_cache_has_embeddings(const struct slot *slot, const struct embedding_state *state)
{
	return slot->embeddings && slot->embeddings_dims == state->dims
	       && str_equal(slot->embeddings_model, state->model);
}

enum err skill_cache_embeddings(struct skill_cache *cache, int64_t org_id, const struct embedding_state *state,
	const struct skill_embeddings **out)
{
	struct slot *slot = skill_cache_slot_of(cache, org_id);
	enum err e = ERR_OK;
	*out = NULL;
	if (!slot)
		return ERR_OK;
	if (!skill_cache_has_embeddings(slot, state)) {
		pool_free(slot->embeddings_pool);
		slot->embeddings_pool = pool_new();
		slot->embeddings_model = pool_str(slot->embeddings_pool, state->model);
		slot->embeddings_dims = state->dims;
		e = skill_embeddings_load(cache->db, slot->embeddings_pool, org_id, state,
			skill_index_phrases(slot->index), &slot->embeddings);
		skill_cache_trim(cache, slot);
	}
	*out = slot->embeddings;
	return e;
}

bool skill_cache_poll(struct skill_cache *cache, bool *again)
{
	bool busy = false;
	take_ended(cache, 0);
	*again = release_waiters(cache);
	for (int i = 0; i < TRAINERS && cache->trainers[i]; i++)
		busy |= !skill_trainer_is_idle(cache->trainers[i]);
	return busy || cache->first;
}
