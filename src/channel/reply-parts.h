/*
 * reply-parts.h - a reply as the messages that a platform takes.
 */
#ifndef DESKBELL_CHANNEL_REPLY_PARTS_H
#define DESKBELL_CHANNEL_REPLY_PARTS_H

#include "channel/channel.h"
#include "core/json/json.h"

struct reply_parts {
	struct str *texts, *tags; /* next to each other */
	int n;
};

/* The reply cut to the platform's length (`ops` may be NULL: the smallest), each part with a random tag of its own by
 * which its statuses are known. An absent reply has no parts. */
struct reply_parts reply_parts_cut(struct pool *pool, struct str reply, const struct channel_ops *ops);
/* A random tag for one message. */
struct str reply_parts_tag(struct pool *pool);
/* Writes them as the members "parts" and "tags". */
void reply_parts_write(struct json_writer *w, struct pool *pool, struct str reply, const struct channel_ops *ops);

#endif
