/*
 * web-cron.c - GET /api/webhooks/cron?key=...: a web-cron service starts the sender, where a host has no cron of its
 * own.
 *
 * The key is the content of webcron.key_file, compared in constant time; without that setting the address does not
 * exist. Starting a sender that runs already does nothing.
 */
#include "webhook/receiver.h"

#include "core/log.h"
#include "domain/work/autostart.h"

static void web_cron_autostart(void *arg)
{
	struct app *app = arg;
	autostart_sender(app->conf, app->own_path, AUTOSTART_NOW);
}

void web_cron_get(struct app *app, struct request *request, struct str body, struct response *response)
{
	struct secret *key;
	struct explain why;
	struct str given = request_query(request, "key");
	(void)body;
	if (!*app->conf->webcron_key_file) {
		respond_text(response, 404, STR("no such address\n"));
		return;
	}
	if (secret_load(app->conf->webcron_key_file, 256, &key, &why) != ERR_OK) {
		LOG_LIMITED(LOG_LEVEL_ERROR, "webcron.key", F_CSTR("reason", why.text));
		respond_error(response, ERR_CONFIG);
		return;
	}
	bool right = secret_bytes(key).n >= 16 && crypt_equal(secret_bytes(key), given);
	secret_free(key);
	if (!right) {
		LOG_LIMITED(LOG_LEVEL_WARN, "webcron.refused", F_STR("remote", request->remote_address));
		respond_error(response, ERR_DENIED);
		return;
	}
	respond_text(response, 200, STR("the sender is started\n"));
	response->after = web_cron_autostart;
	response->after_arg = app;
}
