/*
 * channel-send.c - tests of what is sent to Meta and of what its answers mean: the table of errors, the judgement, the
 * bytes of a request.
 */
#include "channel.h"

#include "check.h"

#include "channel/whatsapp/whatsapp-errors.h"
#include "channel/whatsapp/whatsapp.h"

/* ---- the table ---- */

static void every_rule_is_reachable_and_says_what_to_do(void)
{
	int n = 0;
	for (const struct send_rule *r = whatsapp_errors; r->first >= 0; r++, n++) {
		struct pool *pool = pool_new();
		const char *about = pool_printf(pool, "%d", r->first).p;
		CHECK_ROW(
			r->first <= r->last && whatsapp_error_find(r->first) == r && whatsapp_error_find(r->last) == r,
			about);
		CHECK_ROW(test_is_explained(str_of(r->reason)), about);
		CHECK_ROW(r->class != SEND_CLASS_NONE && r->class != SEND_CLASS_UNKNOWN && *send_class_name(r->class),
			about);
		CHECK_ROW(r->wait_ms >= 0 && r->max_attempts >= 0, about);
		CHECK_ROW(r->class != SEND_CLASS_THROTTLE || r->wait_ms > 0, about);
		for (const struct send_rule *other = r + 1; other->first >= 0; other++)
			CHECK_ROW(r->last < other->first || other->last < r->first, about);
		pool_free(pool);
	}
	CU_ASSERT_TRUE(n > 40);
}

static void codes_have_their_class(void)
{
	static const struct {
		int64_t code;
		const char *class;
	} table[] = { { 0, "channel-broken" }, { 1, "retry" }, { 2, "retry" }, { 4, "throttle" },
		{ 10, "channel-broken" }, { 100, "request" }, { 190, "channel-broken" }, { 200, "channel-broken" },
		{ 299, "channel-broken" }, { 368, "channel-broken" }, { 80007, "throttle" }, { 130403, "recipient" },
		{ 130429, "throttle" }, { 130472, "recipient" }, { 131000, "retry" }, { 131008, "request" },
		{ 131016, "retry" }, { 131026, "recipient" }, { 131031, "channel-broken" },
		{ 131042, "channel-broken" }, { 131047, "window" }, { 131048, "throttle" }, { 131049, "recipient" },
		{ 131051, "request" }, { 131056, "pair-rate" }, { 131057, "retry" }, { 131250, "request" },
		{ 132001, "request" }, { 133004, "retry" }, { 133010, "channel-broken" }, { 133016, "channel-broken" },
		{ 137000, "recipient" } };
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct send_rule *r = whatsapp_error_find(table[i].code);
		CHECK_ROW(r && !strcmp(send_class_name(r->class), table[i].class), table[i].class);
	}
	CU_ASSERT_PTR_NULL(whatsapp_error_find(999999));
	CU_ASSERT_PTR_NULL(whatsapp_error_find(-1));
	CU_ASSERT_PTR_NULL(whatsapp_error_find((int64_t)1 << 32)); /* not code 0 */
	CU_ASSERT_TRUE(whatsapp_error_find(1)->max_attempts > 6);  /* with the backoff: more than some minutes */
	CHECK_INT(whatsapp_error_find(131048)->wait_ms, 3600000);
}

static void what_has_no_known_code_goes_by_status(void)
{
	static const struct {
		int status;
		bool transient;
		enum send_class class;
	} table[] = { { 500, false, SEND_CLASS_RETRY }, { 503, false, SEND_CLASS_RETRY },
		{ 429, false, SEND_CLASS_RETRY }, { 408, false, SEND_CLASS_RETRY }, { 400, true, SEND_CLASS_RETRY },
		{ 0, true, SEND_CLASS_RETRY }, { 401, false, SEND_CLASS_BROKEN }, { 403, false, SEND_CLASS_BROKEN },
		{ 400, false, SEND_CLASS_REQUEST }, { 404, false, SEND_CLASS_REQUEST },
		{ 0, false, SEND_CLASS_REQUEST } };
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct send_rule *r = whatsapp_error_by_status(table[i].status, table[i].transient);
		CHECK_INT(r->class, table[i].class);
		CU_ASSERT_TRUE(test_is_explained(str_of(r->reason)));
	}
}

CU_TestInfo channel_error_tests[] = {
	{ "every rule is reachable and says what to do", every_rule_is_reachable_and_says_what_to_do },
	{ "codes have their class", codes_have_their_class },
	{ "what has no known code goes by status", what_has_no_known_code_goes_by_status },
	CU_TEST_INFO_NULL,
};

/* ---- the judgement ---- */

static struct send_result judge(struct pool *pool, int status, const char *body)
{
	return test_judge(pool, &whatsapp_channel, status, str_of(body));
}

static void answers_are_judged(void)
{
	static const struct judged_answer table[] = { { 200, "{'messages':[{'id':'wamid.1'}]}", SEND_ACCEPTED,
							      SEND_CLASS_NONE, "", "wamid.1" },
		{ 200, "{'messages':[{'id':'wamid.1','message_status':'accepted'}],'contacts':[{}]}", SEND_ACCEPTED,
			SEND_CLASS_NONE, "", "wamid.1" },
		{ 200, "{'messages':[]}", SEND_UNKNOWN, SEND_CLASS_UNKNOWN, "no-id", "" },
		{ 200, "{'messages':[{'id':''}]}", SEND_UNKNOWN, SEND_CLASS_UNKNOWN, "no-id", "" },
		{ 200, "", SEND_UNKNOWN, SEND_CLASS_UNKNOWN, "no-id", "" },
		{ 200, "<html>", SEND_UNKNOWN, SEND_CLASS_UNKNOWN, "no-id", "" },
		{ 400, "{'error':{'code':131056,'message':'m'}}", SEND_RETRY, SEND_CLASS_PAIR, "131056", "" },
		{ 400, "{'error':{'code':130429}}", SEND_RETRY, SEND_CLASS_THROTTLE, "130429", "" },
		{ 401, "{'error':{'code':190}}", SEND_RETRY, SEND_CLASS_BROKEN, "190", "" },
		{ 400, "{'error':{'code':'131047'}}", SEND_FAILED, SEND_CLASS_WINDOW, "131047", "" },
		{ 400, "{'error':{'code':131026}}", SEND_FAILED, SEND_CLASS_RECIPIENT, "131026", "" },
		{ 400, "{'error':{'code':100,'message':'Param text'}}", SEND_FAILED, SEND_CLASS_REQUEST, "100", "" },
		{ 400, "{'error':{'code':100,'error_subcode':33}}", SEND_RETRY, SEND_CLASS_BROKEN, "100", "" },
		{ 400, "{'error':{'code':100,'message':'Invalid OAuth access token'}}", SEND_RETRY, SEND_CLASS_BROKEN,
			"100", "" },
		{ 500, "{'error':{'code':131000}}", SEND_RETRY, SEND_CLASS_RETRY, "131000", "" },
		{ 503, "{'error':{'code':2}}", SEND_RETRY, SEND_CLASS_RETRY, "2", "" },
		{ 400, "{'error':{'code':555555}}", SEND_FAILED, SEND_CLASS_REQUEST, "555555", "" },
		{ 400, "{'error':{'code':555555,'is_transient':true}}", SEND_RETRY, SEND_CLASS_RETRY, "555555", "" },
		{ 502, "<html>bad gateway</html>", SEND_UNKNOWN, SEND_CLASS_UNKNOWN, "http-502", "" },
		{ 500, "", SEND_UNKNOWN, SEND_CLASS_UNKNOWN, "http-500", "" },
		{ 429, "", SEND_RETRY, SEND_CLASS_RETRY, "http-429", "" },
		{ 403, "blocked", SEND_RETRY, SEND_CLASS_BROKEN, "http-403", "" },
		{ 404, "{}", SEND_FAILED, SEND_CLASS_REQUEST, "http-404", "" },
		{ 302, "", SEND_FAILED, SEND_CLASS_REQUEST, "http-302", "" } };
	test_judged(&whatsapp_channel, table, COUNT(table));
}

/* Code 100 says only in its details what is wrong. */
static void the_details_of_code_100_are_read(void)
{
	static const struct {
		const char *details;
		enum send_class class;
		const char *reason;
	} table[] = { { "Param text['body'] must be at most 4096 characters long.", SEND_CLASS_REQUEST,
			      CODE(whatsapp_text_too_long) },
		{ "(#100) Param to is not a valid phone number", SEND_CLASS_RECIPIENT, CODE(whatsapp_phone_invalid) },
		{ "The phone number is not registered", SEND_CLASS_BROKEN, CODE(whatsapp_not_registered) },
		{ "Phone number is currently under review", SEND_CLASS_BROKEN, CODE(whatsapp_number_in_review) },
		{ "Phone number information is temporarily unavailable.", SEND_CLASS_RETRY, CODE(whatsapp_overloaded) },
		{ "Invalid parameter: context.message_id", SEND_CLASS_REQUEST, CODE(whatsapp_quote_gone) },
		{ "Something else", SEND_CLASS_REQUEST, CODE(whatsapp_part_refused) } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct pool *pool = pool_new();
		const char *body = pool_printf(pool,
			"{\"error\":{\"code\":100,\"message\":\"Invalid "
			"parameter\",\"error_data\":{\"details\":\"%s\"}}}",
			table[i].details)
					   .p;
		struct send_result r;
		whatsapp_judge_send(pool,
			&(struct http_response){
				.outcome = HTTP_ANSWERED, .status = 400, .body = str_of(body), .retry_after_s = -1 },
			&r);
		CHECK_ROW(r.class == table[i].class, table[i].details);
		CHECK_STR(r.reason, table[i].reason);
		CHECK_ROW(test_is_explained(r.reason), table[i].details);
		pool_free(pool);
	}
}

static void details_and_waits_are_kept(void)
{
	struct pool *pool = pool_new();
	struct send_result r = judge(
		pool, 400, "{'error':{'code':131009,'message':'m','error_data':{'details':'d'},'fbtrace_id':'T'}}");
	CHECK_STR(r.details, "d");
	CHECK_STR(r.trace, "T");
	r = judge(pool, 400, pool_printf(pool, "{'error':{'code':131009,'message':'%0299d\u00e9x'}}", 0).p);
	CHECK_INT(r.details.n, 299); /* cut before the character that would pass 300 */
	struct http_response response = { .outcome = HTTP_ANSWERED,
		.status = 429,
		.body = STR("{\"error\":{\"code\":130429}}"),
		.retry_after_s = 7 };
	whatsapp_judge_send(pool, &response, &r);
	CHECK_INT(r.wait_ms, 7000);
	response.retry_after_s = 0;
	whatsapp_judge_send(pool, &response, &r);
	CHECK_INT(r.wait_ms, 1000);
	response.retry_after_s = -1;
	response.usage = STR(
		"{\"1\":[{\"estimated_time_to_regain_access\":2},{\"estimated_time_to_regain_access\":5}],\"2\":7}");
	whatsapp_judge_send(pool, &response, &r);
	CHECK_INT(r.wait_ms, 300000);
	response.retry_after_s = INT64_MAX / 10; /* nobody is believed for more than a day */
	whatsapp_judge_send(pool, &response, &r);
	CHECK_INT(r.wait_ms, 86400000);
	pool_free(pool);
}

static void silence_is_unknown_only_when_something_was_written(void)
{
	test_judged_silence(&whatsapp_channel);
}

static void gathered_examples_have_a_class_and_words(void)
{
	test_judged_examples(&whatsapp_channel, "wa-error", "wa-send-response");
}

CU_TestInfo channel_judge_tests[] = {
	{ "answers are judged", answers_are_judged },
	{ "the details of code 100 are read", the_details_of_code_100_are_read },
	{ "details and waits are kept", details_and_waits_are_kept },
	{ "silence is unknown only when something was written", silence_is_unknown_only_when_something_was_written },
	{ "gathered examples have a class and words", gathered_examples_have_a_class_and_words },
	CU_TEST_INFO_NULL,
};

/* ---- the request ---- */

static const struct conf conf = {
	.graph_base_url = "http://127.0.0.1:1", .graph_version = "v25.0", .outbox_timeout_ms = 1234
};

static void the_bytes_of_a_request(void)
{
	struct pool *pool = pool_new();
	struct http_request request;
	struct channel c = { .org_id = 1, .id = 2, .ops = &whatsapp_channel, .external_id = STR("106540") };
	struct outgoing m = { .to_phone = STR("+491"),
		.to_user_id = STR("US.1"),
		.body = STR("Hi \"you\"\n👍/<"),
		.reply_to = STR("wamid.0"),
		.tag = STR("db.t") };
	c.secret[WHATSAPP_TOKEN] = secret_in_pool(pool, STR("token"));
	CHECK_INT(whatsapp_build_send(pool, &conf, &c, &m, &request, NULL), ERR_OK);
	CHECK_STR(request.body, "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\",\"to\":\"+491\","
				"\"type\":\"text\",\"text\":{\"body\":\"Hi "
				"\\\"you\\\"\\n👍/<\",\"preview_url\":false},"
				"\"context\":{\"message_id\":\"wamid.0\"},\"biz_opaque_callback_data\":\"db.t\"}");
	CHECK_STR(str_of(request.url), "http://127.0.0.1:1/v25.0/106540/messages");
	CHECK_STR(str_of(request.method), "POST");
	CHECK_STR(request.content_type, "application/json");
	CHECK_INT(request.timeout_ms, 1234);
	CU_ASSERT_PTR_EQUAL(request.bearer, c.secret[WHATSAPP_TOKEN]);
	m = (struct outgoing){ .to_user_id = STR("US.1"), .body = STR("x"), .tag = STR("t") };
	CHECK_INT(whatsapp_build_send(pool, &conf, &c, &m, &request, NULL), ERR_OK);
	CHECK_STR(request.body, "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\",\"recipient\":"
				"\"US.1\",\"type\":\"text\","
				"\"text\":{\"body\":\"x\",\"preview_url\":false},\"biz_opaque_callback_data\":\"t\"}");
	CHECK_INT(whatsapp_build_seen(pool, &conf, &c, &(struct received){ STR("wamid.0"), NULL }, &request), ERR_OK);
	CHECK_STR(request.body, "{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"wamid.0\","
				"\"typing_indicator\":{\"type\":\"text\"}}");
	pool_free(pool);
}

static void buttons_are_sent_below_a_short_text(void)
{
	struct pool *pool = pool_new();
	struct http_request request;
	struct channel c = { .ops = &whatsapp_channel, .external_id = STR("106540") };
	struct outgoing m = { .to_phone = STR("+491"),
		.body = STR("Did you mean"),
		.tag = STR("t"),
		.buttons = { STR("Delivery"), STR("\"Pay\"") },
		.n_buttons = 2 };
	c.secret[WHATSAPP_TOKEN] = secret_in_pool(pool, STR("token"));
	CHECK_INT(whatsapp_build_send(pool, &conf, &c, &m, &request, NULL), ERR_OK);
	CHECK_STR(request.body,
		"{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\",\"to\":\"+491\","
		"\"type\":\"interactive\",\"interactive\":{\"type\":\"button\",\"body\":{\"text\":\"Did you mean\"},"
		"\"action\":{\"buttons\":[{\"type\":\"reply\",\"reply\":{\"id\":\"Delivery\",\"title\":\"Delivery\"}},"
		"{\"type\":\"reply\",\"reply\":{\"id\":\"\\\"Pay\\\"\",\"title\":\"\\\"Pay\\\"\"}}]}},"
		"\"biz_opaque_callback_data\":\"t\"}");
	m.body = pool_printf(pool, "%01025d", 0);
	CHECK_INT(whatsapp_build_send(pool, &conf, &c, &m, &request, NULL), ERR_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(request.body.p, "\"type\":\"text\""));
	pool_free(pool);
}

static void what_cannot_be_sent_is_not_built(void)
{
	struct pool *pool = pool_new();
	struct http_request request;
	struct explain why = { "" };
	struct channel c = { .ops = &whatsapp_channel, .external_id = STR("106540") };
	struct outgoing m = { .to_phone = STR("+491"), .body = STR("x"), .tag = STR("t") };
	CHECK_INT(whatsapp_build_send(pool, &conf, &c, &m, &request, &why), ERR_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "access token"));
	c.secret[WHATSAPP_TOKEN] = secret_in_pool(pool, STR("token"));
	m.to_phone = STR_NONE;
	CHECK_INT(whatsapp_build_send(pool, &conf, &c, &m, &request, &why), ERR_INVALID);
	CHECK_INT(whatsapp_build_seen(pool, &conf, &c, &(struct received){ STR("content:1"), NULL }, &request),
		ERR_INVALID); /* an id that Meta does not know */
	CHECK_INT(whatsapp_build_seen(pool, &conf, &c, &(struct received){ STR_NONE, NULL }, &request), ERR_INVALID);
	pool_free(pool);
}

CU_TestInfo channel_send_tests[] = {
	{ "the bytes of a request", the_bytes_of_a_request },
	{ "buttons are sent below a short text", buttons_are_sent_below_a_short_text },
	{ "what cannot be sent is not built", what_cannot_be_sent_is_not_built },
	CU_TEST_INFO_NULL,
};
