/*
 * lately.h - how much time something has had within the last one to two seconds.
 */
#ifndef DESKBELL_DOMAIN_LATELY_H
#define DESKBELL_DOMAIN_LATELY_H

#include <stdbool.h>
#include <stdint.h>

struct lately {
	int64_t second, us, before_us;
};

/* `us` more, at `now_us`; the clock does not step back. */
void lately_add(struct lately *lately, int64_t us, int64_t now_us);
/* What was added. */
int64_t lately_us(struct lately lately, int64_t now_us);
/* The time within which it was added. */
int64_t lately_span_us(int64_t now_us);
/* Whether `own`, which `all` includes, is more than twice the rest. */
bool lately_is_most(const struct lately *own, const struct lately *all, int64_t now_us);

#endif
