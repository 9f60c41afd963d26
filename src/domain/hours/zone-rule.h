/*
 * zone-rule.h - the rule by which a time zone changes its clocks every year, as a TZif file's footer writes it.
 */
#ifndef DESKBELL_DOMAIN_ZONE_RULE_H
#define DESKBELL_DOMAIN_ZONE_RULE_H

#include "core/str.h"

#include <stdint.h>

/* A day of every year and a time on it, which may lie on another day. */
struct zone_rule_change {
	enum { ZONE_DAY_OF_MONTH, ZONE_DAY_WITHOUT_LEAP, ZONE_DAY_FROM_ZERO } kind; /* Mm.w.d, Jn, n */
	int month, week, weekday; /* of Mm.w.d: 1-12, 1-5 (5: the last), 0-6 (0: Sunday) */
	int day;                  /* of Jn: 1-365, 29 February not counted; of n: 0-365 */
	int64_t time_s;           /* on the clock that counts until then */
};

struct zone_rule {
	int64_t standard_s, daylight_s; /* to add to UTC */
	bool has_daylight;
	struct zone_rule_change start, end; /* of daylight saving time */
};

/* Reads "CET-1CEST,M3.5.0,M10.5.0/3" (RFC 8536 section 3.3; POSIX.1-2017, section 8.3, "TZ"). False when the text is
 * not one, or names daylight saving time without its days. */
bool zone_rule_parse(struct str text, struct zone_rule *out);
/* Seconds to add to UTC at that moment. */
int64_t zone_rule_offset_s(const struct zone_rule *rule, int64_t at);

#endif
