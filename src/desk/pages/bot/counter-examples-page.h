/*
 * counter-examples-page.h - the questions that a skill or a document must not answer, on its page.
 */
#ifndef DESKBELL_DESK_PAGES_BOT_COUNTER_EXAMPLES_PAGE_H
#define DESKBELL_DESK_PAGES_BOT_COUNTER_EXAMPLES_PAGE_H

#include "desk/desk.h"

/* Inside request_transaction: those of a skill, or of a document; the other one is 0. */
enum err counter_examples_list(
	struct desk_request *v, int64_t skill, int64_t document, struct sql_counter_example_list_rows *out) MUST_CHECK;
/* Writes "has_counter_examples" and "counter_examples". */
void counter_examples_write(
	struct desk_request *v, struct json_writer *w, const struct sql_counter_example_list_rows *rows);

#endif
