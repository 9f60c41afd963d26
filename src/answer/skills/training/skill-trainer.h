/*
 * skill-trainer.h - loads skills, or trains their model, in the background of the program that works with them.
 */
#ifndef DESKBELL_ANSWER_SKILL_TRAINER_H
#define DESKBELL_ANSWER_SKILL_TRAINER_H

#include "answer/skills/skill-store.h"

struct skill_trainer;

/* What has been trained: the model as bytes, empty when there was nothing to train or it failed, for `reason`. */
struct trained {
	int64_t org_id, revision, took_ms;
	struct str bytes;
	bool stored;        /* in the database */
	const char *reason; /* NULL: none */
};

/* Skills with their index and their stored model, ready to be used. */
struct loaded {
	int64_t org_id, revision; /* of the skills, or the one that was asked for where there are none */
	enum err err;
	struct pool *pool; /* holds all of it and belongs to who takes it; NULL after an error */
	struct skill_set skills;
	struct skill_index *index;
};

/* `conf`: threads load, and store what they have trained, over connections of their own; NULL: the caller stores.
 * `program`: is run as "PROGRAM --train" for each training (skill_trainer_main), so that neither the time nor the
 * memory of a training, nor a crash in it, is the caller's; NULL: a thread trains. `ended_fd`: an eventfd(2) that is
 * written when something has ended; -1: none. Borrowed. */
struct skill_trainer *skill_trainer_new(const struct conf *conf, const char *program, int ended_fd);
/* Stops what is under way. NULL is allowed. */
void skill_trainer_free(struct skill_trainer *trainer);
bool skill_trainer_is_idle(const struct skill_trainer *trainer);
/* The organization it works for, 0 when idle; and whether it loads. */
int64_t skill_trainer_org(const struct skill_trainer *trainer);
bool skill_trainer_loads(const struct skill_trainer *trainer);
/* Starts training; the skills are copied. Only when idle. */
void skill_trainer_start(struct skill_trainer *trainer, int64_t org_id, const struct skill_set *skills);
/* Starts loading. Only when idle, with a configuration. */
void skill_trainer_load(struct skill_trainer *trainer, int64_t org_id, int64_t revision);
/* Waits at most this long (below 0: as long as it takes) for the end of what was started; true once it has ended. Then
 * its result is in `out`, borrowed until the trainer is used again, and the trainer is idle. */
bool skill_trainer_take(struct skill_trainer *trainer, int64_t wait_ms, struct trained *out);
bool skill_trainer_take_loaded(struct skill_trainer *trainer, struct loaded *out);
/* Skills with their index and stored model, in a pool of their own; by the thread that has the time. With a draft
 * (NULL: none) as though that were stored, in place of the skill of its id; no stored model belongs to these skills, so
 * one of few skills is trained here and now. */
void skill_load(struct db *db, int64_t org_id, int64_t revision, const struct skill *draft, struct loaded *out);
/* The training program: phrases from standard input, the model to standard output. Returns the exit status. */
int skill_trainer_main(void);

#endif
