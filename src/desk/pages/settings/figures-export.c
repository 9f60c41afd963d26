/*
 * figures-export.c - /figures/export.csv?by=day|hour|person: a table of the figures for spreadsheets. Times are whole
 * seconds, an empty cell says that there is none.
 */
#include "desk/pages/settings/figures.h"

#include "desk/format/csv.h"

static void figures_add_head(struct buf *out, const char *columns)
{
	struct str rest = str_of(columns);
	csv_begin(out);
	for (bool first = true; rest.n; first = false)
		csv_add_cell(out, str_take_until(&rest, '|'), first);
	csv_end_row(out);
}

static void figures_add_number(struct desk_request *v, struct buf *out, int64_t n, bool first)
{
	csv_add_cell(out, pool_printf(v->pool, "%lld", (long long)n), first);
}

/* "2026-11-30" of a day that is counted from 1970 on. */
static struct str figures_date(struct desk_request *v, int64_t day)
{
	time_t at = (time_t)(day * 86400);
	struct tm tm;
	gmtime_r(&at, &tm);
	return pool_printf(v->pool, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static void figures_add_days(struct desk_request *v, struct buf *out, const struct sql_figures_days_rows *r)
{
	int64_t first = figures_first_day(v);
	figures_add_head(out,
		"day|questions|answered_by_skill|answered_by_document|answered_by_model|answered_by_person|"
		"handed_over|unanswered|median_first_human_reply_s");
	for (int i = 0; i < r->n; i++) {
		const struct sql_figures_days_row row = sql_figures_days_row(r, i);
		const int64_t numbers[] = { row.asked, row.skill, row.document, row.model, row.person, row.handed_over,
			row.unanswered };
		if (row.day < first)
			continue;
		csv_add_cell(out, figures_date(v, row.day), true);
		for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++)
			figures_add_number(v, out, numbers[k], false);
		if (row.has_median_s)
			figures_add_number(v, out, row.median_s, false);
		else
			csv_add_cell(out, STR_NONE, false);
		csv_end_row(out);
	}
}

static void figures_add_hours(struct desk_request *v, struct buf *out, const struct sql_figures_hours_rows *r)
{
	figures_add_head(out, "hour|questions|median_wait_s|longest_wait_s");
	for (int i = 0; i < r->n; i++) {
		const struct sql_figures_hours_row row = sql_figures_hours_row(r, i);
		figures_add_number(v, out, row.hour, true);
		figures_add_number(v, out, row.asked, false);
		figures_add_number(v, out, row.median_s, false);
		figures_add_number(v, out, row.longest_s, false);
		csv_end_row(out);
	}
}

static void figures_add_people(struct desk_request *v, struct buf *out, const struct sql_figures_people_rows *r)
{
	figures_add_head(out, "person|answered|median_first_human_reply_s|longest_first_human_reply_s");
	for (int i = 0; i < r->n; i++) {
		const struct sql_figures_people_row row = sql_figures_people_row(r, i);
		csv_add_cell(out, row.name, true);
		figures_add_number(v, out, row.answered, false);
		figures_add_number(v, out, row.median_s, false);
		figures_add_number(v, out, row.longest_s, false);
		csv_end_row(out);
	}
}

enum err desk_figures_export(struct desk_request *v)
{
	struct figures f;
	struct str by = request_query(v->request, "by");
	struct buf *out = &v->response->body;
	enum err e = request_transaction(v, figures_load, &f);
	if (e != ERR_OK)
		return e;
	buf_reset(out);
	if (str_equal(by, STR("hour")))
		figures_add_hours(v, out, &f.hours);
	else if (str_equal(by, STR("person")))
		figures_add_people(v, out, &f.people);
	else
		figures_add_days(v, out, &f.days);
	v->response->status = 200;
	v->response->content_type = "text/csv; charset=utf-8";
	response_header(v->response, "Content-Disposition", STR("attachment; filename=\"figures.csv\""));
	return out->err;
}
