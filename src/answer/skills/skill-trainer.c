/*
 * skill-trainer.c - trains one organisation's model in a thread beside the work, so that answers of other organisations
 * do not wait.
 *
 * Owns at most one thread. The thread has a pool of its own, holds copies of what it needs and shares nothing but two
 * flags; it knows neither the database nor signals. The result goes back as bytes, and the reader checks by their
 * digest that they belong to the skills that it has: models of different skills are never mixed.
 */
#include "answer/skills/skill-trainer.h"

#include "answer/skills/training-phrases.h"
#include "answer/skills/skill-model.h"
#include "core/clock.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define MODEL_MAX_BYTES (128u << 20)

struct skill_trainer {
	pthread_t thread;
	bool started;
	atomic_bool stop;
	pthread_mutex_t mutex;
	pthread_cond_t ended_cond;
	bool ended;        /* under the mutex */
	struct pool *pool; /* the thread's, until it has ended */
	struct skill_set skills;
	struct trained result;
};

struct skill_trainer *skill_trainer_new(void)
{
	struct skill_trainer *t = calloc(1, sizeof(*t));
	pthread_condattr_t monotonic;
	if (!t)
		fatal(ERR_INTERNAL, "out of memory");
	pthread_mutex_init(&t->mutex, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&t->ended_cond, &monotonic);
	pthread_condattr_destroy(&monotonic);
	t->pool = pool_new();
	return t;
}

bool skill_trainer_is_idle(const struct skill_trainer *t)
{
	return !t->started;
}

static void copy_skills(struct skill_trainer *t, const struct skill_set *skills)
{
	t->skills = (struct skill_set){ .n = skills->n,
		.revision = skills->revision,
		.all = pool_new_array(t->pool, (size_t)skills->n + 1, struct skill) };
	for (int s = 0; s < skills->n; s++) {
		const struct skill *from = &skills->all[s];
		struct str *triggers = pool_new_array(t->pool, (size_t)from->n_triggers + 1, struct str);
		for (int i = 0; i < from->n_triggers; i++)
			triggers[i] = pool_str(t->pool, from->triggers[i]);
		t->skills.all[s] = (struct skill){ .id = from->id,
			.title = pool_str(t->pool, from->title),
			.triggers = triggers,
			.n_triggers = from->n_triggers };
	}
}

static void train(struct skill_trainer *t)
{
	int64_t began_us = clock_mono_us();
	struct buf bytes;
	struct pool *scratch = pool_new();
	const struct skill_model *model =
		skill_model_train(scratch, phrases_new(scratch, t->skills.all, t->skills.n), &t->stop);
	buf_init(&bytes, MODEL_MAX_BYTES);
	if (model)
		skill_model_write(model, &bytes);
	if (bytes.err == ERR_OK)
		t->result.bytes = pool_str(t->pool, buf_str(&bytes));
	buf_fini(&bytes);
	pool_free(scratch);
	t->result.took_ms = (clock_mono_us() - began_us) / 1000;
}

static void *run(void *arg)
{
	struct skill_trainer *t = arg;
	train(t);
	pthread_mutex_lock(&t->mutex);
	t->ended = true;
	pthread_cond_signal(&t->ended_cond);
	pthread_mutex_unlock(&t->mutex);
	return NULL;
}

void skill_trainer_start(struct skill_trainer *t, int64_t org_id, const struct skill_set *skills)
{
	sigset_t all, before;
	if (t->started)
		bug("the trainer is not idle");
	pool_reset(t->pool);
	copy_skills(t, skills);
	t->result = (struct trained){ .org_id = org_id, .revision = skills->revision };
	t->ended = false;
	atomic_store(&t->stop, false);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	t->started = pthread_create(&t->thread, NULL, run, t) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static bool wait_for_end(struct skill_trainer *t, int64_t wait_ms)
{
	struct timespec until;
	int timed_out = 0;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += wait_ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&t->mutex);
	while (!t->ended && !timed_out)
		timed_out = wait_ms < 0 ? pthread_cond_wait(&t->ended_cond, &t->mutex)
					: pthread_cond_timedwait(&t->ended_cond, &t->mutex, &until);
	bool ended = t->ended;
	pthread_mutex_unlock(&t->mutex);
	return ended;
}

bool skill_trainer_take(struct skill_trainer *t, int64_t wait_ms, struct trained *out)
{
	if (!t->started || !wait_for_end(t, wait_ms))
		return false;
	pthread_join(t->thread, NULL);
	t->started = false;
	*out = t->result;
	return true;
}

void skill_trainer_free(struct skill_trainer *t)
{
	struct trained unused;
	if (!t)
		return;
	atomic_store(&t->stop, true);
	skill_trainer_take(t, -1, &unused);
	pool_free(t->pool);
	pthread_cond_destroy(&t->ended_cond);
	pthread_mutex_destroy(&t->mutex);
	free(t);
}
