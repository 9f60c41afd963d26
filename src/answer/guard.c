/*
 * guard.c - may the bot answer at all? Pure.
 *
 * Each guard is a row: when it holds, there is no answer, and its words go to `decisions`. The order is the order in
 * which a person would explain it.
 */
#include "answer/pipeline.h"

#include "domain/window.h"

const char *guard_refuses(const struct question *q, int64_t stale_after_s)
{
	const struct {
		bool holds;
		const char *words;
	} guards[] = { { !q->bot_mode_known, "the bot mode of the organisation cannot be read, which counts as off" },
		{ q->bot_mode == BOT_OFF, "the bot is off in this organisation" },
		{ q->operator_has_it, "a person has taken over this conversation" },
		{ !q->has_text, "the message holds no text that could be answered" },
		{ q->message_age_s > (double)stale_after_s, "the message is too old for an automatic answer" },
		{ q->has_window && window_left_s(q->window_age_s, true) == 0,
			"the 24-hour window of the conversation is closed" } };
	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++)
		if (guards[i].holds)
			return guards[i].words;
	return NULL;
}
