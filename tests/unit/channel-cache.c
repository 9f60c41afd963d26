/*
 * channel-cache.c - tests of the receiver's memory of channels, with a real database: an edit and a disconnect are live
 * within five seconds, what a request holds stays whole meanwhile, and many threads may ask at once. And of its record
 * of attempts.
 */
#include "check.h"
#include "db.h"
#include "tap.h"

#include "channel/whatsapp/whatsapp.h"
#include "webhook/webhook-log.h"
#include "webhook/channel-cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static struct crypt_keys *keys;
static struct db_pool *connections;

static void make_keys(void)
{
	char dir[] = "/tmp/deskbell-test-XXXXXX";
	struct explain why = { "no temporary folder" };
	const char *path = mkdtemp(dir) ? pool_printf(test_pool, "%s/key", dir).p : NULL;
	if (!path || crypt_keys_create(path, &why) != ERR_OK || crypt_keys_load(path, &keys, &why) != ERR_OK)
		fatal(ERR_IO, "%s", why.text);
	unlink(path);
	rmdir(dir);
}

/* Gives the tenant's channel this app secret. */
static void save_secret(struct tenant t, const char *secret)
{
	struct channel c = { .org_id = t.org, .id = t.channel, .ops = &whatsapp_channel };
	struct pool *pool = pool_new();
	struct buf config;
	c.secret[WHATSAPP_APP_SECRET] = secret_in_pool(pool, str_of(secret));
	buf_init(&config, 1 << 16);
	channel_seal(keys, &c, &config);
	test_do("UPDATE channels SET config = '%s' WHERE org_id = %lld", buf_cstr(&config), (long long)t.org);
	buf_fini(&config);
	pool_free(pool);
}

static struct str id_of(struct tenant t, const char *column)
{
	return test_text("SELECT %s FROM channels WHERE org_id = %lld", column, (long long)t.org);
}

/* The secret that the cache tells, "" when it knows no such channel. */
static struct str secret_told(
	struct channel_cache *cache, struct pool *pool, struct str external_id, struct str account_id)
{
	struct channel_set set = { NULL, 0 };
	CHECK_INT(channel_cache_find(cache, pool, "whatsapp", external_id, account_id, &set), ERR_OK);
	return set.n == 1 ? secret_bytes(set.channels[0].secret[WHATSAPP_APP_SECRET]) : STR("");
}

static void found_by_id_or_account(void)
{
	struct tenant t = test_tenant();
	struct channel_cache *cache = channel_cache_new(connections, keys);
	struct pool *pool = pool_new();
	struct channel_set set;
	save_secret(t, "first");
	struct str id = id_of(t, "external_id"), account = id_of(t, "account_id");
	CHECK_STR(secret_told(cache, pool, id, STR_NONE), "first");
	CHECK_STR(secret_told(cache, pool, STR_NONE, account), "first");
	CHECK_STR(secret_told(cache, pool, STR("nobody's"), STR_NONE), "");
	CHECK_STR(secret_told(cache, pool, account, STR_NONE), ""); /* an account is no id */
	CHECK_INT(channel_cache_find(cache, pool, "whatsapp", id, STR_NONE, &set), ERR_OK);
	CU_ASSERT_TRUE(set.n == 1 && set.channels[0].org_id == t.org && set.channels[0].id == t.channel
		       && set.channels[0].pending);
	pool_free(pool);
	channel_cache_free(cache);
}

static void a_change_is_live_in_five_seconds(void)
{
	struct tenant t = test_tenant(), gone = test_tenant();
	struct channel_cache *cache = channel_cache_new(connections, keys);
	struct pool *before = pool_new(), *after = pool_new();
	save_secret(t, "first");
	save_secret(gone, "first");
	struct str id = id_of(t, "external_id"), gone_id = id_of(gone, "external_id");
	struct str held = secret_told(cache, before, id, STR_NONE);
	CHECK_STR(secret_told(cache, before, gone_id, STR_NONE), "first");
	save_secret(t, "second");
	test_do("UPDATE channels SET disconnected_at = now() WHERE org_id = %lld", (long long)gone.org);
	CHECK_STR(secret_told(cache, before, id, STR_NONE), "first");
	usleep(5050000);
	CHECK_STR(secret_told(cache, after, id, STR_NONE), "second");
	CHECK_STR(secret_told(cache, after, gone_id, STR_NONE), "");
	CHECK_STR(held, "first"); /* a request that is under way keeps what it got */
	pool_free(before);
	pool_free(after);
	channel_cache_free(cache);
}

static void a_channel_that_does_not_open_is_left_out(void)
{
	struct tenant t = test_tenant();
	struct channel_cache *cache = channel_cache_new(connections, keys);
	struct pool *pool = pool_new();
	test_do("UPDATE channels SET config = '{\"app_secret\": \"s1.00000000.AAAA\"}' WHERE org_id = %lld",
		(long long)t.org);
	CHECK_STR(secret_told(cache, pool, id_of(t, "external_id"), STR_NONE), "");
	pool_free(pool);
	channel_cache_free(cache);
}

struct asker {
	struct channel_cache *cache;
	struct str ids[40];
	int wrong;
	pthread_t thread;
};

static void *ask_often(void *arg)
{
	struct asker *a = arg;
	for (int i = 0; i < 400; i++) {
		struct pool *pool = pool_new();
		struct channel_set set = { NULL, 0 };
		struct str id = a->ids[(size_t)(i * 7) % COUNT(a->ids)];
		if (channel_cache_find(a->cache, pool, "whatsapp", id, STR_NONE, &set) != ERR_OK || set.n > 1
			|| (set.n == 1 && !str_equal(set.channels[0].external_id, id)))
			a->wrong++;
		pool_free(pool);
	}
	return NULL;
}

static void many_threads_ask_at_once(void)
{
	struct channel_cache *cache = channel_cache_new(connections, keys);
	struct asker askers[8];
	struct tenant t = test_tenant();
	for (size_t i = 0; i < COUNT(askers); i++) {
		askers[i] = (struct asker){ .cache = cache };
		for (size_t k = 0; k < COUNT(askers[i].ids); k++)
			askers[i].ids[k] = k ? pool_printf(test_pool, "id-%zu", k) : id_of(t, "external_id");
	}
	for (size_t i = 0; i < COUNT(askers); i++)
		pthread_create(&askers[i].thread, NULL, ask_often, &askers[i]);
	for (size_t i = 0; i < COUNT(askers); i++) {
		pthread_join(askers[i].thread, NULL);
		CHECK_INT(askers[i].wrong, 0);
	}
	channel_cache_free(cache);
}

static void a_database_that_is_away_is_told(void)
{
	struct conf conf = test_conf;
	conf.database_url = "host=/nonexistent";
	struct db_pool *away = db_pool_new(&conf, "test-web", 1);
	struct channel_cache *cache = channel_cache_new(away, keys);
	struct pool *pool = pool_new();
	struct channel_set set;
	CHECK_INT(channel_cache_find(cache, pool, "whatsapp", STR("1"), STR_NONE, &set), ERR_DB_UNREACHABLE);
	pool_free(pool);
	channel_cache_free(cache);
	db_pool_free(away);
}

/* Strangers are recorded ten times a second; who knew the token is recorded all the same. */
static void a_flood_does_not_hide_a_verification(void)
{
	struct tenant t = test_tenant();
	struct webhook_log *log = webhook_log_new(connections);
	struct webhook_log_entry refused = { .platform = "whatsapp", .kind = "delivery", .reason = "flood" };
	for (int i = 0; i < 100; i++)
		webhook_log_add(log, &refused);
	webhook_log_add(log, &(struct webhook_log_entry){ .org_id = t.org,
				     .channel_id = t.channel,
				     .platform = "whatsapp",
				     .kind = "verification",
				     .accepted = true,
				     .reason = "verified" });
	CU_ASSERT_TRUE(test_number("SELECT count(*) FROM webhook_log WHERE reason->>'code' = 'flood'") < 100);
	CHECK_INT(test_number("SELECT count(*) FROM webhook_log a JOIN channels c ON c.id = a.channel_id WHERE "
			      "a.org_id = %lld AND c.config ? 'webhook_verified_at'",
			  (long long)t.org),
		1);
	webhook_log_free(log);
}

static CU_TestInfo tests[] = {
	{ "found by id or account", found_by_id_or_account },
	{ "a change is live in five seconds", a_change_is_live_in_five_seconds },
	{ "a channel that does not open is left out", a_channel_that_does_not_open_is_left_out },
	{ "many threads ask at once", many_threads_ask_at_once },
	{ "a database that is unreachable is told", a_database_that_is_away_is_told },
	{ "a flood does not hide a verification", a_flood_does_not_hide_a_verification },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	CU_SuiteInfo suites[] = { { "channel cache", NULL, NULL, NULL, NULL, tests }, CU_SUITE_INFO_NULL };
	if (!test_db_start("test-channel-cache"))
		return 0;
	make_keys();
	connections = db_pool_new(&test_conf, "test-channel-cache", 3);
	int status = unit_main(suites);
	db_pool_free(connections);
	crypt_keys_free(keys);
	test_db_stop();
	return status;
}
