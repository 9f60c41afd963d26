/*
 * reason.h - why something is as it is: stored as a code with parameters, read as a sentence in the reader's language.
 *
 * A reason travels and is stored in one form, as text: its code (`bot_off`), or, where it has parameters, an object
 * {"code": "redirected_too_often", "args": {"host": "example.com", "limit": 5}}. The table that REASONS makes
 * (reasons-*.h) holds the sentence of each code, in which {{host}} stands for a parameter; the catalogues translate it.
 * Sentences are made at the edge only: a page, the command line, an e-mail. What others said (a platform, a library) is
 * a parameter and stays as it is. A parameter may be a reason itself.
 */
#ifndef DESKBELL_CORE_TEXT_REASON_H
#define DESKBELL_CORE_TEXT_REASON_H

#include "core/json/json.h"
#include "core/log.h"
#include "core/text/reasons-answer.h"
#include "core/text/reasons-channel.h"
#include "core/text/reasons-core.h"
#include "core/text/reasons-delivery.h"
#include "core/text/reasons-document.h"
#include "core/text/reasons-model.h"
#include "core/text/reasons-webhook.h"
#include "core/text/translation.h"

/* code, what happened, what to do (NULL: the sentence says it, or there is nothing to do) */
#define REASONS(X) \
	REASONS_CORE(X) \
	REASONS_ANSWER(X) \
	REASONS_DOCUMENT(X) \
	REASONS_MODEL(X) \
	REASONS_WEBHOOK(X) \
	REASONS_CHANNEL(X) \
	REASONS_DELIVERY(X)

enum reason {
#define X(code, text, next) REASON_##code,
	REASONS(X)
#undef X
		REASONS_N
};

/* The code of a row as it is stored: CODE(bot_off) is "bot_off", and does not compile where there is no such row. */
#define CODE(name) (&#name[0 * (int)REASON_##name])

/* A reason with parameters, in `pool`: REASON(pool, http_failed, F_STR("host", host), F_INT("status", 500)). A text
 * longer than 300 bytes is cut; F_REASON takes another reason. */
#define REASON(pool, name, ...) \
	reason_make(pool, CODE(name), (const struct log_field[]){ __VA_ARGS__, { .key = NULL } })
struct str reason_make(struct pool *pool, const char *code, const struct log_field *args);

/* Fills `why` with a reason, and with its sentence in English; returns `e`. Without parameters, */
enum err explain_code(struct explain *why, enum err e, const char *code);
/* with some, */
#define EXPLAIN(why, e, name, ...) \
	explain_fields(why, e, CODE(name), (const struct log_field[]){ __VA_ARGS__, { .key = NULL } })
enum err explain_fields(struct explain *why, enum err e, const char *code, const struct log_field *args);
/* and with one that is there already. */
enum err explain_reason(struct explain *why, enum err e, struct str reason);
/* What may be stored of an explanation, borrowed from it: its reason, never its text. */
struct str explain_stored(const struct explain *why);

/* The reason as an object, whichever form it has, for a jsonb column; absent stays absent. */
struct str reason_json(struct pool *pool, struct str reason);
/* The same as a member of an object; null when absent. */
void reason_write(struct json_writer *w, const char *key, struct str reason);
/* A reason that is a member of a document, in `pool`; absent when it is none. */
struct str reason_of_json(struct pool *pool, const struct json *value);
/* Its code; borrowed or in `pool`. Absent when there is no reason. */
struct str reason_code(struct pool *pool, struct str reason);
/* What happened and what to do, in words; `translation` NULL is English. What to do is said by its parameter `next`,
 * else by its row, else by its parameter `reason`. A code that this version does not know is its own text. Absent when
 * there is no reason, or nothing to do. */
struct str reason_text(struct pool *pool, const struct translation *translation, struct str reason);
struct str reason_next(struct pool *pool, const struct translation *translation, struct str reason);
/* Both, one after the other. */
struct str reason_whole(struct pool *pool, const struct translation *translation, struct str reason);
/* What happened, in English, for a log or a terminal; "" when absent. */
const char *reason_cstr(struct pool *pool, const char *reason);

/* For tests: a row; false behind the last. */
bool reason_row(int i, const char **code, const char **text, const char **next);

#endif
