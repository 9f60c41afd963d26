/*
 * description.c - what a stored message holds besides its text: what both platforms need to say it.
 *
 * Pure, and knows no platform. Never fails: what cannot be read is left out.
 */
#include "channel/description.h"

#include "channel/channel.h"
#include "domain/contact/phone.h"

#define OSM "https://www.openstreetmap.org/?mlat=%.6f&mlon=%.6f#map=17/%.6f/%.6f"

static struct description_line *description_next(struct description *c)
{
	if (c->n_lines < DESCRIPTION_LINES_MAX)
		return &c->lines[c->n_lines++];
	c->omitted++;
	return NULL;
}

void description_add_link(struct description *c, const char *label, struct str text, struct str href)
{
	text = str_trim(text);
	struct description_line *line = str_is_empty(text) ? NULL : description_next(c);
	if (line)
		*line = (struct description_line){
			.label = label, .text = str_cut(text, DESCRIPTION_TEXT_MAX_BYTES), .href = href
		};
}

void description_add(struct description *c, const char *label, struct str text)
{
	description_add_link(c, label, text, STR_NONE);
}

void description_add_words(struct description *c, const char *label, const char *words)
{
	struct description_line *line = description_next(c);
	if (line)
		*line = (struct description_line){ .label = label, .words = words };
}

void description_add_named(struct description *c, struct str name, struct str text)
{
	int before = c->n_lines;
	description_add(c, NULL, text);
	if (c->n_lines > before)
		c->lines[before].name = str_cut(name, 200);
}

static bool is_web_address(struct str url)
{
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= 0x20)
			return false;
	return str_has_prefix(url, STR("https://")) || str_has_prefix(url, STR("http://"));
}

void description_add_url(struct description *c, const char *label, struct str url)
{
	bool links = is_web_address(url) && url.n <= DESCRIPTION_TEXT_MAX_BYTES;
	description_add_link(c, label, url, links ? url : STR_NONE);
}

void description_add_phone(struct pool *pool, struct description *c, const char *label, struct str number)
{
	description_add_link(c, label, number, phone_link(pool, number));
}

static bool is_coordinate(const struct json *v, double most, double *out)
{
	*out = json_double(v, 1000);
	return *out >= -most && *out <= most;
}

void description_add_place(struct pool *pool, struct description *c, const struct json *place)
{
	double latitude, longitude;
	struct str name = json_str(json_get(place, "name"));
	description_add(c, NULL, str_is_empty(name) ? json_str(json_get(place, "title")) : name);
	description_add(c, NULL, json_str(json_get(place, "address")));
	if (is_coordinate(json_get(place, "latitude"), 90, &latitude)
		&& is_coordinate(json_get(place, "longitude"), 180, &longitude))
		description_add_link(c, NULL, pool_printf(pool, "%.5f, %.5f", latitude, longitude),
			pool_printf(pool, OSM, latitude, longitude, latitude, longitude));
	description_add_url(c, NULL, json_str(json_get(place, "url")));
}

static void add_joined(struct pool *pool, struct buf *out, const struct json *v)
{
	for (size_t i = 0; i < json_length(v) && i < 50; i++) {
		struct str one = description_text(pool, json_at(v, i));
		if (one.n)
			buf_addf(out, "%s%.*s", out->len ? ", " : "", (int)str_cut(one, 200).n, one.p);
	}
}

static bool add_member_text(void *arg, struct str key, const struct json *value)
{
	struct buf *out = arg;
	struct pool *pool = pool_new();
	struct str one = json_kind(value) == JSON_OBJECT ? STR_NONE : description_text(pool, value);
	if (one.n)
		buf_addf(out, "%s%.*s: %.*s", out->len ? ", " : "", (int)str_cut(key, 60).n, key.p,
			(int)str_cut(one, 200).n, one.p);
	pool_free(pool);
	return true;
}

struct str description_text(struct pool *pool, const struct json *v)
{
	struct buf b;
	struct json_writer w;
	enum json_kind kind = json_kind(v);
	if (kind == JSON_STRING)
		return json_str(v);
	if (kind == JSON_ABSENT || kind == JSON_NULL)
		return STR_NONE;
	buf_init(&b, 1 << 16);
	if (kind == JSON_ARRAY) {
		add_joined(pool, &b, v);
	} else if (kind == JSON_OBJECT) {
		json_each(v, add_member_text, &b);
	} else {
		json_writer_init(&w, &b);
		json_write_value(&w, v);
	}
	return pool_take(pool, &b);
}

void description_read(
	struct pool *pool, const struct channel_ops *ops, struct str kind, struct str metadata, struct description *out)
{
	const struct json *held = NULL;
	*out = (struct description){ .icon = "file" };
	if (!str_is_empty(metadata)
		&& (metadata.n > DESCRIPTION_METADATA_MAX_BYTES
			|| json_parse_own(pool, metadata, &held, NULL) != ERR_OK))
		held = NULL;
	out->is_deleted = json_get(held, "deleted");
	out->history = json_get(held, "history");
	out->writer = json_str(json_path(held, "writer", "name", NULL));
	out->topic = json_str(json_path(held, "topic", "name", NULL));
	out->topic_id = json_str(json_path(held, "topic", "id", NULL));
	if (ops && !out->is_deleted)
		ops->describe(pool, kind, held, out);
}

const char *description_title(const struct channel_ops *ops, struct str kind)
{
	struct description c;
	struct pool *pool = pool_new();
	description_read(pool, ops, kind, STR_NONE, &c);
	pool_free(pool);
	return c.title ? c.title : T("Message");
}
