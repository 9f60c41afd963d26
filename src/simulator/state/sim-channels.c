/*
 * sim-channels.c - the registered business numbers.
 *
 * Owns the credentials; they arrive through POST /control/channels only and leave as signatures and comparisons, never
 * as text: what is shown is redacted. Fails with words for a person when a description lacks something.
 */
#include "simulator/state/sim-channels.h"

#include "core/crypto/crypt.h"
#include "simulator/state/sim-memory.h"

struct channel *channel_keep(struct channel *channel)
{
	channel->users++;
	return channel;
}

void channel_drop(struct channel *channel)
{
	if (!channel || --channel->users)
		return;
	free(channel->phone_number_id);
	free(channel->business_account_id);
	free(channel->app_id);
	free(channel->display_phone_number);
	free(channel->verified_name);
	free(channel->webhook_url);
	free(channel->override_url);
	free(channel->fields);
	secret_free(channel->access_token);
	secret_free(channel->app_secret);
	secret_free(channel->verify_token);
	free(channel);
}

const char *channel_callback(const struct channel *channel)
{
	return channel->override_url ? channel->override_url : channel->webhook_url;
}

static bool sim_channels_is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && s.n <= 20;
}

static bool sim_channels_is_url(struct str s)
{
	return (str_has_prefix(s, STR("http://")) || str_has_prefix(s, STR("https://"))) && s.n < 2000;
}

static enum err check_description(const struct json *d, struct explain *why)
{
	static const char *const required[] = { "permanent_access_token", "app_secret", "verify_token" };

	if (json_kind(d) != JSON_OBJECT)
		return explain(why, ERR_INVALID, "the body is not a JSON object");
	if (!sim_channels_is_id(json_str(json_get(d, "phone_number_id"))))
		return explain(why, ERR_INVALID, "phone_number_id is not a string of digits");
	if (!sim_channels_is_id(json_str(json_get(d, "business_account_id"))))
		return explain(why, ERR_INVALID, "business_account_id is not a string of digits");
	for (size_t i = 0; i < sizeof(required) / sizeof(*required); i++)
		if (str_is_empty(json_str(json_get(d, required[i]))))
			return explain(why, ERR_INVALID, "%s is missing", required[i]);
	if (!sim_channels_is_url(json_str(json_get(d, "webhook_url"))))
		return explain(why, ERR_INVALID, "webhook_url is not an http(s) address");
	return ERR_OK;
}

static char *sim_channels_copy_or(const struct json *d, const char *key, const char *fallback)
{
	struct str s = json_str(json_get(d, key));

	return memory_copy(str_is_empty(s) ? str_of(fallback) : s);
}

static struct channel *channel_new(const struct json *d)
{
	struct channel *channel = memory_new(sizeof(*channel));

	channel->users = 1;
	channel->phone_number_id = sim_channels_copy_or(d, "phone_number_id", "");
	channel->business_account_id = sim_channels_copy_or(d, "business_account_id", "");
	channel->app_id = sim_channels_copy_or(d, "app_id", "634974688087057");
	channel->display_phone_number = sim_channels_copy_or(d, "display_phone_number", "15550783881");
	channel->verified_name = sim_channels_copy_or(d, "verified_name", "Demo Shop");
	channel->webhook_url = sim_channels_copy_or(d, "webhook_url", "");
	channel->access_token = secret_new(json_str(json_get(d, "permanent_access_token")));
	channel->app_secret = secret_new(json_str(json_get(d, "app_secret")));
	channel->verify_token = secret_new(json_str(json_get(d, "verify_token")));
	channel->subscribed = json_bool(json_get(d, "subscribed"), true);
	channel->fields = json_get(d, "fields") ? sim_channels_copy_or(d, "fields", "") : NULL;
	return channel;
}

static ptrdiff_t find_index(const struct channels *channels, struct str phone_number_id)
{
	for (size_t i = 0; i < channels->n; i++)
		if (str_equal(str_of(channels->list[i]->phone_number_id), phone_number_id))
			return (ptrdiff_t)i;
	return -1;
}

enum err channels_put(struct channels *channels, const struct json *description, struct explain *why)
{
	enum err err = check_description(description, why);
	struct channel *channel;
	ptrdiff_t i;

	if (err != ERR_OK)
		return err;
	channel = channel_new(description);
	i = find_index(channels, str_of(channel->phone_number_id));
	if (i >= 0) {
		channel_drop(channels->list[i]);
		channels->list[i] = channel;
		return ERR_OK;
	}
	if (channels->n == channels->capacity) {
		channels->capacity = channels->capacity ? channels->capacity * 2 : 16;
		channels->list = memory_grow(channels->list, channels->capacity * sizeof(struct channel *));
	}
	channels->list[channels->n++] = channel;
	return ERR_OK;
}

struct channel *sim_channels_find(const struct channels *channels, struct str phone_number_id)
{
	ptrdiff_t i = find_index(channels, phone_number_id);

	return i < 0 ? NULL : channels->list[i];
}

struct channel *channels_find_token(const struct channels *channels, struct str token)
{
	for (size_t i = 0; i < channels->n; i++)
		if (crypt_equal(secret_bytes(channels->list[i]->access_token), token))
			return channels->list[i];
	return NULL;
}

struct channel *channels_find_account(const struct channels *channels, struct str business_account_id)
{
	for (size_t i = 0; i < channels->n; i++)
		if (str_equal(str_of(channels->list[i]->business_account_id), business_account_id))
			return channels->list[i];
	return NULL;
}

void channels_subscribe(
	struct channels *channels, struct str business_account_id, bool subscribed, const char *override_url)
{
	for (size_t i = 0; i < channels->n; i++) {
		struct channel *channel = channels->list[i];

		if (!str_equal(str_of(channel->business_account_id), business_account_id))
			continue;
		channel->subscribed = subscribed;
		free(channel->override_url);
		channel->override_url = memory_copy(str_of(override_url));
	}
}

void channels_set_fields(struct channels *channels, struct str app_id, const char *fields)
{
	for (size_t i = 0; i < channels->n; i++) {
		struct channel *channel = channels->list[i];

		if (!str_equal(str_of(channel->app_id), app_id))
			continue;
		free(channel->fields);
		channel->fields = memory_copy(str_of(fields));
	}
}

void channels_forget(struct channels *channels)
{
	for (size_t i = 0; i < channels->n; i++)
		channel_drop(channels->list[i]);
	free(channels->list);
	*channels = (struct channels){ NULL, 0, 0 };
}

static void channel_write(struct json_writer *w, struct pool *pool, const struct channel *channel)
{
	json_begin_object(w);
	json_member_str(w, "phone_number_id", str_of(channel->phone_number_id));
	json_member_str(w, "business_account_id", str_of(channel->business_account_id));
	json_member_str(w, "app_id", str_of(channel->app_id));
	json_member_str(w, "display_phone_number", str_of(channel->display_phone_number));
	json_member_str(w, "verified_name", str_of(channel->verified_name));
	json_member_str(w, "webhook_url", str_of(channel->webhook_url));
	json_member_str(w, "override_url", str_of(channel->override_url));
	json_member_str(w, "permanent_access_token", secret_redacted(pool, channel->access_token));
	json_member_str(w, "app_secret", secret_redacted(pool, channel->app_secret));
	json_member_str(w, "verify_token", secret_redacted(pool, channel->verify_token));
	json_member_bool(w, "subscribed", channel->subscribed);
	json_end_object(w);
}

void channels_write(struct json_writer *w, struct pool *pool, const struct channels *channels)
{
	json_begin_array(w);
	for (size_t i = 0; i < channels->n; i++)
		channel_write(w, pool, channels->list[i]);
	json_end_array(w);
}
