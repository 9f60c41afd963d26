/*
 * zone-rule.c - the rule in the footer of a TZif file: reads it and applies it to a moment.
 *
 * Pure. Knows the calendar by days since 1970 and no name of a zone. Fails by saying that the text is no rule.
 */
#include "domain/hours/zone-rule.h"

#define DAY_S 86400

/* ---- reading ---- */

static bool zone_rule_take(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = (struct str){ s->p + 1, s->n - 1 };
	return true;
}

static bool zone_rule_take_number(struct str *s, int max, int *out)
{
	size_t n = 0;
	*out = 0;
	for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		if ((*out = *out * 10 + s->p[n] - '0') > max)
			return false;
	*s = (struct str){ s->p + n, s->n - n };
	return n > 0;
}

/* Letters, or anything in angle brackets: at least three characters. */
static bool take_name(struct str *s)
{
	bool quoted = zone_rule_take(s, '<');
	size_t n = 0;
	for (; n < s->n && s->p[n] != '>'; n++) {
		char c = s->p[n];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-')))
			break;
	}
	*s = (struct str){ s->p + n, s->n - n };
	return n >= 3 && (!quoted || zone_rule_take(s, '>'));
}

/* [+-]hh[:mm[:ss]]; RFC 8536 lets a change's time have up to 167 hours, of either sign. */
static bool zone_rule_take_time(struct str *s, int max_hours, int64_t *out)
{
	int hours, minutes = 0, seconds = 0;
	bool negative = zone_rule_take(s, '-');
	if (!negative)
		(void)zone_rule_take(s, '+');
	if (!zone_rule_take_number(s, max_hours, &hours)
		|| (zone_rule_take(s, ':') && !zone_rule_take_number(s, 59, &minutes))
		|| (zone_rule_take(s, ':') && !zone_rule_take_number(s, 59, &seconds)))
		return false;
	*out = ((int64_t)hours * 60 + minutes) * 60 + seconds;
	*out = negative ? -*out : *out;
	return true;
}

static bool zone_rule_take_day(struct str *s, struct zone_rule_change *out)
{
	if (zone_rule_take(s, 'M')) {
		out->kind = ZONE_DAY_OF_MONTH;
		return zone_rule_take_number(s, 12, &out->month) && out->month > 0 && zone_rule_take(s, '.')
		       && zone_rule_take_number(s, 5, &out->week) && out->week > 0 && zone_rule_take(s, '.')
		       && zone_rule_take_number(s, 6, &out->weekday);
	}
	out->kind = zone_rule_take(s, 'J') ? ZONE_DAY_WITHOUT_LEAP : ZONE_DAY_FROM_ZERO;
	return zone_rule_take_number(s, 365, &out->day) && (out->day > 0 || out->kind == ZONE_DAY_FROM_ZERO);
}

static bool zone_rule_take_change(struct str *s, struct zone_rule_change *out)
{
	out->time_s = 2 * 3600;
	return zone_rule_take(s, ',') && zone_rule_take_day(s, out)
	       && (!zone_rule_take(s, '/') || zone_rule_take_time(s, 167, &out->time_s));
}

bool zone_rule_parse(struct str text, struct zone_rule *out)
{
	*out = (struct zone_rule){ 0 };
	/* POSIX writes what is added to local time to get UTC. */
	if (!take_name(&text) || !zone_rule_take_time(&text, 24, &out->standard_s))
		return false;
	out->standard_s = -out->standard_s;
	out->has_daylight = text.n > 0;
	if (!out->has_daylight)
		return true;
	out->daylight_s = -(out->standard_s + 3600);
	if (!take_name(&text) || (text.n > 0 && text.p[0] != ',' && !zone_rule_take_time(&text, 24, &out->daylight_s)))
		return false;
	out->daylight_s = -out->daylight_s;
	return zone_rule_take_change(&text, &out->start) && zone_rule_take_change(&text, &out->end) && text.n == 0;
}

/* ---- applying ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 1 January 1970 to that of the year. */
static int64_t first_day(int64_t year)
{
	int64_t before = year - 1;
	return (year - 1970) * 365 + floor_div(before, 4) - floor_div(before, 100) + floor_div(before, 400) - 477;
}

static int64_t year_of(int64_t day)
{
	int64_t year = 1970 + floor_div(day * 400, 146097); /* at most one off */
	while (first_day(year + 1) <= day)
		year++;
	while (first_day(year) > day)
		year--;
	return year;
}

static int64_t day_of_month_rule(const struct zone_rule_change *c, int64_t year)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };
	int leap = is_leap(year);
	int64_t first = first_day(year) + before[c->month - 1] + (c->month > 2 ? leap : 0);
	int length = before[c->month] - before[c->month - 1] + (c->month == 2 ? leap : 0);
	int64_t weekday = (first + 4) - 7 * floor_div(first + 4, 7); /* 1 January 1970 was a Thursday */
	int64_t day = (c->weekday - weekday + 7) % 7 + 7 * (c->week - 1);
	while (day >= length)
		day -= 7;
	return first + day;
}

/* Seconds from 1970 to the change in that year, on the clock that counts until then. */
static int64_t change_s(const struct zone_rule_change *c, int64_t year)
{
	int64_t day = first_day(year) + c->day;
	if (c->kind == ZONE_DAY_OF_MONTH)
		day = day_of_month_rule(c, year);
	else if (c->kind == ZONE_DAY_WITHOUT_LEAP)
		day += (is_leap(year) && c->day >= 60) - 1;
	return day * DAY_S + c->time_s;
}

int64_t zone_rule_offset_s(const struct zone_rule *rule, int64_t at)
{
	if (!rule->has_daylight)
		return rule->standard_s;
	int64_t year = year_of(floor_div(at + rule->standard_s, DAY_S));
	int64_t start = change_s(&rule->start, year) - rule->standard_s;
	int64_t end = change_s(&rule->end, year) - rule->daylight_s;
	bool daylight = start < end ? at >= start && at < end : !(at >= end && at < start);
	return daylight ? rule->daylight_s : rule->standard_s;
}
