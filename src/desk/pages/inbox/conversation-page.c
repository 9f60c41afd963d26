/*
 * conversation-page.c - /inbox/{id}: one conversation with its composer, the list next to it, what is known about the
 * customer; and what the page asks for every few seconds.
 *
 * Looking is noted, so that others see who is there; nothing else changes by looking.
 */
#include "desk/pages/inbox/conversation.h"
#include "desk/pages/inbox/contact-about.h"

#include "channel/channel.h"
#include "domain/hours/window.h"
#include "desk/pages/inbox/inbox-list.h"
#include "desk/format/avatar.h"
#define SOON_S (6 * 3600)  /* from here on the time that is left is shown */
#define CANNED_BYTES 16384 /* of all canned replies on the page */

struct page {
	struct thread thread;
	struct inbox_list list;
	const struct channel_ops *ops;
	int64_t edit; /* a suggestion whose text is put into the composer; 0: none */
	int64_t left_s;
	struct sql_conversation_head_rows head;
	struct sql_lead_find_rows lead;
	struct sql_people_list_rows members;
	struct sql_inbox_canned_rows canned;
	struct sql_draft_find_rows draft;
	struct contact_about about;
	int64_t quoted; /* the message that the composer quotes; 0: none */
	struct quote quote;
};

/* ---- loading ---- */

static enum err load_head(struct desk_request *v, struct page *p)
{
	const int64_t org = v->caller.org_id, id = v->path.ids[0];
	bool is_person = v->caller.kind == CALLER_PERSON;
	const int64_t who = is_person ? v->caller.id : 0;
	enum err e = sql_conversation_head(v->db, v->pool, org, id, who, &p->head);
	if (e == ERR_OK && p->head.n == 0)
		return ERR_NOT_FOUND;
	if (e == ERR_OK && is_person)
		e = sql_look(v->db, v->pool, org, id, who);
	if (e != ERR_OK)
		return e;
	const struct sql_conversation_head_row row = sql_conversation_head_row(&p->head, 0);
	p->ops = channel_find(row.platform);
	p->left_s = window_left_s(row.spoke_age_s, row.has_spoke_age_s);
	p->thread.conversation = v->path.ids[0];
	p->thread.ops = p->ops;
	p->thread.can_send = !row.is_cut_off && (!p->ops || !p->ops->has_window || p->left_s > 0);
	p->thread.can_mend = v->caller.role >= ROLE_ADMIN;
	p->thread.name = inbox_name(v, row.name, row.username, row.contact_phone);
	return thread_load(v, &p->thread);
}

static enum err conversation_page_load_updates(struct desk_request *v, void *arg)
{
	struct sql_conversation_stamp_rows r;
	enum err e = sql_conversation_stamp(v->db, v->pool, v->caller.org_id, v->path.ids[0],
		v->caller.kind == CALLER_PERSON ? v->caller.id : 0, THREAD_ROWS, &r);
	if (e == ERR_OK && r.n == 0)
		return ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = fragment_stamp(v, sql_conversation_stamp_row(&r, 0).stamp);
	return e != ERR_OK || fragment_is_known(v) ? e : load_head(v, arg);
}

static enum err load_page(struct desk_request *v, void *arg)
{
	struct page *p = arg;
	const int64_t org = v->caller.org_id, id = v->path.ids[0];
	enum err e = page_load_counts(v);
	if (e == ERR_OK)
		e = load_head(v, p);
	if (e == ERR_OK)
		e = inbox_list_load(v, &p->list);
	if (e == ERR_OK)
		e = sql_lead_find(v->db, v->pool, org, id, &p->lead);
	if (e == ERR_OK)
		e = sql_people_list(v->db, v->pool, org, &p->members);
	if (e == ERR_OK)
		e = contact_about_load(v, id, &p->about);
	if (e == ERR_OK)
		e = sql_inbox_canned(v->db, v->pool, org, &p->canned);
	if (e == ERR_OK)
		e = quote_find(v, p->quoted, &p->quote);
	if (e == ERR_OK && p->edit)
		e = sql_draft_find(v->db, v->pool, org, id, p->edit, &p->draft);
	return e;
}

/* ---- the conversation ---- */

/* Why the bot does not answer here; absent when it does. */
static struct str conversation_page_silence(struct desk_request *v, const struct page *p)
{
	const struct sql_conversation_head_row row = sql_conversation_head_row(&p->head, 0);
	struct str assignee = row.assignee;
	if (str_equal(v->caller.bot_mode, STR("off")))
		return str_of(request_translate(v, T("the bot is off in this organisation")));
	if (str_equal(row.agent, STR("bot")))
		return str_equal(v->caller.bot_mode, STR("shadow"))
			       ? str_of(request_translate(v, T("shadow mode, replies are only suggested")))
			       : STR_NONE;
	struct str words = str_of(request_translate(v, T("a person has taken over this conversation")));
	return assignee.p ? pool_printf(v->pool, "%.*s (%.*s)", (int)words.n, words.p, (int)assignee.n, assignee.p)
			  : words;
}

static void write_window(struct desk_request *v, const struct page *p)
{
	struct json_writer *w = &v->w;
	struct str left = STR_NONE;
	if (p->ops && p->ops->has_window && p->left_s > 0) {
		const char *hours = request_translate(v, T("h")), *minutes = request_translate(v, T("min"));
		left = p->left_s >= 3600 ? pool_printf(v->pool, "%d %s %d %s", (int)(p->left_s / 3600), hours,
			       (int)(p->left_s % 3600 / 60), minutes)
					 : pool_printf(v->pool, "%d %s", (int)(p->left_s / 60), minutes);
	}
	json_key(w, "window");
	json_begin_object(w);
	json_member_bool(w, "closed", !p->thread.can_send);
	page_member_or_false(w, "merged", sql_conversation_head_row(&p->head, 0).merged_name);
	json_member_bool(w, "held", sql_conversation_head_row(&p->head, 0).is_held);
	json_member_bool(w, "cut_off", sql_conversation_head_row(&p->head, 0).is_cut_off);
	page_member_or_false(w, "left", left);
	json_member_bool(w, "soon", left.p && p->left_s < SOON_S);
	json_end_object(w);
}

static void write_who(struct desk_request *v, const struct page *p)
{
	struct json_writer *w = &v->w;
	const struct sql_conversation_head_rows *h = &p->head;
	const struct sql_conversation_head_row row = sql_conversation_head_row(h, 0);
	struct str username = row.username;
	json_member_i64(w, "id", row.id);
	json_member_str(w, "href", pool_printf(v->pool, "/inbox/%lld", (long long)row.id));
	json_member_str(w, "name", p->thread.name);
	json_member_str(w, "initials", person_initials(v->pool, p->thread.name));
	json_member_i64(w, "hue", person_hue(row.id));
	json_member_str(w, "channel", p->ops ? str_of(p->ops->title) : row.platform);
	page_member_or_false(w, "phone", row.contact_phone);
	page_member_or_false(w, "username",
		str_is_empty(username) ? STR_NONE : pool_printf(v->pool, "@%.*s", (int)username.n, username.p));
	page_member_or_false(w, "referral", row.referral);
	locale_write_time_as(w, "since", row.since_ms, locale_date(v->pool, &v->locale, row.since_ms));
}

static void conversation_page_write_state(struct desk_request *v, const struct page *p)
{
	struct json_writer *w = &v->w;
	const struct sql_conversation_head_rows *h = &p->head;
	const struct sql_conversation_head_row row = sql_conversation_head_row(h, 0);
	bool waits = row.has_waiting_ms && row.is_open;
	json_member_bool(w, "bot", str_equal(row.agent, STR("bot")));
	json_member_bool(w, "open", row.is_open);
	page_member_or_false(w, "waiting", waits ? locale_ago(v->pool, &v->locale, row.waiting_ms) : STR_NONE);
	page_write_reason(v, "attention", waits ? row.attention_reason : STR_NONE);
	page_member_or_false(w, "assignee", row.assignee);
	page_member_or_false(
		w, "snoozed", !row.has_snoozed_ms ? STR_NONE : locale_time(v->pool, &v->locale, row.snoozed_ms));
	page_member_or_false(w, "silent", conversation_page_silence(v, p));
	page_member_or_false(w, "others", row.viewers);
	json_member_bool(w, "blocks", row.has_blocked_us);
	json_member_bool(w, "blocked", row.is_blocked);
	json_member_str(w, "details", row.details);
	write_window(v, p);
}

/* What only a whole page has: who may be chosen, tags, the contact. */
static void write_about(struct desk_request *v, const struct page *p)
{
	struct json_writer *w = &v->w;
	const struct sql_conversation_head_row head_row = sql_conversation_head_row(&p->head, 0);
	struct str tags = head_row.tags;
	json_key(w, "assignees");
	json_begin_array(w);
	for (int i = 0; i < p->members.n; i++) {
		const struct sql_people_list_row members_row = sql_people_list_row(&p->members, i);
		struct str name = members_row.name;
		json_begin_object(w);
		json_member_i64(w, "id", members_row.user_id);
		json_member_str(w, "name", name.n ? name : members_row.email);
		json_member_bool(w, "here", members_row.user_id == head_row.assignee_id);
		json_member_bool(w, "away", members_row.is_away);
		json_end_object(w);
	}
	json_end_array(w);
	json_member_bool(w, "has_tags", tags.p != NULL);
	json_key(w, "tags");
	json_write_raw(w, tags.p ? tags : STR("[]"));
	contact_about_write(v, &p->about);
}

static void write_conversation(struct desk_request *v, const struct page *p, bool whole)
{
	struct json_writer *w = &v->w;
	bool is_newest = !p->thread.before;
	json_key(w, "conversation");
	json_begin_object(w);
	write_who(v, p);
	struct str query = inbox_list_query(v, &p->list);
	json_member_str(w, "query", query.p ? query : STR(""));
	json_member_str(w, "updates",
		is_newest ? pool_printf(v->pool, "/inbox/%lld/updates%.*s", (long long)p->thread.conversation,
			(int)query.n, query.p ? query.p : "")
			  : STR(""));
	page_member_or_false(w, "newest",
		is_newest ? STR_NONE
			  : pool_printf(v->pool, "/inbox/%lld%.*s", (long long)p->thread.conversation, (int)query.n,
				  query.p ? query.p : ""));
	conversation_page_write_state(v, p);
	if (whole)
		write_about(v, p);
	thread_write(v, &p->thread);
	json_end_object(w);
}

/* ---- what stands next to it ---- */

static void write_level(struct desk_request *v, const struct page *p)
{
	struct json_writer *w = &v->w;
	static const char *const levels[] = { "hot", "warm", "cold" };
	json_key(w, "level");
	json_begin_object(w);
	const struct sql_lead_find_row row = sql_lead_find_row(&p->lead, 0);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		json_member_bool(w, levels[i], str_equal(row.class, str_of(levels[i])));
	json_member_str(w, "score", pool_printf(v->pool, "%lld", (long long)row.score));
	json_end_object(w);
}

static void conversation_page_write_lead(struct desk_request *v, const struct page *p)
{
	static const char *const facts[] = { "service", "date", "location", "budget", "email" };
	struct json_writer *w = &v->w;
	const struct json *known = NULL;
	json_key(w, "lead");
	const struct sql_lead_find_row row = sql_lead_find_row(&p->lead, 0);
	if (p->lead.n == 0 || !row.class.p || json_parse(v->pool, row.facts, &known, NULL) != ERR_OK) {
		json_write_bool(w, false);
		return;
	}
	json_begin_object(w);
	json_member_str(w, "href", pool_printf(v->pool, "/leads/%lld", (long long)p->thread.conversation));
	write_level(v, p);
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		page_member_or_false(w, facts[i], json_str(json_get(known, facts[i])));
	page_member_or_false(w, "summary", row.summary);
	json_end_object(w);
}

/* What a canned reply takes along, by its name; absent for nothing. */
static struct str conversation_page_with(struct desk_request *v, const struct sql_inbox_canned_rows *rows, int i)
{
	const struct sql_inbox_canned_row row = sql_inbox_canned_row(rows, i);
	if (!row.has_content)
		return STR_NONE;
	return str_is_empty(row.content_name) ? str_of(request_translate(v, T("Place"))) : row.content_name;
}

/* The member "with": the canned reply whose file or place goes along. */
static void write_with(struct desk_request *v, const struct sql_inbox_canned_rows *rows, int64_t id)
{
	struct json_writer *w = &v->w;
	struct str name = STR_NONE;
	for (int i = 0; i < rows->n; i++)
		if (sql_inbox_canned_row(rows, i).id == id)
			name = conversation_page_with(v, rows, i);
	json_key(w, "with");
	json_begin_object(w);
	json_member_bool(w, "any", name.p != NULL);
	json_member_i64(w, "id", name.p ? id : 0);
	page_write_text(w, "name", name);
	json_end_object(w);
}

/* The texts go along while all of them are small; else one that is chosen is put in by the server, as without scripts.
 */
static void write_canned(struct desk_request *v, const struct page *p)
{
	struct json_writer *w = &v->w;
	size_t bytes = 0;
	for (int i = 0; i < p->canned.n; i++)
		bytes += sql_inbox_canned_row(&p->canned, i).body.n;
	json_key(w, "canned");
	json_begin_object(w);
	json_member_bool(w, "any", p->canned.n > 0);
	json_key(w, "replies");
	json_begin_array(w);
	for (int i = 0; i < p->canned.n; i++) {
		json_begin_object(w);
		json_member_i64(w, "id", sql_inbox_canned_row(&p->canned, i).id);
		struct str folder = sql_inbox_canned_row(&p->canned, i).folder;
		bool begins = i == 0 || !str_equal(folder, sql_inbox_canned_row(&p->canned, i - 1).folder);
		page_member_or_false(w, "begins", begins ? folder : STR_NONE);
		page_write_text(w, "folder", folder);
		json_member_str(w, "shortcut", sql_inbox_canned_row(&p->canned, i).shortcut);
		json_member_str(w, "title", sql_inbox_canned_row(&p->canned, i).title);
		struct str body = sql_inbox_canned_row(&p->canned, i).body;
		page_member_or_false(
			w, "text", bytes <= CANNED_BYTES ? canned_fill(v, body, p->thread.name) : STR_NONE);
		page_member_or_false(w, "with", conversation_page_with(v, &p->canned, i));
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
}

static void conversation_page_write_quote(struct desk_request *v, const struct page *p)
{
	struct json_writer *w = &v->w;
	json_key(w, "quote");
	json_begin_object(w);
	json_member_bool(w, "any", p->quote.id > 0);
	json_member_i64(w, "id", p->quote.id);
	page_write_text(w, "text", p->quote.text);
	json_end_object(w);
}

static void write_composer(struct desk_request *v, const struct page *p, const struct composer *composer)
{
	struct json_writer *w = &v->w;
	struct str text = composer->text;
	if (!text.p)
		text = sql_draft_find_row(&p->draft, 0).draft;
	json_key(w, "form");
	json_begin_object(w);
	json_member_str(w, "key", composer->key);
	json_member_i64(w, "seen",
		p->thread.messages.n > 0 && !p->thread.before ? sql_thread_messages_row(&p->thread.messages, 0).id : 0);
	json_member_str(w, "error", str_of(composer->error));
	attach_write(v, p->ops);
	write_with(v, &p->canned, composer->with);
	thread_topics_write(v, &p->thread, composer->topic);
	conversation_page_write_quote(v, p);
	json_key(w, "text");
	json_begin_object(w);
	json_member_str(w, "value", text.p ? text : STR(""));
	json_end_object(w);
	json_end_object(w);
}

struct str composer_key(struct desk_request *v)
{
	struct buf key;
	buf_init(&key, 64);
	crypt_random_token(&key, 16);
	return pool_take(v->pool, &key);
}

/* ---- handlers ---- */

static int64_t conversation_page_number_of(struct desk_request *v, const char *name)
{
	int64_t n;
	return str_to_i64(request_query(v->request, name), &n) && n > 0 ? n : 0;
}

enum err conversation_show(struct desk_request *v, const struct composer *composer, int status)
{
	struct page p = { .edit = conversation_page_number_of(v, "edit") };
	p.thread.before = conversation_page_number_of(v, "before");
	p.quoted = composer->quote ? composer->quote : conversation_page_number_of(v, "quote");
	inbox_list_read(v, &p.list);
	p.list.here = v->path.ids[0];
	enum err e = request_transaction(v, load_page, &p);
	if (e != ERR_OK)
		return e;
	page_begin(v, "conversation", "inbox", pool_cstr(v->pool, p.thread.name));
	inbox_list_write(v, &p.list);
	write_conversation(v, &p, true);
	conversation_page_write_lead(v, &p);
	write_canned(v, &p);
	write_composer(v, &p, composer);
	return page_end(v, status);
}

enum err desk_conversation(struct desk_request *v)
{
	return conversation_show(v, &(struct composer){ .key = composer_key(v), .topic = TOPIC_OF_LAST }, 200);
}

enum err desk_conversation_updates(struct desk_request *v)
{
	struct page p = { .edit = 0 };
	inbox_list_read(v, &p.list);
	if (fragment_is_fresh(v))
		return ERR_OK;
	enum err e = request_transaction(v, conversation_page_load_updates, &p);
	if (e != ERR_OK || fragment_not_modified(v))
		return e;
	fragment_begin(v, "conversation-updates", "inbox");
	write_conversation(v, &p, false);
	return fragment_end(v);
}
