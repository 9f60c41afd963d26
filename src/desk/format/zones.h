/*
 * zones.h - the time zones that a form offers while a user types; any other that the system knows is as good.
 */
#ifndef DESKBELL_DESK_FORMAT_ZONES_H
#define DESKBELL_DESK_FORMAT_ZONES_H

#include "core/json/json.h"

/* The member "zones". */
void zones_write(struct json_writer *w);

#endif
