/*
 * status-parts.h - what the files of the status page share.
 */
#ifndef DESKBELL_DESK_PAGES_SETTINGS_STATUS_PARTS_H
#define DESKBELL_DESK_PAGES_SETTINGS_STATUS_PARTS_H

#include "desk/desk.h"
#include "domain/quota.h"

struct status {
	struct sql_doctor_server_rows server;
	struct sql_senders_rows senders; /* of the installation */
	struct sql_status_days_rows days;
	struct sql_status_today_rows today;
	struct quota_state files;
	struct sql_status_channels_rows channels;
	struct sql_status_fields_rows fields;
	struct sql_status_errors_rows errors;
	struct sql_status_refused_rows refused;
	struct sql_status_late_rows late; /* of the organisation */
	struct sql_status_breakers_rows breakers;
	struct sql_status_costs_rows costs;
	struct sql_status_month_rows month;
	struct sql_status_answers_rows answers;
	bool is_migrated;
};

/* The member "findings". */
void status_write_findings(struct desk_request *v, struct json_writer *w, const struct status *s);
/* The member "costs": what the messages of the month cost. */
void status_write_costs(struct desk_request *v, struct json_writer *w, const struct status *s);
/* The member "answers": what became of customers' questions. */
void status_write_answers(struct desk_request *v, struct json_writer *w, const struct status *s);
/* Service messages of the month that have been delivered. */
int64_t status_service_messages(const struct status *s);
/* "4 s", "12 min", "3 h" */
struct str status_duration(struct desk_request *v, int64_t s);
/* The member "day": messages, replies and the time to reply of the last 24 hours. */
void status_write_day(struct desk_request *v, struct json_writer *w, const struct sql_status_today_rows *r);
/* The members "day" and "chart". */
void status_write_figures(struct desk_request *v, struct json_writer *w, const struct status *s);

#endif
