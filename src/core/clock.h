/*
 * clock.h - the two clocks, and a hand to set the wall clock in tests.
 *
 * Wall time is for what is shown and logged. Durations use the monotonic clock. What is due in the database is decided
 * by the database's clock, so that senders with skewed clocks agree.
 */
#ifndef DESKBELL_CORE_CLOCK_H
#define DESKBELL_CORE_CLOCK_H

#include "core/str.h"

/* Milliseconds since 1970-01-01 UTC, plus the skew of $DESKBELL_CLOCK_SKEW_MS (fault tests) unless frozen. */
int64_t clock_wall_ms(void);
/* Microseconds of a clock that never steps; only differences mean something. */
int64_t clock_mono_us(void);
/* Microseconds of processor time that the calling thread has had. */
int64_t clock_thread_us(void);
/* Stops the wall clock at `wall_ms` until clock_thaw. For unit tests. */
void clock_freeze(int64_t wall_ms);
void clock_thaw(void);

#define CLOCK_TEXT_SIZE 25
/* "2026-11-22T13:07:01.123Z" (RFC 3339, UTC, milliseconds) into `out`, NUL-terminated. */
void clock_format(int64_t wall_ms, char out[CLOCK_TEXT_SIZE]);

#endif
