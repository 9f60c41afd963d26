/*
 * reply-parts.c - a reply as the messages that a platform takes. Owns the shape of the tags.
 */
#include "outbox/reply-parts.h"

#include "core/crypt.h"
#include "domain/text.h"

#define TAG_BYTES 16
#define LEAST_UTF16 4096

static void write_tag(struct json_writer *w)
{
	struct buf tag;
	buf_init(&tag, 64);
	buf_add_cstr(&tag, "db.");
	crypt_random_token(&tag, TAG_BYTES);
	json_write_str(w, buf_str(&tag));
	buf_fini(&tag);
}

void reply_parts_write(struct json_writer *w, struct pool *pool, struct str reply, const struct channel_ops *ops)
{
	struct text_parts split = text_split(pool, reply, ops ? ops->text_max_utf16 : LEAST_UTF16);
	json_key(w, "parts");
	json_begin_array(w);
	for (int i = 0; i < split.n; i++)
		json_write_str(w, split.parts[i]);
	json_end_array(w);
	json_key(w, "tags");
	json_begin_array(w);
	for (int i = 0; i < split.n; i++)
		write_tag(w);
	json_end_array(w);
}
