/*
 * process.c - how a program begins.
 *
 * Owns whether this process was started as CGI, which the environment no longer tells once it has been cleaned. Never
 * reads an argument. Fails only by memory, which is fatal.
 */
#include "core/process/process.h"

#include "core/err.h"
#include "core/process/sanitizer.h"
#include "core/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

extern char **environ;

static bool cgi_taken;

void process_protect(void)
{
	struct rlimit none = { 0, 0 };

	if (HAS_SANITIZER || str_equal(str_of(getenv("DESKBELL_DUMPABLE")), STR("yes")))
		return;
	(void)setrlimit(RLIMIT_CORE, &none);      /* a lower limit is there already */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* cannot fail with 0 */
}

bool process_is_cgi(void)
{
	return cgi_taken || getenv("GATEWAY_INTERFACE") || getenv("REQUEST_METHOD") || getenv("SERVER_PROTOCOL");
}

/* Prefixes end with an underscore. SSL_CERT_FILE and SSL_CERT_DIR are the operator's: OpenSSL reads them. */
static const char *const of_requests[] = { "AUTH_TYPE", "CONTENT_LENGTH", "CONTENT_TYPE", "CONTEXT_", "DOCUMENT_ROOT",
	"DOCUMENT_URI", "GATEWAY_INTERFACE", "HTTPS", "HTTP_", "PATH_INFO", "PATH_TRANSLATED", "QUERY_STRING",
	"REDIRECT_", "REMOTE_ADDR", "REMOTE_HOST", "REMOTE_IDENT", "REMOTE_PORT", "REMOTE_USER", "REQUEST_", "SCRIPT_",
	"SERVER_", "SSL_CIPHER", "SSL_CLIENT_", "SSL_PROTOCOL", "SSL_SERVER_", "SSL_SESSION_", "SSL_TLS_",
	"UNIQUE_ID" };

static bool is_of_request(const char *variable)
{
	struct str name = str_of(variable);
	name = str_take_until(&name, '=');
	for (size_t i = 0; i < sizeof(of_requests) / sizeof(of_requests[0]); i++) {
		struct str known = str_of(of_requests[i]);
		if (str_has_suffix(known, STR("_")) ? str_has_prefix(name, known) : str_equal(name, known))
			return true;
	}
	return false;
}

char **process_take_cgi(void)
{
	char **all = environ;
	size_t count = 0, kept = 0;

	cgi_taken = process_is_cgi();
	while (all[count])
		count++;
	char **cleaned = calloc(count + 1, sizeof(*cleaned));
	if (!cleaned)
		fatal(ERR_INTERNAL, "out of memory");
	for (size_t i = 0; i < count; i++)
		if (!is_of_request(all[i]))
			cleaned[kept++] = all[i];
	environ = cleaned;
	return all;
}

void process_refuse_cgi(const char *program)
{
	if (!process_is_cgi())
		return;
	fputs("Status: 403 Forbidden\r\nContent-Type: text/plain\r\n\r\nForbidden\n", stdout);
	fprintf(stderr,
		"%s: this is a command line tool, and a web server has started it as CGI: take it out of the web "
		"server's folders. Where a program under a web server starts it on purpose, start it by 'env -u "
		"GATEWAY_INTERFACE -u REQUEST_METHOD -u SERVER_PROTOCOL %s ...'.\n",
		program, program);
	exit(err_info(ERR_USAGE)->exit_status);
}
