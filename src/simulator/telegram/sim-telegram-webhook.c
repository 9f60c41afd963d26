/*
 * sim-telegram-webhook.c - setWebhook with its rules, deleteWebhook, getWebhookInfo.
 *
 * Real Telegram takes https on four ports only; with the behaviour's telegram_http it also takes http, so that a test
 * needs no certificate. Source: "Bot API", setWebhook, WebhookInfo.
 */
#include "simulator/state/sim-memory.h"
#include "simulator/telegram/sim-telegram.h"

static bool port_is_allowed(struct str url)
{
	static const char *const ports[] = { "80", "88", "443", "8443" };
	struct str rest = { url.p + 8, url.n - 8 }, host = str_take_until(&rest, '/');
	ptrdiff_t colon = str_find_char(host, ':');

	if (colon < 0)
		return true;
	for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); i++)
		if (str_equal((struct str){ host.p + colon + 1, host.n - (size_t)colon - 1 }, str_of(ports[i])))
			return true;
	return false;
}

static bool check_url(struct telegram_call *call, struct str url)
{
	bool any = call->sim->behaviour.telegram_http;

	if (any && str_has_prefix(url, STR("http://")))
		return true;
	if (!str_has_prefix(url, STR("https://")))
		return telegram_refuse(call, "bad webhook: An HTTPS URL must be provided for webhook");
	if (!any && !port_is_allowed(url))
		return telegram_refuse(call, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
	return true;
}

static bool check_secret(struct telegram_call *call, struct str secret)
{
	if (secret.n > 256)
		return telegram_refuse(call, "secret token is too long");
	for (size_t i = 0; i < secret.n; i++)
		if (!((secret.p[i] >= '0' && secret.p[i] <= '9') || (secret.p[i] >= 'a' && secret.p[i] <= 'z')
			    || (secret.p[i] >= 'A' && secret.p[i] <= 'Z') || strchr("_-", secret.p[i])))
			return telegram_refuse(call, "secret token contains unallowed characters");
	return true;
}

/* A list that is left out keeps what there was; an empty one means the usual kinds. */
static bool take_updates(struct telegram_call *call)
{
	const struct json *list = json_get(call->ex->json, "allowed_updates");
	struct bot *bot = call->bot;

	if (!list)
		return true;
	if (json_kind(list) != JSON_ARRAY || json_length(list) > BOT_UPDATES_MAX)
		return telegram_refuse(call, "can't parse allowed updates JSON object");
	for (unsigned i = 0; i < bot->n_allowed; i++)
		free(bot->allowed[i]);
	bot->n_allowed = 0;
	for (size_t i = 0; i < json_length(list); i++)
		bot->allowed[bot->n_allowed++] = memory_copy(json_str(json_at(list, i)));
	for (unsigned i = 0; i < bot->n_allowed; i++)
		if (!bot->allowed[i])
			bot->allowed[i] = memory_copy(STR(""));
	return true;
}

void telegram_set_webhook(struct telegram_call *call)
{
	struct str url = telegram_text(call, "url"), secret = telegram_text(call, "secret_token");
	int64_t connections = 40;

	if (str_is_empty(url)) {
		telegram_delete_webhook(call);
		return;
	}
	if (!check_url(call, url) || !check_secret(call, secret))
		return;
	if (json_get(call->ex->json, "max_connections")
		&& (!json_i64(json_get(call->ex->json, "max_connections"), &connections) || connections < 1
			|| connections > 100)) {
		telegram_refuse(call, "max_connections must be from 1 to 100");
		return;
	}
	if (!take_updates(call))
		return;
	call->bot->max_connections = connections;
	bot_set_webhook(call->bot, url, secret);
	telegram_succeed_true(call, "Webhook was set");
}

void telegram_delete_webhook(struct telegram_call *call)
{
	bool was_set = call->bot->url;

	bot_set_webhook(call->bot, STR_NONE, STR_NONE);
	telegram_succeed_true(call, was_set ? "Webhook was deleted" : "Webhook is already deleted");
}

void telegram_get_webhook_info(struct telegram_call *call)
{
	const struct bot *bot = call->bot;
	struct json_writer w;

	telegram_begin_result(call, &w);
	json_begin_object(&w);
	json_member_str(&w, "url", str_of(bot->url ? bot->url : ""));
	json_member_bool(&w, "has_custom_certificate", false);
	json_member_i64(&w, "pending_update_count", bot->pending);
	if (bot->last_error) {
		json_member_i64(&w, "last_error_date", bot->last_error_s);
		json_member_str(&w, "last_error_message", str_of(bot->last_error));
	}
	if (bot->url)
		json_member_i64(&w, "max_connections", bot->max_connections);
	if (bot->n_allowed) {
		json_key(&w, "allowed_updates");
		json_begin_array(&w);
		for (unsigned i = 0; i < bot->n_allowed; i++)
			json_write_str(&w, str_of(bot->allowed[i]));
		json_end_array(&w);
	}
	json_end_object(&w);
	telegram_succeed(call, &w);
}
