/*
 * reply-parts.h - a reply as the messages that a platform takes.
 */
#ifndef DESKBELL_CHANNEL_REPLY_PARTS_H
#define DESKBELL_CHANNEL_REPLY_PARTS_H

#include "channel/reply-content.h"
#include "core/json/json.h"

struct reply_parts {
	struct str *texts, *tags, *contents; /* next to each other; a content is JSON, absent for a text */
	int n;
};

/* The reply cut to the platform's length (`ops` may be NULL: the smallest), each part with a random tag of its own by
 * which its statuses are known. An absent reply has no parts. `content` goes along with the text where that is short
 * enough, else after it; NULL: there is none. */
struct reply_parts reply_parts_cut(
	struct pool *pool, struct str reply, const struct channel_ops *ops, const struct reply_content *content);
/* A random tag for one message. */
struct str reply_parts_tag(struct pool *pool);
/* Writes the contents as an array, null for a text. */
void reply_parts_write_contents(struct json_writer *w, const struct str *contents, int n);
/* Writes them as the members "parts", "tags" and "contents". */
void reply_parts_write(struct json_writer *w, struct pool *pool, struct str reply, const struct channel_ops *ops,
	const struct reply_content *content);

#endif
