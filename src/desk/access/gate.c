/*
 * gate.c - the long work that requests to the desk do, bounded for all and for each organization.
 *
 * A page takes milliseconds, a document up to a minute. If callers could take every thread with such work, or make
 * threads wait for the work of others, all pages of all organizations would stand still. So there are few places for
 * each kind of long work, one organization has some of them at most, and a request that finds none is refused
 * immediately.
 *
 * Owns the file desk.lock in run.dir, of which only byte locks are used: one byte for each place and one for each
 * organization, of every kind. The locks belong to the open file, so they hold between threads as between processes
 * (fcntl(2), open file description locks), and whatever ends a request gives them back. Where that file cannot be made
 * a file in memory serves, for this process alone. A file that cannot be opened later counts as no place.
 */
#include "desk/access/gate.h"

#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define KIND_BYTES ((int64_t)1 << 56) /* of a kind: places, then organizations by their ids */
#define PLACES_MAX 64

/* Together fewer than the threads of a desk, and of those that hold a database connection fewer than desk.connections
 * is by default. */
static const struct {
	int all, of_one;
} places[] = {
	[GATE_DOCUMENTS] = { 2, 1 }, [GATE_SKILLS] = { 1, 1 }, [GATE_REMOTE] = { 4, 1 }, [GATE_PICTURES] = { 4, 3 }
};
#define OF_ONE_MAX 3

struct gate {
	const char *path;
	int memory; /* the file in memory; -1: there is none */
};

static void gate_close(void *gate)
{
	if (((struct gate *)gate)->memory >= 0)
		close(((struct gate *)gate)->memory);
}

static int gate_open(const struct gate *gate)
{
	return open(gate->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* A descriptor's link is followed to the file in memory, so it is opened without O_NOFOLLOW. */
static int gate_open_memory(const struct gate *gate)
{
	return open(gate->path, O_RDWR | O_CLOEXEC);
}

struct gate *gate_new(struct pool *pool, const char *run_dir)
{
	struct gate *gate = pool_new_of(pool, struct gate);
	gate->memory = -1;
	gate->path = pool_printf(pool, "%s/desk.lock", run_dir).p;
	int fd = *run_dir ? gate_open(gate) : -1;
	if (fd >= 0) {
		close(fd);
		return gate;
	}
	gate->memory = memfd_create("deskbell-desk.lock", MFD_CLOEXEC);
	gate->path = pool_printf(pool, "/proc/self/fd/%d", gate->memory).p;
	pool_defer(pool, gate_close, gate);
	return gate;
}

static bool gate_lock_byte(int fd, enum gate_kind kind, int64_t byte)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (int64_t)kind * KIND_BYTES + byte, .l_len = 1
	};
	return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* One of `n` bytes from `first` on. */
static bool gate_lock_one(int fd, enum gate_kind kind, int64_t first, int n)
{
	bool locked = false;
	for (int i = 0; i < n && !locked; i++)
		locked = gate_lock_byte(fd, kind, first + i);
	return locked;
}

int gate_enter(const struct gate *gate, enum gate_kind kind, int64_t org_id)
{
	int fd = gate->memory >= 0 ? gate_open_memory(gate) : gate_open(gate);
	if (fd < 0) {
		LOG_ERROR("desk.gate", F_CSTR("path", gate->path), F_CSTR("reason", strerror(errno)));
		return -1;
	}
	bool entered = gate_lock_one(fd, kind, PLACES_MAX + org_id * OF_ONE_MAX, places[kind].of_one)
		       && gate_lock_one(fd, kind, 0, places[kind].all);
	if (!entered)
		close(fd);
	return entered ? fd : -1;
}
