/*
 * json.c - reading JSON documents: the door to json-c.
 *
 * Owns the way from bytes to a document that a pool releases. json-check.c decides whether the bytes are JSON; json-c
 * only builds the document, without JSON_TOKENER_STRICT, which means something else in each of its versions. It never
 * keeps a pointer into the caller's text and never changes a document. A `struct json` is json-c's object under another
 * name; JSON's null, which json-c stores as NULL, is given out as a constant of our own, so that "null" and "absent"
 * stay apart. The writer is in json-writer.c.
 */
#include "core/json/json.h"
#include "core/json/json-parts.h"
#include "core/text/reason.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* json-c has a type of this name, json.h a function. */
#define json_bool json_c_bool
#include <json-c/json.h>
#undef json_bool

static const char null_place = 0; /* only its address is used */

static const struct json *null_value(void)
{
	return (const void *)&null_place;
}

static const struct json *from_object(const json_object *o)
{
	return o ? (const void *)o : null_value();
}

/* NULL for absent and for null, which have no object. json-c's getters are declared on a changeable object and do not
 * change it. */
static json_object *to_object(const struct json *v)
{
	return v == NULL || v == null_value() ? NULL : (void *)(uintptr_t)v;
}

static void object_release(void *object)
{
	json_object_put(object);
}

/* Parses checked text. A number alone ends only where something follows it, hence the NUL at the end. */
static enum json_tokener_error tokener_run(struct json_tokener *tokener, struct str text, json_object **out)
{
	*out = json_tokener_parse_ex(tokener, text.p, (int)text.n);
	if (json_tokener_get_error(tokener) == json_tokener_continue)
		*out = json_tokener_parse_ex(tokener, "", 1);
	return json_tokener_get_error(tokener);
}

static enum err document_parse(struct pool *pool, struct str text, const struct json **out, struct explain *why)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 1); /* a level more for the values inside */
	enum json_tokener_error e;
	json_object *object = NULL;

	if (!tokener)
		fatal(ERR_INTERNAL, "out of memory");
	e = tokener_run(tokener, text, &object);
	json_tokener_free(tokener);
	if (e != json_tokener_success)
		return EXPLAIN(why, ERR_INVALID, json_refused, F_CSTR("error", json_tokener_error_desc(e)));
	if (object)
		pool_defer(pool, object_release, object);
	*out = from_object(object);
	return ERR_OK;
}

static enum err json_parse_within(
	struct pool *pool, struct str text, size_t values_max, const struct json **out, struct explain *why)
{
	struct buf corrected;
	enum err e;

	*out = NULL;
	if (text.n > INT_MAX / 2)
		return EXPLAIN(why, ERR_INVALID, json_too_large, F_INT("bytes", text.n));
	buf_init(&corrected, (size_t)INT_MAX);
	e = json_check(text, values_max, &corrected, why);
	if (e == ERR_OK)
		e = document_parse(pool, corrected.len > 0 ? buf_str(&corrected) : text, out, why);
	buf_fini(&corrected);
	return e;
}

enum err json_parse(struct pool *pool, struct str text, const struct json **out, struct explain *why)
{
	return json_parse_within(pool, text, JSON_VALUES_MAX_BYTES, out, why);
}

enum err json_parse_own(struct pool *pool, struct str text, const struct json **out, struct explain *why)
{
	return json_parse_within(pool, text, JSON_OWN_VALUES_MAX_BYTES, out, why);
}

enum json_kind json_kind(const struct json *v)
{
	json_object *o = to_object(v);

	if (!o)
		return v ? JSON_NULL : JSON_ABSENT;
	switch (json_object_get_type(o)) {
	case json_type_null: return JSON_NULL;
	case json_type_boolean: return JSON_BOOL;
	case json_type_int: return JSON_INT;
	case json_type_double: return JSON_DOUBLE;
	case json_type_string: return JSON_STRING;
	case json_type_array: return JSON_ARRAY;
	case json_type_object: return JSON_OBJECT;
	}
	return JSON_ABSENT;
}

const struct json *json_get(const struct json *v, const char *key)
{
	json_object *member = NULL;

	if (json_kind(v) != JSON_OBJECT || !json_object_object_get_ex(to_object(v), key, &member))
		return NULL;
	return from_object(member);
}

const struct json *json_path(const struct json *v, ...)
{
	const char *key;
	va_list keys;

	va_start(keys, v);
	while (v && (key = va_arg(keys, const char *)) != NULL)
		v = json_get(v, key);
	va_end(keys);
	return v;
}

size_t json_length(const struct json *array)
{
	return json_kind(array) == JSON_ARRAY ? json_object_array_length(to_object(array)) : 0;
}

const struct json *json_at(const struct json *array, size_t i)
{
	return i < json_length(array) ? from_object(json_object_array_get_idx(to_object(array), i)) : NULL;
}

struct str json_str(const struct json *v)
{
	json_object *o = to_object(v);

	if (json_kind(v) != JSON_STRING)
		return STR_NONE;
	return (struct str){ json_object_get_string(o), (size_t)json_object_get_string_len(o) };
}

/* json-c keeps the words of a parsed fraction and gives them back here; a double it made up itself does not occur in a
 * document. */
static struct str double_words(const struct json *v)
{
	struct str words = str_of(json_object_get_string(to_object(v)));

	if (str_has_suffix(words, STR(JSON_MARK)))
		words.n -= strlen(JSON_MARK);
	return words;
}

/* json-c clamps when asked for the other signedness, so a number over INT64_MAX shows only as unsigned. */
static bool int_is_above_i64(const struct json *v)
{
	return json_object_get_int64(to_object(v)) == INT64_MAX && json_object_get_uint64(to_object(v)) > INT64_MAX;
}

struct str json_number_words(const struct json *v, char room[JSON_INT_ROOM])
{
	enum json_kind kind = json_kind(v);

	if (kind == JSON_DOUBLE)
		return double_words(v);
	if (kind != JSON_INT)
		return STR_NONE;
	if (int_is_above_i64(v))
		snprintf(room, JSON_INT_ROOM, "%" PRIu64, json_object_get_uint64(to_object(v)));
	else
		snprintf(room, JSON_INT_ROOM, "%" PRId64, json_object_get_int64(to_object(v)));
	return str_of(room);
}

struct str json_text(struct pool *pool, const struct json *v)
{
	char room[JSON_INT_ROOM];

	return json_kind(v) == JSON_STRING ? json_str(v) : pool_str(pool, json_number_words(v, room));
}

bool json_text_is(const struct json *v, struct str text)
{
	char room[JSON_INT_ROOM];

	return str_equal(json_kind(v) == JSON_STRING ? json_str(v) : json_number_words(v, room), text);
}

/* A whole number that was written with a point or an exponent, as far as a double is exact. */
static bool double_to_i64(double d, int64_t *out)
{
	if (!(d >= -9007199254740992.0 && d <= 9007199254740992.0) || d != trunc(d))
		return false;
	*out = (int64_t)d;
	return true;
}

bool json_i64(const struct json *v, int64_t *out)
{
	switch (json_kind(v)) {
	case JSON_INT:
		if (int_is_above_i64(v))
			return false;
		*out = json_object_get_int64(to_object(v));
		return true;
	case JSON_DOUBLE: return double_to_i64(json_object_get_double(to_object(v)), out);
	case JSON_STRING: return str_to_i64(json_str(v), out);
	default: return false;
	}
}

bool json_bool(const struct json *v, bool fallback)
{
	return json_kind(v) == JSON_BOOL ? json_object_get_boolean(to_object(v)) != 0 : fallback;
}

double json_double(const struct json *v, double fallback)
{
	enum json_kind kind = json_kind(v);

	return kind == JSON_INT || kind == JSON_DOUBLE ? json_object_get_double(to_object(v)) : fallback;
}

bool json_each(const struct json *object, bool (*each)(void *arg, struct str key, const struct json *value), void *arg)
{
	struct lh_entry *entry;

	if (json_kind(object) != JSON_OBJECT)
		return true;
	lh_foreach(json_object_get_object(to_object(object)),
		entry) if (!each(arg, str_of(lh_entry_k(entry)), from_object(lh_entry_v(entry)))) return false;
	return true;
}
