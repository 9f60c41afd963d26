/*
 * secret.h - a value that nothing prints.
 *
 * The type is opaque, no log field or template takes it, memory is wiped when it goes. Code that needs the bytes calls
 * secret_bytes, which makes every use easy to find.
 */
#ifndef DESKBELL_CORE_SECRET_H
#define DESKBELL_CORE_SECRET_H

#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

struct secret;

/* A copy of `bytes`, owned by the caller. An empty value is a secret too. */
struct secret *secret_new(struct str bytes);
/* Wipes and frees; NULL is allowed. */
void secret_free(struct secret *s);
/* As secret_new, wiped and freed with the pool. */
struct secret *secret_in_pool(struct pool *pool, struct str bytes);
/* Borrowed, NUL-terminated. */
struct str secret_bytes(const struct secret *s);
/* What a person may see of it: "****" and, from 16 characters on, the last four ("****a1B2"). In `pool`. */
struct str secret_redacted(struct pool *pool, const struct secret *s);
/* Overwrites memory in a way that the compiler keeps. */
void secret_wipe(void *p, size_t n);
/* The content of a file of at most `max` bytes without a trailing newline. ERR_IO with words when it cannot be read. */
enum err secret_load(const char *path, size_t max, struct secret **out, struct explain *why) MUST_CHECK;

#endif
