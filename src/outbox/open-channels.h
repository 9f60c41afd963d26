/*
 * open-channels.h - the channels whose secrets the sender has opened, so that a message costs no decryption.
 *
 * An entry is valid while the stored config is the same to the byte: a channel that is connected again, or whose
 * secrets were sealed again with another key, has another one. Belongs to the sender's only thread.
 */
#ifndef DESKBELL_OUTBOX_OPEN_CHANNELS_H
#define DESKBELL_OUTBOX_OPEN_CHANNELS_H

#include "channel/channel.h"

struct open_channels;

struct open_channels *open_channels_new(const struct crypt_keys *keys);
/* What a pool still holds goes with that pool. NULL is allowed. */
void open_channels_free(struct open_channels *all);

/* As channel_open: fills the fields and secrets of `channel`, of which organization, id and `ops` are set. They are
 * borrowed and stay until `pool` is freed or reset, whatever happens to the entry. */
enum err open_channels_get(struct open_channels *all, struct pool *pool, struct str config, struct channel *channel,
	struct explain *why) MUST_CHECK;

#endif
