/*
 * start.h - how webhook.fcgi and desk.fcgi begin.
 */
#ifndef DESKBELL_HTTP_START_H
#define DESKBELL_HTTP_START_H

#include "core/conf.h"

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
 * and ends, with status EX_USAGE for anything else. A configuration that cannot be read ends the program with words.
 * Strings of `conf` live in `pool`. */
void web_start(const struct web_program *program, int argc, char **argv, struct pool *pool, struct conf *conf);

#endif
