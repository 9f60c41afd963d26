/*
 * queue-page.c - /queue: what waits to be sent or has failed, by channel and age, and why; sending again, discarding.
 *
 * The outbox's states belong to sql/functions/outbox.sql: what a person may change goes through its functions, and is
 * written into the audit. What is being sent at this moment cannot be changed by anybody.
 */
#include "web/desk.h"

#include "channel/channel.h"
#include "domain/waiting.h"

#define PER_PAGE 50

static const struct field fields[] = { { "message", FIELD_NUMBER, FIELD_REQUIRED, 20, NULL, NULL },
	{ "do", FIELD_CHOICE, FIELD_REQUIRED, 8, "retry|discard", NULL },
	{ "confirmed", FIELD_CHOICE, FIELD_OPTIONAL, 8, "yes", NULL }, FIELD_LAST };

/* Columns of desk_queue_items. */
enum {
	MESSAGE,
	CONVERSATION,
	NAME,
	PHONE,
	PLATFORM,
	STATE,
	CLASS,
	CODE,
	WORDS,
	NEXT_STEP,
	CREATED,
	NEXT_AT,
	ATTEMPTS,
	LATER,
	LEASE_OVER,
	PAUSED,
	REASON,
	BEHIND
};

struct queue {
	int64_t after; /* 0: from the top */
	struct db_result *ages, *items;
};

static enum err load(struct visit *v, void *arg)
{
	struct queue *q = arg;
	enum err e = DB_QUERY(v->db, v->pool, &sql_desk_queue_ages, &q->ages, DB_INT(v->caller.org_id));
	if (e == ERR_OK)
		e = DB_QUERY(v->db, v->pool, &sql_desk_queue_items, &q->items, DB_INT(v->caller.org_id),
			q->after ? DB_INT(q->after) : DB_NULL, DB_INT(PER_PAGE + 1));
	return e;
}

static void write_ages(struct visit *v, struct json_writer *w, const struct db_result *r)
{
	static const char *const counts[] = { "waiting", "minute", "minutes", "hour", "older", "failures" };
	json_member_bool(w, "has_ages", db_rows(r) > 0);
	json_key(w, "ages");
	json_begin_array(w);
	for (int row = 0; row < db_rows(r); row++) {
		struct str name = db_str(r, row, 1);
		json_begin_object(w);
		json_member_str(w, "channel",
			pool_printf(v->pool, "%s %.*s", channel_title(db_str(r, row, 0)), (int)name.n,
				name.p ? name.p : ""));
		json_member_bool(w, "paused", db_bool(r, row, 2));
		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
			json_member_str(w, counts[i], locale_number(v->pool, &v->locale, db_int(r, row, 3 + (int)i)));
		json_end_object(w);
	}
	json_end_array(w);
}

static enum waiting reason_of(const struct db_result *r, int row)
{
	struct waiting_row w = { .state = db_str(r, row, STATE),
		.behind = db_bool(r, row, BEHIND),
		.lease_over = db_bool(r, row, LEASE_OVER),
		.paused = db_bool(r, row, PAUSED),
		.has_words = !db_is_null(r, row, WORDS),
		.later = db_bool(r, row, LATER) };
	return waiting_because(&w);
}

/* The platform's own words are the best where there are any. */
static void write_why(struct visit *v, struct json_writer *w, const struct db_result *r, int row)
{
	static const char *const words[] = { [WAITING_BEHIND] =
						     T("Waits for an earlier message of the same conversation."),
		[WAITING_SENDING] = NULL,
		[WAITING_LOST] = T("Its sender stopped in the middle. The next one decides what became of it."),
		[WAITING_PAUSED] = T("The channel is paused; it is tried again by itself."),
		[WAITING_REFUSED] = NULL,
		[WAITING_UNKNOWN] = T("The platform did not answer. A status may still tell what became of it."),
		[WAITING_LATER] = T("Waits for its next attempt."),
		[WAITING_SENDER] = T("Due now: waits for a sender.") };
	enum waiting why = reason_of(r, row);
	bool refused = why == WAITING_REFUSED, paused = why == WAITING_PAUSED;
	struct str own = words[why] ? str_of(visit_words(v, words[why])) : STR_NONE;
	page_write_text(w, "words", refused ? visit_told(v, db_str(r, row, WORDS)) : own);
	page_write_text(w, "next_step",
		refused  ? visit_told(v, db_str(r, row, NEXT_STEP))
		: paused ? visit_told(v, db_str(r, row, REASON))
			 : STR_NONE);
	page_write_text(w, "code", refused ? db_str(r, row, CODE) : STR_NONE);
}

/* A message for which the window is closed would fail again. */
static void write_actions(struct json_writer *w, const struct db_result *r, int row)
{
	struct str state = db_str(r, row, STATE);
	bool failed = str_equal(state, STR("failed")), queued = str_equal(state, STR("queued"));
	json_member_bool(w, "retry", queued || (failed && !str_equal(db_str(r, row, CLASS), STR("window"))));
	json_member_bool(w, "discard", queued || failed);
}

static void write_item(struct visit *v, struct json_writer *w, const struct db_result *r, int row)
{
	struct str name = db_str(r, row, NAME).n ? db_str(r, row, NAME) : db_str(r, row, PHONE);
	json_begin_object(w);
	json_member_i64(w, "id", db_int(r, row, MESSAGE));
	json_member_str(w, "href", pool_printf(v->pool, "/inbox/%lld", (long long)db_int(r, row, CONVERSATION)));
	json_member_str(w, "name", name.n ? name : str_of(visit_words(v, T("Customer without a name"))));
	json_member_str(w, "channel", str_of(channel_title(db_str(r, row, PLATFORM))));
	page_write_flag(w, "status", db_str(r, row, STATE));
	write_why(v, w, r, row);
	locale_write_time(w, "since", &v->locale, db_int(r, row, CREATED));
	if (db_is_null(r, row, NEXT_AT))
		json_member_bool(w, "next", false);
	else
		locale_write_time(w, "next", &v->locale, db_int(r, row, NEXT_AT));
	json_member_str(w, "attempts", locale_number(v->pool, &v->locale, db_int(r, row, ATTEMPTS)));
	write_actions(w, r, row);
	json_end_object(w);
}

enum err desk_queue(struct visit *v)
{
	struct queue q = { .after = 0 };
	if (!str_to_i64(request_query(v->request, "after"), &q.after) || q.after < 1)
		q.after = 0;
	enum err e = visit_transaction(v, load, &q);
	if (e != ERR_OK)
		return e;
	int n = db_rows(q.items) > PER_PAGE ? PER_PAGE : db_rows(q.items);
	struct json_writer *w = page_begin(v, "queue", "queue", T("Queue"));
	write_ages(v, w, q.ages);
	json_member_bool(w, "has_items", n > 0);
	json_key(w, "items");
	json_begin_array(w);
	for (int i = 0; i < n; i++)
		write_item(v, w, q.items, i);
	json_end_array(w);
	page_write_pager(w, q.after ? STR("/queue") : STR_NONE,
		db_rows(q.items) > n
			? pool_printf(v->pool, "/queue?after=%lld", (long long)db_int(q.items, n - 1, MESSAGE))
			: STR_NONE);
	return page_end(v, 200);
}

struct change {
	int64_t message;
	bool discards, exists, sender_is_alive;
	struct str was; /* absent: nothing was changed */
};

static enum err change(struct visit *v, void *arg)
{
	struct change *c = arg;
	struct db_result *r;
	enum err e = DB_QUERY(v->db, v->pool, c->discards ? &sql_queue_discard : &sql_queue_retry, &r,
		DB_INT(v->caller.org_id), DB_INT(c->message));
	if (e != ERR_OK)
		return e;
	c->was = db_str(r, 0, 0);
	if (c->was.p && (e = visit_sender_is_alive(v, &c->sender_is_alive)) != ERR_OK)
		return e;
	if (c->was.p)
		return visit_audit(v, c->discards ? "queue.discard" : "queue.retry",
			pool_printf(v->pool, "{\"message\":%lld,\"was\":\"%.*s\"}", (long long)c->message,
				(int)c->was.n, c->was.p));
	e = DB_QUERY(v->db, v->pool, &sql_delivery_exists, &r, DB_INT(v->caller.org_id), DB_INT(c->message));
	if (e == ERR_OK)
		c->exists = db_bool(r, 0, 0);
	return e;
}

static void write_hidden(struct json_writer *w, const char *name, struct str value)
{
	json_begin_object(w);
	json_member_str(w, "name", str_of(name));
	json_member_str(w, "value", value);
	json_end_object(w);
}

static enum err ask(struct visit *v, const struct form *form)
{
	struct json_writer *w = page_begin(v, "confirm", "queue", T("Discard the message"));
	json_key(w, "confirm");
	json_begin_object(w);
	json_member_str(w, "title", str_of(visit_words(v, T("Discard the message?"))));
	json_member_str(w, "words",
		str_of(visit_words(
			v, T("It is not sent any more. It stays in the conversation, marked as cancelled."))));
	json_member_str(w, "button", str_of(visit_words(v, T("Discard"))));
	json_member_str(w, "back", STR("/queue"));
	json_end_object(w);
	json_key(w, "form");
	json_begin_object(w);
	json_member_str(w, "action", STR("/queue"));
	json_key(w, "fields");
	json_begin_array(w);
	write_hidden(w, "message", form_value(form, "message"));
	write_hidden(w, "do", form_value(form, "do"));
	json_end_array(w);
	json_end_object(w);
	return page_end(v, 200);
}

enum err desk_queue_change(struct visit *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	struct change c = { .message = form_number(&form, "message"),
		.discards = str_equal(form_value(&form, "do"), STR("discard")) };
	if (c.discards && v->answer == ANSWER_HTML && !form_checked(&form, "confirmed"))
		return ask(v, &form);
	enum err e = visit_transaction(v, change, &c);
	if (e != ERR_OK)
		return e;
	if (!c.was.p && !c.exists)
		return ERR_NOT_FOUND;
	if (!c.was.p && v->answer == ANSWER_JSON)
		return visit_refuse(v, 409, T("The message is being sent or was sent: it cannot be changed any more."));
	if (c.was.p && !c.discards)
		visit_wake_sender(v, c.sender_is_alive);
	visit_say(v, !c.was.p ? "delivery-gone" : c.discards ? "delivery-discarded" : "delivery-retried");
	visit_redirect(v, "/queue");
	return ERR_OK;
}
