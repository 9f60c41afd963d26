/*
 * doctor.h - what the checks of deskbellctl doctor share.
 */
#ifndef DESKBELL_CTL_DOCTOR_DOCTOR_H
#define DESKBELL_CTL_DOCTOR_DOCTOR_H

#include "ctl/ctl.h"

enum doctor_level { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct finding {
	enum doctor_level level;
	const char *check;
	struct str words, next; /* next: what to do; absent when there is nothing to do */
	struct finding *after;
};

struct doctor {
	struct ctl *ctl;
	bool database_answers, is_migrated; /* what later checks depend on */
	struct finding *first, **last;
};

/* Notes a finding; printf-like words. `next` may be NULL. */
void doctor_note(struct doctor *d, enum doctor_level level, const char *check, const char *next, const char *fmt, ...)
	PRINTF_LIKE(5, 6);

/* The checks. Each notes at least one finding. */
void doctor_configuration(struct doctor *d);
void doctor_libraries(struct doctor *d);
void doctor_limits(struct doctor *d);
void doctor_run_dir(struct doctor *d);
void doctor_files(struct doctor *d);
void doctor_pictures(struct doctor *d);
void doctor_log(struct doctor *d);
void doctor_address(struct doctor *d);
void doctor_database(struct doctor *d);
void doctor_row_security(struct doctor *d);
void doctor_connections(struct doctor *d);
void doctor_clock(struct doctor *d);
void doctor_keys(struct doctor *d);
void doctor_zones(struct doctor *d);
void doctor_secret_files(struct doctor *d);
void doctor_documents(struct doctor *d);
void doctor_model(struct doctor *d);
void doctor_mail(struct doctor *d);
void doctor_channels(struct doctor *d);
void doctor_webhooks(struct doctor *d);
void doctor_sender(struct doctor *d);
void doctor_queue(struct doctor *d);
/* Notes nothing where the desk has no role of its own. */
void doctor_desk_role(struct doctor *d);
/* Notes what is wrong only. */
void doctor_own_models(struct doctor *d);
/* Notes nothing while every endpoint is asked. */
void doctor_breakers(struct doctor *d);

#endif
