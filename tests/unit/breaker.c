/*
 * breaker.c - tests of circuit breakers: when one opens, for how long, who may probe, and what another program learns.
 */
#include "answer/llm/breaker.h"
#include "answer/llm/llm-endpoint.h"
#include "check.h"
#include "db.h"
#include "http-server.h"
#include "knowledge.h"

#include <poll.h>

#define PLACE "http://127.0.0.1:9/v1 m"

static struct breaker breaker_of(struct breakers *all, int64_t org)
{
	return (struct breaker){ .all = all, .org_id = org, .kind = ENDPOINT_CHAT, .endpoint = STR(PLACE) };
}

static bool admits(struct breaker *b)
{
	struct explain why = { "" };
	bool admitted = breaker_admits(b, &why);
	CU_ASSERT_EQUAL(admitted, why.text[0] == '\0');
	return admitted;
}

static void time_out(struct breaker *b, int n)
{
	for (int i = 0; i < n; i++)
		breaker_report(b, BREAKER_TIMED_OUT);
}

static int64_t pause_of(int64_t org)
{
	return test_number(
		"SELECT coalesce((SELECT pause_s FROM circuit_breakers WHERE org_id = %lld), -1)", (long long)org);
}

/* The time of the open breaker is over. Programs learn it when they load the breakers. */
static struct breakers *breaker_pause_over(int64_t org)
{
	test_do("UPDATE circuit_breakers SET open_until = now() - interval '1 second' WHERE org_id = %lld",
		(long long)org);
	return breakers_load(test_pool, test_db);
}

static void opens_after_timeouts_in_a_row(void)
{
	struct tenant t = test_tenant();
	struct breaker b = breaker_of(breakers_load(test_pool, test_db), t.org);
	time_out(&b, BREAKER_TIMEOUTS - 1);
	breaker_report(&b, BREAKER_FAILED);
	CU_ASSERT_TRUE(admits(&b));
	breaker_report(&b, BREAKER_ANSWERED);
	CHECK_INT(pause_of(t.org), -1);
	time_out(&b, BREAKER_TIMEOUTS - 1);
	CU_ASSERT_TRUE(admits(&b));
	time_out(&b, 1);
	CU_ASSERT_FALSE(admits(&b));
	CHECK_INT(pause_of(t.org), BREAKER_FIRST_S);
	/* calls that were under way */
	time_out(&b, 3);
	CHECK_INT(pause_of(t.org), BREAKER_FIRST_S);
}

static void is_of_one_endpoint(void)
{
	struct tenant t = test_tenant(), other = test_tenant();
	struct breakers *all = breakers_load(test_pool, test_db);
	struct breaker b = breaker_of(all, t.org), of_other = breaker_of(all, other.org), moved = b, embeddings = b;
	moved.endpoint = STR("http://127.0.0.1:10/v1 m");
	embeddings.kind = ENDPOINT_EMBEDDINGS;
	time_out(&b, BREAKER_TIMEOUTS);
	CU_ASSERT_FALSE(admits(&b));
	CU_ASSERT_TRUE(admits(&of_other));
	CU_ASSERT_TRUE(admits(&moved));
	CU_ASSERT_TRUE(admits(&embeddings));
	time_out(&moved, 1);
	CHECK_INT(test_number("SELECT failures FROM circuit_breakers WHERE org_id = %lld", (long long)t.org), 1);
	CU_ASSERT_TRUE(admits(&moved));
}

static void programs_that_end_count_together(void)
{
	struct tenant t = test_tenant();
	for (int i = 0; i < BREAKER_TIMEOUTS; i++) {
		struct breaker b = breaker_of(breakers_load(test_pool, test_db), t.org);
		CU_ASSERT_TRUE(admits(&b));
		time_out(&b, 1);
	}
	struct breaker b = breaker_of(breakers_load(test_pool, test_db), t.org);
	CU_ASSERT_FALSE(admits(&b));
}

static void one_call_probes(void)
{
	struct tenant t = test_tenant();
	struct breaker b = breaker_of(breakers_load(test_pool, test_db), t.org);
	time_out(&b, BREAKER_TIMEOUTS);
	for (int want = 2 * BREAKER_FIRST_S; want <= BREAKER_MAX_S * 2; want *= 2) {
		struct breakers *all = breaker_pause_over(t.org);
		struct breaker probe = breaker_of(all, t.org), second = probe;
		struct breaker elsewhere = breaker_of(breakers_load(test_pool, test_db), t.org);
		CU_ASSERT_TRUE(admits(&probe) && probe.is_probe);
		CU_ASSERT_FALSE(admits(&second));
		CU_ASSERT_FALSE(admits(&elsewhere));
		breaker_report(&probe, want == 2 * BREAKER_FIRST_S ? BREAKER_FAILED : BREAKER_TIMED_OUT);
		CU_ASSERT_FALSE(admits(&second));
		CHECK_INT(pause_of(t.org), want < BREAKER_MAX_S ? want : BREAKER_MAX_S);
	}
	struct breakers *all = breaker_pause_over(t.org), *stale = breakers_load(test_pool, test_db);
	struct breaker probe = breaker_of(all, t.org), elsewhere = breaker_of(stale, t.org);
	CU_ASSERT_TRUE(admits(&probe));
	breaker_report(&probe, BREAKER_ANSWERED);
	CHECK_INT(pause_of(t.org), -1);
	CU_ASSERT_TRUE(admits(&probe) && !probe.is_probe);
	CU_ASSERT_TRUE(admits(&elsewhere) && !elsewhere.is_probe);
}

static bool play_too_late(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	(void)server, (void)fd, (void)request, (void)nth;
	poll(NULL, 0, 600);
	return false;
}

static void count_call(void *arg, const struct llm_outcome *outcome)
{
	int *timed_out = arg;
	*timed_out += outcome->timed_out;
}

/* How many of as many calls as open a breaker were not answered in time. */
static int calls_that_time_out(struct breakers *all, int64_t org, const char *url, int *batch_texts)
{
	struct http_client *http = http_client_new(NULL);
	const struct llm_endpoint endpoint = { .base_url = str_of(url),
		.model = STR("m"),
		.timeout_ms = 300,
		.breaker = breaker_of(all, org),
		.batch_texts = batch_texts };
	int timed_out = 0;
	for (int i = 0; i < BREAKER_TIMEOUTS; i++)
		llm_endpoint_call(http, &(struct llm_call){ .endpoint = &endpoint,
						.path = "/embeddings",
						.members = STR("{\"input\":[]}"),
						.max_response_bytes = 1000,
						.done = count_call,
						.arg = &timed_out });
	while (http_client_active(http) > 0)
		http_client_run(http, NULL, 0, 1000);
	http_client_free(http);
	return timed_out;
}

/* A small machine takes longer for many texts than for one: customers' questions are still put to it. */
static void too_much_in_the_background_opens_none(void)
{
	struct tenant t = test_tenant();
	struct breakers *all = breakers_load(test_pool, test_db);
	struct breaker b = breaker_of(all, t.org);
	struct http_server *server = http_server_start(play_too_late);
	const char *url = http_server_url(server, "/v1");
	int batch = 64;
	CHECK_INT(calls_that_time_out(all, t.org, url, &batch), BREAKER_TIMEOUTS);
	CHECK_INT(pause_of(t.org), -1);
	CHECK_INT(calls_that_time_out(all, t.org, url, NULL), BREAKER_TIMEOUTS);
	CHECK_INT(pause_of(t.org), BREAKER_FIRST_S);
	CU_ASSERT_FALSE(admits(&b));
	http_server_stop(server);
}

CU_TestInfo breaker_tests[] = {
	{ "it opens after timeouts in a row, and stays so for calls under way", opens_after_timeouts_in_a_row },
	{ "it is of one organisation, kind, address and model", is_of_one_endpoint },
	{ "programs that end after one call count together", programs_that_end_count_together },
	{ "one call probes, and a probe that fails doubles the pause", one_call_probes },
	{ "a request in the background that is too much opens none", too_much_in_the_background_opens_none },
	CU_TEST_INFO_NULL,
};
