/*
 * zone.h - time zones by name, from the system's files.
 *
 * localtime_r(3) knows one zone for the whole process; here threads answer people in different places at once.
 */
#ifndef DESKBELL_DOMAIN_ZONE_H
#define DESKBELL_DOMAIN_ZONE_H

#include "core/pool.h"

#include <time.h>

struct zone;

/* NULL, which is UTC, when there is no such zone ("Europe/Istanbul"). In the pool. */
const struct zone *zone_load(struct pool *pool, struct str name);
/* The same from the bytes of a file; NULL when they are not a zone. */
const struct zone *zone_parse(struct pool *pool, struct str file);
/* Whether there is such a zone; "UTC" is one. Every place that takes a name asks here, the database nowhere: its list
 * is that of another host. */
bool zone_is_known(struct str name);
/* Seconds to add to UTC at that moment. */
int64_t zone_offset_s(const struct zone *zone, time_t at);

#endif
