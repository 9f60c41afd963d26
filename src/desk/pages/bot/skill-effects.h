/*
 * skill-effects.h - what a skill would do before it is saved: earlier questions that it would have answered, and
 * answers that it would change.
 */
#ifndef DESKBELL_DESK_PAGES_BOT_SKILL_EFFECTS_H
#define DESKBELL_DESK_PAGES_BOT_SKILL_EFFECTS_H

#include "answer/skills/skill-edit.h"
#include "desk/desk.h"

struct skill_effects;

/* Outside of a transaction: asks the earlier questions again, with the skill as it is typed and without it. `id` is 0
 * for a new one; a title may be missing. Takes a second or two at most; stores nothing. */
enum err skill_effects_find(
	struct desk_request *v, int64_t id, const struct skill_edit *edit, struct skill_effects **out) MUST_CHECK;
/* Writes "effects": what was found; false when `effects` is NULL. */
void skill_effects_write(struct desk_request *v, struct json_writer *w, const struct skill_effects *effects);

#endif
