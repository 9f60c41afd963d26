/*
 * channel-page.h - what the pages of one channel share.
 */
#ifndef DESKBELL_DESK_PAGES_SETTINGS_CHANNEL_PAGE_H
#define DESKBELL_DESK_PAGES_SETTINGS_CHANNEL_PAGE_H

#include "channel/channel.h"
#include "desk/desk.h"

/* A channel of the organisation as it is stored. */
struct channel_view {
	const struct channel_ops *ops;
	bool connected;
	struct channel channel; /* opened as far as the keys allow */
	bool sealed;            /* its secrets do not open */
	bool claimed;           /* the platform does not say that it is the organisation's */
	struct str status, reason, health;
	int64_t health_at;
	struct sql_channel_attempts_rows attempts;
	int64_t stray_at;  /* when a verification with an unknown token came, in ms; 0: lately none */
	bool asks_odd;     /* a value looks like none that the platform gives */
	bool asks_replace; /* another number or bot is to take the place of the one that is connected */
};

/* The channel that the path names. ERR_NOT_FOUND for a platform that there is not. */
enum err channel_view_load(struct desk_request *v, struct channel_view *out) MUST_CHECK;
/* The number or name by which people know it; its id where there is neither. */
struct str channel_view_address(const struct channel_view *view);
/* "/settings/channels/whatsapp", with `more` behind it. */
const char *channel_page_path(struct desk_request *v, const struct channel_ops *ops, const char *more);
/* The page; `form` NULL: as it is stored. */
enum err channel_page_show(
	struct desk_request *v, const struct channel_view *view, const struct form *form, int status) MUST_CHECK;
/* {"verified", "pending", "broken", "absent"}, of which one is true. */
void channel_state_write(struct json_writer *w, bool connected, struct str status);
/* Keeps what a check found. */
enum err channel_health_keep(
	struct desk_request *v, int64_t channel_id, const struct check_finding *findings) MUST_CHECK;

#endif
