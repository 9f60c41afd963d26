/*
 * locale.h - numbers and times as people write them, in the desk's languages.
 */
#ifndef DESKBELL_WEB_LOCALE_H
#define DESKBELL_WEB_LOCALE_H

#include "core/json.h"
#include "core/pool.h"
#include "web/translation.h"
#include "domain/zone.h"

/* How one person reads: language, and where the clock stands. */
struct locale {
	const char *language; /* of translation_languages */
	const struct translation *translation;
	const struct zone *zone; /* NULL: UTC */
	int64_t now_ms;
};

/* 1234567 as "1,234,567" (en) or "1.234.567" (es, tr). */
struct str locale_number(struct pool *pool, const struct locale *locale, int64_t n);
/* "10:00" today, "21 Nov, 10:00" this year, "21 Nov 2025" before; in the person's time zone. */
struct str locale_time(struct pool *pool, const struct locale *locale, int64_t wall_ms);
/* "now", "3 min", "5 h", "2 d". */
struct str locale_ago(struct pool *pool, const struct locale *locale, int64_t wall_ms);
/* Writes the member `key`: {"iso", "text", "ago"}. */
void locale_write_time(struct json_writer *w, const char *key, const struct locale *locale, int64_t wall_ms);

#endif
