/*
 * control-telegram.c - bots, and their customers' side: messages, buttons, blocking, groups that move, raw updates.
 *
 * What a customer does becomes an update with the next update_id. Never shows a token. An update of a kind that the bot
 * has not asked for is not sent, as Telegram does.
 */
#include "core/clock.h"
#include "simulator/control/control.h"
#include "simulator/telegram/sim-telegram.h"
#include "simulator/sim-webhook.h"

#define UPDATE_MAX_BYTES ((size_t)16 * 1024 * 1024)

/* One update while it is put together. */
struct update {
	struct simulator *sim;
	struct exchange *ex;
	struct bot *bot;
	struct customer *customer;
	struct str chat, name;
	const char *kind; /* message, callback_query, my_chat_member */
	int64_t chat_id, message_id;
	struct str key, text, type; /* for the record */
	struct str media;           /* the id of its file; absent for none */
	struct buf body;
	struct json_writer w;
};

void control_get_bots(struct simulator *sim, struct exchange *ex)
{
	struct json_writer w;

	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	json_key(&w, "bots");
	bots_write(&w, &sim->bots, exchange_query(ex, "secrets").n > 0);
	json_end_object(&w);
	control_succeed(ex);
}

void control_post_bots(struct simulator *sim, struct exchange *ex)
{
	struct explain why = { "" };

	if (bots_put(&sim->bots, ex->json, &why) != ERR_OK)
		control_refuse(ex, 400, why.text);
	else
		control_succeed_ok(ex);
}

static void write_chat(struct update *u)
{
	json_begin_object(&u->w);
	json_member_i64(&u->w, "id", u->chat_id);
	json_member_str(&u->w, u->chat_id < 0 ? "title" : "first_name", u->name);
	if (u->chat_id > 0)
		json_member_str(&u->w, "username", json_str(json_get(u->ex->json, "username")));
	json_member_str(&u->w, "type", u->chat_id < 0 ? STR("supergroup") : STR("private"));
	json_end_object(&u->w);
}

/* The sender: in a group a member, not the group. */
static void write_from(struct update *u)
{
	int64_t sender = u->chat_id;

	json_i64(json_get(u->ex->json, "sender"), &sender);
	json_begin_object(&u->w);
	json_member_i64(&u->w, "id", sender < 0 ? 777000 : sender);
	json_member_bool(&u->w, "is_bot", json_bool(json_get(u->ex->json, "is_bot"), false));
	json_member_str(&u->w, "first_name", u->name);
	json_member_str(&u->w, "username", json_str(json_get(u->ex->json, "username")));
	json_member_str(&u->w, "language_code", STR("en"));
	json_end_object(&u->w);
}

static bool control_telegram_write_member(void *arg, struct str key, const struct json *value)
{
	struct update *u = arg;

	json_key(&u->w, pool_cstr(u->ex->pool, key));
	json_write_value(&u->w, value);
	return true;
}

static void write_begin(struct update *u)
{
	buf_init(&u->body, UPDATE_MAX_BYTES);
	json_writer_init(&u->w, &u->body);
	json_begin_object(&u->w);
	json_member_i64(&u->w, "update_id", ++u->bot->last_update_id);
	json_key(&u->w, u->kind);
	json_begin_object(&u->w);
}

static int64_t date_of(const struct update *u)
{
	int64_t at;

	return json_i64(json_get(u->ex->json, "timestamp"), &at) ? at : clock_wall_ms() / 1000;
}

/* The file of a message, and with it what kind of message it is. */
static void control_telegram_find_file(struct update *u, const struct json *message)
{
	static const char *const kinds[] = { "voice", "audio", "video", "document" };

	u->media = json_str(json_get(json_at(json_get(message, "photo"), 0), "file_id"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (json_get(message, kinds[i])) {
			u->media = json_str(json_path(message, kinds[i], "file_id", NULL));
			u->type = str_of(kinds[i]);
		}
}

/* A message of the customer: `text`, or the members of `message`. */
static void build_message(struct update *u)
{
	const struct json *message = json_get(u->ex->json, "message");
	struct str text = json_str(json_get(u->ex->json, "text"));

	u->kind = "message";
	if (!json_i64(json_get(message, "message_id"), &u->message_id))
		u->message_id = ++u->bot->last_message_id;
	write_begin(u);
	if (!json_get(message, "message_id"))
		json_member_i64(&u->w, "message_id", u->message_id);
	json_key(&u->w, "from");
	write_from(u);
	json_key(&u->w, "chat");
	write_chat(u);
	json_member_i64(&u->w, "date", date_of(u));
	json_member_str(&u->w, "text", text);
	json_each(message, control_telegram_write_member, u);
	u->key = telegram_message_key(u->ex->pool, u->chat, u->message_id);
	u->text = text.p ? text : json_str(json_get(message, "caption"));
	u->type = text.p ? STR("text") : json_get(message, "photo") ? STR("image") : STR("message");
	control_telegram_find_file(u, message);
}

/* A pressed button. */
static void build_callback(struct update *u)
{
	struct str data = json_str(json_get(u->ex->json, "callback"));
	struct str id =
		pool_printf(u->ex->pool, "%llu", (unsigned long long)bot_open_query(u->bot, simulator_serial(u->sim)));

	u->kind = "callback_query";
	write_begin(u);
	json_member_str(&u->w, "id", id);
	json_key(&u->w, "from");
	write_from(u);
	json_member_str(&u->w, "chat_instance", id);
	json_member_str(&u->w, "data", data);
	u->key = id;
	u->text = data;
	u->type = STR("button");
}

static void control_telegram_write_status(struct update *u, const char *member, bool blocks)
{
	int64_t bot_id = 0;

	str_to_i64(str_of(u->bot->id), &bot_id);
	json_key(&u->w, member);
	json_begin_object(&u->w);
	json_key(&u->w, "user");
	json_begin_object(&u->w);
	json_member_i64(&u->w, "id", bot_id);
	json_member_bool(&u->w, "is_bot", true);
	json_member_str(&u->w, "first_name", str_of(u->bot->first_name));
	json_end_object(&u->w);
	json_member_str(&u->w, "status", blocks ? STR("kicked") : STR("member"));
	json_member_i64(&u->w, "until_date", 0);
	json_end_object(&u->w);
}

static void build_block(struct update *u)
{
	bool blocks = json_bool(json_get(u->ex->json, "block"), false);

	u->kind = "my_chat_member";
	u->customer->blocks = blocks;
	write_begin(u);
	json_key(&u->w, "chat");
	write_chat(u);
	json_key(&u->w, "from");
	write_from(u);
	json_member_i64(&u->w, "date", date_of(u));
	control_telegram_write_status(u, "old_chat_member", !blocks);
	control_telegram_write_status(u, "new_chat_member", blocks);
	u->text = blocks ? STR("blocks the bot") : STR("unblocks the bot");
	u->type = STR("system");
}

static void send_update(struct update *u)
{
	int64_t n = 0;

	json_end_object(&u->w);
	json_end_object(&u->w);
	if (!u->key.p)
		u->key = pool_printf(u->ex->pool, "update:%lld", (long long)u->bot->last_update_id);
	n = records_add_inbound(&u->sim->records, &(struct inbound_record){ .at_ms = clock_wall_ms(),
							  .phone_number_id = str_of(u->bot->id),
							  .from = u->chat,
							  .name = u->name,
							  .type = u->type,
							  .text = u->text,
							  .wamid = u->key,
							  .media = u->media });
	if (!u->bot->url || !bot_wants(u->bot, str_of(u->kind)))
		control_refuse(u->ex, 409, "the bot has no webhook for this kind of update");
	else
		control_send_for(u->sim, u->ex,
			&(struct webhook){ .bot = u->bot,
				.body = buf_str(&u->body),
				.kind = "message",
				.what = u->key,
				.copies = (int)control_copies(u->sim, u->ex) },
			u->key, n);
	buf_fini(&u->body);
}

/* The group lives on under another id: a bot that writes to the old one is told. */
static void move_chat(struct update *u)
{
	json_i64(json_get(u->ex->json, "moved_to"), &u->customer->moved_to);
	customers_get(&u->sim->customers, str_of(u->bot->id), json_text(u->ex->pool, json_get(u->ex->json, "moved_to")),
		STR_NONE, u->name);
	control_succeed_ok(u->ex);
}

/* A topic of the chat is deleted: a bot that writes to it is told. */
static void delete_topic(struct update *u)
{
	json_i64(json_get(u->ex->json, "topic_gone"), &u->customer->topic_gone);
	control_succeed_ok(u->ex);
}

static void send_raw(struct update *u, struct str body)
{
	if (!u->bot->url)
		control_refuse(u->ex, 409, "the bot has no webhook");
	else
		control_send_for(u->sim, u->ex,
			&(struct webhook){ .bot = u->bot,
				.body = body,
				.kind = "raw",
				.what = STR(""),
				.copies = (int)control_copies(u->sim, u->ex) },
			STR_NONE, 0);
}

void control_post_telegram(struct simulator *sim, struct exchange *ex)
{
	const struct json *b = ex->json;
	struct update u = { .sim = sim,
		.ex = ex,
		.bot = bots_find(&sim->bots, json_text(ex->pool, json_get(b, "bot_id"))),
		.chat = json_text(ex->pool, json_get(b, "from")),
		.name = json_str(json_get(b, "name")) };

	if (!u.bot) {
		control_refuse(ex, 404, "no bot has this bot_id");
	} else if (json_str(json_get(b, "body")).p) {
		send_raw(&u, json_str(json_get(b, "body")));
	} else if (!str_to_i64(u.chat, &u.chat_id)) {
		control_refuse(ex, 400, "from is needed: the number of the chat");
	} else {
		u.name = u.name.p ? u.name : STR("Somebody");
		u.customer = customers_get(&sim->customers, str_of(u.bot->id), u.chat, STR_NONE, u.name);
		if (json_get(b, "moved_to")) {
			move_chat(&u);
			return;
		}
		if (json_get(b, "topic_gone")) {
			delete_topic(&u);
			return;
		}
		if (json_get(b, "callback"))
			build_callback(&u);
		else if (json_get(b, "block"))
			build_block(&u);
		else
			build_message(&u);
		send_update(&u);
	}
}
