/*
 * place.c - where an installation's own files lie.
 *
 * Owns nothing and creates nothing. Never fails: where the system does not say which program runs, the installed places
 * count.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "core/process/place.h"

#include <limits.h>
#include <unistd.h>

const char *place_program(struct pool *pool)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	return n > 0 && (size_t)n < sizeof(path) ? pool_cstr(pool, (struct str){ path, (size_t)n }) : "";
}

const char *place_folder(struct pool *pool)
{
	const char *path = place_program(pool), *slash = strrchr(path, '/');

	return slash ? pool_cstr(pool, (struct str){ path, (size_t)(slash - path) }) : "";
}

const char *place_conf(struct pool *pool, const char *installed)
{
#ifdef DESKBELL_PORTABLE
	const char *folder = place_folder(pool);
	const char *sibling = pool_printf(pool, "%s/etc/deskbell.conf", folder).p;

	if (*folder && (access(sibling, F_OK) == 0 || access(installed, F_OK) != 0))
		return sibling;
#else
	(void)pool;
#endif
	return installed;
}
