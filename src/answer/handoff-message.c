/*
 * handoff-message.c - what a customer is told when a person takes over.
 *
 * Outside of the working hours the promise is followed by a text that says so. Working hours that cannot be read count
 * as none: then nobody is told that the shop is shut. Reads the time zone's file, nothing else.
 */
#include "answer/handoff-message.h"

#include "answer/wording.h"
#include "domain/working-hours.h"
#include "domain/zone.h"

struct str promise_away(struct pool *pool, const struct settings *settings, struct str language, int64_t now_s)
{
	struct working_hours hours;
	if (!working_hours_parse(settings->working_hours, &hours) || hours.n == 0)
		return STR_NONE;
	const struct zone *zone = zone_load(pool, settings->time_zone);
	if (working_hours_contain(&hours, now_s + zone_offset_s(zone, (time_t)now_s)))
		return STR_NONE;
	return wording_away(pool, settings->out_of_hours_text, language);
}

struct str promise_words(struct pool *pool, const struct settings *settings, struct str language, int64_t now_s)
{
	struct str words = wording_promise(pool, settings->handover_text, language);
	struct str away = promise_away(pool, settings, language, now_s);
	return away.p ? pool_printf(pool, "%.*s\n\n%.*s", (int)words.n, words.p, (int)away.n, away.p) : words;
}
