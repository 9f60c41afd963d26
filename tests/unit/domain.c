/*
 * domain.c - the unit tests of src/domain that need no database: window, backoff, bot mode, the writer of items,
 * waking.
 */
#include "domain.h"

#include "check.h"
#include "tap.h"

#include "core/log.h"
#include "domain/work/backoff.h"
#include "domain/bot-mode.h"
#include "domain/costs/costs.h"
#include "domain/inbound/inbound.h"
#include "domain/work/wake.h"
#include "domain/hours/window.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void the_window_closes_five_minutes_early(void)
{
	CHECK_INT(WINDOW_OPEN_S, 86100);
	CHECK_INT(window_left_s(0, true), 86100);
	CHECK_INT(window_left_s(0.9, true), 86100);
	CHECK_INT(window_left_s(3600, true), 82500);
	CHECK_INT(window_left_s(86099.5, true), 1);
	CHECK_INT(window_left_s(86100, true), 0);
	CHECK_INT(window_left_s(1e12, true), 0);
	CHECK_INT(window_left_s(-30, true), 86100); /* their clock is ahead of ours */
	CHECK_INT(window_left_s(10, false), 0);
}

static void markets_and_rates_are_found(void)
{
	static const struct {
		const char *prefix, *market;
	} table[] = { { "4915", "Germany" }, { "1650", "North America" }, { "1809", "Rest of Latin America" },
		{ "7701", "Kazakhstan" }, { "7495", "Russia" }, { "9053", "Turkey" }, { "TR", "Turkey" },
		{ "9715", "United Arab Emirates" }, { "1876", "Rest of Latin America" },
		{ "1939", "Rest of Latin America" }, { "1204", "North America" },
		{ "3069", "Rest of Central & Eastern Europe" }, { "4879", "Poland" }, { "8529", "Hong Kong" },
		{ "6591", "Singapore" }, { "3519", "Rest of Western Europe" }, { "3546", "Other" },
		{ "3706", "Rest of Central & Eastern Europe" }, { "3725", "Other" }, { "2126", "Morocco" },
		{ "2557", "Rest of Africa" }, { "2637", "Other" }, { "9689", "Oman" },
		{ "9627", "Rest of Middle East" }, { "9891", "Other" }, { "9989", "Rest of Asia Pacific" },
		{ "8821", "Other" }, { "PR", "Rest of Latin America" }, { "ZW", "Other" } };
	for (size_t i = 0; i < COUNT(table); i++)
		CHECK_STR(str_of(costs_market(str_of(table[i].prefix))), table[i].market);
	CU_ASSERT_PTR_NULL(costs_market(STR("")));
	struct rate_card card = {
		.text = STR("effective_from,currency,market,category,rate\n2026-10-01,USD,Brazil,service,0.0034\n"
			    "2027-01-01,USD,Brazil,service,0.01\n2026-07-01,USD,Brazil,service,0.002\n"
			    "2026-10-01,EUR,Germany,service,x"),
		.currency = STR("USD")
	};
	int64_t rate = 0;
	CU_ASSERT_TRUE(costs_rate(&card, STR("2026-11-30"), "Brazil", STR("service"), &rate));
	CHECK_INT(rate, 3400);
	CU_ASSERT_FALSE(costs_rate(&card, STR("2026-11-30"), "Brazil", STR("marketing"), &rate));
	CU_ASSERT_FALSE(costs_rate(&card, STR("2026-06-30"), "Brazil", STR("service"), &rate));
	CU_ASSERT_FALSE(costs_rate(&card, STR("2026-11-30"), NULL, STR("service"), &rate));
	card.currency = STR("EUR");
	CU_ASSERT_FALSE(costs_rate(&card, STR("2026-11-30"), "Germany", STR("service"), &rate)); /* never 0 */
	CHECK_INT(costs_forecast(300, 10, 30), 900);
	CHECK_INT(costs_forecast(300, 30, 30), 300);
}

static void backoff_grows_within_its_bounds(void)
{
	static const int64_t bounds[] = { 2000, 8000, 32000, 128000, 512000, 600000, 600000 };
	for (int attempt = 1; attempt <= 7; attempt++) {
		int64_t least = INT64_MAX, most = 0, bound = bounds[attempt - 1];
		for (int i = 0; i < 2000; i++) {
			int64_t ms = backoff_ms(attempt, 2000, 600000);
			least = ms < least ? ms : least;
			most = ms > most ? ms : most;
		}
		CU_ASSERT_TRUE(least >= bound / 10 && most <= bound);
		CU_ASSERT_TRUE(least < bound / 5 && most > bound * 9 / 10); /* and all of the range is used */
	}
	CU_ASSERT_TRUE(backoff_ms(1000000, 2000, 600000) <= 600000);
	CU_ASSERT_TRUE(backoff_ms(0, 2000, 600000) <= 2000);
	CU_ASSERT_TRUE(backoff_ms(3, 5000, 1000) <= 1000);
}

static void a_bot_mode_that_is_not_known_is_off(void)
{
	static const char *const bad[] = { "", "Active", "on", "active ", "shadowy" };
	enum bot_mode mode;
	for (int m = BOT_OFF; m <= BOT_ACTIVE; m++) {
		CU_ASSERT_TRUE(bot_mode_parse(str_of(bot_mode_name((enum bot_mode)m)), &mode));
		CHECK_INT(mode, m);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		mode = BOT_ACTIVE;
		CHECK_ROW(!bot_mode_parse(str_of(bad[i]), &mode) && mode == BOT_OFF, bad[i]);
	}
	mode = BOT_ACTIVE;
	CU_ASSERT_FALSE(bot_mode_parse(STR_NONE, &mode));
	CHECK_INT(mode, BOT_OFF);
}

static struct str written(struct pool *pool, const struct inbound_list *list, int64_t org)
{
	struct buf b;
	struct json_writer w;
	buf_init(&b, 1 << 20);
	json_writer_init(&w, &b);
	json_begin_array(&w);
	inbound_write(&w, list, org);
	json_end_array(&w);
	return pool_take(pool, &b);
}

static void items_are_written_as_the_database_takes_them(void)
{
	struct pool *pool = pool_new();
	struct inbound_list list;
	inbound_list_init(&list);
	CHECK_STR(written(pool, &list, 1), "[]");
	struct inbound *m = inbound_add(&list, pool, INBOUND_MESSAGE);
	*m = (struct inbound){ .op = INBOUND_MESSAGE,
		.org_id = 1,
		.channel_id = 2,
		.platform = "whatsapp",
		.provider_id = STR("w\"1"),
		.at_s = 5,
		.kind = STR("text"),
		.body = { "a\0b\xff", 4 },
		.text_like = true,
		.metadata = STR("{\"k\":[1]}") };
	inbound_identify(m, "wa_id", STR("49"));
	struct inbound *s = inbound_add(&list, pool, INBOUND_STATUS);
	s->status = STR("read");
	s->org_id = 1;
	inbound_add(&list, pool, INBOUND_STATUS)->org_id = 2; /* another organization's */
	CHECK_INT(list.n, 3);
	CHECK_STR(written(pool, &list, 1),
		"[{\"channel\":2,\"platform\":\"whatsapp\",\"op\":\"message\",\"provider_id\":\"w\\\"1\","
		"\"at\":5,\"kind\":\"text\",\"id_kinds\":[\"wa_id\"],\"id_values\":[\"49\"],"
		"\"direction\":\"inbound\",\"sender\":\"contact\",\"body\":\"a\xEF\xBF\xBD"
		"b\xEF\xBF\xBD\",\"text_like\":true,\"wants_answer\":false,\"opens_window\":false,"
		"\"takes_over\":false,\"metadata\":{\"k\":[1]}},{\"channel\":0,\"op\":\"status\","
		"\"at\":0,\"status\":\"read\"}]");
	pool_free(pool);
}

static void an_echo_is_outgoing_and_takes_over(void)
{
	struct pool *pool = pool_new();
	struct inbound_list list;
	inbound_list_init(&list);
	inbound_add(&list, pool, INBOUND_MESSAGE)->is_echo = true;
	struct str text = written(pool, &list, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(text.p, "\"direction\":\"outbound\",\"sender\":\"operator\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(text.p, "\"takes_over\":true"));
	pool_free(pool);
}

static void identities_are_few_and_sane(void)
{
	static char long_value[161];
	struct inbound item = { .n_identities = 0 };
	memset(long_value, 'x', sizeof(long_value));
	inbound_identify(&item, "wa_id", STR(""));
	inbound_identify(&item, "wa_id", STR_NONE);
	inbound_identify(&item, "wa_id", (struct str){ long_value, 161 });
	CHECK_INT(item.n_identities, 0);
	inbound_identify(&item, "wa_id", (struct str){ long_value, 160 });
	inbound_identify(&item, "wa_id", STR("other"));
	CHECK_INT(item.n_identities, 1);
	inbound_identify(&item, "bsuid", STR("a"));
	inbound_identify(&item, "parent_bsuid", STR("b"));
	inbound_identify(&item, "telegram", STR("c"));
	CHECK_INT(item.n_identities, INBOUND_IDENTITIES_MAX);
}

static bool is_woken(const struct wake_listener *listener)
{
	struct pollfd fd = { .fd = wake_socket(listener), .events = POLLIN };
	return poll(&fd, 1, 0) == 1;
}

/* What a sender that was killed leaves behind. */
static void leave_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CHECK_INT(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

static void a_datagram_wakes_the_listeners(void)
{
	char dir[] = "/tmp/deskbell-test-XXXXXX", *run_dir;
	struct wake_listener *listener;
	struct explain why;
	struct pool *pool = pool_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
	run_dir = pool_cstr(pool, pool_printf(pool, "%s/run", dir));
	const int64_t orgs[] = { 7, 8 };
	int64_t named[WAKE_ORGS_MAX];
	CHECK_INT(wake_senders(run_dir, orgs, 2), WAKE_NO_SENDER); /* no folder yet */
	wake_senders("", orgs, 2);
	CHECK_INT(wake_listen(run_dir, &listener, &why), ERR_OK);
	CU_ASSERT_FALSE(is_woken(listener));
	for (int i = 0; i < 500; i++) /* more than the queue holds: never blocks */
		CHECK_INT(wake_senders(run_dir, orgs, 2), WAKE_HEARD);
	CU_ASSERT_TRUE(is_woken(listener));
	CHECK_INT(wake_take(listener, named), 2);
	CHECK_INT(named[0], 7);
	CHECK_INT(named[1], 8);
	while (wake_take(listener, named) >= 0)
		;
	CHECK_INT(wake_senders(run_dir, orgs, WAKE_ORGS_MAX + 1), WAKE_HEARD);
	CHECK_INT(wake_take(listener, named), 0);
	CU_ASSERT_FALSE(is_woken(listener));
	wake_close(listener);
	wake_close(NULL);
	CHECK_INT(wake_senders(run_dir, orgs, 1), WAKE_NO_SENDER);
	leave_socket(pool_printf(pool, "%s/sender-99.sock", run_dir).p);
	CHECK_INT(wake_senders(run_dir, orgs, 1), WAKE_DIED);
	CHECK_INT(wake_senders(run_dir, orgs, 1), WAKE_NO_SENDER);
	CHECK_INT(rmdir(run_dir), 0); /* nothing is left behind */
	CHECK_INT(wake_listen("/proc/none/x", &listener, &why), ERR_IO);
	CHECK_INT(wake_listen(pool_printf(pool, "%s/%0120d", dir, 0).p, &listener, &why), ERR_IO);
	CHECK_INT(rmdir(pool_printf(pool, "%s/%0120d", dir, 0).p), 0);
	CHECK_INT(rmdir(dir), 0);
	pool_free(pool);
}

static CU_TestInfo rule_tests[] = {
	{ "the window closes five minutes early", the_window_closes_five_minutes_early },
	{ "markets and rates are found", markets_and_rates_are_found },
	{ "backoff grows within its bounds", backoff_grows_within_its_bounds },
	{ "a bot mode that is not known is off", a_bot_mode_that_is_not_known_is_off },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo inbound_tests[] = {
	{ "items are written as the database takes them", items_are_written_as_the_database_takes_them },
	{ "an echo is outgoing and takes over", an_echo_is_outgoing_and_takes_over },
	{ "identities are few and sane", identities_are_few_and_sane },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo wake_tests[] = {
	{ "a datagram wakes the senders that listen, and no other", a_datagram_wakes_the_listeners },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	CU_SuiteInfo suites[] = {
		{ "rules", NULL, NULL, NULL, NULL, rule_tests },
		{ "inbound", NULL, NULL, NULL, NULL, inbound_tests },
		{ "wake", NULL, NULL, NULL, NULL, wake_tests },
		{ "account", NULL, NULL, NULL, NULL, domain_account_tests },
		{ "fold", NULL, NULL, NULL, NULL, domain_fold_tests },
		{ "split", NULL, NULL, NULL, NULL, domain_split_tests },
		{ "settings", NULL, NULL, NULL, NULL, domain_settings_tests },
		{ "inbound", NULL, NULL, NULL, NULL, domain_inbound_tests },
		{ "search", NULL, NULL, NULL, NULL, domain_search_tests },
		{ "lead", NULL, NULL, NULL, NULL, domain_lead_tests },
		{ "hours", NULL, NULL, NULL, NULL, domain_hours_tests },
		{ "zone", NULL, NULL, NULL, NULL, domain_zone_tests },
		{ "wish", NULL, NULL, NULL, NULL, domain_wish_tests },
		CU_SUITE_INFO_NULL,
	};
	log_open("test-domain", "/dev/null", LOG_LEVEL_ERROR);
	return unit_main(suites);
}
