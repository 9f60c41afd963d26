/*
 * telegram-send.c - tests of what is sent to Telegram and of what its answers mean: the table of errors, the judgement,
 * the bytes of a request.
 */
#include "channel.h"

#include "check.h"

#include "channel/telegram/telegram-errors.h"
#include "channel/telegram/telegram.h"

/* ---- the table ---- */

static void every_rule_is_reachable_and_says_what_to_do(void)
{
	for (const struct telegram_error *e = telegram_errors; e->rule.first >= 0; e++) {
		struct pool *pool = pool_new();
		const char *about = e->says ? e->says : pool_printf(pool, "%d", e->rule.first).p;
		int code = e->rule.last > 999 ? 500 : e->rule.first;
		const char *body = pool_printf(pool, "{'error_code':%d,'description':'Words: %s, more'}", code,
			e->says ? e->says : "nothing that is known")
					   .p;
		CHECK_ROW(telegram_error_judge(400, test_json(pool, body)) == e, about);
		CHECK_ROW(test_is_explained(str_of(e->rule.reason)), about);
		CHECK_ROW(e->rule.class != SEND_CLASS_NONE && e->rule.class != SEND_CLASS_UNKNOWN, about);
		pool_free(pool);
	}
}

CU_TestInfo telegram_error_tests[] = {
	{ "every rule is reachable and says what to do", every_rule_is_reachable_and_says_what_to_do },
	CU_TEST_INFO_NULL,
};

/* ---- the judgement ---- */

static struct send_result judge(struct pool *pool, int status, const char *body)
{
	return test_judge(pool, &telegram_channel, status, str_of(body));
}

static void answers_are_judged(void)
{
	static const struct judged_answer table[] = {
		{ 200, "{'ok':true,'result':{'message_id':5,'chat':{'id':-1001234567890123}}}", SEND_ACCEPTED,
			SEND_CLASS_NONE, "", "-1001234567890123:5" },
		/* Taken, whatever it is called: it is not sent again. */
		{ 200, "{'ok':true,'result':true}", SEND_ACCEPTED, SEND_CLASS_NONE, "", "" },
		{ 200, "{'ok':true,'result':{'mess", SEND_ACCEPTED, SEND_CLASS_NONE, "", "" },
		{ 502, "{'ok':true,'result':{'message_id':5,'chat':{'id':42}}}", SEND_ACCEPTED, SEND_CLASS_NONE, "",
			"42:5" },
		{ 200, "", SEND_UNKNOWN, SEND_CLASS_UNKNOWN, "no-id", "" },
		{ 200, "{'ok':false,'description':'restarting'}", SEND_RETRY, SEND_CLASS_RETRY, "http-200", "" },
		{ 401, "{'ok':false,'error_code':401,'description':'Unauthorized'}", SEND_RETRY, SEND_CLASS_BROKEN,
			"401", "" },
		{ 404, "{'ok':false,'error_code':404,'description':'Not Found'}", SEND_RETRY, SEND_CLASS_BROKEN, "404",
			"" },
		{ 404, "{'ok':false,'error_code':404,'description':'Not Found: user not found'}", SEND_FAILED,
			SEND_CLASS_RECIPIENT, "404", "" },
		{ 404, "{'ok':false,'error_code':404,'description':'Not Found: chat'}", SEND_FAILED,
			SEND_CLASS_RECIPIENT, "404", "" },
		{ 409, "{'ok':false,'error_code':409,'description':'Conflict: x'}", SEND_RETRY, SEND_CLASS_BROKEN,
			"409", "" },
		{ 403, "{'ok':false,'error_code':'403','description':'FORBIDDEN: BOT WAS BLOCKED BY THE USER'}",
			SEND_FAILED, SEND_CLASS_RECIPIENT, "403", "" },
		{ 403, "{'ok':false,'error_code':403,'description':'x'}", SEND_FAILED, SEND_CLASS_RECIPIENT, "403",
			"" },
		{ 400, "{'ok':false,'error_code':400,'description':'Bad Request: chat not found'}", SEND_FAILED,
			SEND_CLASS_RECIPIENT, "400", "" },
		{ 400, "{'ok':false,'error_code':400,'description':'Bad Request: message is too long'}", SEND_FAILED,
			SEND_CLASS_REQUEST, "400", "" },
		{ 429, "{'ok':false,'error_code':429,'parameters':{'retry_after':3}}", SEND_RETRY, SEND_CLASS_PAIR,
			"429", "" },
		{ 429, "", SEND_RETRY, SEND_CLASS_PAIR, "http-429", "" },
		{ 500, "{'ok':false,'error_code':500,'description':'Internal Server Error'}", SEND_RETRY,
			SEND_CLASS_RETRY, "500", "" },
		{ 502, "<html>bad gateway</html>", SEND_RETRY, SEND_CLASS_RETRY, "http-502", "" },
		{ 400, "{'ok':false,'error_code':111,'description':'x'}", SEND_FAILED, SEND_CLASS_REQUEST, "111", "" },
		{ 503, "{'ok':false,'error_code':111,'description':'x'}", SEND_RETRY, SEND_CLASS_RETRY, "111", "" },
		{ 302, "", SEND_FAILED, SEND_CLASS_REQUEST, "http-302", "" }
	};
	test_judged(&telegram_channel, table, COUNT(table));
}

static void waits_and_remedies_are_exact(void)
{
	struct pool *pool = pool_new();
	struct send_result r = judge(pool, 429, "{'ok':false,'error_code':429,'parameters':{'retry_after':14}}");
	CU_ASSERT_TRUE(r.wait_exactly && r.wait_ms == 15000);
	r = judge(pool, 429, "{'ok':false,'error_code':429,'parameters':{'retry_after':99999999999}}");
	CHECK_INT(r.wait_ms, 86401000); /* nobody is believed for more than a day */
	r = judge(pool, 400,
		"{'ok':false,'error_code':400,'description':'x','parameters':{'migrate_to_chat_id':-"
		"1009007199254740991}}");
	CU_ASSERT_TRUE(r.outcome == SEND_RETRY && r.wait_exactly && r.wait_ms == 0 && r.max_attempts > 0);
	CHECK_STR(r.moved_to, "-1009007199254740991");
	r = judge(pool, 400,
		"{'ok':false,'error_code':400,'description':'Bad Request: message to be replied not found'}");
	CU_ASSERT_TRUE(r.outcome == SEND_RETRY && r.without_reply && r.wait_exactly && !r.moved_to.p);
	r = judge(pool, 403, "{'ok':false,'error_code':403,'description':'x'}");
	CU_ASSERT_TRUE(!r.without_reply && !r.wait_exactly && !r.moved_to.p);
	pool_free(pool);
}

static void silence_is_unknown_only_when_something_was_written(void)
{
	test_judged_silence(&telegram_channel);
}

static void gathered_examples_have_a_class_and_words(void)
{
	test_judged_examples(&telegram_channel, "tg-error", "tg-response");
}

/* ---- the request ---- */

static const struct conf conf = { .telegram_base_url = "http://127.0.0.1:1", .outbox_timeout_ms = 1234 };

static void the_bytes_of_a_request(void)
{
	struct pool *pool = pool_new();
	struct http_request request;
	struct channel c = { .org_id = 1, .id = 2, .ops = &telegram_channel };
	struct outgoing m = { .to_user_id = STR("-1009007199254740991"),
		.body = STR("Hi \"you\"\n*_👍/<"),
		.reply_to = STR("-1009007199254740991:17"),
		.tag = STR("db.t") };
	c.secret[TELEGRAM_TOKEN] = secret_in_pool(pool, STR("7:token"));
	CHECK_INT(telegram_build_send(pool, &conf, &c, &m, &request, NULL), ERR_OK);
	CHECK_STR(request.body, "{\"chat_id\":-1009007199254740991,\"text\":\"Hi \\\"you\\\"\\n*_👍/<\","
				"\"link_preview_options\":{\"is_disabled\":true},"
				"\"reply_parameters\":{\"message_id\":17,\"allow_sending_without_reply\":true}}");
	CHECK_STR(str_of(request.url), "http://127.0.0.1:1/bot7:token/sendMessage");
	CHECK_STR(str_of(request.method), "POST");
	CHECK_STR(request.content_type, "application/json");
	CHECK_INT(request.timeout_ms, 1234);
	CU_ASSERT_PTR_NULL(request.bearer);
	m.buttons[0] = STR("Yes \"please\"");
	m.n_buttons = 1;
	CHECK_INT(telegram_build_send(pool, &conf, &c, &m, &request, NULL), ERR_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(request.body.p, "\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"Yes "
						      "\\\"please\\\"\",\"callback_data\":\"Yes \\\"please\\\"\"}]]}"));
	m.n_buttons = 0;
	/* An update that is no message, a message of another chat, one of another bot: nothing that can be quoted. */
	static const char *const unquotable[] = { "edited_message:9", "-42:17", "7000000001/42:17" };
	for (size_t i = 0; i < COUNT(unquotable); i++) {
		m.reply_to = str_of(unquotable[i]);
		CHECK_INT(telegram_build_send(pool, &conf, &c, &m, &request, NULL), ERR_OK);
		CHECK_ROW(!strstr(request.body.p, "reply"), unquotable[i]);
	}
	struct received seen = { STR("42:5"), NULL }, pressed = { STR("callback:42:77"), NULL };
	CHECK_INT(telegram_build_seen(pool, &conf, &c, &seen, &request), ERR_OK);
	CHECK_STR(request.body, "{\"chat_id\":42,\"action\":\"typing\"}");
	CHECK_INT(json_parse(pool, STR("{\"id\":\"10\"}"), &seen.topic, NULL), ERR_OK);
	CHECK_INT(telegram_build_seen(pool, &conf, &c, &seen, &request), ERR_OK);
	CHECK_STR(request.body, "{\"chat_id\":42,\"message_thread_id\":10,\"action\":\"typing\"}");
	CHECK_INT(json_parse(pool, STR("{\"id\":\"10\",\"direct\":true}"), &seen.topic, NULL), ERR_OK);
	CHECK_INT(telegram_build_seen(pool, &conf, &c, &seen, &request), ERR_INVALID);
	CHECK_INT(telegram_build_seen(pool, &conf, &c, &pressed, &request), ERR_OK);
	CHECK_STR(request.body, "{\"chat_id\":42,\"action\":\"typing\"}");
	CHECK_INT(telegram_build_acknowledge(pool, &conf, &c, &pressed, &request), ERR_OK);
	CHECK_STR(str_of(request.url), "http://127.0.0.1:1/bot7:token/answerCallbackQuery");
	CHECK_STR(request.body, "{\"callback_query_id\":\"77\"}");
	pool_free(pool);
}

static void what_cannot_be_sent_is_not_built(void)
{
	struct pool *pool = pool_new();
	struct http_request request;
	struct explain why = { "" };
	struct channel c = { .ops = &telegram_channel };
	struct outgoing m = { .to_user_id = STR("42"), .body = STR("x"), .tag = STR("t") };
	CHECK_INT(telegram_build_send(pool, &conf, &c, &m, &request, &why), ERR_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "token"));
	c.secret[TELEGRAM_TOKEN] = secret_in_pool(pool, STR("7:token"));
	m.to_user_id = STR("@somebody");
	CHECK_INT(telegram_build_send(pool, &conf, &c, &m, &request, &why), ERR_INVALID);
	static const char *const nowhere[] = { "", "content:1", "my_chat_member:9", "42", "42:", ":5", "x:5" };
	for (size_t i = 0; i < COUNT(nowhere); i++) {
		struct received message = { str_of(nowhere[i]), NULL };
		CHECK_INT(telegram_build_seen(pool, &conf, &c, &message, &request), ERR_INVALID);
		CHECK_INT(telegram_build_acknowledge(pool, &conf, &c, &message, &request), ERR_INVALID);
	}
	struct received text = { STR("42:5"), NULL };
	CHECK_INT(telegram_build_acknowledge(pool, &conf, &c, &text, &request), ERR_INVALID);
	pool_free(pool);
}

/* A token is what @BotFather gives; anything else never reaches an address. */
static void only_a_token_is_a_token(void)
{
	static const struct {
		const char *token;
		bool good;
	} table[] = { { "123456:AAH-x_9", true }, { "123456", false }, { ":AAH", false }, { "12a:AAH", false },
		{ "123:AA/../x", false }, { "123:AA H", false }, { "123:", false }, { "123:a:b", false },
		{ "123456789012345678901:AAH", false } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct pool *pool = pool_new();
		struct channel c;
		struct explain why = { "" };
		const char *form = pool_printf(pool, "{'bot_token':'%s'}", table[i].token).p;
		enum err e = channel_read_form(pool, &telegram_channel,
			channel_form_of_json(pool, &telegram_channel, test_json(pool, form)), NULL, &c, &why);
		CHECK_ROW((e == ERR_OK) == table[i].good, table[i].token);
		CHECK_ROW(e == ERR_OK || !strstr(why.text, "AAH"), table[i].token);
		pool_free(pool);
	}
	for (int i = 0; telegram_channel.fields[i].name; i++)
		CU_ASSERT_TRUE(i < CHANNEL_FIELDS_MAX && telegram_channel.fields[i].shape
			       && telegram_channel.fields[i].where && telegram_channel.fields[i].max_bytes > 0);
}

CU_TestInfo telegram_send_tests[] = {
	{ "answers are judged", answers_are_judged },
	{ "waits and remedies are exact", waits_and_remedies_are_exact },
	{ "silence is unknown only when something was written", silence_is_unknown_only_when_something_was_written },
	{ "gathered examples have a class and words", gathered_examples_have_a_class_and_words },
	{ "the bytes of a request", the_bytes_of_a_request },
	{ "what cannot be sent is not built", what_cannot_be_sent_is_not_built },
	{ "only a token is a token", only_a_token_is_a_token },
	CU_TEST_INFO_NULL,
};
