/*
 * install-tries.c - how often a visitor may guess the word: once a second for each network.
 *
 * No thread waits for that: an attempt that comes too early is refused without being compared. Owns a file next to the
 * word, because programs that are started for each request share nothing else; of it a place for each network is used,
 * and a byte lock for the time of a comparison. Where the file cannot be written, this process counts for itself.
 */
#include "desk/install/install.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/net/net-address.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

#define PLACES 256
#define PAUSE_MS 1000

/* In milliseconds of the clock, when a wrong word came from there. */
static _Atomic int64_t install_tries_here[PLACES];

static size_t install_tries_place(struct pool *pool, struct str address)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	crypt_sha256(net_address_network(pool, address), digest);
	return digest[0];
}

/* A clock that was set back lets attempts through. */
static bool install_tries_is_early(int64_t wrong_ms, int64_t now_ms)
{
	return now_ms - wrong_ms >= 0 && now_ms - wrong_ms < PAUSE_MS;
}

static bool install_tries_lock(int fd, size_t place)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)(place * sizeof(int64_t)),
		.l_len = sizeof(int64_t) };
	return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

bool install_tries_begin(const struct install *install, struct pool *pool, struct str address, struct install_try *out)
{
	int64_t wrong_ms = 0, now_ms = clock_wall_ms();
	out->place = install_tries_place(pool, address);
	out->fd = open(
		install_beside(install, pool, INSTALL_TRIES_FILE), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out->fd < 0)
		return !install_tries_is_early(atomic_load(&install_tries_here[out->place]), now_ms);
	bool free = install_tries_lock(out->fd, out->place)
		    && pread(out->fd, &wrong_ms, sizeof(wrong_ms), (off_t)(out->place * sizeof(wrong_ms))) >= 0
		    && !install_tries_is_early(wrong_ms, now_ms);
	if (!free)
		close(out->fd);
	return free;
}

void install_tries_end(const struct install_try *attempt, bool right)
{
	int64_t now_ms = clock_wall_ms();
	if (!right)
		atomic_store(&install_tries_here[attempt->place], now_ms);
	if (attempt->fd < 0)
		return;
	if (!right && pwrite(attempt->fd, &now_ms, sizeof(now_ms), (off_t)(attempt->place * sizeof(now_ms))) < 0)
		LOG_WARN("install.tries", F_CSTR("reason", strerror(errno)));
	close(attempt->fd);
}
