/*
 * channel-judge.c - what the answers of any platform are tried against: a table of them, silence, the gathered
 * examples.
 */
#include "channel.h"

#include "check.h"

struct send_result test_judge(struct pool *pool, const struct channel_ops *ops, int status, struct str body)
{
	struct send_result result;
	char *text = pool_cstr(pool, body);
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	ops->judge_send(pool,
		&(struct http_response){
			.outcome = HTTP_ANSWERED, .status = status, .body = str_of(text), .retry_after_s = -1 },
		&result);
	return result;
}

bool test_is_explained(struct str reason)
{
	struct pool *pool = pool_new();
	struct str text = reason_text(pool, NULL, reason), next = reason_next(pool, NULL, reason);
	bool explained = text.p && next.p && test_is_sentence(text.p) && test_is_sentence(next.p);
	pool_free(pool);
	return explained;
}

void test_judged(const struct channel_ops *ops, const struct judged_answer *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pool *pool = pool_new();
		struct send_result r = test_judge(pool, ops, table[i].status, str_of(table[i].body));
		CHECK_ROW(r.outcome == table[i].outcome && r.class == table[i].class, table[i].body);
		CHECK_STR(r.code, table[i].code);
		CHECK_STR(r.provider_id, table[i].id);
		CHECK_ROW(r.outcome == SEND_ACCEPTED || test_is_explained(r.reason), table[i].body);
		pool_free(pool);
	}
}

void test_judged_silence(const struct channel_ops *ops)
{
	struct pool *pool = pool_new();
	struct send_result r;
	ops->judge_send(
		pool, &(struct http_response){ .outcome = HTTP_NOT_SENT, .reason = CODE(net_no_connection) }, &r);
	CHECK_INT(r.outcome, SEND_RETRY);
	CHECK_STR(r.reason, pool_printf(pool,
				    "{\"code\":\"send_unreachable\",\"args\":{\"platform\":\"%s\",\"reason\":{\"code\":"
				    "\"net_no_connection\"}}}",
				    ops->title)
				    .p);
	ops->judge_send(pool, &(struct http_response){ .outcome = HTTP_UNANSWERED }, &r);
	CHECK_INT(r.outcome, SEND_UNKNOWN);
	CU_ASSERT_TRUE(test_is_explained(r.reason));
	CU_ASSERT_EQUAL(strstr(reason_next(pool, NULL, r.reason).p, "status") != NULL,
		ops->limits.echo_wait_s > 0); /* is there who will tell? */
	pool_free(pool);
}

/* The examples' platform: the folder's walker hands no argument on. */
static const struct channel_ops *examined;

static void each_refusal(const char *name, struct str content)
{
	struct pool *pool = pool_new();
	struct send_result r = test_judge(pool, examined, 400, content);
	CHECK_ROW(r.outcome != SEND_ACCEPTED && r.class != SEND_CLASS_NONE && test_is_explained(r.reason), name);
	CHECK_ROW(!str_is_empty(r.code) && str_is_utf8(r.details), name);
	pool_free(pool);
}

static void each_success(const char *name, struct str content)
{
	struct pool *pool = pool_new();
	struct send_result r = test_judge(pool, examined, 200, content);
	CHECK_ROW(r.outcome == SEND_ACCEPTED ? examined == &telegram_channel || !str_is_empty(r.provider_id)
					     : r.outcome == SEND_UNKNOWN && test_is_explained(r.reason),
		name);
	pool_free(pool);
}

void test_judged_examples(const struct channel_ops *ops, const char *refusals, const char *successes)
{
	examined = ops;
	test_corpus(refusals, each_refusal);
	test_corpus(successes, each_success);
}
