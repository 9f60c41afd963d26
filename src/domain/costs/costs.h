/*
 * costs.h - what delivered messages cost, by a rate card: a CSV file with the columns effective_from, currency, market,
 * category, rate, such as "2026-10-01,USD,Brazil,service,0.0034". Of each market and category the newest rate counts
 * that is in force. Never guesses: what has no rate is unknown.
 *
 * Source: Meta, "Pricing on the WhatsApp Business Platform" (2026-10): a market follows from the calling code of the
 * recipient's number.
 */
#ifndef DESKBELL_DOMAIN_COSTS_H
#define DESKBELL_DOMAIN_COSTS_H

#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

#define COSTS_FREE_SERVICE 1000 /* delivered service messages of a number that a month has for nothing */

/* The market of a recipient: digits that a number begins with, or two letters of a country. "Other" is the market of
 * all that Meta does not list; NULL: there is no prefix. */
const char *costs_market(struct str prefix);

struct rate_card {
	struct str text, currency;
	struct str date; /* of the newest rate that is in force */
};

/* Reads the card. ERR_NOT_FOUND without a path. `today` is "2026-11-30". */
enum err costs_read_card(
	struct pool *pool, const char *path, const char *currency, struct str today, struct rate_card *out) MUST_CHECK;
/* The rate in millionths of the currency; false: the card has none. */
bool costs_rate(
	const struct rate_card *card, struct str today, const char *market, struct str category, int64_t *micros);
/* How many there will be at the end of the month when it goes on like this; `day` counts from 1. */
int64_t costs_forecast(int64_t so_far, int day, int days);

#endif
