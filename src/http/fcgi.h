/*
 * fcgi.h - the one door to libfcgi: takes requests from the web server and serves them in threads.
 */
#ifndef DESKBELL_HTTP_FCGI_H
#define DESKBELL_HTTP_FCGI_H

#include "http/request.h"

struct fcgi_options {
	int threads;        /* requests served at once; 1 in plain CGI */
	int read_timeout_s; /* for a body; one second more for each 20 kB of it that have come */
	void (*serve)(void *app, struct request *request, struct response *response);
	void *app;
};

/* True when the web server started us as plain CGI. */
bool fcgi_is_cgi(void);
/* Takes a request in plain CGI out of the environment, for fcgi_run; see process_take_cgi. Call it before the
 * configuration is read. */
void fcgi_take_environment(void);
/* Serves until SIGTERM or SIGINT (or, in plain CGI, one request). What is under way at the signal is finished. */
void fcgi_run(const struct fcgi_options *options);

#endif
