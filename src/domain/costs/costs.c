/*
 * costs.c - the rates of a card, and what they make of a month.
 */
#include "domain/costs/costs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CARD_MAX_BYTES (1 << 20)

/* The columns of a line; fewer than five: no line of the card. */
static bool costs_read_line(struct str *rest, struct str columns[5])
{
	struct str line = str_trim(str_take_until(rest, '\n'));
	int n = 0;
	while (n < 5 && (line.n || n == 0))
		columns[n++] = str_trim(str_take_until(&line, ','));
	return n == 5;
}

/* Dates compare as text. */
static int costs_compare(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

/* "0.0034" as 3400. */
static bool costs_parse_micros(struct str text, int64_t *micros)
{
	int64_t value = 0;
	int decimals = -1;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '.' && decimals < 0) {
			decimals = 0;
			continue;
		}
		if (c < '0' || c > '9' || decimals >= 6 || value > 1000000000)
			return false;
		value = value * 10 + (c - '0');
		decimals += decimals >= 0;
	}
	for (int i = decimals < 0 ? 0 : decimals; i < 6; i++)
		value *= 10;
	*micros = value;
	return text.n > 0;
}

static struct str costs_newest_date(const struct rate_card *card, struct str today)
{
	struct str rest = card->text, columns[5], newest = STR_NONE;
	while (rest.n)
		if (costs_read_line(&rest, columns) && str_equal(columns[1], card->currency)
			&& costs_compare(columns[0], today) <= 0 && costs_compare(columns[0], newest) > 0)
			newest = columns[0];
	return newest;
}

enum err costs_read_card(
	struct pool *pool, const char *path, const char *currency, struct str today, struct rate_card *out)
{
	*out = (struct rate_card){ .currency = str_of(currency) };
	FILE *f = *path ? fopen(path, "re") : NULL;
	if (!f)
		return *path && errno != ENOENT ? ERR_IO : ERR_NOT_FOUND;
	char *text = pool_new_array(pool, CARD_MAX_BYTES, char);
	size_t n = fread(text, 1, CARD_MAX_BYTES, f);
	bool failed = ferror(f);
	fclose(f);
	if (failed)
		return ERR_IO;
	out->text = (struct str){ text, n };
	out->date = costs_newest_date(out, today);
	return ERR_OK;
}

bool costs_rate(
	const struct rate_card *card, struct str today, const char *market, struct str category, int64_t *micros)
{
	struct str rest = card->text, columns[5], newest = STR_NONE;
	int64_t rate;
	bool found = false;
	while (market && rest.n) {
		if (!costs_read_line(&rest, columns) || !str_equal(columns[1], card->currency)
			|| !str_equal(columns[2], str_of(market)) || !str_equal(columns[3], category)
			|| costs_compare(columns[0], today) > 0 || costs_compare(columns[0], newest) < 0
			|| !costs_parse_micros(columns[4], &rate))
			continue;
		newest = columns[0];
		*micros = rate;
		found = true;
	}
	return found;
}

int64_t costs_forecast(int64_t so_far, int day, int days)
{
	return day < 1 || days < day ? so_far : so_far * days / day;
}
