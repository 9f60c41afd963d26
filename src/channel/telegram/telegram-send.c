/*
 * telegram-send.c - a text to a customer, and what the answer means.
 *
 * Never sends itself: it fills a request and judges a response. Plain text without markup, so that nothing a customer
 * or a document says can break it. Source: Telegram, "Bot API": sendMessage, ReplyParameters, sendChatAction,
 * answerCallbackQuery.
 */
#include "channel/telegram/telegram.h"

#include "channel/telegram/telegram-errors.h"
#include "core/net/http-form.h"

#define CALLBACK_MAX_BYTES 64
#define KEYBOARD_MAX_BYTES 4096

struct telegram_place telegram_place_of(struct str provider_id)
{
	static const struct str callback = { "callback:", 9 };
	struct telegram_place place = { .chat = STR_NONE };
	struct str rest = provider_id;
	int64_t number;
	bool is_callback = str_has_prefix(rest, callback);
	if (is_callback)
		rest = (struct str){ rest.p + callback.n, rest.n - callback.n };
	struct str chat = str_take_until(&rest, ':');
	if (!str_to_i64(chat, &number) || str_is_empty(rest))
		return place;
	place.chat = chat;
	*(is_callback ? &place.callback : &place.message) = rest;
	return place;
}

enum err telegram_request(struct pool *pool, const struct conf *conf, const struct channel *channel, const char *method,
	struct str body, int timeout_ms, struct http_request *out)
{
	struct buf url;
	if (!channel->secret[TELEGRAM_TOKEN])
		return ERR_INVALID;
	buf_init(&url, 8192);
	buf_addf(&url, "%s/bot", conf->telegram_base_url);
	buf_add_str(&url, secret_bytes(channel->secret[TELEGRAM_TOKEN]));
	buf_addf(&url, "/%s", method);
	*out = (struct http_request){ .method = "POST",
		.url = secret_bytes(secret_in_pool(pool, buf_str(&url))).p,
		.content_type = body.p ? STR("application/json") : STR_NONE,
		.body = body,
		.timeout_ms = timeout_ms };
	secret_wipe(url.data, url.len);
	buf_fini(&url);
	return ERR_OK;
}

/* Takes the body over. */
static enum err request_with(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const char *method, struct buf *body, struct http_request *out)
{
	enum err e = body->err;
	if (e == ERR_OK)
		e = telegram_request(
			pool, conf, channel, method, pool_str(pool, buf_str(body)), (int)conf->outbox_timeout_ms, out);
	buf_fini(body);
	return e;
}

/* A number where it is one: the Bot API takes chat ids of 64 bits as numbers only. */
static void telegram_send_write_number(struct json_writer *w, const char *key, struct str value)
{
	int64_t number;
	if (str_to_i64(value, &number))
		json_member_i64(w, key, number);
}

static const char telegram_send_topic_direct[] = "direct_messages_topic_id";

/* The parameter by which a message goes to its topic; NULL: it goes to the chat itself. `*id` is the topic's. */
static const char *telegram_send_topic(const struct json *topic, int64_t *id)
{
	if (!str_to_i64(json_str(json_get(topic, "id")), id))
		return NULL;
	return json_bool(json_get(topic, "direct"), false) ? telegram_send_topic_direct : "message_thread_id";
}

/* Shown for 5 s or until the answer. A topic among the direct messages of a channel takes none. */
enum err telegram_build_seen(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct received *message, struct http_request *out)
{
	struct telegram_place place = telegram_place_of(message->provider_id);
	int64_t topic_id;
	const char *topic = telegram_send_topic(message->topic, &topic_id);
	struct buf b;
	struct json_writer w;
	if (!place.chat.p || topic == telegram_send_topic_direct)
		return ERR_INVALID;
	buf_init(&b, 4096);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	telegram_send_write_number(&w, "chat_id", place.chat);
	if (topic)
		json_member_i64(&w, topic, topic_id);
	json_member_str(&w, "action", STR("typing"));
	json_end_object(&w);
	return request_with(pool, conf, channel, "sendChatAction", &b, out);
}

/* A pressed button shows a waiting mark until its query is answered. */
enum err telegram_build_acknowledge(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct received *message, struct http_request *out)
{
	struct telegram_place place = telegram_place_of(message->provider_id);
	struct buf b;
	struct json_writer w;
	if (!place.callback.p)
		return ERR_INVALID;
	buf_init(&b, 4096);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "callback_query_id", place.callback);
	json_end_object(&w);
	return request_with(pool, conf, channel, "answerCallbackQuery", &b, out);
}

/* reply_markup: one button a row; what is pressed comes back as its data, of which Telegram takes 64 bytes. Absent
 * without buttons. */
static struct str telegram_send_keyboard(struct pool *pool, const struct outgoing *message)
{
	struct buf b;
	struct json_writer w;
	if (message->n_buttons == 0)
		return STR_NONE;
	buf_init(&b, KEYBOARD_MAX_BYTES);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_key(&w, "inline_keyboard");
	json_begin_array(&w);
	for (int i = 0; i < message->n_buttons; i++) {
		json_begin_array(&w);
		json_begin_object(&w);
		json_member_str(&w, "text", message->buttons[i]);
		json_member_str(&w, "callback_data", str_cut(message->buttons[i], CALLBACK_MAX_BYTES));
		json_end_object(&w);
		json_end_array(&w);
	}
	json_end_array(&w);
	json_end_object(&w);
	return pool_take(pool, &b);
}

/* Takes the body over. */
static enum err telegram_send_with_keyboard(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct outgoing *message, const char *method, struct buf *body, struct json_writer *w,
	struct http_request *out)
{
	struct str keyboard = telegram_send_keyboard(pool, message);
	if (keyboard.p) {
		json_key(w, "reply_markup");
		json_write_raw(w, keyboard);
	}
	json_end_object(w);
	return request_with(pool, conf, channel, method, body, out);
}

/* reply_parameters as a field of a form takes them; absent for no message. */
static struct str telegram_send_reply(struct pool *pool, struct str quoted)
{
	int64_t id;
	if (!str_to_i64(quoted, &id))
		return STR_NONE;
	return pool_printf(pool, "{\"message_id\":%lld,\"allow_sending_without_reply\":true}", (long long)id);
}

/* The same as a field of a form. */
void telegram_form_topic(struct pool *pool, struct http_form *form, const struct json *topic)
{
	int64_t id;
	const char *name = telegram_send_topic(topic, &id);
	if (name)
		http_form_text(form, name, pool_printf(pool, "%lld", (long long)id));
}

/* sendVenue where the place has a name and an address, else sendLocation. Takes the body over. */
static enum err telegram_send_place(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct outgoing *message, struct buf *body, struct json_writer *w, struct http_request *out)
{
	const struct outgoing_place *place = message->place;
	bool venue = !str_is_empty(place->name) && !str_is_empty(place->address);
	json_key(w, "latitude");
	json_write_double(w, place->latitude);
	json_key(w, "longitude");
	json_write_double(w, place->longitude);
	if (venue) {
		json_member_str(w, "title", place->name);
		json_member_str(w, "address", place->address);
	}
	return telegram_send_with_keyboard(
		pool, conf, channel, message, venue ? "sendVenue" : "sendLocation", body, w, out);
}

enum err telegram_build_send(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct outgoing *message, struct http_request *out, struct explain *why)
{
	struct buf b;
	struct json_writer w;
	int64_t chat, topic_id;
	struct telegram_place place = telegram_place_of(message->reply_to);
	const char *topic = telegram_send_topic(message->topic, &topic_id);
	/* A chat that has got another id counts its messages again. */
	struct str quoted = str_equal(place.chat, message->to_user_id) ? place.message : STR_NONE;
	if (!channel->secret[TELEGRAM_TOKEN])
		return explain(why, ERR_INVALID, "the channel has no bot token: connect it again");
	if (!str_to_i64(message->to_user_id, &chat))
		return explain(why, ERR_INVALID, "the customer has no chat id");
	if (message->file)
		return telegram_build_file(pool, conf, channel, message, telegram_send_reply(pool, quoted),
			telegram_send_keyboard(pool, message), out);
	buf_init(&b, 1 << 17);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_i64(&w, "chat_id", chat);
	if (topic)
		json_member_i64(&w, topic, topic_id);
	if (message->place)
		return telegram_send_place(pool, conf, channel, message, &b, &w, out);
	json_member_str(&w, "text", message->body);
	json_key(&w, "link_preview_options");
	json_begin_object(&w);
	json_member_bool(&w, "is_disabled", true);
	json_end_object(&w);
	if (quoted.p) {
		json_key(&w, "reply_parameters");
		json_begin_object(&w);
		telegram_send_write_number(&w, "message_id", quoted);
		json_member_bool(&w, "allow_sending_without_reply", true);
		json_end_object(&w);
	}
	enum err e = telegram_send_with_keyboard(pool, conf, channel, message, "sendMessage", &b, &w, out);
	return e == ERR_OK ? e : explain(why, e, "the text is too long");
}

static struct str telegram_send_id_of(struct pool *pool, const struct json *result)
{
	struct str chat = json_text(pool, json_path(result, "chat", "id", NULL)),
		   message = json_text(pool, json_get(result, "message_id"));
	return chat.p && message.p ? pool_printf(pool, "%.*s:%.*s", (int)chat.n, chat.p, (int)message.n, message.p)
				   : STR_NONE;
}

static void apply_remedy(
	struct pool *pool, enum telegram_remedy remedy, const struct json *parameters, struct send_result *out)
{
	if (remedy == TELEGRAM_AS_IT_IS)
		return;
	out->wait_exactly = true; /* nothing gets better by waiting */
	out->without_reply = remedy == TELEGRAM_WITHOUT_REPLY;
	out->without_topic = remedy == TELEGRAM_WITHOUT_TOPIC;
	int64_t chat;
	if (json_i64(json_get(parameters, "migrate_to_chat_id"), &chat))
		out->moved_to = pool_printf(pool, "%lld", (long long)chat);
	else if (remedy == TELEGRAM_TO_NEW_CHAT)
		out->wait_exactly = false; /* the service message with the new id is still on its way */
}

/* The second more is Telegram's own advice: its clock and ours are not one. */
static void apply_flood_wait(const struct json *parameters, struct send_result *out)
{
	int64_t seconds;
	if (out->class != SEND_CLASS_PAIR || !json_i64(json_get(parameters, "retry_after"), &seconds))
		return;
	out->wait_ms = send_wait_ms(seconds) + 1000;
	out->may_be_overall = true; /* the answer does not say which limit it was */
	out->wait_exactly = true;
}

void telegram_judge_send(struct pool *pool, const struct http_response *response, struct send_result *out)
{
	const struct json *body = NULL;
	*out = (struct send_result){ .outcome = SEND_FAILED };
	if (response->outcome != HTTP_ANSWERED) {
		send_judge_silence(pool, &telegram_channel, response, out);
		return;
	}
	if (json_parse(pool, response->body, &body, NULL) != ERR_OK)
		body = NULL;
	const struct json *ok = json_get(body, "ok");
	bool said_yes =
		json_bool(ok, false) || (!body && str_has_prefix(response->body, STR("{\"ok\":true"))); /* cut off */
	bool said_no = json_kind(ok) == JSON_BOOL && !said_yes;
	out->file_id = said_yes ? telegram_sent_file(pool, json_get(body, "result")) : STR_NONE;
	struct str id = telegram_send_id_of(pool, json_get(body, "result"));
	if (said_yes && str_is_empty(id)) {
		out->outcome = SEND_ACCEPTED; /* taken, whatever it is called: to send it again would say it twice */
		return;
	}
	if (said_yes || (response->status >= 200 && response->status < 300 && !said_no)) {
		send_judge_success(pool, &telegram_channel, response, id, out);
		return;
	}
	const struct telegram_error *error = telegram_error_judge(response->status, body);
	const struct json *parameters = json_get(body, "parameters");
	struct str code = json_text(pool, json_get(body, "error_code")),
		   description = json_str(json_get(body, "description"));
	out->code = code.p ? code : pool_printf(pool, "http-%d", response->status);
	out->code = str_cut(out->code, SEND_CODE_MAX_BYTES);
	out->details = str_is_empty(description) ? STR_NONE : send_shortened(pool, description);
	send_rule_apply(out, &error->rule);
	apply_remedy(pool, error->remedy, parameters, out);
	apply_flood_wait(parameters, out);
}
