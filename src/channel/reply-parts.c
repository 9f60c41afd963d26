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

struct reply_parts reply_parts_cut(
	struct pool *pool, struct str reply, const struct channel_ops *ops, const struct reply_content *content)
{
	struct str held = content && ops && reply.p ? reply_content_json(pool, content, ops) : STR_NONE;
	bool as_one = held.p && reply_content_takes_text(content, ops, reply);
	struct text_parts split = { .n = 0 };
	if (!as_one)
		split = text_split(pool, reply, ops ? ops->text_max_utf16 : LEAST_UTF16);
	size_t n = (size_t)split.n + (held.p != NULL);
	struct reply_parts out = { .texts = pool_new_array(pool, n, struct str),
		.tags = pool_new_array(pool, n, struct str),
		.contents = pool_new_array(pool, n, struct str),
		.n = (int)n };
	for (int i = 0; i < out.n; i++) {
		out.texts[i] = i < split.n ? split.parts[i] : as_one ? reply : STR("");
		out.tags[i] = reply_parts_tag(pool);
		out.contents[i] = i < split.n ? STR_NONE : held;
	}
	return out;
}

static void write_list(struct json_writer *w, const char *key, const struct str *items, int n)
{
	json_key(w, key);
	json_begin_array(w);
	for (int i = 0; i < n; i++)
		json_write_str(w, items[i]);
	json_end_array(w);
}

void reply_parts_write_contents(struct json_writer *w, const struct str *contents, int n)
{
	json_begin_array(w);
	for (int i = 0; i < n; i++) {
		if (contents[i].p)
			json_write_raw(w, contents[i]);
		else
			json_write_null(w);
	}
	json_end_array(w);
}

void reply_parts_write(struct json_writer *w, struct pool *pool, struct str reply, const struct channel_ops *ops,
	const struct reply_content *content)
{
	struct reply_parts cut = reply_parts_cut(pool, reply, ops, content);
	write_list(w, "parts", cut.texts, cut.n);
	write_list(w, "tags", cut.tags, cut.n);
	json_key(w, "contents");
	reply_parts_write_contents(w, cut.contents, cut.n);
}
