/*
 * allowance.c - how often something may happen that a client without any right can cause.
 *
 * Owns one page of counters: of the process, or mapped from a file in run.dir. No lock is held over it, so a process
 * that dies or is stopped delays no other, and junk in the file can only make a count wrong. The page is allocated when
 * it is mapped: a write into a hole of a file on a full disk would end the process (SIGBUS). Never fails.
 */
#include "core/allowance.h"

#include "core/clock.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS 48
#define NAME_BYTES 32
#define FILE_MODE 0600 /* a user who can cut the file off can end our processes */

struct slot {
	_Atomic uint64_t key;   /* digest of the name; 0: free */
	_Atomic uint64_t taken; /* the window's number, and in the lower half how often in it */
	_Atomic uint32_t left_out;
	char name[NAME_BYTES];
};

static struct slot own[SLOTS];
static struct slot *slots = own;

void allowance_share(const char *run_dir)
{
	char path[4096];
	int length = snprintf(path, sizeof(path), "%s/allowances", run_dir);
	(void)mkdir(run_dir, 0770); /* as the sender does, which may start later */
	int fd = length > 0 && (size_t)length < sizeof(path)
			 ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, FILE_MODE)
			 : -1;
	if (fd < 0)
		return;
	void *page = posix_fallocate(fd, 0, sizeof(own)) == 0
			     ? mmap(NULL, sizeof(own), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
			     : MAP_FAILED;
	if (page != MAP_FAILED)
		slots = page;
	close(fd);
}

/* The one of the name, taken on first use. When all are taken (there are fewer names than slots), the first serves. */
static struct slot *allowance_slot_of(const char *name)
{
	uint64_t key = str_hash64(STR_HASH64, str_of(name)) | 1; /* never 0 */
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *slot = &slots[(key + i) % SLOTS];
		uint64_t found = 0;
		if (atomic_compare_exchange_strong(&slot->key, &found, key))
			snprintf(slot->name, sizeof(slot->name), "%s", name);
		if (found == 0 || found == key)
			return slot;
	}
	return &slots[0];
}

bool allowance_take(const struct allowance *allowance, unsigned *left_out)
{
	struct slot *slot = allowance_slot_of(allowance->name);
	uint64_t window = (uint64_t)(clock_mono_us() / 1000000 / allowance->window_s) << 32;
	uint64_t before = atomic_load(&slot->taken), after;
	bool allowed;
	do {
		uint64_t taken = before >> 32 == window >> 32 ? before & UINT32_MAX : 0;
		allowed = taken < allowance->most;
		after = window | (allowed ? taken + 1 : taken);
	} while (!atomic_compare_exchange_weak(&slot->taken, &before, after));
	if (left_out)
		*left_out = allowed ? atomic_exchange(&slot->left_out, 0) : 0;
	if (left_out && !allowed)
		atomic_fetch_add(&slot->left_out, 1);
	return allowed;
}

void allowance_report(void (*report)(const char *name, unsigned left_out))
{
	for (size_t i = 0; i < SLOTS; i++) {
		char name[NAME_BYTES];
		unsigned left_out = atomic_load(&slots[i].key) ? atomic_exchange(&slots[i].left_out, 0) : 0;
		if (left_out == 0)
			continue;
		memcpy(name, slots[i].name, sizeof(name));
		name[sizeof(name) - 1] = '\0';
		report(name, left_out);
	}
}
