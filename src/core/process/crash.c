/*
 * crash.c - points at which a test can kill a program. Empty unless built with --enable-crash-points.
 */
#include "core/process/crash.h"

#ifdef ENABLE_CRASH_POINTS
#include "core/str.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

void crash_point(const char *name)
{
	static atomic_int passed;
	struct str rest = str_of(getenv("DESKBELL_CRASH_AT")), armed = str_take_until(&rest, ':');
	int64_t nth = 1;
	if (!armed.p || !str_equal(armed, str_of(name)))
		return;
	if (rest.p && !str_to_i64(rest, &nth))
		return;
	if (atomic_fetch_add(&passed, 1) + 1 == nth)
		kill(getpid(), SIGKILL);
}
#endif
