/*
 * loop.c - timers and outgoing requests in one thread.
 *
 * Owns the thread, the heap of timers and the HTTP client. Never holds its lock while it calls a callback, so what is
 * called may set new timers. A wake-up costs a system call only while the thread sleeps. Fails only by running out of
 * memory or descriptors at the start, which is fatal.
 */
#include "simulator/loop.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/clock.h"
#include "simulator/state/sim-memory.h"

#define SLEEP_MAX_MS 1000
#define CONNECTIONS_MAX 64

struct timer {
	int64_t due_us;
	uint64_t order; /* breaks ties: first set, first run */
	void (*run)(void *arg);
	void (*drop)(void *arg);
	void *arg;
};

struct loop {
	pthread_t thread;
	pthread_mutex_t lock;
	struct timer *heap;
	size_t n, capacity;
	uint64_t next_order;
	bool sleeping;
	atomic_bool stopping;
	int wake_fd;
	struct http_client *client;
};

static bool timer_is_before(const struct timer *a, const struct timer *b)
{
	return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

static void heap_add(struct loop *loop, struct timer timer)
{
	size_t i = loop->n++;

	if (loop->n > loop->capacity) {
		loop->capacity = loop->capacity ? loop->capacity * 2 : 256;
		loop->heap = memory_grow(loop->heap, loop->capacity * sizeof(*loop->heap));
	}
	while (i && timer_is_before(&timer, &loop->heap[(i - 1) / 2])) {
		loop->heap[i] = loop->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	loop->heap[i] = timer;
}

static struct timer heap_take(struct loop *loop)
{
	struct timer first = loop->heap[0];
	struct timer last = loop->heap[--loop->n];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < loop->n) {
		if (child + 1 < loop->n && timer_is_before(&loop->heap[child + 1], &loop->heap[child]))
			child++;
		if (!timer_is_before(&loop->heap[child], &last))
			break;
		loop->heap[i] = loop->heap[child];
		i = child;
	}
	loop->heap[i] = last;
	return first;
}

static bool timer_take_due(struct loop *loop, int64_t now_us, struct timer *out)
{
	bool due;

	pthread_mutex_lock(&loop->lock);
	due = loop->n && loop->heap[0].due_us <= now_us;
	if (due)
		*out = heap_take(loop);
	pthread_mutex_unlock(&loop->lock);
	return due;
}

static void run_due(struct loop *loop)
{
	int64_t now_us = clock_mono_us();
	struct timer timer;

	while (!loop->stopping && timer_take_due(loop, now_us, &timer))
		timer.run(timer.arg);
}

/* How long nothing is due; the thread counts as asleep from here on. */
static int sleep_begin(struct loop *loop)
{
	int64_t wait_ms = SLEEP_MAX_MS;

	pthread_mutex_lock(&loop->lock);
	if (loop->n)
		wait_ms = (loop->heap[0].due_us - clock_mono_us() + 999) / 1000;
	loop->sleeping = true;
	pthread_mutex_unlock(&loop->lock);
	if (wait_ms < 0)
		wait_ms = 0;
	return wait_ms > SLEEP_MAX_MS ? SLEEP_MAX_MS : (int)wait_ms;
}

static void sleep_end(struct loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	loop->sleeping = false;
	pthread_mutex_unlock(&loop->lock);
}

static void loop_wake(struct loop *loop)
{
	uint64_t one = 1;

	while (write(loop->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static void loop_wake_drain(struct loop *loop)
{
	uint64_t count;

	while (read(loop->wake_fd, &count, sizeof(count)) < 0 && errno == EINTR)
		;
}

static void *loop_main(void *arg)
{
	struct loop *loop = arg;

	while (!loop->stopping) {
		run_due(loop);
		if (http_client_run(loop->client, &loop->wake_fd, 1, sleep_begin(loop)))
			loop_wake_drain(loop);
		sleep_end(loop);
	}
	return NULL;
}

struct loop *loop_new(void)
{
	struct loop *loop = memory_new(sizeof(*loop));
	const struct http_client_options options = {
		.max_connections = CONNECTIONS_MAX, .max_response_bytes = 64 * 1024, .user_agent = "facebookexternalua"
	};

	pthread_mutex_init(&loop->lock, NULL);
	loop->client = http_client_new(&options);
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->wake_fd < 0 || pthread_create(&loop->thread, NULL, loop_main, loop))
		fatal(ERR_INTERNAL, "cannot start a thread");
	return loop;
}

void loop_stop(struct loop *loop)
{
	loop->stopping = true;
	loop_wake(loop);
	pthread_join(loop->thread, NULL);
	http_client_free(loop->client);
	loop->client = NULL;
	while (loop->n) {
		struct timer timer = heap_take(loop);

		if (timer.drop)
			timer.drop(timer.arg);
	}
}

void loop_free(struct loop *loop)
{
	close(loop->wake_fd);
	pthread_mutex_destroy(&loop->lock);
	free(loop->heap);
	free(loop);
}

bool loop_is_stopping(const struct loop *loop)
{
	return loop->stopping;
}

void loop_after(struct loop *loop, int64_t delay_ms, void (*run)(void *arg), void (*drop)(void *arg), void *arg)
{
	struct timer timer = { .due_us = clock_mono_us() + delay_ms * 1000, .run = run, .drop = drop, .arg = arg };
	bool asleep;

	pthread_mutex_lock(&loop->lock);
	timer.order = loop->next_order++;
	heap_add(loop, timer);
	asleep = loop->sleeping && loop->heap[0].order == timer.order;
	if (asleep)
		loop->sleeping = false;
	pthread_mutex_unlock(&loop->lock);
	if (asleep)
		loop_wake(loop);
}

void loop_request(struct loop *loop, const struct http_request *request)
{
	http_client_submit(loop->client, request);
}
