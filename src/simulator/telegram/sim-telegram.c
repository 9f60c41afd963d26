/*
 * sim-telegram.c - Telegram's Bot API: paths, tokens, and the way an answer leaves.
 *
 * Owns routing, authentication and latency. Never knows a message, never records a token. Refuses what Telegram
 * refuses; of parameters it takes JSON and the query. Source: "Bot API", Making requests.
 */
#include "simulator/telegram/sim-telegram.h"

#include "core/clock.h"

#define JSON_TYPE "application/json"
#define PREFIX "/bot"
#define FILES "/file"

static void get_me(struct telegram_call *call);
static void answer_callback_query(struct telegram_call *call);

static const struct {
	const char *name;
	bool has_secrets;
	void (*answer)(struct telegram_call *call);
} methods[] = {
	{ "getMe", false, get_me },
	{ "sendMessage", false, telegram_send_message },
	{ "sendPhoto", false, telegram_send_file },
	{ "sendVideo", false, telegram_send_file },
	{ "sendAnimation", false, telegram_send_file },
	{ "sendAudio", false, telegram_send_file },
	{ "sendVoice", false, telegram_send_file },
	{ "sendDocument", false, telegram_send_file },
	{ "sendLocation", false, telegram_send_venue },
	{ "sendVenue", false, telegram_send_venue },
	{ "sendChatAction", false, telegram_send_chat_action },
	{ "answerCallbackQuery", false, answer_callback_query },
	{ "setWebhook", true, telegram_set_webhook },
	{ "deleteWebhook", false, telegram_delete_webhook },
	{ "getWebhookInfo", false, telegram_get_webhook_info },
	{ "getFile", false, telegram_get_file },
};

void telegram_fail(struct telegram_call *call, const struct telegram_error *error)
{
	struct exchange *ex = call->ex;

	buf_reset(&ex->out);
	if (error->html) {
		buf_add_cstr(&ex->out, error->html);
		exchange_answer(ex, error->code, "text/html");
		return;
	}
	telegram_error_write(&ex->out, error, call->sim->behaviour.retry_after_s);
	exchange_answer(ex, error->code, JSON_TYPE);
}

bool telegram_refuse(struct telegram_call *call, const char *words)
{
	struct str description = pool_printf(call->ex->pool, "Bad Request: %s", words);

	telegram_fail(call, &(struct telegram_error){ .code = 400, .description = description.p });
	return false;
}

void telegram_begin_result(struct telegram_call *call, struct json_writer *w)
{
	json_writer_init(w, &call->ex->out);
	json_begin_object(w);
	json_member_bool(w, "ok", true);
	json_key(w, "result");
}

void telegram_succeed(struct telegram_call *call, struct json_writer *w)
{
	json_end_object(w);
	exchange_answer(call->ex, 200, JSON_TYPE);
}

void telegram_succeed_true(struct telegram_call *call, const char *description)
{
	struct json_writer w;

	telegram_begin_result(call, &w);
	json_write_bool(&w, true);
	json_member_str(&w, "description", str_of(description));
	telegram_succeed(call, &w);
}

struct str telegram_text(struct telegram_call *call, const char *name)
{
	struct str text = call->form ? sim_form_text(call->form, name)
				     : json_text(call->ex->pool, json_get(call->ex->json, name));

	return text.p ? text : exchange_query(call->ex, name);
}

struct customer *telegram_need_chat(struct telegram_call *call)
{
	struct str chat = telegram_text(call, "chat_id"), bot = str_of(call->bot->id);
	struct customers *all = &call->sim->customers;
	struct customer *customer = str_is_empty(chat) ? NULL : customers_find(all, bot, chat, STR_NONE);

	if (str_is_empty(chat))
		telegram_refuse(call, "chat_id is empty");
	else if (!customer && call->sim->behaviour.enforce_chats)
		telegram_refuse(call, "chat not found");
	else if (!customer)
		customer = customers_get(all, bot, chat, STR_NONE, STR("Somebody"));
	return customer;
}

struct str telegram_message_key(struct pool *pool, struct str chat, int64_t message_id)
{
	return pool_printf(pool, "%.*s:%lld", (int)chat.n, chat.p, (long long)message_id);
}

static void get_me(struct telegram_call *call)
{
	struct json_writer w;
	int64_t id;

	telegram_begin_result(call, &w);
	json_begin_object(&w);
	if (str_to_i64(str_of(call->bot->id), &id))
		json_member_i64(&w, "id", id);
	json_member_bool(&w, "is_bot", true);
	json_member_str(&w, "first_name", str_of(call->bot->first_name));
	json_member_str(&w, "username", str_of(call->bot->username));
	json_member_bool(&w, "can_join_groups", true);
	json_member_bool(&w, "can_read_all_group_messages", false);
	json_end_object(&w);
	telegram_succeed(call, &w);
}

static void answer_callback_query(struct telegram_call *call)
{
	if (bot_close_query(call->bot, telegram_text(call, "callback_query_id")))
		telegram_succeed_true(call, NULL);
	else
		telegram_refuse(call, "query is too old and response timeout expired or query ID is invalid");
}

static bool telegram_owns(struct str path)
{
	if (str_has_prefix(path, STR(FILES)))
		path = (struct str){ path.p + sizeof(FILES) - 1, path.n - sizeof(FILES) + 1 };
	return str_has_prefix(path, STR(PREFIX)) && path.n > 4 && path.p[4] >= '0' && path.p[4] <= '9';
}

/* /bot<token>/<method>: a token without a colon is no path of the Bot API at all. */
static bool sim_telegram_authenticate(struct telegram_call *call)
{
	size_t before = (call->is_file ? sizeof(FILES) - 1 : 0) + sizeof(PREFIX) - 1;
	struct str rest = { call->ex->path.p + before, call->ex->path.n - before };
	struct str token = str_take_until(&rest, '/'), secret = token, number = str_take_until(&secret, ':');
	const struct bot *meant = bots_find(&call->sim->bots, number);

	call->method = rest;
	call->number = str_of(meant ? meant->id : NULL);
	if (str_find_char(token, ':') < 0) {
		telegram_fail(call, &(struct telegram_error){ .code = 404, .description = "Not Found" });
		return false;
	}
	call->bot = bots_find_token(&call->sim->bots, token);
	if (!call->bot)
		telegram_fail(call, &(struct telegram_error){ .code = 401, .description = "Unauthorized" });
	return call->bot;
}

static void sim_telegram_answer_call(struct telegram_call *call)
{
	struct sim_form form;
	call->is_file = str_has_prefix(call->ex->path, STR(FILES));
	if (!sim_telegram_authenticate(call))
		return;
	if (call->is_file) {
		telegram_serve_file(call, call->method);
		return;
	}
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (str_equal_nocase(call->method, str_of(methods[i].name))) {
			call->has_secrets = methods[i].has_secrets;
			if (sim_form_read(call->ex, &form)) {
				call->form = &form;
				call->has_secrets = true; /* not recorded: it is no text */
				methods[i].answer(call);
				call->form = NULL;
			} else if (call->ex->body.n && !call->ex->json)
				telegram_refuse(call, "can't parse JSON object");
			else
				methods[i].answer(call);
			return;
		}
	telegram_fail(call, &(struct telegram_error){ .code = 404, .description = "Not Found: method not found" });
}

static void sim_telegram_record(struct telegram_call *call)
{
	const struct exchange *ex = call->ex;
	const char *outcome = call->outcome ? call->outcome : ex->status == 200 ? "answered" : "refused";
	bool silent = !strcmp(outcome, "reset") || !strcmp(outcome, "hung") || !strcmp(outcome, "response_lost");

	records_add_request(&call->sim->records,
		&(struct request_record){ .at_ms = clock_wall_ms(),
			.status = silent ? 0 : ex->status,
			.outcome = outcome,
			.method = str_of(ex->method),
			.path = pool_printf(ex->pool, PREFIX "%s/%.*s", call->number.p ? call->number.p : "?",
				(int)call->method.n, call->method.p ? call->method.p : ""),
			.body = call->has_secrets ? STR("(not recorded)") : ex->body });
}

static void telegram_answer(struct simulator *sim, struct exchange *ex)
{
	struct telegram_call call = { .sim = sim, .ex = ex, .latency_ms = simulator_latency_ms(sim) };

	sim_telegram_answer_call(&call);
	sim_telegram_record(&call);
	if (call.latency_ms <= 0)
		return;
	exchange_hold(ex);
	loop_after(sim->loop, call.latency_ms, exchange_release_arg, NULL, ex);
}

const struct platform platform_telegram = { .name = "telegram", .owns = telegram_owns, .answer = telegram_answer };
