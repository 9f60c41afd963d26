/*
 * send-rule.h - what a failure of a delivery means for the outbox and for a person: the row that each platform's table
 * of errors is made of, and the judgements that do not depend on the platform.
 */
#ifndef DESKBELL_CHANNEL_SEND_RULE_H
#define DESKBELL_CHANNEL_SEND_RULE_H

#include "channel/channel.h"

struct send_rule {
	int first, last; /* range of the platform's codes */
	enum send_class class;
	int max_attempts;   /* 0: until the message expires */
	int64_t wait_ms;    /* least pause; 0: backoff decides */
	const char *reason; /* a code of core/text/reasons-delivery.h */
};

/* Whether it is a failure that says to wait and nothing else. */
bool send_rule_passes(const struct send_rule *rule);

/* Puts class, reason and pauses of a rule into a result, and the outcome that follows from the class. A longer pause
 * that is there already stays. */
void send_rule_apply(struct send_result *out, const struct send_rule *rule);
/* A request without an answer: not sent, or sent and unknown. */
void send_judge_silence(struct pool *pool, const struct channel_ops *ops, const struct http_response *response,
	struct send_result *out);
/* An answer that leaves open whether the message was sent; `reason` is the code of one. */
void send_judge_unknown(struct pool *pool, const struct channel_ops *ops, const struct http_response *response,
	struct str code, const char *reason, struct send_result *out);
/* What a success said: accepted with this id (in the pool already); without one the outcome is unknown. */
void send_judge_success(struct pool *pool, const struct channel_ops *ops, const struct http_response *response,
	struct str id, struct send_result *out);
/* The platform's words, at most 300 bytes of them, in `pool`. */
struct str send_shortened(struct pool *pool, struct str words);
/* Milliseconds to wait for seconds that a platform asked for: at most a day, because a channel must not be silent for
 * years for a broken header. */
int64_t send_wait_ms(int64_t seconds);

#endif
