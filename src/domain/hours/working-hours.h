/*
 * working-hours.h - when people answer, as a line of text: "mon-fri 09:00-18:00, sat 10:00-14:00".
 *
 *     hours = part *("," part)           ";" and a line's end are as good as ","
 *     part  = days span *(span)          days may be left out: those of the part before
 *     days  = day ["-" day]              mon tue wed thu fri sat sun, also written out; "fri-mon" goes round
 *     span  = time "-" time              09:00, 9:00 or 9; up to 24:00; "20:00-02:00" ends on the next day
 *
 * A day may have several spans. A part of days without a span is an error.
 */
#ifndef DESKBELL_DOMAIN_WORKING_HOURS_H
#define DESKBELL_DOMAIN_WORKING_HOURS_H

#include "core/str.h"

#define WORKING_SPANS_MAX 64
#define WORKING_DAY_MINUTES (24 * 60)
#define WORKING_DAYS 7

/* From a moment of the week, in minutes since Monday 00:00, for so many minutes. */
struct working_span {
	int day;         /* 0: Monday */
	int from, until; /* minutes of that day; `until` is over 24:00 when it ends on the next day */
};

struct working_hours {
	int n;
	struct working_span spans[WORKING_SPANS_MAX];
};

/* False for what is not written as above, or has more spans than fit. An empty text has no span. */
bool working_hours_parse(struct str text, struct working_hours *out);
/* Whether a moment lies in one of the spans, its first minute included, its end not. `local_s`: seconds since 1970 on
 * the clock of the place, that is UTC plus the zone's offset. */
bool working_hours_contain(const struct working_hours *hours, int64_t local_s);
/* "mon", "tue" ... by position. */
extern const char *const working_day_names[WORKING_DAYS];

#endif
