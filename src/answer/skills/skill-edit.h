/*
 * skill-edit.h - skills as people write them: what may be in one, many of them as JSON, and storing them.
 *
 * Whatever stores raises organizations.skills_revision in the same transaction, under whose row all changes of an
 * organisation's skills take turns; the sender then sees the old skills or the new ones.
 */
#ifndef DESKBELL_ANSWER_SKILLS_SKILL_EDIT_H
#define DESKBELL_ANSWER_SKILLS_SKILL_EDIT_H

#include "core/buf.h"
#include "core/json/json.h"
#include "db/statements.h"

#define SKILLS_MAX 5000 /* in one import */
#define SKILL_TITLE_MAX_BYTES 300
#define SKILL_RESPONSE_MAX_BYTES 65536
#define SKILL_TRIGGERS_MAX 2000
#define SKILL_TRIGGER_MAX_BYTES 2000

struct skill_edit {
	struct str title, response;
	struct str *triggers;
	size_t n_triggers;
	bool enabled, handover;
};

/* What is wrong with one element of an import. */
struct skill_problem {
	size_t number;     /* of the element, from 1; 0: the document as a whole */
	size_t line;       /* where the document stops being JSON; 0: it is JSON */
	struct str title;  /* of the element; absent when it has none */
	struct str reason; /* core/text/reason.h */
};

#define SKILL_PROBLEMS_MAX 50

struct skill_edits {
	struct skill_edit *all;
	size_t n;
	struct skill_problem problems[SKILL_PROBLEMS_MAX]; /* the first ones; with any nothing may be stored */
	int n_problems;
	int64_t added, replaced; /* by skills_save */
};

/* Reads [{"title", "triggers": [], "response", "enabled", "requires_human_handover"}]. Strings live in `pool`. False
 * when there are problems. */
bool skills_parse(struct pool *pool, struct str text, struct skill_edits *out);
/* The same form, a document that skills_parse takes; one element a line, so that two of them can be compared. */
void skills_write(struct buf *out, const struct sql_skill_list_rows *skills);

/* All of these are called inside a transaction of the organisation. */

/* Stores all of an import: a skill is known by its title, whatever its case, and one of the same title is replaced.
 * ERR_INVALID with words when titles differ in case only, ERR_QUOTA when there would be too many (quota.h). */
enum err skills_save(
	struct db *db, struct pool *pool, int64_t org, struct skill_edits *edits, struct explain *why) MUST_CHECK;
/* Stores one skill: a new one when `*id` is 0, which then becomes its id. `version` is what skill_get gave when the
 * skill was shown; absent: whatever is there is replaced. ERR_NOT_FOUND: there is none of that id; ERR_CONFLICT:
 * another one has the title (`*changed` false), or it was changed since (`*changed` true); ERR_QUOTA with
 * words. */
enum err skill_save(struct db *db, struct pool *pool, int64_t org, const struct skill_edit *edit, struct str version,
	int64_t *id, bool *changed, struct explain *why) MUST_CHECK;
/* Both: ERR_NOT_FOUND; `*title` is of the skill. */
enum err skill_set_enabled(
	struct db *db, struct pool *pool, int64_t org, int64_t id, bool enabled, struct str *title) MUST_CHECK;
enum err skill_delete(struct db *db, struct pool *pool, int64_t org, int64_t id, struct str *title) MUST_CHECK;
/* ERR_NOT_FOUND. Strings live in `pool`. */
enum err skill_get(struct db *db, struct pool *pool, int64_t org, int64_t id, struct skill_edit *out,
	struct str *version) MUST_CHECK;

#endif
