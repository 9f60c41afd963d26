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

/* What a message may hold. Anything else (somebody joined, a title changed, a message was pinned) is news of the chat:
 * stored, never a reason to answer. The order matters: an animation also has a document, a venue also a location. */
struct content {
	const char *member;
	const char *text; /* the member beside it, or within it, that holds readable text; NULL: none */
	bool text_like;   /* the pipeline may read that text */
};

static const struct content contents[] = { { "text", "text", true }, { "animation", "caption", true },
	{ "photo", "caption", true }, { "video", "caption", true }, { "document", "caption", true },
	{ "audio", "caption", true }, { "voice", "caption", true }, { "paid_media", "caption", true },
	{ "video_note", NULL, false }, { "sticker", NULL, false }, { "contact", NULL, false },
	{ "venue", "title", false }, { "location", NULL, false }, { "poll", "question", false },
	{ "dice", NULL, false }, { "game", "title", false }, { "story", NULL, false }, { "checklist", "title", false },
	{ "giveaway", NULL, false }, { "invoice", "title", false }, { NULL, NULL, false } };

static const struct content *telegram_webhook_content_of(const struct json *message)
{
	const struct content *c = contents;
	while (c->member && !json_get(message, c->member))
		c++;
	return c;
}

static struct str telegram_webhook_text_of(const struct content *c, const struct json *message)
{
	if (!c->text)
		return STR_NONE;
	struct str beside = json_str(json_get(message, c->text));
	return beside.p ? beside : json_str(json_path(message, c->member, c->text, NULL));
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

static void telegram_webhook_fill_content(struct taking *t, struct inbound *item, const struct json *chat)
{
	const struct content *c = telegram_webhook_content_of(t->piece);
	bool from_bot = json_bool(json_path(t->piece, "from", "is_bot", NULL), false);
	item->kind = str_of(c->member ? c->member : "service");
	item->body = telegram_webhook_text_of(c, t->piece);
	item->text_like = c->text_like && !str_is_empty(item->body);
	item->wants_answer = c->member && is_private(chat) && !from_bot;
	item->opens_window = item->wants_answer;
	item->at_s = piece_seconds(json_get(t->piece, "date"));
	item->reply_to = place_id(t->pool, chat, json_get(t->piece, "reply_to_message"));
	item->metadata = piece_metadata(t->pool, t->piece, columns, c->text);
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
		piece_quarantine(t->pool, t->channel, t->out, "message", "an update that names no chat", t->piece);
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
	item->provider_id = update_place(t);
	item->body = json_str(json_get(json_at(all, 0), "emoji"));
	item->at_s = piece_seconds(json_get(t->piece, "date"));
	item->reply_to = place_id(t->pool, chat, t->piece);
	item->metadata = piece_metadata(t->pool, t->piece, elsewhere, NULL);
}

/* Telegram puts at most one of these into an update; whoever puts more gets all of them read. */
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
}
