/*
 * ring-page.h - what calls a person, as a part of the page /account.
 */
#ifndef DESKBELL_DESK_RING_PAGE_H
#define DESKBELL_DESK_RING_PAGE_H

#include "desk/desk.h"

/* What the part shows, read before the model begins. */
struct ring_part {
	struct sql_ring_choices_rows choices;
	struct sql_absence_rows absence;
	struct sql_push_list_rows browsers;
};

/* Outside a transaction, for a member of the organisation. */
enum err ring_part_load(struct desk_request *v, struct ring_part *out) MUST_CHECK;
/* The member "ring". */
void ring_part_write(struct desk_request *v, struct json_writer *w, const struct ring_part *part);
/* "Firefox, Linux" of a User-Agent header; what is neither is shown as it came, cut. */
struct str account_browser_name(struct desk_request *v, struct str agent);

#endif
