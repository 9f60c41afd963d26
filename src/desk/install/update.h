/*
 * update.h - the desk while its database is of another version: owners bring it to the program's.
 */
#ifndef DESKBELL_DESK_UPDATE_H
#define DESKBELL_DESK_UPDATE_H

#include "desk/desk.h"

/* Whether the request gets the page of the update instead of its own. Looks into the database until it has been found
 * to be of this program's version once. */
bool update_is_needed(struct desk_request *v);
/* That page, with status 503, or what its form does. */
enum err update_serve(struct desk_request *v) MUST_CHECK;

#endif
