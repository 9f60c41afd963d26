/*
 * webhook.c - webhook.fcgi: receives what the platforms deliver. FastCGI, or plain CGI when started as such.
 *
 * Stores and acknowledges, nothing else; never calls a remote API. Exit status by sysexits when the configuration is
 * wrong.
 */
#include "core/clock.h"
#include "core/log.h"
#include "web/app.h"
#include "web/attempts.h"
#include "web/channel-cache.h"
#include "web/fcgi.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void usage(FILE *to)
{
	fputs("usage: webhook.fcgi [--config FILE]\n\n"
	      "Receives webhooks of WhatsApp and Telegram. Started by a web server, as FastCGI or plain CGI; see "
	      "deskbell.conf(5).\n\n"
	      "  --config FILE   configuration (default: $DESKBELL_CONF, then " SYSCONFDIR "/deskbell/deskbell.conf)\n"
	      "  --help, --version\n",
		to);
}

static const char *parse_arguments(int argc, char **argv)
{
	static const struct option options[] = { { "config", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'v' }, { 0 } };
	const char *config = NULL;
	int c;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'c') {
			config = optarg;
		} else if (c == 'v') {
			puts("webhook.fcgi (Deskbell) " PACKAGE_VERSION);
			exit(0);
		} else {
			usage(c == 'h' ? stdout : stderr);
			exit(c == 'h' ? 0 : err_info(ERR_USAGE)->exit_status);
		}
	}
	return config;
}

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
	const char *config = parse_arguments(argc, argv);
	if (conf_load(pool, config, SYSCONFDIR "/deskbell/deskbell.conf", &conf, &why) != ERR_OK)
		fatal(ERR_CONFIG, "%s", why.text);
	log_open("webhook", conf.log_file, conf.log_level);
	if (crypt_keys_load(conf.key_file, &keys, &why) != ERR_OK)
		fatal(ERR_CONFIG, "%s", why.text);
	sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT }, NULL);
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);

	/* One connection more than leaders, so that a look-up does not wait for a commit. */
	bool cgi = fcgi_is_cgi();
	struct app app = { .conf = &conf, .keys = keys, .own_path = argv[0] };
	app.db = db_pool_new(&conf, "deskbell-webhook", cgi ? 1 : (int)conf.webhook_connections + 1);
	app.intake = intake_new(&conf, app.db, cgi ? 1 : (int)conf.webhook_connections);
	app.channels = channel_cache_new(app.db, keys);
	app.attempts = attempt_log_new(app.db);
	pthread_mutex_init(&app.large, NULL);
	fcgi_run(&(struct fcgi_options){ .threads = (int)conf.webhook_threads,
		.read_timeout_s = (int)conf.webhook_read_timeout_s,
		.serve = serve,
		.app = &app });
	if (!cgi)
		_exit(0); /* the workers still wait in accept and use all of this */
	attempt_log_free(app.attempts);
	channel_cache_free(app.channels);
	intake_free(app.intake);
	db_pool_free(app.db);
	crypt_keys_free(keys);
	pool_free(pool);
	return 0;
}
