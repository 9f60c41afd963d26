/*
 * queue-page.c - /queue: what waits to be sent or has failed, by channel and age, and why; sending again, discarding.
 *
 * The outbox's states belong to sql/functions/outbox.sql: what a person may change goes through its functions, and is
 * written into the audit. What is being sent at this moment cannot be changed.
 */
#include "desk/desk.h"

#include "channel/channel.h"
#include "domain/work/queue-reason.h"

#define PER_PAGE 50

static const struct field fields[] = { { "message", FIELD_NUMBER, FIELD_REQUIRED, 20, NULL, NULL },
	{ "do", FIELD_CHOICE, FIELD_REQUIRED, 8, "retry|discard", NULL },
	{ "confirmed", FIELD_CHOICE, FIELD_OPTIONAL, 8, "yes", NULL }, FIELD_LAST };

struct queue {
	int64_t after; /* 0: from the top */
	struct sql_desk_queue_ages_rows ages;
	struct sql_desk_queue_items_rows items;
};

static enum err queue_page_load(struct desk_request *v, void *arg)
{
	struct queue *q = arg;
	enum err e = sql_desk_queue_ages(v->db, v->pool, v->caller.org_id, &q->ages);
	if (e == ERR_OK)
		e = sql_desk_queue_items(
			v->db, v->pool, v->caller.org_id, q->after ? &q->after : NULL, PER_PAGE + 1, &q->items);
	return e;
}

static void write_ages(struct desk_request *v, struct json_writer *w, const struct sql_desk_queue_ages_rows *rows)
{
	json_member_bool(w, "has_ages", rows->n > 0);
	json_key(w, "ages");
	json_begin_array(w);
	for (int i = 0; i < rows->n; i++) {
		struct sql_desk_queue_ages_row r = sql_desk_queue_ages_row(rows, i);
		json_begin_object(w);
		json_member_str(w, "channel",
			pool_printf(v->pool, "%s %.*s", channel_title(r.platform), (int)r.name.n,
				r.name.p ? r.name.p : ""));
		json_member_bool(w, "paused", r.paused);
		json_member_str(w, "waiting", locale_number(v->pool, &v->locale, r.waiting));
		json_member_str(w, "minute", locale_number(v->pool, &v->locale, r.minute));
		json_member_str(w, "minutes", locale_number(v->pool, &v->locale, r.minutes));
		json_member_str(w, "hour", locale_number(v->pool, &v->locale, r.hour));
		json_member_str(w, "older", locale_number(v->pool, &v->locale, r.older));
		json_member_str(w, "failures", locale_number(v->pool, &v->locale, r.failed));
		json_end_object(w);
	}
	json_end_array(w);
}

static enum waiting reason_of(const struct sql_desk_queue_items_row *r)
{
	return waiting_because(&(struct waiting_row){ .state = r->state,
		.behind = r->behind,
		.lease_over = r->lease_over,
		.paused = r->paused,
		.has_reason = r->reason.p,
		.later = r->later });
}

/* The platform's own words are the best where there are any. */
static void write_why(struct desk_request *v, struct json_writer *w, const struct sql_desk_queue_items_row *r)
{
	static const char *const words[] = { [WAITING_BEHIND] =
						     T("Waits for an earlier message of the same conversation."),
		[WAITING_SENDING] = NULL,
		[WAITING_LOST] = T("Its sender stopped in the middle. The next one decides what became of it."),
		[WAITING_PAUSED] = T("The channel is paused; it is tried again by itself."),
		[WAITING_REFUSED] = NULL,
		[WAITING_UNKNOWN] = T("The platform did not answer. A status may still report the outcome."),
		[WAITING_LATER] = T("Waits for its next attempt."),
		[WAITING_SENDER] = T("Due now: waits for a sender.") };
	enum waiting why = reason_of(r);
	bool refused = why == WAITING_REFUSED, paused = why == WAITING_PAUSED;
	struct str own = words[why] ? str_of(request_translate(v, words[why])) : STR_NONE;
	page_write_text(w, "words", refused ? request_reason(v, r->reason) : own);
	page_write_text(w, "next_step",
		refused  ? request_reason_next(v, r->reason)
		: paused ? request_reason_whole(v, r->paused_reason)
			 : STR_NONE);
	page_write_text(w, "code", refused ? r->error_code : STR_NONE);
}

/* Operators only read. A message for which the window is closed would fail again. */
static void write_actions(struct desk_request *v, struct json_writer *w, const struct sql_desk_queue_items_row *r)
{
	bool may = v->caller.role >= ROLE_ADMIN;
	bool failed = may && str_equal(r->state, STR("failed")), queued = may && str_equal(r->state, STR("queued"));
	json_member_bool(w, "retry", queued || (failed && !str_equal(r->error_class, STR("window"))));
	json_member_bool(w, "discard", queued || failed);
}

static void queue_page_write_item(
	struct desk_request *v, struct json_writer *w, const struct sql_desk_queue_items_row *r)
{
	struct str name = r->name.n ? r->name : r->contact_phone;
	json_begin_object(w);
	json_member_i64(w, "id", r->message_id);
	json_member_str(w, "href", pool_printf(v->pool, "/inbox/%lld", (long long)r->conversation_id));
	json_member_str(w, "name", name.n ? name : str_of(request_translate(v, T("Customer without a name"))));
	json_member_str(w, "channel", str_of(channel_title(r->platform)));
	page_write_flag(w, "status", r->state);
	write_why(v, w, r);
	locale_write_time(w, "since", &v->locale, r->created_ms);
	if (r->has_next_ms)
		locale_write_time(w, "next", &v->locale, r->next_ms);
	else
		json_member_bool(w, "next", false);
	json_member_str(w, "attempts", locale_number(v->pool, &v->locale, r->attempts));
	write_actions(v, w, r);
	json_end_object(w);
}

enum err desk_queue(struct desk_request *v)
{
	struct queue q = { .after = 0 };
	if (!str_to_i64(request_query(v->request, "after"), &q.after) || q.after < 1)
		q.after = 0;
	enum err e = request_transaction(v, queue_page_load, &q);
	if (e != ERR_OK)
		return e;
	int n = q.items.n > PER_PAGE ? PER_PAGE : q.items.n;
	int64_t last = 0;
	struct json_writer *w = page_begin(v, "queue", "queue", T("Queue"));
	page_write_flag(w, "tab", STR_NONE);
	write_ages(v, w, &q.ages);
	json_member_bool(w, "has_items", n > 0);
	json_key(w, "items");
	json_begin_array(w);
	for (int i = 0; i < n; i++) {
		struct sql_desk_queue_items_row item = sql_desk_queue_items_row(&q.items, i);
		queue_page_write_item(v, w, &item);
		last = item.message_id;
	}
	json_end_array(w);
	page_write_pager(w, q.after ? STR("/queue") : STR_NONE,
		q.items.n > n ? pool_printf(v->pool, "/queue?after=%lld", (long long)last) : STR_NONE);
	return page_end(v, 200);
}

struct change {
	int64_t message;
	bool discards, exists, sender_is_alive;
	struct str was; /* absent: nothing was changed */
};

static enum err queue_page_change(struct desk_request *v, void *arg)
{
	struct change *c = arg;
	struct sql_queue_retry_rows r;
	sql_queue_retry_query *query = c->discards ? sql_queue_discard : sql_queue_retry;
	enum err e = query(v->db, v->pool, v->caller.org_id, c->message, &r);
	if (e != ERR_OK)
		return e;
	c->was = sql_queue_retry_row(&r, 0).outcome;
	if (c->was.p && (e = request_sender_is_alive(v, &c->sender_is_alive)) != ERR_OK)
		return e;
	if (c->was.p)
		return request_audit(v, c->discards ? "queue.discard" : "queue.retry",
			pool_printf(v->pool, "{\"message\":%lld,\"was\":\"%.*s\"}", (long long)c->message,
				(int)c->was.n, c->was.p));
	struct sql_delivery_exists_rows found;
	e = sql_delivery_exists(v->db, v->pool, v->caller.org_id, c->message, &found);
	if (e == ERR_OK)
		c->exists = sql_delivery_exists_row(&found, 0).found;
	return e;
}

static void write_hidden(struct json_writer *w, const char *name, struct str value)
{
	json_begin_object(w);
	json_member_str(w, "name", str_of(name));
	json_member_str(w, "value", value);
	json_end_object(w);
}

static enum err queue_page_ask(struct desk_request *v, const struct form *form)
{
	struct json_writer *w = page_begin(v, "confirm", "queue", T("Discard the message"));
	json_key(w, "confirm");
	json_begin_object(w);
	json_member_str(w, "title", str_of(request_translate(v, T("Discard the message?"))));
	json_member_str(w, "words",
		str_of(request_translate(
			v, T("It is not sent any more. It stays in the conversation, marked as cancelled."))));
	json_member_bool(w, "has_effects", false);
	page_write_text(w, "type", STR_NONE);
	json_member_str(w, "button", str_of(request_translate(v, T("Discard"))));
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

enum err desk_queue_change(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	struct change c = { .message = form_number(&form, "message"),
		.discards = str_equal(form_value(&form, "do"), STR("discard")) };
	if (c.discards && v->answer == ANSWER_HTML && !form_checked(&form, "confirmed"))
		return queue_page_ask(v, &form);
	enum err e = request_transaction(v, queue_page_change, &c);
	if (e != ERR_OK)
		return e;
	if (!c.was.p && !c.exists)
		return ERR_NOT_FOUND;
	if (!c.was.p && v->answer == ANSWER_JSON)
		return request_refuse(
			v, 409, T("The message is being sent or was sent: it cannot be changed any more."));
	if (c.was.p && !c.discards)
		request_wake_sender(v, c.sender_is_alive);
	flash_set(v, !c.was.p ? "delivery-gone" : c.discards ? "delivery-discarded" : "delivery-retried");
	request_redirect(v, "/queue");
	return ERR_OK;
}
