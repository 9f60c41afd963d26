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
#include "core/process/libraries.h"
#include "core/net/http-client.h"
#include "core/process/place.h"
#include "core/process/process.h"
#include "core/log.h"
#include "http/fcgi.h"

#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

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

static const char *start_conf_path(const struct web_program *program, struct pool *pool)
{
	const char *named = getenv("DESKBELL_CONF");
	return named && *named ? pool_cstr(pool, str_of(named)) : place_conf(pool, program->conf_path);
}

struct unready {
	void (*serve)(void *app, struct request *request, struct response *response);
	void *app;
	const char *conf_path;
	atomic_bool is_ready;
};

static void unready_look(void *arg)
{
	struct unready *unready = arg;
	if (access(unready->conf_path, F_OK) != 0)
		return;
	atomic_store(&unready->is_ready, true);
	kill(getpid(), SIGTERM);
}

static void unready_serve(void *arg, struct request *request, struct response *response)
{
	struct unready *unready = arg;
	if (unready->serve)
		unready->serve(unready->app, request, response);
	else
		respond_text(response, 503,
			STR("Deskbell is not set up yet. Open this host's address in a browser, or run 'deskbellctl "
			    "init' on the server.\n"));
	response->after = unready_look;
	response->after_arg = unready;
}

/* The same process with the configuration: the socket stays, so that no request meets a program that is ending. */
static void unready_restart(const char *conf_path)
{
	struct pool *pool = pool_new();
	const char *program = place_program(pool);
	sigset_t none;
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
	setenv("DESKBELL_CONF", conf_path, 1);
	execv(program, (char *[]){ pool_cstr(pool, str_of(program)), NULL });
	LOG_ERROR("web.start_again", F_CSTR("program", program), F_CSTR("reason", strerror(errno)));
}

void web_run_unready(const char *missing, const struct conf *conf,
	void (*serve)(void *app, struct request *request, struct response *response), void *app)
{
	struct unready unready = { serve, app, missing };
	LOG_WARN("web.not_set_up", F_CSTR("file", missing));
	fcgi_run(&(struct fcgi_options){ .threads = 2,
		.read_timeout_s = (int)conf->desk_read_timeout_s,
		.serve = unready_serve,
		.app = &unready });
	if (fcgi_is_cgi())
		return;
	if (atomic_load(&unready.is_ready))
		unready_restart(missing);
	_exit(0); /* the workers still wait in accept */
}

/* To a web server that starts a program for each request, its end is a bare 500. */
static NORETURN void refuse_to_serve(bool cgi, const char *reason)
{
	if (cgi)
		fputs("Status: 503 Service Unavailable\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n\r\n"
		      "Deskbell's configuration cannot be used. The web server's error log has the reason; "
		      "'deskbellctl "
		      "doctor' shows it, too.\n",
			stdout);
	fatal(ERR_CONFIG, "%s", reason);
}

const char *web_start(const struct web_program *program, int argc, char **argv, struct pool *pool, struct conf *conf)
{
	struct explain why;
	process_protect();
	bool cgi = fcgi_is_cgi();
	if (cgi && !process_is_cgi())
		answer_operator(program, argc, argv);
	fcgi_take_environment();
	const char *path = start_conf_path(program, pool);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		unsetenv("DESKBELL_CONF"); /* a default path may be missing */
	if (conf_load(pool, NULL, path, conf, &why) != ERR_OK)
		refuse_to_serve(cgi, why.text);
	http_client_trust(conf->tls_ca_file);
	log_open(program->log_name, conf->log_file, conf->log_level);
	allowance_share(conf->run_dir);
	libraries_need();
	if (!cgi && argc > 1)
		LOG_WARN("web.arguments_ignored",
			F_CSTR("remedy", "name the configuration file in the environment, as DESKBELL_CONF"));
	sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT }, NULL);
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	return *conf->path || *conf->database_url ? NULL : path;
}
