/*
 * http-trust.c - which authorities' certificates servers are checked against.
 *
 * Owns the path of that file, which is chosen once, before there are threads. Never fails: a file that is not there
 * makes every request fail with libcurl's words.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "core/net/http-client.h"
#include "core/net/http-exchange.h"
#include "core/process/place.h"

#include <stdlib.h>
#include <unistd.h>

static char *trusted;

#ifdef DESKBELL_PORTABLE
/* libcurl knows the place of the system that it was built on. Debian, Fedora, openSUSE, Alpine; last those that came
 * with the program. */
static const char *trust_of_system(struct pool *pool)
{
	static const char *const places[] = { "/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem" };
	const char *named = getenv("SSL_CERT_FILE");

	if (named && *named)
		return named;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], R_OK) == 0)
			return places[i];
	return pool_printf(pool, "%s/ca-certificates.crt", place_folder(pool)).p;
}
#else
static const char *trust_of_system(struct pool *pool)
{
	(void)pool;
	return NULL;
}
#endif

void http_client_trust(const char *ca_file)
{
	struct pool *pool = pool_new();
	const char *file = ca_file && *ca_file ? ca_file : trust_of_system(pool);

	free(trusted);
	trusted = file ? http_need(strdup(file)) : NULL;
	pool_free(pool);
}

const char *http_trusted_file(void)
{
	return trusted;
}
