/*
 * calendar.h - days, dates and moments written as people and ISO 8601 write them.
 *
 * A day is a number: days since 1970-01-01 on the clock of a place.
 */
#ifndef DESKBELL_DOMAIN_CALENDAR_H
#define DESKBELL_DOMAIN_CALENDAR_H

#include "core/str.h"

#define CALENDAR_DAY_S 86400

/* The day of a date of the Gregorian calendar; month and day from 1. */
int64_t calendar_day_of(int64_t year, int month, int day);
void calendar_date_of(int64_t days, int64_t *year, int *month, int *day);
/* Whether there is such a date, between 1970 and 9999. */
bool calendar_is_date(int64_t year, int64_t month, int64_t day);
/* 0 for Monday to 6. */
int calendar_weekday(int64_t days);
/* The day in which a moment lies; `local_s` seconds since 1970 on the clock of the place, before 1970 too. */
int64_t calendar_day_at(int64_t local_s);

/* "2026-11-27"; false for anything else. */
bool calendar_parse_day(struct str text, int64_t *days);
/* "2026-11-27T13:05" or with seconds, on the clock of the place, as seconds since 1970 there. */
bool calendar_parse_local(struct str text, int64_t *local_s);
/* The same with an offset behind it, "Z" or "+02:00" (RFC 3339): seconds since 1970, UTC. */
bool calendar_parse_moment(struct str text, int64_t *utc_s);

#endif
