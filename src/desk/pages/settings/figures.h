/*
 * figures.h - what the page of figures and its file for spreadsheets share.
 */
#ifndef DESKBELL_DESK_PAGES_SETTINGS_FIGURES_H
#define DESKBELL_DESK_PAGES_SETTINGS_FIGURES_H

#include "desk/desk.h"

#define FIGURES_DAYS 14

struct figures {
	struct sql_figures_days_rows days;
	struct sql_figures_hours_rows hours;
	struct sql_figures_people_rows people;
};

/* For request_transaction; `arg` is a struct figures. */
enum err figures_load(struct desk_request *v, void *arg) MUST_CHECK;
/* The first of the days that are shown, as the statement counts them. */
int64_t figures_first_day(const struct desk_request *v);

#endif
