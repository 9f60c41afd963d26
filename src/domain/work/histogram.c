/*
 * histogram.c - counts in a process, and adds them to the installation's. Never knows what is measured.
 */
#include "domain/work/histogram.h"

#include "db/statements.h"

#define LIST_BYTES 1024

void histogram_add(struct histogram *h, int64_t us)
{
	static const int64_t bounds_ms[] = HISTOGRAM_BOUNDS;
	int i = 0;
	while (i < HISTOGRAM_COUNTS - 1 && us > bounds_ms[i] * 1000)
		i++;
	h->counts[i]++;
	h->us += us;
	h->n++;
}

enum err histogram_store(struct histogram *h, struct db *db, const char *name)
{
	struct buf list;
	if (h->n == 0)
		return ERR_OK;
	buf_init(&list, LIST_BYTES);
	for (int i = 0; i < HISTOGRAM_COUNTS; i++)
		buf_addf(&list, "%c%lld", i ? ',' : '{', (long long)h->counts[i]);
	buf_add_char(&list, '}');
	struct pool *pool = pool_new();
	enum err e = sql_observe(db, pool, str_of(name), buf_str(&list), (double)h->us / 1e6);
	pool_free(pool);
	buf_fini(&list);
	if (e == ERR_OK)
		*h = (struct histogram){ .n = 0 };
	return e;
}
