/*
 * telegram-delivery.c - POST /api/webhooks/telegram/{channel}: updates of the Bot API.
 *
 * The channel is found by the opaque end of its address; nothing of a delivery is believed before the secret that
 * Telegram was told at setWebhook has come back in the header. Commit first, then 200: anything else is delivered again
 * for up to a day. Never calls a remote API. Source: Telegram, "Bot API": setWebhook (secret_token).
 */
#include "webhook/receiver.h"

#include "channel/telegram/telegram.h"
#include "webhook/channel-cache.h"
#include "webhook/webhook-delivery.h"
#include "core/text/reason.h"

#define ID_BYTES_MAX 64

static bool telegram_delivery_is_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] <= 0x20 || id.p[i] == 0x7f)
			return false;
	return id.n > 0 && id.n <= ID_BYTES_MAX && str_is_utf8(id);
}

/* The channel of the address; NULL when there is none. */
static enum err telegram_delivery_find(
	struct app *app, struct request *request, struct str id, const struct channel **out)
{
	struct channel_set set = { NULL, 0 };
	*out = NULL;
	if (!telegram_delivery_is_id(id))
		return ERR_OK;
	enum err e = channel_cache_find(app->channels, request->pool, telegram_channel.platform, STR_NONE, id, &set);
	if (e == ERR_OK && set.n == 1)
		*out = &set.channels[0];
	return e;
}

static const char *telegram_delivery_refusal_of(const struct channel *channel, struct str secret)
{
	if (!channel)
		return CODE(webhook_id_unknown);
	if (!secret.p)
		return CODE(webhook_secret_missing);
	if (!channel->secret[TELEGRAM_SECRET] || !crypt_equal(secret_bytes(channel->secret[TELEGRAM_SECRET]), secret))
		return CODE(webhook_secret_wrong);
	return NULL;
}

void telegram_webhook_post(struct app *app, struct request *request, struct str body, struct response *response)
{
	struct webhook_delivery r;
	const struct json *update;
	const struct channel *channel;
	struct explain why;
	webhook_delivery_init(&r, app, request, telegram_channel.platform);
	enum err e = telegram_delivery_find(app, request, route_rest(request), &channel);
	if (e != ERR_OK) {
		respond_error(response, e);
		return;
	}
	const char *refusal =
		telegram_delivery_refusal_of(channel, request_header(request, "HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN"));
	if (refusal) {
		webhook_delivery_refuse(&r, channel, refusal);
		respond_error(response, ERR_DENIED);
		return;
	}
	if (str_is_empty(body)) {
		webhook_delivery_refuse(&r, channel, CODE(webhook_empty));
		respond_error(response, ERR_INVALID);
		return;
	}
	if (!webhook_delivery_begin_parsing(&r, channel, body, response))
		return;
	if (json_parse(request->pool, body, &update, &why) == ERR_OK && json_kind(update) == JSON_OBJECT)
		channel->ops->normalise(request->pool, channel, update, &r.items);
	else
		webhook_delivery_keep_unreadable(&r, channel, body, CODE(item_body_no_object));
	webhook_delivery_verify(&r, channel);
	webhook_delivery_store(&r, response);
	webhook_delivery_end_parsing(&r);
}
