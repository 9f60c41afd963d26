/*
 * clock.c - wall time, monotonic time, and their text.
 *
 * Owns the hand that freezes the wall clock, which only unit tests use. Never decides what is due: that is the
 * database's clock. Does not fail: Linux has both clocks, and a time that four digits of a year cannot show is written
 * as the nearest that they can.
 */
#include "core/clock.h"

#include "core/err.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static atomic_bool frozen;
static _Atomic int64_t frozen_ms;

/* The environment is asked each time: nothing is kept that a test would have to undo. */
static int64_t skew_ms(void)
{
	int64_t skew;

	return str_to_i64(str_of(getenv("DESKBELL_CLOCK_SKEW_MS")), &skew) ? skew : 0;
}

int64_t clock_wall_ms(void)
{
	struct timespec now;

	if (atomic_load(&frozen))
		return atomic_load(&frozen_ms);
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		abort(); /* not bug(): its log line would ask for the time again */
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + skew_ms();
}

int64_t clock_mono_us(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		bug("no monotonic clock");
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_thread_us(void)
{
	struct timespec used;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) != 0)
		bug("no clock of processor time");
	return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

void clock_freeze(int64_t wall_ms)
{
	atomic_store(&frozen_ms, wall_ms);
	atomic_store(&frozen, true);
}

void clock_thaw(void)
{
	atomic_store(&frozen, false);
}

void clock_format(int64_t wall_ms, char out[CLOCK_TEXT_SIZE])
{
	static const int64_t first = -30610224000000, last = 253402300799999; /* the years 1000 to 9999 */
	int64_t shown = wall_ms < first ? first : wall_ms > last ? last : wall_ms;
	int64_t ms = (shown % 1000 + 1000) % 1000;
	time_t seconds = (time_t)((shown - ms) / 1000);
	struct tm tm = { 0 };

	gmtime_r(&seconds, &tm);
	size_t n = strftime(out, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, CLOCK_TEXT_SIZE - n, ".%03dZ", (int)ms);
}
