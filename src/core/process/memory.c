/*
 * memory.c - gives memory back that a large request leaves behind.
 *
 * free() returns pages to the system only from the end of the heap, so one small object that outlives a large request
 * keeps all of its pages. glibc also raises its own limits once a large block has been freed. So memory_init() sets one
 * arena and fixed limits, and malloc_trim() runs when the resident memory has grown by more than KEPT_BYTES over what
 * the program had when it was last idle. What is resident is read from /proc, one system call a request; malloc_trim()
 * takes milliseconds and runs after large requests only. Owns one descriptor. Never fails: where /proc or glibc is
 * missing, it does nothing. Source: mallopt(3), malloc_trim(3), proc_pid_statm(5); mtrim() in glibc's malloc.c.
 */
#include "core/process/memory.h"

#include "core/clock.h"

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define KEPT_BYTES (3l << 20)
#define BUSY_PAUSE_US 200000 /* at least so long between two trims while other requests are served */

static struct {
	pthread_mutex_t lock;
	int statm; /* -1: not available */
	long page_bytes;
	long idle_bytes; /* resident when the program was last idle */
	int64_t trimmed_us;
	atomic_uint begun, ended; /* requests */
} memory = { .lock = PTHREAD_MUTEX_INITIALIZER, .statm = -1 };

/* 0 when it is not known. The second number of the file: resident pages. */
static long memory_resident(void)
{
	char text[128];
	char *end;
	ssize_t n = memory.statm < 0 ? 0 : pread(memory.statm, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return 0;
	text[n] = '\0';
	(void)strtol(text, &end, 10);
	return strtol(end, NULL, 10) * memory.page_bytes;
}

void memory_init(void)
{
#ifdef __GLIBC__
	/* malloc_trim() leaves the free end of every arena but the main one resident, and that can be all of a
	 * request. Threads take small blocks from caches of their own and large ones from the system. */
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	mallopt(M_TRIM_THRESHOLD, 512 << 10);
#endif
	memory.page_bytes = sysconf(_SC_PAGESIZE);
	memory.statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	memory.idle_bytes = memory_resident();
}

/* A request that begins meanwhile makes the program larger: then what was resident when it was idle is not known. */
static void memory_note_idle(unsigned begun)
{
	long resident = memory_resident();

	if (atomic_load(&memory.begun) == begun)
		memory.idle_bytes = resident;
}

static void memory_give_back(bool is_idle, unsigned begun)
{
#ifdef __GLIBC__
	int64_t now_us = clock_mono_us();

	if (!is_idle && now_us - memory.trimmed_us < BUSY_PAUSE_US)
		return;
	memory.trimmed_us = now_us;
	malloc_trim(0);
#endif
	if (is_idle)
		memory_note_idle(begun);
}

void memory_begin(void)
{
	atomic_fetch_add(&memory.begun, 1);
}

/* What has ended is counted first: of several that end at the same time, one at least finds the program idle. */
void memory_end(void)
{
	unsigned ended = atomic_fetch_add(&memory.ended, 1) + 1;
	unsigned begun = atomic_load(&memory.begun);
	bool is_idle = begun == ended;
	long resident = memory_resident();

	if (resident == 0)
		return;
	if (is_idle)
		pthread_mutex_lock(&memory.lock);
	else if (pthread_mutex_trylock(&memory.lock) != 0)
		return; /* another thread trims */
	if (resident > memory.idle_bytes + KEPT_BYTES)
		memory_give_back(is_idle, begun);
	else if (resident < memory.idle_bytes)
		memory.idle_bytes = resident;
	pthread_mutex_unlock(&memory.lock);
}
