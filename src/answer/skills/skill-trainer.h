/*
 * skill-trainer.h - trains one organisation's model in a thread beside the work.
 */
#ifndef DESKBELL_ANSWER_SKILLS_SKILL_TRAINER_H
#define DESKBELL_ANSWER_SKILLS_SKILL_TRAINER_H

#include "answer/skills/skill-store.h"

struct skill_trainer;

/* What has been trained: the model as bytes, empty when there was nothing to learn. */
struct trained {
	int64_t org_id, revision, took_ms;
	struct str bytes;
};

struct skill_trainer *skill_trainer_new(void);
/* Stops what is under way. NULL is allowed. */
void skill_trainer_free(struct skill_trainer *trainer);
bool skill_trainer_is_idle(const struct skill_trainer *trainer);
/* Starts; the skills are copied. Only when idle. */
void skill_trainer_start(struct skill_trainer *trainer, int64_t org_id, const struct skill_set *skills);
/* Waits at most this long (below 0: as long as it takes) for the end of what was started; true once it has ended. Then
 * its result is in `out`, borrowed until the trainer is used again, and the trainer is idle. */
bool skill_trainer_take(struct skill_trainer *trainer, int64_t wait_ms, struct trained *out);

#endif
