/*
 * backoff.h - when to try again.
 */
#ifndef DESKBELL_DOMAIN_BACKOFF_H
#define DESKBELL_DOMAIN_BACKOFF_H

#include <stdint.h>

/* Exponential backoff with full jitter: a uniform random time from 0 to min(cap, base * 4^(attempt-1)), but at least a
 * tenth of that bound, in milliseconds. `attempt` counts from 1. Source: "Exponential Backoff and Jitter", AWS
 * Architecture Blog, 2015. */
int64_t backoff_ms(int attempt, int64_t base_ms, int64_t cap_ms);

#endif
