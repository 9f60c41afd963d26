/*
 * status-figures.c - the figures of the last day, and the chart of the last fourteen, scaled for the template.
 */
#include "desk/pages/settings/status-parts.h"

#define DAYS 14
#define WIDTH 560
#define HEIGHT 120
#define BAR 14
#define DAY_MS INT64_C(86400000)

static struct str status_figures_number(struct desk_request *v, int64_t n)
{
	return locale_number(v->pool, &v->locale, n);
}

struct str status_duration(struct desk_request *v, int64_t s)
{
	if (s < 60)
		return pool_printf(v->pool, "%d %s", (int)s, request_translate(v, T("s")));
	return s < 3600 ? pool_printf(v->pool, "%d %s", (int)(s / 60), request_translate(v, T("min")))
			: pool_printf(v->pool, "%lld %s", (long long)(s / 3600), request_translate(v, T("h")));
}

void status_write_day(struct desk_request *v, struct json_writer *w, const struct sql_status_today_rows *r)
{
	const struct sql_status_today_row row = sql_status_today_row(r, 0);
	int64_t out = row.outbound, by_bot = row.by_bot;
	json_key(w, "day");
	json_begin_object(w);
	json_member_str(w, "messages_in", status_figures_number(v, row.inbound));
	json_member_str(w, "replies", status_figures_number(v, out));
	json_member_str(w, "by_bot", out ? pool_printf(v->pool, "%lld %%", (long long)(by_bot * 100 / out)) : STR("–"));
	json_member_str(w, "median", !row.has_median_s ? STR("–") : status_duration(v, row.median_s));
	json_end_object(w);
}

struct chart {
	int64_t in[DAYS], out[DAYS];
};

static struct chart read_chart(struct desk_request *v, const struct sql_status_days_rows *r)
{
	int64_t now_s = v->locale.now_ms / 1000;
	int64_t first = (now_s + zone_offset_s(v->locale.zone, now_s)) / 86400 - DAYS + 1;
	struct chart c = { .in = { 0 } };
	for (int i = 0; i < r->n; i++) {
		const struct sql_status_days_row row = sql_status_days_row(r, i);
		int64_t day = row.day - first;
		if (day < 0 || day >= DAYS)
			continue;
		c.in[day] = row.inbound;
		c.out[day] = row.outbound;
	}
	return c;
}

static struct str day_name(struct desk_request *v, int day)
{
	return locale_short_date(v->pool, &v->locale, v->locale.now_ms + (day - DAYS + 1) * DAY_MS);
}

static int64_t most_of(const int64_t n[DAYS], int64_t most)
{
	for (int i = 0; i < DAYS; i++)
		most = n[i] > most ? n[i] : most;
	return most;
}

static int64_t least_of(const int64_t n[DAYS])
{
	int64_t least = n[0];
	for (int i = 0; i < DAYS; i++)
		least = n[i] < least ? n[i] : least;
	return least;
}

struct bar {
	const char *kind, *words;
	int64_t x, n, most;
	int day;
};

static void write_bar(struct desk_request *v, struct json_writer *w, const struct bar *b)
{
	int64_t height = b->most ? b->n * (HEIGHT - 4) / b->most : 0;
	struct str name = day_name(v, b->day), n = status_figures_number(v, b->n);
	if (b->n > 0 && height == 0)
		height = 1;
	json_begin_object(w);
	json_member_str(w, "kind", str_of(b->kind));
	json_member_i64(w, "x", b->x);
	json_member_i64(w, "y", HEIGHT - height);
	json_member_i64(w, "width", BAR);
	json_member_i64(w, "height", height);
	json_member_str(w, "words",
		pool_printf(
			v->pool, "%.*s: %s %.*s", (int)name.n, name.p, request_translate(v, b->words), (int)n.n, n.p));
	json_end_object(w);
}

static void write_bars(struct desk_request *v, struct json_writer *w, const struct chart *c)
{
	int64_t most = most_of(c->out, most_of(c->in, 0));
	json_key(w, "bars");
	json_begin_array(w);
	for (int i = 0; i < DAYS; i++) {
		struct bar in = { "in", T("in"), i * (WIDTH / DAYS) + 4, c->in[i], most, i };
		struct bar out = { "out", T("out"), i * (WIDTH / DAYS) + 6 + BAR, c->out[i], most, i };
		write_bar(v, w, &in);
		write_bar(v, w, &out);
	}
	json_end_array(w);
}

static void write_chart(struct desk_request *v, struct json_writer *w, const struct chart *c)
{
	json_key(w, "chart");
	json_begin_object(w);
	json_member_i64(w, "width", WIDTH);
	json_member_i64(w, "height", HEIGHT);
	json_member_str(w, "words",
		pool_printf(v->pool, "%s: %s %lld–%lld, %s %lld–%lld",
			request_translate(v, T("Messages a day in the last 14 days")), request_translate(v, T("in")),
			(long long)least_of(c->in), (long long)most_of(c->in, 0), request_translate(v, T("out")),
			(long long)least_of(c->out), (long long)most_of(c->out, 0)));
	json_member_str(w, "first", day_name(v, 0));
	json_member_str(w, "last", day_name(v, DAYS - 1));
	write_bars(v, w, c);
	json_end_object(w);
}

static void status_figures_write_files(struct desk_request *v, struct json_writer *w, const struct quota_state *files)
{
	json_key(w, "files");
	json_begin_object(w);
	json_member_str(w, "size", status_figures_number(v, files->used[QUOTA_file_megabytes]));
	json_member_str(w, "limit", status_figures_number(v, files->limit[QUOTA_file_megabytes]));
	json_member_str(w, "today", status_figures_number(v, files->used[QUOTA_file_megabytes_day]));
	json_member_str(w, "limit_today", status_figures_number(v, files->limit[QUOTA_file_megabytes_day]));
	json_end_object(w);
}

void status_write_figures(struct desk_request *v, struct json_writer *w, const struct status *s)
{
	struct chart c = read_chart(v, &s->days);
	status_write_day(v, w, &s->today);
	status_figures_write_files(v, w, &s->files);
	write_chart(v, w, &c);
}
