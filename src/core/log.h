/*
 * log.h - one `key=value` line an event.
 *
 *     2026-11-22T13:07:01.123Z level=info pid=4711 program=webhook event=webhook.stored messages=2 statuses=0
 * took_us=812
 *
 * Values with anything but letters, digits and .:/_+@,- are quoted; quotes, backslashes, control bytes and bytes that
 * are not valid UTF-8 are written as \xNN, so a foreign byte can neither start a line nor hide. A line is one write(2),
 * at most 4096 bytes; a longer value is cut and marked. A secret has its own type (secret.h) for which no field exists,
 * and a message body is never a field. A log that cannot be written (disk full) is dropped and counted; the count is
 * told by the next line that can be written. Never blocks the work, never fails.
 */
#ifndef DESKBELL_CORE_LOG_H
#define DESKBELL_CORE_LOG_H

#include "core/err.h"
#include "core/str.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

struct log_field {
	const char *key;                                              /* NULL ends the list */
	enum { LOG_FIELD_STR, LOG_FIELD_INT, LOG_FIELD_REASON } kind; /* a reason: core/text/reason.h */
	struct str s;
	int64_t i;
};

#define F_STR(k, v) \
	{ \
		.key = (k), .kind = LOG_FIELD_STR, .s = (v) \
	}
#define F_CSTR(k, v) \
	{ \
		.key = (k), .kind = LOG_FIELD_STR, .s = str_of(v) \
	}
#define F_INT(k, v) \
	{ \
		.key = (k), .kind = LOG_FIELD_INT, .i = (int64_t)(v) \
	}

#define F_REASON(k, v) \
	{ \
		.key = (k), .kind = LOG_FIELD_REASON, .s = (v) \
	}

/* Opens the log: `path` NULL or "" means stderr, else appended, mode 0640. `program` is kept, not copied. Thread-safe
 * afterwards. Falls back to stderr, and says so there, when the file cannot be opened. May be called again (reopens).
 */
void log_open(const char *program, const char *path, enum log_level level);
/* Closes and opens the same path again; for log rotation. Safe to call from the main loop after SIGHUP. */
void log_reopen(void);

/* `event` is a dotted name known at compile time; `fields` ends with a NULL key. */
void log_write(enum log_level level, const char *event, const struct log_field *fields);

/* LOG_WARN("webhook.refused", F_CSTR("reason", why), F_INT("bytes", n)) - at least one field. */
#define LOG_DEBUG(event, ...) \
	log_write(LOG_LEVEL_DEBUG, event, (const struct log_field[]){ __VA_ARGS__, { .key = NULL } })
#define LOG_INFO(event, ...) \
	log_write(LOG_LEVEL_INFO, event, (const struct log_field[]){ __VA_ARGS__, { .key = NULL } })
#define LOG_WARN(event, ...) \
	log_write(LOG_LEVEL_WARN, event, (const struct log_field[]){ __VA_ARGS__, { .key = NULL } })
#define LOG_ERROR(event, ...) \
	log_write(LOG_LEVEL_ERROR, event, (const struct log_field[]){ __VA_ARGS__, { .key = NULL } })

/* Like log_write, for what a client without any right can cause as often as it likes: of each event 20 lines a minute
 * are written, by all processes together that share run.dir (allowance.h). The next line of the event is preceded by
 * one that counts what was left out: event=log.left_out of=webhook.refused lines=512. */
void log_write_limited(enum log_level level, const char *event, const struct log_field *fields);
#define LOG_LIMITED(level, event, ...) \
	log_write_limited(level, event, (const struct log_field[]){ __VA_ARGS__, { .key = NULL } })
/* Writes what was left out and not yet counted. For main loops, now and then, and for the end of a program. */
void log_report_left_out(void);

#endif
