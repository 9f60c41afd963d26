/*
 * handoff-message.h - what a customer is told when a person takes over.
 */
#ifndef DESKBELL_ANSWER_HANDOFF_MESSAGE_H
#define DESKBELL_ANSWER_HANDOFF_MESSAGE_H

#include "answer/wording.h"

/* What is to be added because no operator is there at that moment; absent within the working hours, and where there are
 * none. In `pool`. `now_s`: seconds since 1970, UTC. */
struct str handoff_message_away(struct pool *pool, const struct speaker *speaker, int64_t now_s);
/* The handoff message, followed by that. */
struct str handoff_message_text(struct pool *pool, const struct speaker *speaker, int64_t now_s);

#endif
