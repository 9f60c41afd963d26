/*
 * self-check.c - checks of this host that need neither network nor database. Changes nothing.
 */
#include "domain/self-check.h"

#include "domain/work/autostart.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_NAME_BYTES 40 /* what the programs append to run.dir */

/* Of an absolute path. */
static bool self_check_may_make(const char *dir)
{
	char parent[PATH_MAX];
	const char *slash = strrchr(dir, '/');
	int n = slash && slash > dir ? (int)(slash - dir) : 1;

	snprintf(parent, sizeof(parent), "%.*s", n, dir);
	return access(parent, W_OK | X_OK) == 0;
}

enum run_dir_state run_dir_check(const char *dir)
{
	struct stat st;
	if (strlen(dir) + SOCKET_NAME_BYTES > sizeof(((struct sockaddr_un *)0)->sun_path))
		return RUN_DIR_TOO_LONG;
	if (stat(dir, &st) != 0)
		return errno != ENOENT            ? RUN_DIR_NO_FOLDER
		       : self_check_may_make(dir) ? RUN_DIR_MISSING
						  : RUN_DIR_NO_PLACE;
	if (!S_ISDIR(st.st_mode))
		return RUN_DIR_NO_FOLDER;
	if (access(dir, W_OK | X_OK) != 0)
		return RUN_DIR_NOT_WRITABLE;
	return st.st_mode & S_IWOTH ? RUN_DIR_OPEN : RUN_DIR_GOOD;
}

bool lease_outlasts_timeout(const struct conf *conf)
{
	return conf->outbox_lease_s * 1000 > conf->outbox_timeout_ms;
}

enum address_state address_check(const struct conf *conf)
{
	if (!*conf->public_base_url)
		return ADDRESS_MISSING;
	return strncmp(conf->public_base_url, "https://", 8) ? ADDRESS_NOT_HTTPS : ADDRESS_GOOD;
}

const char *cron_line(struct pool *pool, const struct conf *conf)
{
	char own[PATH_MAX] = "";
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	own[n > 0 ? n : 0] = '\0';
	return pool_printf(pool, "* * * * * %s --linger 58 --config %s", autostart_command(pool, conf, own),
		*conf->path ? conf->path : "FILE")
		.p;
}
