/*
 * channel-config.c - tests of a channel's config: read from a form, sealed, opened, edited.
 */
#include "channel.h"

#include "check.h"

#include "channel/whatsapp/whatsapp.h"

#include <stdlib.h>
#include <unistd.h>

#define IDS "'phone_number_id':106540,'business_account_id':'1022'"
#define SECRETS "'permanent_access_token':'EAAG-token','app_secret':'app-s3cret','verify_token':'vt'"

static struct crypt_keys *keys, *other_keys;

static struct crypt_keys *fresh_keys(struct pool *pool, const char *dir, const char *name)
{
	const char *path = pool_printf(pool, "%s/%s", dir, name).p;
	struct crypt_keys *k = NULL;
	CHECK_INT(crypt_keys_create(path, NULL), ERR_OK);
	CHECK_INT(crypt_keys_load(path, &k, NULL), ERR_OK);
	unlink(path);
	return k;
}

static void make_keys(void)
{
	char dir[] = "/tmp/deskbell-test-XXXXXX";
	struct pool *pool = pool_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
	keys = fresh_keys(pool, dir, "a");
	other_keys = fresh_keys(pool, dir, "b");
	rmdir(dir);
	pool_free(pool);
}

static enum err read_form(
	struct pool *pool, const char *form, const struct channel *old, struct channel *out, struct explain *why)
{
	return channel_read_form(pool, &whatsapp_channel,
		channel_form_of_json(pool, &whatsapp_channel, test_json(pool, form)), old, out, why);
}

static struct str sealed(struct pool *pool, const struct channel *c)
{
	struct buf b;
	buf_init(&b, 1 << 16);
	channel_seal(keys, c, &b);
	return pool_take(pool, &b);
}

static void a_form_is_read_sealed_and_opened(void)
{
	struct pool *pool = pool_new();
	struct channel c, again = { .org_id = 3, .id = 4, .ops = &whatsapp_channel };
	struct explain why = { "" };
	make_keys();
	CHECK_INT(read_form(pool, "{" IDS "," SECRETS ",'display_phone_number':' +1 (650) 555 ','unknown':'ignored'}",
			  NULL, &c, &why),
		ERR_OK);
	CHECK_STR(c.external_id, "106540");
	CHECK_STR(c.account_id, "1022");
	CHECK_STR(c.plain[WHATSAPP_DISPLAY_PHONE_NUMBER], "+1 (650) 555");
	CU_ASSERT_PTR_NULL(c.plain[WHATSAPP_TOKEN].p);
	c.org_id = 3;
	c.id = 4;
	struct str stored = sealed(pool, &c);
	CU_ASSERT_PTR_NULL(strstr(stored.p, "EAAG"));
	CU_ASSERT_PTR_NULL(strstr(stored.p, "s3cret"));
	CU_ASSERT_PTR_NOT_NULL(strstr(stored.p, "\"phone_number_id\":\"106540\""));
	CHECK_INT(channel_open(pool, keys, stored, &again, &why), ERR_OK);
	CHECK_STR(secret_bytes(again.secret[WHATSAPP_TOKEN]), "EAAG-token");
	CHECK_STR(secret_bytes(again.secret[WHATSAPP_APP_SECRET]), "app-s3cret");
	CHECK_STR(again.plain[WHATSAPP_PHONE_NUMBER_ID], "106540");
	pool_free(pool);
}

/* What is sealed for one place opens nowhere else. */
static void another_place_or_key_does_not_open(void)
{
	struct pool *pool = pool_new();
	struct channel c;
	struct explain why = { "" };
	CHECK_INT(read_form(pool, "{" IDS "," SECRETS "}", NULL, &c, &why), ERR_OK);
	c.org_id = 3;
	c.id = 4;
	struct str stored = sealed(pool, &c);
	const struct {
		int64_t org, id;
		struct crypt_keys *k;
	} places[] = { { 4, 4, keys }, { 3, 5, keys }, { 3, 4, other_keys } };
	for (size_t i = 0; i < COUNT(places); i++) {
		struct channel again = { .org_id = places[i].org, .id = places[i].id, .ops = &whatsapp_channel };
		CHECK_INT(channel_open(pool, places[i].k, stored, &again, &why), ERR_SEALED);
		CU_ASSERT_PTR_NULL(strstr(why.text, "EAAG"));
	}
	/* The value of one field under the name of another. */
	struct str token = json_str(json_get(test_json(pool, stored.p), "permanent_access_token"));
	struct channel again = { .org_id = 3, .id = 4, .ops = &whatsapp_channel };
	CHECK_INT(channel_open(pool, keys, pool_printf(pool, "{\"app_secret\":\"%s\"}", token.p), &again, &why),
		ERR_SEALED);
	CHECK_INT(channel_open(pool, keys, STR("{\"app_secret\":\"plain\"}"), &again, &why), ERR_SEALED);
	CHECK_INT(channel_open(pool, keys, STR("{"), &again, &why), ERR_INVALID);
	CHECK_INT(channel_open(pool, keys, STR("{}"), &again, &why), ERR_OK);
	pool_free(pool);
}

static void what_is_missing_or_wrong_is_named(void)
{
	static const struct {
		const char *form, *field;
	} table[] = { { "{}", "phone_number_id" }, { "[]", "phone_number_id" },
		{ "{'phone_number_id':'1'," SECRETS "}", "business_account_id" },
		{ "{" IDS "}", "permanent_access_token" },
		{ "{" IDS ",'permanent_access_token':'x','verify_token':'v'}", "app_secret" },
		{ "{" IDS ",'permanent_access_token':'x','app_secret':'y','verify_token':'  '}", "verify_token" },
		{ "{'phone_number_id':'+1 650','business_account_id':'1'," SECRETS "}", "phone_number_id" },
		{ "{" IDS ",'permanent_access_token':'two words','app_secret':'y','verify_token':'v'}",
			"permanent_access_token" },
		{ "{" IDS "," SECRETS ",'display_phone_number':'call me'}", "display_phone_number" },
		{ "{'phone_number_id':'a\\u0000b','business_account_id':'1'," SECRETS "}", "phone_number_id" },
		{ "{'phone_number_id':'a/../b','business_account_id':'1'," SECRETS "}", "phone_number_id" },
		{ "{'phone_number_id':'12345678901234567890123456789012345678901234567890123456789012345','business_"
		  "account_id':'1'," SECRETS "}",
			"too long" },
		{ "{'phone_number_id':{},'business_account_id':'1'," SECRETS "}", "phone_number_id" } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct pool *pool = pool_new();
		struct channel c;
		struct explain why = { "" };
		CHECK_ROW(read_form(pool, table[i].form, NULL, &c, &why) == ERR_INVALID
				  && strstr(why.text, table[i].field),
			table[i].form);
		CHECK_ROW(!strstr(why.text, "s3cret") && !strstr(why.text, "two words"), table[i].form);
		pool_free(pool);
	}
}

static void an_edit_keeps_the_secrets_that_are_left_out(void)
{
	struct pool *pool = pool_new();
	struct channel old, c;
	struct explain why = { "" };
	CHECK_INT(read_form(pool, "{" IDS "," SECRETS "}", NULL, &old, &why), ERR_OK);
	CHECK_INT(read_form(pool,
			  "{'phone_number_id':'2','business_account_id':'3','app_secret':'new','verify_token':''}",
			  &old, &c, &why),
		ERR_OK);
	CHECK_STR(c.external_id, "2");
	CHECK_STR(secret_bytes(c.secret[WHATSAPP_TOKEN]), "EAAG-token");
	CHECK_STR(secret_bytes(c.secret[WHATSAPP_APP_SECRET]), "new");
	CHECK_STR(secret_bytes(c.secret[WHATSAPP_VERIFY_TOKEN]), "vt");
	CHECK_INT(read_form(pool, "{'business_account_id':'3'}", &old, &c, &why), ERR_INVALID);
	pool_free(pool);
}

static void platforms_fields_and_digests_are_found(void)
{
	unsigned char digests[4][CRYPT_SHA256_BYTES], others[4][CRYPT_SHA256_BYTES];
	CU_ASSERT_PTR_EQUAL(channel_find(STR("whatsapp")), &whatsapp_channel);
	CU_ASSERT_PTR_NULL(channel_find(STR("fax")));
	CU_ASSERT_PTR_NULL(channel_find(STR_NONE));
	for (int i = 0; whatsapp_channel.fields[i].name; i++) {
		CHECK_INT(channel_field(&whatsapp_channel, whatsapp_channel.fields[i].name), i);
		CU_ASSERT_TRUE(i < CHANNEL_FIELDS_MAX && whatsapp_channel.fields[i].shape
			       && whatsapp_channel.fields[i].where && whatsapp_channel.fields[i].max_bytes > 0);
	}
	CHECK_INT(channel_field(&whatsapp_channel, "nothing"), -1);
	CHECK_INT(channel_verify_digests(keys, STR("vt"), digests, 4), 1);
	CHECK_INT(channel_verify_digests(keys, STR("vt2"), others, 4), 1);
	CU_ASSERT_NOT_EQUAL(memcmp(digests[0], others[0], CRYPT_SHA256_BYTES), 0);
	CHECK_INT(channel_verify_digests(keys, STR("vt"), others, 4), 1);
	CHECK_INT(memcmp(digests[0], others[0], CRYPT_SHA256_BYTES), 0);
	crypt_keys_free(keys);
	crypt_keys_free(other_keys);
}

CU_TestInfo channel_config_tests[] = {
	{ "a form is read, sealed and opened", a_form_is_read_sealed_and_opened },
	{ "another place or key does not open", another_place_or_key_does_not_open },
	{ "what is missing or wrong is named", what_is_missing_or_wrong_is_named },
	{ "an edit keeps the secrets that are left out", an_edit_keeps_the_secrets_that_are_left_out },
	{ "platforms, fields and digests are found", platforms_fields_and_digests_are_found },
	CU_TEST_INFO_NULL,
};
