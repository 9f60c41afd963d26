/*
 * wake.c - wakes the senders of this host.
 *
 * Owns the files sender-PID.sock in run.dir. The folder is shared by the web server's user and the sender's, hence
 * group-writable sockets.
 */
#include "domain/work/wake.h"

#include "core/log.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct wake_listener {
	int fd;
	struct sockaddr_un address;
};

static bool wake_address_of(const char *run_dir, const char *name, struct sockaddr_un *out)
{
	memset(out, 0, sizeof(*out));
	out->sun_family = AF_UNIX;
	int n = snprintf(out->sun_path, sizeof(out->sun_path), "%s/%s", run_dir, name);
	return n > 0 && (size_t)n < sizeof(out->sun_path);
}

static bool is_sender(const char *name)
{
	size_t n = strlen(name);
	return !strncmp(name, "sender-", 7) && n > 12 && !strcmp(name + n - 5, ".sock");
}

enum wake_result wake_senders(const char *run_dir, const int64_t *orgs, int n)
{
	enum wake_result result = WAKE_NO_SENDER;
	size_t bytes = n > WAKE_ORGS_MAX ? 0 : (size_t)n * sizeof(*orgs);
	struct sockaddr_un address;
	struct dirent *entry;
	DIR *dir = *run_dir ? opendir(run_dir) : NULL;
	if (!dir)
		return result;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	while (fd >= 0 && (entry = readdir(dir)) != NULL) {
		if (!is_sender(entry->d_name) || !wake_address_of(run_dir, entry->d_name, &address))
			continue;
		/* A full queue holds a datagram already. */
		if (sendto(fd, orgs, bytes, MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof(address)) >= 0
			|| errno == EAGAIN)
			result = WAKE_HEARD;
		else if (errno == ECONNREFUSED && unlink(address.sun_path) == 0 && result == WAKE_NO_SENDER)
			result = WAKE_DIED;
	}
	if (fd >= 0)
		close(fd);
	closedir(dir);
	return result;
}

enum err wake_listen(const char *run_dir, struct wake_listener **out, struct explain *why)
{
	char name[40];
	struct wake_listener *listener = calloc(1, sizeof(*listener));
	if (!listener)
		fatal(ERR_INTERNAL, "out of memory");
	snprintf(name, sizeof(name), "sender-%ld.sock", (long)getpid());
	if (mkdir(run_dir, 0770) != 0 && errno != EEXIST) {
		free(listener);
		return explain(why, ERR_IO, "the folder %s (run.dir) cannot be made: %s", run_dir, strerror(errno));
	}
	if (!wake_address_of(run_dir, name, &listener->address)) {
		free(listener);
		return explain(why, ERR_IO,
			"the folder %s (run.dir) has too long a name for a socket: choose a shorter one", run_dir);
	}
	unlink(listener->address.sun_path);
	listener->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0
		|| bind(listener->fd, (struct sockaddr *)&listener->address, sizeof(listener->address)) != 0) {
		enum err e =
			explain(why, ERR_IO, "no socket can be made in %s (run.dir): %s", run_dir, strerror(errno));
		if (listener->fd >= 0)
			close(listener->fd);
		free(listener);
		return e;
	}
	if (chmod(listener->address.sun_path, 0660) != 0)
		LOG_WARN("wake.mode", F_CSTR("reason", strerror(errno)));
	*out = listener;
	return ERR_OK;
}

int wake_socket(const struct wake_listener *listener)
{
	return listener->fd;
}

int wake_take(struct wake_listener *listener, int64_t orgs[WAKE_ORGS_MAX])
{
	ssize_t bytes = recv(listener->fd, orgs, WAKE_ORGS_MAX * sizeof(*orgs), 0);
	return bytes < 0 ? -1 : (int)((size_t)bytes / sizeof(*orgs));
}

void wake_close(struct wake_listener *listener)
{
	if (!listener)
		return;
	unlink(listener->address.sun_path);
	close(listener->fd);
	free(listener);
}
