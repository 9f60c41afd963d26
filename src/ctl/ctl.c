/*
 * ctl.c - what every command of deskbellctl stands on: configuration, keys, standard input, and transactions that are
 * run again when a race was lost.
 *
 * Commands talk to a person, so every error leaves as words on standard error and a sysexits status; the log is for
 * programs that run unseen and gets nothing from here (log.level = debug puts it on standard error). Never prints a
 * secret, and takes none from the command line.
 */
#include "ctl/ctl.h"

#include "config.h"
#include "core/log.h"
#include "core/net/http-client.h"
#include "core/process/place.h"
#include "core/process/process.h"
#include "ctl/output.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

#define RACES_MAX 10

enum err ctl_load_conf(struct ctl *ctl)
{
	enum err e = conf_load(ctl->pool, ctl->globals.conf_path, ctl->sysconf_path, &ctl->conf, &ctl->why);
	if (e == ERR_OK)
		http_client_trust(ctl->conf.tls_ca_file);
	log_open("deskbellctl", e == ERR_OK && ctl->conf.log_level == LOG_LEVEL_DEBUG ? NULL : "/dev/null",
		LOG_LEVEL_DEBUG);
	return e;
}

const char *ctl_conf_name(struct ctl *ctl)
{
	return *ctl->conf.path ? ctl->conf.path
			       : pool_printf(ctl->pool, "%s (there is no such file yet)", ctl->sysconf_path).p;
}

static void free_keys(void *keys)
{
	crypt_keys_free(keys);
}

enum err ctl_load_keys(struct ctl *ctl, const struct crypt_keys **out)
{
	struct crypt_keys *keys;
	if (!*ctl->conf.key_file)
		return explain(&ctl->why, ERR_CONFIG,
			"key.file is not set in %s; credentials are sealed with the keys in it. Set it, then run "
			"'deskbellctl key new'.",
			ctl_conf_name(ctl));
	enum err e = crypt_keys_load(ctl->conf.key_file, &keys, &ctl->why);
	if (e != ERR_OK)
		return e;
	pool_defer(ctl->pool, free_keys, keys);
	*out = keys;
	return ERR_OK;
}

struct input {
	struct buf text;
};

static void wipe_input(void *p)
{
	struct input *in = p;
	secret_wipe(in->text.data, in->text.cap);
	buf_fini(&in->text);
}

void ctl_invite(const char *what)
{
	if (isatty(STDIN_FILENO))
		fprintf(stderr, "Reading %s from the terminal; end with Ctrl-D on an empty line.\n", what);
}

/* The whole room at once, because growing would leave copies of a secret behind. */
enum err ctl_read_stdin(struct ctl *ctl, size_t max, const char *what, struct str *out)
{
	struct input *in = pool_new_of(ctl->pool, struct input);
	buf_init(&in->text, max + 2);
	pool_defer(ctl->pool, wipe_input, in);
	ctl_invite(what);
	for (;;) {
		char *room = buf_reserve(&in->text, max + 1 - in->text.len);
		ssize_t n = room ? read(STDIN_FILENO, room, max + 1 - in->text.len) : 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return explain(
				&ctl->why, ERR_IO, "%s cannot be read from standard input: %s", what, strerror(errno));
		if (n == 0)
			break;
		buf_commit(&in->text, (size_t)n);
		if (in->text.len > max)
			return explain(&ctl->why, ERR_TOO_LARGE,
				"standard input is too long: %s may have at most %zu bytes", what, max);
	}
	*out = buf_str(&in->text);
	return ERR_OK;
}

/* Words for a database error that has no explanation yet. */
static enum err explain_db(struct ctl *ctl, enum err e)
{
	const char *state = db_last_state(ctl->db);
	if (*ctl->why.text)
		return e;
	if (e == ERR_DB_UNREACHABLE)
		return explain(&ctl->why, e,
			"the database cannot be reached: %s. Nothing was changed; try again when it is back.",
			db_last_message(ctl->db));
	if (e == ERR_DB_RACE)
		return explain(&ctl->why, e, "others kept changing the same rows; try again");
	if (e == ERR_DB && (!strcmp(state, "42P01") || !strcmp(state, "42883") || !strcmp(state, "42703")))
		return explain(&ctl->why, ERR_CONFIG,
			"the database is not at this program's version: run 'deskbellctl migrate'");
	if (e == ERR_DB && !strcmp(state, "42501"))
		return explain(&ctl->why, ERR_DENIED,
			"the database does not allow it: %s. The role in database.url must own Deskbell's tables.",
			db_last_message(ctl->db));
	if (e == ERR_DB)
		return explain(
			&ctl->why, e, "the database refused it: %s (SQLSTATE %s)", db_last_message(ctl->db), state);
	return e;
}

static enum err check_org(struct ctl *ctl, int64_t org)
{
	struct sql_organization_find_rows r;
	enum err e = sql_organization_find(ctl->db, ctl->pool, org, &r);
	if (e == ERR_OK && r.n == 0)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"there is no organisation %lld; 'deskbellctl org list' shows all", (long long)org);
	return e;
}

static enum err ctl_begin(struct ctl *ctl, int64_t org)
{
	ctl->why.text[0] = '\0';
	enum err e = org ? db_begin_tenant(ctl->db, org) : db_begin_system(ctl->db);
	if (e != ERR_OK || !org)
		return e;
	e = check_org(ctl, org);
	if (e != ERR_OK)
		db_rollback(ctl->db);
	return e;
}

enum err ctl_query_end(struct ctl *ctl, enum err e)
{
	if (e != ERR_OK) {
		db_rollback(ctl->db);
		return e;
	}
	e = db_commit(ctl->db);
	return e == ERR_DB_UNREACHABLE ? explain(&ctl->why, e,
		       "the connection was lost while the change was being stored: look whether it is there before you "
		       "try again")
				       : e;
}

bool ctl_query_begin(struct ctl *ctl, int64_t org, int attempt, enum err *e)
{
	if (attempt == RACES_MAX || *e != ERR_DB_RACE)
		return false;
	if (attempt > 0)
		usleep((useconds_t)attempt * 10000);
	*e = ctl_begin(ctl, org);
	return *e == ERR_OK;
}

enum err ctl_query_done(struct ctl *ctl, enum err e)
{
	return e == ERR_OK ? e : explain_db(ctl, e);
}

enum err ctl_transaction(struct ctl *ctl, int64_t org, enum err (*body)(struct ctl *ctl, void *arg), void *arg)
{
	enum err e = ERR_DB_RACE;
	for (int attempt = 0; ctl_query_begin(ctl, org, attempt, &e); attempt++)
		e = ctl_query_end(ctl, body(ctl, arg));
	return ctl_query_done(ctl, e);
}

enum err ctl_no_conversation(struct ctl *ctl, int64_t org, int64_t conversation)
{
	return explain(&ctl->why, ERR_NOT_FOUND,
		"organisation %lld has no conversation %lld; 'deskbellctl conversation list --org %lld' shows them",
		(long long)org, (long long)conversation, (long long)org);
}

enum err ctl_audit(struct ctl *ctl, int64_t org, const char *action, struct str detail)
{
	return sql_audit(ctl->db, ctl->pool, org, STR("deskbellctl"), str_of(action), detail);
}

static enum err run_command(struct ctl *ctl)
{
	enum err e;
	if (ctl->command->needs == NEEDS_NOTHING)
		return ctl->command->run(ctl);
	if ((e = ctl_load_conf(ctl)) != ERR_OK)
		return e;
	if (!*ctl->conf.database_url)
		return explain(&ctl->why, ERR_CONFIG,
			"database.url is not set in %s; write there, for example: database.url = host=localhost "
			"dbname=NAME user=NAME",
			ctl_conf_name(ctl));
	ctl->db = db_new(&ctl->conf, "deskbellctl");
	e = db_connect(ctl->db, &ctl->why);
	return e == ERR_OK ? ctl->command->run(ctl) : e;
}

/* Prints what went wrong and returns the status; a command whose output could not be written has failed too. */
static int ctl_report(struct ctl *ctl, enum err e)
{
	bool unwritten = fflush(stdout) != 0 || ferror(stdout);
	if (e == ERR_OK && unwritten)
		e = explain(&ctl->why, ERR_IO, "standard output cannot be written");
	if (e == ERR_OK)
		return ctl->exit_status;
	struct str words = out_safe(ctl->pool, str_of(*ctl->why.text ? ctl->why.text : err_info(e)->message));
	fprintf(stderr, "deskbellctl: %.*s\n", OUT_STR(words));
	return err_info(e)->exit_status;
}

static int ctl_start(struct ctl *ctl, int argc, char **argv)
{
	int words = 0, used = args_take_globals(&ctl->globals, argc, argv, &ctl->why);
	if (used < 0)
		return ctl_report(ctl, ERR_USAGE);
	argc -= used;
	argv += used;
	if (argc == 0 && !ctl->globals.help && !ctl->globals.version) {
		help_overview(stderr);
		return err_info(ERR_USAGE)->exit_status;
	}
	if (argc > 0 && !ctl->globals.version && !(ctl->command = command_find(argc, argv, &words, &ctl->why)))
		return ctl_report(ctl, ERR_USAGE);
	enum err e = ctl->command ? args_parse(
			     &ctl->args, ctl->command->args, &ctl->globals, argc - words, argv + words, &ctl->why)
				  : ERR_OK;
	if (e != ERR_OK)
		return ctl_report(ctl, e);
	if (ctl->globals.version)
		puts("deskbellctl " PACKAGE_VERSION);
	else if (ctl->globals.help && ctl->command)
		help_command(stdout, ctl->command);
	else if (ctl->globals.help)
		help_overview(stdout);
	else
		e = run_command(ctl);
	return ctl_report(ctl, e);
}

/* bug() has logged where, to a log that is switched off here. */
static void on_abort(int signal_number)
{
	static const char words[] = "deskbellctl: this is a bug in Deskbell; DESKBELL_LOG_LEVEL=debug tells where\n";
	(void)signal_number;
	ssize_t written = write(STDERR_FILENO, words, sizeof(words) - 1);
	(void)written;
	_exit(70); /* EX_SOFTWARE */
}

/* A closed standard stream would be the number of the next socket, and a password would be read from the database. */
static void keep_standard_streams_open(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int ctl_main(int argc, char **argv, const char *sysconf_path)
{
	struct ctl ctl = { .pool = pool_new() };
	keep_standard_streams_open();
	process_protect();
	process_refuse_cgi("deskbellctl");
	ctl.sysconf_path = place_conf(ctl.pool, sysconf_path);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGABRT, on_abort);
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "");
	int status = ctl_start(&ctl, argc - 1, argv + 1);
	db_free(ctl.db);
	pool_free(ctl.pool);
	return status;
}
