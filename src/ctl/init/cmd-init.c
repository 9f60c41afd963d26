/*
 * cmd-init.c - `deskbellctl init`: everything that Deskbell needs on a server, in one command.
 *
 * Account, database roles, database, folders, configuration, key, schema, the desk's role, a code for the first owner.
 * Each step looks whether its work is done already, so that a second run goes on where one has failed and changes
 * nothing where all is well. Never replaces a file, a role or a database. Fails with words and what to do; what was
 * made until then stays.
 */
#include "ctl/init/init.h"

#include "core/net/http-url.h"
#include "ctl/output.h"

#include <errno.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_BYTES 300

const struct arg_spec ctl_init_args[] = { { ARG_OPTION, "address", "URL", false, SHAPE_ANY, NULL,
						  "where people and platforms reach the desk, such as "
						  "https://chat.example.com; asked for when it is missing" },
	{ ARG_OPTION, "account", "NAME", false, SHAPE_ANY, NULL,
		"the account and database role of the programs; default deskbell" },
	{ ARG_OPTION, "database", "NAME", false, SHAPE_ANY, NULL, "the database; default deskbell" },
	{ ARG_OPTION, "superuser", "ADDRESS", false, SHAPE_ANY, NULL,
		"libpq's address of a role that may make roles and databases, its password in a passfile; default: the "
		"account postgres on this host" },
	ARG_LAST };

enum err init_as(struct init *init, uid_t uid, gid_t gid)
{
	if (geteuid() == uid)
		return ERR_OK;
	init_as_root();
	if (setegid(gid) != 0 || seteuid(uid) != 0)
		return explain(&init->ctl->why, ERR_IO, "the account with the number %ld cannot be used: %s", (long)uid,
			strerror(errno));
	return ERR_OK;
}

void init_as_root(void)
{
	if (getuid() != 0)
		return;
	if (seteuid(0) != 0 || setegid(0) != 0)
		bug("the rights of root cannot be taken back: %s", strerror(errno));
}

/* By the system's own program, which knows the ranges of numbers and the files. */
static bool run_useradd(const char *name)
{
	int status = -1;
	pid_t pid = fork();
	if (pid == 0) {
		execlp("useradd", "useradd", "--system", "--user-group", "--no-create-home", "--home-dir",
			LOCALSTATEDIR "/lib/deskbell", "--shell", "/usr/sbin/nologin", name, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

enum err init_account(struct init *init)
{
	struct passwd *found = getuid() == 0 ? getpwnam(init->account) : NULL;
	if (getuid() != 0) {
		init->uid = getuid();
		init->gid = getgid();
		return ERR_OK;
	}
	if (!found) {
		if (!run_useradd(init->account))
			return explain(&init->ctl->why, ERR_IO,
				"the account %s cannot be made: make it with 'useradd --system %s', or name another "
				"with --account",
				init->account, init->account);
		printf("The account %s was made.\n", init->account);
		found = getpwnam(init->account);
	}
	if (!found || found->pw_uid == 0)
		return explain(&init->ctl->why, ERR_IO, "the account %s cannot be used", init->account);
	init->uid = found->pw_uid;
	init->gid = found->pw_gid;
	return ERR_OK;
}

/* What SQL takes without quotes, and a shell too. */
static bool is_plain_name(const char *name)
{
	size_t n = strlen(name);
	return n > 0 && n < 50 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == n
	       && (name[0] < '0' || name[0] > '9');
}

static enum err check_names(struct init *init)
{
	const char *names[] = { init->account, init->database };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!is_plain_name(names[i]) && strcmp(names[i], "www-data") != 0)
			return explain(&init->ctl->why, ERR_USAGE,
				"a name has small letters, digits and _ only, and begins with no digit; not '%.40s'",
				names[i]);
	return ERR_OK;
}

static enum err ask_address(struct init *init)
{
	struct http_url url;
	char line[ANSWER_BYTES];
	if (!init->address && isatty(STDIN_FILENO)) {
		printf("Public address of the desk, such as https://chat.example.com: ");
		fflush(stdout);
		if (fgets(line, sizeof(line), stdin))
			init->address = pool_cstr(init->ctl->pool, str_trim(str_of(line)));
	}
	if (!init->address || !*init->address)
		return explain(&init->ctl->why, ERR_USAGE,
			"the public address is missing: --address https://chat.example.com");
	if (!http_url_parse(init->ctl->pool, NULL, str_of(init->address), &url))
		return explain(&init->ctl->why, ERR_USAGE, "'%.100s' is no http or https address", init->address);
	return ERR_OK;
}

static enum err run_steps(struct init *init)
{
	enum err e = init_account(init);
	if (e == ERR_OK)
		e = init_folder(init, init->folder, 0750);
	if (e == ERR_OK)
		e = init_database(init);
	init_as_root();
	if (e == ERR_OK)
		e = init_files(init);
	init_as_root();
	if (e == ERR_OK)
		e = ctl_load_conf(init->ctl);
	if (e == ERR_OK)
		e = init_as(init, init->uid, init->gid);
	if (e == ERR_OK)
		e = init_finish(init);
	init_as_root();
	return e;
}

enum err ctl_init(struct ctl *ctl)
{
	const char *account = arg_text(ctl, "account"), *database = arg_text(ctl, "database"),
		   *superuser = arg_text(ctl, "superuser");
	const char *conf = ctl->globals.conf_path ? ctl->globals.conf_path : ctl->sysconf_path;
	const char *slash = strrchr(conf, '/');
	struct init init = { .ctl = ctl,
		.account = account ? account : "deskbell",
		.database = database ? database : "deskbell",
		.superuser = superuser ? superuser : "",
		.address = arg_text(ctl, "address") };
	if (!slash || conf[0] != '/')
		return explain(&ctl->why, ERR_USAGE, "--config must be a path that begins with /");
	ctl->sysconf_path = conf;
	init.folder = pool_cstr(ctl->pool, (struct str){ conf, (size_t)(slash - conf) });
	init.desk = pool_printf(ctl->pool, "%s_desk", init.database).p;
	if (geteuid() != 0 && !superuser)
		return explain(&ctl->why, ERR_DENIED,
			"run it as root, because it makes an account and a database; where you are not root, name a "
			"role that may make databases with --superuser, or let the desk's own address set Deskbell up "
			"in the browser");
	enum err e = check_names(&init);
	if (e == ERR_OK && access(conf, F_OK) != 0)
		e = ask_address(&init);
	return e == ERR_OK ? run_steps(&init) : e;
}
