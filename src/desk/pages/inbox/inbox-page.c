/*
 * inbox-page.c - /inbox: the list of conversations, and what it asks for every few seconds; /inbox/today: what the last
 * day was like; /updates: what every other page asks for.
 */
#include "desk/pages/inbox/inbox-list.h"
#include "desk/pages/settings/status-parts.h"
#include "desk/pages/start/first-steps.h"

struct inbox_page {
	struct inbox_list list;
	struct sql_desk_longest_rows longest;
	struct sql_first_steps_rows steps;
};

static enum err inbox_page_load(struct desk_request *v, void *arg)
{
	struct inbox_page *p = arg;
	enum err e = page_load_counts(v);
	if (e == ERR_OK)
		e = sql_desk_longest(v->db, v->pool, v->caller.org_id, &p->longest);
	if (e == ERR_OK)
		e = first_steps_load(v, &p->steps);
	return e == ERR_OK ? inbox_list_load(v, &p->list) : e;
}

static enum err inbox_page_load_updates(struct desk_request *v, void *arg)
{
	enum err e = inbox_list_stamp(v, arg);
	return e != ERR_OK || fragment_is_known(v) ? e : inbox_list_load(v, arg);
}

static void inbox_page_write_today(struct desk_request *v, const struct sql_desk_longest_rows *rows)
{
	bool waits = rows->n > 0;
	const struct sql_desk_longest_row r =
		waits ? sql_desk_longest_row(rows, 0) : (struct sql_desk_longest_row){ 0 };
	json_key(&v->w, "today");
	json_begin_object(&v->w);
	json_member_str(&v->w, "longest", waits ? locale_ago(v->pool, &v->locale, r.waiting_ms) : STR("–"));
	page_member_or_false(
		&v->w, "next", waits ? pool_printf(v->pool, "/inbox/%lld?view=waiting", (long long)r.id) : STR_NONE);
	json_end_object(&v->w);
	json_key(&v->w, "day");
	json_begin_object(&v->w);
	static const char *const members[] = { "messages_in", "replies", "by_bot", "median" };
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		json_member_str(&v->w, members[i], STR("–"));
	json_end_object(&v->w);
}

enum err desk_inbox(struct desk_request *v)
{
	struct inbox_page p;
	inbox_list_read(v, &p.list);
	p.list.here = 0;
	enum err e = request_transaction(v, inbox_page_load, &p);
	if (e != ERR_OK)
		return e;
	page_begin(v, "inbox", "inbox", T("Inbox"));
	inbox_list_write(v, &p.list);
	inbox_page_write_today(v, &p.longest);
	first_steps_write(v, &p.steps, false);
	return page_end(v, 200);
}

static enum err inbox_page_load_day(struct desk_request *v, void *arg)
{
	return sql_status_today(v->db, v->pool, v->caller.org_id, arg);
}

/* What the last day was like reads thousands of messages: the page asks for it when it stands, and once. */
enum err desk_inbox_today(struct desk_request *v)
{
	struct sql_status_today_rows rows;
	enum err e = request_transaction(v, inbox_page_load_day, &rows);
	if (e != ERR_OK)
		return e;
	fragment_begin(v, "today-updates", "inbox");
	status_write_day(v, &v->w, &rows);
	return page_end(v, 200);
}

enum err desk_inbox_updates(struct desk_request *v)
{
	struct inbox_list list;
	if (fragment_is_fresh(v))
		return ERR_OK;
	inbox_list_read(v, &list);
	list.paged = false;
	enum err e = request_transaction(v, inbox_page_load_updates, &list);
	if (e != ERR_OK || fragment_not_modified(v))
		return e;
	fragment_begin(v, "inbox-updates", "inbox");
	inbox_list_write_rows(v, &list);
	return fragment_end(v);
}

static enum err inbox_page_load_bars(struct desk_request *v, void *arg)
{
	(void)arg;
	return fragment_stamp(v, STR_NONE);
}

enum err desk_updates(struct desk_request *v)
{
	if (fragment_is_fresh(v))
		return ERR_OK;
	enum err e = request_transaction(v, inbox_page_load_bars, NULL);
	if (e != ERR_OK || fragment_not_modified(v))
		return e;
	fragment_begin(v, "rail-updates", "none");
	return fragment_end(v);
}
