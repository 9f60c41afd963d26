/*
 * send-rule.c - what a failure of a delivery means, as far as it does not depend on the platform.
 *
 * Pure. A platform without an echo of our tag cannot tell later what became of a message: then no delivery waits for
 * it.
 */
#include "channel/send-rule.h"

bool send_rule_passes(const struct send_rule *rule)
{
	return rule->class == SEND_CLASS_RETRY || rule->class == SEND_CLASS_PAIR;
}

void send_rule_apply(struct send_result *out, const struct send_rule *rule)
{
	bool again = rule->class == SEND_CLASS_RETRY || rule->class == SEND_CLASS_PAIR
		     || rule->class == SEND_CLASS_THROTTLE || rule->class == SEND_CLASS_BROKEN;
	out->outcome = again ? SEND_RETRY : SEND_FAILED;
	out->class = rule->class;
	out->reason = str_of(rule->reason);
	out->wait_ms = rule->wait_ms > out->wait_ms ? rule->wait_ms : out->wait_ms;
	out->max_attempts = rule->max_attempts;
}

struct str send_shortened(struct pool *pool, struct str words)
{
	size_t n = words.n > 300 ? 300 : words.n;
	while (n < words.n && n && ((unsigned char)words.p[n] & 0xc0) == 0x80)
		n--;
	return pool_str(pool, (struct str){ words.p, n });
}

void send_judge_unknown(struct pool *pool, const struct channel_ops *ops, const struct http_response *response,
	struct str code, const char *reason, struct send_result *out)
{
	const char *next = ops->limits.echo_wait_s ? CODE(send_waits_for_status) : CODE(send_once_more);
	struct log_field args[] = { F_CSTR("platform", ops->title), F_REASON("next", str_of(next)), { .key = NULL },
		{ .key = NULL } };
	if (response->reason)
		args[2] = (struct log_field)F_REASON("reason", str_of(response->reason));
	out->outcome = SEND_UNKNOWN;
	out->class = SEND_CLASS_UNKNOWN;
	out->code = code;
	out->reason = reason_make(pool, reason, args);
}

void send_judge_success(struct pool *pool, const struct channel_ops *ops, const struct http_response *response,
	struct str id, struct send_result *out)
{
	if (!str_is_empty(id) && id.n <= 512) {
		out->outcome = SEND_ACCEPTED;
		out->provider_id = pool_str(pool, id);
		return;
	}
	send_judge_unknown(pool, ops, response, STR("no-id"), CODE(send_no_id), out);
}

void send_judge_silence(
	struct pool *pool, const struct channel_ops *ops, const struct http_response *response, struct send_result *out)
{
	if (response->outcome == HTTP_UNANSWERED) {
		send_judge_unknown(pool, ops, response, STR("no-answer"), CODE(send_no_answer), out);
		return;
	}
	out->outcome = SEND_RETRY;
	out->class = SEND_CLASS_RETRY;
	out->code = STR("not-sent");
	out->reason = REASON(
		pool, send_unreachable, F_CSTR("platform", ops->title), F_REASON("reason", str_of(response->reason)));
}

int64_t send_wait_ms(int64_t seconds)
{
	return seconds <= 0 ? 0 : (seconds < 86400 ? seconds : 86400) * 1000;
}
