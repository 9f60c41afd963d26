/*
 * guard.c - may the bot answer at all? Pure.
 *
 * Each guard is a row: when it holds, there is no answer, and its code goes to `decisions`. The order is the order in
 * which a person would explain it. Two machines that answer each other are stopped in three ways: by the number of
 * replies in an hour, by the same question again and again, and by the same reply again and again; then a person is
 * asked to look.
 */
#include "answer/guard.h"

#include "core/text/reason.h"
#include "domain/text.h"
#include "domain/hours/window.h"

#define HOUR_S 3600
#define SAME_QUESTIONS 3 /* within an hour, the present one included: two are answered */
#define SAME_REPLIES 3   /* within an hour: a fourth is not sent */

#define LOOP_ATTENTION CODE(bot_loop)

/* How many turns of `from` within an hour say the same but for case, accents and punctuation. */
static int count_same(struct pool *pool, const struct question *q, struct str from, struct str text)
{
	struct str folded = text_fold(pool, text);
	int n = 0;
	for (int i = 0; i < q->n_recent; i++)
		n += q->recent[i].age_s < HOUR_S && str_equal(q->recent[i].from, from)
		     && str_equal(text_fold(pool, q->recent[i].text), folded);
	return n;
}

static bool asks_the_same(struct pool *pool, const struct question *q)
{
	return q->replies_last_hour > 0 && count_same(pool, q, STR("contact"), q->text) + 1 >= SAME_QUESTIONS;
}

struct refusal guard_refuses(struct pool *pool, const struct question *q, int64_t stale_after_s)
{
	const struct {
		bool holds;
		struct refusal refusal;
	} guards[] = { { !q->bot_mode_known, { CODE(bot_mode_unknown), NULL, false } },
		{ q->bot_mode == BOT_OFF, { CODE(bot_off), NULL, false } },
		{ q->operator_has_it, { CODE(operator_has_it), NULL, false } },
		{ q->message_age_s > (double)stale_after_s,
			{ CODE(message_too_old), CODE(unanswered_too_old), false } },
		{ q->has_window && window_left_s(q->window_age_s, true) == 0, { CODE(window_closed), NULL, false } },
		{ q->replies_last_hour >= q->settings.reply_cap_per_hour,
			{ CODE(reply_cap_reached), LOOP_ATTENTION, false } },
		{ !q->has_text, { CODE(no_text), NULL, true } },
		{ q->has_text && asks_the_same(pool, q), { CODE(same_question), LOOP_ATTENTION, false } } };
	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++)
		if (guards[i].holds)
			return guards[i].refusal;
	return (struct refusal){ NULL, NULL, false };
}

struct refusal guard_refuses_reply(struct pool *pool, const struct question *q, struct str reply)
{
	if (count_same(pool, q, STR("bot"), reply) < SAME_REPLIES)
		return (struct refusal){ NULL, NULL, false };
	return (struct refusal){ CODE(same_reply), LOOP_ATTENTION, false };
}
