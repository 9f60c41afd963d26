/*
 * memory.c - gives memory back that a large request leaves behind.
 *
 * free() returns pages to the system only from the end of the heap, so one small object that outlives a large request
 * keeps all of its pages. glibc also raises its own limits once a large block has been freed. Both are set here: few
 * arenas, fixed limits, and malloc_trim() when the resident memory has grown by more than KEPT_BYTES over what the
 * program had when it was last idle. What is resident is read from /proc, one system call a request; malloc_trim()
 * takes milliseconds and runs after large requests only. Owns one descriptor. Never fails: where /proc or glibc is
 * missing, it does nothing. Source: mallopt(3), malloc_trim(3), proc_pid_statm(5).
 */
#include "core/memory.h"

#include "core/clock.h"

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pthread.h>
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
	/* Threads hold little and give it back soon: two arenas serve them as fast as one each. */
	mallopt(M_ARENA_MAX, 2);
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	mallopt(M_TRIM_THRESHOLD, 512 << 10);
#endif
	memory.page_bytes = sysconf(_SC_PAGESIZE);
	memory.statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	memory.idle_bytes = memory_resident();
}

static void memory_give_back(bool is_idle)
{
#ifdef __GLIBC__
	int64_t now_us = clock_mono_us();

	if (!is_idle && now_us - memory.trimmed_us < BUSY_PAUSE_US)
		return;
	memory.trimmed_us = now_us;
	malloc_trim(0);
#endif
	if (is_idle)
		memory.idle_bytes = memory_resident();
}

void memory_trim(bool is_idle)
{
	long resident = memory_resident();

	if (resident == 0)
		return;
	if (is_idle)
		pthread_mutex_lock(&memory.lock);
	else if (pthread_mutex_trylock(&memory.lock) != 0)
		return; /* another thread trims */
	if (resident > memory.idle_bytes + KEPT_BYTES)
		memory_give_back(is_idle);
	else if (resident < memory.idle_bytes)
		memory.idle_bytes = resident;
	pthread_mutex_unlock(&memory.lock);
}
