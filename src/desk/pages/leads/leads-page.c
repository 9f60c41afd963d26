/*
 * leads-page.c - /leads: what customers want, the best first.
 *
 * Pages go on behind a key, so none is slower than the first; a search or a time looks through a bounded number.
 */
#include "desk/pages/leads/lead-list.h"

#define PER_PAGE 50

struct list {
	struct lead_filter filter;
	struct sql_lead_list_rows r;
};

static enum err leads_page_load(struct desk_request *v, void *arg)
{
	struct list *list = arg;
	return lead_list_load(v, &list->filter, PER_PAGE + 1, &list->r);
}

static void write_chip(
	struct desk_request *v, struct json_writer *w, const char *key, struct lead_filter filter, bool here)
{
	struct str query = lead_filter_query(v->pool, &filter);
	if (key)
		json_key(w, key);
	json_begin_object(w);
	json_member_str(w, "href", pool_printf(v->pool, "/leads%.*s", (int)query.n, query.p));
	json_member_bool(w, "here", here);
}

static void write_levels(struct desk_request *v, struct json_writer *w, const struct lead_filter *f)
{
	static const struct {
		const char *key, *level;
	} chips[] = { { "all", NULL }, { "hot", "hot" }, { "warm", "warm" }, { "cold", "cold" } };
	for (size_t i = 0; i < sizeof(chips) / sizeof(chips[0]); i++) {
		struct lead_filter other = *f;
		other.level = str_of(chips[i].level);
		write_chip(v, w, chips[i].key, other, str_equal(f->level, other.level));
		json_end_object(w);
	}
}

static void write_times(struct desk_request *v, struct json_writer *w, const struct lead_filter *f)
{
	static const struct {
		int64_t days;
		const char *words;
	} chips[] = { { 0, T("Any time") }, { 1, T("Last 24 hours") }, { 7, T("Last 7 days") },
		{ 30, T("Last 30 days") } };
	json_key(w, "times");
	json_begin_array(w);
	for (size_t i = 0; i < sizeof(chips) / sizeof(chips[0]); i++) {
		struct lead_filter other = *f;
		other.days = chips[i].days;
		write_chip(v, w, NULL, other, f->days == other.days);
		json_member_str(w, "words", str_of(request_translate(v, chips[i].words)));
		json_end_object(w);
	}
	json_end_array(w);
}

static void leads_page_write_filter(struct desk_request *v, struct json_writer *w, const struct lead_filter *f)
{
	json_key(w, "filter");
	json_begin_object(w);
	json_member_str(w, "q", f->words.p ? f->words : STR(""));
	json_member_str(w, "level", f->level.p ? f->level : STR(""));
	page_write_text(w, "days", f->days ? pool_printf(v->pool, "%lld", (long long)f->days) : STR_NONE);
	json_member_bool(w, "active", f->words.n || f->level.n || f->days);
	write_levels(v, w, f);
	write_times(v, w, f);
	json_end_object(w);
}

static void leads_page_write_lead(struct desk_request *v, struct json_writer *w, const struct sql_lead_list_row *row)
{
	static const char *const shown[] = { "service", "date", "location", "budget" };
	const struct json *facts = NULL;
	if (json_parse(v->pool, row->facts, &facts, NULL) != ERR_OK)
		facts = NULL;
	json_begin_object(w);
	json_member_i64(w, "id", row->conversation);
	json_member_str(w, "href", pool_printf(v->pool, "/leads/%lld", (long long)row->conversation));
	json_member_str(w, "name", lead_name_of(v, row, facts));
	lead_write_level(w, row->class, row->score);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		struct str value = json_str(json_get(facts, shown[i]));
		json_member_str(w, shown[i], value.p ? value : STR(""));
	}
	locale_write_time(w, "time", &v->locale, row->last_message_ms);
	json_end_object(w);
}

static void write_pager(struct desk_request *v, struct json_writer *w, struct list *list, bool more)
{
	struct str query = lead_filter_query(v->pool, &list->filter), newer = STR_NONE, older = STR_NONE;
	if (list->filter.has_key)
		newer = pool_printf(v->pool, "/leads%.*s", (int)query.n, query.p);
	if (more) {
		struct lead_filter *f = &list->filter;
		const struct sql_lead_list_row last = sql_lead_list_row(&list->r, PER_PAGE - 1);
		lead_filter_go_on(f, &last);
		older = pool_printf(v->pool, "/leads%.*s%cafter=%lld-%lld-%lld", (int)query.n, query.p,
			query.n ? '&' : '?', (long long)f->key_score, (long long)f->key_us,
			(long long)f->key_conversation);
	}
	page_write_pager(w, newer, older);
}

enum err desk_leads(struct desk_request *v)
{
	struct list list = { .filter = lead_filter_of(v) };
	enum err e = request_transaction(v, leads_page_load, &list);
	if (e != ERR_OK)
		return e;
	int n = list.r.n > PER_PAGE ? PER_PAGE : list.r.n;
	struct str query = lead_filter_query(v->pool, &list.filter);
	struct json_writer *w = page_begin(v, "leads", "leads", T("Leads"));
	json_member_str(w, "export", pool_printf(v->pool, "/leads/export.csv%.*s", (int)query.n, query.p));
	leads_page_write_filter(v, w, &list.filter);
	json_member_bool(w, "has_leads", n > 0);
	json_key(w, "leads");
	json_begin_array(w);
	for (int i = 0; i < n; i++) {
		const struct sql_lead_list_row row = sql_lead_list_row(&list.r, i);
		leads_page_write_lead(v, w, &row);
	}
	json_end_array(w);
	write_pager(v, w, &list, list.r.n > PER_PAGE);
	return page_end(v, 200);
}
