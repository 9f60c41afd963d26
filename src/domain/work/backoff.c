/*
 * backoff.c - when to try again.
 */
#include "domain/work/backoff.h"

#include "core/crypto/crypt.h"

int64_t backoff_ms(int attempt, int64_t base_ms, int64_t cap_ms)
{
	int64_t bound = base_ms;
	for (int i = 1; i < attempt && bound < cap_ms; i++)
		bound *= 4;
	if (bound > cap_ms)
		bound = cap_ms;
	uint32_t random;
	crypt_random(&random, sizeof(random));
	int64_t floor = bound / 10;
	return floor + (int64_t)((bound - floor) * (random / 4294967296.0));
}
