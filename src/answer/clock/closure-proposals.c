/*
 * closure-proposals.c - which days do documents call closed? Pure.
 *
 * Looks at each day of the coming year: a date without a year is its next one. Proposes and stores nothing.
 */
#include "answer/clock/closure-proposals.h"

#include "answer/retrieval/sentences.h"
#include "domain/hours/calendar.h"

#define DAYS_AHEAD 365
#define PIECES_MAX 400 /* that are looked at */

/* "22:00", "10.30 Uhr": a time of the day. */
static bool names_clock(struct str text)
{
	for (size_t i = 1; i + 2 < text.n; i++)
		if (text.p[i] == ':' && text.p[i - 1] >= '0' && text.p[i - 1] <= '9' && text.p[i + 1] >= '0'
			&& text.p[i + 1] <= '9')
			return true;
	return false;
}

/* Of several sentences one may name the day and another be closed. */
static bool is_one_sentence(struct str text)
{
	(void)sentence_next(&text);
	return str_trim(text).n == 0;
}

static bool has_closed(const struct unit_words *w)
{
	for (int i = 0; i < w->n; i++)
		if (w->all[i].concept == CONCEPT_CLOSED)
			return true;
	return false;
}

/* The first piece that calls a day closed, -1 for none. */
static int closed_by(const struct units *units, const bool *usable, int64_t day)
{
	int64_t year;
	int month, date;
	calendar_date_of(day, &year, &month, &date);
	for (int i = 0; i < units->n && i < PIECES_MAX; i++)
		if (usable[i] && unit_words_name_day(&units->all[i].text_words, month, date))
			return i;
	return -1;
}

/* Whether a closure or an opening says something of a day already. */
static bool is_known(const struct closures *known, int64_t day)
{
	for (int i = 0; i < known->n_closures; i++)
		if (known->closures[i].until_s > day * CALENDAR_DAY_S
			&& known->closures[i].from_s < (day + 1) * CALENDAR_DAY_S)
			return true;
	for (int i = 0; i < known->n_openings; i++)
		if (day >= known->openings[i].first_day && day <= known->openings[i].last_day)
			return true;
	return false;
}

int closure_proposals(
	const struct units *units, const struct closures *known, int64_t today, struct closure_proposal *out, int most)
{
	bool usable[PIECES_MAX] = { false };
	int n = 0, last = -1;
	for (int i = 0; i < units->n && i < PIECES_MAX; i++)
		usable[i] = has_closed(&units->all[i].text_words) && !names_clock(units->all[i].text)
			    && is_one_sentence(units->all[i].text);
	for (int64_t day = today; day < today + DAYS_AHEAD; day++) {
		int by = is_known(known, day) ? -1 : closed_by(units, usable, day);
		if (by >= 0 && by == last)
			out[n - 1].last_day = day;
		else if (by >= 0 && n < most)
			out[n++] = (struct closure_proposal){ day, day, units->all[by].text };
		else
			by = -1;
		last = by;
	}
	return n;
}
