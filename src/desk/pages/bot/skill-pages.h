/*
 * skill-pages.h - what the pages about skills share.
 */
#ifndef DESKBELL_DESK_PAGES_BOT_SKILL_PAGES_H
#define DESKBELL_DESK_PAGES_BOT_SKILL_PAGES_H

#include "answer/question.h"
#include "answer/skills/skill-lint.h"
#include "answer/skills/skill-store.h"
#include "desk/desk.h"

/* The enabled skills, for what is easily mistaken. With very many triggers nothing is compared: that takes seconds,
 * which `deskbellctl learn` has. */
struct skill_lint_view {
	struct skill_set skills;
	bool too_many;
};

/* Inside request_transaction. */
enum err skill_lint_load(struct desk_request *v, struct skill_lint_view *out) MUST_CHECK;
/* Writes "has_lint" and "lint", of one skill only unless `id` is 0; the work is done here, outside of transactions. */
void skill_lint_write(struct desk_request *v, struct json_writer *w, const struct skill_lint_view *view, int64_t id);
/* Inside request_transaction: what is the same for whatever is tried on the organisation's bot. */
enum err skill_try_question(struct desk_request *v, struct question *q) MUST_CHECK;
/* Whether its triggers are few enough to be loaded for a page; `arg`: a bool. Inside request_transaction. */
enum err skill_try_are_few(struct desk_request *v, void *arg) MUST_CHECK;
/* Whether it is a sure answer: no fallback, and no asking back. */
bool skill_try_is_answer(const struct answer *answer);

/* Inside request_transaction: {"skill", "title"}. */
enum err skill_audit(struct desk_request *v, const char *action, int64_t id, struct str title) MUST_CHECK;
/* Writes "tab": {NAME: true}. */
void skills_tab(struct json_writer *w, const char *name);

#endif
