/*
 * locale.c - the few formats that pages need, for en, es and tr.
 *
 * Own tables, since the C library's are chosen by setlocale(3) for the whole process. Source: Unicode CLDR, the
 * locales' abbreviated months, decimal groups and medium dates.
 */
#include "web/locale.h"

#include "core/clock.h"

#include <stdio.h>
#include <time.h>

struct words {
	const char *language;
	char group;
	const char *months[12];
};

static const struct words table[] = {
	{ "en", ',', { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" } },
	{ "es", '.', { "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic" } },
	{ "tr", '.', { "Oca", "Şub", "Mar", "Nis", "May", "Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas", "Ara" } },
};

static const struct words *words_of(const struct locale *locale)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(table[i].language, locale->language))
			return &table[i];
	return &table[0];
}

struct str locale_number(struct pool *pool, const struct locale *locale, int64_t n)
{
	char digits[24], out[40];
	size_t length = 0;
	snprintf(digits, sizeof(digits), "%llu", n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n);
	if (n < 0)
		out[length++] = '-';
	for (size_t i = 0, all = strlen(digits); i < all; i++) {
		if (i > 0 && (all - i) % 3 == 0)
			out[length++] = words_of(locale)->group;
		out[length++] = digits[i];
	}
	return pool_str(pool, (struct str){ out, length });
}

static struct tm parts_of(const struct locale *locale, int64_t wall_ms)
{
	time_t at = (time_t)(wall_ms / 1000);
	struct tm parts;
	at += zone_offset_s(locale->zone, at);
	gmtime_r(&at, &parts);
	return parts;
}

struct str locale_time(struct pool *pool, const struct locale *locale, int64_t wall_ms)
{
	struct tm at = parts_of(locale, wall_ms), now = parts_of(locale, locale->now_ms);
	const char *month = words_of(locale)->months[at.tm_mon];
	if (at.tm_year == now.tm_year && at.tm_yday == now.tm_yday)
		return pool_printf(pool, "%02d:%02d", at.tm_hour, at.tm_min);
	if (at.tm_year == now.tm_year)
		return pool_printf(pool, "%d %s, %02d:%02d", at.tm_mday, month, at.tm_hour, at.tm_min);
	return pool_printf(pool, "%d %s %d", at.tm_mday, month, at.tm_year + 1900);
}

struct str locale_date(struct pool *pool, const struct locale *locale, int64_t wall_ms)
{
	struct tm at = parts_of(locale, wall_ms), now = parts_of(locale, locale->now_ms);
	const char *month = words_of(locale)->months[at.tm_mon];
	return at.tm_year == now.tm_year ? pool_printf(pool, "%d %s", at.tm_mday, month)
					 : pool_printf(pool, "%d %s %d", at.tm_mday, month, at.tm_year + 1900);
}

struct str locale_ago(struct pool *pool, const struct locale *locale, int64_t wall_ms)
{
	int64_t s = (locale->now_ms - wall_ms) / 1000;
	const char *minutes = translation_find(locale->translation, T("min"));
	const char *hours = translation_find(locale->translation, T("h"));
	const char *days = translation_find(locale->translation, T("d"));
	if (s < 60)
		return str_of(translation_find(locale->translation, T("now")));
	return s < 3600    ? pool_printf(pool, "%d %s", (int)(s / 60), minutes)
	       : s < 86400 ? pool_printf(pool, "%d %s", (int)(s / 3600), hours)
			   : pool_printf(pool, "%lld %s", (long long)(s / 86400), days);
}

void locale_write_time(struct json_writer *w, const char *key, const struct locale *locale, int64_t wall_ms)
{
	struct pool *pool = pool_new();
	char iso[CLOCK_TEXT_SIZE];
	clock_format(wall_ms, iso);
	json_key(w, key);
	json_begin_object(w);
	json_member_str(w, "iso", str_of(iso));
	json_member_str(w, "text", locale_time(pool, locale, wall_ms));
	json_member_str(w, "ago", locale_ago(pool, locale, wall_ms));
	json_end_object(w);
	pool_free(pool);
}
