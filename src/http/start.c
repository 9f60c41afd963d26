/*
 * start.c - how webhook.fcgi and desk.fcgi begin.
 *
 * A web server that starts a program as plain CGI puts the query string on its command line when the query holds no "="
 * (RFC 3875, 4.4; Apache's mod_cgi and mod_cgid do): every client writes our arguments there, through wrapper scripts
 * that pass them on as well. So no argument of a program that serves requests means anything, and none names the
 * configuration. Fails by ending the program, with a status of sysexits.
 */
#include "http/start.h"

#include "config.h"
#include "core/allowance.h"
#include "core/libraries.h"
#include "core/process/process.h"
#include "http/fcgi.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>

static void print_usage(const struct web_program *program, FILE *to)
{
	fprintf(to,
		"usage: %s [--help | --version%s]\n\n"
		"%s A web server starts it, as FastCGI or plain CGI; see deskbell.conf(5).\n\n"
		"The configuration is $DESKBELL_CONF, then %s.\n\n%s"
		"  --help, --version\n",
		program->name, program->print_routes ? " | --routes" : "", program->purpose, program->conf_path,
		program->print_routes ? "  --routes        print every address with who may call it, as JSON\n" : "");
}

static NORETURN void answer_operator(const struct web_program *program, int argc, char **argv)
{
	static const struct option options[] = { { "routes", no_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'v' }, { 0 } };
	int option = getopt_long(argc, argv, "", options, NULL);
	if (option == 'h') {
		print_usage(program, stdout);
	} else if (option == 'v') {
		printf("%s (Deskbell) %s\n", program->name, PACKAGE_VERSION);
	} else if (option == 'r' && program->print_routes) {
		program->print_routes(stdout);
	} else {
		print_usage(program, stderr);
		exit(err_info(ERR_USAGE)->exit_status);
	}
	exit(0);
}

void web_start(const struct web_program *program, int argc, char **argv, struct pool *pool, struct conf *conf)
{
	struct explain why;
	process_protect();
	bool cgi = fcgi_is_cgi();
	if (cgi && !process_is_cgi())
		answer_operator(program, argc, argv);
	fcgi_take_environment();
	if (conf_load(pool, NULL, program->conf_path, conf, &why) != ERR_OK)
		fatal(ERR_CONFIG, "%s", why.text);
	log_open(program->log_name, conf->log_file, conf->log_level);
	allowance_share(conf->run_dir);
	libraries_need();
	if (!cgi && argc > 1)
		LOG_WARN("web.arguments_ignored",
			F_CSTR("remedy", "name the configuration file in the environment, as DESKBELL_CONF"));
	sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT }, NULL);
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
}
