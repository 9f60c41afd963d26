/*
 * sim-channels.h - the business numbers that exist at the platform, with their credentials.
 *
 * A channel is counted: replacing or forgetting one leaves it to those who still use it. The table is used under the
 * simulator's lock.
 */
#ifndef DESKBELL_SIMULATOR_SIM_CHANNELS_H
#define DESKBELL_SIMULATOR_SIM_CHANNELS_H

#include <stdatomic.h>

#include "core/json/json.h"
#include "core/secret.h"

struct channel {
	atomic_int users;
	char *phone_number_id, *business_account_id, *app_id;
	char *display_phone_number, *verified_name;
	char *webhook_url;
	char *override_url; /* NULL: none; set through subscribed_apps */
	struct secret *access_token, *app_secret, *verify_token;
	char *fields; /* of the app's webhook, with commas; "": it has none; NULL: all */
	bool subscribed;
};

struct channels {
	struct channel **list; /* in order of addition */
	size_t n, capacity;
};

struct channel *channel_keep(struct channel *channel);
void channel_drop(struct channel *channel); /* NULL is allowed */
/* Where its webhooks go. */
const char *channel_callback(const struct channel *channel);

/* Adds or replaces the channel that the JSON object describes. ERR_INVALID with words that hold no secret. */
enum err channels_put(struct channels *channels, const struct json *description, struct explain *why) MUST_CHECK;
struct channel *sim_channels_find(const struct channels *channels, struct str phone_number_id);
/* The first channel with this token. */
struct channel *channels_find_token(const struct channels *channels, struct str token);
struct channel *channels_find_account(const struct channels *channels, struct str business_account_id);
/* Sets the subscription of every number of the account; `override_url` NULL means the app's own address. */
void channels_subscribe(
	struct channels *channels, struct str business_account_id, bool subscribed, const char *override_url);
/* Sets the webhook fields of every number of the app. */
void channels_set_fields(struct channels *channels, struct str app_id, const char *fields);
void channels_forget(struct channels *channels);
void channels_write(struct json_writer *w, struct pool *pool, const struct channels *channels);

#endif
