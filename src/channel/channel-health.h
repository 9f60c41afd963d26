/*
 * channel-health.h - what a check found, as it is kept with the channel.
 */
#ifndef DESKBELL_CHANNEL_CHANNEL_HEALTH_H
#define DESKBELL_CHANNEL_CHANNEL_HEALTH_H

#include "channel/channel.h"

/* Whether the channel can work: nothing is wrong, though there may be warnings. */
bool channel_health_is_good(const struct check_finding *findings);
/* Writes the object that channel_save_health stores. */
void channel_health_write(struct json_writer *w, int64_t channel_id, const struct check_finding *findings);

#endif
