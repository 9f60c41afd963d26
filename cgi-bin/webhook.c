/*
 * webhook.c - webhook.fcgi: receives what the platforms deliver. FastCGI, or plain CGI when started as such.
 *
 * Stores and acknowledges, nothing else; never calls a remote API. Exit status by sysexits when the configuration is
 * wrong.
 */
#include "webhook/receiver.h"
#include "webhook/webhook-log.h"
#include "webhook/channel-cache.h"
#include "http/fcgi.h"
#include "http/start.h"

#include <unistd.h>

static const struct web_program program = { .name = "webhook.fcgi",
	.log_name = "webhook",
	.purpose = "Receives webhooks of WhatsApp and Telegram.",
	.conf_path = SYSCONFDIR "/deskbell/deskbell.conf",
	.print_routes = webhook_routes_print };

static void serve(void *arg, struct request *request, struct response *response)
{
	route_serve(arg, webhook_routes, request, response);
}

int main(int argc, char **argv)
{
	struct pool *pool = pool_new();
	struct conf conf;
	struct explain why;
	struct crypt_keys *keys;
	const char *missing = web_start(&program, argc, argv, pool, &conf);
	if (missing) {
		web_run_unready(missing, &conf, NULL, NULL);
		return 0;
	}
	if (crypt_keys_load(conf.key_file, &keys, &why) != ERR_OK)
		fatal(ERR_CONFIG, "%s", why.text);

	/* One connection more than leaders, so that a look-up does not wait for a commit. */
	bool cgi = fcgi_is_cgi();
	struct app app = { .conf = &conf, .keys = keys, .own_path = argv[0] };
	app.db = db_pool_new(&conf, "deskbell-webhook", cgi ? 1 : (int)conf.webhook_connections + 1);
	if (!cgi)
		db_pool_need(app.db);
	app.intake = intake_new(&conf, app.db, cgi ? 1 : (int)conf.webhook_connections);
	app.channels = channel_cache_new(app.db, keys);
	app.log = webhook_log_new(app.db);
	pthread_mutex_init(&app.large, NULL);
	fcgi_run(&(struct fcgi_options){ .threads = (int)conf.webhook_threads,
		.read_timeout_s = (int)conf.webhook_read_timeout_s,
		.serve = serve,
		.app = &app });
	if (!cgi)
		_exit(0); /* the workers still wait in accept and use all of this */
	webhook_log_free(app.log);
	channel_cache_free(app.channels);
	intake_free(app.intake);
	db_pool_free(app.db);
	crypt_keys_free(keys);
	pool_free(pool);
	return 0;
}
