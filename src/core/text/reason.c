/*
 * reason.c - the table of reasons, and a reason between its stored form and a sentence.
 *
 * Owns the form. Never fails: a reason that cannot be read is shown as it is, a parameter that is missing as "?".
 */
#include "core/text/reason.h"

#include <stdio.h>

#define ARG_MAX_BYTES 300
#define SENTENCE_MAX_BYTES 4000

static const struct row {
	const char *code, *text, *next;
} rows[] = {
#define X(code, text, next) [REASON_##code] = { #code, text, next },
	REASONS(X)
#undef X
};

bool reason_row(int i, const char **code, const char **text, const char **next)
{
	if (i < 0 || i >= REASONS_N)
		return false;
	*code = rows[i].code;
	*text = rows[i].text;
	*next = rows[i].next;
	return true;
}

/* ---- the stored form ---- */

static void write_args(struct json_writer *w, const struct log_field *args)
{
	json_key(w, "args");
	json_begin_object(w);
	for (; args->key; args++)
		if (args->kind == LOG_FIELD_INT)
			json_member_i64(w, args->key, args->i);
		else if (args->kind == LOG_FIELD_REASON)
			reason_write(w, args->key, args->s);
		else
			json_member_str(w, args->key, str_cut(args->s, ARG_MAX_BYTES));
	json_end_object(w);
}

static void reason_build(struct buf *out, const char *code, const struct log_field *args)
{
	struct json_writer w;
	json_writer_init(&w, out);
	json_begin_object(&w);
	json_member_str(&w, "code", str_of(code));
	if (args && args->key)
		write_args(&w, args);
	json_end_object(&w);
}

struct str reason_make(struct pool *pool, const char *code, const struct log_field *args)
{
	struct buf text;
	buf_init(&text, SENTENCE_MAX_BYTES);
	reason_build(&text, code, args);
	struct str made = text.err == ERR_OK ? pool_str(pool, buf_str(&text)) : str_of(code);
	buf_fini(&text);
	return made;
}

static bool is_object(struct str reason)
{
	return reason.n && *reason.p == '{';
}

struct str reason_json(struct pool *pool, struct str reason)
{
	if (str_is_empty(reason))
		return STR_NONE;
	return is_object(reason) ? reason : reason_make(pool, pool_cstr(pool, reason), NULL);
}

void reason_write(struct json_writer *w, const char *key, struct str reason)
{
	json_key(w, key);
	if (is_object(reason))
		json_write_raw(w, reason);
	else if (str_is_empty(reason))
		json_write_null(w);
	else {
		json_begin_object(w);
		json_member_str(w, "code", reason);
		json_end_object(w);
	}
}

/* ---- the sentence ---- */

/* A reason taken apart. */
struct parts {
	struct str code;
	const struct json *args;
};

static struct parts reason_parts_of_object(const struct json *object)
{
	return (struct parts){ json_str(json_get(object, "code")), json_get(object, "args") };
}

static struct parts reason_parts_of(struct pool *pool, struct str reason)
{
	const struct json *object;
	if (is_object(reason) && json_parse_own(pool, reason, &object, NULL) == ERR_OK)
		return reason_parts_of_object(object);
	return (struct parts){ reason, NULL };
}

static const struct row *reason_row_of(struct str code)
{
	for (size_t i = 0; i < REASONS_N; i++)
		if (str_equal(code, str_of(rows[i].code)))
			return &rows[i];
	return NULL;
}

static void reason_add_text(struct pool *pool, const struct translation *t, const struct parts *parts, struct buf *out);

static void reason_add_arg(struct pool *pool, const struct translation *t, const struct json *value, struct buf *out)
{
	struct parts parts = reason_parts_of_object(value);
	struct str text = json_text(pool, value);
	if (json_kind(value) == JSON_OBJECT)
		reason_add_text(pool, t, &parts, out);
	else
		buf_add_str(out, text.p ? text : STR("?"));
}

/* A format with its {{names}} filled in. */
static void reason_add_filled(
	struct pool *pool, const struct translation *t, const char *format, const struct json *args, struct buf *out)
{
	const char *open, *close;
	while ((open = strstr(format, "{{")) && (close = strstr(open, "}}"))) {
		struct str name = { open + 2, (size_t)(close - open) - 2 };
		buf_add(out, format, (size_t)(open - format));
		reason_add_arg(pool, t, json_get(args, pool_cstr(pool, name)), out);
		format = close + 2;
	}
	buf_add_cstr(out, format);
}

static void reason_add_text(struct pool *pool, const struct translation *t, const struct parts *parts, struct buf *out)
{
	const struct row *row = reason_row_of(parts->code);
	if (row)
		reason_add_filled(pool, t, translation_find(t, row->text), parts->args, out);
	else
		buf_add_str(out, parts->code);
}

static void reason_add_next(struct pool *pool, const struct translation *t, const struct parts *parts, struct buf *out)
{
	const struct row *row = reason_row_of(parts->code);
	const struct json *next = json_get(parts->args, "next"), *within = json_get(parts->args, "reason");
	struct parts of_next = reason_parts_of_object(next), of_within = reason_parts_of_object(within);
	if (next)
		reason_add_text(pool, t, &of_next, out);
	else if (row && row->next)
		reason_add_filled(pool, t, translation_find(t, row->next), parts->args, out);
	else if (within)
		reason_add_next(pool, t, &of_within, out);
}

static struct str reason_sentence(struct pool *pool, const struct translation *t, struct str reason,
	void (*add)(struct pool *, const struct translation *, const struct parts *, struct buf *))
{
	struct buf text;
	struct parts parts = reason_parts_of(pool, reason);
	if (str_is_empty(parts.code))
		return STR_NONE;
	buf_init(&text, SENTENCE_MAX_BYTES);
	add(pool, t, &parts, &text);
	struct str made = text.len ? pool_str(pool, buf_str(&text)) : STR_NONE;
	buf_fini(&text);
	return made;
}

struct str reason_of_json(struct pool *pool, const struct json *value)
{
	struct buf text;
	struct json_writer w;
	if (json_kind(value) != JSON_OBJECT)
		return pool_str(pool, json_str(value));
	buf_init(&text, SENTENCE_MAX_BYTES);
	json_writer_init(&w, &text);
	json_write_value(&w, value);
	struct str made = text.err == ERR_OK ? pool_str(pool, buf_str(&text)) : json_str(json_get(value, "code"));
	buf_fini(&text);
	return made;
}

struct str reason_code(struct pool *pool, struct str reason)
{
	struct parts parts = reason_parts_of(pool, reason);
	return str_is_empty(parts.code) ? STR_NONE : parts.code;
}

struct str reason_text(struct pool *pool, const struct translation *translation, struct str reason)
{
	return reason_sentence(pool, translation, reason, reason_add_text);
}

struct str reason_next(struct pool *pool, const struct translation *translation, struct str reason)
{
	return reason_sentence(pool, translation, reason, reason_add_next);
}

struct str reason_whole(struct pool *pool, const struct translation *translation, struct str reason)
{
	struct str text = reason_text(pool, translation, reason), next = reason_next(pool, translation, reason);
	return next.p ? pool_printf(pool, "%.*s %.*s", (int)text.n, text.p, (int)next.n, next.p) : text;
}

const char *reason_cstr(struct pool *pool, const char *reason)
{
	struct str text = reason_text(pool, NULL, str_of(reason));
	return text.p ? text.p : "";
}

/* ---- explanations ---- */

enum err explain_reason(struct explain *why, enum err e, struct str reason)
{
	if (!why)
		return e;
	struct pool *pool = pool_new();
	struct str stored = reason.n < sizeof(why->reason) ? reason : reason_code(pool, reason);
	struct str text = reason_whole(pool, NULL, reason);
	(void)explain(why, e, "%.*s", (int)text.n, text.p ? text.p : "");
	snprintf(why->reason, sizeof(why->reason), "%.*s", (int)stored.n, stored.p ? stored.p : "");
	pool_free(pool);
	return e;
}

enum err explain_code(struct explain *why, enum err e, const char *code)
{
	return explain_reason(why, e, str_of(code));
}

enum err explain_fields(struct explain *why, enum err e, const char *code, const struct log_field *args)
{
	if (!why)
		return e;
	struct pool *pool = pool_new();
	(void)explain_reason(why, e, reason_make(pool, code, args));
	pool_free(pool);
	return e;
}

struct str explain_stored(const struct explain *why)
{
	return str_of(*why->reason ? why->reason : CODE(not_explained));
}
