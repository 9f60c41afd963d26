/*
 * open-channels.c - the channels whose secrets the sender has opened.
 *
 * Owns a table with one place for each hash; a channel that comes to a place that is taken has it from then on, so the
 * table never grows. An entry is counted by the pools that use it, and its secrets are wiped with the last of them.
 * Never keeps what did not open: the next message asks again.
 */
#include "outbox/open-channels.h"

#include <stdlib.h>

#define PLACES 128

struct open_channel {
	struct pool *pool; /* holds the entry itself and the secrets */
	struct str config;
	struct channel channel;
	int references; /* of the table and of pools */
};

struct open_channels {
	const struct crypt_keys *keys;
	struct open_channel *places[PLACES];
};

struct open_channels *open_channels_new(const struct crypt_keys *keys)
{
	struct open_channels *all = calloc(1, sizeof(*all));
	if (!all)
		fatal(ERR_INTERNAL, "out of memory: no table of channels");
	all->keys = keys;
	return all;
}

static void open_channels_release(void *arg)
{
	struct open_channel *entry = arg;
	if (--entry->references == 0)
		pool_free(entry->pool);
}

void open_channels_free(struct open_channels *all)
{
	for (int i = 0; all && i < PLACES; i++)
		if (all->places[i])
			open_channels_release(all->places[i]);
	free(all);
}

static bool open_channels_is_same(const struct open_channel *entry, const struct channel *channel, struct str config)
{
	return entry && entry->channel.id == channel->id && entry->channel.org_id == channel->org_id
	       && entry->channel.ops == channel->ops && str_equal(entry->config, config);
}

static enum err open_channels_open(const struct crypt_keys *keys, struct str config, const struct channel *channel,
	struct open_channel **out, struct explain *why)
{
	struct pool *pool = pool_new();
	struct open_channel *entry = pool_new_of(pool, struct open_channel);
	*entry = (struct open_channel){ .pool = pool,
		.config = pool_str(pool, config),
		.channel = { .org_id = channel->org_id, .id = channel->id, .ops = channel->ops },
		.references = 1 };
	enum err e = channel_open(pool, keys, entry->config, &entry->channel, why);
	if (e != ERR_OK)
		pool_free(pool);
	else
		*out = entry;
	return e;
}

enum err open_channels_get(
	struct open_channels *all, struct pool *pool, struct str config, struct channel *channel, struct explain *why)
{
	const int64_t key[] = { channel->org_id, channel->id };
	uint32_t hash = str_hash(STR_HASH, (struct str){ (const char *)key, sizeof(key) });
	struct open_channel **place = &all->places[str_hash_spread(hash) % PLACES];
	if (!open_channels_is_same(*place, channel, config)) {
		struct open_channel *entry;
		enum err e = open_channels_open(all->keys, config, channel, &entry, why);
		if (e != ERR_OK)
			return e;
		if (*place)
			open_channels_release(*place);
		*place = entry;
	}
	(*place)->references++;
	pool_defer(pool, open_channels_release, *place);
	memcpy(channel->plain, (*place)->channel.plain, sizeof(channel->plain));
	memcpy(channel->secret, (*place)->channel.secret, sizeof(channel->secret));
	return ERR_OK;
}
