/*
 * working-hours.c - when people answer. Pure: knows no clock and no time zone.
 *
 * A week is a ring of minutes on the clock of the place. So daylight saving needs nothing here: at the change a span is
 * an hour longer or shorter, as it is for those who work then.
 */
#include "domain/hours/working-hours.h"

#define DAY_S 86400
#define WEEK_MINUTES (WORKING_DAYS * WORKING_DAY_MINUTES)
#define EPOCH_WEEKDAY 3 /* 1 January 1970 was a Thursday */

const char *const working_day_names[WORKING_DAYS] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
static const char *const long_names[WORKING_DAYS] = { "monday", "tuesday", "wednesday", "thursday", "friday",
	"saturday", "sunday" };

/* ---- reading ---- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool working_hours_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void working_hours_skip(struct str *s, const char *chars)
{
	while (s->n > 0 && s->p[0] != '\0' && strchr(chars, s->p[0])) {
		s->p++;
		s->n--;
	}
}

static bool take_char(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* A "-" with blanks around it. */
static bool take_dash(struct str *s)
{
	struct str rest = *s;
	working_hours_skip(&rest, " \t");
	if (!take_char(&rest, '-'))
		return false;
	working_hours_skip(&rest, " \t");
	*s = rest;
	return true;
}

static bool working_hours_is_name(struct str word, const char *name)
{
	if (word.n != strlen(name))
		return false;
	for (size_t i = 0; i < word.n; i++)
		if ((word.p[i] | 0x20) != name[i])
			return false;
	return true;
}

static bool working_hours_take_day(struct str *s, int *day)
{
	size_t n = 0;
	while (n < s->n && is_letter(s->p[n]))
		n++;
	struct str word = { s->p, n };
	for (*day = 0; *day < WORKING_DAYS; ++*day) {
		if (!working_hours_is_name(word, working_day_names[*day])
			&& !working_hours_is_name(word, long_names[*day]))
			continue;
		s->p += n;
		s->n -= n;
		return true;
	}
	return false;
}

/* One or two digits; -1 for anything else. */
static int working_hours_take_number(struct str *s)
{
	int value = 0, digits = 0;
	while (s->n > 0 && working_hours_is_digit(s->p[0]) && digits < 2) {
		value = value * 10 + (s->p[0] - '0');
		digits++;
		s->p++;
		s->n--;
	}
	return digits && !(s->n > 0 && working_hours_is_digit(s->p[0])) ? value : -1;
}

static bool working_hours_take_time(struct str *s, int *minutes)
{
	int hour = working_hours_take_number(s), minute = 0;
	if (hour < 0 || hour > 24)
		return false;
	if (take_char(s, ':')) {
		if (s->n < 2 || !working_hours_is_digit(s->p[0]) || !working_hours_is_digit(s->p[1]))
			return false;
		minute = working_hours_take_number(s);
	}
	*minutes = hour * 60 + minute;
	return minute >= 0 && minute < 60 && *minutes <= WORKING_DAY_MINUTES;
}

struct days {
	int first, count; /* 0: none named yet */
};

static bool take_days(struct str *s, struct days *days)
{
	int last;
	if (!working_hours_take_day(s, &days->first))
		return false;
	last = days->first;
	if (take_dash(s) && !working_hours_take_day(s, &last))
		return false;
	days->count = (last - days->first + WORKING_DAYS) % WORKING_DAYS + 1;
	return true;
}

static bool take_span(struct str *s, const struct days *days, struct working_hours *out)
{
	int from, until;
	if (!working_hours_take_time(s, &from) || !take_dash(s) || !working_hours_take_time(s, &until))
		return false;
	if (from == WORKING_DAY_MINUTES || from == until)
		return false;
	if (until < from)
		until += WORKING_DAY_MINUTES;
	for (int i = 0; i < days->count; i++) {
		if (out->n == WORKING_SPANS_MAX)
			return false;
		out->spans[out->n++] = (struct working_span){ (days->first + i) % WORKING_DAYS, from, until };
	}
	return true;
}

static bool take_part(struct str part, struct days *days, struct working_hours *out)
{
	working_hours_skip(&part, " \t\r");
	if (part.n == 0)
		return true;
	if (is_letter(part.p[0]) && !take_days(&part, days))
		return false;
	working_hours_skip(&part, " \t\r");
	if (days->count == 0 || part.n == 0)
		return false;
	while (part.n > 0) {
		if (!take_span(&part, days, out))
			return false;
		working_hours_skip(&part, " \t\r");
	}
	return true;
}

bool working_hours_parse(struct str text, struct working_hours *out)
{
	struct days days = { 0, 0 };
	out->n = 0;
	while (text.n > 0) {
		size_t n = 0;
		while (n < text.n && (text.p[n] == '\0' || !strchr(",;\n", text.p[n])))
			n++;
		if (!take_part((struct str){ text.p, n }, &days, out))
			return false;
		n += n < text.n;
		text.p += n;
		text.n -= n;
	}
	return true;
}

/* ---- asking ---- */

bool working_hours_contain(const struct working_hours *hours, int64_t local_s)
{
	int64_t day = local_s / DAY_S - (local_s % DAY_S < 0);
	int64_t weekday = ((day + EPOCH_WEEKDAY) % WORKING_DAYS + WORKING_DAYS) % WORKING_DAYS;
	int now = (int)(weekday * WORKING_DAY_MINUTES + (local_s - day * DAY_S) / 60);
	for (int i = 0; i < hours->n; i++) {
		const struct working_span *s = &hours->spans[i];
		int since = (now - s->day * WORKING_DAY_MINUTES - s->from + WEEK_MINUTES) % WEEK_MINUTES;
		if (since < s->until - s->from)
			return true;
	}
	return false;
}
