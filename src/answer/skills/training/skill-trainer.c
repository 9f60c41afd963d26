/*
 * skill-trainer.c - loads skills and trains their models in the background, so that answers do not wait.
 *
 * Owns at most one thread. It has a pool of its own, holds copies of what it needs and shares nothing but flags. A
 * training takes seconds to minutes and up to hundreds of megabytes: where a program is named the thread hands the
 * phrases to it and waits. That child has limits of time and memory, knows neither database nor secrets, and may crash
 * or be killed: then the skills go by similarity. The result goes back as bytes, and the reader checks by their digest
 * that they belong to the skills that it has: models of different skills are never mixed.
 */
#include "answer/skills/training/skill-trainer.h"

#include "answer/skills/counter-examples.h"
#include "answer/skills/skill-model.h"
#include "answer/skills/training/training-phrases.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/process/sanitizer.h"
#include "core/process/subprocess.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define TRAINING_MS 600000
#define TRAINING_BYTES (384u << 20) /* of address space; what the largest organization takes is below 300 MB */
#define INPUT_MAX_BYTES (64u << 20)
#define MODEL_MAX_BYTES (128u << 20)
#define FEW_BYTES 32768       /* of phrases: trained within a moment */
#define DRAFT_PHRASES_MAX 400 /* so many are trained while a page waits */

struct skill_trainer {
	pthread_t thread;
	bool started;
	atomic_bool stop;
	pthread_mutex_t mutex;
	pthread_cond_t ended_cond;
	bool ended;        /* under the mutex */
	struct pool *pool; /* the thread's, until it has ended */
	const char *program;
	int ended_fd;
	const struct conf *conf;
	bool loads; /* else it trains */
	struct skill_set skills;
	struct trained result;
	struct loaded loaded;
};

/* ---- the child: phrases in, model out ---- */

static void add_phrase_line(struct buf *out, int skill, struct str phrase)
{
	buf_addf(out, "%d %zu\n", skill, phrase.n);
	buf_add_str(out, phrase);
}

/* For each skill its title, then its triggers: "SKILL BYTES", a line feed, the bytes. */
static void write_phrases(struct buf *out, const struct skill_set *skills)
{
	for (int s = 0; s < skills->n; s++) {
		add_phrase_line(out, s, skills->all[s].title);
		for (int i = 0; i < skills->all[s].n_triggers; i++)
			add_phrase_line(out, s, skills->all[s].triggers[i]);
	}
}

/* The next phrase; false at the end, and when the rest is none. */
static bool read_phrase(struct str *rest, int64_t *skill, struct str *phrase)
{
	struct str line = str_take_until(rest, '\n'), number = str_take_until(&line, ' ');
	int64_t bytes;
	if (!str_to_i64(number, skill) || !str_to_i64(line, &bytes) || bytes < 0 || (size_t)bytes > rest->n)
		return false;
	*phrase = (struct str){ rest->p, (size_t)bytes };
	*rest = (struct str){ rest->p + bytes, rest->n - (size_t)bytes };
	return true;
}

static void read_phrases(struct pool *pool, struct str text, struct skill_set *out)
{
	size_t room = 1;
	int64_t skill;
	struct str phrase;
	for (struct str rest = text; read_phrase(&rest, &skill, &phrase);)
		room++;
	struct str *triggers = pool_new_array(pool, room, struct str);
	*out = (struct skill_set){ .all = pool_new_array(pool, room, struct skill) };
	for (struct str rest = text; read_phrase(&rest, &skill, &phrase);)
		if (skill == out->n)
			out->all[out->n++] = (struct skill){ .title = phrase, .triggers = triggers };
		else if (skill == out->n - 1) {
			*triggers++ = phrase;
			out->all[skill].n_triggers++;
		}
}

static bool skill_trainer_read_all(struct buf *text)
{
	ssize_t n;
	char *room;
	while ((room = buf_reserve(text, 65536)) != NULL && (n = read(STDIN_FILENO, room, 65536)) > 0)
		buf_commit(text, (size_t)n);
	return text->err == ERR_OK;
}

static bool skill_trainer_write_bytes(struct str bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes.p, bytes.n);
		if (n <= 0)
			return false;
		bytes = (struct str){ bytes.p + n, bytes.n - (size_t)n };
	}
	return true;
}

int skill_trainer_main(void)
{
	struct pool *pool = pool_new();
	struct skill_set skills;
	struct buf text, bytes;
	buf_init(&text, INPUT_MAX_BYTES);
	buf_init(&bytes, MODEL_MAX_BYTES);
	bool good = skill_trainer_read_all(&text);
	/* For few skills answers wait, for a while, and a sender that is to leave does for any: on a busy machine the
	 * niceness makes minutes of what takes a moment. */
	if (text.len > FEW_BYTES)
		(void)setpriority(PRIO_PROCESS, 0, 15);
	if (good) {
		read_phrases(pool, buf_str(&text), &skills);
		const struct skill_model *model =
			skill_model_train(pool, phrases_new(pool, skills.all, skills.n), NULL);
		if (model)
			skill_model_write(model, &bytes);
		good = bytes.err == ERR_OK && skill_trainer_write_bytes(buf_str(&bytes));
	}
	buf_fini(&text);
	buf_fini(&bytes);
	pool_free(pool);
	return good ? 0 : 1;
}

/* ---- the thread ---- */

struct skill_trainer *skill_trainer_new(const struct conf *conf, const char *program, int ended_fd)
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
	t->conf = conf;
	t->program = program;
	t->ended_fd = ended_fd;
	return t;
}

bool skill_trainer_is_idle(const struct skill_trainer *t)
{
	return !t->started;
}

int64_t skill_trainer_org(const struct skill_trainer *t)
{
	if (!t->started)
		return 0;
	return t->loads ? t->loaded.org_id : t->result.org_id;
}

bool skill_trainer_loads(const struct skill_trainer *t)
{
	return t->started && t->loads;
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

static void train_here(struct skill_trainer *t)
{
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
}

static void train_in_child(struct skill_trainer *t)
{
	const char *const argv[] = { t->program, "--train", NULL };
	struct subprocess_result result;
	struct explain why = { "" };
	struct buf phrases;
	buf_init(&phrases, INPUT_MAX_BYTES);
	write_phrases(&phrases, &t->skills);
	struct subprocess child = { .argv = argv,
		.package = "deskbell",
		.input = buf_str(&phrases),
		.max_output_bytes = MODEL_MAX_BYTES,
		.max_memory_bytes = HAS_SANITIZER ? 0 : TRAINING_BYTES,
		.timeout_ms = TRAINING_MS,
		.stop = &t->stop };
	enum err e = phrases.err;
	if (e == ERR_OK)
		e = subprocess_run(t->pool, &child, &result, &why);
	buf_fini(&phrases);
	if (e == ERR_OK && result.exit_status == 0)
		t->result.bytes = result.output;
	else if (e == ERR_OK)
		t->result.reason = pool_printf(t->pool, "the training ended with status %d: %.*s", result.exit_status,
			(int)str_cut(result.errors, 200).n, result.errors.n ? result.errors.p : "")
					   .p;
	else
		t->result.reason = pool_printf(t->pool, "%s", *why.text ? why.text : err_info(e)->message).p;
}

static void skill_trainer_store(struct skill_trainer *t)
{
	struct trained *r = &t->result;
	struct db *db = db_new(t->conf, "deskbell-outbox-skills");
	if (skill_store_save_model(db, r->org_id, r->revision, r->bytes, r->took_ms, &r->stored) != ERR_OK)
		LOG_WARN("skills.model_not_stored", F_INT("org", r->org_id), F_INT("revision", r->revision));
	db_free(db);
}

static void skill_trainer_train(struct skill_trainer *t)
{
	int64_t began_us = clock_mono_us();
	if (t->program)
		train_in_child(t);
	else
		train_here(t);
	t->result.took_ms = (clock_mono_us() - began_us) / 1000;
	if (t->conf && t->result.bytes.n)
		skill_trainer_store(t);
}

static void use_stored_model(struct db *db, struct loaded *l)
{
	struct pool *pool = pool_new();
	struct explain why;
	struct str bytes;
	struct skill_model *model;
	if (l->skills.n && skill_store_load_model(db, pool, l->org_id, &bytes) == ERR_OK && bytes.p) {
		if (skill_model_read(l->pool, skill_index_phrases(l->index), bytes, &model, &why) == ERR_OK)
			skill_index_set_model(l->index, model);
		else
			LOG_WARN("skills.model_ignored", F_INT("org", l->org_id), F_INT("revision", l->skills.revision),
				F_CSTR("reason", why.text));
	}
	pool_free(pool);
}

/* The skills with the draft among them. */
static void add_draft(struct loaded *l, const struct skill *draft)
{
	struct skill_set *set = &l->skills;
	struct skill *all = pool_new_array(l->pool, (size_t)set->n + 1, struct skill);
	int n = 0;
	for (int i = 0; i < set->n; i++)
		if (set->all[i].id != draft->id)
			all[n++] = set->all[i];
	all[n++] = *draft;
	set->all = all;
	set->n = n;
}

static void train_draft(struct loaded *l)
{
	const struct phrases *phrases = skill_index_phrases(l->index);
	atomic_bool stop = false;
	struct skill_model *model =
		phrases->n_of_skills <= DRAFT_PHRASES_MAX ? skill_model_train(l->pool, phrases, &stop) : NULL;
	if (model)
		skill_index_set_model(l->index, model);
}

void skill_load(struct db *db, int64_t org_id, int64_t revision, const struct skill *draft, struct loaded *out)
{
	*out = (struct loaded){ .org_id = org_id, .revision = revision, .pool = pool_new() };
	struct counter_examples *examples = NULL;
	out->err = skill_store_load(db, out->pool, org_id, &out->skills);
	if (out->err == ERR_OK)
		out->err = counter_examples_load(db, out->pool, org_id, &examples);
	if (out->err != ERR_OK) {
		pool_free(out->pool);
		out->pool = NULL;
		return;
	}
	if (out->skills.n)
		out->revision = out->skills.revision;
	if (draft)
		add_draft(out, draft);
	out->index = skill_index_new(out->pool, out->skills.all, out->skills.n);
	skill_index_set_counter_examples(out->index, examples);
	if (draft) {
		train_draft(out);
		return;
	}
	use_stored_model(db, out);
}

static void skill_trainer_load_result(struct skill_trainer *t)
{
	struct db *db = db_new(t->conf, "deskbell-outbox-skills");
	skill_load(db, t->loaded.org_id, t->loaded.revision, NULL, &t->loaded);
	db_free(db);
}

static void *skill_trainer_run(void *arg)
{
	struct skill_trainer *t = arg;
	uint64_t one = 1;
	if (t->loads)
		skill_trainer_load_result(t);
	else
		skill_trainer_train(t);
	pthread_mutex_lock(&t->mutex);
	t->ended = true;
	pthread_cond_signal(&t->ended_cond);
	pthread_mutex_unlock(&t->mutex);
	if (t->ended_fd >= 0 && write(t->ended_fd, &one, sizeof(one)) < 0)
		LOG_WARN("skills.unheard", F_INT("org", skill_trainer_org(t)));
	return NULL;
}

static void start_thread(struct skill_trainer *t)
{
	sigset_t all, before;
	t->ended = false;
	atomic_store(&t->stop, false);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	t->started = pthread_create(&t->thread, NULL, skill_trainer_run, t) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void skill_trainer_start(struct skill_trainer *t, int64_t org_id, const struct skill_set *skills)
{
	if (t->started)
		bug("the trainer is not idle");
	pool_reset(t->pool);
	copy_skills(t, skills);
	t->loads = false;
	t->result = (struct trained){ .org_id = org_id, .revision = skills->revision };
	start_thread(t);
}

void skill_trainer_load(struct skill_trainer *t, int64_t org_id, int64_t revision)
{
	if (t->started || !t->conf)
		bug("the trainer cannot load");
	t->loads = true;
	t->loaded = (struct loaded){ .org_id = org_id, .revision = revision };
	start_thread(t);
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

bool skill_trainer_take_loaded(struct skill_trainer *t, struct loaded *out)
{
	struct trained unused;
	if (!skill_trainer_take(t, 0, &unused))
		return false;
	*out = t->loaded;
	t->loaded = (struct loaded){ .pool = NULL };
	return true;
}

void skill_trainer_free(struct skill_trainer *t)
{
	struct trained unused;
	if (!t)
		return;
	atomic_store(&t->stop, true);
	skill_trainer_take(t, -1, &unused);
	pool_free(t->loaded.pool);
	pool_free(t->pool);
	pthread_cond_destroy(&t->ended_cond);
	pthread_mutex_destroy(&t->mutex);
	free(t);
}
