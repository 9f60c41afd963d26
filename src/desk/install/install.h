/*
 * install.h - the desk while there is no configuration: sets Deskbell up in the browser.
 */
#ifndef DESKBELL_DESK_INSTALL_H
#define DESKBELL_DESK_INSTALL_H

#include "desk/desk.h"

/* For the life of the process. */
struct install {
	struct desk *desk;     /* of the defaults: no database, no keys */
	const char *conf_path; /* where the configuration will be, absolute */
};

/* Serves one request; for fcgi_run. `install` is a struct install. Everything but the page's own files is the page,
 * with status 503 until the word is right. */
void install_serve(void *install, struct request *request, struct response *response);

/* ---- the parts; for the files of this folder ---- */

#define INSTALL_WORD_FILE "install-word.txt"
#define INSTALL_CRON_FILE "webcron-key"
#define INSTALL_TRIES_FILE "install-word.tries"
#define INSTALL_PROBLEM_BYTES 600

/* The name in the folder where the configuration will be. In `pool`. */
const char *install_beside(const struct install *install, struct pool *pool, const char *name);

enum install_word {
	INSTALL_WORD_MISSING,
	INSTALL_WORD_BAD,
	INSTALL_WORD_WRONG,
	INSTALL_WORD_EARLY,
	INSTALL_WORD_RIGHT
};
/* Compares what was typed with the file that the person has uploaded: MISSING when there is none, BAD when it holds
 * fewer than 8 characters or is not a plain file, EARLY, without comparing, when a wrong word has just come from the
 * same network. Never waits. */
enum install_word install_word_check(const struct install *install, struct desk_request *v, struct str typed);
/* Says in the form why the word does not do; the status of that page. */
int install_word_refuse(struct desk_request *v, struct form *form, enum install_word state) MUST_CHECK;
/* Removes the word, which has no further use. */
void install_word_remove(const struct install *install, struct pool *pool);

/* One attempt to guess it. */
struct install_try {
	int fd; /* -1: there is no file to count in */
	size_t place;
};
/* False when it comes too early; else it is to be ended. */
bool install_tries_begin(
	const struct install *install, struct pool *pool, struct str address, struct install_try *out) MUST_CHECK;
void install_tries_end(const struct install_try *attempt, bool right);

enum install_level { INSTALL_GOOD, INSTALL_WARNING, INSTALL_BAD };
/* Writes the member "checks" of the page: what this host must have. True when nothing is in the way. */
bool install_write_checks(struct desk_request *v, const struct install *install, struct json_writer *w);
/* One element of such a list. Texts are translated already; `next` may be NULL. */
void install_write_check(
	struct json_writer *w, enum install_level level, const char *subject, const char *text, const char *next);

/* The values of the form, checked. */
struct install_values {
	struct str host, port, name, user, password, address;
};
/* libpq's spelling of the database, with its password; in `pool`. */
struct str install_database_url(struct pool *pool, const struct install_values *values);
/* Whether Deskbell can use the database, in words of the visitor's language when it cannot. */
enum err install_database_try(
	struct desk_request *v, const struct conf *conf, char problem[INSTALL_PROBLEM_BYTES]) MUST_CHECK;
/* Brings the database to this program's version; `code` gets the one-time code of /setup, or stays empty where there
 * is an organization already. */
enum err install_database_fill(struct desk_request *v, const struct conf *conf, struct buf *code,
	char problem[INSTALL_PROBLEM_BYTES]) MUST_CHECK;
/* Writes the key, the secret of the web-cron address and, last, the configuration; what is there already stays. */
enum err install_files_write(struct desk_request *v, const struct install *install, const struct install_values *values,
	struct explain *why) MUST_CHECK;
/* The configuration that will be, in `conf`, for the steps before it is written. */
void install_conf_fill(
	struct pool *pool, const struct install *install, const struct install_values *values, struct conf *conf);

/* Asks this installation under its public address, changes .htaccess where the server refuses large requests to
 * FastCGI programs, and writes the member "trials". */
void install_write_trials(struct desk_request *v, struct str address, struct json_writer *w);

#endif
