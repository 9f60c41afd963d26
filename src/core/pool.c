/*
 * pool.c - memory with the lifetime of a request or a job.
 *
 * Owns a chain of blocks that are handed out front to back, and a list of release functions. Never frees a single
 * object and never locks: a pool belongs to one thread at a time. What does not fit the newest block gets a new one;
 * something large gets one of its own its own, so that the newest stays in use. Out of memory and sizes that overflow
 * are fatal, so no caller tests for NULL. Under AddressSanitizer every object gets its own block, because a write
 * behind an object would otherwise land in its neighbour unseen.
 */
#include "core/pool.h"

#include "core/buf.h"
#include "core/process/sanitizer.h"

#include <stdio.h>
#include <stdlib.h>

#define BLOCK_BYTES 8000 /* with its header and malloc's a little under two pages */
#define LARGE_BYTES (BLOCK_BYTES / 4)

struct block {
	struct block *next;
	size_t size, used;
	max_align_t data[];
};

struct release {
	struct release *next;
	void (*function)(void *object);
	void *object;
};

struct pool {
	struct block *newest;     /* shared ones; the chain ends with the first, which outlives a reset */
	struct block *large;      /* of one object each */
	struct release *releases; /* last one first */
	size_t bytes;
};

/* A block in front of `*chain`. */
static struct block *block_new(struct pool *pool, struct block **chain, size_t size)
{
	struct block *block = size <= SIZE_MAX - sizeof(*block) ? malloc(sizeof(*block) + size) : NULL;

	if (!block)
		fatal(ERR_INTERNAL, "out of memory: %zu bytes for a pool", size);
	*block = (struct block){ .next = *chain, .size = size };
	*chain = block;
	pool->bytes += sizeof(*block) + size;
	return block;
}

static void block_drop(struct pool *pool, struct block **chain)
{
	struct block *block = *chain;

	*chain = block->next;
	pool->bytes -= sizeof(*block) + block->size;
	free(block);
}

struct pool *pool_new(void)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		fatal(ERR_INTERNAL, "out of memory: no pool");
	block_new(pool, &pool->newest, BLOCK_BYTES);
	return pool;
}

/* A release function may still use memory of the pool, so blocks go afterwards. */
static void run_releases(struct pool *pool)
{
	while (pool->releases) {
		struct release *r = pool->releases;
		pool->releases = r->next;
		r->function(r->object);
	}
}

void pool_reset(struct pool *pool)
{
	run_releases(pool);
	while (pool->large)
		block_drop(pool, &pool->large);
	while (pool->newest->next)
		block_drop(pool, &pool->newest);
	pool->newest->used = 0;
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	pool_reset(pool);
	block_drop(pool, &pool->newest);
	free(pool);
}

/* `n` zeroed bytes, which the block has left. */
static void *block_take(struct block *block, size_t n)
{
	void *p = (char *)block->data + block->used;

	block->used += n;
	return memset(p, 0, n);
}

void *pool_alloc(struct pool *pool, size_t n)
{
	const size_t unit = _Alignof(max_align_t);

	if (HAS_SANITIZER || n > LARGE_BYTES)
		return block_take(block_new(pool, &pool->large, n), n);
	n = n == 0 ? unit : (n + unit - 1) / unit * unit;
	if (n > pool->newest->size - pool->newest->used)
		block_new(pool, &pool->newest, BLOCK_BYTES);
	return block_take(pool->newest, n);
}

void *pool_alloc_array(struct pool *pool, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		fatal(ERR_INTERNAL, "out of memory: %zu elements of %zu bytes", count, size);
	return pool_alloc(pool, n);
}

char *pool_cstr(struct pool *pool, struct str s)
{
	if (!s.p)
		return NULL;
	char *copy = pool_alloc_array(pool, s.n + 1, 1);
	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	return copy;
}

struct str pool_str(struct pool *pool, struct str s)
{
	return (struct str){ pool_cstr(pool, s), s.n };
}

struct str pool_take(struct pool *pool, struct buf *b)
{
	struct str text = pool_str(pool, buf_str(b));

	buf_fini(b);
	return text;
}

struct str pool_printf(struct pool *pool, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		bug("a format failed: %s", fmt);
	char *text = pool_alloc(pool, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct str){ text, (size_t)n };
}

void pool_defer(struct pool *pool, void (*release)(void *object), void *object)
{
	struct release *r = pool_new_of(pool, struct release);

	*r = (struct release){ .next = pool->releases, .function = release, .object = object };
	pool->releases = r;
}

size_t pool_bytes(const struct pool *pool)
{
	return pool->bytes;
}
