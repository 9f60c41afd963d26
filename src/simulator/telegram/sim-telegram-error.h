/*
 * sim-telegram-error.h - errors in the shape of the Bot API, and the failures that can be asked for by name.
 */
#ifndef DESKBELL_SIMULATOR_TELEGRAM_SIM_TELEGRAM_ERROR_H
#define DESKBELL_SIMULATOR_TELEGRAM_SIM_TELEGRAM_ERROR_H

#include "core/buf.h"
#include "core/str.h"

struct telegram_error {
	const char *name; /* by which fail_with finds it */
	int code;
	const char *description;
	const char *html;      /* not NULL: no JSON at all but this, as an edge server answers */
	int64_t retry_after_s; /* -1: what the behaviour says; 0: none */
	int64_t migrate_to;    /* 0: none */
};

/* NULL when there is none of that name. */
const struct telegram_error *telegram_error_find(struct str name);
/* One of those that "random" draws from; `draw` is any number. */
const struct telegram_error *telegram_error_draw(uint64_t draw);
/* The names in words, for an error message. */
void telegram_error_names(struct buf *out);
/* The body. */
void telegram_error_write(struct buf *out, const struct telegram_error *error, int64_t retry_after_s);

#endif
