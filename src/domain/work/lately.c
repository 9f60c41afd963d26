/*
 * lately.c - how much time something has had within the last one to two seconds.
 */
#include "domain/work/lately.h"

void lately_add(struct lately *l, int64_t us, int64_t now_us)
{
	int64_t second = now_us / 1000000;
	if (second != l->second) {
		l->before_us = second == l->second + 1 ? l->us : 0;
		l->us = 0;
		l->second = second;
	}
	l->us += us;
}

int64_t lately_span_us(int64_t now_us)
{
	return 1000000 + now_us % 1000000;
}

int64_t lately_us(struct lately l, int64_t now_us)
{
	lately_add(&l, 0, now_us);
	return l.us + l.before_us;
}

bool lately_is_most(const struct lately *own, const struct lately *all, int64_t now_us)
{
	return 3 * lately_us(*own, now_us) > 2 * lately_us(*all, now_us);
}
