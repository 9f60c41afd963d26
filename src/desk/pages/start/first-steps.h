/*
 * first-steps.h - what a new organisation still has to do, on its own page and in the inbox.
 */
#ifndef DESKBELL_DESK_PAGES_START_FIRST_STEPS_H
#define DESKBELL_DESK_PAGES_START_FIRST_STEPS_H

#include "desk/desk.h"

/* Inside request_transaction; no row for those who are no admins, and where the steps are not shown (any more). */
enum err first_steps_load(struct desk_request *v, struct sql_first_steps_rows *out) MUST_CHECK;
/* The member "first_steps": false where there is nothing to show. `done` too: also when all of them are done. */
void first_steps_write(struct desk_request *v, const struct sql_first_steps_rows *rows, bool done);
/* Inside request_transaction: a step that no other table knows of is done. */
enum err first_steps_mark(struct desk_request *v, const char *step) MUST_CHECK;

/* The member "trades": every kind of business, with the one that is chosen. */
void trades_write(struct desk_request *v, struct json_writer *w, struct str here);

#endif
