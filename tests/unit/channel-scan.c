/*
 * channel-scan.c - tests of the ids that are found in the raw bytes of a delivery: those of the parsed payload,
 * whatever its writer does to names and values, and nothing where the payload has none.
 */
#include "channel.h"

#include "check.h"

#include "channel/whatsapp/whatsapp.h"

/* "phone numbers / accounts", written with single quotes as the text is. */
static void check_scan(const char *text, const char *expected)
{
	struct pool *pool = pool_new();
	struct whatsapp_ids ids;
	struct buf told;
	char *body = pool_cstr(pool, str_of(text));
	for (char *p = body; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	whatsapp_scan(pool, str_of(body), &ids);
	buf_init(&told, 4096);
	for (int i = 0; i < ids.phone_numbers.n; i++)
		buf_addf(&told, "%.*s ", (int)ids.phone_numbers.ids[i].n, ids.phone_numbers.ids[i].p);
	buf_add_cstr(&told, "/");
	for (int i = 0; i < ids.accounts.n; i++)
		buf_addf(&told, " %.*s", (int)ids.accounts.ids[i].n, ids.accounts.ids[i].p);
	CHECK_STR(buf_str(&told), expected);
	buf_fini(&told);
	pool_free(pool);
}

#define OF(metadata) "{'entry':[{'id':'W','changes':[{'value':{'metadata':" metadata "}}]}]}"

static void ids_are_found_where_the_payload_has_them(void)
{
	check_scan(OF("{'phone_number_id':'1'}"), "1 / W");
	check_scan(OF("{'display_phone_number':'1555','phone_number_id':'1'}"), "1 / W");
	check_scan(OF("{ 'phone_number_id' :\n\t12 }"), "12 / W");
	check_scan("{'object':'x','entry':[{'changes':[{'field':'f','value':{'messages':[{'id':'5'}],'metadata':"
		   "{'phone_number_id':'1'}}}],'id':'W'}]}",
		"1 / W");
	check_scan("{'entry':[{'id':'A'},{'id':'B','changes':[{},{'value':{'metadata':{'phone_number_id':'1'}}},"
		   "{'value':{'metadata':{'phone_number_id':'2'}}},{'value':{'metadata':{'phone_number_id':'1'}}}]}]}",
		"1 2 / A B");
}

static void escapes_are_read(void)
{
	check_scan(OF("{'phone\\u005fnumber\\u005Fid':'\\u0031\\u0032'}"), "12 / W");
	check_scan("{'\\u0065ntry':[{'\\u0069d':'a\\/b'}]}", "/ a/b");
	check_scan(OF("{'phone_number_id\\u0000':'1'}"), "/ W");
	check_scan(OF("{'phone_number_id':'\\u00fc'}"), "/ W");
	check_scan(OF("{'phone_number_id':'1\\'}'}"), "1\"} / W");
	check_scan(OF("{'\\\\phone_number_id':'1'}"), "/ W");
}

static void nothing_else_is_an_id(void)
{
	check_scan("", "/");
	check_scan("[]", "/");
	check_scan("{'id':'1','phone_number_id':'2','entry':{'id':'3'}}", "/");
	check_scan("{'entry':['id',{'changes':{'value':{'metadata':{'phone_number_id':'1'}}}}]}", "/");
	check_scan("{'x':{'entry':[{'id':'1'}]}}", "/");
	check_scan("{'entry':[[{'id':'1'}]]}", "/");
	check_scan("{'entry':[{'x':{'id':'1'},'y':'id','z':['id','1']}]}", "/");
	check_scan(OF("'phone_number_id'"), "/ W");
	check_scan(OF("{'phone_number_id':''}"), "/ W");
	check_scan(OF("{'phone_number_id':null}"), "/ W");
	check_scan(OF("{'phone_number_id':{'id':'1'}}"), "/ W");
	check_scan(OF("{'x':'phone_number_id','y':'1'}"), "/ W");
	check_scan(OF("{'x':['phone_number_id','1']}"), "/ W");
	check_scan(
		"{'entry':[{'changes':[{'value':{'text':'{\\'metadata\\':{\\'phone_number_id\\':\\'1\\'}}'}}]}]}", "/");
	check_scan(
		OF("{'phone_number_id':'01234567890123456789012345678901234567890123456789012345678901234'}"), "/ W");
}

static void what_is_broken_ends(void)
{
	static const char *const texts[] = { "{'entry':[{'id':'W", "{'entry':[{'id':'W'",
		"{'entry':[{'id':", "{'entry':[{'id'", "{'entry':[{'id':'W\\", "}}}]]]{'entry':[{'id':'W'}]}",
		"{'entry':[{'id'}]}", "{'entry':[{'id':'W'}}]" };
	static const char *const found[] = { "/", "/ W", "/", "/", "/", "/ W", "/", "/ W" };
	for (size_t i = 0; i < COUNT(texts); i++)
		check_scan(texts[i], found[i]);
}

/* More names than are tried; each twice, so that doubles do not count. */
static void many_are_cut(void)
{
	struct pool *pool = pool_new();
	struct whatsapp_ids ids;
	struct buf b;
	buf_init(&b, 1 << 20);
	buf_add_cstr(&b, "{\"entry\":[{\"changes\":[");
	for (int i = 0; i < 2000; i++)
		buf_addf(&b, "%s{\"value\":{\"metadata\":{\"phone_number_id\":%d}}}", i ? "," : "", i / 2);
	whatsapp_scan(pool, buf_str(&b), &ids);
	CHECK_INT(ids.phone_numbers.n, WHATSAPP_SCAN_MAX);
	CHECK_STR(ids.phone_numbers.ids[WHATSAPP_SCAN_MAX - 1], "15");
	CU_ASSERT_TRUE(pool_bytes(pool) < 20000);
	buf_fini(&b);
	pool_free(pool);
}

CU_TestInfo channel_scan_tests[] = {
	{ "ids are found where the payload has them", ids_are_found_where_the_payload_has_them },
	{ "escapes are read", escapes_are_read },
	{ "nothing else is an id", nothing_else_is_an_id },
	{ "what is broken ends", what_is_broken_ends },
	{ "many are cut", many_are_cut },
	CU_TEST_INFO_NULL,
};
