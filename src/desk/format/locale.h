/*
 * locale.h - numbers and times as people write them, in the desk's languages.
 */
#ifndef DESKBELL_DESK_LOCALE_H
#define DESKBELL_DESK_LOCALE_H

#include "core/json/json.h"
#include "core/pool.h"
#include "core/text/translation.h"
#include "domain/hours/zone.h"

/* How one person reads: language, and where the clock stands. */
struct locale {
	const char *language; /* of translation_languages */
	const struct translation *translation;
	const struct zone *zone; /* NULL: UTC */
	int64_t now_ms;
};

/* 1234567 as "1,234,567" (en) or "1.234.567" (es, tr). */
struct str locale_number(struct pool *pool, const struct locale *locale, int64_t n);
/* 0.54 with two digits as "0.54" (en) or "0,54" (es, tr). */
struct str locale_decimal(struct pool *pool, const struct locale *locale, double value, int digits);
/* The words as a sentence begins: with a capital, after the rules of the language. */
struct str locale_sentence(struct pool *pool, const struct locale *locale, struct str words);
/* "10:00" today, "21 Nov, 10:00" this year, "21 Nov 2025" before; in the person's time zone. */
struct str locale_time(struct pool *pool, const struct locale *locale, int64_t wall_ms);
/* "10:00", whatever the day. */
struct str locale_clock(struct pool *pool, const struct locale *locale, int64_t wall_ms);
/* A day as a heading: "Today", "Yesterday", "Friday, 20 November", with the year when it is another. */
struct str locale_day(struct pool *pool, const struct locale *locale, int64_t wall_ms);
/* As short as a list needs it: "10:00" today, "Yesterday", "Fri" within a week, "20 Nov" this year, "20 Nov 2025". */
struct str locale_brief(struct pool *pool, const struct locale *locale, int64_t wall_ms);
/* Whether both are on the same day where the person is. */
bool locale_same_day(const struct locale *locale, int64_t a_ms, int64_t b_ms);
/* "20 Nov 2026" */
struct str locale_date(struct pool *pool, const struct locale *locale, int64_t wall_ms);
/* "21 Nov" this year, "21 Nov 2025" before. */
struct str locale_short_date(struct pool *pool, const struct locale *locale, int64_t wall_ms);
/* "now", "3 min", "5 h", "2 d". */
struct str locale_ago(struct pool *pool, const struct locale *locale, int64_t wall_ms);
/* Writes the member `key`: {"iso", "text", "ago"}. */
void locale_write_time(struct json_writer *w, const char *key, const struct locale *locale, int64_t wall_ms);
/* The same with a text of one's own: {"iso", "text"}. */
void locale_write_time_as(struct json_writer *w, const char *key, int64_t wall_ms, struct str text);

#endif
