/*
 * err.h - the one error type.
 *
 * A function that can fail returns enum err and is marked MUST_CHECK. The place that knows the cause
 * logs it once; everyone above passes the code up; only the edge turns it into a page, a retry or an exit status.
 * Where a person waits for words (a form, a command), the function also takes a struct explain to fill.
 */
#ifndef DESKBELL_CORE_ERR_H
#define DESKBELL_CORE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))

/* What the caller may do about it. */
enum err_retry {
	RETRY_NEVER, /* the same call will fail again */
	RETRY_NOW,   /* a race was lost; start the transaction again */
	RETRY_LATER  /* something is away; try again after a pause */
};

/* name, HTTP status, exit status (sysexits.h), retry, message for a user */
#define ERR_LIST(X) \
	X(OK, 200, 0, RETRY_NEVER, "no error") \
	X(USAGE, 400, 64, RETRY_NEVER, "the command or request was not understood") \
	X(INVALID, 400, 65, RETRY_NEVER, "the input is not valid") \
	X(NOT_FOUND, 404, 66, RETRY_NEVER, "no such thing") \
	X(CONFLICT, 409, 65, RETRY_NEVER, "it is in conflict with what is already there") \
	X(DENIED, 401, 77, RETRY_NEVER, "not allowed") \
	X(QUOTA, 403, 65, RETRY_NEVER, "the organisation has as much as it may") \
	X(TOO_LARGE, 413, 65, RETRY_NEVER, "larger than allowed") \
	X(TIMEOUT, 408, 75, RETRY_LATER, "took too long") \
	X(NO_LENGTH, 411, 65, RETRY_NEVER, "the request does not say how long its body is") \
	X(BROKEN_PEER, 400, 76, RETRY_NEVER, "the other side stopped in the middle") \
	X(CONFIG, 500, 78, RETRY_NEVER, "the configuration is wrong") \
	X(SEALED, 500, 78, RETRY_NEVER, "a stored secret cannot be opened with the key file") \
	X(DB_UNREACHABLE, 503, 75, RETRY_LATER, "the database cannot be reached") \
	X(DB_RACE, 503, 75, RETRY_NOW, "another transaction was in the way") \
	X(DB, 500, 70, RETRY_NEVER, "the database refused the statement") \
	X(REMOTE, 502, 69, RETRY_LATER, "the remote service failed") \
	X(IO, 500, 74, RETRY_LATER, "a file or socket could not be read or written") \
	X(INTERNAL, 500, 70, RETRY_NEVER, "an internal error")

enum err {
#define X(name, http, exit, retry, message) ERR_##name,
	ERR_LIST(X)
#undef X
};

struct err_info {
	const char *name; /* "NOT_FOUND" */
	int http_status;
	int exit_status;
	enum err_retry retry;
	const char *message;
};

/* The facts about a code. Never NULL; an unknown code is a bug. */
const struct err_info *err_info(enum err e);

/* Marks a text that a user may read, in any layer, for the translators (po/): the desk translates what it shows. Logs
 * and the command line stay English. */
#define T(words) words

/* What is wrong and what to do. Filled by the place that knows, shown by the edge. Never holds a secret or a message
 * body. What may be stored, or shown in the reader's language, is a reason (core/text/reason.h). */
struct explain {
	char text[600];   /* in English */
	char reason[600]; /* "": nothing but the text */
};

/* Sets the words (truncating) and returns `e`, so that a check reads `return explain(why, ERR_INVALID, "...")`.
 * `why` may be NULL. */
enum err explain(struct explain *why, enum err e, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* A broken invariant: logs file and line, then aborts. */
#define bug(...) err_bug(__FILE__, __LINE__, __VA_ARGS__)
NORETURN void err_bug(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Start-up and memory errors: prints the words to stderr and the log, exits with `e`'s exit status. */
NORETURN void fatal(enum err e, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
