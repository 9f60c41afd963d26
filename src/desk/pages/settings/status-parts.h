/*
 * status-parts.h - what the files of the status page share.
 */
#ifndef DESKBELL_DESK_PAGES_SETTINGS_STATUS_PARTS_H
#define DESKBELL_DESK_PAGES_SETTINGS_STATUS_PARTS_H

#include "desk/desk.h"

struct status {
	struct db_result *server, *senders;                                  /* of the installation */
	struct db_result *days, *today, *channels, *errors, *refused, *late; /* of the organisation */
	struct sql_status_breakers_rows breakers;
	bool is_migrated;
};

/* The member "findings". */
void status_write_findings(struct desk_request *v, struct json_writer *w, const struct status *s);
/* The members "day" and "chart". */
void status_write_figures(struct desk_request *v, struct json_writer *w, const struct status *s);

#endif
