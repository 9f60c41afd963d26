/*
 * holidays.h - holidays that fall on the same date everywhere, or with Easter.
 */
#ifndef DESKBELL_ANSWER_UNDERSTANDING_HOLIDAYS_H
#define DESKBELL_ANSWER_UNDERSTANDING_HOLIDAYS_H

#include "answer/understanding/language.h"
#include "domain/leads/pattern.h"

/* How many words from `at` on name a holiday, the one with most words; 0: none do, and `*out` stays as it is. */
int holiday_at(const struct pattern_text *t, int at, const struct language *language, enum holiday *out);
/* The day on which it falls in a year, in days since 1970; the first one of several. */
int64_t holiday_day(enum holiday holiday, int64_t year);
/* Its month, from 1, and day; false for one that goes by Easter. */
bool holiday_has_date(enum holiday holiday, int *month, int *day);

#endif
