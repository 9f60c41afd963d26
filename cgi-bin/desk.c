/*
 * desk.c - desk.fcgi: the pages for the people who answer. FastCGI, or plain CGI when started as such.
 *
 * Logs in to the database as desk.database_url says, a role that sees one organisation at a time where the host lets
 * roles be made. Exit status by sysexits when the configuration is wrong.
 */
#include "core/log.h"
#include "web/desk.h"
#include "web/fcgi.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void usage(FILE *to)
{
	fputs("usage: desk.fcgi [--config FILE]\n\n"
	      "The desk's pages. Started by a web server, as FastCGI or plain CGI; see deskbell.conf(5).\n\n"
	      "  --config FILE   configuration (default: $DESKBELL_CONF, then " SYSCONFDIR "/deskbell/deskbell.conf)\n"
	      "  --routes        print every address with who may call it, as JSON\n"
	      "  --help, --version\n",
		to);
}

static const char *parse_arguments(int argc, char **argv)
{
	static const struct option options[] = { { "config", required_argument, NULL, 'c' },
		{ "routes", no_argument, NULL, 'r' }, { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' }, { 0 } };
	const char *config = NULL;
	int c;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'c') {
			config = optarg;
		} else if (c == 'r') {
			desk_routes_print(stdout);
			exit(0);
		} else if (c == 'v') {
			puts("desk.fcgi (Deskbell) " PACKAGE_VERSION);
			exit(0);
		} else {
			usage(c == 'h' ? stdout : stderr);
			exit(c == 'h' ? 0 : err_info(ERR_USAGE)->exit_status);
		}
	}
	return config;
}

int main(int argc, char **argv)
{
	struct pool *pool = pool_new();
	struct conf conf;
	struct explain why;
	const char *config = parse_arguments(argc, argv);
	if (conf_load(pool, config, SYSCONFDIR "/deskbell/deskbell.conf", &conf, &why) != ERR_OK)
		fatal(ERR_CONFIG, "%s", why.text);
	log_open("desk", conf.log_file, conf.log_level);
	sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT }, NULL);
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	if (*conf.desk_database_url)
		conf.database_url = conf.desk_database_url;

	bool cgi = fcgi_is_cgi();
	struct desk *desk = desk_new(pool, &conf, argv[0], cgi ? 1 : (int)conf.desk_connections);
	fcgi_run(&(struct fcgi_options){ .threads = (int)conf.desk_threads,
		.read_timeout_s = (int)conf.webhook_read_timeout_s,
		.serve = desk_serve,
		.app = desk });
	if (!cgi)
		_exit(0); /* the workers still wait in accept and use all of this */
	desk_free(desk);
	pool_free(pool);
	return 0;
}
