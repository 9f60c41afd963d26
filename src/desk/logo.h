/*
 * logo.h - the organisation's logo, for the pages that show it.
 */
#ifndef DESKBELL_DESK_LOGO_H
#define DESKBELL_DESK_LOGO_H

#include "desk/desk.h"

/* Where it is, by when it was put in. In the pool. */
struct str logo_path(struct desk_request *v, int64_t since_ms);
/* The member "visited" of a page for people who are signed out: whose it is, with the logo, or false where that is not
 * known. `token_hash`: of an invitation or a link for a new password; absent: the only organisation that there is. */
void logo_write_visited(struct desk_request *v, struct json_writer *w, struct str token_hash);
/* The settings of the organisation again, with what is wrong with the logo; translated. */
enum err organisation_show_again(struct desk_request *v, const char *error) MUST_CHECK;

#endif
