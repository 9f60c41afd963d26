/*
 * calendar.c - days and dates. Pure.
 *
 * Days are computed by the usual reckoning with years that begin in March ("days from civil"). Knows no time zone: what
 * is read is on the clock of the place, unless it names its offset.
 */
#include "domain/hours/calendar.h"

#define EPOCH_WEEKDAY 3 /* 1970-01-01 was a Thursday */

int64_t calendar_day_of(int64_t y, int m, int d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
	int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void calendar_date_of(int64_t days, int64_t *y, int *m, int *d)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365,
		doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = yoe + era * 400 + (*m <= 2);
}

bool calendar_is_date(int64_t y, int64_t m, int64_t d)
{
	int64_t year;
	int month, day;
	if (y < 1970 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	calendar_date_of(calendar_day_of(y, (int)m, (int)d), &year, &month, &day);
	return year == y && month == m && day == d;
}

int calendar_weekday(int64_t days)
{
	return (int)(((days + EPOCH_WEEKDAY) % 7 + 7) % 7);
}

int64_t calendar_day_at(int64_t local_s)
{
	return local_s / CALENDAR_DAY_S - (local_s % CALENDAR_DAY_S < 0);
}

/* Exactly `digits` digits. */
static bool take_digits(struct str *s, size_t digits, int64_t *out)
{
	if (s->n < digits || s->p[0] == '-' || !str_to_i64((struct str){ s->p, digits }, out))
		return false;
	s->p += digits;
	s->n -= digits;
	return true;
}

static bool calendar_take(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

static bool calendar_take_day(struct str *s, int64_t *days)
{
	int64_t y, m, d;
	if (!take_digits(s, 4, &y) || !calendar_take(s, '-') || !take_digits(s, 2, &m) || !calendar_take(s, '-')
		|| !take_digits(s, 2, &d) || !calendar_is_date(y, m, d))
		return false;
	*days = calendar_day_of(y, (int)m, (int)d);
	return true;
}

/* "13:05" or "13:05:59"; "24:00" is the end of the day. */
static bool calendar_take_time(struct str *s, int64_t *seconds)
{
	int64_t hour, minute, second = 0;
	if (!take_digits(s, 2, &hour) || !calendar_take(s, ':') || !take_digits(s, 2, &minute))
		return false;
	if (calendar_take(s, ':') && !take_digits(s, 2, &second))
		return false;
	*seconds = hour * 3600 + minute * 60 + second;
	return minute < 60 && second < 60 && *seconds <= CALENDAR_DAY_S;
}

static bool take_local(struct str *s, int64_t *local_s)
{
	int64_t days, seconds;
	if (!calendar_take_day(s, &days) || !(calendar_take(s, 'T') || calendar_take(s, ' '))
		|| !calendar_take_time(s, &seconds))
		return false;
	*local_s = days * CALENDAR_DAY_S + seconds;
	return true;
}

bool calendar_parse_day(struct str text, int64_t *days)
{
	return calendar_take_day(&text, days) && text.n == 0;
}

bool calendar_parse_local(struct str text, int64_t *local_s)
{
	return take_local(&text, local_s) && text.n == 0;
}

bool calendar_parse_moment(struct str text, int64_t *utc_s)
{
	int64_t hour, minute;
	if (!take_local(&text, utc_s))
		return false;
	if (calendar_take(&text, 'Z'))
		return text.n == 0;
	bool west = text.n > 0 && text.p[0] == '-';
	if (!(calendar_take(&text, '+') || calendar_take(&text, '-')) || !take_digits(&text, 2, &hour)
		|| !calendar_take(&text, ':') || !take_digits(&text, 2, &minute) || text.n > 0 || hour > 14
		|| minute > 59)
		return false;
	*utc_s += (west ? 1 : -1) * (hour * 3600 + minute * 60);
	return true;
}
