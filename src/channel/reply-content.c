/*
 * reply-content.c - what a reply takes along besides its text: a file of the store, or a place.
 *
 * Owns the table reply_contents. Never reads the file itself. A file that some platform does not take is refused when
 * it is chosen; one that it no longer takes is left out of the reply, whose text goes alone.
 */
#include "channel/reply-content.h"

#include "db/statements.h"
#include "domain/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON_MAX_BYTES 8192
#define PLACE_TEXT_MAX_UTF16 300 /* of what stands below a pin */

enum err reply_content_find(struct db *db, struct pool *pool, int64_t org_id, const char *owner, int64_t owner_id,
	struct reply_content **out)
{
	struct sql_reply_content_rows rows;
	*out = NULL;
	enum err e = sql_reply_content(db, pool, org_id, str_of(owner), owner_id, &rows);
	if (e != ERR_OK || rows.n == 0)
		return e;
	const struct sql_reply_content_row row = sql_reply_content_row(&rows, 0);
	struct reply_content *content = pool_new_of(pool, struct reply_content);
	*content = (struct reply_content){ .sha256 = pool_str(pool, row.sha256),
		.type = pool_str(pool, row.media_type),
		.name = pool_str(pool, row.file_name),
		.bytes = row.has_bytes ? row.bytes : 0,
		.width = row.has_width ? row.width : 0,
		.height = row.has_height ? row.height : 0,
		.preview = pool_str(pool, row.preview),
		.is_tried = row.is_tried };
	if (row.has_latitude && row.has_longitude)
		content->place = (struct outgoing_place){
			.latitude = row.latitude, .longitude = row.longitude, .name = pool_str(pool, row.place_name)
		};
	*out = content;
	return ERR_OK;
}

enum err reply_content_set(struct db *db, struct pool *pool, int64_t org_id, const char *owner, int64_t owner_id,
	const struct reply_content *content)
{
	const struct outgoing_place *place = &content->place;
	bool is_file = content->sha256.p != NULL;
	return sql_reply_content_set(db, pool,
		&(struct sql_reply_content_set_args){ .org_id = org_id,
			.owner = str_of(owner),
			.owner_id = owner_id,
			.sha256 = content->sha256,
			.bytes = is_file ? &content->bytes : NULL,
			.media_type = content->type,
			.file_name = content->name,
			.width = content->width > 0 ? &content->width : NULL,
			.height = content->height > 0 ? &content->height : NULL,
			.latitude = is_file ? NULL : &place->latitude,
			.longitude = is_file ? NULL : &place->longitude,
			.place_name = place->name });
}

const struct channel_ops *reply_content_misfit(const struct file_facts *file, int64_t *max_bytes)
{
	for (size_t i = 0; channel_platforms[i]; i++) {
		const struct file_rule *rule = channel_file_rule(channel_platforms[i], file, max_bytes);
		if (!rule || !rule->takes_caption)
			return channel_platforms[i];
	}
	return NULL;
}

/* One number of degrees at the beginning of the text, which it is taken from. */
static bool reply_content_degrees(struct str *text, double most, double *out)
{
	char number[32], *end;
	struct str part = str_trim(str_take_until(text, ','));
	if (part.n == 0 || part.n >= sizeof(number))
		return false;
	snprintf(number, sizeof(number), "%.*s", (int)part.n, part.p);
	*out = strtod(number, &end);
	return number[strspn(number, "0123456789.+-")] == '\0' && *end == '\0' && *out >= -most && *out <= most;
}

bool reply_content_read_place(struct str text, struct outgoing_place *out)
{
	return reply_content_degrees(&text, 90, &out->latitude) && text.p
	       && reply_content_degrees(&text, 180, &out->longitude) && !text.p;
}

static const struct file_rule *reply_content_rule(const struct reply_content *content, const struct channel_ops *ops)
{
	int64_t max_bytes;
	const struct file_facts file = {
		.type = content->type, .bytes = content->bytes, .width = content->width, .height = content->height
	};
	return channel_file_rule(ops, &file, &max_bytes);
}

bool reply_content_takes_text(const struct reply_content *content, const struct channel_ops *ops, struct str text)
{
	if (!content->sha256.p)
		return text_utf16_length(text) <= PLACE_TEXT_MAX_UTF16;
	const struct file_rule *rule = reply_content_rule(content, ops);
	return rule && rule->takes_caption && text_utf16_length(text) <= SEND_CAPTION_MAX_UTF16;
}

static void reply_content_write_place(struct json_writer *w, const struct outgoing_place *place)
{
	json_member_str(w, "native", STR("location"));
	json_key(w, "place");
	json_begin_object(w);
	json_key(w, "latitude");
	json_write_double(w, place->latitude);
	json_key(w, "longitude");
	json_write_double(w, place->longitude);
	json_member_str(w, "name", place->name);
	json_end_object(w);
}

static void reply_content_write_file(
	struct json_writer *w, const struct reply_content *content, const struct file_rule *rule)
{
	json_member_str(w, "kind", str_of(rule->kind));
	json_member_str(w, "native", str_of(rule->native));
	json_member_str(w, "sha256", content->sha256);
	json_member_i64(w, "bytes", content->bytes);
	json_member_str(w, "type", content->type);
	json_member_str(w, "name", content->name);
	if (content->width > 0 && content->height > 0) {
		json_member_i64(w, "width", content->width);
		json_member_i64(w, "height", content->height);
	}
}

struct str reply_content_json(struct pool *pool, const struct reply_content *content, const struct channel_ops *ops)
{
	const struct file_rule *rule = content->sha256.p ? reply_content_rule(content, ops) : NULL;
	struct buf b;
	struct json_writer w;
	if (content->sha256.p && !rule)
		return STR_NONE;
	buf_init(&b, JSON_MAX_BYTES);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	if (rule)
		reply_content_write_file(&w, content, rule);
	else
		reply_content_write_place(&w, &content->place);
	json_end_object(&w);
	return pool_take(pool, &b);
}
