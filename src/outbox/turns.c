/*
 * turns.c - how long the turns of the sender's loop take, its waiting for the network apart.
 *
 * Everybody's answers are worked out in one loop, so that one organization's work keeps all others waiting while it
 * runs. This file measures it: the figures go into the heartbeat (status page, /metrics), a long turn into the log.
 * Owns nothing but the figures. Time that the database takes for a statement is part of a turn.
 */
#include "outbox/turns.h"

#include "core/clock.h"
#include "core/log.h"

#define WINDOW_US 60000000
#define LOG_US 1000000

void turns_begin(struct turns *t, int64_t waited_us)
{
	t->began_us = clock_mono_us();
	t->waited_us = waited_us;
	t->processor_us = clock_thread_us();
	if (t->began_us - t->window_us < WINDOW_US)
		return;
	t->previous_us = t->began_us - t->window_us < 2 * WINDOW_US ? t->max_us : 0;
	t->max_us = 0;
	t->window_us = t->began_us;
}

int64_t turns_end(struct turns *t, int64_t waited_us)
{
	int64_t took_us = clock_mono_us() - t->began_us - (waited_us - t->waited_us);
	int64_t busy_us = clock_thread_us() - t->processor_us;
	t->count++;
	if (busy_us > t->busiest_us)
		t->busiest_us = busy_us;
	if (took_us > t->max_us)
		t->max_us = took_us;
	if (took_us > t->longest_us)
		t->longest_us = took_us;
	if (took_us > TURN_GOAL_US && clock_mono_us() - t->logged_us >= LOG_US) {
		t->logged_us = clock_mono_us();
		LOG_WARN("sender.slow_turn", F_INT("took_ms", took_us / 1000), F_INT("busy_ms", busy_us / 1000),
			F_INT("goal_ms", TURN_GOAL_US / 1000));
	}
	return took_us;
}

int64_t turns_max_ms(const struct turns *t)
{
	int64_t us = t->max_us > t->previous_us ? t->max_us : t->previous_us;
	return (us + 999) / 1000;
}
