/*
 * conversation-say.c - manual messages, and suggestions that an operator sends.
 *
 * A press of the button carries a key: pressed twice, or sent again after a lost connection, it is one message. What
 * cannot be sent is shown again with what was typed. Whether it may be sent is decided in the database, under the
 * conversation's lock (sql/functions/inbox.sql). The sender is woken after the answer.
 */
#include "desk/pages/inbox/conversation.h"

#include "channel/reply-parts.h"
#include "desk/pages/inbox/inbox-list.h"
#include "desk/upload.h"
#include "domain/quota.h"

#define ARRAY_MAX (1 << 20)

static const struct field fields[] = { { "key", FIELD_LINE, FIELD_REQUIRED, 64, NULL, T("Load the page again.") },
	{ "text", FIELD_TEXT, FIELD_OPTIONAL, REPLY_BYTES, NULL,
		T("The message is too long, or holds characters that cannot be sent. Shorten it or send it in two "
		  "parts.") },
	{ "seen", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("Load the page again.") },
	{ "canned", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("Choose a canned reply.") },
	{ "do", FIELD_CHOICE, FIELD_OPTIONAL, 10, "send|insert", T("Choose what to do.") },
	{ "until", FIELD_CHOICE, FIELD_OPTIONAL, 20, "hour|tomorrow|monday|opening|at", T("Choose one of the list.") },
	{ "at", FIELD_LINE, FIELD_OPTIONAL, 30, NULL, T("Choose a time.") },
	{ "quote", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("Load the page again.") },
	{ "with", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("Choose a canned reply.") },
	{ "topic", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("Choose a topic of this chat.") },
	{ "voice", FIELD_CHECK, FIELD_OPTIONAL, 10, NULL, T("Choose what to do.") }, FIELD_LAST };
static const struct field draft_fields[] = {
	{ "draft", FIELD_NUMBER, FIELD_REQUIRED, 20, NULL, T("Choose a suggestion.") }, FIELD_LAST
};

struct saying {
	const struct channel_ops *ops;
	struct attached files[UPLOADS_MAX];
	int n_files;
	struct str key, text;
	struct later later;
	int64_t canned, draft;
	int64_t with; /* the canned reply whose file or place goes along; 0: none */
	int64_t topic;
	int64_t quote; /* the message that is quoted; 0: none */
	int64_t seen;  /* the last message that was on the screen; 0: the caller does not say */
	struct str outcome;
	struct explain why; /* of ERR_QUOTA */
	bool sender_is_alive, is_voice;
};

/* ---- in the transaction ---- */

static struct str array_of(struct desk_request *v, const struct str *items, int n)
{
	struct db_array array;
	struct buf out;
	buf_init(&out, ARRAY_MAX);
	db_array_begin(&array, &out);
	for (int i = 0; i < n; i++)
		db_array_text(&array, items[i]);
	db_array_end(&array);
	return pool_take(v->pool, &out);
}

/* The platform of the conversation. */
static enum err conversation_say_find(struct desk_request *v, void *arg)
{
	struct saying *s = arg;
	struct sql_conversation_platform_rows r;
	enum err e = sql_conversation_platform(v->db, v->pool, v->caller.org_id, v->path.ids[0], &r);
	if (e != ERR_OK)
		return e;
	s->ops = r.n ? channel_find(sql_conversation_platform_row(&r, 0).platform) : NULL;
	return s->ops ? ERR_OK : ERR_NOT_FOUND;
}

/* Takes what the database answered, and looks whether a sender is alive. */
static enum err conversation_say_settle(struct desk_request *v, struct saying *s, enum err e, struct str outcome)
{
	if (e != ERR_OK)
		return e;
	s->outcome = outcome;
	if (str_equal(s->outcome, STR("gone")))
		return ERR_NOT_FOUND;
	return request_sender_is_alive(v, &s->sender_is_alive);
}

/* Another operator has replied to what this one was still reading: no customer is to be answered twice. */
static enum err conversation_say_is_first(struct desk_request *v, struct saying *s, bool *out)
{
	struct sql_said_meanwhile_rows rows;
	*out = true;
	if (!s->seen)
		return ERR_OK;
	enum err e = sql_said_meanwhile(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, s->seen, &rows);
	*out = e != ERR_OK || rows.n == 0 || !sql_said_meanwhile_row(&rows, 0).said;
	return e;
}

/* Whether another operator was first, or it cannot go out at its time: `outcome` says so. */
static enum err conversation_say_refused(struct desk_request *v, struct saying *s, bool *out)
{
	bool first;
	enum err e = conversation_say_is_first(v, s, &first);
	if (e == ERR_OK)
		e = later_check(v, &s->later);
	bool window = str_equal(s->later.refused, STR("window"));
	*out = e == ERR_OK && (!first || s->later.refused.p);
	s->outcome = !first ? STR("meanwhile") : window ? STR("later-window") : s->later.refused;
	return e;
}

static enum err conversation_say_write(struct desk_request *v, struct saying *s, const struct reply_content *content)
{
	struct sql_say_rows r;
	struct said said;
	struct quote quote;
	struct str key = pool_printf(v->pool, "say-%.*s", (int)s->key.n, s->key.p);
	attach_messages(v, s->ops, s->text, content, s->files, s->n_files, &said);
	enum err e = quote_find(v, s->quote, &quote);
	if (e == ERR_OK)
		e = sql_say(v->db, v->pool,
			&(struct sql_say_args){ .org_id = v->caller.org_id,
				.conversation_id = v->path.ids[0],
				.user_id = v->caller.id,
				.request_key = key,
				.parts = array_of(v, said.bodies, said.n),
				.tags = array_of(v, said.tags, said.n),
				.reply_to = quote.provider_id,
				.contents = said.contents,
				.topic = topic_wanted(v, s->topic) },
			&r);
	struct str outcome = e == ERR_OK ? sql_say_row(&r, 0).outcome : STR_NONE;
	if (s->later.at_ms && str_equal(outcome, STR("sent")))
		e = sql_put_off(v->db, v->pool, v->caller.org_id, v->path.ids[0], key, s->later.at_ms,
			s->later.waited ? &s->later.waited_ms : NULL);
	return conversation_say_settle(v, s, e, outcome);
}

static enum err conversation_say_say(struct desk_request *v, void *arg)
{
	struct saying *s = arg;
	struct reply_content *content = NULL;
	struct quota_change quota;
	bool refused;
	enum err e = conversation_say_refused(v, s, &refused);
	if (e != ERR_OK || refused)
		return e;
	if (s->with)
		e = reply_content_find(v->db, v->pool, v->caller.org_id, REPLY_OF_CANNED, s->with, &content);
	if (e == ERR_OK && s->n_files)
		e = quota_begin(&quota, v->db, v->caller.org_id, QUOTA_OF_FILES);
	if (e == ERR_OK)
		e = conversation_say_write(v, s, content);
	return e == ERR_OK && s->n_files ? quota_end(&quota, &s->why) : e;
}

static enum err send_draft(struct desk_request *v, void *arg)
{
	struct saying *s = arg;
	struct sql_draft_find_rows draft;
	struct sql_send_draft_rows r;
	struct reply_content *content = NULL;
	struct said said = { .n = 0 };
	const int64_t org = v->caller.org_id, id = v->path.ids[0];
	enum err e = sql_draft_find(v->db, v->pool, org, id, s->draft, &draft);
	const struct sql_draft_find_row row = sql_draft_find_row(&draft, 0);
	if (e == ERR_OK && (draft.n == 0 || !row.draft.p))
		return ERR_NOT_FOUND;
	if (e == ERR_OK && row.content_owner.p)
		e = reply_content_find(
			v->db, v->pool, org, pool_cstr(v->pool, row.content_owner), row.content_owner_id, &content);
	if (e == ERR_OK)
		e = conversation_say_find(v, s);
	if (e != ERR_OK)
		return e;
	attach_messages(v, s->ops, row.draft, content, NULL, 0, &said);
	e = sql_send_draft(v->db, v->pool,
		&(struct sql_send_draft_args){ .org_id = org,
			.conversation_id = id,
			.user_id = v->caller.id,
			.decision_id = s->draft,
			.parts = array_of(v, said.bodies, said.n),
			.tags = array_of(v, said.tags, said.n),
			.contents = said.contents },
		&r);
	return conversation_say_settle(v, s, e, sql_send_draft_row(&r, 0).outcome);
}

static enum err conversation_say_insert(struct desk_request *v, void *arg)
{
	struct saying *s = arg;
	struct sql_inbox_canned_rows r;
	struct sql_conversation_head_rows head;
	enum err e = sql_inbox_canned(v->db, v->pool, v->caller.org_id, &r);
	if (e == ERR_OK)
		e = sql_conversation_head(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, &head);
	const struct sql_conversation_head_row h =
		e == ERR_OK && head.n ? sql_conversation_head_row(&head, 0) : (struct sql_conversation_head_row){ 0 };
	for (int i = 0; e == ERR_OK && i < r.n; i++)
		if (sql_inbox_canned_row(&r, i).id == s->canned) {
			s->with = sql_inbox_canned_row(&r, i).has_content ? s->canned : s->with;
			struct str body = canned_fill(v, sql_inbox_canned_row(&r, i).body,
				inbox_name(v, h.name, h.username, h.contact_phone));
			s->text = s->text.n ? pool_printf(
					  v->pool, "%.*s\n%.*s", (int)s->text.n, s->text.p, (int)body.n, body.p)
					    : body;
		}
	return e;
}

/* ---- answers ---- */

static bool is_sent(const struct saying *s)
{
	return str_equal(s->outcome, STR("sent")) || str_equal(s->outcome, STR("again"));
}

static void conversation_say_back(struct desk_request *v)
{
	request_redirect(v, pool_printf(v->pool, "/inbox/%lld", (long long)v->path.ids[0]).p);
}

/* The code of flash.c for why nothing was sent. */
static const char *conversation_say_refusal(const struct saying *s)
{
	return str_equal(s->outcome, STR("cut-off"))        ? "number-changed"
	       : str_equal(s->outcome, STR("window"))       ? "window-closed"
	       : str_equal(s->outcome, STR("channel"))      ? "channel-gone"
	       : str_equal(s->outcome, STR("meanwhile"))    ? "said-meanwhile"
	       : str_equal(s->outcome, STR("late"))         ? "later-late"
	       : str_equal(s->outcome, STR("later-window")) ? "later-window"
							    : "draft-answered";
}

static const char *refusal_words(struct desk_request *v, const struct saying *s)
{
	bool good;
	return request_translate(v, flash_find(str_of(conversation_say_refusal(s)), &good));
}

static bool key_is_shaped(struct str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_", key.p[i]) || !key.p[i])
			return false;
	return key.n > 0;
}

/* The composer again, with what was typed. */
static enum err show_again(struct desk_request *v, const struct saying *s, const char *error, int status)
{
	struct composer composer = { .key = key_is_shaped(s->key) ? s->key : composer_key(v),
		.text = s->text.p ? s->text : STR(""),
		.with = s->with,
		.topic = s->topic,
		.quote = s->quote,
		.error = error };
	return conversation_show(v, &composer, status);
}

/* With its files; what is wrong is shown with what was typed. */
static enum err conversation_say_send(struct desk_request *v, struct saying *s)
{
	enum err e = request_transaction(v, conversation_say_find, s);
	if (e != ERR_OK)
		return e;
	request_put_db(v);
	const char *error = attach_check(v, s->ops, s->is_voice, s->files, &s->n_files);
	if (!error && s->n_files == 0 && !s->with && reply_parts_cut(v->pool, s->text, NULL, NULL).n == 0)
		error = request_translate(v, T("Write a message first."));
	if (error)
		return show_again(v, s, error, v->is_busy ? 503 : 400);
	e = attach_keep(v, s->files, s->n_files);
	if (e == ERR_OK)
		e = request_transaction(v, conversation_say_say, s);
	if (e != ERR_OK || !is_sent(s))
		attach_drop(v, s->files, s->n_files);
	if (e == ERR_QUOTA)
		return show_again(v, s, request_quota(v, &s->why), 403);
	if (e != ERR_OK)
		return e;
	if (!is_sent(s))
		return show_again(v, s, refusal_words(v, s), 409);
	if (!str_is_empty(s->later.until))
		flash_set(v, "later-saved");
	else
		request_wake_sender(v, s->sender_is_alive);
	conversation_say_back(v);
	return ERR_OK;
}

enum err desk_conversation_say(struct desk_request *v)
{
	struct form form;
	bool good = form_parse(v->pool, &form, fields, &v->params, v->locale.translation);
	struct saying s = { .key = form_value(&form, "key"),
		.text = form_value(&form, "text"),
		.with = form_number(&form, "with"),
		.topic = str_is_empty(form_value(&form, "topic")) ? TOPIC_OF_LAST : form_number(&form, "topic"),
		.quote = form_number(&form, "quote"),
		.later = { .until = form_value(&form, "until"), .at = form_value(&form, "at") } };
	if (!good)
		return show_again(v, &s, form_first_error(&form), 400);
	if (!key_is_shaped(s.key))
		return show_again(v, &s, request_translate(v, T("Load the page again.")), 400);
	if (str_equal(form_value(&form, "do"), STR("insert"))) {
		s.canned = form_number(&form, "canned");
		enum err e = request_transaction(v, conversation_say_insert, &s);
		return e == ERR_OK ? show_again(v, &s, NULL, 200) : e;
	}
	s.is_voice = form_checked(&form, "voice");
	s.seen = form_number(&form, "seen");
	return conversation_say_send(v, &s);
}

enum err desk_conversation_send_draft(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, draft_fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	struct saying s = { .draft = form_number(&form, "draft") };
	enum err e = request_transaction(v, send_draft, &s);
	if (e != ERR_OK)
		return e;
	if (is_sent(&s))
		request_wake_sender(v, s.sender_is_alive);
	else if (v->answer == ANSWER_JSON)
		return request_refuse(v, 409, refusal_words(v, &s));
	else
		flash_set(v, conversation_say_refusal(&s));
	conversation_say_back(v);
	return ERR_OK;
}
