/*
 * send-rule.c - what a failure of a delivery means, as far as it does not depend on the platform.
 *
 * Pure. A platform without an echo of our tag cannot tell later what became of a message: then no delivery waits for
 * it.
 */
#include "channel/send-rule.h"

const char send_next_by_itself[] = T("Nothing: it is tried again by itself.");
const char send_next_again[] = T("Send it again later, or reach the customer in another way.");
const char send_next_other_way[] = T("Reach this customer in another way.");
const char send_next_report[] =
	T("Shorten or change the text and send it again; if it happens again, report it with the code and trace id.");

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
	out->words = rule->words;
	out->next = rule->next;
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

void send_judge_unknown(const struct channel_ops *ops, const char *code, const char *words, struct send_result *out)
{
	out->outcome = SEND_UNKNOWN;
	out->class = SEND_CLASS_UNKNOWN;
	out->code = str_of(code);
	out->words = words;
	out->next = ops->limits.echo_wait_s ? T("Nothing: Deskbell waits for a delivery status before it tries again.")
					    : T("Nothing: it is sent once more by itself.");
}

void send_judge_success(struct pool *pool, const struct channel_ops *ops, struct str id, struct send_result *out)
{
	if (!str_is_empty(id) && id.n <= 512) {
		out->outcome = SEND_ACCEPTED;
		out->provider_id = pool_str(pool, id);
		return;
	}
	send_judge_unknown(ops, "no-id",
		pool_printf(pool, T("%s answered with success but named no message."), ops->title).p, out);
}

void send_judge_silence(
	struct pool *pool, const struct channel_ops *ops, const struct http_response *response, struct send_result *out)
{
	if (response->outcome == HTTP_UNANSWERED) {
		send_judge_unknown(ops, "no-answer",
			pool_printf(
				pool, T("%s did not answer; the message may or may not have been sent."), ops->title)
				.p,
			out);
	} else {
		out->outcome = SEND_RETRY;
		out->class = SEND_CLASS_RETRY;
		out->code = STR("not-sent");
		out->words = pool_printf(pool, T("%s could not be reached."), ops->title).p;
		out->next = send_next_by_itself;
	}
	out->details = response->reason ? send_shortened(pool, str_of(response->reason)) : STR_NONE;
}

int64_t send_wait_ms(int64_t seconds)
{
	return seconds <= 0 ? 0 : (seconds < 86400 ? seconds : 86400) * 1000;
}
