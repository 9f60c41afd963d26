/*
 * pager.h - lists in pages by key: ?after=KEY, and the links at the end of a page.
 */
#ifndef DESKBELL_DESK_PAGER_H
#define DESKBELL_DESK_PAGER_H

#include "desk/desk.h"

/* The number in ?after=; 0 when there is none, or none that is a positive number. */
int64_t pager_after(struct desk_request *v);
/* Writes "pager": false when the list has one page. `path` is the list's own; `after` where this page began, `last` the
 * key of its last row, 0 when nothing follows. */
void pager_write(struct desk_request *v, struct json_writer *w, const char *path, int64_t after, int64_t last);

#endif
