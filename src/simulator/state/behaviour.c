/*
 * behaviour.c - parsing and showing of what /control/behaviour takes.
 *
 * Owns the rules of each setting. Never applies half of a change: it is read into a copy first. Fails with the name of
 * the setting and what is allowed.
 */
#include "simulator/state/behaviour.h"

#include "simulator/state/sim-memory.h"
#include "simulator/state/sim-settings.h"

static const char *const rung_names[] = { "sent", "delivered", "read", "played", "failed" };
static const char *const order_names[] = { "in_order", "reversed", "shuffled" };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

void behaviour_init(struct behaviour *b)
{
	*b = (struct behaviour){
#define INT(name, def, min, max) .name = def,
#define BOOL(name, def) .name = def,
		BEHAVIOUR_LIST(INT, BOOL)
#undef INT
#undef BOOL
			.ladder = { "sent", "delivered", "read" },
		.n_rungs = 3,
		.fail_name = "unknown",
		.fail_with = graph_error_find(STR("unknown")),
		.fail_telegram = telegram_error_find(STR("unknown")),
	};
}

void behaviour_fini(struct behaviour *b)
{
	free(b->fail_body);
	b->fail_body = NULL;
}

static enum err parse_ladder(struct behaviour *b, const struct json *v, struct explain *why)
{
	size_t n = json_length(v);

	if (json_kind(v) != JSON_ARRAY || n > LADDER_RUNGS_MAX)
		return explain(why, ERR_INVALID, "ladder is not an array of at most %d states", LADDER_RUNGS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct str name = json_str(json_at(v, i));
		size_t k = 0;

		while (k < COUNT(rung_names) && !str_equal(str_of(rung_names[k]), name))
			k++;
		if (k == COUNT(rung_names))
			return explain(why, ERR_INVALID, "ladder takes sent, delivered, read, played and failed");
		b->ladder[i] = rung_names[k];
	}
	b->n_rungs = (unsigned)n;
	return ERR_OK;
}

static enum err parse_order(struct behaviour *b, const struct json *v, struct explain *why)
{
	for (size_t k = 0; k < COUNT(order_names); k++)
		if (str_equal(str_of(order_names[k]), json_str(v))) {
			b->ladder_order = (enum ladder_order)k;
			return ERR_OK;
		}
	return explain(why, ERR_INVALID, "ladder_order is one of in_order, reversed, shuffled");
}

static enum err behaviour_unknown_fault(struct explain *why)
{
	struct buf names;
	enum err err;

	buf_init(&names, 4096);
	graph_error_names(&names);
	buf_add_cstr(&names, "; of Telegram: ");
	telegram_error_names(&names);
	err = explain(why, ERR_INVALID, "fail_with is random, a code, {\"http\":..,\"body\":..} or one of: %s",
		buf_cstr(&names));
	buf_fini(&names);
	return err;
}

static enum err parse_fail_object(struct behaviour *b, const struct json *v, struct explain *why)
{
	const struct json *body = json_get(v, "body");
	int64_t http;
	struct json_writer w;
	struct buf text;

	if (!json_i64(json_get(v, "http"), &http) || http < 200 || http > 599)
		return explain(why, ERR_INVALID, "fail_with.http is a status from 200 to 599");
	buf_init(&text, 1024 * 1024);
	if (json_kind(body) == JSON_STRING) {
		buf_add_str(&text, json_str(body));
	} else {
		json_writer_init(&w, &text);
		json_write_value(&w, body);
	}
	b->fail_http = (int)http;
	b->fail_body = memory_copy(buf_str(&text));
	buf_fini(&text);
	return ERR_OK;
}

static enum err parse_fail_with(struct behaviour *b, const struct json *v, struct pool *pool, struct explain *why)
{
	struct str name = json_text(pool, v);

	b->fail_random = false;
	b->fail_http = 0;
	b->fail_body = NULL;
	if (json_kind(v) == JSON_OBJECT)
		return parse_fail_object(b, v, why);
	if (str_equal(name, STR("random"))) {
		b->fail_random = true;
		return ERR_OK;
	}
	b->fail_with = graph_error_find(name);
	b->fail_telegram = telegram_error_find(b->fail_with ? str_of(b->fail_with->name) : name);
	if (!b->fail_with && !b->fail_telegram)
		return behaviour_unknown_fault(why);
	b->fail_name = b->fail_with ? b->fail_with->name : b->fail_telegram->name;
	return ERR_OK;
}

struct update {
	struct behaviour *b;
	struct pool *pool;
	struct explain *why;
	enum err err;
};

static enum err behaviour_parse_member(struct update *u, struct str key, const struct json *v)
{
	struct behaviour *b = u->b;

#define INT(name, def, min, max) \
	if (str_equal(key, STR(#name))) \
		return setting_parse_int(&b->name, #name, v, min, max, u->why);
#define BOOL(name, def) \
	if (str_equal(key, STR(#name))) \
		return setting_parse_bool(&b->name, #name, v, u->why);
	BEHAVIOUR_LIST(INT, BOOL)
#undef INT
#undef BOOL
	if (str_equal(key, STR("ladder")))
		return parse_ladder(b, v, u->why);
	if (str_equal(key, STR("ladder_order")))
		return parse_order(b, v, u->why);
	if (str_equal(key, STR("fail_with")))
		return parse_fail_with(b, v, u->pool, u->why);
	return setting_unknown("behaviour", key, u->why);
}

static bool behaviour_each_member(void *arg, struct str key, const struct json *value)
{
	struct update *u = arg;

	u->err = behaviour_parse_member(u, key, value);
	return u->err == ERR_OK;
}

enum err behaviour_update(struct behaviour *b, const struct json *changes, struct explain *why)
{
	struct behaviour next = *b;
	struct pool *pool = pool_new();
	struct update update = { &next, pool, why, ERR_OK };

	if (json_kind(changes) != JSON_OBJECT)
		update.err = explain(why, ERR_INVALID, "the body is not a JSON object");
	else
		json_each(changes, behaviour_each_member, &update);
	pool_free(pool);
	if (next.fail_body != b->fail_body)
		free(update.err == ERR_OK ? b->fail_body : next.fail_body);
	if (update.err == ERR_OK)
		*b = next;
	return update.err;
}

static void write_fail_with(struct json_writer *w, const struct behaviour *b)
{
	json_key(w, "fail_with");
	if (!b->fail_http) {
		json_write_str(w, b->fail_random ? STR("random") : str_of(b->fail_name));
		return;
	}
	json_begin_object(w);
	json_member_i64(w, "http", b->fail_http);
	json_member_str(w, "body", str_of(b->fail_body));
	json_end_object(w);
}

void behaviour_write(struct json_writer *w, const struct behaviour *b)
{
	json_begin_object(w);
#define INT(name, def, min, max) json_member_i64(w, #name, b->name);
#define BOOL(name, def) json_member_bool(w, #name, b->name);
	BEHAVIOUR_LIST(INT, BOOL)
#undef INT
#undef BOOL
	json_key(w, "ladder");
	json_begin_array(w);
	for (unsigned i = 0; i < b->n_rungs; i++)
		json_write_str(w, str_of(b->ladder[i]));
	json_end_array(w);
	json_member_str(w, "ladder_order", str_of(order_names[b->ladder_order]));
	write_fail_with(w, b);
	json_end_object(w);
}
