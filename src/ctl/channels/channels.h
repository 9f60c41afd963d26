/*
 * channels.h - what the channel commands share: a channel's row, and how a person names one.
 */
#ifndef DESKBELL_CTL_CHANNELS_H
#define DESKBELL_CTL_CHANNELS_H

#include "channel/channel.h"
#include "ctl/ctl.h"

struct channel_row {
	int64_t id, org;
	struct str org_name, platform, external_id, account_id, config, status, reason, health;
	int64_t health_at, disconnected_at, created_at, updated_at, paused_until; /* ms, 0: never */
	const struct channel_ops *ops; /* NULL: a platform that this program does not know */
};

#define ARG_CHANNEL(required) \
	{ \
		ARG_WORD, "CHANNEL", NULL, required, SHAPE_ID, NULL, \
			"the channel's id ('deskbellctl channel list' shows all)" \
	}

/* The channels of this id, of this organisation, or both; 0: any. There may be none. */
enum err channels_load(struct ctl *ctl, int64_t id, int64_t org, struct channel_row **rows, int *n) MUST_CHECK;
/* The channels that the arguments CHANNEL and --org name, at least one. ERR_NOT_FOUND with words. */
enum err ctl_channels_find(struct ctl *ctl, struct channel_row **rows, int *n) MUST_CHECK;
/* The one that CHANNEL names; it must be connected, and of a known platform. */
enum err channels_find_connected(struct ctl *ctl, struct channel_row *out) MUST_CHECK;
/* The channel with its secrets opened. */
enum err channels_open(struct ctl *ctl, const struct crypt_keys *keys, const struct channel_row *row,
	struct channel *out, struct explain *why) MUST_CHECK;
/* Tells the platform to deliver no more, where it can be told, and wipes the credentials; conversations are kept. */
enum err channels_disconnect(struct ctl *ctl, struct channel_row *row) MUST_CHECK;
/* What a check found: a line each with its next step; or as member `findings`. Nothing when there are none. */
void check_findings_print(struct ctl *ctl, const struct check_finding *findings);
void check_findings_write(struct json_writer *w, const struct check_finding *findings);
/* An object of what channel_health_write stored. */
void check_findings_write_stored(struct json_writer *w, struct str health);
/* "channel 3 (WhatsApp 1065403522, organisation 1 'Salon')". */
struct str channels_words(struct ctl *ctl, const struct channel_row *row);

#endif
