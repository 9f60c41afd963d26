/*
 * conversation-thread.c - what was said, decided and done in a conversation, in the order in which it happened.
 *
 * Messages, decisions and events are three tables; here they become one list. A page holds so many messages, and fewer
 * where they are long; decisions and events are those between its messages. A decision to answer is shown with the
 * answer, silence and what people did as lines of their own, and a draft as a suggestion.
 */
#include "desk/pages/inbox/conversation.h"

#include "desk/media.h"
#include "desk/stored-words.h"

#include <stdlib.h>

#define MESSAGES (THREAD_ROWS - 1)
#define PAGE_BYTES 36000 /* of HTML */
#define MESSAGE_BYTES 700
#define FAILURE_BYTES 500
#define JOINED_MS (5 * 60 * 1000)

/* Columns of thread_messages. */
enum {
	M_ID,
	M_AT_US,
	M_SHOWN_MS,
	M_SENDER,
	M_KIND,
	M_BODY,
	M_STATUS,
	M_ERROR,
	M_NEXT,
	M_CODE,
	M_MENDABLE,
	M_AUTHOR,
	M_PROVIDER_ID,
	M_QUOTED_SENDER,
	M_QUOTED_AUTHOR,
	M_QUOTED_BODY,
	M_QUOTED_KIND,
	M_REACTION_TO,
	M_DETAIL
};

/* Columns of thread_decisions. */
enum { D_ID, D_AT_US, D_OUTCOME, D_STAGE, D_REASON, D_DETAIL, D_DRAFT, D_REPEATS, D_SENT, D_ANSWERED };

/* Columns of thread_events. */
enum { E_ID, E_AT_US, E_KIND, E_USER, E_ASSIGNEE };

/* What comes first of what happened in the same microsecond, which is in one transaction. */
enum item_kind { ITEM_EVENT, ITEM_MESSAGE, ITEM_DECISION };

struct item {
	enum item_kind kind;
	int row;
	int64_t at_us, id, shown_ms;
};

/* ---- loading ---- */

/* What a message takes as HTML, nearly. */
static size_t message_bytes(const struct db_result *r, int i)
{
	static const int texts[] = { M_BODY, M_QUOTED_BODY, M_AUTHOR, M_ERROR, M_NEXT, M_DETAIL };
	size_t bytes = MESSAGE_BYTES + (db_is_null(r, i, M_ERROR) ? 0 : FAILURE_BYTES);
	for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++)
		bytes += page_html_bytes(db_str(r, i, texts[t]));
	return bytes;
}

/* How many of the messages that were found fit on the page; at least one. */
static int conversation_thread_fitting(const struct db_result *r)
{
	size_t bytes = 0;
	int n = 0;
	while (n < db_rows(r) && n < MESSAGES && (n == 0 || bytes < PAGE_BYTES))
		bytes += message_bytes(r, n++);
	return n;
}

/* What lies between two pages belongs to the newer one, so that nothing is on both. */
enum err thread_load(struct desk_request *v, struct thread *thread)
{
	const struct db_value org = DB_INT(v->caller.org_id), id = DB_INT(thread->conversation);
	struct db_value until = DB_NULL;
	int64_t from = 0;
	enum err e = DB_QUERY(v->db, v->pool, &sql_thread_messages_statement, &thread->messages, org, id,
		thread->before ? DB_INT(thread->before) : DB_NULL, DB_INT(THREAD_ROWS));
	if (e != ERR_OK)
		return e;
	thread->n_messages = conversation_thread_fitting(thread->messages);
	if (thread->n_messages < db_rows(thread->messages))
		from = db_int(thread->messages, thread->n_messages, M_AT_US);
	if (thread->before)
		until = DB_INT(thread->n_messages ? db_int(thread->messages, 0, M_AT_US) : 0);
	e = DB_QUERY(v->db, v->pool, &sql_thread_decisions_statement, &thread->decisions, org, id, DB_INT(from), until);
	if (e == ERR_OK)
		e = DB_QUERY(
			v->db, v->pool, &sql_thread_events_statement, &thread->events, org, id, DB_INT(from), until);
	return e;
}

/* ---- order ---- */

static int conversation_thread_compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static bool conversation_thread_is(const struct db_result *r, int row, int col, const char *value)
{
	return str_equal(db_str(r, row, col), str_of(value));
}

/* The message that a reaction is about, when it is on the page; -1. */
static int reaction_target(const struct thread *t, int row)
{
	struct str to = db_str(t->messages, row, M_REACTION_TO);
	for (int i = 0; to.p && i < t->n_messages; i++)
		if (str_equal(to, db_str(t->messages, i, M_PROVIDER_ID)))
			return i;
	return -1;
}

/* A reaction is shown with its message, an answer's decision with the answer, the same silence only once. */
static bool conversation_thread_is_shown(const struct thread *t, enum item_kind kind, int row)
{
	if (kind == ITEM_MESSAGE)
		return !conversation_thread_is(t->messages, row, M_KIND, "reaction") || reaction_target(t, row) < 0;
	if (kind == ITEM_DECISION)
		return !conversation_thread_is(t->decisions, row, D_OUTCOME, "replied")
		       && !db_bool(t->decisions, row, D_REPEATS);
	return true;
}

static int add_items(const struct thread *t, struct item *items, int n, enum item_kind kind)
{
	const struct db_result *r = kind == ITEM_MESSAGE    ? t->messages
				    : kind == ITEM_DECISION ? t->decisions
							    : t->events;
	int rows = kind == ITEM_MESSAGE ? t->n_messages : db_rows(r);
	for (int i = 0; i < rows; i++) {
		int64_t at_us = db_int(r, i, M_AT_US);
		if (conversation_thread_is_shown(t, kind, i))
			items[n++] = (struct item){ .kind = kind,
				.row = i,
				.at_us = at_us,
				.id = db_int(r, i, M_ID),
				.shown_ms = kind == ITEM_MESSAGE ? db_int(r, i, M_SHOWN_MS) : at_us / 1000 };
	}
	return n;
}

/* ---- words ---- */

/* The words with {{name}} and {{other}} filled in. */
static struct str conversation_thread_filled(
	struct desk_request *v, const char *words, struct str name, struct str other)
{
	struct buf out;
	buf_init(&out, 64 << 10);
	for (const char *p = request_translate(v, words); *p;) {
		bool is_name = !strncmp(p, "{{name}}", 8), is_other = !strncmp(p, "{{other}}", 9);
		if (is_name || is_other)
			buf_add_str(&out, is_name ? name : other);
		else
			buf_add_char(&out, *p);
		p += is_name ? 8 : is_other ? 9 : 1;
	}
	struct str text = pool_str(v->pool, buf_str(&out));
	buf_fini(&out);
	return text;
}

static struct str event_words(struct desk_request *v, const struct db_result *r, int row)
{
	static const struct {
		const char *kind, *words;
	} table[] = {
		{ "taken-over", T("{{name}} took the conversation over") },
		{ "returned", T("{{name}} returned the conversation to the bot") },
		{ "closed", T("{{name}} closed the conversation") },
		{ "reopened", T("{{name}} opened the conversation again") },
		{ "assigned", T("{{name}} assigned the conversation to {{other}}") },
	};
	struct str name = db_str(r, row, E_USER), other = db_str(r, row, E_ASSIGNEE);
	if (!name.p)
		name = str_of(request_translate(v, T("Somebody")));
	if (conversation_thread_is(r, row, E_KIND, "assigned") && !other.p)
		return conversation_thread_filled(v, T("{{name}} assigned the conversation to nobody"), name, other);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (conversation_thread_is(r, row, E_KIND, table[i].kind))
			return conversation_thread_filled(v, table[i].words, name, other);
	return db_str(r, row, E_KIND);
}

/* The customer blocks the bot, or no longer does: its membership before and now. In groups there are others. */
static struct str conversation_thread_membership(struct desk_request *v, const struct thread *t, int row)
{
	struct str detail = db_str(t->messages, row, M_DETAIL);
	if (str_equal(detail, STR("member kicked")))
		return conversation_thread_filled(v, T("{{name}} blocked the bot"), t->name, STR_NONE);
	if (str_equal(detail, STR("kicked member")))
		return conversation_thread_filled(v, T("{{name}} unblocked the bot"), t->name, STR_NONE);
	return str_of(request_translate(v, T("The place of the bot in this chat has changed")));
}

/* What is told of a message that is no message; absent for others. */
static struct str conversation_thread_told(struct desk_request *v, const struct thread *t, int row)
{
	struct str body = db_str(t->messages, row, M_BODY);
	if (conversation_thread_is(t->messages, row, M_KIND, "revoke"))
		return conversation_thread_filled(v, T("{{name}} deleted a message"), t->name, STR_NONE);
	if (conversation_thread_is(t->messages, row, M_KIND, "edit"))
		return conversation_thread_filled(v, T("{{name}} changed a message: {{other}}"), t->name, body);
	if (conversation_thread_is(t->messages, row, M_KIND, "reaction"))
		return conversation_thread_filled(
			v, T("{{name}} reacted to an earlier message: {{other}}"), t->name, body);
	if (conversation_thread_is(t->messages, row, M_KIND, "my_chat_member"))
		return conversation_thread_membership(v, t, row);
	if (conversation_thread_is(t->messages, row, M_KIND, "system")
		|| conversation_thread_is(t->messages, row, M_SENDER, "system"))
		return body.p ? body : db_str(t->messages, row, M_KIND);
	return STR_NONE;
}

/* ---- writing ---- */

static struct str conversation_thread_author(
	struct desk_request *v, const struct thread *t, struct str sender, struct str name)
{
	if (str_equal(sender, STR("contact")))
		return t->name;
	if (str_equal(sender, STR("bot")))
		return str_of(request_translate(v, T("Bot")));
	return name.p ? name : str_of(request_translate(v, T("Team")));
}

static void write_quote(struct desk_request *v, const struct thread *t, int row)
{
	struct json_writer *w = &v->w;
	struct str sender = db_str(t->messages, row, M_QUOTED_SENDER), body = db_str(t->messages, row, M_QUOTED_BODY);
	json_key(w, "quote");
	if (!sender.p) {
		json_write_bool(w, false);
		return;
	}
	json_begin_object(w);
	json_member_str(
		w, "author", conversation_thread_author(v, t, sender, db_str(t->messages, row, M_QUOTED_AUTHOR)));
	json_member_str(
		w, "text", body.p ? body : media_words(v->locale.translation, db_str(t->messages, row, M_QUOTED_KIND)));
	json_end_object(w);
}

static void conversation_thread_write_status(struct desk_request *v, const struct thread *t, int row)
{
	struct json_writer *w = &v->w;
	struct str status = db_str(t->messages, row, M_STATUS);
	json_key(w, "status");
	if (str_equal(status, STR("received"))) {
		json_write_bool(w, false);
		return;
	}
	json_begin_object(w);
	json_member_bool(w, pool_cstr(v->pool, status), true);
	json_end_object(w);
}

static void write_failure(struct desk_request *v, const struct thread *t, int row)
{
	struct json_writer *w = &v->w;
	const struct db_result *r = t->messages;
	json_key(w, "failure");
	if (!conversation_thread_is(r, row, M_STATUS, "failed")) {
		json_write_bool(w, false);
		return;
	}
	json_begin_object(w);
	json_member_str(w, "words", request_stored_sentence(v, db_str(r, row, M_ERROR)));
	json_member_str(w, "next_step", request_stored_sentence(v, db_str(r, row, M_NEXT)));
	page_member_or_false(w, "code", db_str(r, row, M_CODE));
	page_member_or_false(w, "retry", t->can_mend && db_bool(r, row, M_MENDABLE) ? STR("/queue") : STR_NONE);
	json_end_object(w);
}

/* The latest reaction counts; taken back, it is empty. */
static void write_reaction(struct desk_request *v, const struct thread *t, int row)
{
	struct str reaction = STR_NONE;
	for (int i = t->n_messages - 1; i >= 0; i--)
		if (conversation_thread_is(t->messages, i, M_KIND, "reaction") && reaction_target(t, i) == row)
			reaction = db_str(t->messages, i, M_BODY);
	page_member_or_false(&v->w, "reaction", reaction);
}

/* An answer and the decision for it are of the same moment; of several parts the last tells why. */
static void write_answers_decision(struct desk_request *v, const struct thread *t, int row)
{
	const struct db_result *d = t->decisions;
	int64_t at_us = db_int(t->messages, row, M_AT_US);
	bool is_last = row == 0 || db_int(t->messages, row - 1, M_AT_US) != at_us;
	for (int i = 0; is_last && conversation_thread_is(t->messages, row, M_SENDER, "bot") && i < db_rows(d); i++)
		if (db_int(d, i, D_AT_US) == at_us && conversation_thread_is(d, i, D_OUTCOME, "replied")) {
			decision_write(v, db_str(d, i, D_STAGE), db_str(d, i, D_REASON), db_str(d, i, D_DETAIL));
			return;
		}
	json_member_bool(&v->w, "decision", false);
}

static void write_bubble(struct desk_request *v, const struct thread *t, const struct item *item, bool joined)
{
	struct json_writer *w = &v->w;
	const struct db_result *r = t->messages;
	struct str sender = db_str(r, item->row, M_SENDER);
	bool by_customer = str_equal(sender, STR("contact")), by_bot = str_equal(sender, STR("bot"));
	json_member_bool(w, "bubble", true);
	json_member_bool(w, "customer", by_customer);
	json_member_bool(w, "bot", by_bot);
	page_member_or_false(w, "operator",
		by_customer || by_bot ? STR_NONE
				      : conversation_thread_author(v, t, sender, db_str(r, item->row, M_AUTHOR)));
	json_member_bool(w, "joined", joined);
	page_member_or_false(w, "text", db_str(r, item->row, M_BODY));
	write_quote(v, t, item->row);
	media_write(w, db_str(r, item->row, M_KIND), db_str(r, item->row, M_DETAIL));
	conversation_thread_write_status(v, t, item->row);
	write_failure(v, t, item->row);
	write_reaction(v, t, item->row);
	write_answers_decision(v, t, item->row);
}

static void write_event(struct desk_request *v, struct str text, bool silent)
{
	struct json_writer *w = &v->w;
	json_key(w, "event");
	json_begin_object(w);
	json_member_str(w, "text", text);
	json_member_bool(w, "silent", silent);
	json_end_object(w);
}

static void write_suggestion(struct desk_request *v, const struct thread *t, int row)
{
	struct json_writer *w = &v->w;
	const struct db_result *r = t->decisions;
	long long id = (long long)db_int(r, row, D_ID), conversation = (long long)t->conversation;
	json_key(w, "suggestion");
	json_begin_object(w);
	json_member_str(w, "action", pool_printf(v->pool, "/inbox/%lld/send-draft", conversation));
	json_member_i64(w, "draft", id);
	json_member_bool(w, "sendable", t->can_send && !db_bool(r, row, D_ANSWERED));
	json_member_str(w, "edit", pool_printf(v->pool, "/inbox/%lld?edit=%lld", conversation, id));
	json_end_object(w);
	json_member_str(w, "text", db_str(r, row, D_DRAFT));
}

static void write_decision_item(struct desk_request *v, const struct thread *t, int row)
{
	const struct db_result *r = t->decisions;
	if (!conversation_thread_is(r, row, D_OUTCOME, "draft"))
		write_event(v, stored_words(v->pool, v->locale.translation, db_str(r, row, D_REASON)), true);
	else if (db_bool(r, row, D_SENT))
		write_event(v, str_of(request_translate(v, T("The suggested reply was sent"))), false);
	else
		write_suggestion(v, t, row);
	if (conversation_thread_is(r, row, D_OUTCOME, "silent"))
		json_member_bool(&v->w, "decision", false);
	else
		decision_write(v, db_str(r, row, D_STAGE), db_str(r, row, D_REASON), db_str(r, row, D_DETAIL));
}

static bool is_bubble(const struct thread *t, const struct item *item)
{
	static const char *const told_kinds[] = { "revoke", "edit", "reaction", "system", "my_chat_member" };
	if (item->kind != ITEM_MESSAGE || conversation_thread_is(t->messages, item->row, M_SENDER, "system"))
		return false;
	for (size_t i = 0; i < sizeof(told_kinds) / sizeof(told_kinds[0]); i++)
		if (conversation_thread_is(t->messages, item->row, M_KIND, told_kinds[i]))
			return false;
	return true;
}

/* Follows its own sender's message closely. */
static bool is_joined(const struct thread *t, const struct item *item, const struct item *last)
{
	return last && is_bubble(t, last) && item->shown_ms - last->shown_ms < JOINED_MS
	       && str_equal(db_str(t->messages, item->row, M_SENDER), db_str(t->messages, last->row, M_SENDER))
	       && str_equal(db_str(t->messages, item->row, M_AUTHOR), db_str(t->messages, last->row, M_AUTHOR));
}

static void conversation_thread_write_id(struct desk_request *v, const struct item *item)
{
	static const char *const prefixes[] = { [ITEM_EVENT] = "e", [ITEM_MESSAGE] = "", [ITEM_DECISION] = "d" };
	json_member_str(&v->w, "id", pool_printf(v->pool, "%s%lld", prefixes[item->kind], (long long)item->id));
	json_member_i64(&v->w, "rev", 1);
}

/* `last`: what comes before, NULL for nothing. */
static void conversation_thread_write_item(
	struct desk_request *v, const struct thread *t, const struct item *item, const struct item *last)
{
	struct json_writer *w = &v->w;
	bool new_day = !last || !locale_same_day(&v->locale, last->shown_ms, item->shown_ms);
	json_begin_object(w);
	conversation_thread_write_id(v, item);
	page_member_or_false(w, "day", new_day ? locale_day(v->pool, &v->locale, item->shown_ms) : STR_NONE);
	locale_write_time_as(w, "time", item->shown_ms, locale_clock(v->pool, &v->locale, item->shown_ms));
	if (is_bubble(t, item)) {
		write_bubble(v, t, item, !new_day && is_joined(t, item, last));
	} else if (item->kind == ITEM_DECISION) {
		write_decision_item(v, t, item->row);
	} else {
		write_event(v,
			item->kind == ITEM_EVENT ? event_words(v, t->events, item->row)
						 : conversation_thread_told(v, t, item->row),
			false);
		json_member_bool(w, "decision", false);
	}
	json_end_object(w);
}

static void write_earlier(struct desk_request *v, const struct thread *t)
{
	struct str href = STR_NONE;
	if (t->n_messages < db_rows(t->messages))
		href = pool_printf(v->pool, "/inbox/%lld?before=%lld", (long long)t->conversation,
			(long long)db_int(t->messages, t->n_messages - 1, M_ID));
	page_member_or_false(&v->w, "earlier", href);
}

/* The message before the page, which says whether a new day begins; false when there is none. */
static bool message_before(const struct thread *t, struct item *out)
{
	int row = t->n_messages;
	if (row >= db_rows(t->messages))
		return false;
	*out = (struct item){ .kind = ITEM_MESSAGE, .row = row, .shown_ms = db_int(t->messages, row, M_SHOWN_MS) };
	return true;
}

void thread_write(struct desk_request *v, const struct thread *t)
{
	size_t most = (size_t)(t->n_messages + db_rows(t->decisions) + db_rows(t->events));
	struct item *items = pool_new_array(v->pool, most, struct item), before;
	const struct item *last = message_before(t, &before) ? &before : NULL;
	int n = add_items(t, items, 0, ITEM_MESSAGE);
	n = add_items(t, items, n, ITEM_DECISION);
	n = add_items(t, items, n, ITEM_EVENT);
	qsort(items, (size_t)n, sizeof(*items), conversation_thread_compare);
	write_earlier(v, t);
	json_key(&v->w, "messages");
	json_begin_array(&v->w);
	for (int i = 0; i < n; i++) {
		conversation_thread_write_item(v, t, &items[i], last);
		last = &items[i];
	}
	json_end_array(&v->w);
}
