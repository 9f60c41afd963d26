/*
 * telegram-webhook.c - an update of the Bot API in the words of the domain.
 *
 * Pure: reads a parsed document, fills a list. Never decides about an answer; it only says whether a message is of a
 * kind that may be answered: groups, channels and bots never are. Never fails: an update that lacks what it takes
 * becomes quarantine with a reason; kinds that are not known are acknowledged and not stored. Source: Telegram, "Bot
 * API": Update, Message, CallbackQuery, ChatMemberUpdated, MessageReactionUpdated.
 */
#include "channel/telegram/telegram.h"

#include "channel/pieces.h"

#define LINKS_MAX 50
#define LINK_BYTES_MAX 2000
#define QUOTED_BYTES_MAX 1000

/* What is being taken apart: one update, and of it one piece. */
struct taking {
	struct pool *pool;
	const struct channel *channel;
	struct inbound_list *out;
	struct str update_id; /* absent when it has none */
	const char *member;   /* of the update, and what it holds: */
	const struct json *piece;
};

/* Members of a message that have a column of their own, or that say nothing to a reader. */
static const char *const columns[] = { "message_id", "from", "chat", "date", "edit_date", "reply_to_message",
	"entities", "caption_entities", NULL };

/* What a message may hold. Anything else (a member joined, a title changed, a message was pinned) is news of the chat:
 * stored, never a reason to answer. The order matters: an animation also has a document, a venue also a location. */
struct content_rule {
	const char *member;
	const char *text;      /* the member next to it, or within it, that holds readable text; NULL: none */
	bool text_like;        /* the pipeline may read that text */
	const char *attention; /* why a person should look at it, a code; NULL: no need */
};

static const struct content_rule contents[] = { { "text", "text", true, NULL }, { "animation", "caption", true, NULL },
	{ "live_photo", "caption", true, NULL }, { "photo", "caption", true, NULL }, { "video", "caption", true, NULL },
	{ "document", "caption", true, CODE(sent_document) }, { "audio", "caption", true, NULL },
	{ "voice", "caption", true, CODE(sent_voice) }, { "paid_media", "caption", true, NULL },
	{ "video_note", NULL, false, NULL }, { "sticker", NULL, false, NULL },
	{ "contact", NULL, false, CODE(sent_contact) }, { "venue", "title", false, CODE(sent_location) },
	{ "location", NULL, false, CODE(sent_location) }, { "poll", "question", false, NULL },
	{ "dice", NULL, false, NULL }, { "game", "title", false, NULL }, { "story", NULL, false, NULL },
	{ "checklist", "title", false, NULL }, { "giveaway", NULL, false, NULL },
	{ "giveaway_winners", NULL, false, NULL }, { "invoice", "title", false, NULL },
	{ "rich_message", NULL, false, NULL }, { "web_app_data", NULL, false, CODE(sent_form) },
	{ "successful_payment", NULL, false, CODE(sent_payment) },
	{ "refunded_payment", NULL, false, CODE(payment_refunded) },
	{ "users_shared", NULL, false, CODE(sent_contact) }, { "chat_shared", NULL, false, NULL },
	{ "passport_data", NULL, false, CODE(sent_document) }, { "gift", NULL, false, NULL },
	{ "unique_gift", NULL, false, NULL }, { NULL, NULL, false, NULL } };

static const struct content_rule *telegram_webhook_content_of(const struct json *message)
{
	const struct content_rule *c = contents;
	while (c->member && !json_get(message, c->member))
		c++;
	return c;
}

static bool is_known_member(void *arg, struct str key, const struct json *value)
{
	(void)arg;
	(void)value;
	return telegram_content_is_known(key);
}

/* Something that the Bot API did not have when this was written, and no news of the chat. */
static bool is_unknown_content(const struct json *message)
{
	return !json_each(message, is_known_member, NULL);
}

static struct str telegram_webhook_text_of(const struct content_rule *c, const struct json *message)
{
	struct str text = json_str(json_get(message, "text"));
	if (!c->member)
		return text.p ? text : json_str(json_get(message, "caption"));
	if (!c->text)
		return STR_NONE;
	struct str sibling = json_str(json_get(message, c->text));
	return sibling.p ? sibling : json_str(json_path(message, c->member, c->text, NULL));
}

static bool is_private(const struct json *chat)
{
	struct str type = json_str(json_get(chat, "type"));
	int64_t id;
	return type.p ? str_equal(type, STR("private")) : json_i64(json_get(chat, "id"), &id) && id > 0;
}

/* Groups have a title, people a first name and perhaps a last one. */
static struct str telegram_webhook_name_of(struct pool *pool, const struct json *who)
{
	struct str first = json_str(json_get(who, "first_name")), last = json_str(json_get(who, "last_name"));
	if (str_is_empty(first) && str_is_empty(last))
		return str_trim(json_str(json_get(who, "title")));
	return str_trim(pool_printf(
		pool, "%.*s %.*s", (int)first.n, first.p ? first.p : "", (int)last.n, last.p ? last.p : ""));
}

/* Who is written to is the chat: in a private one that is the person. False when there is none. */
static bool telegram_webhook_identify(
	struct taking *t, struct inbound *person, const struct json *chat, const struct json *from)
{
	const struct json *who = is_private(chat) && json_kind(from) == JSON_OBJECT ? from : chat;
	inbound_identify(person, telegram_channel.person_kind, json_text(t->pool, json_get(chat, "id")));
	person->name = telegram_webhook_name_of(t->pool, who);
	person->username = json_str(json_get(who, "username"));
	return person->n_identities > 0;
}

static struct str place_id(struct pool *pool, const struct json *chat, const struct json *message)
{
	struct str id = json_text(pool, json_get(chat, "id"));
	int64_t number;
	if (str_is_empty(id) || id.n > INBOUND_IDENTITY_MAX_BYTES || !json_i64(json_get(message, "message_id"), &number)
		|| number <= 0)
		return STR_NONE;
	return pool_printf(pool, "%.*s:%lld", (int)id.n, id.p, (long long)number);
}

/* What is no message of its own is the update that told it. */
static struct str update_place(struct taking *t)
{
	return t->update_id.p && t->update_id.n <= INBOUND_IDENTITY_MAX_BYTES
		       ? pool_printf(t->pool, "%s:%.*s", t->member, (int)t->update_id.n, t->update_id.p)
		       : piece_content_id(t->pool, t->piece);
}

/* Addresses that stand under words of the text: the text alone would lose them. */
static struct str links_of(struct pool *pool, const struct json *message)
{
	static const char *const lists[] = { "entities", "caption_entities" };
	struct buf b;
	struct json_writer w;
	int n = 0;
	buf_init(&b, 65536);
	json_writer_init(&w, &b);
	json_begin_array(&w);
	for (size_t l = 0; l < 2; l++) {
		const struct json *entities = json_get(message, lists[l]);
		for (size_t i = 0; i < json_length(entities) && n < LINKS_MAX; i++) {
			struct str url = json_str(json_get(json_at(entities, i), "url"));
			if (url.n == 0 || url.n > LINK_BYTES_MAX)
				continue;
			json_write_str(&w, url);
			n++;
		}
	}
	json_end_array(&w);
	struct str json = n && b.err == ERR_OK ? pool_str(pool, buf_str(&b)) : STR_NONE;
	buf_fini(&b);
	return json;
}

/* What the message answers, for a reader: it may have been written before the bot was connected. */
static struct str quoted_of(struct pool *pool, const struct json *message)
{
	const struct json *quoted = json_get(message, "reply_to_message");
	struct str text = json_str(json_get(quoted, "text"));
	struct buf b;
	struct json_writer w;
	text = text.p ? text : json_str(json_get(quoted, "caption"));
	if (str_is_empty(text))
		return STR_NONE;
	buf_init(&b, 16384);
	json_writer_init(&w, &b);
	json_write_str(&w, str_cut(text, QUOTED_BYTES_MAX));
	return pool_take(pool, &b);
}

/* {"id", "name"} of the topic in which a message stands, the name where the message tells it: each message of a topic
 * that answers no other names the one that opened it. Of a channel's direct messages a topic is a person. Source: "Bot
 * API": message_thread_id, is_topic_message, direct_messages_topic. Absent when it stands in none. */
static struct str telegram_webhook_topic_of(struct pool *pool, const struct json *message)
{
	static const char *const told[][3] = { { "forum_topic_edited", "name" }, { "forum_topic_created", "name" },
		{ "reply_to_message", "forum_topic_created", "name" } };
	const struct json *direct = json_get(message, "direct_messages_topic");
	struct str id = json_text(pool, json_get(direct, "topic_id")), name = STR_NONE;
	struct buf b;
	struct json_writer w;
	if (direct)
		name = telegram_webhook_name_of(pool, json_get(direct, "user"));
	else if (json_bool(json_get(message, "is_topic_message"), false))
		id = json_text(pool, json_get(message, "message_thread_id"));
	for (size_t i = 0; !direct && !name.p && i < sizeof(told) / sizeof(told[0]); i++)
		name = json_str(json_path(message, told[i][0], told[i][1], told[i][2], NULL));
	if (str_is_empty(id) || id.n > 20)
		return STR_NONE;
	buf_init(&b, 8192);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "id", id);
	json_member_str(&w, "name", str_is_empty(name) ? STR_NONE : str_cut(name, 600));
	if (direct)
		json_member_bool(&w, "direct", true);
	json_end_object(&w);
	return pool_take(pool, &b);
}

/* The message that it answers. The one that opened a topic is answered by each message there, which says nothing. */
static struct str telegram_webhook_target_of(struct pool *pool, const struct json *chat, const struct json *message)
{
	const struct json *target = json_get(message, "reply_to_message");
	return json_get(target, "forum_topic_created") ? STR_NONE : place_id(pool, chat, target);
}

static struct str metadata_of(struct taking *t, const char *own, const struct json *chat)
{
	const struct json *from = json_get(t->piece, "from"), *as = json_get(t->piece, "sender_chat");
	struct str metadata = piece_metadata(t->pool, t->piece, columns, own);
	metadata = piece_metadata_add(t->pool, metadata, "links", links_of(t->pool, t->piece));
	metadata = piece_metadata_add(t->pool, metadata, "quoted", quoted_of(t->pool, t->piece));
	metadata = piece_metadata_add(t->pool, metadata, "topic", telegram_webhook_topic_of(t->pool, t->piece));
	if (is_private(chat))
		return metadata;
	const struct json *who = as ? as : from;
	return piece_metadata_add(t->pool, metadata, "writer",
		piece_writer(t->pool, telegram_webhook_name_of(t->pool, who), json_text(t->pool, json_get(who, "id"))));
}

/* A customer who shares the own number, not another contact's. */
static void telegram_webhook_take_own_number(struct taking *t, struct inbound *item, const struct json *chat)
{
	const struct json *contact = json_get(t->piece, "contact");
	struct str user = json_text(t->pool, json_get(contact, "user_id")),
		   number = json_text(t->pool, json_get(contact, "phone_number"));
	if (!is_private(chat) || !user.p || !json_text_is(json_path(t->piece, "from", "id", NULL), user))
		return;
	if (number.n >= 5 && number.n <= 20)
		item->phone = number.p[0] == '+' ? number : pool_printf(t->pool, "+%.*s", (int)number.n, number.p);
}

static void telegram_webhook_fill_content(struct taking *t, struct inbound *item, const struct json *chat)
{
	const struct content_rule *c = telegram_webhook_content_of(t->piece);
	bool from_bot = json_bool(json_path(t->piece, "from", "is_bot", NULL), false);
	bool is_content = c->member || is_unknown_content(t->piece);
	item->kind = str_of(c->member ? c->member : is_content ? "unknown" : "service");
	item->body = telegram_webhook_text_of(c, t->piece);
	item->text_like = (c->text_like || !c->member) && !str_is_empty(item->body);
	item->is_event = !is_content;
	item->wants_answer = is_content && is_private(chat) && !from_bot;
	item->opens_window = item->wants_answer;
	item->attention = c->attention && item->wants_answer ? str_of(c->attention) : STR_NONE;
	item->at_s = piece_seconds(json_get(t->piece, "date"));
	item->reply_to = telegram_webhook_target_of(t->pool, chat, t->piece);
	item->metadata = metadata_of(t, c->text, chat);
	telegram_webhook_take_own_number(t, item, chat);
	telegram_list_files(t->pool, t->piece, item);
}

/* The chat lives on under another id: the message in the old one names the new, the one in the new names the old. */
static void follow_migration(struct taking *t, struct inbound *item)
{
	struct str to = json_text(t->pool, json_get(t->piece, "migrate_to_chat_id"));
	struct str from = json_text(t->pool, json_get(t->piece, "migrate_from_chat_id"));
	if (!str_is_empty(to)) {
		item->renamed_from = item->identities[0].value;
		item->identities[0].value = to;
	} else if (!str_is_empty(from)) {
		item->renamed_from = from;
	}
}

/* The item of a message of this chat; NULL, and quarantine, when there is no chat. */
static struct inbound *telegram_webhook_add(struct taking *t, const struct json *chat, const struct json *from)
{
	struct inbound person = { .n_identities = 0 };
	if (!telegram_webhook_identify(t, &person, chat, from)) {
		piece_quarantine(t->pool, t->channel, t->out, "message", CODE(item_no_chat), t->piece);
		return NULL;
	}
	return piece_add_for(t->pool, t->channel, t->out, &person);
}

static void take_message(struct taking *t)
{
	const struct json *chat = json_get(t->piece, "chat");
	struct inbound *item = telegram_webhook_add(t, chat, json_get(t->piece, "from"));
	if (!item)
		return;
	telegram_webhook_fill_content(t, item, chat);
	struct str id = place_id(t->pool, chat, t->piece);
	item->provider_id = id.p ? id : update_place(t);
	follow_migration(t, item);
}

static void take_edit(struct taking *t)
{
	const struct json *chat = json_get(t->piece, "chat");
	struct inbound *item = telegram_webhook_add(t, chat, json_get(t->piece, "from"));
	if (!item)
		return;
	telegram_webhook_fill_content(t, item, chat);
	item->kind = STR("edit");
	item->provider_id = update_place(t);
	item->reply_to = place_id(t->pool, chat, t->piece);
	item->at_s = piece_seconds(json_get(t->piece, "edit_date"));
	item->text_like = item->wants_answer = item->opens_window = false;
	item->is_event = true;
	item->attention = STR_NONE;
}

/* A pressed button; what it says is its data. The message with the button may be too old to be told. */
static void take_callback(struct taking *t)
{
	const struct json *from = json_get(t->piece, "from"), *message = json_get(t->piece, "message");
	const struct json *chat = json_get(message, "chat") ? json_get(message, "chat") : from;
	struct inbound *item = telegram_webhook_add(t, chat, from);
	if (!item)
		return;
	struct str query = json_text(t->pool, json_get(t->piece, "id")), id = item->identities[0].value;
	item->provider_id =
		str_is_empty(query) || query.n > INBOUND_IDENTITY_MAX_BYTES
			? update_place(t)
			: pool_printf(t->pool, "callback:%.*s:%.*s", (int)id.n, id.p, (int)query.n, query.p);
	item->kind = STR("callback_query");
	item->body = json_str(json_get(t->piece, "data"));
	item->text_like = !str_is_empty(item->body);
	item->wants_answer = is_private(chat) && !json_bool(json_get(from, "is_bot"), false);
	item->opens_window = item->wants_answer;
	item->at_s = piece_seconds(NULL);
	item->reply_to = place_id(t->pool, chat, message);
	item->metadata = piece_metadata_add(t->pool, STR_NONE, "topic", telegram_webhook_topic_of(t->pool, message));
}

/* Source: "Bot API", my_chat_member: "for private chats, this update is received only when the bot is blocked or
 * unblocked by the user". */
static void take_membership(struct taking *t)
{
	static const char *const elsewhere[] = { "from", "chat", "date", NULL };
	const struct json *chat = json_get(t->piece, "chat");
	struct str status = json_str(json_path(t->piece, "new_chat_member", "status", NULL));
	struct inbound *item = telegram_webhook_add(t, chat, json_get(t->piece, "from"));
	if (!item)
		return;
	item->kind = STR("my_chat_member");
	item->is_event = true;
	item->provider_id = update_place(t);
	item->at_s = piece_seconds(json_get(t->piece, "date"));
	item->metadata = piece_metadata(t->pool, t->piece, elsewhere, NULL);
	if (is_private(chat))
		item->block = str_equal(status, STR("kicked"))   ? INBOUND_BLOCKED
			      : str_equal(status, STR("member")) ? INBOUND_UNBLOCKED
								 : INBOUND_BLOCK_UNCHANGED;
}

/* Reactions of people that are told (a count in a channel is not); without any left it was taken away. */
static void take_reaction(struct taking *t)
{
	static const char *const elsewhere[] = { "user", "chat", "date", "message_id", NULL };
	const struct json *chat = json_get(t->piece, "chat"), *all = json_get(t->piece, "new_reaction");
	struct inbound *item = telegram_webhook_add(t, chat, json_get(t->piece, "user"));
	if (!item)
		return;
	item->kind = STR("reaction");
	item->is_event = true;
	item->provider_id = update_place(t);
	item->body = json_str(json_get(json_at(all, 0), "emoji"));
	if (json_length(all) && str_is_empty(item->body)) /* a picture of the customer's own, or a star that was paid */
		item->body = str_equal(json_str(json_get(json_at(all, 0), "type")), STR("paid")) ? STR("⭐") : STR("✨");
	item->at_s = piece_seconds(json_get(t->piece, "date"));
	item->reply_to = place_id(t->pool, chat, t->piece);
	item->metadata = piece_metadata(t->pool, t->piece, elsewhere, NULL);
}

/* Kinds that hold no message of a customer; whether `is_taken`, a function of the table below takes it. */
static const struct kind {
	const char *name;
	bool is_taken;
	const char *words;
} update_kinds[] = { { "update_id", true, NULL }, { "message", true, T("Messages") },
	{ "edited_message", true, T("Edited messages") }, { "channel_post", true, T("Posts of channels") },
	{ "edited_channel_post", true, T("Edited posts of channels") },
	{ "callback_query", true, T("Pressed buttons") },
	{ "my_chat_member", true, T("Customers who block or unblock the bot") },
	{ "message_reaction", true, T("Reactions") }, { "message_reaction_count", false, T("Counts of reactions") },
	{ "business_connection", false, T("Telegram accounts that connect the bot; they are not served") },
	{ "business_message", false, T("Messages to a connected account; they are not served") },
	{ "edited_business_message", false, T("Messages to a connected account; they are not served") },
	{ "deleted_business_messages", false, T("Messages to a connected account; they are not served") },
	{ "guest_message", false, T("Calls of the bot in other chats") },
	{ "inline_query", false, T("Inline searches") }, { "chosen_inline_result", false, T("Inline searches") },
	{ "shipping_query", false, T("Payments through Telegram; they are not served") },
	{ "pre_checkout_query", false, T("Payments through Telegram; they are not served") },
	{ "purchased_paid_media", false, T("Payments through Telegram; they are not served") },
	{ "poll", false, T("Votes in polls") }, { "poll_answer", false, T("Votes in polls") },
	{ "chat_member", false, T("Members of chats") }, { "chat_join_request", false, T("Requests to join a chat") },
	{ "chat_boost", false, T("Boosts of chats") }, { "removed_chat_boost", false, T("Boosts of chats") },
	{ "managed_bot", false, T("Other bots") }, { "subscription", false, T("Subscriptions") } };

static const struct kind *find_kind(struct str name)
{
	for (size_t i = 0; i < sizeof(update_kinds) / sizeof(update_kinds[0]); i++)
		if (str_equal(name, str_of(update_kinds[i].name)))
			return &update_kinds[i];
	return NULL;
}

const char *telegram_kind_words(struct str name)
{
	const struct kind *kind = find_kind(name);
	return kind ? kind->words : NULL;
}

/* What is no message is counted with its shape. */
static bool take_other_kind(void *arg, struct str name, const struct json *value)
{
	struct taking *t = arg;
	const struct kind *kind = find_kind(name);
	if (kind && kind->is_taken)
		return true;
	struct inbound *item = piece_add(t->pool, t->channel, t->out, INBOUND_FIELD);
	item->kind = pool_str(t->pool, str_cut(name, INBOUND_MAX_kind));
	item->metadata = piece_shape(t->pool, value);
	return true;
}

/* Telegram puts at most one of these into an update; an update with more has all of them read. */
void telegram_normalise(
	struct pool *pool, const struct channel *channel, const struct json *update, struct inbound_list *out)
{
	static const struct {
		const char *member;
		void (*take)(struct taking *t);
	} kinds[] = { { "message", take_message }, { "edited_message", take_edit }, { "channel_post", take_message },
		{ "edited_channel_post", take_edit }, { "callback_query", take_callback },
		{ "my_chat_member", take_membership }, { "message_reaction", take_reaction } };
	struct taking t = { .pool = pool,
		.channel = channel,
		.out = out,
		.update_id = json_text(pool, json_get(update, "update_id")) };
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((t.piece = json_get(update, t.member = kinds[i].member)))
			kinds[i].take(&t);
	json_each(update, take_other_kind, &t);
}
