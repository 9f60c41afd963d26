/*
 * conversation-thread.c - what was said, decided and done in a conversation, in the order in which it happened.
 *
 * Messages, decisions and events are three tables; here they become one list. A page holds so many messages, and fewer
 * where they are long; decisions and events are those between its messages. A decision to answer is shown with the
 * answer, silence and what people did as lines of their own, and a draft as a suggestion.
 */
#include "desk/pages/inbox/conversation.h"

#include "core/formats/query.h"
#include "desk/media.h"
#include "desk/format/rich-text.h"

#include <stdlib.h>
#include <string.h>

#define MESSAGES (THREAD_ROWS - 1)
#define PAGE_BYTES 33000 /* of HTML */
#define MESSAGE_BYTES 820
#define FAILURE_BYTES 1000 /* with the sentences of its reason */
#define JOINED_MS (5 * 60 * 1000)
#define ALBUM_MS (60 * 1000)  /* between two pictures of one album */
#define TAUGHT_MAX_BYTES 1500 /* of a reply, and of the questions, that go into an address */
#define TAUGHT_TRIGGERS 3

/* What comes first of what happened in the same microsecond, which is in one transaction. */
enum item_kind { ITEM_EVENT, ITEM_MESSAGE, ITEM_DECISION };

struct item {
	enum item_kind kind;
	int row;
	int64_t at_us, id, shown_ms;
	int n_album; /* how many items from this one on are one album, itself included; 0: it belongs to one before */
};

/* ---- loading ---- */

/* What a message takes as HTML, nearly. */
static size_t message_bytes(const struct thread *thread, int i)
{
	const struct sql_thread_messages_row row = sql_thread_messages_row(&thread->messages, i);
	const struct str texts[] = { row.body, row.quoted_body, row.author, row.reason };
	size_t bytes = MESSAGE_BYTES + (!row.reason.p ? 0 : FAILURE_BYTES) + media_bytes(&thread->held[i]);
	for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++)
		bytes += page_html_bytes(texts[t]);
	return bytes;
}

/* How many of the messages that were found fit on the page; at least one. */
static int conversation_thread_fitting(const struct thread *t)
{
	size_t bytes = 0;
	int n = 0;
	while (n < t->messages.n && n < MESSAGES && (n == 0 || bytes < PAGE_BYTES))
		bytes += message_bytes(t, n++);
	return n;
}

static struct str conversation_thread_ids(struct pool *pool, const struct thread *t)
{
	struct buf ids;
	buf_init(&ids, 1024);
	for (int i = 0; i < t->n_messages; i++)
		buf_addf(&ids, "%c%lld", i ? ',' : '{', (long long)sql_thread_messages_row(&t->messages, i).id);
	buf_add_cstr(&ids, t->n_messages ? "}" : "{}");
	return pool_take(pool, &ids);
}

static void conversation_thread_describe(struct desk_request *v, struct thread *t)
{
	t->held = pool_new_array(v->pool, (size_t)t->messages.n + 1, struct description);
	for (int i = 0; i < t->messages.n; i++) {
		const struct sql_thread_messages_row row = sql_thread_messages_row(&t->messages, i);
		description_read(v->pool, t->ops, row.kind, row.metadata, &t->held[i]);
	}
}

/* What lies between two pages belongs to the newer one, so that nothing is on both. */
enum err thread_load(struct desk_request *v, struct thread *thread)
{
	const int64_t org = v->caller.org_id, id = thread->conversation;
	int64_t from = 0, until = 0;
	enum err e = sql_thread_messages(
		v->db, v->pool, org, id, thread->before ? &thread->before : NULL, THREAD_ROWS, &thread->messages);
	if (e != ERR_OK)
		return e;
	conversation_thread_describe(v, thread);
	e = thread_topics_load(v, thread);
	if (e != ERR_OK)
		return e;
	thread->n_messages = conversation_thread_fitting(thread);
	if (thread->n_messages < thread->messages.n)
		from = sql_thread_messages_row(&thread->messages, thread->n_messages).at_us;
	if (thread->before)
		until = thread->n_messages ? sql_thread_messages_row(&thread->messages, 0).at_us : 0;
	e = sql_thread_decisions(v->db, v->pool, org, id, from, thread->before ? &until : NULL, &thread->decisions);
	if (e == ERR_OK)
		e = sql_thread_events(v->db, v->pool, org, id, from, thread->before ? &until : NULL, &thread->events);
	if (e == ERR_OK)
		e = thread_files_load(v, thread, conversation_thread_ids(v->pool, thread));
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

static bool thread_is(struct str text, const char *value)
{
	return str_equal(text, str_of(value));
}

/* The message that an event is about, when it is on the page; -1. */
static int reaction_target(const struct thread *t, int row)
{
	struct str to = sql_thread_messages_row(&t->messages, row).about;
	for (int i = 0; to.p && i < t->n_messages; i++)
		if (str_equal(to, sql_thread_messages_row(&t->messages, i).provider_id))
			return i;
	return -1;
}

/* An edit or a deletion that stands in the message that it names. */
static bool is_applied(const struct sql_thread_messages_row *row)
{
	return row->quoted_sender.p && (thread_is(row->kind, "edit") || thread_is(row->kind, "revoke"));
}

/* A reaction is shown with its message. */
static int conversation_thread_add_messages(const struct thread *t, struct item *items, int n)
{
	for (int i = 0; i < t->n_messages; i++) {
		const struct sql_thread_messages_row row = sql_thread_messages_row(&t->messages, i);
		if (!is_applied(&row) && (!thread_is(row.kind, "reaction") || reaction_target(t, i) < 0))
			items[n++] = (struct item){ ITEM_MESSAGE, i, row.at_us, row.id, row.shown_ms };
	}
	return n;
}

/* An answer's decision is shown with the answer, the same silence only once. */
static int conversation_thread_add_decisions(const struct thread *t, struct item *items, int n)
{
	for (int i = 0; i < t->decisions.n; i++) {
		const struct sql_thread_decisions_row row = sql_thread_decisions_row(&t->decisions, i);
		if (!thread_is(row.outcome, "replied") && !row.repeats)
			items[n++] = (struct item){ ITEM_DECISION, i, row.at_us, row.id, row.at_us / 1000 };
	}
	return n;
}

static int conversation_thread_add_events(const struct thread *t, struct item *items, int n)
{
	for (int i = 0; i < t->events.n; i++) {
		const struct sql_thread_events_row row = sql_thread_events_row(&t->events, i);
		items[n++] = (struct item){ ITEM_EVENT, i, row.at_us, row.id, row.at_us / 1000 };
	}
	return n;
}

/* ---- words ---- */

static struct str conversation_thread_filled(
	struct desk_request *v, const char *words, struct str name, struct str other)
{
	return media_filled(v->pool, v->locale.translation, words, name, other);
}

static struct str event_words(struct desk_request *v, const struct sql_thread_events_rows *r, int row)
{
	static const struct {
		const char *kind, *words;
	} table[] = {
		{ "taken-over", T("{{name}} took the conversation over") },
		{ "returned", T("{{name}} returned the conversation to the bot") },
		{ "closed", T("{{name}} closed the conversation") },
		{ "snoozed", T("{{name}} snoozed the conversation") },
		{ "woken", T("The conversation came back from being snoozed") },
		{ "blocked", T("{{name}} blocked the contact") },
		{ "unblocked", T("{{name}} unblocked the contact") },
		{ "reopened", T("{{name}} opened the conversation again") },
		{ "assigned", T("{{name}} assigned the conversation to {{other}}") },
	};
	const struct sql_thread_events_row found = sql_thread_events_row(r, row);
	struct str name = found.user_name, other = found.assignee_name;
	if (!name.p)
		name = str_of(request_translate(v, T("Somebody")));
	if (thread_is(found.kind, "assigned") && !other.p)
		return conversation_thread_filled(v, T("{{name}} unassigned the conversation"), name, other);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (thread_is(found.kind, table[i].kind))
			return conversation_thread_filled(v, table[i].words, name, other);
	return found.kind;
}

/* What is told of a message that is no message. */
static struct str conversation_thread_told(struct desk_request *v, const struct thread *t, int row)
{
	const struct description *d = &t->held[row];
	struct str body = sql_thread_messages_row(&t->messages, row).body;
	if (d->event)
		return media_event(v->pool, v->locale.translation, d, d->writer.p ? d->writer : t->name, body);
	return media_words(v->pool, v->locale.translation, d, t->name, body);
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

static struct str quoted_words(
	struct desk_request *v, const struct thread *t, const struct sql_thread_messages_row *row)
{
	const char *title = description_title(t->ops, row->quoted_kind);
	return str_is_empty(row->quoted_body) ? str_of(request_translate(v, title)) : row->quoted_body;
}

static void write_quote(struct desk_request *v, const struct thread *t, int row)
{
	struct json_writer *w = &v->w;
	const struct sql_thread_messages_row found = sql_thread_messages_row(&t->messages, row);
	struct str sender = found.quoted_sender;
	json_key(w, "quote");
	if (!sender.p && str_is_empty(t->held[row].quoted)) {
		json_write_bool(w, false);
		return;
	}
	json_begin_object(w);
	page_member_or_false(
		w, "author", sender.p ? conversation_thread_author(v, t, sender, found.quoted_author) : STR_NONE);
	json_member_str(w, "text", sender.p ? quoted_words(v, t, &found) : t->held[row].quoted);
	json_end_object(w);
}

static void conversation_thread_write_status(struct desk_request *v, const struct thread *t, int row)
{
	struct json_writer *w = &v->w;
	struct str status = sql_thread_messages_row(&t->messages, row).status;
	json_key(w, "status");
	if (str_equal(status, STR("received"))) {
		json_write_bool(w, false);
		return;
	}
	json_begin_object(w);
	json_member_bool(w, pool_cstr(v->pool, status), true);
	json_end_object(w);
}

static void write_failure(struct desk_request *v, const struct thread *t, int i)
{
	struct json_writer *w = &v->w;
	const struct sql_thread_messages_rows *r = &t->messages;
	json_key(w, "failure");
	const struct sql_thread_messages_row row = sql_thread_messages_row(r, i);
	if (!thread_is(row.status, "failed")) {
		json_write_bool(w, false);
		return;
	}
	json_begin_object(w);
	page_write_text(w, "words", request_reason(v, row.reason));
	page_write_text(w, "next_step", request_reason_next(v, row.reason));
	page_member_or_false(w, "code", row.error_code);
	page_member_or_false(w, "retry", t->can_mend && row.can_retry ? STR("/queue") : STR_NONE);
	json_end_object(w);
}

/* The latest reaction counts; taken back, it is empty. */
static void write_reaction(struct desk_request *v, const struct thread *t, int row)
{
	struct str reaction = STR_NONE;
	for (int i = t->n_messages - 1; i >= 0; i--)
		if (thread_is(sql_thread_messages_row(&t->messages, i).kind, "reaction")
			&& reaction_target(t, i) == row)
			reaction = sql_thread_messages_row(&t->messages, i).body;
	page_member_or_false(&v->w, "reaction", reaction);
}

/* An answer and the decision for it are of the same moment; of several parts the last tells why. */
static void write_answers_decision(struct desk_request *v, const struct thread *t, int i)
{
	const struct sql_thread_messages_row row = sql_thread_messages_row(&t->messages, i);
	bool is_last = i == 0 || sql_thread_messages_row(&t->messages, i - 1).at_us != row.at_us;
	for (int d = 0; is_last && thread_is(row.sender, "bot") && d < t->decisions.n; d++) {
		const struct sql_thread_decisions_row decision = sql_thread_decisions_row(&t->decisions, d);
		if (decision.at_us == row.at_us && thread_is(decision.outcome, "replied")) {
			decision_write(v, t, &decision);
			return;
		}
	}
	json_member_bool(&v->w, "decision", false);
}

/* What an edited message said before, by whom a message was deleted, and when it was written where that is not when it
 * came: after an outage. */
static void conversation_thread_write_changes(
	struct desk_request *v, const struct sql_thread_messages_row *row, const struct description *d)
{
	struct json_writer *w = &v->w;
	const char *by = thread_is(row->sender, "contact") ? T("Deleted by the customer") : T("Deleted by your team");
	page_member_or_false(w, "deleted", d->is_deleted ? str_of(request_translate(v, by)) : STR_NONE);
	page_member_or_false(
		w, "written", row->written_ms ? locale_time(v->pool, &v->locale, row->written_ms) : STR_NONE);
	json_member_bool(w, "is_edited", json_length(d->history) > 0);
	json_key(w, "edited");
	json_begin_array(w);
	for (size_t i = 0; i < json_length(d->history); i++) {
		struct str text = json_str(json_get(json_at(d->history, i), "text"));
		json_begin_object(w);
		json_member_str(w, "text", text.p ? str_cut(text, 1000) : STR(""));
		json_end_object(w);
	}
	json_end_array(w);
}

/* The address at which a skill is made of a person's reply and what the customer wrote before it; absent for
 * those who may not change skills, and where nothing was asked. */
static struct str teach_address(struct desk_request *v, const struct thread *t, int row)
{
	const struct sql_thread_messages_row reply = sql_thread_messages_row(&t->messages, row);
	struct buf triggers, address;
	if (!t->can_mend || !thread_is(reply.sender, "operator") || !reply.body.n || reply.body.n > TAUGHT_MAX_BYTES)
		return STR_NONE;
	buf_init(&triggers, TAUGHT_MAX_BYTES);
	int i = row + 1;
	while (i < t->n_messages && thread_is(sql_thread_messages_row(&t->messages, i).sender, "bot"))
		i++; /* that did not help */
	for (int last = i + TAUGHT_TRIGGERS; i < t->n_messages && i < last; i++) {
		const struct sql_thread_messages_row asked = sql_thread_messages_row(&t->messages, i);
		if (!thread_is(asked.sender, "contact"))
			break;
		for (struct str rest = asked.body; rest.p;) {
			struct str line = str_trim(str_take_until(&rest, '\n'));
			if (line.n && triggers.len)
				buf_add_cstr(&triggers, " | "); /* as the page of a skill takes them */
			buf_add_str(&triggers, line);
		}
	}
	buf_init(&address, 8 * TAUGHT_MAX_BYTES);
	buf_add_cstr(&address, "/skills/new");
	query_add(&address, "triggers", buf_str(&triggers));
	query_add(&address, "response", reply.body);
	bool good = triggers.err == ERR_OK && triggers.len > 0 && address.err == ERR_OK;
	struct str text = good ? pool_str(v->pool, buf_str(&address)) : STR_NONE;
	buf_fini(&triggers);
	buf_fini(&address);
	return text;
}

/* The files of the items that are shown in this one's bubble; of one that is shown in another's, its own. */
static void conversation_thread_write_files(struct desk_request *v, const struct thread *t, const struct item *item)
{
	int n = item->n_album > 1 ? item->n_album : 1;
	int64_t *ids = pool_new_array(v->pool, (size_t)n, int64_t);
	for (int i = 0; i < n; i++)
		ids[i] = item[i].id;
	thread_files_write(v, t, ids, n);
}

static void write_bubble(struct desk_request *v, const struct thread *t, const struct item *item, bool joined)
{
	struct json_writer *w = &v->w;
	const struct sql_thread_messages_rows *r = &t->messages;
	const struct sql_thread_messages_row row = sql_thread_messages_row(r, item->row);
	struct str sender = row.sender;
	bool by_customer = str_equal(sender, STR("contact")), by_bot = str_equal(sender, STR("bot"));
	json_member_bool(w, "bubble", item->n_album > 0);
	json_member_bool(w, "transcript", row.is_transcript);
	json_member_bool(w, "customer", by_customer);
	json_member_bool(w, "bot", by_bot);
	page_member_or_false(
		w, "operator", by_customer || by_bot ? STR_NONE : conversation_thread_author(v, t, sender, row.author));
	json_member_bool(w, "joined", joined);
	page_member_or_false(w, "text", row.body);
	rich_text_write(v->pool, w, row.body);
	write_quote(v, t, item->row);
	page_member_or_false(w, "writer", t->held[item->row].writer);
	page_member_or_false(w, "topic", thread_topic(v, t, &t->held[item->row]));
	struct description held = t->held[item->row];
	if (!held.title && !held.n_lines && !held.is_deleted && str_is_empty(row.body))
		held.title = media_nothing;
	thread_files_trim(t, row.id, &held);
	media_write(v->pool, v->locale.translation, w, &held);
	conversation_thread_write_changes(v, &row, &t->held[item->row]);
	conversation_thread_write_files(v, t, item);
	conversation_thread_write_status(v, t, item->row);
	write_failure(v, t, item->row);
	page_member_or_false(
		w, "later", row.has_send_at_ms ? locale_time(v->pool, &v->locale, row.send_at_ms) : STR_NONE);
	json_member_bool(w, "quotable", t->can_send && row.provider_id.p && !t->held[item->row].is_deleted);
	write_reaction(v, t, item->row);
	write_answers_decision(v, t, item->row);
	page_member_or_false(w, "teach", teach_address(v, t, item->row));
}

/* `silent`: the code of why the bot said nothing; absent for any other event. */
static void write_event(struct desk_request *v, struct str text, struct str silent)
{
	struct json_writer *w = &v->w;
	json_key(w, "event");
	json_begin_object(w);
	json_member_str(w, "text", text);
	json_member_bool(w, "silent", silent.p != NULL);
	page_member_or_false(w, "code", silent);
	json_end_object(w);
}

static void write_suggestion(struct desk_request *v, const struct thread *t, int i)
{
	struct json_writer *w = &v->w;
	const struct sql_thread_decisions_rows *r = &t->decisions;
	const struct sql_thread_decisions_row row = sql_thread_decisions_row(r, i);
	long long id = (long long)row.id, conversation = (long long)t->conversation;
	json_key(w, "suggestion");
	json_begin_object(w);
	json_member_str(w, "action", pool_printf(v->pool, "/inbox/%lld/send-draft", conversation));
	json_member_i64(w, "draft", id);
	json_member_bool(w, "sendable", t->can_send && !row.is_answered);
	json_member_str(w, "edit", pool_printf(v->pool, "/inbox/%lld?edit=%lld", conversation, id));
	json_end_object(w);
	json_member_str(w, "text", row.draft);
}

static void write_decision_item(struct desk_request *v, const struct thread *t, int i)
{
	const struct sql_thread_decisions_rows *r = &t->decisions;
	const struct sql_thread_decisions_row row = sql_thread_decisions_row(r, i);
	if (!thread_is(row.outcome, "draft"))
		write_event(v, reason_text(v->pool, v->locale.translation, row.reason), row.reason);
	else if (row.is_sent)
		write_event(v, str_of(request_translate(v, T("The suggested reply was sent"))), STR_NONE);
	else
		write_suggestion(v, t, i);
	if (thread_is(row.outcome, "silent"))
		json_member_bool(&v->w, "decision", false);
	else
		decision_write(v, t, &row);
}

static bool is_bubble(const struct thread *t, const struct item *item)
{
	if (item->kind != ITEM_MESSAGE || thread_is(sql_thread_messages_row(&t->messages, item->row).sender, "system"))
		return false;
	return !t->held[item->row].event;
}

/* Follows its own sender's message closely. */
static bool is_joined(const struct thread *t, const struct item *item, const struct item *last)
{
	if (!last || !is_bubble(t, last) || item->shown_ms - last->shown_ms >= JOINED_MS)
		return false;
	const struct sql_thread_messages_row above = sql_thread_messages_row(&t->messages, last->row);
	const struct sql_thread_messages_row row = sql_thread_messages_row(&t->messages, item->row);
	return str_equal(row.sender, above.sender) && str_equal(row.author, above.author)
	       && str_equal(t->held[item->row].writer, t->held[last->row].writer);
}

static bool conversation_thread_has_reaction(const struct thread *t, int row)
{
	for (int i = 0; i < t->n_messages; i++)
		if (thread_is(sql_thread_messages_row(&t->messages, i).kind, "reaction")
			&& reaction_target(t, i) == row)
			return true;
	return false;
}

/* Pictures and nothing that would have to be said of one of them alone. */
static bool conversation_thread_is_leaf(const struct thread *t, const struct item *item)
{
	if (!is_bubble(t, item) || !thread_files_are_pictures(t, item->id))
		return false;
	const struct sql_thread_messages_row row = sql_thread_messages_row(&t->messages, item->row);
	return !row.reason.p && !t->held[item->row].history && !conversation_thread_has_reaction(t, item->row);
}

/* Whether `item` belongs to the album of the one before: the platform says so (Telegram), or they came one after the
 * other. What has a text begins an album. */
static bool conversation_thread_continues(const struct thread *t, const struct item *item, const struct item *last)
{
	const struct sql_thread_messages_row row = sql_thread_messages_row(&t->messages, item->row);
	const struct sql_thread_messages_row above = sql_thread_messages_row(&t->messages, last->row);
	return str_is_empty(row.body) && !row.quoted_sender.p && item->shown_ms - last->shown_ms < ALBUM_MS
	       && is_joined(t, item, last) && str_equal(row.album, above.album) && str_equal(row.status, above.status);
}

/* Moves items[from] up to items[to]; what stood between goes one place down. */
static void conversation_thread_move_up(struct item *items, int from, int to)
{
	struct item moved = items[from];
	memmove(&items[to + 1], &items[to], (size_t)(from - to) * sizeof(*items));
	items[to] = moved;
}

/* What the bot decided between two parts of an album is shown below it, and does not divide it. */
static void conversation_thread_find_albums(const struct thread *t, struct item *items, int n)
{
	for (int i = 0, head = -1, tail = -1; i < n; i++) {
		bool is_leaf = conversation_thread_is_leaf(t, &items[i]);
		items[i].n_album = 1;
		if (head >= 0 && items[i].kind == ITEM_DECISION)
			continue;
		if (is_leaf && head >= 0 && conversation_thread_continues(t, &items[i], &items[tail])) {
			conversation_thread_move_up(items, i, ++tail);
			items[tail].n_album = 0;
			items[head].n_album++;
		} else {
			head = tail = is_leaf ? i : -1;
		}
	}
}

static void conversation_thread_write_id(struct desk_request *v, const struct item *item)
{
	static const char *const prefixes[] = { [ITEM_EVENT] = "e", [ITEM_MESSAGE] = "", [ITEM_DECISION] = "d" };
	json_member_str(&v->w, "id", pool_printf(v->pool, "%s%lld", prefixes[item->kind], (long long)item->id));
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
	json_member_bool(w, "in_album", item->n_album == 0);
	if (is_bubble(t, item)) {
		write_bubble(v, t, item, !new_day && is_joined(t, item, last));
	} else if (item->kind == ITEM_DECISION) {
		write_decision_item(v, t, item->row);
	} else {
		write_event(v,
			item->kind == ITEM_EVENT ? event_words(v, &t->events, item->row)
						 : conversation_thread_told(v, t, item->row),
			STR_NONE);
		json_member_bool(w, "decision", false);
	}
	json_end_object(w);
}

static void write_earlier(struct desk_request *v, const struct thread *t)
{
	struct str href = STR_NONE;
	if (t->n_messages < t->messages.n)
		href = pool_printf(v->pool, "/inbox/%lld?before=%lld", (long long)t->conversation,
			(long long)sql_thread_messages_row(&t->messages, t->n_messages - 1).id);
	page_member_or_false(&v->w, "earlier", href);
}

/* The message before the page, which says whether a new day begins; false when there is none. */
static bool message_before(const struct thread *t, struct item *out)
{
	int row = t->n_messages;
	if (row >= t->messages.n)
		return false;
	*out = (struct item){
		.kind = ITEM_MESSAGE, .row = row, .shown_ms = sql_thread_messages_row(&t->messages, row).shown_ms
	};
	return true;
}

void thread_write(struct desk_request *v, const struct thread *t)
{
	size_t most = (size_t)(t->n_messages + t->decisions.n + t->events.n);
	struct item *items = pool_new_array(v->pool, most, struct item), before;
	const struct item *last = message_before(t, &before) ? &before : NULL;
	int n = conversation_thread_add_messages(t, items, 0);
	n = conversation_thread_add_decisions(t, items, n);
	n = conversation_thread_add_events(t, items, n);
	qsort(items, (size_t)n, sizeof(*items), conversation_thread_compare);
	conversation_thread_find_albums(t, items, n);
	write_earlier(v, t);
	json_key(&v->w, "messages");
	json_begin_array(&v->w);
	for (int i = 0; i < n; i++) {
		conversation_thread_write_item(v, t, &items[i], last);
		last = &items[i];
	}
	json_end_array(&v->w);
}
