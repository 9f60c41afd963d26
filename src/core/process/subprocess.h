/*
 * subprocess.h - runs another program: bytes in, bytes out, within limits.
 */
#ifndef DESKBELL_CORE_SUBPROCESS_H
#define DESKBELL_CORE_SUBPROCESS_H

#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

#include <stdatomic.h>
#include <stdbool.h>

struct subprocess {
	const char *const *argv; /* NULL-terminated; a name without a slash is looked for in the system's folders */
	const char *package;     /* the Debian package that brings it, for the words */
	struct str input;        /* its standard input */
	bool has_input_file;     /* `input_file` is its standard input instead: an open file, from where it stands */
	int input_file;
	size_t max_output_bytes;
	size_t max_memory_bytes; /* of address space; 0: no limit */
	int timeout_ms;          /* wall clock; also, in whole seconds, its processor time */
	const atomic_bool *stop; /* true: it is ended and given up, as when the time is over; NULL: never */
};

struct subprocess_result {
	struct str output; /* in the pool */
	struct str errors; /* the beginning of what it wrote to standard error, at most 4096 bytes */
	int exit_status;   /* 128 + signal when one ended it; SUBPROCESS_STATUS_UNKNOWN where this process has asked
			      the system to reap its children (SA_NOCLDWAIT) */
};
#define SUBPROCESS_STATUS_UNKNOWN (-1)

/* Runs the program and waits for its end. It gets a minimal environment, no descriptor but the three, no right to write
 * files or dump core, and a process group of its own that is ended with it. No shell is involved. Safe in a program
 * with threads. A program that ends with another status than 0 is no error here. ERR_CONFIG: it is not installed;
 * ERR_TIMEOUT; ERR_TOO_LARGE: more output than allowed; ERR_IO: it could not be started. `why` has the words. */
enum err subprocess_run(struct pool *pool, const struct subprocess *program, struct subprocess_result *out,
	struct explain *why) MUST_CHECK;

#endif
