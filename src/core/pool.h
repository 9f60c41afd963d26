/*
 * pool.h - memory with the lifetime of a request or a job.
 *
 * Everything allocated from a pool goes when the pool goes; handlers never free. Foreign objects (a database result,
 * a JSON document) are handed over with their release function when they are obtained and are released in reverse
 * order. A pool belongs to one thread at a time. Out of memory is fatal.
 */
#ifndef DESKBELL_CORE_POOL_H
#define DESKBELL_CORE_POOL_H

#include "core/err.h"
#include "core/str.h"

struct buf;
struct pool;

struct pool *pool_new(void);
/* Releases everything, then the pool itself. NULL is allowed. */
void pool_free(struct pool *pool);
/* Releases everything and keeps the pool and its first block for the next job. */
void pool_reset(struct pool *pool);

/* Zeroed, aligned for any type; `n` of 0 gives a valid pointer. Never NULL. */
void *pool_alloc(struct pool *pool, size_t n);
#define pool_new_of(pool, type) ((type *)pool_alloc((pool), sizeof(type)))
/* `count` elements; a product that overflows is fatal. */
void *pool_alloc_array(struct pool *pool, size_t count, size_t size);
#define pool_new_array(pool, count, type) ((type *)pool_alloc_array((pool), (count), sizeof(type)))
/* A copy with a NUL behind it. An absent string stays absent (for pool_cstr: NULL). */
struct str pool_str(struct pool *pool, struct str s);
char *pool_cstr(struct pool *pool, struct str s);
/* What the buffer holds, copied; the buffer is finished (buf_fini). Never absent. */
struct str pool_take(struct pool *pool, struct buf *b);
struct str pool_printf(struct pool *pool, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* `release(object)` is called when the pool is freed or reset. */
void pool_defer(struct pool *pool, void (*release)(void *object), void *object);
/* Bytes obtained from the system by this pool; for tests and statistics. */
size_t pool_bytes(const struct pool *pool);

#endif
