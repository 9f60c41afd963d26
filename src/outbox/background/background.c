/*
 * background.c - threads for what takes long or can wait, next to the sender's loop.
 *
 * Owns two threads, which are started with the first task and are nicer than the loop, and a connection for each, which
 * is closed when it has not been used for a while. Decides nothing: whose turn it is and what follows is the loop's.
 */
#include "outbox/background/background.h"

#include "core/log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define THREADS 2
#define STACK_BYTES (512u << 10)
#define UNUSED_S 60 /* then a connection is closed */
#define NICE 5

struct tasks {
	struct task *first, **last;
};

struct background {
	const struct conf *conf;
	pthread_t threads[THREADS];
	int n_threads;
	int n_tasks; /* known to the loop only */
	int fd;      /* eventfd: something has ended */
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct tasks waiting, ended;
	bool closing;
};

static void tasks_add(struct tasks *tasks, struct task *task)
{
	task->next = NULL;
	*tasks->last = task;
	tasks->last = &task->next;
}

static void tasks_clear(struct tasks *tasks)
{
	tasks->first = NULL;
	tasks->last = &tasks->first;
}

struct background *background_new(const struct conf *conf)
{
	struct background *b = calloc(1, sizeof(*b));
	pthread_condattr_t attributes;
	if (!b)
		fatal(ERR_INTERNAL, "out of memory");
	b->conf = conf;
	b->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (b->fd < 0)
		fatal(ERR_INTERNAL, "no eventfd");
	tasks_clear(&b->waiting);
	tasks_clear(&b->ended);
	pthread_mutex_init(&b->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&b->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	return b;
}

/* ---- in a thread ---- */

/* Under the mutex: the next task; NULL when it is over or, with a connection, when none has come for a while. */
static struct task *background_wait(struct background *b, bool has_connection)
{
	struct timespec until;
	int e = 0;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += UNUSED_S;
	while (!b->waiting.first && !b->closing && e != ETIMEDOUT)
		e = has_connection ? pthread_cond_timedwait(&b->changed, &b->mutex, &until)
				   : pthread_cond_wait(&b->changed, &b->mutex);
	struct task *task = b->waiting.first;
	if (task && !(b->waiting.first = task->next))
		tasks_clear(&b->waiting);
	return task;
}

static void background_ended(struct background *b, struct task *task)
{
	const uint64_t one = 1;
	tasks_add(&b->ended, task);
	if (write(b->fd, &one, sizeof(one)) < 0)
		LOG_WARN("background.unheard", F_INT("errno", errno));
}

static void *background_main(void *arg)
{
	struct background *b = arg;
	struct db *db = NULL;
	(void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE); /* of this thread alone */
	pthread_mutex_lock(&b->mutex);
	for (;;) {
		struct task *task = background_wait(b, db != NULL);
		if (!task && b->closing)
			break;
		pthread_mutex_unlock(&b->mutex);
		if (!task) {
			db_free(db);
			db = NULL;
		} else {
			db = db ? db : db_new(b->conf, "deskbell-outbox-background");
			task->run(task, db);
		}
		pthread_mutex_lock(&b->mutex);
		if (task)
			background_ended(b, task);
	}
	pthread_mutex_unlock(&b->mutex);
	db_free(db);
	return NULL;
}

/* ---- on the loop ---- */

static void background_start_thread(struct background *b)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&b->threads[b->n_threads], &attributes, background_main, b);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	b->n_threads += !failed;
	if (b->n_threads == 0)
		fatal(ERR_INTERNAL, "no thread can be started");
}

void background_submit(struct background *b, struct task *task)
{
	pthread_mutex_lock(&b->mutex);
	tasks_add(&b->waiting, task);
	pthread_cond_signal(&b->changed);
	pthread_mutex_unlock(&b->mutex);
	b->n_tasks++;
	if (b->n_threads < THREADS && b->n_threads < b->n_tasks)
		background_start_thread(b);
}

int background_socket(const struct background *b)
{
	return b->fd;
}

void background_take(struct background *b)
{
	uint64_t n;
	if (read(b->fd, &n, sizeof(n)) < 0)
		return;
	pthread_mutex_lock(&b->mutex);
	struct task *task = b->ended.first, *next;
	tasks_clear(&b->ended);
	pthread_mutex_unlock(&b->mutex);
	for (; task; task = next) {
		next = task->next;
		b->n_tasks--;
		task->done(task);
	}
}

int background_tasks(const struct background *b)
{
	return b->n_tasks;
}

void background_free(struct background *b)
{
	if (!b)
		return;
	pthread_mutex_lock(&b->mutex);
	b->closing = true;
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->mutex);
	for (int i = 0; i < b->n_threads; i++)
		pthread_join(b->threads[i], NULL);
	background_take(b);
	pthread_cond_destroy(&b->changed);
	pthread_mutex_destroy(&b->mutex);
	close(b->fd);
	free(b);
}
