/*
 * deskbell-simulator.c - deskbell-simulator: a stand-in for Meta's Graph API, Telegram's Bot API and a language model
 * on one loopback address, with a phone page and faults to order.
 *
 * Owns options, start, pid file and the end by signal. Never takes a secret in its arguments: those arrive through POST
 * /control/channels and /control/llm/keys. Exits with 0 after SIGTERM or SIGINT, 64 for wrong usage, 74 when the port
 * is taken.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/log.h"
#include "core/process/process.h"
#include "simulator/simulator.h"

struct options {
	const char *pid_file;
	char host[INET6_ADDRSTRLEN];
	uint16_t port;
};

static const char usage[] = "Usage: deskbell-simulator --listen ADDRESS:PORT [--pid-file FILE]\n"
			    "\n"
			    "A stand-in for Meta's Graph API, for Telegram's Bot API and, under /v1/, for an\n"
			    "OpenAI-compatible language model, with a phone page at / and a control interface\n"
			    "under /control/ (see deskbell-simulator(1)). For tests and demonstrations only.\n"
			    "\n"
			    "  --listen ADDRESS:PORT  loopback address to serve, such as 127.0.0.1:8090;\n"
			    "                         port 0 picks a free one\n"
			    "  --pid-file FILE        write the process id there while serving\n"
			    "  --help                 show this help\n"
			    "  --version              show the version\n";

static NORETURN void refuse_usage(const char *words)
{
	fprintf(stderr, "deskbell-simulator: %s\nTry 'deskbell-simulator --help'.\n", words);
	exit(err_info(ERR_USAGE)->exit_status);
}

static bool is_loopback_address(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/* "127.0.0.1:8090", "localhost:0", "[::1]:8090". */
static void parse_listen(struct options *options, const char *text)
{
	const char *colon = strrchr(text, ':');
	struct str host = colon ? (struct str){ text, (size_t)(colon - text) } : STR_NONE;
	int64_t port;

	if (!colon || !str_to_i64(str_of(colon + 1), &port) || port < 0 || port > 65535)
		refuse_usage("--listen takes ADDRESS:PORT");
	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = (struct str){ host.p + 1, host.n - 2 };
	if (str_equal(host, STR("localhost")))
		host = STR("127.0.0.1");
	snprintf(options->host, sizeof(options->host), "%.*s", (int)host.n, host.p);
	options->port = (uint16_t)port;
	if (!is_loopback_address(options->host))
		refuse_usage("--listen takes loopback addresses only: whoever reaches the simulator controls it");
}

static void parse_options(struct options *options, int argc, char **argv)
{
	static const struct option known[] = { { "listen", required_argument, NULL, 'l' },
		{ "pid-file", required_argument, NULL, 'p' }, { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' }, { NULL, 0, NULL, 0 } };
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'l')
			parse_listen(options, optarg);
		else if (c == 'p')
			options->pid_file = optarg;
		else if (c == 'h')
			exit(fputs(usage, stdout) < 0);
		else if (c == 'v')
			exit(puts("deskbell-simulator " PACKAGE_VERSION) < 0);
		else
			refuse_usage("wrong option");
	}
	if (optind < argc)
		refuse_usage("no arguments but options are taken");
	if (!*options->host)
		refuse_usage("--listen is missing");
}

static void write_pid_file(const char *path)
{
	FILE *file;
	bool ok;

	if (!path)
		return;
	file = fopen(path, "we");
	ok = file && fprintf(file, "%ld\n", (long)getpid()) > 0;
	if ((file && fclose(file)) || !ok)
		fatal(ERR_IO, "cannot write the pid file %s: %s", path, strerror(errno));
}

/* Each held request and each webhook costs a descriptor. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Every thread inherits the blocked signals, so that only sigwait sees them. */
static void block_signals(sigset_t *ends)
{
	sigemptyset(ends);
	sigaddset(ends, SIGTERM);
	sigaddset(ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, ends, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void deskbell_simulator_serve(const struct options *options, const sigset_t *ends)
{
	static struct simulator sim;
	struct server_options server_options = {
		.host = options->host, .port = options->port, .handle = simulator_handle, .arg = &sim
	};
	struct server *server;
	struct explain why = { "" };
	enum err err;
	int which;

	simulator_init(&sim);
	err = server_start(&server_options, &server, &why);
	if (err != ERR_OK)
		fatal(err, "%s", why.text);
	write_pid_file(options->pid_file);
	printf(strchr(options->host, ':') ? "listening on http://[%s]:%u\n" : "listening on http://%s:%u\n",
		options->host, server_port(server));
	fflush(stdout);
	while (sigwait(ends, &which))
		;
	server_quiesce(server);
	loop_stop(sim.loop);
	server_stop(server);
	simulator_fini(&sim);
	if (options->pid_file)
		unlink(options->pid_file);
}

int main(int argc, char **argv)
{
	struct options options = { .pid_file = NULL };
	sigset_t ends;

	process_protect();
	process_refuse_cgi("deskbell-simulator");
	parse_options(&options, argc, argv);
	log_open("simulator", NULL, LOG_LEVEL_WARN);
	raise_descriptor_limit();
	block_signals(&ends);
	deskbell_simulator_serve(&options, &ends);
	return 0;
}
