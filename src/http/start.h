/*
 * start.h - how webhook.fcgi and desk.fcgi begin.
 */
#ifndef DESKBELL_HTTP_START_H
#define DESKBELL_HTTP_START_H

#include "core/conf.h"
#include "http/request.h"

#include <stdio.h>

struct web_program {
	const char *name;     /* "desk.fcgi" */
	const char *log_name; /* "desk" */
	const char *purpose;  /* one sentence for --help */
	const char *conf_path;
	void (*print_routes)(FILE *to); /* for --routes; NULL: it has none */
};

/* Protects the process, reads the configuration ($DESKBELL_CONF, then conf_path), opens the log and sets the signals
 * up. Reads an argument only when no web server has started the program: then it answers --help, --version or --routes
 * and ends, with status EX_USAGE for anything else. A configuration that cannot be read ends the program with words, in
 * plain CGI after an answer with status 503. Strings of `conf` live in `pool`.
 *
 * Returns NULL; or, where there is neither a configuration nor a database in the environment, the file that is missing,
 * in `pool`: then `conf` has the defaults, and web_run_unready serves. */
const char *web_start(
	const struct web_program *program, int argc, char **argv, struct pool *pool, struct conf *conf) MUST_CHECK;
/* Serves with `serve`, or where it is NULL with 503 and what to do, until the file `missing` is there: then the process
 * begins again and reads it. */
void web_run_unready(const char *missing, const struct conf *conf,
	void (*serve)(void *app, struct request *request, struct response *response), void *app);

#endif
