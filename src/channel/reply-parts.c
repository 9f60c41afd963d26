/*
 * reply-parts.c - a reply as the messages that a platform takes. Owns the shape of the tags.
 */
#include "channel/reply-parts.h"

#include "core/crypto/crypt.h"
#include "domain/text.h"

#define TAG_BYTES 16
#define LEAST_UTF16 4096

struct str reply_parts_tag(struct pool *pool)
{
	struct buf tag;
	buf_init(&tag, 64);
	buf_add_cstr(&tag, "db.");
	crypt_random_token(&tag, TAG_BYTES);
	return pool_take(pool, &tag);
}

struct reply_parts reply_parts_cut(struct pool *pool, struct str reply, const struct channel_ops *ops)
{
	struct text_parts split = text_split(pool, reply, ops ? ops->text_max_utf16 : LEAST_UTF16);
	struct str *tags = pool_new_array(pool, (size_t)split.n, struct str);
	for (int i = 0; i < split.n; i++)
		tags[i] = reply_parts_tag(pool);
	return (struct reply_parts){ .texts = split.parts, .tags = tags, .n = split.n };
}

static void write_list(struct json_writer *w, const char *key, const struct str *items, int n)
{
	json_key(w, key);
	json_begin_array(w);
	for (int i = 0; i < n; i++)
		json_write_str(w, items[i]);
	json_end_array(w);
}

void reply_parts_write(struct json_writer *w, struct pool *pool, struct str reply, const struct channel_ops *ops)
{
	struct reply_parts cut = reply_parts_cut(pool, reply, ops);
	write_list(w, "parts", cut.texts, cut.n);
	write_list(w, "tags", cut.tags, cut.n);
}
