/*
 * channel-cache.h - channels with their secrets opened, for at most 5 seconds: an edit or a disconnect is live within
 * that time.
 */
#ifndef DESKBELL_WEBHOOK_CHANNEL_CACHE_H
#define DESKBELL_WEBHOOK_CHANNEL_CACHE_H

#include "channel/channel.h"
#include "db/db-pool.h"

struct channel_cache;

/* The channels that a key names; borrowed for the life of the request's pool. */
struct channel_set {
	const struct channel *channels;
	int n;
};

struct channel_cache *channel_cache_new(struct db_pool *db, const struct crypt_keys *keys);
/* Every pool that channel_cache_find was given must be gone. */
void channel_cache_free(struct channel_cache *cache);
/* By the platform's id of the channel, else (absent) by account id, else every channel of the platform, at most 200. An
 * unknown key gives an empty set. A channel whose secrets cannot be opened is left out and logged. ERR_DB_UNREACHABLE
 * when the database is needed and cannot be reached. Thread-safe. */
enum err channel_cache_find(struct channel_cache *cache, struct pool *pool, const char *platform,
	struct str external_id, struct str account_id, struct channel_set *out) MUST_CHECK;

#endif
