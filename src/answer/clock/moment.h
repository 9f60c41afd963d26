/*
 * moment.h - of which day, or time of a day, does a message speak?
 */
#ifndef DESKBELL_ANSWER_CLOCK_MOMENT_H
#define DESKBELL_ANSWER_CLOCK_MOMENT_H

#include "answer/understanding/language.h"
#include "domain/hours/closures.h"
#include "domain/leads/pattern.h"

enum moment_kind {
	MOMENT_NONE,
	MOMENT_NOW,
	MOMENT_DAYS,  /* one day, or several: a weekend */
	MOMENT_MONTH, /* a whole month */
	MOMENT_NAMED  /* a closure or an opening by its name: "Christmas" */
};

struct moment {
	enum moment_kind kind;
	int64_t first_day, last_day;   /* days since 1970, both included */
	bool dated;                    /* by a date or the name of a holiday, not by a weekday or "tomorrow" */
	bool number_alone;             /* the day is a number, "the 24th", without a month */
	int minute;                    /* of the day; -1: no time was named */
	bool half_known;               /* the time is written so that it is of one half of the day: "3 pm", "15:00" */
	const struct closure *closure; /* of MOMENT_NAMED: one of both */
	const struct opening *opening;
	int words; /* of the message that say it */
};

/* Whether a message asks if the business is open: "open", "closed", "until when"; and how many of its words say so. */
int moment_asks_for_opening(const struct pattern_text *t, const struct language *language);
/* Whether it asks if the writer may come: "can I drop by at five". */
bool moment_asks_to_come(const struct pattern_text *t, const struct language *language);
/* The day of the month that is all a message says, "the 29th", in the month of another day, or in the one after that if
 * it were past; 0: none. */
int64_t moment_find_day_of_month(const struct pattern_text *t, int64_t near_day, int64_t today, bool *taken);
/* What a message says about when. `taken` (room for all words) gets the words that say it. `local_s`: the present
 * moment on the clock of the place. "Sunday" is the coming one, or today. */
struct moment moment_find(const struct pattern_text *t, const struct language *language,
	const struct closures *closures, int64_t local_s, bool *taken);

#endif
