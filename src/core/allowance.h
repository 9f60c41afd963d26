/*
 * allowance.h - how often something may happen that a client without any right can cause, counted over all processes of
 * an installation on this host.
 *
 * Plain CGI and mod_fcgid serve each request in another process, where a count of one process limits nothing.
 */
#ifndef DESKBELL_CORE_ALLOWANCE_H
#define DESKBELL_CORE_ALLOWANCE_H

#include <stdbool.h>

struct allowance {
	const char *name;        /* of what is limited, a dotted name known at compile time */
	unsigned most, window_s; /* so many in each window of so many seconds */
};

/* Counts together with the other processes that share `run_dir` and run under the same account, in its file
 * `allowances`. Without that file (a full disk, another account's) each process counts alone. Call it once, before
 * there are threads. */
void allowance_share(const char *run_dir);

/* Whether it may happen once more. `left_out`: how often it was refused since that was last reported; more than 0 only
 * when the answer is true, and then the caller reports it. NULL: refusals are not counted. Thread-safe, never waits. */
bool allowance_take(const struct allowance *allowance, unsigned *left_out);

/* Calls `report` for each name with refusals that were not reported yet. */
void allowance_report(void (*report)(const char *name, unsigned left_out));

#endif
