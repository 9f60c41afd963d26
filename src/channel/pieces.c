/*
 * pieces.c - what every platform needs to turn the pieces of its payload into items of the domain.
 *
 * Knows no platform. Never fails.
 */
#include "channel/pieces.h"

#include "core/clock.h"

#define SHAPE_DEPTH 6
#define PIECE_BYTES_MAX ((size_t)INBOUND_MAX_payload)

struct inbound *piece_add(
	struct pool *pool, const struct channel *channel, struct inbound_list *out, enum inbound_op op)
{
	struct inbound *item = inbound_add(out, pool, op);
	item->org_id = channel->org_id;
	item->channel_id = channel->id;
	item->platform = channel->ops->platform;
	return item;
}

struct inbound *piece_add_for(
	struct pool *pool, const struct channel *channel, struct inbound_list *out, const struct inbound *person)
{
	struct inbound *item = piece_add(pool, channel, out, INBOUND_MESSAGE);
	const struct inbound fresh = *item;
	*item = *person;
	item->op = fresh.op;
	item->org_id = fresh.org_id;
	item->channel_id = fresh.channel_id;
	item->platform = fresh.platform;
	return item;
}

static struct str as_text(struct pool *pool, const struct json *v)
{
	struct buf b;
	struct json_writer w;
	buf_init(&b, PIECE_BYTES_MAX);
	json_writer_init(&w, &b);
	json_write_value(&w, v);
	return pool_take(pool, &b);
}

void piece_quarantine(struct pool *pool, const struct channel *channel, struct inbound_list *out, const char *kind,
	const char *reason, const struct json *piece)
{
	struct inbound *item = piece_add(pool, channel, out, INBOUND_QUARANTINE);
	item->kind = str_of(kind);
	item->reason = str_of(reason);
	item->payload = as_text(pool, piece);
}

int64_t piece_seconds(const struct json *v)
{
	int64_t at;
	if (!json_i64(v, &at) || at < 1000000000 || at > 4102444800)
		return clock_wall_ms() / 1000;
	return at;
}

struct str piece_content_id(struct pool *pool, const struct json *piece)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct buf text;
	crypt_sha256(as_text(pool, piece), digest);
	buf_init(&text, 100);
	buf_add_cstr(&text, "content:");
	crypt_hex(&text, (struct str){ (const char *)digest, sizeof(digest) });
	return pool_take(pool, &text);
}

/* The rest is for "omitted". */
#define METADATA_ROOM ((size_t)INBOUND_MAX_metadata - 100)

struct metadata_writer {
	struct json_writer w;
	const char *const *elsewhere;
	const char *own;
	int n, omitted;
};

/* Takes a member back that passed the bound. */
static void omit_large(struct metadata_writer *m, struct json_writer before, size_t length)
{
	if (m->w.out->err == ERR_OK && m->w.out->len < METADATA_ROOM) {
		m->n++;
		return;
	}
	m->w = before;
	m->w.out->err = ERR_OK;
	buf_truncate(m->w.out, length);
	m->omitted++;
}

static bool add_metadata(void *arg, struct str key, const struct json *value)
{
	struct metadata_writer *m = arg;
	for (const char *const *name = m->elsewhere; *name; name++)
		if (str_equal(key, str_of(*name)))
			return true;
	if (m->own && str_equal(key, str_of(m->own)))
		return true;
	struct buf name;
	struct json_writer before = m->w;
	size_t length = m->w.out->len;
	buf_init(&name, key.n + 1);
	buf_add_str(&name, key);
	json_key(&m->w, buf_cstr(&name));
	buf_fini(&name);
	json_write_value(&m->w, value);
	omit_large(m, before, length);
	return true;
}

struct str piece_metadata(struct pool *pool, const struct json *piece, const char *const *elsewhere, const char *own)
{
	struct buf b;
	struct metadata_writer m = { .elsewhere = elsewhere, .own = own };
	buf_init(&b, INBOUND_MAX_metadata);
	json_writer_init(&m.w, &b);
	json_begin_object(&m.w);
	json_each(piece, add_metadata, &m);
	if (m.omitted)
		json_member_i64(&m.w, "omitted", m.omitted);
	json_end_object(&m.w);
	struct str text = m.n + m.omitted ? pool_str(pool, buf_str(&b)) : STR_NONE;
	buf_fini(&b);
	return text;
}

struct str piece_metadata_add(struct pool *pool, struct str metadata, const char *key, struct str json)
{
	if (str_is_empty(json) || metadata.n + json.n + 64 > INBOUND_MAX_metadata)
		return metadata;
	bool is_first = str_is_empty(metadata);
	return pool_printf(pool, "%.*s%s\"%s\":%.*s}", is_first ? 1 : (int)metadata.n - 1, is_first ? "{" : metadata.p,
		is_first ? "" : ",", key, (int)json.n, json.p);
}

struct str piece_writer(struct pool *pool, struct str name, struct str id)
{
	struct buf b;
	struct json_writer w;
	if (str_is_empty(name) && str_is_empty(id))
		return STR_NONE;
	buf_init(&b, 16384);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "name", str_cut(name, 600));
	json_member_str(&w, "id", str_cut(id, INBOUND_IDENTITY_MAX_BYTES));
	json_end_object(&w);
	return pool_take(pool, &b);
}

struct shape {
	struct json_writer w;
	int depth;
};

static void write_shape(struct shape *s, const struct json *value);

static bool write_shape_member(void *arg, struct str key, const struct json *value)
{
	struct shape *s = arg;
	struct buf name;
	buf_init(&name, 128);
	buf_add_utf8_clean(&name, str_cut(key, 40));
	json_key(&s->w, buf_cstr(&name));
	buf_fini(&name);
	write_shape(s, value);
	return true;
}

static void write_shape(struct shape *s, const struct json *value)
{
	static const char *const names[] = { [JSON_ABSENT] = "null",
		[JSON_NULL] = "null",
		[JSON_BOOL] = "yes or no",
		[JSON_INT] = "number",
		[JSON_DOUBLE] = "number",
		[JSON_STRING] = "text",
		[JSON_ARRAY] = "list",
		[JSON_OBJECT] = "object" };
	enum json_kind kind = json_kind(value);
	if (s->depth == SHAPE_DEPTH || (kind != JSON_OBJECT && kind != JSON_ARRAY)) {
		json_write_str(&s->w, str_of(names[kind]));
		return;
	}
	s->depth++;
	if (kind == JSON_OBJECT) {
		json_begin_object(&s->w);
		json_each(value, write_shape_member, s);
		json_end_object(&s->w);
	} else {
		json_begin_array(&s->w);
		if (json_length(value))
			write_shape(s, json_at(value, 0));
		json_end_array(&s->w);
	}
	s->depth--;
}

struct str piece_shape(struct pool *pool, const struct json *value)
{
	struct buf b;
	struct shape s = { .depth = 0 };
	buf_init(&b, PIECE_SHAPE_MAX_BYTES);
	json_writer_init(&s.w, &b);
	write_shape(&s, value);
	struct str text = b.err == ERR_OK ? pool_str(pool, buf_str(&b)) : STR_NONE;
	buf_fini(&b);
	return text;
}
