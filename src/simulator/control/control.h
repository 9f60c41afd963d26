/*
 * control.h - the interface of tests, benchmarks and the phone page: JSON under /control/.
 */
#ifndef DESKBELL_SIMULATOR_CONTROL_CONTROL_H
#define DESKBELL_SIMULATOR_CONTROL_CONTROL_H

#include "simulator/simulator.h"

struct webhook;

/* Answers any path under /control/. With the lock held. */
void control_answer(struct simulator *sim, struct exchange *ex);

/* Answers {"error":words}. */
void control_refuse(struct exchange *ex, int status, const char *words);
/* Answers what was written to `out` with 200. */
void control_succeed(struct exchange *ex);
/* Answers {"ok":true}. */
void control_succeed_ok(struct exchange *ex);

/* What makes the platform send something: control-inbound.c. */
void control_post_inbound(struct simulator *sim, struct exchange *ex);
void control_post_webhook(struct simulator *sim, struct exchange *ex);
void control_post_statuses(struct simulator *sim, struct exchange *ex);
void control_post_verify(struct simulator *sim, struct exchange *ex);

/* Sends; holds the request until the webhook is through, or answers at once ("wait": false). `inbound_n` is the
 * record of the message, 0 when it is none. */
void control_send_for(
	struct simulator *sim, struct exchange *ex, struct webhook *webhook, struct str id, int64_t inbound_n);
/* How often the caller, or the behaviour, wants the same bytes delivered. */
int64_t control_copies(const struct simulator *sim, const struct exchange *ex);

/* Telegram: control-telegram.c. */
void control_get_bots(struct simulator *sim, struct exchange *ex);
void control_post_bots(struct simulator *sim, struct exchange *ex);
void control_post_telegram(struct simulator *sim, struct exchange *ex);

/* The language model's settings and keys: control-llm.c. */
void control_get_llm(struct simulator *sim, struct exchange *ex);
void control_post_llm(struct simulator *sim, struct exchange *ex);
void control_post_llm_keys(struct simulator *sim, struct exchange *ex);

/* A file that a customer is going to send: control-media.c. */
void control_get_media(struct simulator *sim, struct exchange *ex);
void control_post_media(struct simulator *sim, struct exchange *ex);

/* One conversation for the phone page: control-chat.c. */
void control_get_chat(struct simulator *sim, struct exchange *ex);

#endif
