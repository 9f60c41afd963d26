/*
 * conversation-actions.c - what operators do with a conversation besides writing: take it over, give it back, assign,
 * close, snooze, tag, mark as unread; and take the last of these back.
 *
 * Each is one call under the conversation's lock; done twice it changes nothing, and no page says that it did. Every
 * action keeps the view and the filters of its address. Closed or snoozed, the conversation that waits longest is next.
 * A program gets what was done in words, and where to take it back.
 */
#include "desk/pages/inbox/conversation.h"

#include "desk/pages/inbox/inbox-list.h"
#include "domain/hours/calendar.h"
#include "domain/hours/closures.h"
#include "domain/hours/zone.h"
#include "domain/quota.h"

#define TAG_BYTES 160
#define TAG_CHARACTERS 40

static const struct field assign_fields[] = { { "user", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("Choose a person.") },
	FIELD_LAST };
static const struct field tag_fields[] = { { "add", FIELD_LINE, FIELD_OPTIONAL, TAG_BYTES, NULL, T("Write a tag.") },
	{ "remove", FIELD_LINE, FIELD_OPTIONAL, TAG_BYTES, NULL, T("Write a tag.") }, FIELD_LAST };
static enum err conversation_actions_run(struct desk_request *v, void *arg)
{
	struct act *act = arg;
	struct sql_conversation_platform_rows found;
	enum err e = sql_conversation_platform(v->db, v->pool, v->caller.org_id, v->path.ids[0], &found);
	if (e == ERR_OK && found.n == 0)
		return ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = act->run(v, act);
	if (e != ERR_OK)
		return e;
	return str_equal(act->outcome, STR("gone")) ? ERR_NOT_FOUND : ERR_OK;
}

/* The conversation that is next: the one that waits longest and is no other operator's. */
static enum err conversation_actions_find_next(struct desk_request *v, void *arg)
{
	struct sql_next_waiting_rows rows;
	int64_t *next = arg;
	enum err e = sql_next_waiting(v->db, v->pool, v->caller.org_id, v->caller.id, v->path.ids[0], &rows);
	*next = e == ERR_OK && rows.n > 0 ? sql_next_waiting_row(&rows, 0).id : 0;
	return e;
}

/* What a program, desk.js first of all, is told: where to go on, what was done, where that can be taken back. */
static void conversation_actions_answer(struct desk_request *v, struct str path, const char *said, bool can_undo)
{
	struct json_writer w = request_begin_object(v, "application/json");
	bool good = true;
	json_member_bool(&w, "ok", true);
	json_member_str(&w, "location", path);
	page_member_or_false(
		&w, "said", said ? str_of(request_translate(v, flash_find(str_of(said), &good))) : STR_NONE);
	page_member_or_false(&w, "undo",
		said && can_undo ? pool_printf(v->pool, "/inbox/%lld/undo", (long long)v->path.ids[0]) : STR_NONE);
	json_end_object(&w);
}

enum err act_and_return(struct desk_request *v, struct act *act, const char *said, bool leaves)
{
	struct inbox_list list;
	int64_t to = v->path.ids[0];
	enum err e = request_transaction(v, conversation_actions_run, act);
	if (e == ERR_OK && leaves && !str_equal(act->outcome, STR("late")))
		e = request_transaction(v, conversation_actions_find_next, &to);
	if (e == ERR_QUOTA)
		return request_refuse(v, 403, request_quota(v, &act->why));
	if (e != ERR_OK)
		return e;
	if (str_equal(act->outcome, STR("non_member")))
		return request_refuse(v, 400, T("This person does not belong to the organisation any more."));
	if (str_equal(act->outcome, STR("late")))
		return request_refuse(v, 400, T("That time is over, or more than a year away. Choose another."));
	inbox_list_read(v, &list);
	struct str query = inbox_list_query(v, &list);
	struct str path =
		to ? pool_printf(v->pool, "/inbox/%lld%.*s", (long long)to, (int)query.n, query.p ? query.p : "")
		   : pool_printf(v->pool, "/inbox%.*s", (int)query.n, query.p ? query.p : "");
	if (str_equal(act->outcome, STR("same")))
		said = NULL;
	if (v->answer == ANSWER_JSON) {
		conversation_actions_answer(v, path, said, act->can_undo);
		return ERR_OK;
	}
	if (said)
		flash_set(v, said);
	request_redirect(v, path.p);
	return ERR_OK;
}

static enum err run_agent(struct desk_request *v, struct act *act)
{
	struct sql_set_agent_rows r;
	enum err e = sql_set_agent(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, act->text, &r);
	act->outcome = sql_set_agent_row(&r, 0).outcome;
	return e;
}

static enum err run_open(struct desk_request *v, struct act *act)
{
	struct sql_set_open_rows r;
	enum err e = sql_set_open(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, act->opens, &r);
	act->outcome = sql_set_open_row(&r, 0).outcome;
	return e;
}

static enum err run_assign(struct desk_request *v, struct act *act)
{
	struct sql_assign_rows r;
	enum err e = sql_assign(
		v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, act->user ? &act->user : NULL, &r);
	act->outcome = sql_assign_row(&r, 0).outcome;
	return e;
}

static enum err run_tag_add(struct desk_request *v, struct act *act)
{
	struct quota_change quota;
	enum err e = quota_begin(&quota, v->db, v->caller.org_id, QUOTA_OF_TAGS);
	if (e == ERR_OK)
		e = sql_tag_add(v->db, v->pool, v->caller.org_id, v->path.ids[0], act->text);
	return e == ERR_OK ? quota_end(&quota, &act->why) : e;
}

static enum err run_tag_remove(struct desk_request *v, struct act *act)
{
	return sql_tag_remove(v->db, v->pool, v->caller.org_id, v->path.ids[0], act->text);
}

static enum err run_view(struct desk_request *v, struct act *act)
{
	struct sql_view_rows r;
	enum err e = sql_view(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, act->unread, &r);
	act->outcome = sql_view_row(&r, 0).outcome;
	return e;
}

static enum err run_snooze(struct desk_request *v, struct act *act)
{
	struct sql_snooze_rows r;
	enum err e = sql_snooze(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, act->until_ms, &r);
	act->outcome = sql_snooze_row(&r, 0).outcome;
	return e;
}

static enum err run_undo(struct desk_request *v, struct act *act)
{
	struct sql_undo_rows r;
	enum err e = sql_undo(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, &r);
	act->outcome = sql_undo_row(&r, 0).outcome;
	return e;
}

static enum err set_agent(struct desk_request *v, const char *agent, const char *said)
{
	struct act act = { .run = run_agent, .text = str_of(agent), .can_undo = true };
	return act_and_return(v, &act, said, false);
}

enum err desk_conversation_take_over(struct desk_request *v)
{
	return set_agent(v, "operator", "taken-over");
}

enum err desk_conversation_return(struct desk_request *v)
{
	return set_agent(v, "bot", "returned-to-bot");
}

static enum err set_open(struct desk_request *v, bool opens, const char *said)
{
	struct act act = { .run = run_open, .opens = opens, .can_undo = true };
	return act_and_return(v, &act, said, !opens);
}

enum err desk_conversation_close(struct desk_request *v)
{
	return set_open(v, false, "conversation-closed");
}

enum err desk_conversation_reopen(struct desk_request *v)
{
	return set_open(v, true, "conversation-reopened");
}

enum err desk_conversation_assign(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, assign_fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	struct act act = { .run = run_assign, .user = form_number(&form, "user"), .can_undo = true };
	return act_and_return(v, &act, act.user ? "conversation-assigned" : "conversation-unassigned", false);
}

enum err desk_conversation_tags(struct desk_request *v)
{
	struct form form;
	bool good = form_parse(v->pool, &form, tag_fields, &v->params, v->locale.translation);
	struct str add = form_value(&form, "add"), remove = form_value(&form, "remove");
	struct str tag = str_is_empty(add) ? remove : add;
	if (!good || str_is_empty(tag) || str_characters(tag) > TAG_CHARACTERS)
		return request_refuse(v, 400, T("Write a tag of at most 40 characters."));
	struct act act = { .run = str_is_empty(add) ? run_tag_remove : run_tag_add, .text = tag };
	return act_and_return(v, &act, NULL, false);
}

enum err desk_conversation_read(struct desk_request *v)
{
	struct act act = { .run = run_view };
	return act_and_return(v, &act, NULL, false);
}

enum err desk_conversation_unread(struct desk_request *v)
{
	struct act act = { .run = run_view, .unread = true };
	return act_and_return(v, &act, "marked-unread", false);
}

enum err desk_conversation_undo(struct desk_request *v)
{
	struct act act = { .run = run_undo };
	return act_and_return(v, &act, "undone", false);
}

/* ---- snooze ---- */

#define DAY_S (24 * 3600)
#define MORNING_S (9 * 3600)
#define OPENING_DAYS 60

static const struct field snooze_fields[] = { { "until", FIELD_CHOICE, FIELD_REQUIRED, 20,
						      "hour|tomorrow|monday|opening|at", T("Choose one of the list.") },
	{ "at", FIELD_LINE, FIELD_OPTIONAL, 30, NULL, T("Choose a time.") }, FIELD_LAST };

struct snooze {
	struct str until, at;
	int64_t until_ms; /* 0: no such time */
};

/* When the business opens next, on its own clock; tomorrow morning when it has no hours. */
static enum err conversation_actions_opening(struct desk_request *v, int64_t now_s, int64_t *until_s)
{
	struct sql_snooze_hours_rows rows;
	struct working_hours week;
	struct closures closures;
	enum err e = sql_snooze_hours(v->db, v->pool, v->caller.org_id, &rows);
	if (e != ERR_OK || rows.n == 0)
		return e;
	const struct sql_snooze_hours_row r = sql_snooze_hours_row(&rows, 0);
	const struct zone *zone = zone_load(v->pool, r.time_zone);
	int64_t local_s = now_s + zone_offset_s(zone, (time_t)now_s), today = calendar_day_at(local_s);
	*until_s = (today + 1) * DAY_S + MORNING_S;
	if (working_hours_parse(r.working_hours, &week) && week.n > 0
		&& closures_parse(r.closures, r.openings, &closures))
		for (int64_t day = today; day < today + OPENING_DAYS; day++) {
			const struct day_hours h = closures_day(&week, &closures, day);
			for (int i = 0; i < h.n; i++)
				if (day * DAY_S + h.spans[i].from * 60 > local_s) {
					*until_s = day * DAY_S + h.spans[i].from * 60;
					day = today + OPENING_DAYS;
					break;
				}
		}
	*until_s -= zone_offset_s(zone, (time_t)*until_s);
	return ERR_OK;
}

enum err conversation_time(struct desk_request *v, struct str until, struct str at, int64_t *ms)
{
	int64_t now_s = v->locale.now_ms / 1000, offset_s = zone_offset_s(v->locale.zone, (time_t)now_s);
	int64_t today = calendar_day_at(now_s + offset_s), until_s = 0;
	enum err e = ERR_OK;
	if (str_equal(until, STR("hour")))
		until_s = now_s + 3600;
	else if (str_equal(until, STR("opening")))
		e = conversation_actions_opening(v, now_s, &until_s);
	else if (str_equal(until, STR("tomorrow")))
		until_s = (today + 1) * DAY_S + MORNING_S - offset_s;
	else if (str_equal(until, STR("monday")))
		until_s = (today + 7 - calendar_weekday(today)) * DAY_S + MORNING_S - offset_s;
	else if (calendar_parse_local(at, &until_s))
		until_s -= offset_s;
	*ms = until_s * 1000;
	return e;
}

static enum err conversation_actions_snooze_until(struct desk_request *v, void *arg)
{
	struct snooze *s = arg;
	return conversation_time(v, s->until, s->at, &s->until_ms);
}

enum err desk_conversation_snooze(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, snooze_fields, &v->params, v->locale.translation))
		return request_refuse(v, 400, T("Choose a time."));
	struct snooze s = { .until = form_value(&form, "until"), .at = form_value(&form, "at") };
	enum err e = request_transaction(v, conversation_actions_snooze_until, &s);
	if (e != ERR_OK)
		return e;
	struct act act = { .run = run_snooze, .until_ms = s.until_ms, .can_undo = true };
	return act_and_return(v, &act, "conversation-snoozed", true);
}
