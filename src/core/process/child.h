/*
 * child.h - runs a trusted program (pg_dump) whose input or output is a stream of any length.
 *
 * For what strangers made there is subprocess.h, with limits.
 */
#ifndef DESKBELL_CORE_CHILD_H
#define DESKBELL_CORE_CHILD_H

#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

#include <stdio.h>
#include <sys/types.h>

struct child {
	const char *name; /* borrowed from argv[0] */
	pid_t pid;
	FILE *errors; /* what it writes to standard error */
};

struct child_program {
	const char *const *argv; /* NULL-terminated; argv[0] is looked for in PATH */
	const char *const *env;  /* "NAME=value", NULL-terminated: set in addition to, or instead of, our own */
	const char *package;     /* the Debian package that brings it, for the error text */
	int in, out;             /* its standard input and output; -1: none, /dev/null */
	int also;                /* one more descriptor that it keeps, under its own number; -1: none */
};

/* Starts it. ERR_CONFIG: it is not installed; ERR_IO. The descriptors stay the caller's. Every child that was started
 * must be waited for. */
enum err child_start(struct child *out, const struct child_program *program, struct explain *why) MUST_CHECK;
/* Waits for its end. ERR_IO with the last line of its standard error when it has failed. */
enum err child_wait(struct child *child, struct explain *why) MUST_CHECK;
/* Ends it and waits: for a caller that gives up. */
void child_kill(struct child *child);

#endif
