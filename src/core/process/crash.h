/*
 * crash.h - points at which a test can kill a program between two steps.
 *
 * Built in only with --enable-crash-points. DESKBELL_CRASH_AT=NAME dies at the first passage of that point, NAME:3 at
 * the third, with SIGKILL: no handler, no flush, as when the machine loses power. Without the option the calls vanish.
 */
#ifndef DESKBELL_CORE_CRASH_H
#define DESKBELL_CORE_CRASH_H

#ifdef ENABLE_CRASH_POINTS
void crash_point(const char *name);
#else
#define crash_point(name) ((void)0)
#endif

#endif
