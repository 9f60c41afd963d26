/*
 * core-pool.c - tests of memory that goes with its pool.
 */
#include "check.h"
#include "core.h"

#include "core/buf.h"
#include "core/pool.h"

#include <stddef.h>

static void pool_gives_zeroed_memory(void)
{
	struct pool *pool = pool_new();

	for (int round = 0; round < 3; round++) {
		unsigned int wrong = 0;
		for (size_t n = 0; n < 9000; n += 37) {
			unsigned char *p = pool_alloc(pool, n);
			if (!p || (uintptr_t)p % _Alignof(max_align_t) != 0)
				wrong++;
			for (size_t i = 0; p && i < n; i++)
				wrong += p[i] != 0;
			if (p && n > 0)
				memset(p, 0xA5, n);
		}
		CU_ASSERT_EQUAL(wrong, 0);
		pool_reset(pool);
	}
	pool_free(pool);
	pool_free(NULL);
}

static void pool_keeps_one_block(void)
{
	struct pool *pool = pool_new();
	size_t first = pool_bytes(pool);

	CU_ASSERT_TRUE(first < 16384);
	pool_alloc(pool, 1 << 20);
	for (int i = 0; i < 1000; i++)
		pool_new_array(pool, 10, int64_t);
	CU_ASSERT_TRUE(pool_bytes(pool) > (1 << 20) + 80000);
	pool_reset(pool);
	CU_ASSERT_EQUAL(pool_bytes(pool), first);
	pool_free(pool);
}

static void pool_copies(void)
{
	struct pool *pool = pool_new();
	struct str s = pool_str(pool, STR("a\0b"));

	CU_ASSERT_EQUAL(s.n, 3);
	CU_ASSERT_EQUAL(memcmp(s.p, "a\0b", 4), 0);
	CU_ASSERT_PTR_NULL(pool_str(pool, STR_NONE).p);
	CU_ASSERT_PTR_NULL(pool_cstr(pool, STR_NONE));
	CU_ASSERT_STRING_EQUAL(pool_cstr(pool, STR("")), "");
	s = pool_printf(pool, "%d-%s", 4, "x");
	CU_ASSERT_EQUAL(s.n, 3);
	CU_ASSERT_STRING_EQUAL(s.p, "4-x");
	CU_ASSERT_EQUAL(pool_printf(pool, "%9000d", 1).n, 9000);
	pool_free(pool);
}

static void pool_takes_a_buffer(void)
{
	struct pool *pool = pool_new();
	struct buf b;

	buf_init(&b, 3);
	CU_ASSERT_STRING_EQUAL(pool_take(pool, &b).p, "");
	buf_add_cstr(&b, "abc");
	struct str s = pool_take(pool, &b);
	CU_ASSERT_EQUAL(s.n, 3);
	CU_ASSERT_STRING_EQUAL(s.p, "abc");
	CU_ASSERT_PTR_NULL(b.data);
	CU_ASSERT_EQUAL(b.len, 0);
	pool_free(pool);
}

struct step {
	char *trace;
	char mark;
};

static void leave_mark(void *object)
{
	const struct step *step = object;
	size_t n = strlen(step->trace);

	step->trace[n] = step->mark;
	step->trace[n + 1] = '\0';
}

static void pool_releases_in_reverse(void)
{
	char trace[8] = "";
	struct pool *pool = pool_new();

	for (char c = 'a'; c <= 'c'; c++) {
		struct step *step = pool_new_of(pool, struct step);
		*step = (struct step){ trace, c };
		pool_defer(pool, leave_mark, step);
	}
	pool_reset(pool);
	CU_ASSERT_STRING_EQUAL(trace, "cba");
	pool_free(pool);
	CU_ASSERT_STRING_EQUAL(trace, "cba");
}

CU_TestInfo core_pool_tests[] = {
	{ "gives zeroed, aligned memory of any size", pool_gives_zeroed_memory },
	{ "keeps only its first block", pool_keeps_one_block },
	{ "copies strings", pool_copies },
	{ "takes what a buffer holds", pool_takes_a_buffer },
	{ "releases in reverse order, once", pool_releases_in_reverse },
	CU_TEST_INFO_NULL,
};
