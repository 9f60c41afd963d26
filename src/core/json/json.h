/*
 * json.h - the door to json-c: reading documents, and a streaming writer.
 *
 * Reading is tolerant in the way foreign payloads need: every getter takes NULL or a wrong type and answers "absent".
 * Strings may hold NUL and, where a sender is broken, bytes that are not UTF-8; clean them (buf_add_utf8_clean) before
 * they go anywhere.
 */
#ifndef DESKBELL_CORE_JSON_H
#define DESKBELL_CORE_JSON_H

#include "core/buf.h"
#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

struct json; /* a value inside a document that a pool owns */

enum json_kind { JSON_ABSENT, JSON_NULL, JSON_BOOL, JSON_INT, JSON_DOUBLE, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

#define JSON_DEPTH_MAX 256
#define JSON_VALUES_MAX_BYTES (20u << 20)     /* of a document from outside */
#define JSON_OWN_VALUES_MAX_BYTES (64u << 20) /* of a document that Deskbell made */

/* Parses one whole document (RFC 8259; nothing but white space may follow). ERR_INVALID with position and reason, also
 * past JSON_DEPTH_MAX; ERR_TOO_LARGE when its values would take more than JSON_VALUES_MAX_BYTES of memory next to their
 * text: `{},` takes three bytes in the text and 800 as a value. The document lives as long as the pool. */
enum err json_parse(struct pool *pool, struct str text, const struct json **out, struct explain *why) MUST_CHECK;
/* The same for a document that comes from the database or that a page has just written, up to
 * JSON_OWN_VALUES_MAX_BYTES. */
enum err json_parse_own(struct pool *pool, struct str text, const struct json **out, struct explain *why) MUST_CHECK;
/* About how much memory the values of a document would take next to their text, in bytes, without parsing it. Counts no
 * further than to `limit`. */
size_t json_values_bytes(struct str text, size_t limit);
/* Appends a document of which certain arrays keep only their elements from the `first` one on, `n` at most: those to
 * which `path` leads, the names of members from the outermost on, NULL at the end; arrays on the way have no name. All
 * elements of such arrays are counted together; returns how many there are. For documents that are too large for
 * json_parse: nothing is parsed, and of what is no JSON comes what is none either. */
size_t json_cut(struct buf *out, struct str text, const char *const *path, size_t first, size_t n);

enum json_kind json_kind(const struct json *v);
/* Member `key` of an object; NULL when absent or `v` is no object. Of equal keys the last. */
const struct json *json_get(const struct json *v, const char *key);
/* The same through several objects: json_path(v, "text", "body", NULL). */
const struct json *json_path(const struct json *v, ...) __attribute__((sentinel));
size_t json_length(const struct json *array); /* 0 when it is no array */
const struct json *json_at(const struct json *array, size_t i);
/* The bytes of a string; absent for anything else. Borrowed from the document. */
struct str json_str(const struct json *v);
/* A string, or a number in its decimal form (in `pool`); absent for anything else. For ids that senders write either
 * way. */
struct str json_text(struct pool *pool, const struct json *v);
/* Whether json_text would give this text. */
bool json_text_is(const struct json *v, struct str text);
/* A number, or a string that is one (str_to_i64). */
bool json_i64(const struct json *v, int64_t *out);
bool json_bool(const struct json *v, bool fallback);
double json_double(const struct json *v, double fallback);
/* Calls `each` for every member in order; stops and returns false when it returns false. */
bool json_each(const struct json *object, bool (*each)(void *arg, struct str key, const struct json *value), void *arg);

/*
 * Writer: appends to a buffer, commas by itself. Unbalanced calls are bugs. Strings are cleaned to valid UTF-8 without
 * NUL, so the result can always be stored as jsonb.
 */
struct json_writer {
	struct buf *out;
	unsigned depth;
	bool comma; /* a value precedes at this level */
	bool after_key;
};

void json_writer_init(struct json_writer *w, struct buf *out);
void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_write_str(struct json_writer *w, struct str s); /* an absent string becomes null */
void json_write_i64(struct json_writer *w, int64_t v);
void json_write_double(struct json_writer *w, double v); /* shortest form that reads back; null when not finite */
void json_write_bool(struct json_writer *w, bool v);
void json_write_null(struct json_writer *w);
/* A parsed value again as text: strings cleaned, numbers as they were. */
void json_write_value(struct json_writer *w, const struct json *v);
/* Text that is one JSON value already, made by a writer. */
void json_write_raw(struct json_writer *w, struct str json);
/* Key and value in one; an absent string writes nothing at all. */
void json_member_str(struct json_writer *w, const char *key, struct str s);
void json_member_i64(struct json_writer *w, const char *key, int64_t v);
void json_member_bool(struct json_writer *w, const char *key, bool v);

#endif
