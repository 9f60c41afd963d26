/*
 * handoff-message.c - what a customer is told when a person takes over.
 *
 * Outside of the working hours, and on days on which the business is closed, the handoff message is followed by a text
 * that says so. Working hours that cannot be read count as none: then no contact is told that the shop is shut. Reads
 * the time zone's file, nothing else.
 */
#include "answer/handoff-message.h"

#include "domain/hours/closures.h"
#include "domain/hours/zone.h"

struct str handoff_message_away(struct pool *pool, const struct speaker *speaker, int64_t now_s)
{
	const struct settings *settings = speaker->settings;
	struct working_hours hours;
	struct closures closures;
	if (!working_hours_parse(settings->working_hours, &hours) || hours.n == 0)
		return STR_NONE;
	if (!closures_parse(settings->closures, settings->openings, &closures))
		closures.n_closures = closures.n_openings = 0;
	const struct zone *zone = zone_load(pool, settings->time_zone);
	if (closures_open_at(&hours, &closures, now_s + zone_offset_s(zone, (time_t)now_s)))
		return STR_NONE;
	return wording_text(pool, speaker, WORDING_AWAY);
}

struct str handoff_message_text(struct pool *pool, const struct speaker *speaker, int64_t now_s)
{
	return wording_join(
		pool, wording_text(pool, speaker, WORDING_HANDOVER), handoff_message_away(pool, speaker, now_s));
}
