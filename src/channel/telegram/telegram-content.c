/*
 * telegram-content.c - what a stored Telegram message holds besides its text, for a reader.
 *
 * Pure. Every member that a Message may hold has a row here, or is one of those that say nothing to a reader
 * (telegram_content_is_known); what the Bot API adds tomorrow is shown as a message of another kind. Never fails.
 * Source: Telegram, "Bot API": Message and the types of its members.
 */
#include "channel/telegram/telegram.h"

#include "channel/description.h"

#include <string.h>

#define ITEMS_MAX 30

static const char open_in_telegram[] = T("Open it in Telegram: it cannot be shown here.");

/* ---- one function for each kind of content; `held` is the member of the message ---- */

static void telegram_content_file(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	description_add(c, NULL, json_str(json_get(held, "file_name")));
}

static void telegram_content_sticker(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	description_add(c, NULL, json_str(json_get(held, "emoji")));
}

static void telegram_content_place(struct pool *pool, const struct json *held, struct description *c)
{
	if (json_get(held, "live_period"))
		c->title = T("Live location");
	description_add_place(pool, c, json_get(held, "location") ? json_get(held, "location") : held);
}

static void telegram_content_venue(struct pool *pool, const struct json *held, struct description *c)
{
	description_add(c, NULL, json_str(json_get(held, "address")));
	description_add_place(pool, c, json_get(held, "location"));
}

static struct str full_name(struct pool *pool, const struct json *who)
{
	struct str first = json_str(json_get(who, "first_name")), last = json_str(json_get(who, "last_name"));
	return str_trim(pool_printf(pool, "%.*s %.*s", (int)str_cut(first, 200).n, first.p ? first.p : "",
		(int)str_cut(last, 200).n, last.p ? last.p : ""));
}

static void telegram_content_person(struct pool *pool, const struct json *held, struct description *c)
{
	description_add(c, T("Name"), full_name(pool, held));
	description_add_phone(pool, c, T("Phone"), json_text(pool, json_get(held, "phone_number")));
}

static void telegram_content_poll(struct pool *pool, const struct json *held, struct description *c)
{
	const struct json *options = json_get(held, "options");
	description_add(c, NULL, json_str(json_get(held, "description")));
	for (size_t i = 0; i < json_length(options) && i < ITEMS_MAX; i++) {
		struct str text = json_str(json_get(json_at(options, i), "text")),
			   votes = json_text(pool, json_get(json_at(options, i), "voter_count"));
		description_add(c, NULL,
			pool_printf(pool, "%.*s: %.*s", (int)str_cut(text, 200).n, text.p ? text.p : "",
				votes.n ? (int)votes.n : 1, votes.n ? votes.p : "0"));
	}
}

static void telegram_content_checklist(struct pool *pool, const struct json *held, struct description *c)
{
	const struct json *tasks = json_get(held, "tasks");
	for (size_t i = 0; i < json_length(tasks) && i < ITEMS_MAX; i++) {
		struct str text = json_str(json_get(json_at(tasks, i), "text"));
		bool done = json_get(json_at(tasks, i), "completion_date");
		description_add(c, NULL,
			pool_printf(
				pool, "%s %.*s", done ? "☑" : "☐", (int)str_cut(text, 200).n, text.p ? text.p : ""));
	}
}

static void telegram_content_dice(struct pool *pool, const struct json *held, struct description *c)
{
	struct str emoji = json_str(json_get(held, "emoji")), value = json_text(pool, json_get(held, "value"));
	description_add(c, NULL,
		pool_printf(pool, "%.*s %.*s", (int)str_cut(emoji, 20).n, emoji.p ? emoji.p : "",
			(int)str_cut(value, 20).n, value.p ? value.p : ""));
}

static void telegram_content_game(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	description_add(c, NULL, json_str(json_get(held, "description")));
}

/* Amounts are in the smallest unit of their currency; how many digits that has differs, so both are named. */
static void telegram_content_payment(struct pool *pool, const struct json *held, struct description *c)
{
	struct str amount = json_text(pool, json_get(held, "total_amount")),
		   currency = json_str(json_get(held, "currency"));
	description_add(c, NULL, json_str(json_get(held, "description")));
	if (amount.n)
		description_add(c, T("Amount in the smallest unit"),
			pool_printf(pool, "%.*s %.*s", (int)str_cut(amount, 30).n, amount.p,
				(int)str_cut(currency, 10).n, currency.p ? currency.p : ""));
	description_add(c, T("Name"), json_str(json_path(held, "order_info", "name", NULL)));
	description_add_phone(
		pool, c, T("Phone"), json_text(pool, json_path(held, "order_info", "phone_number", NULL)));
	description_add(c, T("E-mail"), json_str(json_path(held, "order_info", "email", NULL)));
	description_add(
		c, T("Address"), description_text(pool, json_path(held, "order_info", "shipping_address", NULL)));
}

static void telegram_content_form(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	description_add(c, NULL, json_str(json_get(held, "data")));
}

static void telegram_content_people(struct pool *pool, const struct json *held, struct description *c)
{
	const struct json *users = json_get(held, "users");
	for (size_t i = 0; i < json_length(users) && i < ITEMS_MAX; i++)
		description_add(c, NULL, full_name(pool, json_at(users, i)));
}

static void telegram_content_chat(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	description_add(c, NULL, json_str(json_get(held, "title")));
}

static void telegram_content_gift(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	description_add(c, NULL, json_str(json_get(held, "text")));
	description_add(c, NULL, json_str(json_path(held, "gift", "base_name", NULL)));
}

static void telegram_content_prize(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	description_add(c, NULL, json_str(json_get(held, "prize_description")));
}

static void add_rich_texts(struct pool *pool, const struct json *v, struct description *c, int depth);

struct rich {
	struct pool *pool;
	struct description *c;
	int depth;
};

static bool add_rich_member(void *arg, struct str key, const struct json *value)
{
	struct rich *r = arg;
	if (json_kind(value) == JSON_STRING && str_equal(key, STR("text")))
		description_add(r->c, NULL, json_str(value));
	else if (json_kind(value) == JSON_OBJECT || json_kind(value) == JSON_ARRAY)
		add_rich_texts(r->pool, value, r->c, r->depth + 1);
	return true;
}

static void add_rich_texts(struct pool *pool, const struct json *v, struct description *c, int depth)
{
	struct rich r = { .pool = pool, .c = c, .depth = depth };
	if (depth > 20)
		return;
	for (size_t i = 0; i < json_length(v) && i < 200; i++) {
		if (json_kind(json_at(v, i)) == JSON_STRING)
			description_add(c, NULL, json_str(json_at(v, i)));
		else
			add_rich_texts(pool, json_at(v, i), c, depth + 1);
	}
	json_each(v, add_rich_member, &r);
}

/* A text in blocks: their texts in order. */
static void telegram_content_rich(struct pool *pool, const struct json *held, struct description *c)
{
	add_rich_texts(pool, json_get(held, "blocks"), c, 0);
}

/* ---- the table of contents ---- */

static const struct reader {
	const char *kind, *icon, *title; /* title NULL: plain text */
	void (*read)(struct pool *pool, const struct json *held, struct description *c);
} readers[] = { { "text", "chat", NULL, NULL }, { "callback_query", "chat", NULL, NULL },
	{ "animation", "video", T("GIF"), NULL }, { "live_photo", "image", T("Photo"), NULL },
	{ "photo", "image", T("Photo"), NULL }, { "video", "video", T("Video"), telegram_content_file },
	{ "video_note", "video", T("Video message"), NULL }, { "audio", "mic", T("Audio file"), telegram_content_file },
	{ "voice", "mic", T("Voice message"), NULL }, { "document", "file", T("Document"), telegram_content_file },
	{ "paid_media", "image", T("Paid photo or video"), NULL },
	{ "sticker", "sticker", T("Sticker"), telegram_content_sticker },
	{ "venue", "pin", T("Location"), telegram_content_venue },
	{ "location", "pin", T("Location"), telegram_content_place },
	{ "contact", "contact", T("Contact card"), telegram_content_person },
	{ "poll", "check", T("Poll"), telegram_content_poll },
	{ "checklist", "checks", T("Checklist"), telegram_content_checklist },
	{ "dice", "sticker", T("Dice"), telegram_content_dice },
	{ "game", "sticker", T("Game"), telegram_content_game }, { "story", "image", T("Story"), NULL },
	{ "invoice", "tag", T("Invoice"), telegram_content_payment },
	{ "successful_payment", "tag", T("Payment"), telegram_content_payment },
	{ "refunded_payment", "tag", T("Refund"), telegram_content_payment },
	{ "web_app_data", "note", T("Form"), telegram_content_form },
	{ "users_shared", "people", T("Shared people"), telegram_content_people },
	{ "chat_shared", "people", T("Shared chat"), telegram_content_chat },
	{ "passport_data", "key", T("Documents of Telegram Passport"), NULL },
	{ "gift", "sticker", T("Gift"), telegram_content_gift },
	{ "unique_gift", "sticker", T("Gift"), telegram_content_gift },
	{ "giveaway", "sticker", T("Giveaway"), telegram_content_prize },
	{ "giveaway_winners", "sticker", T("Winners of a giveaway"), telegram_content_prize },
	{ "rich_message", "chat", T("Formatted text"), telegram_content_rich } };

/* Events of a chat by the member that says so; `other` is the path to what fills {{other}}. */
static const struct event {
	const char *member, *words;
	const char *other[3];
} events[] = { { "new_chat_members", T("{{other}} joined the chat"), { NULL } },
	{ "left_chat_member", T("{{other}} left the chat"), { "left_chat_member" } },
	{ "chat_owner_left", T("The owner left the chat"), { NULL } },
	{ "chat_owner_changed", T("The chat has another owner"), { NULL } },
	{ "new_chat_title", T("The chat is now called {{other}}"), { "new_chat_title" } },
	{ "new_chat_photo", T("The chat has a new picture"), { NULL } },
	{ "delete_chat_photo", T("The picture of the chat was removed"), { NULL } },
	{ "group_chat_created", T("The group was created"), { NULL } },
	{ "supergroup_chat_created", T("The group was created"), { NULL } },
	{ "channel_chat_created", T("The channel was created"), { NULL } },
	{ "message_auto_delete_timer_changed", T("Another time was set after which messages disappear"), { NULL } },
	{ "migrate_to_chat_id", T("The group has become a supergroup"), { NULL } },
	{ "migrate_from_chat_id", T("The group has become a supergroup"), { NULL } },
	{ "pinned_message", T("A message was pinned: {{other}}"), { "pinned_message", "text" } },
	{ "gift_upgrade_sent", T("A gift was upgraded"), { NULL } },
	{ "connected_website", T("{{name}} signed in on {{other}} through Telegram"), { "connected_website" } },
	{ "write_access_allowed", T("{{name}} allowed the bot to write"), { NULL } },
	{ "proximity_alert_triggered", T("A live location came near"), { NULL } },
	{ "boost_added", T("{{name}} boosted the chat"), { NULL } },
	{ "chat_background_set", T("The chat has another background"), { NULL } },
	{ "checklist_tasks_done", T("Tasks of a checklist were ticked or unticked"), { NULL } },
	{ "checklist_tasks_added", T("Tasks were added to a checklist"), { NULL } },
	{ "direct_message_price_changed", T("Direct messages have another price"), { NULL } },
	{ "paid_message_price_changed", T("Messages have another price"), { NULL } },
	{ "forum_topic_created", T("The topic {{other}} was created"), { "forum_topic_created", "name" } },
	{ "forum_topic_edited", T("A topic was changed: {{other}}"), { "forum_topic_edited", "name" } },
	{ "forum_topic_closed", T("A topic was closed"), { NULL } },
	{ "forum_topic_reopened", T("A topic was opened again"), { NULL } },
	{ "general_forum_topic_hidden", T("The general topic was hidden"), { NULL } },
	{ "general_forum_topic_unhidden", T("The general topic is shown again"), { NULL } },
	{ "giveaway_created", T("A giveaway was announced"), { NULL } },
	{ "giveaway_completed", T("A giveaway is over"), { NULL } },
	{ "managed_bot_created", T("A bot was created"), { NULL } },
	{ "poll_option_added", T("An option was added to a poll"), { NULL } },
	{ "poll_option_deleted", T("An option was removed from a poll"), { NULL } },
	{ "suggested_post_approved", T("A suggested post was approved"), { NULL } },
	{ "suggested_post_approval_failed", T("A suggested post could not be approved"), { NULL } },
	{ "suggested_post_declined", T("A suggested post was declined"), { NULL } },
	{ "suggested_post_paid", T("A suggested post was paid"), { NULL } },
	{ "suggested_post_refunded", T("The payment for a suggested post was refunded"), { NULL } },
	{ "video_chat_scheduled", T("A video chat was planned"), { NULL } },
	{ "video_chat_started", T("A video chat began"), { NULL } },
	{ "video_chat_ended", T("A video chat ended"), { NULL } },
	{ "video_chat_participants_invited", T("People were invited to a video chat"), { NULL } } };

/* Members of a message that are no content: who, where, when, how it looks. */
static const char *const envelope[] = { "message_id", "message_thread_id", "direct_messages_topic", "from",
	"sender_chat", "sender_boost_count", "sender_business_bot", "sender_tag", "date", "guest_query_id",
	"business_connection_id", "chat", "forward_origin", "forward_from", "forward_from_chat",
	"forward_from_message_id", "forward_signature", "forward_sender_name", "forward_date", "is_topic_message",
	"is_automatic_forward", "reply_to_message", "external_reply", "quote", "reply_to_story",
	"reply_to_checklist_task_id", "reply_to_poll_option_id", "via_bot", "guest_bot_caller_user",
	"guest_bot_caller_chat", "edit_date", "has_protected_content", "is_from_offline", "is_paid_post",
	"media_group_id", "author_signature", "paid_star_count", "entities", "link_preview_options",
	"suggested_post_info", "effect_id", "caption", "caption_entities", "show_caption_above_media",
	"has_media_spoiler", "reply_markup" };

static const struct reader *telegram_content_reader(struct str kind)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (str_equal(kind, str_of(readers[i].kind)))
			return &readers[i];
	return NULL;
}

bool telegram_content_is_known(struct str member)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (str_equal(member, str_of(events[i].member)))
			return true;
	for (size_t i = 0; i < sizeof(envelope) / sizeof(envelope[0]); i++)
		if (str_equal(member, str_of(envelope[i])))
			return true;
	return telegram_content_reader(member);
}

/* ---- events ---- */

static void add_members(struct pool *pool, const struct json *metadata, struct description *c)
{
	const struct json *who = json_get(metadata, "new_chat_members");
	struct buf b;
	buf_init(&b, 8192);
	for (size_t i = 0; i < json_length(who) && i < ITEMS_MAX; i++) {
		struct str name = full_name(pool, json_at(who, i));
		buf_addf(&b, "%s%.*s", b.len ? ", " : "", (int)name.n, name.p);
	}
	c->other = pool_take(pool, &b);
}

static void describe_service(struct pool *pool, const struct json *metadata, struct description *c)
{
	c->title = T("Note of Telegram");
	c->event = T("Something changed in the chat");
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		const struct json *v = json_get(metadata, events[i].member);
		if (!v)
			continue;
		c->event = events[i].words;
		if (!strcmp(events[i].member, "pinned_message"))
			c->event_alone = T("A message was pinned");
		if (!strcmp(events[i].member, "forum_topic_edited"))
			c->event_alone = T("A topic was changed");
		v = metadata;
		for (int k = 0; k < 3 && events[i].other[k]; k++)
			v = json_get(v, events[i].other[k]);
		if (json_kind(v) == JSON_OBJECT && events[i].other[0])
			c->other = full_name(pool, v);
		else if (events[i].other[0])
			c->other = json_str(v);
		else if (!strcmp(events[i].member, "new_chat_members"))
			add_members(pool, metadata, c);
		return;
	}
}

/* The customer blocks the bot, or no longer does: its membership before and now. In groups there are others. */
static void describe_membership(const struct json *metadata, struct description *c)
{
	struct str was = json_str(json_path(metadata, "old_chat_member", "status", NULL)),
		   is = json_str(json_path(metadata, "new_chat_member", "status", NULL));
	c->event = T("The place of the bot in this chat has changed");
	if (str_equal(was, STR("member")) && str_equal(is, STR("kicked")))
		c->event = T("{{name}} blocked the bot");
	else if (str_equal(was, STR("kicked")) && str_equal(is, STR("member")))
		c->event = T("{{name}} unblocked the bot");
}

/* ---- what any message may carry ---- */

/* The addresses that are hidden under words of the text. */
static void add_hidden_links(const struct json *metadata, struct description *c)
{
	const struct json *links = json_get(metadata, "links");
	for (size_t i = 0; i < json_length(links) && i < ITEMS_MAX; i++)
		description_add_url(c, T("Link"), json_str(json_at(links, i)));
}

static struct str origin_of(struct pool *pool, const struct json *origin)
{
	struct str name = full_name(pool, json_get(origin, "sender_user"));
	if (str_is_empty(name))
		name = json_str(json_get(origin, "sender_user_name"));
	if (str_is_empty(name))
		name = json_str(json_path(origin, "chat", "title", NULL));
	if (str_is_empty(name))
		name = json_str(json_path(origin, "sender_chat", "title", NULL));
	return name;
}

static void add_common(struct pool *pool, const struct json *metadata, struct description *c)
{
	const struct json *origin = json_get(metadata, "forward_origin");
	struct str from = origin_of(pool, origin);
	add_hidden_links(metadata, c);
	if (!str_is_empty(from))
		description_add(c, T("Forwarded from"), from);
	else if (origin)
		description_add_words(c, NULL, T("Forwarded"));
	c->quoted = json_str(json_path(metadata, "quote", "text", NULL));
	if (str_is_empty(c->quoted))
		c->quoted = json_str(json_get(metadata, "quoted"));
}

void telegram_describe(struct pool *pool, struct str kind, const struct json *metadata, struct description *out)
{
	const struct reader *r = telegram_content_reader(kind);
	if (str_equal(kind, STR("service"))) {
		describe_service(pool, metadata, out);
	} else if (str_equal(kind, STR("my_chat_member"))) {
		out->title = T("Note of Telegram");
		describe_membership(metadata, out);
	} else if (str_equal(kind, STR("edit"))) {
		out->title = T("Edited message");
		out->event = T("{{name}} changed a message: {{other}}");
		out->event_alone = T("{{name}} changed a message");
	} else if (str_equal(kind, STR("reaction"))) {
		out->title = T("Reaction");
		out->event = T("{{name}} reacted to an earlier message: {{other}}");
		out->event_alone = T("{{name}} took a reaction back");
	} else if (r) {
		out->icon = r->icon;
		out->title = r->title;
		if (r->read && metadata)
			r->read(pool, json_get(metadata, r->kind), out);
	} else {
		out->title = T("Message of another kind");
		description_add_words(out, NULL, open_in_telegram);
	}
	add_common(pool, metadata, out);
}
