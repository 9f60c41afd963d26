/*
 * channel-cache.c - channels with their secrets opened, for at most 5 seconds.
 *
 * Owns a fixed number of slots, one key each, so that unknown senders that invent ids cannot make it grow. An entry is
 * counted: a request keeps what it got although the slot is taken by another key meanwhile. Secrets are wiped with
 * the last reference.
 */
#include "webhook/channel-cache.h"

#include "core/clock.h"
#include "core/log.h"
#include "db/statements.h"

#include <pthread.h>
#include <stdlib.h>

#define SLOTS 256
#define LIFE_US 5000000
#define CANDIDATES_MAX 200

struct entry {
	int references; /* under the cache's lock */
	struct channel_cache *cache;
	struct pool *pool;
	struct str key;
	int64_t loaded_us;
	struct channel_set set;
};

struct channel_cache {
	struct db_pool *db;
	const struct crypt_keys *keys;
	pthread_mutex_t lock;
	struct entry *slots[SLOTS];
};

struct channel_cache *channel_cache_new(struct db_pool *db, const struct crypt_keys *keys)
{
	struct channel_cache *cache = calloc(1, sizeof(*cache));
	if (!cache)
		fatal(ERR_INTERNAL, "out of memory");
	cache->db = db;
	cache->keys = keys;
	pthread_mutex_init(&cache->lock, NULL);
	return cache;
}

/* Under the lock. */
static void release_entry(struct entry *entry)
{
	if (entry && --entry->references == 0)
		pool_free(entry->pool);
}

void channel_cache_free(struct channel_cache *cache)
{
	for (int i = 0; i < SLOTS; i++)
		release_entry(cache->slots[i]);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static void channel_cache_release(void *arg)
{
	struct entry *entry = arg;
	struct channel_cache *cache = entry->cache;
	pthread_mutex_lock(&cache->lock);
	release_entry(entry);
	pthread_mutex_unlock(&cache->lock);
}

static struct entry **channel_cache_slot_of(struct channel_cache *cache, struct str key)
{
	return &cache->slots[str_hash(STR_HASH, key) % SLOTS];
}

static struct entry *find_fresh(struct channel_cache *cache, struct str key)
{
	pthread_mutex_lock(&cache->lock);
	struct entry *entry = *channel_cache_slot_of(cache, key);
	if (entry && str_equal(entry->key, key) && clock_mono_us() - entry->loaded_us < LIFE_US)
		entry->references++;
	else
		entry = NULL;
	pthread_mutex_unlock(&cache->lock);
	return entry;
}

static void read_rows(struct entry *entry, const struct channel_ops *ops, const struct crypt_keys *keys,
	const struct sql_channels_for_rows *rows)
{
	struct channel *channels = pool_new_array(entry->pool, (size_t)rows->n + 1, struct channel);
	for (int i = 0; i < rows->n; i++) {
		const struct sql_channels_for_row row = sql_channels_for_row(rows, i);
		struct channel *c = &channels[entry->set.n];
		struct explain why;
		*c = (struct channel){ .org_id = row.org_id,
			.id = row.channel_id,
			.ops = ops,
			.external_id = pool_str(entry->pool, row.external_id),
			.account_id = pool_str(entry->pool, row.account_id),
			.pending = str_equal(row.status, STR("pending")) };
		if (channel_open(entry->pool, keys, row.config, c, &why) == ERR_OK)
			entry->set.n++;
		else
			LOG_LIMITED(LOG_LEVEL_ERROR, "channel.sealed", F_INT("org", c->org_id), F_INT("channel", c->id),
				F_CSTR("reason", why.text));
	}
	entry->set.channels = channels;
}

static enum err channel_cache_load(struct channel_cache *cache, const char *platform, struct str external_id,
	struct str account_id, struct entry *entry)
{
	const struct channel_ops *ops = channel_find(str_of(platform));
	struct sql_channels_for_rows rows;
	struct db *db = db_pool_take(cache->db);
	enum err e = sql_channels_for(db, entry->pool, str_of(platform), external_id,
		external_id.p ? STR_NONE : account_id, STR_NONE, CANDIDATES_MAX, &rows);
	db_pool_put(cache->db, db);
	if (e == ERR_OK)
		read_rows(entry, ops, cache->keys, &rows);
	return e;
}

static struct str channel_cache_key_of(
	struct pool *pool, const char *platform, struct str external_id, struct str account_id)
{
	struct str id = external_id.p ? external_id : account_id;
	return pool_printf(pool, "%s %s %.*s", platform,
		external_id.p  ? "id"
		: account_id.p ? "account"
			       : "any",
		(int)id.n, id.p ? id.p : "");
}

enum err channel_cache_find(struct channel_cache *cache, struct pool *pool, const char *platform,
	struct str external_id, struct str account_id, struct channel_set *out)
{
	struct entry *entry = find_fresh(cache, channel_cache_key_of(pool, platform, external_id, account_id));
	if (!entry) {
		struct pool *own = pool_new();
		entry = pool_new_of(own, struct entry);
		*entry = (struct entry){ .references = 2,
			.cache = cache,
			.pool = own,
			.key = channel_cache_key_of(own, platform, external_id, account_id),
			.loaded_us = clock_mono_us() };
		enum err e = channel_cache_load(cache, platform, external_id, account_id, entry);
		if (e != ERR_OK) {
			pool_free(own);
			return e;
		}
		pthread_mutex_lock(&cache->lock);
		struct entry **slot = channel_cache_slot_of(cache, entry->key);
		release_entry(*slot);
		*slot = entry;
		pthread_mutex_unlock(&cache->lock);
	}
	pool_defer(pool, channel_cache_release, entry);
	*out = entry->set;
	return ERR_OK;
}
