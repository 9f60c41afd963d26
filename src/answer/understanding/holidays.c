/*
 * holidays.c - the dates of holidays, and where a message names one. Pure.
 *
 * Their names come from the language (language.h), their dates are the same everywhere or go by Easter.
 */
#include "answer/understanding/holidays.h"

#include "domain/hours/calendar.h"

/* Easter Sunday of a year, by the anonymous Gregorian computus. */
static int64_t holidays_easter(int64_t y)
{
	int64_t a = y % 19, b = y / 100, c = y % 100, d = b / 4, e = b % 4, g = (8 * b + 13) / 25;
	int64_t h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
	int64_t m = (a + 11 * h + 19 * l) / 433, month = (h + l - 7 * m + 90) / 25,
		day = (h + l - 7 * m + 33 * month + 19) % 32;
	return calendar_day_of(y, (int)month, (int)day);
}

/* Of those that fall on the same date every year; the others have days after Easter. */
static const struct {
	int month, day, easter;
} holiday_dates[HOLIDAYS] = { [HOLIDAY_NEW_YEAR] = { 1, 1, 0 },
	[HOLIDAY_EPIPHANY] = { 1, 6, 0 },
	[HOLIDAY_LABOUR_DAY] = { 5, 1, 0 },
	[HOLIDAY_ASSUMPTION] = { 8, 15, 0 },
	[HOLIDAY_ALL_SAINTS] = { 11, 1, 0 },
	[HOLIDAY_CHRISTMAS_EVE] = { 12, 24, 0 },
	[HOLIDAY_CHRISTMAS] = { 12, 25, 0 },
	[HOLIDAY_BOXING_DAY] = { 12, 26, 0 },
	[HOLIDAY_NEW_YEAR_EVE] = { 12, 31, 0 },
	[HOLIDAY_GOOD_FRIDAY] = { 0, 0, -2 },
	[HOLIDAY_EASTER] = { 0, 0, 0 },
	[HOLIDAY_EASTER_MONDAY] = { 0, 0, 1 },
	[HOLIDAY_ASCENSION] = { 0, 0, 39 },
	[HOLIDAY_WHIT_MONDAY] = { 0, 0, 50 },
	[HOLIDAY_VALENTINE] = { 2, 14, 0 },
	[HOLIDAY_BETWEEN_YEARS] = { 12, 27, 0 } };

int64_t holiday_day(enum holiday holiday, int64_t year)
{
	if (holiday_dates[holiday].month)
		return calendar_day_of(year, holiday_dates[holiday].month, holiday_dates[holiday].day);
	return holidays_easter(year) + holiday_dates[holiday].easter;
}

bool holiday_has_date(enum holiday holiday, int *month, int *day)
{
	*month = holiday_dates[holiday].month;
	*day = holiday_dates[holiday].day;
	return *month > 0;
}

int holiday_at(const struct pattern_text *t, int at, const struct language *language, enum holiday *out)
{
	int most = 0;
	for (int h = 0; h < HOLIDAYS; h++) {
		const char *pattern = language->clock.holidays[h];
		int words = pattern && *pattern ? pattern_match(t, at, pattern) : 0;
		if (words > most) {
			most = words;
			*out = (enum holiday)h;
		}
	}
	return most;
}
