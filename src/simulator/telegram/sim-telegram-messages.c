/*
 * sim-telegram-messages.c - sendMessage and sendChatAction: rules, faults, acceptance.
 *
 * A message is accepted when its delivery is recorded; the answer follows after the latency. Never delivers a message
 * that it refused. Telegram tells nothing of it afterwards. Source: "Bot API": sendMessage, ReplyParameters,
 * sendChatAction; "Bots FAQ" (one message a second to a chat).
 */
#include "core/clock.h"
#include "simulator/random.h"
#include "simulator/telegram/sim-telegram.h"

#define CALLBACK_MAX_BYTES 64
#define TEXT_MAX 4096
#define TYPING_MS 5000
#define CHAT_INTERVAL_MS 1000
#define CHAT_BURST 3

/* A bot that sends no markup needs no escapes; one that names a mode has to escape all of its characters here. */
static bool check_markup(struct telegram_call *call, struct str text)
{
	struct str mode = telegram_text(call, "parse_mode");
	const char *reserved = str_equal_nocase(mode, STR("HTML")) ? "<&" : "_*[]()~`>#+-=|{}.!";
	bool escaped = false;

	if (str_is_empty(mode))
		return true;
	if (!str_equal_nocase(mode, STR("HTML")) && !str_equal_nocase(mode, STR("MarkdownV2"))
		&& !str_equal_nocase(mode, STR("Markdown")))
		return telegram_refuse(call, "unsupported parse_mode");
	for (size_t i = 0; i < text.n; i++) {
		if (!escaped && text.p[i] && strchr(reserved, text.p[i]))
			return telegram_refuse(call, "can't parse entities: character is reserved and must be escaped");
		escaped = !escaped && text.p[i] == '\\';
	}
	return true;
}

static bool check_reply(struct telegram_call *call, struct str chat)
{
	const struct json *reply = json_get(call->ex->json, "reply_parameters");
	const struct records *records = &call->sim->records;
	int64_t id;
	struct str key;

	if (!reply)
		return true;
	if (!json_i64(json_get(reply, "message_id"), &id))
		return telegram_refuse(call, "can't parse reply parameters: message_id is missing");
	key = telegram_message_key(call->ex->pool, chat, id);
	if (json_bool(json_get(reply, "allow_sending_without_reply"), false) || records_find_delivery(records, key)
		|| records_find_inbound(records, key))
		return true;
	return telegram_refuse(call, "message to be replied not found");
}

static bool sim_telegram_messages_topic_is_gone(struct telegram_call *call, const struct customer *customer)
{
	int64_t topic;

	return str_to_i64(telegram_text(call, "message_thread_id"), &topic) && topic == customer->topic_gone;
}

static bool check_person(struct telegram_call *call, struct customer *customer, struct str chat)
{
	int64_t now_ms = clock_mono_us() / 1000;

	if (customer->moved_to) {
		telegram_fail(call, &(struct telegram_error){ .code = 400,
					    .description = "Bad Request: group chat was upgraded to a supergroup chat",
					    .migrate_to = customer->moved_to });
		return false;
	}
	if (customer->blocks) {
		telegram_fail(call, telegram_error_find(STR("undeliverable")));
		return false;
	}
	if (sim_telegram_messages_topic_is_gone(call, customer))
		return telegram_refuse(call, "message thread not found");
	if (call->sim->behaviour.enforce_pair_rate && !customer_take(customer, now_ms, CHAT_INTERVAL_MS, CHAT_BURST)) {
		telegram_fail(call, telegram_error_find(STR("pair_rate")));
		return false;
	}
	return check_reply(call, chat);
}

static bool sim_telegram_messages_check_text(struct telegram_call *call, struct str text)
{
	if (str_is_empty(str_trim(text)))
		return telegram_refuse(call, "message text is empty");
	if (simulator_utf16_units(text) > TEXT_MAX)
		return telegram_refuse(call, "message is too long");
	return check_markup(call, text);
}

static void sim_telegram_messages_write_message(
	struct telegram_call *call, struct str chat, const struct telegram_content *content, int64_t message_id)
{
	const struct customer *customer = customers_find(&call->sim->customers, str_of(call->bot->id), chat, STR_NONE);
	struct json_writer w;
	int64_t number = 0, bot_id = 0;

	str_to_i64(chat, &number);
	str_to_i64(str_of(call->bot->id), &bot_id);
	telegram_begin_result(call, &w);
	json_begin_object(&w);
	json_member_i64(&w, "message_id", message_id);
	json_key(&w, "from");
	json_begin_object(&w);
	json_member_i64(&w, "id", bot_id);
	json_member_bool(&w, "is_bot", true);
	json_member_str(&w, "first_name", str_of(call->bot->first_name));
	json_member_str(&w, "username", str_of(call->bot->username));
	json_end_object(&w);
	json_key(&w, "chat");
	json_begin_object(&w);
	json_member_i64(&w, "id", number);
	json_member_str(&w, number < 0 ? "title" : "first_name", str_of(customer->name));
	json_member_str(&w, "type", number < 0 ? STR("supergroup") : STR("private"));
	json_end_object(&w);
	json_member_i64(&w, "date", clock_wall_ms() / 1000);
	if (content->write)
		content->write(&w, content, content->file);
	else
		json_member_str(&w, "text", content->text);
	json_end_object(&w);
	telegram_succeed(call, &w);
}

/* The titles of an inline keyboard, one a line; `*fits` is false for one that the Bot API refuses. */
static struct str read_keyboard(struct telegram_call *call, bool *fits)
{
	const struct json *rows = json_path(call->ex->json, "reply_markup", "inline_keyboard", NULL);
	struct buf titles;

	*fits = true;
	buf_init(&titles, 8192);
	for (size_t r = 0; r < json_length(rows); r++)
		for (size_t i = 0; i < json_length(json_at(rows, r)); i++) {
			const struct json *button = json_at(json_at(rows, r), i);
			struct str text = json_str(json_get(button, "text")),
				   data = json_str(json_get(button, "callback_data"));
			*fits = *fits && text.n && data.n && data.n <= CALLBACK_MAX_BYTES;
			buf_add_cstr(&titles, titles.len ? "\n" : "");
			buf_add_str(&titles, data);
		}
	return pool_take(call->ex->pool, &titles);
}

/* The topic of the chat that the message is for; absent for none. */
static struct str sim_telegram_messages_topic(struct telegram_call *call)
{
	struct str direct = telegram_text(call, "direct_messages_topic_id");

	return direct.p ? direct : telegram_text(call, "message_thread_id");
}

static void sim_telegram_messages_accept_message(
	struct telegram_call *call, struct customer *customer, struct str chat, const struct telegram_content *content)
{
	const struct behaviour *b = &call->sim->behaviour;
	int64_t id = ++call->bot->last_message_id;

	customer->typing_until_ms = 0;
	records_add_delivery(&call->sim->records, &(struct delivery_record){ .at_ms = clock_wall_ms(),
							  .phone_number_id = str_of(call->bot->id),
							  .to = chat,
							  .type = str_of(content->type),
							  .text = content->text,
							  .wamid = telegram_message_key(call->ex->pool, chat, id),
							  .buttons = content->buttons,
							  .media = content->media,
							  .topic = sim_telegram_messages_topic(call) });
	if (simulator_is_nth(call->sim, b->garbage_every)) {
		call->outcome = "garbage";
		buf_add_cstr(&call->ex->out, "{\"ok\":true,\"result\":{\"mess");
		exchange_answer(call->ex, 200, "application/json");
	} else {
		call->outcome = "accepted";
		sim_telegram_messages_write_message(call, chat, content, id);
	}
	if (simulator_is_nth(call->sim, b->lose_response_every)) {
		call->outcome = "response_lost";
		exchange_drop(call->ex);
	}
}

static void sim_telegram_messages_fail_message(struct telegram_call *call)
{
	const struct behaviour *b = &call->sim->behaviour;

	call->outcome = "failed";
	if (b->fail_http) {
		buf_add_cstr(&call->ex->out, b->fail_body);
		exchange_answer(call->ex, b->fail_http, *b->fail_body == '<' ? "text/html" : "application/json");
		return;
	}
	telegram_fail(call, b->fail_random     ? telegram_error_draw(random_next(&call->sim->random))
			    : b->fail_telegram ? b->fail_telegram
					       : telegram_error_find(STR("unknown")));
}

void telegram_send_message(struct telegram_call *call)
{
	struct telegram_content content = { .type = "text", .text = telegram_text(call, "text") };
	bool fits;

	if (!telegram_need_chat(call) || !sim_telegram_messages_check_text(call, content.text))
		return;
	content.buttons = read_keyboard(call, &fits);
	if (fits)
		telegram_deliver(call, &content);
	else
		telegram_refuse(call, "BUTTON_DATA_INVALID");
}

void telegram_deliver(struct telegram_call *call, const struct telegram_content *content)
{
	struct str chat = telegram_text(call, "chat_id");
	struct customer *customer = telegram_need_chat(call);

	if (!customer || !check_person(call, customer, chat))
		return;
	switch (simulator_take_fault(call->sim)) {
	case SEND_FAULT_RESET:
		call->outcome = "reset";
		exchange_drop(call->ex);
		break;
	case SEND_FAULT_HANG:
		call->outcome = "hung";
		call->latency_ms = HANG_MAX_MS;
		exchange_drop(call->ex);
		break;
	case SEND_FAULT_FAIL: sim_telegram_messages_fail_message(call); break;
	case SEND_FAULT_NONE: sim_telegram_messages_accept_message(call, customer, chat, content); break;
	}
}

void telegram_send_chat_action(struct telegram_call *call)
{
	static const char *const actions[] = { "typing", "upload_photo", "record_video", "upload_video", "record_voice",
		"upload_voice", "upload_document", "choose_sticker", "find_location", "record_video_note",
		"upload_video_note" };
	struct customer *customer = telegram_need_chat(call);
	struct str action = telegram_text(call, "action");
	size_t i = 0;

	if (!customer)
		return;
	while (i < sizeof(actions) / sizeof(*actions) && !str_equal(action, str_of(actions[i])))
		i++;
	if (i == sizeof(actions) / sizeof(*actions)) {
		telegram_refuse(call, "wrong parameter action in request");
		return;
	}
	if (customer->blocks) {
		telegram_fail(call, telegram_error_find(STR("undeliverable")));
		return;
	}
	if (sim_telegram_messages_topic_is_gone(call, customer)) {
		telegram_refuse(call, "message thread not found");
		return;
	}
	customer->typing_until_ms = clock_wall_ms() + TYPING_MS;
	call->outcome = "typing";
	telegram_succeed_true(call, NULL);
}
