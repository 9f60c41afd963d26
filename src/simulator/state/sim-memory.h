/*
 * sim-memory.h - plain allocation for objects that outlive a request: records, customers, webhooks under way. Out of
 * memory is fatal.
 */
#ifndef DESKBELL_SIMULATOR_SIM_MEMORY_H
#define DESKBELL_SIMULATOR_SIM_MEMORY_H

#include <stdlib.h>

#include "core/err.h"
#include "core/str.h"

/* Zeroed; the caller frees. Never NULL. */
static inline void *memory_new(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		fatal(ERR_INTERNAL, "out of memory");
	return p;
}

static inline void *memory_grow(void *old, size_t n)
{
	void *p = realloc(old, n);

	if (!p)
		fatal(ERR_INTERNAL, "out of memory");
	return p;
}

/* A copy with a NUL behind it; NULL for an absent string. */
static inline char *memory_copy(struct str s)
{
	char *p;

	if (!s.p)
		return NULL;
	p = memory_new(s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

#endif
