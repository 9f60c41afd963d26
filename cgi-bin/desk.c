/*
 * desk.c - desk.fcgi: the pages for the people who answer. FastCGI, or plain CGI when started as such.
 *
 * Logs in to the database as desk.database_url says, a role that sees one organisation at a time where the host lets
 * roles be made. Exit status by sysexits when the configuration is wrong.
 */
#include "desk/install/install.h"
#include "http/fcgi.h"
#include "http/start.h"

#include <unistd.h>

static const struct web_program program = { .name = "desk.fcgi",
	.log_name = "desk",
	.purpose = "The desk's pages.",
	.conf_path = SYSCONFDIR "/deskbell/deskbell.conf",
	.print_routes = desk_routes_print };

int main(int argc, char **argv)
{
	struct pool *pool = pool_new();
	struct conf conf;
	const char *missing = web_start(&program, argc, argv, pool, &conf);
	if (missing) {
		struct install install = { .desk = desk_new(pool, &conf, argv[0], 1), .conf_path = missing };
		web_run_unready(missing, &conf, install_serve, &install);
		return 0;
	}
	const char *owner_url = conf.database_url;
	if (*conf.desk_database_url)
		conf.database_url = conf.desk_database_url;

	bool cgi = fcgi_is_cgi();
	struct desk *desk = desk_new(pool, &conf, argv[0], cgi ? 1 : (int)conf.desk_connections);
	desk->owner_url = owner_url;
	if (!cgi)
		db_pool_need(desk->db);
	fcgi_run(&(struct fcgi_options){ .threads = (int)conf.desk_threads,
		.read_timeout_s = (int)conf.desk_read_timeout_s,
		.serve = desk_serve,
		.app = desk });
	if (!cgi)
		_exit(0); /* the workers still wait in accept and use all of this */
	desk_free(desk);
	pool_free(pool);
	return 0;
}
