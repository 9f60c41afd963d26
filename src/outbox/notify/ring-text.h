/*
 * ring-text.h - what a call says, in one line, on a browser or in an e-mail.
 */
#ifndef DESKBELL_OUTBOX_NOTIFY_RING_TEXT_H
#define DESKBELL_OUTBOX_NOTIFY_RING_TEXT_H

#include "core/pool.h"
#include "core/text/translation.h"

/* As deskbell_ring_text gives it. */
struct ring_text {
	struct str kind, who, what;
	int64_t waiting;
};

/* "Ahmet is waiting"; in `pool`. */
struct str ring_title(struct pool *pool, const struct translation *t, const struct ring_text *ring);
/* What was written, what came instead of text, or why a channel does not send; may be empty. */
struct str ring_body(struct pool *pool, const struct translation *t, const struct ring_text *ring);

#endif
