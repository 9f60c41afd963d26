/*
 * core-process.c - tests of how a program begins: what it takes out of its environment, what others may see of it.
 */
#include "check.h"
#include "core.h"

#include "core/process/process.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs `test` in a process of its own and returns its exit status. */
static int process_of_its_own(int (*test)(void))
{
	int status = 0;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		_exit(test());
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *const of_clients[] = { "HTTP_PROXY=http://evil", "HTTP_COOKIE=zqsecret", "HTTP_X=1",
	"QUERY_STRING=--help", "REQUEST_METHOD=GET", "REQUEST_URI=/x", "GATEWAY_INTERFACE=CGI/1.1",
	"SERVER_PROTOCOL=HTTP/1.1", "CONTENT_TYPE=x", "CONTENT_LENGTH=1", "PATH_INFO=/x", "PATH_TRANSLATED=/x",
	"REDIRECT_DESKBELL_CONF=/x", "SCRIPT_NAME=/x", "REMOTE_ADDR=1.2.3.4", "HTTPS=on", "SSL_CLIENT_S_DN=x" };
static const char *const of_operators[] = { "PATH=/bin", "DESKBELL_CONF=/x", "PGHOST=/x", "HTTPS_PROXY=http://proxy",
	"http_proxy=http://proxy", "SSL_CERT_FILE=/x", "SSL_CERT_DIR=/x", "HOME=/", "LC_ALL=C.UTF-8", "HTTP=x",
	"PATH_INFOS=x" };

static void set_all(const char *const *variables, size_t count)
{
	for (size_t i = 0; i < count; i++)
		putenv((char *)(uintptr_t)variables[i]);
}

static bool is_set(const char *variable)
{
	struct str name = str_of(variable);
	char text[64];
	name = str_take_until(&name, '=');
	snprintf(text, sizeof(text), "%.*s", (int)name.n, name.p);
	return getenv(text) != NULL;
}

static int take_environment(void)
{
	clearenv();
	set_all(of_clients, COUNT(of_clients));
	set_all(of_operators, COUNT(of_operators));
	char **all = process_take_cgi();
	for (size_t i = 0; i < COUNT(of_clients); i++)
		if (is_set(of_clients[i]))
			return 1 + (int)i;
	for (size_t i = 0; i < COUNT(of_operators); i++)
		if (!is_set(of_operators[i]))
			return 101 + (int)i;
	return !process_is_cgi() ? 201 : strcmp(all[0], of_clients[0]) != 0 ? 202 : 0;
}

static int take_nothing(void)
{
	clearenv();
	set_all(of_operators, COUNT(of_operators));
	process_take_cgi();
	return process_is_cgi() || !is_set("PATH=");
}

static int know_cgi(void)
{
	static const char *const names[] = { "GATEWAY_INTERFACE", "REQUEST_METHOD", "SERVER_PROTOCOL" };
	for (size_t i = 0; i < COUNT(names); i++) {
		clearenv();
		if (process_is_cgi())
			return 1;
		setenv(names[i], "", 1);
		if (!process_is_cgi())
			return 2;
	}
	return 0;
}

static void environment_is_cleaned(void)
{
	CHECK_INT(process_of_its_own(take_environment), 0);
	CHECK_INT(process_of_its_own(take_nothing), 0);
	CHECK_INT(process_of_its_own(know_cgi), 0);
}

/* Under a sanitizer nothing is closed. */
static int close_up(void)
{
	struct rlimit core = { 1, 1 };
	unsetenv("DESKBELL_DUMPABLE");
	process_protect();
	getrlimit(RLIMIT_CORE, &core);
	return prctl(PR_GET_DUMPABLE) != 0 || core.rlim_cur != 0 || core.rlim_max != 0;
}

static int stay_open(void)
{
	setenv("DESKBELL_DUMPABLE", "yes", 1);
	process_protect();
	return prctl(PR_GET_DUMPABLE) != 1;
}

static void memory_is_closed(void)
{
#ifndef __SANITIZE_ADDRESS__
	CHECK_INT(process_of_its_own(close_up), 0);
#else
	(void)close_up;
#endif
	CHECK_INT(process_of_its_own(stay_open), 0);
}

CU_TestInfo core_process_tests[] = {
	{ "leaves no core file and lets nobody read its memory", memory_is_closed },
	{ "takes what a client wrote out of the environment, and nothing else", environment_is_cleaned },
	CU_TEST_INFO_NULL,
};
