/*
 * reply-content.h - what a reply takes along besides its text: a file of the store, or a place.
 *
 * A skill, a canned reply and the fallback have one each at most. The text is its caption while it is short enough, so
 * that both are one message; else the text goes before it.
 */
#ifndef DESKBELL_CHANNEL_REPLY_CONTENT_H
#define DESKBELL_CHANNEL_REPLY_CONTENT_H

#include "channel/channel.h"
#include "db/db.h"

/* Whose it is; owner_id is 0 for the fallback. */
#define REPLY_OF_SKILL "skill"
#define REPLY_OF_CANNED "canned"
#define REPLY_OF_FALLBACK "fallback"

struct reply_content {
	struct str sha256; /* 64 hexadecimal digits; absent: a place */
	struct str type, name;
	int64_t bytes, width, height; /* 0: not known */
	struct str preview;           /* the digest of its small picture; absent: none yet */
	bool is_tried;                /* whether there is a preview has been tried */
	struct outgoing_place place;  /* its address is the reply's text */
};

/* `*out` is NULL where there is none; it lives in `pool`. Needs no transaction. */
enum err reply_content_find(struct db *db, struct pool *pool, int64_t org_id, const char *owner, int64_t owner_id,
	struct reply_content **out) MUST_CHECK;
/* Puts it, inside a transaction of the organisation, in the place of what was there. A file must be in the store. */
enum err reply_content_set(struct db *db, struct pool *pool, int64_t org_id, const char *owner, int64_t owner_id,
	const struct reply_content *content) MUST_CHECK;

/* A platform that does not take the file, or takes none so large (`*max_bytes` is then the most that it takes), or no
 * text with it; NULL when all do. */
const struct channel_ops *reply_content_misfit(const struct file_facts *file, int64_t *max_bytes);
/* "41.0082, 28.9784" as two numbers; false for what lies outside of the globe. */
bool reply_content_read_place(struct str text, struct outgoing_place *out);

/* Whether the text can go along with it as one message. */
bool reply_content_takes_text(const struct reply_content *content, const struct channel_ops *ops, struct str text);
/* As the outbox keeps it (deskbell_attach): JSON, in the pool. Absent when the platform does not take it. */
struct str reply_content_json(struct pool *pool, const struct reply_content *content, const struct channel_ops *ops);

#endif
