/*
 * closures.h - days on which a business is shut, or open at other hours than in an ordinary week.
 *
 *     closures = closure *("," closure)        ";" and a line's end are as good as ","
 *     closure  = from [".." to] [name]         days, both included, or local moments, the second not included
 *     openings = the same with hours behind the days: from [".." to] span *(span) [name]
 *
 * A day is 2026-12-24, a moment 2026-12-24T13:00. Between two moments on different days each day has the hours from the
 * first clock time to the second, when no hours follow: "2026-12-29T10:00..2026-12-31T15:00".
 */
#ifndef DESKBELL_DOMAIN_CLOSURES_H
#define DESKBELL_DOMAIN_CLOSURES_H

#include "core/str.h"
#include "domain/hours/working-hours.h"

#define CLOSURES_MAX 100

struct closure {
	int64_t from_s, until_s; /* local seconds since 1970; the end is not included */
	struct str name;         /* a slice of the text; empty for none */
};

struct opening {
	int64_t first_day, last_day; /* days since 1970, both included */
	int from, until;             /* minutes of each of these days */
	struct str name;
};

struct closures {
	struct closure closures[CLOSURES_MAX];
	int n_closures;
	struct opening openings[CLOSURES_MAX];
	int n_openings;
};

/* False for what is not written as above, or is more than fits. Either text may be empty. */
bool closures_parse(struct str closures, struct str openings, struct closures *out);

#define DAY_SPANS_MAX 8

/* When a business is open on one day. */
struct day_hours {
	struct working_span spans[DAY_SPANS_MAX]; /* minutes of that day, in order; `day` is of no use */
	int n;
	struct str
		reason; /* the name of the closure or opening that made them what they are; empty: the ordinary week */
	bool special;   /* not the ordinary week's hours */
};

/* The hours of a day (days since 1970): a special opening instead of the week's, then without what is closed. */
struct day_hours closures_day(const struct working_hours *week, const struct closures *closures, int64_t day);
/* Whether it is open at a moment on the clock of the place, a span of the day before that goes past midnight included.
 */
bool closures_open_at(const struct working_hours *week, const struct closures *closures, int64_t local_s);

#endif
