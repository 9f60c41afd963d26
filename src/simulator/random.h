/*
 * random.h - a small repeatable generator (splitmix64), so that a run with the same seed meets the same faults. Never
 * for secrets.
 */
#ifndef DESKBELL_SIMULATOR_RANDOM_H
#define DESKBELL_SIMULATOR_RANDOM_H

#include <stdint.h>

/* Scrambles without collisions: different inputs give different outputs. */
static inline uint64_t random_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static inline uint64_t random_next(uint64_t *state)
{
	*state += UINT64_C(0x9e3779b97f4a7c15);
	return random_mix(*state);
}

/* 0 .. below-1; `below` is at least 1. */
static inline uint64_t random_below(uint64_t *state, uint64_t below)
{
	return random_next(state) % below;
}

#endif
