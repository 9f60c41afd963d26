/*
 * figures-page.c - /figures: what became of the questions of the last fourteen days, how long customers waited for a
 * person, and who answered.
 *
 * What counts as an answer is said in sql/functions/figures.sql. A chart is drawn here and is never the only place of a
 * figure: the same stands in a table below it.
 */
#include "desk/pages/settings/figures.h"

#include "desk/pages/settings/status-parts.h"

#define WIDTH 720
#define HEIGHT 160
#define HOURS 24
#define DAY_MS INT64_C(86400000)

int64_t figures_first_day(const struct desk_request *v)
{
	int64_t now_s = v->locale.now_ms / 1000;
	return (now_s + zone_offset_s(v->locale.zone, now_s)) / 86400 - FIGURES_DAYS + 1;
}

enum err figures_load(struct desk_request *v, void *arg)
{
	struct figures *f = arg;
	int64_t now_s = v->locale.now_ms / 1000, org = v->caller.org_id;
	int offset_s = (int)zone_offset_s(v->locale.zone, now_s);
	enum err e = sql_figures_days(v->db, v->pool, org, offset_s, &f->days);
	if (e == ERR_OK)
		e = sql_figures_hours(v->db, v->pool, org, offset_s, &f->hours);
	return e == ERR_OK ? sql_figures_people(v->db, v->pool, org, &f->people) : e;
}

static void figures_write_number(struct desk_request *v, const char *key, int64_t n)
{
	json_member_str(&v->w, key, locale_number(v->pool, &v->locale, n));
}

/* ---- days ---- */

static struct sql_figures_days_row figures_day(const struct figures *f, int64_t day)
{
	for (int i = 0; i < f->days.n; i++) {
		const struct sql_figures_days_row row = sql_figures_days_row(&f->days, i);
		if (row.day == day)
			return row;
	}
	return (struct sql_figures_days_row){ .day = day };
}

static struct str figures_day_name(struct desk_request *v, int64_t day)
{
	int64_t ago = figures_first_day(v) + FIGURES_DAYS - 1 - day;
	return locale_short_date(v->pool, &v->locale, v->locale.now_ms - ago * DAY_MS);
}

static void figures_write_day(struct desk_request *v, const struct sql_figures_days_row *row, struct str name)
{
	json_begin_object(&v->w);
	json_member_str(&v->w, "day", name);
	figures_write_number(v, "asked", row->asked);
	figures_write_number(v, "skill", row->skill);
	figures_write_number(v, "document", row->document);
	figures_write_number(v, "model", row->model);
	figures_write_number(v, "person", row->person);
	figures_write_number(v, "handed_over", row->handed_over);
	figures_write_number(v, "unanswered", row->unanswered);
	json_member_str(&v->w, "median", row->has_median_s ? status_duration(v, row->median_s) : STR("–"));
	json_end_object(&v->w);
}

/* A part of a day's column, on top of those that were drawn before; returns its height. */
static int64_t figures_write_part(
	struct desk_request *v, const char *kind, int column, int64_t below, int64_t n, int64_t most)
{
	int64_t height = n * (HEIGHT - 4) / most;
	if (!n)
		return 0;
	height = height ? height : 1;
	json_begin_object(&v->w);
	json_member_str(&v->w, "kind", str_of(kind));
	json_member_i64(&v->w, "x", column * (WIDTH / FIGURES_DAYS) + 8);
	json_member_i64(&v->w, "y", HEIGHT - below - height);
	json_member_i64(&v->w, "width", WIDTH / FIGURES_DAYS - 16);
	json_member_i64(&v->w, "height", height);
	json_end_object(&v->w);
	return height;
}

static void figures_write_columns(struct desk_request *v, const struct figures *f)
{
	int64_t first = figures_first_day(v), most = 1;
	for (int i = 0; i < FIGURES_DAYS; i++) {
		int64_t asked = figures_day(f, first + i).asked;
		most = asked > most ? asked : most;
	}
	json_key(&v->w, "columns");
	json_begin_array(&v->w);
	for (int i = 0; i < FIGURES_DAYS; i++) {
		const struct sql_figures_days_row row = figures_day(f, first + i);
		int64_t below = figures_write_part(v, "skill", i, 0, row.skill, most);
		below += figures_write_part(v, "document", i, below, row.document, most);
		below += figures_write_part(v, "model", i, below, row.model, most);
		below += figures_write_part(v, "person", i, below, row.handed_over, most);
		figures_write_part(v, "unanswered", i, below, row.unanswered, most);
	}
	json_end_array(&v->w);
}

static void figures_write_days(struct desk_request *v, const struct figures *f)
{
	int64_t first = figures_first_day(v);
	struct sql_figures_days_row all = { .day = 0 };
	json_key(&v->w, "days");
	json_begin_array(&v->w);
	for (int i = FIGURES_DAYS - 1; i >= 0; i--) {
		const struct sql_figures_days_row row = figures_day(f, first + i);
		all.asked += row.asked;
		all.skill += row.skill;
		all.document += row.document;
		all.model += row.model;
		all.person += row.person;
		all.handed_over += row.handed_over;
		all.unanswered += row.unanswered;
		figures_write_day(v, &row, figures_day_name(v, first + i));
	}
	json_end_array(&v->w);
	json_key(&v->w, "all");
	figures_write_day(v, &all, STR(""));
	json_member_bool(&v->w, "any", all.asked > 0);
	json_member_str(&v->w, "first", figures_day_name(v, first));
	json_member_str(&v->w, "last", figures_day_name(v, first + FIGURES_DAYS - 1));
	figures_write_columns(v, f);
}

/* ---- hours and people ---- */

static void figures_write_hours(struct desk_request *v, const struct figures *f)
{
	int64_t most = 1;
	for (int i = 0; i < f->hours.n; i++) {
		int64_t median = sql_figures_hours_row(&f->hours, i).median_s;
		most = median > most ? median : most;
	}
	json_member_bool(&v->w, "has_hours", f->hours.n > 0);
	json_key(&v->w, "hours");
	json_begin_array(&v->w);
	for (int i = 0; i < f->hours.n; i++) {
		const struct sql_figures_hours_row row = sql_figures_hours_row(&f->hours, i);
		int64_t height = row.median_s * (HEIGHT - 4) / most;
		json_begin_object(&v->w);
		json_member_str(&v->w, "hour", pool_printf(v->pool, "%02d:00", (int)row.hour));
		figures_write_number(v, "asked", row.asked);
		json_member_str(&v->w, "median", status_duration(v, row.median_s));
		json_member_str(&v->w, "longest", status_duration(v, row.longest_s));
		json_member_i64(&v->w, "x", row.hour * (WIDTH / HOURS) + 4);
		json_member_i64(&v->w, "y", HEIGHT - (height ? height : 1));
		json_member_i64(&v->w, "width", WIDTH / HOURS - 8);
		json_member_i64(&v->w, "height", height ? height : 1);
		json_end_object(&v->w);
	}
	json_end_array(&v->w);
}

static void figures_write_people(struct desk_request *v, const struct figures *f)
{
	json_member_bool(&v->w, "has_people", f->people.n > 0);
	json_key(&v->w, "people");
	json_begin_array(&v->w);
	for (int i = 0; i < f->people.n; i++) {
		const struct sql_figures_people_row row = sql_figures_people_row(&f->people, i);
		json_begin_object(&v->w);
		json_member_str(&v->w, "name",
			row.name.p ? row.name : str_of(request_translate(v, T("On the telephone itself"))));
		figures_write_number(v, "answered", row.answered);
		json_member_str(&v->w, "median", status_duration(v, row.median_s));
		json_member_str(&v->w, "longest", status_duration(v, row.longest_s));
		json_end_object(&v->w);
	}
	json_end_array(&v->w);
}

enum err desk_figures(struct desk_request *v)
{
	struct figures f;
	enum err e = request_transaction(v, figures_load, &f);
	if (e != ERR_OK)
		return e;
	page_begin(v, "figures", "settings", T("Figures"));
	page_write_flag(&v->w, "tab", STR("figures"));
	json_member_i64(&v->w, "width", WIDTH);
	json_member_i64(&v->w, "height", HEIGHT);
	figures_write_days(v, &f);
	figures_write_hours(v, &f);
	figures_write_people(v, &f);
	return page_end(v, 200);
}
