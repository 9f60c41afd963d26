/*
 * costs.c - markets by calling code, and the rates of a card.
 */
#include "domain/costs/costs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CARD_MAX_BYTES (1 << 20)

/* The longest prefix wins. */
static const struct {
	const char *prefix, *market;
} markets[] = { { "1", "North America" }, { "US", "North America" }, { "CA", "North America" },
	{ "1809", "Rest of Latin America" }, { "1829", "Rest of Latin America" }, { "1849", "Rest of Latin America" },
	{ "1658", "Rest of Latin America" }, { "1876", "Rest of Latin America" }, { "1787", "Rest of Latin America" },
	{ "1939", "Rest of Latin America" }, { "7", "Russia" }, { "RU", "Russia" }, { "76", "Kazakhstan" },
	{ "77", "Kazakhstan" }, { "KZ", "Kazakhstan" }, { "20", "Egypt" }, { "EG", "Egypt" }, { "212", "Morocco" },
	{ "MA", "Morocco" }, { "234", "Nigeria" }, { "NG", "Nigeria" }, { "27", "South Africa" },
	{ "ZA", "South Africa" }, { "2", "Rest of Africa" }, { "31", "Netherlands" }, { "NL", "Netherlands" },
	{ "33", "France" }, { "FR", "France" }, { "34", "Spain" }, { "ES", "Spain" }, { "39", "Italy" },
	{ "IT", "Italy" }, { "44", "United Kingdom" }, { "GB", "United Kingdom" }, { "49", "Germany" },
	{ "DE", "Germany" }, { "380", "Ukraine" }, { "UA", "Ukraine" }, { "30", "Rest of Western Europe" },
	{ "32", "Rest of Western Europe" }, { "351", "Rest of Western Europe" }, { "353", "Rest of Western Europe" },
	{ "358", "Rest of Western Europe" }, { "41", "Rest of Western Europe" }, { "43", "Rest of Western Europe" },
	{ "45", "Rest of Western Europe" }, { "46", "Rest of Western Europe" }, { "47", "Rest of Western Europe" },
	{ "355", "Rest of Central & Eastern Europe" }, { "359", "Rest of Central & Eastern Europe" },
	{ "36", "Rest of Central & Eastern Europe" }, { "37", "Rest of Central & Eastern Europe" },
	{ "38", "Rest of Central & Eastern Europe" }, { "40", "Rest of Central & Eastern Europe" },
	{ "42", "Rest of Central & Eastern Europe" }, { "48", "Rest of Central & Eastern Europe" }, { "51", "Peru" },
	{ "PE", "Peru" }, { "52", "Mexico" }, { "MX", "Mexico" }, { "54", "Argentina" }, { "AR", "Argentina" },
	{ "55", "Brazil" }, { "BR", "Brazil" }, { "56", "Chile" }, { "CL", "Chile" }, { "57", "Colombia" },
	{ "CO", "Colombia" }, { "5", "Rest of Latin America" }, { "60", "Malaysia" }, { "MY", "Malaysia" },
	{ "62", "Indonesia" }, { "ID", "Indonesia" }, { "880", "Bangladesh" }, { "BD", "Bangladesh" },
	{ "91", "India" }, { "IN", "India" }, { "92", "Pakistan" }, { "PK", "Pakistan" }, { "94", "Sri Lanka" },
	{ "LK", "Sri Lanka" }, { "977", "Nepal" }, { "NP", "Nepal" }, { "6", "Rest of Asia Pacific" },
	{ "8", "Rest of Asia Pacific" }, { "90", "Turkey" }, { "TR", "Turkey" }, { "964", "Iraq" }, { "IQ", "Iraq" },
	{ "965", "Kuwait" }, { "KW", "Kuwait" }, { "966", "Saudi Arabia" }, { "SA", "Saudi Arabia" }, { "968", "Oman" },
	{ "OM", "Oman" }, { "971", "United Arab Emirates" }, { "AE", "United Arab Emirates" }, { "972", "Israel" },
	{ "IL", "Israel" }, { "96", "Rest of Middle East" }, { "97", "Rest of Middle East" }, { "9", "Other" },
	{ "3", "Other" }, { "4", "Other" } };

const char *costs_market(struct str prefix)
{
	const char *found = NULL;
	size_t longest = 0;
	for (size_t i = 0; i < sizeof(markets) / sizeof(markets[0]); i++) {
		size_t n = strlen(markets[i].prefix);
		if (n > longest && str_has_prefix(prefix, (struct str){ markets[i].prefix, n })) {
			longest = n;
			found = markets[i].market;
		}
	}
	return found;
}

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
